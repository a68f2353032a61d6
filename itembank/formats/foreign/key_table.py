"""The answers at the end of a paper: `1-5 ABCDE`, `6.√ 7.×`, `8. 欧姆；安培`, under the headings of the paper's parts, in lines
or in tables.

A key belongs to one part only. Where two keys stand for a number, or it is open which part they are of, there is none: a wrong
key is worse than a missing one, which somebody is told of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from itembank.domain.folding import half_width
from itembank.formats.foreign.found import FoundItem, aside
from itembank.formats.foreign.settling import is_type_name, type_named
from itembank.formats.spreadsheet import fold

_RANGE = re.compile(
    r"(?P<first>\d{1,4})\s*(?:[-~～—–－―至到]+)\s*(?P<last>\d{1,4})\s*(?:题)?\s*[:：.．、)）]?\s*(?P<keys>[A-Ka-k√×✓✗χ对错TF](?:[\s,，、;；]*[A-Ka-k√×✓✗χ对错TF])*)"
)
_SINGLE = re.compile(
    r"(?:^|(?<=[\s,，;；、。|)）]))[(（]?(?P<number>\d{1,4})\s*[.．、:：)）(（]?\s*"
    r"(?P<key>[A-K](?:[ \t,，、;；]*[A-K]){0,10}|正确|错误|[√×✓✗χ对错TF])(?:[)）](?!\s*[^\s\d]))?(?=$|[\s,，;；、。|]|\d)"
)
_WRITTEN = re.compile(
    r"^\s*(?:第\s*)?[(（]?(?P<number>\d{1,4})\s*(?:题\s*)?[.．、:：)）]\s*(?:【?答案】?\s*[:：]?\s*)?(?P<text>.+)$", re.DOTALL
)
_NEXT = re.compile(r"[\s;；,，。、]*(?<!\d)(?=[(（]?(\d{1,4})\s*[.．、:：)）](?:\s+\S|[^\s\d]))")
_LIST = re.compile(r"(?<!\d)1\s*[.．、)）]")
"""A list inside an answer has a first point."""
_STYLE = re.compile(
    r"^\s*(?:(?P<ordinal>第\s*\d{1,4}\s*题)|(?P<inner>[(（]\s*\d{1,4}\s*[)）])|(?P<half>\d{1,4}\s*[)）])|(?P<plain>\d{1,4}\s*[.．、:：]))"
)
_RATIONALE = re.compile(
    r"(?:^|(?<=[\s。；;，,】)）√×A-K]))\s*[【\[]?(?:答案)?(?:解析|分析|详解|改正|更正)(?:[】\]]\s*[:：]?|[:：])\s*", re.DOTALL
)
_SIGN = r"[A-Ka-k√×✓✗χ对错TF]"
_ROW = re.compile(r"^\|(.*)\|$")
_EMPTY = " ,，;；、。|\t"
_ROLES = (("题号", "number"), ("序号", "number"), ("答案", "key"), ("解析", "rationale"), ("分析", "rationale"))
TWO_KEYS = " ？ "
"""Between two keys for one number: they are none."""


@dataclass(slots=True)
class _Section:
    """`after`: how many parts of the paper stand above it. `line`: its heading. `style`: how its first number is written."""

    type: str
    after: int
    line: tuple[int, str] = (0, "")
    keys: dict[int, str] = field(default_factory=dict)
    rationales: dict[int, str] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    last: int = 0
    style: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the paper: its place among the headings, the type its heading names, the numbers of its items."""

    section: int
    type: str
    numbers: frozenset[int]


@dataclass(slots=True)
class _Mates:
    """What has one name, or one type: parts by their place among them, sections of the answers, the numbers of all items.
    `run_through`: no number stands twice.
    """

    places: dict[int, int] = field(default_factory=dict)
    sections: list[_Section] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    run_through: bool = True

    def add(self, part: Part) -> None:
        self.places[part.section] = len(self.places)
        self.run_through = self.run_through and self.numbers.isdisjoint(part.numbers)
        self.numbers |= part.numbers


def _of_type(part: Part, mates: Mapping[object, _Mates]) -> list[_Section]:
    """The sections of a part's name or type: the second of a type is the second part's. Only numbers that run through all parts
    of a type may stand in one section.
    """
    for name in (fold(part.type), type_named(part.type)):
        if not name:
            continue
        found = mates[name]
        if len(found.sections) == len(found.places):
            return [found.sections[found.places[part.section]]]
        if len(found.sections) == 1 and found.run_through:
            return found.sections
    return []


def is_key_line(text: str) -> bool:
    """Whether a line holds keys by number: a range of them, or one that begins it."""
    plain = " ".join(half_width(text).split())
    return bool(_RANGE.search(plain) or _SINGLE.match(plain.strip()))


def is_key_list(text: str) -> bool:
    """Whether a line holds the keys of several items."""
    plain = " ".join(half_width(text).split())
    return bool(_RANGE.match(plain)) or (bool(_SINGLE.match(plain)) and len(_SINGLE.findall(plain)) > 1)


