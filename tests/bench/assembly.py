"""Measures assembly: `scripts/bench assembly [--json] [--quick]`.

The bank is invented (`assembly_pools`): what is compared with other programs runs beside them here, on the same items and the
same costs, and all have to prove the same optimum (`assembly_peers`). Then the papers that are drawn together, the batches,
a published problem, how well papers can be guessed by somebody who knows bank, plan and program, the check of a certificate,
and the explanations. `--quick`: fewer papers to guess from, and eatATA once.

Guessing: the 100 likeliest items are learned on half of the simulated papers, what is told is the share of them on a paper of
the other half. The floor is what no way of drawing could be below with this bank and plan, worked out as a linear problem.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from itembank.assembly.certificate import Certificate, Provenance, certify, read_certificate
from itembank.assembly.drawing import Draw, Task, draw
from itembank.assembly.eligibility import Eligible, sift
from itembank.assembly.explanation import explain
from itembank.assembly.model import Model, build
from itembank.assembly.narrowing import optimum
from itembank.assembly.predictability import Predictability
from itembank.assembly.problem import Problem
from itembank.assembly.race import draw_key
from itembank.assembly.solver import Solver
from itembank.assembly.supply import supply
from itembank.assembly.verification import broken_rules
from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.plan import Band, Plan
from itembank.domain.pools import is_local
from itembank.domain.variant import Slot, arranged
from itembank.formats.snapshot import take_snapshot
from keys.encoding import canonical, read_canonical
from tests.bench.measure.assembly_peers import Answer, PlainRow, cbc, eatata, glpsol, read_published
from tests.bench.measure.assembly_pools import DAY, PLAN, make_bank, without_sets
from tests.bench.measure.report import NOT_MEASURED, Row, bounded, compared, share, tell
from tests.bench.session import family

T = TypeVar("T")
PUBLISHED = Path(__file__).resolve().parents[3] / "shared/data/ata"
PUBLISHED_OPTIMUM = 19.79827
EXACT = 10**8
"""Steps of a unit of information, as whole costs."""
FORMS = ("A", "B", "S")
BATCH = tuple(f"{number:02}" for number in range(1, 21))
AT_A_TIME = 2
KEYS, REPEATS = 5, 9
ALONE = "import sys; from tests.bench.assembly import draw_alone; draw_alone(*sys.argv[1:])"


@dataclass(frozen=True, slots=True)
class Bank:
    """A plan, a blueprint, and all its cards."""

    plan: Plan
    blueprint: Blueprint
    cards: Sequence[ItemCard]

    @classmethod
    def of(cls, items: int) -> Bank:
        return cls(PLAN, *make_bank(items))

    def sifted(self) -> Eligible:
        return sift(self.plan, self.blueprint, self.cards, DAY)

    def task(self, key: bytes) -> Task:
        return Task(self.plan, self.blueprint, self.sifted().cards, key)

    def model(self) -> Model:
        """One form of national items, as the draw tries it first."""
        national = [card for card in self.sifted().cards if not is_local(card)]
        return build(self.plan, self.blueprint, national, FORMS[:1])

    def drawn(self, key: bytes, forms: Sequence[str]) -> Draw:
        """From end to end: sifted, built, solved in a process of its own, proven to be the only one."""
        with Solver() as solver:
            return draw(self.task(key), forms, solver)


def key_of(number: int) -> bytes:
    return draw_key(number.to_bytes(32, "big"))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


# one paper ----------------------------------------------------------------------------------------------------------------


def paper_rows(keys_of_eatata: int) -> list[Row]:
    """In turns with the others, a key each round. The worker's start is a part of ours, and told apart as well."""
    whole = Bank.of(2_000)
    cards, plan = without_sets(list(whole.cards))
    plain = Bank(plan, whole.blueprint, cards)
    solved = beside(whole, {"CBC": cbc, "GLPK --cuts": glpsol}, KEYS)
    assembled = beside(plain, {"eatATA + GLPK": eatata_of(plain)}, keys_of_eatata)
    same = solved.same() + assembled.same()
    starts = [timed(started)[0] for _ in range(KEYS)]
    return [
        *compared_rows("one paper of 2,000 items, end to end", solved, 2.5),
        *compared_rows("the same without item sets, which eatATA has not, end to end", assembled, 0.1),
        Row("of ours in either: start of the solver's process, s", round(statistics.median(starts), 3)),
        share("one paper: optima that are the same in all programs", sum(same), len(same), 100),
    ]


