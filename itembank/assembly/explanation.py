"""Why a plan cannot be met, in items and points, cheapest explanation first.

Supply: a rule asks the two papers for more than the bank can give it, whatever else is drawn. Where every rule has its
supply on its own, the rules contradict each other: then the smallest change that makes the papers possible is searched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from itembank.assembly.model import FORM_EN, FORM_ZH, FORMS, Model, Row
from itembank.assembly.solver import solve
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard
from itembank.domain.paper import Form
from itembank.domain.plan import Plan
from itembank.domain.pools import is_local

UNIT_ZH = {"item": "题", "point": "分", "grade": "(百分之一级)"}
UNIT_EN = {"item": "items", "point": "points", "grade": "hundredths of a grade"}
# What a unit of change costs in the search. Rows that are missing here are never given up.
_PRICE = {
    "areas_1": 10, "areas_2": 10, "units": 10, "mean_difficulty": 10, "figures": 10, "formulas": 10,
    "per_point": 30, "local_cap": 100, "sections": 100,
}  # fmt: skip
_MOST_CHANGE = 1_000


@dataclass(frozen=True, slots=True)
class Shortage:
    """A rule that needs more of both papers' points or items than the bank has for it."""

    rule: str
    subject: str
    need: int
    have: int
    items: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Change:
    """A rule of one form that would have to give way by so much. `side`: "below" its lowest or "above" its highest."""

    rule: str
    subject: str
    form: str
    side: str
    by: int
    zh: str
    en: str


def explain(plan: Plan, model: Model) -> PlanError:
    """The error to raise for an infeasible model: reason "supply" or "conflict", and its lines."""
    short = shortages(plan, model)
    lines: list[Shortage] | list[Change] = short or _smallest_change(model)
    return PlanError(
        "plan.cannot_be_met",
        plan=plan.name,
        reason="supply" if short else "conflict",
        zh=";".join(line.zh for line in lines),
        en="; ".join(line.en for line in lines),
        lines=[asdict(line) for line in lines],
    )


def shortages(plan: Plan, model: Model) -> list[Shortage]:
    """Supply alone. Rows of the main form that ask for something; the spare asks for the same again."""
    found = []
    for row in model.rows:
        if row.form is not Form.MAIN or row.lo == 0 or row.rule in ("points", "mean_difficulty"):
            continue
        need = len(FORMS) * row.lo
        have = _supply(plan, model, row)
        if have < need:
            items = len(row.terms)
            zh = f"{row.zh}:两份试卷共需{need}{UNIT_ZH[row.unit]},题库可用{have}{UNIT_ZH[row.unit]}(共{items}题)"
            en = f"{row.en}: two papers need {need} {UNIT_EN[row.unit]}, the bank can give {have} ({items} items)"
            found.append(Shortage(row.rule, row.subject, need, have, items, zh, en))
    return found


def _supply(plan: Plan, model: Model, row: Row) -> int:
    """The most both papers can have of a row: each limit by itself, so never less than the truth."""
    terms = [(model.card_of(column), coefficient) for column, coefficient in row.terms]
    limits = [
        _best(terms, lambda card: card.point, len(FORMS) * plan.per_point),
        _best(terms, lambda card: card.enemy_group or card.item_no, len(FORMS)),
    ]
    if row.unit == "point" or row.rule == "sections":
        worth = {str(section.type): section.points for section in plan.sections}
        cap = len(FORMS) * plan.local_cap // (1 if row.unit == "point" else worth[row.subject])
        local = sum(coefficient for card, coefficient in terms if is_local(card))
        limits.append(sum(coefficient for _, coefficient in terms) - max(0, local - cap))
    return min(limits)


def _best(terms: list[tuple[ItemCard, int]], group: Callable[[ItemCard], str], most: int) -> int:
    """The largest sum with at most so many cards of each group."""
    groups: dict[str, list[int]] = defaultdict(list)
    for card, coefficient in terms:
        groups[group(card)].append(coefficient)
    return sum(sum(sorted(members, reverse=True)[:most]) for members in groups.values())


def _smallest_change(model: Model) -> list[Change]:
    """Solve again with every rule that may give way given slack; the used slack is the answer."""
    prices = [0] * model.columns
    slacks: list[tuple[Row, str]] = []
    rows = []
    for row in model.rows:
        terms = list(row.terms)
        for side, sign in (("below", 1), ("above", -1)) if row.rule in _PRICE else ():
            terms.append((len(prices), sign * row.step))
            prices.append(_PRICE[row.rule])
            slacks.append((row, side))
        rows.append(replace(row, terms=tuple(terms)))
    rows = [row for row in rows if row.rule != "points"]  # follows from the sections, which may give way
    upper = [1] * model.columns + [_MOST_CHANGE] * len(slacks)
    solution = solve(prices, rows, upper)
    if solution is None:
        return []
    used = zip(slacks, solution[model.columns :], strict=True)
    return [_change(row, side, by) for (row, side), by in used if by]


def _change(row: Row, side: str, by: int) -> Change:
    form = row.form or Form.MAIN
    bound = (row.lo if side == "below" else row.hi) // row.step
    zh_side, en_side = ("下限", "lower bound") if side == "below" else ("上限", "upper bound")
    zh = f"{FORM_ZH[form]}{row.zh}:{zh_side}{bound}需放宽{by}{UNIT_ZH[row.unit]}"
    en = f"{FORM_EN[form]}, {row.en}: {en_side} {bound} would have to give way by {by} {UNIT_EN[row.unit]}"
    return Change(row.rule, row.subject, str(form), side, by, zh, en)
