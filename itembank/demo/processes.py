"""The demonstration's hands: it runs the programs a person would run, and starts and stops the servers."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from keys.errors import RefusedError, UnavailableError

MARK = ".itembank-demo"
READY_SECONDS = 20.0
END_SECONDS = 5.0
"""Seconds a server has for its end; longer than its own grace (`keys.serving`)."""


class Stage:
    """The demo's folder, with every seat's home in it, and the servers that run."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.servers: dict[str, subprocess.Popen[bytes]] = {}

    @contextmanager
    def remade(self) -> Iterator[None]:
        """The folder, empty and its owner's alone, while this demonstration has it.

        Refuses one that holds anything but an earlier demonstration, and one that another demonstration works in.
        """
        if self.home.exists() and any(self.home.iterdir()) and not (self.home / MARK).exists():
            raise RefusedError("demo.not_ours", home=str(self.home))
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self.home / MARK, "a") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RefusedError("demo.busy", home=str(self.home)) from error
            self.home.chmod(0o700)
            for path in self.home.iterdir():
                if path.name == MARK:
                    continue
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            yield

    def run(self, *arguments: str, program: str = "itembank", may_refuse: bool = False) -> dict[str, Any]:
        """One command; its JSON object. Raises UnavailableError when it fails, unless a refusal is what we came to see."""
        command = [_program(program), *arguments]
        done = subprocess.run(command, cwd=self.home, capture_output=True, text=True, check=False)
        if done.returncode != 0 and not (may_refuse and done.returncode in (3, 4)):
            told = done.stderr.strip()[-2000:] or done.stdout[-2000:]
            raise UnavailableError("demo.program", command=" ".join(arguments[:2]), exit=done.returncode, told=told)
        lines = done.stdout.strip().splitlines()
        return {**json.loads(lines[-1]), "exit": done.returncode} if lines else {"exit": done.returncode}

    def act(self, *names: str) -> list[str]:
        """The options by which these people act, each with the passphrase file of the demonstration."""
        options: list[str] = []
        for name in names:
            options += ["--as", f"people/{name}", "--passphrase-file", f"people/{name}/passphrase"]
        return options

    def serve(self, name: str, *arguments: str, program: str) -> None:
        """Start a server, in a process group that a terminal's Ctrl-C does not reach, and keep its output in `logs/`."""
        # Ctrl-C interrupts the main thread only: in another one, no server starts without being noted.
        with ThreadPoolExecutor(1) as starter:
            starter.submit(self._start, name, [_program(program), *arguments]).result()

    def _start(self, name: str, command: list[str]) -> None:
        (self.home / "logs").mkdir(exist_ok=True)
        with open(self.home / "logs" / f"{name}.log", "ab") as log:
            self.servers[name] = subprocess.Popen(
                command, cwd=self.home, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def wait_ready(self, name: str, url: str) -> None:
        """Until the server answers at all. Raises UnavailableError when it ends or stays silent."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self.servers[name].poll() is None:
            try:
                urllib.request.urlopen(url, timeout=1).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise UnavailableError("demo.no_server", name=name, log=str(self.home / "logs" / f"{name}.log"))

    def stop(self, name: str) -> None:
        """End one server with its workers, and wait for it."""
        server = self.servers.pop(name)
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    def stop_all(self) -> None:
        for name in list(self.servers):
            self.stop(name)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on right now."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def say(step: str, zh: str, en: str) -> None:
    """One line of the demonstration, Chinese then English; stderr, so that --json leaves stdout to the one object."""
    click.echo(f"[{step}] {zh} | {en}", err=True)


def _program(name: str) -> str:
    beside = Path(sys.executable).parent / name
    return str(beside) if os.access(beside, os.X_OK) else name
