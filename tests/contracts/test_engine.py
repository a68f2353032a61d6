"""Connections to the centre's database: what is acknowledged is on the disk, and what goes wrong is said in our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from itembank.adapters import engine as engines
from itembank.adapters.bank_tables import seen
from itembank.adapters.database import Database, SqlTransaction
from itembank.adapters.engine import insert_many, open_engine
from itembank.domain.items import Item
from itembank.domain.review import ItemState, Standing
from itembank.ports import StoredSession
from tests.province import PREPARED, content_keys, refused
from tests.unit.steps.sample_items import item


@pytest.mark.parametrize("servers", ["off", "on", "remote_apply"])
def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(postgres_url: str, servers: str) -> None:
    """And for a second server, where that is what its keeper wants."""
    with psycopg.connect(postgres_url) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = {servers}".encode())
    engine = open_engine(postgres_url)

    with engine.begin() as writing:
        kept = writing.exec_driver_sql("SHOW synchronous_commit").scalar_one()

    engine.dispose()
    assert kept == ("on" if servers == "off" else servers)


def test_a_commit_to_a_file_waits_for_the_disk(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "centre.sqlite")

    with engine.begin() as writing:
        full = writing.exec_driver_sql("PRAGMA synchronous").scalar_one()

    engine.dispose()
    assert full == 2


def a_long_statement(transaction: SqlTransaction) -> None:
    transaction.save_statement("pledge", "somebody", "large", bytes(1 << 20))


def many_items(transaction: SqlTransaction) -> None:
    save_items(transaction, *map(item, range(2_000)))


def save_items(transaction: SqlTransaction, *items: Item) -> None:
    bank = transaction.bank
    bank.save_versions([(one, 1) for one in bank.marked(items)], Standing(ItemState.DRAFT, "author"), PREPARED)


@pytest.mark.parametrize("large", [a_long_statement, many_items])
def test_a_full_disk_is_called_one_and_nothing_is_half_written(tmp_path: Path, large: Callable[[SqlTransaction], None]) -> None:
    """Not a server that nobody reaches. SQLite counts the pages here instead of the disk."""
    engine = open_engine(tmp_path / "centre.sqlite")
    book = Database(engine, content_keys(tmp_path))

    def write(more: Callable[[SqlTransaction], None]) -> None:
        with book.begin() as transaction:
            transaction.save_statement("pledge", "somebody", "small", b"small")
            more(transaction)

    with engine.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 9}")
    refused("store.disk", lambda: write(large))

    with book.read() as transaction:
        assert transaction.statements("pledge", "somebody") == [] and transaction.bank.numbers("city") == []
    write(lambda transaction: None)
    engine.dispose()


def test_a_value_no_row_can_hold_is_called_one_among_many_rows(postgres_url: str, tmp_path: Path) -> None:
    """SQLite holds it: there a column has no width."""
    engine = open_engine(postgres_url)
    book = Database(engine, content_keys(tmp_path))

    def write() -> None:
        with book.begin() as transaction:
            save_items(transaction, item(1), item(2, enemy_group="组" * 61))

    refused("store.value", write)
    engine.dispose()


def test_a_server_that_ends_among_many_rows_is_unreachable(postgres_url: str) -> None:
    engine = open_engine(postgres_url)

    def rows() -> Iterator[dict[str, object]]:
        for number in range(20_000):
            if number == 1:
                end_all(postgres_url)
            yield {"item_no": f"{number}", "version": 1, "person": "x", "sight": "view", "place": "", "at": "2026"}

    def write() -> None:
        with engine.begin() as connection:
            insert_many(connection, seen, rows())

    refused("store.unreachable", write)
    engine.dispose()


def test_a_writer_that_waits_too_long_says_so(where: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A station's request does not hang for ever behind an import; whoever reads does not wait at all."""
    monkeypatch.setattr(engines, "WAIT", 0.1)
    engine = open_engine(where)
    book = Database(engine, content_keys(tmp_path))

    def write() -> None:
        with book.begin() as transaction:
            transaction.lines()

    with book.begin():
        refused("store.busy", write)
        with book.read() as transaction:
            assert transaction.lines() == []
    write()
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://postgres@/itembank?host=/nowhere", id="no server"),
        pytest.param("postgresql://postgres@/nosuch?host={folder}", id="no such database"),
        pytest.param("postgresql://postgres@/postgres?host={folder}&sslmod=require", id="a mistyped option"),
    ],
)
def test_a_server_that_cannot_be_reached_is_unavailable(postgres_url: str, url: str) -> None:
    refused("store.unreachable", lambda: open_engine(url.format(folder=postgres_url.partition("?host=")[2])))


def test_when_the_server_was_started_anew_the_next_transaction_goes_on(postgres_url: str, tmp_path: Path) -> None:
    """One that was under way has not happened."""
    engine = open_engine(postgres_url)
    book = Database(engine, content_keys(tmp_path))

    def broken_off() -> None:
        with book.begin() as transaction:
            transaction.save_statement("receipt", "s", "1", b"x")
            end_all(postgres_url)
            transaction.statement("receipt", "s", "1")

    refused("store.unreachable", broken_off)
    with book.begin() as transaction:
        assert transaction.save_statement("receipt", "s", "1", b"y")
    end_all(postgres_url)

    with book.read() as transaction:
        assert transaction.statement("receipt", "s", "1") == b"y"
    engine.dispose()


@pytest.mark.parametrize("name", ["no\0name", "x" * 81], ids=["a sign that is none", "too long"])
def test_a_value_that_a_server_cannot_hold_is_bad_input(postgres_url: str, tmp_path: Path, name: str) -> None:
    engine = open_engine(postgres_url)
    book = Database(engine, content_keys(tmp_path))

    def save() -> None:
        with book.begin() as transaction:
            transaction.save_session(StoredSession(name, 1, "11" * 32, b"manifest"), [])

    refused("store.value", save)
    engine.dispose()


def end_all(url: str) -> None:
    """Every other connection to this database, as when its server is started anew."""
    with psycopg.connect(url) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        connection.execute(others, [connection.info.dbname])
