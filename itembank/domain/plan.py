"""The plan of a paper (组卷计划书): sections with their points, and the bounds that the drawn items must keep.

Points are counted in halves, the smallest step of the field (每题0.5分): a section says `halves`, and every sum over items is
in halves. What people set as a bound is in whole points, percent or items, as its name says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from itembank.domain.blueprint import Blueprint, Importance
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType

WHOLE = 200
"""Halves of a whole paper: 100 points."""
SECTIONS_AT_MOST, ITEMS_AT_MOST = 10, 300
ANY = 10**6
"""No upper bound."""


class Mode(StrEnum):
    """Item by item, with content bound to every unit (按鉴定点组卷) or to the outermost areas only (按题型组卷); or one of the
    ready-made papers whole (套题组卷), which keeps what the first asks for.
    """

    POINT = "point"
    TYPE = "type"
    FIXED = "fixed"


class Band(NamedTuple):
    """From `low` to `high`, both included."""

    low: int
    high: int


NO_BOUND, AT_LEAST_ONE, EVERY_GRADE = Band(0, ANY), Band(1, ANY), Band(100, 500)


@dataclass(frozen=True, slots=True)
class Section:
    """So many items of one type, each worth the same.

    `area`: only items below this area, which makes it a module (测量模块) of an operation-skill paper. `optional`: 选考; of
    these a paper has as many as the plan says, and of each all items or none.
    """

    type: ItemType
    count: int
    halves: int
    area: str = ""
    optional: bool = False

    @property
    def total(self) -> int:
        """Halves of the whole section."""
        return self.count * self.halves

    def takes(self, type_: ItemType, point: str) -> bool:
        """Whether an item of this type, of this assessment point, may stand in it."""
        return type_ is self.type and (not self.area or point.startswith(f"{self.area}-"))


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of one draw.

    `occupation` (its name), `level`, `subject`: whose plan it is; empty and 0 where it fits any.
    `area_tolerance`: points an area of level 1 or 2 may stray from its weight; `unit_tolerance` the same for what lies below,
    counted in points, or with `units_by_items` in items. `content`: areas with a band of points of their own.
    `importance`: points by X, Y, Z. `grades`: items of each difficulty grade. `mean_difficulty`: mean grade times 100,
    weighted by points. `per_point`: items of one assessment point. `sets`: how many item sets (题组) a paper has, and
    `set_items` how many items of each.
    `local_cap`: points from local pools, and never where the national pool can serve (national first).
    `overlap`: items that two papers of one draw may share. `recent_days`: an item used in so many days is not drawn again.
    `by_use`: what was used less is the likelier; else all are alike. `eyes_at_most`: people who have seen any drawn item.
    `papers_per_item`: papers of one draw that an item may stand in.
    `optional_sections`: how many of those a paper has. `task_minutes`: all tasks of an operation-skill paper together;
    `equipment`: (name, how many a station has); what a task needs is read from its preparation notice.
    """

    name: str
    sections: tuple[Section, ...]
    minutes: int
    pass_points: int = 60
    mode: Mode = Mode.POINT
    occupation: str = ""
    level: int = 0
    subject: str = ""
    area_tolerance: int = 2
    unit_tolerance: int = 2
    units_by_items: bool = False
    content: tuple[tuple[str, Band], ...] = ()
    importance: tuple[tuple[Importance, Band], ...] = ()
    grades: tuple[tuple[int, Band], ...] = ()
    mean_difficulty: Band = EVERY_GRADE
    per_point: int = 3
    figures_at_least: int = 0
    formulas_at_least: int = 0
    sets: Band = NO_BOUND
    set_items: Band = AT_LEAST_ONE
    local_cap: int = 15
    overlap: int = 0
    recent_days: int = 0
    by_use: bool = True
    eyes_at_most: int = 0
    papers_per_item: int = 1
    optional_sections: int = 0
    task_minutes: Band = NO_BOUND
    equipment: tuple[tuple[str, int], ...] = ()

    @property
    def items(self) -> int:
        optional = max((section.count for section in self.sections if section.optional), default=0)
        return sum(section.count for section in self.sections if not section.optional) + self.optional_sections * optional

    @property
    def points(self) -> int:
        """Whole points of the paper; a plan whose paper has half a point over is refused."""
        return self.halves // 2

    @property
    def halves(self) -> int:
        return sum(section.total for section in self.sections if not section.optional) + self._optional_total

    @property
    def all_items(self) -> Band:
        """The number of items as a bound."""
        return Band(self.items, self.items)

    def section_of(self, type_: ItemType, point: str) -> Section | None:
        """Where an item would stand; None where the plan asks for no such item."""
        return next((section for section in self.sections if section.takes(type_, point)), None)

    def asks(self, card: ItemCard) -> bool:
        """Whether a draw has to know of it: a ready-made paper is as good as all its items, also those without a section."""
        if self.mode is Mode.FIXED:
            return bool(card.fixed_form)
        return self.section_of(card.type, card.point) is not None

    def check(self) -> None:
        """Raise PlanError unless the sections sum to 100 points and no bound contradicts itself."""
        self._check_sections()
        if self.halves != WHOLE:
            raise PlanError("plan.points", found=points_text(self.halves))
        if self.minutes < (60 if self.is_practical else 90):
            raise PlanError("plan.minutes", found=self.minutes)
        for name, band in self.bands():
            if not 0 <= band.low <= band.high:
                # As the plan was written: grades, not hundredths of them.
                low, high = (f"{end / 100:g}" if name == "mean_difficulty" else end for end in band)
                raise PlanError("plan.band", line=name, low=low, high=high)
        for name, (low, high) in _BETWEEN.items():
            if not low <= getattr(self, name) <= high:
                raise PlanError("plan.number", line=name, low=low, high=high)

    @property
    def is_practical(self) -> bool:
        """Whether it is the plan of an operation-skill paper (操作技能)."""
        return any(section.type is ItemType.PRACTICAL for section in self.sections)

    @property
    def _optional_total(self) -> int:
        return self.optional_sections * max((section.total for section in self.sections if section.optional), default=0)

    def _check_sections(self) -> None:
        """An item has one place and one worth, and it does not matter to the total which optional sections are taken."""
        if not self.sections or len(self.sections) > SECTIONS_AT_MOST:
            raise PlanError("plan.sections", found=len(self.sections), most=SECTIONS_AT_MOST)
        for section in self.sections:
            if section.count < 1 or section.halves < 1:
                raise PlanError("plan.section_empty", type=section.type.zh)
        for one, other in combinations(self.sections, 2):
            if one.type is other.type and (_within(one.area, other.area) or _within(other.area, one.area)):
                raise PlanError("plan.section_doubled", type=str(one.type))
        if self.is_practical and any(section.type is not ItemType.PRACTICAL for section in self.sections):
            raise PlanError("plan.mixed")
        optional = [section for section in self.sections if section.optional]
        alike = len({(section.total, section.count) for section in optional}) <= 1
        # A theory paper prints its sections as they stand in the plan.
        alike = alike and (not optional or self.is_practical)
        if not alike or not min(1, len(optional)) <= self.optional_sections <= len(optional):
            raise PlanError("plan.optional", found=self.optional_sections, there=len(optional))

    def bands(self) -> list[tuple[str, Band]]:
        """Every bound that has two ends, by its name."""
        named = [("mean_difficulty", self.mean_difficulty), ("sets", self.sets), ("set_items", self.set_items)]
        named += [("task_minutes", self.task_minutes)]
        named += [(f"content.{area}", band) for area, band in self.content]
        named += [(f"importance.{importance}", band) for importance, band in self.importance]
        return named + [(f"grades.{grade}", band) for grade, band in self.grades]

    def check_is_for(self, occupation: str, level: int, subject: str) -> None:
        """Raise PlanError when it is the plan of another occupation, level or subject."""
        asked, has = (self.occupation, self.level, self.subject), (occupation, level, subject)
        if any(mine and mine != theirs for mine, theirs in zip(asked, has, strict=True)):
            raise PlanError("plan.other_exam", plan=self.name, level=level, occupation=occupation)

    def check_fits(self, blueprint: Blueprint) -> None:
        """Raise PlanError unless the plan is for this occupation, level and subject, and its areas and points can be."""
        self.check_is_for(blueprint.occupation, blueprint.level, blueprint.subject)
        if sum(blueprint.weights(1).values()) != 100:
            raise PlanError("plan.weights", found=sum(blueprint.weights(1).values()))
        known = {node.code for node in blueprint.nodes}
        for area in (*(area for area, _ in self.content), *(section.area for section in self.sections if section.area)):
            if area not in known:
                raise PlanError("plan.area", area=area)
        step = math.gcd(*(section.halves for section in self.sections))
        for area, band in self.content_bands(blueprint).items():
            if band.high // step < -(-band.low // step):
                raise PlanError("plan.step", area=area, low=points_text(band.low), high=points_text(band.high),
                                step=points_text(step))  # fmt: skip

    def content_bands(self, blueprint: Blueprint) -> dict[str, Band]:
        """Area code → halves, of every area this plan counts in points: its own bands, else weight and tolerance."""
        own = dict(self.content)
        deepest = 1 if self.mode is Mode.TYPE else 2 if self.units_by_items else blueprint.depth
        found = {}
        for node in blueprint.nodes:
            if node.code in own:
                found[node.code] = Band(2 * own[node.code].low, 2 * own[node.code].high)
            elif node.depth <= deepest and not self.is_practical:
                tolerance = 2 * (self.area_tolerance if node.depth <= 2 else self.unit_tolerance)
                found[node.code] = Band(max(0, 2 * node.weight - tolerance), 2 * node.weight + tolerance)
        return found

    def unit_bands(self, blueprint: Blueprint) -> dict[str, Band]:
        """Area code → items, of every unit this plan counts in items: the share of its weight, rounded outwards."""
        if not self.units_by_items or self.mode is Mode.TYPE or self.is_practical:
            return {}
        own = dict(self.content)
        units = {node.code: node.weight * self.items for node in blueprint.nodes if node.depth > 2 and node.code not in own}
        slack = self.unit_tolerance
        return {code: Band(max(0, hundreds // 100 - slack), -(-hundreds // 100) + slack) for code, hundreds in units.items()}


_BETWEEN = {
    "minutes": (1, 1440), "pass_points": (0, 100), "area_tolerance": (0, 100), "unit_tolerance": (0, 100),
    "per_point": (1, ANY),
    "local_cap": (0, 100), "overlap": (0, ITEMS_AT_MOST), "recent_days": (0, 3650), "papers_per_item": (1, 20),
    "level": (0, 5), "eyes_at_most": (0, ANY), "figures_at_least": (0, ITEMS_AT_MOST), "formulas_at_least": (0, ITEMS_AT_MOST),
}  # fmt: skip
"""Numbers of a plan and between what they lie."""


def capped(plan: Plan, caps: Iterable[int]) -> Plan:
    """The plan with the local points that the policies of the pools leave it."""
    return replace(plan, local_cap=min((plan.local_cap, *caps)))


def _within(area: str, other: str) -> bool:
    return not other or f"{area}-".startswith(f"{other}-")


def points_text(halves: int) -> str:
    """Halves as people write points: 1 → 0.5, 2 → 1."""
    return f"{halves // 2}.5" if halves % 2 else str(halves // 2)


_GENERAL = Plan("", (), minutes=90, mean_difficulty=Band(260, 340))

PLANS = {
    plan.name: plan
    for plan in (
        replace(
            _GENERAL, name="80题型", sections=(Section(ItemType.SINGLE, 60, 2), Section(ItemType.JUDGEMENT, 20, 4)),
            figures_at_least=1, formulas_at_least=1,
        ),
        replace(
            _GENERAL, name="84题型",
            sections=(
                Section(ItemType.SINGLE, 60, 2), Section(ItemType.JUDGEMENT, 20, 2),
                Section(ItemType.SHORT, 2, 10), Section(ItemType.CALCULATION, 2, 10),
            ),
            unit_tolerance=5, area_tolerance=5,
        ),
        replace(
            _GENERAL, name="100题型", sections=(Section(ItemType.SINGLE, 80, 2), Section(ItemType.JUDGEMENT, 20, 2)),
        ),
        replace(
            _GENERAL, name="200题型", minutes=120,
            sections=(Section(ItemType.SINGLE, 160, 1), Section(ItemType.JUDGEMENT, 40, 1)),
        ),
        replace(
            _GENERAL, name="非标准",
            sections=(
                Section(ItemType.FILL, 10, 4), Section(ItemType.SINGLE, 20, 4), Section(ItemType.JUDGEMENT, 10, 4),
                Section(ItemType.SHORT, 2, 10), Section(ItemType.CALCULATION, 2, 10),
            ),
            unit_tolerance=5, area_tolerance=5,
        ),
        replace(
            _GENERAL, name="非标准（高级）",
            sections=(
                Section(ItemType.FILL, 10, 4), Section(ItemType.SINGLE, 15, 4), Section(ItemType.JUDGEMENT, 10, 4),
                Section(ItemType.SHORT, 2, 10), Section(ItemType.CALCULATION, 2, 10), Section(ItemType.ESSAY, 1, 20),
            ),
            unit_tolerance=10, area_tolerance=6,
        ),
    )
}  # fmt: skip
"""The structures that papers of the field have. Where the field says 简答/计算 4 x 5, two of each."""
