"""How much of a paper somebody can guess who knows the bank and the plan, but not the seed.

floor    no way of choosing papers from this bank can keep the best guesser below it: a bound of linear programming over how
         often each item may stand on papers, of the share right when he names as many items as the paper has
forced   items that stand on every paper this bank can give
thin     lines of the plan that need more than half of what the bank has for them
guess    what a guesser gets right who has seen many simulated papers of this very draw; measured, half of the papers to learn
         from, the other half to guess
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itembank.assembly.drawing import Task, draw
from itembank.assembly.eligibility import Eligible
from itembank.assembly.model import Model, Row, build
from itembank.assembly.problem import Problem
from itembank.assembly.solver import Solver
from itembank.assembly.supply import supply
from itembank.domain.errors import PlanError
from itembank.domain.plan import ANY
from itembank.domain.pools import is_local

_SCALE = 1000


@dataclass(frozen=True, slots=True)
class Predictability:
    """`floor` in thousandths. `forced`: item numbers. `thin`: names of lines, the thinnest first."""

    floor: int
    forced: tuple[str, ...]
    thin: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"floor": self.floor, "forced": list(self.forced), "thin": list(self.thin)}

    def public(self) -> dict[str, Any]:
        """What may be told of a draw: what is forced is on the paper, and other papers may be why a line is thin."""
        return {"floor": self.floor}

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> Predictability:
        return cls(value["floor"], tuple(value["forced"]), tuple(value["thin"]))


def predictability(task: Task, eligible: Eligible, solver: Solver, *, local: bool) -> Predictability:
    """Of one paper of a draw that was made. `local`: whether it needed local items."""
    cards = task.cards if local else [card for card in task.cards if not is_local(card)]
    model = build(task.plan, task.blueprint, cards, ["A"])
    floor = solver.bound(_guessing(model, task.plan.items))
    if floor is None:
        raise PlanError("plan.recheck", rows=1, first="predictability")
    thin = [
        (line.have / line.needed, line.zh)
        for line in supply(task.plan, task.blueprint, eligible, 1)
        if line.rule != "items" and 2 * line.needed > line.have > 0
    ]
    forced = tuple(model.cards[i].item_no for i in _forced(model, solver))
    return Predictability(round(floor / task.plan.items), forced, tuple(zh for _, zh in sorted(thin)))


def _guessing(model: Model, items: int) -> Problem:
    """Least possible sum of the largest `items` shares, in thousandths.

    With t a threshold and d the part of each share above it, items * t + sum of d is the sum of the largest.
    """
    threshold = model.columns
    over = range(threshold + 1, threshold + 1 + len(model.cards))
    rows = list(model.rows)
    rows += [
        Row("guess", "", "", (column, threshold, above), (1, -1, -1), -ANY, 0)
        for column, above in zip(model.item_columns, over, strict=True)
    ]
    costs = [0] * model.columns + [_SCALE * items] + [_SCALE] * len(model.cards)
    return Problem.of(costs, rows)


def _forced(model: Model, solver: Solver) -> list[int]:
    """Card numbers that no paper can do without, as far as a paper that shares less is found inside the node limit."""
    left = set(model.item_columns)
    while left:
        # The paper that shares as little as possible with what is left: what it does not hold is not forced.
        costs = [int(i in left) for i in range(model.columns)]
        other = solver.solve(Problem.of(costs, model.rows))
        still = {i for i in left if other and other[i]}
        if still == left:
            break
        left = still
    return sorted(left)


def simulated(task: Task, papers: int, solver: Solver) -> Iterator[frozenset[str]]:
    """The items of papers of one form, drawn under keys that nobody uses."""
    for number in range(papers):
        key = hashlib.sha256(b"simulated %d" % number).digest()
        yield frozenset(draw(replace(task, key=key), ["A"], solver).papers["A"].item_nos)


def guessed(papers: Sequence[frozenset[str]], items: int) -> float:
    """The share that a guesser gets right: learned on one half, tried on the other, both ways."""
    half = len(papers) // 2
    ways = ((papers[:half], papers[half:]), (papers[half:], papers[:half]))
    return sum(_hits(learned, tried, items) for learned, tried in ways) / 2


def _hits(learned: Sequence[frozenset[str]], tried: Sequence[frozenset[str]], items: int) -> float:
    seen = Counter(item_no for paper in learned for item_no in paper)
    # The names decide between equals, so that the answer is one.
    likeliest = {item_no for item_no, _ in sorted(seen.items(), key=lambda one: (-one[1], one[0]))[:items]}
    return sum(len(likeliest & paper) for paper in tried) / (len(tried) * items)
