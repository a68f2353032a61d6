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
from itembank.formats.foreign.key_table import TWO_KEYS, KeyTable, Part, is_key_line, same_type
from itembank.formats.foreign.paper_lines import (
    ANSWERS,
    ASIDE,
    CHAPTER,
    LETTERED,
    SHARED,
    START,
    SUBHEADING,
    answers_of,
    begun,
    heading,
    keys_of_all,
    ordinal_keys,
    tagged,
)  # fmt: skip
from itembank.formats.foreign.settling import compared_key, is_written, needs_no_options, settle
from itembank.formats.item_rows import POINT

TEXT = "正文"
_KEY_ROWS = re.compile(r"^\|\s*(?:题号|序号)\s*\|")
_KEY = re.compile(
    r"(?:^|(?<=[\s。；;】)）_])|(?=[【\[(（]\s*(?:正确|标准|参考)?答案))"
    r"[【\[(（]?\s*(?:正确|标准|参考)?答案\s*(?:[】\])）]\s*[:：]?|[:：])\s*(?P<text>.*)$|^\s*(?:ANSWER|Answer|answer|Key|答)\s*[:：]\s*(?P<en>.*)$",
    re.DOTALL,
)
_SOLUTION = re.compile(r"^\s*解\s*[:：]")
_PART = re.compile(
    r"^\s*[【\[]?\s*(?P<name>(?:答案|试题|题目|本题)?(?:解析|分析|详解|解释|解答|点评|改正|更正)|难度(?:系数|等级)?|知识点|鉴定点(?:代码)?|考点|考评点|分值|分数|出处|来源|一致性|题型)\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<text>.*)$",
    re.DOTALL,
)
_PART_INSIDE = re.compile(
    r"(?<=\S)(?=[【\[](?:答案)?(?:解析|分析|详解)[】\]])|(?<=[\s。；;])(?=[【\[]?(?:答案)?(?:解析|分析|难度|知识点|鉴定点|考点|出处)\s*(?:[】\]]|[:：]))"
)
_ALONE = re.compile(r"^\s*[【\[]?\s*(?:参考|标准|正确)?答案\s*[】\]]?\s*(?P<colon>[:：]?)\s*$")
_ASKS = re.compile(r"[(（]\s*[A-K√×对错]*\s*[)）]\s*[。.？?]?\s*$|^[(（]\s*[√×对错]?\s*[)）]")
_LIST_INSIDE = re.compile(r"(?:^|\s)(?:答|解|[【\[]?(?:参考|标准)?答案[】\]]?)\s*[:：]\s*(?P<text>[(（]?1\s*[.．、)）].*)$")
"""A list that begins behind the mark of its answer."""
_BARE_KEY = re.compile(r"\s*(?:[A-K、,，\s]{1,20}|[√×对错]|正确|错误)\s*")
_OPENS = re.compile(r"[:：]\s*$")
_FIRST = re.compile(r"\s*[(（]?[AＡ]\s*[.．、:：)）]")
_THIRD = re.compile(r".*(?:^|\s)[(（]?\s*[CＣ]\s*[.．、:：)）]")
_JUDGED = re.compile(r"[(（]\s*[√×对错]\s*[)）]\s*[。.]?\s*$")
_CLOSES = {"（": "）", "(": ")", "【": "】", "[": "]"}
_BEHIND = re.compile(r"[\s(（](?:答案)?[A-K]{1,6}[)）]?\s*$|[(（]\s*(?:\d+(?:\.\d+)?\s*分|难度.*)[)）]\s*$")
"""What belongs behind no option."""
_LETTERS = re.compile(r"[A-KＡ-Ｋ、,，\s]+")
_HEADING_OF = {
    "难度": "难度", "难度系数": "难度", "难度等级": "难度", "知识点": POINT, "鉴定点": POINT, "鉴定点代码": POINT,
    "考点": POINT,
    "考评点": POINT, "分值": "分数", "分数": "分数", "出处": "出处", "来源": "出处", "一致性": "一致性", "题型": "题型",
}  # fmt: skip
_LOOKED_AHEAD = 40
"""Lines."""
_LEAP = 30
"""An item's number may leave out so many; a larger leap is a number in a text."""