class KeyTable:
    """Keys by section and number. What was never asked for is left, and told."""

    def __init__(self) -> None:
        self._sections: list[_Section] = []
        self._of: dict[int, list[_Section]] = {}
        self._other: list[tuple[int, str]] = []
        self._numbers: list[str] = []
        self._numbers_line = (0, "")
        self._roles: list[str] = []

    def heading(self, type_: str, after: int, line: tuple[int, str]) -> None:
        """`line`: its row and its text, which is told where no key comes below it."""
        self._flush()
        self._roles = []
        if not self._sections or self._sections[-1].keys or type_ or after != self._sections[-1].after:
            self._leave_empty()
            self._sections.append(_Section(type_, after, line))

    def _leave_empty(self) -> None:
        if self._sections and not self._sections[-1].keys:
            empty = self._sections.pop()
            if empty.type:
                self._other.append(empty.line)

    def take(self, row: int, text: str) -> None:
        """One line of the answers."""
        section = self._sections[-1]
        table = _ROW.match(text.strip())
        if table:
            self._table_row(section, row, text.strip(), [cell.strip() for cell in table[1].split("|")])
            return
        self._flush()
        if _is_below(section, text):
            self._continue(section, text.strip())
            return
        section.style = section.style or _style(text)
        rest = self._several(section, text)
        if rest is None:
            return
        written = list(_written(text))
        for number, answer in written:
            key, rationale = _divided(answer)
            self._keep(section, number, key, rationale)
        if not written and rest.strip():
            self._unnumbered(section, row, text.strip())

    def match(self, parts: Sequence[Part]) -> None:
        """Find out which sections are of which part. To be asked once, when all lines were taken."""
        self._flush()
        self._leave_empty()
        mates: dict[object, _Mates] = defaultdict(_Mates)
        for part in parts:
            for name in {fold(part.type), type_named(part.type), None} - {""}:
                mates[name].add(part)
        for section in self._sections:
            for name in {fold(section.type), type_named(section.type)} - {None}:
                mates[name].sections.append(section)
        self._of = {part.section: self._candidates(place, part, parts, mates) for place, part in enumerate(parts)}

    def key(self, section: int, number: int) -> tuple[str, str]:
        """The key and the rationale of an item of a part; with TWO_KEYS in it where there is more than one."""
        found = [one for one in self._of.get(section, ()) if number in one.keys]
        for one in found:
            one.used.add(number)
        rationale = next((one.rationales[number] for one in found if number in one.rationales), "")
        return TWO_KEYS.join(dict.fromkeys(one.keys[number] for one in found)), rationale

    def left(self, sheet: str) -> Iterator[FoundItem]:
        for row, text in self._other:
            yield aside(sheet, row, text)
        for section in self._sections:
            for number in sorted(section.keys.keys() - section.used):
                item = FoundItem(sheet, number, f"{number}. {section.keys[number]}")
                item.eye("item.eye.key_left", item.text)
                yield item

    def _candidates(self, place: int, part: Part, parts: Sequence[Part], mates: Mapping[object, _Mates]) -> list[_Section]:
        mine = _of_type(part, mates)
        type_ = type_named(part.type)
        if mine or (type_ is not None and mates[type_].sections):
            return mine
        if len(self._sections) == len(parts) and _may_be(self._sections[place], part):
            return [self._sections[place]]
        untyped = mates[""].sections
        if len({found.after for found in untyped}) > 1:  # answers below each chapter
            below = min((found.after for found in untyped if found.after >= part.section), default=0)
            return [found for found in untyped if found.after == below]
        if len(untyped) == len(parts) > 1:
            return [untyped[place]]
        return untyped if mates[None].run_through else []

    def _several(self, section: _Section, text: str) -> str | None:
        """Take ranges and short keys off a line; None when nothing else is on it."""
        plain = " ".join(half_width(text).replace("；", ";").split())
        taken = False
        for found in _RANGE.finditer(plain):
            first, last, keys = int(found["first"]), int(found["last"]), found["keys"].upper()
            parts = re.findall(_SIGN, keys, re.IGNORECASE)
            groups = re.split(r"[\s,，、;；]+", keys.strip())
            chosen = groups if len(groups) == last - first + 1 else parts
            if len(chosen) == last - first + 1:
                taken = True
                for number, key in zip(range(first, last + 1), chosen, strict=True):
                    self._keep(section, number, key, "")
                plain = plain.replace(found[0], " " * len(found[0]))
        singles = list(_SINGLE.finditer(plain))
        if singles and _style(plain) and singles[0].start() > len(plain) - len(plain.lstrip()):
            return plain  # `2. 5A`: the line has a number of its own
        left = _SINGLE.sub(" ", plain)
        if singles and not re.search(r"[\u4e00-\u9fff]{2,}|[A-Za-z]{3,}", _RATIONALE.split(left)[0]):
            rationale = _RATIONALE.split(text, maxsplit=1)[1:] if len(singles) == 1 else []
            for found in singles:
                self._keep(section, int(found["number"]), found["key"], "".join(rationale))
            return None if not left.strip(_EMPTY) or rationale else left
        return None if taken and not plain.strip(_EMPTY) else plain

    def _table_row(self, section: _Section, row: int, text: str, cells: list[str]) -> None:
        """`|题号|1|2|` and below it `|答案|A|B|`; or `|题号|答案|解析|` and a row for each; or keys as in lines. A row may be a
        part's heading.
        """
        named = _heading_cell(cells)
        if named:
            roles = self._roles
            self.heading(named, section.after, (row, text))
            self._roles = roles
            if any(cells[1:]):
                self.take(row, " ".join(cells[1:]).strip())
            return
        roles = [next((role for word, role in _ROLES if word in fold(cell)), "") for cell in cells]
        if "number" in roles and "key" in roles:
            self._flush()
            self._roles = roles
        elif self._roles and len(cells) == len(self._roles):
            self._by_roles(section, row, cells)
        elif len(cells) == 2 and cells[0].isdecimal() and not cells[1].isdecimal():
            self._keep(section, int(cells[0]), cells[1], "")  # numbers in the first column, keys in the second
        elif sum(cell.isdecimal() for cell in cells) >= max(1, len(cells) - 1):
            self._flush()
            self._numbers, self._numbers_line = cells, (row, text)
        elif self._numbers:
            for number, key in zip(self._numbers, cells, strict=False):
                if number.isdecimal() and key:
                    self._keep(section, int(number), key, "")
            self._numbers = []
        elif any(cells) and self._several(section, " ".join(cells)) is not None:
            self._unnumbered(section, row, text)

    def _by_roles(self, section: _Section, row: int, cells: Sequence[str]) -> None:
        number = 0
        for role, cell in zip(self._roles, cells, strict=True):
            if role == "number":
                number = int(cell) if cell.isdecimal() else 0
            elif cell and role == "key" and number:
                self._keep(section, number, cell, "")
            elif cell and role == "rationale" and number:
                section.rationales[number] = cell
            elif cell:
                self._other.append((row, cell))

    def _flush(self) -> None:
        """A row of numbers with nothing below it is no row of numbers."""
        if self._numbers:
            self._numbers = []
            self._unnumbered(self._sections[-1], *self._numbers_line)

    def _unnumbered(self, section: _Section, row: int, text: str) -> None:
        if section.last:
            self._continue(section, text)
        else:
            self._other.append((row, text))

    def _keep(self, section: _Section, number: int, key: str, rationale: str) -> None:
        if section.keys.setdefault(number, key) != key:
            section.keys[number] += f"{TWO_KEYS}{key}"
        if rationale:
            section.rationales[number] = rationale
        section.last = number

    def _continue(self, section: _Section, text: str) -> None:
        found = _RATIONALE.match(text)
        if found or section.last in section.rationales:
            said = section.rationales.get(section.last, "")
            section.rationales[section.last] = f"{said}\n{text[found.end() if found else 0 :]}".strip()
        else:
            section.keys[section.last] = f"{section.keys[section.last]}\n{text}"


