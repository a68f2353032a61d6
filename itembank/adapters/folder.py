"""A seat's folder and the package store on a plain file system; how its files get whole onto the disk: `keys.durable`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from itembank.ports import StoreError
from keys.durable import left_over, replace, sync_folder, write_new

PIECE = 1 << 20


class DiskFolder:
    """`itembank.ports.Folder` under one root, files readable by their owner only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> str:
        return str(self._at(name))

    def read(self, name: str) -> bytes:
        try:
            return self._at(name).read_bytes()
        except FileNotFoundError as error:
            raise StoreError("store.missing", name=name) from error

    def exists(self, name: str) -> bool:
        return self._at(name).exists()

    def write_once(self, name: str, data: bytes) -> None:
        write_once(self._at(name), [data], 0o600)

    def replace(self, name: str, data: bytes) -> None:
        target = self._at(name)
        make_folder(target.parent)
        replace(target, [data], 0o600)

    def append(self, name: str, data: bytes) -> None:
        target = self._at(name)
        make_folder(target.parent)
        new = not target.exists()
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if new:
            sync_folder(target.parent)

    def truncate(self, name: str, length: int) -> None:
        with open(self._at(name), "rb+") as file:
            file.truncate(length)
            os.fsync(file.fileno())

    def rename(self, name: str, new_name: str) -> None:
        os.replace(self._at(name), self._at(new_name))
        sync_folder(self._at(new_name).parent)

    def delete(self, name: str) -> None:
        target = self._at(name)
        target.unlink(missing_ok=True)
        if target.parent.exists():
            # also what a killed write of this name left
            for left in left_over(target.parent, escape(target.name)):
                left.unlink(missing_ok=True)
            sync_folder(target.parent)

    def names(self, folder: str) -> list[str]:
        base = self._at(folder)
        if not base.is_dir():
            return []
        return sorted(
            str(Path(folder) / path.name) for path in base.iterdir() if path.is_file() and not path.name.startswith(".")
        )

    @contextmanager
    def hold(self, folder: str) -> Iterator[None]:
        target = self._at(folder)
        make_folder(target)
        descriptor = os.open(target, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _at(self, name: str) -> Path:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            raise StoreError("store.name", name=name)
        return self.root / path


class FolderPackageStore:
    """`itembank.ports.PackageStore` in one folder, mode 0440."""

    def __init__(self, root: Path) -> None:
        self._root = root
        make_folder(root)

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        write_once(self._at(name), pieces, 0o440)

    def size(self, name: str) -> int:
        try:
            return self._at(name).stat().st_size
        except FileNotFoundError:
            return -1

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        if self.size(name) < 0:
            raise StoreError("store.missing", name=name)
        with open(self._at(name), "rb") as file:
            file.seek(start)
            while length > 0 and (piece := file.read(min(PIECE, length))):
                length -= len(piece)
                yield piece

    def _at(self, name: str) -> Path:
        check_package_name(name)
        return self._root / name


def check_package_name(name: str) -> None:
    """Raises StoreError for a name that could leave the store."""
    if "/" in name or name.startswith("."):
        raise StoreError("store.name", name=name)


def write_once(target: Path, pieces: Iterable[bytes], mode: int) -> None:
    """A new file with all its bytes, or StoreError when other bytes stand there already."""
    make_folder(target.parent)
    try:
        write_new(target, pieces, mode, again=True)
    except FileExistsError as error:
        raise StoreError("store.written_once", name=target.name) from error


def make_folder(folder: Path) -> None:
    """The folder and those above it, their owner's alone; each one's name is durable before anything lies in it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
