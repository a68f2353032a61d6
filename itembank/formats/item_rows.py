"""Rows of the item sheet as items: a row is an item, or one question of a case that has a row of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from operator import itemgetter

from itembank.domain import rich_text
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import ItemError
from itembank.domain.items import CaseQuestion, Item, ItemType, PracticalTask
from itembank.formats.errors import BrokenRow
from itembank.formats.headed_sheet import HeadedSheet, Row
from itembank.formats.item_cells import (
    KNOWLEDGE,
    OPTIONS,
    KnowledgePaths,
    congruence,
    difficulty,
    is_kept,
    is_number,
    item_type,
    locked,
    options_and_key,
    whole_number,
)
from itembank.formats.practical_sheets import TaskParts

NEEDED = ("试题GUID", "题型", "题干", "答案", *OPTIONS[:5], *KNOWLEDGE[:6], "难度", "一致性", "分数", "解析", "出处")
ENEMIES, LOCK, ADAPTED = "互斥组", "选项顺序锁定", "改编自"
CASE, SHARE, MINUTES = "所属组合题", "小题分值", "考核时间(分钟)"
SET, STIMULUS, FIXED = "题组", "题组材料", "套题"
REFUSED = "？"
"""Stands where the type of an item would that a foreign file's reader refused: no row comes in with it."""
POINT = "鉴定点"
"""In place of the knowledge cells: the point's code, its whole path, or its name where only one has it."""
OPTIONAL = (*OPTIONS[5:], KNOWLEDGE[6], ENEMIES, LOCK, ADAPTED, CASE, SHARE, MINUTES, POINT, SET, STIMULUS, FIXED)
_OF_THE_WHOLE = (
    *KNOWLEDGE, POINT, "难度", "一致性", "解析", "出处", ENEMIES, LOCK, ADAPTED, MINUTES, SET, STIMULUS, FIXED,
)  # fmt: skip
"""On the row of a question these are blank, or what the row of its case says: they belong to the case."""
_SHOWN = ("题干", "答案", *OPTIONS, "解析", STIMULUS, "内容", "考核内容", "考核要求", "评分标准")
"""What stands in these is read by people as it is."""
_HEADING_OF = {"选项锁定": LOCK, "考核时间": MINUTES, "分数": SHARE}
"""The domain's word for a part → its column, where they differ."""
_UNUSUAL = re.compile(r"[^\n -~°±²³·×÷Ωμ√\u2018-\u201d…\u3000-\u3002\u3008-\u3011\u4e00-\u9fa5\uff01-\uff5e]")
"""Signs that a font for Chinese might lack."""
_GUID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_ITEM_NO = re.compile(rf"[a-z][a-z0-9-]{{0,59}}-{_GUID.pattern}")


Place = tuple[str, int]
"""Sheet and row."""
Stored = Callable[[str], Item | None]
"""Item number → the bank's newest version of it."""


@dataclass(frozen=True, slots=True)
class RowFlag:
    """What is allowed and yet looks like a slip: a code of `Item.flags`, or of the heading `text` that nobody knows.

    `original`: of a foreign file, how the item stood there.
    """

    sheet: str
    row: int
    item_no: str
    code: str
    text: str = ""
    original: str = ""


