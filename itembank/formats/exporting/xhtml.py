"""Rich text → XHTML: a paragraph for each line, formulas as MathML with their LaTeX beside, so that both can be read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from itembank.domain import rich_text
from itembank.formats.exporting.written import MathMl

MATH = "http://www.w3.org/1998/Math/MathML"
Element = etree._Element


class Xhtml:
    """Makes elements of one namespace. `source`: a figure's file name → its address."""

    def __init__(self, namespace: str, mathml: MathMl, source: Callable[[str], str]) -> None:
        self._namespace, self._mathml, self._source = namespace, mathml, source

    def fill(self, parent: Element, text: str, blank: Callable[[str], Element] | None = None) -> None:
        """The text as paragraphs inside `parent`. `blank`: what stands for a place to answer, where it is more than text."""
        paragraph: Element | None = self._under(parent, "p")
        for part in rich_text.parse(text):
            if isinstance(part, rich_text.Table):
                if paragraph is not None and len(paragraph) == 0 and not paragraph.text:
                    parent.remove(paragraph)
                self._table(parent, part, blank)
                paragraph = None  # the break after a table is the end of its last row
            elif isinstance(part, rich_text.Text) or (isinstance(part, rich_text.Blank) and blank is None):
                first, *others = part.text.split("\n")
                if paragraph is not None:
                    _append(paragraph, first)
                for line in others:
                    paragraph = self._under(parent, "p")
                    _append(paragraph, line)
            elif paragraph is not None:
                self._inline(paragraph, part, blank)

    def fill_line(self, parent: Element, text: str) -> None:
        """The same for a text that is one line, without a paragraph around it."""
        for part in rich_text.parse(text):
            if isinstance(part, rich_text.Text | rich_text.Blank):
                first, *others = part.text.split("\n")
                _append(parent, first)
                for line in others:
                    self._under(parent, "br").tail = line
            elif not isinstance(part, rich_text.Table):
                self._inline(parent, part, None)

    def _inline(self, parent: Element, part: rich_text.Part, blank: Callable[[str], Element] | None) -> None:
        if isinstance(part, rich_text.Subscript | rich_text.Superscript):
            self._under(parent, "sub" if isinstance(part, rich_text.Subscript) else "sup").text = part.text
        elif isinstance(part, rich_text.Formula):
            parent.append(self._math(part.latex))
        elif isinstance(part, rich_text.Figure):
            image = self._under(parent, "img")
            image.set("src", self._source(part.name))
            image.set("alt", part.name)
        elif isinstance(part, rich_text.Blank) and blank is not None:
            parent.append(blank(part.text))
        elif isinstance(part, rich_text.Blank):
            _append(parent, part.text)

    def _table(self, parent: Element, table: rich_text.Table, blank: Callable[[str], Element] | None) -> None:
        body = self._under(self._under(parent, "table"), "tbody")
        for row in table.rows:
            line = self._under(body, "tr")
            for cell in row:
                made = self._under(line, "td")
                for part in cell:
                    if isinstance(part, rich_text.Text):
                        _append(made, part.text)
                    else:
                        self._inline(made, part, blank)

    def _math(self, latex: str) -> Element:
        # Without a prefix: a player hands it to a browser as HTML, which knows no `m:math`.
        nameless: dict[Any, str] = {None: MATH}
        made = etree.Element(f"{{{MATH}}}math", nsmap=nameless)
        semantics = etree.SubElement(made, f"{{{MATH}}}semantics")
        shown = self._mathml(latex)
        if shown:
            semantics.append(etree.fromstring(shown)[0])
            for sign in semantics.iter(f"{{{MATH}}}mi"):
                if sign.get("stretchy"):
                    sign.tag = f"{{{MATH}}}mo"  # a bracket: of letters MathML's schema knows no stretching
        else:
            etree.SubElement(semantics, f"{{{MATH}}}mtext").text = latex
        annotation = etree.SubElement(semantics, f"{{{MATH}}}annotation", encoding="application/x-tex")
        annotation.text = latex
        return made

    def _under(self, parent: Element, name: str) -> Element:
        return etree.SubElement(parent, f"{{{self._namespace}}}{name}" if self._namespace else name)


def _append(parent: Element, text: str) -> None:
    if not text:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
