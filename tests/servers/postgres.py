"""A real PostgreSQL server for one test process, gone with it: no Docker, as root and as anybody.

The programs are those of $ITEMBANK_PG_BIN, else the newest of Debian's. Half a second to start. It listens on a socket in a
folder of its own that nobody else may enter, asks for no password, and waits for no disk: for tests only. Databases are made
with a Chinese collation, as a province's server may have it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from itembank.adapters.engine import open_engine

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}
TEMPLATE = "itembank_template"
"""A database with all tables; a copy of it takes 30 ms."""


def find_programs() -> Path | None:
    """The folder with `initdb` and `postgres`."""
    if "ITEMBANK_PG_BIN" in os.environ:
        return Path(os.environ["ITEMBANK_PG_BIN"])
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return installed[-1].parent if installed else None


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server."""

    programs: Path
    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """As the server's owner, in no transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The URL of a new database, a copy of the template; it goes with whoever is still connected."""
        name = f"t_{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def run_server(programs: Path) -> Iterator[PostgresServer]:
    """Raises RuntimeError with the server's log when it does not start."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    who = _unprivileged(folder)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    data = str(folder / "data")
    initdb = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    try:
        with open(folder / "log", "w") as log:
            run: dict[str, Any] = {"cwd": folder, "env": environment, "stdout": log, "stderr": log, **who}
            subprocess.run(initdb, check=True, **run)
            process = subprocess.Popen([str(programs / "postgres"), "-D", data, "-k", str(folder), *options], **run)
        try:
            server = PostgresServer(programs, folder)
            _wait_ready(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # ends it whoever is connected
            process.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """The server refuses to run as root; then it runs as an account that is always there, and the folder is that one's."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, account.pw_uid, account.pw_gid)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("no account to run PostgreSQL as")


def _wait_ready(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        try:
            psycopg.connect(server.url("postgres")).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.02)
    raise RuntimeError((server.folder / "log").read_text())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server of this process, with the template."""
    programs = find_programs()
    if programs is None:
        reason = "no PostgreSQL programs: install the package postgresql, or set ITEMBANK_PG_BIN"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with run_server(programs) as server:
        server.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-Hans-CN'")
        open_engine(server.url(TEMPLATE)).dispose()
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A database of the test's own, with empty tables."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A database of the test's own, without a table."""
    with postgres.database("template1") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """What `open_engine` takes: a SQLite file, then a PostgreSQL database."""
    return _either(request, tmp_path, "postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """The same, on the server without a table too."""
    return _either(request, tmp_path, "empty_postgres_url")


def _either(request: pytest.FixtureRequest, tmp_path: Path, server: str) -> Path | str:
    found: Path | str = tmp_path / "centre.sqlite" if request.param == "sqlite" else request.getfixturevalue(server)
    return found
