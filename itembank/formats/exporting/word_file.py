"""A Word file of items for experts who never log in: they read it, correct it, and send it back to be imported.

    一、单选题
    编号：001　题型：单选题　鉴定点：B-A-A-001 ……        leave this line: by it the item finds home
    1. 电阻的单位是（　　）。
    A. 欧姆 …
    答案：A                                          not where the keys stay at the centre
    解析：……

A question of a case (案例) has a line `小题：1　题型：……　小题分值：……` and the same below it.

Pandoc writes it: formulas become Word's own, tables and figures stand where they belong.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itembank.domain import rich_text
from itembank.domain.items import LETTERS, CaseQuestion, Item, ItemType
from itembank.formats.exporting.word_page import FACTS_STYLE, on_a4
from itembank.formats.exporting.written import Written, guid, held
from itembank.formats.foreign.found import TOOL
from itembank.formats.foreign.own_word import CHOICES, KEY, NUMBER, QUESTION, RATIONALE, facts_line, facts_of, set_in
from itembank.formats.foreign.pandoc import document, run
from itembank.formats.foreign.word import FORMULAS, KEYLESS, PICTURES, formulas_in
from itembank.formats.item_cells import TYPE_NAMES
from itembank.formats.item_rows import ADAPTED, ENEMIES, LOCK, POINT, SHARE

TYPES = tuple(type_ for type_ in ItemType if type_ is not ItemType.PRACTICAL)
MEMORY = "2g"
"""Of pandoc while it writes: a whole pool is one document."""
_ORDINALS = "一二三四五六七八九十"
Node = dict[str, Any]
Paint = Callable[[str], tuple[bytes, float]]
"""A figure as the bank keeps it → its PNG and its width in points: Word shows no SVG."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How things come out in Word. `formulas`: LaTeX → how it comes back. `pictures`: a figure's name → PNG, width in
    points.
    """

    formulas: Mapping[str, str]
    pictures: Mapping[str, tuple[bytes, float]]


def write_word(items: Sequence[Item], figures: Mapping[str, str], paint: Paint, *, keys: bool) -> Written:
    """The document of these items, type by type. Without `keys` neither key nor rationale is in it. `paint`: see `Paint`."""
    kept, left_out = held(items, _fits)
    kept.sort(key=lambda item: TYPES.index(item.type))
    named = dict.fromkeys(name for item in kept for name in item.figures if name in figures)
    shown = Shown(_spelled({latex for item in kept for latex in item.formulas}), {name: paint(figures[name]) for name in named})
    blocks: list[Node] = []
    formulas: dict[str, list[list[str]]] = {}
    for place, (type_, group) in enumerate(itertools.groupby(kept, key=lambda item: item.type)):
        blocks.append(_heading(f"{_ORDINALS[place]}、{TYPE_NAMES[type_][0]}"))
        for number, item in enumerate(group, start=1):
            made = list(_item(item, number, shown, keys=keys))
            blocks += made
            if written := list(formulas_in(made)):
                formulas[guid(item)] = [[shown.formulas[latex], latex] for latex in written]
    pictures = {name: hashlib.sha256(png).hexdigest() for name, (png, _) in shown.pictures.items()}
    more = {FORMULAS: json.dumps(formulas, ensure_ascii=False), PICTURES: json.dumps(pictures), KEYLESS: json.dumps(not keys)}
    return Written(on_a4(_document(blocks, more)), left_out)


def _spelled(formulas: set[str]) -> dict[str, str]:
    """LaTeX → how it comes back. Word keeps a formula's meaning, not its spelling (`x^2` becomes `x^{2}`); what it cannot keep
    at all is not here, and written as text.
    """
    asked = sorted(formulas)
    if not asked:
        return {}
    blocks = [{"t": "Para", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, latex]}, _str("。")]} for latex in asked]
    came = document(_document(blocks, {}), "docx", MEMORY)
    found = [list(formulas_in(block)) for block in came]
    if len(found) != len(asked):
        return {}
    alone = ((latex, read[0].strip()) for latex, read in zip(asked, found, strict=True) if len(read) == 1)
    return {latex: read for latex, read in alone if read}


def _document(blocks: list[Node], more: Mapping[str, str]) -> bytes:
    meta = {name: _meta(text) for name, text in {"description": TOOL, **more}.items()}
    tree = {"pandoc-api-version": [1, 23, 1], "meta": meta, "blocks": blocks}
    return run(["-f", "json", "-t", "docx+empty_paragraphs"], json.dumps(tree, ensure_ascii=False).encode(), MEMORY)


def _fits(item: Item) -> bool:
    """Whether Word gives every sign of it back: facts on one line, and no two scripts, or lines of one, that it would join."""
    asked: tuple[Item | CaseQuestion, ...] = (item, *item.questions)
    texts = (item.rationale, *(text for one in asked for text in (one.stem, *one.options, one.key)))
    return item.type in TYPES and _told_again(_facts(item)) and not any(map(_joins, texts))


def _told_again(facts: Mapping[str, str]) -> bool:
    line = facts_line(facts)
    return "\n" not in line and facts_of(line) == {name: value for name, value in facts.items() if value}


def _joins(text: str) -> bool:
    scripts = (rich_text.Subscript, rich_text.Superscript)
    parts = rich_text.parse(text) if "<su" in text else ()
    met = any(isinstance(one, scripts) and type(one) is type(other) for one, other in itertools.pairwise(parts))
    return met or any(isinstance(part, scripts) and "\n" in part.text for part in parts)


def _facts(item: Item) -> dict[str, str]:
    return {
        NUMBER: guid(item), "题型": TYPE_NAMES[item.type][0], POINT: item.point, "难度": str(item.difficulty),
        "一致性": str(item.congruence or ""), "出处": item.source, ENEMIES: item.enemy_group,
        LOCK: "是" if item.options_locked else "", ADAPTED: item.adapted_from,
    }  # fmt: skip


def _item(item: Item, number: int, shown: Shown, *, keys: bool) -> Iterator[Node]:
    yield _facts_paragraph(_facts(item))
    yield from _asked(item, number, shown, keys=keys)
    for place, question in enumerate(item.questions, start=1):
        facts = {QUESTION: str(place), "题型": TYPE_NAMES[question.type][0], SHARE: str(question.points)}
        yield _facts_paragraph(facts)
        yield from _asked(question, place, shown, keys=keys)
    if keys and item.rationale:
        yield from _text(RATIONALE, item.rationale, shown)


def _asked(asked: Item | CaseQuestion, number: int, shown: Shown, *, keys: bool) -> Iterator[Node]:
    """Stem, options and key."""
    choice = TYPE_NAMES[asked.type][0] in CHOICES
    yield from _text(f"{number}. ", asked.stem, shown, choice=choice)
    for letter, option in zip(LETTERS, asked.options, strict=False):
        yield from _text(f"{letter}. ", option, shown, choice=choice)
    if keys and asked.type is not ItemType.CASE:
        yield from _text(KEY, asked.key, shown)


def _text(before: str, text: str, shown: Shown, *, choice: bool = False) -> Iterator[Node]:
    """A paragraph for each line, a table for each table; `before` begins the first line."""
    line: list[Node] | None = [_str(before)]
    for part in rich_text.parse(text):
        if isinstance(part, rich_text.Table):
            if line and line != [_str("")]:
                yield {"t": "Para", "c": line}
            line = None  # the break after a table is the end of its last row
            yield _table(part, shown)
            continue
        node = _inline(part, shown)
        if node["t"] != "Str":
            line = [*(line or ()), node]
            continue
        first, *others = node["c"].split("\n")
        line = [*line, _str(first)] if line is not None else None
        for other in others:
            if line is not None:
                yield {"t": "Para", "c": line}
            line = [_str(set_in(other, choice=choice))]
    if line:
        yield {"t": "Para", "c": line}


def _inline(part: rich_text.Part, shown: Shown) -> Node:
    if isinstance(part, rich_text.Subscript | rich_text.Superscript):
        kind = "Subscript" if isinstance(part, rich_text.Subscript) else "Superscript"
        return {"t": kind, "c": [_str(part.text)]}
    if isinstance(part, rich_text.Formula) and part.latex not in shown.formulas:
        return _str(f"${part.latex}$")
    if isinstance(part, rich_text.Formula):
        return {"t": "Math", "c": [{"t": "InlineMath"}, part.latex]}
    if isinstance(part, rich_text.Figure):
        return _figure(part.name, shown)
    assert isinstance(part, rich_text.Text | rich_text.Blank)
    return _str(part.text)


def _figure(name: str, shown: Shown) -> Node:
    """The picture, its name as its description; one that the bank lacks by its markup."""
    if name not in shown.pictures:
        return _str(f"{{{{图:{name}}}}}")
    png, width = shown.pictures[name]
    address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return {"t": "Image", "c": [["", [], [["width", f"{width / 72:.3f}in"]]], [_str(name)], [address, ""]]}


def _table(table: rich_text.Table, shown: Shown) -> Node:
    width = len(table.rows[0])
    rows = [[_attributes(), [_cell(cell, shown) for cell in row]] for row in table.rows]
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * width
    caption: list[Any] = [None, []]
    return {
        "t": "Table",
        "c": [_attributes(), caption, columns, [_attributes(), []], [[_attributes(), 0, [], rows]], [_attributes(), []]],
    }


def _cell(cell: Sequence[rich_text.Part], shown: Shown) -> list[Any]:
    return [
        _attributes(),
        {"t": "AlignDefault"},
        1,
        1,
        [{"t": "Plain", "c": [_inline(part, shown) for part in cell]}],
    ]


def _facts_paragraph(facts: Mapping[str, str]) -> Node:
    line = {"t": "Para", "c": [_str(facts_line(facts))]}
    return {"t": "Div", "c": [["", [], [["custom-style", FACTS_STYLE]]], [line]]}


def _heading(text: str) -> Node:
    return {"t": "Header", "c": [2, _attributes(), [_str(text)]]}


def _attributes() -> list[Any]:
    return ["", [], []]


def _str(text: str) -> Node:
    return {"t": "Str", "c": text}


def _meta(text: str) -> Node:
    return {"t": "MetaString", "c": text}
