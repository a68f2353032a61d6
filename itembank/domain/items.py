"""Items (试题): what one is, what a sound one looks like, and what may travel without its content.

Every text an author writes is rich text (`rich_text.py`): stem, options, key, rationale, questions of a case, lines of a task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from itembank.domain import rich_text
from itembank.domain.errors import ItemError, RichTextError

LETTERS = "ABCDEFGHIJK"
"""Of the options, in order; an item has as many at most."""
FEWEST_OPTIONS = 3

LONGEST_TEXT = 4000
"""Characters of a stem, a key or a rationale."""
LONGEST_LINE = 500
"""Characters of an option, and of a line of a notice or a marking sheet."""
LONGEST_SOURCE = 200
LONGEST_GROUP = 60

_REFERS_TO_OPTIONS = re.compile(
    r"(以上|上述|前述)[^。，]{0,6}(都|均|全|皆)|^(都|均)(是|对|正确|可以?|不)"
    rf"|(其他|其余|所有)(的)?选项|^[{LETTERS}]\s*(和|与|及|或|、|,|，)\s*[{LETTERS}]"
)
_FORM_NAME = re.compile(r"[0-9A-Za-z\u4e00-\u9fff._()-]+")
"""Of a ready-made paper: one word, and no sign that is written in two widths."""
_REFERS_TO_FIGURE = re.compile("如图|图示(?!仪)|下图(?![形纸样案])")


class ItemType(StrEnum):
    """The item types (题型) of the field: those of a theory paper, and the task of a practical one."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGEMENT = "judgement"
    FILL = "fill"
    SHORT = "short"
    ESSAY = "essay"
    CALCULATION = "calculation"
    DRAWING = "drawing"
    CASE = "case"
    PRACTICAL = "practical"

    @property
    def zh(self) -> str:
        """The type's name in Chinese."""
        return _NAMES[self][0]

    @property
    def en(self) -> str:
        """The type's name in English."""
        return _NAMES[self][1]


_NAMES = {
    ItemType.SINGLE: ("单选题", "single-choice"),
    ItemType.MULTIPLE: ("多选题", "multiple-choice"),
    ItemType.JUDGEMENT: ("判断题", "true/false"),
    ItemType.FILL: ("填空题", "fill-in"),
    ItemType.SHORT: ("简答题", "short-answer"),
    ItemType.ESSAY: ("论述题", "essay"),
    ItemType.CALCULATION: ("计算题", "calculation"),
    ItemType.DRAWING: ("绘图题", "drawing"),
    ItemType.CASE: ("案例题", "case"),
    ItemType.PRACTICAL: ("操作技能题", "practical"),
}


@dataclass(frozen=True, slots=True)
class CaseQuestion:
    """One question of a case or composite item (案例/组合题), asked about the shared stimulus. `points`: its share."""

    type: ItemType
    stem: str
    options: tuple[str, ...]
    key: str
    points: int

    def check(self, place: str) -> None:
        """Raise ItemError unless it is sound for its own type. `place`: what goes before the name of a field."""
        if self.type is ItemType.CASE or self.type is ItemType.PRACTICAL:
            raise ItemError("item.question_type", field=f"{place}题型", found=self.type.value)
        _check_text(f"{place}题干", self.stem, LONGEST_TEXT)
        if not self.stem.strip():
            raise ItemError("item.stem", field=f"{place}题干")
        if self.points < 1:
            raise ItemError("item.question_points", field=f"{place}分数", found=self.points)
        _check_answer(self.type, self.stem, self.options, self.key, place)


@dataclass(frozen=True, slots=True)
class MarkingLine:
    """One line of a marking sheet (评分记录表): what is looked at, what is asked, its points (配分), how points are lost."""

    content: str
    requirement: str
    points: int
    deduction: str


