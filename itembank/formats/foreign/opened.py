"""The parent's side of a foreign file: it is read in a confined child (`worker.py`), and only what that tells is believed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import IO, Any

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import BlueprintError, OccupationError, RuleError
from itembank.domain.items import LONGEST_TEXT
from itembank.domain.policy import BlueprintPolicy
from itembank.domain.rich_text import hidden_sign
from itembank.formats.blueprint_head import read_second_row, read_title, second_row_of, title_of
from itembank.formats.doubtful_cells import DoubtfulCells
from itembank.formats.errors import FigureError, ForeignError, FormatError, UnconfinedError, WorkbookError
from itembank.formats.figures import check_kept
from itembank.formats.foreign.found import SHEET
from itembank.formats.frames import ERROR, HEAD
from itembank.formats.item_file import BlueprintFile, ItemFile
from itembank.formats.item_rows import RowFlag
from itembank.formats.pool_content import read_blueprint
from itembank.formats.spreadsheet import SheetRows

WORKER = "itembank.formats.foreign.worker"
SECONDS, SECONDS_A_MEGABYTE, SMALL = 4, 2, 2 << 20
"""CPU time of a child, and for each megabyte of a file that is not small: several times what its work was measured to take."""
WALL = 10
"""Times as much may pass by the clock: a busy machine is no attack."""
MEMORY = 480 << 20
"""Bytes of address space of a child."""
BATCH = 16 << 20
"""Bytes of pictures that one child paints anew."""
SECONDS_A_PICTURE = 3
"""CPU time: what counts is how many pixels it has, and nobody knows before."""
LONGEST_FRAME = 256 << 20
_FAMILIES: dict[str, type[FormatError | RuleError]] = {
    "import.unconfined": UnconfinedError, "workbook": WorkbookError, "import": ForeignError, "layout": ForeignError,
    "figure": FigureError, "blueprint": BlueprintError, "occupation": OccupationError,
}  # fmt: skip
"""A code, or what it begins with → its error."""


class ChildSheets:
    """The worksheets that the child tells, as they come: each to its end before the next, the items last and row by row.

    `file` learns how the tables were read when the last row is.
    """

    def __init__(self, told: Iterator[tuple[bytes, Any]], head: Mapping[str, Any]) -> None:
        for name, figure in head["figures"].items():
            check_kept(name, figure)
        self.names = tuple(head["names"])
        self.file = ItemFile(b"", head["format"], self, head["figures"], foreign=head["items"] == SHEET)
        self._told, self._items = told, head["items"]
        self._kept: dict[str, SheetRows] = {}

    def sheet(self, name: str) -> SheetRows:
        while name not in self._kept:
            _, begun = next(self._told)
            doubtful = DoubtfulCells(dict(begun["broken"]), dict(begun["formatted"]))
            sheet = SheetRows(begun["name"], begun["height"], self._rows(), doubtful)
            if sheet.name != self._items:
                sheet.rows = iter(list(sheet.rows))
            elif self.file.rows is not None:
                sheet.rows = self._kept_rows(sheet.rows, self.file.rows)
            self._kept[sheet.name] = sheet
        return self._kept[name]

    def _kept_rows(self, rows: Iterator[list[str]], kept: list[list[str]]) -> Iterator[list[str]]:
        for row in rows:
            kept.append(row)
            yield row

    def _rows(self) -> Iterator[list[str]]:
        for kind, value in self._told:
            if kind == b"T":
                self.file.layouts[:] = value["layouts"]
                self.file.flags[:] = _unread(value)
                return
            yield from value


@contextmanager
def opened(data: bytes, remembered: Mapping[str, Any], corrected: Mapping[str, Any]) -> Iterator[ItemFile]:
    """The file of items, opened; it is read inside the context. `remembered`, `corrected`: layouts by name, of before and of
    now; each of the latter must be of a table in the file.

    Raises ForeignError, WorkbookError and whatever else the child tells, also while rows are read.
    """
    with _told_by_child(data, {"remembered": dict(remembered), "corrected": dict(corrected)}) as frames:
        _, head = next(frames)
        file = ChildSheets(frames, head).file
        file.data = data
        yield file


def opened_blueprint(data: bytes, policy: BlueprintPolicy) -> BlueprintFile:
    """The workbook of a blueprint, read and checked.

    Raises WorkbookError for the file, BlueprintError and OccupationError for its content.
    """
    with _told_by_child(data, {"policy": asdict(policy)}) as frames:
        kind, value = next(frames)
    try:
        found = read_blueprint(value)
        _check_told(found)
        found.check(policy)  # the child is not believed
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ForeignError("import.broken", reason=kind.decode("ascii", "replace")) from None
    return BlueprintFile(data, found)


def _check_told(found: Blueprint) -> None:
    """Raise ValueError, or whatever a value of another type leads to, for what no workbook could have said."""
    title, codes = read_title(title_of(found)), read_second_row(second_row_of(found))
    head = (found.occupation, found.work_type, found.level, found.subject)
    if title is None or head != (title.occupation, title.work_type, title.level, title.subject) or len(codes) != 4:
        raise ValueError("head")
    texts = [text for node in found.nodes for text in (node.code, node.name)]
    texts += [text for point in found.points for text in (point.code, point.name, point.page)]
    numbers = [node.weight for node in found.nodes] + [point.score for point in found.points]
    if any(len(text) > LONGEST_TEXT or hidden_sign(text) for text in texts) or {type(number) for number in numbers} - {int}:
        raise ValueError("texts")


def opened_figures(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Pictures beside an import, by name → as the bank keeps them. Raises FigureError; ForeignError where painting takes more
    time or memory than it may.
    """
    kept: dict[str, str] = {}
    for batch in _batches(files):
        sizes = [(name, len(data)) for name, data in batch]
        more = SECONDS_A_PICTURE * len(batch)
        with _told_by_child(b"".join(data for _, data in batch), {"figures": sizes}, more) as frames:
            for name, _ in batch:
                kept[name] = str(next(frames)[1])
                check_kept(name, kept[name])
    return kept


