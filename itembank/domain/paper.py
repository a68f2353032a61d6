"""A paper (试卷): the drawn items in their order, and the content the proof pair signs and the press prints.

`Paper` knows item numbers; `PaperContent` is what a candidate reads: no key, no item number, no author. Its canonical
form is what the proof (清样) is the hash of, so nothing in it may depend on a station.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from itembank.domain.items import Item, ItemType, MarkingLine, PracticalTask
from itembank.domain.plan import Plan, Section, points_text


class Form(StrEnum):
    """Which paper of a sitting: the main one, a second one for the same sitting, or the spare (备用卷)."""

    MAIN = "A"
    SECOND = "B"
    SPARE = "S"


class Scheme(StrEnum):
    """Under which scheme the exam is held; it decides the masthead."""

    APPRAISAL = "appraisal"
    RECOGNITION = "recognition"


@dataclass(frozen=True, slots=True)
class Paper:
    """The outcome of a draw: item numbers in printing order, section by section of the plan.

    `form`: of a sitting's papers as `Form` has them; papers drawn for the library (卷库) are numbered.
    """

    form: str
    sections: tuple[tuple[str, ...], ...]

    @property
    def item_nos(self) -> tuple[str, ...]:
        return tuple(item_no for section in self.sections for item_no in section)


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """One question of a case as printed. `points`: its share where the shares make up the case's points, else 0."""

    type: ItemType
    stem: str
    options: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Question:
    """One numbered question as printed. `options`: of a choice. `questions`: of a case, whose stem is their stimulus.

    `stimulus`: on the first question of a set (题组) the text it shares; `shared`: how many questions do, from this one on.
    `tasks`: of an operation-skill question (操作技能题) its one task, of any other none; `worth`: its points, as printed.
    """

    number: int
    stem: str
    options: tuple[str, ...]
    questions: tuple[SubQuestion, ...] = ()
    stimulus: str = ""
    shared: int = 0
    tasks: tuple[PracticalTask, ...] = ()
    worth: str = ""


@dataclass(frozen=True, slots=True)
class PaperSection:
    """One printed section: its heading line and its questions."""

    type: ItemType
    heading: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class PaperContent:
    """Everything a paper shows that does not depend on the station.

    `level`: in the words of `occupation.LEVELS`. `subject`: printed before 试卷, so 理论知识 becomes 理论知识试卷.
    `figures`: file name → figure as the bank keeps it. `fonts`: font file name → SHA-256 in hex.
    `template`: SHA-256 of the print template.
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

    @property
    def is_practical(self) -> bool:
        """Whether it is an operation-skill paper: three documents, and no question is answered on it."""
        return any(section.type is ItemType.PRACTICAL for section in self.sections)

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
                tuple(_read_question(question) for question in section["questions"]),
            )
            for section in value["sections"]
        )
        return cls(**{**value, "scheme": Scheme(value["scheme"]), "form": Form(value["form"]), "sections": sections})


def _read_question(value: Mapping[str, Any]) -> Question:
    asked = tuple(
        SubQuestion(ItemType(sub["type"]), sub["stem"], tuple(sub["options"]), sub["points"]) for sub in value["questions"]
    )
    options, tasks = tuple(value["options"]), tuple(map(_read_task, value["tasks"]))
    return Question(value["number"], value["stem"], options, asked, value["stimulus"], value["shared"], tasks, value["worth"])


def _read_task(value: Mapping[str, Any]) -> PracticalTask:
    marking = tuple(MarkingLine(**line) for line in value["marking"])
    site, candidate, vetoes = (tuple(value[name]) for name in ("site_notice", "candidate_notice", "vetoes"))
    return PracticalTask(value["minutes"], site, candidate, marking, vetoes)


ORDINALS = "一二三四五六七八九十"
HEADINGS = {
    ItemType.SINGLE: ("单项选择题", "选择一个正确的答案，将相应的字母填入题内的括号中。"),
    ItemType.MULTIPLE: ("多项选择题", "选择两个或两个以上正确的答案，将相应的字母填入题内的括号中。"),
    ItemType.JUDGEMENT: ("判断题", "将判断结果填入括号中，正确的填“√”，错误的填“×”。"),
    ItemType.FILL: ("填空题", "将正确的答案填写在题内的空白处。"),
    ItemType.SHORT: ("简答题", "简明扼要地回答问题。"),
    ItemType.ESSAY: ("论述题", "结合实际展开论述，观点明确，条理清楚。"),
    ItemType.CALCULATION: ("计算题", "写出计算公式和主要步骤，结果注明单位。"),
    ItemType.DRAWING: ("绘图题", "按要求绘图，图形、符号和标注应符合国家标准。"),
    ItemType.CASE: ("案例分析题", "阅读材料，回答材料后的各小题。"),
    ItemType.PRACTICAL: ("操作技能题", "按要求独立完成操作。"),
}
"""What a paper calls the items of a type, and what it asks of the candidate."""


def heading(ordinal: int, first: int, section: Section, module: str = "") -> str:
    """A section's heading line in the wording the field prints. `module`: what an operation-skill section is called."""
    name, asked = HEADINGS[section.type]
    each, whole = points_text(section.halves), points_text(section.total)
    return f"{ORDINALS[ordinal]}、{module or name}（{span(first, section.count)}。{asked}每题{each}分，满分{whole}分。）"


def span(first: int, count: int) -> str:
    """Questions one after another, by their printed numbers."""
    return f"第{first}题～第{first + count - 1}题" if count > 1 else f"第{first}题"


def set_line(first: int, count: int) -> str:
    """What stands above the stimulus of a set."""
    return f"阅读下列材料，回答{span(first, count)}。"


def sections_of(paper: Paper, plan: Plan, items: dict[str, Item], areas: Mapping[str, str]) -> tuple[PaperSection, ...]:
    """The printed sections of a drawn paper, numbered through from 1; an optional one that was not taken is not there.

    `areas`: code → name, for the modules of an operation-skill paper.
    """
    printed: list[PaperSection] = []
    number = 1
    for section, drawn in zip(plan.sections, paper.sections, strict=True):
        if not drawn:
            continue
        module = areas.get(section.area, "") if section.type is ItemType.PRACTICAL else ""
        line = heading(len(printed), number, section, module)
        questions = _questions(number, [items[item_no] for item_no in drawn], section.halves)
        printed.append(PaperSection(section.type, line, questions))
        number += section.count
    return tuple(printed)


def _questions(first: int, drawn: Sequence[Item], halves: int) -> tuple[Question, ...]:
    """Numbered from `first` on; where a set begins, its stimulus and how many share it."""
    questions = [_question(number, item, halves) for number, item in enumerate(drawn, start=first)]
    begin = 0
    # By the text too: whatever became of a set in the bank, nobody is to answer below a stimulus that is not the item's.
    for (name, stimulus), group in groupby(drawn, key=lambda item: (item.set_name, item.stimulus)):
        shared = len(list(group))
        if name:
            questions[begin] = replace(questions[begin], stimulus=stimulus, shared=shared)
        begin += shared
    return tuple(questions)


def _question(number: int, item: Item, halves: int) -> Question:
    """What a candidate sees of an item. Shares that do not make up what the plan gives the case would mislead."""
    exact = 2 * sum(question.points for question in item.questions) == halves
    asked = tuple(
        SubQuestion(question.type, question.stem, question.options, question.points if exact else 0)
        for question in item.questions
    )
    if item.task is None:
        return Question(number, item.stem, item.options, asked)
    return Question(number, item.stem, item.options, asked, tasks=(item.task,), worth=points_text(halves))
