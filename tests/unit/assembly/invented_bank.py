"""An invented blueprint and bank, big enough for two papers of plan "80题型"; cards only, no item has a text."""

from collections.abc import Iterator
from dataclasses import replace

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.paper import Form, Paper
from itembank.domain.plan import PLANS, Plan

PLAN = PLANS["80题型"]
SEED = b"\x07" * 32
UNITS = {
    "A-A-A": 10, "A-A-B": 10, "A-B-A": 20, "B-A-A": 15, "B-A-B": 15, "B-B-A": 10, "B-B-B": 20,
}  # fmt: skip


def blueprint() -> Blueprint:
    """Two areas, four areas below, seven units, ten points a unit."""
    weights = dict(UNITS)
    for unit, weight in UNITS.items():
        for parent in (unit[:3], unit[:1]):
            weights[parent] = weights.get(parent, 0) + weight
    nodes = tuple(BlueprintNode(code, f"范围{code}", weights[code]) for code in sorted(weights))
    points = tuple(AssessmentPoint(f"{unit}-{i:03}", f"鉴定点{unit}{i}", Importance.X) for unit in UNITS for i in range(1, 11))
    return Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, nodes, points)


def cards() -> list[ItemCard]:
    """National: four single-choice items and two judgements a point. City: one single-choice item a point."""
    return list(_cards())


def _cards() -> Iterator[ItemCard]:
    for serial, point in enumerate(blueprint().points):
        for i in range(6):
            type_ = ItemType.SINGLE if i < 4 else ItemType.JUDGEMENT
            yield _card("national", f"{point.code}.{i}", type_, point.code, 1 + (serial + i) % 5)
        yield _card("city", f"{point.code}.9", ItemType.SINGLE, point.code, 3)


def _card(pool: str, name: str, type_: ItemType, point: str, difficulty: int) -> ItemCard:
    number = int(name[-1])
    ends_in_one = point.endswith("1")
    return ItemCard(
        item_no=f"{pool}-{name}",
        pool=pool,
        type=type_,
        point=point,
        difficulty=difficulty,
        enemy_group=f"group-{point}" if number < 2 else "",
        has_figure=ends_in_one and number == 0,
        has_formula=ends_in_one and number == 1,
    )


def exchanged(paper: Paper, leaving: str, entering: str) -> Paper:
    """The paper with one item number in another's place."""
    sections = tuple(tuple(entering if no == leaving else no for no in section) for section in paper.sections)
    return Paper(paper.form, sections)


def with_card(bank: list[ItemCard], item_no: str, **changes: object) -> list[ItemCard]:
    """The bank with one card changed."""
    return [replace(card, **changes) if card.item_no == item_no else card for card in bank]  # type: ignore[arg-type]


__all__ = ["PLAN", "SEED", "UNITS", "Form", "Plan", "blueprint", "cards", "exchanged", "with_card"]
