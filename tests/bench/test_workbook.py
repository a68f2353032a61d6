"""The workbook that is measured with is a sound one, of the size asked for."""

from itembank.domain.items import ItemType
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.item_workbook import read_items
from itembank.formats.spreadsheet import Spreadsheet
from tests.bench.measure.workbook import make_workbook
from tests.unit.formats.workbook_bytes import blueprint_bytes

BLUEPRINT = read_blueprint(blueprint_bytes())


def test_the_measured_workbook_is_read_whole() -> None:
    made = make_workbook(2_000, 7, BLUEPRINT)
    items = read_items(Spreadsheet(made), "city", BLUEPRINT, ()).items()
    assert len({item.stem for item in items}) == 2_000
    assert 0.55 < sum(item.type is ItemType.SINGLE for item in items) / 2_000 < 0.65
    assert {item.point for item in items} == {point.code for point in BLUEPRINT.points}
    assert make_workbook(2_000, 7, BLUEPRINT) == made
