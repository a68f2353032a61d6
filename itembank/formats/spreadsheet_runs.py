"""Raised and lowered letters of a spreadsheet, which its reading library sets on the line: 10³ would be 103."""

from __future__ import annotations

import re

_RAISED = re.compile(rb'<vertAlign\s+val="(superscript|subscript)"\s*/?>')
_TEXT = re.compile(rb"(<t(?:\s[^>]*)?>)([^<]*)(</t>)")
_MARK = {b"superscript": b"sup", b"subscript": b"sub"}


def with_marks(part: bytes) -> bytes:
    """The part, its raised and lowered runs in the marks of our rich text (`<sup>3</sup>`), as an author would type them."""
    if b"vertAlign" not in part:
        return part
    *runs, rest = part.split(b"</r>")
    return b"</r>".join([*map(_marked, runs), rest])


def _marked(before: bytes) -> bytes:
    """What ends with a run."""
    start = before.rfind(b"<r>")
    run = before[max(start, 0) :]
    raised = _RAISED.search(run)
    if start < 0 or not raised:
        return before
    mark = _MARK[raised[1]]
    return before[:start] + _TEXT.sub(lambda text: _between(text, mark), run)


def _between(text: re.Match[bytes], mark: bytes) -> bytes:
    if not text[2].strip():
        return text[0]
    return b"%s&lt;%s&gt;%s&lt;/%s&gt;%s" % (text[1], mark, text[2], mark, text[3])
