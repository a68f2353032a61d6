"""The centre's database: `itembank.ports.Book` on SQLAlchemy.

A writing transaction starts as one, so an act and its ledger line are committed together and nobody reads a half of either;
reading ones see one moment's state and wait for nobody. SQLite runs with full synchronisation: what was acknowledged
survives a power cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert

from itembank.adapters import tables
from itembank.domain.blueprint import Blueprint
from itembank.domain.items import Item
from itembank.formats.pool_content import item_document, read_blueprint, read_item
from itembank.ports import StoredRow, StoredSession, StoreError
from keys.encoding import canonical, read_canonical, time_text
from keys.entry import Entry, read_entry


def open_engine(path: Path) -> Engine:
    """The SQLite database in this file, its tables made when they are missing."""
    # Made before SQLite makes it, so that the file and its -wal and -shm are the owner's alone.
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    tables.metadata.create_all(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, from one moment's state: it waits for no writer and keeps none waiting."""
    with engine.connect().execution_options(reading=True) as connection, connection.begin():
        yield connection


class Database:
    """`itembank.ports.Book`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        with self.engine.begin() as connection:
            yield SqlTransaction(connection)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        with reading(self.engine) as connection:
            yield SqlTransaction(connection)


class SqlTransaction:
    """`itembank.ports.Transaction` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, entry: Entry) -> int:
        hid = str(entry.subject.get("hid", ""))
        row = {"act": entry.act, "hid": hid, "entry": entry.encode()}
        key = self._connection.execute(insert(tables.ledger_queue).values(row)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def save_blueprint(self, blueprint: Blueprint) -> None:
        self._connection.execute(delete(tables.blueprint))
        data = canonical(asdict(blueprint)).decode()
        self._connection.execute(insert(tables.blueprint).values(id=1, data=data))

    def blueprint(self) -> Blueprint | None:
        data = self._connection.execute(select(tables.blueprint.c.data)).scalar_one_or_none()
        return None if data is None else read_blueprint(read_canonical(data.encode(), "blueprint"))

    def save_items(self, items: Sequence[Item], figures: dict[str, str]) -> None:
        rows = [
            {
                "item_no": item.item_no,
                "pool": item.pool,
                "status": "active",
                "data": canonical(item_document(item)).decode(),
            }
            for item in items
        ]
        statement = upsert(tables.item)
        self._connection.execute(statement.on_conflict_do_update(["item_no"], set_=dict(statement.excluded)), rows)
        drawn = [{"pool": items[0].pool, "name": name, "svg": svg} for name, svg in figures.items()]
        if drawn:
            picture = upsert(tables.figure)
            kept = picture.on_conflict_do_update(["pool", "name"], set_={"svg": picture.excluded.svg})
            self._connection.execute(kept, drawn)

    def items(self, pool: str) -> list[Item]:
        query = select(tables.item.c.data).where(tables.item.c.pool == pool).order_by(tables.item.c.item_no)
        return [read_item(read_canonical(data.encode(), "item")) for data in self._connection.execute(query).scalars()]

    def figures(self, pool: str) -> dict[str, str]:
        query = select(tables.figure.c.name, tables.figure.c.svg).where(tables.figure.c.pool == pool)
        return {str(name): str(svg) for name, svg in self._connection.execute(query)}

    def save_statement(self, kind: str, subject: str, name: str, data: bytes) -> bool:
        held = self.statement(kind, subject, name)
        if held is not None and held != data:
            raise StoreError("store.fork", kind=kind, subject=subject, name=name)
        if held is None:
            row = {"kind": kind, "subject": subject, "name": name, "data": data}
            self._connection.execute(insert(tables.statement).values(row))
        return held is None

    def statement(self, kind: str, subject: str, name: str) -> bytes | None:
        table = tables.statement
        query = select(table.c.data).where(table.c.kind == kind, table.c.subject == subject, table.c.name == name)
        data = self._connection.execute(query).scalar_one_or_none()
        return None if data is None else bytes(data)

    def statements(self, kind: str, subject: str) -> list[tuple[str, bytes]]:
        table = tables.statement
        query = select(table.c.name, table.c.data).where(table.c.kind == kind, table.c.subject == subject)
        return [(str(name), bytes(data)) for name, data in self._connection.execute(query.order_by(table.c.id))]

    def subjects(self, kind: str) -> set[str]:
        query = select(tables.statement.c.subject).where(tables.statement.c.kind == kind).distinct()
        return set(self._connection.execute(query).scalars())

    def save_session(self, session: StoredSession, rows: Sequence[StoredRow]) -> None:
        self._connection.execute(insert(tables.session).values(asdict(session)))
        self._connection.execute(insert(tables.package), [asdict(row) for row in rows])

    def session(self, hid: str) -> StoredSession | None:
        return self._session(select(tables.session).where(tables.session.c.hid == hid))

    def newest_session(self, session: str) -> StoredSession | None:
        query = select(tables.session).where(tables.session.c.session == session)
        return self._session(query.order_by(tables.session.c.version.desc()).limit(1))

    def newest_sessions(self) -> list[StoredSession]:
        table = tables.session
        newest = select(table.c.session, func.max(table.c.version)).group_by(table.c.session)
        query = select(table).where(tuple_(table.c.session, table.c.version).in_(newest)).order_by(table.c.session)
        return [StoredSession(**row) for row in self._connection.execute(query).mappings()]

    def rows(self, hid: str) -> list[StoredRow]:
        query = select(tables.package).where(tables.package.c.hid == hid)
        return [StoredRow(**row) for row in self._connection.execute(query).mappings()]

    def row(self, pid: str) -> StoredRow | None:
        row = self._connection.execute(select(tables.package).where(tables.package.c.pid == pid)).mappings().first()
        return None if row is None else StoredRow(**row)

    def save_envelope(self, pid: str, device: str, data: bytes) -> None:
        self._connection.execute(insert(tables.envelope).values(pid=pid, device=device, data=data))

    def envelope(self, pid: str, device: str) -> bytes | None:
        table = tables.envelope
        query = select(table.c.data).where(table.c.pid == pid, table.c.device == device)
        data = self._connection.execute(query).scalar_one_or_none()
        return None if data is None else bytes(data)

    def spend_nonce(self, nonce: str, at: datetime, not_before: datetime) -> bool:
        table = tables.nonce
        self._connection.execute(delete(table).where(table.c.at < time_text(not_before)))
        row = upsert(table).values(nonce=nonce, at=time_text(at)).on_conflict_do_nothing(["nonce"])
        return self._connection.execute(row).rowcount == 1

    def queued(self, act: str, hid: str) -> list[Entry]:
        table = tables.ledger_queue
        query = select(table.c.entry).where(table.c.act == act, table.c.hid == hid).order_by(table.c.id)
        return [read_entry(bytes(entry)) for entry in self._connection.execute(query).scalars()]

    def lines(self, after: int = 0) -> list[tuple[int, Entry]]:
        table = tables.ledger_queue
        query = select(table.c.id, table.c.entry).where(table.c.id > after).order_by(table.c.id)
        return [(int(number), read_entry(bytes(entry))) for number, entry in self._connection.execute(query)]

    def newest_line(self) -> Entry | None:
        query = select(tables.ledger_queue.c.entry).order_by(tables.ledger_queue.c.id.desc()).limit(1)
        entry = self._connection.execute(query).scalar_one_or_none()
        return None if entry is None else read_entry(bytes(entry))

    def _session(self, query: Any) -> StoredSession | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else StoredSession(**row)
