"""A draw keeps every rule, takes local items only where it must, and can be replayed from its seed."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.assembly import drawing
from itembank.assembly.certificate import counted_lines
from itembank.assembly.drawing import Draw
from itembank.assembly.race import Race
from itembank.assembly.solver import Solver
from itembank.domain.blueprint import Importance
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import Band, Mode, Plan, Section
from tests.unit.assembly.invented_bank import BLUEPRINT, PLAN, SEED, UNITS, cards, drawn, sifted, snapshot_of

BANK = cards()


def holds(draw: Draw, bank: Sequence[ItemCard], plan: Plan = PLAN) -> bool:
    return all(line.held for line in counted_lines(draw.papers, snapshot_of(bank, plan), plan))


def local_points(solver: Solver, bank: list[ItemCard], seed: bytes = SEED) -> int:
    """Points of city items in both papers; every city item here is a single-choice item worth 1."""
    papers = drawn(solver, bank, seed=seed).papers
    return sum(item_no.startswith("city-") for paper in papers.values() for item_no in paper.item_nos)


@settings(max_examples=8)
@given(st.binary(min_size=32, max_size=32))
def test_every_draw_passes_the_independent_checker(solver: Solver, seed: bytes) -> None:
    assert holds(drawn(solver, BANK, seed=seed), BANK)


@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_a_thinned_bank_gives_sound_papers_or_none(solver: Solver, number: int) -> None:
    chance = random.Random(number)
    kept = chance.choice([0.3, 0.4, 0.6, 0.9])
    thinned = [card for card in BANK if chance.random() < kept]
    try:
        papers = drawn(solver, thinned)
    except PlanError as error:
        assert error.code == "plan.infeasible"
    else:
        assert holds(papers, thinned)


def test_the_same_seed_gives_the_same_papers_whatever_the_order_of_the_cards(solver: Solver) -> None:
    shuffled = random.Random(1).sample(BANK, len(BANK))
    assert drawn(solver, shuffled) == drawn(solver, BANK)


def test_another_seed_gives_other_items_and_another_order(solver: Solver) -> None:
    one, other = drawn(solver, BANK), drawn(solver, BANK, seed=b"\x08" * 32)
    for form in ("A", "S"):
        assert len(set(one.papers[form].item_nos) & set(other.papers[form].item_nos)) < 60
        assert list(one.papers[form].item_nos) != sorted(one.papers[form].item_nos)


def test_three_papers_of_one_sitting_share_nothing(solver: Solver) -> None:
    three = drawn(solver, BANK, forms=("A", "B", "S"))
    assert holds(three, BANK) and len({no for paper in three.papers.values() for no in paper.item_nos}) == 240


def test_no_local_item_where_the_national_pool_serves(solver: Solver) -> None:
    assert local_points(solver, BANK) == 0


def test_local_items_fill_exactly_the_gap_of_the_national_pool(solver: Solver) -> None:
    # Unit A-A-A must have 8 points in each paper; three national judgements give 6 of the 16.
    keep = [card for card in BANK if not card.point.startswith("A-A-A") or card.pool == "city"]
    judgements = [c for c in BANK if c.point.startswith("A-A-A") and c.type is ItemType.JUDGEMENT][:3]
    bank = keep + judgements
    assert local_points(solver, bank) == local_points(solver, bank, b"\x09" * 32) == 10
    assert drawn(solver, bank).blocks[0].local == 20


def used(bank: list[ItemCard], share: float) -> list[ItemCard]:
    chance = random.Random(5)
    return [replace(card, used_on="2026-11-20", uses=1) if chance.random() < share else card for card in bank]


SETS = [replace(card, item_set=f"材料-{card.point[:5]}") if card.point.endswith(("003", "004")) else card for card in BANK]
SEEN = [replace(card, eyes=(int(card.point[-1]) % 4, 9)) for card in BANK]
PLANS = [
    ("nothing used lately", used(BANK, 0.3), replace(PLAN, recent_days=60)),
    ("units by items", BANK, replace(PLAN, units_by_items=True, unit_tolerance=1)),
    ("by type only", BANK, replace(PLAN, mode=Mode.TYPE)),
    ("half points", BANK, replace(PLAN, sections=(Section(ItemType.SINGLE, 80, 1), Section(ItemType.JUDGEMENT, 40, 3)))),
    ("importance and grades", BANK, replace(PLAN, importance=((Importance.X, Band(60, 80)), (Importance.Z, Band(5, 10))),
                                            grades=((1, Band(14, 16)), (5, Band(16, 18))))),
    ("an area of its own", BANK, replace(PLAN, content=(("B-B-A", Band(13, 14)),), unit_tolerance=5, area_tolerance=5)),
    ("a unit of its own beside units by items", BANK,
     replace(PLAN, units_by_items=True, unit_tolerance=1, area_tolerance=20, content=(("A-A-A", Band(24, 26)),))),
    ("sets together", SETS, replace(PLAN, sets=Band(1, 2), set_items=Band(2, 3))),
    ("few people have seen it", SEEN, replace(PLAN, eyes_at_most=4)),
]  # fmt: skip


@pytest.mark.parametrize(("bank", "plan"), [case[1:] for case in PLANS], ids=[case[0] for case in PLANS])
def test_every_kind_of_plan_is_kept(solver: Solver, bank: list[ItemCard], plan: Plan) -> None:
    plan.check()
    plan.check_fits(BLUEPRINT)
    assert holds(drawn(solver, bank, plan), bank, plan)


def test_the_items_of_a_set_stand_together(solver: Solver) -> None:
    plan = replace(PLAN, sets=Band(2, 2), set_items=Band(3, 3), per_point=5, sections=(
        Section(ItemType.SINGLE, 100, 2),), unit_tolerance=5, area_tolerance=5)  # fmt: skip
    bank = [card for card in SETS if card.type is ItemType.SINGLE]
    [paper] = drawn(solver, bank, plan, forms=("A",)).papers.values()
    sets = {card.item_no: card.item_set for card in bank}
    places = [i for i, no in enumerate(paper.item_nos) if sets[no]]
    assert len(places) == 6 and places[2] - places[0] == 2 and places[5] - places[3] == 2


def task(number: int, area: str, minutes: int, *notice: str) -> ItemCard:
    return ItemCard(f"national-{area}-{number}", "national", ItemType.PRACTICAL, f"{area}-A-{number:03}", 3,
                    minutes=minutes, site_notice=notice)  # fmt: skip


TASKS = [
    task(number, area, minutes, *notice)
    for number in range(1, 5)
    for area, minutes, notice in (
        ("A-A", 30, ()), ("A-B", 60, ("数控车床 1台",)), ("B-A", 45 + 15 * number, (f"数控车床{number}台",)), ("B-B", 60, ()),
    )
]  # fmt: skip
SKILL = Plan(
    "技能", (
        Section(ItemType.PRACTICAL, 1, 60, "A-A"), Section(ItemType.PRACTICAL, 1, 60, "A-B"),
        Section(ItemType.PRACTICAL, 2, 40, "B-A", optional=True), Section(ItemType.PRACTICAL, 2, 40, "B-B", optional=True),
    ), minutes=240, optional_sections=1, equipment=(("数控车床", 4),), task_minutes=Band(180, 240),
)  # fmt: skip


def test_an_operation_skill_paper_keeps_its_modules_time_and_equipment(solver: Solver) -> None:
    """Two tasks of B-A need three lathes at least beside the one of A-B; one of more than four machines is never drawn."""
    SKILL.check()
    seen = set()
    for number in range(12):
        [paper] = drawn(solver, TASKS, SKILL, bytes([number]) * 32, forms=("A",)).papers.values()
        assert holds(Draw({"A": paper}, ()), TASKS, SKILL)
        seen.add(tuple(len(section) for section in paper.sections))
    assert seen == {(1, 1, 2, 0), (1, 1, 0, 2)}


def test_a_batch_is_drawn_one_after_another_and_no_item_twice(solver: Solver) -> None:
    plan = replace(PLAN, sections=(Section(ItemType.SINGLE, 20, 6), Section(ItemType.JUDGEMENT, 10, 8)), unit_tolerance=9,
                   area_tolerance=9, figures_at_least=0, formulas_at_least=0)  # fmt: skip
    batch = drawn(solver, BANK, plan, forms=[f"{n:02}" for n in range(1, 7)])
    assert len(batch.blocks) == 6 and holds(batch, BANK, plan)


def test_a_batch_may_share_what_the_plan_allows_and_no_more(solver: Solver) -> None:
    plan = replace(PLAN, papers_per_item=2, overlap=12)
    batch = drawn(solver, BANK, plan, forms=("1", "2", "3", "4"))
    joint = drawn(solver, BANK, plan, forms=("A", "B"))
    assert holds(batch, BANK, plan) and holds(joint, BANK, plan)


def test_a_batch_that_gets_stuck_draws_its_last_papers_again_together(solver: Solver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the papers one by one take what the next needs, three in one model may still be had."""
    real, alone = drawing._cheapest, [0]

    def starved(task: object, forms: Sequence[str], *rest: object) -> object:
        alone[0] += len(forms) == 1
        if len(forms) == 1 and alone[0] == 4:
            raise PlanError("plan.infeasible")
        return real(task, forms, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(drawing, "_cheapest", starved)
    plan = replace(PLAN, sections=(Section(ItemType.SINGLE, 20, 6), Section(ItemType.JUDGEMENT, 10, 8)), unit_tolerance=9,
                   area_tolerance=9, figures_at_least=0, formulas_at_least=0)  # fmt: skip
    batch = drawn(solver, BANK, plan, forms=("1", "2", "3", "4"))
    assert [block.forms for block in batch.blocks] == [("1",), ("2", "3", "4")] and holds(batch, BANK, plan)


def test_two_draws_of_one_cost_are_no_draw(solver: Solver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Race, "cost", lambda *_: 1)
    with pytest.raises(PlanError) as refusal:
        drawn(solver, BANK)
    assert refusal.value.code == "plan.tie"


def doubled() -> list[ItemCard]:
    return [*BANK, BANK[0]]


def outside() -> list[ItemCard]:
    return [replace(BANK[0], point="Z-A-A-001")]


@pytest.mark.parametrize(("bank", "code"), [(doubled(), "plan.card_doubled"), (outside(), "plan.card_point")])
def test_a_bank_that_contradicts_itself_is_refused(bank: list[ItemCard], code: str) -> None:
    with pytest.raises(PlanError) as refusal:
        sifted(bank)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("seed", "forms", "code"),
    [(b"short", ("A",), "plan.seed"), (SEED, ("A", "A"), "plan.forms"), (SEED, (), "plan.forms"),
     (SEED, tuple(map(str, range(21))), "plan.forms")],
)  # fmt: skip
def test_a_draw_that_makes_no_sense_is_refused(solver: Solver, seed: bytes, forms: tuple[str, ...], code: str) -> None:
    with pytest.raises(PlanError) as refusal:
        drawn(solver, BANK, seed=seed, forms=forms)
    assert refusal.value.code == code


def test_a_solver_that_dies_is_told() -> None:
    with Solver() as mortal, pytest.raises(PlanError) as refusal:
        mortal._process.kill()
        drawn(mortal, BANK)
    assert refusal.value.code == "plan.solver"


def test_a_search_without_an_end_is_told() -> None:
    """At a number of nodes, never at a time."""
    hard = replace(PLAN, mean_difficulty=Band(301, 301), unit_tolerance=0, area_tolerance=0)
    with Solver(nodes=0) as impatient, pytest.raises(PlanError) as refusal:
        drawn(impatient, BANK, hard)
    assert (refusal.value.code, refusal.value.facts["status"]) == ("plan.search_unfinished", "limit of nodes")


def test_the_units_of_the_invented_blueprint_add_up() -> None:
    BLUEPRINT.check()
    assert sum(UNITS.values()) == 100
