"""The national bank's text format (国标格式), one item after another:

    A-B-A-001 B 3 5            the point's code, the type's letter, difficulty, congruence
    {A}电阻的单位是（　　）。      the stem
    （A）伏特 （B）欧姆 ……       options, on one line or several
    {B}B                       the key

The pieces may stand on one line or on lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from itembank.formats.foreign.found import FoundItem, aside
from itembank.formats.foreign.paper_text import TEXT
from itembank.formats.foreign.settling import settle
from itembank.formats.item_rows import POINT

_HEAD = re.compile(
    r"^\s*(?P<point>[A-Z](?:-[A-Z]+)*-\d{1,4})\s+(?P<type>[A-Za-z])\s+(?P<difficulty>\d)(?:\s+(?P<congruence>\d))?\s*(?=$|\{A\})"
)
_PARTS = re.compile(r"\{(?P<part>[A-Z])\}")
_CELLS = {"A": "题干", "B": "答案", "C": "解析"}


def is_national(lines: Iterable[str]) -> bool:
    """Whether a document's lines are in this format: one that begins an item is followed by what only this has."""
    return any(_HEAD.match(line) for line in lines)


def national_items(lines: Iterator[tuple[int, str]], types: Mapping[str, str]) -> Iterator[FoundItem]:
    """The items of such a text; lines before the first are told. `types`: what its type codes mean, where a person said so."""
    item: FoundItem | None = None
    for row, line in lines:
        head = _HEAD.match(line)
        if head:
            if item:
                yield _settled(item, types)
            item = FoundItem(TEXT, row, line.strip())
            item.cells = {
                POINT: head["point"],
                "题型": head["type"],
                "难度": head["difficulty"],
                "一致性": head["congruence"] or "",
            }
            item.text += "\n" + line[head.end() :]
        elif item and line.strip():
            item.text += "\n" + line
        elif line.strip():
            yield aside(TEXT, row, line.strip())
    if item:
        yield _settled(item, types)


def _settled(item: FoundItem, types: Mapping[str, str]) -> FoundItem:
    head, _, body = item.text.partition("\n")
    pieces = _PARTS.split(body)
    before = pieces[0].strip()
    if before:
        item.eye("item.eye.lost", before)
    for part, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if part in _CELLS and _CELLS[part] not in item.cells:
            item.cells[_CELLS[part]] = text.strip()
        else:
            item.eye("item.eye.lost", text.strip())
    item.text = f"{head}\n{body.strip()}"
    return settle(item, types)
