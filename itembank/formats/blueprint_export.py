"""Writing a checked blueprint: as the field's own workbook, with merged areas, or as the flat sheet 蓝图 of another workbook.

Both are read back as the same blueprint. Areas and points are written in the order of the tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode
from itembank.formats.blueprint_flat import FLAT_COLUMNS, FLAT_SHEET, IS_AREA, IS_POINT
from itembank.formats.blueprint_head import second_row_of, title_of
from itembank.formats.blueprint_rows import ratio_text
from itembank.formats.blueprint_workbook import AREA_NAMES, LEVEL_WORDS, POINT_GROUP, POINT_NAMES
from itembank.formats.spreadsheet_writing import dress, put, put_title, workbook_bytes

_GROUP_ROW, _NAME_ROW, _FIRST_ROW = 3, 4, 5
_WIDTHS = {"名称": 24, "重要程度比例": 14, "代码": 8}
_FLAT_WIDTHS = {"名称": 40, "代码": 20}


def official_workbook(blueprint: Blueprint) -> bytes:
    """The workbook (.xlsx) in the field's layout: one row a point, the cells of an area merged over its points.

    An area without points has a row of its own. 分数 is a column where points have scores.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "细目表"
    names = POINT_NAMES if _has_scores(blueprint) else tuple(name for name in POINT_NAMES if name != "分数")
    first_point_column = 1 + blueprint.depth * len(AREA_NAMES)
    _put_head(sheet, blueprint, first_point_column + len(names) - 1)
    for i, word in enumerate(LEVEL_WORDS[: blueprint.depth]):
        _put_group(sheet, 1 + i * len(AREA_NAMES), f"鉴定范围{word}", AREA_NAMES)
    _put_group(sheet, first_point_column, POINT_GROUP, names)
    spans = _put_points(sheet, blueprint, first_point_column, names)
    _put_areas(sheet, blueprint, spans)
    dress(sheet, 2, _NAME_ROW, _WIDTHS)
    return workbook_bytes(book)


def flat_sheet(book: Workbook, blueprint: Blueprint) -> Worksheet:
    """Add the sheet 蓝图 to a workbook, behind the sheets it has: one row an area or a point."""
    sheet: Worksheet = book.create_sheet(FLAT_SHEET)
    _put_head(sheet, blueprint, len(FLAT_COLUMNS))
    for row, values in enumerate(flat_rows(blueprint)[2:], start=3):
        for column, value in enumerate(values, start=1):
            put(sheet, row, column, value)
    dress(sheet, 2, 3, _FLAT_WIDTHS)
    return sheet


def flat_rows(blueprint: Blueprint) -> list[Sequence[str | int]]:
    """The rows of the sheet 蓝图, of different lengths: two lines about the whole, the headings, the areas and points."""
    head = [[title_of(blueprint)], [second_row_of(blueprint)], FLAT_COLUMNS]
    return [*head, *map(_flat_row, _tree(blueprint))]


def _put_head(sheet: Worksheet, blueprint: Blueprint, width: int) -> None:
    put_title(sheet, 1, title_of(blueprint), width)
    put_title(sheet, 2, second_row_of(blueprint), width)


def _put_group(sheet: Worksheet, column: int, group: str, names: tuple[str, ...]) -> None:
    """A merged group heading over its columns' names."""
    put(sheet, _GROUP_ROW, column, group)
    sheet.merge_cells(start_row=_GROUP_ROW, end_row=_GROUP_ROW, start_column=column, end_column=column + len(names) - 1)
    for i, name in enumerate(names):
        put(sheet, _NAME_ROW, column + i, name)


def _put_points(sheet: Worksheet, blueprint: Blueprint, column: int, names: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """One row a point, one for an area that has none. Area code → first and last row below it."""
    spans: dict[str, tuple[int, int]] = {}
    row, last = _FIRST_ROW - 1, ""
    for place in _tree(blueprint):
        if isinstance(place, BlueprintNode):
            if place.depth < blueprint.depth:
                continue
            row, last = row + 1, place.code
            _stretch(spans, place.code, row)
            continue
        row, last = (row if place.area == last else row + 1), ""
        _stretch(spans, place.area, row)
        cells: dict[str, str | int] = {
            "代码": place.code.rpartition("-")[2], "名称": place.name, "重要程度": place.importance.value,
            "分数": place.score, "页码": place.page,
        }  # fmt: skip
        for i, name in enumerate(names):
            put(sheet, row, column + i, cells[name])
    return spans


def _stretch(spans: dict[str, tuple[int, int]], area: str, row: int) -> None:
    """The area and all above it reach to this row."""
    while area:
        spans[area] = (spans.get(area, (row, row))[0], row)
        area = area.rpartition("-")[0]


def _put_areas(sheet: Worksheet, blueprint: Blueprint, spans: dict[str, tuple[int, int]]) -> None:
    ratios = blueprint.importance_ratios()
    for node in blueprint.nodes:
        first, last = spans[node.code]
        ratio = ratio_text(ratios.get(node.code, (0, 0, 0)))
        cells: tuple[str | int, ...] = (node.name, node.code.rpartition("-")[2], ratio, node.weight)
        for column, value in enumerate(cells, start=1 + (node.depth - 1) * len(AREA_NAMES)):
            put(sheet, first, column, value)
            if last > first:
                sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)


def _flat_row(place: BlueprintNode | AssessmentPoint) -> tuple[str | int, ...]:
    """The cells of one area or point, as `FLAT_COLUMNS` are named."""
    if isinstance(place, BlueprintNode):
        return place.code, place.name, IS_AREA, place.weight, "", "", ""
    return place.code, place.name, IS_POINT, "", place.importance.value, place.score or "", place.page


def _tree(blueprint: Blueprint) -> Iterator[BlueprintNode | AssessmentPoint]:
    """Every area followed by what lies below it."""
    below: defaultdict[str, list[BlueprintNode | AssessmentPoint]] = defaultdict(list)
    for node in blueprint.nodes:
        below[node.parent].append(node)
    for point in blueprint.points:
        below[point.area].append(point)
    waiting = below[""][::-1]
    while waiting:
        place = waiting.pop()
        yield place
        waiting += below[place.code][::-1]


def _has_scores(blueprint: Blueprint) -> bool:
    return any(point.score for point in blueprint.points)
