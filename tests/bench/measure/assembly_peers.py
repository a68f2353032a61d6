"""The same form by others: the solvers CBC and GLPK from an MPS file, and eatATA with GLPK (`eatata.R`); and a published form.

`sudo apt install coinor-cbc glpk-utils r-base-core r-cran-rglpk r-cran-lpsolve`; eatATA is no package of Debian and has to be
where R looks for packages (R_LIBS). Who is not installed is named as absent. One thread each, no gap: all have to prove the
same optimum.
"""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from itembank.assembly.model import Model
from itembank.assembly.problem import Problem
from itembank.domain.plan import ANY

SECONDS = 300
"""What nobody here needs: ends a peer that hangs."""
_SCRIPT = Path(__file__).with_name("eatata.R")
_CBC = re.compile(r"^Optimal - objective value\s+(\S+)", re.MULTILINE)
_GLPSOL = re.compile(r"^Status:\s+INTEGER OPTIMAL$.*?^Objective:\s+\S+ = (\S+)", re.MULTILINE | re.DOTALL)
_CONDITION = re.compile(r"(\w+) (==|>=|<|%in%) ([^&]+)")
_VALUE = re.compile(r"[\w.]+(?![\w.(])")


@dataclass(frozen=True, slots=True)
class Answer:
    """How long a peer took, and the cost of its form; None where it proved none."""

    seconds: float
    cost: int | None


# solvers ------------------------------------------------------------------------------------------------------------------


def write_mps(problem: Problem) -> str:
    """The problem in the free MPS format: rows r0, r1, ..., integer columns c0, c1, ... A bound of ANY and more is none."""
    kinds = [_kind(low, high) for low, high in zip(problem.lows, problem.highs, strict=True)]
    lines = ["NAME form FREE", "ROWS", " N cost", *(f" {kind} r{row}" for row, (kind, _, _) in enumerate(kinds))]
    lines += ["COLUMNS", " M1 'MARKER' 'INTORG'", *_columns(problem), " M2 'MARKER' 'INTEND'"]
    lines += ["RHS", *(f" RHS r{row} {side}" for row, (_, side, _) in enumerate(kinds) if side)]
    lines += ["RANGES", *(f" RNG r{row} {width}" for row, (_, _, width) in enumerate(kinds) if width)]
    lines += ["BOUNDS", *(f" UP BND c{column} {most}" for column, most in enumerate(problem.upper)), "ENDATA", ""]
    return "\n".join(lines)


def _kind(low: int, high: int) -> tuple[str, int, int]:
    """(E, G or L; right-hand side; how far the row reaches from there, 0 for no other bound)"""
    if low == high:
        return "E", low, 0
    if high >= ANY:
        return "G", low, 0
    return "L", high, 0 if low <= -ANY else high - low


def _columns(problem: Problem) -> Iterator[str]:
    entries: list[list[str]] = [[f"cost {cost}"] for cost in problem.costs]
    for row in range(len(problem.lows)):
        for column, value in problem.entries(row):
            entries[column].append(f"r{row} {value}")
    for column, found in enumerate(entries):
        yield from (f" c{column} {entry}" for entry in found)


def cbc(problem: Problem) -> Answer | None:
    """None where it is not installed. Start, reading and writing included, as of all of them."""
    return _solved("cbc", problem, lambda file, out: [file, "-ratio", "0", "-solve", "-solu", out], _CBC)


def glpsol(problem: Problem) -> Answer | None:
    return _solved("glpsol", problem, lambda file, out: ["--freemps", file, "--cuts", "-o", out], _GLPSOL)


def _solved(
    program: str, problem: Problem, options: Callable[[str, str], Sequence[str]], cost: re.Pattern[str]
) -> Answer | None:
    if not shutil.which(program):
        return None
    with tempfile.TemporaryDirectory(prefix="itembank-bench-") as folder:
        file, out = Path(folder) / "form.mps", Path(folder) / "solution"
        file.write_text(write_mps(problem))
        seconds, _ = _run([program, *options(str(file), str(out))])
        proven = cost.search(out.read_text())
    return Answer(seconds, round(float(proven[1])) if proven else None)


# eatATA -------------------------------------------------------------------------------------------------------------------


def has_eatata() -> bool:
    """Whether R and its package are there."""
    command = ["Rscript", "-e", 'quit(status = !requireNamespace("eatATA", quietly = TRUE))']
    return bool(shutil.which("Rscript")) and not subprocess.run(command, capture_output=True).returncode


