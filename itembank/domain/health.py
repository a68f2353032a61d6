"""The health of a bank (题库健康度): what it has of active items, what its policy asks for, and what is short.

The floors, all of them policy numbers (`BankFloors`):

    point        items_per_point
    area         what its points need together, or its weight's share of items_at_least, whichever is more
    bank         items_at_least; added in this cycle: items_per_cycle
    difficulty   items_per_difficulty, of each of the five grades

An area is one of the second level; where the blueprint has only one level above its points, one of the first. Frozen and
retired items are not counted by whoever counts. Items of a point the blueprint does not know cannot be drawn: they are told
apart and fill no floor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from itembank.domain.blueprint import Blueprint, BlueprintNode
from itembank.domain.items import ItemType
from itembank.domain.policy import BankFloors

DIFFICULTY_NAMES = {1: "易", 2: "较易", 3: "中", 4: "较难", 5: "难"}
FORMAT = "itembank-health/1"

Counts = Mapping[tuple[str, ItemType, int], int]
"""How many active items there are of (point code, item type, difficulty)."""


class Basis(StrEnum):
    """Which of its two rules decided what an area needs."""

    POINTS = "points"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is of one thing and what there should be. `basis` is said of areas only."""

    code: str
    name: str
    have: int
    needed: int
    basis: Basis | None = None

    @property
    def short(self) -> int:
        return max(0, self.needed - self.have)

    def document(self) -> dict[str, Any]:
        basis = {"basis": self.basis.value} if self.basis else {}
        return {"code": self.code, "name": self.name, "have": self.have, "needed": self.needed, "short": self.short, **basis}


@dataclass(frozen=True, slots=True)
class AreaHealth:
    """One area of the second level, with the first-level area it belongs to (itself where there is no second)."""

    above: BlueprintNode
    weight: int
    stock: Stock


@dataclass(frozen=True, slots=True)
class BankHealth:
    """All floors of one bank, in the blueprint's order. `unplaced`: active items whose point the blueprint does not know."""

    bank: Stock
    cycle: Stock
    difficulties: tuple[Stock, ...]
    areas: tuple[AreaHealth, ...]
    points: tuple[Stock, ...]
    types: dict[ItemType, int]
    unplaced: int

    @property
    def enough(self) -> bool:
        """Whether no floor is missed. Items that are told apart miss none."""
        return not any(stock.short for _, stock in self.rows())

    def rows(self) -> list[tuple[str, Stock]]:
        """(kind, stock) of every floor: `bank`, `cycle`, `difficulty`, `area`, `point`, from the widest to the narrowest."""
        return [
            ("bank", self.bank),
            ("cycle", self.cycle),
            *(("difficulty", stock) for stock in self.difficulties),
            *(("area", area.stock) for area in self.areas),
            *(("point", stock) for stock in self.points),
        ]

    def document(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {
            "format": FORMAT,
            "enough": self.enough,
            "bank": self.bank.document(),
            "cycle": self.cycle.document(),
            "difficulties": [stock.document() for stock in self.difficulties],
            "areas": [area.stock.document() | {"weight": area.weight} for area in self.areas],
            "points": [stock.document() for stock in self.points],
            "types": {type_.value: count for type_, count in self.types.items()},
            "unplaced": self.unplaced,
        }


def bank_health(blueprint: Blueprint, active: Counts, added_in_cycle: int, floors: BankFloors) -> BankHealth:
    """The health of the bank of one blueprint. `added_in_cycle`: items that became active in the current cycle."""
    points, grades, types = Counter[str](), Counter[int](), Counter[ItemType]()
    known = {point.code for point in blueprint.points}
    for (point, type_, difficulty), count in active.items():
        if point in known:
            points[point] += count
            grades[difficulty] += count
            types[type_] += count
    return BankHealth(
        bank=Stock("", "全库", points.total(), floors.items_at_least),
        cycle=Stock("", "本周期新增", added_in_cycle, floors.items_per_cycle),
        difficulties=tuple(
            Stock(str(grade), name, grades[grade], floors.items_per_difficulty) for grade, name in DIFFICULTY_NAMES.items()
        ),
        areas=_areas(blueprint, points, floors),
        points=tuple(Stock(point.code, point.name, points[point.code], floors.items_per_point) for point in blueprint.points),
        types={type_: types[type_] for type_ in ItemType if types[type_]},
        unplaced=sum(active.values()) - points.total(),
    )


def _areas(blueprint: Blueprint, have: Counter[str], floors: BankFloors) -> tuple[AreaHealth, ...]:
    nodes = {node.code: node for node in blueprint.nodes}
    items, needs = Counter[str](), Counter[str]()
    for point in blueprint.points:
        area = "-".join(point.area.split("-")[:2])
        items[area] += have[point.code]
        needs[area] += floors.items_per_point
    divided = {node.parent for node in blueprint.nodes}
    shown = (node for node in blueprint.nodes if node.depth == 2 or (node.depth == 1 and node.code not in divided))
    return tuple(
        AreaHealth(nodes[node.code.split("-")[0]], node.weight, _area_stock(node, items[node.code], needs[node.code], floors))
        for node in shown
    )


def _area_stock(node: BlueprintNode, have: int, by_points: int, floors: BankFloors) -> Stock:
    by_weight = -(-node.weight * floors.items_at_least // 100)  # rounded up
    basis = Basis.WEIGHT if by_weight > by_points else Basis.POINTS
    return Stock(node.code, node.name, have, max(by_points, by_weight), basis)
