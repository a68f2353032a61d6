"""Rich text (试题文本): plain text with a small markup, read here and nowhere else.

    <sub>2</sub> <sup>2</sup>    subscript, superscript; not one in another
    $\\frac{a}{b}$                a formula in LaTeX
    {{图:NAME.svg}}              a figure
    （　　）, (), ____            a blank to be filled in: brackets around nothing, or three or more underscores
    |a|b|                        a table: two or more lines in a row that each begin and end with a bar; cells as many in
    |1|2|                        each, and in a cell everything above but a figure

What is none of these is text as it stands: a lone `<`, `$`, `|` or brace, one line between bars. No character is lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from itembank.domain.errors import RichTextError

FIGURE_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_TOKEN = re.compile(
    rf"\{{\{{图:(?P<figure>{FIGURE_NAME.pattern})\}}\}}"
    r"|\$(?P<formula>[^$]+)\$"
    r"|<sub>(?P<sub>[^<>]+)</sub>"
    r"|<sup>(?P<sup>[^<>]+)</sup>"
    r"|(?P<blank>[（(]\s*[）)]|_{3,})"
)
_TABLE = re.compile(r"^\|.*\|$(?:\n\|.*\|$)+", re.MULTILINE)
MOST_CELLS = 12
"""In a row: as many as a page has room for."""
_LOST = "\ufffd"
_HALF = re.compile("</?su[bp]>")
_ROW_MEETS_ROW = "|\n|"


@dataclass(frozen=True, slots=True)
class Text:
    """Words, sign for sign; may hold line breaks."""

    text: str


@dataclass(frozen=True, slots=True)
class Subscript:
    text: str


@dataclass(frozen=True, slots=True)
class Superscript:
    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    latex: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by its file name; the file travels beside the item."""

    name: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to answer. `text`: as the author wrote it."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells of parts, as many cells in each row. The line breaks before and after belong to the text around it."""

    rows: tuple[tuple[tuple[Part, ...], ...], ...]


Part = Text | Subscript | Superscript | Formula | Figure | Blank | Table

_PARTS: dict[str | None, Callable[[str], Part]] = {
    "figure": Figure,
    "formula": Formula,
    "sub": Subscript,
    "sup": Superscript,
    "blank": Blank,
}


def parse(text: str) -> tuple[Part, ...]:
    """The parts of an author's text, in order. Raises RichTextError for a table that is uneven, too wide or
    has a figure in it."""
    if _ROW_MEETS_ROW not in text:
        return _sentence(text)
    parts: list[Part] = []
    end = 0
    for table in _TABLE.finditer(text):
        parts += _sentence(text[end : table.start()])
        parts.append(_table(table[0], first_line=text.count("\n", 0, table.start()) + 1))
        end = table.end()
    return (*parts, *_sentence(text[end:]))


def paragraphs(text: str) -> tuple[Part, ...]:
    """The parts as they are set on a page: without the line breaks that only set a table apart. Raises RichTextError."""
    parts = parse(text)
    if not any(isinstance(part, Table) for part in parts):
        return parts
    kept: list[Part] = []
    for place, part in enumerate(parts):
        if isinstance(part, Text):
            after_table = place > 0 and isinstance(parts[place - 1], Table)
            before_table = isinstance(parts[min(place + 1, len(parts) - 1)], Table)
            words = part.text.removeprefix("\n") if after_table else part.text
            part = Text(words.removesuffix("\n") if before_table else words)
        if part != Text(""):
            kept.append(part)
    return tuple(kept)


def hidden_sign(text: str) -> str:
    """The first sign that would act on a page instead of being seen, or that stands for a lost one; empty without such a sign.

    Controls, turned direction, invisible and unassigned signs: the categories C of Unicode, all but the line break.
    """
    # The ideographic space is none of them, and the one sign of most texts that Python does not call printable.
    if _LOST not in text and (text.isprintable() or text.replace("\u3000", "").replace("\n", "").isprintable()):
        return ""
    return next((sign for sign in text if sign == _LOST or (sign != "\n" and unicodedata.category(sign)[0] == "C")), "")


def figures(text: str) -> list[str]:
    """The names of the figures in a text, in order; also of a text that `parse` refuses."""
    return _found(text, "figure") if "{{" in text else []


def formulas(text: str) -> list[str]:
    """The LaTeX of the formulas in a text, in order; also of a text that `parse` refuses."""
    return _found(text, "formula") if "$" in text else []


def blanks(text: str) -> int:
    """How many places to fill in a text has. Raises RichTextError."""
    return sum(_blanks(part) for part in parse(text))


def may_hold_table(text: str) -> bool:
    """Whether `parse` can refuse the text at all; much faster than parsing."""
    return _ROW_MEETS_ROW in text


def has_half_a_mark(text: str) -> bool:
    """Whether a mark of sub- or superscript is left as text, most likely for want of its other half."""
    return "<" in text and _HALF.search(_TOKEN.sub(" ", text)) is not None


def _blanks(part: Part) -> int:
    if isinstance(part, Table):
        return sum(_blanks(inner) for row in part.rows for cell in row for inner in cell)
    return isinstance(part, Blank)


def _found(text: str, kind: str) -> list[str]:
    return [token[kind] for token in _TOKEN.finditer(text) if token[kind] is not None]


def _sentence(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() > end:
            parts.append(Text(text[end : token.start()]))
        parts.append(_PARTS[token.lastgroup](token[token.lastgroup or 0]))
        end = token.end()
    if end < len(text):
        parts.append(Text(text[end:]))
    return tuple(parts)


def _table(text: str, first_line: int) -> Table:
    rows: list[tuple[tuple[Part, ...], ...]] = []
    for line, row in enumerate(text.split("\n"), start=first_line):
        cells = tuple(_sentence(cell) for cell in row[1:-1].split("|"))
        if rows and len(cells) != len(rows[0]):
            raise RichTextError("item.table", line=line, found=len(cells), expected=len(rows[0]))
        if len(cells) > MOST_CELLS:
            raise RichTextError("item.table_wide", line=line, found=len(cells), most=MOST_CELLS)
        if any(isinstance(part, Figure) for cell in cells for part in cell):
            raise RichTextError("item.table_figure", line=line)
        rows.append(cells)
    return Table(tuple(rows))
