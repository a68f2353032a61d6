"""Files that are no workbook, or a workbook made to hurt: refused quickly, with a reason, within bounds."""

import io
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from itembank.formats.errors import WorkbookError
from itembank.formats.spreadsheet import open_cells
from itembank.formats.spreadsheet_parts import MOST_BYTES
from itembank.formats.text_sheets import TextSheet, write_text_sheets
from tests.unit.formats.workbook_bytes import sheet_bytes

PLAIN = sheet_bytes([["甲"]])
SHARED = write_text_sheets([TextSheet("表", [["甲"], ["乙" * 30_000]], {})])
"""The same in the layout with a table of shared texts."""
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
SAID_LATER = '<row r="2"><c s="0" r="A1048576"><v>1</v></c></row>'
IN_A_NAME_SPACE = '<x:row xmlns:x="x"><x:c r="A1048576"><v>1</v></x:c></x:row>'
CARRIED_ON = '<row r="1048575"><c r="XFD2"><v>1</v></c></row><row><c><v>1</v></c></row>'
CELL_IN_A_CELL = '<row r="2"><c s="0" r="A1048576"><is><c/></is><v>1</v></c></row>'
NAMELESS = f"<row>{'<c><v>1</v></c>' * 600_000}</row>{'<row/>' * 9}<row><c><v>1</v></c></row>"
FIELD = Path("/work/shared/data")


def with_part(name: str, change: Callable[[bytes], bytes], sound: bytes = PLAIN) -> bytes:
    """A sound workbook with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sound)) as source,
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


def more_rows(rows: str, sound: bytes = PLAIN) -> bytes:
    return with_part(SHEET, lambda part: part.replace(b"</sheetData>", rows.encode() + b"</sheetData>"), sound)


def one_text_in_many_cells(value: str, start: str = "<v>", end: str = "</v>") -> bytes:
    """90,000 cells that all show the long text: 8 GB once each has its copy."""
    cells = "".join(f'<row r="{number}"><c r="A{number}" t="s">{start}{value}{end}</c></row>' for number in range(3, 90_003))
    return more_rows(cells, SHARED)


def with_another_table(sound: bytes) -> bytes:
    """A part before the table of texts whose empty texts would take the first numbers."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        changed.writestr("xl/aaa.xml", "<sst>" + "<si/>" * 1_000 + "</sst>")
        for part in source.namelist():
            changed.writestr(part, source.read(part))
    return target.getvalue()


def raised(more: str) -> Callable[[bytes], bytes]:
    """A raised run, and what comes after its beginning."""
    return lambda part: part.replace(b"</sst>", f'<si><r><vertAlign val="superscript"/>{more}</r></si></sst>'.encode())


def first_is_long(part: bytes) -> bytes:
    """What a cell shows when its value is no number."""
    return part.replace("甲".encode(), "甲".encode() * 30_000)


def claims_more(part: bytes) -> bytes:
    return part.replace(b'uniqueCount="2"', b'uniqueCount="99999999999999"')


def with_parts(*names: str) -> bytes:
    """A sound workbook with more parts, as many as names."""
    target = io.BytesIO(PLAIN)
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as archive:
        warnings.simplefilter("ignore")  # the library says that a name is there already
        for name in names:
            archive.writestr(name, "<a/>")
    return target.getvalue()


def in_encoding(encoding: str) -> bytes:
    return with_part(SHEET, lambda part: f'<?xml version="1.0" encoding="{encoding}"?>{part.decode()}'.encode(encoding))


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


HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("an empty file", lambda: b"", "workbook.not_xlsx"),
    ("a text", lambda: "试题GUID,题型".encode(), "workbook.not_xlsx"),
    ("a zip that is no workbook", lambda: with_part("xl/workbook.xml", lambda part: part)[:-40], "workbook.not_xlsx"),
    ("an encrypted workbook", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "workbook.encrypted"),
    ("a workbook whose parts are encrypted", lambda: locked_part(), "workbook.encrypted"),
    ("a part packed with LZMA and damaged", lambda: repacked(zipfile.ZIP_LZMA), "workbook.not_xlsx"),
    ("a part packed with BZIP2 and damaged", lambda: repacked(zipfile.ZIP_BZIP2), "workbook.not_xlsx"),
    ("the old .xls", lambda: OLE + bytes(512), "workbook.old_format"),
    ("too large a file", lambda: bytes(MOST_BYTES + 1), "workbook.too_large"),
    ("a cell in the last row", lambda: cell_at("A1048576"), "workbook.too_many_rows"),
    ("a cell in the last row by its row", lambda: with_part(SHEET, unwritten_reference), "workbook.too_many_rows"),
    ("a cell far to the right and down", lambda: cell_at("XFD5000"), "workbook.too_wide"),
    ("small letters in a place", lambda: cell_at("xfd1048576"), "workbook.broken"),
    ("a place that wraps around", lambda: cell_at("A4294967297"), "workbook.broken"),
    ("a far place that is not said first", lambda: more_rows(SAID_LATER), "workbook.too_many_rows"),
    ("a far place in a name space", lambda: more_rows(IN_A_NAME_SPACE), "workbook.too_many_rows"),
    ("a row that goes on from one far down", lambda: more_rows(CARRIED_ON), "workbook.too_many_rows"),
    ("a far cell with a cell in its text", lambda: more_rows(CELL_IN_A_CELL), "workbook.too_many_rows"),
    ("cells that do not say where they are", lambda: more_rows(NAMELESS), "workbook.too_wide"),
    ("one long text in many cells", lambda: one_text_in_many_cells("1"), "workbook.bomb"),
    ("its number with zeros before it", lambda: one_text_in_many_cells("0" * 20 + "1"), "workbook.bomb"),
    ("its number with a sign", lambda: one_text_in_many_cells("+1"), "workbook.bomb"),
    ("its number as an entity", lambda: one_text_in_many_cells("&#49;"), "workbook.bomb"),
    ("its number in parts", lambda: one_text_in_many_cells("<![CDATA[1]]>"), "workbook.bomb"),
    ("its number behind a > in quotes", lambda: one_text_in_many_cells("1", "<v a='>'>"), "workbook.bomb"),
    ("its number in a name space", lambda: one_text_in_many_cells("1", '<x:v xmlns:x="x">', "</x:v>"), "workbook.bomb"),
    ("its number in a table behind another", lambda: with_another_table(one_text_in_many_cells("1")), "workbook.bomb"),
    ("cells that do not end", lambda: more_rows('<c r="A1" ' * 200_000 + "#</c>"), "workbook.broken"),
    ("values that do not end", lambda: more_rows('<c r="A1"><f/>' + "<v " * 300_000 + "#</f></c>"), "workbook.broken"),
    ("texts that do not end", lambda: with_part(TEXTS, raised("<t " * 300_000), SHARED), "workbook.broken"),
    ("runs without a text", lambda: with_part(TEXTS, raised("</r>" * 3_000_000), SHARED), "workbook.broken"),
    ("nothing but raised letters", lambda: with_part(TEXTS, raised("<vertAlign/>" * 300_000), SHARED), "workbook.broken"),
    ("one cell again and again", lambda: more_rows('<c r="A1">' * 5_100_000 + "#</c>"), "workbook.broken"),
    ("an index that is a forest", lambda: with_part("xl/styles.xml", lambda part: part + b" " * (17 << 20)), "workbook.bomb"),
    ("a long text many times by a slip", lambda: with_part(TEXTS, first_is_long, one_text_in_many_cells("?")), "workbook.bomb"),
    ("a table that claims more texts than bytes", lambda: with_part(TEXTS, claims_more, SHARED), "workbook.broken"),
    ("a part twice", lambda: with_parts(SHEET), "workbook.not_xlsx"),
    ("a great many parts", lambda: with_parts(*(f"xl/{number}.xml" for number in range(2_100))), "workbook.not_xlsx"),
    ("UTF-16", lambda: in_encoding("utf-16"), "workbook.broken"),
    ("an encoding that only the reading library knows", lambda: in_encoding("gb18030"), "workbook.broken"),
    ("broken XML", lambda: with_part(SHEET, lambda part: part[:-20]), "workbook.broken"),
    ("a document type", lambda: with_part(SHEET, lambda part: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part), "workbook.broken"),
    ("a part that unpacks to 300 MB", lambda: with_part(SHEET, lambda part: part + b" " * (300 << 20)), "workbook.bomb"),
    ("no cells", lambda: sheet_bytes([]), "workbook.empty"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "code"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_is_refused(made: Callable[[], bytes], code: str) -> None:
    data = made()
    started = time.process_time()
    with pytest.raises(WorkbookError) as refusal:
        open_cells(data)
    assert refusal.value.code == code
    assert time.process_time() - started < 10


def test_a_coloured_empty_cell_far_away_does_no_harm() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    assert open_cells(with_part(SHEET, lambda part: part.replace(b"</sheetData>", far)))[1] == [["甲"]]


def test_what_a_sheet_says_of_its_size_does_not_matter() -> None:
    lie = with_part(SHEET, lambda part: part.replace(b'<dimension ref="A1:A1"', b'<dimension ref="ZZ99:A1"'))
    assert open_cells(lie)[1] == [["甲"]]


def test_long_texts_that_are_shown_a_few_times_are_read() -> None:
    """Long enough that the quick bound does not hold, and counted cell by cell."""
    rows = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(3, 10_000))
    assert len(open_cells(more_rows(rows, SHARED))[1]) == 9_999


def test_rows_and_columns_keep_their_places() -> None:
    assert open_cells(cell_at("C3"))[1][2][2] == "甲"


@pytest.mark.skipif(not FIELD.is_dir(), reason="the collected office files are not here")
def test_collected_workbooks_are_read_or_refused() -> None:
    """Real and deliberately odd .xlsx files: whatever they are, no other exception comes out."""
    files = [*FIELD.glob("office-files/xlsx-calamine/*.xls*"), *FIELD.glob("hostile-inputs/*/**/*.xls*")]
    files += FIELD.glob("hostile-inputs/zip-*/**/*.zip")
    read = 0
    for file in files:
        try:
            read += bool(open_cells(file.read_bytes())[1])
        except WorkbookError as refusal:
            assert refusal.code.startswith("workbook."), file
    assert read >= 20
