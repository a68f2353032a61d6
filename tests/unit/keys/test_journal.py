"""The holder's journal: on the disk before any answer, whole after a crash, and any edit shows."""

import fcntl
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import journal as module
from keys.encoding import canonical, read_canonical, sha256
from keys.errors import TamperedError
from keys.journal import FIRST, Journal, Record, read_journal
from tests.unit.keys.office_world import flipped, refused

AT = datetime(2026, 5, 16, tzinfo=UTC)


def opened(path: Path) -> tuple[Journal, list[Record]]:
    """A journal as one process has it, and what it has learnt."""
    learnt: list[Record] = []
    return Journal(path, learnt.append), learnt


def append(journal: Journal, *numbers: int) -> None:
    for number in numbers:
        with journal.hold():
            journal.append("test", {"number": number}, AT)


def numbers(records: list[Record]) -> list[int]:
    return [record.data["number"] for record in records]


def written(path: Path, count: int = 4) -> list[bytes]:
    journal, _ = opened(path)
    append(journal, *range(count))
    return path.read_bytes().splitlines(keepends=True)


def reopen(path: Path) -> list[Record]:
    journal, learnt = opened(path)
    with journal.hold():
        pass
    return learnt


def test_everything_is_learnt_once_and_in_order_also_after_a_restart(tmp_path: Path) -> None:
    journal, learnt = opened(tmp_path / "journal")
    append(journal, 0, 1, 2)

    assert numbers(learnt) == numbers(reopen(tmp_path / "journal")) == [0, 1, 2]
    assert read_journal((tmp_path / "journal").read_bytes()) == learnt


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    (one, first), (two, second) = opened(tmp_path / "journal"), opened(tmp_path / "journal")

    append(one, 0)
    append(two, 1, 2)
    append(one, 3)
    append(two, 4)

    assert numbers(first) == [0, 1, 2, 3] and numbers(second) == [0, 1, 2, 3, 4]
    assert numbers(read_journal((tmp_path / "journal").read_bytes())) == [0, 1, 2, 3, 4]


