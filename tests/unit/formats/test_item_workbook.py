"""The centres' item spreadsheet becomes Items, and whatever is wrong with a row is named."""

import pytest

from itembank.domain.items import Item, ItemType
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.errors import ItemRowsError, WorkbookError
from itembank.formats.item_workbook import WorkbookItems, read_items
from itembank.formats.spreadsheet import Spreadsheet
from tests.unit.formats.workbook_bytes import HEADINGS, ITEMS, blueprint_bytes, items_bytes, sheet_bytes

BLUEPRINT = read_blueprint(blueprint_bytes())
FIGURES = ("r.svg",)


def report(data: bytes) -> WorkbookItems:
    return read_items(Spreadsheet(data), "city", BLUEPRINT, FIGURES)


def items_of(data: bytes) -> tuple[Item, ...]:
    return report(data).items()


def test_items_come_back_whole() -> None:
    single, judgement, multiple, with_figure = items_of(items_bytes())
    assert single.item_no == "city-g-1" and single.options == ("$U/R$", "$UR$", "$R/U$")
    assert (judgement.type, judgement.key, judgement.options) == (ItemType.JUDGEMENT, "×", ())
    assert single.point == judgement.point == "B-A-A-001" and single.enemy_group == "欧姆"
    assert (multiple.key, multiple.difficulty, multiple.congruence) == ("AB", 2, 0)
    assert (with_figure.key, with_figure.options, with_figure.figures) == ("√", (), ("r.svg",))


def test_one_guid_in_two_pools_is_two_items() -> None:
    national, city = (
        read_items(Spreadsheet(items_bytes()), pool, BLUEPRINT, FIGURES).items()[0] for pool in ("national", "city")
    )
    assert national.item_no != city.item_no


def test_headings_may_be_full_width_and_reordered() -> None:
    names = [{"题型": "题型（必填）", "题干": " 题干 (必填)"}.get(name, name) for name in HEADINGS]
    cells = [names[::-1], *([*item][::-1] for item in ITEMS)]
    assert items_of(sheet_bytes(cells)) == items_of(items_bytes())


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    cells = [HEADINGS, ITEMS[0], [], [*ITEMS[1][:3], "?", *ITEMS[1][4:]]]
    told = report(sheet_bytes(cells))
    assert [(row.where, row.code) for row in told.rejected] == [("表!4", "item.key")]
    assert told.read == 2 and [place for place, _ in told.rows] == [("表", 2)]


def test_a_stem_that_looks_like_a_formula_is_a_stem() -> None:
    assert items_of(items_bytes({(2, "题干"): "=1+1 的结果是( )。"}))[0].stem.startswith("=1+1")


def test_one_stem_may_stand_over_different_options() -> None:
    """Real banks ask 下列说法正确的是 many times."""
    changes = {(row, "题干"): "下列说法正确的是( )。" for row in (2, 4)}
    assert len(items_of(items_bytes(changes))) == 4


