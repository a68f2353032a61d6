"""Files that are no workbook, or a workbook made to hurt: refused quickly, with a reason, within bounds."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from itembank.formats.errors import WorkbookError
from itembank.formats.spreadsheet import MOST_BYTES, open_sheet
from tests.unit.formats.workbook_bytes import sheet_bytes

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"
FIELD = Path("/work/shared/data")


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A sound workbook with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet_bytes([["甲"]]))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for part in source.namelist():
            data = source.read(part)
            changed.writestr(part, change(data) if part == name else data)
    return target.getvalue()


def cell_at(place: str) -> bytes:
    return with_part(SHEET, lambda part: part.replace(b'<c r="A1"', f'<c r="{place}"'.encode()))


def unwritten_reference(part: bytes) -> bytes:
    """A row far down whose cell does not say where it is."""
    return part.replace(b"</sheetData>", b'<row r="1048576"><c><v>1</v></c></row></sheetData>')


def repacked(method: int) -> bytes:
    """A sound workbook whose first sheet is packed another way, and damaged."""
    sound, target = sheet_bytes([["甲"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as source, zipfile.ZipFile(target, "w", method) as changed:
        for part in source.namelist():
            changed.writestr(part, source.read(part))
        start = changed.getinfo(SHEET).header_offset + 30 + len(SHEET)
    data = bytearray(target.getvalue())
    data[start + 16 : start + 48] = bytes(32)
    return bytes(data)


def locked_part() -> bytes:
    """A sound workbook whose list of parts says that each is encrypted."""
    data = bytearray(sheet_bytes([["甲"]]))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


HOSTILE: list[tuple[str, bytes, str]] = [
    ("an empty file", b"", "workbook.not_xlsx"),
    ("a text", "试题GUID,题型".encode(), "workbook.not_xlsx"),
    ("a zip that is no workbook", with_part("xl/workbook.xml", lambda part: part)[:-40], "workbook.not_xlsx"),
    ("an encrypted workbook", OLE + "EncryptedPackage".encode("utf-16-le"), "workbook.encrypted"),
    ("a workbook whose parts are encrypted", locked_part(), "workbook.encrypted"),
    ("a part packed with LZMA and damaged", repacked(zipfile.ZIP_LZMA), "workbook.not_xlsx"),
    ("a part packed with BZIP2 and damaged", repacked(zipfile.ZIP_BZIP2), "workbook.not_xlsx"),
    ("the old .xls", OLE + bytes(512), "workbook.old_format"),
    ("too large a file", bytes(MOST_BYTES + 1), "workbook.too_large"),
    ("a cell in the last row", cell_at("A1048576"), "workbook.too_many_rows"),
    ("a cell in the last row by its row", with_part(SHEET, unwritten_reference), "workbook.too_many_rows"),
    ("a cell far to the right and down", cell_at("XFD5000"), "workbook.too_wide"),
    ("broken XML", with_part(SHEET, lambda part: part[:-20]), "workbook.broken"),
    ("a document type", with_part(SHEET, lambda part: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part), "workbook.broken"),
    ("a part that unpacks to 300 MB", with_part(SHEET, lambda part: part + b" " * (300 << 20)), "workbook.bomb"),
    ("no cells", sheet_bytes([]), "workbook.empty"),
]


@pytest.mark.parametrize(("data", "code"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_is_refused(data: bytes, code: str) -> None:
    started = time.monotonic()
    with pytest.raises(WorkbookError) as refusal:
        open_sheet(data)
    assert refusal.value.code == code
    assert time.monotonic() - started < 10


def test_a_coloured_empty_cell_far_away_does_no_harm() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    assert open_sheet(with_part(SHEET, lambda part: part.replace(b"</sheetData>", far))).rows == [["甲"]]


def test_rows_and_columns_keep_their_places() -> None:
    assert open_sheet(cell_at("C3")).rows[2][2] == "甲"


@pytest.mark.skipif(not FIELD.is_dir(), reason="the collected office files are not here")
def test_collected_workbooks_are_read_or_refused() -> None:
    """Real and deliberately odd .xlsx files: whatever they are, no other exception comes out."""
    files = [*FIELD.glob("office-files/xlsx-calamine/*.xls*"), *FIELD.glob("hostile-inputs/*/**/*.xls*")]
    files += FIELD.glob("hostile-inputs/zip-*/**/*.zip")
    read = 0
    for file in files:
        try:
            read += bool(open_sheet(file.read_bytes()).rows)
        except WorkbookError as refusal:
            assert refusal.code.startswith("workbook."), file
    assert read >= 20
