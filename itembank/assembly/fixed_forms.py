"""Ready-made papers (套题), each looked at alone: it is drawn whole, so whether it is as the plan asks depends on it only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from itembank.assembly.model import Row, build
from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemCard
from itembank.domain.plan import Plan


class Miss(NamedTuple):
    """A bound that a ready-made paper leaves, and by how many of the row's steps. `bound`: "low" or "high"."""

    row: Row
    bound: str
    by: int


def misses(plan: Plan, blueprint: Blueprint, cards: Iterable[ItemCard]) -> dict[str, list[Miss]]:
    """Of every ready-made paper among these cards what it misses; nothing where it is as the plan asks."""
    forms: dict[str, list[ItemCard]] = defaultdict(list)
    for card in cards:
        forms[card.fixed_form].append(card)
    return {name: _misses(plan, blueprint, own) for name, own in sorted(forms.items())}


def _misses(plan: Plan, blueprint: Blueprint, own: list[ItemCard]) -> list[Miss]:
    """The rows of a draw of nothing else, with every item taken and every switch on that has one."""
    model = build(plan, blueprint, own, ["A"])
    chosen = [1] * model.columns
    for row in model.rows:
        if row.rule == "sections" and row.low == row.high == 0 and len(row.columns) == 1:
            [switch] = row.columns  # of an optional section that it has no item of
            chosen[switch] = 0
    found = []
    for row in model.rows:
        total = row.total(chosen)
        if total < row.low:
            found.append(Miss(row, "low", -(-(row.low - total) // row.step)))
        elif total > row.high:
            found.append(Miss(row, "high", -(-(total - row.high) // row.step)))
    return found
