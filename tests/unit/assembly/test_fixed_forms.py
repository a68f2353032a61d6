"""Ready-made papers (套题): one is drawn whole, by chance alone, and never taken apart."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from itembank.assembly.certificate import counted_lines
from itembank.assembly.drawing import Task
from itembank.assembly.eligibility import sift
from itembank.assembly.explanation import explain
from itembank.assembly.predictability import predictability
from itembank.assembly.race import Race, race_cost
from itembank.assembly.replay import drawn_again, is_same
from itembank.assembly.solver import Solver, SolverName
from itembank.assembly.supply import supply
from itembank.assembly.verification import broken_rules
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import Band, Mode
from itembank.formats.snapshot import read_snapshot
from tests.unit.assembly.invented_bank import BLUEPRINT, DAY, PLAN, SEED, cards, certified, drawn, sifted, snapshot_of
from tests.unit.assembly.test_drawing import SKILL, TASKS
from tests.unit.steps.sample_items import item

FIXED = replace(PLAN, name="套题", mode=Mode.FIXED)
NAMES = ("national/套一", "national/套二", "national/套三")


@pytest.fixture(scope="module")
def bank(solver: Solver) -> list[ItemCard]:
    """Three ready-made papers, and the items that are left."""
    papers = drawn(solver, cards(), forms=("A", "B", "S")).papers.values()
    kept = {no: name for paper, name in zip(papers, NAMES, strict=True) for no in paper.item_nos}
    return [replace(card, fixed_form=kept.get(card.item_no, "")) for card in cards()]


def whole(bank: Sequence[ItemCard], name: str) -> set[str]:
    return {card.item_no for card in bank if card.fixed_form == name}


def spoilt(bank: Sequence[ItemCard], name: str, number: int = 0, **changes: object) -> list[ItemCard]:
    """The bank with one item of a ready-made paper changed."""
    item_no = sorted(whole(bank, name))[number]
    return [replace(card, **changes) if card.item_no == item_no else card for card in bank]  # type: ignore[arg-type]


def test_each_paper_of_a_draw_is_a_whole_ready_made_one_and_they_are_different(solver: Solver, bank: list[ItemCard]) -> None:
    draw = drawn(solver, bank, FIXED, forms=("A", "B", "S"))
    assert all(line.held for line in counted_lines(draw.papers, snapshot_of(bank, FIXED), FIXED))
    found = sorted(map(set, draw.items(list(draw.papers))), key=sorted)
    assert found == sorted((whole(bank, name) for name in NAMES), key=sorted)


def test_a_draw_of_ready_made_papers_is_verified_and_replayed_by_both_solvers(solver: Solver, bank: list[ItemCard]) -> None:
    certificate = certified(solver, bank, FIXED)
    assert broken_rules(certificate) == []
    assert read_snapshot(certificate.snapshot.document()) == certificate.snapshot
    assert all(is_same(certificate, drawn_again(certificate, name)) for name in SolverName)


def cheapest(bank: Sequence[ItemCard]) -> Counter[str]:
    """How often each ready-made paper has the lowest cost, under 900 keys."""
    first, there = Counter[str](), [card for card in bank if card.fixed_form]
    for number in range(900):
        race = Race.of(FIXED, BLUEPRINT, there, hashlib.sha256(b"%d" % number).digest())
        costs = Counter[str]()
        for card in there:
            costs[card.fixed_form] += race.cost("A", card)
        first[min(costs, key=lambda name: costs[name])] += 1
    return first


def test_each_ready_made_paper_is_equally_likely_whatever_is_on_it(bank: list[ItemCard]) -> None:
    """套二 has only items of an area the bank has little of, 套三 one item more than the others."""
    scarce = [replace(card, point="A-A-A-001") if card.fixed_form == NAMES[1] else card for card in bank]
    first = cheapest([*scarce, replace(scarce[0], item_no="national-more", fixed_form=NAMES[2])])
    assert all(250 < first[name] < 350 for name in NAMES)


def test_a_ready_made_paper_that_was_used_is_less_likely_by_its_most_used_item(bank: list[ItemCard]) -> None:
    first = cheapest(spoilt(bank, NAMES[0], 7, uses=3))
    # Its rate is two thirds of the others': one in four.
    assert 185 < first[NAMES[0]] < 265


def test_an_item_of_a_ready_made_paper_is_not_drawn_by_itself(solver: Solver, bank: list[ItemCard]) -> None:
    eligible = sifted(bank)
    assert not any(card.fixed_form for card in eligible.cards) and len(eligible.left_out) == 240
    # Five of six national items of the bank are kept: the rest is too little, and the table says for what it is kept.
    short = [line for line in supply(PLAN, BLUEPRINT, eligible, 3) if line.short]
    assert short and all(line.filtered["kept_for_form"] for line in short)
    with pytest.raises(PlanError):
        drawn(solver, bank, forms=("A", "B", "S"))


NOT_USABLE: list[tuple[str, dict[str, object], str]] = [
    ("used inside the window", {"used_on": "2026-11-20"}, "recent"),
    ("seen by a trainer", {"eyes": (7,)}, "trainer"),
    ("in no section of the plan", {"type": ItemType.ESSAY}, "form_broken"),
    ("an item is not there any more", {"fixed_form": ""}, "unfit"),
    ("an enemy on it", {"enemy_group": "two"}, "unfit"),
]


@pytest.mark.parametrize(("changes", "reason"), [case[1:] for case in NOT_USABLE], ids=[case[0] for case in NOT_USABLE])
def test_one_item_that_may_not_be_drawn_takes_its_whole_paper_out(
    solver: Solver, bank: list[ItemCard], changes: dict[str, object], reason: str
) -> None:
    plan = replace(FIXED, recent_days=30)
    changed = spoilt(spoilt(bank, NAMES[0], 3, enemy_group="two"), NAMES[0], 4, **changes)
    [line] = supply(plan, BLUEPRINT, sift(plan, BLUEPRINT, changed, DAY, trainers=[7]), 3)
    assert (line.needed, line.have, line.filtered) == (3, 2, {reason: 1})
    for form in range(6):
        seed = bytes([form]) * 32
        eligible = sift(plan, BLUEPRINT, changed, DAY, trainers=[7])
        [paper] = drawn(solver, eligible.cards, plan, seed, forms=("A",)).papers.values()
        assert set(paper.item_nos) in (whole(bank, NAMES[1]), whole(bank, NAMES[2]))


def test_a_ready_made_paper_that_is_longer_than_the_plan_is_not_shortened(solver: Solver, bank: list[ItemCard]) -> None:
    more = [replace(card, item_no=f"{card.item_no}.more") for card in bank if card.fixed_form][:1]
    one = [card for card in bank if card.fixed_form == more[0].fixed_form]
    assert len(drawn(solver, one, FIXED, forms=("A",)).items(["A"])[0]) == 80
    with pytest.raises(PlanError) as refusal:
        drawn(solver, [*one, *more], replace(FIXED, per_point=80), forms=("A",))
    assert refusal.value.code == "plan.infeasible"


def test_too_few_ready_made_papers_are_counted_with_the_reason(solver: Solver, bank: list[ItemCard]) -> None:
    changed = spoilt(bank, NAMES[2])
    excluded = {sorted(whole(bank, NAMES[1]))[0]: "题干有误"}
    eligible = sift(FIXED, BLUEPRINT, changed, DAY, excluded)
    with pytest.raises(PlanError) as refusal:
        drawn(solver, eligible.cards, FIXED, forms=("A", "B", "S"))
    assert refusal.value.code == "plan.infeasible"
    told = explain(Task(FIXED, BLUEPRINT, eligible.cards, SEED), eligible, ("A", "B", "S"), solver)
    [line] = told.lines
    assert (line.sentence(), line.short) == ("可用套题：需 3，有 2，已剔除 1，缺 1", 1)
    assert told.changes is None and told.conflict == ()


UNSEEN: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("half a set", {"item_set": "材料"}, {"set_items": Band(2, 3)}),
    ("too many people", {"eyes": (1, 2, 3)}, {"eyes_at_most": 2}),
]


@pytest.mark.parametrize(("changes", "asked"), [case[1:] for case in UNSEEN], ids=[case[0] for case in UNSEEN])
def test_supply_counts_what_can_be_drawn(
    solver: Solver, bank: list[ItemCard], changes: dict[str, object], asked: dict[str, object]
) -> None:
    plan = replace(FIXED, **asked)  # type: ignore[arg-type]
    changed = spoilt(bank, NAMES[0], **changes)  # type: ignore[arg-type]
    [line] = supply(plan, BLUEPRINT, sifted(changed, plan), 2)
    assert (line.have, line.filtered) == (2, {"unfit": 1})
    drawn(solver, changed, plan)


@pytest.mark.parametrize(("overlap", "have"), [(0, 3), (80, 6)])
def test_a_ready_made_paper_counts_twice_only_where_two_papers_may_share_all_of_it(
    bank: list[ItemCard], overlap: int, have: int
) -> None:
    plan = replace(FIXED, papers_per_item=2, overlap=overlap)
    [line] = supply(plan, BLUEPRINT, sifted(bank, plan), 4)
    assert line.have == have


def test_an_operation_skill_paper_with_so_many_optional_modules_is_drawn_whole(solver: Solver) -> None:
    drawn_ones = drawn(solver, TASKS, SKILL, forms=("A", "S")).papers.values()
    kept = {no: name for paper, name in zip(drawn_ones, NAMES, strict=False) for no in paper.item_nos}
    both = ItemCard("national-both", "national", ItemType.PRACTICAL, "B-A-A-001", 3)
    rest = [replace(both, item_no=f"national-{point}", point=point) for point in ("A-A-A-009", "A-B-A-009", "B-B-A-009")]
    third = [replace(card, fixed_form=NAMES[2]) for card in (both, *rest)]
    plan = replace(SKILL, mode=Mode.FIXED, task_minutes=Band(0, 240))
    there = [*(replace(card, fixed_form=kept.get(card.item_no, "")) for card in TASKS), *third]
    [line] = supply(plan, BLUEPRINT, sifted(there, plan), 2)
    assert (line.have, line.filtered) == (2, {"unfit": 1})
    assert sorted(drawn(solver, there, plan).items(["A", "S"]), key=sorted) == sorted(
        ({no for no in kept if kept[no] == name} for name in NAMES[:2]), key=sorted
    )


def test_many_ready_made_papers_may_each_have_one_of_a_group_of_enemies(solver: Solver, bank: list[ItemCard]) -> None:
    one = [card for card in bank if card.fixed_form == NAMES[0]]
    many = [
        replace(card, item_no=f"{card.item_no}.{copy}", fixed_form=f"national/{copy}", enemy_group="one" if not place else "")
        for copy in range(60)
        for place, card in enumerate(one)
    ]
    assert len(drawn(solver, many, FIXED, forms=("A",)).items(["A"])[0]) == 80


def test_papers_whose_faults_would_cancel_out_are_no_choice(solver: Solver, bank: list[ItemCard]) -> None:
    """The relaxed problem could mix them, and the guesser would seem to know a third of what he knows."""
    grades = dict(zip(NAMES, (2, 3, 4), strict=True))
    graded = [replace(card, difficulty=grades.get(card.fixed_form, 3)) for card in bank]
    plan = replace(FIXED, mean_difficulty=Band(290, 310))
    eligible = sifted(graded, plan)
    told = predictability(Task(plan, BLUEPRINT, eligible.cards, SEED), eligible, solver, local=False)
    assert (told.floor, len(told.forced)) == (1000, 80)


def test_the_change_that_would_fit_a_ready_made_paper_is_told(solver: Solver, bank: list[ItemCard]) -> None:
    one = [card for card in bank if card.fixed_form == NAMES[0]]
    plan = replace(FIXED, figures_at_least=sum(card.has_figure for card in one) + 2)
    eligible = sifted(one, plan)
    told = explain(Task(plan, BLUEPRINT, eligible.cards, SEED), eligible, ("A",), solver)
    assert [line.filtered for line in told.lines] == [{"unfit": 1}]
    assert told.changes and [(change.rule, change.by) for change in told.changes] == [("figures", 2)]
    assert [rule for rule, *_ in told.conflict] == ["figures"]


def test_no_ready_made_paper_at_all_is_a_short_line_and_nothing_else(solver: Solver) -> None:
    eligible = sifted(cards(), FIXED)
    told = explain(Task(FIXED, BLUEPRINT, eligible.cards, SEED), eligible, ("A",), solver)
    assert [(line.have, line.short) for line in told.lines] == [(0, 1)] and not told.changes and not told.conflict


def of_city(bank: Sequence[ItemCard], name: str) -> list[ItemCard]:
    """A ready-made paper is the city's own."""
    return [replace(card, pool="city", fixed_form="city/甲") if card.fixed_form == name else card for card in bank]


