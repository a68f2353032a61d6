"""What a spreadsheet shows and its reading library does not tell is kept, refused or flagged, and never lost in silence."""

from __future__ import annotations

import datetime
import io
import re

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.item_workbook import WorkbookItems, read_items
from itembank.formats.spreadsheet import Spreadsheet
from tests.unit.formats.test_hostile_workbooks import SHARED, SHEET, TEXTS, more_rows, with_part
from tests.unit.formats.workbook_bytes import HEADINGS, blueprint_bytes, items_bytes

BLUEPRINT = read_blueprint(blueprint_bytes())
OPTION = "选项C"


def with_cell(heading: str, value: object, number_format: str = "General", row: int = 2) -> bytes:
    """The sound items with one cell as a spreadsheet program would write it."""
    book = load_workbook(io.BytesIO(items_bytes()))
    cell = sheet_of(book).cell(row, HEADINGS.index(heading) + 1)
    cell.value, cell.number_format = value, number_format  # type: ignore[assignment]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sheet_of(book: Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def read(data: bytes) -> WorkbookItems:
    return read_items(Spreadsheet(data), "city", BLUEPRINT, ("r.svg",))


def raised(text: str) -> TextBlock:
    return TextBlock(InlineFont(vertAlign="superscript"), text)


def lowered(text: str) -> TextBlock:
    return TextBlock(InlineFont(vertAlign="subscript"), text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (CellRichText("电荷为10", raised("3"), " C"), "电荷为10<sup>3</sup> C"),
        (CellRichText("H", lowered("2"), "O 与 CO", lowered("2")), "H<sub>2</sub>O 与 CO<sub>2</sub>"),
        (CellRichText(raised("a&b"), TextBlock(InlineFont(b=True), "粗"), raised(" ")), "<sup>a&b</sup>粗"),
    ],
)
def test_raised_and_lowered_letters_stay_so(value: CellRichText, text: str) -> None:
    """10³ is not 103."""
    told = read(with_cell(OPTION, value))

    assert [item.options[2] for _, item in told.rows[:1]] == [text] and told.flags == []


def test_raised_letters_of_a_shared_text_stay_so() -> None:
    """As Excel and WPS write them."""
    runs = b'<si><r><t>10</t></r><r><rPr><vertAlign val="superscript"/></rPr><t xml:space="preserve">3</t></r></si>'
    data = with_part(TEXTS, lambda part: re.sub(rb"<si>.*?</si>", runs, part, count=1), SHARED)

    assert next(Spreadsheet(data).sheet("表").rows) == ["10<sup>3</sup>"]


def with_raw_cell(cell: str) -> bytes:
    """The sound items with option C of the first as it stands in the file."""
    assert HEADINGS[6] == OPTION
    return with_part(SHEET, lambda part: re.sub(rb'<c r="G2".*?</c>', cell.encode(), part), with_cell("出处", "自编"))


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param('<c r="G2" t="e"><v>#DIV/0!</v></c>', id="an error"),
        pytest.param('<c r="G2" t="e"><f>1/0</f><v>#N/A</v></c>', id="the error of a formula"),
        pytest.param('<c r="G2"><f>A1</f><v></v></c>', id="a formula without its outcome"),
        pytest.param('<c s="0" r="G2"><f t="shared" ref="G2:G3" si="0">A1</f><v/></c>', id="a shared one"),
        pytest.param("<c r='G2' t='e'><v>#REF!</v></c>", id="with single quotes"),
    ],
)
def test_a_cell_of_which_nothing_came_is_refused_with_its_place(cell: str) -> None:
    """As a blank it would be an item with an option less."""
    told = read(with_raw_cell(cell))

    assert [(row.where, row.field, row.code) for row in told.rejected] == [("试题!2", OPTION, "item.cell_error")]


