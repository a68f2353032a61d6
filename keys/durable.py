"""What a power cut may not take, and a kill may not halve: whole files under their names, and the names in a folder.

The bytes go to a temporary file beside their name, `.NAME.<12 hex>`, and are fsynced; then they get the name in one step,
and the folder is fsynced. So a name holds all its bytes or does not exist, whatever is killed in between.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PIECE = 1 << 20


def write_new(path: Path, pieces: Iterable[bytes], mode: int, *, again: bool = False) -> None:
    """A new file with all its bytes. Raises FileExistsError when there is one; with `again`, only one of other bytes."""
    with _written(path, pieces, mode) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError as error:
            if not again or not _same(temporary, path):
                raise FileExistsError(error.errno, error.strerror, str(path)) from error
    sync_folder(path.parent)


def replace(path: Path, pieces: Iterable[bytes], mode: int) -> None:
    """The file with all its bytes, in the place of one that may be there already."""
    with _written(path, pieces, mode) as temporary:
        os.replace(temporary, path)
    sync_folder(path.parent)


def left_over(folder: Path, name: str) -> list[Path]:
    """What killed writes left in a folder, of all names that fit this pattern."""
    return [path for path in folder.glob(f".{name}.{'[0-9a-f]' * 12}") if path.is_file()]


def sync_folder(folder: Path) -> None:
    """On the disk when this returns: which names the folder holds. A file's own bytes are its writer's to sync."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _written(path: Path, pieces: Iterable[bytes], mode: int) -> Iterator[Path]:
    """The bytes under a temporary name, which is gone when the block is left."""
    temporary = path.parent / f".{path.name}.{secrets.token_hex(6)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with open(one, "rb") as a, open(other, "rb") as b:
        while piece := a.read(_PIECE):
            if piece != b.read(_PIECE):
                return False
    return True
