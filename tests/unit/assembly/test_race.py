"""The costs of a draw are the same integers on every machine, and spread like an exponential race."""

import math
from dataclasses import replace
from decimal import Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.assembly.race import COST_BITS, Race, _minus_log2, draw_key, order_key, race_cost
from itembank.domain.blueprint import Blueprint, BlueprintNode
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import PLANS, Mode, Plan, Section

SEED = bytes(range(32))
PINNED = [37441332, 30292282, 118833, 35805561, 49921775]  # main, then spare; the last was used twice


def test_the_costs_are_pinned() -> None:
    """Changing one of these numbers changes every paper that is replayed from a kept seed."""
    pinned = [race_cost(SEED, form, item) for form in ("A", "S") for item in ("national-1", "city-1")]
    assert [*pinned, race_cost(SEED, "A", "national-1", uses=2)] == PINNED


@given(st.integers(1, 2**64))
def test_the_integer_logarithm_agrees_with_an_exact_one(drawn: int) -> None:
    getcontext().prec = 40
    exact = -(Decimal(drawn) / 2**64).ln() / Decimal(2).ln()
    assert abs(_minus_log2(drawn) - exact * 2**24) < 2


def test_costs_are_exponential_and_depend_on_form_and_item() -> None:
    costs = [race_cost(SEED, "A", f"national-{i}") for i in range(4000)]
    assert 0.95 < sum(costs) / len(costs) / 2**COST_BITS < 1.05
    assert 0.47 < sum(cost < math.log(2) * 2**COST_BITS for cost in costs) / len(costs) < 0.53
    assert min(costs) >= 1 and max(costs) < 2**31
    assert race_cost(SEED, "A", "a") != race_cost(SEED, "S", "a")
    assert order_key(SEED, "A", "a") != order_key(SEED, "A", "b")


def test_what_was_used_costs_more_and_never_more_than_half() -> None:
    fresh, once, often = (race_cost(SEED, "A", "national-1", uses=uses) for uses in (0, 1, 9))
    assert fresh < once < often <= 3 * fresh // 2 + 1


CARDS = [ItemCard(f"{point}-{n}", "national", ItemType.SINGLE, f"{point}-001", 3)
         for point, count in (("A-A-A", 40), ("A-B-A", 12), ("B-A-A", 8)) for n in range(count)]  # fmt: skip
TREE = Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, tuple(
    BlueprintNode(code, code, weight) for code, weight in (
        ("A", 60), ("A-A", 30), ("A-A-A", 30), ("A-B", 30), ("A-B-A", 30), ("B", 40), ("B-A", 40), ("B-A-A", 40))
), ())  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "slowed"),
    [
        pytest.param(PLANS["80题型"], {"A-A-A": 16, "A-B-A": 24, "B-A-A": 32}, id="by unit, and twice at most"),
        pytest.param(replace(PLANS["80题型"], mode=Mode.TYPE), {"A": 16, "B": 32}, id="by the areas that are bound"),
        pytest.param(Plan("操作", (Section(ItemType.PRACTICAL, 1, 200),), 90), {"": 16}, id="no area is bound"),
    ],
)
def test_items_of_areas_with_little_for_their_weight_run_slower(plan: Plan, slowed: dict[str, int]) -> None:
    """60 items for 100 points: A-A-A has more than it needs, B-A-A far too few."""
    race = Race.of(plan, TREE, CARDS, SEED)
    for card in CARDS:
        [factor] = [steps for area, steps in slowed.items() if f"{card.point}-".startswith(f"{area}-" if area else "")]
        assert race.cost("A", card) == race_cost(SEED, "A", card.item_no, slowed=factor)


def test_another_seed_is_another_draw() -> None:
    assert len({draw_key(seed) for seed in (SEED, bytes(32), SEED[::-1])}) == 3
