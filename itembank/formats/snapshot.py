"""What a draw is made from, frozen (题库快照): the blueprint, every card the plan could ask for, and who and what is kept out.

Its digest stands in the signed attempt before anything is drawn. A salt is part of it: what the desk has used lately is in the
cards, and nobody may find that out by trying digests. No text of an item, no key, no name of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import Plan
from itembank.formats.pool_content import blueprint_document, read_blueprint
from keys.encoding import Json, canonical, sha256


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`day`: of the draw. `cards`: by item number. `excluded`: item number → why. `trainers`: eyes whose items stay out."""

    day: date
    blueprint: Blueprint
    cards: tuple[ItemCard, ...] = field(repr=False)
    excluded: dict[str, str]
    trainers: tuple[int, ...]
    salt: str = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the whole, hex."""
        return sha256(canonical(self.document())).hex()

    def document(self) -> Json:
        """Plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "blueprint": blueprint_document(self.blueprint),
            "cards": [card_document(card) for card in self.cards],
            "excluded": self.excluded,
            "trainers": list(self.trainers),
            "salt": self.salt,
        }


def take_snapshot(
    plan: Plan,
    blueprint: Blueprint,
    cards: Iterable[ItemCard],
    day: date,
    salt: bytes,
    excluded: Mapping[str, str] | None = None,
    trainers: Iterable[int] = (),
) -> Snapshot:
    """Of these cards, those that the plan has a section for; of ready-made papers, where it asks for such, every card."""
    wanted = sorted((card for card in cards if plan.asks(card)), key=lambda card: card.item_no)
    return Snapshot(day, blueprint, tuple(wanted), dict(excluded or {}), tuple(sorted(trainers)), salt.hex())


def read_snapshot(value: Mapping[str, Any]) -> Snapshot:
    """A snapshot from its plain JSON values. Raises KeyError, TypeError or ValueError for other ones."""
    return Snapshot(
        date.fromisoformat(value["day"]),
        read_blueprint(value["blueprint"]),
        tuple(_read_card(card) for card in value["cards"]),
        dict(value["excluded"]),
        tuple(value["trainers"]),
        value["salt"],
    )


def card_document(card: ItemCard) -> list[Any]:
    """A list, not an object: twenty thousand of them are written. Only a card of a ready-made paper names one at its end."""
    return [
        card.item_no, card.pool, card.type.value, card.point, card.difficulty, card.enemy_group, int(card.has_figure),
        int(card.has_formula), card.item_set, card.uses, card.used_on, list(card.eyes), card.minutes, list(card.site_notice),
        *([card.fixed_form] if card.fixed_form else []),
    ]  # fmt: skip


def _read_card(value: list[Any]) -> ItemCard:
    no, pool, type_, point, difficulty, enemies, figure, formula, item_set, uses, used_on, eyes, minutes, notice = value[:14]
    [fixed_form] = value[14:] or [""]
    return ItemCard(
        no, pool, ItemType(type_), point, difficulty, enemies, bool(figure), bool(formula), item_set, uses, used_on,
        tuple(eyes), minutes, tuple(notice), fixed_form,
    )  # fmt: skip
