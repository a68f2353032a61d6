"""A paper's content → what the template lays out: one JSON document, and drawings by file name.

Rich text is read here (`domain/rich_text.py`), so that the template never looks inside a string. Its pieces:

    {"text": str}                                    set literally, sign for sign
    {"sub": str}, {"sup": str}                       the same, lowered or raised
    {"blank": true}                                  the round brackets an answer is written into, never broken
    {"line": true}                                   the line an answer is written on
    {"drawing": NAME, "width", "height", "depth"}    a formula on the baseline; points
    {"table": [[[piece]]]}                           rows of cells

Figures leave the sentence and stand centred below it. The first question of a set (题组) has its `stimulus` as a text of its
own, with `line` above it, which names the questions by the numbers they have in this order; others have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from itembank.domain.errors import RichTextError
from itembank.domain.items import ItemType, PracticalTask
from itembank.domain.paper import Form, PaperContent, Question, Scheme, set_line
from itembank.domain.rich_text import Blank, Figure, Formula, Part, Subscript, Superscript, Table, Text, hidden_sign, paragraphs
from itembank.printing.errors import PrintingError
from itembank.printing.figures import draw_figure
from itembank.printing.formulas import Drawing, draw_formula

MASTHEADS = {Scheme.APPRAISAL: "职业技能鉴定国家题库", Scheme.RECOGNITION: "职业技能等级认定试卷"}
IN_BRACKETS = frozenset({ItemType.SINGLE, ItemType.MULTIPLE, ItemType.JUDGEMENT})
"""Types whose answer is one sign in round brackets."""

LONG = 500
"""Characters; a question longer than this might not fit on one page together with its figure."""
LINE = 30
"""Characters that fill as much of the page as a line break or a row of a table does."""
LONG_ROW = 120
"""Characters in one cell of a marking sheet; a row with more may be broken across pages."""
LONG_VETOES = 500
"""Characters; more conditions may be broken from each other and from the signatures below them."""

Piece = dict[str, Any]


@dataclass(slots=True)
class Drawings:
    """The drawings of one paper as they are met; the same formula or figure is drawn once.

    `figures`: what the content brings, name → figure as the bank keeps it. `family`: the font of the words in figures.
    `files`: the outcome, name in typst's memory → SVG.
    """

    figures: Mapping[str, str]
    family: str
    files: dict[str, bytes] = field(default_factory=dict)
    drawn: dict[str, Piece] = field(default_factory=dict)

    def formula(self, latex: str) -> Piece:
        return self._once(f"${latex}$", lambda: draw_formula(latex))

    def figure(self, name: str) -> Piece:
        if name not in self.figures:
            raise PrintingError("print.figure", why="missing", name=name)
        return self._once(name, lambda: draw_figure(self.figures[name], self.family))

    def _once(self, key: str, draw: Callable[[], Drawing]) -> Piece:
        if key not in self.drawn:
            drawing = draw()
            name = f"drawing-{len(self.files)}.svg"
            self.files[name] = drawing.svg
            size = {"width": drawing.width, "height": drawing.height, "depth": drawing.depth}
            self.drawn[key] = {"drawing": name, **size}
        return self.drawn[key]


def printable(content: PaperContent, family: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Everything the template needs: the document (JSON values) and its drawings (name → SVG).

    Raises PrintingError (`print.character`, `print.formula`, `print.figure`, `print.table`); `number` says in which question.
    """
    drawings = Drawings(content.figures, family)
    document: dict[str, Any] = {
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
                "type": section.type.value,
                "questions": [
                    numbered(laid_out(section.type, question, drawings), question.number) for question in section.questions
                ],
            }
            for section in content.sections
        ],
    }
    return {**document, "copies": [copy("", document["sections"])]}, drawings.files


def in_copies(document: Mapping[str, Any], orders: Sequence[Any]) -> dict[str, Any]:
    """A printable document in these orders: (copy, order), a copy for each."""
    return {**document, "copies": [copy(number, in_order(document, order)["sections"]) for number, order in orders]}