@dataclass(slots=True)
class Beside:
    """Seconds and costs of ours, and the answers of the others, one for each key. `absent`: who is not installed."""

    ours: list[float] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    others: dict[str, list[Answer]] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    def same(self) -> list[bool]:
        """Whether each answer of the others costs what ours does."""
        return [answer.cost == cost for told in self.others.values() for answer, cost in zip(told, self.costs, strict=True)]


def beside(bank: Bank, others: dict[str, Callable[[Problem], Answer | None]], keys: int) -> Beside:
    found, model = Beside(), bank.model()
    for number in range(keys):
        key = key_of(number)
        seconds, drawn = timed(partial(bank.drawn, key, FORMS[:1]))
        found.ours.append(seconds)
        found.costs.append(drawn.blocks[0].cost)
        problem = Problem.of(bank.task(key).costs(model), model.rows)
        for name, solve in others.items():
            if (answer := solve(problem)) is not None:
                found.others.setdefault(name, []).append(answer)
    found.absent = [name for name in others if name not in found.others]
    return found


def eatata_of(bank: Bank) -> Callable[[Problem], Answer | None]:
    model = bank.model()
    return lambda problem: eatata(model, problem.costs)


def compared_rows(what: str, found: Beside, at_most: float) -> list[Row]:
    """The goal is for the quickest of the others."""
    by_speed = sorted(found.others, key=lambda name: statistics.median(answer.seconds for answer in found.others[name]))
    rows = []
    for place, name in enumerate(by_speed):
        theirs = [answer.seconds for answer in found.others[name]]
        rows.append(compared(f"{what} : {name}", found.ours, theirs, None if place else at_most))
    goal, met = ("", None) if rows else (f"<= {at_most:g}", NOT_MEASURED)
    mine = round(statistics.median(found.ours), 3)
    return rows + [Row(f"{what} : {name} (absent), s", mine, goal=goal, met=met) for name in found.absent]


def started() -> str:
    with Solver() as solver:
        return solver.version


# papers together, and batches ---------------------------------------------------------------------------------------------


def drawing_rows() -> Iterator[Row]:
    """Each draw in a process of its own, for its memory."""
    for forms, cases, megabytes in (
        (FORMS, ((2_000, 10), (5_000, 10), (20_000, 25)), 512),
        (BATCH, ((5_000, 20), (20_000, 45)), 250),
    ):
        for items, seconds in cases:
            done = subprocess.run([sys.executable, "-c", ALONE, str(items), *forms], capture_output=True, text=True, check=True)
            took, most = json.loads(done.stdout)
            name = "A + B + S in one model" if forms is FORMS else f"{len(forms)} papers, none with an item of another,"
            yield bounded(f"{name} of {items:,} items, proven", round(took, 2), seconds, "s")
            yield bounded(f"{name} of {items:,} items: memory of both processes at most", most, megabytes, "MB")


def draw_alone(items: str, *forms: str) -> None:
    """Print the seconds of a draw, from sifting to its proof, and the most memory that this process and the worker had."""
    bank = Bank.of(int(items))
    began = time.perf_counter()
    task = bank.task(key_of(0))
    with Solver() as solver:
        draw(task, forms, solver)
        seconds = time.perf_counter() - began
        print(json.dumps([seconds, sum(most_memory(pid) for pid in family(os.getpid()))]))


