"""Connections to the centre's database, and what a transaction over one is: the same on SQLite and on PostgreSQL.

A writing transaction starts as one: the next writer waits for its end. On PostgreSQL, which would let them run side by
side, each takes one lock of the server first: else a line with a greater number could be committed before one with a smaller,
and who looks for what lies behind the last number seen would miss the smaller one for ever. A reading transaction sees one
moment's state, waits for no writer and keeps none waiting. A commit returns when it is on the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError

from itembank.adapters import schema
from itembank.ports import StoreError

WAIT = 30
"""Seconds a writer waits for the one before it. An import of a large workbook is one transaction."""
_COPIED = {str: "varchar", int: "int4", bytes: "bytea"}
RULE = re.compile(r"((?:item|blueprint|figure|eyes)\.[a-z_]+)\b")
"""What a trigger of `bank_rules` says."""
CACHE_KIB = 64 << 10
"""Of a SQLite file's pages: an import touches those of every index, and with fewer at hand it reads each again and again."""
WRITER = int.from_bytes(b"itembank")
"""The advisory lock of whoever writes to a PostgreSQL database."""


def open_engine(where: Path | str) -> Engine:
    """The database in this SQLite file or at this `postgresql://` URL; an empty one gets its tables.

    Raises StoreError when its tables are of another version, or when nobody answers there.
    """
    engine = connect(where)
    try:
        with reading(engine) as connection:
            empty = schema.is_empty(connection)
        if empty:
            with engine.begin() as connection:
                # Another process may have made them since.
                if schema.is_empty(connection):
                    schema.create(connection)
        with reading(engine) as connection:
            schema.check_newest(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def connect(where: Path | str) -> Engine:
    """The same, whatever tables it has: for who brings them up to date."""
    engine = _sqlite(where) if isinstance(where, Path) else _postgresql(where)
    event.listen(engine, "handle_error", _translate)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, from one moment's state: it waits for no writer and keeps none waiting."""
    with engine.connect().execution_options(reading=True) as connection, connection.begin():
        yield connection


def is_reading(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("reading", False))


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that may say what happens to a row that is there already; both databases have the same words for it."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_many(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Many rows of one shape, each with every column and nothing but text, integers and bytes.

    The driver takes them one by one as they are made, in its quickest way: an ordinary insert looks at each value of all of
    them first, which takes as long as the rest of an import. Raises IntegrityError as that does.
    """
    names = [column.name for column in table.columns]
    values = map(itemgetter(*names), rows)
    driver: Any = connection.connection.driver_connection
    dbapi = connection.dialect.loaded_dbapi
    try:
        if connection.dialect.name == "sqlite":
            places = ", ".join("?" * len(names))
            # Of one row FAIL does what ABORT does, without a copy of each page; see `bank_rules`.
            driver.executemany(f"INSERT OR FAIL INTO {table.name} ({', '.join(names)}) VALUES ({places})", values)
        else:
            _copy(driver, f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)", values)
    except dbapi.IntegrityError as error:
        _check_known(error)
        raise IntegrityError(f"INSERT INTO {table.name}", None, error) from error
    except (dbapi.DataError, dbapi.OperationalError) as error:
        # The driver was asked past SQLAlchemy: `_translate` does not see it.
        _check_known(error)
        _check_value(error, connection.dialect)
        raise StoreError("store.unreachable", reason=_first_line(error)) from error


def _copy(driver: Any, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    with driver.cursor().copy(statement) as copy:
        copy.set_types([_COPIED[type(value)] for value in first])
        for row in chain([first], rows):
            copy.write_row(row)


def _sqlite(path: Path) -> Engine:
    # Made before SQLite makes it, so that the file and its -wal and -shm are the owner's alone.
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": WAIT})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        only_reads = is_reading(connection)
        connection.exec_driver_sql(f"PRAGMA query_only={int(only_reads)}")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str) -> Engine:
    # READ COMMITTED: each statement of a writer sees what was committed while it waited for its turn.
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), isolation_level="READ COMMITTED", pool_pre_ping=True
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{WAIT}s"])
        # Stronger settings of the server (a second server that must have it too) stay.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if is_reading(connection):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (WRITER,))

    return engine


def _translate(context: ExceptionContext) -> None:
    """A server that is away, a writer that takes too long and a value no row can hold are said in our words."""
    error = context.original_exception
    if context.is_pre_ping:
        return
    _check_known(error)
    if context.is_disconnect or context.connection is None:
        raise StoreError("store.unreachable", reason=_first_line(error)) from error
    _check_value(error, context.dialect)


def _check_known(error: BaseException) -> None:
    """Raise StoreError when a rule of `bank_rules` refused, another writer took too long, or the disk is full."""
    refused = RULE.match(str(error))
    if refused:
        raise StoreError("store.refused", rule=refused[1]) from error
    state, name = getattr(error, "sqlstate", None), getattr(error, "sqlite_errorname", "")
    if state == "55P03" or name == "SQLITE_BUSY":
        raise StoreError("store.busy", seconds=WAIT) from error
    if state == "53100" or name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        raise StoreError("store.disk") from error


def _check_value(error: BaseException, dialect: Dialect) -> None:
    """Raise StoreError when no row can hold what was given."""
    if isinstance(error, dialect.loaded_dbapi.DataError):
        raise StoreError("store.value") from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
