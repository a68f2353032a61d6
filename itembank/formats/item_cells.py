"""What one cell of the item workbook means: the words for types and grades, answers as keys, the path of knowledge cells."""

from __future__ import annotations

import re
from collections import defaultdict

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import ItemError
from itembank.domain.items import LETTERS, ItemType
from itembank.formats.spreadsheet import fold

OPTIONS = tuple(f"选项{letter}" for letter in LETTERS)
KEPT = "（同题库）"
"""In place of a key or a rationale: what the bank's newest version of the item has. A Word file without keys comes back so."""
_KEPT_FORMS = (KEPT, "(同题库)")
KNOWLEDGE = tuple(f"知识点{level}级" for level in "一二三四五六七")
"""Up to six levels of areas, and the point below them."""

TYPE_NAMES = {
    ItemType.JUDGEMENT: ("判断题", "判断", "是非题", "10"),
    ItemType.SINGLE: ("单选题", "单选", "单项选择题", "单项选择", "20"),
    ItemType.MULTIPLE: ("多选题", "多选", "多项选择题", "多项选择", "30"),
    ItemType.FILL: ("填空题", "填空", "40"),
    ItemType.SHORT: ("简答题", "简答", "问答题", "问答", "50"),
    ItemType.CASE: ("案例题", "案例", "案例分析题", "案例分析", "90", "组合题", "组合", "60"),
    ItemType.CALCULATION: ("计算题", "计算", "70"),
    ItemType.ESSAY: ("论述题", "论述", "80"),
    ItemType.DRAWING: ("绘图题", "绘图", "作图题", "画图题"),
    ItemType.PRACTICAL: ("操作技能题", "操作技能", "操作题", "实操题"),
}
"""The first name is the one written; the numbers are the codes of a production bank."""

CHOICES = (ItemType.SINGLE, ItemType.MULTIPLE)
_TYPES = {name: type_ for type_, names in TYPE_NAMES.items() for name in names}
_GRADES = {
    "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "易": 1, "较易": 2, "中": 3, "较难": 4, "难": 5,
    "容易": 1, "简单": 1, "较容易": 2, "较简单": 2, "中等": 3, "一般": 3, "适中": 3, "较困难": 4, "困难": 5, "很难": 5,
}  # fmt: skip
_LOCKED = {"": False, "否": False, "0": False, "×": False, "是": True, "1": True, "√": True}
_TRUE = ("√", "正确", "对", "是", "T", "TRUE", "1", "✓", "✔", "Y", "YES", "V")
_FALSE = ("×", "错误", "错", "否", "F", "FALSE", "0", "✗", "✘", "✕", "╳", "χ", "Χ", "X", "N", "NO", "不正确", "不对")
_LONGEST_SIGN = 10
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)


def item_type(text: str) -> ItemType | None:
    return _TYPES.get(text) or _TYPES.get(fold(text))


def difficulty(text: str) -> int | None:
    """1 to 5, or the five words."""
    return _GRADES.get(text) or _GRADES.get(fold(text))


def congruence(text: str) -> int | None:
    """As the difficulty; 0 when it was not judged."""
    return difficulty(text) if text else 0


def locked(text: str) -> bool | None:
    return _LOCKED.get(fold(text)) if text else False