@dataclass(slots=True)
class _Draft:
    """An item under reading: its number, where it began, the section it is in, its lines; `first`: its first line as typed.

    `points`: of the list inside it that may go on, how its numbers are written and the last of them. `shared`: the text that
    it and others ask about. `several`: a line inside has a number as items have.
    """

    number: int
    row: int
    section: int
    type: str
    lines: list[str]
    first: str
    points: tuple[str, int] = ("", 0)
    shared: str = ""
    several: bool = False


class PaperReader:
    """Takes lines; `items` gives what they hold, in order, with what belongs to none."""

    def __init__(self) -> None:
        self._found: list[_Draft | FoundItem] = []
        self._last: _Draft | None = None
        self._section, self._type, self._style = 0, "", ""
        self._answers = KeyTable()
        self._in_answers = False
        self._lines: list[str] = []
        self._place = 0
        self._headings: list[tuple[int, int, str]] = []
        self._between = False  # a heading and its first item: what stands there is no item's
        self._shared = (range(0), "")

    def items(self, lines: Iterable[tuple[int, str]]) -> Iterator[FoundItem]:
        told = [(row, text.rstrip()) for row, text in lines if text.strip()]
        self._lines = [text for _, text in told]
        for self._place, (row, text) in enumerate(told):
            self._take(row, text)
        parts = self._paper()
        self._answers.match(parts)
        for found in self._found:
            yield self._item(found) if isinstance(found, _Draft) else found
        for section, row, text in self._headings:
            if all(part.section != section for part in parts):
                yield aside(TEXT, row, text)
        yield from self._answers.left(TEXT)

    def _paper(self) -> list[Part]:
        """The parts of the paper that hold items."""
        drafts = [found for found in self._found if isinstance(found, _Draft)]
        grouped = itertools.groupby(drafts, key=lambda draft: (draft.section, draft.type))
        return [Part(section, type_, frozenset(one.number for one in group)) for (section, type_), group in grouped]

    def _is_of_one(self, text: str) -> bool:
        """Whether `答案：` alone on its line is that of the item above: what follows is no table of keys."""
        alone = _ALONE.match(text)
        if not alone or is_key_line(self._after) or heading(" ".join(self._after.split())) or self._last is None:
            return False
        start = START.match(self._after)
        if alone["colon"] and not (start and start["plain"] == "1" and self._last.number > 1):
            return True
        return bool(_BARE_KEY.fullmatch(self._after)) or self._comes_next(self._last.number + 1)

    @property
    def _after(self) -> str:
        """The line below."""
        return self._lines[self._place + 1] if self._place + 1 < len(self._lines) else ""

    def _comes_next(self, number: int) -> bool:
        """Whether an item of this number, or another answer alone on its line, comes before an item 1 and before a heading."""
        for text in self._lines[self._place + 1 : self._place + _LOOKED_AHEAD]:
            start = START.match(text)
            if heading(" ".join(text.split())) or (start and start["plain"] == "1"):
                return False
            if _ALONE.match(text) or (start and int(start["plain"] or start["ordinal"] or 0) == number):
                return True
        return False

    def _take(self, row: int, text: str) -> None:
        plain = " ".join(text.split())  # a pattern with blanks in several places tries every way to part a long run of them
        if self._last is not None and (ANSWERS.match(plain) and not self._is_of_one(plain)):
            self._begin_answers("", row, text)
            return
        if self._last is not None and (type_ := answers_of(plain)):
            self._begin_answers(type_, row, text)
            return
        found = heading(plain)
        if found:
            self._begin_section(row, plain, *found)
            return
        keys = keys_of_all(plain, self._last.number) if self._last is not None else ""
        if keys:
            self._begin_answers("", row, text)
            self._answers.take(row, keys)
            return
        if self._last is not None and _KEY_ROWS.match(text) and ("答案" in text or self._after.startswith("|答案")):
            self._begin_answers("", row, text)
        if self._in_answers and not self._looks_like_item(text):
            self._take_answer(row, text)
            return
        self._in_answers = False
        self._take_line(row, text)

    def _take_answer(self, row: int, text: str) -> None:
        """A line of the answers."""
        if ASIDE.match(text) or CHAPTER.match(text):
            self._found.append(aside(TEXT, row, text.strip()))
            if CHAPTER.match(text):
                self._begin_answers("", row, text)
            return
        keys = ordinal_keys(" ".join(text.split()))
        if keys:
            self._begin_answers("", row, text)
        self._answers.take(row, keys or text)

    def _take_line(self, row: int, text: str) -> None:
        """A line outside the answers."""
        if self._is_point(text):
            assert self._last is not None
            self._last.lines.append(text)
            return
        start = self._start(text)
        if start is not None:
            number, first = start
            self._begin_item(number, row, first, text)
        elif SUBHEADING.match(text) and self._item_comes_next():
            self._found.append(aside(TEXT, row, text.strip()))
            self._between = True
        elif CHAPTER.match(text) or SHARED.search(text):
            self._found.append(aside(TEXT, row, text.strip()))
            self._between = True
            self._section += bool(CHAPTER.match(text))
            self._share(text)
        elif not self._between and not ASIDE.match(text) and self._last is not None:
            self._last.several |= self._is_number_of_part(text)
            self._last.lines.append(text)
            self._note_list(text)
        else:
            self._found.append(aside(TEXT, row, text.strip()))
            _, shared = self._shared
            if self._between and shared:
                self._shared = (self._shared[0], f"{shared}\n{text.strip()}")

    def _begin_item(self, number: int, row: int, first: str, text: str) -> None:
        numbers, shared = self._shared
        self._last = _Draft(number, row, self._section, self._type, [first], text.strip())
        if number in numbers:
            self._last.shared = shared
        self._found.append(self._last)
        self._between = False
        self._note_list(text)

    def _share(self, text: str) -> None:
        found = SHARED.search(text)
        if found:
            first, last = found["first"] or found["from"], found["last"] or found["to"]
            self._shared = (range(int(first), int(last) + 1), text.strip())

    def _begin_answers(self, type_: str, row: int, text: str) -> None:
        self._in_answers = True
        self._answers.heading(type_, self._section, (row, text.strip()))

    def _begin_section(self, row: int, text: str, type_: str, content: str) -> None:
        if self._in_answers and not self._leaves_answers(type_, content):
            self._begin_answers(type_, row, text)
            if content:
                self._answers.take(row, content)
            return
        self._in_answers = False
        if not (content and tagged(text)[0] and type_ == self._type):
            self._section, self._type, self._between, self._shared = self._section + 1, type_, True, (range(0), "")
            if not content:
                self._headings.append((self._section, row, text.strip()))
        if not content:
            return
        if begun(content, 1):
            self._take_line(row, content)
        elif tagged(text)[0]:
            here = self._last.number if self._last and self._last.section == self._section else 0
            self._begin_item(here + 1, row, content, text)
        else:
            self._found.append(aside(TEXT, row, text.strip()))

    def _leaves_answers(self, type_: str, content: str) -> bool:
        """Whether a heading among the answers begins a part of the paper again: what follows asks, or its type was not yet."""
        after = content or self._after
        if not START.match(after) or is_key_line(after):
            return False
        types = {found.type for found in self._found if isinstance(found, _Draft)}
        is_new = type_ not in ("", *types) and not any(same_type(type_, other) for other in types)
        return is_new or bool(re.search(r"[(（]\s*[)）]|_{3,}", after))

    def _looks_like_item(self, text: str) -> bool:
        """In the answers, too, numbers begin lines; only one with a bracket to fill and words around it begins an item
        again.
        """
        start = START.match(text)
        return bool(start and len(start["text"]) > 12 and re.search(r"[(（]\s*[)）]", text))

    def _is_point(self, text: str) -> bool:
        """Whether a line that begins with a number is a point of a list inside the last item."""
        last, found = self._last, START.match(text)
        if last is None or found is None or self._between:
            return False
        style = next(name for name in ("ordinal", "plain", "inner", "half") if found[name])
        number, (listed, at) = int(found[style]), last.points
        if style == listed and number == at + 1:
            goes_on = style != self._style or number != last.number + 1 or not self._asks(found["text"])
        else:
            other = style in ("inner", "half") and style != self._style
            goes_on = number == 1 and (other or bool(_OPENS.search(last.lines[-1])) or self._stands_before_options())
        if goes_on:
            last.points = (style, number)
            if style == self._style and number == last.number + 1 and _KEY.search(self._after):
                last.several |= not self._comes_again(number)  # a point, or the next item
        return goes_on

    def _stands_before_options(self) -> bool:
        """Whether a list of two points or more begins here and is followed by options."""
        for points, text in enumerate(self._lines[self._place : self._place + _LOOKED_AHEAD]):
            start = START.match(text)
            if not start or int(start["plain"] or start["half"] or start["inner"] or 0) != points + 1:
                return points > 1 and bool(_FIRST.match(text))
        return False

    def _item_comes_next(self) -> bool:
        start = START.match(self._after)
        return bool(start and self._last and start[self._style] and int(start[self._style]) in (1, self._last.number + 1))

    def _comes_again(self, number: int) -> bool:
        """Whether a line further down has this number as items have, before the next heading."""
        for text in self._lines[self._place + 1 : self._place + _LOOKED_AHEAD]:
            start = START.match(text)
            if heading(" ".join(text.split())):
                return False
            if start and start[self._style] and int(start[self._style]) == number:
                return True
        return False

    def _is_number_of_part(self, text: str) -> bool:
        start = START.match(text)
        return bool(start and self._style == "plain" and start["plain"])

    def _note_list(self, text: str) -> None:
        inside = _LIST_INSIDE.search(text)
        found = START.match(inside["text"]) if inside else None
        if found and self._last is not None:
            self._last.points = (next(name for name in ("plain", "inner", "half") if found[name]), 1)

    def _asks(self, text: str) -> bool:
        """Whether this line, or the one below it, shows that an item begins here."""
        asks = _ASKS.search(text) or text.rstrip().endswith(("?", "？"))
        key = _KEY.search(self._after)
        if key and key["en"] is not None and self._last and _is_open(self._last):
            key = None  # 答：… closes the 解：… above
        return bool(asks or key or _SOLUTION.match(self._after) or _FIRST.match(self._after))

    def _start(self, text: str) -> tuple[int, str] | None:
        """The number of the item that this line begins and its first line, or None."""
        found = begun(text, self._last.number + 1 if self._last else 1)
        if not found:
            return None
        style, number, first = found
        last = self._last
        if last is None:
            self._style = style
            return number, first
        if style != self._style and not (style in ("plain", "half") and self._style in ("plain", "half")):
            # Another way of numbering inside a section is a list inside an item, unless it goes on where whole items end.
            if last.section == self._section and not (number == last.number + 1 and (style == "ordinal" or _has_key(last))):
                return None
            self._style = style
        if last.section != self._section and (number == 1 or number == last.number + 1):
            return number, first
        if number == last.number + 1 or (last.number < number <= last.number + _LEAP and _is_whole(last)):
            return number, first
        return (1, first) if number == 1 and _is_whole(last) and last.number > 1 else None

    def _item(self, draft: _Draft) -> FoundItem:
        item = FoundItem(TEXT, draft.row, "\n".join([draft.first, *draft.lines[1:]]))
        type_, draft.lines[0] = tagged(draft.lines[0])
        item.cells["题干"], score = without_score(_parts(item, draft.lines, is_written(type_ or draft.type)))
        if score:
            item.cells["分数"] = score
        if (type_ or draft.type) and not item.cells.get("题型"):
            item.cells["题型"] = type_ or draft.type
        next_inside = re.search(rf"[)）_]\s+{draft.number + 1}\s*[.．、]", draft.lines[0])
        if draft.several or next_inside or _holds_another(draft):
            item.refuse("item.eye.several")
        if draft.shared:
            item.refuse("item.eye.lost", draft.shared)
        self._take_key(item, draft)
        settle(item)
        item.cells["题干"], score = without_score(item.cells["题干"])
        if score:
            item.cells.setdefault("分数", score)
        if item.options and _BEHIND.search(item.options[-1]):
            item.eye("item.eye.line_joined", item.options[-1])
        return item

    def _take_key(self, item: FoundItem, draft: _Draft) -> None:
        """The key that the answers have; two that differ are none."""
        key, rationale = self._answers.key(draft.section, draft.number)
        own = item.cells.get("答案")
        if TWO_KEYS in key or (own and key and compared_key(own) != compared_key(key)):
            item.refuse("item.eye.several")
        item.cells["答案"] = own or key
        if rationale and not item.cells.get("解析"):
            item.cells["解析"] = rationale


