"""A province of real processes for the flow and attack tests, brought to a wanted point by the demonstration's own steps.

The dear part (keys, bank, pools, draw, proof, seal, arming) happens once for all workers, in templates; a test takes a
copy with ports of its own, the directory signed anew by the same roots. Holders and centre of a copy run on a clock the
test moves, so T comes when the test says so. `demo_home` is the demonstration itself, on the system's clock.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from itembank import bootstrap
from itembank.bootstrap.station import station_seat
from itembank.demo import cast
from itembank.demo import session as steps
from itembank.demo.processes import Stage, free_ports
from itembank.demo.session import Session
from itembank.formats.ledger_bundle import read_bundle
from itembank.steps.auditing import Audit, audit
from itembank.steps.seat import Seat
from keys.directory import Directory, load_directory, sign_directory
from keys.encoding import sha256
from keys.entry import Entry, read_entry
from keys.keyfile import person_signer, unlock
from keys.manifest import Manifest, read_manifest
from keys.statement import Signer
from tests.keyfiles import pin_quickly, quick_homes

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
HOLDERS = tuple(office.name for office in cast.OFFICES)
SERVERS = ("centre", *HOLDERS)
TO_OPENING = 3 * 3600
"""Seconds from sealing to T in the armed template; a test moves its clocks by more than this to be past T."""
PAST = TO_OPENING + 60
READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Done:
    """What one program did."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        """Its one JSON object."""
        value: dict[str, Any] = json.loads(self.out)
        return value

    @property
    def error(self) -> str:
        return str(self.told["error"])


class Province:
    """One copy of a template: its processes, its clocks, and short ways to what tests ask of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.places = cast.places(2)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    # processes ------------------------------------------------------------------------------------------------------------

    def start(self, *names: str) -> None:
        """Start these servers, all without a name, and wait until they answer."""
        for name in names or SERVERS:
            self._running[name] = self._serve(name)
        for name in names or SERVERS:
            self._wait_ready(name)

    def kill(self, *names: str) -> None:
        """Kill -9: the server and its workers."""
        for name in names or tuple(self._running):
            server = self._running.pop(name, None)
            if server is not None:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()

    def run(self, *arguments: str, program: str = "itembank", stdin: str = "", env: dict[str, str] | None = None) -> Done:
        """One command in the province's folder."""
        done = subprocess.run(
            self.command(program, *arguments), cwd=self.home, input=stdin, capture_output=True, text=True, check=False,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def ok(self, *arguments: str, program: str = "itembank", stdin: str = "") -> Done:
        """One command that must succeed."""
        done = self.run(*arguments, program=program, stdin=stdin)
        assert done.code == 0, f"{arguments[:3]} → {done.code}\n{done.err}\n{self.log()}"
        return done

    @staticmethod
    def command(program: str, *arguments: str) -> list[str]:
        return [str(PROGRAMS / program), *arguments]

    def log(self) -> str:
        """The ends of the servers' logs, for a test that failed."""
        return "\n".join(f"--- {file.name}\n{file.read_text()[-1500:]}" for file in self.home.glob("*.log"))

    def _serve(self, name: str) -> subprocess.Popen[bytes]:
        if name == "centre":
            address = self.directory.centre_url.removeprefix("http://")
            application = f"tests.flow.moved_centre:serve({str(self.home / 'centre')!r}, {str(self.home / 'clock.centre')!r})"
            options = ["--config", "python:keys.serving", "--bind", address, "--threads", "8"]
            command = [sys.executable, "-m", "gunicorn", *options, application]
        else:
            command = self.command("keyholder", "serve", "--home", f"holders/{HOLDERS.index(name) + 1}")
        with open(self.home / f"{name}.log", "ab") as log:
            return subprocess.Popen(
                command, cwd=self.home, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            )  # fmt: skip

    def _wait_ready(self, name: str) -> None:
        url = self.directory.centre_url if name == "centre" else self.directory.holder(name).url
        host, port = url.removeprefix("http://").split(":")
        until = time.monotonic() + READY_SECONDS
        while not answers(host, int(port)):
            ended = self._running[name].poll()
            assert ended is None and time.monotonic() < until, f"{name} does not start\n{self.log()}"
            time.sleep(0.03)

    # time -----------------------------------------------------------------------------------------------------------------

    def move(self, seconds: float, *names: str) -> None:
        """Set the clocks of these servers, all without a name, so many seconds ahead of the system's."""
        for name in names or SERVERS:
            new = self.home / f"clock.{name}.new"
            new.write_text(f"{seconds}\n")
            new.rename(self.home / f"clock.{name}")

    def point_centre(self, home: Path, port: int) -> None:
        """Let one seat find the centre behind another port."""
        draft = json.loads((self.home / "directory.draft").read_text())
        draft["centre"]["url"] = f"http://127.0.0.1:{port}"
        pin(home, sign_again(self.home, draft))

    # what is in it --------------------------------------------------------------------------------------------------------

    @property
    def directory(self) -> Directory:
        return load_directory(self.home / "centre")

    @cached_property
    def manifest(self) -> Manifest:
        folder = self.home / "desk" / "sessions" / cast.SESSION
        newest = max(folder.glob("v*"), key=lambda path: int(path.name[1:]))
        return read_manifest((newest / f"{cast.SESSION}.manifest").read_bytes(), self.directory)

    @property
    def hid(self) -> str:
        return self.manifest.hid.hex()

    def place(self, number: int) -> Path:
        """The home of the station with this number, from 1."""
        return self.home / "stations" / self.places[number - 1].code

    def at(self, number: int, *, people: int = 2) -> list[str]:
        """The options of a station's command: its home and its operators."""
        place = self.places[number - 1]
        return ["--home", f"stations/{place.code}", *self.act(*place.operators[:people])]

    @staticmethod
    def act(*names: str) -> list[str]:
        return [w for n in names for w in ("--as", f"people/{n}", "--passphrase-file", f"people/{n}/passphrase")]

    def open(self, number: int, *options: str, stdin: str = "") -> Done:
        """`station open` at this station."""
        return self.run("station", "open", *self.at(number), *options, "--json", stdin=stdin)

    def seat(self, number: int) -> Seat:
        return station_seat(self.place(number))

    def operators(self, number: int) -> list[Signer]:
        return [self.signer(name) for name in self.places[number - 1].operators]

    def signer(self, name: str) -> Signer:
        home = self.home / "people" / name
        return _signer((home / "person.key").read_bytes(), _passphrase(home), home / "person.key")

    def secret(self, number: int) -> bytes:
        """The station's decryption key, by both operators' passphrases."""
        names = self.places[number - 1].operators
        passphrases = tuple((name, _passphrase(self.home / "people" / name)) for name in names)
        return _secret((self.place(number) / "seal.key").read_bytes(), passphrases)

    def receipts(self, number: int) -> list[Path]:
        return sorted((self.place(number) / "journal").glob("*.receipt"))

    def pid(self, number: int, lock: str = "A") -> str:
        code = self.places[number - 1].code
        for path in (self.home / "desk" / "sessions" / cast.SESSION / f"v{self.manifest.header.version}").glob("*.row"):
            core = json.loads(path.read_bytes())["row"]["core"]
            if core["station"] == code and core["lock"] == lock:
                return path.stem
        raise LookupError(lock)

    def entries(self) -> list[Entry]:
        """The lines of the ledger's files; a running centre writes them a moment after it has committed them."""
        until = time.monotonic() + 10
        while (self.home / "centre" / "centre.sqlite").exists() and time.monotonic() < until:
            if len(self._written()) >= self.queued():
                break
            time.sleep(0.03)
        return self._written()

    def _written(self) -> list[Entry]:
        bundles = sorted((self.home / "centre" / "ledger" / "entries").glob("[0-9]*"))
        return [read_entry(data) for bundle in bundles for data in read_bundle(bundle.read_bytes())]

    def audit(self) -> Audit:
        return audited(self.home)

    def queued(self) -> int:
        """The lines the centre has committed, in its files or not yet."""
        with closing(sqlite3.connect(self.home / "centre" / "centre.sqlite")) as database:
            return int(database.execute("SELECT COUNT(*) FROM ledger_queue").fetchone()[0])

    def settle(self) -> None:
        """Wait until the newest checkpoint speaks of every line and is cosigned, so that the files are at rest."""
        ledger = self.home / "centre" / "ledger"
        until = time.monotonic() + 10
        while time.monotonic() < until:
            size = int((ledger / "checkpoint").read_text().split("\n")[1])
            there = size == len(self._written()) == self.queued()
            cosigned = ledger / "checkpoints" / f"{size:09d}"
            # The newest is written last, after the cosigned one beside it.
            if there and cosigned.exists() and cosigned.read_bytes() == (ledger / "checkpoint").read_bytes():
                return
            time.sleep(0.03)
        raise AssertionError(f"the ledger does not come to rest\n{self.log()}")


def audited(home: Path) -> Audit:
    """`itembank audit --home`, in this process."""
    return audit(*bootstrap.files_under(home), load_directory(home / "centre"))


def answers(host: str, port: int) -> bool:
    """Whether a server talks HTTP there."""
    import http.client

    line = http.client.HTTPConnection(host, port, timeout=5)
    try:
        line.request("GET", "/api/nonce")
        line.getresponse().read()
    except OSError:
        return False
    finally:
        line.close()
    return True


def processes_in(home: Path) -> list[tuple[int, bytes]]:
    """(pid, arguments) of every process that works in this folder or was given it."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
            where = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            continue
        if str(home).encode() in arguments or where.startswith(str(home)):
            found.append((int(pid), arguments))
    return found


# templates ----------------------------------------------------------------------------------------------------------------


def build_proved(home: Path) -> None:
    """Keys, directory, bank, pools at the desk, the draw and the signed proof; nothing sealed; the servers stopped."""
    session = Session(Stage(home), cast.places(2))
    with session.stage.remade():
        try:
            # The hundreds of commands to come wait for no passphrase; what one costs is the demonstration's to show.
            with patch.multiple(steps, _keys=quick_homes, _pin=pin_quickly):
                steps.prepare(session)
            for step in (steps.author, steps.assemble):
                step(session)
        finally:
            session.stage.stop_all()


def build_armed(home: Path, proved: Path) -> None:
    """Sealed, approved, published, deposited, fetched and armed at both stations; T in three hours; servers stopped."""
    copy_province(proved, home)
    province = Province(home)
    try:
        province.start()
        session = Session(Stage(home), cast.places(2), province.directory.centre_url)
        steps.seal(session, TO_OPENING)
        steps.distribute(session)
        province.settle()
    finally:
        province.kill()


def copy_province(template: Path, home: Path) -> None:
    """A copy that may run beside the template: ports of its own, in a directory the same two roots sign."""
    shutil.copytree(template, home, ignore=shutil.ignore_patterns("*.log", "logs", "clock.*"))
    draft = json.loads((home / "directory.draft").read_text())
    ports = free_ports(1 + len(HOLDERS))
    draft["centre"]["url"] = f"http://127.0.0.1:{ports[0]}"
    for holder, port in zip(draft["holders"], ports[1:], strict=True):
        holder["url"] = f"http://127.0.0.1:{port}"
    (home / "directory.draft").write_text(json.dumps(draft, ensure_ascii=False))
    signed = sign_again(home, draft)
    for pinned in home.rglob("directory.pin"):
        pin(pinned.parent, signed)
    (home / "directory").write_bytes(signed)
    for number, name in enumerate(HOLDERS, start=1):
        settings = home / "holders" / str(number) / "holder.toml"
        settings.write_text(f'name = "{name}"\nclock = "file:{home}/clock.{name}"\nunlock = "host"\n')
    Province(home).move(0)


def sign_again(home: Path, draft: dict[str, Any]) -> bytes:
    """A directory by the two roots that signed the first one."""
    roots = []
    for number in (1, 2):
        root = home / "roots" / str(number)
        roots.append(_signer((root / "person.key").read_bytes(), _passphrase(root), root / "person.key"))
    return sign_directory(draft, roots)


def pin(home: Path, signed: bytes) -> None:
    """This directory in one home."""
    (home / "directory").write_bytes(signed)
    (home / "directory.pin").write_text(f"{sha256(signed).hex()}\n")


@contextmanager
def running(template: Path, home: Path, *names: str, ahead: float = 0) -> Iterator[Province]:
    """A copy with these servers (all without a name), its clocks so many seconds ahead; every process ends with it."""
    copy_province(template, home)
    province = Province(home)
    province.move(ahead)
    try:
        province.start(*names)
        yield province
    finally:
        province.kill()


@cache
def _signer(key: bytes, passphrase: bytes, path: Path) -> Signer:
    del key
    return person_signer(path, passphrase)


@cache
def _secret(key: bytes, passphrases: Sequence[tuple[str, bytes]]) -> bytes:
    return unlock(key, dict(passphrases))


def _passphrase(home: Path) -> bytes:
    return (home / "passphrase").read_bytes().removesuffix(b"\n")


# the demonstration itself -------------------------------------------------------------------------------------------------


class Watch:
    """Looks at every process of this machine while a command runs: arguments and environments, as anybody's `ps` would."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        times: dict[str, int] = {}
        while not self._ended.wait(0.08):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                times[pid] = times.get(pid, 0) + 1
                if times[pid] > 4:
                    continue
                for what in ("cmdline", "environ"):
                    try:
                        self.seen.add(Path(f"/proc/{pid}/{what}").read_bytes())
                    except OSError:
                        continue


def build_demo(home: Path) -> None:
    """`itembank demo` as in the README, watched; what it told lies beside the folder.

    A machine that is busy with other tests may need longer to T: then it is run again as it says.
    """
    for open_in in (70, 180):
        arguments = ["demo", "--home", str(home), "--open-in", str(open_in), "--stations", "2", "--once", "--json"]
        with Watch() as watch:
            done = subprocess.run(Province.command("itembank", *arguments), capture_output=True, check=False, cwd="/")
        if b"demo.too_late" not in done.stdout:
            break
    beside(home, "left").write_text("\n".join(map(str, processes_in(home))))
    beside(home, "code").write_text(str(done.returncode))
    beside(home, "out").write_bytes(done.stdout)
    beside(home, "err").write_bytes(done.stderr)
    beside(home, "ps").write_bytes(b"\n".join(sorted(watch.seen)))


def beside(home: Path, what: str) -> Path:
    """A file about a template, outside it."""
    return home.with_name(f"{home.name}.{what}")


# fixtures -----------------------------------------------------------------------------------------------------------------


def shared(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder all workers of this run use: built by the first that needs it; a failed build is not tried again."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, state = root / name, root / f"{name}.state"
    with open(root / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not state.exists():
            state.write_text("failed")
            build(home)
            state.write_text("built")
    if state.read_text() != "built":
        pytest.fail(f"the template {name} could not be built; see the first failure")
    return home


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished session: what `itembank demo` left."""
    return shared(tmp_path_factory, "demo", build_demo)


@pytest.fixture(scope="session")
def proved_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The proof is signed, nothing is sealed, nothing runs."""
    return shared(tmp_path_factory, "proved", build_proved)


@pytest.fixture(scope="session")
def armed_home(tmp_path_factory: pytest.TempPathFactory, proved_home: Path) -> Path:
    """Both stations are armed, T lies three hours ahead, nothing runs."""
    return shared(tmp_path_factory, "armed", lambda home: build_armed(home, proved_home))
