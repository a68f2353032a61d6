"""A bank that is written and read again is the same bank, whatever its texts look like to a spreadsheet program."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from openpyxl import load_workbook

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import ItemError
from itembank.domain.items import Item
from itembank.formats import text_sheets
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.errors import WorkbookError
from itembank.formats.item_export import write_items
from itembank.formats.item_rows import NEEDED
from itembank.formats.item_workbook import read_items
from itembank.formats.pool_content import item_document, read_item
from itembank.formats.spreadsheet import Spreadsheet
from keys.encoding import canonical, read_canonical
from tests.unit.formats.random_blueprints import ANY_SHARES, blueprints
from tests.unit.formats.random_items import banks
from tests.unit.formats.workbook_bytes import blueprint_bytes, items_bytes

BLUEPRINT = read_blueprint(blueprint_bytes())
FIGURES = ("r.svg",)
SHAPES = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
ITEMS = read_items(Spreadsheet(items_bytes()), "city", BLUEPRINT, FIGURES).items()


@SHAPES
@given(banks(BLUEPRINT))
def test_what_is_written_is_what_is_read(bank: list[Item]) -> None:
    assert list(read_items(Spreadsheet(write_items(bank, BLUEPRINT)), "city", BLUEPRINT, FIGURES).items()) == bank


@SHAPES
@given(banks(BLUEPRINT))
def test_an_items_document_is_read_as_the_same_item(bank: list[Item]) -> None:
    assert [read_item(read_canonical(canonical(item_document(item)), "item")) for item in bank] == bank


def test_the_document_of_an_item_of_no_set_and_no_ready_made_paper_says_nothing_of_them() -> None:
    """Else every item of a bank would be a changed one on the day they came."""
    assert not {"item_set", "stimulus", "fixed_form"} & item_document(ITEMS[0]).keys()


def test_a_set_of_three_comes_back_and_has_columns_of_its_own() -> None:
    bank = [replace(ITEMS[n], item_set="电机", stimulus="某电机：\n|P|4 kW|\n$U$见{{图:r.svg}}") for n in range(3)] + [ITEMS[3]]
    written = write_items(bank, BLUEPRINT)
    assert list(read_items(Spreadsheet(written), "city", BLUEPRINT, FIGURES).items()) == bank
    sheet = load_workbook(io.BytesIO(written))["试题"]
    assert [cell.value for cell in next(sheet.iter_rows())] == [*NEEDED, "互斥组", "题组", "题组材料"]


@settings(SHAPES, max_examples=30)
@given(blueprints())
def test_every_point_of_any_blueprint_is_found_again(blueprint: Blueprint) -> None:
    """Codes of letters or digits, up to six levels above the point; and the blueprint itself is on its own sheet."""
    names = "".join([*(node.name for node in blueprint.nodes), *(point.name for point in blueprint.points)])
    assume(not any(unicodedata.category(sign) == "Co" for sign in names))  # no item may have a sign without a meaning
    bank = [replace(ITEMS[1], item_no=f"city-{i}", point=point.code) for i, point in enumerate(blueprint.points)]
    written = write_items(bank, blueprint)
    assert list(read_items(Spreadsheet(written), "city", blueprint, ()).items()) == bank
    assert read_blueprint(written, ANY_SHARES) == blueprint


def test_no_cell_is_a_live_formula() -> None:
    item = replace(ITEMS[0], stem="=1+1", options=("+1", "-1", "@SUM(A1)"), rationale='=HYPERLINK("x")')
    written = write_items([item], BLUEPRINT)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets" in name]
    assert sheets and not any(re.search(rb"<f[ />]", sheet) for sheet in sheets)
    kinds = {cell.data_type for row in load_workbook(io.BytesIO(written))["试题"] for cell in row if cell.value is not None}
    assert kinds == {"s"}


def test_the_same_items_make_the_same_bytes() -> None:
    assert write_items(ITEMS, BLUEPRINT) == write_items(list(ITEMS), BLUEPRINT)


def test_only_columns_in_use_are_added_to_the_common_header() -> None:
    sheet = load_workbook(io.BytesIO(write_items(ITEMS, BLUEPRINT)))["试题"]
    assert [cell.value for cell in next(sheet.iter_rows())] == [*NEEDED, "互斥组"]


def test_an_item_of_another_blueprint_is_not_written() -> None:
    with pytest.raises(ItemError, match=r"item\.point_unknown"):
        write_items([replace(ITEMS[0], point="B-A-A-009")], BLUEPRINT)


@pytest.mark.parametrize(("limit", "code"), [("MOST_ROWS", "too_many_rows"), ("MOST_BYTES", "too_large")])
def test_what_could_not_be_read_again_is_not_written(limit: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_sheets, limit, len(ITEMS))
    with pytest.raises(WorkbookError, match=code):
        write_items(ITEMS, BLUEPRINT)
