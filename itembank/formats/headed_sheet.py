"""A worksheet whose first row names its columns: its rows by heading, and what is wrong with each whatever it is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from itembank.domain.rich_text import hidden_sign
from itembank.formats.errors import BrokenRow, WorkbookError
from itembank.formats.spreadsheet import SheetRows, fold

TEXT_SHOWN = 80
"""Characters of a refused cell that stand in the report."""
PLACE, ORIGINAL, EYES = ("原位置", "原行号"), "原文", "须过目"
"""Columns of a sheet made from a foreign file: where a row was, how it stood there, and what somebody should look at."""
NOTE = "提示"
"""A column that only people read: what an import said of a row (`read_rows`)."""
_REQUIRED = "(必填)"
T = TypeVar("T")


@dataclass(slots=True)
class Row:
    """One row under reading: its cells by heading, all that are read `joined`, and what was found wrong so far.

    A column that is not there is blank. `formatted`: the headings whose cell may look otherwise than it was read. Of a foreign
    file `sheet` and `number` are the place there, `original` is how the item stood there, `eyes` (code, what about) what
    somebody should look at. `kept`: its key is the bank's, which no report may show.
    """

    sheet: str
    number: int
    cells: list[str]
    columns: dict[str, int]
    joined: str
    broken: list[BrokenRow]
    formatted: tuple[str, ...] = ()
    original: str = ""
    eyes: tuple[tuple[str, str], ...] = ()
    kept: bool = False

    def __getitem__(self, heading: str) -> str:
        return self.cells[self.columns[heading]]

    @property
    def only_eyes(self) -> bool:
        """Of a foreign file: a place that is no item and yet should be looked at."""
        return bool(self.eyes) and not self["题型"] and not self["题干"]

    def wrong(self, field: str, code: str, /, **facts: object) -> None:
        """Note a thing."""
        self.broken.append(self.refusal(field, code, **facts))

    def refusal(self, field: str, code: str, /, **facts: object) -> BrokenRow:
        """A thing that is wrong. A `field` that is no heading, like one of a part of the item, has no cell to show."""
        text = (self[field] if field in self.columns else "") or self.original
        if isinstance(found := facts.get("found"), str):
            facts["found"] = found[:TEXT_SHOWN]
        return BrokenRow(self.number, field, code, facts, self.sheet, text[:TEXT_SHOWN])

    def chosen(self, heading: str, read: Callable[[str], T | None], code: str) -> T | None:
        """The value of a cell, or None after noting that it is none of the allowed ones."""
        value = read(self[heading])
        if value is None:
            self.wrong(heading, code, found=self[heading])
        return value


def without_required(heading: str) -> str:
    """A heading for comparing: width, blanks and `(必填)` do not matter."""
    return fold(heading).removesuffix(_REQUIRED)


class HeadedSheet:
    """The rows below the headings. `unread`: headings that nobody asked for."""

    def __init__(self, sheet: SheetRows, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Raises WorkbookError unless each needed heading is there and none twice. Width, blanks, `(必填)` do not matter."""
        self.name, self.height, self._rows, self._doubtful = sheet.name, sheet.height, sheet.rows, sheet.doubtful
        headings = [without_required(cell) for cell in next(self._rows, [])]
        missing = [name for name in needed if name not in headings]
        doubled = [name for name in (*needed, *optional) if headings.count(name) > 1]
        if missing or doubled:
            raise WorkbookError("items.header", sheet=sheet.name, row=1, missing=missing, doubled=doubled)
        # The cell after the last is always blank: there a heading finds its cell that the sheet does not have.
        self.columns = {name: headings.index(name) if name in headings else -1 for name in (*needed, *optional)}
        self._width = len(headings)
        self.unread = tuple(name for name in headings if name and name not in self.columns)
        self._nameless = [column for column, name in enumerate(headings) if not name]

    def __iter__(self) -> Iterator[Row]:
        """The rows that are not empty, with what is wrong with any cell noted."""
        broken, formatted = (self._named(cells) for cells in (self._doubtful.broken, self._doubtful.formatted))
        known = [column for name, column in self.columns.items() if column >= 0 and name not in (*PLACE, ORIGINAL, EYES, NOTE)]
        foreign = self.columns.get(EYES, -1) >= 0
        annotated = foreign or self.columns.get(ORIGINAL, -1) >= 0 or self.columns.get(NOTE, -1) >= 0
        for number, cells in self._numbered(broken):
            joined = " ".join(cells)
            if (joined.isspace() or not joined) and number not in broken:
                continue
            if self.unread or annotated:
                joined = " ".join([cells[column] for column in known])
            row = Row(self.name, number, [*cells, ""], self.columns, joined, [])
            if foreign:
                _place_it(row)
            if hidden_sign(joined):
                _name_hidden(row)
            for heading in broken.get(number, ()):
                row.wrong(heading, "item.cell_error")
            if number in formatted:
                row.formatted = formatted[number]
            for column in self._nameless:
                if cells[column]:
                    row.wrong(_letters(column), "item.row_too_long", column=_letters(column))
                    break
            yield row

    def _numbered(self, broken: Collection[int]) -> Iterator[tuple[int, list[str]]]:
        """The rows; then the broken ones below, for the reading library ends with the last cell of which something came."""
        number = 1
        for number, cells in enumerate(self._rows, start=2):
            yield number, cells
        yield from ((lost, [""] * self._width) for lost in sorted(broken) if lost > number)

    def _named(self, cells: dict[int, list[int]]) -> dict[int, tuple[str, ...]]:
        """Row → headings, of columns that are read."""
        headings = {column: name for name, column in self.columns.items()}
        named = {row: tuple(headings[column] for column in columns if column in headings) for row, columns in cells.items()}
        return {row: names for row, names in named.items() if names}


def _place_it(row: Row) -> None:
    row.original = row[ORIGINAL]
    if row[PLACE[1]].isdecimal():  # people may have changed the cell
        row.sheet, row.number = row[PLACE[0]], int(row[PLACE[1]])
    lines = [line.partition("\t") for line in row[EYES].split("\n") if line]
    row.eyes = tuple((code, about) for code, _, about in lines)


def _name_hidden(row: Row) -> None:
    for heading in row.columns.keys() - {ORIGINAL, EYES, NOTE}:
        if hidden := hidden_sign(row[heading]):
            row.wrong(heading, "item.character", character=f"U+{ord(hidden):04X}")


def _letters(column: int) -> str:
    """0 → `A`, 26 → `AA`."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
