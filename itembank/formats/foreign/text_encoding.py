"""Bytes of a text file → text: UTF-8 and UTF-16 with or without a mark, GB18030, Big5.

Nearly every text in GB18030 is also some text in Big5 and the other way about. Which one is meant is told by how common its
characters are: both sets put the common ones into a first level. Libraries that guess among all encodings of the world guess
wrong more often on one line of Chinese (docs/decisions/0014).
"""

from __future__ import annotations

import codecs

from itembank.formats.errors import ForeignError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_CHINESE = ("gb18030", "big5")
_LOOKED_AT = 200_000
"""Bytes that are enough to tell two encodings apart."""


def decoded(data: bytes) -> tuple[str, str]:
    """The text with line ends as `\\n`, and the name of its encoding. Raises ForeignError for what is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), encoding
    for encoding in ("utf-8", *_unmarked_utf16(data)):
        try:
            return _strict(data, encoding), encoding
        except ForeignError:
            continue
    readable = [(encoding, text) for encoding in _CHINESE if (text := _tried(data, encoding)) is not None]
    if not readable:
        raise ForeignError("import.encoding")
    encoding, text = max(readable, key=lambda one: _common(one[1][:_LOOKED_AT]))
    return text, encoding


def _unmarked_utf16(data: bytes) -> tuple[str, ...]:
    """Line ends, digits and Latin letters of UTF-16 have a zero byte each, and text in no other encoding here has any."""
    if len(data) % 2 or b"\0" not in data[:_LOOKED_AT]:
        return ()
    even, odd = data[:_LOOKED_AT:2].count(0), data[1:_LOOKED_AT:2].count(0)
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _strict(data: bytes, encoding: str) -> str:
    text = _tried(data, encoding)
    if text is None:
        raise ForeignError("import.encoding")
    return text


def _tried(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")


def _common(text: str) -> float:
    """The share of first-level characters among all that are no ASCII and no Chinese punctuation."""
    signs = [sign for sign in text if sign > "\u00ff" and not "\u3000" <= sign <= "\u303f" and not "\uff00" <= sign <= "\uffef"]
    return sum(map(_is_common, signs)) / len(signs) if signs else 1.0


def _is_common(sign: str) -> bool:
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            if first <= sign.encode(encoding)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False
