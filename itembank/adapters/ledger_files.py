"""The ledger as static files, written from the database: what auditors read and mirrors keep.

entries/000        up to 256 entries, each behind its length as u16 (an entry bundle of C2SP tlog-tiles)
checkpoint         the newest signed checkpoint
checkpoints/SIZE   every checkpoint that k holders have cosigned, nine digits
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from itembank.adapters.folder import DiskFolder
from itembank.formats.ledger_bundle import BUNDLE, write_bundle
from keys.durable import left_over

LONGEST_CHECKPOINT = 64 << 10
"""Bytes: three lines, and one for each holder."""


class LedgerFiles:
    """One copy of the files; the centre keeps one and its mirror another."""

    def __init__(self, root: Path) -> None:
        self._root, self._folder = root, DiskFolder(root)

    def clear(self) -> None:
        """Take away what a killed sequencer was writing: never a file of the ledger, and an audit would ask what it is."""
        for folder, name in (("", "checkpoint"), ("entries", "*"), ("checkpoints", "*")):
            for left in left_over(self._root / folder, name):
                left.unlink()

    def newest(self) -> bytes:
        """The newest checkpoint; empty before the first, and where the file cannot be read: nobody waits for a broken copy."""
        try:
            with open(os.open(self._root / "checkpoint", os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                return file.read(LONGEST_CHECKPOINT)
        except OSError:
            return b""

    def write_entries(self, first: int, entries: Sequence[bytes]) -> None:
        """Rewrite the bundles from the one that holds index `first`; `entries` starts at that bundle's first entry."""
        for number, start in enumerate(range(0, len(entries), BUNDLE), start=first // BUNDLE):
            self._folder.replace(f"entries/{number:03d}", write_bundle(entries[start : start + BUNDLE]))

    def write_newest(self, note: bytes) -> None:
        """The newest signed checkpoint."""
        self._folder.replace("checkpoint", note)

    def write_cosigned(self, size: int, note: bytes) -> None:
        """A checkpoint that k holders have cosigned."""
        self._folder.replace(f"checkpoints/{size:09d}", note)