class ItemRows:
    """Takes rows one by one; `close` puts cases together. Then `items`, `rejected` and `flags` stand in the sheet's order.

    `unusual`: place, item and signs of what not every font has. `outdated`: place → why it is refused, where its point is one
    of an older version of the blueprint: an item that stays as it is may keep it.
    """

    def __init__(
        self, sheet: HeadedSheet, pool: str, blueprint: Blueprint, figures: Collection[str], tasks: dict[str, TaskParts],
        older: Sequence[Blueprint], stored: Stored,
    ) -> None:  # fmt: skip
        self.items: list[tuple[Place, Item]] = []
        self.rejected: list[BrokenRow] = []
        self.flags: list[RowFlag] = []
        self.unusual: list[tuple[Place, str, frozenset[str]]] = []
        self._sheet, self._pool, self._figures, self._tasks = sheet.name, pool, figures, tasks
        self.outdated: dict[Place, BrokenRow] = {}
        self.order: dict[Place, int] = {}
        self._paths, self._older = KnowledgePaths(blueprint), [KnowledgePaths(version) for version in older]
        self._options = itemgetter(*(sheet.columns[name] for name in OPTIONS))
        self._knowledge = itemgetter(*(sheet.columns[name] for name in KNOWLEDGE))
        self._stored = stored
        self._first: dict[str, Place] = {}  # GUID → place; every GUID here and below in lower case
        self._broken: set[str] = set()
        self._task_rows: dict[str, list[Row]] = {}
        self._cases: dict[str, tuple[Row, Item]] = {}
        self._stimuli: dict[str, tuple[Place, str]] = {}  # set → where it first stands, and its stimulus
        self._questions: dict[str, list[tuple[Row, CaseQuestion | None]]] = {}

    def take(self, row: Row) -> None:
        """Read one row; everything wrong with it is noted, not only the first thing."""
        if row.eyes:
            self.flags += [RowFlag(row.sheet, row.number, "", code, about, row.original) for code, about in row.eyes]
            if row.only_eyes:
                return
        self.order[row.sheet, row.number] = len(self.order)
        self._not_seen_before(row)
        self._figures_came(row)
        type_ = row.chosen("题型", item_type, "item.unread" if row["题型"] == REFUSED else "item.type")
        if not is_number(row["分数"]):
            row.wrong("分数", "item.points", found=row["分数"])
        if row[CASE]:
            questions = self._questions.setdefault(row[CASE].lower(), [])
            questions.append((row, self._question(row, type_)))
            return
        _is_blank(row, SHARE)
        item = self._item(row, type_)
        guid = row["试题GUID"].lower()
        if item and item.type is ItemType.CASE and guid not in self._cases:
            self._cases[guid] = (row, item)
        else:
            self._keep(row, item, self._task_rows.pop(guid, ()))

    def close(self) -> None:
        """Every question goes to its case, and what belongs to no item is rejected."""
        for guid, (row, case) in self._cases.items():
            self._put_together(row, case, self._questions.pop(guid, []))
        for guid, questions in self._questions.items():
            for row, _ in questions:
                if guid not in self._broken:
                    row.wrong(CASE, "item.question_case", found=row[CASE])
                self.rejected += row.broken
        for guid, parts in self._tasks.items():
            for row in parts.rows:
                if guid not in self._broken:
                    row.wrong("试题GUID", "item.task_guid", found=row["试题GUID"])
                self.rejected += row.broken
        last = len(self.order)
        self.items.sort(key=lambda one: self.order[one[0]])
        self.flags.sort(key=lambda flag: self.order.get((flag.sheet, flag.row), last))
        self.rejected.sort(key=lambda broken: (self.order.get((broken.sheet, broken.row), last), broken.sheet, broken.row))

    def _item(self, row: Row, type_: ItemType | None) -> Item | None:
        """The item of a row; of a case without its questions. None when a cell cannot be read."""
        grade = row.chosen("难度", difficulty, "item.difficulty")
        fit = row.chosen("一致性", congruence, "item.congruence")
        lock = row.chosen(LOCK, locked, "item.locked")
        if row[ADAPTED] and not _ITEM_NO.fullmatch(row[ADAPTED]):
            row.wrong(ADAPTED, "item.adapted", found=row[ADAPTED])
        point = self._point(row)
        task = self._task(row, type_)
        if type_ is None or grade is None or fit is None or lock is None or point is None:
            return None
        item_no = f"{self._pool}-{row['试题GUID']}"
        stored = self._stored(item_no) if is_kept(row["答案"]) or is_kept(row["解析"]) else None
        options, key = options_and_key(type_, self._options(row.cells), self._answer(row, type_, stored))
        return Item(
            item_no=item_no,
            pool=self._pool,
            type=type_,
            stem=row["题干"],
            options=options,
            key=key,
            point=point,
            difficulty=grade,
            congruence=fit,
            rationale=self._rationale(row, stored),
            source=row["出处"],
            enemy_group=row[ENEMIES],
            options_locked=lock,
            adapted_from=row[ADAPTED],
            task=task,
            item_set=row[SET],
            stimulus=row[STIMULUS],
            fixed_form=row[FIXED],
        )

    def _question(self, row: Row, type_: ItemType | None) -> CaseQuestion | None:
        share = row.chosen(SHARE, whole_number, "item.question_points")
        if type_ is None or share is None:
            return None
        case = self._stored(f"{self._pool}-{row[CASE]}") if is_kept(row["答案"]) else None
        stored = _same_question(case, row["题干"], len(self._questions[row[CASE].lower()])) if case else None
        options, key = options_and_key(type_, self._options(row.cells), self._answer(row, type_, stored))
        question = CaseQuestion(type_, row["题干"], options, key, share)
        _check(row, lambda: question.check(""))
        return question

    def _answer(self, row: Row, type_: ItemType, stored: Item | CaseQuestion | None) -> str:
        """The key that a row says, or that the bank has; where stem or options are others now, somebody should see it."""
        if not is_kept(row["答案"]):
            return row["答案"]
        row.kept = True
        if stored is None or stored.type is not type_:
            return ""  # refused as a key that fits nothing
        if stored.stem != row["题干"] or stored.options != options_and_key(type_, self._options(row.cells), "")[0]:
            self.flags.append(RowFlag(row.sheet, row.number, "", "item.eye.key_kept", "", row.original))
        return stored.key

    def _rationale(self, row: Row, stored: Item | None) -> str:
        if not is_kept(row["解析"]):
            return row["解析"]
        if stored is None:
            row.wrong("解析", "item.key_not_kept")
        return stored.rationale if stored else ""

    def _point(self, row: Row) -> str | None:
        cells, named = self._knowledge(row.cells), row[POINT]
        try:
            return self._paths.named(named, cells) if named else self._paths.point(cells)
        except ItemError as error:
            for paths in self._older:
                with suppress(ItemError):
                    point = paths.named(named, cells) if named else paths.point(cells)
                    self.outdated[row.sheet, row.number] = row.refusal(str(error.facts["field"]), error.code, **error.facts)
                    return point
            _note(row, error)
            return None

    def _task(self, row: Row, type_: ItemType | None) -> PracticalTask | None:
        """The task of an operation-skill row, from its minutes and the two other sheets."""
        if type_ is not ItemType.PRACTICAL:
            _is_blank(row, MINUTES)
            return None
        minutes = row.chosen(MINUTES, whole_number, "item.task_minutes")
        guid = row["试题GUID"].lower()
        parts = self._tasks.pop(guid, TaskParts())
        self._task_rows[guid] = parts.rows
        for line in parts.rows:
            self._figures_came(line)
            row.broken += line.broken
        return parts.task(minutes) if minutes is not None else None

    def _put_together(self, row: Row, case: Item, questions: list[tuple[Row, CaseQuestion | None]]) -> None:
        for own, _ in questions:
            for heading in _OF_THE_WHOLE:
                if own[heading] and own[heading] != row[heading]:
                    own.wrong(heading, "item.cell_misplaced", field=heading)
            row.broken += own.broken
        own_rows = [own for own, _ in questions]
        self._keep(row, replace(case, questions=tuple(question for _, question in questions if question)), own_rows)

    def _keep(self, row: Row, item: Item | None, parts: Sequence[Row] = ()) -> None:
        """The item, when nothing is wrong with it; else everything that is. `parts`: its other rows."""
        if item and not row.broken:
            _check(row, item.check)
            self._shares_one_stimulus(row, item)
        if row.broken or not item:
            self._broken.add(row["试题GUID"].lower())
            self.rejected += row.broken
            return
        place = (row.sheet, row.number)
        self.items.append((place, item))
        self.flags += [RowFlag(*place, item.item_no, code, "", row.original) for code in item.flags()]
        for own in (row, *parts) if parts else (row,):
            if unusual := _UNUSUAL.findall(own.joined):
                self.unusual.append((place, item.item_no, frozenset(unusual)))
            if own.formatted:
                shown = [heading for heading in own.formatted if heading in _SHOWN]
                self.flags += [RowFlag(own.sheet, own.number, item.item_no, "item.flag.formatted", name) for name in shown]

    def _shares_one_stimulus(self, row: Row, item: Item) -> None:
        """A set is printed below one stimulus: who writes another for the same name has mistyped one of the two."""
        if not item.item_set:
            return
        place, stimulus = self._stimuli.setdefault(item.item_set, ((row.sheet, row.number), item.stimulus))
        if stimulus != item.stimulus:
            row.wrong(STIMULUS, "item.set_stimulus", found=item.item_set, first=f"{place[0]}!{place[1]}")

    def _not_seen_before(self, row: Row) -> None:
        guid = row["试题GUID"]
        if not _GUID.fullmatch(guid):
            row.wrong("试题GUID", "item.guid", found=guid)
        elif (first := self._first.setdefault(guid.lower(), (row.sheet, row.number))) != (row.sheet, row.number):
            row.wrong("试题GUID", "item.guid_doubled", found=guid, first=first[1])

    def _figures_came(self, row: Row) -> None:
        if "{{" not in row.joined:
            return
        for heading in row.columns:
            for name in rich_text.figures(row[heading]):
                if name not in self._figures:
                    row.wrong(heading, "item.figure", name=name)


def _same_question(case: Item, stem: str, place: int) -> CaseQuestion | None:
    """The question of a case that this stem asks, or else the one that stands at its place."""
    same = [question for question in case.questions if question.stem == stem]
    return same[0] if len(same) == 1 else next(iter(case.questions[place : place + 1]), None)


def _check(row: Row, check: Callable[[], None]) -> None:
    try:
        check()
    except ItemError as error:
        _note(row, error)


def _note(row: Row, error: ItemError) -> None:
    """What the domain says, under the heading of the sheet."""
    field = str(error.facts.get("field", ""))
    heading = _HEADING_OF.get(field, field)
    if row.kept and heading == "答案":
        row.wrong(heading, "item.key_not_kept")  # and not what the bank's key is
        return
    row.wrong(heading, error.code, **{**error.facts, "field": heading})


def _is_blank(row: Row, heading: str) -> None:
    if row[heading]:
        row.wrong(heading, "item.cell_misplaced", field=heading)