def test_a_local_ready_made_paper_is_drawn_only_where_no_national_one_serves(solver: Solver, bank: list[ItemCard]) -> None:
    local, plan = of_city(bank, NAMES[0]), replace(FIXED, local_cap=100)
    for number in range(6):
        [paper] = drawn(solver, local, plan, bytes([number]) * 32, forms=("A",)).papers.values()
        assert not set(paper.item_nos) & whole(local, "city/甲")
    every = drawn(solver, local, plan, forms=("A", "B", "S"))
    assert sorted(map(len, every.items(["A", "B", "S"]))) == [80, 80, 80] and every.blocks[0].local == 200
    with pytest.raises(PlanError):
        drawn(solver, local, FIXED, forms=("A", "B", "S"))
    assert [line.filtered for line in supply(FIXED, BLUEPRINT, sifted(local, FIXED), 3)] == [{"local": 1}]


def test_a_local_ready_made_paper_stands_where_no_whole_national_one_is_left(solver: Solver, bank: list[ItemCard]) -> None:
    """Single items of a national one would do as well, and are not asked."""
    local, plan = of_city(bank, NAMES[0]), replace(FIXED, local_cap=100, recent_days=30)
    for name in NAMES[1:]:
        local = spoilt(local, name, used_on="2026-11-20")
    certificate = certified(solver, local, plan, forms=("A",))
    assert set(certificate.papers["A"].item_nos) == whole(local, "city/甲")


