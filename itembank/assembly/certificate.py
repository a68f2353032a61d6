"""The certificate of a draw (组卷合规证明): which rule held, with which number.

It has two faces. The whole one names the items and stays inside the desk and under the answer-key lock. The public one
travels with the package and tells nothing about which items were drawn: counts and first-level areas only, and where an
exact number could single out an item (three figures of three in the bank) just the bound that was kept.

Plain JSON values without true, false or null, because it is signed in canonical form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from itembank.assembly.checker import Count, recount
from itembank.assembly.drawing import least_local_points
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard
from itembank.domain.paper import Form, Paper
from itembank.domain.plan import Plan
from itembank.domain.pools import is_local

RULES = {
    "sections": ("题型题量", "items per section"),
    "points": ("试卷总分", "points of the paper"),
    "areas_1": ("一级鉴定范围偏差(分)", "stray of level-1 areas, points"),
    "areas_2": ("二级鉴定范围偏差(分)", "stray of level-2 areas, points"),
    "units": ("三级鉴定范围偏差(分)", "stray of level-3 units, points"),
    "per_point": ("单个鉴定点题数", "items of one assessment point"),
    "enemies": ("互斥组题数", "items of one enemy group"),
    "figures": ("带图试题数", "items with a figure"),
    "formulas": ("带公式试题数", "items with a formula"),
    "mean_difficulty": ("平均难度(百分之一级)", "mean difficulty, hundredths of a grade"),
    "national_first": ("国家题库优先:国家/地方题数", "national first: national/local items"),
    "local_cap": ("地方题库分数", "points from local pools"),
    "distinct": ("正卷与备用卷重复题数", "items used twice"),
    "known": ("细目表之外的试题数", "items outside the blueprint"),
}
_ONLY_THE_BOUND = frozenset({"figures", "formulas", "per_point", "areas_2", "units"})


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the draw was made from, as text: release ids of the pools, and hashes in hex."""

    pool_releases: tuple[str, ...]
    blueprint: str
    template: str
    fonts: dict[str, str]
    seeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: what each form showed (`A`, `S`), the bound, and 1 when it held in all forms, else 0."""

    rule: str
    zh: str
    en: str
    found: dict[str, str]
    bound: str
    held: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """The whole face. `counts` and `areas` by form; `items` by form in printing order."""

    plan: str
    provenance: Provenance
    lines: tuple[Line, ...]
    counts: dict[str, dict[str, int]]
    areas: dict[str, dict[str, int]]
    items: dict[str, list[str]] = field(repr=False)

    @property
    def held(self) -> int:
        return sum(line.held for line in self.lines)

    @property
    def score(self) -> str:
        """`14/14`."""
        return f"{self.held}/{len(self.lines)}"

    def with_items(self) -> dict[str, object]:
        """Only for inside the desk and under the answer-key lock."""
        return {**self._shell(), "lines": [asdict(line) for line in self.lines], "items": self.items}

    def public(self) -> dict[str, object]:
        """For everybody: nothing here depends on which of the fitting items were drawn."""
        return {**self._shell(), "lines": [_public(line) for line in self.lines]}

    def _shell(self) -> dict[str, object]:
        source = self.provenance
        return {
            "plan": self.plan,
            "score": self.score,
            "counts": self.counts,
            "areas": self.areas,
            "pool_releases": list(source.pool_releases),
            "blueprint": source.blueprint,
            "template": source.template,
            "fonts": source.fonts,
            "seeds": list(source.seeds),
        }


def certify(
    papers: Mapping[Form, Paper],
    cards: Iterable[ItemCard],
    blueprint: Blueprint,
    plan: Plan,
    provenance: Provenance,
) -> Certificate:
    """Count every rule with the independent checker, and prove national first by solving for the least local points.

    Raises PlanError (plan.not_certified) when a rule does not hold: a broken paper gets no certificate.
    """
    bank = {card.item_no: card for card in cards}
    counted = recount(papers, bank.values(), blueprint, plan)
    least = least_local_points(plan, blueprint, bank.values())
    lines = tuple(_line(rule, [count for count in counted if count.rule == rule]) for rule in RULES)
    broken = [line.rule for line in lines if not line.held]
    local = sum(int(count.found) for count in counted if count.rule == "local_cap")
    if local != least:
        broken.append("national_first")
    if broken:
        raise PlanError("plan.not_certified", rules=sorted(set(broken)))
    lines = tuple(_with_least(line, least) for line in lines)
    return Certificate(
        plan=plan.name,
        provenance=provenance,
        lines=lines,
        counts={form.value: _counts(paper, bank, plan) for form, paper in papers.items()},
        areas={form.value: _areas(paper, bank, plan) for form, paper in papers.items()},
        items={form.value: list(paper.item_nos) for form, paper in papers.items()},
    )


def _line(rule: str, counts: list[Count]) -> Line:
    zh, en = RULES[rule]
    found = {count.form.value: count.found for count in counts}
    return Line(rule, zh, en, found, counts[0].bound, int(all(count.held for count in counts)))


def _with_least(line: Line, least: int) -> Line:
    """National first is bounded by the proven least number of local points over both papers."""
    if line.rule != "national_first":
        return line
    return Line(line.rule, line.zh, line.en, line.found, f"local points A+S = least = {least}", line.held)


def _public(line: Line) -> dict[str, object]:
    found = {form: line.bound for form in line.found} if line.rule in _ONLY_THE_BOUND else line.found
    return {**asdict(line), "found": found}


def _counts(paper: Paper, bank: Mapping[str, ItemCard], plan: Plan) -> dict[str, int]:
    drawn = [bank[item_no] for item_no in paper.item_nos]
    local = sum(is_local(card) for card in drawn)
    return {"items": len(drawn), "points": plan.points, "national": len(drawn) - local, "local": local}


def _areas(paper: Paper, bank: Mapping[str, ItemCard], plan: Plan) -> dict[str, int]:
    """Points of each first-level area."""
    points: Counter[str] = Counter()
    for section, item_nos in zip(plan.sections, paper.sections, strict=True):
        for item_no in item_nos:
            points[bank[item_no].point.partition("-")[0]] += section.points
    return dict(sorted(points.items()))
