"""A paper's content → what the template lays out: one JSON document, and drawings by file name.

Stems and options are split here into parts, so that the template never looks inside a string:

    {"text": str}                                 set literally, sign for sign
    {"blank": true}                               the round brackets an answer is written into, never broken
    {"drawing": NAME, "width", "height", "depth"}    a formula on the baseline; points

Figures leave the sentence and stand centred below it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from itembank.domain.items import FIGURE, FORMULA, ItemType
from itembank.domain.paper import Form, PaperContent, Question, Scheme
from itembank.printing.errors import PrintingError
from itembank.printing.figures import draw_figure
from itembank.printing.formulas import Drawing, draw_formula

MASTHEADS = {Scheme.APPRAISAL: "职业技能鉴定国家题库", Scheme.RECOGNITION: "职业技能等级认定试卷"}
BLANK = re.compile(r"[（(]\s*[）)]")
TOKEN = re.compile(f"{FIGURE.pattern}|{FORMULA.pattern}|{BLANK.pattern}")

Part = dict[str, Any]


@dataclass(slots=True)
class Drawings:
    """The drawings of one paper as they are met; the same formula or figure is drawn once.

    `figures`: what the content brings, name → SVG. `family`: the font of the words in figures. `files`: the outcome,
    name in typst's memory → SVG.
    """

    figures: Mapping[str, str]
    family: str
    files: dict[str, bytes] = field(default_factory=dict)
    drawn: dict[str, Part] = field(default_factory=dict)

    def formula(self, latex: str) -> Part:
        return self._once(f"${latex}$", lambda: draw_formula(latex))

    def figure(self, name: str) -> Part:
        if name not in self.figures:
            raise PrintingError("print.figure", why="missing", name=name)
        return self._once(name, lambda: draw_figure(self.figures[name], self.family))

    def _once(self, key: str, draw: Callable[[], Drawing]) -> Part:
        if key not in self.drawn:
            drawing = draw()
            name = f"drawing-{len(self.files)}.svg"
            self.files[name] = drawing.svg
            size = {"width": drawing.width, "height": drawing.height, "depth": drawing.depth}
            self.drawn[key] = {"drawing": name, **size}
        return self.drawn[key]


def printable(content: PaperContent, family: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Everything the template needs: the document (JSON values) and its drawings (name → SVG).

    Raises PrintingError (`print.character`, `print.formula`, `print.figure`); `number` says in which question.
    """
    drawings = Drawings(content.figures, family)
    document = {
        "family": family,
        "masthead": MASTHEADS[content.scheme],
        "spare": content.form is Form.SPARE,
        "paper_no": content.paper_no,
        "occupation": content.occupation,
        "level": content.level,
        "subject": content.subject,
        "standard_year": content.standard_year,
        "minutes": content.minutes,
        "points": content.points,
        "pass_points": content.pass_points,
        "questions": sum(len(section.questions) for section in content.sections),
        "sections": [
            {
                "heading": section.heading,
                "questions": [
                    {"number": question.number, **laid_out(section.type, question, drawings)} for question in section.questions
                ],
            }
            for section in content.sections
        ],
    }
    return document, drawings.files


def laid_out(type_: ItemType, question: Question, drawings: Drawings) -> dict[str, Any]:
    """One question as parts: {stem: [part], figures: [drawing], options: [[part]]}."""
    try:
        stem, figures = split(question.stem, drawings)
        options = [split(option, drawings) for option in question.options]
        if any(drawn for _, drawn in options):
            raise PrintingError("print.figure", why="in an option")
    except PrintingError as error:
        raise PrintingError(error.code, number=question.number, **error.facts) from error
    return {
        "stem": with_blank(stem, first=type_ is ItemType.JUDGEMENT),
        "figures": figures,
        "options": [parts for parts, _ in options],
    }


def split(text: str, drawings: Drawings) -> tuple[list[Part], list[Part]]:
    """An author's text as (parts of the sentence, figures in it). A lone dollar or brace is text like any other."""
    parts: list[Part] = []
    figures: list[Part] = []
    end = 0
    for token in TOKEN.finditer(text):
        parts += literal(text[end : token.start()])
        end = token.end()
        figure, formula = token.groups()
        if figure is not None:
            figures.append(drawings.figure(figure))
        elif formula is not None:
            parts.append(drawings.formula(formula))
        else:
            parts.append({"blank": True})
    return parts + literal(text[end:]), figures


def literal(text: str) -> list[Part]:
    """Plain text as a part; none for nothing. Raises PrintingError for a sign that would act instead of being seen."""
    for sign in text:
        if sign != "\n" and unicodedata.category(sign).startswith("C"):
            raise PrintingError("print.character", sign=f"U+{ord(sign):04X}")
    return [{"text": text}] if text else []


def with_blank(stem: list[Part], first: bool) -> list[Part]:
    """The stem with somewhere to answer: as the author placed it, else before a judgement, after a choice."""
    if any("blank" in part for part in stem):
        return stem
    return [{"blank": True}, *stem] if first else [*stem, {"blank": True}]