def _batches(files: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    batch: list[tuple[str, bytes]] = []
    for name, data in files:
        if batch and sum(len(other) for _, other in batch) + len(data) > BATCH:
            yield batch
            batch = []
        batch.append((name, data))
    if batch:
        yield batch


@contextmanager
def _told_by_child(data: bytes, job: Mapping[str, Any], more: int = 0) -> Iterator[Iterator[tuple[bytes, Any]]]:
    """What the confined child tells of a file, as it comes: (kind, value); see `worker`. `more`: seconds of CPU time."""
    seconds = SECONDS + more + SECONDS_A_MEGABYTE * (max(0, len(data) - SMALL) >> 20)
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", "-m", WORKER, str(seconds), str(MEMORY), str(WALL * seconds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
        env={"TMPDIR": "/nonexistent", "HOME": "/nonexistent", "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    try:
        told = json.dumps(job).encode()
        with suppress(BrokenPipeError), child.stdin as pipe:  # one that died before is met again when it should tell
            pipe.write(HEAD.pack(b"J", len(told)) + told)
            pipe.write(data)
        yield _frames(child, child.stdout)
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _frames(child: subprocess.Popen[bytes], pipe: IO[bytes]) -> Iterator[tuple[bytes, Any]]:
    """What the child tells, one after the other. Raises the error that it tells or dies of."""
    while True:
        head = pipe.read(HEAD.size)
        kind, length = HEAD.unpack(head) if len(head) == HEAD.size else (b"", 0)
        data = pipe.read(length) if length <= LONGEST_FRAME else b""
        if not kind or len(data) < length:
            raise _died(child.wait())
        value = json.loads(data.decode("utf-8", "surrogatepass"))
        if kind == ERROR:
            raise _told(value["code"], value["facts"])
        yield kind, value


def _told(code: str, facts: Mapping[str, object]) -> FormatError | RuleError:
    family = _FAMILIES.get(code) or _FAMILIES.get(code.partition(".")[0], ForeignError)
    return family(code, **facts)


def _died(status: int) -> ForeignError:
    """Out of time, or out of memory, which a parser in another language tells by ending the process."""
    slow = status in (-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL)
    return ForeignError("import.too_slow" if slow else "import.too_heavy")


def _unread(told: Mapping[str, Any]) -> Iterator[RowFlag]:
    """Columns and tables that were not read: a place each, in the report."""
    for layout in told["layouts"]:
        for heading, field in layout["columns"].items():
            if not field:
                yield RowFlag(layout["sheet"], layout["header_row"], "", "item.flag.unread", heading)
    for name in told["unread"]:
        yield RowFlag(name, 1, "", "item.flag.unread_sheet", name)