@dataclass(frozen=True, slots=True)
class PracticalTask:
    """The parts of an operation-skill task (操作技能) beside its stem, which is the task itself.

    `site_notice`, `candidate_notice`: the preparation notice (准备通知单), one line a thing. `minutes`: time allowed.
    `vetoes`: conditions that fail the whole task (否定项).
    """

    minutes: int
    site_notice: tuple[str, ...]
    candidate_notice: tuple[str, ...]
    marking: tuple[MarkingLine, ...]
    vetoes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Every text of the task."""
        yield from (*self.site_notice, *self.candidate_notice, *self.vetoes)
        for line in self.marking:
            yield from (line.content, line.requirement, line.deduction)

    def check(self) -> None:
        """Raise ItemError unless there is time, both notices say something and the marking sheet sums to 100."""
        if self.minutes < 1:
            raise ItemError("item.task_minutes", field="考核时间", found=self.minutes)
        if not self.site_notice:
            raise ItemError("item.task_empty", field="考场准备")
        if not self.candidate_notice:
            raise ItemError("item.task_empty", field="考生准备")
        for field, lines in (("考场准备", self.site_notice), ("考生准备", self.candidate_notice), ("否定项", self.vetoes)):
            if not all(map(str.strip, lines)):
                raise ItemError("item.task_empty", field=field)
        for number, line in enumerate(self.marking, start=1):
            if line.points < 1 or not line.content.strip():
                raise ItemError("item.marking_line", field="评分记录表", line=number)
        total = sum(line.points for line in self.marking)
        if total != 100:
            raise ItemError("item.marking", field="评分记录表", found=total)
        for text in self.lines():
            _check_text("考核任务", text, LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its key, as it stands in a pool. `point` is the code of its assessment point.

    `stem`: of a case the shared stimulus. `key`: letters of a choice, √ or × of a judgement, the answers of a fill-in, the
    reference answer of what is written. `options_locked`: the options keep their order ("以上都是"). `adapted_from`: the number
    of the national item this one is a local adaptation of. `item_set`: the set (题组) it shares its `stimulus` with; every item
    of a set holds the same stimulus, and no case is in one. `fixed_form`: the ready-made paper (套题) it is kept for.
    """

    item_no: str
    pool: str
    type: ItemType
    stem: str
    options: tuple[str, ...]
    key: str
    point: str
    difficulty: int
    congruence: int
    rationale: str
    source: str
    enemy_group: str = ""
    options_locked: bool = False
    adapted_from: str = ""
    questions: tuple[CaseQuestion, ...] = ()
    task: PracticalTask | None = None
    item_set: str = ""
    stimulus: str = ""
    fixed_form: str = ""

    @property
    def set_name(self) -> str:
        """Of its set, over all pools; empty without one. Two pools that use one name still have two sets."""
        return f"{self.pool}/{self.item_set}" if self.item_set else ""

    @property
    def form_name(self) -> str:
        """Of its ready-made paper, over all pools; empty without one."""
        return f"{self.pool}/{self.fixed_form}" if self.fixed_form else ""

    @property
    def figures(self) -> tuple[str, ...]:
        """File names of every figure of the item, in order; those of key, rationale and task come last."""
        return tuple(name for text in (*self._shown(), *self._hidden()) for name in rich_text.figures(text))

    @property
    def shown_figures(self) -> tuple[str, ...]:
        """File names of the figures a candidate sees. Only these may travel with a paper: the key's would give it away."""
        return tuple(name for text in self._shown() for name in rich_text.figures(text))

    @property
    def printed_figures(self) -> tuple[str, ...]:
        """File names of the figures a paper prints of it: with an operation-skill task come its notices and marking sheet."""
        lines = self.task.lines() if self.task else ()
        return (*self.shown_figures, *(name for text in lines for name in rich_text.figures(text)))

    @property
    def formulas(self) -> tuple[str, ...]:
        """The LaTeX formulas of the whole item, in order; those of key, rationale and task come last."""
        texts = (*self._shown(), *self._hidden())
        if "$" not in "".join(texts):
            return ()
        return tuple(latex for text in texts for latex in rich_text.formulas(text))

    @property
    def shown_formulas(self) -> tuple[str, ...]:
        """The LaTeX formulas a candidate sees."""
        return tuple(latex for text in self._shown() for latex in rich_text.formulas(text))

    def _all_options(self) -> tuple[str, ...]:
        """Its own and those of its questions: of a case `options_locked` speaks of the latter."""
        if not self.questions:
            return self.options
        return tuple(option for question in self.questions for option in question.options)

    def _shown(self) -> Iterator[str]:
        yield self.stimulus
        yield self.stem
        yield from self.options
        for question in self.questions:
            yield question.stem
            yield from question.options

    def _hidden(self) -> Iterator[str]:
        yield self.key
        yield self.rationale
        for question in self.questions:
            yield question.key
        if self.task is not None:
            yield from self.task.lines()

    def check(self) -> None:
        """Raise ItemError unless texts, options, key and parts fit the type. `field`: which, in the words of the workbook."""
        _check_text("题干", self.stem, LONGEST_TEXT)
        if not self.stem.strip():
            raise ItemError("item.stem", field="题干")
        if not 1 <= self.difficulty <= 5:
            raise ItemError("item.difficulty", field="难度", found=self.difficulty)
        if not 0 <= self.congruence <= 5:
            raise ItemError("item.congruence", field="一致性", found=self.congruence)
        if self.type is ItemType.CASE or self.type is ItemType.PRACTICAL:
            _check_bare(self.options, self.key)
        else:
            _check_answer(self.type, self.stem, self.options, self.key)
        self._check_parts()
        _check_text("解析", self.rationale, LONGEST_TEXT)
        _check_text("出处", self.source, LONGEST_SOURCE)
        _check_text("互斥组", self.enemy_group, LONGEST_GROUP)
        _check_text("套题", self.fixed_form, LONGEST_GROUP)
        if self.fixed_form and not _FORM_NAME.fullmatch(self.fixed_form):
            raise ItemError("item.form_name", field="套题", found=self.fixed_form)
        self._check_set()
        if self.options_locked and not self._all_options():
            raise ItemError("item.lock", field="选项锁定")
        if self.adapted_from and self.adapted_from == self.item_no:
            raise ItemError("item.adapted_self", field="改编自", found=self.item_no)

    def _check_parts(self) -> None:
        """A case has questions and nothing else has; a practical item has a task and nothing else has."""
        if bool(self.questions) is not (self.type is ItemType.CASE):
            raise ItemError("item.questions", field="小题")
        if (self.task is not None) is not (self.type is ItemType.PRACTICAL):
            raise ItemError("item.task", field="考核任务")
        for number, question in enumerate(self.questions, start=1):
            question.check(f"小题{number}")
        if self.task is not None:
            self.task.check()

    def _check_set(self) -> None:
        """A set has a name and a stimulus. What is a sheet of its own, or has a stimulus of its own, shares none."""
        if not self.item_set and not self.stimulus:
            return
        for field, text, most in (("题组", self.item_set, LONGEST_GROUP), ("题组材料", self.stimulus, LONGEST_TEXT)):
            _check_text(field, text, most)
            if not text.strip():
                raise ItemError("item.set_half", field=field)
        if self.type is ItemType.CASE or self.type is ItemType.PRACTICAL:
            raise ItemError("item.set_type", field="题组", found=self.type.zh)

    def flags(self) -> tuple[str, ...]:
        """Codes of what is allowed and yet looks like a slip. The sentences stand in `itembank.messages`."""
        return tuple(self._flags())

    def _flags(self) -> Iterator[str]:
        if not self.options_locked and any(map(_REFERS_TO_OPTIONS.search, self._all_options())):
            yield "item.flag.lock_options"
        texts = (*self._shown(), *self._hidden())
        # One look at all of an item's texts: an import asks every item of tens of thousands.
        together = "".join(texts)
        stems = (self.stimulus, self.stem, *(question.stem for question in self.questions))
        if "图" in together and any(map(_REFERS_TO_FIGURE.search, stems)) and not self.shown_figures:
            yield "item.flag.figure_missing"
        if "<" in together and any(map(rich_text.has_half_a_mark, texts)):
            yield "item.flag.markup"


