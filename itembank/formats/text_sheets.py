"""Writing worksheets (.xlsx) of nothing but texts, row by row and in memory; the same bytes for the same content.

For the item bank's own files: openpyxl keeps a sheet in an unencrypted temporary file while it writes, and takes several
times as long. Every text is a text: one that begins with = is no formula, and 001 stays 001 when somebody edits the cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from string import ascii_uppercase
from xml.sax.saxutils import escape, quoteattr

from itembank.formats.errors import WorkbookError
from itembank.formats.spreadsheet_parts import MOST_BYTES, MOST_ROWS

_COLUMNS = [first + second for first in ("", *ascii_uppercase) for second in ascii_uppercase]
_WIDTH = 12
_PIECES = 1_000
"""So many pieces of a part are packed at a time: one by one is slow, all at once takes memory."""
# In a file _x0041_ means a sign by its number; escaped, it is read as it was written. A control sign is written so.
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class TextSheet:
    """A worksheet to write. `rows`: of any lengths, the headings first. `widths`: of columns by heading, in characters."""

    name: str
    rows: Iterable[Sequence[str]]
    widths: dict[str, int]


def write_text_sheets(sheets: Sequence[TextSheet]) -> bytes:
    """The workbook of these sheets. Raises WorkbookError when nothing could read it again: too long, too large."""
    texts: dict[str, int] = {}
    target = io.BytesIO()
    names = [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    with zipfile.ZipFile(target, "w") as archive:
        _put(archive, "[Content_Types].xml", [_content_types(names)])
        _put(archive, "_rels/.rels", [_relations([("officeDocument", "xl/workbook.xml")])])
        _put(archive, "xl/workbook.xml", [_workbook(sheets)])
        parts = [*(("worksheet", name) for name in names), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        _put(archive, "xl/_rels/workbook.xml.rels", [_relations(parts)])
        _put(archive, "xl/styles.xml", [_STYLES])
        for name, sheet in zip(names, sheets, strict=True):
            _put(archive, f"xl/{name}", _sheet(sheet, texts))
        _put(archive, "xl/sharedStrings.xml", _shared(texts))
    if target.tell() > MOST_BYTES:
        raise WorkbookError("workbook.too_large", megabytes=target.tell() >> 20, most=MOST_BYTES >> 20)
    return target.getvalue()


def _put(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    rest = iter(pieces)
    with archive.open(entry, "w") as part:
        part.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        while some := "".join(islice(rest, _PIECES)):
            part.write(some.encode())


def _sheet(sheet: TextSheet, texts: dict[str, int]) -> Iterable[str]:
    """The XML of a sheet, its texts put into `texts`. The headings stay in view."""
    rows = iter(sheet.rows)
    headings = next(rows, ())
    yield f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
    for number, heading in enumerate(headings, start=1):
        yield f'<col min="{number}" max="{number}" width="{sheet.widths.get(heading, _WIDTH)}" style="1" customWidth="1"/>'
    yield "</cols><sheetData>"
    yield _row(1, headings, texts, style=2)
    for number, cells in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise WorkbookError("workbook.too_many_rows", most=MOST_ROWS)
        yield _row(number, cells, texts, style=1)
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Sequence[str], texts: dict[str, int], style: int) -> str:
    written = [
        f'<c r="{letter}{number}" s="{style}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
        for letter, text in zip(_COLUMNS, cells, strict=False)
        if text
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def _shared(texts: dict[str, int]) -> Iterable[str]:
    yield f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">'
    for text in texts:
        yield f'<si><t xml:space="preserve">{_escaped(text)}</t></si>'
    yield "</sst>"


def _escaped(text: str) -> str:
    if unwritable := _UNWRITABLE.search(text):
        raise WorkbookError("item.character", character=f"U+{ord(unwritable[0]):04X}")
    return escape(_CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", _CODE.sub("_x005F_", text)))


def _workbook(sheets: Sequence[TextSheet]) -> str:
    lines = [
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    ]
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(lines)}</sheets></workbook>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    lines = [
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    ]
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _content_types(sheets: Sequence[str]) -> str:
    kinds = {"workbook.xml": "sheet.main", "styles.xml": "styles", "sharedStrings.xml": "sharedStrings"}
    kinds |= dict.fromkeys(sheets, "worksheet")
    lines = [f'<Override PartName="/xl/{name}" ContentType="{_SHEET}.{kind}+xml"/>' for name, kind in kinds.items()]
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{"".join(lines)}</Types>'


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Cell styles: 0 the plain one, 1 a text (format 49) that wraps, 2 the same in bold.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    + "".join(
        f'<xf numFmtId="49" fontId="{font}" applyNumberFormat="1" applyFont="1" applyAlignment="1">'
        '<alignment vertical="top" wrapText="1"/></xf>'
        for font in (0, 1)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
