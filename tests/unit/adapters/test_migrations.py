"""A database of an older version becomes one of today, with all its rows; no other is touched.

A new step needs a case in CASES: rows as they were before it, and what must hold of them after it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, insert, inspect, select, text

from itembank.adapters import migrations, schema
from itembank.adapters.engine import connect, open_engine, reading
from itembank.adapters.migrations import FIRST, HEAD
from itembank.adapters.place import Place
from itembank.adapters.upgrading import config, upgrade
from tests.province import content_keys, refused
from tests.servers.schema import schema_of

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Case:
    """before: rows by table, as they lie in the tables of the revision before. after: asserts what must hold.

    The first step finds its own tables with rows in them, made by the version that kept no account.
    """

    before: Rows
    after: Callable[[Connection], None]


def rows_of(connection: Connection, name: str) -> list[dict[str, Any]]:
    """Every row of a table as it is now."""
    table = Table(name, MetaData(), autoload_with=connection)
    return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


FIRST_ROWS: Rows = {
    "statement": [{"id": 7, "kind": "receipt", "subject": "45120101", "name": "000001", "data": b"\x00signed"}],
    "session": [{"hid": "11" * 32, "session": "202612-L-01", "version": 2, "manifest": b"\xffmanifest"}],
    "package": [{"pid": "22" * 32, "hid": "11" * 32, "place": "45120101", "row": b"row"}],
    "envelope": [{"pid": "22" * 32, "device": "45120101", "data": b"sealed"}],
    "nonce": [{"nonce": "33" * 16, "at": "2026-12-01T00:00:00Z"}],
    "ledger_queue": [{"id": number, "act": "fetch", "hid": "11" * 32, "entry": b"line"} for number in (3, 9)],
    "ledger_entry": [{"index": index, "queued": queued, "entry": b"line"} for index, queued in ((0, 3), (1, 9))],
    "ledger_checkpoint": [{"size": 2, "cosigners": 3, "note": b"note"}],
}


def first_rows_are_there(connection: Connection) -> None:
    assert {name: rows_of(connection, name) for name in FIRST_ROWS} == FIRST_ROWS


PLAIN_ROWS: Rows = {
    "blueprint": [{"id": 1, "data": '{"occupation":"电工"}'}],
    "item": [{"item_no": "national-1", "pool": "national", "status": "active", "data": '{"题干":"欧姆定律"}'}],
    "figure": [{"pool": "national", "name": "r.svg", "svg": "<svg/>"}],
}


def plain_rows_wait_to_be_sealed(connection: Connection) -> None:
    """`tests/unit/adapters/test_carrying.py` shows what becomes of them."""
    assert {name: rows_of(connection, f"plain_{name}") for name in PLAIN_ROWS} == PLAIN_ROWS
    assert not rows_of(connection, "item_version")


CASES = {"0001": Case(FIRST_ROWS, first_rows_are_there), "0002": Case(PLAIN_ROWS, plain_rows_wait_to_be_sealed)}
"""Every step by its revision."""

scripts = ScriptDirectory(migrations.__path__[0])
BEFORE = {step.revision: str(step.down_revision or "base") for step in scripts.walk_revisions()}


@contextmanager
def database(where: Path | str) -> Iterator[Engine]:
    engine = connect(where)
    yield engine
    engine.dispose()


def move(engine: Engine, revision: str) -> dict[str, Any]:
    """To this revision, up or down; the tables then."""
    with engine.begin() as connection:
        # "base" and the revision below are both behind an older number.
        behind = revision == "base" or schema.revision(connection) > revision
        (command.downgrade if behind else command.upgrade)(config(connection), revision)
    with reading(engine) as connection:
        return schema_of(connection)


def put(engine: Engine, rows: Rows) -> None:
    with engine.begin() as connection:
        for name, values in rows.items():
            connection.execute(insert(Table(name, MetaData(), autoload_with=connection)), values)


def unmark(engine: Engine) -> None:
    """As the first version of the program left its database."""
    with engine.begin() as connection:
        schema.version.drop(connection)


# the steps ----------------------------------------------------------------------------------------------------------------


def test_every_step_has_a_case_and_the_last_one_is_the_programs() -> None:
    assert set(CASES) == set(BEFORE)
    assert scripts.get_heads() == [HEAD] and scripts.get_bases() == [FIRST]
    assert sorted(BEFORE) == [f"{number:04d}" for number in range(1, len(BEFORE) + 1)]


@pytest.mark.parametrize("revision", sorted(CASES))
def test_rows_come_through_a_step(empty: Path | str, revision: str, tmp_path: Path) -> None:
    case = CASES[revision]
    with database(empty) as engine:
        move(engine, revision if revision == FIRST else BEFORE[revision])
        put(engine, case.before)
        if revision == FIRST:
            unmark(engine)
            assert upgrade(empty, tmp_path / "lock", content_keys(tmp_path)) == (schema.UNMARKED, HEAD)
        else:
            move(engine, revision)

        with reading(engine) as connection:
            case.after(connection)


@pytest.mark.parametrize("revision", sorted(CASES))
def test_a_step_back_leaves_nothing_and_the_step_again_the_same(empty: Path | str, revision: str) -> None:
    with database(empty) as engine:
        before = {} if revision == FIRST else move(engine, BEFORE[revision])
        after = move(engine, revision)

        left = move(engine, BEFORE[revision])

        if revision == FIRST:
            assert set(left) == {schema.version.name, "written"}
        else:
            assert left == before
        assert move(engine, revision) == after != left


def test_all_steps_lead_to_the_tables_of_today(empty: Path | str) -> None:
    """What an empty database gets at once is what an old one comes to."""
    with database(empty) as engine:
        stepped = move(engine, HEAD)
        move(engine, "base")
        with engine.begin() as connection:
            schema.version.drop(connection)
        open_engine(empty).dispose()

        with reading(engine) as connection:
            assert schema_of(connection) == stepped and len(stepped) > 10


def test_a_number_is_given_on_behind_the_last_after_the_steps(empty: Path | str, tmp_path: Path) -> None:
    """The ledger goes by it."""
    with database(empty) as engine:
        move(engine, FIRST)
        with engine.begin() as connection:
            add = text("INSERT INTO ledger_queue (act, hid, entry) VALUES ('fetch', 'x', 'y') RETURNING id")
            numbers = [connection.execute(add).scalar_one() for _ in range(3)]
        unmark(engine)
        upgrade(empty, tmp_path / "lock", content_keys(tmp_path))

        with engine.begin() as connection:
            assert connection.execute(add).scalar_one() == numbers[-1] + 1


# what is opened, and what is refused --------------------------------------------------------------------------------------


def test_an_empty_database_gets_its_tables_once_whoever_opens_it(empty: Path | str) -> None:
    """Also when several do at the same moment."""
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            open_engine(empty).dispose()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with database(empty) as engine, reading(engine) as connection:
        assert schema.revision(connection) == HEAD


def test_an_older_database_is_not_opened_before_it_is_upgraded(empty: Path | str, tmp_path: Path) -> None:
    """Not even one whose tables are the same: nobody knows that."""
    with database(empty) as engine:
        move(engine, FIRST)
        unmark(engine)
    assert refused("store.old_schema", lambda: open_engine(empty)).facts == {"found": "0000", "needed": HEAD}

    upgrade(empty, tmp_path / "lock", content_keys(tmp_path))

    open_engine(empty).dispose()
    assert upgrade(empty, tmp_path / "lock", content_keys(tmp_path)) == (HEAD, HEAD)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param("9999", id="a newer program's"),
        pytest.param("c0ffee", id="another program's that uses Alembic too"),
        pytest.param("", id="none, though it should"),
    ],
)
def test_a_database_of_no_version_we_know_is_not_touched(empty: Path | str, tmp_path: Path, found: str) -> None:
    with database(empty) as engine:
        before = move(engine, HEAD)
        with engine.begin() as connection:
            connection.execute(schema.version.update().values(version_num=found))

        refused("store.new_schema", lambda: open_engine(empty))
        refused("store.new_schema", lambda: upgrade(empty, tmp_path / "lock", content_keys(tmp_path)))

        with reading(engine) as connection:
            assert schema_of(connection) == before and schema.revision(connection) == found


def test_somebody_elses_tables_are_not_touched(empty: Path | str, tmp_path: Path) -> None:
    with database(empty) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE payroll (name TEXT)")

        refused("store.new_schema", lambda: open_engine(empty))
        refused("store.new_schema", lambda: upgrade(empty, tmp_path / "lock", content_keys(tmp_path)))

        with reading(engine) as connection:
            assert inspect(connection).get_table_names() == ["payroll"]


def test_an_upgrade_that_fails_has_not_happened(empty: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps are one transaction."""
    real = command.upgrade

    def upgrade_and_fail(*arguments: Any) -> None:
        real(*arguments)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(command, "upgrade", upgrade_and_fail)

    with pytest.raises(RuntimeError):
        upgrade(empty, tmp_path / "lock", content_keys(tmp_path))

    with database(empty) as engine, reading(engine) as connection:
        assert schema.is_empty(connection)


def test_a_database_is_not_upgraded_under_a_running_centre(where: Path | str, tmp_path: Path) -> None:
    engine = open_engine(where)
    place = Place(engine, tmp_path / "lock")
    place.take()

    refused("ledger.two_sequencers", lambda: upgrade(where, tmp_path / "lock", content_keys(tmp_path)))

    place.leave()
    engine.dispose()
    assert upgrade(where, tmp_path / "lock", content_keys(tmp_path)) == (HEAD, HEAD)


def test_only_an_upgrade_loads_the_tool_for_it(tmp_path: Path) -> None:
    """Nor does a centre on a file load the client of a server."""
    source = (
        "import sys, pathlib, itembank.cli.bank, itembank.bootstrap.server, itembank.adapters.engine as s;"
        f"s.open_engine(pathlib.Path({str(tmp_path / 'centre.sqlite')!r})).dispose();"
        "print(sorted({'alembic', 'psycopg', 'mako'} & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)

    assert told.stdout == "[]\n"
