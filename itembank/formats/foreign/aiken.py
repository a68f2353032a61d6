"""Aiken: a question line, options `A.` or `A)`, and `ANSWER: B`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from itembank.domain.items import LETTERS, ItemType
from itembank.formats.foreign.found import FoundItem
from itembank.formats.foreign.paper_text import TEXT
from itembank.formats.foreign.settling import settle
from itembank.formats.item_cells import TYPE_NAMES

_OPTION = re.compile(r"^\s*([A-Za-z])[.)、．]\s*(.*)$")
_ANSWER = re.compile(r"^\s*ANSWER\s*[:：]\s*(.*)$", re.IGNORECASE)


def aiken_items(lines: Iterator[tuple[int, str]]) -> Iterator[FoundItem]:
    """The items of such a text. A question without its answer line comes as it stands, for the row to be refused."""
    item: FoundItem | None = None
    options: list[str] = []
    for row, line in lines:
        text = line.strip()
        answer, option = _ANSWER.match(text), _OPTION.match(text)
        if not text:
            if item is not None and options:
                yield _settled(item, options)  # its answer line is missing
                item = None
            continue
        if item is None:
            item, options = FoundItem(TEXT, row, text, {"题干": text}), []
            continue
        item.text += "\n" + text
        if answer:
            item.cells["答案"] = answer[1]
            yield _settled(item, options)
            item = None
        elif option and option[1].upper() == LETTERS[len(options) : len(options) + 1]:
            options.append(option[2])
        elif options:
            options[-1] += "\n" + text
        else:
            item.cells["题干"] += "\n" + text
    if item is not None:
        yield _settled(item, options)


def _settled(item: FoundItem, options: list[str]) -> FoundItem:
    item.set_options(options)
    item.cells["题型"] = TYPE_NAMES[ItemType.SINGLE][0]
    return settle(item)
