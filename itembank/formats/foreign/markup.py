"""HTML inside an item (QTI, Moodle) → rich text: what a page would show, in the bank's own markup, and nothing that acts."""

from __future__ import annotations

import base64
import binascii
import itertools
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lxml import etree, html

from itembank.formats.errors import FigureError
from itembank.formats.foreign.found import FoundItem
from itembank.formats.foreign.pandoc import latex_of
from itembank.formats.foreign.pictures import Pictures
from itembank.formats.foreign.xml import words

Element = etree._Element
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "section",
    "article", "dl", "dt", "dd", "header", "footer", "figure", "figcaption", "caption", "br", "hr", "prompt",
    "simplechoice", "simpleassociablechoice", "qti-prompt", "qti-simple-choice", "qti-simple-associable-choice",
}  # fmt: skip
_DROPPED = {
    "script", "style", "noscript", "template", "iframe", "audio", "video", "embed", "applet", "form", "input", "textarea",
    "select", "button",
}  # fmt: skip
_TEX = ((re.compile(r"\\\((.+?)\\\)", re.DOTALL), r"$\1$"), (re.compile(r"\\\[(.+?)\\\]", re.DOTALL), r"$\1$"))
_NO_TAG = re.compile(
    r"<(?!/?(?:a|abbr|b|big|blockquote|br|caption|center|code|col|colgroup|dd|del|div|dl|dt|em|figure|figcaption|font|h[1-6]|hr|i"
    r"|iframe|img|ins|li|m:|math|mi|mn|mo|mrow|msup|msub|mfrac|msqrt|mfenced|mtable|mtr|mtd|mtext|nobr|object|ol|p|param|pre|q|s"
    r"|script|small|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|video|audio|source|input)"
    r"(?:[\s/>]|$)|!--)",
    re.IGNORECASE,
)
"""A sign that begins no element of a text: `a<b`, `<stdio.h>`."""
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_LONGEST_LIST = 200
MATHML = "\ue000"
"""Stands for a formula until all of a file are read together: between two of these is its number."""
_NAMED = re.compile(r"data:image;name=([^;,]+);base64,")
_CONTENT = ("qti-content-body", "contentBody")
_FORMULA = re.compile(rf"{MATHML}(\d+){MATHML}")


@dataclass(slots=True)
class Page:
    """What the elements of a file are read with. `picture`: address → bytes, or None. `formulas`: the MathML met so far.
    `ours`: our own export wrote it, so figures keep their names.
    """

    pictures: Pictures
    picture: Callable[[str], bytes | None]
    ours: bool = False
    formulas: list[str] = field(default_factory=list)

    def text(self, element: Element | None, item: FoundItem, *, special: Callable[[Element], str | None] | None = None) -> str:
        """What an element shows. `special`: text for elements that are more than markup, None for the others."""
        if element is None:
            return ""
        if self.ours:
            return "\n".join(self._lines(element, item, special)).strip()
        return _tidy(_inside(element, self, item, special))

    def _lines(self, element: Element, item: FoundItem, special: Callable[[Element], str | None] | None) -> list[str]:
        """Of our own export: a paragraph is a line, sign for sign; an element without paragraphs is one line."""
        if not any(name_of(child) in ("p", *_CONTENT) for child in element):
            return [_inside(element, self, item, special)]
        lines = []
        for child in element:
            told = special(child) if special else None
            if name_of(child) == "p":
                lines.append(_inside(child, self, item, special))
            elif name_of(child) == "table":
                lines.append(_table(child, self, item, special))
            elif told is None and name_of(child) in _CONTENT:
                lines += self._lines(child, item, special)
        return lines

    def markup(self, text: str, item: FoundItem) -> str:
        """What a piece of HTML shows that stood in a text."""
        text = _tex(text) if self.ours else text
        if "<" not in text and "&" not in text:
            return text if self.ours else _tidy(text)
        try:
            return self.text(html.fragment_fromstring(_NO_TAG.sub("&lt;", text), create_parent="div"), item)
        except (etree.ParserError, ValueError, AssertionError):
            return _tidy(re.sub(r"<[^>]*>", " ", text))

    def formula(self, element: Element) -> str:
        self.formulas.append(etree.tostring(_bare_math(element), encoding="unicode", with_tail=False))
        return f"{MATHML}{len(self.formulas) - 1}{MATHML}"

    def image(self, address: str, alternative: str, item: FoundItem) -> str:
        """The figure's markup; one that did not come, or cannot be shown, gets an eye and its words stay."""
        try:
            named = _NAMED.match(address) if self.ours else None
            if named:
                return self.pictures.take_named(named[1], base64.b64decode(address[named.end() :]))
            if address.startswith("data:"):
                return self.pictures.take_uri(address)
            data = self.picture(address)
            if data is not None:
                return self.pictures.take_named(posixpath.basename(address), data) if self.ours else self.pictures.take(data)
        except (FigureError, binascii.Error):
            pass
        item.eye("item.eye.figure", address[:80] or alternative)
        return alternative


