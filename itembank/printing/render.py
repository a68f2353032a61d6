"""Rendering: one content and many station marks → one PDF each, through child processes, in memory. Or items for a person.

The parent only hands out jobs and collects bytes; what authors wrote is parsed in the child (`worker.py`). Nothing of
a paper is written to a disk by either. The same content, mark, fonts and versions give the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import io
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import segno

from itembank.domain.paper import PaperContent
from itembank.domain.variant import Arrangement
from itembank.formats.frames import HEAD
from itembank.printing.content import literal
from itembank.printing.errors import PrintingError
from itembank.printing.fonts import Fonts
from itembank.printing.item_sheets import ItemSheet

PAPER, PRACTICAL, ITEMS = "paper.typ", "practical.typ", "items.typ"
"""Templates: of a theory paper, of an operation-skill paper, of items."""
PIECES, TASKS = "pieces.typ", "tasks.typ"
"""What they are made of."""

ENGINES = ("typst", "ziamath", "latex2mathml", "segno")
"""Libraries that decide how a page looks: another version may break lines elsewhere."""

SECONDS = 60
SECONDS_PER_STATION = 5
"""Wall and CPU time of a worker: about fifty times what was measured."""

LONGEST_MARK = 64
"""Signs that fit the margin in one line, whatever their width."""


@dataclass(frozen=True, slots=True)
class StationMark:
    """What is a station's own on its copies: in the margin its code, its name and the package they came in, and the order.

    `orders`: (copy, order of questions and options). Without one they stand as in the content; with one, of copy "", all copies
    are alike; else the PDF is these copies one behind the other, each with its number in the margin.
    """

    station: str
    name: str
    package: str
    orders: tuple[tuple[str, Arrangement], ...] = field(default=(), repr=False)

    def line(self) -> str:
        """The line as printed. Raises PrintingError `print.mark` if it cannot stand in the margin."""
        return in_margin(f"{self.station}　{self.name}　{self.package}", self.station)


@dataclass(frozen=True, slots=True)
class PersonMark:
    """What stands below every page of a person's print of items: whose it is, and since when (as people read a time)."""

    person: str
    label: str
    at: str

    def line(self) -> str:
        """The line as printed. Raises PrintingError `print.mark` if it cannot stand in the margin."""
        return in_margin(f"{self.label}（{self.person}）　{self.at}", self.person)


def in_margin(line: str, whose: str) -> str:
    """The line, if it can stand in the margin."""
    try:
        fits = len(line) <= LONGEST_MARK and "\n" not in line and bool(literal(line))
    except PrintingError:
        fits = False
    if not fits:
        raise PrintingError("print.mark", name=whose)
    return line


@dataclass(slots=True)
class Worker:
    """A running child, the places in the outcome it still owes a PDF for, and bytes not yet a whole frame."""

    process: subprocess.Popen[bytes]
    owes: list[int]
    received: bytearray = field(default_factory=bytearray)


def template_of(content: PaperContent) -> str:
    return shipped(PRACTICAL if content.is_practical else PAPER)


def shipped(name: str) -> str:
    return (importlib.resources.files("itembank.printing") / "templates" / name).read_text("utf-8")


def template_digest() -> str:
    """SHA-256 (hex) over the papers' templates, their pieces and the versions of the engines: changes when pages may change."""
    engines = [f"{name} {importlib.metadata.version(name)}" for name in ENGINES]
    return hashlib.sha256("\n".join([*engines, *map(shipped, (PIECES, TASKS, PAPER, PRACTICAL))]).encode()).hexdigest()


def render(
    content: PaperContent,
    qr: str,
    marks: Sequence[StationMark],
    fonts: Fonts,
    *,
    workers: int,
    progress: Callable[[int], None],
    seconds: int | None = None,
) -> list[bytes]:
    """One PDF per mark, in the order of `marks`. `qr`: the text of the QR code, the same on every copy.

    `workers`: most child processes at a time. `progress` is told how many PDFs are done. `seconds`: time-out of a
    worker, by default bounded by the number of copies it lays out. Raises PrintingError; then every child has ended.
    """
    if content.fonts != fonts.files:
        raise PrintingError("print.font_changed", folder=str(fonts.folder), file="")
    if content.template != template_digest():
        raise PrintingError("print.template_changed")
    done: dict[int, bytes] = {}
    for shares in rounds(marks, workers):
        with workplace(fonts) as (place_of_work, running):
            job = {**place_of_work, "content": content.document(), "qr": qr_svg(qr), "template": template_of(content)}
            for share in shares:
                copies = sum(max(1, len(marks[place].orders)) for place in share)
                running.append(started(share, seconds or SECONDS + SECONDS_PER_STATION * copies))
            for worker in running:
                mine = [marks[place] for place in worker.owes]
                hand_over(worker, job | {"marks": [mark.line() for mark in mine], "orders": [mark.orders for mark in mine]})
            for place, pdf in collected(running):
                done[place] = pdf
                progress(len(done))
    return [done[place] for place in range(len(marks))]


