"""What is written in another program's format comes back as the very same items, and what a format cannot hold is named."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from itembank.domain.items import CaseQuestion, Item, ItemType
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.exporting.gift_file import write_gift
from itembank.formats.exporting.moodle_file import write_moodle
from itembank.formats.exporting.qti_package import QTI21, QTI30, write_package
from itembank.formats.exporting.word_file import write_word
from itembank.formats.exporting.written import Written
from itembank.formats.figures import read_figure
from itembank.formats.foreign.reading import read_file
from itembank.formats.item_workbook import WorkbookItems, read_items
from tests.unit.formats.random_items import banks
from tests.unit.formats.workbook_bytes import blueprint_bytes

BLUEPRINT = read_blueprint(blueprint_bytes())
FIGURE = read_figure("r.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L8 8"/></svg>')
CHOICE = Item(
    item_no="city-x.1", pool="city", type=ItemType.SINGLE, stem="面积 S 为 10 m<sup>2</sup>，$x^2$ 与 a<b：（　　）",
    options=("$\\frac{1}{2}$", "H<sub>2</sub>O", "A & B", "“引号”"), key="B", point="B-A-A-001", difficulty=2, congruence=4,
    rationale="见图{{图:r.svg}}。\n第二行", source="教材第3页", enemy_group="欧姆", options_locked=True,
    adapted_from="national-7",
)  # fmt: skip
MULTIPLE = replace(
    CHOICE, item_no="city-2", type=ItemType.MULTIPLE, key="ACD", options_locked=False, stem="|甲|乙|\n|1|2|\n哪些对？"
)
JUDGEMENT = replace(
    CHOICE, item_no="city-3", type=ItemType.JUDGEMENT, options=(), key="×", options_locked=False, stem="电阻与温度无关。"
)
FILL = replace(JUDGEMENT, item_no="city-4", type=ItemType.FILL, stem="单位是（　　），符号是____。", key="欧姆|欧;Ω")
ONE_BLANK = replace(FILL, item_no="city-5", stem="单位是____。", key="欧姆|欧", rationale="")
SHORT = replace(JUDGEMENT, item_no="city-6", type=ItemType.SHORT, stem="简述步骤。", key="一、停电\n二、验电")
DRAWING = replace(SHORT, item_no="city-7", type=ItemType.DRAWING, stem="画出{{图:r.svg}}的接线图。")
CASE = replace(
    JUDGEMENT, item_no="city-8", type=ItemType.CASE, stem="某车间停电。", key="", questions=(
        CaseQuestion(ItemType.SINGLE, "原因是（　　）。", ("短路", "断路", "过载"), "C", 2),
        CaseQuestion(ItemType.JUDGEMENT, "应先验电。", (), "√", 1), CaseQuestion(ItemType.FILL, "电压____V。", (), "220", 3),
        CaseQuestion(ItemType.SHORT, "写出步骤。", (), "停电、验电", 4),
    ),
)  # fmt: skip
ALL = (CHOICE, MULTIPLE, JUDGEMENT, FILL, ONE_BLANK, SHORT, DRAWING, CASE)
FIGURES = {"r.svg": FIGURE}
NO_MATHML: Callable[[str], str] = lambda latex: ""  # noqa: E731


def paint(figure: str) -> tuple[bytes, float]:
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG")
    return out.getvalue(), 20.0


WRITERS: dict[str, tuple[Callable[[Sequence[Item]], Written], Sequence[Item]]] = {
    "qti21": (lambda items: write_package(items, FIGURES, QTI21, NO_MATHML), ALL),
    "qti30": (lambda items: write_package(items, FIGURES, QTI30, NO_MATHML), ALL),
    "docx": (lambda items: write_word(items, FIGURES, paint, keys=True), ALL[:-1]),
    "moodle": (lambda items: write_moodle(items, FIGURES), (CHOICE, MULTIPLE, JUDGEMENT, ONE_BLANK, SHORT, DRAWING)),
    "gift": (
        write_gift,
        (replace(CHOICE, rationale="见图。"), replace(MULTIPLE, rationale=""), replace(JUDGEMENT, rationale="")),
    ),
}
"""Format → its writer, and items that it holds."""


def read(data: bytes) -> WorkbookItems:
    reading = read_file(data, {}, {})

    class Sheets:
        names = reading.names

        def sheet(self, name: str) -> object:
            return reading.items

    return read_items(Sheets(), "city", BLUEPRINT, {*reading.figures, "r.svg"})  # type: ignore[arg-type]


@pytest.mark.parametrize("format_", WRITERS)
def test_what_is_written_comes_back_as_the_same_items(format_: str) -> None:
    write, held = WRITERS[format_]
    written = write(held)
    assert written.left_out == ()
    came = read(written.file)
    assert came.rejected == [] and {item.item_no: item for _, item in came.rows} == {item.item_no: item for item in held}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(banks(BLUEPRINT))
def test_any_choice_item_survives_qti(bank: list[Item]) -> None:
    """Whatever its texts look like to XML: formulas, markup, signs that act in a spreadsheet."""
    held = [item for item in bank if item.type in (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.JUDGEMENT)]
    for version in (QTI21, QTI30) if held else ():
        came = read(write_package(held, FIGURES, version, NO_MATHML).file)
        assert [item for _, item in came.rows] == held
