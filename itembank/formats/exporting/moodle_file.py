"""Moodle XML of items: choice, judgement, fill-in (embedded answers) and written ones, their figures in base64 beside the
texts.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping, Sequence

from lxml import etree

from itembank.domain import rich_text
from itembank.domain.items import LETTERS, Item, ItemType, fill_answers
from itembank.formats.exporting.written import Written, facts, guid, held
from itembank.formats.figures import figure_file
from itembank.formats.foreign.found import TOOL

TYPES = tuple(type_ for type_ in ItemType if type_ not in (ItemType.CASE, ItemType.PRACTICAL))
_KINDS = {
    ItemType.SINGLE: "multichoice",
    ItemType.MULTIPLE: "multichoice",
    ItemType.JUDGEMENT: "truefalse",
    ItemType.FILL: "cloze",
}
_ACTS = re.compile(r"([}#~/\"\\])")
"""Signs that mean something inside an embedded answer."""
_BEGINS, _ENDS, _APART = re.compile(r"\\(?=[(\[]|$)"), re.compile(r"\\(?=\))"), r"\\<span></span>"
"""A backslash of the text that would begin a formula, or end the one it is in, and how it stands apart from its bracket."""
Element = etree._Element


def write_moodle(items: Sequence[Item], figures: Mapping[str, str]) -> Written:
    """The quiz file of these items."""
    kept, left_out = held(items, lambda item: item.type in TYPES)
    root = etree.Element("quiz")
    for item in kept:
        root.append(_question(item, figures))
    return Written(bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")), left_out)


def _question(item: Item, figures: Mapping[str, str]) -> Element:
    question = etree.Element("question", type=_KINDS.get(item.type, "essay"))
    _text(etree.SubElement(question, "name"), item.item_no)
    stem = etree.SubElement(question, "questiontext", format="html")
    _text(stem, _cloze(item) if item.type is ItemType.FILL else as_html(item.stem))
    _files(stem, item.shown_figures, figures)
    rationale = etree.SubElement(question, "generalfeedback", format="html")
    _text(rationale, as_html(item.rationale))
    _files(rationale, [name for name in item.figures if name not in item.shown_figures], figures)
    etree.SubElement(question, "idnumber").text = guid(item)
    if item.options:
        _choices(question, item)
    elif item.type is ItemType.JUDGEMENT:
        for word, sign in (("true", "√"), ("false", "×")):
            _answer(question, word, 100 if item.key == sign else 0)
    elif item.type is not ItemType.FILL:
        _text(etree.SubElement(question, "graderinfo", format="html"), as_html(item.key))
    tags = etree.SubElement(question, "tags")
    for text in (TOOL, *(f"{name}:{value}" for name, value in facts(item).items() if value)):
        _text(etree.SubElement(tags, "tag"), text)
    return question


def _choices(question: Element, item: Item) -> None:
    etree.SubElement(question, "single").text = "true" if item.type is ItemType.SINGLE else "false"
    etree.SubElement(question, "shuffleanswers").text = "false" if item.options_locked else "true"
    etree.SubElement(question, "answernumbering").text = "ABCD"
    share = 100 / len(item.key)
    for letter, option in zip(LETTERS, item.options, strict=False):
        right = letter in item.key
        _answer(question, as_html(option), share if right else 0 if item.type is ItemType.SINGLE else -100)


def _answer(question: Element, text: str, fraction: float) -> None:
    answer = etree.SubElement(question, "answer", fraction=f"{fraction:.5f}".rstrip("0").rstrip("."), format="html")
    _text(answer, text)


def _text(parent: Element, text: str) -> None:
    etree.SubElement(parent, "text").text = text


def _files(parent: Element, names: Sequence[str], figures: Mapping[str, str]) -> None:
    for name in dict.fromkeys(name for name in names if name in figures):
        file = etree.SubElement(parent, "file", name=name, path="/", encoding="base64")
        file.text = base64.b64encode(figure_file(figures[name])).decode()


def _cloze(item: Item) -> str:
    """Each blank with its answers: `{1:SHORTANSWER:=欧姆~=Ω}`."""
    answers = iter(fill_answers(item.key))
    return as_html(item.stem, lambda: f"{{1:SHORTANSWER:{'~'.join(map(_embedded, next(answers)))}}}")


def _embedded(answer: str) -> str:
    return "=" + html.escape(_ACTS.sub(r"\\\1", answer), quote=False)


def as_html(text: str, blank: Callable[[], str] | None = None) -> str:
    """Rich text as HTML, its formulas between `\\(` and `\\)` as Moodle's filters take them."""
    return "<br>".join(_line(line, blank) for line in _lines(text))


def _lines(text: str) -> list[list[rich_text.Part]]:
    lines: list[list[rich_text.Part]] = [[]]
    for part in rich_text.paragraphs(text):
        if isinstance(part, rich_text.Text):
            first, *others = part.text.split("\n")
            lines[-1].append(rich_text.Text(first))
            lines += [[rich_text.Text(line)] for line in others]
        else:
            lines[-1].append(part)
    return lines


def _line(parts: Sequence[rich_text.Part], blank: Callable[[], str] | None) -> str:
    return "".join(_part(part, blank) for part in parts)


def _part(part: rich_text.Part, blank: Callable[[], str] | None) -> str:
    if isinstance(part, rich_text.Table):
        rows = "".join(f"<tr>{''.join(f'<td>{_line(cell, blank)}</td>' for cell in row)}</tr>" for row in part.rows)
        return f"<table><tbody>{rows}</tbody></table>"
    if isinstance(part, rich_text.Subscript | rich_text.Superscript):
        name = "sub" if isinstance(part, rich_text.Subscript) else "sup"
        return f"<{name}>{html.escape(part.text)}</{name}>"
    if isinstance(part, rich_text.Formula):
        return rf"\({_ENDS.sub(_APART, html.escape(part.latex))}\)"
    if isinstance(part, rich_text.Figure):
        return f'<img src="@@PLUGINFILE@@/{part.name}" alt="{part.name}">'
    if isinstance(part, rich_text.Blank) and blank is not None:
        return blank()
    return _BEGINS.sub(_APART, html.escape(part.text, quote=False))