def rounds(marks: Sequence[StationMark], workers: int) -> list[list[list[int]]]:
    """Which workers lay out which marks, round by round: all at once, each worker its share.

    Where copies differ, a worker has one station: the typesetter keeps what it has laid out, and several would not fit.
    """
    places = list(range(len(marks)))
    if all(len(mark.orders) <= 1 for mark in marks):
        return [[share for n in range(workers) if (share := places[n::workers])]]
    return [[[place] for place in places[begin : begin + workers]] for begin in range(0, len(places), workers)]


def render_items(sheets: Sequence[ItemSheet], mark: PersonMark, fonts: Fonts) -> bytes:
    """The PDF of these items for one person. Raises PrintingError; `item_no` says of which item, where it is an item's."""
    with workplace(fonts) as (place_of_work, running):
        job = {**place_of_work, "items": [sheet.document() for sheet in sheets], "template": shipped(ITEMS)}
        running.append(started([0], SECONDS + len(sheets)))
        hand_over(running[0], job | {"marks": [mark.line()]})
        [(_, pdf)] = collected(running)
    return pdf


@contextmanager
def workplace(fonts: Fonts) -> Iterator[tuple[dict[str, Any], list[Worker]]]:
    """What is the same in every job, and a list of workers that have ended on leaving."""
    with tempfile.TemporaryDirectory(prefix="itembank-empty-") as empty, ended() as running:
        yield (
            {"root": empty, "fonts": str(fonts.folder.resolve()), "pieces": {name: shipped(name) for name in (PIECES, TASKS)}},
            running,
        )


def qr_svg(text: str) -> str:
    """The QR code as vector squares without a border; level M survives a fold or a stain."""
    svg = io.BytesIO()
    segno.make(text, error="m", micro=False).save(svg, kind="svg", border=0, xmldecl=False, omitsize=True)
    return svg.getvalue().decode()


@contextmanager
def ended() -> Iterator[list[Worker]]:
    """A list of workers that are killed and reaped on leaving, whatever happened."""
    running: list[Worker] = []
    try:
        yield running
    finally:
        for worker in running:
            worker.process.kill()
        for worker in running:
            for pipe in (worker.process.stdin, worker.process.stdout):
                if pipe is not None:
                    pipe.close()
            worker.process.wait()


def started(share: list[int], seconds: int) -> Worker:
    """Start a child that knows nothing of this process: no environment, no open files, no site of the user."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", "-m", "itembank.printing.worker", str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"TMPDIR": "/nonexistent", "HOME": "/nonexistent", "LANG": "C.UTF-8", "RAYON_NUM_THREADS": "1"},
    )
    return Worker(process, share)


def hand_over(worker: Worker, job: dict[str, Any]) -> None:
    """Write the job and close the pipe. A child that died before reading it is met again when collecting."""
    assert worker.process.stdin is not None
    try:
        with worker.process.stdin as pipe:
            pipe.write(json.dumps(job).encode())
    except BrokenPipeError:
        pass


def collected(running: Sequence[Worker]) -> Iterator[tuple[int, bytes]]:
    """(place, PDF) as they come, until nobody owes one. Raises the first error a worker tells or dies of."""
    with selectors.DefaultSelector() as selector:
        for worker in running:
            assert worker.process.stdout is not None
            selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
        while any(worker.owes for worker in running):
            for key, _ in selector.select():
                worker = key.data
                chunk = os.read(key.fd, 1 << 20)
                if not chunk:
                    selector.unregister(key.fileobj)
                    check_ended(worker)
                worker.received += chunk
                yield from frames(worker)


def frames(worker: Worker) -> Iterator[tuple[int, bytes]]:
    """The whole frames received so far; raises the error a worker sent instead of a PDF."""
    while len(worker.received) >= HEAD.size:
        kind, length = HEAD.unpack_from(worker.received)
        if len(worker.received) < HEAD.size + length:
            return
        data = bytes(worker.received[HEAD.size : HEAD.size + length])
        del worker.received[: HEAD.size + length]
        if kind != b"P":
            told = json.loads(data)
            raise PrintingError(told["code"], **told["facts"])
        yield worker.owes.pop(0), data


def check_ended(worker: Worker) -> None:
    """Raise unless the worker that closed its pipe had done its work."""
    if not worker.owes:
        return
    status = worker.process.wait()
    if status in (-signal.SIGALRM, -signal.SIGXCPU):
        raise PrintingError("print.timeout")
    raise PrintingError("print.worker", status=status)
