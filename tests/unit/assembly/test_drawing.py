"""A draw keeps every rule, takes local items only where it must, and can be replayed from its seed."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.assembly.checker import recount
from itembank.assembly.drawing import draw, least_local_points
from itembank.assembly.explanation import shortages
from itembank.assembly.model import build
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.paper import Form
from itembank.domain.plan import Plan, Section
from tests.unit.assembly.invented_bank import PLAN, SEED, UNITS, blueprint, cards

BLUEPRINT = blueprint()
BANK = cards()


def local_points(bank: list[ItemCard], seed: bytes = SEED) -> int:
    """Points of city items in both papers; every city item here is a single-choice item worth 1."""
    papers = draw(PLAN, BLUEPRINT, bank, seed)
    return sum(item_no.startswith("city-") for paper in papers.values() for item_no in paper.item_nos)


@settings(max_examples=4, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_every_drawn_pair_passes_the_independent_checker(seed: bytes) -> None:
    assert all(count.held for count in recount(draw(PLAN, BLUEPRINT, BANK, seed), BANK, BLUEPRINT, PLAN))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_a_thinned_bank_gives_sound_papers_or_a_reason(number: int) -> None:
    chance = random.Random(number)
    kept = chance.choice([0.3, 0.4, 0.6, 0.9])
    thinned = [card for card in BANK if chance.random() < kept]
    try:
        papers = draw(PLAN, BLUEPRINT, thinned, SEED)
    except PlanError as error:
        assert error.code == "plan.cannot_be_met"
        assert error.facts["lines"] and error.facts["zh"] and error.facts["en"]
    else:
        assert all(count.held for count in recount(papers, thinned, BLUEPRINT, PLAN))


def test_the_same_seed_gives_the_same_papers_whatever_the_order_of_the_cards() -> None:
    shuffled = random.Random(1).sample(BANK, len(BANK))
    assert draw(PLAN, BLUEPRINT, shuffled, SEED) == draw(PLAN, BLUEPRINT, BANK, SEED)


def test_another_seed_gives_other_items_and_another_order() -> None:
    one, other = draw(PLAN, BLUEPRINT, BANK, SEED), draw(PLAN, BLUEPRINT, BANK, b"\x08" * 32)
    for form in Form:
        assert len(set(one[form].item_nos) & set(other[form].item_nos)) < 60
        assert list(one[form].item_nos) != sorted(one[form].item_nos)


def test_no_local_item_where_the_national_pool_serves() -> None:
    assert local_points(BANK) == 0


def test_local_items_fill_exactly_the_gap_of_the_national_pool() -> None:
    # Unit A-A-A must have 8 points in each paper; three national judgements give 6 of the 16.
    keep = [card for card in BANK if not card.point.startswith("A-A-A") or card.pool == "city"]
    judgements = [c for c in BANK if c.point.startswith("A-A-A") and c.type is ItemType.JUDGEMENT][:3]
    bank = keep + judgements
    assert least_local_points(PLAN, BLUEPRINT, bank) == 10
    assert local_points(bank) == local_points(bank, b"\x09" * 32) == 10


def without(unit: str, pool: str = "") -> list[ItemCard]:
    return [card for card in BANK if not (card.point.startswith(unit) and card.pool.startswith(pool))]


IMPOSSIBLE: list[tuple[str, list[ItemCard], Plan, str, str, str]] = [
    ("an empty unit", without("B-A-A"), PLAN, "supply", "units", "B-A-A"),
    ("a unit only the capped city pool has", without("B-B", "national"), PLAN, "supply", "areas_2", "B-B"),
    ("too few of a type", [c for c in BANK if c.type is ItemType.SINGLE], PLAN, "supply", "sections", "judgement"),
    ("no figure", [c for c in BANK if not c.has_figure], PLAN, "supply", "figures", ""),
    ("difficulty nobody has", BANK, replace(PLAN, mean_difficulty=(480, 500)), "conflict", "mean_difficulty", ""),
    ("local items not wanted, but only they have figures",
     [c for c in BANK if not c.has_figure or c.pool == "city"]
     + [replace(c, item_no="city-f" + c.item_no, pool="city", has_figure=True) for c in BANK[:2]],
     replace(PLAN, local_cap=0), "conflict", "figures", ""),
]  # fmt: skip


@pytest.mark.parametrize(("bank", "plan", "reason", "rule", "subject"), [case[1:] for case in IMPOSSIBLE],
                         ids=[case[0] for case in IMPOSSIBLE])  # fmt: skip
def test_an_impossible_plan_names_the_rule(bank: list[ItemCard], plan: Plan, reason: str, rule: str, subject: str) -> None:
    with pytest.raises(PlanError) as refusal:
        draw(plan, BLUEPRINT, bank, SEED)
    assert (refusal.value.code, refusal.value.facts["reason"]) == ("plan.cannot_be_met", reason)
    lines = refusal.value.facts["lines"]
    assert isinstance(lines, list)
    assert (rule, subject) in [(line["rule"], line["subject"]) for line in lines]


def test_a_shortage_is_said_in_points_and_items() -> None:
    few = [*without("A-A-A"), *[c for c in BANK if c.point == "A-A-A-001" and c.type is ItemType.SINGLE][:3]]
    [short] = [s for s in shortages(PLAN, build(PLAN, BLUEPRINT, few)) if s.subject == "A-A-A"]
    assert (short.need, short.have, short.items) == (16, 3, 3)
    assert "两份试卷共需16分" in short.zh and "need 16 points" in short.en


DOUBLED_SECTION = replace(PLAN, sections=(Section(ItemType.SINGLE, 60, 1), Section(ItemType.SINGLE, 20, 2)))
CONTRADICTIONS = [
    ("a card twice", BLUEPRINT, [*BANK, BANK[0]], PLAN, SEED, "plan.card_doubled"),
    ("a card outside the blueprint", BLUEPRINT, [replace(BANK[0], point="Z-A-A-001")], PLAN, SEED, "plan.card_point"),
    ("two sections of one type", BLUEPRINT, BANK, DOUBLED_SECTION, SEED, "plan.section_doubled"),
    ("99 points", BLUEPRINT, BANK, replace(PLAN, sections=PLAN.sections[:1]), SEED, "plan.points"),
    ("a short seed", BLUEPRINT, BANK, PLAN, b"short", "plan.seed"),
]


@pytest.mark.parametrize(("tree", "bank", "plan", "seed", "code"), [case[1:] for case in CONTRADICTIONS],
                         ids=[case[0] for case in CONTRADICTIONS])  # fmt: skip
def test_contradictions_are_refused_before_solving(
    tree: Blueprint, bank: list[ItemCard], plan: Plan, seed: bytes, code: str
) -> None:
    with pytest.raises(PlanError) as refusal:
        draw(plan, tree, bank, seed)
    assert refusal.value.code == code


def test_the_units_of_the_invented_blueprint_add_up() -> None:
    BLUEPRINT.check()
    assert sum(UNITS.values()) == 100
