"""`ports.PackageStore`: sealed packages by name, written once. Every adapter passes these."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from itembank.adapters.folder import FolderPackageStore
from itembank.ports import PackageStore
from tests.contracts.buckets import bucket
from tests.province import refused

NAME = f"{'ab' * 32}.sealed"


@pytest.fixture(params=["folder", "moto", "Ceph", "Ceph with Object Lock"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PackageStore]:
    if request.param == "folder":
        yield FolderPackageStore(tmp_path / "packages")
        return
    with bucket(request, request.param) as made:
        yield made.store


def read(store: PackageStore, start: int = 0, length: int = 1 << 30) -> bytes:
    return b"".join(store.read(NAME, start, length))


def test_a_package_comes_back_as_its_pieces_went_in(store: PackageStore) -> None:
    store.put(NAME, [b"123", b"", b"456"])

    assert (read(store), store.size(NAME)) == (b"123456", 6)


def test_a_package_that_is_not_there_has_the_size_minus_one(store: PackageStore) -> None:
    """An empty one has the size nought."""
    assert store.size(NAME) == -1

    store.put(NAME, [])

    assert store.size(NAME) == 0


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        pytest.param(0, 3, b"012", id="the beginning"),
        pytest.param(4, 2, b"45", id="in the middle"),
        pytest.param(8, 100, b"89", id="over the end"),
        pytest.param(10, 5, b"", id="from the end on"),
        pytest.param(3, 0, b"", id="nothing"),
    ],
)
def test_a_range_is_just_these_bytes(store: PackageStore, start: int, length: int, expected: bytes) -> None:
    store.put(NAME, [b"0123456789"])

    assert read(store, start, length) == expected


def test_a_large_package_comes_in_pieces(store: PackageStore) -> None:
    """Nobody holds all of it in memory."""
    whole = bytes(range(256)) * (5 << 12)
    store.put(NAME, [whole])

    pieces = list(store.read(NAME, 1, len(whole) - 2))

    assert b"".join(pieces) == whole[1:-1] and max(map(len, pieces)) <= 1 << 20


def test_a_name_never_changes_its_bytes(store: PackageStore) -> None:
    """The same again is accepted, others are refused."""
    store.put(NAME, [b"123"])

    store.put(NAME, [b"1", b"23"])
    refused("store.written_once", lambda: store.put(NAME, [b"124"]))

    assert read(store) == b"123"


def test_nothing_is_left_of_an_upload_that_broke_off(store: PackageStore, tmp_path: Path) -> None:
    """The sender's line breaks in mid-package."""

    def breaks() -> Iterator[bytes]:
        yield b"123"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        store.put(NAME, breaks())

    assert store.size(NAME) == -1 and list(tmp_path.glob("packages/*")) == []


@pytest.mark.parametrize("name", ["../outside", "a/b", ".hidden", "/etc/passwd"])
def test_a_name_that_is_none_is_refused(store: PackageStore, name: str) -> None:
    refused("store.name", lambda: store.put(name, [b""]))
    refused("store.name", lambda: store.size(name))
    refused("store.name", lambda: list(store.read(name, 0, 1)))


def test_a_package_that_is_not_there_cannot_be_read(store: PackageStore) -> None:
    refused("store.missing", lambda: read(store))


def test_nobody_writes_into_a_file_that_is_there(tmp_path: Path) -> None:
    """Read-only even for its owner, nothing for others."""
    FolderPackageStore(tmp_path).put(NAME, [b"123"])
    path = next(path for path in tmp_path.rglob("*") if path.is_file())

    assert path.stat().st_mode & 0o777 == 0o440