def most_memory(pid: int) -> int:
    """The most memory that a process had so far, in MB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 // 10**6


# a published problem ------------------------------------------------------------------------------------------------------


def published_rows() -> list[Row]:
    """TestDesign's science pool: the 30 items that tell most at ability 0, and what TestDesign itself found."""
    what, goal = "TestDesign science, 30 of 1,000 items: information at ability 0; other: its own", "1e-05 apart at most"
    if not PUBLISHED.is_dir():
        return [Row(f"{what} (no shared/data/ata)", None, PUBLISHED_OPTIMUM, goal=goal, met=NOT_MEASURED)]
    pool = read_published(PUBLISHED, "science_1000")
    most = max(pool.information)
    problem = Problem.of([round((most - found) * EXACT) for found in pool.information], pool.rows)
    with Solver() as solver:
        seconds, best = timed(partial(optimum, solver, problem, solver))
    chosen = best.chosen if best else [0] * len(pool.information)
    value = sum(found for found, taken in zip(pool.information, chosen, strict=True) if taken)
    return [
        Row(f"{what} ({value:.6f})", value, PUBLISHED_OPTIMUM, goal=goal, met=abs(value - PUBLISHED_OPTIMUM) <= 1e-5),
        Row("the same, proven, s", round(seconds, 2)),
    ]


# guessing -----------------------------------------------------------------------------------------------------------------


def guessing_rows(papers: int) -> Iterator[Row]:
    for items, by_use, at_most in ((2_000, True, 1.5), (2_000, False, 1.3), (5_000, True, 1.5)):
        bank = Bank.of(items)
        bank = replace(bank, plan=replace(bank.plan, by_use=by_use))
        guessed, least = guess(simulated(bank, papers)), floor(bank)
        ratio = guessed / least
        rates = "use weights" if by_use else "flat rates"
        yield Row(f"guessed of a paper from {items:,} items, {papers:,} papers, {rates} : floor, %", round(100 * guessed, 2),
                  round(100 * least, 2), round(ratio, 2), f"<= {at_most:g}", ratio <= at_most)  # fmt: skip


def simulated(bank: Bank, papers: int) -> list[list[int]]:
    """The cards' numbers of one form under different keys: drawn as `draw` does, but the model is built once, and nobody looks
    for another paper of the same cost.
    """
    model, task = bank.model(), bank.task(key_of(0))
    problem = Problem.of([0] * model.columns, model.rows)

    def some(first: int) -> list[list[int]]:
        with Solver() as solver:
            return [one(solver, number) for number in range(first, papers, AT_A_TIME)]

    def one(solver: Solver, number: int) -> list[int]:
        best = optimum(solver, problem.with_costs(replace(task, key=key_of(number)).costs(model)), solver)
        assert best is not None, "the bank is meant to have enough national items"
        return [column for column in model.item_columns if best.chosen[column]]

    with ThreadPoolExecutor(AT_A_TIME) as threads:
        found = [paper for part in threads.map(some, range(AT_A_TIME)) for paper in part]
    drawn = bank.drawn(key_of(0), FORMS[:1]).papers[FORMS[0]].item_nos
    assert {model.cards[number].item_no for number in found[0]} == set(drawn), "simulated papers are not the drawn ones"
    return found


def guess(papers: Sequence[Sequence[int]]) -> float:
    """The share of a paper that is right, learned on either half and tried on the other."""
    first, second = papers[::2], papers[1::2]
    return (_right(first, second) + _right(second, first)) / 2


def _right(learned: Sequence[Sequence[int]], tried: Sequence[Sequence[int]]) -> float:
    seen = Counter(number for paper in learned for number in paper)
    likeliest = {number for number, _ in seen.most_common(PLAN.items)}
    return statistics.mean(len(likeliest.intersection(paper)) for paper in tried) / PLAN.items


def floor(bank: Bank) -> float:
    """The least sum of the largest shares, one for each item of a paper, over all ways of drawing.

    A column for the smallest of those shares, and for each item one for what it has over that.
    """
    model = bank.model()
    smallest, items = model.columns, len(model.item_columns)
    over = [PlainRow([item, smallest, smallest + 1 + item], [1, -1, -1], -2, 0) for item in model.item_columns]
    problem = Problem.of([0] * model.columns + [PLAN.items] + [1] * items, [*model.rows, *over])
    with Solver() as solver:
        least = solver.bound(problem)
    assert least is not None
    return least / PLAN.items


