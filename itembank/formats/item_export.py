"""Items as a workbook that `item_workbook` reads back as the very same items.

The figures are not in it: they travel as a folder of files. Texts come back as they are when they do not begin or end with a
blank, as every text that was imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import ItemError
from itembank.domain.items import CaseQuestion, Item, ItemType
from itembank.formats.blueprint_export import flat_rows
from itembank.formats.blueprint_flat import FLAT_SHEET
from itembank.formats.item_cells import KNOWLEDGE, OPTIONS, TYPE_NAMES
from itembank.formats.item_rows import (
    ADAPTED,
    CASE,
    ENEMIES,
    FIXED,
    LOCK,
    MINUTES,
    NEEDED,
    OPTIONAL,
    SET,
    SHARE,
    STIMULUS,
)
from itembank.formats.item_workbook import ITEMS
from itembank.formats.practical_sheets import CANDIDATE, MARKING, MARKING_COLUMNS, NOTICE_COLUMNS, NOTICES, SITE, VETO
from itembank.formats.text_sheets import TextSheet, write_text_sheets

_WIDTHS = {
    "试题GUID": 38, "题干": 60, "题组材料": 60, "解析": 50, "出处": 30,
    "内容": 60, "考核内容": 30, "考核要求": 50, "评分标准": 50,
}  # fmt: skip
_LONGEST_BASE = 50
"""Characters of a case's GUID that its questions' GUIDs begin with: the rest of 64 is for what tells them apart."""
Cells = dict[str, str]


def write_items(items: Sequence[Item], blueprint: Blueprint) -> bytes:
    """The workbook (.xlsx) of these items, in their order, and of the blueprint they hang on. The same bytes every time.

    A GUID is the item's number without its pool. Raises ItemError for a point that the blueprint lacks, WorkbookError for
    more than one workbook holds.
    """
    paths = _knowledge_cells(blueprint)
    used = {heading for cells in _all_cells(items, paths) for heading in OPTIONAL if cells.get(heading)}
    headings = [*NEEDED, *(heading for heading in OPTIONAL if heading in used)]
    sheets = [TextSheet(ITEMS, _table(headings, _all_cells(items, paths)), _WIDTHS)]
    if any(item.task for item in items):
        sheets.append(TextSheet(NOTICES, [NOTICE_COLUMNS, *_notices(items)], _WIDTHS))
        sheets.append(TextSheet(MARKING, [MARKING_COLUMNS, *_marking(items)], _WIDTHS))
    return write_text_sheets([*sheets, _blueprint_sheet(blueprint)])


def _guid(item: Item) -> str:
    return item.item_no.removeprefix(f"{item.pool}-")


def _table(headings: Sequence[str], rows: Iterator[Cells]) -> Iterator[Sequence[str]]:
    yield headings
    for cells in rows:
        yield [cells.get(heading, "") for heading in headings]


def _all_cells(items: Sequence[Item], paths: dict[str, Cells]) -> Iterator[Cells]:
    """The cells of every row: of each item, and of a case's questions below it."""
    taken = {_guid(item).lower() for item in items}
    for item in items:
        if item.point not in paths:
            raise ItemError("item.point_unknown", field=KNOWLEDGE[0], found=item.point)
        yield _item_cells(item) | paths[item.point]
        for number, question in enumerate(item.questions, start=1):
            guid = f"{_guid(item)[:_LONGEST_BASE]}.{number}"
            while guid.lower() in taken:
                guid += "_"
            taken.add(guid.lower())
            yield {"试题GUID": guid, CASE: _guid(item), SHARE: str(question.points), **_asked(question)}


def _item_cells(item: Item) -> Cells:
    return {
        "试题GUID": _guid(item),
        "难度": str(item.difficulty),
        "一致性": str(item.congruence or ""),
        "解析": item.rationale,
        "出处": item.source,
        ENEMIES: item.enemy_group,
        LOCK: "是" if item.options_locked else "",
        ADAPTED: item.adapted_from,
        MINUTES: str(item.task.minutes) if item.task else "",
        SET: item.item_set,
        STIMULUS: item.stimulus,
        FIXED: item.fixed_form,
        **_asked(item),
    }


def _asked(asked: Item | CaseQuestion) -> Cells:
    """Type, stem, options and answer."""
    cells = dict(zip(OPTIONS, asked.options, strict=False))
    return {"题型": TYPE_NAMES[ItemType(asked.type)][0], "题干": asked.stem, "答案": asked.key, **cells}


def _knowledge_cells(blueprint: Blueprint) -> dict[str, Cells]:
    """Code of a point → code and name of each level down to it."""
    names = {node.code: node.name for node in blueprint.nodes} | {point.code: point.name for point in blueprint.points}
    paths = {}
    for point in blueprint.points:
        parts = point.code.split("-")
        steps = [part + names["-".join(parts[: depth + 1])] for depth, part in enumerate(parts)]
        paths[point.code] = dict(zip(KNOWLEDGE, steps, strict=False))
    return paths


def _notices(items: Sequence[Item]) -> Iterator[Sequence[str]]:
    for item in items:
        if item.task:
            yield from ([_guid(item), SITE, line] for line in item.task.site_notice)
            yield from ([_guid(item), CANDIDATE, line] for line in item.task.candidate_notice)


def _marking(items: Sequence[Item]) -> Iterator[Sequence[str]]:
    for item in items:
        if item.task:
            for line in item.task.marking:
                yield [_guid(item), line.content, line.requirement, str(line.points), line.deduction]
            yield from ([_guid(item), VETO, veto, "", ""] for veto in item.task.vetoes)


def _blueprint_sheet(blueprint: Blueprint) -> TextSheet:
    return TextSheet(FLAT_SHEET, [[str(value) for value in row] for row in flat_rows(blueprint)], {})
