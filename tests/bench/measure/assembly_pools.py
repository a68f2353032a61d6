"""An invented bank of any size and the plan of a 100-item paper, for measuring assembly: the same for one size and seed.

Every structure that makes assembly hard is in it: five areas with 16 sub-areas and 48 units in whole percent, assessment
points of three importances, five difficulty grades, items used a few times or only lately, enemies, item sets, and local items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from random import Random
from typing import TypeVar

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import AT_LEAST_ONE, NO_BOUND, Band, Plan, Section

T = TypeVar("T")
DAY = date(2026, 12, 1)
_LATELY = "2026-11-01"
AREAS = {"A": 30, "B": 25, "C": 20, "D": 15, "E": 10}
UNITS_EACH = 3
_TYPES = {ItemType.SINGLE: 55, ItemType.JUDGEMENT: 28, ItemType.MULTIPLE: 17}
_IMPORTANCES = {Importance.Y: 14, Importance.Z: 5}
"""Percent of the points, the others being X."""
_GRADES = {1: 12, 2: 22, 3: 36, 4: 20, 5: 10}
_LOCAL, _USED_LATELY, _ENEMIES, _IN_SETS = 0.15, 0.15, 0.08, 0.06

PLAN = Plan(
    name="100 items",
    sections=(Section(ItemType.SINGLE, 60, 2), Section(ItemType.JUDGEMENT, 25, 2), Section(ItemType.MULTIPLE, 15, 2)),
    minutes=90,
    unit_tolerance=1,
    units_by_items=True,
    importance=((Importance.X, Band(76, 100)), (Importance.Y, Band(0, 18)), (Importance.Z, Band(0, 8))),
    grades=((1, Band(7, 15)), (2, Band(16, 26)), (3, Band(32, 46)), (4, Band(14, 24)), (5, Band(5, 13))),
    mean_difficulty=Band(285, 295),
    per_point=2,
    sets=Band(1, 3),
    set_items=Band(2, 4),
    local_cap=20,
    recent_days=60,
)


def make_bank(items: int, seed: int = 1) -> tuple[Blueprint, list[ItemCard]]:
    """A blueprint, and so many cards of it."""
    random = Random(f"{items}-{seed}")
    nodes = tuple(_nodes())
    points = tuple(_points(nodes, max(120, items // 6), random))
    cards = [_card(number, points, random) for number in range(items)]
    _group(cards, random)
    return Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, nodes, points), cards


def without_sets(cards: list[ItemCard], plan: Plan = PLAN) -> tuple[list[ItemCard], Plan]:
    """The same items and the same plan but for item sets, which not every program can express."""
    return [replace(card, item_set="") for card in cards], replace(plan, sets=NO_BOUND, set_items=AT_LEAST_ONE)


def _nodes() -> Iterator[BlueprintNode]:
    """Areas, each followed by what is below it."""
    for area, weight in AREAS.items():
        yield BlueprintNode(area, f"范围{area}", weight)
        for number, part in enumerate(_shared(weight, 4 if weight >= 25 else 3 if weight >= 15 else 2)):
            sub_area = f"{area}-{chr(65 + number)}"
            yield BlueprintNode(sub_area, f"范围{sub_area}", part)
            for unit, share in enumerate(_shared(part, UNITS_EACH)):
                code = f"{sub_area}-{chr(65 + unit)}"
                yield BlueprintNode(code, f"范围{code}", share)


def _shared(weight: int, parts: int) -> list[int]:
    """A weight in whole parts that differ by one at most."""
    return [weight // parts + (number < weight % parts) for number in range(parts)]


def _points(nodes: Sequence[BlueprintNode], points: int, random: Random) -> Iterator[AssessmentPoint]:
    """One in each unit, the others by weight."""
    units = {node.code: node.weight for node in nodes if node.depth == 3}
    codes = [*units, *random.choices(list(units), list(units.values()), k=points - len(units))]
    importances = [importance for importance, percent in _IMPORTANCES.items() for _ in range(percent * points // 100)]
    importances += [Importance.X] * (points - len(importances))
    random.shuffle(importances)
    numbers: Counter[str] = Counter()
    for unit, importance in zip(codes, importances, strict=True):
        numbers[unit] += 1
        code = f"{unit}-{numbers[unit]:03}"
        yield AssessmentPoint(code, f"鉴定点{code}", importance)


def _card(number: int, points: Sequence[AssessmentPoint], random: Random) -> ItemCard:
    point = points[number] if number < len(points) else random.choice(points)
    return ItemCard(
        item_no=f"item-{number:05}",
        pool="city" if random.random() < _LOCAL else "national",
        type=_one(_TYPES, random),
        point=point.code,
        difficulty=_one(_GRADES, random),
        uses=min(9, int(random.expovariate(0.8))),
        used_on=_LATELY if random.random() < _USED_LATELY else "",
    )


def _group(cards: list[ItemCard], random: Random) -> None:
    """Make some items of each unit enemies and others sets; those of a set are national, and none was used lately."""
    units: dict[str, list[int]] = defaultdict(list)
    for number, card in enumerate(cards):
        units[card.point.rpartition("-")[0]].append(number)
    names = count()
    for numbers in units.values():
        random.shuffle(numbers)
        enemies = list(_parts(numbers, _ENEMIES * len(numbers), (2, 2, 3, 4), random))
        others = numbers[sum(map(len, enemies)) :]
        for part in enemies:
            group = f"group-{next(names)}"
            for number in part:
                cards[number] = replace(cards[number], enemy_group=group)
        for part in _parts(others, _IN_SETS * len(numbers), (3, 4, 5, 6), random):
            name = f"set-{next(names)}"
            for number in part:
                cards[number] = replace(cards[number], item_set=name, pool="national", used_on="")


def _parts(numbers: Sequence[int], goal: float, sizes: Sequence[int], random: Random) -> Iterator[Sequence[int]]:
    """From the front on, parts of these sizes until the goal is reached."""
    begin = 0
    while begin < goal and begin + min(sizes) <= len(numbers):
        end = begin + random.choice(sizes)
        yield numbers[begin:end]
        begin = end


def _one(weights: Mapping[T, int], random: Random) -> T:
    return random.choices(list(weights), list(weights.values()))[0]
