"""Papers from random banks and plans, drawn, checked and replayed; then plans with one planted fault, explained.

    python -m tests.prove.assembly [--minutes N] [--json]

A random plan comes with a witness, papers put together by hand (`assembly_banks`): where the checker accepts them and the draw
finds none, or only dearer ones, the draw is wrong. What is drawn is certified, comes back from its canonical form, and is drawn
again by both solvers. A fault has to be named: in the table of supply, in the conflict or in the smallest change. Ends with
exit code 1 when anything failed. `--minutes`: as many of the 200 plans and 50 faults as that allows.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from itembank.assembly.certificate import Certificate, Provenance, certify, counted_lines, read_certificate
from itembank.assembly.drawing import Draw, Task, draw
from itembank.assembly.eligibility import Eligible, sift
from itembank.assembly.explanation import conflict, explain
from itembank.assembly.model import build
from itembank.assembly.predictability import predictability
from itembank.assembly.race import Race, draw_key
from itembank.assembly.replay import drawn_again, is_same
from itembank.assembly.solver import Solver, SolverName
from itembank.assembly.supply import supply
from itembank.assembly.verification import broken_rules
from itembank.domain.blueprint import Importance
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import Band, Plan, Section
from itembank.domain.pools import is_local
from itembank.formats.snapshot import Snapshot, take_snapshot
from keys.encoding import canonical, read_canonical
from tests.prove.assembly_banks import (
    DAY,
    LATELY,
    MACHINES,
    RECENT_DAYS,
    SITTINGS,
    TRAINERS,
    Bank,
    Case,
    Draft,
    Shares,
    make_bank,
    make_blueprint,
    random_case,
)

T = TypeVar("T")
Done = TypeVar("Done", "Tried", "Named")
PLANS, DRAWN_AT_LEAST = 200, 160
SUPPLY_MS, CONFLICT_SECONDS = 50, 15
TOGETHER_AT_MOST = 3
SOURCE = Provenance(
    session="202612-6-31-01-03-4-L-01", attempt=1, reason="", pool_releases=("release",), template="cd" * 32,
    fonts={"font.otf": "ef" * 32}, solver="solver", statement="statement", exclusions=("exclusion",),
)  # fmt: skip


# random plans -------------------------------------------------------------------------------------------------------------


@dataclass
class Tried:
    """What became of one random plan. `is_local`: local items were needed; `same`: solvers whose replay gave the same papers;
    `wrong`: what must not be.
    """

    number: int
    is_drawn: bool = False
    is_infeasible: bool = False
    is_local: bool = False
    same: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        what = "drawn" if self.is_drawn else "infeasible" if self.is_infeasible else "neither drawn nor infeasible"
        return f"plan {self.number:3d} {what}, {self.seconds:.1f} s{''.join(f'; WRONG {one}' for one in self.wrong)}"


def tried(case: Case, solver: Solver, solvers: Sequence[SolverName] = tuple(SolverName)) -> Tried:
    """The case drawn; then checked, and replayed by these solvers, or explained."""
    began, found = time.monotonic(), Tried(case.number)
    given = frozen(case)
    try:
        papers = draw(given.task, case.forms, solver)
    except PlanError as error:
        refused(case, given, solver, error, found)
    else:
        found.is_drawn, found.is_local = True, any(block.local for block in papers.blocks)
        compared(case, given.task, papers, found)
        if any(line.short for line in supply(case.plan, case.bank.blueprint, given.eligible, len(case.forms))):
            found.wrong.append("supply is short of what was drawn")
        try:
            guessable = predictability(given.task, given.eligible, solver, local=found.is_local)
            certificate = certify(papers, given.snapshot, case.plan, SOURCE, (), given.seed, guessable)
        except PlanError as error:
            found.wrong.append(f"checker: {error}")
        else:
            checked(certificate, found)
            for name in solvers:
                replayed(certificate, name, found)
    found.seconds = time.monotonic() - began
    return found


@dataclass(frozen=True)
class Frozen:
    """What a draw is made from, as the desk makes it."""

    seed: bytes
    snapshot: Snapshot
    eligible: Eligible
    task: Task


def frozen(case: Case) -> Frozen:
    plan, bank, seed = case.plan, case.bank, case.number.to_bytes(32, "big")
    plan.check()
    plan.check_fits(bank.blueprint)
    snapshot = take_snapshot(plan, bank.blueprint, bank.cards, DAY, b"salt", bank.excluded, bank.trainers)
    eligible = sift(plan, bank.blueprint, snapshot.cards, DAY, snapshot.excluded, snapshot.trainers)
    return Frozen(seed, snapshot, eligible, Task(plan, bank.blueprint, eligible.cards, draw_key(seed)))


def compared(case: Case, task: Task, papers: Draw, found: Tried) -> None:
    """Papers that were drawn together are no worse than the witness: fewer points from local pools, or the same and cheaper."""
    if case.witness and len(case.forms) <= TOGETHER_AT_MOST:
        [block] = papers.blocks
        if (block.local, block.cost) > worth(case, task.race):
            found.wrong.append("dearer than the witness")


def checked(certificate: Certificate, found: Tried) -> None:
    """Every rule, and that what stands on every paper stands on these."""
    if broken := broken_rules(certificate):
        found.wrong.append(f"checker: {', '.join(broken)}")
    if not any(block.local for block in certificate.blocks):
        forced = set(certificate.predictability.forced)
        if not all(forced <= set(paper.item_nos) for paper in certificate.papers.values()):
            found.wrong.append("an item is forced, and not on every paper")


def replayed(certificate: Certificate, name: SolverName, found: Tried) -> None:
    """From the canonical form, which has to be all of it."""
    again = read_certificate(read_canonical(canonical(certificate.with_items()), "certificate"))
    if again != certificate or broken_rules(again):
        found.wrong.append("canonical form")
    try:
        same = is_same(certificate, drawn_again(again, name))
    except PlanError as error:
        found.wrong.append(f"replay by {name}: {error}")
    else:
        found.same += [name] if same else []
        found.wrong += [] if same else [f"replay by {name}"]


def worth(case: Case, race: Race) -> tuple[int, int]:
    """Halves of local items in the witness, and its cost in the draw."""
    bank = {card.item_no: card for card in case.bank.cards}
    local = cost = 0
    for form, paper in case.witness.items():
        for section, item_nos in zip(case.plan.sections, paper.sections, strict=True):
            for card in (bank[item_no] for item_no in item_nos):
                local += section.halves * is_local(card)
                cost += race.cost(form, card)
    return local, cost


def refused(case: Case, given: Frozen, solver: Solver, error: PlanError, found: Tried) -> None:
    """A plan that cannot be met is explained; one whose witness holds can be."""
    if error.code != "plan.infeasible":
        found.wrong.append(str(error))
        return
    found.is_infeasible = True
    told = explain(given.task, given.eligible, case.forms, solver)
    if not (told.lines or told.changes or told.conflict):
        found.wrong.append("nothing is explained")
    if case.witness and len(case.forms) <= TOGETHER_AT_MOST:
        held = counted_lines(case.witness, given.snapshot, case.plan)
        if all(line.held for line in held if line.rule != "national_first"):
            found.wrong.append(f"refused, but its witness holds; conflict: {told.conflict}")


# planted faults -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """A bank of 2,000 items and a plan it can meet. `units`: the heaviest first."""

    plan: Plan
    bank: Bank

    @property
    def units(self) -> list[str]:
        weights = self.bank.blueprint.weights(3)
        return sorted(weights, key=lambda code: -weights[code])

    def planned(self, **changes: object) -> Stage:
        return replace(self, plan=replace(self.plan, **changes))  # type: ignore[arg-type]

    def changed(self, which: Callable[[ItemCard], bool], **changes: object) -> Stage:
        """With these cards changed."""
        cards = [replace(card, **changes) if which(card) else card for card in self.bank.cards]  # type: ignore[arg-type]
        return replace(self, bank=replace(self.bank, cards=cards))

    def thinned(self, which: Callable[[ItemCard], bool], kept: int) -> Stage:
        """With so many of these cards and all others; national ones are kept first, and those that were used long ago."""
        some = sorted(filter(which, self.bank.cards), key=lambda card: (is_local(card), card.used_on))[:kept]
        cards = [card for card in self.bank.cards if card in some or not which(card)]
        return replace(self, bank=replace(self.bank, cards=cards))


def theory_stage() -> Stage:
    chance = Random("faults")
    parts = (Section(ItemType.SINGLE, 60, 2), Section(ItemType.JUDGEMENT, 25, 2), Section(ItemType.MULTIPLE, 15, 2))
    plan = Plan("八十五加十五", parts, 90, area_tolerance=3, per_point=6, recent_days=RECENT_DAYS)
    draft = Draft(plan, make_blueprint(chance, 3, areas=4))
    return Stage(plan, make_bank(chance, draft, 2_000, Shares(local=0.1, lately=0.1, enemies=0.08, sets=0.06)))


def skill_stage() -> Stage:
    chance = Random("skill faults")
    areas = (("A", 80), ("B", 60), ("C", 60))
    plan = Plan("三模块", tuple(Section(ItemType.PRACTICAL, 1, halves, area) for area, halves in areas), 90,
                equipment=((MACHINES[0], 4), (MACHINES[2], 4)), task_minutes=Band(60, 180))  # fmt: skip
    draft = Draft(plan, make_blueprint(chance, 3, areas=3))
    return Stage(plan, make_bank(chance, draft, 2_000, Shares(local=0.1, lately=0.0, enemies=0.05, sets=0.0)))


Line = tuple[str, str]
"""Rule and subject of a line of the plan."""
Planting = Callable[[Stage, int], tuple[Stage, Line]]
"""Spoils a stage, each number in another way, and says the line that cannot be met any more."""


def below(area: str) -> Callable[[ItemCard], bool]:
    return lambda card: card.point.startswith(f"{area}-")


def used_lately(stage: Stage, number: int) -> tuple[Stage, Line]:
    unit = stage.units[number]
    return stage.changed(below(unit), used_on=LATELY, item_set=""), ("units", unit)


def only_local(stage: Stage, number: int) -> tuple[Stage, Line]:
    unit = stage.units[number]
    return stage.changed(below(unit), pool="city", item_set="").planned(local_cap=2), ("units", unit)


def seen_by_trainers(stage: Stage, number: int) -> tuple[Stage, Line]:
    unit, spoilt = stage.units[number], stage.changed(below(stage.units[number]), eyes=TRAINERS[:1], item_set="")
    return replace(spoilt, bank=replace(spoilt.bank, trainers=TRAINERS)), ("units", unit)


def type_too_few(stage: Stage, number: int) -> tuple[Stage, Line]:
    section, papers = stage.plan.sections[number % 3], len(SITTINGS[number % 3])
    kept = papers * section.count - 1 - number
    return stage.thinned(lambda card: card.type is section.type, kept), ("sections", section.type.value)


def grade_too_few(stage: Stage, number: int) -> tuple[Stage, Line]:
    grade = number + 1
    spoilt = stage.thinned(lambda card: card.difficulty == grade, 2 + number)
    return spoilt.planned(grades=((grade, Band(12, 20)),)), ("grades", str(grade))


def importance_too_few(stage: Stage, number: int) -> tuple[Stage, Line]:
    rare = {point.code for point in stage.bank.blueprint.points if point.importance is Importance.Z}
    spoilt = stage.thinned(lambda card: card.point in rare, 3)
    return spoilt.planned(importance=((Importance.Z, Band(5 + number, 20)),)), ("importance", "Z")


def figures_too_few(stage: Stage, number: int) -> tuple[Stage, Line]:
    spoilt = stage.thinned(lambda card: card.has_figure, number)
    return spoilt.planned(figures_at_least=number + 1), ("figures", "")


def formulas_too_few(stage: Stage, number: int) -> tuple[Stage, Line]:
    spoilt = stage.thinned(lambda card: card.has_formula, 5)
    return spoilt.planned(formulas_at_least=10 + 20 * number), ("formulas", "")


def sets_too_few(stage: Stage, number: int) -> tuple[Stage, Line]:
    names = sorted({card.item_set for card in stage.bank.cards} - {""})[:number]
    spoilt = stage.changed(lambda card: card.item_set not in names, item_set="")
    return spoilt.planned(sets=Band(number + 1, 9)), ("set_count", "")


def mean_against_grades(stage: Stage, number: int) -> tuple[Stage, Line]:
    """Thirty items of grade 1 and five of grade 5 leave a mean of 3.15 at most."""
    grades = ((1, Band(30, 60)), (5, Band(0, 5)))
    low = 320 + 15 * number
    return stage.planned(grades=grades, mean_difficulty=Band(low, 400)), ("mean_difficulty", "")


def rare_grade(stage: Stage, number: int) -> tuple[Stage, Line]:
    """Grade 5 only in the lightest area, whose points hold fewer than are asked for."""
    weights = stage.bank.blueprint.weights(1)
    area = min(weights, key=lambda code: weights[code])
    spoilt = stage.changed(lambda card: card.difficulty == 5, difficulty=4)
    spoilt = spoilt.changed(lambda card: below(area)(card) and card.difficulty > 2, difficulty=5)
    low = weights[area] + 4 + number
    return spoilt.planned(grades=((5, Band(low, 100)),)), ("grades", "5")


def area_against_units(stage: Stage, number: int) -> tuple[Stage, Line]:
    """An area of level 1 or 2 with more points than the tolerances below it add up to."""
    weights = stage.bank.blueprint.weights(1 + number % 2)
    area = sorted(weights)[number]
    return stage.planned(content=((area, Band(weights[area] + 14, weights[area] + 20)),)), (f"areas_{1 + number % 2}", area)


def equipment_nobody_has(stage: Stage, number: int) -> tuple[Stage, Line]:
    """Every task of one module needs more lathes than stand at a station."""
    section = stage.plan.sections[number]
    return stage.changed(below(section.area), site_notice=(f"{MACHINES[0]} {5 + number}台",)), ("equipment", MACHINES[0])


def too_many_eyes(stage: Stage, number: int) -> tuple[Stage, Line]:
    """Everybody has seen twenty items, so a paper of a hundred has been seen by five people at least."""
    cards = [replace(card, eyes=(1 + place // 20,)) for place, card in enumerate(stage.bank.cards)]
    return replace(stage, bank=replace(stage.bank, cards=cards)).planned(eyes_at_most=2 + number), ("eyes", "")


SHORT: dict[Planting, int] = {
    used_lately: 4, only_local: 4, seen_by_trainers: 3, type_too_few: 5, grade_too_few: 4, importance_too_few: 3,
    figures_too_few: 3, formulas_too_few: 3,
}  # fmt: skip
"""Lines the bank has not enough for: counting shows it, and the table of supply has to name them."""
CONTRADICTING: dict[Planting, int] = {
    sets_too_few: 3, mean_against_grades: 4, rare_grade: 4, area_against_units: 4, too_many_eyes: 3,
}  # fmt: skip
SKILL: dict[Planting, int] = {equipment_nobody_has: 3}


@dataclass(frozen=True)
class Fault:
    """A plan that cannot be met, and the line that has to be named. `is_short`: in the table of supply."""

    name: str
    case: Case
    planted: Line
    is_short: bool


def faults() -> list[Fault]:
    """Fifty of them, each for one, two or three papers."""
    found: list[Fault] = []
    for stage, families in ((theory_stage(), SHORT | CONTRADICTING), (skill_stage(), SKILL)):
        for family, times in families.items():
            for number in range(times):
                spoilt, line = family(stage, number)
                case = Case(len(found), spoilt.plan, spoilt.bank, SITTINGS[number % 3], {})
                found.append(Fault(f"{family.__name__} {number + 1}", case, line, family in SHORT))
    return found


def sound(solver: Solver) -> list[str]:
    """What is wrong with the stages before anything is planted: without a fault three papers can be drawn."""
    cases = [Case(0, stage.plan, stage.bank, SITTINGS[2], {}) for stage in (theory_stage(), skill_stage())]
    found = [tried(case, solver, ()) for case in cases]
    return [f"{case.plan.name}: {one.line()}" for case, one in zip(cases, found, strict=True) if one.wrong or not one.is_drawn]


@dataclass
class Named:
    """What became of a fault. `where`: the parts of the explanation that name it. `slow`: for the proof; no test judges it."""

    name: str
    where: list[str]
    supply_ms: float
    conflict_seconds: float
    wrong: list[str]

    @property
    def slow(self) -> list[str]:
        limits = (("supply", self.supply_ms, SUPPLY_MS), ("conflict", self.conflict_seconds, CONFLICT_SECONDS))
        return [f"{what} is slow" for what, took, most in limits if took > most]

    def line(self) -> str:
        said = f"named in {', '.join(self.where)}" if self.where else "NOT NAMED"
        times = f"supply {self.supply_ms:.0f} ms, conflict {self.conflict_seconds:.1f} s"
        return f"fault {self.name}: {said}; {times}{''.join(f'; WRONG {one}' for one in (*self.wrong, *self.slow))}"


def named(fault: Fault, solver: Solver) -> Named:
    """The fault drawn in vain, explained, and timed."""
    given, forms = frozen(fault.case), fault.case.forms
    task, eligible = given.task, given.eligible
    wrong: list[str] = []
    try:
        draw(task, forms, solver)
        wrong.append("papers were drawn")
    except PlanError as error:
        wrong += [] if error.code == "plan.infeasible" else [str(error)]
    told = explain(task, eligible, forms, solver)
    parts = {
        "supply": [(line.rule, line.subject) for line in told.lines],
        "conflict": [(rule, subject) for rule, subject, *_ in told.conflict],
        "change": [(change.rule, change.subject) for change in told.changes or ()],
    }
    where = [part for part, lines in parts.items() if fault.planted in lines]
    counted = min(supply_ms(fault.case, eligible) for _ in range(3))
    began, model = time.monotonic(), build(task.plan, task.blueprint, task.cards, forms[:1])
    conflict(task, model, solver)
    argued = time.monotonic() - began
    wrong += [] if ("supply" in where if fault.is_short else where) else [f"{fault.planted} is not in {parts}"]
    return Named(fault.name, where, counted, argued, wrong)


def supply_ms(case: Case, eligible: Eligible) -> float:
    """Time of this process alone, so that it does not matter what else the machine does."""
    began = time.process_time()
    supply(case.plan, case.bank.blueprint, eligible, len(case.forms))
    return 1000 * (time.process_time() - began)


# what is told -------------------------------------------------------------------------------------------------------------


def figures(plans: Sequence[Tried], planted: Sequence[Named]) -> dict[str, float]:
    papers = [one for one in plans if one.is_drawn]
    return {
        "random plans": len(plans),
        "drawn": len(papers),
        "drawn with local items": sum(one.is_local for one in papers),
        "infeasible": sum(one.is_infeasible for one in plans),
        "checker failures": sum(any(wrong.startswith("checker") for wrong in one.wrong) for one in plans),
        **{f"replayed the same by {name}": sum(name in one.same for one in papers) for name in SolverName},
        "planted faults": len(planted),
        "named": sum(bool(one.where) for one in planted),
        "slowest supply, ms": round(max((one.supply_ms for one in planted), default=0), 1),
        "slowest conflict, s": round(max((one.conflict_seconds for one in planted), default=0), 2),
        "failed": sum(bool(one.wrong) for one in plans) + sum(bool(one.wrong or one.slow) for one in planted),
    }


def went_wrong(plans: Sequence[Tried], planted: Sequence[Named]) -> list[str]:
    wrong = [one.line() for one in plans if one.wrong] + [one.line() for one in planted if one.wrong or one.slow]
    papers = sum(one.is_drawn for one in plans)
    if papers * PLANS < DRAWN_AT_LEAST * len(plans):
        wrong.append(f"only {papers} of {len(plans)} plans could be met: the plans are too harsh")
    return wrong or ([] if plans and planted else ["nothing was tried"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove.assembly")
    parser.add_argument("--minutes", type=float, help="as many plans and faults as this allows")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    options = parser.parse_args()
    minutes = options.minutes or 24 * 60
    with Solver() as solver:
        wrong = sound(solver)
        planted = until(0.3 * minutes, faults(), lambda fault: named(fault, solver))
        plans = until(0.7 * minutes, range(PLANS), lambda number: tried(random_case(number), solver))
    told, wrong = figures(plans, planted), wrong + went_wrong(plans, planted)
    if options.json:
        print(json.dumps({**told, "wrong": wrong}, ensure_ascii=False))
    else:
        print("\n".join([*(f"{what:28}{number:>8g}" for what, number in told.items()), *wrong]))
    return 1 if wrong else 0


def until(minutes: float, cases: Iterable[T], work: Callable[[T], Done]) -> list[Done]:
    """One after another, as long as there is time."""
    end, found = time.monotonic() + 60 * minutes, []
    for case in cases:
        if time.monotonic() > end:
            break
        found.append(work(case))
        print(found[-1].line(), file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
