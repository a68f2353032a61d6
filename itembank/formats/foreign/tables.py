"""Tables of items, from workbooks, CSV and JSON: rows under a layout → items as found."""

from __future__ import annotations

import ast
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import python_calamine

from itembank.domain.items import LETTERS
from itembank.formats.doubtful_cells import NOT_DOUBTFUL, DoubtfulCells
from itembank.formats.errors import ForeignError, WorkbookError
from itembank.formats.foreign.blocks import split_options, without_number
from itembank.formats.foreign.found import FoundItem, aside
from itembank.formats.foreign.layout import (
    ALL_OPTIONS,
    BLANKS,
    COUNTER,
    FIGURE,
    LOOKED_AT,
    UNREAD,
    Layout,
    given_name,
    is_options,
    recognised_layout,
)
from itembank.formats.foreign.settling import is_type_name, settle
from itembank.formats.item_cells import KNOWLEDGE, OPTIONS
from itembank.formats.item_rows import POINT
from itembank.formats.spreadsheet import Spreadsheet, cell_text

_FILLED_DOWN = ("题型", POINT, *KNOWLEDGE)
"""Columns where a blank cell means the one above: people merge cells there."""
MOST_MERGED = 1_000
"""Rows of a merged area that are filled."""
_GLOBAL_ID = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z._-]{15,63}")
_OWN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_NAMES_OF_IDS = ("guid", "试题", "题目")
_LETTER_NAMES = ("key", "label", "letter", "id", "name", "option", "code", "prefix", "index", "sort")
_TEXT_NAMES = ("value", "text", "content", "title", "answer", "body", "desc", "description", "optioncontent", "optiontext")
"""Members of an object that is one option: `{"key": "A", "value": "伏特"}`."""
_SWITCHED_OFF = ("否", "停用", "禁用", "不启用", "关闭", "0", "FALSE", "N", "NO")
_BETWEEN_OPTIONS = (r"\s*\n+\s*", r"\s*(?:\$;\$|@@)\s*", r"\s*[|｜]{1,3}\s*", r"\s*[;；]\s*")
"""What may stand between options, the strongest first."""


IN_CELL = re.compile(r'=?(?:_xlfn\.)?DISPIMG\(\s*"([^"]*)"[^)]*\)')
"""A picture that WPS put into a cell."""


