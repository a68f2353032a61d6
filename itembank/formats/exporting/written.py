"""What an export gives: the file, and the items its format could not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from itembank.domain import rich_text
from itembank.domain.items import Item, ItemType

MathMl = Callable[[str], str]
"""The MathML of a LaTeX formula, or nothing for one that cannot be set."""


@dataclass(frozen=True, slots=True)
class Written:
    """`left_out`: numbers of the items that this format cannot hold."""

    file: bytes
    left_out: tuple[str, ...]


def held(items: Sequence[Item], holds: Callable[[Item], bool]) -> tuple[list[Item], tuple[str, ...]]:
    """The items that a format holds, and the numbers of the others: no other program's format knows sets (题组) and 套题."""
    kept = [item for item in items if not item.item_set and not item.fixed_form and holds(item)]
    there = {item.item_no for item in kept}
    return kept, tuple(item.item_no for item in items if item.item_no not in there)


def guid(item: Item) -> str:
    """The item's number without its pool."""
    return item.item_no.removeprefix(f"{item.pool}-")


def blanks(stem: str) -> str:
    """The places to answer in a stem, as their author wrote them, between bars."""
    return "|".join(part.text for part in rich_text.parse(stem) if isinstance(part, rich_text.Blank))


def facts(item: Item) -> dict[str, str]:
    """What an item is beside its texts, under the words that `foreign` reads again."""
    return {
        "type": item.type.value, "point": item.point, "difficulty": str(item.difficulty),
        "congruence": str(item.congruence or ""),
        "source": item.source, "enemies": item.enemy_group, "adapted": item.adapted_from,
        "lock": "是" if item.options_locked else "",
        "blanks": blanks(item.stem) if item.type is ItemType.FILL else "",
    }  # fmt: skip
