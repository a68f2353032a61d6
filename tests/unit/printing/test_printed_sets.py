"""A set of items on paper: its stimulus once, above its first question, under the numbers the questions have in this copy."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from itembank.domain.items import ItemType
from itembank.domain.paper import PaperContent, PaperSection, Question, heading
from itembank.domain.plan import Section
from itembank.domain.variant import Arrangement, Placed, Slot, arranged
from itembank.printing.content import in_order, printable
from itembank.printing.errors import PrintingError
from tests.unit.printing.printed import fonts, press, signs, texts
from tests.unit.printing.sample_paper import MARK, STARTER, sample

OPTIONS = ("甲项", "乙项", "丙项", "丁项")
STIMULUS = "某车间一台电动机的铭牌如下，接线见图。\n|功率|效率|\n|4 kW|$\\eta=0.85$|\n运行中一相熔断。{{图:starter.svg}}"
STEMS = ("单独一题甲", "材料首问", "材料次问", "材料末问", "单独一题乙", "另一材料之问")
SLOTS = [[Slot(4), *[Slot(4, item_set="city/电机")] * 3, Slot(4), Slot(4, item_set="city/另")]]


def question(number: int, stem: str, **more: object) -> Question:
    return replace(Question(number, stem, OPTIONS), **more)  # type: ignore[arg-type]


def paper(stimulus: str = STIMULUS) -> PaperContent:
    """Six questions: the second to the fourth share a stimulus, the last has one of its own."""
    shared = {2: {"stimulus": stimulus, "shared": 3}, 6: {"stimulus": "另一材料全文", "shared": 1}}
    questions = tuple(question(number, stem, **shared.get(number, {})) for number, stem in enumerate(STEMS, start=1))
    section = PaperSection(ItemType.SINGLE, heading(0, 1, Section(ItemType.SINGLE, 6, 2)), questions)
    return replace(sample(fonts()), sections=(section,), figures={"starter.svg": STARTER})


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(texts(pdf)))


def order_of(*questions: int) -> Arrangement:
    return (tuple(Placed(question, (3, 1, 2, 0)) for question in questions),)


def test_a_stimulus_stands_once_between_its_line_and_its_first_question() -> None:
    text = text_of(press(paper(), fonts())[0])
    assert re.search(
        "1.单独一题甲.*阅读下列材料，回答第2题～第4题。某车间.*功率效率4kW.*运行中一相熔断。.*"
        "2.材料首问.*3.材料次问.*4.材料末问.*5.单独一题乙.*阅读下列材料，回答第6题。另一材料全文6.另一材料之问", text
    )  # fmt: skip
    assert text.count("某车间") == 1 and text.count("阅读下列材料") == 2


def test_in_an_order_of_its_own_a_place_names_its_own_numbers() -> None:
    """The set stands first here, the other one in the middle."""
    own = replace(MARK, orders=(("", order_of(1, 2, 3, 0, 5, 4)),))
    text = text_of(press(paper(), fonts(), (own,))[0])
    assert re.search(
        "回答第1题～第3题。某车间.*1.材料首问.*A.丁项.*2.材料次问.*3.材料末问.*4.单独一题甲.*回答第5题。另一材料全文"
        "5.另一材料之问.*6.单独一题乙", text
    )  # fmt: skip


@pytest.mark.parametrize("place", range(8))
def test_in_any_order_a_place_derives_the_questions_below_a_stimulus_are_those_of_its_set(place: int) -> None:
    document, _ = printable(paper(), fonts().family)
    questions = in_order(document, arranged(b"k" * 32, str(place), SLOTS))["sections"][0]["questions"]
    stems = ["".join(piece.get("text", "") for piece in one["stem"]) for one in questions]
    first = stems.index("材料首问")
    assert stems[first : first + 3] == ["材料首问", "材料次问", "材料末问"]
    assert [one["number"] for one in questions if one["stimulus"]] == sorted([first + 1, stems.index("另一材料之问") + 1])
    assert questions[first]["stimulus"]["line"] == f"阅读下列材料，回答第{first + 1}题～第{first + 3}题。"


@pytest.mark.parametrize("lines", range(20, 36, 2))
def test_a_stimulus_is_on_the_page_of_its_first_question(lines: int) -> None:
    """Wherever on the page it would begin. Questions before it push it down."""
    before = question(1, "单独一题甲" + "\n鑫" * lines)
    content = paper("焱焱焱焱\n淼淼淼淼")
    questions = content.sections[0].questions
    content = replace(content, sections=(replace(content.sections[0], questions=(before, *questions[1:])),))
    pages = [re.sub(r"\s", "", text) for text in texts(press(content, fonts())[0])]
    (page,) = [page for page in pages if "材料首问" in page]
    assert "第2题～第4题" in page and "焱焱焱焱" in page and "淼淼淼淼" in page


def test_a_stimulus_longer_than_a_page_goes_on_on_the_next_one() -> None:
    pages = signs(press(paper("淼" * 3990), fonts())[0])
    shown = [sign for page in pages for sign in page if sign.sign == "淼"]
    assert len(shown) == 3990 and all(sign.bottom > 48 and sign.top < 800 and sign.right < 560 for sign in shown)


def test_what_of_a_stimulus_cannot_be_printed_is_refused_with_its_first_question() -> None:
    with pytest.raises(PrintingError) as refused:
        printable(paper("见{{图:gone.svg}}"), fonts().family)
    assert (refused.value.code, refused.value.facts["number"]) == ("print.figure", 2)
