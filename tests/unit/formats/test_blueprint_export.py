"""What is written is what is read back, in both layouts, and nothing in it is a live formula."""

import io
import re
import zipfile

from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell

from itembank.domain.blueprint import Blueprint
from itembank.formats.blueprint_export import flat_sheet, official_workbook
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.spreadsheet_writing import workbook_bytes
from tests.unit.formats.random_blueprints import ANY_SHARES, blueprints
from tests.unit.formats.workbook_bytes import blueprint_bytes, items_bytes

SHAPES = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def flat_bytes(blueprint: Blueprint, book: Workbook | None = None) -> bytes:
    """Only the sheet 蓝图, or that sheet behind those of a given workbook."""
    book = book or Workbook()
    flat_sheet(book, blueprint)
    if book.worksheets[0].max_row == 1:
        book.remove(book.worksheets[0])
    return workbook_bytes(book)


@SHAPES
@given(blueprints())
def test_the_official_layout_comes_back_as_it_was(blueprint: Blueprint) -> None:
    blueprint.check(ANY_SHARES)

    assert read_blueprint(official_workbook(blueprint), ANY_SHARES) == blueprint


@SHAPES
@given(blueprints())
def test_the_flat_layout_comes_back_as_it_was(blueprint: Blueprint) -> None:
    assert read_blueprint(flat_bytes(blueprint), ANY_SHARES) == blueprint


def test_the_flat_sheet_is_found_behind_the_items() -> None:
    blueprint = read_blueprint(blueprint_bytes())

    assert read_blueprint(flat_bytes(blueprint, load_workbook(io.BytesIO(items_bytes())))) == blueprint


def test_what_is_written_has_the_fields_layout() -> None:
    """The same cells and the same merged areas as a workbook of the field."""
    field, ours = (
        load_workbook(io.BytesIO(data)).worksheets[0]
        for data in (blueprint_bytes(), official_workbook(read_blueprint(blueprint_bytes())))
    )

    assert {str(area) for area in ours.merged_cells.ranges} == {str(area) for area in field.merged_cells.ranges}
    assert [[str(c.value) for c in row] for row in ours.rows] == [[str(c.value) for c in row] for row in field.rows]


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(blueprints())
def test_no_cell_is_a_formula(blueprint: Blueprint) -> None:
    for data in (official_workbook(blueprint), flat_bytes(blueprint)):
        sheet = load_workbook(io.BytesIO(data)).worksheets[0]
        assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}


def test_a_code_typed_into_a_written_sheet_keeps_its_zeros() -> None:
    """Every cell below the head that has no number in it is a text cell, the empty ones too."""
    blueprint = read_blueprint(blueprint_bytes())

    for data, first in ((official_workbook(blueprint), 5), (flat_bytes(blueprint), 4)):
        rows = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(min_row=first)
        cells = [cell for row in rows for cell in row if isinstance(cell, Cell) and not isinstance(cell.value, int)]
        assert {cell.number_format for cell in cells} == {"@"}


def test_the_time_of_writing_is_nowhere_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(official_workbook(read_blueprint(blueprint_bytes())))) as archive:
        times = {entry.date_time for entry in archive.infolist()}
        said = set(re.findall(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", archive.read("docProps/core.xml")))

    assert (len(times), len(said)) == (1, 1) and times.pop() == (2026, 1, 1, 0, 0, 0) and said == {b"2026-01-01T00:00:00Z"}
