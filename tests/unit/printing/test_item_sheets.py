"""Items on paper: what a meeting reads, the three documents of a practical exam, and whose copy every page is."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from itembank.domain.items import Item, MarkingLine, PracticalTask
from itembank.printing import render as rendering
from itembank.printing.errors import PrintingError
from itembank.printing.item_sheets import ItemSheet, printable_items
from itembank.printing.render import PersonMark, render_items, template_digest
from tests.unit.printing.printed import fonts, signs, texts
from tests.unit.printing.sample_paper import BRIDGE, STARTER
from tests.unit.web.ten_items import FIGURES, ITEMS

MARK = PersonMark("item_reviewer-1", "审题人甲", "2026-11-02 09:00 北京时间")
PRACTICAL = ITEMS[-1]
THEORY = tuple(replace(item, item_no=f"city-{number:03d}") for number, item in enumerate(ITEMS[:-1]))
NOTICE, PAPER, MARKING = "操作技能考核准备通知单", "操作技能考核试卷", "操作技能考核评分记录表"


def sheet(item: Item) -> ItemSheet:
    return ItemSheet(item, 3, {**FIGURES, "gone.svg": STARTER}, "电工　四级/中级工", "B-A-A-001　欧姆定律")


def pages(*items: Item) -> list[str]:
    """The text of every page, without white space."""
    return [re.sub(r"\s", "", text) for text in texts(press(*items))]


@cache
def press(*items: Item) -> bytes:
    return render_items([sheet(item) for item in items], MARK, fonts())


def practical(**other: object) -> Item:
    assert PRACTICAL.task is not None
    return replace(PRACTICAL, task=replace(PRACTICAL.task, **other))  # type: ignore[arg-type]


def test_a_theory_item_is_printed_with_what_a_meeting_needs_to_judge_it() -> None:
    """Head, stem, options, key and rationale, item by item in the order asked for."""
    text = "".join(pages(*THEORY))
    first, second = text[text.index("city-000") : text.index("city-001")], text[text.index("city-001") : text.index("city-002")]
    assert re.search(r"第3版单选题难度3.*鉴定点B-A-A-001欧姆定律某负载.*A\.0\.6.*答案C解析.*", first)
    assert re.search(r"多选题.*D\.以上都是答案ABC", second)
    assert text.index("city-003") < text.index("city-008")


def test_a_fill_in_has_an_answer_for_each_blank_and_a_case_one_for_each_question() -> None:
    text = "".join(pages(*THEORY))
    assert re.search(r"city-003.*答案（1）或1\.732（2）30", text)
    assert re.search(r"（1）抢救.*答案A（2）胸外.*答案100~120（3）说明.*简答题，10分.*答案无防滑", text)


def test_a_task_is_three_documents_and_none_gives_the_others_away() -> None:
    """Each begins a page of its own, also before and after other items; the paper has the task and nothing else."""
    notice, paper, marking = pages(THEORY[0], PRACTICAL, THEORY[1])[1:4]
    assert NOTICE in notice and "万用表" in notice and "考生准备" in notice and "三相电动机（Y112M" in notice
    assert PAPER in paper and "按图安装并调试" in paper and "120分钟" in paper
    assert MARKING in marking and "带电接线" in marking and "考评员签名" in marking
    parts = {"万用表": notice, "按图安装并调试": paper, "元件安装": marking, "扣25分": marking, "带电接线": marking}
    for words, home in parts.items():
        assert [words in page for page in (notice, paper, marking)] == [page is home for page in (notice, paper, marking)]


def test_a_marking_sheet_goes_on_over_pages_under_its_headings_and_sums_up() -> None:
    """Also one line longer than a page. Nothing runs off it."""
    lines = [MarkingLine(f"第{number}项", "按图" * 40, 3, "每处扣1分，" * 20) for number in range(33)]
    task = practical(marking=(*lines, MarkingLine("末项", "焱\n" * 120, 1, "淼" * 490)))
    found = signs(press(task))[2:]
    sheets = ["".join(sign.sign for sign in page if sign.sign.strip()) for page in found]
    in_table = sheets[: next(number for number, page in enumerate(sheets) if "合计" in page) + 1]
    assert len(in_table) > 3 and all("考核内容考核要求配分评分标准扣分得分" in page for page in in_table)
    assert "合计100" in in_table[-1] and sum(page.count("项") for page in sheets) >= 34
    shown = [sign for page in found for sign in page if sign.sign in "焱淼"]
    assert len(shown) == 120 + 490 and all(sign.bottom > 48 and sign.top < 800 and sign.right < 560 for sign in shown)


def test_every_page_says_whose_copy_it_is() -> None:
    found = pages(*THEORY, PRACTICAL)
    for number, page in enumerate(found, 1):
        assert f"内部资料打印：审题人甲（item_reviewer-1）2026-11-0209:00北京时间第{number}页共{len(found)}页" in page


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"rationale": "$\\nosuch$"}, "print.formula", id="a formula"),
        pytest.param({"key": "坏\u202e字"}, "print.character", id="a sign that acts"),
        pytest.param({"stem": "{{图:nowhere.svg}}"}, "print.figure", id="a figure"),
        pytest.param({"stem": "|a|b|\n|c|"}, "print.table", id="a table"),
        pytest.param({"stem": "题\N{THUMBS UP SIGN}"}, "print.glyph", id="a sign no font has, which only typst finds"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_the_number_of_its_item(change: dict[str, str], code: str) -> None:
    broken = replace(THEORY[4], **change)  # type: ignore[arg-type]
    with pytest.raises(PrintingError) as refused:
        press(THEORY[1], broken, THEORY[2])
    assert (refused.value.code, refused.value.facts["item_no"]) == (code, "city-004")


def test_a_task_with_a_formula_in_its_marking_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(PrintingError) as refused:
        printable_items([sheet(practical(vetoes=("$\\nosuch$",)))], fonts().family)
    assert refused.value.facts["item_no"] == PRACTICAL.item_no


def test_figures_of_one_name_stay_those_of_their_items() -> None:
    """Two pools name figures as they like."""
    drawn = replace(THEORY[1], stem="{{图:a.svg}}")
    both = [replace(sheet(drawn), figures={"a.svg": figure}) for figure in (BRIDGE, STARTER)]
    document, files = printable_items(both, fonts().family)
    bridge, starter = (files[item["figures"][0]["drawing"]] for item in document["items"])
    assert b"R1" in bridge and b"SB1" in starter


def test_an_authors_words_are_printed_sign_for_sign() -> None:
    words = '#eval("1+1")*粗*@标签//注释'
    task = PracticalTask(9, (words,), (words,), (MarkingLine(words, words, 100, words),), (words,))
    theory = replace(THEORY[4], stem=words, key=words, rationale=words)
    text = "".join(pages(theory, replace(PRACTICAL, stem=words, task=task)))
    assert text.count(words) == 3 + 7


def test_a_name_that_would_act_in_the_margin_is_refused() -> None:
    with pytest.raises(PrintingError) as refused:
        replace(MARK, label="反\u202e向").line()
    assert refused.value.code == "print.mark"


def test_an_approved_paper_is_not_printed_with_other_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    approved, shipped = template_digest(), rendering.shipped
    monkeypatch.setattr(rendering, "shipped", lambda name: shipped(name) + "//" * (name == rendering.PIECES))
    assert template_digest() != approved


def test_an_item_of_a_set_is_printed_below_its_stimulus_with_the_set_in_its_head() -> None:
    item = replace(THEORY[2], item_set="电机一", stimulus="某电动机\n|功率|效率|\n|4 kW|0.85|\n见图。{{图:bridge.svg}}")
    (text,) = pages(item)
    assert re.search(r"第3版判断题难度3题组电机一.*题组材料某电动机功率效率4kW0.85见图。.*1m3水.*答案", text)
    assert "题组" not in "".join(pages(THEORY[2]))


def test_an_item_of_a_ready_made_paper_names_it_in_its_head() -> None:
    (text,) = pages(replace(THEORY[2], fixed_form="套一"))
    assert re.search("难度3.*鉴定点.*套题套一", text) and "套题" not in "".join(pages(THEORY[2]))