@dataclass(slots=True)
class SheetPictures:
    """`over`: sheet → row → markup of the pictures that begin there, "" for one that cannot be shown. `inside`: id → markup."""

    over: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RawTable:
    """A table as it stands in its file: rows of text, the first is row 1. `merged`: areas (first row, column, last row,
    column), counted from 0. `read`: the rows that were items.
    """

    name: str
    rows: Iterable[list[str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    doubtful: DoubtfulCells = NOT_DOUBTFUL
    pictures: SheetPictures = field(default_factory=SheetPictures)
    read: set[int] = field(default_factory=set)


def book_tables(book: Spreadsheet, pictures: SheetPictures) -> Iterator[RawTable]:
    """The visible sheets of an .xlsx. Raises WorkbookError."""
    for name in book.names:
        sheet = book.sheet(name)
        if sheet.height:
            yield RawTable(name, sheet.rows, book.merged(name), sheet.doubtful, pictures)


def workbook_tables(data: bytes, unread: list[str]) -> Iterator[RawTable]:
    """The visible sheets of an .xls, .xlsb or .ods. `unread`: gets what else is in it, and what its cells do not tell. Raises
    WorkbookError, ForeignError.
    """
    try:
        opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for metadata in opened.sheets_metadata:
            if metadata.visible == python_calamine.SheetVisibleEnum.Visible:
                yield from _sheet_table(opened, metadata.name)
            else:
                unread.append(f"{metadata.name}（隐藏 | hidden）")
        unread.append(NOT_TOLD)
    except python_calamine.PasswordError:
        raise ForeignError("import.encrypted") from None
    except (python_calamine.CalamineError, ValueError, OSError, IndexError) as error:
        raise WorkbookError("workbook.broken", reason=str(error)[:200]) from error


NOT_TOLD = "数字格式、批注、图片 | formats of numbers, comments, pictures"
"""Of a workbook that is no .xlsx."""


def _sheet_table(book: python_calamine.CalamineWorkbook, name: str) -> Iterator[RawTable]:
    try:
        sheet = book.get_sheet_by_name(name)
    except python_calamine.WorksheetNotFound:
        return  # a chart on a sheet of its own
    if not sheet.start:
        return
    before = [""] * sheet.start[1]
    rows = ([*before, *map(cell_text, row)] for row in sheet.iter_rows())
    # iter_rows begins with row 0 whatever `start` says; only columns are cut.
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    yield RawTable(name, rows, merged)


def csv_table(text: str) -> RawTable:
    """A table of separated values; its separator is the one that its first line has most of."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    separator = max(",\t;", key=first.count)
    csv.field_size_limit(1 << 20)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True)]
    except csv.Error as error:
        raise ForeignError("import.broken", reason=str(error)) from error
    return RawTable("CSV", rows)


def object_table(name: str, objects: Sequence[Mapping[str, Any]]) -> RawTable:
    """Objects with the same names as a table: row 1 has the names."""
    headings = list(dict.fromkeys(key for entry in objects for key in entry))
    rows = [[_object_text(_as_options(heading, entry.get(heading))) for heading in headings] for entry in objects]
    return RawTable(name, [headings, *rows])


def _as_options(heading: str, value: Any) -> Any:
    """A list of options by their letters, so that none is cut at a sign in it and a blank one stays where it is."""
    texts = isinstance(value, list) and all(isinstance(one, str | int | float) for one in value)
    if not texts or not is_options(heading) or not 1 < len(value) <= len(LETTERS):
        return value
    return str(dict(zip(LETTERS, map(str, value), strict=False)))


def _object_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Mapping):
        letters = [str(entry) for key, entry in value.items() if key.lower() in _LETTER_NAMES]
        texts = [entry for key, entry in value.items() if key.lower() in _TEXT_NAMES]
        if len(letters) == 1 and len(texts) == 1:
            return f"{letters[0]}. {_object_text(texts[0])}"
        return "\n".join(f"{key}. {_object_text(entry)}" for key, entry in value.items())
    if isinstance(value, list):
        return "\n".join(map(_object_text, value))
    return str(value).strip()


@dataclass(slots=True)
class TableItems:
    """The items of tables. `remembered`, `corrected`: layouts that people gave. `layouts`: how each was read; `unread`: names
    of tables without a heading row we know.
    """

    remembered: Mapping[str, Any] = field(default_factory=dict)
    corrected: Mapping[str, Any] = field(default_factory=dict)
    layouts: list[Layout] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def of(self, tables: Iterable[RawTable]) -> Iterator[FoundItem]:
        headings: list[str] = []
        given = {**self.remembered, **self.corrected}
        for table in tables:
            rows = iter(table.rows)
            head = list(itertools.islice(rows, LOOKED_AT))
            layout = recognised_layout(table.name, head, given)
            if layout is None:
                if any(cell for row in head for cell in row):
                    self.unread.append(table.name)
                    headings = headings or [cell for cell in head[0] if cell]
                continue
            self.layouts.append(layout)
            yield from _above(table.name, head[: layout.header_row - 1])
            yield from _items(table, layout, itertools.chain(head[layout.header_row :], rows))
            yield from _elsewhere(table, layout)
        if not self.layouts:
            raise ForeignError("import.no_layout", found="、".join(headings)[:200])
        read = {name for layout in self.layouts for name in (layout.name, given_name(layout.name, layout.sheet))}
        if self.corrected.keys() - read - {""}:
            raise ForeignError("layout.unused")


def _elsewhere(table: RawTable, layout: Layout) -> Iterator[FoundItem]:
    """Pictures over rows that are no item's."""
    for row, found in sorted(table.pictures.over.get(table.name, {}).items()):
        if row not in table.read:
            item = FoundItem(table.name, row, "".join(found))
            item.eye("item.eye.figure", f"{table.name}!{row}")
            yield item


def _above(sheet: str, rows: Sequence[list[str]]) -> Iterator[FoundItem]:
    """Titles and instructions above the headings: they are no items, and somebody should see them once."""
    for number, row in enumerate(rows, start=1):
        if text := " ".join(cell for cell in row if cell):
            yield aside(sheet, number, text)


def _items(table: RawTable, layout: Layout, rows: Iterable[list[str]]) -> Iterator[FoundItem]:
    above: dict[int, str] = {}
    type_ = layout.type
    filled = {place for place, name in layout.columns.items() if name in _FILLED_DOWN}
    areas: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _ in table.merged:
        if bottom > top:
            areas.setdefault(top, []).append((left, bottom))
    spread: dict[tuple[int, int], str] = {}
    for number, cells in enumerate(rows, start=layout.header_row + 1):
        cells = [*cells, *[""] * (len(layout.headings) - len(cells))]
        _spread(cells, number - 1, areas.get(number - 1, ()), spread)
        if not any(cells) or cells[: len(layout.headings)] == layout.headings:
            continue
        if len(set(filter(None, cells))) == 1 and is_type_name(_heading_words(only := next(filter(None, cells)))):
            type_, above = _heading_words(only), {}
            continue
        for place in filled:
            above[place] = cells[place] = cells[place] or above.get(place, "")
        table.read.add(number)
        yield _item(table, layout, number, cells, type_)


def _heading_words(text: str) -> str:
    """`二、多选题（每题2分）` → `多选题`"""
    return re.sub(r"^[一二三四五六七八九十\d]+[、.．]\s*|[(（].*$", "", text).strip()


def _spread(cells: list[str], row: int, areas: Iterable[tuple[int, int]], spread: dict[tuple[int, int], str]) -> None:
    """Below its first row a merged area says what its first row says. `areas`: column and last row of those that begin here."""
    for left, bottom in areas:
        if left < len(cells):
            spread.update({(below, left): cells[left] for below in range(row + 1, min(bottom, row + MOST_MERGED) + 1)})
    for place, text in enumerate(cells):
        if not text and (row, place) in spread:
            cells[place] = spread.pop((row, place))


def _item(table: RawTable, layout: Layout, number: int, cells: list[str], type_: str) -> FoundItem:
    item = FoundItem(table.name, number, "｜".join(filter(None, cells)))
    cells = [_with_picture(item, cell, table.pictures) for cell in cells]
    for place, name in layout.columns.items():
        if cells[place] and name not in (UNREAD, COUNTER, FIGURE, ALL_OPTIONS, *BLANKS):
            item.cells[name] = cells[place]
    for place, name in layout.others.items():
        if cells[place] and not item.cells.get(name):
            item.cells[name] = cells[place]
        elif cells[place] and cells[place] != item.cells[name]:
            item.eye("item.eye.lost", cells[place])
    for name, text in layout.defaults.items():
        item.cells.setdefault(name, text)
    if type_ and not item.cells.get("题型"):
        item.cells["题型"] = type_
    _take_number(item, layout)
    told = {cells[place] for place in layout.places(COUNTER)} | {str(number - layout.header_row)}
    item.cells["题干"], score = without_number(item.cells.get("题干", ""), told)
    if score:
        item.cells.setdefault("分数", score)
    for place in layout.places(ALL_OPTIONS):
        options = _options(cells[place])
        if not all(options):
            item.eye("item.eye.options_gap", LETTERS[options.index("")])
        item.set_options(options)
    _close_gaps(item)
    answers = [cells[place] for place in layout.places(*BLANKS)]
    if any(answers) and not item.cells.get("答案"):
        item.cells["答案"] = ";".join(filter(None, answers))
    elif any(answers) and ";".join(filter(None, answers)) != item.cells["答案"]:
        item.eye("item.eye.lost", ";".join(filter(None, answers)))
    for place in layout.places(UNREAD):
        if cells[place].strip().upper() in _SWITCHED_OFF:
            item.eye("item.eye.lost", f"{layout.headings[place]} {cells[place]}")
    for place in layout.places(FIGURE):
        if cells[place]:
            item.eye("item.eye.figure", cells[place])
    _doubt(item, table.doubtful, number, layout)
    _note_surplus(item, layout, cells)
    settle(item, layout.types)
    for markup in table.pictures.over.get(table.name, {}).get(number, ()):
        item.eye("item.eye.picture_placed" if markup else "item.eye.figure", "" if markup else "?")
        item.cells["题干"] += markup
    return item


def _with_picture(item: FoundItem, cell: str, pictures: SheetPictures) -> str:
    """The text of a cell, a picture inside it as a figure."""

    def markup(found: re.Match[str]) -> str:
        taken = pictures.inside.get(found[1], "")
        if not taken:
            item.eye("item.eye.figure", found[1])
        return taken

    return IN_CELL.sub(markup, cell) if "DISPIMG" in cell else cell


def _note_surplus(item: FoundItem, layout: Layout, cells: Sequence[str]) -> None:
    """Cells beyond the last heading, or under no heading, are nothing that can be read."""
    for place, text in enumerate(cells):
        counts = place == 0 and text.isdecimal()  # a column of row numbers needs no heading
        if text and not counts and (place >= len(layout.headings) or not layout.headings[place]):
            item.eye("item.eye.lost", text)


def _doubt(item: FoundItem, doubtful: DoubtfulCells, number: int, layout: Layout) -> None:
    for place in doubtful.broken.get(number, ()):
        if place in layout.columns:
            item.refuse("item.eye.cell_error", layout.headings[place])
    for place in doubtful.formatted.get(number, ()):
        if layout.columns.get(place) in ("题干", "答案", "解析", *OPTIONS):
            item.eye("item.eye.formatted", layout.headings[place])


def _take_number(item: FoundItem, layout: Layout) -> None:
    """An identifier is kept where it is one in the whole bank: under a heading that says so, or when it looks it."""
    number = item.cells.get("试题GUID", "")
    place = next(iter(layout.places("试题GUID")), -1)
    named = place >= 0 and layout.headings[place].lower().lstrip("*").startswith(_NAMES_OF_IDS)
    if number and not (_GLOBAL_ID.fullmatch(number) or (named and _OWN_ID.fullmatch(number))):
        del item.cells["试题GUID"]


def _options(text: str) -> list[str]:
    """Options that stand in one cell: by their letters, or by the lines or signs between them."""
    if text.startswith("{'") or text.startswith('{"'):
        return _literal_options(text)
    found = split_options(text)
    if found and not found.stem:
        return list(found.options)
    for sign in _BETWEEN_OPTIONS:
        parts = [part.strip() for part in re.split(sign, text.strip())]
        if len(parts) > 1:
            return parts if parts[-1] else parts[:-1]
    return [text]


def _literal_options(text: str) -> list[str]:
    """`{'A': '甲', 'B': '乙'}`, as some programs print a table of options."""
    try:
        options = ast.literal_eval(text) if len(text) < 100_000 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [text]
    if not isinstance(options, dict) or list(options) != list(LETTERS[: len(options)]):
        return [text]
    return [str(option).strip() for option in options.values()]


def _close_gaps(item: FoundItem) -> None:
    """A blank option between others would shift letters; it is told, and the row refused for its key or its options."""
    named = [name for name in OPTIONS if item.cells.get(name)]
    if named and named != list(OPTIONS[: len(named)]):
        item.eye("item.eye.options_gap", named[-1][-1])
