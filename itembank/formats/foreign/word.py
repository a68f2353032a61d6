"""Word files (.docx): pandoc reads them, numbers of automatic lists and formulas included; its blocks become lines of a paper.

    automatic list          `1. `, `A. `, `（1）` in front of each, as Word shows them
    sub- and superscript    <sub>, <sup>
    formula (OMML)          $LaTeX$
    picture                 {{图:…}}, painted anew
    table                   lines between bars; a table of items (題干, 选项 … in its first row) is read like a worksheet

Pandoc drops what it does not know (text boxes, old drawings). So every word of the file's own XML is looked for in what came
out, and what is missing is told with its words; nothing is dropped in silence.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from itembank.formats.errors import FigureError, ForeignError
from itembank.formats.foreign.found import TOOL, FoundItem, dropped
from itembank.formats.foreign.layout import recognised_layout
from itembank.formats.foreign.markup import one_cell
from itembank.formats.foreign.national import is_national, national_items
from itembank.formats.foreign.own_word import FORMULA, NUMBER, own_items
from itembank.formats.foreign.package import Package
from itembank.formats.foreign.pandoc import document
from itembank.formats.foreign.paper_text import TEXT, PaperReader
from itembank.formats.foreign.pictures import Pictures
from itembank.formats.foreign.tables import RawTable, TableItems
from itembank.formats.foreign.word_dropped import unheeded
from itembank.formats.foreign.word_pieces import BLANK, DOCUMENT, pieces
from itembank.formats.foreign.xml import parsed, words

Node = dict[str, Any]
_QUOTES = {"DoubleQuote": ("“", "”"), "SingleQuote": ("‘", "’")}
_LETTER, _NUMBERED = re.compile(r"\s*[(（]?[A-KＡ-Ｋ]\s*[.．、)）]?\s*"), re.compile(r"\s*\d{1,4}\s*[.．、]")
_OPTION = re.compile(r"\s*[(（]?[A-KＡ-Ｋ][)）]?\s*[.．、:：)）]")
FORMULAS, PICTURES, KEYLESS = "itembank-formulas", "itembank-pictures", "itembank-keyless"
"""Properties of our own document."""


def word_items(data: bytes, pictures: Pictures, types: Mapping[str, str]) -> Iterator[FoundItem]:
    """The items of a document, then what of it came out nowhere. Raises ForeignError."""
    package = Package(data)
    _look_at(package)
    reader = _Document(package, pictures)
    cut = pieces(package, data, f"{NUMBER}：" if reader.ours else "")
    blocks = itertools.chain.from_iterable(document(piece, "docx+empty_paragraphs") for piece in cut)
    lines = list(enumerate(itertools.chain.from_iterable(map(reader.lines, blocks)), start=1))
    if reader.ours:
        spelled, keyless = _own_property(package, FORMULAS), bool(_own_property(package, KEYLESS))
        yield from own_items(iter(lines), reader.formulas, spelled, keyless=keyless)
    elif is_national(text for _, text in lines):
        yield from national_items(iter(lines), types)
    else:
        yield from PaperReader().items(lines)
    for number, (head, rows) in enumerate(reader.item_tables, start=1):
        yield from TableItems().of([RawTable(f"表格{number}", [head, *rows])])
    for about in (*reader.lost, *unheeded(package, "".join(reader.shown), reader.images)):
        yield dropped(TEXT, 0, about)


def _look_at(package: Package) -> None:
    """No document type, no encoding of its own in any part that pandoc will read. Raises ForeignError."""
    if not any(name.startswith("word/") for name in package.names(".xml")):
        raise ForeignError("import.broken", reason=DOCUMENT)
    for name in package.names(".xml", ".rels"):
        parsed(package.read(name))


class _Document:
    """Blocks → lines. `item_tables`: heading row and rows of tables that are lists of items. `lost`: what could not be kept.

    `formulas`: of our own document, by the number that stands in its lines.
    """

    def __init__(self, package: Package, pictures: Pictures) -> None:
        self._package, self._pictures = package, pictures
        self.ours = _is_ours(package)
        self._own: dict[str, str] = _own_property(package, PICTURES) if self.ours else {}
        self.item_tables: list[tuple[list[str], list[list[str]]]] = []
        self.lost: list[str] = []
        self.formulas: list[str] = []
        self.shown: list[str] = []
        self.images = 0

    def lines(self, block: Node) -> Iterator[str]:
        kind, content = str(block["t"]), _content(block)
        if kind in ("Para", "Plain"):
            yield from self._paragraph(content)
        elif kind == "Header":
            yield from self._paragraph(content[2])
        elif kind == "OrderedList":
            yield from self._numbered(*content)
        elif kind == "BulletList":
            for entry in content:
                yield from itertools.chain.from_iterable(map(self.lines, entry))
        elif kind == "Table":
            yield from self._table(content)
        elif kind in ("BlockQuote", "Div", "Figure"):
            yield from itertools.chain.from_iterable(map(self.lines, content if kind == "BlockQuote" else content[-1]))
        elif kind == "LineBlock":
            yield from itertools.chain.from_iterable(map(self._paragraph, content))
        elif kind in ("CodeBlock", "RawBlock"):
            yield from content[1].split("\n")
        elif kind == "DefinitionList":
            for term, definitions in content:
                yield from self._paragraph(term)
                yield from itertools.chain.from_iterable(self.lines(inner) for entry in definitions for inner in entry)

    def _paragraph(self, inlines: list[Node]) -> Iterator[str]:
        text = self._text(inlines)
        self.shown.append(text)
        yield from text.split("\n")

    def _numbered(self, attributes: list[Any], entries: list[list[Node]]) -> Iterator[str]:
        start, style, delimiter = attributes[0], attributes[1]["t"], attributes[2]["t"]
        for number, entry in enumerate(entries, start=start):
            lines = list(itertools.chain.from_iterable(map(self.lines, entry)))
            mark = _mark(number, style, delimiter)
            yield f"{mark}{lines[0] if lines else ''}"
            yield from lines[1:]

    def _text(self, inlines: list[Node]) -> str:
        return "".join(map(self._inline, inlines))

    def _inline(self, inline: Node) -> str:
        kind, content = str(inline["t"]), _content(inline)
        if kind == "Str":
            return str(content).replace(BLANK, " ") if self.ours else str(content)
        if kind in ("Space", "SoftBreak"):
            return " "
        if kind == "LineBreak":
            return "\n"
        if kind in ("Subscript", "Superscript"):
            inner, name = self._text(content), "sub" if kind == "Subscript" else "sup"
            return f"<{name}>{inner}</{name}>" if inner and "<" not in inner else inner
        if kind == "Math":
            return self._formula(content[1].strip())
        if kind == "Image":
            return self._image(content[2][0], self._text(content[1]))
        if kind == "Note":
            note = " ".join(itertools.chain.from_iterable(map(self.lines, content)))
            self.lost.append(note)
            return ""
        if kind == "Quoted":
            before, after = _QUOTES[content[0]["t"]]
            return f"{before}{self._text(content[1])}{after}"
        if kind == "Strikeout":
            inner = self._text(content)
            self.lost.append(f"删除线 {inner}")
            return inner
        if kind in ("Code", "RawInline"):
            return str(content[1])
        if kind in ("Emph", "Strong", "Underline", "SmallCaps"):
            return self._text(content)
        if kind in ("Link", "Span", "Cite"):
            return self._text(content[1])
        return ""

    def _formula(self, latex: str) -> str:
        if not latex or "$" in latex:
            return latex
        if not self.ours:
            return f"${latex}$"
        self.formulas.append(latex)
        return f"{FORMULA}{len(self.formulas) - 1}{FORMULA}"

    def _image(self, address: str, alternative: str) -> str:
        self.images += 1
        try:
            data = self._package.picture(DOCUMENT, address)
            if data is not None and self._own.get(alternative) == hashlib.sha256(data).hexdigest():
                return f"{{{{图:{alternative}}}}}"  # the bank's own, painted for Word
            if data is not None:
                return self._pictures.take(data)
        except FigureError:
            pass
        self.lost.append(f"{alternative} {address}".strip())
        return alternative

    def _table(self, content: list[Any]) -> Iterator[str]:
        rows = [self._cells(row) for row in _table_rows(content)]
        layout = None if self.ours else recognised_layout("", rows, {})
        if layout is not None and layout.header_row == 1:
            self.item_tables.append((rows[0], rows[1:]))
            return
        width = max(map(len, rows), default=0)
        lines = [] if self.ours else _laid_out([cell for row in rows for cell in row if cell])
        if lines:
            yield from lines
            return
        flat = not self.ours and (len(rows) == 1 or width == 1)
        if flat or any("{{图" in cell for row in rows for cell in row):
            yield from (line for row in rows for cell in row for line in cell.split("\n"))
            return
        for row in rows:
            cells = [one_cell(cell) for cell in row]
            yield f"|{'|'.join(cells + [''] * (width - len(cells)))}|"

    def _cells(self, row: list[Any]) -> list[str]:
        """A cell's blocks as text; one that spans columns stands in the first of them."""
        cells: list[str] = []
        for _, _, _, columns, blocks in row[1]:
            cells.append("\n".join(itertools.chain.from_iterable(map(self.lines, blocks))))
            cells += [""] * (columns - 1)
        return cells


