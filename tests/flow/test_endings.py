"""Ctrl-C, as a terminal gives it: to the whole process group. Nothing goes on afterwards with a port and keys in memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from itembank.demo import processes
from itembank.demo.processes import Stage
from tests.flow.stage import HOLDERS, REPOSITORY, Province, answers, copy_province, processes_in

SECONDS = 8.0
"""A server has three seconds for what it has begun; the rest is for a busy machine."""
ENDINGS = 3
HELD_DOWN = 0.03
"""Seconds. A hang is a matter of microseconds, so the key is held down, and every server is ended several times."""

PAGE_UP = """
import json, sys
from pathlib import Path
from itembank.cli.frame import Outcome
from itembank.demo import session

def prepare(running):
    running.stage.home = Path(sys.argv[2])
    session.serve(running, json.loads((running.stage.home / "directory.draft").read_text()))

session.prepare = prepare
for step in ("author", "assemble", "seal", "distribute", "open_early", "release", "open_papers", "return_copies", "audit"):
    setattr(session, step, lambda *_: None)
session._outcome = lambda running: Outcome({}, "", "")
session.run_demo(Path(sys.argv[1]), 20, 1, once=False)
"""
"""The demonstration's beginning and end with its real servers, on homes that are there already."""


@pytest.fixture
def province(proved_home: Path, tmp_path: Path) -> Iterator[Province]:
    """Homes and free ports for servers; whatever of it still runs at the end is killed."""
    copy_province(proved_home, tmp_path / "province")
    yield Province(tmp_path / "province")
    kill_all(tmp_path)


def kill_all(home: Path) -> None:
    for pid, _ in processes_in(home):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("name", ["centre", HOLDERS[0]])
def test_ctrl_c_ends_a_server_with_its_worker(province: Province, name: str) -> None:
    """The terminal tells master and worker at once, and then the master tells the worker again."""
    command, url = province.command("itembank", "serve", "centre", "--home", "centre"), province.directory.centre_url
    if name != "centre":
        command, url = province.command("keyholder", "serve", "--home", "holders/1"), province.directory.holder(name).url
    for _ in range(ENDINGS):
        with subprocess.Popen(command, cwd=province.home, stderr=subprocess.DEVNULL, start_new_session=True) as server:
            try:
                wait_until_it_answers(server, url)
                until = time.monotonic() + HELD_DOWN
                while time.monotonic() < until:
                    os.killpg(server.pid, signal.SIGINT)
                assert (server.wait(SECONDS), processes_in(province.home)) == (0, [])
            finally:
                kill_all(province.home)


def wait_until_it_answers(server: subprocess.Popen[bytes], url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    while not answers(host, int(port)):
        assert server.poll() is None, f"{url} ended"
        time.sleep(0.03)


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_while_the_page_is_up_ends_the_demonstration_and_leaves_no_process(
    province: Province, tmp_path: Path, times: int
) -> None:
    """The second Ctrl-C is an impatient person's: it must not leave what the first was about to end."""
    with subprocess.Popen(
        [sys.executable, "-c", PAGE_UP, str(tmp_path / "demo"), str(province.home)],
        cwd=REPOSITORY, stderr=subprocess.PIPE, start_new_session=True,
    ) as demonstration:  # fmt: skip
        assert demonstration.stderr is not None
        while "[看板]" not in (line := demonstration.stderr.readline().decode()):
            assert line, "it ended before its page was up"
        assert len(processes_in(province.home)) > len(HOLDERS), "no servers were running"
        for _ in range(times):
            os.killpg(demonstration.pid, signal.SIGINT)
            time.sleep(0.1)
        assert demonstration.wait(30) == 0, demonstration.stderr.read().decode()
    assert processes_in(tmp_path) == []


def test_a_server_deaf_to_its_end_is_killed_with_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "END_SECONDS", 0.2)
    stage = Stage(tmp_path)
    stage.serve("deaf", "-c", "trap '' TERM; echo up; sleep 60 & wait", program="sh")
    while not (tmp_path / "logs" / "deaf.log").read_bytes():
        time.sleep(0.02)
    stage.stop_all()
    until = time.monotonic() + SECONDS  # the kernel ends a killed worker in its own time; only its parent is waited for
    while (left := processes_in(tmp_path)) and time.monotonic() < until:
        time.sleep(0.02)
    assert left == []
