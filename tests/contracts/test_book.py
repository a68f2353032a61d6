"""`ports.Book`: the centre's database. An act and its ledger line are one transaction; every adapter passes these."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from itembank.adapters.database import Database
from itembank.adapters.engine import open_engine
from itembank.ports import Book, StoredRow, StoredSession, Transaction
from keys.entry import Entry
from tests.province import content_keys, refused

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HID, PID = "11" * 32, "22" * 32


@pytest.fixture
def book(where: Path | str, tmp_path: Path) -> Iterator[Book]:
    """On a SQLite file, then on a PostgreSQL server."""
    engine = open_engine(where)
    yield Database(engine, content_keys(tmp_path))
    engine.dispose()


def line(act: str = "attempt", **subject: str) -> Entry:
    return Entry(act, subject or {"session": "x"}, "desk", NOW, "signed")


def session(version: int = 1, hid: str = HID) -> StoredSession:
    return StoredSession("202612-6-31-01-03-4-L-01", version, hid, b"manifest")


def row(pid: str = PID, hid: str = HID) -> StoredRow:
    return StoredRow(hid, pid, "45120101", b"row")


# together or not at all ---------------------------------------------------------------------------------------------------


WRITES: list[tuple[str, Callable[[Transaction], object], Callable[[Transaction], object], object]] = [
    ("a statement", lambda t: t.save_statement("proof", "s", "1", b"x"), lambda t: t.statements("proof", "s"), []),
    ("a session", lambda t: t.save_session(session(), [row()]), lambda t: t.newest_sessions(), []),
    ("its rows", lambda t: t.save_session(session(), [row()]), lambda t: t.row(PID), None),
    ("an envelope", lambda t: t.save_envelope(PID, "d", b"x"), lambda t: t.envelope(PID, "d"), None),
    ("a nonce", lambda t: t.spend_nonce("n", NOW, NOW), lambda t: not t.spend_nonce("n", NOW, NOW), False),
    ("a pool of the bank", lambda t: t.bank.save_pool("city", "key"), lambda t: t.bank.pools(), {}),
    ("a ledger line", lambda t: t.append(line()), lambda t: t.lines(), []),
]


@pytest.mark.parametrize(("write", "look", "nothing"), [case[1:] for case in WRITES], ids=[case[0] for case in WRITES])
def test_what_was_written_beside_a_line_that_failed_was_not_written(
    book: Book, write: Callable[[Transaction], object], look: Callable[[Transaction], object], nothing: object
) -> None:
    """The act has not happened."""
    with pytest.raises(RuntimeError), book.begin() as transaction:
        write(transaction)
        transaction.append(line())
        raise RuntimeError("the power goes")

    with book.begin() as transaction:
        assert look(transaction) == nothing and transaction.lines() == []


@pytest.mark.parametrize(("write", "look", "nothing"), [case[1:] for case in WRITES], ids=[case[0] for case in WRITES])
def test_what_was_committed_is_there_for_the_next(
    book: Book, write: Callable[[Transaction], object], look: Callable[[Transaction], object], nothing: object
) -> None:
    with book.begin() as transaction:
        write(transaction)

    with book.begin() as transaction:
        assert look(transaction) != nothing


def test_two_writers_stand_one_behind_the_other(book: Book) -> None:
    """Nobody reads a half of an act, and no line is lost between two who write at once."""
    numbers: list[int] = []

    def write() -> None:
        for _ in range(10):
            with book.begin() as transaction:
                before = len(transaction.lines())
                transaction.append(line())
                numbers.append(len(transaction.lines()) - before)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with book.begin() as transaction:
        assert len(transaction.lines()) == 30 and numbers == [1] * 30


def test_a_line_is_committed_before_every_line_with_a_greater_number(book: Book) -> None:
    """Who looks behind the last number seen misses none, however long a writer takes between its line and its commit."""
    slow, fast = threading.Event(), threading.Event()
    seen: list[int] = []

    def write_slowly() -> None:
        with book.begin() as transaction:
            transaction.append(line())
            slow.set()
            fast.wait(0.3)

    def write_fast() -> None:
        slow.wait(3)
        with book.begin() as transaction:
            transaction.append(line())
        fast.set()

    def look() -> None:
        with book.read() as transaction:
            seen.extend(number for number, _ in transaction.lines(after=max(seen, default=0)))

    threads = [threading.Thread(target=write) for write in (write_slowly, write_fast)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        look()
    look()

    with book.read() as transaction:
        assert len(seen) == 2 and seen == [number for number, _ in transaction.lines()]


# lines --------------------------------------------------------------------------------------------------------------------


def test_lines_stay_in_their_order_under_growing_numbers(book: Book) -> None:
    with book.begin() as transaction:
        numbers = [transaction.append(line(session=name)) for name in ("b", "a", "c")]

    with book.begin() as transaction:
        told = [(number, entry.subject["session"]) for number, entry in transaction.lines()]
        assert told == list(zip(numbers, "bac", strict=True))
        assert [entry.subject["session"] for _, entry in transaction.lines(after=numbers[0])] == ["a", "c"]
    assert numbers == sorted(set(numbers))


def test_the_lines_of_an_act_about_a_session_are_found(book: Book) -> None:
    with book.begin() as transaction:
        transaction.append(line("fetch", hid=HID))
        transaction.append(line("fetch", hid="33" * 32))
        transaction.append(line("arm", hid=HID))

        assert [entry.act for entry in transaction.queued("fetch", HID)] == ["fetch"]


def test_the_lines_of_a_session_are_found_without_reading_all_others(where: Path | str) -> None:
    """The queue has every line there ever was."""
    engine = open_engine(where)
    explain = "EXPLAIN QUERY PLAN" if isinstance(where, Path) else "EXPLAIN"
    with engine.connect() as connection:
        if isinstance(where, str):
            # Of an empty table it would read all there is.
            connection.exec_driver_sql("SET enable_seqscan = off")
        look = f"{explain} SELECT entry FROM ledger_queue WHERE act = 'open' AND hid = 'x' ORDER BY id"
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(look))
    engine.dispose()

    assert "ledger_queue_act_hid" in plan and "SCAN" not in plan and "Seq Scan" not in plan


def test_every_subject_that_has_a_statement_of_a_kind_is_named_once(book: Book) -> None:
    with book.begin() as transaction:
        transaction.save_statement("release", "x/A", "object", b"1")
        transaction.save_statement("release", "x/A", "other", b"2")
        transaction.save_statement("share", "y/A", "1", b"3")

        assert transaction.subjects("release") == {"x/A"}


# statements ---------------------------------------------------------------------------------------------------------------


def test_the_same_statement_is_kept_once(book: Book) -> None:
    with book.begin() as transaction:
        assert transaction.save_statement("receipt", "s", "1", b"x")
        assert not transaction.save_statement("receipt", "s", "1", b"x")

        assert transaction.statements("receipt", "s") == [("1", b"x")] and transaction.statement("receipt", "s", "1") == b"x"


def test_other_bytes_under_one_name_are_a_fork(book: Book) -> None:
    """And everything of that transaction is undone."""
    with book.begin() as transaction:
        transaction.save_statement("receipt", "s", "1", b"x")

    def fork() -> None:
        with book.begin() as transaction:
            transaction.append(line())
            transaction.save_statement("receipt", "s", "1", b"y")

    refused("store.fork", fork)

    with book.begin() as transaction:
        assert transaction.statements("receipt", "s") == [("1", b"x")] and transaction.lines() == []


def test_statements_are_told_apart_by_kind_subject_and_name(book: Book) -> None:
    with book.begin() as transaction:
        for kind, subject, name in (("a", "s", "1"), ("b", "s", "1"), ("a", "t", "1"), ("a", "s", "2")):
            assert transaction.save_statement(kind, subject, name, f"{kind}{subject}{name}".encode())

        assert transaction.statements("a", "s") == [("1", b"as1"), ("2", b"as2")]
        assert transaction.statement("a", "t", "2") is None


# nonces -------------------------------------------------------------------------------------------------------------------


def test_a_nonce_is_spent_once(book: Book) -> None:
    with book.begin() as transaction:
        assert transaction.spend_nonce("n", NOW, NOW)

    with book.begin() as transaction:
        assert not transaction.spend_nonce("n", NOW, NOW) and transaction.spend_nonce("m", NOW, NOW)


def test_spent_nonces_are_forgotten_when_they_are_too_old_to_come_again(book: Book) -> None:
    with book.begin() as transaction:
        transaction.spend_nonce("n", NOW, NOW)
        assert not transaction.spend_nonce("n", NOW, NOW)

        assert transaction.spend_nonce("n", NOW, NOW + timedelta(seconds=1))


# reading ------------------------------------------------------------------------------------------------------------------


def test_who_reads_keeps_nobody_from_writing_and_sees_one_moment(book: Book) -> None:
    """The public page may be read as often as anybody likes, while a station's receipt is written."""
    with book.read() as reading:
        assert reading.lines() == []
        with book.begin() as writing:
            writing.append(line())
        assert reading.lines() == []

    with book.read() as reading:
        assert len(reading.lines()) == 1 and reading.lines(after=1) == []


