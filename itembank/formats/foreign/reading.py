"""Bytes of a foreign file → its items, whatever kind it is. Runs in the confined child only (`worker.py`).

Each reader is loaded only for its kind: the child lives for one file.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from itembank.formats.errors import ForeignError
from itembank.formats.foreign.found import SHEET, FoundItem, found_sheet
from itembank.formats.foreign.layout import words_of
from itembank.formats.foreign.recognition import Kind, recognised
from itembank.formats.foreign.tables import RawTable, TableItems, book_tables, csv_table, workbook_tables
from itembank.formats.foreign.text_encoding import decoded
from itembank.formats.headed_sheet import without_required
from itembank.formats.item_rows import NEEDED
from itembank.formats.item_workbook import ITEMS
from itembank.formats.practical_sheets import MARKING, NOTICES
from itembank.formats.spreadsheet import SheetRows, Spreadsheet, fold

if TYPE_CHECKING:
    from itembank.formats.foreign.markup import Page


PICTURES = "图片 | pictures"


@dataclass(slots=True)
class Reading:
    """What a file holds. `items`: the sheet of the items; `beside`: the others, without rows where nobody reads them; `names`:
    of all, in the file's order. `tables`: how tables were read; whole when the items are read.
    """

    format: str
    items: SheetRows
    figures: Mapping[str, str] = field(default_factory=dict)
    tables: TableItems = field(default_factory=TableItems)
    beside: Sequence[SheetRows] = ()
    names: tuple[str, ...] = (SHEET,)


def read_file(data: bytes, remembered: Mapping[str, Any], corrected: Mapping[str, Any]) -> Reading:
    """`remembered`, `corrected`: layouts by name; see `opened.opened`. Raises FormatError."""
    kind = recognised(data)
    tables, said = TableItems(remembered, corrected), corrected.get("", {})
    if kind is Kind.XLSX:
        book = Spreadsheet(data)
        beside = [*(f"{name}（隐藏 | hidden）" for name in book.hidden), *_beside_cells(data), *book.looks]
        if own := _own(book):
            own.tables.unread += beside + [PICTURES] * _has_pictures(data)
            return own
        tables.unread += beside
        from itembank.formats.foreign.pictures import Pictures
        from itembank.formats.foreign.sheet_pictures import sheet_pictures

        pictures = Pictures()
        found = sheet_pictures(data, pictures)
        return _tables(kind.value, tables, book_tables(book, found), pictures.figures)
    if kind in (Kind.XLS, Kind.XLSB, Kind.ODS):
        return _tables(kind.value, tables, workbook_tables(data, tables.unread))
    if kind in (Kind.CSV, Kind.JSON):
        return _tables(kind.value, tables, _written_tables(data, kind))
    if corrected.keys() - {""}:
        raise ForeignError("layout.unused")
    format_, items, figures = _READERS[kind](data, kind, words_of(said, "types"))
    return Reading(format_, found_sheet(items, words_of(said, "defaults")), figures)


def _own(book: Spreadsheet) -> Reading | None:
    """A workbook whose sheet of items has every heading of ours: then nothing is to be mapped or guessed."""
    if not book.names:
        return None
    name = next((name for name in book.names if fold(name) == ITEMS), book.names[0])
    items = book.sheet(name)
    first = next(items.rows, [])
    if not set(map(without_required, first)).issuperset(NEEDED):
        return None
    items.rows = itertools.chain([first], items.rows)
    beside = [book.sheet(other) for other in book.names if other != name]
    for sheet in beside:
        if fold(sheet.name) not in (NOTICES, MARKING):
            sheet.rows = iter(())
    return Reading(Kind.XLSX.value, items, beside=beside, names=book.names)


def _beside_cells(data: bytes) -> list[str]:
    """Comments of cells are nothing that is read."""
    return ["批注 | comments"] if b"xl/comments" in data else []


def _has_pictures(data: bytes) -> bool:
    """Figures of our own workbook come as files beside it; pictures in its sheets are nothing that is read."""
    return b"xl/media/" in data


def _tables(
    name: str, tables: TableItems, raw: Iterable[RawTable], figures: Mapping[str, str] = MappingProxyType({})
) -> Reading:
    return Reading(name, found_sheet(tables.of(raw)), figures, tables)


def _written_tables(data: bytes, kind: Kind) -> Iterator[RawTable]:
    from itembank.formats.foreign.json_items import json_tables

    text, _ = decoded(data)
    return json_tables(text) if kind is Kind.JSON else iter((csv_table(text),))


Items = tuple[str, Iterable[FoundItem], Mapping[str, str]]
"""The format's name, the items, the pictures among them."""


def _text(data: bytes, kind: Kind, types: Mapping[str, str]) -> Items:
    from itembank.formats.foreign.aiken import aiken_items
    from itembank.formats.foreign.national import national_items
    from itembank.formats.foreign.paper_text import PaperReader, lines_of

    lines = lines_of(decoded(data)[0])
    if kind is Kind.NATIONAL:
        return kind.value, national_items(lines, types), {}
    if kind is Kind.AIKEN:
        return kind.value, aiken_items(lines), {}
    return kind.value, PaperReader().items(lines), {}


def _marked_up(data: bytes, kind: Kind, types: Mapping[str, str]) -> Items:
    from itembank.formats.foreign.markup import Page
    from itembank.formats.foreign.moodle_xml import moodle_items
    from itembank.formats.foreign.pictures import Pictures
    from itembank.formats.foreign.qti_files import qti_items
    from itembank.formats.foreign.xml import parsed

    page, root = Page(Pictures(), _no_picture), parsed(data)
    if kind is Kind.MOODLE:
        return _of_page(kind.value, moodle_items(root, page), page)
    items, name = qti_items(root, "QTI", page)
    return _of_page(name, items, page)


def _gift(data: bytes, kind: Kind, types: Mapping[str, str]) -> Items:
    from itembank.formats.foreign.gift import gift_items
    from itembank.formats.foreign.markup import Page
    from itembank.formats.foreign.pictures import Pictures

    page = Page(Pictures(), _no_picture)
    return _of_page(kind.value, gift_items(decoded(data)[0], page), page)


def _package(data: bytes, kind: Kind, types: Mapping[str, str]) -> Items:
    from itembank.formats.foreign.markup import Page
    from itembank.formats.foreign.pictures import Pictures
    from itembank.formats.foreign.qti_files import package_items

    page = Page(Pictures(), _no_picture)
    items, name = package_items(data, page)
    return _of_page(name, items, page)


def _word(data: bytes, kind: Kind, types: Mapping[str, str]) -> Items:
    from itembank.formats.foreign.pictures import Pictures
    from itembank.formats.foreign.word import word_items

    pictures = Pictures()
    return kind.value, list(word_items(data, pictures, types)), pictures.figures


def _of_page(name: str, found: Iterable[FoundItem], page: Page) -> Items:
    """All items are read before the first is told: their formulas are read together, and their pictures go ahead of them."""
    from itembank.formats.foreign.markup import set_formulas

    items = list(found)
    set_formulas(items, page)
    return name, items, page.pictures.figures


def _no_picture(address: str) -> bytes | None:
    return None


_READERS: dict[Kind, Callable[[bytes, Kind, Mapping[str, str]], Items]] = {
    Kind.PAPER: _text, Kind.NATIONAL: _text, Kind.AIKEN: _text, Kind.DOCX: _word, Kind.QTI: _marked_up, Kind.MOODLE: _marked_up,
    Kind.PACKAGE: _package, Kind.GIFT: _gift,
}  # fmt: skip