@pytest.mark.parametrize(("value", "codes"), [("", ["item.option_count"]), ("甲", [])])
def test_the_outcome_of_a_formula_is_what_stands_there(value: str, codes: list[str]) -> None:
    """Also a blank that the formula meant."""
    told = read(with_raw_cell(f'<c r="G2" t="str"><f>A1</f><v>{value}</v></c>'))

    assert [row.code for row in told.rejected] == codes


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.5, "0%", "0.5"),
        (1, "0%", "1"),
        (2.345, "0.0", "2.345"),
        (datetime.date(2026, 1, 2), "m/d", "2026-01-02"),
        (1234, "#,##0", "1234"),
        (1234, "0.00", "1234"),
        (0.6, "0", "0.6"),
        (datetime.date(2026, 1, 2), "mm-dd-yy", "2026-01-02"),
    ],
)
def test_a_number_that_may_look_otherwise_is_flagged(value: object, number_format: str, text: str) -> None:
    """50% is a half to the library; a typed 1/2 is a day in January."""
    told = read(with_cell(OPTION, value, number_format))

    assert [item.options[2] for _, item in told.rows[:1]] == [text]
    assert [(flag.row, flag.item_no, flag.code, flag.text) for flag in told.flags] == [
        (2, "city-g-1", "item.flag.formatted", OPTION)
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.5, "General", "0.5"), (220, "General", "220"), (0.00001, "General", "0.00001"), (0.1 + 0.2, "General", "0.3"),
        (36, "0", "36"), (36, "0_ ", "36"), ("50%", "@", "50%"), ("2026/1/2", "0%", "2026/1/2"),
    ],
)  # fmt: skip
def test_a_number_that_looks_as_it_is_read_is_not_flagged(value: object, number_format: str, text: str) -> None:
    told = read(with_cell(OPTION, value, number_format))

    assert [item.options[2] for _, item in told.rows[:1]] == [text] and told.flags == []


def test_cells_that_say_no_place_are_read_though_one_has_a_format() -> None:
    """It is optional in the standard; then nobody can be told where."""
    data = with_part(SHEET, lambda part: re.sub(rb'(<c) r="[A-Z]+\d+"', rb"\1", part), with_cell(OPTION, 0.5, "0%"))

    assert len(read(data).rows) == 4


@pytest.mark.parametrize("number", [2026011500000002, 2**53 - 1])
def test_a_long_whole_number_keeps_all_its_digits(number: int) -> None:
    """As programs write numbers of items."""
    assert [item.item_no for _, item in read(with_cell("试题GUID", number)).rows[:1]] == [f"city-{number}"]


def test_a_column_nobody_reads_makes_no_row_and_no_flag_of_an_item() -> None:
    """Helper formulas filled down below the items, and signs of somebody's own."""
    book = load_workbook(io.BytesIO(with_cell("出处", "自编")))
    sheet, column = sheet_of(book), len(HEADINGS) + 1
    for row, value in enumerate(["备注", "✔😀", *["=NA()"] * 18], start=1):
        sheet.cell(row, column).value = value
    target = io.BytesIO()
    book.save(target)

    told = read(target.getvalue())

    assert (told.read, told.rejected, told.unusual) == (4, [], [])
    assert [flag.code for flag in told.flags] == ["item.flag.unread"]


def test_a_last_row_of_nothing_but_formulas_is_not_passed_over() -> None:
    """The reading library ends before it."""
    book = load_workbook(io.BytesIO(with_cell("出处", "自编")))
    for column in range(1, len(HEADINGS) + 1):
        sheet_of(book).cell(6, column).value = "=A2"
    target = io.BytesIO()
    book.save(target)

    rejected = read(target.getvalue()).rejected

    assert {row.where for row in rejected} == {"试题!6"} and ("题干", "item.cell_error") in {
        (r.field, r.code) for r in rejected
    }


def test_a_format_outside_the_text_of_an_item_is_nobodys_business() -> None:
    assert read(with_cell("分数", 1, "0.0")).flags == []


def test_a_sheet_that_was_not_read_is_named() -> None:
    """Whoever keeps one sheet a type must not find half of the bank missing later."""
    book = load_workbook(io.BytesIO(items_bytes()))
    sheet_of(book).title = "单选题"
    other = book.create_sheet("判断题")
    other.append(HEADINGS)
    book.create_sheet("蓝图").append(["代码"])
    book.create_sheet("Sheet3")
    target = io.BytesIO()
    book.save(target)

    told = read(target.getvalue())

    assert [(flag.sheet, flag.code, flag.text) for flag in told.flags] == [("判断题", "item.flag.unread_sheet", "判断题")]


def test_many_cells_are_looked_at_in_a_time_that_grows_with_them() -> None:
    """An empty cell has no end of its own; a hundred thousand before one that has are passed over once."""
    row = '<row r="2">' + '<c r="A2" s="1"/>' * 100_000 + '<c r="B2" t="e"><v>#REF!</v></c></row>'

    assert Spreadsheet(more_rows(row)).sheet("表").doubtful.broken == {2: [1]}
