"""Break one rule of sound papers at a time: the checker names it, and no certificate is given."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest

from itembank.assembly.certificate import RULES, certify, counted_lines
from itembank.assembly.drawing import Draw
from itembank.assembly.solver import Solver
from itembank.domain.blueprint import Importance
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.paper import Paper
from itembank.domain.plan import Band, Mode, Plan, Section
from tests.unit.assembly.invented_bank import NOT_GUESSED, PLAN, SEED, SOURCE, cards, drawn, exchanged, snapshot_of, with_card

Papers = dict[str, Paper]


class Case(NamedTuple):
    """Papers, the bank they are counted from, and the plan."""

    papers: Papers
    bank: list[ItemCard]
    plan: Plan = PLAN


@pytest.fixture(scope="module")
def sound(solver: Solver) -> Draw:
    return drawn(solver, cards())


def singles(papers: Papers, count: int) -> list[str]:
    """The first single-choice items of the main paper."""
    return list(papers["A"].sections[0][:count])


def main(papers: Papers, leaving: str, entering: str) -> Papers:
    return papers | {"A": exchanged(papers["A"], leaving, entering)}


def changed(how_many: int, **changes: object) -> Callable[[Papers], Case]:
    """The first items of the main paper are other ones than they were drawn as."""

    def change(papers: Papers) -> Case:
        bank = cards()
        for item_no in singles(papers, how_many):
            bank = with_card(bank, item_no, **changes)
        return Case(papers, bank)

    return change


def planned(**changes: object) -> Callable[[Papers], Case]:
    """The papers are right, for another plan."""
    return lambda papers: Case(papers, cards(), replace(PLAN, **changes))  # type: ignore[arg-type]


def both(*changes: Callable[[Papers], Case]) -> Callable[[Papers], Case]:
    """The bank of the first, the plan of the second."""
    bank, plan = changes
    return lambda papers: Case(papers, bank(papers).bank, plan(papers).plan)


def local_where_national_would_do(papers: Papers) -> Case:
    """A free national item of the very same kind lies beside the local one."""
    first = singles(papers, 1)[0]
    twin = next(card for card in cards() if card.item_no == first)
    return Case(papers, [*with_card(cards(), first, pool="city"), replace(twin, item_no="national-twin", enemy_group="")])


def without(mark: str) -> Callable[[Papers], Case]:
    return lambda papers: Case(papers, [replace(card, **{mark: False}) for card in cards()])  # type: ignore[arg-type]


def crowded_point(papers: Papers) -> Case:
    bank = cards()
    point = next(card.point for card in bank if card.item_no == singles(papers, 1)[0])
    for item_no in papers["A"].item_nos[:4]:
        bank = with_card(bank, item_no, point=point)
    return Case(papers, bank)


def moved_to(unit: str, how_many: int) -> Callable[[Papers], Case]:
    def move(papers: Papers) -> Case:
        bank = cards()
        for i, item_no in enumerate(singles(papers, how_many)):
            bank = with_card(bank, item_no, point=f"{unit}-{1 + i % 10:03}")
        return Case(papers, bank)

    return move


def all_hard(papers: Papers) -> Case:
    return Case(papers, [replace(card, difficulty=5) for card in cards()])


def item_in_both(papers: Papers) -> Case:
    return Case(main(papers, singles(papers, 1)[0], papers["S"].sections[0][0]), cards())


def item_twice(papers: Papers) -> Case:
    first, second = singles(papers, 2)
    return Case(main(papers, first, second), cards())


def item_missing(papers: Papers) -> Case:
    paper = papers["A"]
    return Case(papers | {"A": Paper("A", (paper.sections[0][1:], paper.sections[1]))}, cards())


def unknown_item(papers: Papers) -> Case:
    return Case(main(papers, singles(papers, 1)[0], "national-nowhere"), cards())


THREE_SETS = {"item_set": "材料一"}
OPTIONAL = (*PLAN.sections[:1], replace(PLAN.sections[1], optional=True))

BREAKS: list[tuple[str, Callable[[Papers], Case]]] = [
    ("enemies", changed(2, enemy_group="made-enemies")), ("local_cap", changed(16, pool="city")),
    ("national_first", local_where_national_would_do), ("figures", without("has_figure")),
    ("formulas", without("has_formula")), ("per_point", crowded_point), ("units", moved_to("A-A-A", 10)),
    ("units", both(moved_to("A-A-A", 9), planned(units_by_items=True, unit_tolerance=1))),
    ("areas_2", moved_to("A-B-A", 20)), ("areas_1", moved_to("B-B-B", 25)), ("mean_difficulty", all_hard),
    ("areas_1", planned(content=(("A", Band(60, 70)),))), ("units", planned(content=(("A-A-A", Band(20, 30)),))),
    ("importance", planned(importance=((Importance.Z, Band(50, 60)),))),
    ("importance", planned(importance=((Importance.X, Band(0, 10)),))),
    ("grades", planned(grades=((5, Band(70, 80)),))), ("grades", planned(grades=((1, Band(0, 0)),))),
    ("distinct", item_in_both), ("overlap", item_in_both), ("distinct", item_twice),
    ("sections", changed(1, type=ItemType.JUDGEMENT)), ("points", changed(1, type=ItemType.JUDGEMENT)),
    ("sections", item_missing), ("points", item_missing), ("sections", planned(sections=OPTIONAL)),
    ("known", unknown_item), ("known", changed(1, point="Z-A-A-001")),
    ("recent", both(changed(1, used_on="2026-11-20"), planned(recent_days=30))),
    ("sets", both(changed(1, **THREE_SETS), planned(set_items=Band(2, 4)))),
    ("sets", both(changed(5, **THREE_SETS), planned(set_items=Band(2, 4)))),
    ("sets", planned(sets=Band(1, 3))),
    ("fixed_form", changed(1, fixed_form="national/套一")), ("fixed_form", planned(mode=Mode.FIXED)),
    ("eyes", both(changed(1, eyes=(1, 2, 3)), planned(eyes_at_most=2))),
    ("task_minutes", planned(task_minutes=Band(10, 20))),
    ("equipment", both(changed(2, site_notice=("数控车床 3台",)), planned(equipment=(("数控车床", 5),)))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken"), BREAKS, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(BREAKS)])
def test_a_broken_rule_is_named(rule: str, broken: Callable[[Papers], Case], sound: Draw) -> None:
    papers, bank, plan = broken(sound.papers)
    snapshot = replace(snapshot_of(bank, plan), cards=tuple(bank))
    assert rule in [line.rule for line in counted_lines(papers, snapshot, plan) if not line.held]
    with pytest.raises(PlanError) as refusal:
        certify(Draw(papers, sound.blocks), snapshot, plan, SOURCE, (), SEED, NOT_GUESSED)
    assert refusal.value.code == "plan.not_certified"


def test_an_excluded_item_and_one_a_trainer_has_seen_are_named(sound: Draw) -> None:
    first, second = singles(sound.papers, 2)
    bank = with_card(cards(), second, eyes=(7,))
    snapshot = replace(snapshot_of(bank), excluded={first: "题干有误"}, trainers=(7,))
    broken = [line.rule for line in counted_lines(sound.papers, snapshot, PLAN) if not line.held]
    assert broken == ["excluded", "trainer"]


def test_every_rule_has_a_break_and_a_place_in_the_certificate() -> None:
    assert set(RULES) == {rule for rule, _ in BREAKS} | {"excluded", "trainer"}


def test_sound_papers_keep_every_rule(sound: Draw) -> None:
    assert all(line.held for line in counted_lines(sound.papers, snapshot_of(cards()), PLAN))


def test_half_points_are_counted_as_half_points(sound: Draw) -> None:
    """Another worth of a section moves the total by halves."""
    plan = replace(PLAN, sections=(Section(ItemType.SINGLE, 60, 3), Section(ItemType.JUDGEMENT, 20, 1)))
    counted = {line.rule: line for line in counted_lines(sound.papers, snapshot_of(cards(), plan), plan)}
    assert counted["points"].found["A"] == "100" and counted["points"].held
