"""The centre's home → the bank side its commands work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from itembank.adapters.database import Database, open_engine
from itembank.ports import Book
from keys.directory import Directory, load_directory


@dataclass(frozen=True, slots=True)
class CentreSeat:
    """What the centre's commands need; its application needs more (`bootstrap.server`)."""

    book: Book
    directory: Directory


def centre_seat(home: Path) -> CentreSeat:
    """The bank side of the centre: its database, beside a running server or without one."""
    return CentreSeat(Database(open_engine(home / "centre.sqlite")), load_directory(home))
