"""A draw again, from its certificate alone: by the solver it was drawn with, or by one of another house.

The second solver proves the same optimum from the same integers; the first one's relaxed problem is only asked which columns
are worth a look, and that is checked in integers (`narrowing`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from itembank.assembly.certificate import Certificate
from itembank.assembly.drawing import Draw, Task, draw
from itembank.assembly.eligibility import sift_snapshot
from itembank.assembly.race import draw_key
from itembank.assembly.solver import Solver, SolverName


def drawn_again(certificate: Certificate, name: SolverName, progress: Callable[[int], None] = lambda done: None) -> Draw:
    """The papers that plan, snapshot and seed give. Raises PlanError as `drawing.draw`."""
    task = task_of(certificate)
    with ExitStack() as stack:
        solver = stack.enter_context(Solver(name))
        hints = solver if name is SolverName.HIGHS else stack.enter_context(Solver())
        # In the order they were drawn in; a certificate's papers are sorted.
        forms = [form for block in certificate.blocks for form in block.forms]
        return draw(task, forms, solver, progress, hints)


def task_of(certificate: Certificate) -> Task:
    """What was drawn from, as the draw had it."""
    snapshot, plan = certificate.snapshot, certificate.plan
    eligible = sift_snapshot(plan, snapshot)
    return Task(plan, snapshot.blueprint, eligible.cards, draw_key(bytes.fromhex(certificate.seed)))


def is_same(certificate: Certificate, again: Draw) -> bool:
    """Whether a draw gave the very papers of the certificate, item by item in their order."""
    return again.papers == certificate.papers and again.blocks == certificate.blocks
