"""Raised and lowered letters of a spreadsheet, which its reading library sets on the line: 10³ would be 103."""

from __future__ import annotations

import io
import re

from itembank.formats.errors import WorkbookError

_RAISED = re.compile(rb'<vertAlign\s+val="(superscript|subscript)"\s*/?>')
_TEXT = re.compile(rb"(<t(?:\s[^<>]*)?>)([^<]*)(</t>)")
_MARK = {b"superscript": b"sup", b"subscript": b"sub"}
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
