"""A paper (试卷): the drawn items in their order, and the content the proof pair signs and the press prints.

`Paper` knows item numbers; `PaperContent` is what a candidate reads: no key, no item number, no author. Its canonical
form is what the proof (清样) is the hash of, so nothing in it may depend on a station.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from itembank.domain.items import Item, ItemType
from itembank.domain.plan import Plan


class Form(StrEnum):
    """Which paper of a sitting: the main one or the spare (备用卷)."""

    MAIN = "A"
    SPARE = "S"


class Scheme(StrEnum):
    """Under which scheme the exam is held; it decides the masthead."""

    APPRAISAL = "appraisal"
    RECOGNITION = "recognition"


LEVELS = {5: "五级/初级工", 4: "四级/中级工", 3: "三级/高级工", 2: "二级/技师", 1: "一级/高级技师"}


@dataclass(frozen=True, slots=True)
class Paper:
    """The outcome of a draw: item numbers in printing order, section by section of the plan."""

    form: Form
    sections: tuple[tuple[str, ...], ...]

    @property
    def item_nos(self) -> tuple[str, ...]:
        return tuple(item_no for section in self.sections for item_no in section)


@dataclass(frozen=True, slots=True)
class Question:
    """One numbered question as printed. `options` is empty for a judgement."""

    number: int
    stem: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperSection:
    """One printed section: its heading line and its questions."""

    type: ItemType
    heading: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class PaperContent:
    """Everything a paper shows that does not depend on the station.

    `level`: in the words of `LEVELS`. `subject`: printed before 试卷, so 理论知识 becomes 理论知识试卷.
    `figures`: file name → SVG text. `fonts`: font file name → SHA-256 in hex. `template`: SHA-256 of the print template.
    """

    scheme: Scheme
    paper_no: str
    occupation: str
    level: str
    subject: str
    form: Form
    standard_year: int
    minutes: int
    points: int
    pass_points: int
    sections: tuple[PaperSection, ...]
    figures: dict[str, str]
    template: str
    fonts: dict[str, str]

    def document(self) -> dict[str, object]:
        """The content as plain JSON values, for hashing and for the template."""
        return asdict(self)

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> PaperContent:
        """The inverse of `document()`, also after its way through JSON, where tuples have become lists."""
        sections = tuple(
            PaperSection(
                ItemType(section["type"]),
                section["heading"],
                tuple(Question(q["number"], q["stem"], tuple(q["options"])) for q in section["questions"]),
            )
            for section in value["sections"]
        )
        return cls(**{**value, "scheme": Scheme(value["scheme"]), "form": Form(value["form"]), "sections": sections})


ORDINALS = "一二三四五六七八九十"


def heading(ordinal: int, type_: ItemType, first: int, count: int, points: int) -> str:
    """A section's heading line in the wording the field prints."""
    number = ORDINALS[ordinal]
    span = f"第{first}题～第{first + count - 1}题"
    score = f"每题{points}分，满分{count * points}分。"
    if type_ is ItemType.SINGLE:
        return f"{number}、单项选择题（{span}。选择一个正确的答案，将相应的字母填入题内的括号中。{score}）"
    if type_ is ItemType.MULTIPLE:
        return f"{number}、多项选择题（{span}。选择两个或两个以上正确的答案，将相应的字母填入题内的括号中。{score}）"
    return f"{number}、判断题（{span}。将判断结果填入括号中，正确的填“√”，错误的填“×”。{score}）"


def sections_of(paper: Paper, plan: Plan, items: dict[str, Item]) -> tuple[PaperSection, ...]:
    """The printed sections of a drawn paper, numbered through from 1."""
    printed: list[PaperSection] = []
    number = 1
    for ordinal, (section, drawn) in enumerate(zip(plan.sections, paper.sections, strict=True)):
        questions = tuple(
            Question(number + i, items[item_no].stem, items[item_no].options) for i, item_no in enumerate(drawn)
        )
        line = heading(ordinal, section.type, number, section.count, section.points)
        printed.append(PaperSection(section.type, line, questions))
        number += section.count
    return tuple(printed)
