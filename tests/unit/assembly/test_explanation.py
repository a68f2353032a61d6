"""A plan that cannot be met: which line is short, what would do, and which lines contradict each other."""

import random
from dataclasses import replace

import pytest

from itembank.assembly.drawing import Task
from itembank.assembly.explanation import Explanation, explain
from itembank.assembly.solver import Solver
from itembank.assembly.supply import supply
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import Band, Mode, Plan
from tests.unit.assembly.invented_bank import BLUEPRINT, PLAN, SEED, cards, drawn, sifted

BANK = cards()


def without(unit: str, pool: str = "") -> list[ItemCard]:
    return [card for card in BANK if not (card.point.startswith(unit) and card.pool.startswith(pool))]


def used_lately(unit: str) -> list[ItemCard]:
    return [replace(card, used_on="2026-11-20") if card.point.startswith(unit) else card for card in BANK]


def why(solver: Solver, bank: list[ItemCard], plan: Plan, forms: tuple[str, ...] = ("A", "S")) -> Explanation:
    with pytest.raises(PlanError) as refusal:
        drawn(solver, bank, plan, forms=forms)
    assert refusal.value.code == "plan.infeasible"
    eligible = sifted(bank, plan)
    return explain(Task(plan, BLUEPRINT, eligible.cards, SEED), eligible, forms, solver)


SHORT: list[tuple[str, list[ItemCard], Plan, str, str, str]] = [
    ("an empty unit", without("B-A-A"), PLAN, "units", "B-A-A", ""),
    ("a unit only the capped city pool has", without("B-B", "national"), PLAN, "areas_2", "B-B", ""),
    ("a unit that was used lately", used_lately("B-A-A"), replace(PLAN, recent_days=60), "units", "B-A-A", "recent"),
    ("nothing at all", [], PLAN, "units", "B-A-A", ""),
    ("too few of a type", [c for c in BANK if c.type is ItemType.SINGLE], PLAN, "sections", "judgement", ""),
    ("no figure", [c for c in BANK if not c.has_figure], PLAN, "figures", "", ""),
    ("a unit of one point only", [*without("B-B-B"), *[c for c in BANK if c.point == "B-B-B-001"]], PLAN, "units", "B-B-B",
     "crowded"),
    ("too few of a grade", [replace(c, difficulty=3) if c.difficulty == 5 else c for c in BANK],
     replace(PLAN, grades=((5, Band(4, 20)),)), "grades", "5", ""),
]  # fmt: skip


@pytest.mark.parametrize(("bank", "plan", "rule", "subject", "reason"), [case[1:] for case in SHORT],
                         ids=[case[0] for case in SHORT])  # fmt: skip
def test_a_line_that_is_short_is_named_with_its_reason(
    solver: Solver, bank: list[ItemCard], plan: Plan, rule: str, subject: str, reason: str
) -> None:
    told = why(solver, bank, plan)
    lines = {(line.rule, line.subject): line for line in told.lines}
    assert (rule, subject) in lines and lines[rule, subject].short > 0
    assert not reason or lines[rule, subject].filtered[reason] > 0
    assert told.changes and told.conflict


CONFLICTS: list[tuple[str, list[ItemCard], Plan, set[str], str]] = [
    ("a difficulty nobody has", BANK, replace(PLAN, mean_difficulty=Band(480, 500)), {"mean_difficulty"}, "mean_difficulty"),
    ("difficulty against grades", BANK,
     replace(PLAN, grades=((1, Band(30, 40)), (5, Band(0, 10))), mean_difficulty=Band(340, 400)),
     {"mean_difficulty", "grades"}, ""),
    ("local items not wanted, but only they have figures",
     [c for c in BANK if not c.has_figure or c.pool == "city"]
     + [replace(c, item_no="city-f" + c.item_no, pool="city", has_figure=True) for c in BANK[:2]],
     replace(PLAN, local_cap=0), {"figures", "local_cap"}, "figures"),
]  # fmt: skip


@pytest.mark.parametrize(("bank", "plan", "rules", "change"), [case[1:] for case in CONFLICTS],
                         ids=[case[0] for case in CONFLICTS])  # fmt: skip
def test_lines_that_contradict_each_other_are_all_named(
    solver: Solver, bank: list[ItemCard], plan: Plan, rules: set[str], change: str
) -> None:
    told = why(solver, bank, plan)
    assert rules <= {rule for rule, *_ in told.conflict}
    assert not change or change in {one.rule for one in told.changes or ()}


