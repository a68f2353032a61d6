"""Automatic numbers of a Word file that pandoc would write otherwise: `一、` of a part, `①` of a point, `（1）`, `1.1`.

They are typed in front of their paragraphs; a list that uses one is typed whole, for its levels count together. Pandoc numbers
the other lists itself. A paragraph is in a list by itself or by its style. Lists of one definition count on together, but for
one that says where it starts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from itembank.formats.foreign.markup import Element, name_of
from itembank.formats.foreign.package import Package
from itembank.formats.foreign.xml import parsed, value_of

_DIGITS = "零一二三四五六七八九"
_ROMAN = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LONGEST_CHAIN = 20
"""Of styles that are based on one another."""
Numeral = Callable[[int], str]


def _chinese(number: int) -> str:
    """Words up to 99."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{_DIGITS[ones] if ones or not tens else ''}"


def _in(first: str, last: str, number: int) -> str:
    """A number that is one sign, as far as there are such."""
    sign = chr(ord(first) + number - 1)
    return sign if sign <= last else f"({number})"


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        text += sign * times
    return text


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26)


_PLAIN: dict[str, Numeral] = {
    "decimal": str, "upperLetter": _letter, "lowerLetter": lambda number: _letter(number).lower(), "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(), "bullet": lambda number: "", "none": lambda number: "",
}  # fmt: skip
"""Those that pandoc writes as they are."""
_NUMERALS: dict[str, Numeral] = {
    **_PLAIN, "decimalFullWidth": str, "decimalZero": lambda number: f"{number:02d}",
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"), _chinese),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), lambda number: _in("①", "⑳", number)),
    "decimalEnclosedParen": lambda number: _in("⑴", "⒇", number),
    "decimalEnclosedFullstop": lambda number: _in("⒈", "⒛", number),
}  # fmt: skip
_SHOWN_AS_IT_IS = re.compile(r"\(?%[1-9][.)、．]?|[^%]*")
"""What may stand around a number for pandoc to keep its meaning."""


@dataclass(frozen=True, slots=True)
class _Level:
    """`text`: what stands in front, `%1` for the number of the first level."""

    numeral: str
    text: str
    start: int


class _Numbering:
    """The lists of a document. `counts`: of each, level → the number last given."""

    def __init__(self, package: Package) -> None:
        self._lists: dict[str, dict[int, _Level]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._based: dict[str, str] = {}
        self._shared: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = {}
        parts = set(package.names(".xml"))
        if "word/numbering.xml" in parts:
            self._read_lists(parsed(package.read("word/numbering.xml")))
        if self._lists and "word/styles.xml" in parts:
            for style in parsed(package.read("word/styles.xml")).iter("{*}style"):
                name = value_of(style, "styleId")
                self._based[name] = next((value_of(part, "val") for part in style if name_of(part) == "basedOn"), "")
                for told in style.iter("{*}numPr"):
                    self._styles[name] = _list_of(told)

    def _read_lists(self, root: Element) -> None:
        abstract = {value_of(one, "abstractNumId"): dict(_levels(one)) for one in root if name_of(one) == "abstractNum"}
        for one in (part for part in root if name_of(part) == "num"):
            number, of = value_of(one, "numId"), next((value_of(part, "val") for part in one.iter("{*}abstractNumId")), "")
            levels = dict(abstract.get(of, {}))
            for told in one.iter("{*}lvlOverride"):
                levels.update(_levels(told))
                at, start = value_of(told, "ilvl"), next((value_of(part, "val") for part in told.iter("{*}startOverride")), "")
                if at.isdecimal() and int(at) in levels and start.isdecimal():
                    levels[int(at)] = replace(levels[int(at)], start=int(start))
            self._lists[number] = levels
            own = next(one.iter("{*}startOverride"), None) is not None
            self._shared[number] = number if own else f"abstract {of}"

    def list_of(self, paragraph: Element) -> tuple[str, int]:
        """The list of a paragraph, its own or its style's, and the level; no list without a name."""
        properties = next((part for part in paragraph if name_of(part) == "pPr"), None)
        if properties is None:
            return "", 0
        told = next((part for part in properties if name_of(part) == "numPr"), None)
        if told is not None:
            return _list_of(told)
        style = next((value_of(part, "val") for part in properties if name_of(part) == "pStyle"), "")
        for _ in range(_LONGEST_CHAIN):
            if style in self._styles:
                return self._styles[style]
            style = self._based.get(style, "")
        return "", 0

    def is_odd(self, number: str, level: int) -> bool:
        """Whether pandoc would write a level's numbers otherwise."""
        one = self._lists.get(number, {}).get(level)
        return one is not None and not (one.numeral in _PLAIN and _SHOWN_AS_IT_IS.fullmatch(one.text))

    def counting(self, number: str) -> str:
        """Which lists count together."""
        return self._shared.get(number, number)

    def next(self, number: str, level: int) -> str:
        """What Word shows in front of the next paragraph of a list."""
        levels = self._lists.get(number, {})
        if level not in levels:
            return ""
        counts = self.counts.setdefault(self._shared[number], {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return re.sub(r"%([1-9])", lambda place: self._shown(levels, counts, int(place[1]) - 1), levels[level].text)

    def _shown(self, levels: dict[int, _Level], counts: dict[int, int], level: int) -> str:
        one = levels.get(level)
        return _NUMERALS.get(one.numeral, str)(counts.get(level, one.start)) if one else ""


def type_odd_numbers(root: Element, package: Package) -> bool:
    """Type them into the document; whether there were any."""
    numbering = _Numbering(package)
    listed = [(paragraph, *found) for paragraph in root.iter("{*}p") if (found := numbering.list_of(paragraph))[0]]
    odd = {numbering.counting(number) for _, number, level in listed if numbering.is_odd(number, level)}
    for paragraph, number, level in listed:
        if numbering.counting(number) in odd:
            _type(paragraph, numbering.next(number, level))
    return bool(odd)


def _type(paragraph: Element, number: str) -> None:
    """Put a number in front of a paragraph, and take it out of its list: one that comes with the style is left by list 0."""
    space = str(etree.QName(paragraph).namespace)
    place = next(at for at, part in enumerate(paragraph) if name_of(part) == "pPr")
    properties = paragraph[place]
    for told in [part for part in properties if name_of(part) == "numPr"]:
        properties.remove(told)
    etree.SubElement(etree.SubElement(properties, f"{{{space}}}numPr"), f"{{{space}}}numId", {f"{{{space}}}val": "0"})
    run = etree.Element(f"{{{space}}}r")
    etree.SubElement(run, f"{{{space}}}t").text = number
    paragraph.insert(place + 1, run)


def _levels(abstract: Element) -> Iterator[tuple[int, _Level]]:
    for level in abstract.iter("{*}lvl"):
        told = {name_of(part): value_of(part, "val") for part in level if name_of(part) in ("numFmt", "lvlText", "start")}
        start = told.get("start", "1")
        number = value_of(level, "ilvl")
        if number.isdecimal():
            made = _Level(told.get("numFmt", "decimal"), told.get("lvlText", ""), int(start) if start.isdecimal() else 1)
            yield int(number), made


def _list_of(told: Element) -> tuple[str, int]:
    """The list that a paragraph or a style is in, and the level."""
    values = {name_of(part): value_of(part, "val") for part in told}
    level = values.get("ilvl", "0")
    return values.get("numId", ""), int(level) if level.isdecimal() else 0