def eatata(model: Model, costs: Sequence[int]) -> Answer | None:
    """One form without item sets. Seconds of building and solving alone: R's own start and reading the files is not counted."""
    assert model.columns == len(model.cards), "eatATA has no columns but those of items"
    if not has_eatata():
        return None
    with tempfile.TemporaryDirectory(prefix="itembank-bench-") as folder:
        numbers = [card.item_no for card in model.cards]
        _write_csv(Path(folder) / "items.csv", ("item", "cost"), zip(numbers, costs, strict=True))
        _write_csv(Path(folder) / "rows.csv", ("row", "low", "high", "item", "value"), _entries(model, numbers))
        _, told = _run(["Rscript", str(_SCRIPT), folder, str(SECONDS)])
    found = json.loads(told.strip().splitlines()[-1])
    return Answer(found["build"] + found["solve"], found["cost"])


def _entries(model: Model, numbers: Sequence[str]) -> Iterator[tuple[str | int, ...]]:
    for number, row in enumerate(model.rows):
        for column, value in zip(row.columns, row.values, strict=True):
            yield number, row.low, row.high, numbers[column], value


def _write_csv(path: Path, heading: Sequence[str], lines: Iterator[tuple[str | int, ...]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([heading, *lines])


# the published form -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row of a problem, of no form."""

    columns: Sequence[int]
    values: Sequence[int]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Published:
    """A pool of TestDesign and the blueprint of its form. `information`: of each item at ability 0."""

    information: tuple[float, ...]
    rows: tuple[PlainRow, ...]


def read_published(folder: Path, name: str) -> Published:
    """Raises KeyError for a kind of line that is not known here. Order says nothing about which items are chosen."""
    pool, attributes, lines = (
        _read_csv(folder / f"TestDesign_{what}_{name}.csv") for what in ("itempool", "itemattrib", "constraints")
    )
    rows = [_published(line, attributes) for line in lines if line["TYPE"] != "Order" and line["ONOFF"] != "OFF"]
    return Published(tuple(map(information, pool)), tuple(rows))


def _published(line: Mapping[str, str], items: Sequence[Mapping[str, str]]) -> PlainRow:
    numbers = [number for number, item in enumerate(items) if _meant(line["CONDITION"], item)]
    ones, every = [1] * len(numbers), len(numbers)
    if line["TYPE"] == "AllOrNone":
        return PlainRow(numbers, [*ones[1:], 1 - every], 0, 0)
    bounds: dict[str, tuple[str | int, str | int]] = {
        "Number": (line["LB"], line["UB"]), "Enemy": (0, 1), "Include": (every, every), "Exclude": (0, 0),
    }  # fmt: skip
    low, high = bounds[line["TYPE"]]
    return PlainRow(numbers, ones, int(low), int(high))


def _meant(condition: str, item: Mapping[str, str]) -> bool:
    """`STANDARD %in% c(2, 4) & DOK >= 3`"""
    for column, sign, said in _CONDITION.findall(condition):
        values = _VALUE.findall(said)
        if sign in ("==", "%in%"):
            held = item[column] in values
        else:
            held = float(item[column]) >= float(values[0]) if sign == ">=" else float(item[column]) < float(values[0])
        if not held:
            return False
    return True


def information(item: Mapping[str, str]) -> float:
    """Fisher information at ability 0, without the factor 1.7: three parameters, or generalized partial credit."""
    slope, *others = (float(item[name]) for name in ("PAR1", "PAR2", "PAR3", "PAR4") if item[name])
    if item["MODEL"] == "3PL":
        difficulty, guessing = others
        right = guessing + (1 - guessing) / (1 + math.exp(slope * difficulty))
        return slope**2 * (1 - right) / right * ((right - guessing) / (1 - guessing)) ** 2
    assert item["MODEL"] == "GPC"
    weights = [math.exp(-slope * sum(others[:score])) for score in range(len(others) + 1)]
    shares = [weight / sum(weights) for weight in weights]
    mean = sum(score * share for score, share in enumerate(shares))
    return slope**2 * sum((score - mean) ** 2 * share for score, share in enumerate(shares))


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _run(command: Sequence[str]) -> tuple[float, str]:
    """(seconds, what it printed)"""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, timeout=2 * SECONDS, check=True)
    return time.perf_counter() - began, done.stdout
