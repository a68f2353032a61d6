"""Writing a spreadsheet (.xlsx): cells that stay what was put in, and the same bytes for the same content.

A text that begins with = stays a text, and in a dressed sheet 001 typed into a cell stays 001. openpyxl writes the time of
day into the file's properties and into the zip; both are taken out.
"""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_TITLE, _HEAD, _NUMBER, _TEXT = "表题", "表头", "数字", "文本"
_READ_AS_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)
_SAVED_AT = b"2026-01-01T00:00:00Z"


def put(sheet: Worksheet, row: int, column: int, value: str | int) -> None:
    """A text or a number into a cell, both counted from 1. An empty text leaves the cell empty."""
    if value == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(value, int):
        cell.value = value
        return
    # In a file, _x0041_ means the letter A; escaped, it is read as it was written.
    cell.value = _READ_AS_CODE.sub("_x005F_", value)
    cell.data_type = "s"


def put_title(sheet: Worksheet, row: int, text: str, width: int) -> None:
    """A line over `width` columns."""
    put(sheet, row, 1, text)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)


def dress(sheet: Worksheet, title_rows: int, head_rows: int, widths: dict[str, int]) -> None:
    """Grey bold headings that stay in view, thin lines, wrapped text, and cells that keep what is typed into them.

    The first `title_rows` of the `head_rows` are larger. `widths`: last heading of a column → width in characters.
    """
    book = sheet.parent
    assert isinstance(book, Workbook)
    for style in _styles():
        if style.name not in book.named_styles:
            book.add_named_style(style)
    for row, cells in enumerate(sheet.iter_rows(), start=1):
        for cell in cells:
            is_number = isinstance(cell.value, int)
            cell.style = _TITLE if row <= title_rows else _HEAD if row <= head_rows else _NUMBER if is_number else _TEXT
    for column in range(1, sheet.max_column + 1):
        heading = str(sheet.cell(head_rows, column).value)
        sheet.column_dimensions[get_column_letter(column)].width = widths.get(heading, 12)
    sheet.freeze_panes = f"A{head_rows + 1}"


def _styles() -> tuple[NamedStyle, ...]:
    """The four looks of a cell, named: one by one, openpyxl takes as long for the look of a cell as for all the rest."""
    line = Side(style="thin", color="999999")
    lines = Border(left=line, right=line, top=line, bottom=line)
    plain = Alignment(vertical="center", wrap_text=True)
    centred = Alignment(vertical="center", wrap_text=True, horizontal="center")
    grey = PatternFill("solid", fgColor="EEEEEE")
    return (
        NamedStyle(_TITLE, Font(bold=True, size=14), grey, lines, centred),
        NamedStyle(_HEAD, Font(bold=True, size=11), grey, lines, centred),
        NamedStyle(_NUMBER, Font(size=11), border=lines, alignment=plain),
        NamedStyle(_TEXT, Font(size=11), border=lines, alignment=plain, number_format="@"),
    )


def workbook_bytes(book: Workbook) -> bytes:
    """The workbook's bytes, the same on every run."""
    written = io.BytesIO()
    book.save(written)
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _TIME.sub(_SAVED_AT, part)
            target.writestr(zipfile.ZipInfo(name, _ZIP_TIME), part, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
