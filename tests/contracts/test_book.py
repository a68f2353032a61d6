"""`ports.Book`: the centre's database. An act and its ledger line are one transaction; every adapter passes these."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from itembank.adapters.database import Database, open_engine
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.item_workbook import read_items
from itembank.ports import Book, StoredRow, StoredSession, Transaction
from keys.entry import Entry
from tests.province import POOLS, blueprint_bytes, items_bytes, refused

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HID, PID = "11" * 32, "22" * 32


@pytest.fixture(params=["sqlite"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Book]:
    engine = open_engine(tmp_path / "centre.sqlite")
    yield Database(engine)
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
    ("a blueprint", lambda t: t.save_blueprint(read_blueprint(blueprint_bytes())), lambda t: t.blueprint(), None),
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


def test_the_lines_of_a_session_are_found_without_reading_all_others(tmp_path: Path) -> None:
    """The queue has every line there ever was."""
    engine = open_engine(tmp_path / "centre.sqlite")
    with engine.connect() as connection:
        look = "EXPLAIN QUERY PLAN SELECT entry FROM ledger_queue WHERE act = 'open' AND hid = 'x' ORDER BY id"
        plan = [str(row[-1]) for row in connection.exec_driver_sql(look)]
    engine.dispose()

    assert plan and all(step.startswith("SEARCH") and "INDEX" in step for step in plan)


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


# the bank -----------------------------------------------------------------------------------------------------------------


def test_blueprint_and_items_come_back_as_they_were_read(book: Book) -> None:
    """The pools stay apart; an item imported again is the later one."""
    blueprint = read_blueprint(blueprint_bytes())
    pools = {pool: read_items(items_bytes(pool), pool, blueprint, ("r.svg",)) for pool in POOLS}
    with book.begin() as transaction:
        transaction.save_blueprint(blueprint)
        for found in (*pools.values(), pools["city"]):
            transaction.save_items(found, {"r.svg": f"<svg>{found[0].pool}</svg>"})

    with book.begin() as transaction:
        assert transaction.blueprint() == blueprint
        for pool, found in pools.items():
            assert transaction.items(pool) == sorted(found, key=lambda item: item.item_no)
            assert transaction.figures(pool) == {"r.svg": f"<svg>{pool}</svg>"}


def test_only_the_owner_reads_the_database(tmp_path: Path, book: Book) -> None:
    """The bank's keys are in it."""
    with book.begin() as transaction:
        transaction.append(line())

    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
