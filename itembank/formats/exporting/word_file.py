"""A Word file of items for experts who never log in: they read it, correct it, and send it back to be imported.

    一、单选题
    编号：001　题型：单选题　鉴定点：B-A-A-001 ……        leave this line: by it the item finds home
    1. 电阻的单位是（　　）。
    A. 欧姆 …
    答案：A                                          not where the keys stay at the centre
    解析：……

Pandoc writes it: formulas become Word's own, tables and figures stand where they belong.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from itembank.domain import rich_text
from itembank.domain.items import Item, ItemType
from itembank.formats.exporting.written import TOOL, Written, guid, held
from itembank.formats.figures import figure_file, is_picture
from itembank.formats.foreign.own_word import KEY, NUMBER, RATIONALE
from itembank.formats.foreign.pandoc import document, run
from itembank.formats.foreign.word import FORMULAS, formulas_in
from itembank.formats.item_cells import TYPE_NAMES
from itembank.formats.item_rows import ADAPTED, ENEMIES, LOCK, POINT

TYPES = tuple(type_ for type_ in ItemType if type_ not in (ItemType.CASE, ItemType.PRACTICAL))
MEMORY = "2g"
"""Of pandoc while it writes: a whole pool is one document."""
_ORDINALS = "一二三四五六七八九十"
Node = dict[str, Any]


def write_word(items: Sequence[Item], figures: Mapping[str, str], *, keys: bool) -> Written:
    """The document of these items, type by type. Without `keys` neither key nor rationale is in it."""
    kept, left_out = held(items, TYPES)
    kept.sort(key=lambda item: TYPES.index(item.type))
    spelled = _spelled({latex for item in kept for latex in item.formulas})
    blocks: list[Node] = []
    formulas: dict[str, list[list[str]]] = {}
    for place, (type_, group) in enumerate(itertools.groupby(kept, key=lambda item: item.type)):
        blocks.append(_heading(f"{_ORDINALS[place]}、{TYPE_NAMES[type_][0]}"))
        for number, item in enumerate(group, start=1):
            made = list(_item(item, number, figures, spelled, keys=keys))
            blocks += made
            if written := list(formulas_in(made)):
                formulas[guid(item)] = [[spelled[latex], latex] for latex in written]
    return Written(_document(blocks, {FORMULAS: json.dumps(formulas, ensure_ascii=False)}), left_out)


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
    return {latex: read[0].strip() for latex, read in zip(asked, found, strict=True) if len(read) == 1}


def _document(blocks: list[Node], more: Mapping[str, str]) -> bytes:
    meta = {name: _meta(text) for name, text in {"description": TOOL, **more}.items()}
    tree = {"pandoc-api-version": [1, 23, 1], "meta": meta, "blocks": blocks}
    return run(["-f", "json", "-t", "docx"], json.dumps(tree, ensure_ascii=False).encode(), MEMORY)


def _item(item: Item, number: int, figures: Mapping[str, str], spelled: Mapping[str, str], *, keys: bool) -> Iterator[Node]:
    facts = {
        NUMBER: guid(item), "题型": TYPE_NAMES[item.type][0], POINT: item.point, "难度": str(item.difficulty),
        "一致性": str(item.congruence or ""), "出处": item.source, ENEMIES: item.enemy_group,
        LOCK: "是" if item.options_locked else "", ADAPTED: item.adapted_from,
    }  # fmt: skip
    yield {"t": "Para", "c": [_str("　".join(f"{name}：{value}" for name, value in facts.items() if value))]}
    yield from _text(f"{number}. {item.stem}", figures, spelled)
    for letter, option in zip("ABCDEFGHIJK", item.options, strict=False):
        yield from _text(f"{letter}. {option}", figures, spelled)
    if keys:
        yield from _text(f"{KEY}{item.key}", figures, spelled)
        if item.rationale:
            yield from _text(f"{RATIONALE}{item.rationale}", figures, spelled)


def _text(text: str, figures: Mapping[str, str], spelled: Mapping[str, str]) -> Iterator[Node]:
    """A paragraph for each line, a table for each table."""
    line: list[Node] = []
    for part in rich_text.paragraphs(text):
        if isinstance(part, rich_text.Table):
            if line:
                yield {"t": "Para", "c": line}
            line = []
            yield _table(part, figures, spelled)
            continue
        if not isinstance(part, rich_text.Text):
            line.append(_inline(part, figures, spelled))
            continue
        first, *others = part.text.split("\n")
        line.append(_str(first))
        for other in others:
            yield {"t": "Para", "c": line}
            line = [_str(other)]
    if line:
        yield {"t": "Para", "c": line}


def _inline(part: rich_text.Part, figures: Mapping[str, str], spelled: Mapping[str, str]) -> Node:
    if isinstance(part, rich_text.Subscript | rich_text.Superscript):
        kind = "Subscript" if isinstance(part, rich_text.Subscript) else "Superscript"
        return {"t": kind, "c": [_str(part.text)]}
    if isinstance(part, rich_text.Formula) and part.latex not in spelled:
        return _str(f"${part.latex}$")
    if isinstance(part, rich_text.Formula):
        return {"t": "Math", "c": [{"t": "InlineMath"}, part.latex]}
    if isinstance(part, rich_text.Figure):
        return _figure(part.name, figures)
    assert isinstance(part, rich_text.Text | rich_text.Blank)
    return _str(part.text)


def _figure(name: str, figures: Mapping[str, str]) -> Node:
    """The picture, its name as its description; one that the bank lacks by its markup."""
    if name not in figures:
        return _str(f"{{{{图:{name}}}}}")
    kind = "png" if is_picture(figures[name]) else "svg+xml"
    address = f"data:image/{kind};base64,{base64.b64encode(figure_file(figures[name])).decode()}"
    return {"t": "Image", "c": [["", [], []], [_str(name)], [address, ""]]}


def _table(table: rich_text.Table, figures: Mapping[str, str], spelled: Mapping[str, str]) -> Node:
    width = len(table.rows[0])
    rows = [[_attributes(), [_cell(cell, figures, spelled) for cell in row]] for row in table.rows]
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * width
    caption: list[Any] = [None, []]
    return {
        "t": "Table",
        "c": [_attributes(), caption, columns, [_attributes(), []], [[_attributes(), 0, [], rows]], [_attributes(), []]],
    }


def _cell(cell: Sequence[rich_text.Part], figures: Mapping[str, str], spelled: Mapping[str, str]) -> list[Any]:
    return [
        _attributes(),
        {"t": "AlignDefault"},
        1,
        1,
        [{"t": "Plain", "c": [_inline(part, figures, spelled) for part in cell]}],
    ]


def _heading(text: str) -> Node:
    return {"t": "Header", "c": [2, _attributes(), [_str(text)]]}


def _attributes() -> list[Any]:
    return ["", [], []]


def _str(text: str) -> Node:
    return {"t": "Str", "c": text}


def _meta(text: str) -> Node:
    return {"t": "MetaString", "c": text}
