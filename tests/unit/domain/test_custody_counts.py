"""Custody: no act before the one it waits for, none twice, and every copy accounted for."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.custody import (
    AT_STATION,
    PREPARATION,
    Counts,
    check_at_station,
    check_preparation,
    copy_numbers,
)
from itembank.domain.errors import CustodyError

WHOLE = {act: index for index, act in enumerate(PREPARATION)}


def test_a_whole_preparation_stands_also_when_lines_of_others_lie_between() -> None:
    check_preparation(WHOLE)
    check_preparation({act: index * 7 for act, index in WHOLE.items()})


@pytest.mark.parametrize("length", range(len(PREPARATION) + 1))
def test_an_unfinished_preparation_stands_as_far_as_it_went(length: int) -> None:
    check_preparation({act: WHOLE[act] for act in PREPARATION[:length]})


@pytest.mark.parametrize("missing", PREPARATION[:-1])
def test_no_act_stands_without_the_one_before_it(missing: str) -> None:
    lines = {act: index for act, index in WHOLE.items() if act != missing}
    after = PREPARATION[PREPARATION.index(missing) + 1]

    with pytest.raises(CustodyError) as caught:
        check_preparation(lines)
    assert (caught.value.code, caught.value.facts) == ("custody.order", {"act": after, "before": missing})


@pytest.mark.parametrize("place", range(1, len(PREPARATION)))
def test_no_act_stands_before_the_one_it_waits_for(place: int) -> None:
    act, before = PREPARATION[place], PREPARATION[place - 1]
    lines = {**WHOLE, act: WHOLE[before], before: WHOLE[act]}

    with pytest.raises(CustodyError) as caught:
        check_preparation(lines)
    assert caught.value.code == "custody.order"


@pytest.mark.parametrize("length", range(len(AT_STATION) + 1))
def test_a_package_goes_its_way_step_by_step(length: int) -> None:
    check_at_station(AT_STATION[:length])


@pytest.mark.parametrize(
    ("acts", "wrong"),
    [
        pytest.param(["arm"], "arm", id="armed without a fetch"),
        pytest.param(["fetch", "open"], "open", id="opened without arming"),
        pytest.param(["fetch", "arm", "print"], "print", id="printed without an opening"),
        pytest.param(["fetch", "arm", "open", "return"], "return", id="returned without printing"),
        pytest.param(["open"], "open", id="opened first"),
        pytest.param(["fetch", "fetch"], "fetch", id="fetched twice"),
        pytest.param(["fetch", "arm", "open", "open"], "open", id="opened twice"),
        pytest.param(["fetch", "arm", "open", "print", "print"], "print", id="printed twice"),
        pytest.param([*AT_STATION, "return"], "return", id="returned twice"),
        pytest.param([*AT_STATION, "fetch"], "fetch", id="fetched after the end"),
        pytest.param(["fetch", "arm", "incident"], "incident", id="an act that is none of them"),
    ],
)
def test_acts_at_a_station_are_refused_when(acts: list[str], wrong: str) -> None:
    with pytest.raises(CustodyError) as caught:
        check_at_station(acts)
    assert (caught.value.code, caught.value.facts["act"]) == ("custody.order", wrong)


def test_any_other_order_is_refused() -> None:
    """All orders of up to three acts, but the beginnings of the one right order."""
    for length in (1, 2, 3):
        for acts in product(AT_STATION, repeat=length):
            if acts == AT_STATION[:length]:
                check_at_station(acts)
            else:
                with pytest.raises(CustodyError):
                    check_at_station(acts)


@pytest.mark.parametrize(
    ("counts", "printed", "missing"),
    [
        pytest.param((55, 3, 4, 0, 0), 62, None, id="the demo's return"),
        pytest.param((0, 0, 0, 0, 0), 0, None, id="nothing printed"),
        pytest.param((0, 0, 0, 0, 62), 62, None, id="all destroyed"),
        pytest.param((55, 3, 3, 0, 0), 62, 1, id="one copy missing"),
        pytest.param((55, 3, 5, 0, 0), 62, -1, id="one copy too many"),
        pytest.param((60, 3, 0, 0, -1), 62, 0, id="a negative part that balances"),
        pytest.param((-1, 0, 0, 0, 0), 62, 63, id="nothing but a negative part"),
    ],
)
def test_copies_balance(counts: tuple[int, int, int, int, int], printed: int, missing: int | None) -> None:
    if missing is None:
        Counts(*counts).check(printed)
        return
    with pytest.raises(CustodyError) as caught:
        Counts(*counts).check(printed)
    assert (caught.value.code, caught.value.facts["missing"]) == ("custody.balance", missing)


@given(st.lists(st.integers(0, 200), min_size=5, max_size=5), st.integers(0, 1000))
def test_a_return_balances_only_at_its_own_sum(parts: list[int], printed: int) -> None:
    counts = Counts(*parts)
    if sum(parts) == printed:
        counts.check(printed)
    else:
        with pytest.raises(CustodyError):
            counts.check(printed)


def test_every_copy_has_a_number_of_its_own() -> None:
    numbers = copy_numbers("P-1", 1200)

    assert len(set(numbers)) == 1200
    assert (numbers[0], numbers[61], numbers[-1]) == ("P-1-001", "P-1-062", "P-1-1200")
