"""The costs of a draw are the same integers on every machine, and spread like an exponential race."""

import math

from hypothesis import given
from hypothesis import strategies as st

from itembank.assembly.race import COST_BITS, _minus_log2, order_key, race_cost
from itembank.domain.paper import Form

SEED = bytes(range(32))
PINNED = [86762, 1275438, 874609, 910262]  # main, then spare


def test_the_costs_are_pinned() -> None:
    """Changing one of these numbers changes every paper that is replayed from a kept seed."""
    pinned = [race_cost(SEED, form, item) for form in Form for item in ("national-1", "city-1")]
    assert pinned == PINNED


@given(st.integers(1, 2**64))
def test_the_integer_logarithm_agrees_with_the_real_one(drawn: int) -> None:
    assert abs(_minus_log2(drawn) / 2**24 + math.log2(drawn / 2**64)) < 2**-22


def test_costs_are_exponential_and_depend_on_form_and_item() -> None:
    costs = [race_cost(SEED, Form.MAIN, f"national-{i}") for i in range(4000)]
    assert 0.95 < sum(costs) / len(costs) / 2**COST_BITS < 1.05
    assert 0.47 < sum(cost < math.log(2) * 2**COST_BITS for cost in costs) / len(costs) < 0.53
    assert min(costs) >= 1 and max(costs) <= 2**26
    assert race_cost(SEED, Form.MAIN, "a") != race_cost(SEED, Form.SPARE, "a")
    assert order_key(SEED, Form.MAIN, "a") != order_key(SEED, Form.MAIN, "b")
