"""A paper or a list of items as plain lines: numbered items, options, keys beside them, in the bracket, or in a table at the
end.

    一、单项选择题（第1题～第2题。……每题0.5分）       a heading: the type of what follows
    1. 电阻的单位是（ B ）。                          an item; its key may stand in its bracket
    A. 伏特  B. 欧姆  C. 安培  D. 瓦特                 options on one line or several
    答案：B  解析：……                                 or on a line of its own
    参考答案  1-5 BACDA  6. √                         or in a table at the end, heading by heading

Word files come through here too, as the lines they show (`word.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from itembank.formats.foreign.blocks import without_score
from itembank.formats.foreign.found import FoundItem, aside
from itembank.formats.foreign.key_table import KeyTable, is_key_line
from itembank.formats.foreign.settling import is_type_name, settle
from itembank.formats.item_rows import POINT

TEXT = "正文"
_ORDINAL = r"(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?|[IVX]{1,4}|[ⅠⅡⅢⅣⅤⅥ])"
_HEADING = re.compile(
    rf"^\s*(?:{_ORDINAL}\s*[、.．:：]?\s*)?[【\[(（#*]*\s*(?P<type>[^\s()（）【】\[\]:：，,。.#*]{{2,10}})\s*[】\])）*]*\s*[:：]?\s*(?P<rest>[(（【\[].*|共.*|每.*)?$"
)
_ORDINAL_HEADING = re.compile(
    rf"^\s*[(（]?{_ORDINAL}[)）]?\s*[、.．:：]?\s*[^，,。；;（(\d]{{0,6}}?"
    r"(?P<type>(?:单项|多项|不定项|单|多)?选择题?|(?:是非)?判断(?:正误|对错)?题?|是非题|填空题?|简答题?|问答题?|论述题?|计算题?|绘图题|作图题|案例(?:分析)?题?)"
    r"(?=部分|[\s:：，,。（(]|$)"
)
_ASIDE = re.compile(r"^\s*(?:第\s*\d+\s*页|共\s*\d+\s*页|得\s*分\s*[:：_]|评卷人|[-—]\s*\d+\s*[-—]\s*$|\|\s*(?:得分|评卷人))")
"""What a page has at its edges and above its parts."""
_KEY_ROWS = re.compile(r"^\|\s*(?:题号|序号)\s*\|")
_START = re.compile(
    r"^\s*(?:(?:第\s*)(?P<ordinal>\d{1,4})\s*题\s*[.．、:：]?|(?P<plain>\d{1,4})\s*(?:[.．](?!\d)|[、])|[(（【\[]\s*(?P<inner>\d{1,4})\s*[)）】\]]|(?P<half>\d{1,4})\s*[)）])\s*(?P<text>.*)$"
)
_ANSWERS = re.compile(
    r"^\s*(?:[【\[]?\s*)?(?:试[题卷]|本卷|理论知识|练习题|习题)?[、\s]*(?:参考|标准|正确)?答案(?:及|与|和)?(?:解析|评分标准|评分细则|部分|说明)?\s*[】\]]?\s*[:：]?\s*$"
)
_KEY = re.compile(
    r"(?:^|(?<=[\s。；;】)]))[【\[(（]?\s*(?:正确|标准|参考)?答案\s*(?:[】\])）]\s*[:：]?|[:：])\s*(?P<text>.*)$|^\s*(?:ANSWER|Answer|answer|Key|答)\s*[:：]\s*(?P<en>.*)$",
    re.DOTALL,
)
_PART = re.compile(
    r"^\s*[【\[]?\s*(?P<name>(?:答案|试题|题目|本题)?(?:解析|分析|详解|解释|解答|点评)|难度(?:系数|等级)?|知识点|鉴定点(?:代码)?|考点|考评点|分值|分数|出处|来源|一致性|题型)\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<text>.*)$",
    re.DOTALL,
)
_PART_INSIDE = re.compile(r"(?<=[\s。；;])(?=[【\[]?(?:答案)?(?:解析|分析|难度|知识点|鉴定点|考点|出处)\s*(?:[】\]]|[:：]))")
_ALONE = re.compile(r"^\s*[【\[]?答案[】\]]?\s*[:：]\s*$")
_ASKS = re.compile(r"[(（]\s*[A-K√×对错]*\s*[)）]\s*[。.？?]?\s*$|^[(（]\s*[√×对错]?\s*[)）]")
_HEADING_OF = {
    "难度": "难度", "难度系数": "难度", "难度等级": "难度", "知识点": POINT, "鉴定点": POINT, "鉴定点代码": POINT,
    "考点": POINT,
    "考评点": POINT, "分值": "分数", "分数": "分数", "出处": "出处", "来源": "出处", "一致性": "一致性", "题型": "题型",
}  # fmt: skip
_LEAP = 30
"""An item's number may leave out so many; a larger leap is a number in a text."""


