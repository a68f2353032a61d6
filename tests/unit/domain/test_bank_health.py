"""The health of a bank: each floor of the policy counted against what is active, and nothing counted twice."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import replace

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.health import BankHealth, Basis, bank_health
from itembank.domain.items import ItemType
from itembank.domain.policy import BankFloors

NODES = (
    BlueprintNode("A", "基本要求", 15),
    BlueprintNode("A-A", "职业道德", 5),
    BlueprintNode("A-A-A", "道德", 5),
    BlueprintNode("A-B", "安全", 10),
    BlueprintNode("B", "相关知识", 85),
)
POINTS = (
    *(AssessmentPoint(f"A-A-A-{i:03}", f"道德{i}", Importance.X) for i in range(1, 9)),
    AssessmentPoint("A-B-001", "触电", Importance.X),
    AssessmentPoint("B-001", "继电器", Importance.X),
)
BLUEPRINT = Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, NODES, POINTS)
FLOORS = BankFloors(items_at_least=101, items_per_cycle=10, items_per_point=4, items_per_difficulty=3)
ACTIVE = Counter(
    {
        ("A-A-A-001", ItemType.SINGLE, 1): 3,
        ("A-A-A-001", ItemType.JUDGEMENT, 2): 2,
        ("A-A-A-002", ItemType.SINGLE, 1): 3,
        ("B-001", ItemType.SINGLE, 5): 90,
        ("C-001", ItemType.SINGLE, 5): 7,
    }
)


def health(**changes: int) -> BankHealth:
    return bank_health(BLUEPRINT, ACTIVE, 4, replace(FLOORS, **changes))


def test_every_point_needs_its_items_whatever_their_type() -> None:
    points = {stock.code: (stock.have, stock.needed, stock.short) for stock in health().points}

    assert points["A-A-A-001"] == (5, 4, 0)
    assert points["A-A-A-002"] == (3, 4, 1)
    assert points["A-B-001"] == (0, 4, 4)
    assert len(points) == len(POINTS)


def test_an_area_needs_its_points_or_its_share_whichever_is_more() -> None:
    """5 % of 101 is 6 and eight points need 32; 10 % are 11 and one point needs 4: shares are rounded up."""
    areas = {area.stock.code: area.stock for area in health().areas}

    assert (areas["A-A"].have, areas["A-A"].needed, areas["A-A"].basis) == (8, 32, Basis.POINTS)
    assert (areas["A-B"].have, areas["A-B"].needed, areas["A-B"].basis) == (0, 11, Basis.WEIGHT)


def test_an_area_without_a_second_level_stands_for_itself() -> None:
    areas = [(area.above.code, area.stock.code, area.stock.have) for area in health().areas]

    assert areas == [("A", "A-A", 8), ("A", "A-B", 0), ("B", "B", 90)]


def test_the_bank_and_its_cycle_have_floors_of_their_own() -> None:
    found = health()

    assert (found.bank.have, found.bank.needed, found.bank.short) == (98, 101, 3)
    assert (found.cycle.have, found.cycle.needed, found.cycle.short) == (4, 10, 6)


def test_every_grade_of_difficulty_has_the_same_floor() -> None:
    assert [(stock.name, stock.have, stock.short) for stock in health().difficulties] == [
        ("易", 6, 0), ("较易", 2, 1), ("中", 0, 3), ("较难", 0, 3), ("难", 90, 0),
    ]  # fmt: skip


def test_items_of_an_unknown_point_are_told_apart_and_fill_no_floor() -> None:
    found = health()

    assert found.unplaced == 7
    assert found.bank.have == sum(found.types.values()) == sum(stock.have for stock in found.difficulties) == 98


def test_a_bank_is_enough_only_when_no_floor_is_missed() -> None:
    generous = {"items_at_least": 0, "items_per_cycle": 4, "items_per_point": 0, "items_per_difficulty": 0}

    assert health(**generous).enough
    assert all(not health(**(generous | {floor: 200})).enough for floor in generous)


def test_the_document_is_json_and_says_of_every_row_what_is_short() -> None:
    document = json.loads(json.dumps(health().document()))

    rows = [document["bank"], document["cycle"], *document["difficulties"], *document["areas"], *document["points"]]
    assert [(row["code"], row["have"], row["needed"], row["short"]) for row in rows] == [
        (stock.code, stock.have, stock.needed, stock.short) for _, stock in health().rows()
    ]


def test_a_thousand_points_are_counted_at_once() -> None:
    nodes = (BlueprintNode("A", "相关知识", 100), *(BlueprintNode(f"A-{i:02}", f"范围{i}", 2) for i in range(50)))
    points = tuple(AssessmentPoint(f"A-{i % 50:02}-{i:03}", f"点{i}", Importance.X) for i in range(1000))
    active = Counter({(point.code, type_, grade): 1 for point in points for type_ in ItemType for grade in range(1, 6)})
    began = time.perf_counter()

    found = bank_health(replace(BLUEPRINT, nodes=nodes, points=points), active, 0, FLOORS)

    assert time.perf_counter() - began < 1
    assert found.bank.have == 50_000
