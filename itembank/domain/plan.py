"""The assembly plan (组卷计划书): which sections a paper has, and what every paper drawn from it must keep.

All numbers are integers: points whole, difficulty in the five judged grades, so a finished paper can be checked exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from itembank.domain.errors import PlanError
from itembank.domain.items import ItemType


@dataclass(frozen=True, slots=True)
class Section:
    """So many items of one type, each worth the same."""

    type: ItemType
    count: int
    points: int

    @property
    def total(self) -> int:
        return self.count * self.points


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of one draw. Shares and tolerances are in points of one paper.

    `local_cap`: at most so many points from local pools, and never where the national pool can serve (national first).
    `area_tolerance`: how far an area of level 2 may stray from its weight; `unit_tolerance` the same for level 3.
    `mean_difficulty`: lowest and highest mean grade, times 100, weighted by points.
    """

    name: str
    sections: tuple[Section, ...]
    minutes: int
    pass_points: int
    local_cap: int
    area_tolerance: int
    unit_tolerance: int
    per_point: int
    figures_at_least: int
    formulas_at_least: int
    mean_difficulty: tuple[int, int]

    @property
    def items(self) -> int:
        return sum(section.count for section in self.sections)

    @property
    def points(self) -> int:
        return sum(section.total for section in self.sections)

    def check(self) -> None:
        """Raise PlanError unless the sections sum to 100 points and the bounds make sense."""
        if self.points != 100:
            raise PlanError("plan.points", found=self.points)
        if self.minutes < 90:
            raise PlanError("plan.minutes", found=self.minutes)


def capped(plan: Plan, caps: Iterable[int]) -> Plan:
    """The plan with the local points that the policies of the pools leave it."""
    return replace(plan, local_cap=min((plan.local_cap, *caps)))


PLANS = {
    "80题型": Plan(
        name="80题型",
        sections=(Section(ItemType.SINGLE, 60, 1), Section(ItemType.JUDGEMENT, 20, 2)),
        minutes=90,
        pass_points=60,
        local_cap=15,
        area_tolerance=2,
        unit_tolerance=2,
        per_point=3,
        figures_at_least=1,
        formulas_at_least=1,
        mean_difficulty=(260, 340),
    )
}