def _laid_out(cells: list[str]) -> list[str]:
    """The lines of a table that only lays out options, two by two or behind their letters, or one whole item; else none."""
    if cells and all(map(_OPTION.match, cells)):
        return cells
    if len(cells) > 2 and len(cells) % 2 == 0 and all(map(_LETTER.fullmatch, cells[::2])):
        return [f"{letter.strip(' .．、()（）')}. {text}" for letter, text in zip(cells[::2], cells[1::2], strict=True)]
    is_item = bool(cells) and _NUMBERED.match(cells[0]) and any(map(_OPTION.match, cells))
    return [line for cell in cells for line in cell.split("\n")] if is_item else []


def _table_rows(content: list[Any]) -> Iterator[list[Any]]:
    """All rows of pandoc's table: of its head, its bodies, its foot."""
    _, _, _, head, bodies, foot = content
    yield from head[1]
    for _, _, inner_head, inner in bodies:
        yield from inner_head
        yield from inner
    yield from foot[1]


def _mark(number: int, style: str, delimiter: str) -> str:
    """The number that Word shows in front of an entry."""
    if style in ("UpperAlpha", "LowerAlpha"):
        text = chr(ord("A" if style == "UpperAlpha" else "a") + (number - 1) % 26)
    elif style in ("UpperRoman", "LowerRoman"):
        text = _roman(number)
    else:
        text = str(number)
    if delimiter == "TwoParens":
        return f"（{text}）"
    return f"{text}) " if delimiter == "OneParen" else f"{text}. "


