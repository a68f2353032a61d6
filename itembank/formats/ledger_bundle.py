"""Entries of the ledger as a file: up to 256, each behind its length as u16 (an entry bundle of C2SP tlog-tiles)."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.formats.errors import ContainerError

BUNDLE = 256


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of one bundle."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes) -> list[bytes]:
    """The entries of one bundle. Raises ContainerError when lengths and bytes do not end together."""
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length or length == 0:
            raise ContainerError("ledger.bundle", offset=at)
        entries.append(entry)
        at += 2 + length
    return entries
