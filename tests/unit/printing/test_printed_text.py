"""An author's words are printed sign for sign, never read as markup, code or layout."""

from __future__ import annotations

import pytest

from itembank.printing.content import printable
from itembank.printing.errors import PrintingError
from itembank.printing.font_signs import sign_check
from itembank.printing.render import StationMark
from tests.unit.printing.printed import fonts, press, texts
from tests.unit.printing.sample_paper import short

LITERAL = (
    '#eval("1+1")',
    "*粗* _斜_ `码` = 题 - 项 + 项 / 词",
    "反斜杠\\\\与\\n原样",
    "单个美元$不成公式",
    "#import \"x.typ\": * #read('/etc/passwd')",
    "@标签 <标签> #[内容] #{1} // 注释 /* 注释 */",
    "{{图:}} {{ }} %{x} ${ &lt;b&gt; <b>x</b>",
    "'单' \"双\" -- --- ... ~",
)


def test_markup_in_stems_and_options_prints_literally() -> None:
    questions = [(f"{text}（　　）。", (text, "乙", "丙", "丁")) for text in LITERAL]
    printed = "".join(texts(press(short(fonts(), *questions), fonts())[0])).replace(" ", "")
    for text in LITERAL:
        assert printed.count(text.replace(" ", "")) == 2, text


def test_a_station_named_like_code_prints_literally() -> None:
    mark = StationMark("45", '#eval("1")*考点*', "P-1")
    assert mark.name in texts(press(short(fonts(), ("题", ("甲", "乙", "丙"))), fonts(), (mark,))[0])[0]


@pytest.mark.parametrize("name", ["长" * 60, "两\n行", "反\u202e向", "铃\x07"])
def test_a_mark_that_cannot_stand_in_the_margin_is_refused(name: str) -> None:
    with pytest.raises(PrintingError) as refused:
        StationMark("45120101", name, "P-1").line()
    assert refused.value.code == "print.mark"


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\x00", "\x1b", "\ue000"])
def test_a_sign_that_acts_instead_of_being_seen_is_refused(sign: str) -> None:
    with pytest.raises(PrintingError) as refused:
        printable(short(fonts(), ("好题（　　）。", ("甲", "乙", "丙")), (f"坏{sign}题", ("甲", "乙", "丙"))), fonts().family)
    assert (refused.value.code, refused.value.facts["number"]) == ("print.character", 2)


@pytest.mark.parametrize("sign", ["\N{THUMBS UP SIGN}", "ℝ", "⌀"])
def test_a_sign_without_glyph_is_an_error_and_never_a_box_and_known_beforehand(sign: str) -> None:
    with pytest.raises(PrintingError) as refused:
        press(short(fonts(), (f"题{sign}", ("甲", "乙", "丙"))), fonts())
    assert refused.value.code == "print.glyph"
    assert not sign_check(fonts())(sign)


def test_signs_that_are_said_to_be_there_are_printed() -> None:
    """The unusual ones of real banks."""
    signs = "²³µ·Ω℃①㎡≥≤∥⊥∠△φπ∅√×Ⅲ→€ǎ𠮷\u3000"

    assert all(map(sign_check(fonts()), signs))
    press(short(fonts(), (f"题{signs}", ("甲", "乙", "丙"))), fonts())