def test_nobody_writes_while_another_holds_the_journal(tmp_path: Path) -> None:
    """Four writers at once: every line follows the one before it, and none is lost."""
    journals = [opened(tmp_path / "journal") for _ in range(4)]
    threads = [
        threading.Thread(target=append, args=(journal, *range(start, start + 5)))
        for start, (journal, _) in zip((0, 10, 20, 30), journals, strict=True)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = numbers(read_journal((tmp_path / "journal").read_bytes()))
    assert sorted(found) == [start + i for start in (0, 10, 20, 30) for i in range(5)]
    assert all([n for n in found if n // 10 == start] == [start * 10 + i for i in range(5)] for start in range(4))


def test_the_journal_is_locked_while_it_is_held_and_free_afterwards(tmp_path: Path) -> None:
    journal, _ = opened(tmp_path / "journal")
    with journal.hold(), open(tmp_path / "journal", "ab") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    with open(tmp_path / "journal", "ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_another_process_killed_inside_its_turn_leaves_the_journal_usable(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    written(path, 2)
    program = (
        "import os, sys; from pathlib import Path; from keys.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1]), lambda record: None)\n"
        "with journal.hold():\n"
        "    file = open(sys.argv[1], 'ab'); file.write(b'{\"at\":\"20'); file.flush(); os._exit(9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(path)], cwd=Path(__file__).parents[3], check=False)
    assert killed.returncode == 9 and not path.read_bytes().endswith(b"\n")

    journal, learnt = opened(path)
    append(journal, 2)

    assert numbers(learnt) == numbers(reopen(path)) == [0, 1, 2]


@settings(max_examples=30)
@given(data=st.data())
def test_a_torn_last_line_is_cut_and_the_lines_before_it_stay(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("torn") / "journal"
    lines = written(path, 3)
    length = data.draw(st.integers(0, len(lines[2]) - 1))
    path.write_bytes(b"".join(lines[:2]) + lines[2][:length])

    journal, learnt = opened(path)
    append(journal, 7)

    assert numbers(learnt) == numbers(reopen(path)) == [0, 1, 7]


def test_a_line_torn_while_another_process_has_read_on_is_cut_too(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    (one, first), (two, _) = opened(path), opened(path)
    append(one, 0)
    append(two, 1)
    with open(path, "ab") as file:
        file.write(b'{"at":')

    append(one, 2)

    assert numbers(first) == [0, 1, 2]
    assert numbers(reopen(path)) == [0, 1, 2]


def test_a_full_disk_loses_nothing_that_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write fails half way: the caller gets the error, and the half line is cut before the next."""
    path = tmp_path / "journal"
    journal, learnt = opened(path)
    append(journal, 0)

    def full(descriptor: int) -> None:
        os.truncate(path, path.stat().st_size - 3)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(module, "os", SimpleNamespace(**{**vars(os), "fsync": full}))
        with pytest.raises(OSError, match="No space"):
            append(journal, 1)
    append(journal, 2)

    assert numbers(learnt) == numbers(reopen(path)) == [0, 2]


def test_nothing_is_answered_before_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is learnt only after fsync has returned with the whole line in the file."""
    path = tmp_path / "journal"
    events: list[str] = []
    journal = Journal(path, lambda record: events.append("learnt"))

    def fsync(descriptor: int) -> None:
        assert path.read_bytes().endswith(b"\n")
        events.append("fsync")

    monkeypatch.setattr(module, "os", SimpleNamespace(**{**vars(os), "fsync": fsync}))
    append(journal, 0)

    assert events == ["fsync", "learnt"]


def test_appending_without_holding_is_a_mistake_of_the_program(tmp_path: Path) -> None:
    journal, _ = opened(tmp_path / "journal")

    with pytest.raises(RuntimeError):
        journal.append("test", {}, AT)
    append(journal, 0)
    with pytest.raises(RuntimeError):
        journal.append("test", {}, AT)


def test_only_the_owner_reads_the_journal(tmp_path: Path) -> None:
    written(tmp_path / "journal", 1)

    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o600


# edits ------------------------------------------------------------------------------------------------------------------


def line_of(path: Path) -> int:
    error = refused("journal.chain", lambda: reopen(path), TamperedError)
    same = refused("journal.chain", lambda: read_journal(path.read_bytes()), TamperedError)
    assert error.facts == same.facts
    found = error.facts["line"]
    assert isinstance(found, int)
    return found


def test_any_edited_byte_is_found_at_its_line_or_the_next(tmp_path: Path) -> None:
    """Every byte of every line but the last, which no later line vouches for."""
    lines = written(tmp_path / "journal", 3)
    whole = b"".join(lines)
    for at in range(len(lines[0]) + len(lines[1])):
        (tmp_path / "journal").write_bytes(flipped(whole, at))
        edited = 1 if at < len(lines[0]) else 2
        assert line_of(tmp_path / "journal") in (edited, edited + 1)


def test_a_well_formed_edit_is_found_at_the_line_behind_it(tmp_path: Path) -> None:
    lines = written(tmp_path / "journal")
    value = read_canonical(lines[1][:-1], "test")
    value["data"]["number"] = 99
    (tmp_path / "journal").write_bytes(b"".join([lines[0], canonical(value) + b"\n", *lines[2:]]))

    assert line_of(tmp_path / "journal") == 3


@pytest.mark.parametrize(
    ("line", "order"),
    [
        pytest.param(2, [0, 2, 3], id="a line removed"),
        pytest.param(1, [1, 2, 3], id="the first line removed"),
        pytest.param(2, [0, 2, 1, 3], id="two lines exchanged"),
        pytest.param(3, [0, 1, 1, 2, 3], id="a line twice"),
    ],
)
def test_lines_are_neither_removed_nor_moved(line: int, order: list[int], tmp_path: Path) -> None:
    lines = written(tmp_path / "journal")
    (tmp_path / "journal").write_bytes(b"".join(lines[i] for i in order))

    assert line_of(tmp_path / "journal") == line


@pytest.mark.parametrize(
    "inserted",
    [b"\n", b"{}\n", b"[]\n", b"\xff\n", b'{"seq":1}\n', b"# note\n"],
    ids=["a blank line", "an empty object", "a list", "no UTF-8", "a short object", "a comment"],
)
def test_a_foreign_line_is_named(inserted: bytes, tmp_path: Path) -> None:
    lines = written(tmp_path / "journal")
    (tmp_path / "journal").write_bytes(b"".join([lines[0], inserted, *lines[1:]]))

    assert line_of(tmp_path / "journal") == 2


@pytest.mark.parametrize(
    ("seq", "previous", "data"),
    [
        pytest.param(0, sha256(b"x").hex(), {}, id="a predecessor"),
        pytest.param(1, FIRST, {}, id="number one"),
        pytest.param("0", FIRST, {}, id="a number that is text"),
        pytest.param(0, FIRST, "x", id="data that are text"),
    ],
)
def test_no_chain_begins_with(seq: object, previous: str, data: object, tmp_path: Path) -> None:
    value = {"seq": seq, "previous": previous, "at": "2026-05-16T00:00:00Z", "kind": "test", "data": data}
    (tmp_path / "journal").write_bytes(canonical(value) + b"\n")

    assert line_of(tmp_path / "journal") == 1
