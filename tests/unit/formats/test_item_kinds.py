"""Rows of every item type: cases over several rows, tasks over three sheets, and the columns only some banks have."""

from pathlib import Path

import pytest

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.errors import ItemError
from itembank.domain.items import CaseQuestion, Item, ItemType, MarkingLine, PracticalTask
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.errors import WorkbookError
from itembank.formats.item_cells import KnowledgePaths
from itembank.formats.item_workbook import WorkbookItems, read_items
from itembank.formats.spreadsheet import Spreadsheet
from itembank.formats.text_sheets import TextSheet, write_text_sheets
from tests.unit.formats.workbook_bytes import HEADINGS, ITEMS, OHM, blueprint_bytes

BLUEPRINT = read_blueprint(blueprint_bytes())
TEMPLATES = Path("/work/shared/data/exam-templates")
Cells = dict[str, str]
Table = list[list[str]]

SINGLE = dict(zip(HEADINGS, ITEMS[0], strict=True))
KNOWLEDGE = dict(zip((f"知识点{level}级" for level in "一二三四"), OHM, strict=False))
MOTOR = {"题组": "电机", "题组材料": "某电机"}
IN_SET = {**SINGLE, **MOTOR}
CASE = {"试题GUID": "c", "题型": "案例分析题", "题干": "某车间停电。", "难度": "3", "解析": "解", **KNOWLEDGE}
FIRST = {"试题GUID": "c1", "题型": "判断", "题干": "应先验电。", "答案": "√", "所属组合题": "C", "小题分值": "4"}
SECOND = {
    "试题GUID": "c2", "题型": "50", "题干": "简述步骤。", "答案": "断电；验电", "所属组合题": "c", "小题分值": "6",
}  # fmt: skip
TASK = {"试题GUID": "t", "题型": "操作技能", "题干": "装接电路。", "难度": "4", "考核时间(分钟)": "60", **KNOWLEDGE}
NOTICES = [["试题GUID", "准备方", "内容"], ["t", "考场", "电动机1台"], ["T", "考生", "万用表"], ["t", "考场", "导线20m"]]
MARKING = [
    ["试题GUID", "考核内容", "考核要求", "配分", "评分标准"],
    ["t", "接线", "正确", "60", "错一处扣5分"],
    ["t", "调试", "一次成功", "40", ""],
    ["t", "否定项", "带电接线", "", ""],
]


def workbook(*rows: Cells, notices: Table = NOTICES, marking: Table = MARKING) -> bytes:
    headings = list(dict.fromkeys([*HEADINGS, *(heading for row in rows for heading in row)]))
    table = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
    sheets = {"试题": table}
    if any(row is TASK for row in rows):
        sheets |= {"准备通知单": notices, "评分记录表": marking}
    return write_text_sheets([TextSheet(name, cells, {}) for name, cells in sheets.items()])


def report(*rows: Cells, **sheets: Table) -> WorkbookItems:
    return read_items(Spreadsheet(workbook(*rows, **sheets)), "city", BLUEPRINT, ("r.svg",))


def only(*rows: Cells) -> Item:
    (item,) = report(*rows).items()
    return item


def faults(*rows: Cells, **sheets: Table) -> list[tuple[str, str, str]]:
    return [(broken.where, broken.field, broken.code) for broken in report(*rows, **sheets).rejected]


@pytest.mark.parametrize("rows", [(CASE, FIRST, SECOND), (FIRST, CASE, SECOND)], ids=["in order", "a question first"])
def test_a_case_is_put_together_from_its_rows(rows: tuple[Cells, ...]) -> None:
    item = only(*rows)
    assert (item.type, item.stem, item.rationale, item.options, item.key) == (ItemType.CASE, "某车间停电。", "解", (), "")
    assert item.questions == (
        CaseQuestion(ItemType.JUDGEMENT, "应先验电。", (), "√", 4),
        CaseQuestion(ItemType.SHORT, "简述步骤。", (), "断电；验电", 6),
    )


def test_a_task_is_put_together_from_three_sheets() -> None:
    assert only(TASK).task == PracticalTask(
        minutes=60,
        site_notice=("电动机1台", "导线20m"),
        candidate_notice=("万用表",),
        marking=(MarkingLine("接线", "正确", 60, "错一处扣5分"), MarkingLine("调试", "一次成功", 40, "")),
        vetoes=("带电接线",),
    )


TYPES = [
    ("10", ItemType.JUDGEMENT), ("20", ItemType.SINGLE), ("３０", ItemType.MULTIPLE), ("40", ItemType.FILL),
    ("50", ItemType.SHORT), ("60", ItemType.CASE), ("70", ItemType.CALCULATION), ("80", ItemType.ESSAY), ("90", ItemType.CASE),
    ("绘图题", ItemType.DRAWING), ("组合", ItemType.CASE), (" 单 选 题 ", ItemType.SINGLE),
]  # fmt: skip
SOUND = {
    ItemType.JUDGEMENT: {"题干": "对。", "答案": "正确", **dict.fromkeys(("选项A", "选项B", "选项C"), "")},
    ItemType.SINGLE: {},
    ItemType.MULTIPLE: {"答案": "CA"},
    ItemType.FILL: {"题干": "36（　）", "答案": "V", **dict.fromkeys(("选项A", "选项B", "选项C"), "")},
    ItemType.CASE: {"答案": "", **dict.fromkeys(("选项A", "选项B", "选项C"), "")},
}
WRITTEN = dict.fromkeys(("选项A", "选项B", "选项C"), "")


