"""Both layouts as they come: titles in other words, codes that became numbers, the flat sheet, and what is refused in each."""

from datetime import date, time
from typing import Any

import pytest

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import BlueprintError
from itembank.formats.blueprint_workbook import read_blueprint
from tests.unit.formats.workbook_bytes import sheet_bytes

TITLE = "电工 四级/中级工 理论知识鉴定要素细目表"
HEAD: list[object] = ["职业编码 6-31-01-03 | 职业分类大典 2022 | 国家职业技能标准 2018年版"]
Rows = list[list[object]]


def official(data: Rows, title: str = TITLE, points: str = "代码 名称 重要程度 分值 页码") -> Rows:
    """Two levels; a row of data has 名称 代码 鉴定比重 of each, then the point's cells."""
    names = points.split()
    groups: list[object] = ["鉴定范围一级", "", "", "鉴定范围二级", "", "", "鉴定点", *[""] * (len(names) - 1)]
    return [[title], HEAD, groups, [*["名称", "代码", "鉴定比重"] * 2, *names], *data]


def read(rows: Rows) -> Blueprint:
    return read_blueprint(sheet_bytes(rows))


def refused(rows: Rows) -> tuple[str, object, object]:
    with pytest.raises(BlueprintError) as refusal:
        read(rows)
    assert refusal.value.facts["sheet"] == "表"
    return refusal.value.code, refusal.value.facts["row"], refusal.value.facts["field"]


# titles ------------------------------------------------------------------------------------------------------------------

ONE_AREA: Rows = [["基本要求", "A", 100, "职业道德", "A", 100, "001", "道德", "X", "", 1]]


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("鉴定估价师（机动车鉴定评估师）三级/高级工 理论知识鉴定要素细目表（征求意见稿）",
         ("鉴定估价师", "机动车鉴定评估师", 3, "理论知识")),
        ("电工 三级 理论知识考核要素细目表", ("电工", "", 3, "理论知识")),
        ("电工（高级）操作技能认定要素细目表", ("电工", "", 3, "操作技能")),
        ("电工（低压电工）（四级/中级工）理论知识要素细目表", ("电工", "低压电工", 4, "理论知识")),
        ("焊工高级技师理论知识鉴定要素细目表", ("焊工", "", 1, "理论知识")),
        ("电子商务师（试行） 国家职业资格四级 理论鉴定要素细目表", ("电子商务师", "", 4, "理论知识")),
        ("高级考评员 高级工(三级) 操作技能评价要素细目表 (试行)", ("高级考评员", "", 3, "操作技能")),
    ],
)  # fmt: skip
def test_a_title_in_other_words_is_read(title: str, read_as: tuple[str, str, int, str]) -> None:
    found = read(official(ONE_AREA, title))

    assert (found.occupation, found.work_type, found.level, found.subject) == read_as


@pytest.mark.parametrize(
    "title",
    [
        "电工 理论知识鉴定要素细目表",
        "四级 理论知识鉴定要素细目表",
        "电工 四级 职业技能鉴定要素细目表",
        "电工 四级/三级 理论知识鉴定要素细目表",
        "焊工特级技师理论知识鉴定要素细目表",
        "电工 四级 综合评审鉴定要素细目表",
        "电工 四级 理论知识鉴定要素细目表 续",
        "电工" + " " * 20_000 + "四级",
    ],
)
def test_a_title_that_leaves_a_doubt_is_refused(title: str) -> None:
    assert refused(official(ONE_AREA, title)) == ("blueprint.title", 1, "标题")


def test_the_row_below_the_title_is_read_in_other_words_too() -> None:
    rows = official(ONE_AREA)
    rows[1] = ["职业编码：X2-02-13-07", "职业分类大典（2015年版）", "国家职业标准：2009", "细目表版本：3"]

    found = read(rows)

    assert (found.occupation_code, found.dictionary_year, found.standard_year, found.version) == ("X2-02-13-07", 2015, 2009, 3)


# codes that became numbers ----------------------------------------------------------------------------------------------


