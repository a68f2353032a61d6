"""Cells of which the reading library does not tell what a person sees.

An error (`#DIV/0!`) and a formula that was never calculated come out as nothing, a percentage, a date or a rounded number as
the bare number behind it. The first must not become a blank that somebody meant, the second not an option nobody wrote.

Source: ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.40 (f), 18.8.30 (numFmt), as far as Excel, WPS, LibreOffice and openpyxl write it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree import ElementTree

from itembank.formats.errors import WorkbookError

STYLES, BOOK, RELATIONS = "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MOST_TREE = 16 << 20
"""Bytes of a part that is read as a tree."""

_TREES = (STYLES, BOOK, RELATIONS)
_MAY_BE_BROKEN = (b"#", b"/f>", b":f>")
"""Every error begins with the first; a formula ends with one of the others, or is shared with one that does."""
_PLAIN = frozenset({0, 1, 49})
"""Built-in number formats that show a number as it is: General, whole, text."""
_PLAIN_CODE = re.compile(r"(?i)general|@|0(?:_.)*")

_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^>]*)>")
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_STYLE = re.compile(rb"\ss=[\"'](\d+)[\"']")
_TYPE = re.compile(rb"\st=[\"'](\w+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")


@dataclass(frozen=True, slots=True)
class DoubtfulCells:
    """Row (from 1) → columns (from 0). `broken`: nothing came of what stands there. `formatted`: it may look otherwise."""

    broken: dict[int, list[int]]
    formatted: dict[int, list[int]]


NOT_DOUBTFUL = DoubtfulCells({}, {})


class Suspects:
    """Looks at each part of a workbook once, quickly, and at the cells of those worksheets only that may have such a cell."""

    def __init__(self) -> None:
        self._formatted: frozenset[int] = frozenset()
        self._broken: set[str] = set()
        self._styled: set[str] = set()

    def look_at(self, name: str, part: bytes) -> None:
        """Raises WorkbookError for a part that would grow too large as a tree."""
        if name in _TREES and len(part) > MOST_TREE:
            raise WorkbookError("workbook.bomb", most=MOST_TREE >> 20)
        if name == STYLES:
            self._formatted = formatted_styles(part)
        elif name.startswith("xl/worksheets/"):
            if any(sign in part for sign in _MAY_BE_BROKEN):
                self._broken.add(name)
            if b" s=" in part:
                self._styled.add(name)

    def cells(self, plain: BinaryIO) -> dict[str, DoubtfulCells]:
        """By the name of the worksheet, out of the zip of the parts. Raises WorkbookError."""
        suspects = self._broken | self._styled if self._formatted else self._broken
        if not suspects:
            return {}
        with zipfile.ZipFile(plain) as archive:
            parts = _sheet_parts(archive)
            return {sheet: doubtful_cells(archive.read(part), self._formatted) for sheet, part in parts if part in suspects}


def doubtful_cells(sheet: bytes, formatted: Collection[int]) -> DoubtfulCells:
    """Of one worksheet. `formatted`: the styles of `formatted_styles`. Raises WorkbookError for one that says no place."""
    found = DoubtfulCells({}, {})
    for cell, inside in _cells(sheet):
        value, type_, style = _VALUE.search(inside), _TYPE.search(cell), _STYLE.search(cell)
        kind = type_[1] if type_ else b"n"
        if kind == b"e" or (kind == b"n" and not value and _FORMULA.search(inside)):
            _note(found.broken, cell)
        elif kind in (b"n", b"d") and value and style and int(style[1]) in formatted:
            _note(found.formatted, cell)
    return found


def formatted_styles(styles: bytes) -> frozenset[int]:
    """The cell styles of a workbook (`xl/styles.xml`) that show a number otherwise than it is."""
    root = _tree(styles)
    codes = {int(own.get("numFmtId", "0")): own.get("formatCode", "") for own in root.iterfind("{*}numFmts/{*}numFmt")}
    formats = [int(style.get("numFmtId", "0")) for style in root.iterfind("{*}cellXfs/{*}xf")]
    shown_as_it_is = _PLAIN | {own for own, code in codes.items() if _PLAIN_CODE.fullmatch(code)}
    return frozenset(at for at, own in enumerate(formats) if own not in shown_as_it_is)


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(name, part) of every worksheet."""
    book, relations = (_tree(archive.read(name)) for name in (BOOK, RELATIONS))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = []
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        # Its name space is another one in the strict form of the standard.
        relation = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        target = targets.get(relation, "")
        found.append((sheet.get("name", ""), target.removeprefix("/") if target.startswith("/") else f"xl/{target}"))
    return found


def _tree(part: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(part)
    except ElementTree.ParseError as error:
        raise WorkbookError("workbook.broken", reason=str(error)) from error


def _cells(sheet: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(tag, what is in it) of every cell that holds something."""
    start = 0
    for end in _CELL_END.finditer(sheet):
        # The last one that begins before: an empty cell has no end of its own.
        before = sheet[start : end.start()]
        start = end.end()
        tags = list(_CELL.finditer(before))
        if tags:
            yield tags[-1][1], before[tags[-1].end() :]


def _note(cells: dict[int, list[int]], cell: bytes) -> None:
    place = _PLACE.search(cell)
    if place is None:
        raise WorkbookError("workbook.broken", reason="c")
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - ord("A") + 1
    cells.setdefault(int(place[2]), []).append(column - 1)