def copy(number: str, sections: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One copy of the PDF. `number`: what the margin shows behind the package's, if anything."""
    return {"number": number, "sections": sections}


def in_order(document: Mapping[str, Any], order: Sequence[Sequence[tuple[int, Sequence[int]]]]) -> dict[str, Any]:
    """A printable document with questions and options in another order (`domain.variant.Arrangement`), numbered anew."""
    sections, number = [], 1
    for section, placed in zip(document["sections"], order, strict=True):
        questions = []
        for question, options in placed:
            was = section["questions"][question]
            choices = [was["options"][option] for option in options]
            questions.append(numbered({**was, "options": choices}, number))
            number += 1
        sections.append({**section, "questions": questions})
    return {**document, "sections": sections}


def numbered(question: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A question at its place. A set moves as one, in its order: the numbers from its first question on are the others'."""
    shared = question["stimulus"]
    told = None if shared is None else {**shared, "line": set_line(number, shared["questions"])}
    return {**question, "number": number, "stimulus": told}


def laid_out(type_: ItemType, question: Question, drawings: Drawings) -> dict[str, Any]:
    """One question as the template takes it: what `worded` gives, `questions` with the same of a case's own, `stimulus`,
    `task` and what it is worth.
    """
    with naming(number=question.number):
        asked = [
            {"label": f"（{n}）", "points": sub.points, **worded(sub.type, sub.stem, sub.options, drawings)}
            for n, sub in enumerate(question.questions, 1)
        ]
        told = stimulus(question.stimulus, drawings, question.shared) if question.shared else None
        task = next((task_parts(task, drawings) for task in question.tasks), None)
        own = {"questions": asked, "stimulus": told, "task": task, "worth": question.worth}
        return {**worded(type_, question.stem, question.options, drawings), **own}


def task_parts(task: PracticalTask, drawings: Drawings) -> dict[str, Any]:
    """The parts of an operation-skill task beside its stem; each line is a text {stem: [piece], figures: [drawing]}."""
    vetoes = texts(task.vetoes, drawings)
    return {
        "minutes": task.minutes,
        "site": texts(task.site_notice, drawings),
        "candidate": texts(task.candidate_notice, drawings),
        "marking": [
            {
                "cells": texts([line.content, line.requirement, line.deduction], drawings),
                "points": line.points,
                "long": max(map(filling, (line.content, line.requirement, line.deduction))) > LONG_ROW,
            }
            for line in task.marking
        ],
        "points": sum(line.points for line in task.marking),
        "vetoes": vetoes,
        "long": filling(*task.vetoes) > LONG_VETOES or any(veto["figures"] for veto in vetoes),
    }


def texts(lines: Iterable[str], drawings: Drawings) -> list[dict[str, Any]]:
    """Each a text of its own."""
    said = (split(text, drawings, lined=True) for text in lines)
    return [{"stem": pieces, "figures": figures} for pieces, figures in said]


def stimulus(text: str, drawings: Drawings, questions: int = 0) -> dict[str, Any]:
    """The stimulus of a set as pieces: {long, stem: [piece], figures: [drawing], questions: how many share it}."""
    said, figures = split(text, drawings, lined=True)
    return {"long": is_long(figures, text), "stem": said, "figures": figures, "questions": questions}


@contextmanager
def naming(**which: object) -> Iterator[None]:
    """Whatever in here cannot be printed is refused with these facts: which question, which item."""
    try:
        yield
    except PrintingError as error:
        raise PrintingError(error.code, **which, **error.facts) from error
    except RichTextError as error:
        raise PrintingError("print.table", **which, **error.facts) from error


def worded(type_: ItemType, stem: str, options: Sequence[str], drawings: Drawings) -> dict[str, Any]:
    """Stem and options as pieces: {type, long, stem: [piece], figures: [drawing], options: [[piece]]}.

    `long`: it may be broken across pages.
    """
    in_brackets = type_ in IN_BRACKETS
    said, figures = split(stem, drawings, lined=not in_brackets)
    if in_brackets:
        said = with_blank(said, first=type_ is ItemType.JUDGEMENT)
    choices = [split(option, drawings, lined=False) for option in options]
    if any(drawn for _, drawn in choices):
        raise PrintingError("print.figure", why="in an option")
    return {
        "type": type_.value,
        "long": is_long(figures, stem, *options),
        "stem": said,
        "figures": figures,
        "options": [pieces for pieces, _ in choices],
    }


def is_long(figures: Sequence[Piece], *texts: str) -> bool:
    """Whether texts and their figures might not fit on one page."""
    return filling(*texts) > LONG or len(figures) > 1


def filling(*texts: str) -> int:
    """Characters that fill as much of a page as these texts do."""
    return sum(len(text) + LINE * text.count("\n") for text in texts)


def split(text: str, drawings: Drawings, lined: bool) -> tuple[list[Piece], list[Piece]]:
    """An author's text as (pieces of the sentence, figures in it). `lined`: underscores are a line to write on."""
    parts = paragraphs(text)
    figures = [drawings.figure(part.name) for part in parts if isinstance(part, Figure)]
    return pieces_of([part for part in parts if not isinstance(part, Figure)], drawings, lined), figures


def pieces_of(parts: Sequence[Part], drawings: Drawings, lined: bool) -> list[Piece]:
    """Parts as pieces, in order."""
    pieces: list[Piece] = []
    for part in parts:
        pieces += literal(part.text) if isinstance(part, Text) else [piece(part, drawings, lined)]
    return pieces


def piece(part: Part, drawings: Drawings, lined: bool) -> Piece:
    """One part that is neither words nor a figure."""
    match part:
        case Formula(latex):
            return drawings.formula(latex)
        case Subscript(text):
            return {"sub": visible(text)}
        case Superscript(text):
            return {"sup": visible(text)}
        case Blank(text):
            return {"line": True} if lined and text.startswith("_") else {"blank": True}
        case Table(rows):
            return {"table": [[pieces_of(cell, drawings, lined) for cell in row] for row in rows]}
    raise TypeError(type(part).__name__)


def literal(text: str) -> list[Piece]:
    """Plain text as a piece; none for nothing. Raises PrintingError for a sign that would act instead of being seen."""
    return [{"text": visible(text)}] if text else []


def visible(text: str) -> str:
    """The text, unless a sign in it would act instead of being seen: PrintingError `print.character`."""
    if sign := hidden_sign(text):
        raise PrintingError("print.character", sign=f"U+{ord(sign):04X}")
    return text


def with_blank(stem: list[Piece], first: bool) -> list[Piece]:
    """The stem with somewhere to answer: as the author placed it, else before a judgement, after a choice."""
    if any("blank" in piece for piece in stem):
        return stem
    return [{"blank": True}, *stem] if first else [*stem, {"blank": True}]
