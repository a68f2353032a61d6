"""A package: a zip of QTI items and their pictures, with a manifest or without. Its members are counted and capped first."""

from __future__ import annotations

import io
import posixpath
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator

from itembank.formats.errors import ForeignError

MOST_MEMBERS = 20_000
MOST_UNPACKED = 120 << 20
MOST_MEMBER = 30 << 20
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError)
"""What the library raises for a zip that a stranger made, whichever part of it is read."""


class Package:
    """The members by their names. Nothing is ever written to a disk, so a name is only a name."""

    def __init__(self, data: bytes) -> None:
        """Raises ForeignError for a zip that is broken, encrypted, or unpacks beyond the limits."""
        self._room = MOST_UNPACKED
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except BROKEN_ZIP as error:
            raise ForeignError("import.broken", reason=str(error)[:100]) from None
        if len(entries) > MOST_MEMBERS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise ForeignError("import.bomb", most=MOST_UNPACKED >> 20)
        if any(entry.flag_bits & 1 for entry in entries):
            raise ForeignError("import.encrypted")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            if not entry.is_dir() and entry.compress_type in _PACKED_BY:
                self._entries.setdefault(_bare(entry.filename), entry)

    def names(self, *suffixes: str) -> Iterator[str]:
        return (name for name in self._entries if name.lower().endswith(suffixes))

    def read(self, name: str) -> bytes:
        """Raises ForeignError; also for a member that unpacks to more than it says."""
        entry = self._entries[name]
        try:
            with self._archive.open(entry) as member:
                data = member.read(min(self._room, MOST_MEMBER) + 1)
        except BROKEN_ZIP as error:
            raise ForeignError("import.broken", reason=str(error)[:100]) from None
        if len(data) > min(self._room, MOST_MEMBER):
            raise ForeignError("import.bomb", most=MOST_UNPACKED >> 20)
        self._room -= len(data)
        return data

    def picture(self, beside: str, address: str) -> bytes | None:
        """The bytes of a file that an item names, beside the item or anywhere under that name; None when it did not come."""
        path = urllib.parse.unquote(address.partition("#")[0].partition("?")[0]).replace("\\", "/")
        path = path.replace("$IMS-CC-FILEBASE$/", "").replace("%24IMS-CC-FILEBASE%24/", "")
        for name in (_bare(posixpath.join(posixpath.dirname(beside), path)), _bare(path)):
            if name in self._entries:
                return self.read(name)
        same = [name for name in self._entries if posixpath.basename(name) == posixpath.basename(path)]
        return self.read(same[0]) if len(same) == 1 and path else None


def _bare(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/.")