def name_of(element: Element) -> str:
    """The element's name without its namespace; of a comment or an instruction nothing."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _inside(element: Element, page: Page, item: FoundItem, special: Callable[[Element], str | None] | None) -> str:
    plain = str if page.ours else _plain
    parts = [plain(element.text or "")]
    for child in element:
        parts.append(_shown(child, page, item, special))
        parts.append(plain(child.tail or ""))
    return "".join(parts)


def _plain(text: str | None) -> str:
    return _BLANKS.sub(" ", (text or "").replace("\n", " "))


def _shown(element: Element, page: Page, item: FoundItem, special: Callable[[Element], str | None] | None) -> str:
    told = special(element) if special else None
    if told is not None:
        return told
    name = name_of(element).lower()
    if name in ("sub", "sup"):
        inner = _inside(element, page, item, special)
        inner = inner if page.ours else inner.strip()
        return f"<{name}>{inner}</{name}>" if inner and "<" not in inner else inner
    if name == "br" and page.ours:
        return "\n"
    if name == "math":
        return _annotated(element) or page.formula(element)
    if name == "img":
        return page.image(element.get("src", ""), element.get("alt", ""), item)
    if name == "object":
        return page.image(element.get("data", ""), words(element), item)
    if name == "table":
        return "\n" + _table(element, page, item, special) + "\n"
    if name in _DROPPED:
        item.eye("item.eye.lost", f"<{name}>")
        return ""
    if name in ("s", "strike", "del"):
        item.eye("item.eye.lost", f"<{name}> {words(element)}")
    inner = _inside(element, page, item, special)
    if name == "li" and not page.ours and (number := _place_in_list(element)):
        inner = f"{number}. {inner.strip()}"
    return f"\n{inner}\n" if name in _BLOCKS else inner if name else ""


def _table(element: Element, page: Page, item: FoundItem, special: Callable[[Element], str | None] | None) -> str:
    rows = []
    for row in (found for found in element.iter() if name_of(found).lower() == "tr"):
        cells = [cell for cell in row if name_of(cell).lower() in ("td", "th")]
        texts = [_inside(cell, page, item, special) for cell in cells]
        rows.append(texts if page.ours else [one_cell(_tidy(text)) for text in texts])
    width = max(map(len, rows), default=0)
    if len(rows) < 2 or any("{{图" in cell for row in rows for cell in row):
        return "\n".join("　".join(row) for row in rows)
    return "\n".join(f"|{'|'.join(row + [''] * (width - len(row)))}|" for row in rows)


def _place_in_list(entry: Element) -> int:
    """The number of an entry of a numbered list; 0 in any other."""
    above = entry.getparent()
    if above is None or name_of(above).lower() != "ol" or len(above) > _LONGEST_LIST:
        return 0
    return [part for part in above if name_of(part).lower() == "li"].index(entry) + 1


def one_cell(text: str) -> str:
    """The text of a table's cell: on one line, and no bar in it."""
    return re.sub(r"\$[^$]+\$", lambda found: unbarred(found[0]), text.replace("\n", " ")).replace("|", "／")


def unbarred(latex: str) -> str:
    """The same formula without a bar: one would end a table's cell."""
    return latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")


def _annotated(element: Element) -> str:
    """The LaTeX that a formula brings along."""
    for part in element.iter():
        if name_of(part) == "annotation" and part.get("encoding") in ("application/x-tex", "TeX", "LaTeX") and part.text:
            return f"${part.text}$" if "$" not in part.text else ""
    return ""


def _bare_math(element: Element) -> Element:
    """The formula in MathML's own namespace, whatever prefix it stood under."""
    made = etree.Element(
        name_of(element), {etree.QName(str(key)).localname: str(value) for key, value in element.attrib.items()}
    )
    if name_of(element) == "math":
        made.set("xmlns", "http://www.w3.org/1998/Math/MathML")
    made.text = element.text
    for child in element:
        if name_of(child):
            inner = _bare_math(child)
            inner.tail = child.tail
            made.append(inner)
    return made


def _tex(text: str) -> str:
    for pattern, replacement in _TEX:
        text = pattern.sub(replacement, text)
    return text


def _tidy(text: str) -> str:
    lines = [line.strip(" \t\u00a0") for line in _tex(text).replace("\u00a0", " ").split("\n")]
    return "\n".join(line for line in lines if line)


def set_formulas(items: Iterable[FoundItem], page: Page) -> None:
    """Put the LaTeX of all formulas where they were met; one that could not be read leaves its words, and an eye."""
    read = latex_of(page.formulas)
    for item in itertools.chain.from_iterable((whole, *whole.parts) for whole in items):
        for heading, text in item.cells.items():
            if MATHML in text:
                item.cells[heading] = "\n".join(_with_formulas(line, read, page, item) for line in text.split("\n"))


def _with_formulas(line: str, read: Sequence[str], page: Page, item: FoundItem) -> str:
    kept = unbarred if line.startswith("|") else str
    return _FORMULA.sub(lambda found: kept(_formula(int(found[1]), read, page, item)), line)


def _formula(number: int, read: Sequence[str], page: Page, item: FoundItem) -> str:
    if number < len(read) and read[number]:
        return f"${read[number]}$"
    words = re.sub(r"<[^>]*>", "", page.formulas[number]) if number < len(read) else ""
    item.eye("item.eye.formula", words)
    return words
