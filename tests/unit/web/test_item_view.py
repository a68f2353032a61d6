"""An item on a page: every part is there, no author's word acts, and the page needs no style and no address of its own."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from itembank.domain.items import Item, ItemType
from itembank.printing.formulas import draw_formula
from itembank.web.item_view import item_html
from tests.unit.domain.test_item_types import CASE, FILL, PRACTICAL, SINGLE, TASK
from tests.unit.printing.every_type import meter
from tests.unit.printing.sample_paper import BRIDGE

FIGURES = {"bridge.svg": BRIDGE, "meter.png": meter()}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{ 7*7 }}{% raw %}"


class Page(HTMLParser):
    """What a browser would make of it: elements with their attributes, and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(str(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(item: Item) -> Page:
    return Page(item_html(item, FIGURES))


def evil_everywhere() -> list[Item]:
    """Items whose every text is hostile, whole and within marks."""
    marked = f"{EVIL}<sub>\"'&</sub>${EVIL.replace('$', '')}$\n|{EVIL.replace('|', '')}|\n|b|\n{{{{图:none.svg}}}}"
    single = replace(
        SINGLE, item_no=EVIL, stem=marked, options=(EVIL, f"{EVIL}2", marked), rationale=marked, source=EVIL, enemy_group=EVIL,
        point=EVIL, adapted_from=EVIL, key=EVIL, item_set=EVIL, stimulus=marked, fixed_form=EVIL,
    )  # fmt: skip
    asked = tuple(replace(question, stem=marked, options=(EVIL,), key=marked) for question in CASE.questions)
    line = replace(TASK.marking[0], content=EVIL, requirement=EVIL, deduction=marked)
    task = replace(TASK, site_notice=(EVIL,), candidate_notice=(marked,), marking=(line,), vetoes=(EVIL,))
    return [
        single, replace(single, type=ItemType.FILL), replace(single, type=ItemType.ESSAY),
        replace(CASE, stem=marked, questions=asked), replace(PRACTICAL, stem=marked, task=task),
    ]  # fmt: skip


@pytest.mark.parametrize("item", evil_everywhere(), ids=lambda item: item.type.value)
def test_no_word_of_an_author_becomes_an_element(item: Item) -> None:
    shown = page(item)

    assert not shown.all("script") and not shown.all("img")
    assert not [name for _, attributes in shown.elements for name in attributes if name.startswith("on") or name == "style"]
    assert shown.words.count("<script>alert(1)</script>") >= 2 and "{{ 7*7 }}" in shown.words


@pytest.mark.parametrize("item", [*evil_everywhere(), replace(SINGLE, stem="{{图:meter.png}}{{图:bridge.svg}}$x$")])
def test_the_page_asks_no_other_address(item: Item) -> None:
    """What the page's policy would block it does not need: no style, no address but `data:` and its own parts."""
    html = str(item_html(item, FIGURES))
    shown = Page(html)
    addresses = [attributes[name] for _, attributes in shown.elements for name in ("src", "href") if name in attributes]
    assert all(str(address).startswith(("data:image/", "#")) for address in addresses)
    assert not shown.all("style") and not shown.all("link")


def test_a_choice_shows_stem_letters_key_and_rationale() -> None:
    shown = page(replace(SINGLE, stem="10<sup>-3</sup>与H<sub>2</sub>O（ ）", rationale="因为", options_locked=True))
    assert [tag for tag, _ in shown.elements if tag in ("sub", "sup")] == ["sup", "sub"]
    words = re.sub(r"\s+", " ", shown.words)
    for text in ("10-3与H2O（ ）", "A. 220V", "D. 24V", "答案 keyB", "解析 rationale因为", "选项顺序锁定"):
        assert text in words, text


def test_a_formula_is_drawn_and_one_that_cannot_be_is_shown_as_written() -> None:
    shown = page(replace(SINGLE, stem=r"$\frac{a}{b}$与$\nosuch{x}$"))
    drawn = [attributes for attributes in shown.all("svg") if attributes.get("class") == "formula"]
    assert [attributes["aria-label"] for attributes in drawn] == [r"\frac{a}{b}"]
    height = draw_formula(r"\frac{a}{b}")
    assert float(str(drawn[0]["height"])) == pytest.approx((height.height - height.depth) * 1.5, abs=0.1)
    assert r"$\nosuch{x}$" in shown.words


def test_figures_are_images_of_what_the_bank_keeps_and_a_missing_one_is_named() -> None:
    shown = page(replace(SINGLE, stem="{{图:bridge.svg}}{{图:meter.png}}{{图:gone.svg}}"))
    svg, png = (str(attributes["src"]) for attributes in shown.all("img"))
    assert base64.b64decode(svg.removeprefix("data:image/svg+xml;base64,")).decode() == BRIDGE
    assert png == FIGURES["meter.png"] and "gone.svg" in shown.words


def test_a_table_has_its_rows_and_one_that_is_none_is_shown_as_written() -> None:
    shown = page(replace(SINGLE, stem="见表\n|甲|$x$|\n|乙|丙|\n问"))
    assert (len(shown.all("tr")), len(shown.all("td"))) == (2, 4) and "|" not in shown.words
    assert "|甲|乙|\n|丙|" in page(replace(SINGLE, stem="|甲|乙|\n|丙|")).words


def test_a_fill_in_shows_the_answers_of_each_blank() -> None:
    words = re.sub(r"\s+", " ", page(FILL).words)
    assert "380 或 or 三百八十 220" in words.replace("三百八十220", "三百八十 220")


def test_a_case_shows_its_material_and_each_question_with_its_key() -> None:
    words = re.sub(r"\s+", "", page(CASE).words)
    assert re.search("某车间一人触电.*（1）单选题5分.*首先应.*A.断电.*答案keyA.*（2）论述题10分.*说明理由.*先脱离电源", words)


def test_a_practical_item_shows_its_notices_task_and_marking_sheet() -> None:
    words = re.sub(r"\s+", "", page(replace(PRACTICAL, task=replace(TASK, vetoes=("带电作业",)))).words)
    assert re.search(
        "准备通知单.*考场准备.*三相电源1处.*考生准备.*电工工具1套.*安装星三角.*60分钟.*评分记录表.*按图接线70每错一处扣5分"
        ".*断电作业30.*合计total100.*否定项.*带电作业", words
    )  # fmt: skip


def test_what_looks_like_a_slip_is_said_above_the_item() -> None:
    shown = page(replace(SINGLE, stem="如图所示（ ）", options=("甲", "乙", "以上都是")))
    assert [attributes.get("class") for attributes in shown.all("p")].count("flag") == 2


def test_an_item_of_a_set_shows_the_set_and_above_its_stem_what_it_shares() -> None:
    shown = page(replace(SINGLE, item_set="电机", stimulus="某电机$x$\n|甲|乙|\n|丙|丁|"))
    words = re.sub(r"\s+", "", shown.words)
    assert re.search("题组itemset电机.*题组材料.*某电机.*甲乙丙丁.*题干stem三相线电压", words) and len(shown.all("tr")) == 2
    assert "题组" not in page(SINGLE).words
