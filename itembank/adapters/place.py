"""The sequencer's place: one for a ledger, whoever asks for it, from whichever machine.

A lock file keeps a second program out of the ledger's files on this machine. A PostgreSQL server, which several machines
reach, also keeps a lock for as long as one connection lasts. All the sequencer writes goes over that very connection:
when it is lost, so is the place, and nothing can be written as if it were not.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from sqlalchemy import Connection, Engine

from itembank.ports import StoreError

SEQUENCER = int.from_bytes(b"sequence")
"""The advisory lock of the sequencer of a PostgreSQL database."""


class Place:
    """Taken by `take`, given free by `leave`, lost with its connection. Threads may share it: one transaction at a time."""

    def __init__(self, engine: Engine, lock_file: Path) -> None:
        self._engine, self._lock_file = engine, lock_file
        self._file: TextIOWrapper | None = None
        self._connection: Connection | None = None
        self._turn = threading.Lock()

    def take(self) -> None:
        """Raises StoreError when another has it; then nothing of it is held."""
        self.leave()
        try:
            self._file = open(self._lock_file, "a")  # noqa: SIM115 - held until the place is left
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._connection = self._locked()
        except BlockingIOError as error:
            self.leave()
            raise StoreError("ledger.two_sequencers") from error
        except BaseException:
            self.leave()
            raise

    def _locked(self) -> Connection:
        """A connection that has the server's lock. Before it has, no other thread may see it and take it for the place."""
        connection = self._engine.connect()
        try:
            self._lock_server(connection)
        except BaseException:
            _give_up(connection)
            raise
        return connection

    def leave(self) -> None:
        """Also when it is lost already, or was never taken."""
        with self._turn:
            if self._connection is not None:
                _give_up(self._connection)
            if self._file is not None:
                self._file.close()
            self._connection = self._file = None

    @property
    def held(self) -> bool:
        """As far as is known here; `check` asks."""
        return self._connection is not None and not self._connection.invalidated

    def check(self) -> None:
        """Ask the server. Raises StoreError when the place is lost."""
        with self._turn, self._reading(self._own()) as connection:
            connection.exec_driver_sql("SELECT 1")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A writing transaction of whoever holds the place. Raises StoreError when it is lost."""
        with self._turn:
            connection = self._own().execution_options(reading=False)
            with connection.begin():
                yield connection

    def _own(self) -> Connection:
        # An invalidated connection would connect anew by itself, without the lock.
        if self._connection is None or self._connection.invalidated:
            raise StoreError("ledger.place_lost")
        return self._connection

    @staticmethod
    @contextmanager
    def _reading(connection: Connection) -> Iterator[Connection]:
        with connection.execution_options(reading=True).begin():
            yield connection

    def _lock_server(self, connection: Connection) -> None:
        if self._engine.dialect.name != "postgresql":
            return
        with self._reading(connection):
            free = connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (SEQUENCER,)).scalar_one()
        if not free:
            raise StoreError("ledger.two_sequencers")


def _give_up(connection: Connection) -> None:
    """Back in the pool it would still hold the server's lock."""
    connection.invalidate()
    connection.close()
