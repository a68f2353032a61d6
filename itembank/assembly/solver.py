"""The border to a solver: it runs in a process of its own, which gets integers and gives integers.

Nothing of a draw is written to a disk there, and the process has neither network nor a clock to go by: it stops at a proof or
at a number of nodes, so that the same draw ends the same way on every machine. What it answers is checked again here or by
the caller. Two solvers of different houses cannot share a process (their libraries clash); each has its own worker.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple

from itembank.assembly.problem import Problem
from itembank.domain.errors import PlanError
from itembank.formats.frames import ERROR, HEAD, send

NODES_AT_MOST = 200_000
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8", "HOME": "/nonexistent", "TMPDIR": "/nonexistent"}
"""Nothing of this process's own. A linear algebra library would make threads for every core, and take longest of the start."""
MEMORY = 1 << 30
"""Bytes a worker may hold in its heap."""


class SolverName(StrEnum):
    """Which solver a worker runs."""

    HIGHS = "highs"
    CPSAT = "cpsat"


class Hint(NamedTuple):
    """`worth`: a multiplier for each row, or nothing. `impossible`: they are meant to show that the rows cannot be kept."""

    worth: list[int]
    impossible: bool


class Solver:
    """A worker that solves one problem after another. Use it as a context; leaving it ends the process."""

    def __init__(self, name: SolverName = SolverName.HIGHS, nodes: int = NODES_AT_MOST) -> None:
        worker = f"itembank.assembly.{name}_worker"
        self.name, self.nodes = name, nodes
        self._version = ""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-m", worker, str(nodes), str(MEMORY)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
        )  # fmt: skip

    def __enter__(self) -> Solver:
        return self

    @property
    def version(self) -> str:
        """The solver and its version; waits until the worker is there, which is busy starting while a model is built."""
        self._version = self._version or str(self._answer()["version"])
        return self._version

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def relax(self, problem: Problem) -> Hint:
        """What each row is worth in the relaxed problem, rounded. A hint, not a proof."""
        answer = self._ask(b"L", problem.document())
        return Hint(list(answer.get("duals", ())), answer["status"] == "none")

    def bound(self, problem: Problem) -> float | None:
        """The least cost of the relaxed problem, columns being fractions; None when it cannot be met.

        Raises PlanError: plan.search_unfinished when the solver came to no end.
        """
        if not problem.costs:
            return 0.0 if _nothing_is_enough(problem) else None
        answer = self._ask(b"L", problem.document())
        if answer["status"] == "unfinished":
            raise PlanError("plan.search_unfinished", status="relaxed", nodes=self.nodes)
        return float(answer["bound"]) if answer["status"] == "optimal" else None

    def solve(self, problem: Problem, below: int | None = None) -> list[int] | None:
        """The cheapest choice, as a number for every column, or None when none keeps the rows.

        `below`: only one that costs less counts. Raises PlanError: plan.search_unfinished without a proof inside the node
        limit, plan.solver when the worker has ended.
        """
        if not problem.costs:
            return [] if _nothing_is_enough(problem) else None
        answer = self._ask(b"S", {**problem.document(), "below": below})
        if answer["status"] == "unfinished":
            raise PlanError("plan.search_unfinished", status=answer["said"], nodes=self.nodes)
        if answer["status"] != "optimal":
            return None
        chosen = [0] * len(problem.costs)
        for column, number in zip(answer["columns"], answer["numbers"], strict=True):
            chosen[column] = number
        return chosen

    def _ask(self, kind: bytes, question: dict[str, Any]) -> dict[str, Any]:
        assert self.version
        try:
            send(_pipe(self._process.stdin), kind, json.dumps(question).encode())
        except BrokenPipeError as error:
            raise PlanError("plan.solver", solver=self.name) from error
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        out = _pipe(self._process.stdout)
        head = out.read(HEAD.size)
        if len(head) < HEAD.size:
            raise PlanError("plan.solver", solver=self.name)
        kind, length = HEAD.unpack(head)
        answer: dict[str, Any] = json.loads(out.read(length))
        if kind == ERROR:
            raise PlanError("plan.solver", solver=self.name, reason=answer["code"])
        return answer


def _nothing_is_enough(problem: Problem) -> bool:
    """Whether the rows hold without a column, of which no solver says anything."""
    return all(low <= 0 <= high for low, high in zip(problem.lows, problem.highs, strict=True))


def _pipe(pipe: Any) -> BinaryIO:
    assert pipe is not None
    stream: BinaryIO = pipe
    return stream


def broken_rows(rows: Sequence[Any], chosen: Sequence[int]) -> list[str]:
    """Names of the rows that a choice breaks, counted in integers; a solver counts in floating point."""
    return [row.name for row in rows if not row.holds(chosen)]
