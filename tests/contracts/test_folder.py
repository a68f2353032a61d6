"""`ports.Folder`: a seat's own disk. Every adapter of it passes these; a new one is one more parameter."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from itembank.adapters.folder import DiskFolder
from itembank.ports import Folder
from tests.province import refused


@pytest.fixture(params=[DiskFolder], ids=lambda adapter: adapter.__name__)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    made: Folder = request.param(tmp_path / "seat")
    return made


def everything(folder: Folder) -> list[str]:
    """Every file under the root, also hidden ones."""
    root = Path(folder.path("."))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_what_is_written_once_is_read_back(folder: Folder) -> None:
    folder.write_once("a/b/c", b"\x00bytes")

    assert folder.read("a/b/c") == b"\x00bytes" and folder.exists("a/b/c") and everything(folder) == ["a/b/c"]


def test_the_same_bytes_may_be_written_once_again(folder: Folder) -> None:
    """Whoever repeats a step that was cut off writes what is there."""
    folder.write_once("a", b"1")

    folder.write_once("a", b"1")

    assert everything(folder) == ["a"]


@pytest.mark.parametrize("other", [b"2", b"11", b""], ids=["other bytes", "more bytes", "fewer bytes"])
def test_other_bytes_are_never_written_over(folder: Folder, other: bytes) -> None:
    """And the refused write leaves nothing behind."""
    folder.write_once("a", b"1")

    refused("store.written_once", lambda: folder.write_once("a", other))

    assert folder.read("a") == b"1" and everything(folder) == ["a"]


def test_replacing_exchanges_the_whole_file(folder: Folder) -> None:
    folder.replace("a", b"long before")

    folder.replace("a", b"1")

    assert folder.read("a") == b"1" and everything(folder) == ["a"]


def test_what_is_not_there_is_missing_by_name(folder: Folder) -> None:
    error = refused("store.missing", lambda: folder.read("a/b"))

    assert error.facts == {"name": "a/b"} and not folder.exists("a/b")


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda f, name: f.write_once(name, b"x"), id="write_once"),
        pytest.param(lambda f, name: f.replace(name, b"x"), id="replace"),
        pytest.param(lambda f, name: f.append(name, b"x"), id="append"),
        pytest.param(lambda f, name: f.read(name), id="read"),
        pytest.param(lambda f, name: f.delete(name), id="delete"),
        pytest.param(lambda f, name: f.rename("inside", name), id="rename"),
        pytest.param(lambda f, name: f.names(name), id="names"),
        pytest.param(lambda f, name: f.exists(name), id="exists"),
    ],
)
@pytest.mark.parametrize("name", ["/etc/passwd", "../outside", "a/../../outside", ".."])
def test_a_name_outside_the_seat_is_refused(folder: Folder, write: Callable[[Folder, str], object], name: str) -> None:
    """Whatever comes as a name, from a manifest or from the wire, stays inside."""
    folder.write_once("inside", b"1")

    refused("store.name", lambda: write(folder, name))

    assert everything(folder) == ["inside"]


@pytest.mark.parametrize("verb", ["write_once", "replace", "append"])
def test_only_the_owner_reads_what_is_written(folder: Folder, verb: str) -> None:
    """Whatever the umask says."""
    old = os.umask(0)
    try:
        getattr(folder, verb)("a/b/c", b"secret")
    finally:
        os.umask(old)

    assert Path(folder.path("a/b/c")).stat().st_mode & 0o777 == 0o600
    assert {Path(folder.path(name)).stat().st_mode & 0o777 for name in ("a", "a/b")} == {0o700}


@pytest.mark.parametrize("verb", ["write_once", "replace"])
def test_nothing_is_left_of_a_write_that_failed(folder: Folder, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the old bytes stand, no half file and no temporary one."""
    folder.write_once("a", b"before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as bent:
        bent.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            getattr(folder, verb)("a" if verb == "replace" else "b", b"after")

    assert everything(folder) == ["a"] and folder.read("a") == b"before"


@pytest.mark.parametrize("verb", ["write_once", "replace"])
def test_a_file_is_on_the_disk_before_it_has_its_name(folder: Folder, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are synced while it is nameless, the folder after; so a name holds all its bytes or does not exist."""
    folder.write_once("before", b"1")
    seen: list[tuple[bool, bool]] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        seen.append((target.is_dir(), Path(folder.path("a")).exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)

    getattr(folder, verb)("a", b"1")

    assert seen == [(False, False), (True, True)]


@pytest.mark.parametrize("verb", ["write_once", "replace", "append"])
def test_a_new_folder_is_on_the_disk_before_anything_lies_in_it(
    folder: Folder, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut takes a synced file along with the folder nobody synced."""
    folder.write_once("before", b"1")
    synced: list[str] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        synced.append(os.path.relpath(os.readlink(f"/proc/self/fd/{descriptor}"), folder.path(".")))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)

    getattr(folder, verb)("a/b/c", b"1")

    assert synced[:2] == [".", "a"]


def names_synced(folder: Folder, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> list[list[str]]:
    """For every sync during the act: what was synced, a file's own name or all the names its folder held."""
    seen: list[list[str]] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        seen.append(sorted(path.name for path in target.iterdir()) if target.is_dir() else [target.name])
        sync(descriptor)

    with monkeypatch.context() as bent:
        bent.setattr(os, "fsync", watch)
        act()
    return seen


def test_a_new_name_is_on_the_disk_when_renaming_returns(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a power cut gives a whole container its old name back, after the receipt that says it is here."""
    folder.append("s/a.part", b"1")

    seen = names_synced(folder, monkeypatch, lambda: folder.rename("s/a.part", "s/a"))

    assert seen == [["a"]] and everything(folder) == ["s/a"]


def test_what_is_appended_or_cut_off_is_on_the_disk(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file with its name; one that is there already without another look at its folder."""
    folder.write_once("b", b"")

    assert names_synced(folder, monkeypatch, lambda: folder.append("a", b"123")) == [["a"], ["a", "b"]]
    assert names_synced(folder, monkeypatch, lambda: folder.append("a", b"456")) == [["a"]]
    assert names_synced(folder, monkeypatch, lambda: folder.truncate("a", 4)) == [["a"]]


def test_appending_and_truncating_keep_a_prefix(folder: Folder) -> None:
    folder.append("a", b"123")
    folder.append("a", b"456")

    folder.truncate("a", 4)

    assert folder.read("a") == b"1234"


def test_a_renamed_file_has_one_name(folder: Folder) -> None:
    folder.append("a.part", b"1")

    folder.rename("a.part", "a")

    assert everything(folder) == ["a"] and folder.read("a") == b"1"


def test_deleting_takes_along_what_a_killed_write_left(folder: Folder) -> None:
    """And nobody else's file; deleting what is not there is no error."""
    folder.write_once("print/a.pdf", b"1")
    folder.write_once("print/a.pdf.other", b"1")
    Path(folder.path("print/.a.pdf.0123456789ab")).write_bytes(b"%PDF half")
    Path(folder.path("print/.b.pdf.0123456789ab")).write_bytes(b"another's")

    folder.delete("print/a.pdf")
    folder.delete("print/a.pdf")
    folder.delete("nowhere/a")

    assert everything(folder) == ["print/.b.pdf.0123456789ab", "print/a.pdf.other"]


def test_the_names_of_a_folder_are_its_files_in_order(folder: Folder) -> None:
    """Not those of folders below, not what is being written."""
    for name in ("j/2", "j/1", "j/deeper/3", "4"):
        folder.write_once(name, b"")
    Path(folder.path("j/.5.0123456789ab")).write_bytes(b"")

    assert folder.names("j") == ["j/1", "j/2"] and folder.names("nowhere") == []