def test_the_checker_sees_a_local_ready_made_paper_in_a_national_ones_place(solver: Solver, bank: list[ItemCard]) -> None:
    plan = replace(FIXED, local_cap=100)
    certificate = certified(solver, bank, plan, forms=("A",))
    [name] = {card.fixed_form for card in bank if card.item_no in certificate.papers["A"].item_nos}
    local = snapshot_of(of_city(bank, name), plan)
    broken = [line.rule for line in counted_lines(certificate.papers, local, plan) if not line.held]
    assert broken == ["national_first"]


def test_a_national_ready_made_paper_that_breaks_the_plan_forbids_no_local_one(solver: Solver, bank: list[ItemCard]) -> None:
    local = [replace(card, difficulty=5) if card.fixed_form in NAMES[1:] else card for card in of_city(bank, NAMES[0])]
    certificate = certified(solver, local, replace(FIXED, local_cap=100), forms=("A",))
    assert set(certificate.papers["A"].item_nos) == whole(local, "city/甲")


def test_an_item_kept_for_a_ready_made_paper_is_no_substitute_for_a_local_one(solver: Solver) -> None:
    """Where the plan draws item by item, it is not there."""
    kept = [
        replace(card, fixed_form="national/套一")
        if card.pool == "national" and card.point.startswith("B-B-B")
        and (card.type is ItemType.SINGLE or card.point >= "B-B-B-005")
        else card
        for card in cards()
    ]  # fmt: skip
    certificate = certified(solver, kept, replace(PLAN, local_cap=40), forms=("A",))
    assert certificate.blocks[0].local > 0