@pytest.mark.parametrize(("text", "type_"), TYPES)
def test_a_type_is_known_by_its_names_and_its_code(text: str, type_: ItemType) -> None:
    row = {**SINGLE, **SOUND.get(type_, WRITTEN), "题型": text}
    question = [{**FIRST, "所属组合题": "g-1"}] if type_ is ItemType.CASE else []
    assert only(row, *question).type is type_


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"题型": "填空", "题干": "36（　）和（　）", "答案": " V ；安全| 特低｜低", **WRITTEN}, "key", "V;安全|特低|低"),
        ({"答案": "K", **{f"选项{letter}": letter for letter in "DEFGHIJK"}}, "key", "K"),
        ({"答案": "Ａ", "选项顺序锁定": "√"}, "options_locked", True),
        ({"选项顺序锁定": "0"}, "options_locked", False),
        ({"改编自": "national-7"}, "adapted_from", "national-7"),
        (MOTOR, "stimulus", "某电机"),
        (MOTOR, "item_set", "电机"),
        ({"套题": "套一"}, "fixed_form", "套一"),
        ({"改编自": f"sector-{'a' * 30}-{'b' * 22}-7"}, "adapted_from", f"sector-{'a' * 30}-{'b' * 22}-7"),
    ],
)
def test_what_only_some_banks_have_is_read(cells: Cells, field: str, value: object) -> None:
    assert getattr(only({**SINGLE, **cells}), field) == value


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([CASE], [("试题!2", "小题", "item.questions")], id="a case without questions"),
        pytest.param([CASE, FIRST, CASE], [("试题!4", "试题GUID", "item.guid_doubled")], id="a case twice"),
        pytest.param([FIRST], [("试题!2", "所属组合题", "item.question_case")], id="a question without its case"),
        pytest.param([SINGLE, {**FIRST, "所属组合题": "g-1"}], [("试题!3", "所属组合题", "item.question_case")], id="no case"),
        pytest.param([CASE, {**FIRST, "答案": "?"}], [("试题!3", "答案", "item.key")], id="an unsound question"),
        pytest.param([CASE, {**FIRST, "小题分值": "半"}], [("试题!3", "小题分值", "item.question_points")], id="no points"),
        pytest.param([CASE, {**FIRST, "题型": "组合"}], [("试题!3", "题型", "item.question_type")], id="a case in a case"),
        pytest.param([CASE, FIRST, {**SECOND, "解析": "别"}], [("试题!4", "解析", "item.cell_misplaced")], id="two rationales"),
        pytest.param([{**CASE, "难度": ""}, FIRST], [("试题!2", "难度", "item.difficulty")], id="an unsound case, told once"),
        pytest.param([{**SINGLE, "小题分值": "2"}], [("试题!2", "小题分值", "item.cell_misplaced")], id="no question"),
        pytest.param([{**SINGLE, "考核时间(分钟)": "9"}], [("试题!2", "考核时间(分钟)", "item.cell_misplaced")], id="no task"),
        pytest.param([{**SINGLE, "选项顺序锁定": "锁"}], [("试题!2", "选项顺序锁定", "item.locked")], id="an odd lock"),
        pytest.param([{**SINGLE, "题组": "电机"}], [("试题!2", "题组材料", "item.set_half")], id="a set without a stimulus"),
        pytest.param([{**SINGLE, "题组材料": "某电机"}], [("试题!2", "题组", "item.set_half")], id="a stimulus without a set"),
        pytest.param([{**IN_SET, "题组材料": "{{图:s.svg}}"}], [("试题!2", "题组材料", "item.figure")], id="no such figure"),
        pytest.param([{**CASE, **MOTOR}, FIRST], [("试题!2", "题组", "item.set_type")], id="a case in a set"),
        pytest.param([CASE, {**FIRST, "题组": "电机"}], [("试题!3", "题组", "item.cell_misplaced")], id="a set for a question"),
        pytest.param(
            [IN_SET, {**IN_SET, "试题GUID": "g-2", "题组材料": "另一电机"}, {**IN_SET, "试题GUID": "g-3", "题组": "另"}],
            [("试题!3", "题组材料", "item.set_stimulus")],
            id="two stimuli",
        ),
        pytest.param([{**SINGLE, "改编自": "第7题"}], [("试题!2", "改编自", "item.adapted")], id="no item's number"),
        pytest.param([{**SINGLE, "解析": "长" * 32_768}], [("试题!2", "解析", "item.too_long")], id="more than a cell holds"),
    ],
)
def test_a_row_that_does_not_belong_is_named(rows: list[Cells], expected: list[tuple[str, str, str]]) -> None:
    assert faults(*rows) == expected


