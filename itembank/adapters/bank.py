"""`itembank.ports.bank.Bank` in SQL: metadata in clear, content sealed under its pool's key.

Items and their versions are here; blueprints, figures and eyes lists, which they only touch, in `bank_shelf`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row, Select, bindparam, func, insert, or_, select, tuple_, update

from itembank.adapters import bank_tables as tables
from itembank.adapters.bank_shelf import Shelf
from itembank.adapters.engine import insert_many
from itembank.domain.confidentiality import Seen, Sight
from itembank.domain.duplicates import key_identity, text_identity
from itembank.domain.items import Item, ItemCard, ItemType
from itembank.domain.review import ItemState, Move, Standing
from itembank.formats.pool_content import item_document, read_item
from itembank.ports.bank import Event, Held, Marked, Twin, VersionCard, Wanted
from keys.encoding import canonical, read_canonical, read_time, sha256, time_text
from keys.errors import TamperedError

AT_ONCE = 500
"""Rows of one look-up: a database takes only so many values in a statement."""
VERSION = tables.item_version
CARD = (
    VERSION.c.item_no, VERSION.c.version, VERSION.c.pool, VERSION.c.type, VERSION.c.point, VERSION.c.difficulty,
    VERSION.c.enemy_group, VERSION.c.adapted_from, VERSION.c.newest, VERSION.c.digest, VERSION.c.state, VERSION.c.author,
    VERSION.c.reviewer, VERSION.c.approver, VERSION.c.assignee, VERSION.c.due, VERSION.c.saved_at,
)  # fmt: skip
T = TypeVar("T")


class SqlBank(Shelf):
    """`itembank.ports.bank.Bank` over one connection."""

    def marked(self, items: Iterable[Item]) -> list[Marked]:
        found = []
        for item in items:
            document = canonical(item_document(item))
            text = text_identity(item)
            marks = map(self._mark, (document, text.encode(), key_identity(item, text).encode()))
            found.append(Marked(item, document, *marks))
        return found

    def held(self, items: Sequence[Marked]) -> dict[str, Held]:
        marks = {marked.item.item_no: marked.mark for marked in items}
        query = select(*CARD, VERSION.c.mark).where(VERSION.c.newest == 1)
        rows = self._rows(query, VERSION.c.item_no, marks)
        return {row.item_no: Held(_card(row), bytes(row.mark) == marks[row.item_no]) for row in rows}

    def twins(self, items: Sequence[Marked], *, in_bank: bool = True) -> list[Twin]:
        # text → item → its keys: what is in use may have another one than the draft before it
        known: dict[bytes, dict[str, set[bytes]]] = {}
        if in_bank:
            query = select(VERSION.c.item_no, VERSION.c.text_mark, VERSION.c.key_mark)
            # The newest, and what is in use or under suspicion behind a draft.
            query = query.where(or_(VERSION.c.newest == 1, VERSION.c.state.in_(("active", "approved", "frozen"))))
            marks = {marked.text_mark for marked in items}
            for row in self._rows(query.order_by(VERSION.c.item_no), VERSION.c.text_mark, marks):
                known.setdefault(bytes(row.text_mark), {}).setdefault(row.item_no, set()).add(bytes(row.key_mark))
        found = []
        for marked in items:
            item_no, same = marked.item.item_no, known.setdefault(marked.text_mark, {})
            others = [other for other in same if other != item_no]
            if others:
                conflicts = [other for other in others if same[other] != {marked.key_mark}]
                found.append(Twin(item_no, (conflicts or others)[0], bool(conflicts)))
            same[item_no] = {marked.key_mark}
        return found

    def save_versions(self, items: Sequence[tuple[Marked, int]], standing: Standing, at: datetime) -> None:
        said = {**_people(standing), "newest": 1, "saved_at": time_text(at)}
        # In the order of the table: a database is quicker at its end than in its middle.
        ordered = sorted(items, key=lambda one: one[0].item.item_no)
        numbers = [{"b_item_no": marked.item.item_no} for marked, version in ordered if version > 1]
        if numbers:
            earlier = update(VERSION).where(VERSION.c.item_no == bindparam("b_item_no"), VERSION.c.newest == 1)
            self._connection.execute(earlier.values(newest=0), numbers)
        for pool in {marked.item.pool for marked, _ in items}:
            # Before the rows go out: while they do, the connection answers nothing else.
            self._key(pool)
        insert_many(self._connection, VERSION, (self._sealed_row(marked, version, said) for marked, version in ordered))

    def replace_drafts(self, items: Sequence[tuple[Marked, int]], standing: Standing, at: datetime) -> None:
        said = {"saved_at": time_text(at)}
        rows = [
            {f"b_{name}": value for name, value in self._sealed_row(marked, version, said).items()} for marked, version in items
        ]
        names = [name.removeprefix("b_") for name in rows[0]] if rows else []
        same = update(VERSION).where(VERSION.c.item_no == bindparam("b_item_no"), VERSION.c.version == bindparam("b_version"))
        if rows:
            new: dict[str, Any] = {name: bindparam(f"b_{name}") for name in names if name not in ("item_no", "version")}
            self._connection.execute(same.values({**new, **_people(standing)}), rows)

    def move(self, cards: Sequence[VersionCard], move: Move, to: Standing, who: str, at: datetime, comment: str) -> None:
        if not cards:
            return
        which = [{"b_item_no": card.item_no, "b_version": card.version} for card in cards]
        same = update(VERSION).where(VERSION.c.item_no == bindparam("b_item_no"), VERSION.c.version == bindparam("b_version"))
        self._connection.execute(same.values(_people(to)), which)
        said = {"move": move.value, "who": who, "at": time_text(at)}
        lines = [
            {"item_no": card.item_no, "version": card.version, **said, "comment": self._comment(card, comment)}
            for card in cards
        ]
        self._connection.execute(insert(tables.item_event), lines)

    def cards(self, wanted: Wanted) -> list[VersionCard]:
        query = select(*CARD).where(VERSION.c.item_no > wanted.after).order_by(VERSION.c.item_no, VERSION.c.version)
        asked = (VERSION.c.pool, wanted.pool), (VERSION.c.point, wanted.point), (VERSION.c.adapted_from, wanted.adapted_from)
        for column, value in asked:
            if value:
                query = query.where(column == value)
        if wanted.newest:
            query = query.where(VERSION.c.newest == 1)
        if wanted.states:
            query = query.where(VERSION.c.state.in_([state.value for state in wanted.states]))
        if wanted.assignee:
            query = query.where(or_(VERSION.c.assignee == wanted.assignee, VERSION.c.assignee == ""))
        return [_card(row) for row in self._connection.execute(query.limit(wanted.limit))]

    def cards_of(self, item_nos: Iterable[str]) -> dict[str, VersionCard]:
        query = select(*CARD).where(VERSION.c.newest == 1)
        return {row.item_no: _card(row) for row in self._rows(query, VERSION.c.item_no, item_nos)}

    def active_cards_of(self, item_nos: Iterable[str]) -> dict[str, VersionCard]:
        query = select(*CARD).where(VERSION.c.state == ItemState.ACTIVE.value)
        return {row.item_no: _card(row) for row in self._rows(query, VERSION.c.item_no, item_nos)}

    def numbers(self, pool: str) -> list[str]:
        query = select(VERSION.c.item_no).where(VERSION.c.pool == pool, VERSION.c.newest == 1).order_by(VERSION.c.item_no)
        return list(self._connection.execute(query).scalars())

    def versions(self, item_no: str) -> list[VersionCard]:
        query = select(*CARD).where(VERSION.c.item_no == item_no).order_by(VERSION.c.version)
        return [_card(row) for row in self._connection.execute(query)]

    def history(self, item_no: str) -> list[Event]:
        table = tables.item_event
        query = select(table).where(table.c.item_no == item_no).order_by(table.c.id)
        found = self.versions(item_no)
        return [
            Event(row.version, row.move, row.who, read_time(row.at), self._read_comment(found[0].pool, row))
            for row in self._connection.execute(query)
        ]

    def eyes(self, *, item_no: str = "", person: str = "") -> list[Seen]:
        lines = self.seen(item_no=item_no, person=person)
        shown = {(line.item_no, line.version, line.person) for line in lines}
        people = (VERSION.c.author, VERSION.c.reviewer, VERSION.c.approver)
        query = select(VERSION.c.item_no, VERSION.c.version, VERSION.c.saved_at, *people)
        query = query.where(VERSION.c.item_no == item_no if item_no else or_(*(column == person for column in people)))
        for row in self._connection.execute(query):
            for sight, name in ((Sight.AUTHOR, row.author), (Sight.REVIEW, row.reviewer), (Sight.REVIEW, row.approver)):
                # a version of another bank's pool: its people are not known here
                known = name and "@" not in name and (not person or name == person)
                # An author knew it from the day it came in, whenever he looked again.
                if known and (sight is Sight.AUTHOR or (row.item_no, row.version, name) not in shown):
                    lines.append(Seen(row.item_no, row.version, name, sight, read_time(row.saved_at)))
        return sorted(lines, key=lambda line: (line.at, line.item_no, line.person))

    def pool_eyes(self, pool: str) -> Iterator[tuple[str, str]]:
        items = select(VERSION.c.item_no).where(VERSION.c.pool == pool)
        shown = select(tables.seen.c.item_no, tables.seen.c.person).where(tables.seen.c.item_no.in_(items)).distinct()
        yield from ((row.item_no, row.person) for row in self._connection.execute(shown))
        people = select(VERSION.c.item_no, VERSION.c.author, VERSION.c.reviewer, VERSION.c.approver).where(
            VERSION.c.pool == pool
        )
        for row in self._connection.execute(people):
            for name in {row.author, row.reviewer, row.approver}:
                # of another bank's pool the people are not known here
                if name and "@" not in name:
                    yield row.item_no, name

    def counts(self, blueprint: str, states: Sequence[ItemState]) -> Counter[tuple[str, str, ItemType, int]]:
        what = (VERSION.c.pool, VERSION.c.point, VERSION.c.type, VERSION.c.difficulty)
        query = select(*what, func.count(VERSION.c.item_no.distinct()).label("count")).group_by(*what)
        query = query.join(tables.pool, tables.pool.c.name == VERSION.c.pool).where(tables.pool.c.blueprint == blueprint)
        rows = self._connection.execute(query.where(VERSION.c.state.in_([state.value for state in states])))
        return Counter({(row.pool, row.point, ItemType(row.type), row.difficulty): row.count for row in rows})

    def added(self, blueprint: str, since: datetime) -> int:
        first, active = VERSION.alias(), VERSION
        query = select(func.count()).select_from(active).join(first, first.c.item_no == active.c.item_no)
        query = query.join(tables.pool, tables.pool.c.name == active.c.pool).where(tables.pool.c.blueprint == blueprint)
        query = query.where(active.c.state == ItemState.ACTIVE.value, first.c.version == 1)
        return int(self._connection.execute(query.where(first.c.saved_at >= time_text(since))).scalar_one())

    def contents(self, wanted: Sequence[tuple[str, int]]) -> Iterator[Item]:
        for some in _portions(wanted):
            query = select(VERSION).where(tuple_(VERSION.c.item_no, VERSION.c.version).in_(some))
            rows = {(row.item_no, row.version): row for row in self._connection.execute(query)}
            for which in some:
                yield self._opened(rows[which])

    def active(self, pool: str) -> list[tuple[int, Item]]:
        query = select(VERSION).where(VERSION.c.pool == pool, VERSION.c.state == ItemState.ACTIVE.value)
        rows = self._connection.execute(query.order_by(VERSION.c.item_no))
        return [(row.version, self._opened(row)) for row in rows]

    def _sealed_row(self, marked: Marked, version: int, said: Mapping[str, Any]) -> dict[str, Any]:
        item = marked.item
        figure = b"{{" in marked.document and bool(item.shown_figures)
        formula = b"$" in marked.document and bool(item.shown_formulas)
        content = self._key(item.pool).seal(("item", item.pool, item.item_no, str(version)), marked.document, self._keys.random)
        return {
            "item_no": item.item_no, "version": version, "pool": item.pool, "type": item.type.value, "point": item.point,
            "difficulty": item.difficulty, "congruence": item.congruence, "enemy_group": item.enemy_group,
            "has_figure": int(figure), "has_formula": int(formula),
            "options_locked": int(item.options_locked), "adapted_from": item.adapted_from, "mark": marked.mark,
            "text_mark": marked.text_mark, "key_mark": marked.key_mark, "digest": sha256(content).hex(), "content": content,
            **said,
        }  # fmt: skip

    def _opened(self, row: Row[Any]) -> Item:
        """The item, which must be what its row says in clear: whoever may write rows must not be able to move an item to
        another point or type.
        """
        sealed = bytes(row.content)
        document = self._key(row.pool).open(("item", row.pool, row.item_no, str(row.version)), sealed)
        item = read_item(read_canonical(document, "item"))
        card = ItemCard.of(item)
        said = (row.item_no, row.pool, row.type, row.point, row.difficulty, row.enemy_group, row.has_figure, row.has_formula)
        if said != (*_plain(card), int(card.has_figure), int(card.has_formula)):
            raise TamperedError("item.row_differs", item_no=row.item_no)
        return item

    def _comment(self, card: VersionCard, comment: str) -> bytes:
        """Sealed too: a comment often says what stands in the item."""
        context = ("comment", card.pool, card.item_no, str(card.version))
        return self._key(card.pool).seal(context, comment.encode(), self._keys.random) if comment else b""

    def _read_comment(self, pool: str, row: Row[Any]) -> str:
        context = ("comment", pool, row.item_no, str(row.version))
        return self._key(pool).open(context, bytes(row.comment)).decode() if row.comment else ""

    def _rows(self, query: Select[Any], column: Any, values: Iterable[Any]) -> Iterator[Row[Any]]:
        """The rows of `query` whose column has one of many values."""
        for some in _portions(list(values)):
            yield from self._connection.execute(query.where(column.in_(some)))


def _plain(card: ItemCard) -> tuple[str, str, str, str, int, str]:
    return card.item_no, card.pool, card.type.value, card.point, card.difficulty, card.enemy_group


def _people(standing: Standing) -> dict[str, str]:
    return {
        "state": standing.state.value,
        "author": standing.author,
        "reviewer": standing.reviewer,
        "approver": standing.approver,
        "assignee": standing.assignee,
        "due": time_text(standing.due) if standing.due else "",
    }


def _card(row: Any) -> VersionCard:
    due = read_time(row.due) if row.due else None
    standing = Standing(ItemState(row.state), row.author, row.reviewer, row.approver, row.assignee, due)
    return VersionCard(
        row.item_no, row.version, row.pool, ItemType(row.type), row.point, row.difficulty, row.enemy_group, row.adapted_from,
        bool(row.newest), standing, row.digest, read_time(row.saved_at),
    )  # fmt: skip


def _portions(values: Sequence[T]) -> Iterator[list[T]]:
    those = iter(values)
    while some := list(islice(those, AT_ONCE)):
        yield some
