"""What a bank can give to each line of a plan, and what becomes of the rest: counted, not solved, so always in milliseconds.

Of a plan for ready-made papers (套题) there is one line: how many of these can be used as they are.
A line asks for its lowest bound in each paper. Have is the most that all papers together can have of it whatever else is drawn,
so a line that is short makes the papers impossible; lines may still contradict each other where none is short.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from itembank.assembly.eligibility import Eligible, Reason
from itembank.assembly.lines import amount, line_name, number
from itembank.assembly.model import FormRules, Rule
from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemCard
from itembank.domain.plan import Mode, Plan
from itembank.domain.pools import is_local

CROWDED, LOCAL = "crowded", Reason.LOCAL.value
"""Left over because points and enemy groups hold only so many, and because local pools may only give so much."""
FILTERS = {reason.value: (reason.zh, reason.en) for reason in Reason} | {
    CROWDED: ("超出鉴定点或互斥组容量", "more than points and enemy groups hold"),
}
COUNTED = frozenset({"sections", "areas_1", "areas_2", "units", "importance", "grades", "figures", "formulas"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. Counts are in `unit` ("item" or "half" a point); `filtered`: why there is not more."""

    rule: str
    subject: str
    zh: str
    en: str
    unit: str
    needed: int
    have: int
    filtered: dict[str, int]

    @property
    def short(self) -> int:
        return max(0, self.needed - self.have)

    def document(self) -> dict[str, Any]:
        """For programs: halves as points."""
        return {
            "line": self.zh,
            "line_en": self.en,
            "rule": self.rule,
            "subject": self.subject,
            "needed": number(self.needed, self.unit),
            "have": number(self.have, self.unit),
            "filtered": {name: number(count, self.unit) for name, count in self.filtered.items()},
            "short": number(self.short, self.unit),
        }

    def sentence(self) -> str:
        """For people."""
        lost = "".join(f"，{FILTERS[name][0]} {amount(count, self.unit)}" for name, count in self.filtered.items())
        short = f"，缺 {amount(self.short, self.unit)}" if self.short else ""
        return f"{self.zh}：需 {amount(self.needed, self.unit)}，有 {amount(self.have, self.unit)}{lost}{short}"

    def sentence_en(self) -> str:
        """The same in English."""
        lost = "".join(f", {FILTERS[name][1]} {amount(count, self.unit)}" for name, count in self.filtered.items())
        short = f", short {amount(self.short, self.unit)}" if self.short else ""
        return f"{self.en}: needs {amount(self.needed, self.unit)}, has {amount(self.have, self.unit)}{lost}{short}"


def supply(plan: Plan, blueprint: Blueprint, eligible: Eligible, papers: int) -> list[Line]:
    """Every line that asks for something, for so many papers of one draw."""
    if plan.mode is Mode.FIXED:
        return [_fixed_forms(plan, blueprint, eligible, papers)]
    left_out = [card for card, _ in eligible.left_out.values()]
    cards = [*eligible.cards, *left_out]
    rules = FormRules(plan, blueprint, cards)
    reasons = [None] * len(eligible.cards) + [reason for _, reason in eligible.left_out.values()]
    table = _Table(plan, cards, reasons, papers)
    lines = [
        _line(plan, blueprint, rule, table) for rule in rules.rules if rule[0] in COUNTED and rule[4].low > 0
    ]  # fmt: skip
    every: Rule = ("items", "", range(len(cards)), [1] * len(cards), plan.all_items, "item", 1)
    return [_line(plan, blueprint, every, table), *lines]


def _fixed_forms(plan: Plan, blueprint: Blueprint, eligible: Eligible, papers: int) -> Line:
    """How many ready-made papers all papers can have, and of the others the first reason."""
    filtered: dict[str, str] = {}
    for card, reason in sorted(eligible.left_out.values(), key=lambda one: one[1] is Reason.BROKEN):
        filtered.setdefault(card.fixed_form, reason.value)
    there = {card.fixed_form for card in eligible.cards}
    # Two papers that hold the same one share all of it.
    have = len(there) * (min(papers, plan.papers_per_item) if plan.overlap >= plan.items else 1)
    zh, en = line_name("fixed_forms", "", plan, blueprint)
    return Line("fixed_forms", "", zh, en, "paper", papers, have, dict(Counter(filtered.values())))


def _line(plan: Plan, blueprint: Blueprint, rule: Rule, table: _Table) -> Line:
    name, subject, numbers, values, band, unit, _ = rule
    have, filtered = table.count(numbers, values)
    zh, en = line_name(name, subject, plan, blueprint)
    return Line(name, subject, zh, en, unit, table.papers * band.low, have, filtered)


class _Table:
    """Counts what cards can give to all papers."""

    def __init__(self, plan: Plan, cards: Sequence[ItemCard], reasons: Sequence[Reason | None], papers: int) -> None:
        self.plan, self.cards, self.reasons, self.papers = plan, cards, reasons, papers
        self.times = min(papers, plan.papers_per_item)

    def count(self, numbers: Iterable[int], values: Sequence[int]) -> tuple[int, dict[str, int]]:
        """(what the papers can have, reason → how much of the bank that leaves out)."""
        terms = list(zip(numbers, values, strict=True))
        filtered: dict[str, int] = defaultdict(int)
        usable = []
        for i, value in terms:
            if (reason := self.reasons[i]) is None:
                usable.append((i, value * self.times))
            else:
                filtered[reason.value] += value
        there = sum(value for _, value in usable)
        room = min(
            self._room(usable, lambda card: card.point, self.papers * self.plan.per_point),
            self._room(usable, lambda card: card.enemy_group, self.papers),
        )
        if room < there:
            filtered[CROWDED] = there - room
        most_local = self.papers * 2 * self.plan.local_cap
        local = [(i, value) for i, value in usable if is_local(self.cards[i])]
        over = self._over(local, most_local)
        have = min(room, there - over)
        if have < room:
            filtered[LOCAL] = room - have
        return have, dict(filtered)

    def _over(self, local: Sequence[tuple[int, int]], most: int) -> int:
        """How much of the local items lies over the cap, the cheapest in points being taken first."""
        worth = {i: self._halves(i) for i, _ in local}
        if sum(worth.values()) * self.times <= most:
            return 0
        left, over = most, 0
        for i, value in sorted(local, key=lambda term: worth[term[0]]):
            fit = min(self.times, left // worth[i])
            left -= fit * worth[i]
            over += value - value // self.times * fit
        return over

    def _halves(self, i: int) -> int:
        section = self.plan.section_of(self.cards[i].type, self.cards[i].point)
        return section.halves if section else 1

    def _room(self, terms: Sequence[tuple[int, int]], group: Callable[[ItemCard], str], most: int) -> int:
        """The largest sum with at most so many cards of each group, a card counted once for every paper it may stand in."""
        room, groups = 0, defaultdict[str, list[int]](list)
        for i, value in terms:
            room += value
            if name := group(self.cards[i]):
                groups[name].append(value // self.times)
        for values in groups.values():
            if len(values) * self.times > most:
                each = sorted(values * self.times, reverse=True)
                room -= sum(each[most:])
        return room
