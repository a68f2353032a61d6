"""The item workbook: the spreadsheet header that centres hand around.

    试题GUID | 题型(必填) | 题干(必填) | 答案 | 选项A … 选项E | 知识点一级 … 知识点六级 | 难度 | 一致性 | 分数
    | 解析 | 出处 | 互斥组

The knowledge cells hold code and name of the blueprint's path (`A基本要求`, …, `003基尔霍夫定律`); both must agree
with it. 分数 is only checked to be a number: what an item is worth is the plan's decision. 互斥组 is optional; one name
means one group across all pools, so that a city's item can be the enemy of a national one.

Every broken row is reported, and one broken row means that nothing is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import TypeVar

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import ItemError
from itembank.domain.items import Item, ItemType
from itembank.formats.errors import BrokenRow, ItemRowsError, WorkbookError
from itembank.formats.spreadsheet import Sheet, fold, open_sheet

OPTIONS = tuple(f"选项{letter}" for letter in "ABCDE")
KNOWLEDGE = tuple(f"知识点{level}级" for level in "一二三四五六")
COLUMNS = ("试题GUID", "题型", "题干", "答案", *OPTIONS, *KNOWLEDGE, "难度", "一致性", "分数", "解析", "出处")
ENEMIES = "互斥组"
T = TypeVar("T")
_TYPES = {
    "单选题": ItemType.SINGLE, "单选": ItemType.SINGLE, "单项选择题": ItemType.SINGLE, "20": ItemType.SINGLE,
    "多选题": ItemType.MULTIPLE, "多选": ItemType.MULTIPLE, "多项选择题": ItemType.MULTIPLE, "30": ItemType.MULTIPLE,
    "判断题": ItemType.JUDGEMENT, "判断": ItemType.JUDGEMENT, "10": ItemType.JUDGEMENT,
}  # fmt: skip
_TRUE, _FALSE = ("√", "正确", "对"), ("×", "错误", "错")
_DIFFICULTIES = {"易": 1, "较易": 2, "中": 3, "较难": 4, "难": 5}
_GUID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_KNOWLEDGE_CELL = re.compile(r"([A-Z]|\d{3})(.+)")
# Turned text direction and the sign for a lost character: invisible on the screen, wrong on the paper.
_HIDDEN = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd\ufeff")


def read_items(data: bytes, pool: str, blueprint: Blueprint, figures: Collection[str]) -> list[Item]:
    """The items of a workbook, in its order, checked; `figures` are the file names that came with it.

    An item's number is pool and GUID: a city often adapts a national item and keeps its GUID, and the two must stay
    two. Raises WorkbookError for the file and its header, ItemRowsError with all broken rows.
    """
    sheet = open_sheet(data)
    columns = _columns(sheet)
    reader = _ItemReader(pool, blueprint, figures)
    for number, cells in enumerate(sheet.rows[1:], start=2):
        if any(cells):
            reader.row(number, {name: cells[i] for name, i in columns.items()})
    if reader.broken:
        raise ItemRowsError(sheet.name, sorted(reader.broken, key=lambda broken: broken.row))
    if not reader.items:
        raise WorkbookError("items.none", sheet=sheet.name)
    return reader.items


def _columns(sheet: Sheet) -> dict[str, int]:
    """Heading → column. Width, blanks and `(必填)` do not matter; a heading that is missing or doubled does."""
    headings = [fold(cell).removesuffix("(必填)") for cell in sheet.rows[0]]
    missing = [name for name in COLUMNS if name not in headings]
    doubled = [name for name in (*COLUMNS, ENEMIES) if headings.count(name) > 1]
    if missing or doubled:
        raise WorkbookError("items.header", sheet=sheet.name, row=1, missing=missing, doubled=doubled)
    return {name: headings.index(name) for name in (*COLUMNS, ENEMIES) if name in headings}


class _ItemReader:
    """Turns rows into items, and keeps what is wrong with them."""

    def __init__(self, pool: str, blueprint: Blueprint, figures: Collection[str]) -> None:
        self.pool = pool
        self.figures = figures
        self.names = {node.code: node.name for node in blueprint.nodes}
        self.names |= {point.code: point.name for point in blueprint.points}
        self.points = {point.code for point in blueprint.points}
        self.items: list[Item] = []
        self.broken: list[BrokenRow] = []
        self.guids: dict[str, int] = {}
        self.stems: dict[str, int] = {}

    def row(self, number: int, cells: dict[str, str]) -> None:
        """Read one row; everything wrong with it is noted, not only the first thing."""
        row = _Row(number, cells, [])
        self._not_seen_before(row)
        row.readable()
        type_ = row.chosen("题型", lambda text: _TYPES.get(fold(text)), "item.type")
        difficulty = row.chosen("难度", _grade, "item.difficulty")
        congruence = row.chosen("一致性", lambda text: _grade(text) if text else 0, "item.congruence")
        row.chosen("分数", lambda text: True if not text or re.fullmatch(r"\d+(\.\d+)?", text) else None, "item.points")
        point = self._point(row)
        if type_ is not None and difficulty is not None and congruence is not None and point is not None:
            self._item(row, type_, difficulty, congruence, point)
        self.broken += row.broken

    def _item(self, row: _Row, type_: ItemType, difficulty: int, congruence: int, point: str) -> None:
        options, key = row.options_and_key(type_)
        item = Item(
            item_no=f"{self.pool}-{row.cells['试题GUID']}",
            pool=self.pool,
            type=type_,
            stem=row.cells["题干"],
            options=options,
            key=key,
            point=point,
            difficulty=difficulty,
            congruence=congruence,
            rationale=row.cells["解析"],
            source=row.cells["出处"],
            enemy_group=row.cells.get(ENEMIES, ""),
        )
        try:
            item.check()
        except ItemError as error:
            facts = dict(error.facts)
            row.wrong(str(facts.pop("field", "")), error.code, **facts)
        for name in item.figures:
            if name not in self.figures:
                row.wrong("题干", "item.figure", name=name)
        self.items.append(item)

    def _not_seen_before(self, row: _Row) -> None:
        """GUIDs are unique, and so are stems: two items with one stem are one question written twice."""
        guid = row.cells["试题GUID"]
        if not _GUID.fullmatch(guid):
            row.wrong("试题GUID", "item.guid", found=guid)
        elif (first := self.guids.setdefault(guid.lower(), row.number)) != row.number:
            row.wrong("试题GUID", "item.guid_doubled", found=guid, first=first)
        stem = fold(row.cells["题干"])
        if stem and (first := self.stems.setdefault(stem, row.number)) != row.number:
            row.wrong("题干", "item.stem_doubled", first=first)

    def _point(self, row: _Row) -> str | None:
        """The point's code from the knowledge cells: code and name of each level must be the blueprint's."""
        filled = [name for name in KNOWLEDGE if row.cells[name]]
        if filled != list(KNOWLEDGE[: len(filled)]) or not filled:
            row.wrong(next(name for name in KNOWLEDGE if not row.cells[name]), "item.point_gap")
            return None
        code = ""
        for column in filled:
            text = row.cells[column]
            cell = _KNOWLEDGE_CELL.fullmatch(fold(text))
            code = f"{code}-{cell[1]}".lstrip("-") if cell else ""
            if not cell or code not in self.names:
                row.wrong(column, "item.point_unknown", found=text)
                return None
            if cell[2] != fold(self.names[code]):
                row.wrong(column, "item.point_name", found=text, place=code, expected=self.names[code])
                return None
        if code not in self.points:
            row.wrong(filled[-1], "item.point_is_area", found=row.cells[filled[-1]], place=code)
            return None
        return code


class _Row:
    """One row under reading: its cells by heading, and what was found wrong so far."""

    def __init__(self, number: int, cells: dict[str, str], broken: list[BrokenRow]) -> None:
        self.number = number
        self.cells = cells
        self.broken = broken

    def wrong(self, field: str, code: str, /, **facts: object) -> None:
        self.broken.append(BrokenRow(self.number, field, code, facts))

    def chosen(self, field: str, read: Callable[[str], T | None], code: str) -> T | None:
        """The value of a cell, or None after noting that it is none of the allowed ones."""
        value = read(self.cells[field])
        if value is None:
            self.wrong(field, code, found=self.cells[field])
        return value

    def readable(self) -> None:
        """Note every cell with a character that cannot be seen or printed."""
        for field, text in self.cells.items():
            hidden = next(filter(_is_hidden, text), None)
            if hidden:
                self.wrong(field, "item.character", character=f"U+{ord(hidden):04X}")

    def options_and_key(self, type_: ItemType) -> tuple[tuple[str, ...], str]:
        """Options without trailing blanks, and the key as √, × or letters in order. What is odd `Item.check` finds."""
        cells = [self.cells[name] for name in OPTIONS]
        while cells and not cells[-1]:
            cells.pop()
        key = fold(self.cells["答案"]).upper()
        if type_ is ItemType.JUDGEMENT:
            return _judgement(cells, key)
        return tuple(cells), "".join(sorted(re.sub("[,、;]", "", key)))


def _is_hidden(character: str) -> bool:
    control = unicodedata.category(character) in ("Cc", "Cs", "Co") and character != "\n"
    return control or character in _HIDDEN


def _judgement(options: list[str], key: str) -> tuple[tuple[str, ...], str]:
    """Some banks write a judgement as a choice between A 正确 and B 错误; its options go, its key becomes the sign."""
    if len(options) == 2 and key in ("A", "B") and {_sign(option) for option in options} == {"√", "×"}:
        return (), _sign(options["AB".index(key)])
    return tuple(options), _sign(key)


def _sign(text: str) -> str:
    return "√" if text in _TRUE else "×" if text in _FALSE else text


def _grade(text: str) -> int | None:
    """1 to 5, or the five words."""
    return _DIFFICULTIES.get(text) or (int(text) if re.fullmatch("[1-5]", text) else None)