def test_without_any_line_of_a_conflict_the_rest_can_be_met(solver: Solver) -> None:
    """Difficulty against grades: take either away, and the papers are there."""
    plan = replace(PLAN, grades=((1, Band(30, 40)), (5, Band(0, 10))), mean_difficulty=Band(340, 400))
    told = why(solver, BANK, plan, ("A",))
    names = {(rule, subject) for rule, subject, *_ in told.conflict}
    for spared in [("mean_difficulty", ""), ("grades", "1")]:
        assert spared in names
        grades = tuple((grade, band) for grade, band in plan.grades if ("grades", str(grade)) != spared)
        easier = replace(plan, grades=grades) if spared[0] == "grades" else replace(plan, mean_difficulty=Band(100, 500))
        assert drawn(solver, BANK, easier, forms=("A",)).papers


def test_the_smallest_change_makes_the_papers_possible(solver: Solver) -> None:
    easy = [replace(card, difficulty=min(3, card.difficulty)) for card in BANK]
    plan = replace(PLAN, mean_difficulty=Band(320, 330))
    [change] = why(solver, easy, plan, ("A",)).changes or ()
    assert (change.rule, change.bound, change.now) == ("mean_difficulty", "low", 320) and change.by >= 20
    assert drawn(solver, easy, replace(plan, mean_difficulty=Band(320 - change.by, 330)), forms=("A",)).papers
    with pytest.raises(PlanError):
        drawn(solver, easy, replace(plan, mean_difficulty=Band(321 - change.by, 330)), forms=("A",))


def test_many_papers_are_explained_by_counting(solver: Solver) -> None:
    seven = ("A", "B", "S", "4", "5", "6", "7")
    told = why(solver, BANK, replace(PLAN, overlap=20), seven)
    lines = {line.rule: line for line in told.lines}
    assert (lines["items"].needed, lines["items"].have, lines["items"].short) == (560, 490, 70)
    [change] = told.changes or ()
    assert (change.rule, change.now, change.by) == ("distinct", 1, 1)
    assert why(solver, BANK, PLAN, seven).changes is None  # they would have to share, and by how much nobody has counted


def test_how_much_two_papers_would_have_to_share_is_enough_and_no_more(solver: Solver) -> None:
    few = random.Random(3).sample([card for card in BANK if card.pool == "national"], 140)
    oftener, shared = why(solver, few, PLAN).changes or ()
    assert (oftener.rule, oftener.by, shared.rule, shared.now) == ("distinct", 1, "overlap", 0)
    drawn(solver, few, replace(PLAN, papers_per_item=2, overlap=shared.by))
    with pytest.raises(PlanError):
        drawn(solver, few, replace(PLAN, papers_per_item=2, overlap=shared.by - 1))


def test_a_shortage_is_said_in_points_and_items() -> None:
    few = [*without("A-A-A"), *[c for c in BANK if c.point == "A-A-A-001" and c.type is ItemType.SINGLE][:3]]
    [short] = [line for line in supply(PLAN, BLUEPRINT, sifted(few), 2) if line.subject == "A-A-A"]
    assert short.document()["needed"] == 16 and short.document()["have"] == 3
    assert short.sentence().startswith("A-A-A 范围A-A-A的分数：需 16，有 3")


def test_an_explanation_is_plain_values_in_the_plans_own_words(solver: Solver) -> None:
    told = why(solver, without("B-A-A"), PLAN).document()
    assert set(told) == {"lines", "smallest_change", "conflict"}
    unit = next(line for line in told["lines"] if line["rule"] == "units")
    assert unit["line"] == "B-A-A 范围B-A-A的分数" and unit["short"] == unit["needed"] == 26 and unit["have"] == 0


def test_where_no_line_is_short_and_nothing_is_found_the_whole_table_is_told(solver: Solver) -> None:
    """Three papers could be had, four could not: their mean difficulty takes all hard items."""
    plan = replace(PLAN, mode=Mode.TYPE, mean_difficulty=Band(430, 500), area_tolerance=100, figures_at_least=0,
                   formulas_at_least=0, per_point=9)  # fmt: skip
    told = why(solver, BANK, plan, ("1", "2", "3", "4"))
    assert told.lines or told.changes or told.conflict


def test_too_many_eyes_are_mended_at_the_eyes(solver: Solver) -> None:
    seen = [replace(card, eyes=(1, 2, 3)) for card in BANK]
    [change] = why(solver, seen, replace(PLAN, eyes_at_most=2), ("A",)).changes or ()
    assert (change.rule, change.by) == ("eyes", 1)
