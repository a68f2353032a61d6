"""The parts of a spreadsheet (.xlsx), unpacked within limits and looked at before the reading library sees them.

A spreadsheet is a stranger's zip. What the library would do with a part is foreseen from its bytes, by the library's own
rules: it makes room for every cell between the outermost ones, copies a shared text into each cell that shows it, and
believes the count a table of texts claims. A refusal here is cheap; there it would be the end of the process.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from xml.parsers import expat

from itembank.formats.doubtful_cells import STYLES, DoubtfulCells, Suspects
from itembank.formats.errors import WorkbookError
from itembank.formats.spreadsheet_runs import cell_looks, run_looks, with_marks

MOST_BYTES = 20 << 20
MOST_PARTS = 2_000
MOST_UNPACKED = 200 << 20
MOST_ROWS = 100_000
MOST_CELLS = 5_000_000
"""Rows x columns of the used area: the reading library keeps them all."""
LONGEST_NUMBER = 20
"""Digits of the number of a shared text."""
MOST_SHARED_TEXT = 400 << 20
"""Bytes of all cells with a shared text, once each has its own copy."""


_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PLACE = re.compile(r"([A-Z]{0,3})(\d{1,7})", re.ASCII)
# A row or cell that does not begin with a place inside 50 columns and 99,999 rows, which is less than either limit above.
_UNUSUAL = re.compile(rb'<(?:c|row)(?=[\s/>])(?! r="(?:[A-Z]|A[A-X])?\d{1,5}"[\s/>])')
_PREFIXED = re.compile(rb":(?:c|row)[\s/>]")
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_CLAIMED = re.compile(rb"uniqueCount\s*=\s*[\"']\s*\+?(\d+)")
_TEXT_START = re.compile(rb"<(?:[^\s<>]*?:)?si(?=[\s/>])")
_SHOWN = re.compile(rb"""<(?:[^\s<>]*?:)?v(?:\s+[^\s<>="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*>([^<]*)(?=</)""")
_SHOWN_END = re.compile(rb"</(?:[^\s<>:]*:)?v\s*>")


@dataclass(frozen=True, slots=True)
class Parts:
    """The XML parts of a workbook as a plain zip: sizes are true, no part twice, nothing hidden between them.

    `doubtful`: worksheet → cells of which the reading library does not tell what a person sees. `looks`: what else it does
    not tell, of the file.
    """

    zip: io.BytesIO
    doubtful: dict[str, DoubtfulCells]
    looks: set[str]


def looked_at(data: bytes) -> Parts:
    """The parts of a workbook.

    Raises WorkbookError for what is no workbook, and for one that unpacks or spreads beyond the limits above.
    """
    if len(data) > MOST_BYTES:
        raise WorkbookError("workbook.too_large", megabytes=len(data) >> 20, most=MOST_BYTES >> 20)
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise WorkbookError("workbook.encrypted" if encrypted else "workbook.old_format")
    plain, texts, suspects, looks = io.BytesIO(), _SharedTexts(), Suspects(), set[str]()
    try:
        with zipfile.ZipFile(plain, "w") as target:
            for name, unpacked in _unpacked(data):
                part = with_marks(unpacked)
                _look_at(part)
                texts.look_at(part)
                target.writestr(name, part)
                suspects.look_at(name, part)
                looks |= cell_looks(part) if name == STYLES else run_looks(part)
            if "xl/workbook.xml" not in target.namelist():
                raise WorkbookError("workbook.not_xlsx", reason="xl/workbook.xml")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise WorkbookError("workbook.not_xlsx", reason=str(error)) from error
    texts.check(plain)
    doubtful = suspects.cells(plain)
    plain.seek(0)
    return Parts(plain, doubtful, looks)


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every part that is XML. The others are left behind."""
    room = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if len(names) > MOST_PARTS or len(set(names)) < len(names):
            raise WorkbookError("workbook.not_xlsx", reason="too many parts, or one twice")
        for entry in archive.infolist():
            if entry.flag_bits & 1:
                raise WorkbookError("workbook.encrypted")
            if entry.compress_type not in _PACKED_BY:
                raise WorkbookError("workbook.not_xlsx", reason=f"compression {entry.compress_type}")
            if not entry.filename.endswith((".xml", ".rels")):
                continue
            with archive.open(entry) as stream:
                part = stream.read(room + 1)
            room -= len(part)
            if room < 0:
                raise WorkbookError("workbook.bomb", most=MOST_UNPACKED >> 20)
            yield entry.filename, part


def _look_at(part: bytes) -> None:
    """Refuse a part that is not XML in UTF-8, has a document type, or spreads too far.

    The usual layout, where every row and cell says its place first, is known by a quick search; any other is walked. Of a
    usual part only what stands before its first element is parsed: there a document type is, and the rest of it the reading
    library parses anyway, and refuses what is no XML.
    """
    encoding = _ENCODING.match(part)
    if b"\0" in part or (encoding and encoding[1].upper() != b"UTF-8"):
        raise WorkbookError("workbook.broken", reason="not UTF-8")
    if any(int(count) > len(part) for count in _CLAIMED.findall(part)):
        raise WorkbookError("workbook.broken", reason="uniqueCount")
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = _doctype
    if _UNUSUAL.search(part) or _PREFIXED.search(part):
        extent = _Extent()
        parser.StartElementHandler, parser.EndElementHandler = extent.start, extent.end
    else:
        parser.StartElementHandler = _first_element
    try:
        parser.Parse(part, True)
    except _FirstElement:
        return
    except expat.ExpatError as error:
        raise WorkbookError("workbook.broken", reason=str(error)) from error


class _FirstElement(Exception):
    """The part has begun."""


def _first_element(*_: object) -> None:
    raise _FirstElement


def _doctype(*_: object) -> None:
    raise WorkbookError("workbook.broken", reason="DOCTYPE")


class _Extent:
    """Counts rows and columns as the reading library does, and refuses cells too far out: one in row 1,048,576 makes a
    million rows. Only cells with content count: a coloured empty row is no burden."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.row = self.column = 1
        self.place = (1, 1)
        self.depth = 0  # of elements, the cell included, while in a cell

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if self.depth:
            self.depth += 1
            self._hold(*self.place)
        elif kind == "row" and "r" in attributes:
            self.row, _ = _row_column(attributes["r"])
        elif kind == "c":
            self.depth = 1
            self.place = (self.row, self.column)
            if "r" in attributes:
                self.place = _row_column(attributes["r"])
                self.column = self.place[1]

    def end(self, name: str) -> None:
        if self.depth:
            self.depth -= 1
            self.column += not self.depth
        elif name.rpartition(":")[2] == "row":
            self.row, self.column = self.row + 1, 1

    def _hold(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows > MOST_ROWS:
            raise WorkbookError("workbook.too_many_rows", most=MOST_ROWS)
        if self.rows * self.columns > MOST_CELLS:
            raise WorkbookError("workbook.too_wide", rows=self.rows, columns=self.columns)


def _row_column(place: str) -> tuple[int, int]:
    """`B7` → (7, 2). A row's own place has no letters: column 0."""
    found = _PLACE.fullmatch(place)
    if not found:
        raise WorkbookError("workbook.broken", reason=f"r={place[:20]!r}")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


class _SharedTexts:
    """Refuses a workbook whose shared texts are shown so often that their copies would not fit.

    Nearly always the longest text times all cells fits already; only when it does not, cell after cell is counted.
    """

    def __init__(self) -> None:
        self.longest = self.shown = 0

    def look_at(self, part: bytes) -> None:
        if b"sst" in part:
            self.longest = max(self.longest, *map(len, part.split(b"<si")))
        self.shown += part.count(b"</v") + part.count(b":v")

    def check(self, plain: io.BytesIO) -> None:
        if self.longest * self.shown <= MOST_SHARED_TEXT:
            return
        with zipfile.ZipFile(plain) as archive:
            tables = [[len(text) for text in _TEXT_START.split(archive.read(name))[1:]] for name in archive.namelist()]
            # Which part is the table is the library's choice: of each number the longest counts.
            sizes = [max(same) for same in zip_longest(*tables, fillvalue=0)]
            total = sum(_shown(archive.read(name), sizes) for name in archive.namelist())
        if total > MOST_SHARED_TEXT:
            raise WorkbookError("workbook.bomb", most=MOST_SHARED_TEXT >> 20)


def _shown(part: bytes, sizes: list[int]) -> int:
    """Bytes of the shared texts that the cells of a part show at most, if all their values are numbers of such texts."""
    values, longest = _SHOWN.findall(part), max(sizes, default=0)
    unread = max(0, len(_SHOWN_END.findall(part)) - len(values))
    return unread * longest + sum(_size(value, sizes, longest) for value in values)


def _size(value: bytes, sizes: list[int], longest: int) -> int:
    """Bytes of the text whose number this is, read as the library reads it: `+007` is 7, and what is no number the first.

    What is written in a way we do not read might be the longest.
    """
    if b"&" in value:
        return longest
    digits = value.strip().removeprefix(b"+")
    number = digits.lstrip(b"0") if digits.isdigit() else b""
    # Longer ones than any table has, which Python would not read either, show nothing.
    at = int(number or b"0") if len(number) < LONGEST_NUMBER else len(sizes)
    return sizes[at] if at < len(sizes) else 0
