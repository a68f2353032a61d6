"""The answers at the end of a paper: `1-5 ABCDE`, `6.√ 7.×`, `8. 欧姆；安培`, under the headings of the paper's parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from itembank.domain.folding import half_width
from itembank.formats.foreign.found import FoundItem, aside
from itembank.formats.foreign.settling import type_named

_RANGE = re.compile(
    r"(?P<first>\d{1,4})\s*(?:[-~～—–－―至到]+)\s*(?P<last>\d{1,4})\s*(?:题)?\s*[:：.．、)）]?\s*(?P<keys>[A-Ka-k√×✓✗χ对错TF](?:[\s,，、;；]*[A-Ka-k√×✓✗χ对错TF])*)"
)
_SINGLE = re.compile(
    r"(?:^|(?<=[\s,，;；、。|]))[(（]?(?P<number>\d{1,4})\s*[.．、:：)）]?\s*"
    r"(?P<key>[A-K](?:[ \t,，、;；]*[A-K]){0,10}|正确|错误|[√×✓✗χ对错TF])(?=$|[\s,，;；、。|]|\d)"
)
_WRITTEN = re.compile(
    r"^\s*(?:第\s*)?[(（]?(?P<number>\d{1,4})\s*(?:题\s*)?[.．、:：)）]\s*(?:【?答案】?\s*[:：]?\s*)?(?P<text>.+)$", re.DOTALL
)
_RATIONALE = re.compile(r"\s*[【\[]?(?:答案)?(?:解析|分析|详解)(?:[】\]]\s*[:：]?|[:：])\s*", re.DOTALL)
_SIGN = r"[A-Ka-k√×✓✗χ对错TF]"
_ROW = re.compile(r"^\|(.*)\|$")


@dataclass(slots=True)
class _Section:
    type: str
    keys: dict[int, str] = field(default_factory=dict)
    rationales: dict[int, str] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    last: int = 0


def is_key_line(text: str) -> bool:
    """Whether a line holds keys by number: a range of them, or one that begins it."""
    plain = half_width(text)
    return bool(_RANGE.search(plain) or _SINGLE.match(plain.strip()))


class KeyTable:
    """Keys by section and number. What was never asked for is left, and told."""

    def __init__(self) -> None:
        self._sections: list[_Section] = []
        self._other: list[tuple[int, str]] = []
        self._numbers: list[str] = []

    def heading(self, type_: str) -> None:
        if not self._sections or self._sections[-1].keys or type_:
            if self._sections and not self._sections[-1].keys:
                self._sections.pop()
            self._sections.append(_Section(type_))

    def take(self, row: int, text: str) -> None:
        """One line of the answers."""
        section = self._sections[-1]
        table = _ROW.match(text.strip())
        if table:
            self._table_row(section, [cell.strip() for cell in table[1].split("|")])
            return
        rest = self._several(section, text)
        if rest is None:
            return
        written = _WRITTEN.match(text)
        if written:
            key, rationale = _divided(written["text"].strip())
            self._keep(section, int(written["number"]), key, rationale)
        elif section.last and rest.strip():
            self._continue(section, text.strip())
        elif rest.strip():
            self._other.append((row, text.strip()))

    def key(self, section: int, type_: str, number: int) -> tuple[str, str]:
        """The key and the rationale of an item: by its part's place or type, or by its number where numbers run through."""
        for found in self._candidates(section, type_):
            if number in found.keys and number not in found.used:
                found.used.add(number)
                return found.keys[number], found.rationales.get(number, "")
        return "", ""

    def left(self, sheet: str) -> Iterator[FoundItem]:
        for row, text in self._other:
            yield aside(sheet, row, text)
        for section in self._sections:
            for number in sorted(section.keys.keys() - section.used):
                item = FoundItem(sheet, number, f"{number}. {section.keys[number]}")
                item.eye("item.eye.key_left", item.text)
                yield item

    def _candidates(self, section: int, type_: str) -> list[_Section]:
        wanted = type_named(type_)
        same = [found for found in self._sections if found.type and type_named(found.type) is wanted and wanted is not None]
        at_place = self._sections[section - 1 : section] if len(self._sections) > 1 else []
        untyped = [found for found in self._sections if not found.type]
        # Where the answers have parts, a number means one inside its own part only.
        return same or [*at_place, *untyped]

    def _several(self, section: _Section, text: str) -> str | None:
        """Take ranges and short keys off a line; None when nothing else is on it."""
        plain = half_width(text).replace("；", ";")
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
        left = _SINGLE.sub(" ", plain)
        if singles and not re.search(r"[\u4e00-\u9fff]{2,}|[A-Za-z]{3,}", _RATIONALE.split(left)[0]):
            rationale = _RATIONALE.split(text, maxsplit=1)[1:] if len(singles) == 1 else []
            for found in singles:
                self._keep(section, int(found["number"]), found["key"], "".join(rationale))
            return None if not left.strip(" ,，;；、。|\t") or rationale else left
        return None if taken and not plain.strip(" ,，;；、。|\t") else plain

    def _table_row(self, section: _Section, cells: list[str]) -> None:
        """`|题号|1|2|` and below it `|答案|A|B|`."""
        if len(cells) == 2 and cells[0].isdigit() and not cells[1].isdigit():
            self._keep(section, int(cells[0]), cells[1], "")  # numbers in the first column, keys in the second
        elif sum(cell.isdigit() for cell in cells) >= max(1, len(cells) - 1):
            self._numbers = cells
        elif self._numbers:
            for number, key in zip(self._numbers, cells, strict=False):
                if number.isdigit() and key:
                    self._keep(section, int(number), key, "")
            self._numbers = []

    def _keep(self, section: _Section, number: int, key: str, rationale: str) -> None:
        if section.keys.setdefault(number, key) != key:
            section.keys[number] += f" ？ {key}"  # two keys for one number are none
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


def _divided(text: str) -> tuple[str, str]:
    """The key and the rationale behind it."""
    found = _RATIONALE.search(text)
    return (text[: found.start()].strip(), text[found.end() :].strip()) if found else (text, "")
