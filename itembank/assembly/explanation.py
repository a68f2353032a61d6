"""Why a plan cannot be met: the supply of its lines, the smallest change that would do, and which lines contradict each other.

The change is a proposal: every line that may give way gets slack, and the cheapest slack is searched. What no plan may give up
by itself (the cap of local pools, the window of recent use, enemies, item sets) never gives way; who may, signs another plan.
The conflict is the reason: lines are left out as long as the rest is still impossible; what remains cannot hold together, and
without any one of it could. One paper is explained where one is already too many, else the papers that are drawn together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itembank.assembly.drawing import Task
from itembank.assembly.eligibility import Eligible, Reason
from itembank.assembly.fixed_forms import Miss, misses
from itembank.assembly.lines import UNITS, amount, form_name, line_name, number
from itembank.assembly.model import FORMS_AT_MOST, Model, Row, build
from itembank.assembly.problem import Problem
from itembank.assembly.solver import Solver
from itembank.assembly.supply import Line, supply
from itembank.domain.errors import PlanError
from itembank.domain.plan import Mode

PRICES = {
    "areas_1": 10, "areas_2": 10, "units": 10, "importance": 10, "grades": 10, "mean_difficulty": 2, "figures": 10,
    "formulas": 10, "set_count": 20, "per_point": 30, "task_minutes": 10, "sections": 100, "optional": 100,
    "eyes": 20, "equipment": 20,
}  # fmt: skip
"""What a unit of change costs in the search. Rules that are missing here never give way."""
CHANGE_AT_MOST = 1_000
_ALWAYS = frozenset({"distinct", "shared", "sets", "seen", "enemies", "overlap", "optional", "fixed_form", "fixed_forms"})
"""Rules of every paper; a conflict is told between the lines of the plan."""
_FAMILIES = frozenset({"per_point"})
"""Rules whose rows are one line of the plan together."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of one paper that would have to give way. `bound`: "low" or "high"; `by` and `now` in the line's unit."""

    rule: str
    subject: str
    form: str
    bound: str
    now: int
    by: int
    unit: str
    zh: str
    en: str

    def document(self) -> dict[str, Any]:
        return {
            "line": self.zh, "line_en": self.en, "rule": self.rule, "subject": self.subject, "form": self.form,
            "bound": self.bound, "now": number(self.now, self.unit), "by": number(self.by, self.unit),
        }  # fmt: skip

    def sentence(self) -> str:
        end = "下限" if self.bound == "low" else "上限"
        where = form_name(self.form)[0] if self.form else "各卷"
        unit = UNITS[self.unit][0]
        return f"{where} {self.zh}：{end} {amount(self.now, self.unit)} 需放宽 {amount(self.by, self.unit)}{unit}"

    def sentence_en(self) -> str:
        """The same in English."""
        end = "lower bound" if self.bound == "low" else "upper bound"
        where = form_name(self.form)[1] if self.form else "every paper"
        unit = UNITS[self.unit][1]
        return f"{where}, {self.en}: {end} {amount(self.now, self.unit)} to give way by {amount(self.by, self.unit)} {unit}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Lines that are short; the smallest change, None where none was found; (rule, subject, zh, en) of the lines in conflict.

    `form`: the paper that is explained, empty for all that are drawn together.
    """

    lines: tuple[Line, ...]
    changes: tuple[Change, ...] | None
    conflict: tuple[tuple[str, str, str, str], ...]

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "lines": [line.document() for line in self.lines],
            "smallest_change": None if self.changes is None else [change.document() for change in self.changes],
            "conflict": [
                {"line": zh, "line_en": en, "rule": rule, "subject": subject} for rule, subject, zh, en in self.conflict
            ],
        }

    def sentences(self) -> tuple[tuple[str, str], ...]:
        """For people: (Chinese, English)."""
        told = [(line.sentence(), line.sentence_en()) for line in self.lines]
        changes = self.changes or ()
        told += [(f"最小改动：{change.sentence()}", f"smallest change: {change.sentence_en()}") for change in changes]
        if self.conflict:
            zh, en = "、".join(line[2] for line in self.conflict), ", ".join(line[3] for line in self.conflict)
            told.append((f"相互矛盾的要求：{zh}", f"these contradict each other: {en}"))
        return tuple(told)


def explain(task: Task, eligible: Eligible, forms: Sequence[str], solver: Solver) -> Explanation:
    """Why these forms cannot be drawn from these cards."""
    table = supply(task.plan, task.blueprint, eligible, len(forms))
    lines = tuple(line for line in table if line.short)
    if task.plan.mode is Mode.FIXED:
        return _of_fixed_forms(task, eligible, lines)
    model = build(task.plan, task.blueprint, task.cards, forms[:1])
    if len(forms) == 1 or not _possible(solver, model, model.rows):
        return Explanation(lines, smallest_change(task, model, solver), conflict(task, model, solver))
    # One paper could be had, so many could not.
    if lines:
        return Explanation(lines, _oftener(task, eligible, forms, solver), ())
    model = build(task.plan, task.blueprint, task.cards, forms[:FORMS_AT_MOST])
    found = Explanation((), smallest_change(task, model, solver), conflict(task, model, solver))
    # More papers than one model explains, each line of which has its supply: then the whole table, nothing hidden.
    return found if found.changes or found.conflict else replace(found, lines=tuple(table))


def _of_fixed_forms(task: Task, eligible: Eligible, lines: tuple[Line, ...]) -> Explanation:
    """What as many ready-made papers miss as there are too few, those that miss least; in conflict is what they all miss."""
    left_out = [card for card, reason in eligible.left_out.values() if reason is Reason.UNFIT]
    found = misses(task.plan, task.blueprint, left_out)
    may_give_way = {name: missed for name, missed in found.items() if all(miss.row.rule in PRICES for miss in missed)}
    priced = sorted((sum(_price(miss.row, PRICES) * miss.by for miss in missed), name) for name, missed in may_give_way.items())
    short = max((line.short for line in lines), default=0)
    most: dict[tuple[str, str, str], Miss] = {}
    for miss in (miss for _, name in priced[:short] for miss in found[name]):
        key = miss.row.rule, miss.row.subject, miss.bound
        most[key] = max(most.get(key, miss), miss, key=lambda one: one.by)
    changes = tuple(_change(task, replace(most[key].row, form=""), most[key].bound, most[key].by) for key in sorted(most))
    missed = [{(miss.row.rule, miss.row.subject) for miss in missed} for missed in found.values()]
    by_all = sorted(set.intersection(*missed)) if missed else []
    named = tuple((rule, subject, *line_name(rule, subject, task.plan, task.blueprint)) for rule, subject in by_all)
    return Explanation(lines, changes if len(priced) >= short else None, named)


def _price(row: Row, prices: Mapping[str, int]) -> int:
    """Of one step: half a point is half of the price of a point."""
    return prices[row.rule] * (1 if row.unit == "half" else 2)


def _oftener(task: Task, eligible: Eligible, forms: Sequence[str], solver: Solver) -> tuple[Change, ...] | None:
    """How often an item would have to stand in the papers of one draw so that no line is short, and how many items two papers
    would then have to share; None: that is not enough, or more papers than one model holds would have to share more.
    """
    now, papers = task.plan.papers_per_item, len(forms)
    for times in range(now + 1, papers + 1):
        plan = replace(task.plan, papers_per_item=times)
        if any(line.short for line in supply(plan, task.blueprint, eligible, papers)):
            continue
        zh, en = line_name("distinct", "", plan, task.blueprint)
        often = Change("distinct", "", "", "high", now, times - now, "item", zh, en)
        if papers > FORMS_AT_MOST:
            return (often,) if plan.overlap else None
        model = build(plan, task.blueprint, task.cards, forms)
        shared = smallest_change(replace(task, plan=plan), model, solver, {"overlap": 10})
        if shared is not None:
            return (often, *sorted(shared, key=lambda change: -change.by)[:1])
    return None


def smallest_change(
    task: Task, model: Model, solver: Solver, may_give_way: Mapping[str, int] = PRICES
) -> tuple[Change, ...] | None:
    """Solve with slack for every line that may give way; the slack that is used is the answer. None: no slack is enough."""
    prices, upper = [0] * model.columns, [1] * model.columns
    slacks: list[tuple[Row, str]] = []
    rows: list[Row] = []
    for row in model.rows:
        columns, values = list(row.columns), list(row.values)
        for bound, sign in (("low", 1), ("high", -1)) if row.rule in may_give_way else ():
            columns.append(len(prices))
            values.append(sign * row.step)
            prices.append(_price(row, may_give_way))
            upper.append(CHANGE_AT_MOST)
            slacks.append((row, bound))
        rows.append(replace(row, columns=columns, values=values))
    try:
        solution = solver.solve(Problem.of(prices, rows, upper))
    except PlanError as error:
        if error.code != "plan.search_unfinished":
            raise
        return None
    if solution is None:
        return None
    used = zip(slacks, solution[model.columns :], strict=True)
    return tuple(_change(task, row, bound, by) for (row, bound), by in used if by)


def _change(task: Task, row: Row, bound: str, by: int) -> Change:
    zh, en = line_name(row.rule, row.subject, task.plan, task.blueprint)
    now = (row.low if bound == "low" else row.high) // row.step
    return Change(row.rule, row.subject, row.form, bound, now, by, row.unit, zh, en)


def conflict(task: Task, model: Model, solver: Solver) -> tuple[tuple[str, str, str, str], ...]:
    """Lines of the plan that cannot hold together, none of which could be spared; empty when all of them can be met.

    First by the relaxed problem, which is quick, as far as that alone shows a contradiction; then by whole items.
    """
    lines: dict[tuple[str, str], list[Row]] = {}
    always: list[Row] = []
    for row in model.rows:
        if row.rule in _ALWAYS:
            always.append(row)
        else:
            lines.setdefault((row.rule, "" if row.rule in _FAMILIES else row.subject), []).append(row)
    kept = list(lines)
    for possible in (_relaxed, _possible):
        if not _holds(possible, solver, model, always, lines, kept):
            kept = _reduced(possible, solver, model, always, lines, kept)
        elif possible is _possible:
            return ()
    return tuple((rule, subject, *line_name(rule, subject, task.plan, task.blueprint)) for rule, subject in kept)


Lines = dict[tuple[str, str], list[Row]]


def _reduced(
    possible: Any, solver: Solver, model: Model, always: list[Row], lines: Lines, kept: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Leave out as much as can be at a time, halves first, as long as the rest is still impossible."""
    size = max(1, len(kept) // 2)
    while True:
        begin = 0
        while begin < len(kept):
            trial = kept[:begin] + kept[begin + size :]
            if _holds(possible, solver, model, always, lines, trial):
                begin += size
            else:
                kept = trial
        if size == 1:
            return kept
        size = max(1, size // 2)


def _holds(
    possible: Any, solver: Solver, model: Model, always: list[Row], lines: Lines, kept: Sequence[tuple[str, str]]
) -> bool:
    held: bool = possible(solver, model, [*always, *(row for line in kept for row in lines[line])])
    return held


def _possible(solver: Solver, model: Model, rows: Sequence[Row]) -> bool:
    """Whether some choice of items keeps these rows."""
    return solver.solve(Problem.of([0] * model.columns, rows)) is not None


def _relaxed(solver: Solver, model: Model, rows: Sequence[Row]) -> bool:
    """Whether some choice of parts of items does: False is proof that whole items cannot either."""
    return solver.bound(Problem.of([0] * model.columns, rows)) is not None
