"""The rows of a measurement and how they are told.

A row: what is measured (with its unit), ours, other, ratio = ours / other, the goal with its sign, and whether it was met:
true, false, "not measured", or null for a figure without a goal.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NoReturn

NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure."""

    what: str
    ours: float | None
    other: float | None = None
    ratio: float | None = None
    goal: str = ""
    met: bool | str | None = None


def bounded(what: str, ours: float | None, at_most: float, unit: str) -> Row:
    """A figure that must not be above a number."""
    met = NOT_MEASURED if ours is None else ours <= at_most
    return Row(f"{what}, {unit}", ours, goal=f"<= {at_most:g} {unit}", met=met)


def compared(what: str, ours: Sequence[float], other: Sequence[float], at_most: float | None) -> Row:
    """Medians of two things done in turns, in seconds."""
    mine, theirs = statistics.median(ours), statistics.median(other)
    ratio = mine / theirs
    goal, met = ("", None) if at_most is None else (f"<= {at_most:g}", ratio <= at_most)
    return Row(f"{what}, s", round(mine, 3), round(theirs, 3), round(ratio, 2), goal, met)


def table(rows: Sequence[Row]) -> str:
    """The rows for people."""
    cells = [("what", "ours", "other", "ratio", "goal", "met")]
    for row in rows:
        met = row.met if isinstance(row.met, str) else {True: "yes", False: "NO", None: ""}[row.met]
        cells.append((row.what, number(row.ours), number(row.other), number(row.ratio), row.goal, met))
    widths = [max(len(line[column]) for line in cells) for column in range(6)]
    return "\n".join("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)


def number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def tell(rows: Sequence[Row], *, as_json: bool) -> NoReturn:
    """Print the rows and end; with 1 when a goal was missed."""
    print(json.dumps([asdict(row) for row in rows], ensure_ascii=False) if as_json else table(rows))
    sys.exit(any(row.met is False for row in rows))


def note(kind: str, text: str) -> bool:
    print(f"{kind}: {text}", file=sys.stderr)
    return False


def share(what: str, part: int, whole: int, at_least: int) -> Row:
    """A share in percent, never rounded up to its goal."""
    percent = math.floor(10_000 * part / whole) / 100 if whole else None
    met = NOT_MEASURED if percent is None else 100 * part >= at_least * whole
    return Row(f"{what} ({part} of {whole}), %", percent, goal=f">= {at_least} %", met=met)