def test_two_pools_with_one_name_have_two_ready_made_papers() -> None:
    national, city = (ItemCard.of(item(1, pool, fixed_form="套一")).fixed_form for pool in ("national", "city"))
    assert (national, city) == ("national/套一", "city/套一") and ItemCard.of(item(2)).fixed_form == ""


def test_use_weighs_nothing_where_the_plan_says_so_and_the_name_alone_runs(bank: list[ItemCard]) -> None:
    used = spoilt(bank, NAMES[0], 7, uses=3)
    race = Race.of(replace(FIXED, by_use=False), BLUEPRINT, [card for card in used if card.fixed_form], SEED)
    costs = Counter[str]()
    for card in used:
        costs[card.fixed_form] += race.cost("A", card)
    assert {name: costs[name] for name in NAMES} == {name: race_cost(SEED, "A", name) for name in NAMES}


def test_a_missing_item_of_a_ready_made_paper_is_named(solver: Solver, bank: list[ItemCard]) -> None:
    """Also where the plan would be content with the rest."""
    paper = drawn(solver, bank, FIXED, forms=("A",)).papers["A"]
    less = replace(paper, sections=(paper.sections[0][1:], paper.sections[1]))
    plan = replace(FIXED, sections=(replace(PLAN.sections[0], count=59), PLAN.sections[1]))
    broken = [line.rule for line in counted_lines({"A": less}, snapshot_of(bank, plan), plan) if not line.held]
    assert "fixed_form" in broken and "sections" not in broken


def test_a_changed_item_of_a_ready_made_paper_is_named(solver: Solver, bank: list[ItemCard]) -> None:
    certificate = certified(solver, bank, FIXED, forms=("A",))
    paper = certificate.papers["A"]
    others = [card for card in bank if card.fixed_form and card.type is ItemType.SINGLE and card.item_no not in paper.item_nos]
    section = (others[0].item_no, *paper.sections[0][1:])
    changed = replace(certificate, papers={"A": replace(paper, sections=(section, paper.sections[1]))})
    assert {"fixed_form", "order"} <= set(broken_rules(changed))


def test_who_knows_the_bank_guesses_one_paper_in_three(solver: Solver, bank: list[ItemCard]) -> None:
    eligible = sifted(bank, FIXED)
    told = predictability(Task(FIXED, BLUEPRINT, eligible.cards, SEED), eligible, solver, local=False)
    assert (told.floor, told.forced) == (333, ())
    alone = sifted([card for card in bank if card.fixed_form == NAMES[0]], FIXED)
    told = predictability(Task(FIXED, BLUEPRINT, alone.cards, SEED), alone, solver, local=False)
    assert (told.floor, len(told.forced)) == (1000, 80)