def fill_answers(key: str) -> tuple[tuple[str, ...], ...]:
    """The answers of a fill-in's key, blank by blank, each with its alternatives: `A|a;B` → ((A, a), (B,))."""
    return tuple(tuple(text.strip() for text in answer.split("|")) for answer in key.split(";"))


def _check_text(field: str, text: str, most: int) -> None:
    """Raise ItemError for a text that is too long, or that would not come out as it is meant."""
    if len(text) > most:
        raise ItemError("item.too_long", field=field, found=len(text), most=most)
    if rich_text.may_hold_table(text):
        _check_tables(field, text)
    if "{{图" in text and text.count("{{图") != len(rich_text.figures(text)):
        raise ItemError("item.figure_markup", field=field)


def _check_tables(field: str, text: str) -> None:
    try:
        rich_text.parse(text)
    except RichTextError as error:
        raise RichTextError(error.code, field=field, **error.facts) from None


def _check_options(options: tuple[str, ...], place: str) -> None:
    for option in options:
        _check_text(f"{place}选项", option, LONGEST_LINE)
        if rich_text.may_hold_table(option) or "{{图" in option:
            raise ItemError("item.option_figure", field=f"{place}选项")
    if len(set(options)) != len(options) or not all(map(str.strip, options)):
        raise ItemError("item.options", field=f"{place}选项")
    if not FEWEST_OPTIONS <= len(options) <= len(LETTERS):
        raise ItemError("item.option_count", field=f"{place}选项", found=len(options), least=FEWEST_OPTIONS, most=len(LETTERS))


