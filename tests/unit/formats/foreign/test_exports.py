"""What is written in another program's format comes back as the very same items, and what a format cannot hold is named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from itembank.bootstrap.centre import formula_mathml
from itembank.domain.items import CaseQuestion, Item, ItemType
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.exporting.gift_file import write_gift
from itembank.formats.exporting.moodle_file import write_moodle
from itembank.formats.exporting.qti_package import QTI21, QTI30, write_package
from itembank.formats.exporting.word_file import write_word
from itembank.formats.exporting.word_page import CHANGES
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
    "docx": (lambda items: write_word(items, FIGURES, paint, keys=True), ALL),
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


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(banks(BLUEPRINT))
def test_any_item_comes_back_equal_or_is_named(bank: list[Item]) -> None:
    """Whatever its texts look like to a format: formulas, markup, signs that act in a spreadsheet."""
    for write, _ in WRITERS.values():
        written = write(bank)
        held = {item.item_no: item for item in bank if item.item_no not in written.left_out}
        assert not held or {item.item_no: item for _, item in read(written.file).rows} == held


@pytest.mark.parametrize(("name", "passage", "ours"), CHANGES)
def test_a_word_file_is_in_our_look(name: str, passage: str, ours: str) -> None:
    with zipfile.ZipFile(io.BytesIO(write_word([CHOICE], FIGURES, paint, keys=True).file)) as archive:
        assert ours in archive.read(name).decode()


def test_figures_stand_as_pictures_under_their_names() -> None:
    with zipfile.ZipFile(io.BytesIO(write_word([CHOICE], FIGURES, paint, keys=True).file)) as archive:
        assert any(name.startswith("word/media/") for name in archive.namelist())
        assert 'descr="r.svg"' in archive.read("word/document.xml").decode()


TABLE = "|甲|乙|\n|1|2|"


@pytest.mark.parametrize("format_", ["docx", "moodle", "gift", "qti21"])
@pytest.mark.parametrize(
    "item",
    [
        replace(CHOICE, stem="下列\nA. 甲\nＢ、乙\n　C. 丙\n答案：无\n编号：7\n小题：1\n解析:无\n一、单选题", rationale=""),
        replace(CHOICE, options=("甲\nB. 乙", "B. 丙", "丙\n一、多选题", "丁"), rationale="A、对\n答案：A\n二、判断题"),
        replace(CHOICE, stem="两 个  空   格 \n 行首\n\u3000又\n\n\n空行（\u3000\n）\xa0 见", rationale=" 甲".strip()),
        replace(CHOICE, stem=f"{TABLE}\n\n{TABLE}\n完", rationale=f"见\n|单|\n|列|\n\n{TABLE}"),
        replace(CHOICE, stem="5 $。$a$$b$、$a + b$、$x^{2}$、$x^2$，$\\vert x\\vert$", rationale="$ $与$\\zzz{$及$a\nb$"),
        replace(CHOICE, stem=r"反斜\(x\)与\[y\]，$a\) b$，\\（　　）", rationale=r"$$x$$ 与 \n"),
        replace(CHOICE, stem="电阻（A）与电流（ B ）", source="[甲]\\乙]", enemy_group="$$x$$", rationale=""),
        replace(CHOICE, stem="&lt;b&gt; <b>粗</b> <sub> 2 </sub>", rationale="", source="<b>"),
    ],
    ids=["marks", "options", "blanks", "tables", "formulas", "backslashes", "keys", "markup"],
)  # fmt: skip
def test_a_text_that_looks_like_the_format_stays_what_it_is(format_: str, item: Item) -> None:
    written = WRITERS[format_][0]([item])
    assert written.left_out == () and [back for _, back in read(written.file).rows] == [item]


@pytest.mark.parametrize(
    ("format_", "item"),
    [
        ("docx", replace(CHOICE, stem="H<sub>2</sub><sub>3</sub>O（　　）")),
        ("docx", replace(CHOICE, rationale="x<sup>1\n2</sup>")),
        ("docx", replace(CHOICE, source="教材\n第3页")),
        ("docx", replace(CHOICE, source="教材　难度：5")),
        ("qti21", replace(ONE_BLANK, key="欧|欧")),
    ],
)  # fmt: skip
def test_what_a_format_would_change_is_left_out_and_named(format_: str, item: Item) -> None:
    assert WRITERS[format_][0]([item, DRAWING]).left_out == (item.item_no,)


@pytest.mark.parametrize("format_", WRITERS)
@pytest.mark.parametrize("of", [{"item_set": "电机", "stimulus": "某电机"}, {"fixed_form": "套一"}], ids=["a set", "a paper"])
def test_an_item_of_a_set_or_of_a_ready_made_paper_is_left_out_and_named(format_: str, of: dict[str, str]) -> None:
    """Alone, without what it shares, it could not be answered; and it would come back as one that may be drawn alone."""
    write, held = WRITERS[format_]
    written = write([replace(held[0], **of), *held[1:]])  # type: ignore[arg-type]
    assert written.left_out == (held[0].item_no,)
    assert [item for _, item in read(written.file).rows] == list(read(write(held[1:]).file).items())


def test_a_bracket_in_a_formula_is_an_operator_for_any_reader() -> None:
    """As MathML's schema has it; what sets our formulas calls an angle bracket a letter."""
    packed = write_package([replace(CHOICE, stem=r"夹角 $\langle a,b\rangle$ 是（　　）")], FIGURES, QTI21, formula_mathml).file
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read("items/item00001.xml").decode()
    assert '<mo stretchy="false">⟨</mo>' in text


def test_questions_of_a_case_take_no_number_of_another_item() -> None:
    item = replace(CHOICE, item_no="city-8.1", rationale="")
    for format_ in ("docx", "qti21"):
        came = read(WRITERS[format_][0]([item, CASE]).file)
        assert [back for _, back in came.rows] == [item, CASE]
