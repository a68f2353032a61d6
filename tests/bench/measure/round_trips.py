"""Items written in a format of other programs and read again: each has to be equal, sign by sign."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from itembank.bootstrap.centre import figure_painter, formula_mathml
from itembank.domain.items import Item
from itembank.formats.exporting.gift_file import write_gift
from itembank.formats.exporting.moodle_file import write_moodle
from itembank.formats.exporting.qti_package import QTI21, QTI30, write_package
from itembank.formats.exporting.word_file import write_word
from itembank.formats.exporting.written import Written
from itembank.formats.item_export import write_items
from tests.bench.measure.read_files import AT_A_TIME, Read, blueprint, looked_at
from tests.bench.measure.report import Row, bounded, note, share

MOST_TOLD = 5
"""Items of one export that are named on stderr."""

Writer = Callable[[Sequence[Item], Mapping[str, str]], Written]
WRITERS: dict[str, Writer] = {
    "xlsx": lambda items, figures: Written(write_items(items, blueprint()), ()),
    "qti21": lambda items, figures: write_package(items, figures, QTI21, cache(formula_mathml)),
    "qti30": lambda items, figures: write_package(items, figures, QTI30, cache(formula_mathml)),
    "docx": lambda items, figures: write_word(items, figures, figure_painter(), keys=True),
    "moodle": write_moodle,
    "gift": lambda items, figures: write_gift(items),
}


@dataclass
class Returned:
    """How items came back from a format. `held`: how many it can hold; `equal`: the numbers of those that did not change;
    `blanks`: how many changed in blanks alone; `crashed`: how many could not be written, or not be read again. `seconds`,
    `megabytes`: of the slowest and of the largest reading.
    """

    held: int = 0
    equal: set[str] = field(default_factory=set)
    blanks: int = 0
    crashed: int = 0
    seconds: float = 0
    megabytes: int = 0

    def __add__(self, other: Returned) -> Returned:
        return Returned(
            self.held + other.held, self.equal | other.equal, self.blanks + other.blanks, self.crashed + other.crashed,
            max(self.seconds, other.seconds), max(self.megabytes, other.megabytes),
        )  # fmt: skip


def numbered(reads: Iterable[Read]) -> list[Item]:
    """The items that the bank takes, each with a number of its own."""
    items = [item for one in reads for item in one.items.values()]
    return [replace(item, item_no=f"city-b{number:06}") for number, item in enumerate(items, start=1)]


def sent_round(name: str, format_: str, items: Sequence[Item], figures: Mapping[str, str]) -> Returned:
    """Written in this format, and read again. Where that fails, both halves are tried, down to the item that is to blame."""
    try:
        written = WRITERS[format_](items, figures)
        again = looked_at(Path(format_), written.file, {})
        problem = again.refused or again.crash
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    if not problem:
        return _beside(f"{name} as {format_}", [item for item in items if item.item_no not in written.left_out], again)
    if len(items) == 1:
        note("export fails", f"{name} as {format_}: {problem}: {items[0].stem[:60]!r} {items[0].options}")
        return Returned(held=1, crashed=1)
    half = len(items) // 2
    return sent_round(name, format_, items[:half], figures) + sent_round(name, format_, items[half:], figures)


def _beside(name: str, items: Sequence[Item], again: Read) -> Returned:
    """The items beside those that were read again."""
    assert again.came is not None
    came = {item.item_no: item for _, item in again.came.rows}
    found = Returned(len(items), seconds=again.told.seconds, megabytes=again.told.megabytes)
    told = 0
    for item in items:
        if (back := came.get(item.item_no)) == item:
            found.equal.add(item.item_no)
            continue
        but_for_blanks = back is not None and _squeezed(back) == _squeezed(item)
        found.blanks += but_for_blanks
        if not but_for_blanks and told < MOST_TOLD:
            told += 1
            note("came back otherwise", f"{name}: {_difference(item, back)}")
    return found


def _squeezed(item: Item) -> str:
    return "".join(repr(item).replace("\\n", "").replace("\\xa0", "").replace("\\u3000", "").split())


def _difference(item: Item, came: Item | None) -> str:
    """Each part that differs, from a little before the first sign that does."""
    if came is None:
        return f"not at all: {item.type} {item.stem[:80]!r}"
    told = []
    for name in Item.__dataclass_fields__:
        was, now = str(getattr(item, name)), str(getattr(came, name))
        if was != now:
            at = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
            told.append(f"{name} {was[max(0, at - 15) : at + 30]!r} is {now[max(0, at - 15) : at + 30]!r}")
    return "; ".join(told)


def export_rows(name: str, reads: Sequence[Read]) -> list[Row]:
    """All items in each format and back. `other`: the share with those that differ in blanks alone."""
    items = numbered(reads)
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        rounds = list(threads.map(lambda format_: sent_round(name, format_, items, {}), WRITERS))
    return [row for format_, round_ in zip(WRITERS, rounds, strict=True) for row in _round_rows(format_, round_)]


def _round_rows(format_: str, round_: Returned) -> list[Row]:
    what = f"{format_} and back, {round_.held} items in one file ({round_.seconds:.1f} s, {round_.megabytes} MB to read): equal"
    row = share(what, len(round_.equal), round_.held, 100)
    near = math.floor(10_000 * (len(round_.equal) + round_.blanks) / max(1, round_.held)) / 100
    return [
        replace(row, other=near),
        bounded(f"{format_}: items that make writing or reading fail", round_.crashed, 0, "items"),
    ]
