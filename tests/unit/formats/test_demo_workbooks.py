"""The shipped sample: its CSV sources become workbooks that import whole and can be drawn from."""

from datetime import date
from pathlib import Path

import pytest

from itembank.assembly.certificate import counted_lines
from itembank.assembly.drawing import Task, draw
from itembank.assembly.eligibility import sift
from itembank.assembly.solver import Solver
from itembank.demo import workbooks
from itembank.domain.blueprint import Blueprint
from itembank.domain.items import Item, ItemCard, ItemType
from itembank.domain.plan import PLANS
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.item_workbook import read_items
from itembank.formats.snapshot import take_snapshot
from itembank.formats.spreadsheet import Spreadsheet

SAMPLE = Path(workbooks.__file__).parent / "sample"
FIGURES = [path.name for path in SAMPLE.rglob("*.svg")]
POOLS = {"national": "items-national.csv", "city": "items-city.csv"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> tuple[Blueprint, list[Item]]:
    target = tmp_path_factory.mktemp("workbooks")
    workbooks.write_workbooks(SAMPLE, target)
    blueprint = read_blueprint((target / workbooks.BLUEPRINT).read_bytes())
    items = [
        item
        for pool, source in POOLS.items()
        for item in read_items(
            Spreadsheet((target / workbooks.WORKBOOKS[source]).read_bytes()), pool, blueprint, FIGURES
        ).items()
    ]
    return blueprint, items


def test_the_workbooks_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        workbooks.write_workbooks(SAMPLE, tmp_path / name)
    made = [{file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert made[0] == made[1] and len(made[0]) == 3


def test_the_sample_is_as_large_as_promised(bank: tuple[Blueprint, list[Item]]) -> None:
    blueprint, items = bank
    assert len(blueprint.points) >= 50
    assert sum(item.pool == "national" for item in items) >= 180
    assert sum(item.pool == "city" for item in items) >= 50
    least = {ItemType.SINGLE: 150, ItemType.JUDGEMENT: 60, ItemType.MULTIPLE: 20}
    assert all(sum(item.type is type_ for item in items) >= count for type_, count in least.items())
    assert sum(bool(item.figures) for item in items) >= 4 and sum(bool(item.formulas) for item in items) >= 4


@pytest.mark.parametrize("number", range(3))
def test_two_papers_can_be_drawn_from_the_sample(number: int, bank: tuple[Blueprint, list[Item]]) -> None:
    blueprint, items = bank
    cards = tuple(ItemCard.of(item) for item in items)
    plan = PLANS["80题型"]
    snapshot = take_snapshot(plan, blueprint, cards, date(2026, 12, 1), b"")
    eligible = sift(plan, blueprint, snapshot.cards, snapshot.day)
    with Solver() as solver:
        drawn = draw(Task(plan, blueprint, eligible.cards, bytes([number]) * 32), ["A", "S"], solver)
    assert all(line.held for line in counted_lines(drawn.papers, snapshot, plan))
