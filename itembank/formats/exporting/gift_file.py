"""GIFT of items: choice, judgement, fill-in of one blank at the end or inside, and written ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from itembank.domain import rich_text
from itembank.domain.items import LETTERS, Item, ItemType, fill_answers
from itembank.formats.exporting.moodle_file import as_html
from itembank.formats.exporting.written import Written, facts, guid, held
from itembank.formats.foreign.found import TOOL

_TYPES = tuple(type_ for type_ in ItemType if type_ not in (ItemType.CASE, ItemType.PRACTICAL))
_ACTS = re.compile(r"([~=#{}:\\])")


def write_gift(items: Sequence[Item]) -> Written:
    """The text of these items. What GIFT has no room for: figures, a fill-in of several blanks, a reference answer."""
    kept, left_out = held(items, _fits)
    return Written("\n\n".join(map(_question, kept)).encode() + b"\n", left_out)


def _fits(item: Item) -> bool:
    if item.type not in _TYPES or item.figures:
        return False
    if item.type is ItemType.FILL:
        return len(fill_answers(item.key)) == 1
    return item.type in (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.JUDGEMENT)


def _question(item: Item) -> str:
    tags = " ".join(f"[tag:{name}:{_tag(value)}]" for name, value in facts(item).items() if value)
    stem, answers = _escaped(as_html(item.stem)), _answers(item)
    if item.type is ItemType.FILL:
        parts = [part.text for part in rich_text.parse(item.stem) if isinstance(part, rich_text.Blank)]
        before, _, after = item.stem.partition(parts[0])
        stem, answers = f"{_escaped(as_html(before))}{answers}{_escaped(as_html(after))}", ""
    return f"// [id:{guid(item)}] [tag:{TOOL}] {tags}\n::{_escaped(item.item_no)}::[html]{stem}{answers}"


def _answers(item: Item) -> str:
    rationale = f"\n####{_escaped(as_html(item.rationale))}" if item.rationale else ""
    if item.type is ItemType.JUDGEMENT:
        return f"{{{'TRUE' if item.key == '√' else 'FALSE'}{rationale}}}"
    if item.type is ItemType.FILL:
        return "{" + " ".join(f"={_escaped(text)}" for text in fill_answers(item.key)[0]) + rationale + "}"
    share = round(100 / len(item.key), 5)
    lines = []
    for letter, option in zip(LETTERS, item.options, strict=False):
        sign = "=" if item.type is ItemType.SINGLE else f"~%{share:g}%"
        lines.append(
            (sign if letter in item.key else "~" if item.type is ItemType.SINGLE else "~%-100%") + _escaped(as_html(option))
        )
    return "{\n" + "\n".join(lines) + rationale + "\n}"


def _tag(value: str) -> str:
    return value.replace("\\", r"\\").replace("[", r"\[").replace("]", r"\]").replace("\n", r"\n")


def _escaped(text: str) -> str:
    return _ACTS.sub(r"\\\1", text)
