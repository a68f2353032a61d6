"""Automatic numbers of a Word file that pandoc knows no style of: `一、` of a part, `①` of a point. They are typed in front of
their paragraphs; a list that has one is typed whole, for its levels count together. The other lists pandoc numbers itself.

A paragraph is in a list by itself or by its style. Lists of one definition count on together, but for one that says where it
starts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from itembank.formats.foreign.markup import Element, name_of
from itembank.formats.foreign.package import Package
from itembank.formats.foreign.xml import parsed, value_of

_DIGITS = "零一二三四五六七八九"
_CIRCLED = 0x2460
Numeral = Callable[[int], str]


def _chinese(number: int) -> str:
    """1 to 99."""
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{_DIGITS[ones] if ones or not tens else ''}"


def _circled(number: int) -> str:
    return chr(_CIRCLED + number - 1) if number <= 20 else f"({number})"


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26)


_ODD: dict[str, Numeral] = {
    "chineseCounting": _chinese, "chineseCountingThousand": _chinese, "japaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese, "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
}  # fmt: skip
_NUMERALS: dict[str, Numeral] = {
    **_ODD, "decimal": str, "upperLetter": _letter, "lowerLetter": lambda number: _letter(number).lower(),
    "decimalFullWidth": str, "bullet": lambda number: "", "none": lambda number: "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    """`text`: what stands in front, `%1` for the number of the first level."""

    numeral: str
    text: str
    start: int


class _Numbering:
    """The lists that are typed. `counts`: of each list, level → the number last given."""

    def __init__(self, package: Package) -> None:
        self._lists: dict[str, dict[int, _Level]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._shared: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = {}
        parts = set(package.names(".xml"))
        if "word/numbering.xml" not in parts:
            return
        root = parsed(package.read("word/numbering.xml"))
        abstract = {value_of(one, "abstractNumId"): dict(_levels(one)) for one in root.iter("{*}abstractNum")}
        for one in root.iter("{*}num"):
            number, of = value_of(one, "numId"), next((value_of(part, "val") for part in one.iter("{*}abstractNumId")), "")
            levels = abstract.get(of, {})
            numerals = {level.numeral for level in levels.values()}
            if numerals & _ODD.keys() and numerals <= _NUMERALS.keys():
                self._lists[number] = levels
                self._shared[number] = number if next(one.iter("{*}startOverride"), None) is not None else f"abstract {of}"
        if self._lists and "word/styles.xml" in parts:
            for style in parsed(package.read("word/styles.xml")).iter("{*}style"):
                for told in style.iter("{*}numPr"):
                    self._styles[value_of(style, "styleId")] = _list_of(told)

    def number(self, paragraph: Element) -> str:
        """What Word shows in front of a paragraph of such a list; its own numbering is taken off."""
        properties = next((part for part in paragraph if name_of(part) == "pPr"), None)
        if properties is None:
            return ""
        told = next((part for part in properties if name_of(part) == "numPr"), None)
        style = next((value_of(part, "val") for part in properties if name_of(part) == "pStyle"), "")
        number, level = _list_of(told) if told is not None else self._styles.get(style, ("", 0))
        levels = self._lists.get(number)
        if levels is None or level not in levels:
            return ""
        if told is not None:
            properties.remove(told)
        else:
            _take_off(properties)
        counts = self.counts.setdefault(self._shared[number], {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return re.sub(r"%([1-9])", lambda place: self._shown(levels, counts, int(place[1]) - 1), levels[level].text)

    def _shown(self, levels: dict[int, _Level], counts: dict[int, int], level: int) -> str:
        one = levels.get(level)
        return _NUMERALS[one.numeral](counts.get(level, one.start)) if one else ""


def type_odd_numbers(root: Element, package: Package) -> bool:
    """Type them into the document; whether there were any."""
    numbering, found = _Numbering(package), False
    for paragraph in root.iter("{*}p"):
        number = numbering.number(paragraph)
        if number:
            space = str(etree.QName(paragraph).namespace)
            run = etree.Element(f"{{{space}}}r")
            etree.SubElement(run, f"{{{space}}}t").text = number
            paragraph.insert(next((at + 1 for at, part in enumerate(paragraph) if name_of(part) == "pPr"), 0), run)
            found = True
    return found


def _levels(abstract: Element) -> Iterator[tuple[int, _Level]]:
    for level in abstract.iter("{*}lvl"):
        told = {name_of(part): value_of(part, "val") for part in level if name_of(part) in ("numFmt", "lvlText", "start")}
        start = told.get("start", "1")
        number = value_of(level, "ilvl")
        if number.isdigit():
            made = _Level(told.get("numFmt", "decimal"), told.get("lvlText", ""), int(start) if start.isdigit() else 1)
            yield int(number), made


def _list_of(told: Element) -> tuple[str, int]:
    """The list that a paragraph or a style is in, and the level."""
    values = {name_of(part): value_of(part, "val") for part in told}
    level = values.get("ilvl", "0")
    return values.get("numId", ""), int(level) if level.isdigit() else 0


def _take_off(properties: Element) -> None:
    """A list that comes with the style is left by being in list 0."""
    space = str(etree.QName(properties).namespace)
    etree.SubElement(etree.SubElement(properties, f"{{{space}}}numPr"), f"{{{space}}}numId", {f"{{{space}}}val": "0"})