def _has_key(draft: _Draft) -> bool:
    return bool(_KEY.search("\n".join(draft.lines)))


def _holds_another(draft: _Draft) -> bool:
    """Whether a line inside begins like an item and asks: a bracket to fill, or one with a key."""
    inside = [found["text"] for line in draft.lines[1:] if (found := START.match(line)) and not found["inner"]]
    return any(_ASKS.search(text) for text in inside)


def _is_open(draft: _Draft) -> bool:
    """Whether a solution is begun and not closed by its answer."""
    return any(map(_SOLUTION.match, draft.lines)) and not any(line.lstrip().startswith("答") for line in draft.lines)


def _is_whole(draft: _Draft) -> bool:
    """Whether an item's lines hold options or a key, or its part has none of the former, so that another may begin."""
    text = "\n".join(draft.lines)
    asked = re.search(r"[CＣ]\s*[.．、:：)）]", text) or re.search(r"[(（]\s*[A-K√×对错]*\s*[)）]|_{3,}", text)
    return bool(needs_no_options(draft.type) or _KEY.search(text) or asked)


def _parts(item: FoundItem, lines: list[str], written: bool) -> str:
    """Key, rationale and whatever else has a line of its own go to their cells; what is left is stem and options. `written`:
    whether the answer is words, so that `解：` begins it. A line below the options that has no letter becomes part of the last,
    one behind a judgement's bracket part of the stem: somebody should see it.
    """
    stem: list[str] = []
    under, third = "", False  # whether a third option was seen
    for line in itertools.chain.from_iterable(map(_PART_INSIDE.split, lines)):
        part = _PART.match(line)
        solution = written and bool(_SOLUTION.match(line)) and not item.cells.get("答案")
        key = None if part or solution else _KEY.search(line)
        told = (key["text"] or key["en"] or "").strip() if key else ""
        if part:
            under = _HEADING_OF.get(part["name"], "解析")
            item.cells[under] = _joined(item.cells.get(under, ""), part["text"].strip(), under)
        elif solution:
            under = "答案"
            item.cells[under] = line.strip()
        elif key and _SOLUTION.match(item.cells.get("答案", "")):
            item.cells["答案"] += f"\n{line.strip()}"  # 解：… and below it 答：…
        elif key:
            before = line[: key.start()].strip()
            if before:
                stem.append(before)
            under = "答案"
            if item.cells.get(under, _within(line[key.start()], told)) != _within(line[key.start()], told):
                item.refuse("item.eye.several")  # two keys are of two items
            item.cells[under] = _within(line[key.start()], told)
        elif under == "答案" and LETTERED.match(line) and _LETTERS.fullmatch(item.cells[under]):
            under = ""
            stem.append(line)  # the options stand below the key
        elif under in ("答案", "解析"):
            item.cells[under] = _joined(item.cells[under], line.strip(), "解析")
        else:
            if (third and not LETTERED.match(line)) or (stem and _JUDGED.search(stem[-1])):
                item.eye("item.eye.line_joined", line.strip())
            third = third or bool(_THIRD.match(line))
            stem.append(line)
    return "\n".join(stem).strip()


def _within(first: str, told: str) -> str:
    """A key without the bracket that closes the one it begins behind: `（答案：甲）`."""
    close = _CLOSES.get(first, "")
    return told.removesuffix(close).strip() if close and told.count(close) > told.count(first) else told


def _joined(before: str, text: str, under: str) -> str:
    if under != "解析" and before == text:
        return before
    return f"{before}\n{text}".strip() if before else text


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), start=1)
