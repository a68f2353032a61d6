"""Opening a spreadsheet (.xlsx) carefully: its worksheets as text, for the blueprint workbook and the item workbook."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import python_calamine

from itembank.domain.folding import half_width
from itembank.formats.doubtful_cells import NOT_DOUBTFUL, DoubtfulCells
from itembank.formats.errors import WorkbookError
from itembank.formats.spreadsheet_parts import looked_at

_BLANKS = " \t\n\r\u3000"


@dataclass(slots=True)
class SheetRows:
    """A worksheet that is read row by row, once: the first is row 1 of the spreadsheet. `height`: how many there are."""

    name: str
    height: int
    rows: Iterator[list[str]]
    doubtful: DoubtfulCells


class Sheets(Protocol):
    """Worksheets of a file, opened: each is read once. `names`: in order."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def sheet(self, name: str) -> SheetRows:
        """Raises WorkbookError."""
        ...


class Spreadsheet:
    """An .xlsx file, opened. `names`: its visible worksheets, in order; `hidden`: the others. `looks`: what the look of letters
    says and no text tells.

    Raises WorkbookError when it cannot be opened; nothing is read beyond the limits of `spreadsheet_parts`.
    """

    def __init__(self, data: bytes) -> None:
        parts = looked_at(data)
        self._doubtful, self.looks = parts.doubtful, sorted(parts.looks)
        with _readable():
            self._book = python_calamine.CalamineWorkbook.from_filelike(parts.zip)
        self.names = tuple(sheet.name for sheet in self._book.sheets_metadata if _is_shown(sheet))
        self.hidden = tuple(sheet.name for sheet in self._book.sheets_metadata if _is_hidden(sheet))

    def sheet(self, name: str) -> SheetRows:
        """One worksheet as text, of no rows when it is empty. Raises WorkbookError."""
        sheet = self._opened(name)
        height = sheet.total_height + 1 if sheet.start else 0
        return SheetRows(name, height, map(_texts, _rows(sheet)), self._doubtful.get(name, NOT_DOUBTFUL))

    def merged(self, name: str) -> list[tuple[int, int, int, int]]:
        """The merged areas of one worksheet: first row and column, last row and column, counted from 0. Raises
        WorkbookError.
        """
        return [(*first, *last) for first, last in self._opened(name).merged_cell_ranges or []]

    def cells(self, name: str) -> Iterator[list[object]]:
        """The cells of one worksheet as the spreadsheet keeps them, row by row. Raises WorkbookError."""
        return _rows(self._opened(name))

    def _opened(self, name: str) -> python_calamine.CalamineSheet:
        with _readable():
            return self._book.get_sheet_by_name(name)


def open_cells(data: bytes, preferred: str = "") -> tuple[str, list[list[object]]]:
    """Name and cells of the worksheet called `preferred`, or of the first one, numbers and times not yet made text.

    Raises WorkbookError, also when there is no worksheet or nothing in it.
    """
    book = Spreadsheet(data)
    name = preferred if preferred in book.names else next(iter(book.names), "")
    rows = list(book.cells(name)) if name else []
    if not rows:
        raise WorkbookError("workbook.empty")
    return name, rows


def fold(text: str) -> str:
    """A heading or a name for comparing: half-width, no blanks."""
    return re.sub(r"\s+", "", half_width(text))


def cell_text(cell: object) -> str:
    """A cell as a person sees it: trimmed, whole numbers without a point, times as h:mm:ss.

    Spreadsheets turn a typed ratio 05:02:00 into a time; it is turned back.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        # As many digits as a spreadsheet shows, and never 1E-05.
        return f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return str(cell).replace("\r\n", "\n").strip(_BLANKS)


def _texts(cells: list[object]) -> list[str]:
    try:
        # Nearly every row is texts without a carriage return: one look at all of them is quicker than one at each.
        if "\r" not in "".join(cells):  # type: ignore[arg-type]
            return [cell.strip(_BLANKS) for cell in cells]  # type: ignore[attr-defined]
    except TypeError:
        pass  # a number or a time among them
    return [cell.strip(_BLANKS) if type(cell) is str and "\r" not in cell else cell_text(cell) for cell in cells]


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[object]]:
    """All rows from the first. The library leaves out the columns before the first with content; they are given back."""
    if not sheet.start:
        return iter(())
    before: list[object] = [""] * sheet.start[1]
    rows: Iterator[list[object]] = iter(sheet.iter_rows())  # type: ignore[arg-type]
    return (before + row for row in rows) if before else rows


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise WorkbookError("workbook.broken", reason=str(error)) from error


def _is_shown(sheet: python_calamine.SheetMetadata) -> bool:
    visible = sheet.visible == python_calamine.SheetVisibleEnum.Visible
    return visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet


def _is_hidden(sheet: python_calamine.SheetMetadata) -> bool:
    return sheet.visible != python_calamine.SheetVisibleEnum.Visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