def _roman(number: int) -> str:
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, sign in signs:
        while number >= value:
            text, number = text + sign, number - value
    return text


def _is_ours(package: Package) -> bool:
    """Whether our own export wrote the document: its description says so, and stays when somebody saves it."""
    name = "docProps/core.xml"
    return name in package.names(".xml") and any(words(part) == TOOL for part in parsed(package.read(name)))


def _own_property(package: Package, name: str) -> Any:
    """Of our own document what the export wrote down for its reader: of FORMULAS an item's number → its formulas in order, each
    as it comes back and as its author wrote it; of PICTURES a figure's name → SHA-256 of its picture; of KEYLESS whether
    the keys stayed at the centre.
    """
    part = "docProps/custom.xml"
    if part not in package.names(".xml"):
        return {}
    told = ["".join(map(str, found.itertext())) for found in parsed(package.read(part)) if found.get("name") == name]
    return json.loads(told[0]) if told else {}


def formulas_in(blocks: Any) -> Iterator[str]:
    """The LaTeX of every formula in a piece of pandoc's tree, in order."""
    if isinstance(blocks, dict):
        if blocks.get("t") == "Math":
            yield blocks["c"][1]
        blocks = blocks.get("c")
    if isinstance(blocks, list):
        for inner in blocks:
            yield from formulas_in(inner)


def _content(node: Node) -> Any:
    return node.get("c")