def _heading_cell(cells: Sequence[str]) -> str:
    """The type that the first cell of a row names, where it is the only one or has keys beside it."""
    name = re.sub(r"^[一二三四五六七八九十]+\s*[、.．]\s*", "", cells[0]) if cells else ""
    rest = " ".join(cells[1:]).strip()
    return name if len(name) > 1 and is_type_name(name) and (not rest or is_key_line(rest)) else ""


def _style(text: str) -> str:
    """How the number that begins a line is written; empty without one."""
    found = _STYLE.match(text)
    return found.lastgroup or "" if found else ""


def _is_below(section: _Section, text: str) -> bool:
    """Whether a line is a point of the answer above it: `（1）` below `1.`."""
    style = _style(text)
    return bool(section.last) and style in ("inner", "half") and style != section.style


def _written(text: str) -> Iterator[tuple[int, str]]:
    """The answers of a line by their numbers, which follow one another: `1. 欧  2. 伏`."""
    found = _WRITTEN.match(text)
    if not found:
        return
    number, begin = int(found["number"]), found.start("text")
    for cut in _NEXT.finditer(text, begin):
        if int(cut[1]) == number + 1 and not _LIST.search(text, begin, cut.start()):
            yield number, text[begin : cut.start()].strip()
            following = _WRITTEN.match(text[cut.end() :])
            number, begin = number + 1, cut.end() + (following.start("text") if following else 0)
    yield number, text[begin:].strip()


def same_type(one: str, other: str) -> bool:
    """Whether two names are of one known type."""
    return type_named(one) is not None and type_named(one) is type_named(other)


def _may_be(section: _Section, part: Part) -> bool:
    """Whether a section at a part's place can be that part's: no two known types differ."""
    types = {type_named(name) for name in (section.type, part.type) if name}
    return len(types - {None}) < 2


def _divided(text: str) -> tuple[str, str]:
    """The key and the rationale behind it."""
    found = _RATIONALE.search(text)
    return (text[: found.start()].strip(), text[found.end() :].strip()) if found else (text, "")