# certificate, supply and explanation --------------------------------------------------------------------------------------


def certificate_rows() -> Iterator[Row]:
    bank = Bank.of(2_000)
    for forms in (FORMS[:1], FORMS):
        file = canonical(certified(bank, forms).with_items())
        what = f"a certificate of {len(forms)} paper{'s' if forms[1:] else ''} from 2,000 items read and checked"
        yield bounded(what, milliseconds(partial(checked, file)), 50, "ms")


def certified(bank: Bank, forms: Sequence[str]) -> Certificate:
    seed = bytes(32)
    snapshot = take_snapshot(bank.plan, bank.blueprint, bank.cards, DAY, b"salt")
    key = draw_key(seed)
    source = Provenance("bench", 1, "", ("release",), "template", {}, "solver", "statement", ())
    return certify(bank.drawn(key, forms), snapshot, bank.plan, source, (), seed, Predictability(0, (), ()))


def variant_rows() -> Iterator[Row]:
    """One station's order of a paper of 200 items: 160 choices, one in seventeen locked, and 40 judgements."""
    sections = [[Slot(4, number % 17 == 0) for number in range(160)], [Slot(0)] * 40]
    took = milliseconds(lambda: [arranged(bytes(32), str(place), sections) for place in range(100)]) / 100
    yield bounded("the order of 200 items at one station", round(took, 3), 1.2, "ms")


def checked(file: bytes) -> None:
    broken = broken_rules(read_certificate(read_canonical(file, "certificate")))
    assert not broken, broken


def explanation_rows() -> Iterator[Row]:
    """Plans that ask too much, each for another reason, none of them a single line that is short."""
    bank = Bank.of(2_000)
    eligible = bank.sifted()
    took = milliseconds(partial(supply, bank.plan, bank.blueprint, eligible, len(FORMS)))
    yield bounded(f"supply table of 2,000 items, {len(FORMS)} papers", took, 50, "ms")
    for name, asked in (("a grade in one area only", rare_grade(bank)), ("a mean against the grades", too_hard(bank))):
        eligible, task = asked.sifted(), asked.task(key_of(0))
        with Solver() as solver:
            seconds, told = timed(partial(explain, task, eligible, FORMS[:1], solver))
        assert told.conflict and told.changes and not told.lines, "not the infeasible plan that is meant"
        yield bounded(f"explanation with conflict ({name}: {len(told.conflict)} lines)", round(seconds, 2), 15, "s")


def rare_grade(bank: Bank) -> Bank:
    """Grade 5 has only multiple-choice items of area E, whose weight holds twelve items at most."""
    cards = []
    for card in bank.cards:
        rare = card.type is ItemType.MULTIPLE and card.point.startswith("E-")
        cards.append(replace(card, difficulty=5 if rare else min(4, card.difficulty)))
    return replace(bank, cards=cards, plan=replace(bank.plan, grades=(*bank.plan.grades[:4], (5, Band(13, 20)))))


def too_hard(bank: Bank) -> Bank:
    """The grades allow a mean of 3.2."""
    return replace(bank, plan=replace(bank.plan, mean_difficulty=Band(330, 340)))


def milliseconds(work: Callable[[], object]) -> float:
    return round(1000 * statistics.median(timed(work)[0] for _ in range(REPEATS)), 1)


# what is told -------------------------------------------------------------------------------------------------------------


def rows(*, quick: bool) -> Iterator[Row]:
    yield from certificate_rows()
    yield from variant_rows()
    yield from explanation_rows()
    yield from paper_rows(1 if quick else 3)
    yield from drawing_rows()
    yield from published_rows()
    yield from guessing_rows(500 if quick else 2_000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench assembly", description="组卷的耗时与内存 | drawing papers")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--quick", action="store_true", help="fewer papers to guess from")
    chosen = parser.parse_args()
    tell(list(rows(quick=chosen.quick)), as_json=chosen.json)


if __name__ == "__main__":
    main()