def test_who_reads_cannot_write(book: Book) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"), book.read() as reading:
        reading.append(line())

    with book.begin() as writing:
        assert writing.lines() == [] and writing.append(line())


def test_the_newest_line_is_the_last_one_queued(book: Book) -> None:
    with book.begin() as transaction:
        assert transaction.newest_line() is None
        transaction.append(line("proof"))
        transaction.append(line("seal"))

        newest = transaction.newest_line()

    assert newest is not None and newest.act == "seal"


# sessions -----------------------------------------------------------------------------------------------------------------


def test_the_newest_version_of_a_session_is_the_session(book: Book) -> None:
    newer = session(2, "33" * 32)
    with book.begin() as transaction:
        transaction.save_session(newer, [row("44" * 32, newer.hid)])
        transaction.save_session(session(), [row()])

        assert transaction.newest_session(newer.session) == newer and transaction.session(HID) == session()
        assert transaction.rows(newer.hid) == [row("44" * 32, newer.hid)] and transaction.row(PID) == row()
        assert transaction.newest_session("other") is None and transaction.session("55" * 32) is None


def test_of_every_session_the_newest_version_is_shown(book: Book) -> None:
    other = StoredSession("202612-6-31-01-03-4-L-02", 1, "66" * 32, b"manifest")
    newer = session(10, "33" * 32)
    with book.begin() as transaction:
        for each in (other, session(9), newer, session(2, "44" * 32)):
            transaction.save_session(each, [row(each.hid, each.hid)])

        assert transaction.newest_sessions() == [newer, other]


def test_a_version_of_a_session_is_stored_once(book: Book) -> None:
    """Not even a confused caller overwrites one."""
    with book.begin() as transaction:
        transaction.save_session(session(), [row()])

    with pytest.raises(Exception, match=r"(?i)unique"), book.begin() as transaction:
        transaction.save_session(session(1, "33" * 32), [row("44" * 32, "33" * 32)])

    with book.begin() as transaction:
        assert transaction.newest_sessions() == [session()]


def test_an_envelope_is_for_one_device(book: Book) -> None:
    with book.begin() as transaction:
        transaction.save_envelope(PID, "45120101", b"sealed")

        assert transaction.envelope(PID, "45120101") == b"sealed" and transaction.envelope(PID, "45120102") is None


# the file -----------------------------------------------------------------------------------------------------------------


def test_only_the_owner_reads_the_database(tmp_path: Path) -> None:
    """The bank's keys are in it. On a server, who may read is the server's to say."""
    engine = open_engine(tmp_path / "centre.sqlite")
    with Database(engine, content_keys(tmp_path)).begin() as transaction:
        transaction.append(line())
    engine.dispose()

    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
