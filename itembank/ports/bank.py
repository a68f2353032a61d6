"""The bank's side of the centre's database: blueprints, item versions with their states, figures, eyes lists.

Content goes in and comes out as domain objects; how it is sealed in between is the adapter's matter. `VersionCard` is all that
is known of a version without its content: lists, queues, counts and assembly need nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from itembank.domain.blueprint import Blueprint
from itembank.domain.confidentiality import Seen
from itembank.domain.items import Item, ItemType
from itembank.domain.review import ItemState, Move, Standing


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version of an item without its content.

    `digest`: SHA-256 of the sealed content, hex: what a reviewer signs. `saved_at`: when the content came in as it is.
    """

    item_no: str
    version: int
    pool: str
    type: ItemType
    point: str
    difficulty: int
    enemy_group: str
    adapted_from: str
    newest: bool
    standing: Standing
    digest: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class StoredBlueprint:
    """One version of a blueprint: `draft`, `approved`, or `used` once a draw named it. `signed`: its import statement."""

    blueprint: Blueprint
    state: str
    digest: str
    signed: bytes


@dataclass(frozen=True, slots=True)
class Marked:
    """An item with what finds it again: its canonical document, and keyed marks of it, of its text and of its right answers.

    The marks tell whoever has no key nothing, not even whether a guess is right.
    """

    item: Item
    document: bytes
    mark: bytes
    text_mark: bytes
    key_mark: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """The newest version of an item the bank has already. `unchanged`: it says the same as the one that came."""

    card: VersionCard
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Twin:
    """An item of the bank with the same text after folding. `key_conflict`: another answer is called right there."""

    item_no: str
    of: str
    key_conflict: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a version's history."""

    version: int
    move: str
    who: str
    at: datetime
    comment: str


ALL = 1 << 30
"""The limit of a list that is not shown in pages."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which versions a list asks for; empty means any. A page starts behind `after` (an item number)."""

    pool: str = ""
    states: tuple[ItemState, ...] = ()
    point: str = ""
    adapted_from: str = ""
    assignee: str = ""
    newest: bool = True
    after: str = ""
    limit: int = 50


class Bank(Protocol):
    """Inside one transaction of the centre's database."""

    # blueprints

    def save_blueprint(self, stored: StoredBlueprint) -> None:
        """A new version, or an unused one anew. Raises BlueprintError blueprint.used."""

    def blueprint(self, key: str, version: int = 0) -> StoredBlueprint | None:
        """This version, or the newest that is approved."""

    def blueprints(self) -> list[StoredBlueprint]:
        """Every version of every blueprint, by key and version."""

    def use_blueprint(self, key: str, version: int) -> None:
        """A draw named it: from now on it does not change."""

    # pools

    def save_pool(self, pool: str, blueprint: str) -> None: ...

    def pools(self) -> dict[str, str]:
        """Every pool's name → key of its blueprint."""

    # items

    def marked(self, items: Iterable[Item]) -> list[Marked]:
        """The items with their marks."""

    def held(self, items: Sequence[Marked]) -> dict[str, Held]:
        """Item number → its newest version, of those that are there."""

    def twins(self, items: Sequence[Marked], *, in_bank: bool = True) -> list[Twin]:
        """Exact duplicates after folding: among `items` themselves, and in the whole bank unless that is not asked for.

        Of several with the same text one that calls another answer right is named before one that agrees.
        """

    def save_versions(self, items: Sequence[tuple[Marked, int]], standing: Standing, at: datetime) -> None:
        """New versions; earlier ones are no longer the newest. An item has one active version at a time."""

    def replace_drafts(self, items: Sequence[tuple[Marked, int]], standing: Standing, at: datetime) -> None:
        """Draft or returned versions anew, under the same numbers."""

    def move(self, cards: Sequence[VersionCard], move: Move, to: Standing, who: str, at: datetime, comment: str) -> None:
        """Another standing for these versions, and a line in the history of each."""

    def cards(self, wanted: Wanted) -> list[VersionCard]:
        """One page of a list, by item number."""

    def cards_of(self, item_nos: Iterable[str]) -> dict[str, VersionCard]:
        """The newest version of each of these items, of those that are there."""

    def active_cards_of(self, item_nos: Iterable[str]) -> dict[str, VersionCard]:
        """The active version of each of these items, of those that have one."""

    def numbers(self, pool: str) -> list[str]:
        """Every item number of a pool, sorted."""

    def versions(self, item_no: str) -> list[VersionCard]:
        """Every version of one item, oldest first."""

    def history(self, item_no: str) -> list[Event]: ...

    def counts(self, blueprint: str, states: Sequence[ItemState]) -> Counter[tuple[str, str, ItemType, int]]:
        """(pool, point, type, difficulty) → how many items of this blueprint have a version in one of these states."""

    def added(self, blueprint: str, since: datetime) -> int:
        """How many of the active items of this blueprint came in since then (their first version)."""

    def figure_names(self, pool: str) -> set[str]:
        """The names of a pool's figures."""

    def contents(self, wanted: Sequence[tuple[str, int]]) -> Iterator[Item]:
        """The content of these (item number, version)s, in their order. Raises TamperedError for a changed row."""

    def active(self, pool: str) -> list[tuple[int, Item]]:
        """(version, content) of every active version of a pool, by item number."""

    # figures

    def save_figures(self, pool: str, figures: Mapping[str, str]) -> None:
        """Write once. Raises ItemError figure.fixed when another picture has this name."""

    def taken_names(self, pool: str, figures: Mapping[str, str]) -> list[str]:
        """Those of these names under which the pool has another picture already."""

    def figures(self, pool: str, names: Iterable[str] = ()) -> dict[str, str]:
        """All figures of a pool, or those named."""

    # who has seen it

    def add_seen(self, lines: Iterable[Seen]) -> None:
        """Once each."""

    def seen(self, *, item_no: str = "", person: str = "") -> list[Seen]:
        """Who was shown it, or what this person was shown, by time."""

    def pool_eyes(self, pool: str) -> Iterator[tuple[str, str]]:
        """(item number, person) of everybody who was shown an item of the pool, or wrote, reviewed or approved it."""

    def eyes(self, *, item_no: str = "", person: str = "") -> list[Seen]:
        """The same with those who wrote it, and who reviewed and approved it at one table without any look of their own."""
