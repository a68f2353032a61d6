"""Workbooks, CSV and JSON of any usual layout; one that is not known can be told once."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Font
from PIL import Image as PillowImage

from itembank.formats.errors import ForeignError
from itembank.formats.foreign.layout import read_layouts
from itembank.formats.foreign.reading import read_file
from itembank.formats.item_rows import REFUSED
from tests.unit.formats.foreign.found import choice, eyes, items, rows

Cells = Sequence[Sequence[object]]
OHM = ("伏特", "欧姆", "安培", "瓦特")
ONE = choice("单选题", "电阻的单位是（　　）。", "B", *OHM)
TRUE = choice("判断题", "导体有电阻。", "√")
STEM = ONE["题干"]


def book(sheets: dict[str, Cells] | Cells, merge: str = "") -> bytes:
    return saved(workbook(sheets, merge))


def workbook(sheets: dict[str, Cells] | Cells, merge: str = "") -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, cells in (sheets if isinstance(sheets, dict) else {"Sheet1": sheets}).items():
        sheet = made.create_sheet(name)
        for row in cells:
            sheet.append(list(row))
        if merge:
            sheet.merge_cells(merge)
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


LAYOUTS: dict[str, Cells] = {
    "the national bank's": [
        ["鉴定点代码", "题目类型代码", "试题(题干)", "选项A", "选项B", "选项C", "选项D", "答案", "难度代码", "一致性代码"],
        ["", "B", STEM, *OHM, "B", 3, ""], ["", "C", TRUE["题干"], "", "", "", "", "√", 3, ""],
    ],
    "letters as headings": [
        ["序号", "题型", "题目", "A", "B", "C", "D", "正确答案"], [1, "单选", STEM, *OHM, "B"], [2, "判断", TRUE["题干"], "",
        "", "", "", "对"],
    ],
    "a title above, options in one cell": [
        ["电工题库"], ["题号", "题目类型", "试题内容", "选项", "参考答案"],
        [1, "单项选择题", STEM, "A.伏特\nB.欧姆\nC.安培\nD.瓦特", "B"], [2, "是非题", TRUE["题干"], "", "正确"],
    ],
    "stars and brackets": [
        ["*题干（必填）", "*选项1", "选项2", "选项3", "选项4", "*答案【字母】", "题型"], [STEM, *OHM, "b", "20"], [TRUE["题干"],
        "", "", "", "", "T", "10"],
    ],
    "the options behind": [
        ["试题编号", "试题题型", "试题题干", "试题答案", "备选答案A", "备选答案B", "备选答案C", "备选答案D"],
        ["", "单选题", STEM, "B", *OHM], ["", "判断题", TRUE["题干"], "TRUE", "", "", "", ""],
    ],
    "options with their letters": [
        ["题干", "A选项", "B选项", "C选项", "D选项", "答案", "类型"], [STEM, "A.伏特", "B.欧姆", "C.安培", "D.瓦特", "(B)",
        "单选题"],
        [TRUE["题干"], "A.正确", "B.错误", "", "", "A", "判断题"],
    ],
    "all in the stem": [
        ["题型", "试题", "答案"], ["单选题", STEM + "A.伏特 B.欧姆 C.安培 D.瓦特", "B"], ["判断题", TRUE["题干"], "正确"],
    ],
    "the key in the bracket": [
        ["类别", "问题", "选项一", "选项二", "选项三", "选项四"], ["单选题", "电阻的单位是（B）。", *OHM], ["判断题",
        "导体有电阻。（√）", "", "", "", ""],
    ],
    "English": [
        ["type", "question", "option_a", "option_b", "option_c", "option_d", "correct_answer"],
        ["single choice", STEM, *OHM, "B"], ["true/false", TRUE["题干"], "", "", "", "", "true"],
    ],
    "the key as text and number": [
        ["题类", "题面", "选项1", "选项2", "选项3", "选项4", "标答"], ["单选题", STEM, *OHM, "欧姆"], ["判断题", TRUE["题干"],
        "", "", "", "", "1"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_usual_layout_needs_no_telling(layout: str) -> None:
    found = items(book(LAYOUTS[layout]))
    true = {**TRUE, "题干": TRUE["题干"] + "（　　）"} if layout == "the key in the bracket" else TRUE
    if layout == "options with their letters":  # whether they are the two words of a judgement the row's own check sees
        true = {**TRUE, "答案": "A", "选项A": "正确", "选项B": "错误"}
    assert found == [ONE, true]


@pytest.mark.parametrize(
    "key", ["ABD", "A,B,D", "A、B、D", "a b d", "A;B;D", "[A,B,D]", "DBA", "答案：ABD", "1,2,4", "伏特\n欧姆\n瓦特"]
)
def test_a_key_of_several_is_read_however_it_is_typed(key: str) -> None:
    cells = [["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案"], ["多选", STEM, *OHM, key]]
    assert items(book(cells)) == [choice("多选题", STEM, "ABD", *OHM)]


@pytest.mark.parametrize(
    ("key", "sign"),
    [(key, "√") for key in ["√", "✓", "对", "正确", "T", "TRUE", "是", "A"]]
    + [(key, "×") for key in ["×", "χ", "✗", "错", "错误", "F", "false", "否", "B"]],
)
def test_a_judgement_is_read_however_its_key_is_typed(key: str, sign: str) -> None:
    data = book([["题型", "题干", "答案"], ["判断题", TRUE["题干"], key]])
    assert items(data) == [{**TRUE, "答案": sign}] and eyes(data) == ["key_ab"] * (key in "AB")


def test_sheets_are_banks_and_name_their_type() -> None:
    choices = [["题干", "A", "B", "C", "D", "答案"], [STEM, *OHM, "B"]]
    blanks = [["题干", "空1", "空2"], ["相位差____度，频率____Hz。", "120", "50"]]
    data = book({"单选题": choices, "二、多选题": [choices[0], [STEM, *OHM, "A、C"]], "填空题": blanks, "说明": [["请勿改动"]]})
    fill = choice("填空题", "相位差____度，频率____Hz。", "120;50")
    assert items(data) == [ONE, choice("多选题", STEM, "AC", *OHM), fill]
    assert {(row["原位置"], row["原行号"]) for row in rows(data)} == {("单选题", "2"), ("二、多选题", "2"), ("填空题", "2")}


def test_merged_cells_say_the_same_on_each_of_their_rows_and_no_further() -> None:
    cells = [["出处", "题干", "答案"], ["电工基础", "甲。", "√"], ["", "乙。", "×"], ["", "丙。", "√"], ["", "丁。", "√"]]
    assert [row.get("出处") for row in items(book(cells, merge="A2:A4"))] == [*["电工基础"] * 3, None]


def test_a_blank_type_or_point_is_the_one_above() -> None:
    cells = [
        ["题型", "知识点", "题干", "答案"],
        ["判断题", "欧姆定律", "甲。", "√"],
        ["", "", "乙。", "×"],
        ["", "功率", "丙。", "√"],
    ]
    assert [(row["题型"], row["鉴定点"]) for row in items(book(cells))] == [
        ("判断题", "欧姆定律"), ("判断题", "欧姆定律"), ("判断题", "功率"),
    ]  # fmt: skip


def test_a_blank_option_moves_no_letter() -> None:
    cells = [["题型", "题干", "A", "B", "C", "D", "答案"], ["单选", STEM, "伏特", "", "安培", "瓦特", "C"]]
    [row] = items(book(cells))
    assert (row["选项C"], row["答案"]) == ("安培", "C") and "选项B" not in row and eyes(book(cells)) == ["options_gap"]


def test_an_unknown_layout_is_told_once() -> None:
    cells = [["甲", "乙", "丙", "丁", "戊", "己"], [STEM, *OHM, "B"]]
    with pytest.raises(ForeignError, match="no_layout"):
        items(book(cells))
    columns = dict(zip("甲乙丙丁戊己", ("题干", "选项A", "选项B", "选项C", "选项D", "答案"), strict=True))
    assert items(book(cells), columns=columns, defaults={"鉴定点": "B-A-A-001"}) == [{**ONE, "鉴定点": "B-A-A-001"}]
    with pytest.raises(ForeignError, match="field"):
        items(book(cells), columns={**columns, "甲": "题杆"})


TABLE = f"题型,题干,选项A,选项B,选项C,选项D,答案\n单选题,{STEM},伏特,欧姆,安培,瓦特,B\n判断题,導體有電阻。,,,,,√\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_one_table_in_any_encoding_is_one_table(encoding: str) -> None:
    assert items(TABLE.encode(encoding)) == items(TABLE) and items(TABLE)[0] == ONE


def test_traditional_text_in_big5_is_read_as_such() -> None:
    text = "題型,題干,選項A,選項B,選項C,答案\n單選題,電阻的單位是哪一個,伏特,歐姆,安培,B\n".replace("題干", "题干")
    traditional = "question,A,B,C,answer\n電阻的單位是哪一個,伏特,歐姆,安培,B\n"
    assert items(traditional.encode("big5")) == [choice("单选题", "電阻的單位是哪一個", "B", "伏特", "歐姆", "安培")]
    assert items(text) != []


def test_json_is_a_table_of_its_objects() -> None:
    objects = [
        {"question": STEM, "options": [f"({letter}){text}" for letter, text in zip("ABCD", OHM, strict=True)], "label": "B",
        "answer": None},
        {"question": STEM, "options": None, "label": None, "answer": "欧姆"},
    ]  # fmt: skip
    lines = "\n".join(json.dumps(entry, ensure_ascii=False) for entry in objects)
    for text in (json.dumps(objects), json.dumps({"说明": "x", "items": objects}), lines):
        found = items(text)
        assert found[0] == ONE and found[1]["答案"] == "欧姆"
    literal = {"题干": STEM, "choices": str(dict(zip("ABCD", OHM, strict=True))), "答案": "B"}
    assert items(json.dumps([literal])) == [ONE]


def test_a_member_named_twice_is_refused() -> None:
    with pytest.raises(ForeignError, match="broken"):
        items('[{"题干": "a", "答案": "A", "答案": "B"}]')


def test_pictures_over_a_row_come_with_its_item_and_others_are_told() -> None:
    made = workbook([["题型", "题干", "答案"], ["判断题", "图示为开关。", "√"], ["判断题", "导体有电阻。", "√"]])
    for colour, place in (("red", "B2"), ("blue", "F9")):
        painted = io.BytesIO()
        PillowImage.new("RGB", (4, 4), colour).save(painted, "PNG")
        made.worksheets[0].add_image(Image(painted), place)
    data = saved(made)
    found = rows(data)
    assert "{{图:x" in found[0]["题干"] and "{{图" not in found[1]["题干"] and eyes(data) == ["picture_placed", "figure"]


def test_a_picture_that_wps_put_into_a_cell_is_told_where_it_did_not_come() -> None:
    cells = [["题型", "题干", "答案"], ["判断题", '图示为开关。=DISPIMG("ID_1",1)', "√"]]
    assert items(book(cells)) == [{**TRUE, "题干": "图示为开关。"}] and eyes(book(cells)) == ["figure"]


@pytest.mark.parametrize("key", ["√", "×", ""])
def test_a_row_of_two_statements_with_a_sign_each_is_no_item(key: str) -> None:
    """A key beside them is that of neither, and the signs would be printed."""
    two = book([["题型", "题干", "答案"], ["判断题", "（√）导体有电阻。（×）铜是绝缘体。", key]])
    assert [row["题型"] for row in items(two)] == [REFUSED] and eyes(two) == ["several"]


def test_a_cell_that_shows_an_error_keeps_its_row_out() -> None:
    made = workbook([["题目内容", "A", "B", "C", "标准答案"], [STEM, *OHM[:3], "B"]])
    made.worksheets[0]["D2"] = "#REF!"
    data = saved(made)
    assert [row["题型"] for row in items(data)] == [REFUSED] and eyes(data) == ["cell_error"]


@pytest.mark.parametrize(
    "options",
    [
        [{"key": letter, "value": text} for letter, text in zip("ABCD", OHM, strict=True)],
        [{"id": letter, "text": text} for letter, text in zip("DCBA", reversed(OHM), strict=True)],
        dict(zip("BADC", (OHM[1], OHM[0], OHM[3], OHM[2]), strict=True)),
    ],
)
def test_the_letters_of_options_say_where_they_belong(options: object) -> None:
    data = json.dumps({"type": "单选题", "questions": [{"question": STEM, "options": options, "answer": "B"}]})
    assert items(data) == [ONE]


def test_a_number_at_the_beginning_of_a_stem_is_the_items_only_when_it_counts() -> None:
    cells = [["题型", "题干", "答案"], ["判断题", "1. 甲。", "√"], ["判断题", "36、24V中安全的是36V。", "×"]]
    assert [row["题干"] for row in items(book(cells))] == ["甲。", "36、24V中安全的是36V。"]


@pytest.mark.parametrize("key", ["A/B", "A|B", "A或B"])
def test_either_is_not_both(key: str) -> None:
    assert items(book([["题干", "A", "B", "C", "答案"], [STEM, "甲", "乙", "丙", key]]))[0]["答案"] == key


def test_a_quote_that_opens_and_does_not_close_swallows_no_row() -> None:
    with pytest.raises(ForeignError, match="broken"):
        items('题型,题干,答案\n判断题,"甲"是。,√\n判断题,乙。,√\n')


def test_what_stands_beside_the_cells_is_told() -> None:
    made = workbook([["题型", "题干", "答案"], ["判断题", "甲。", "√"]])
    made.worksheets[0]["C2"].comment = Comment("应为×", "审")
    hidden = made.create_sheet("旧题")
    hidden.append(["题干", "答案"])
    hidden.sheet_state = "hidden"
    assert unread(made) == ["旧题（隐藏 | hidden）", "批注 | comments"]


def test_looks_that_no_text_tells_are_told() -> None:
    """A struck-out word, and a cell that is raised as a whole; a style that no cell has is no look."""
    made = workbook([["题型", "题干", "答案"], ["判断题", "甲。", "√"]])
    sheet = made.worksheets[0]
    assert unread(made) == []
    sheet["B2"] = CellRichText("甲", TextBlock(InlineFont(strike=True), "不"), "是。")
    assert unread(made) == ["删除线 | struck-out letters"]
    sheet["B2"] = "甲。"
    sheet["B2"].font = Font(vertAlign="superscript")
    assert unread(made) == ["整格的上下标 | whole cells raised or lowered"]


def unread(made: Workbook) -> list[str]:
    reading = read_file(saved(made), {}, {})
    list(reading.items.rows)
    return reading.tables.unread


def test_what_is_said_of_one_sheet_is_not_said_of_another_with_its_headings() -> None:
    """The report's layouts, handed in as they are, read the file as before."""
    row = [STEM, *OHM]
    data = book({"单选题": [[*"题ABCD", "答案"], [*row, "B"]], "多选题": [[*"题ABCD", "答案"], [*row, "AB"]]})
    tables = read_file(data, {}, {"": {"columns": {"题": "题干"}}})
    list(tables.items.rows)
    report = json.dumps([layout.document() for layout in tables.tables.layouts], ensure_ascii=False)
    again = read_file(data, {}, read_layouts(report.encode()))
    headings = next(again.items.rows)
    assert [found[headings.index("题型")] for found in again.items.rows] == ["单选题", "多选题"]


