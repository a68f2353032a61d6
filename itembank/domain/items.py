"""Items (试题): what one is, what a sound key looks like, and what may travel without its content.

A stem may hold formulas in LaTeX between single dollars, `$U_L=\\sqrt{3}U_P$`, and a figure as `{{图:NAME.svg}}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from itembank.domain.errors import ItemError

FIGURE = re.compile(r"\{\{图:([A-Za-z0-9._-]+)\}\}")
FORMULA = re.compile(r"\$([^$]+)\$")


class ItemType(StrEnum):
    """The item types of a theory paper so far."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGEMENT = "judgement"


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its key, as it stands in a pool. `point` is the code of its assessment point."""

    item_no: str
    pool: str
    type: ItemType
    stem: str
    options: tuple[str, ...]
    key: str
    point: str
    difficulty: int
    congruence: int
    rationale: str
    source: str
    enemy_group: str = ""

    @property
    def figures(self) -> tuple[str, ...]:
        """File names of the figures its stem shows."""
        return tuple(FIGURE.findall(self.stem))

    @property
    def formulas(self) -> tuple[str, ...]:
        """The LaTeX formulas of stem and options, in order."""
        return tuple(FORMULA.findall("\n".join((self.stem, *self.options))))

    def check(self) -> None:
        """Raise ItemError unless type, options, key and difficulty fit together."""
        if not self.stem.strip():
            raise ItemError("item.stem", field="题干")
        if not 1 <= self.difficulty <= 5:
            raise ItemError("item.difficulty", field="难度", found=self.difficulty)
        letters = "ABCDE"[: len(self.options)]
        if self.type is ItemType.JUDGEMENT:
            good = self.key in ("√", "×") and not self.options
        elif self.type is ItemType.SINGLE:
            good = len(self.key) == 1 and self.key in letters and len(self.options) >= 3
        else:
            good = len(self.key) >= 2 and self.key == "".join(c for c in letters if c in self.key)
        if not good:
            raise ItemError("item.key", field="答案", found=self.key)
        if len(set(self.options)) != len(self.options) or "" in self.options:
            raise ItemError("item.options", field="选项")


@dataclass(frozen=True, slots=True)
class ItemCard:
    """What the assembler may know of an item: everything but its text and key."""

    item_no: str
    pool: str
    type: ItemType
    point: str
    difficulty: int
    enemy_group: str
    has_figure: bool
    has_formula: bool

    @classmethod
    def of(cls, item: Item) -> ItemCard:
        return cls(
            item_no=item.item_no,
            pool=item.pool,
            type=item.type,
            point=item.point,
            difficulty=item.difficulty,
            enemy_group=item.enemy_group,
            has_figure=bool(item.figures),
            has_formula=bool(item.formulas),
        )
