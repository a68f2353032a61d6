"""The centre's database: `itembank.ports.Book` on SQLAlchemy, in a SQLite file or on a PostgreSQL server.

Writers stand one behind the other, so an act and its ledger line are committed together, nobody reads a half of either, and
lines are committed in the order of their numbers; who reads sees one moment's state and waits for nobody. What was
acknowledged survives a power cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, tuple_

from itembank.adapters import tables
from itembank.adapters.bank import SqlBank
from itembank.adapters.content_keys import ContentKeys
from itembank.adapters.engine import reading, upsert
from itembank.ports import StoredRow, StoredSession, StoreError
from keys.encoding import time_text
from keys.entry import Entry, read_entry


class Database:
    """`itembank.ports.Book`."""

    def __init__(self, engine: Engine, keys: ContentKeys) -> None:
        self.engine, self._keys = engine, keys

    @contextmanager
    def begin(self, content_of: Iterable[str] = ()) -> Iterator[SqlTransaction]:
        if pools := list(content_of):
            with reading(self.engine) as connection:
                self._keys.fetch(connection, pools)
        with self.engine.begin() as connection:
            yield SqlTransaction(connection, self._keys)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        with reading(self.engine) as connection:
            yield SqlTransaction(connection, self._keys)


class SqlTransaction:
    """`itembank.ports.Transaction` over one connection."""

    def __init__(self, connection: Connection, keys: ContentKeys) -> None:
        self._connection = connection
        self.bank = SqlBank(connection, keys)

    def append(self, entry: Entry) -> int:
        hid = str(entry.subject.get("hid", ""))
        row = {"act": entry.act, "hid": hid, "entry": entry.encode()}
        key = self._connection.execute(insert(tables.ledger_queue).values(row)).inserted_primary_key
        assert key is not None
        return int(key[0])

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
        row = upsert(self._connection, table).values(nonce=nonce, at=time_text(at))
        spent = row.on_conflict_do_nothing(index_elements=["nonce"]).returning(table.c.nonce)
        return self._connection.execute(spent).scalar_one_or_none() is not None

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