@dataclass(slots=True)
class _Draft:
    """An item under reading: its number, where it began, the section it is in, its lines; `first`: its first line as typed."""

    number: int
    row: int
    section: int
    type: str
    lines: list[str]
    first: str


class PaperReader:
    """Takes lines; `items` gives what they hold, in order, with what belongs to none."""

    def __init__(self) -> None:
        self._found: list[_Draft | FoundItem] = []
        self._last: _Draft | None = None
        self._section, self._type, self._style = 0, "", ""
        self._answers: KeyTable | None = None
        self._after = ""
        self._between = False  # a heading and its first item: what stands there is no item's

    def items(self, lines: Iterable[tuple[int, str]]) -> Iterator[FoundItem]:
        told = [(row, text.rstrip()) for row, text in lines if text.strip()]
        for place, (row, text) in enumerate(told):
            self._after = told[place + 1][1] if place + 1 < len(told) else ""
            self._take(row, text)
        for found in self._found:
            yield self._item(found) if isinstance(found, _Draft) else found
        if self._answers:
            yield from self._answers.left(TEXT)

    def _is_of_one(self, text: str) -> bool:
        """Whether `答案：` alone on its line is that of the item above: what follows is no table of keys."""
        if not _ALONE.match(text) or is_key_line(self._after):
            return False
        start = _START.match(self._after)
        return not (start and start["plain"] == "1" and self._last and self._last.number > 1)

    def _take(self, row: int, text: str) -> None:
        begun = self._last is not None
        if begun and _ANSWERS.match(text) and not self._is_of_one(text):
            self._answers = self._answers or KeyTable()
            self._answers.heading("")
            return
        heading = _heading(text)
        if heading:
            self._begin_section(heading)
            return
        if begun and _KEY_ROWS.match(text):
            self._answers = self._answers or KeyTable()
            self._answers.heading("")
        if self._answers is not None and not self._looks_like_item(text):
            self._answers.take(row, text)
            return
        start = self._start(text)
        if start is not None:
            first = _START.match(text)
            lines = [first["text"] if first else text]
            self._last = _Draft(start, row, self._section, self._type, lines, text.strip())
            self._found.append(self._last)
            self._between = False
        elif not self._between and not _ASIDE.match(text) and self._found and isinstance(draft := self._found[-1], _Draft):
            draft.lines.append(text)
        else:
            self._found.append(aside(TEXT, row, text.strip()))

    def _begin_section(self, type_: str) -> None:
        if self._answers is not None:
            self._answers.heading(type_)
            return
        self._section, self._type, self._between = self._section + 1, type_, True

    def _looks_like_item(self, text: str) -> bool:
        """In the answers, too, numbers begin lines; only one with a bracket to fill and words around it begins an item
        again.
        """
        start = _START.match(text)
        return bool(start and len(start["text"]) > 12 and re.search(r"[(（]\s*[)）]", text))

    def _start(self, text: str) -> int | None:
        """The number of the item that this line begins, or None."""
        found = _START.match(text)
        if not found:
            return None
        style = next(name for name in ("ordinal", "plain", "inner", "half") if found[name])
        number = int(found[style])
        last = self._last
        if last is None:
            self._style = style
            return number
        if style != self._style and not (style in ("plain", "half") and self._style in ("plain", "half")):
            # Another way of numbering inside a section is a list inside an item, unless it goes on where whole items end.
            if last.section == self._section and not (number == last.number + 1 and (style == "ordinal" or _has_key(last))):
                return None
            self._style = style
        if last.section != self._section and (number == 1 or number == last.number + 1):
            return number
        if number == last.number + 1 or (last.number < number <= last.number + _LEAP and _is_whole(last)):
            return number
        return 1 if number == 1 and _is_whole(last) and last.number > 1 else None

    def _item(self, draft: _Draft) -> FoundItem:
        item = FoundItem(TEXT, draft.row, "\n".join([draft.first, *draft.lines[1:]]))
        item.cells["题干"], score = without_score(_parts(item, draft.lines))
        if score:
            item.cells["分数"] = score
        if draft.type and not item.cells.get("题型"):
            item.cells["题型"] = draft.type
        if _holds_another(draft):
            item.refuse("item.eye.several")
        if self._answers is not None and not item.cells.get("答案"):
            key, rationale = self._answers.key(draft.section, draft.type, draft.number)
            item.cells["答案"] = key
            if rationale and not item.cells.get("解析"):
                item.cells["解析"] = rationale
        return settle(item)