FILL, CHOICE = ["题型", "题干", "答案"], ["题型", "题干", "选项A", "选项B", "选项C", "答案"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("1.5;2.5", "1.5;2.5"), ("1:100;2:1", "1:100;2:1"), ("1,250kVA；5", "1,250kVA;5"), ("（1）安 （2）伏", "安;伏"),
        ("1.安；2.伏", "安;伏"), ("停电;验电\n挂牌", "停电;验电;挂牌"), ("一，二", "一;二"),
    ],
)  # fmt: skip
def test_answers_of_blanks_keep_every_sign(key: str, expected: str) -> None:
    assert items(book([FILL, ["填空题", "甲____乙____", key]]))[0]["答案"] == expected


def test_a_circled_number_is_no_number_of_a_column() -> None:
    [item] = items(book([CHOICE, ["单选题", "正确的是？", "①②", "②③", "①③", "A"]]))
    assert (item["选项A"], item["答案"]) == ("①②", "A")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["停电；验电", "挂牌", "悬挂标示牌"], ["停电；验电", "挂牌", "悬挂标示牌"]),
        (["伏\n特", "欧", "安"], ["伏\n特", "欧", "安"]), (["", "欧", "安", "瓦"], [None, "欧", "安"]),
    ],
)  # fmt: skip
def test_options_in_a_list_stay_where_they_are(options: list[str], shown: list[str | None]) -> None:
    data = json.dumps([{"type": "单选题", "question": "乙？", "options": options, "answer": "C"}], ensure_ascii=False)
    [item] = items(data)
    assert [item.get(f"选项{letter}") for letter in "ABC"] == shown
    assert ("options_gap" in eyes(data)) is (None in shown)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("停电；验电\n挂牌\n悬挂标示牌", ["停电；验电", "挂牌", "悬挂标示牌"]), ("A.伏|B.欧|C.安", ["伏", "欧", "安"]),
        ("伏;;安;瓦", ["伏", None, "安"]),
    ],
)  # fmt: skip
def test_options_in_one_cell_are_parted_by_one_sign(cell: str, shown: list[str | None]) -> None:
    data = book([["题型", "题干", "选项", "答案"], ["单选题", "乙？", cell, "C"]])
    assert [items(data)[0].get(f"选项{letter}") for letter in "ABC"] == shown
    assert ("options_gap" in eyes(data)) is (None in shown)


