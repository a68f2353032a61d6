"""The certificate of a draw (组卷合规证明): what was drawn from what, which rule held with which number, and what proves it.

It has two faces. The whole one names the items, the snapshot and the seeds: from it alone anybody who may read it checks and
replays the draw. It stays inside the desk and under the answer-key lock. The public one travels with the package: of each rule
that the drawn items decide only the bound that was kept, since a number could single out an item (three figures of three in the
bank).

Plain JSON values without true, false or null, because it is signed in canonical form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from itembank.assembly.checker import Count, Given, is_local, recount
from itembank.assembly.drawing import Block, Draw
from itembank.assembly.predictability import Predictability
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard
from itembank.domain.paper import Paper
from itembank.domain.plan import Plan
from itembank.formats.plan_file import plan_document, read_plan_document
from itembank.formats.snapshot import Snapshot, read_snapshot
from keys.encoding import Json, canonical, sha256

RULES = {
    "known": ("快照或细目表之外的试题数", "items outside snapshot and blueprint"),
    "recent": ("近期已用的试题数", "items used recently"),
    "excluded": ("已剔除的试题数", "excluded items"),
    "trainer": ("培训教师看过的试题数", "items a trainer has seen"),
    "fixed_form": ("拆散的套题试题数", "items of ready-made papers that were taken apart"),
    "sections": ("题型题量", "items per section"),
    "distinct": ("超出允许卷数的试题数", "items on too many papers"),
    "overlap": ("两卷重复题数", "items two papers share"),
    "points": ("试卷总分", "points of the paper"),
    "areas_1": ("一级鉴定范围超出允差", "level-1 areas beyond tolerance"),
    "areas_2": ("二级鉴定范围超出允差", "level-2 areas beyond tolerance"),
    "units": ("三级鉴定范围超出允差", "units beyond tolerance"),
    "importance": ("重要程度超出范围的项数", "importances outside their band"),
    "grades": ("难度等级超出范围的项数", "difficulty grades outside their band"),
    "mean_difficulty": ("平均难度(百分之一级)", "mean difficulty, hundredths of a grade"),
    "per_point": ("单个鉴定点题数", "items of one assessment point"),
    "enemies": ("互斥组题数", "items of one enemy group"),
    "figures": ("带图试题数", "items with a figure"),
    "formulas": ("带公式试题数", "items with a formula"),
    "sets": ("题组数", "item sets"),
    "national_first": ("国家题库优先:国家/地方题数", "national first: national/local items"),
    "local_cap": ("地方题库分数", "points from local pools"),
    "eyes": ("知悉试题的人数", "people who have seen the items"),
    "task_minutes": ("考核总时间(分钟)", "minutes of all tasks"),
    "equipment": ("设备不足的种类数", "kinds of equipment that are short"),
}
_ONLY_THE_BOUND = frozenset(
    {
        "figures", "formulas", "per_point", "areas_1", "areas_2", "units", "importance", "grades", "mean_difficulty", "sets",
        "eyes", "task_minutes", "overlap", "local_cap", "national_first",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GivenSeed:
    """One officer's 32 bytes, hex, and the hash that stands in the attempt."""

    who: str
    hash: str
    seed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a draw comes from. `pool_releases`: digests; `template`, `fonts`: what the pages are made with, hashes in hex.

    `reason`: why this attempt was made, empty for the first. `solver`: name and version. `statement`: the signed attempt;
    `exclusions`: the signed statements by which items were taken out.
    """

    session: str
    attempt: int
    reason: str
    pool_releases: tuple[str, ...]
    template: str
    fonts: dict[str, str]
    solver: str
    statement: str
    exclusions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: what each form showed, the bound, and 1 when it held in all forms, else 0."""

    rule: str
    zh: str
    en: str
    found: dict[str, str]
    bound: str
    held: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """The whole face. `seed`: of the draw, hex, made from the given ones."""

    provenance: Provenance
    plan: Plan
    snapshot: Snapshot = field(repr=False)
    seeds: tuple[GivenSeed, ...]
    seed: str = field(repr=False)
    papers: dict[str, Paper] = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    lines: tuple[Line, ...]
    predictability: Predictability = field(repr=False)

    @property
    def held(self) -> int:
        return sum(line.held for line in self.lines)

    @property
    def score(self) -> str:
        """`25/25`."""
        return f"{self.held}/{len(self.lines)}"

    def counts(self) -> dict[str, dict[str, int]]:
        """Form → items, points, and how many items are national and local."""
        bank = {card.item_no: card for card in self.snapshot.cards}
        told = {}
        for form, paper in self.papers.items():
            local = sum(is_local(bank[item_no]) for item_no in paper.item_nos)
            items = len(paper.item_nos)
            told[form] = {"items": items, "points": self.plan.points, "national": items - local, "local": local}
        return told

    def mean_difficulty(self, form: str) -> int:
        """Mean grade of a paper times 100, weighted by points."""
        return int(next(line for line in self.lines if line.rule == "mean_difficulty").found[form])

    def with_items(self) -> Json:
        """Only for inside the desk and under the answer-key lock."""
        return {
            **asdict(self.provenance),
            "pool_releases": list(self.provenance.pool_releases),
            "exclusions": list(self.provenance.exclusions),
            "plan": plan_document(self.plan),
            "snapshot": self.snapshot.document(),
            "seeds": [asdict(given) for given in self.seeds],
            "seed": self.seed,
            "papers": {form: [list(section) for section in paper.sections] for form, paper in self.papers.items()},
            "blocks": [{**asdict(block), "forms": list(block.forms)} for block in self.blocks],
            "lines": [asdict(line) for line in self.lines],
            "predictability": self.predictability.document(),
        }

    def public(self) -> Json:
        """For everybody: no number here depends on which of the fitting items were drawn."""
        source = asdict(self.provenance)
        del source["statement"], source["exclusions"]  # the one stands in the ledger, the other names items
        return {
            **source,
            "pool_releases": list(self.provenance.pool_releases),
            "plan": plan_document(self.plan),
            "blueprint": sha256(canonical(self.snapshot.document()["blueprint"])).hex(),
            "snapshot": self.snapshot.digest,
            "seeds": [given.hash for given in self.seeds],
            "score": self.score,
            "counts": {form: {name: told[name] for name in ("items", "points")} for form, told in self.counts().items()},
            "lines": [_public(line) for line in self.lines],
            "predictability": self.predictability.public(),
        }