def _check_bare(options: tuple[str, ...], key: str) -> None:
    """A case's and a task's answers stand with their questions and their marking sheet."""
    if options:
        raise ItemError("item.no_options", field="选项")
    if key:
        raise ItemError("item.no_key", field="答案")


def _check_answer(type_: ItemType, stem: str, options: tuple[str, ...], key: str, place: str = "") -> None:
    """Raise ItemError unless options and key fit the type. `place` goes before the field: which question of a case."""
    _check_text(f"{place}答案", key, LONGEST_TEXT)
    if type_ is ItemType.SINGLE or type_ is ItemType.MULTIPLE:
        letters = LETTERS[: len(options)]
        if type_ is ItemType.SINGLE:
            good = len(key) == 1 and key in letters
        else:
            good = len(key) >= 2 and key == "".join(letter for letter in letters if letter in key)
    else:
        good = key in ("√", "×") if type_ is ItemType.JUDGEMENT else bool(key.strip())
    if not good:
        raise ItemError("item.key", field=f"{place}答案", found=key)
    if type_ is ItemType.SINGLE or type_ is ItemType.MULTIPLE:
        _check_options(options, place)
    elif options:
        raise ItemError("item.no_options", field=f"{place}选项")
    if type_ is ItemType.FILL:
        _check_blanks(stem, key, place)


def _check_blanks(stem: str, key: str, place: str) -> None:
    answers, blanks = fill_answers(key), rich_text.blanks(stem)
    if not all(map(all, answers)):
        raise ItemError("item.key", field=f"{place}答案", found=key)
    if len(answers) != blanks:
        raise ItemError("item.blanks", field=f"{place}答案", found=len(answers), blanks=blanks)


@dataclass(frozen=True, slots=True)
class ItemCard:
    """What the assembler may know of an item: everything but its text and key.

    `item_set`: `Item.set_name`, the set (题组) it shares a stimulus with. `uses`: papers it was on; `used_on`: the newest one's
    day, as YYYY-MM-DD. `eyes`: who has seen it, as numbers without names. `minutes`, `site_notice`: of an operation-skill task.
    `fixed_form`: `Item.form_name`, the ready-made paper (套题) it is kept for.
    """

    item_no: str
    pool: str
    type: ItemType
    point: str
    difficulty: int
    enemy_group: str = ""
    has_figure: bool = False
    has_formula: bool = False
    item_set: str = ""
    uses: int = 0
    used_on: str = ""
    eyes: tuple[int, ...] = ()
    minutes: int = 0
    site_notice: tuple[str, ...] = ()
    fixed_form: str = ""

    @classmethod
    def of(cls, item: Item) -> ItemCard:
        return cls(
            item_no=item.item_no,
            pool=item.pool,
            type=item.type,
            point=item.point,
            difficulty=item.difficulty,
            enemy_group=item.enemy_group,
            has_figure=bool(item.shown_figures),
            has_formula=bool(item.shown_formulas),
            item_set=item.set_name,
            minutes=item.task.minutes if item.task else 0,
            site_notice=item.task.site_notice if item.task else (),
            fixed_form=item.form_name,
        )
