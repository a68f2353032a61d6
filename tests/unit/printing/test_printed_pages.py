"""What a printed paper shows, and what the papers of two stations share."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from itembank.domain.paper import Form, Scheme
from itembank.domain.variant import Placed, Slot, arranged
from itembank.printing.content import printable
from tests.unit.printing.printed import OTHER, fonts, pictures, press, signs, texts, two_stations, used_fonts
from tests.unit.printing.sample_paper import MARK, sample, short

MARGIN = 48
"""Points at the bottom of a page that belong to footer and mark; the text area ends above (21 mm)."""


BINDING, OUTER, SHEET = 94, 40, 595
"""Points: the margin papers are bound in (34 mm) and the other one (15 mm), a little less each; the width of A4."""


def test_same_input_gives_the_same_bytes_whatever_was_rendered_before() -> None:
    assert press(sample(fonts()), fonts(), (OTHER,)) == two_stations()[1:]


def test_text_area_of_two_stations_is_identical() -> None:
    first, second = (pictures(pdf) for pdf in two_stations())
    assert len(first) == len(second)
    for (one, stride), (other, _) in zip(first, second, strict=True):
        area = len(one) - MARGIN * stride
        assert one[:area] == other[:area], "the text area differs"
        assert one[area:] != other[area:], "the mark does not differ"
    above = [[sign for page in signs(pdf) for sign in page if sign.bottom >= MARGIN] for pdf in two_stations()]
    assert above[0] == above[1]


def test_a_station_s_own_order_moves_questions_and_options_and_keeps_the_numbers() -> None:
    """The same words on the same kind of page; the first question is another one, its options stand the other way round."""
    questions = [("第一问甲乙（ ）", ("选项一", "选项二", "选项三")), ("第二问丙丁（ ）", ("选项四", "选项五", "选项六"))]
    paper = short(fonts(), *questions)
    order = ((Placed(1, (2, 1, 0)), Placed(0, (0, 1, 2))),)
    [as_written, own] = ["".join(texts(pdf)) for pdf in press(paper, fonts(), (MARK, replace(MARK, orders=(("", order),))))]
    assert as_written.index("第一问") < as_written.index("第二问") < as_written.index("选项五")
    assert own.index("1. 第二问") < own.index("选项六") < own.index("选项四") < own.index("2. 第一问") < own.index("选项一")
    assert sorted(own) == sorted(as_written)


def test_the_mark_stands_on_every_page_of_its_station_only() -> None:
    for pdf, own, foreign in ((two_stations()[0], MARK, OTHER), (two_stations()[1], OTHER, MARK)):
        for page in texts(pdf):
            assert all(word in page for word in (own.station, own.name, own.package))
            assert foreign.station not in page and foreign.package not in page


def test_nothing_is_printed_outside_the_sheet() -> None:
    for sign in (sign for page in signs(two_stations()[1]) for sign in page if sign.sign.strip()):
        assert min(sign.left, sign.bottom) > 10 and sign.right < 585 and sign.top < 832, sign


def test_eighty_numbered_questions_stand_in_order() -> None:
    numbers: list[int] = []
    for page in signs(two_stations()[0]):
        area = [sign for sign in page if sign.bottom >= MARGIN and sign.sign in "0123456789."]
        edge = min(sign.left for sign in area)
        hanging = "".join(sign.sign for sign in area if sign.left < edge + 13)
        numbers += [int(number) for number in re.findall(r"(\d+)\.", hanging)]
    assert numbers == list(range(1, 81))


def test_pages_are_counted() -> None:
    pages = texts(two_stations()[0])
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in re.sub(r"\s", "", page)


def test_every_font_is_embedded_and_ours() -> None:
    found = used_fonts(two_stations()[0])
    assert found and all(embedded and "NotoSerifCJK" in name for name, embedded in found), found


def test_the_head_names_scheme_spare_number_and_rules() -> None:
    head = re.sub(r"\s", "", texts(two_stations()[0])[0])
    for words in (
        "内部资料启用前不得拆封", "职业技能鉴定国家题库", "电工四级/中级工理论知识试卷", "202611-6-31-01-03-4-L-001A",
        "考试时间：90分钟", "2018年颁布的《电工》国家职业技能标准", "总分", "统分人", "评分人", "注意事项",
    ):  # fmt: skip
        assert words in head, words
    assert "备用卷" not in head
    recognition = re.sub(r"\s", "", texts(press(sample(fonts(), Scheme.RECOGNITION, Form.SPARE), fonts())[0])[0])
    assert "职业技能等级认定试卷" in recognition and "备用卷" in recognition and "鉴定国家题库" not in recognition


def test_the_sealed_line_stands_in_the_binding_margin_of_odd_pages_only() -> None:
    for number, page in enumerate(signs(two_stations()[0]), 1):
        left = {sign.sign for sign in page if sign.right < BINDING}
        if number % 2:
            assert set("单位姓名准考证号考场密封线") <= left
        else:
            assert all(sign.left > OUTER and sign.right < SHEET - BINDING for sign in page)


def test_options_take_four_two_or_one_columns_and_share_a_baseline() -> None:
    content = short(
        fonts(),
        ("短（　　）。", ("一", "$\\frac{a}{b}$", "三", "四")),
        ("中（　　）。", tuple(f"{c}约十五个字的选项内容正好两栏排" for c in "甲乙丙丁")),
        ("长（　　）。", tuple(f"{c}" + "很长的选项内容需要独占一整行才能排得下" * 2 for c in "甲乙丙丁")),
        ("五（　　）。", ("一", "二", "三", "四", "五")),
    )
    (page,) = signs(press(content, fonts())[0])
    letters = [s for s, dot in pairwise(page) if s.sign in "ABCDE" and dot.sign == "."]
    rows = [len({round(s.bottom) for s in letters[4 * n : 4 * n + 4]}) for n in range(3)]
    assert rows == [1, 2, 4]
    assert len({round(s.bottom) for s in letters[12:]}) == 1


def test_a_place_to_answer_is_added_where_the_author_left_none() -> None:
    (page,) = texts(press(short(fonts(), ("没有括号的题干", ("甲", "乙", "丙"))), fonts())[0])
    assert re.search(r"没有括号的题干\s*（\s*）", page)
    document, _ = printable(sample(fonts()), fonts().family)
    assert document["sections"][1]["questions"][0]["stem"][0] == {"blank": True}


def test_a_pdf_for_every_seat_has_each_copy_in_its_own_order_on_sheets_of_its_own() -> None:
    """Printed on both sides, no sheet belongs to two candidates."""
    whole = sample(fonts())
    paper = replace(whole, sections=tuple(replace(one, questions=one.questions[:20]) for one in whole.sections))
    slots = [[Slot(len(question.options)) for question in section.questions] for section in paper.sections]
    orders = tuple((copy, arranged(b"k" * 32, copy, slots)) for copy in ("001", "002"))
    pages = texts(press(paper, fonts(), (replace(MARK, orders=orders),))[0])

    begun = [place for place, text in enumerate(pages) if "第 1 页" in text]
    assert len(begun) == 2 < len(pages) // 2 and all(place % 2 == 0 for place in begun)
    for (copy, order), first, end in zip(orders, begun, [*begun[1:], len(pages)], strict=True):
        mine = [text for text in pages[first:end] if text.strip()]
        assert all(f"{MARK.package}-{copy}" in text for text in mine)
        assert [f"第 {n} 页　共 {len(mine)} 页" in text for n, text in enumerate(mine, 1)] == [True] * len(mine)
        alone = texts(press(paper, fonts(), (replace(MARK, orders=(("", order),)),))[0])
        assert [text.replace(f"{MARK.package}-{copy}", MARK.package) for text in mine] == alone
