"""Which kind of file it is, from its bytes: names lie, and people rename."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from itembank.formats.errors import ForeignError
from itembank.formats.foreign.package import BROKEN_ZIP
from itembank.formats.foreign.text_encoding import decoded

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MOST_BYTES = 50 << 20
_LOOKED_AT = 20_000
"""Characters of a text that show what it is."""


class Kind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    XLSB = "xlsb"
    ODS = "ods"
    CSV = "csv"
    DOCX = "docx"
    NATIONAL = "national"
    PAPER = "paper"
    QTI = "qti"
    PACKAGE = "package"
    MOODLE = "moodle"
    GIFT = "gift"
    AIKEN = "aiken"
    JSON = "json"


_OTHERS = (
    (b"%PDF-", "PDF"), (b"{\\rtf", "RTF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"),
    (b"RIFF", "WebP"), (b"\0\0\1\0", "ICO"), (b"\x7fELF", "ELF"), (b"MZ", "EXE"),
)  # fmt: skip
_NATIONAL = re.compile(r"^\s*[A-Z](?:-[A-Z]+)*-\d{1,4}\s+[A-Z]\s+\d\s+\d?\s*(?:\{A\}|$)", re.MULTILINE)
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_QTI_ROOTS = re.compile("questestinterop|(?:qti-)?assessment-?(?:Item|Test|item|test|section|Section)|item|section")
_AIKEN = re.compile(r"^[A-Z][.)] \S.*\n(?:[A-Z][.)] \S.*\n)*ANSWER: ?[A-Z]", re.MULTILINE)
_GIFT = re.compile(
    r"^::.*?::|^\[(?:html|moodle|plain|markdown)\]|^\$CATEGORY:|(?<!\\)\{\s*(?:[=~#}]|TRUE|FALSE|[TF]\s*[#}]|%|[^{}\n]*->)",
    re.MULTILINE,
)


def recognised(data: bytes) -> Kind:
    """Raises ForeignError for what is none of these; it says what the file is, where that can be told."""
    if len(data) > MOST_BYTES:
        raise ForeignError("import.too_large", megabytes=len(data) >> 20, most=MOST_BYTES >> 20)
    if not data.strip():
        raise ForeignError("import.empty")
    if data.startswith(OLE):
        return _compound(data)
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _zipped(data)
    if data[:2] == b"\x09\x08" or data[:2] in (b"\x09\x04", b"\x09\x02", b"\x09\x00"):
        return Kind.XLS  # BIFF without a compound file around it
    for start, name in _OTHERS:
        if data.startswith(start):
            raise ForeignError("import.kind", found=name)
    return _written(decoded(data)[0])


def _compound(data: bytes) -> Kind:
    """Microsoft's older container: its directory names the streams."""
    if _has(data, "EncryptedPackage"):
        raise ForeignError("import.encrypted")
    if _has(data, "WordDocument"):
        raise ForeignError("import.doc")
    if _has(data, "Workbook") or _has(data, "Book"):
        return Kind.XLS
    raise ForeignError("import.kind", found="OLE")


def _has(data: bytes, stream: str) -> bool:
    return (stream + "\0").encode("utf-16-le") in data


def _zipped(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names and len(names) < 10_000 else b""
    except BROKEN_ZIP:
        raise ForeignError("import.broken", reason="zip") from None
    if any(name.startswith("word/") for name in names):
        return Kind.DOCX
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if any(name.startswith("xl/") for name in names):
        return Kind.XLSX
    if b"opendocument.spreadsheet" in mimetype:
        return Kind.ODS
    if any(name.endswith((".xml", ".zip")) for name in names):
        return Kind.PACKAGE
    raise ForeignError("import.kind", found="ZIP")


def _written(text: str) -> Kind:
    start = text.lstrip("\ufeff \t\n\r")
    if start.startswith("<"):
        return _marked_up(start)
    if start[0] in "[{" and re.match(r"[\[{]\s*[\[{\"\]}]", start):
        return Kind.JSON
    head = text[:_LOOKED_AT]
    if _NATIONAL.search(head):
        return Kind.NATIONAL
    if _AIKEN.search(head):
        return Kind.AIKEN
    if _GIFT.search(head):
        return Kind.GIFT
    return Kind.CSV if _is_table(head) else Kind.PAPER


def _marked_up(start: str) -> Kind:
    root = _ROOT.search(start[:_LOOKED_AT])
    name = root[1] if root else ""
    if name == "quiz":
        return Kind.MOODLE
    if _QTI_ROOTS.fullmatch(name):
        return Kind.QTI
    if name.lower() in ("html", "svg"):
        raise ForeignError("import.kind", found=name.upper())
    if name in ("manifest", "assessmentItemRef"):
        raise ForeignError("import.manifest_alone")
    raise ForeignError("import.kind", found=f"XML <{name[:40]}>" if name else "XML")


_LINES_LOOKED_AT = 12
_ITEM = re.compile(r"\s*(?:一\s*[、.．]|1\s*[.．、](?!\d))")
"""A line of a paper, which may have tabs and commas as well."""


def _is_table(head: str) -> bool:
    """Whether its first lines have the same few separators each: a heading row and what stands under it."""
    first, *others = [line for line in head.split("\n") if line.strip()][:_LINES_LOOKED_AT]
    counts = ((sign, first.count(sign)) for sign in ",\t;")
    return any(
        count >= 2 and not any(_ITEM.match(line) and line.count(sign) < count for line in others) for sign, count in counts
    )
