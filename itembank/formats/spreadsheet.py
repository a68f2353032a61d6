"""Opening a spreadsheet (.xlsx) carefully: its first worksheet as text, for the blueprint workbook and the item workbook.

A spreadsheet is a stranger's zip: every part of it is unpacked and looked at within limits, and the reading library sees
only what was looked at.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

import python_calamine

from itembank.formats.errors import WorkbookError

MOST_BYTES = 20 << 20
MOST_UNPACKED = 200 << 20
MOST_ROWS = 100_000
MOST_CELLS = 5_000_000  # rows x columns of the used area: the reading library keeps them all
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CELL = re.compile(r"([A-Z]{0,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet as text: `rows[0]` is row 1 of the spreadsheet; cells are trimmed."""

    name: str
    rows: list[list[str]]


def open_sheet(data: bytes) -> Sheet:
    """The first worksheet of an .xlsx file. Raises WorkbookError; nothing is read beyond the limits above."""
    parts = _inspected(data)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts))) as book:
            name = next((sheet.name for sheet in book.sheets_metadata if _is_shown(sheet)), "")
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False) if name else []
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise WorkbookError("workbook.broken", reason=str(error)) from error
    if not rows:
        raise WorkbookError("workbook.empty")
    return Sheet(name, [[cell_text(cell) for cell in row] for row in rows])


def fold(text: str) -> str:
    """A heading or a name for comparing: half-width, no blanks."""
    return re.sub(r"\s+", "", half_width(text))


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width. Nothing else: NFKC would make 10² into 102."""
    return text.translate(_HALF_WIDTH)


def cell_text(cell: object) -> str:
    """A cell as a person sees it: trimmed, whole numbers without a point, times as h:mm:ss.

    Spreadsheets turn a typed ratio 05:02:00 into a time; it is turned back.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return str(cell).replace("\r\n", "\n").strip(" \t\n\r\u3000")


def _is_shown(sheet: python_calamine.SheetMetadata) -> bool:
    visible = sheet.visible == python_calamine.SheetVisibleEnum.Visible
    return visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet


def _inspected(data: bytes) -> dict[str, bytes]:
    """Name → XML of every part that was unpacked and looked at. Parts that are not XML are left behind."""
    if len(data) > MOST_BYTES:
        raise WorkbookError("workbook.too_large", megabytes=len(data) >> 20, most=MOST_BYTES >> 20)
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise WorkbookError("workbook.encrypted" if encrypted else "workbook.old_format")
    parts: dict[str, bytes] = {}
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise WorkbookError("workbook.encrypted")
                if entry.compress_type not in _PACKED_BY:
                    raise WorkbookError("workbook.not_xlsx", reason=f"compression {entry.compress_type}")
                if not entry.filename.endswith((".xml", ".rels")):
                    continue
                with archive.open(entry) as stream:
                    part = stream.read(MOST_UNPACKED - unpacked + 1)
                unpacked += len(part)
                if unpacked > MOST_UNPACKED:
                    raise WorkbookError("workbook.bomb", most=MOST_UNPACKED >> 20)
                _Extent().look_at(part)
                parts[entry.filename] = part
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise WorkbookError("workbook.not_xlsx", reason=str(error)) from error
    if "xl/workbook.xml" not in parts:
        raise WorkbookError("workbook.not_xlsx", reason="xl/workbook.xml")
    return parts


def _packed(parts: dict[str, bytes]) -> bytes:
    """The looked-at parts as a plain zip: sizes are true, no part twice, nothing hidden between them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


class _Extent:
    """Reads one XML part and refuses it when its cells reach too far: one cell in row 1,048,576 makes a million rows."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.row = self.column = 0

    def look_at(self, part: bytes) -> None:
        """Raises WorkbookError: workbook.broken, workbook.too_many_rows, workbook.too_wide."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(part, True)
        except expat.ExpatError as error:
            raise WorkbookError("workbook.broken", reason=str(error)) from error

    def _doctype(self, *_: object) -> None:
        raise WorkbookError("workbook.broken", reason="DOCTYPE")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        place = _CELL.fullmatch(attributes.get("r", "")) if kind in ("row", "c") else None
        if kind == "row":
            self.row = int(place[2]) if place else self.row + 1
            self.column = 0
        elif kind == "c":
            self.column = _column_number(place[1]) if place else self.column + 1
            self.row = int(place[2]) if place else self.row
        elif kind in ("v", "is", "f"):  # only cells with content count: a coloured empty row is no burden
            self._hold(self.row, self.column)

    def _hold(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows > MOST_ROWS:
            raise WorkbookError("workbook.too_many_rows", most=MOST_ROWS)
        if self.rows * self.columns > MOST_CELLS:
            raise WorkbookError("workbook.too_wide", rows=self.rows, columns=self.columns)


def _column_number(letters: str) -> int:
    """`A` → 1, `AA` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
