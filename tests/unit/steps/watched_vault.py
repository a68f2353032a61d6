"""A key vault that notes whether somebody's writing had to wait for its answer."""

from __future__ import annotations

import os
import threading

from sqlalchemy import Connection, Engine, event

from itembank.adapters.content_keys import ContentKeys
from itembank.adapters.database import Database
from itembank.adapters.engine import is_reading
from itembank.adapters.file_vault import FileVault
from tests.province import Province


class WatchedVault:
    """A vault in front of another. `asked`: (purpose, was a transaction open that others wait for?) of every question."""

    def __init__(self, vault: FileVault, engine: Engine) -> None:
        self._vault, self._here = vault, threading.local()
        self.asked: list[tuple[str, bool]] = []
        event.listen(engine, "begin", self._begin)
        for end in ("commit", "rollback"):
            event.listen(engine, end, self._end)

    def wrap(self, data_key: bytes, purpose: str) -> bytes:
        self.asked.append((purpose, getattr(self._here, "writing", False)))
        return self._vault.wrap(data_key, purpose)

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        self.asked.append((purpose, getattr(self._here, "writing", False)))
        return self._vault.unwrap(wrapped, purpose)

    def _begin(self, connection: Connection) -> None:
        self._here.writing = not is_reading(connection)

    def _end(self, connection: Connection) -> None:
        self._here.writing = False


def restart_watched(province: Province) -> WatchedVault:
    """The centre's book as a program has it that has just begun, and knows no key yet."""
    engine = province.centre.book.engine
    vault = WatchedVault(FileVault(province.home / "centre" / "bank.vault", os.urandom), engine)
    province.centre.book = Database(engine, ContentKeys(vault, os.urandom))
    return vault
