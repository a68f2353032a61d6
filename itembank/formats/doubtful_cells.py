"""Cells of which the reading library does not tell what a person sees.

An error (`#DIV/0!`) and a formula that was never calculated come out as nothing, a percentage, a date or a rounded number as
the bare number behind it. The first must not become a blank that somebody meant, the second not an option nobody wrote.

The patterns never look across a `<`, which no tag of well-formed XML holds: a stranger's file costs no more than its length.

Source: ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.40 (f), 18.8.30 (numFmt), as far as Excel, WPS, LibreOffice and openpyxl write it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO
from xml.parsers import expat

from itembank.formats.errors import WorkbookError

STYLES, BOOK, RELATIONS = "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MOST_INDEX = 16 << 20
"""Bytes of one of these: every element of them is looked at."""

_AS_IT_IS, _WHOLE = frozenset({0, 49}), frozenset({1})
"""Built-in number formats that show any number, or a whole one, as it is: General and text, `0`."""
_AS_IT_IS_CODE, _WHOLE_CODE = re.compile(r"(?i)general|@"), re.compile(r"0(?:_.)*")
_NUMBER_OF_FORMAT = re.compile(r"\d{1,9}", re.ASCII)

MOST_CELLS = 5_000_000
"""Tags of cells in one worksheet."""
_ROOT = re.compile(rb"<(\w{1,20}:)?worksheet[\s>]")
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")


@dataclass(frozen=True, slots=True)
class DoubtfulCells:
    """Row (from 1) → columns (from 0). `broken`: nothing came of what stands there. `formatted`: it may look otherwise."""

    broken: dict[int, list[int]]
    formatted: dict[int, list[int]]


NOT_DOUBTFUL = DoubtfulCells({}, {})


class Suspects:
    """Looks at each part of a workbook once, quickly, and at the cells of those worksheets only that may have such a cell."""

    def __init__(self) -> None:
        self._styles: Mapping[int, bool] = {}
        self._broken: set[str] = set()
        self._styled: set[str] = set()

    def look_at(self, name: str, part: bytes) -> None:
        """Raises WorkbookError for an index too large to be one."""
        if name in (STYLES, BOOK, RELATIONS) and len(part) > MOST_INDEX:
            raise WorkbookError("workbook.bomb", most=MOST_INDEX >> 20)
        if name == STYLES:
            self._styles = formatting_styles(part)
        elif name.startswith("xl/worksheets/"):
            # Every error begins with the first; a formula ends with one of the others, or is shared with one that does.
            if b"#" in part or (b"f>" in part and (b"/f>" in part or b":f>" in part)):
                self._broken.add(name)
            if b" s=" in part:
                self._styled.add(name)

    def cells(self, plain: BinaryIO) -> dict[str, DoubtfulCells]:
        """By the name of the worksheet, out of the zip of the parts. Raises WorkbookError."""
        suspects = self._broken | self._styled if self._styles else self._broken
        if not suspects:
            return {}
        with zipfile.ZipFile(plain) as archive:
            if not {BOOK, RELATIONS} <= set(archive.namelist()):
                raise WorkbookError("workbook.not_xlsx", reason=RELATIONS)
            parts = _sheet_parts(archive.read(BOOK), archive.read(RELATIONS))
            return {sheet: doubtful_cells(archive.read(part), self._styles) for sheet, part in parts if part in suspects}


def doubtful_cells(sheet: bytes, styles: Mapping[int, bool]) -> DoubtfulCells:
    """Of one worksheet. `styles`: of `formatting_styles`.

    Raises WorkbookError for a broken cell that says no place, and for more cells than are read.
    """
    root = _ROOT.search(sheet)
    prefix = (root[1] if root else b"") or b""
    if sheet.count(b"<%sc" % prefix) > MOST_CELLS:
        raise WorkbookError("workbook.broken", reason="too many cells")
    error, not_calculated, styled = _patterns(prefix)
    found = DoubtfulCells({}, {})
    # Every error begins with this sign, and most sheets have none.
    for pattern in (error, not_calculated) if b"#" in sheet else (not_calculated,):
        for cell in pattern.finditer(sheet):
            place = _place(cell["cell"])
            if place is None:
                raise WorkbookError("workbook.broken", reason="c")
            found.broken.setdefault(place[0], []).append(place[1])
    for cell in styled.finditer(sheet) if styles else ():
        if_a_fraction = styles.get(int(cell["style"]))
        if if_a_fraction is None or (if_a_fraction and cell["value"].lstrip(b"-").isdigit()):
            continue
        if place := _place(cell["cell"]):
            found.formatted.setdefault(place[0], []).append(place[1])
    return found


@cache
def _patterns(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """Cells with an error, with a formula that was never calculated, with a number and a style."""
    # `*+` never gives back what it took.
    f, v = (rb"<%b%b(?=[\s/>])[^<>]*+>" % (prefix, name) for name in (b"f", b"v"))
    end = rb"</%b%b>"
    formula = f + rb"(?:(?<=/>)|[^<]*+" + end % (prefix, b"f") + rb")\s*+"
    no_value = rb"(?:" + v + rb"(?:(?<=/>)|\s*+" + end % (prefix, b"v") + rb")\s*+)?"
    cell = rb"<" + prefix + rb"c(?=\s)%b(?P<cell>[^<>]*+)>\s*+"
    style, number = rb"(?=[^<>]*?\ss=[\"'](?P<style>\d{1,9})[\"'])", rb"(?![^<>]*?\st=[\"'](?![nd][\"']))"
    return (
        re.compile(cell % rb"(?=[^<>]*?\st=[\"']e[\"'])"),
        re.compile(cell % rb"(?![^<>]*?\st=[\"']str[\"'])" + formula + no_value + end % (prefix, b"c")),
        re.compile(cell % (number + style) + rb"(?:" + formula + rb")?" + v + rb"(?P<value>[^<]++)<"),
    )


def formatting_styles(styles: bytes) -> dict[int, bool]:
    """The cell styles (`xl/styles.xml`) that show a number otherwise than it is; True: only one that is not whole."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        name, id_ = name.rpartition(":")[2], attributes.get("numFmtId", "")
        number = int(id_) if _NUMBER_OF_FORMAT.fullmatch(id_) else 0
        if name == "cellXfs":
            inside.append(name)
        elif name == "numFmt":
            codes[number] = attributes.get("formatCode", "")
        elif name == "xf" and inside:
            formats.append(number)

    def end(name: str) -> None:
        if name.rpartition(":")[2] == "cellXfs":
            inside.pop()

    _walk(styles, start, end)
    as_it_is = _AS_IT_IS | {number for number, code in codes.items() if _AS_IT_IS_CODE.fullmatch(code)}
    whole = _WHOLE | {number for number, code in codes.items() if _WHOLE_CODE.fullmatch(code)}
    return {at: number in whole for at, number in enumerate(formats) if number not in as_it_is}


def _sheet_parts(book: bytes, relations: bytes) -> list[tuple[str, str]]:
    """(name, part) of every worksheet."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), relation))

    def relation(name: str, attributes: dict[str, str]) -> None:
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _walk(book, sheet)
    _walk(relations, relation)
    named = [(name, targets.get(relation, "")) for name, relation in sheets]
    return [(name, target.removeprefix("/") if target.startswith("/") else f"xl/{target}") for name, target in named]


def _walk(part: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None] = lambda name: None) -> None:
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise WorkbookError("workbook.broken", reason=str(error)) from error


def _place(cell: bytes) -> tuple[int, int] | None:
    """(row, column), if the cell says so."""
    place = _PLACE.search(cell)
    if place is None:
        return None
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(place[2]), column - 1
