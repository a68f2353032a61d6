"""Every item type has its place on paper: room to answer, tables, pictures, the questions of a case; nothing is cut off."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pypdfium2
import pypdfium2.raw
import pytest

from itembank.domain.items import ItemType
from itembank.domain.paper import PaperContent, PaperSection, Question, SubQuestion
from itembank.printing.content import printable
from itembank.printing.errors import PrintingError
from itembank.printing.figures import WIDEST, draw_figure
from tests.unit.printing.every_type import SECTIONS, every_type, meter
from tests.unit.printing.printed import Sign, fonts, press, signs, texts
from tests.unit.printing.sample_paper import sample

BOTTOM, TOP, LEFT, RIGHT = 48, 800, 40, 560
"""Points: no sign of a text may stand beyond."""


@cache
def printed() -> bytes:
    """The paper of every type, printed once. A warning of typst would have been an error."""
    return press(every_type(fonts()), fonts())[0]


def one(type_: ItemType, *questions: Question) -> PaperContent:
    return replace(sample(fonts()), sections=(PaperSection(type_, "一、", questions),))


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(texts(pdf)))


def found(pages: list[list[Sign]], words: str) -> list[tuple[int, Sign]]:
    """Where words begin: (page, first sign), for each time they stand in one line."""
    places = []
    for number, page in enumerate(pages):
        seen = [sign for sign in page if sign.sign.strip()]
        line = "".join(sign.sign for sign in seen)
        places += [(number, seen[place.start()]) for place in re.finditer(re.escape(words), line)]
    return places


def test_every_section_and_question_is_printed_in_order() -> None:
    text = text_of(printed())
    stems = [re.split(r"[<$\n_（{]", stem)[0] for _, _, asked in SECTIONS for stem, _, _ in asked]
    places = [text.index(re.sub(r"\s", "", stem)) for stem in stems]
    assert places == sorted(places)
    assert all(f"{ordinal}、" in text for ordinal in "一二三四五六七八九")


def test_the_questions_of_a_case_follow_its_material_with_their_points() -> None:
    text = text_of(printed())
    case = text[text.index("某机械厂车间") :]
    assert re.search(r"配电箱.*（1）抢救.*5分.*D\.保护现场.*（2）（）脱离.*（3）胸外.*（4）说明.*5分.*答：", case)


@pytest.mark.parametrize(
    ("type_", "begins", "points"),
    [
        (ItemType.SHORT, "答：", 70),
        (ItemType.CALCULATION, "解：", 140),
        (ItemType.DRAWING, "", 200),
        (ItemType.ESSAY, "答：", 300),
    ],
)
def test_what_is_written_out_has_room_below_it(type_: ItemType, begins: str, points: int) -> None:
    """From the first question to the second: points of height."""
    pages = signs(press(one(type_, Question(1, "甲甲", ()), Question(2, "乙乙", ())), fonts())[0])
    ((_, first),), ((_, second),) = found(pages, "甲甲"), found(pages, "乙乙")
    assert first.bottom - second.bottom > points
    assert not begins or len(found(pages, begins)) == 2


def test_underscores_are_a_line_to_write_on_and_brackets_stay_brackets() -> None:
    document, _ = printable(one(ItemType.FILL, Question(1, "甲____乙（ ）", ())), fonts().family)
    assert document["sections"][0]["questions"][0]["stem"] == [{"text": "甲"}, {"line": True}, {"text": "乙"}, {"blank": True}]


def test_the_letter_of_a_choice_always_goes_into_brackets() -> None:
    """The heading says so, whatever the author drew; and a written question gets no bracket it did not ask for."""
    choice, _ = printable(one(ItemType.SINGLE, Question(1, "甲____", ("一", "二", "三"))), fonts().family)
    short, _ = printable(one(ItemType.SHORT, Question(1, "甲", ())), fonts().family)
    assert choice["sections"][0]["questions"][0]["stem"] == [{"text": "甲"}, {"blank": True}]
    assert short["sections"][0]["questions"][0]["stem"] == [{"text": "甲"}]


def test_a_table_stands_in_rows_and_the_words_after_it_under_the_stem() -> None:
    pages = signs(printed())
    ((_, stem),), ((_, volt),), ((_, ampere),), ((_, value),), ((_, after),) = (
        found(pages, words) for words in ("某负载的", "电压/V", "电流/A", "880", "计算时不计")
    )
    assert abs(volt.bottom - ampere.bottom) < 1 and volt.left < ampere.left and value.bottom < volt.bottom - 10
    assert abs(stem.left - after.left) < 1 and after.bottom < value.bottom


def test_the_lines_of_a_stem_hang_under_its_first_word() -> None:
    pages = signs(press(one(ItemType.JUDGEMENT, Question(1, "鑫" * 60, ())), fonts())[0])
    signs_ = [sign for sign in pages[0] if sign.sign == "鑫"]
    ((_, number),) = found(pages, "1.（")
    assert len({round(sign.bottom) for sign in signs_}) == 2 and min(sign.left for sign in signs_) > number.left + 15


def test_sub_and_superscripts_are_small_and_off_the_line() -> None:
    pages = signs(printed())
    ((page, start),) = found(pages, "H2O中")
    line = [sign for sign in pages[page] if start.left <= sign.left and abs(sign.bottom - start.bottom) < 6]
    letter, two, other = sorted(line, key=lambda sign: sign.left)[:3]
    assert (letter.sign, two.sign, other.sign) == ("H", "2", "O")
    assert two.top - two.bottom < 0.8 * (letter.top - letter.bottom) and two.bottom < letter.bottom - 0.5


def test_a_picture_is_printed_no_wider_than_it_may_be() -> None:
    with pypdfium2.PdfDocument(printed()) as document:
        kinds = (pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)
        boxes = [thing.get_bounds() for page in document for thing in page.get_objects(filter=kinds)]
    ((left, _, right, _),) = [box for box in boxes if box[2] - box[0] > 100]
    assert right - left == pytest.approx(WIDEST, abs=1)
    assert draw_figure(meter(), fonts().family).width == pytest.approx(WIDEST, abs=0.01)


LONG_STEM = "淼" * 3990
LONG_OPTIONS = tuple(letter + "鑫" * 490 for letter in "甲乙丙丁戊己庚辛壬癸子")
LONG_TABLE = "淼" * 3000 + "\n|焱|焱|" * 100


@pytest.mark.parametrize(
    ("content", "counts"),
    [
        (one(ItemType.SINGLE, Question(1, LONG_STEM, LONG_OPTIONS)), {"淼": 3990, "鑫": 5390}),
        (one(ItemType.ESSAY, Question(1, LONG_STEM, ())), {"淼": 3990}),
        (one(ItemType.CASE, Question(1, LONG_STEM, (), (SubQuestion(ItemType.SINGLE, LONG_STEM, LONG_OPTIONS, 5),))),
         {"淼": 7980, "鑫": 5390}),
        (one(ItemType.CALCULATION, Question(1, LONG_TABLE, ())), {"淼": 3000, "焱": 200}),
        (one(ItemType.SHORT, Question(1, "\n".join(["|焱|淼|"] * 60), ())), {"焱": 60, "淼": 60}),
        (one(ItemType.SHORT, Question(1, "\n".join("淼" * 120), ())), {"淼": 120}),
    ],
    ids=["choice", "essay", "case", "table after words", "table", "lines"],
)  # fmt: skip
def test_a_question_longer_than_a_page_goes_on_on_the_next_one(content: PaperContent, counts: dict[str, int]) -> None:
    pages = signs(press(content, fonts())[0])
    shown = [sign for page in pages for sign in page if sign.sign in counts]
    assert len(pages) > 1 and {word: sum(sign.sign == word for sign in shown) for word in counts} == counts
    assert all(sign.bottom > BOTTOM and sign.top < TOP and sign.left > LEFT and sign.right < RIGHT for sign in shown)


def test_a_table_wider_than_the_page_is_wrapped_into_it() -> None:
    row = "|" + "|".join(["十个字的单元格内容啊"] * 12) + "|"
    pages = signs(press(one(ItemType.SHORT, Question(1, f"表\n{row}\n{row}", ())), fonts())[0])
    assert all(sign.right < RIGHT for page in pages for sign in page if sign.sign.strip())


def test_a_table_that_is_none_names_its_question() -> None:
    with pytest.raises(PrintingError) as refused:
        printable(one(ItemType.SHORT, Question(7, "|a|b|\n|c|", ())), fonts().family)
    assert (refused.value.code, refused.value.facts["number"], refused.value.facts["line"]) == ("print.table", 7, 2)


def test_a_figure_in_an_option_of_a_case_is_refused_with_the_number_of_the_case() -> None:
    sub = SubQuestion(ItemType.SINGLE, "问", ("{{图:meter.png}}", "乙", "丙"), 1)
    with pytest.raises(PrintingError) as refused:
        printable(replace(one(ItemType.CASE, Question(3, "材料", (), (sub,))), figures={"meter.png": meter()}), fonts().family)
    assert (refused.value.code, refused.value.facts["number"]) == ("print.figure", 3)
