"""The field's own layout becomes a Blueprint; what does not add up is refused with sheet and row."""

import io
from datetime import time

import pytest
from openpyxl import load_workbook

from itembank.domain.blueprint import Importance
from itembank.domain.errors import BlueprintError
from itembank.formats.blueprint_workbook import read_blueprint
from tests.unit.formats.workbook_bytes import POINTS, blueprint_bytes, sheet_bytes

TITLE = ["电工 四级/中级工 理论知识鉴定要素细目表"]
HEAD = ["职业编码 6-31-01-03 | 职业分类大典 2022 | 国家职业技能标准 2018年版"]
GROUPS = ["鉴定范围一级", "", "", "", "鉴定范围二级", "", "", "", "鉴定点", "", "", ""]
NAMES = ["名称", "代码", "重要程度比例", "鉴定比重"] * 2 + ["代码", "名称", "重要程度", "页码"]
DATA: list[list[object]] = [
    ["基本要求", "A", "(02:00:00)", 40, "职业道德", "A", "(02:00:00)", 40, "001", "道德", "X", 1],
    ["", "", "", "", "", "", "", "", "002", "守则", "X", 2],
    ["相关知识", "B", "(04:00:00)", 60, "电路", "A", "(02:00:00)", 35, "001", "欧姆定律", "X", 3],
    ["", "", "", "", "", "", "", "", "002", "电功率", "X", 4],
    ["", "", "", "", "电机", "B", "(02:00:00)", 25, "001", "变比", "X", 5],
    ["", "", "", "", "", "", "", "", "002", "绕组", "X", 6],
]


def sheet(changes: dict[tuple[int, int], object] | None = None) -> bytes:
    """The two-level sheet with cells changed: (row, column), both from 1."""
    rows: list[list[object]] = [[*TITLE], [*HEAD], [*GROUPS], [*NAMES], *DATA]
    cells = [row[:] for row in rows]
    for (row, column), value in (changes or {}).items():
        cells[row - 1][column - 1] = value
    return sheet_bytes(cells)


def test_a_merged_workbook_comes_back_whole() -> None:
    blueprint = read_blueprint(blueprint_bytes())
    head = (blueprint.occupation, blueprint.occupation_code, blueprint.level, blueprint.subject)
    assert head == ("电工", "6-31-01-03", 4, "理论知识")
    assert (blueprint.dictionary_year, blueprint.standard_year) == (2022, 2018)
    assert blueprint.weights(2) == {"A-A": 40, "B-A": 35, "B-B": 25}
    assert [point.code for point in blueprint.points] == [
        f"{p[0]}-{p[3]}-{p[6]}-{p[9]}" for p in POINTS
    ]  # fmt: skip
    assert blueprint.points[5].importance is Importance.Y
    assert blueprint.importance_ratio("B-B") == (1, 1, 0)


def test_the_layout_really_is_merged() -> None:
    sheet = load_workbook(io.BytesIO(blueprint_bytes())).active
    assert sheet is not None
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A5:A6", "A7:A11", "E7:E9", "A3:D3", "A1:P1"} <= merged


def test_two_levels_read_as_well_as_three() -> None:
    assert read_blueprint(sheet()).weights(2) == {"A-A": 40, "B-A": 35, "B-B": 25}


def test_a_sheet_that_repeats_its_areas_reads_the_same() -> None:
    repeated = {(6, i): DATA[0][i - 1] for i in range(1, 9)}
    assert read_blueprint(sheet(repeated)) == read_blueprint(sheet())


def test_what_spreadsheets_do_to_codes_and_ratios_is_undone() -> None:
    """001 becomes the number 1, and 02:00:00 a time of day."""
    assert read_blueprint(sheet({(5, 9): 1, (5, 3): time(2, 0, 0)})) == read_blueprint(sheet())


REFUSED: list[tuple[str, dict[tuple[int, int], object], str, int]] = [
    ("no title", {(1, 1): "电工细目表"}, "blueprint.title", 1),
    ("no such level", {(1, 1): "电工 四级/高级工 理论知识鉴定要素细目表"}, "blueprint.title", 1),
    ("no occupation code", {(2, 1): "职业分类大典 2022 | 国家职业技能标准 2018年版"}, "blueprint.head", 2),
    ("no column for the weight", {(4, 8): "比重"}, "blueprint.columns", 4),
    ("no header row", {(4, i): "" for i in range(1, 13)}, "blueprint.columns", 4),
    ("a lower-case code", {(7, 2): "b"}, "blueprint.cell", 7),
    ("an area without a name", {(9, 5): ""}, "blueprint.cell", 9),
    ("a weight that is no whole number", {(7, 4): 59.5}, "blueprint.cell", 7),
    ("a first row without its area", {(5, i): "" for i in range(1, 5)}, "blueprint.cell", 5),
    ("importance W", {(8, 11): "W"}, "blueprint.cell", 8),
    ("a point without a name", {(10, 10): ""}, "blueprint.cell", 10),
    ("a point's code twice", {(6, 9): "001"}, "blueprint.doubled", 6),
    ("an area's code twice", {(9, 6): "A"}, "blueprint.doubled", 9),
    ("weights below an area that do not add up", {(7, 8): 30}, "blueprint.weights", 7),
    ("weights that are not 100", {(5, 4): 41, (5, 8): 41}, "blueprint.weights", 1),
    ("a ratio that is not what is below", {(7, 3): "(03:00:00)"}, "blueprint.ratio", 7),
    ("a ratio that is none", {(9, 7): "2/0/0"}, "blueprint.ratio", 9),
    ("too little core", {(5, 11): "Z", (6, 11): "Z", (5, 3): "", (5, 7): ""}, "blueprint.importance", 1),
]


@pytest.mark.parametrize(("changes", "code", "row"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_a_broken_blueprint_is_refused_with_its_row(changes: dict[tuple[int, int], object], code: str, row: int) -> None:
    with pytest.raises(BlueprintError) as refusal:
        read_blueprint(sheet(changes))
    assert (refusal.value.code, refusal.value.facts["row"], refusal.value.facts["sheet"]) == (code, row, "表")
