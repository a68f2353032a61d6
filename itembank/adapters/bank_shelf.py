"""What items hang on and who has seen them: blueprints, pools, figures and eyes lists of `itembank.ports.bank.Bank`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from itembank.adapters import bank_tables as tables
from itembank.adapters.content_keys import ContentKeys
from itembank.adapters.engine import upsert
from itembank.domain.confidentiality import Seen, Sight
from itembank.domain.errors import BlueprintError, ItemError
from itembank.formats.at_rest import ContentKey, fingerprint
from itembank.formats.pool_content import blueprint_document, read_blueprint
from itembank.ports.bank import StoredBlueprint
from keys.encoding import canonical, read_canonical, read_time, time_text


class Shelf:
    """Over one connection."""

    def __init__(self, connection: Connection, keys: ContentKeys) -> None:
        self._connection, self._keys = connection, keys
        self._pool_keys: dict[str, ContentKey] = {}
        self._mark_key: bytes = b""

    # blueprints

    def save_blueprint(self, stored: StoredBlueprint) -> None:
        table, found = tables.blueprint, stored.blueprint
        where = (table.c.key == found.key, table.c.version == found.version)
        values = {
            "state": stored.state,
            "digest": stored.digest,
            "data": canonical(blueprint_document(found)).decode(),
            "signed": stored.signed,
        }
        state = self._connection.execute(select(table.c.state).where(*where)).scalar_one_or_none()
        if state == "used":
            raise BlueprintError("blueprint.used", key=found.key, version=found.version)
        if state is None:
            self._connection.execute(insert(table).values(key=found.key, version=found.version, **values))
        else:
            self._connection.execute(update(table).where(*where).values(values))

    def blueprint(self, key: str, version: int = 0) -> StoredBlueprint | None:
        table = tables.blueprint
        query = select(table).where(table.c.key == key).order_by(table.c.version.desc()).limit(1)
        query = query.where(table.c.version == version) if version else query.where(table.c.state != "draft")
        row = self._connection.execute(query).first()
        return None if row is None else _stored(row)

    def blueprints(self) -> list[StoredBlueprint]:
        table = tables.blueprint
        return [_stored(row) for row in self._connection.execute(select(table).order_by(table.c.key, table.c.version))]

    def use_blueprint(self, key: str, version: int) -> None:
        table = tables.blueprint
        where = (table.c.key == key, table.c.version == version, table.c.state == "approved")
        self._connection.execute(update(table).where(*where).values(state="used"))

    # pools

    def save_pool(self, pool: str, blueprint: str) -> None:
        self._connection.execute(insert(tables.pool).values(name=pool, blueprint=blueprint))

    def pools(self) -> dict[str, str]:
        query = select(tables.pool.c.name, tables.pool.c.blueprint).order_by(tables.pool.c.name)
        return {str(name): str(key) for name, key in self._connection.execute(query)}

    # figures

    def save_figures(self, pool: str, figures: Mapping[str, str]) -> None:
        for name in self.taken_names(pool, figures):
            raise ItemError("figure.fixed", name=name, pool=pool)
        table, rows = tables.figure, []
        for name, picture in figures.items():
            mark = self._mark(picture.encode())
            content = self._key(pool).seal(("figure", pool, name), picture.encode(), self._keys.random)
            rows.append({"pool": pool, "name": name, "mark": mark, "content": content})
        if rows:
            row = upsert(self._connection, table).on_conflict_do_nothing(index_elements=["pool", "name"])
            self._connection.execute(row, rows)

    def taken_names(self, pool: str, figures: Mapping[str, str]) -> list[str]:
        query = select(tables.figure.c.name, tables.figure.c.mark).where(tables.figure.c.pool == pool)
        held = {str(name): bytes(mark) for name, mark in self._connection.execute(query)} if figures else {}
        return [name for name in figures if name in held and held[name] != self._mark(figures[name].encode())]

    def figure_names(self, pool: str) -> set[str]:
        query = select(tables.figure.c.name).where(tables.figure.c.pool == pool)
        return set(self._connection.execute(query).scalars())

    def figures(self, pool: str, names: Iterable[str] = ()) -> dict[str, str]:
        table, wanted = tables.figure, set(names)
        query = select(table.c.name, table.c.content).where(table.c.pool == pool).order_by(table.c.name)
        return {
            str(name): self._key(pool).open(("figure", pool, str(name)), bytes(content)).decode()
            for name, content in self._connection.execute(query)
            if not wanted or name in wanted
        }

    # who has seen it

    def add_seen(self, lines: Iterable[Seen]) -> None:
        rows = [
            {"item_no": line.item_no, "version": line.version, "person": line.person, "sight": line.sight.value,
             "place": line.where, "at": time_text(line.at)}
            for line in lines
        ]  # fmt: skip
        if rows:
            key = [column.name for column in tables.seen.primary_key]
            row = upsert(self._connection, tables.seen).on_conflict_do_nothing(index_elements=key)
            self._connection.execute(row, rows)

    def seen(self, *, item_no: str = "", person: str = "") -> list[Seen]:
        table = tables.seen
        query = select(table).order_by(table.c.at, table.c.item_no, table.c.person)
        for column, value in ((table.c.item_no, item_no), (table.c.person, person)):
            if value:
                query = query.where(column == value)
        return [
            Seen(row.item_no, row.version, row.person, Sight(row.sight), read_time(row.at), row.place)
            for row in self._connection.execute(query)
        ]

    def _key(self, pool: str) -> ContentKey:
        if pool not in self._pool_keys:
            self._pool_keys[pool] = ContentKey(self._keys.of_pool(self._connection, pool))
        return self._pool_keys[pool]

    def _mark(self, data: bytes) -> bytes:
        self._mark_key = self._mark_key or self._keys.of_marks(self._connection)
        return fingerprint(self._mark_key, data)


def _stored(row: Row[Any]) -> StoredBlueprint:
    blueprint = read_blueprint(read_canonical(row.data.encode(), "blueprint"))
    return StoredBlueprint(blueprint, row.state, row.digest, bytes(row.signed))