def _heading(text: str) -> str:
    """The type that a heading line names; empty for a line that is none."""
    found = _HEADING.match(text)
    if found and is_type_name(found["type"]):
        return found["type"]
    numbered = _ORDINAL_HEADING.match(text)
    return numbered["type"] if numbered else ""


def _has_key(draft: _Draft) -> bool:
    return bool(_KEY.search("\n".join(draft.lines)))


def _holds_another(draft: _Draft) -> bool:
    """Whether a line inside begins like an item and asks: a bracket to fill, or one with a key."""
    inside = [found["text"] for line in draft.lines[1:] if (found := _START.match(line)) and not found["inner"]]
    return any(_ASKS.search(text) for text in inside)


def _is_whole(draft: _Draft) -> bool:
    """Whether an item's lines hold options or a key, so that another may begin."""
    text = "\n".join(draft.lines)
    return bool(
        _KEY.search(text) or re.search(r"[CＣ]\s*[.．、:：)）]", text) or re.search(r"[(（]\s*[A-K√×对错]*\s*[)）]", text)
    )


def _parts(item: FoundItem, lines: list[str]) -> str:
    """Key, rationale and whatever else has a line of its own go to their cells; what is left is stem and options."""
    stem: list[str] = []
    under = ""
    for line in itertools.chain.from_iterable(map(_PART_INSIDE.split, lines)):
        part = _PART.match(line)
        key = None if part else _KEY.search(line)
        if part:
            under = _HEADING_OF.get(part["name"], "解析")
            item.cells[under] = _joined(item.cells.get(under, ""), part["text"].strip(), under)
        elif key:
            before = line[: key.start()].strip()
            if before:
                stem.append(before)
            under = "答案"
            told = (key["text"] or key["en"] or "").strip()
            if item.cells.get(under, told) != told:
                item.refuse("item.eye.several")  # two keys are of two items
            item.cells[under] = told
        elif under in ("答案", "解析"):
            item.cells[under] = _joined(item.cells[under], line.strip(), "解析")
        else:
            stem.append(line)
    return "\n".join(stem).strip()


def _joined(before: str, text: str, under: str) -> str:
    if under != "解析" and before == text:
        return before
    return f"{before}\n{text}".strip() if before else text


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), start=1)