def certify(
    draw: Draw,
    snapshot: Snapshot,
    plan: Plan,
    provenance: Provenance,
    seeds: tuple[GivenSeed, ...],
    seed: bytes,
    predictability: Predictability,
) -> Certificate:
    """Count every rule with the independent checker.

    Raises PlanError (plan.not_certified) when a rule does not hold: a broken paper gets no certificate.
    """
    lines = counted_lines(draw.papers, snapshot, plan)
    certificate = Certificate(provenance, plan, snapshot, seeds, seed.hex(), draw.papers, draw.blocks, lines, predictability)
    if broken := [line.rule for line in lines if not line.held]:
        raise PlanError("plan.not_certified", rules=broken)
    return certificate


def counted_lines(papers: Mapping[str, Paper], snapshot: Snapshot, plan: Plan) -> tuple[Line, ...]:
    """The lines of a certificate, counted by the checker."""
    cards: dict[str, ItemCard] = {card.item_no: card for card in snapshot.cards}
    excluded, trainers = frozenset(snapshot.excluded), frozenset(snapshot.trainers)
    counted = recount(papers, Given(plan, snapshot.blueprint, cards, snapshot.day, excluded, trainers))
    return tuple(_line(rule, [count for count in counted if count.rule == rule]) for rule in RULES)


def _line(rule: str, counts: list[Count]) -> Line:
    zh, en = RULES[rule]
    found = {count.form: count.found for count in counts}
    return Line(rule, zh, en, found, counts[0].bound, int(all(count.held for count in counts)))


def _public(line: Line) -> dict[str, object]:
    found = {form: line.bound for form in line.found} if line.rule in _ONLY_THE_BOUND else line.found
    return asdict(replace(line, found=found))


def read_certificate(value: Mapping[str, Any]) -> Certificate:
    """A certificate from its plain JSON values. Raises KeyError, TypeError or ValueError for other ones."""
    names = Provenance.__slots__
    lists = {name: tuple(value[name]) for name in ("pool_releases", "exclusions")}
    provenance = Provenance(**{**{name: value[name] for name in names}, **lists})
    return Certificate(
        provenance,
        read_plan_document(value["plan"]),
        read_snapshot(value["snapshot"]),
        tuple(GivenSeed(**given) for given in value["seeds"]),
        value["seed"],
        {form: Paper(form, tuple(map(tuple, sections))) for form, sections in value["papers"].items()},
        tuple(Block(**{**block, "forms": tuple(block["forms"])}) for block in value["blocks"]),
        tuple(Line(**line) for line in value["lines"]),
        Predictability.from_document(value["predictability"]),
    )
