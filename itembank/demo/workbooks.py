"""The demo's sample bank as workbooks: from the CSV sources beside it to what a centre would send.

The CSV files are what people edit and compare; the .xlsx files have the field's layout, merged cells included, and are
made anew on every run, byte for byte the same.
"""

from __future__ import annotations

import csv
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from itembank.formats.spreadsheet_writing import dress, put, put_title, workbook_bytes

TITLE = "电工 四级/中级工 理论知识鉴定要素细目表"
HEAD = "职业编码 6-31-01-03 | 职业分类大典 2022 | 国家职业技能标准 2018年版"
LEVELS = ("一级", "二级", "三级")
AREA = ("名称", "代码", "重要程度比例", "鉴定比重")
POINT = ("代码", "名称", "重要程度", "页码")
FIRST_ROW = 5
WORKBOOKS = {
    "items-national.csv": "试题-国家题库.xlsx",
    "items-city.csv": "试题-示例市题库.xlsx",
}
BLUEPRINT = "鉴定要素细目表.xlsx"
_WIDTHS = {
    "试题GUID": 38, "题干(必填)": 60, "解析": 50, "出处": 40, "名称": 24, "重要程度比例": 14, "代码": 6,
}  # fmt: skip


def write_workbooks(source: Path, target: Path) -> None:
    """Read the three CSV files in `source`, write the three workbooks into `target` (made if missing)."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    (target / BLUEPRINT).write_bytes(blueprint_workbook(_read(source / "blueprint.csv")))
    for name, workbook in WORKBOOKS.items():
        (target / workbook).write_bytes(item_workbook(_read(source / name)))


def blueprint_workbook(points: list[dict[str, str]]) -> bytes:
    """The bytes of a blueprint workbook: one row a point, area cells merged over their points."""
    book, sheet = _new_book("细目表")
    width = len(LEVELS) * len(AREA) + len(POINT)
    put_title(sheet, 1, TITLE, width)
    put_title(sheet, 2, HEAD, width)
    for i, level in enumerate(LEVELS):
        _head(sheet, 1 + i * len(AREA), f"鉴定范围{level}", AREA)
    _head(sheet, 1 + len(LEVELS) * len(AREA), "鉴定点", POINT)
    for depth in range(1, len(LEVELS) + 1):
        _areas(sheet, points, depth)
    for row, point in enumerate(points, start=FIRST_ROW):
        values = (point["鉴定点代码"], point["鉴定点名称"], point["重要程度"], point["页码"])
        for column, value in enumerate(values, start=1 + len(LEVELS) * len(AREA)):
            put(sheet, row, column, value)
    dress(sheet, 2, 4, _WIDTHS)
    return workbook_bytes(book)


def item_workbook(items: list[dict[str, str]]) -> bytes:
    """The bytes of an item workbook: the common header, one row an item, every cell text."""
    book, sheet = _new_book("试题")
    headings = [name + "(必填)" if name in ("题型", "题干") else name for name in items[0]]
    for row, values in enumerate([headings, *(list(item.values()) for item in items)], start=1):
        for column, value in enumerate(values, start=1):
            put(sheet, row, column, value)
    dress(sheet, 0, 1, _WIDTHS)
    return workbook_bytes(book)


def _areas(sheet: Worksheet, points: list[dict[str, str]], depth: int) -> None:
    """The cells of one level of areas, each merged over the rows of its points."""
    level = LEVELS[depth - 1]
    paths = [tuple(point[f"{LEVELS[i]}代码"] for i in range(depth)) for point in points]
    for path in dict.fromkeys(paths):
        inside = [i for i, other in enumerate(paths) if other == path]
        first = points[inside[0]]
        values: tuple[str | int, ...] = (
            first[f"{level}名称"],
            path[-1],
            _ratio([points[i] for i in inside]),
            int(first[f"{level}比重"]),
        )
        for column, value in enumerate(values, start=1 + (depth - 1) * len(AREA)):
            put(sheet, FIRST_ROW + inside[0], column, value)
            if len(inside) > 1:
                end = FIRST_ROW + inside[-1]
                sheet.merge_cells(start_row=FIRST_ROW + inside[0], end_row=end, start_column=column, end_column=column)


def _ratio(points: list[dict[str, str]]) -> str:
    """How many X, Y and Z points, as the field writes it: (05:02:00)."""
    counts = [sum(point["重要程度"] == importance for point in points) for importance in "XYZ"]
    return "({:02d}:{:02d}:{:02d})".format(*counts)


def _head(sheet: Worksheet, column: int, group: str, names: tuple[str, ...]) -> None:
    """A merged group heading in row 3 over its columns' names in row 4."""
    put(sheet, 3, column, group)
    sheet.merge_cells(start_row=3, end_row=3, start_column=column, end_column=column + len(names) - 1)
    for i, name in enumerate(names):
        put(sheet, 4, column + i, name)


def _new_book(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return book, sheet


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