def is_kept(text: str) -> bool:
    """Whether a cell says KEPT, with brackets of either width."""
    return text in _KEPT_FORMS


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def whole_number(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def options_and_key(type_: ItemType, cells: tuple[str, ...], answer: str) -> tuple[tuple[str, ...], str]:
    """Options without trailing blanks, and the key in the form of its type. What is odd about them `Item.check` finds."""
    count = len(cells)
    while count and not cells[count - 1]:
        count -= 1
    options = cells[:count]
    if type_ in CHOICES:
        return options, _letters(answer)
    if type_ is ItemType.JUDGEMENT:
        return _judgement(options, answer)
    if type_ is ItemType.FILL:
        return options, _fill(answer)
    return options, answer


def _letters(answer: str) -> str:
    if len(answer) == 1 and "A" <= answer <= "K":
        return answer
    return "".join(sorted(re.sub("[,、;.]", "", fold(answer).upper())))


def _judgement(options: tuple[str, ...], answer: str) -> tuple[tuple[str, ...], str]:
    """Some banks write a judgement as a choice between A 正确 and B 错误; its options go, its key becomes the sign."""
    key = answer if answer in ("√", "×") else fold(answer).upper()
    if len(options) == 2 and key in ("A", "B") and {judgement_sign(option) for option in options} == {"√", "×"}:
        return (), judgement_sign(options["AB".index(key)])
    return options, judgement_sign(key)


def judgement_sign(text: str) -> str:
    """√ or × for the words and signs of either; any other text as it is."""
    text = text if text in ("√", "×") else fold(text).upper() if len(text) <= _LONGEST_SIGN else text
    return "√" if text in _TRUE else "×" if text in _FALSE else text


def _fill(answer: str) -> str:
    """Blank by blank, `;` between them and `|` between what is as right for one blank."""
    blanks = re.split("[;；]", answer)
    return ";".join("|".join(text.strip() for text in re.split("[|｜]", blank)) for blank in blanks)


class KnowledgePaths:
    """The points of a blueprint by the knowledge cells that lead to them: `B相关知识`, `A电路`, …, `001欧姆定律`.

    Code and name of every level must be the blueprint's; blanks and full width do not matter.
    """

    def __init__(self, blueprint: Blueprint) -> None:
        named = [(node.code, node.name) for node in blueprint.nodes] + [(point.code, point.name) for point in blueprint.points]
        self._names = dict(named)
        self._points = {point.code for point in blueprint.points}
        self._codes: dict[str, list[str]] = defaultdict(list)  # area → what lies right below it
        self._cells: dict[str, dict[str, str]] = defaultdict(dict)  # area → cell → code of what lies right below it
        for code, name in named:
            area, _, last = code.rpartition("-")
            cell, below = fold(last + name), self._cells[area]
            below[cell] = "" if cell in below else code  # of A with AB类 and AA with B类, a cell AAB类 means neither
            self._codes[area].append(code)
        self._known: dict[tuple[str, ...], str] = {}

    def point(self, cells: tuple[str, ...]) -> str:
        """The code of the point. Raises ItemError with the first wrong column as `field`."""
        known = self._known.get(cells)
        if known is None:
            known = self._known[cells] = self._find(cells)
        return known

    def named(self, text: str, cells: tuple[str, ...]) -> str:
        """The code of a point that one cell names: by its code, its code and name, or a name that only one point has.

        Raises ItemError, also when there are knowledge cells (`cells`) that say another one.
        """
        wanted = fold(text)
        found = {
            code for code in self._points if wanted in (code, code + fold(self._names[code]), fold(self._names[code]))
        }  # fmt: skip
        if len(found) != 1:
            raise ItemError("item.point_ambiguous" if found else "item.point_unknown", field="鉴定点", found=text)
        code = found.pop()
        if any(cells) and self.point(cells) != code:
            raise ItemError("item.point_other", field="鉴定点", found=text, place=code)
        return code

    def _find(self, cells: tuple[str, ...]) -> str:
        depth = sum(map(bool, cells))
        if not depth:
            raise ItemError("item.point_missing", field="鉴定点")
        if not all(cells[:depth]):
            raise ItemError("item.point_gap", field=KNOWLEDGE[cells.index("")])
        code = ""
        for column, text in zip(KNOWLEDGE, cells[:depth], strict=False):
            found = self._cells.get(code, {}).get(fold(text))
            if not found:
                raise self._not_found(column, text, self._codes.get(code, []))
            code = found
        if code not in self._points:
            raise ItemError("item.point_is_area", field=KNOWLEDGE[depth - 1], found=cells[depth - 1], place=code)
        return code

    def _not_found(self, column: str, text: str, near: list[str]) -> ItemError:
        """Either the name behind a code is another, or the code is not there."""
        meant = [code for code in near if fold(text).startswith(code.rpartition("-")[2])]
        if not meant:
            return ItemError("item.point_unknown", field=column, found=text)
        code = max(meant, key=len)
        return ItemError("item.point_name", field=column, found=text, place=code, expected=self._names[code])
