"""The holder's journal: one line a record, each naming the hash of the line before it, on the disk before any answer.

    {"at":"…","kind":"share","data":{…},"previous":"<sha256 of the line before>","seq":7}

`serve` and the attended commands of the same office write the same file, so every append holds a lock on it and reads
what the other has written first. A last line that a power cut tore was never answered for and is cut off.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from keys.durable import sync_folder
from keys.encoding import Json, canonical, read_object, sha256, time_text
from keys.errors import TamperedError

FIELDS = {"seq", "previous", "at", "kind", "data"}
FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Record:
    """One act of the holder. `data` holds strings and integers."""

    seq: int
    kind: str
    at: str
    data: Json


class Journal:
    """`learn` is called once for every record, old and new, in order."""

    def __init__(self, path: Path, learn: Callable[[Record], None]) -> None:
        self._path, self._learn = path, learn
        self._read, self._seq, self._previous = 0, 0, FIRST
        self._held = False

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Nobody else appends inside; everything the others wrote is known."""
        with open(self._path, "ab") as lock:
            os.chmod(self._path, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._catch_up()
            self._held = True
            try:
                yield
            finally:
                self._held = False

    def append(self, kind: str, data: Json, at: datetime) -> None:
        """On the disk when this returns, and learnt. Only inside `hold`."""
        if not self._held:
            raise RuntimeError("append outside hold")
        value = {"seq": self._seq, "previous": self._previous, "at": time_text(at), "kind": kind, "data": data}
        line = canonical(value) + b"\n"
        with open(self._path, "ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        if self._seq == 0:
            sync_folder(self._path.parent)
        self._take(line)

    def _catch_up(self) -> None:
        with open(self._path, "rb") as file:
            file.seek(self._read)
            tail = file.read()
        whole, newline, torn = tail.rpartition(b"\n")
        if torn:
            os.truncate(self._path, self._read + len(whole) + len(newline))
        for line in (whole + newline).splitlines(keepends=True):
            self._take(line)

    def _take(self, line: bytes) -> None:
        record = check_line(line, self._seq, self._previous)
        self._read += len(line)
        self._seq += 1
        self._previous = sha256(line).hex()
        self._learn(record)


def check_line(line: bytes, seq: int, previous: str) -> Record:
    """One line against its place in the chain. Raises TamperedError with the number of the line that does not fit.

    A well-formed edit shows at the line behind it, which names another hash; the last line nothing vouches for yet.
    """
    try:
        value = read_object(line.removesuffix(b"\n"), "journal", FIELDS)
    except TamperedError as error:
        raise TamperedError("journal.chain", line=seq + 1) from error
    if value["seq"] != seq or value["previous"] != previous or not isinstance(value["data"], dict):
        raise TamperedError("journal.chain", line=seq + 1)
    return Record(seq, str(value["kind"]), str(value["at"]), value["data"])


def read_journal(data: bytes) -> list[Record]:
    """All records of a journal's bytes, the chain checked. Raises TamperedError."""
    records, previous = [], FIRST
    for seq, line in enumerate(data.splitlines(keepends=True)):
        records.append(check_line(line, seq, previous))
        previous = sha256(line).hex()
    return records
