"""The test specification (鉴定要素细目表): content areas with weights, assessment points with importance.

An area's code is its path through two to six levels, `B-C-A` or `02-03`: one or two letters a level, or one to four digits.
A point's code adds three or four digits, `B-C-A-007`. Weights are whole percent of the score: the outermost sum to 100, those
below an area to its own. The X:Y:Z ratio of an area is counted from its points, never typed.

Some provinces give every point a score. Then every point has one, from 1 to 100; the scores need not sum to anything,
because a paper asks about a part of the points only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from itembank.domain.errors import BlueprintError
from itembank.domain.occupation import SUBJECTS, OccupationKey, Register, check_names, check_registered, is_same_occupation
from itembank.domain.policy import BlueprintPolicy

DEPTHS = range(2, 7)
AREA_PART = re.compile(r"[A-Z]{1,2}|[0-9]{1,4}")
POINT_PART = re.compile(r"[0-9]{3,4}")
SCORE_AT_MOST = 100
DEFAULT_POLICY = BlueprintPolicy()
_LETTERS = {subject: letter for letter, subject in SUBJECTS.items()}


class Importance(StrEnum):
    """How much a point matters: X core, Y general, Z auxiliary."""

    X = "X"
    Y = "Y"
    Z = "Z"


@dataclass(frozen=True, slots=True)
class BlueprintNode:
    """One content area (鉴定范围). `weight` is percent of the whole score."""

    code: str
    name: str
    weight: int

    @property
    def depth(self) -> int:
        return self.code.count("-") + 1

    @property
    def parent(self) -> str:
        return self.code.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class AssessmentPoint:
    """The smallest thing that is assessed (鉴定点). `score`: 0 where the blueprint gives points no scores."""

    code: str
    name: str
    importance: Importance
    page: str = ""
    score: int = 0

    @property
    def area(self) -> str:
        return self.code.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Advice:
    """Something a bank should have more of; no reason to refuse. `area` is empty for the whole blueprint."""

    code: str
    area: str
    found: int
    needed: int


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One occupation or work type (工种) of it, one level, one subject: its areas and points. Build it, then `check()` it."""

    occupation: str
    occupation_code: str
    dictionary_year: int
    level: int
    subject: str
    standard_year: int
    nodes: tuple[BlueprintNode, ...]
    points: tuple[AssessmentPoint, ...]
    work_type: str = ""
    version: int = 1

    @property
    def key(self) -> str:
        """What it is the blueprint of, whatever its version: `2022/6-31-01-03/4/L`, and the work type where it has one."""
        key = f"{self.dictionary_year}/{self.occupation_code}/{self.level}/{_LETTERS[self.subject]}"
        return f"{key}/{self.work_type}" if self.work_type else key

    @property
    def occupation_key(self) -> OccupationKey:
        return OccupationKey(self.dictionary_year, self.occupation_code)

    def check_registered(self, register: Register) -> None:
        """Raise OccupationError unless it is about an occupation of the register, as the register calls it."""
        check_registered(self.occupation_key, self.occupation, self.work_type, register)

    def is_about_the_same(self, other: Blueprint, register: Register) -> bool:
        """Whether both are of one occupation, also under its code in an earlier dictionary, one level, subject, work type."""
        mine, theirs = ((one.level, one.subject, one.work_type) for one in (self, other))
        return mine == theirs and is_same_occupation(self.occupation_key, other.occupation_key, register)

    @property
    def depth(self) -> int:
        """How many levels of areas it has."""
        return max((node.depth for node in self.nodes), default=0)

    def weights(self, depth: int) -> dict[str, int]:
        """Area code → weight, of all areas on one level of the tree (1 is the outermost)."""
        return {node.code: node.weight for node in self.nodes if node.depth == depth}

    def importance_ratios(self) -> dict[str, tuple[int, int, int]]:
        """Area code → how many X, Y and Z points lie below it (重要程度比例). Areas without points are left out."""
        counted: defaultdict[str, Counter[Importance]] = defaultdict(Counter)
        for point in self.points:
            for area in _areas_above(point.code):
                counted[area][point.importance] += 1
        return {area: (of[Importance.X], of[Importance.Y], of[Importance.Z]) for area, of in counted.items()}

    def importance_ratio(self, area: str) -> tuple[int, int, int]:
        """How many X, Y and Z points lie below one area."""
        return self.importance_ratios().get(area, (0, 0, 0))

    def check(self, policy: BlueprintPolicy = DEFAULT_POLICY) -> None:
        """Raise BlueprintError unless the tree holds together, its weights add up and X, Y, Z keep the policy's shares.

        Raises OccupationError for the names of its occupation and work type.
        """
        check_names(self.occupation_code, self.occupation, (self.work_type,) if self.work_type else ())
        _codes_are_unique([node.code for node in self.nodes] + [point.code for point in self.points])
        self._check_codes()
        self._check_weights()
        self._check_tree()
        self._check_scores()
        self._check_importance(policy)

    def advice(self, policy: BlueprintPolicy) -> tuple[Advice, ...]:
        """Where there are fewer points than the policy wants: in all, and for the weight of each area of level 2."""
        wanted = [Advice("blueprint.few_points", "", len(self.points), policy.points_at_least)]
        ratios = self.importance_ratios()
        for area, weight in self.weights(2).items():
            needed = -(-weight * policy.points_per_weight // 10)
            wanted.append(Advice("blueprint.few_points_for_weight", area, sum(ratios.get(area, ())), needed))
        return tuple(advice for advice in wanted if advice.found < advice.needed)

    def _check_codes(self) -> None:
        """Every part of a code is of its form; one level has letters or digits, not both; point codes are of one width."""
        kinds: dict[int, bool] = {}
        for node in self.nodes:
            parts = node.code.split("-")
            if not all(AREA_PART.fullmatch(part) for part in parts):
                raise BlueprintError("blueprint.code", place=node.code)
            if kinds.setdefault(len(parts), parts[-1].isdecimal()) != parts[-1].isdecimal():
                raise BlueprintError("blueprint.mixed_codes", place=node.code)
        width = 0
        for point in self.points:
            part = point.code.rpartition("-")[2]
            if not POINT_PART.fullmatch(part):
                raise BlueprintError("blueprint.code", place=point.code)
            width = width or len(part)
            if len(part) != width:
                raise BlueprintError("blueprint.mixed_codes", place=point.code)

    def _check_weights(self) -> None:
        below: defaultdict[str, list[int]] = defaultdict(list)
        for node in self.nodes:
            below[node.parent].append(node.weight)
        if sum(below[""]) != 100:
            raise BlueprintError("blueprint.weights", found=sum(below[""]), expected=100)
        for node in self.nodes:
            if node.code in below and sum(below[node.code]) != node.weight:
                raise BlueprintError("blueprint.weights", area=node.code, found=sum(below[node.code]), expected=node.weight)

    def _check_tree(self) -> None:
        """No area and no point without the area above it; two to six levels, and every branch reaches the last."""
        areas, parents, depth = {node.code for node in self.nodes}, {node.parent for node in self.nodes}, self.depth
        orphans = [node.code for node in self.nodes if node.parent and node.parent not in areas]
        orphans += [point.code for point in self.points if point.area not in areas]
        if orphans:
            raise BlueprintError("blueprint.orphan", place=orphans[0])
        if depth not in DEPTHS:
            raise BlueprintError("blueprint.depth", found=depth)
        ends = [node.code for node in self.nodes if node.code not in parents] + [point.area for point in self.points]
        for area in ends:
            if area.count("-") + 1 != depth:
                raise BlueprintError("blueprint.uneven", place=area, found=area.count("-") + 1, expected=depth)

    def _check_scores(self) -> None:
        if any(point.score for point in self.points):
            for point in self.points:
                if not 1 <= point.score <= SCORE_AT_MOST:
                    raise BlueprintError("blueprint.score", place=point.code, found=point.score, most=SCORE_AT_MOST)

    def _check_importance(self, policy: BlueprintPolicy) -> None:
        x, y, z = (sum(1 for p in self.points if p.importance is importance) for importance in Importance)
        total = len(self.points)
        x_bound, y_bound, z_bound = policy.x_at_least, policy.y_at_most, policy.z_at_most
        if total == 0 or x * 100 < x_bound * total or y * 100 > y_bound * total or z * 100 > z_bound * total:
            shares = {f"{name}_share": f"{100 * count / max(total, 1):.3g}" for name, count in (("x", x), ("y", y), ("z", z))}
            raise BlueprintError(
                "blueprint.importance", x=x, y=y, z=z, x_at_least=x_bound, y_at_most=y_bound, z_at_most=z_bound, **shares
            )


def _areas_above(code: str) -> Iterable[str]:
    """`B-A` and `B` for `B-A-001`."""
    while code := code.rpartition("-")[0]:
        yield code


def _codes_are_unique(codes: Iterable[str]) -> None:
    """`1` and `01` count as one: a spreadsheet easily makes one of the other."""
    seen: set[tuple[str, ...]] = set()
    for code in codes:
        value = tuple(part.lstrip("0") for part in code.split("-"))
        if value in seen:
            raise BlueprintError("blueprint.doubled", place=code)
        seen.add(value)


def is_same_exam(one: str, other: str, register: Register) -> bool:
    """Whether two keys of blueprints name one occupation, also under its earlier code, and one level; of whatever subject."""
    (one_year, one_code, one_level), (year, code, level) = (key.split("/")[:3] for key in (one, other))
    keys = (OccupationKey(int(one_year), one_code), OccupationKey(int(year), code))
    return one_level == level and is_same_occupation(*keys, register)
