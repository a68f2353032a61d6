"""Drawing papers (组卷): national first, then at random from the sealed seed.

1. Try the national pools alone. Where they cannot serve, find the fewest points that must come from local pools, over all
   papers of the draw, and hold that number.
2. Draw the cheapest papers under the keyed costs of `race.py`, proven.
3. Check every row again in integers; the solver counts in floating point.
4. Make sure that no other papers cost the same: then every exact solver draws these.
5. Put each section in its keyed order.

At most three papers stand in one model, the ones that must be alike and share nothing. More are drawn one after another, each
keeping to what the ones before it left; where one gets stuck, the last three are drawn again together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from itembank.assembly.model import FORMS_AT_MOST, Model, build
from itembank.assembly.narrowing import Optimum, another, optimum
from itembank.assembly.problem import Problem
from itembank.assembly.race import Race, order_key
from itembank.assembly.solver import Solver, broken_rows
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard
from itembank.domain.paper import Paper
from itembank.domain.plan import Plan
from itembank.domain.pools import is_local

BATCH_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Block:
    """Papers that were drawn together: their forms, what they cost together, and the halves of local items they needed."""

    forms: tuple[str, ...]
    cost: int
    local: int


@dataclass(frozen=True, slots=True)
class Draw:
    """The papers by form, in the order they were drawn, and the blocks they were drawn in."""

    papers: dict[str, Paper] = field(repr=False)
    blocks: tuple[Block, ...]

    def items(self, forms: Sequence[str]) -> list[set[str]]:
        return [set(self.papers[form].item_nos) for form in forms]


@dataclass(frozen=True, slots=True)
class Proof:
    """Who solves, and who relaxes for it."""

    solver: Solver
    hints: Solver


@dataclass(frozen=True, slots=True)
class Task:
    """What is drawn from: the plan, the blueprint, the sifted cards, and the key of the draw."""

    plan: Plan
    blueprint: Blueprint
    cards: tuple[ItemCard, ...]
    key: bytes = field(repr=False)

    @property
    def race(self) -> Race:
        return Race.of(self.plan, self.blueprint, self.cards, self.key)

    def costs(self, model: Model) -> list[int]:
        """What each column costs in the race; switches cost nothing."""
        race = self.race
        costs = [race.cost(form, card) for form in model.forms for card in model.cards]
        return costs + [0] * (model.columns - len(costs))

    def block_of(self, form: str, paper: Paper) -> Block:
        """One paper by itself, as it was drawn."""
        bank = {card.item_no: card for card in self.cards}
        parts = zip(self.plan.sections, paper.sections, strict=True)
        drawn = [(bank[no], section.halves) for section, nos in parts for no in nos]
        race = self.race
        cost = sum(race.cost(form, card) for card, _ in drawn)
        return Block((form,), cost, sum(halves for card, halves in drawn if is_local(card)))

    def ordered(self, form: str, drawn: Sequence[ItemCard]) -> Paper:
        """Section by section of the plan, each in its keyed order; the items of a set stand together."""
        first: dict[str, bytes] = {}
        for card in drawn:
            key = order_key(self.key, form, card.item_no)
            first[card.item_set] = min(first.get(card.item_set, key), key)

        def place(card: ItemCard) -> tuple[bytes, bytes]:
            own = order_key(self.key, form, card.item_no)
            return (first[card.item_set] if card.item_set else own), own

        ordered = sorted(drawn, key=place)
        return Paper(
            form,
            tuple(
                tuple(card.item_no for card in ordered if section.takes(card.type, card.point))
                for section in self.plan.sections
            ),
        )


def draw(
    task: Task,
    forms: Sequence[str],
    solver: Solver,
    progress: Callable[[int], None] = lambda done: None,
    hints: Solver | None = None,
) -> Draw:
    """The papers of these forms. Same task and forms: the same papers, whatever the order the cards came in.

    `progress` is told how many papers are drawn; `hints`: who relaxes for a solver that cannot.
    Raises PlanError: plan.infeasible when the forms cannot be drawn (see `explanation`), plan.tie when other papers cost the
    same, plan.seed for a short key, and those of `model.build` and of the solver.
    """
    if len(task.key) < 32:
        raise PlanError("plan.seed", found=len(task.key), expected=32)
    if len(set(forms)) != len(forms) or not 1 <= len(forms) <= BATCH_AT_MOST:
        raise PlanError("plan.forms", found=len(forms), most=BATCH_AT_MOST)
    solve = Proof(solver, hints or solver)
    if len(forms) <= FORMS_AT_MOST:
        return _draw_together(task, forms, solve, Draw({}, ()))
    done = Draw({}, ())
    for count, form in enumerate(forms, start=1):
        done = _draw_next(task, form, solve, done)
        progress(count)
    return done


def _draw_next(task: Task, form: str, solve: Proof, done: Draw) -> Draw:
    """One more paper; where it gets stuck, it and the two before it are drawn again together."""
    try:
        return _draw_together(task, [form], solve, done)
    except PlanError as error:
        if error.code != "plan.infeasible" or not done.papers:
            raise
    again = list(done.papers)[1 - FORMS_AT_MOST :]
    return _draw_together(task, [*again, form], solve, _without(task, done, again))


def _without(task: Task, done: Draw, again: Sequence[str]) -> Draw:
    """The papers that stay; of a block that loses some of its papers each of the others stands by itself."""
    papers = {form: paper for form, paper in done.papers.items() if form not in again}
    blocks: list[Block] = []
    for block in done.blocks:
        left = [form for form in block.forms if form in papers]
        blocks += [block] if len(left) == len(block.forms) else [task.block_of(form, papers[form]) for form in left]
    return Draw(papers, tuple(blocks))


def _draw_together(task: Task, forms: Sequence[str], solve: Proof, done: Draw) -> Draw:
    earlier = done.items(list(done.papers))
    cards = still_free(task, earlier)
    model, best, local = _cheapest(task, forms, solve, cards, earlier if task.plan.papers_per_item > 1 else [])
    papers = {form: task.ordered(form, model.drawn(form, best.chosen)) for form in forms}
    return Draw(done.papers | papers, (*done.blocks, Block(tuple(forms), best.cost, local)))


def still_free(task: Task, earlier: Sequence[set[str]]) -> tuple[ItemCard, ...]:
    """The cards that may stand in one more paper of this draw."""
    taken = Counter(item_no for paper in earlier for item_no in paper)
    return tuple(card for card in task.cards if taken[card.item_no] < task.plan.papers_per_item)


def _cheapest(
    task: Task, forms: Sequence[str], solve: Proof, cards: Sequence[ItemCard], earlier: Sequence[set[str]]
) -> tuple[Model, Optimum, int]:
    """The model, its proven optimum, and the halves of local items in it."""
    # 1.
    national = [card for card in cards if not is_local(card)]
    model = build(task.plan, task.blueprint, national, forms, earlier)
    problem = Problem.of(task.costs(model), model.rows)
    # 2.
    best, local = optimum(solve.solver, problem, solve.hints), 0
    if best is None:
        model = build(task.plan, task.blueprint, cards, forms, earlier)
        local = _least_local(model, solve)
        problem = Problem.of(task.costs(model), [*model.rows, model.local(local)])
        best = optimum(solve.solver, problem, solve.hints)
    # 3.
    broken = broken_rows(model.rows, best.chosen) if best else ["solution"]
    if best is None or broken:
        raise PlanError("plan.recheck", rows=len(broken), first=broken[0])
    # 4.
    if another(solve.solver, problem, best, model.item_columns) is not None:
        raise PlanError("plan.tie")
    return model, best, local


def _least_local(model: Model, solve: Proof) -> int:
    """The fewest halves from local pools with which all forms of the model can be assembled."""
    costs = model.local_costs()
    best = optimum(solve.solver, Problem.of(costs, model.rows), solve.hints) if any(costs) else None
    if best is None:
        raise PlanError("plan.infeasible")
    broken = broken_rows(model.rows, best.chosen)
    if broken:
        raise PlanError("plan.recheck", rows=len(broken), first=broken[0])
    return best.cost
