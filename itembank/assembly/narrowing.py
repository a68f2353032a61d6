"""An optimum without looking at most columns; that these cannot matter is proven in integers.

Any multipliers of the rows give a lower bound of every solution's cost (Lagrange), and for every column a reduced cost: a
solution with a column whose reduced cost is over the gap between a known solution and the bound is dearer than the known
one. The solver's relaxed problem hints at good multipliers; whatever they are, bound and reduced costs are worked out
here in integers, so a wrong hint makes the search wider and never the answer wrong. What is left is solved by the solver,
whose word its answer's cost is; a replay asks another one.

1. relax the whole problem, and round what its rows are worth: bound and reduced costs; without a hint, nothing is left out.
   Where not even the relaxed problem can be met, the hint must prove that, in integers too
2. solve with the columns of small reduced cost only
3. nothing found: more columns, in the end all. Found, and every column left out is over the gap: cheapest of the whole problem
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from itembank.assembly.problem import Problem
from itembank.assembly.solver import Solver

FIRST_WIDTH = 100
"""The first gap that is tried is one part in so many of the bound."""


@dataclass(frozen=True, slots=True)
class Bound:
    """No solution costs less than `least`; one with a column costs at least `least` and that column's reduced cost."""

    least: int
    reduced: list[int]

    @classmethod
    def of(cls, problem: Problem, worth: Sequence[int]) -> Bound:
        """`worth`: a multiplier for each row, any integers."""
        reduced = list(problem.costs)
        least = 0
        for row, multiplier in enumerate(worth):
            if multiplier:
                least += multiplier * (problem.lows[row] if multiplier > 0 else problem.highs[row])
                for column, value in problem.entries(row):
                    reduced[column] -= multiplier * value
        least += sum(cost * most for cost, most in zip(reduced, problem.upper, strict=True) if cost < 0)
        return cls(least, reduced)

    def within(self, gap: int) -> list[int]:
        """The columns that a solution may have whose cost is at most so much over the bound."""
        return [column for column, cost in enumerate(self.reduced) if cost <= gap]


@dataclass(frozen=True, slots=True)
class Optimum:
    """A cheapest choice, a number for every column; its cost; and what proves it."""

    chosen: list[int]
    cost: int
    bound: Bound


def optimum(solver: Solver, problem: Problem, hints: Solver) -> Optimum | None:
    """The proven optimum, None when nothing keeps the rows. `hints`: who relaxes; CP-SAT does not.

    Raises PlanError as `Solver.solve`.
    """
    # 1.
    hint = hints.relax(problem)
    if hint.impossible and _cannot_be(problem, hint.worth):
        return None
    worth = [] if hint.impossible else hint.worth
    bound = Bound.of(problem, worth or [0] * len(problem.lows))
    width = max(1, bound.least // FIRST_WIDTH) if worth else max(bound.reduced, default=0)
    while True:
        # 2.
        kept = bound.within(width)
        found = solver.solve(problem.only(kept))
        # 3.
        if found is None:
            if len(kept) == len(problem.costs):
                return None
            # Twice as many columns, not four times as wide a gap: that may be nearly all of them.
            width = max(width + 1, sorted(bound.reduced)[min(2 * len(kept), len(problem.costs) - 1)])
            continue
        chosen = _spread(kept, found, len(problem.costs))
        cost = problem.cost(chosen)
        gap = cost - bound.least
        if gap <= width:
            return Optimum(chosen, cost, bound)
        width = gap


def _cannot_be(problem: Problem, ray: Sequence[int]) -> bool:
    """Whether these multipliers prove that nothing keeps the rows (Farkas): even what costs nothing would cost something."""
    return len(ray) == len(problem.lows) and Bound.of(problem.with_costs([0] * len(problem.costs)), ray).least > 0


def another(solver: Solver, problem: Problem, best: Optimum, items: Iterable[int]) -> list[int] | None:
    """Another choice that costs no more and differs in one of the columns `items`; None when the optimum is the only one."""
    kept = best.bound.within(best.cost - best.bound.least)
    small = problem.only(kept)
    place = dict(zip(kept, range(len(kept)), strict=True))
    taken = [place[column] for column in items if best.chosen[column]]
    small.lows.append(0)
    small.highs.append(len(taken) - 1)
    small.columns.extend(taken)
    small.values.extend([1] * len(taken))
    small.starts.append(len(small.columns))
    found = solver.solve(small, below=best.cost + 1)
    # A solver may answer with the cheapest that is left, though it is dearer: then the optimum is the only one all the same.
    return None if found is None or small.cost(found) > best.cost else _spread(kept, found, len(problem.costs))


def _spread(kept: Sequence[int], found: Sequence[int], columns: int) -> list[int]:
    chosen = [0] * columns
    for column, number in zip(kept, found, strict=True):
        chosen[column] = number
    return chosen