@pytest.mark.parametrize(
    ("sheet", "row", "expected"),
    [
        ("notices", ["t", "监考", "笔"], ("准备通知单!5", "准备方", "item.notice_side")),
        ("notices", ["x", "考场", "笔"], ("准备通知单!5", "试题GUID", "item.task_guid")),
        ("notices", ["t", "考场", "{{图:s.svg}}"], ("准备通知单!5", "内容", "item.figure")),
        ("notices", ["t", "考场", "笔\u202e"], ("准备通知单!5", "内容", "item.character")),
        ("marking", ["t", "安全", "戴手套", "若干", ""], ("评分记录表!5", "配分", "item.marking_points")),
        ("marking", ["t", "安全", "戴手套", "5", ""], ("试题!2", "评分记录表", "item.marking")),
        ("marking", ["t", "否定项", "短路", "", "扣分"], ("评分记录表!5", "评分标准", "item.cell_misplaced")),
    ],
)
def test_a_row_of_a_task_that_does_not_belong_is_named(sheet: str, row: list[str], expected: tuple[str, str, str]) -> None:
    sound = {"notices": NOTICES, "marking": MARKING}
    assert faults(TASK, **{sheet: [*sound[sheet], row]}) == [expected]


def test_a_task_without_its_sheets_is_named() -> None:
    assert faults(dict(TASK)) == [("试题!2", "考场准备", "item.task_empty")]


AREAS = [("A", "A类电路"), ("AA", "类电路"), ("AB", "机械")]
ALIKE = Blueprint(
    **{name: getattr(BLUEPRINT, name) for name in ("occupation", "occupation_code", "dictionary_year", "level", "subject")},
    standard_year=2018,
    nodes=tuple(BlueprintNode(code, name, 50) for code, name in AREAS),
    points=tuple(AssessmentPoint(f"{code}-001", "点", Importance.X) for code, _ in AREAS),
)


@pytest.mark.parametrize(("cell", "place"), [("AA类电路", "AA"), ("AB机器", "AB"), ("AC", "A")])
def test_a_knowledge_cell_that_fits_two_areas_or_none_is_not_guessed(cell: str, place: str) -> None:
    """The first reads as A with its name and as AA with its name; of codes that begin it the longest is meant."""
    with pytest.raises(ItemError) as refusal:
        KnowledgePaths(ALIKE).point((cell, "001点", "", "", "", "", ""))
    assert (refusal.value.code, refusal.value.facts["place"]) == ("item.point_name", place)
    assert KnowledgePaths(ALIKE).point(("AB机械", "001 点", "", "", "", "", "")) == "AB-001"


def test_whose_stimulus_another_one_differs_from_is_told() -> None:
    (broken,) = report(SINGLE, {**IN_SET, "试题GUID": "g-2"}, {**IN_SET, "试题GUID": "g-3", "题组材料": "另一电机"}).rejected
    assert (broken.facts, broken.text) == ({"found": "电机", "first": "试题!3"}, "另一电机")


def test_a_row_that_goes_on_behind_the_headings_is_named_with_its_column() -> None:
    """A cell too many on the left pushes the last one out."""
    long = write_text_sheets([TextSheet("试题", [HEADINGS, [*ITEMS[1], "", "", "溢出"]], {})])
    (broken,) = read_items(Spreadsheet(long), "city", BLUEPRINT, ()).rejected
    assert (broken.code, broken.facts["column"]) == ("item.row_too_long", "X")


def test_a_column_nobody_reads_is_told() -> None:
    flags = report({**SINGLE, "备注": "待查", "互斥题": "欧姆"}).flags
    assert [(flag.row, flag.code, flag.text) for flag in flags] == [
        (1, "item.flag.unread", "备注"), (1, "item.flag.unread", "互斥题"),
    ]  # fmt: skip


def test_a_slip_is_flagged_and_the_item_is_read() -> None:
    told = report(SINGLE, {**SINGLE, "试题GUID": "g-9", "选项C": "以上都是"})
    assert [(flag.row, flag.item_no, flag.code) for flag in told.flags] == [(3, "city-g-9", "item.flag.lock_options")]
    assert len(told.items()) == 2


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    rows = [{**SINGLE, "试题GUID": f"g-{number}"} for number in range(2500)]
    read_items(Spreadsheet(workbook(*rows)), "city", BLUEPRINT, (), lambda read, of: told.append((read, of)))
    assert told == [(1000, 2501), (2000, 2501)]


@pytest.mark.skipif(not TEMPLATES.is_dir(), reason="the collected workbooks are not here")
def test_workbooks_of_other_layouts_are_refused_by_their_header() -> None:
    files = sorted(TEMPLATES.glob("*/*.xlsx"))
    assert files
    for file in files:
        with pytest.raises(WorkbookError) as refusal:
            read_items(Spreadsheet(file.read_bytes()), "city", BLUEPRINT, ())
        assert refusal.value.code == "items.header", file
