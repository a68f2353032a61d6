"""A narrowed search ends at the same optimum as a whole one, whatever the hint was, and knows when there are two."""

import random
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.assembly.narrowing import Bound, Optimum, another, optimum
from itembank.assembly.problem import Problem
from itembank.assembly.solver import Hint, Solver


@dataclass(frozen=True)
class Line:
    columns: list[int]
    values: list[int]
    low: int
    high: int


def problem(number: int, costs: list[int] | None = None) -> Problem:
    """Ten columns, three rows, all small enough to try everything."""
    chance = random.Random(number)
    rows = []
    for _ in range(3):
        values = [chance.randint(-3, 5) for _ in range(10)]
        middle = sum(value for value in values if chance.random() < 0.4)
        rows.append(Line(list(range(10)), values, middle - chance.randint(0, 2), middle + chance.randint(0, 2)))
    return Problem.of(costs or [chance.randint(1, 1000) for _ in range(10)], rows)


def keeps(tried: Problem, chosen: tuple[int, ...]) -> bool:
    rows = range(len(tried.lows))
    totals = [sum(value * chosen[column] for column, value in tried.entries(row)) for row in rows]
    return all(tried.lows[row] <= totals[row] <= tried.highs[row] for row in rows)


def all_choices(tried: Problem) -> list[tuple[int, tuple[int, ...]]]:
    return sorted((tried.cost(list(choice)), choice) for choice in product((0, 1), repeat=10) if keeps(tried, choice))


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_the_narrowed_optimum_is_the_cheapest_of_all_choices(solver: Solver, number: int) -> None:
    tried = problem(number)
    choices = all_choices(tried)
    found = optimum(solver, tried, solver)
    if not choices:
        assert found is None
    else:
        assert found is not None and found.cost == choices[0][0]
        unique = len(choices) == 1 or choices[1][0] > choices[0][0]
        assert (another(solver, tried, found, range(10)) is None) is unique


@given(st.integers(0, 10**6), st.lists(st.integers(-500, 500), min_size=3, max_size=3))
def test_any_multipliers_give_a_bound_that_no_choice_beats(number: int, worth: list[int]) -> None:
    tried = problem(number)
    bound = Bound.of(tried, worth)
    for cost, choice in all_choices(tried):
        assert cost >= bound.least
        assert all(cost >= bound.least + max(0, bound.reduced[column]) for column in range(10) if choice[column])


def test_a_wrong_hint_widens_the_search_and_does_not_change_its_end(solver: Solver) -> None:
    class Misleading(Solver):
        def __init__(self) -> None:
            pass

        def relax(self, problem: Problem) -> Hint:
            return Hint([10**6, -(10**6), 10**5], False)

    tried = next(problem(number) for number in range(100) if all_choices(problem(number)))
    found = optimum(solver, tried, Misleading())
    assert found is not None and found.cost == all_choices(tried)[0][0]


@pytest.mark.parametrize("hint", [Hint([], False), Hint([], True), Hint([1, 2, 3], True), Hint([1], True)])
def test_a_problem_that_can_be_met_is_not_taken_for_one_that_cannot(solver: Solver, hint: Hint) -> None:
    """Whoever says so must prove it; without a hint the whole problem is solved."""

    class Silent(Solver):
        def __init__(self) -> None:
            pass

        def relax(self, problem: Problem) -> Hint:
            return hint

    tried = next(problem(number) for number in range(100) if all_choices(problem(number)))
    found = optimum(solver, tried, Silent())
    assert found is not None and found.cost == all_choices(tried)[0][0]


def test_two_choices_of_one_cost_are_found(solver: Solver) -> None:
    pick_two = Problem.of([5, 5, 5, 9], [Line([0, 1, 2, 3], [1, 1, 1, 1], 2, 2)])
    found = optimum(solver, pick_two, solver)
    assert found is not None and found.cost == 10
    other = another(solver, pick_two, found, range(4))
    assert other is not None and pick_two.cost(other) == 10 and other != found.chosen


def test_a_choice_that_differs_only_in_a_switch_is_no_other(solver: Solver) -> None:
    free = Problem.of([1, 0], [Line([0], [1], 1, 1)])
    assert another(solver, free, Optimum([1, 0], 1, Bound.of(free, [1])), range(1)) is None


@pytest.mark.parametrize("kept", [[], [0, 2], [1], list(range(4))])
def test_only_some_columns_keep_the_rows_they_can_break(kept: list[int]) -> None:
    whole = Problem.of([1, 2, 3, 4], [Line([0, 1], [1, 1], 0, 1), Line([2, 3], [1, 1], 1, 2)])
    small = whole.only(kept)
    for choice in product((0, 1), repeat=len(kept)):
        spread = [0, 0, 0, 0]
        for column, number in zip(kept, choice, strict=True):
            spread[column] = number
        assert keeps(small, choice) is keeps(whole, tuple(spread))


def test_that_nothing_keeps_the_rows_is_proven_without_solving(solver: Solver) -> None:
    """Three of two columns: the hint's multipliers show it."""

    class Idle(Solver):
        def __init__(self) -> None:
            pass

        def solve(self, problem: Problem, below: int | None = None) -> list[int] | None:
            raise AssertionError("nothing is left to solve")

    assert optimum(Idle(), Problem.of([5, 5], [Line([0, 1], [1, 1], 3, 9)]), solver) is None
