"""Text for comparing: what differs between two typings of one sentence goes, what differs in meaning stays.

Not NFKC: it makes 10² into 102. Case is folded where it is spelling (PLC, kV) and kept where it is meaning: a letter alone
(u is an instantaneous value, U an effective one), a leading M (MW, mW), a formula, a LaTeX command (\\Delta, \\delta), a
figure's file name.
"""

from __future__ import annotations

import re

BLANK_MARK = "_"
"""What an answer bracket or a line to write on becomes."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BLANKS = (*range(0x21), 0x7F, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_INVISIBLE = (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFE0E, 0xFE0F, 0xFEFF)
_ONE_OF_MANY = {
    "。": ".", "｡": ".", "、": ",", "､": ",", "∶": ":", "︰": ":",
    "“": '"', "”": '"', "„": '"', "‟": '"', "「": '"', "」": '"', "『": '"', "』": '"', "‘": "'", "’": "'",
    "【": "[", "】": "]", "〔": "[", "〕": "]",
    "−": "-", "‐": "-", "‑": "-", "–": "-", "≦": "≤", "⩽": "≤", "≧": "≥", "⩾": "≥",
    "µ": "μ", "\u2126": "Ω", "\u212a": "K", "℃": "°C", "㎜": "mm", "㎝": "cm", "㎞": "km", "㎏": "kg", "㎡": "m²", "㎟": "mm²",
}  # fmt: skip
_TABLE: dict[int, int | str | None] = {
    **_HALF_WIDTH,
    **dict.fromkeys((*_BLANKS, *_INVISIBLE)),
    **{ord(variant): one for variant, one in _ONE_OF_MANY.items()},
}
_VARIANT = re.compile(f"[{re.escape(''.join(map(chr, _TABLE)))}]")
_ANSWER_PLACE = re.compile(r"\(_*\)|\[_*\]|__+")
_CASED = re.compile(r"\$[^$]*\$|\{\{[^}]*\}\}|(?<![\\A-Za-z])[A-Za-z]{2,}")
_AT_THE_END = ".,;:?" + BLANK_MARK


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width. Nothing else."""
    return text.translate(_HALF_WIDTH)


def folded(text: str) -> str:
    """One line without blanks, invisible characters and closing punctuation, variants of signs as one, words in lower case."""
    if _VARIANT.search(text):  # an option has seldom one, and to look is quicker than to translate
        text = text.translate(_TABLE)
    if "(" in text or "_" in text or "[" in text:
        text = _ANSWER_PLACE.sub(BLANK_MARK, text)
    if text != text.lower():  # most lines hold no capital, and this is quicker than looking for words
        text = _CASED.sub(_lower, text)
    return text.rstrip(_AT_THE_END).lstrip(BLANK_MARK)


def _lower(found: re.Match[str]) -> str:
    word = found[0]
    if word[0] in "${":
        return word
    return "M" + word[1:].lower() if word[0] == "M" else word.lower()
