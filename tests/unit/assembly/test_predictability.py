"""What can be guessed of a paper without its seed: a floor for every way of drawing, items always drawn, a measured guess."""

import hashlib
from dataclasses import replace

from itembank.assembly.drawing import Task
from itembank.assembly.predictability import Predictability, guessed, predictability, simulated
from itembank.assembly.solver import Solver
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import Plan
from tests.unit.assembly.invented_bank import BLUEPRINT, PLAN, SEED, cards, drawn, sifted

BANK = cards()


def told(solver: Solver, bank: list[ItemCard], plan: Plan = PLAN) -> Predictability:
    eligible = sifted(bank, plan)
    return predictability(Task(plan, BLUEPRINT, eligible.cards, SEED), eligible, solver, local=False)


def only(unit: str, kept: int) -> list[ItemCard]:
    """The bank with so many items in one unit, each of a point of its own."""
    inside = [card for card in BANK if card.point.startswith(unit) and card.pool == "national"]
    chosen = {card.point: card for card in inside if card.type is ItemType.SINGLE}
    return [card for card in BANK if not card.point.startswith(unit)] + list(chosen.values())[:kept]


def test_the_floor_is_no_less_than_an_even_choice_and_no_more_than_everything(solver: Solver) -> None:
    """80 of the 420 national items at least."""
    assert 80 * 1000 // 420 <= told(solver, BANK).floor <= 400


def test_a_small_bank_can_be_guessed_whatever_is_drawn(solver: Solver) -> None:
    small = [card for card in BANK if card.item_no.endswith((".0", ".4")) and card.pool == "national"]
    plan = replace(PLAN, figures_at_least=0, formulas_at_least=0)
    assert told(solver, small, plan).floor > 2 * told(solver, BANK, plan).floor


def test_the_items_of_a_unit_that_needs_all_of_them_are_forced_and_the_unit_is_thin(solver: Solver) -> None:
    found = told(solver, only("A-A-A", 8))
    assert len(found.forced) == 8 and all("A-A-A" in item_no for item_no in found.forced)
    assert any("A-A-A" in line for line in found.thin)
    assert set(found.forced) <= set(drawn(solver, only("A-A-A", 8), forms=("A",)).papers["A"].item_nos)


def test_with_one_item_more_none_of_them_is_forced(solver: Solver) -> None:
    assert told(solver, only("A-A-A", 10)).forced == ()


def test_nothing_is_forced_in_a_bank_with_a_choice_everywhere(solver: Solver) -> None:
    assert told(solver, BANK).forced == ()


def test_the_guesser_of_a_random_draw_stays_near_the_floor_and_of_one_paper_gets_it_all(solver: Solver) -> None:
    task = Task(PLAN, BLUEPRINT, sifted(BANK).cards, SEED)
    papers = list(simulated(task, 60, solver))
    assert len(set(papers)) == 60
    assert told(solver, BANK).floor / 1000 * 0.9 < guessed(papers, 80) < 0.6
    assert guessed(papers[:1] * 10, 80) == 1.0


def test_the_simulated_keys_are_not_the_draws(solver: Solver) -> None:
    task = Task(PLAN, BLUEPRINT, sifted(BANK).cards, hashlib.sha256(SEED).digest())
    assert frozenset(drawn(solver, BANK, seed=task.key, forms=("A",)).papers["A"].item_nos) not in set(
        simulated(task, 5, solver)
    )


def test_the_public_face_tells_the_floor_alone() -> None:
    """What is forced is on the paper; what is thin may be so because another sealed paper has its items."""
    assert Predictability(408, ("national-1",), ("甲单元",)).public() == {"floor": 408}


def test_a_draw_that_needs_local_items_has_its_floor_over_them_too(solver: Solver) -> None:
    eligible = sifted([card for card in BANK if card.pool == "city" or not card.point.startswith("A-A-A")])
    task = Task(PLAN, BLUEPRINT, eligible.cards, SEED)
    assert 0 < predictability(task, eligible, solver, local=True).floor < 400
