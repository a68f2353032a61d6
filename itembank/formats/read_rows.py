"""What was read of a file, as a workbook of our own: each row with its original text and what was said of it, to correct and
import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itembank.formats.headed_sheet import EYES, NOTE, ORIGINAL, PLACE
from itembank.formats.item_rows import NEEDED, Place
from itembank.formats.item_workbook import ASIDE, ITEMS
from itembank.formats.text_sheets import TextSheet, write_text_sheets

_WIDTHS = {"试题GUID": 24, "题干": 60, "解析": 40, ORIGINAL: 80, NOTE: 60}


def write_read_rows(rows: Sequence[Sequence[str]], said: Mapping[Place, str]) -> bytes:
    """The workbook. `rows`: as the reader gave them, the headings first. `said`: place → what the report says of it.

    Rows that hold no item stand on a sheet of their own. Raises WorkbookError for more than one workbook holds.
    """
    headings, *found = rows
    cells = [dict(zip(headings, row, strict=False)) for row in found]
    items = [row for row in cells if row.get("题型") or row.get("题干")]
    used = [name for name in headings if name in NEEDED or (name not in (*PLACE, EYES) and any(row.get(name) for row in items))]
    table = [[*used, NOTE], *([*(row.get(name, "") for name in used), _said(row, said)] for row in items)]
    aside = [[row.get(ORIGINAL, ""), _said(row, said)] for row in cells if row not in items]
    sheets = [TextSheet(ITEMS, table, _WIDTHS)]
    return write_text_sheets([*sheets, TextSheet(ASIDE, [[ORIGINAL, NOTE], *aside], _WIDTHS)] if aside else sheets)


def _said(row: Mapping[str, str], said: Mapping[Place, str]) -> str:
    sheet, number = row.get(PLACE[0], ""), row.get(PLACE[1], "")
    return said.get((sheet, int(number)), "") if number.isdigit() else ""
