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
    """The item types (题型) of the field: those of a theory paper, and the task of a practical one."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGEMENT = "judgement"
    FILL = "fill"
    SHORT = "short"
    ESSAY = "essay"
    CALCULATION = "calculation"
    DRAWING = "drawing"
    CASE = "case"
    PRACTICAL = "practical"


@dataclass(frozen=True, slots=True)
class CaseQuestion:
    """One question of a case or composite item (案例/组合题), asked about the shared stimulus. `points`: its share."""

    type: ItemType
    stem: str
    options: tuple[str, ...]
    key: str
    points: int


@dataclass(frozen=True, slots=True)
class MarkingLine:
    """One line of a marking sheet (评分记录表): what is looked at, what is asked, its points (配分), how points are lost."""

    content: str
    requirement: str
    points: int
    deduction: str


@dataclass(frozen=True, slots=True)
class PracticalTask:
    """The parts of an operation-skill task (操作技能) beside its stem, which is the task itself.

    `site_notice`, `candidate_notice`: the preparation notice (准备通知单), one line a thing. `minutes`: time allowed.
    `vetoes`: conditions that fail the whole task (否定项).
    """

    minutes: int
    site_notice: tuple[str, ...]
    candidate_notice: tuple[str, ...]
    marking: tuple[MarkingLine, ...]
    vetoes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its key, as it stands in a pool. `point` is the code of its assessment point.

    `stem`: of a case the shared stimulus. `key`: letters of a choice, √ or × of a judgement, the answers of a fill-in, the
    reference answer of what is written. `options_locked`: the options keep their order ("以上都是"). `adapted_from`: the number
    of the national item this one is a local adaptation of.
    """

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
    options_locked: bool = False
    adapted_from: str = ""
    questions: tuple[CaseQuestion, ...] = ()
    task: PracticalTask | None = None

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