def digits(first: list[object], second: list[object], points: list[object]) -> Rows:
    """Two areas of level 1 with two each below, one point in each: their code cells."""
    weights = [30, 20, 25, 25]
    return official([
        ["基本", first[i // 2], 50, f"范围{i}", second[i], weights[i], points[i], f"点{i}", "X", "", ""] if i % 2 == 0
        else ["", "", "", f"范围{i}", second[i], weights[i], points[i], f"点{i}", "X", "", ""]
        for i in range(4)
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "points", "last"),
    [
        pytest.param(["01", "02"], ["01", "02", "01", "02"], ["0001"] * 4, "02-02-0001", id="all text"),
        pytest.param(["01", 2], [1, "02", 1, 2], ["0001", 1, 1, 12], "02-02-0012", id="a text of each level tells"),
        pytest.param(["1", 2], [10, "11", 10, 11], ["001", 1, 1, 1], "2-11-001", id="as wide as the text"),
        pytest.param(["1", "2"], ["1", "2", "1", "10"], [1000, 1, 2, 3], "2-10-0003", id="a point of four digits tells"),
        pytest.param(["A", "B"], ["A", "B", "A", "B"], [1, 2, 3, 4], "B-B-004", id="the national layout has three digits"),
        pytest.param(["A", "B"], ["A", "B", "A", "B"], ["1", "2", "3", "4"], "B-B-004", id="short texts"),
    ],
)
def test_codes_that_became_numbers_get_their_zeros_back(
    first: list[object], second: list[object], points: list[object], last: str
) -> None:
    assert read(digits(first, second, points)).points[-1].code == last


@pytest.mark.parametrize(
    ("first", "second", "points", "place"),
    [
        pytest.param([1, 2], ["1", "2"] * 2, ["001"] * 4, (5, "一级/代码"), id="numbers only"),
        pytest.param([1, "12"], ["1", "2"] * 2, ["001"] * 4, (5, "一级/代码"), id="1 beside 12"),
        pytest.param(["01", 112], ["1", "2"] * 2, ["001"] * 4, (7, "一级/代码"), id="a number wider than the texts"),
        pytest.param(["A", "B"], ["01", "2", 1, "02"], ["001"] * 4, (7, "二级/代码"), id="texts of two widths"),
        pytest.param(["1", "2"], ["1", "2"] * 2, [1, 2, 3, 4], (5, "鉴定点/代码"), id="points below digits, numbers only"),
        pytest.param(["A", "B"], ["A", "B"] * 2, ["001", "0001", 1, 2], (7, "鉴定点/代码"), id="points of two widths"),
    ],
)
def test_a_code_whose_width_is_in_doubt_is_refused(
    first: list[object], second: list[object], points: list[object], place: tuple[int, str]
) -> None:
    assert refused(digits(first, second, points)) == ("blueprint.code_width", *place)


# the official layout -----------------------------------------------------------------------------------------------------


def test_scores_are_read_from_either_heading() -> None:
    row: Rows = [["基本要求", "A", 100, "职业道德", "A", 100, "001", "道德", "X", 3, 1]]

    assert read(official(row)).points[0].score == 3
    assert read(official(row)) == read(official(row, points="代码 名称 重要程度 分数 页码"))


def test_a_score_for_some_points_only_is_refused() -> None:
    more: list[object] = ["", "", "", "", "", "", "002", "守则", "X", 2, ""]

    assert refused(official([*ONE_AREA, more])) == ("blueprint.score", 5, "分数")


def test_an_area_without_points_is_kept() -> None:
    rows = official([["基本要求", "A", 100, "职业道德", "A", 60, "001", "道德", "X"], ["", "", "", "守则", "B", 40]])

    assert read(rows).weights(2) == {"A-A": 60, "A-B": 40}


def test_a_row_that_repeats_its_area_and_has_no_point_is_refused() -> None:
    assert refused(official([*ONE_AREA, ONE_AREA[0][:6]])) == ("blueprint.cell", 6, "鉴定点/代码")


def test_the_words_of_an_assessment_are_those_of_an_appraisal() -> None:
    rows = official(ONE_AREA)
    rows[2] = [str(cell).replace("鉴定", "考核") for cell in rows[2]]
    rows[3] = [str(cell).replace("鉴定", "考核") for cell in rows[3]]

    assert read(rows) == read(official(ONE_AREA))


def test_a_heading_over_all_levels_stands_in_a_row_of_its_own() -> None:
    rows = official(ONE_AREA)
    rows[2:3] = [["鉴定范围", "", "", "", "", "", "鉴定点"], ["一级", "", "", "二级", "", "", "", "", "", "", ""]]

    assert read(rows) == read(official(ONE_AREA))


def test_a_column_that_stands_twice_is_refused() -> None:
    assert refused(official(ONE_AREA, points="代码 名称 重要程度 分值 分数")) == ("blueprint.columns", 4, "鉴定点/分数")


# the flat layout ---------------------------------------------------------------------------------------------------------

FLAT: list[dict[str, object]] = [
    {"代码": "A", "名称": "基本要求", "类别": "范围", "鉴定比重": 40},
    {"代码": "A-A", "名称": "职业道德", "类别": "范围", "鉴定比重": 40},
    {"代码": "A-A-001", "名称": "道德", "类别": "鉴定点", "重要程度": "X", "页码": 1},
    {"代码": "B", "名称": "相关知识", "类别": "鉴定范围", "鉴定比重": "60%"},
    {"代码": "B-A", "名称": "电路", "类别": "", "鉴定比重": 60},
    {"代码": "B-A-001", "名称": "欧姆定律", "类别": "", "重要程度": "X"},
]


def flat(changes: dict[int, dict[str, Any]] | None = None, columns: str = "代码 名称 类别 鉴定比重 重要程度 分数 页码") -> Rows:
    """The flat sheet with cells changed: data row from 0 → column → value."""
    found = [{**row, **(changes or {}).get(i, {})} for i, row in enumerate(FLAT)]
    return [[TITLE], HEAD, [*columns.split()], *([row.get(name, "") for name in columns.split()] for row in found)]


def test_the_flat_layout_reads_as_the_official_one() -> None:
    same = official([
        ["基本要求", "A", 40, "职业道德", "A", 40, "001", "道德", "X", "", 1],
        ["相关知识", "B", 60, "电路", "A", 60, "001", "欧姆定律", "X"],
    ])  # fmt: skip

    assert read(flat()) == read(same)


def test_without_a_column_of_kinds_the_code_tells() -> None:
    assert read(flat(columns="代码 名称 鉴定比重 重要程度 页码")) == read(flat())


def test_an_area_of_three_digits_is_told_from_a_point_by_its_weight() -> None:
    codes = ("001", "001-001", "001-001-001", "002", "002-001", "002-001-001")
    changes = {i: {"代码": code} for i, code in enumerate(codes)}

    found = read(flat(changes, columns="代码 名称 鉴定比重 重要程度"))

    assert found.weights(2) == {"001-001": 40, "002-001": 60} and len(found.points) == 2


def test_a_level_one_code_gets_its_zero_back_from_the_codes_below_it() -> None:
    codes: tuple[object, ...] = (1, "01-1", "01-1-001", 2, "02-1", "02-1-001")

    assert read(flat({i: {"代码": code} for i, code in enumerate(codes)})).weights(1) == {"01": 40, "02": 60}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({1: {"代码": date(2026, 1, 2)}}, ("blueprint.cell", 5, "代码"), id="a code that became a date"),
        pytest.param({1: {"代码": time(1, 2)}}, ("blueprint.cell", 5, "代码"), id="a code that became a time"),
        pytest.param({3: {"代码": 2}}, ("blueprint.mixed_codes", 7, "代码"), id="a number among letters"),
        pytest.param({2: {"代码": "A-A-01"}}, ("blueprint.cell", 6, "代码"), id="a point of two digits"),
        pytest.param({2: {"代码": "001"}}, ("blueprint.cell", 6, "代码"), id="a point without its area"),
        pytest.param({2: {"类别": "要素"}}, ("blueprint.cell", 6, "类别"), id="an unknown kind"),
        pytest.param({2: {"类别": "范围"}}, ("blueprint.cell", 6, "鉴定比重"), id="a point called an area"),
        pytest.param({2: {"重要程度": ""}}, ("blueprint.cell", 6, "重要程度"), id="a point without importance"),
        pytest.param({2: {"鉴定比重": 5}}, ("blueprint.cell", 6, "鉴定比重"), id="a point with a weight"),
        pytest.param({1: {"重要程度": "X"}}, ("blueprint.cell", 5, "重要程度"), id="an area with an importance"),
        pytest.param({1: {"分数": 2}}, ("blueprint.cell", 5, "分数"), id="an area with a score"),
        pytest.param({1: {"鉴定比重": 39.5}}, ("blueprint.cell", 5, "鉴定比重"), id="half a percent"),
        pytest.param({5: {"分数": 0.5}}, ("blueprint.cell", 9, "分数"), id="half a score"),
        pytest.param({5: {"分数": 2}}, ("blueprint.score", 6, "分数"), id="a score for one point only"),
        pytest.param({5: {"名称": "欧姆\u202e定律"}}, ("blueprint.cell", 9, "名称"), id="a name with turned direction"),
        pytest.param({5: {"名称": "欧姆\u200b定律"}}, ("blueprint.cell", 9, "名称"), id="a name with an invisible sign"),
        pytest.param({5: {"名称": ""}}, ("blueprint.cell", 9, "名称"), id="no name"),
        pytest.param({4: {"代码": "A-A"}}, ("blueprint.doubled", 8, "代码"), id="an area twice"),
        pytest.param({4: {"代码": "C-A"}, 5: {"代码": "C-A-001"}}, ("blueprint.orphan", 8, "代码"), id="no area above"),
        pytest.param({5: {"代码": "B-B-001"}}, ("blueprint.orphan", 9, "代码"), id="a point of no area"),
        pytest.param({4: {"鉴定比重": 59}}, ("blueprint.weights", 7, "鉴定比重"), id="weights below an area"),
        pytest.param({3: {"鉴定比重": 59}, 4: {"鉴定比重": 59}}, ("blueprint.weights", 1, "鉴定比重"), id="weights of 99"),
        pytest.param({5: {"重要程度": "Y"}}, ("blueprint.importance", 1, "重要程度"), id="too little core"),
    ],
)
def test_a_broken_flat_sheet_is_refused_with_row_and_field(
    changes: dict[int, dict[str, Any]], told: tuple[str, int, str]
) -> None:
    assert refused(flat(changes)) == told


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ("代码 名称 类别 重要程度", "鉴定比重"),
        ("代码 名称 鉴定比重", "重要程度"),
        ("代码 名称 鉴定比重 重要程度 分数 分值", "分数"),
    ],
)
def test_a_flat_sheet_without_a_column_or_with_one_twice_is_refused(columns: str, field: str) -> None:
    assert refused(flat(columns=columns)) == ("blueprint.columns", 3, field)
