"""The test specification (鉴定要素细目表): content areas with weights, assessment points with importance.

An area's code is its path, `B-C-A`; a point's code adds three digits, `B-C-A-007`. Weights are percent of the score and
sum to 100; the X:Y:Z ratio of an area is counted from its points, never typed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from itembank.domain.errors import BlueprintError


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
    """The smallest thing that is assessed (鉴定点)."""

    code: str
    name: str
    importance: Importance
    page: str = ""

    @property
    def area(self) -> str:
        return self.code.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One occupation, one level, one subject: its areas and points. Build it, then `check()` it."""

    occupation: str
    occupation_code: str
    dictionary_year: int
    level: int
    subject: str
    standard_year: int
    nodes: tuple[BlueprintNode, ...]
    points: tuple[AssessmentPoint, ...]

    def weights(self, depth: int) -> dict[str, int]:
        """Area code → weight, of all areas on one level of the tree (1 is the outermost)."""
        return {node.code: node.weight for node in self.nodes if node.depth == depth}

    def importance_ratio(self, area: str) -> tuple[int, int, int]:
        """How many X, Y and Z points lie below an area (重要程度比例)."""
        prefix = area + "-"
        counted = Counter(point.importance for point in self.points if point.code.startswith(prefix))
        return counted[Importance.X], counted[Importance.Y], counted[Importance.Z]

    def check(self) -> None:
        """Raise BlueprintError unless the weights add up, the tree holds together and X, Y, Z keep their shares."""
        _codes_are_unique([node.code for node in self.nodes] + [point.code for point in self.points])
        areas = {node.code for node in self.nodes}
        total = sum(self.weights(1).values())
        if total != 100:
            raise BlueprintError("blueprint.weights", area="100", found=total, expected=100)
        for node in self.nodes:
            children = [child.weight for child in self.nodes if child.parent == node.code]
            if children and sum(children) != node.weight:
                raise BlueprintError("blueprint.weights", area=node.code, found=sum(children), expected=node.weight)
            if node.parent and node.parent not in areas:
                raise BlueprintError("blueprint.orphan", place=node.code)
        for point in self.points:
            if point.area not in areas:
                raise BlueprintError("blueprint.orphan", place=point.code)
        self._check_importance()

    def _check_importance(self) -> None:
        """X at least 80 %, Y at most 15 %, Z at most 5 % of the points (the shares a bank's own rules ask for)."""
        x, y, z = (sum(1 for p in self.points if p.importance is importance) for importance in Importance)
        total = len(self.points)
        if total == 0 or x * 100 < 80 * total or y * 100 > 15 * total or z * 100 > 5 * total:
            raise BlueprintError("blueprint.importance", x=x, y=y, z=z)


def _codes_are_unique(codes: Iterable[str]) -> None:
    doubled = [code for code, times in Counter(codes).items() if times > 1]
    if doubled:
        raise BlueprintError("blueprint.doubled", place=doubled[0])