def test_letters_that_name_things_stay_in_their_options() -> None:
    row = ["单选题", "哪两相？", "A、B相", "B、C相", "C、A相", "A"]
    assert [items(book([CHOICE, row]))[0][f"选项{letter}"] for letter in "ABC"] == row[2:5]


def test_an_option_that_is_a_letter_behind_its_letter_is_that_letter() -> None:
    row = ["单选题", "哪一项？", "(A)A", "(B)B", "(C)C", "A"]
    assert [items(book([CHOICE, row]))[0][f"选项{letter}"] for letter in "ABC"] == ["A", "B", "C"]


def test_a_key_that_only_a_letter_in_the_stem_says_gets_an_eye() -> None:
    assert eyes(book([CHOICE, ["单选题", "电容（C）的单位是什么？", "伏", "欧", "安", ""]])) == ["key_in_stem"]


def test_columns_that_say_otherwise_are_told() -> None:
    data = book([[*FILL, "来源", "教材页码", "状态"], ["判断题", "甲。", "对", "自编", "P12", "停用"]])
    assert eyes(data) == ["lost", "lost"]
    assert eyes(book([[*FILL, "空1", "空2"], ["填空题", "甲____乙____", "一;二", "一", "三"]])) == ["lost"]


def test_a_line_that_names_a_type_ends_the_type_above() -> None:
    data = book([FILL, ["简答题", "甲？", "x"], ["论述题", "", ""], ["", "乙？", "y"]])
    assert [row["题型"] for row in items(data)] == ["简答题", "论述题"]


def test_what_stands_beside_a_list_of_items_is_told() -> None:
    data = json.dumps(
        {
            "name": "试卷",
            "material": "某变压器变比为10，二次侧开路。",
            "questions": [{"题型": "判断题", "题干": "甲。", "答案": "√"}],
        }
    )
    reading = read_file(data.encode(), {}, {})
    list(reading.items.rows)
    assert reading.tables.unread == ["JSON name、material"]


def test_a_set_of_another_layout_is_read_and_its_stimulus_may_be_one_merged_cell() -> None:
    cells: Cells = [
        ["题型", "题目", "A", "B", "C", "D", "正确答案", "题组", "题组材料"],
        ["单选", STEM, *OHM, "B", "电阻", "某电阻为5 Ω。"], ["判断", TRUE["题干"], "", "", "", "", "对", "电阻", ""],
    ]  # fmt: skip
    shared = {"题组": "电阻", "题组材料": "某电阻为5 Ω。"}
    assert items(book(cells, "I2:I3")) == [ONE | shared, TRUE | shared]