BROKEN: list[tuple[str, dict[tuple[int, str], str], list[tuple[int, str, str]]]] = [
    ("no GUID", {(2, "试题GUID"): ""}, [(2, "试题GUID", "item.guid")]),
    ("a GUID that is no name", {(2, "试题GUID"): "../1"}, [(2, "试题GUID", "item.guid")]),
    ("a GUID twice", {(4, "试题GUID"): "G-1"}, [(4, "试题GUID", "item.guid_doubled")]),
    ("no stem", {(3, "题干"): ""}, [(3, "题干", "item.stem")]),
    ("an unknown type", {(3, "题型"): "朗读题"}, [(3, "题型", "item.type")]),
    ("no type", {(3, "题型"): ""}, [(3, "题型", "item.type")]),
    ("a key without its option", {(2, "答案"): "D"}, [(2, "答案", "item.key")]),
    ("no key", {(3, "答案"): ""}, [(3, "答案", "item.key")]),
    ("one key letter of a multiple choice", {(4, "答案"): "A"}, [(4, "答案", "item.key")]),
    ("a key letter twice", {(4, "答案"): "AAB"}, [(4, "答案", "item.key")]),
    ("two options alike", {(2, "选项B"): "$U/R$"}, [(2, "选项", "item.options")]),
    ("a gap in the options", {(4, "选项B"): "", (4, "答案"): "AC"}, [(4, "选项", "item.options")]),
    ("difficulty 6", {(2, "难度"): "6"}, [(2, "难度", "item.difficulty")]),
    ("no difficulty", {(2, "难度"): ""}, [(2, "难度", "item.difficulty")]),
    ("congruence in words", {(2, "一致性"): "好"}, [(2, "一致性", "item.congruence")]),
    ("points in words", {(2, "分数"): "一分"}, [(2, "分数", "item.points")]),
    ("no knowledge point", {(2, f"知识点{n}级"): "" for n in "一二三四"}, [(2, "鉴定点", "item.point_missing")]),
    ("a gap in the path", {(2, "知识点二级"): ""}, [(2, "知识点二级", "item.point_gap")]),
    ("a path that ends at an area", {(2, "知识点四级"): ""}, [(2, "知识点三级", "item.point_is_area")]),
    ("a point the blueprint lacks", {(2, "知识点四级"): "009欧姆定律"}, [(2, "知识点四级", "item.point_unknown")]),
    ("a name that is another's", {(2, "知识点四级"): "002欧姆定律"}, [(2, "知识点四级", "item.point_name")]),
    ("a sign that turns the text", {(2, "题干"): "欧姆\u202e定律"}, [(2, "题干", "item.character")]),
    ("a stem of nothing anybody sees", {(2, "题干"): "\u200b"}, [(2, "题干", "item.character")]),
    ("an option that differs by nothing anybody sees", {(4, "选项B"): "相序\u2060"}, [(4, "选项B", "item.character")]),
    ("a tag character", {(2, "解析"): "见教材\U000e0041"}, [(2, "解析", "item.character")]),
    ("a figure that did not come", {(2, "题干"): "图{{图:s.svg}}中的电流为( )。"}, [(2, "题干", "item.figure")]),
    ("a lost character", {(4, "选项A"): "电\ufffd"}, [(4, "选项A", "item.character")]),
    ("two things in one row, one in another", {(2, "难度"): "难题", (2, "题型"): "?", (5, "答案"): "C"},
     [(2, "题型", "item.type"), (2, "难度", "item.difficulty"), (5, "答案", "item.key")]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_row_is_named_and_the_others_are_read(
    changes: dict[tuple[int, str], str], expected: list[tuple[int, str, str]]
) -> None:
    told = report(items_bytes(changes))
    assert [(row.row, row.field, row.code) for row in told.rejected] == expected
    assert told.read == 4 and [number for (_, number), _ in told.rows] == sorted({2, 3, 4, 5} - {row for row, _, _ in expected})


def test_with_one_broken_row_there_are_no_items() -> None:
    with pytest.raises(ItemRowsError) as refusal:
        items_of(items_bytes({(3, "难度"): "6"}))
    assert refusal.value.facts["count"] == 1 and refusal.value.facts["sheet"] == "试题"


def test_a_report_shows_the_beginning_of_the_cell() -> None:
    told = report(items_bytes({(2, "题干"): "问" * 5000}))
    assert [(row.code, row.text) for row in told.rejected] == [("item.too_long", "问" * 80)]


def test_a_missing_and_a_doubled_heading_are_named() -> None:
    names = ["试题GUID" if name == "出处" else name for name in HEADINGS]
    with pytest.raises(WorkbookError) as refusal:
        report(sheet_bytes([names, *ITEMS]))
    facts = refusal.value.facts
    assert (refusal.value.code, facts["missing"], facts["doubled"]) == ("items.header", ["出处"], ["试题GUID"])


def test_a_header_alone_is_no_bank() -> None:
    with pytest.raises(WorkbookError) as refusal:
        report(sheet_bytes([HEADINGS]))
    assert refusal.value.code == "items.none"
