"""An invented blueprint and bank, big enough for two papers of plan "80题型"; cards only, no item has a text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from itembank.assembly.certificate import Certificate, Provenance, certify
from itembank.assembly.drawing import Draw, Task, draw
from itembank.assembly.eligibility import Eligible, sift
from itembank.assembly.predictability import Predictability
from itembank.assembly.race import draw_key
from itembank.assembly.solver import Solver
from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.paper import Paper
from itembank.domain.plan import PLANS, Plan
from itembank.formats.snapshot import Snapshot, take_snapshot

PLAN = PLANS["80题型"]
SEED = b"\x07" * 32
DAY = date(2026, 12, 1)
SOURCE = Provenance("202612-6-31-01-03-4-L-01", 1, "", ("release-1",), "cd" * 32, {"font.otf": "ef" * 32}, "none", "", ())
NOT_GUESSED = Predictability(100, (), ())
UNITS = {
    "A-A-A": 10, "A-A-B": 10, "A-B-A": 20, "B-A-A": 15, "B-A-B": 15, "B-B-A": 10, "B-B-B": 20,
}  # fmt: skip


def blueprint() -> Blueprint:
    """Two areas, four areas below, seven units, ten points a unit; one of each ten is Y, three of all are Z."""
    weights = dict(UNITS)
    for unit, weight in UNITS.items():
        for parent in (unit[:3], unit[:1]):
            weights[parent] = weights.get(parent, 0) + weight
    nodes = tuple(BlueprintNode(code, f"范围{code}", weights[code]) for code in sorted(weights))
    points = tuple(
        AssessmentPoint(f"{unit}-{i:03}", f"鉴定点{unit}{i}", _importance(number, i))
        for number, unit in enumerate(UNITS)
        for i in range(1, 11)
    )
    return Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, nodes, points)


def _importance(unit: int, point: int) -> Importance:
    if point == 10 and unit < 3:
        return Importance.Z
    return Importance.Y if point == 9 else Importance.X


BLUEPRINT = blueprint()


def cards() -> list[ItemCard]:
    """National: four single-choice items and two judgements a point. City: one single-choice item a point."""
    return list(_cards())


def _cards() -> Iterator[ItemCard]:
    for serial, point in enumerate(BLUEPRINT.points):
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


def sifted(bank: Iterable[ItemCard], plan: Plan = PLAN) -> Eligible:
    return sift(plan, BLUEPRINT, bank, DAY)


def drawn(
    solver: Solver, bank: Iterable[ItemCard], plan: Plan = PLAN, seed: bytes = SEED, forms: Sequence[str] = ("A", "S")
) -> Draw:
    """The papers of a draw under a raw key."""
    return draw(Task(plan, BLUEPRINT, sifted(bank, plan).cards, seed), forms, solver)


def snapshot_of(bank: Iterable[ItemCard], plan: Plan = PLAN) -> Snapshot:
    return take_snapshot(plan, BLUEPRINT, bank, DAY, b"salt")


def certified(
    solver: Solver, bank: Iterable[ItemCard], plan: Plan = PLAN, seed: bytes = SEED, forms: Sequence[str] = ("A", "S")
) -> Certificate:
    """Papers drawn as the desk draws them, and their certificate."""
    snapshot = snapshot_of(bank, plan)
    eligible = sift(plan, BLUEPRINT, snapshot.cards, DAY, snapshot.excluded, snapshot.trainers)
    key = draw_key(seed)
    return certify(
        draw(Task(plan, BLUEPRINT, eligible.cards, key), forms, solver), snapshot, plan, SOURCE, (), seed, NOT_GUESSED
    )


def exchanged(paper: Paper, leaving: str, entering: str) -> Paper:
    """The paper with one item number in another's place."""
    sections = tuple(tuple(entering if no == leaving else no for no in section) for section in paper.sections)
    return Paper(paper.form, sections)


def with_card(bank: list[ItemCard], item_no: str, **changes: object) -> list[ItemCard]:
    """The bank with one card changed."""
    return [replace(card, **changes) if card.item_no == item_no else card for card in bank]  # type: ignore[arg-type]
