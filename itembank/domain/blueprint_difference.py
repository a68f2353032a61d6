"""What is new in a blueprint: the areas and points that came, went or changed between two versions of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode


class ChangeKind(StrEnum):
    """What happened to an area or a point."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class BlueprintChange:
    """One area or point, told by its code. `before` is None for an added one, `after` for a removed one."""

    kind: ChangeKind
    code: str
    before: BlueprintNode | AssessmentPoint | None
    after: BlueprintNode | AssessmentPoint | None


def difference(old: Blueprint, new: Blueprint) -> tuple[BlueprintChange, ...]:
    """Every area and point that is not the same in both, in the order of their codes."""
    before, after = _by_code(old), _by_code(new)
    return tuple(
        BlueprintChange(_kind(code in before, code in after), code, before.get(code), after.get(code))
        for code in sorted(before.keys() | after.keys(), key=_order)
        if before.get(code) != after.get(code)
    )


def head_changes(old: Blueprint, new: Blueprint) -> dict[str, tuple[str, str]]:
    """What stands above the tree and is not the same in both: the occupation's name, the year of the standard."""
    both = {
        "occupation": (old.occupation, new.occupation),
        "standard_year": (str(old.standard_year), str(new.standard_year)),
    }
    return {name: values for name, values in both.items() if values[0] != values[1]}


def _by_code(blueprint: Blueprint) -> dict[str, BlueprintNode | AssessmentPoint]:
    places: tuple[BlueprintNode | AssessmentPoint, ...] = (*blueprint.nodes, *blueprint.points)
    return {place.code: place for place in places}


def _order(code: str) -> list[tuple[int, str]]:
    """2 before 10, Z before AA."""
    return [(len(part), part) for part in code.split("-")]


def _kind(was: bool, is_: bool) -> ChangeKind:
    if was and is_:
        return ChangeKind.CHANGED
    return ChangeKind.ADDED if is_ else ChangeKind.REMOVED
