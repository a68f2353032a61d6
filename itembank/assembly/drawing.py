"""Drawing the main and the spare paper (组卷): national first, then at random from the sealed seed.

1. Find the fewest points that must come from local pools, over both papers.
2. Hold that number; draw the cheapest pair of papers under the keyed costs of `race.py`.
3. Check every row again in integers; the solver counts in floating point.
4. Put each section in its keyed order.

Two solves, not one with a heavy penalty for local items: a penalty that surely dominates 160 random costs is so large
that the solver's tolerances could no longer tell the costs apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itembank.assembly.explanation import explain
from itembank.assembly.model import FORMS, Model, Row, build
from itembank.assembly.race import order_key, race_cost
from itembank.assembly.solver import solve
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard
from itembank.domain.paper import Form, Paper
from itembank.domain.plan import Plan


def draw(plan: Plan, blueprint: Blueprint, cards: Iterable[ItemCard], seed: bytes) -> dict[Form, Paper]:
    """Both papers of a sitting. Same plan, blueprint, cards (in any order) and seed: the same papers.

    Raises PlanError: plan.cannot_be_met with the lines that fail (see `explanation`), plan.seed for a short seed,
    and those of `model.build` and `solver.solve`.
    """
    if len(seed) < 32:
        raise PlanError("plan.seed", found=len(seed), expected=32)
    model = build(plan, blueprint, cards)
    least = _least_local(plan, model)
    rows = (*model.rows, model.local_points(least))
    costs = [race_cost(seed, form, card.item_no) for form in FORMS for card in model.cards]
    chosen = _checked(rows, solve(costs, rows))
    return {form: _in_order(plan, form, model.drawn(form, chosen), seed) for form in FORMS}


def least_local_points(plan: Plan, blueprint: Blueprint, cards: Iterable[ItemCard]) -> int:
    """The fewest points from local pools with which both papers can be assembled. Raises PlanError as `draw`."""
    return _least_local(plan, build(plan, blueprint, cards))


def _least_local(plan: Plan, model: Model) -> int:
    local = model.local_points()
    costs = [0] * model.columns
    for column, value in local.terms:
        costs[column] = value
    chosen = solve(costs, model.rows)
    if chosen is None:
        raise explain(plan, model)
    return local.total(_checked(model.rows, chosen))


def _checked(rows: Sequence[Row], chosen: list[int] | None) -> list[int]:
    """The solution, once every row held in exact integers. A broken row is the solver's fault, not the plan's."""
    broken = ["solution"] if chosen is None else [row.name for row in rows if not row.holds(chosen)]
    if chosen is None or broken:
        raise PlanError("plan.recheck", rows=len(broken), first=broken[0])
    return chosen


def _in_order(plan: Plan, form: Form, drawn: list[ItemCard], seed: bytes) -> Paper:
    """Section by section of the plan, each in the order of its keyed shuffle."""
    ordered = sorted((card for card in drawn), key=lambda card: order_key(seed, form, card.item_no))
    return Paper(
        form,
        tuple(tuple(card.item_no for card in ordered if card.type is section.type) for section in plan.sections),
    )
