"""What the look of letters in a spreadsheet says, of which its reading library tells nothing.

Raised and lowered letters inside a cell become marks: 10³ would be 103. That letters are struck out, or that a whole cell is
raised or lowered, is told of the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from xml.parsers import expat

from itembank.formats.errors import WorkbookError

_RAISED = re.compile(rb'<vertAlign\s+val="(superscript|subscript)"\s*/?>')
_TEXT = re.compile(rb"(<t(?:\s[^<>]*)?>)([^<]*)(</t>)")
_MARK = {b"superscript": b"sup", b"subscript": b"sub"}
_STRUCK = re.compile(rb"<(?:\w+:)?strike\s*(?:/>|val=[\"'](?:1|true))")
STRUCK_OUT, RAISED_CELLS = "删除线 | struck-out letters", "整格的上下标 | whole cells raised or lowered"
_START, _END = b"<r>", b"</r>"
MOST_RAISED = 200_000
"""Runs of one part."""


def with_marks(part: bytes) -> bytes:
    """The part, its raised and lowered runs in the marks of our rich text (`<sup>3</sup>`), as an author would type them.

    Raises WorkbookError for one that is made of nothing else.
    """
    if b"vertAlign" not in part:
        return part
    if part.count(b"vertAlign") > MOST_RAISED:
        raise WorkbookError("workbook.broken", reason="too many raised letters")
    out, done, at, end = io.BytesIO(), 0, 0, 0
    while (at := part.find(b"vertAlign", at)) >= 0 and (end := part.find(_END, at)) >= 0:
        # The run it is in, which begins behind the last one that ended.
        start = max(part.rfind(_START, done, at), part.rfind(_END, done, at))
        if part.startswith(_START, start):
            out.write(part[done:start])
            out.write(_marked(part[start:end]))
        else:
            out.write(part[done:end])
        done = at = end
    out.write(part[done:])
    return out.getvalue()


def _marked(run: bytes) -> bytes:
    """A run has one text."""
    raised = _RAISED.search(run)
    return _TEXT.sub(lambda text: _between(text, _MARK[raised[1]]), run, count=1) if raised else run


def _between(text: re.Match[bytes], mark: bytes) -> bytes:
    if not text[2].strip():
        return text[0]
    return b"%s&lt;%s&gt;%s&lt;/%s&gt;%s" % (text[1], mark, text[2], mark, text[3])


def run_looks(part: bytes) -> set[str]:
    """What a part of texts has among its runs."""
    return {STRUCK_OUT} if b"strike" in part and _STRUCK.search(part) else set()


def cell_looks(styles: bytes) -> set[str]:
    """What the cells' own styles have (`xl/styles.xml`). Raises WorkbookError."""
    if b"strike" not in styles and b"vertAlign" not in styles:
        return set()
    fonts: list[set[str]] = []
    used, inside = set[str](), [""]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in ("fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside[0] = name
        elif name == "font" and inside[0] == "fonts":
            fonts.append(set())
        elif inside[0] == "fonts" and fonts:
            if name == "strike" and attributes.get("val", "1") in ("1", "true"):
                fonts[-1].add(STRUCK_OUT)
            if name == "vertAlign" and attributes.get("val") in ("superscript", "subscript"):
                fonts[-1].add(RAISED_CELLS)
        elif name == "xf" and inside[0] == "cellXfs" and attributes.get("fontId", "").isdecimal():
            used.update(*fonts[int(attributes["fontId"]) : int(attributes["fontId"]) + 1])

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    try:
        parser.Parse(styles, True)
    except expat.ExpatError as error:
        raise WorkbookError("workbook.broken", reason=str(error)) from error
    return used
