"""Moodle XML and GIFT: the kinds of questions a paper can ask."""

from __future__ import annotations

import pytest

from itembank.formats.item_rows import REFUSED
from tests.unit.formats.foreign.found import choice, eyes, items, rows


def quiz(kind: str, body: str, stem: str = "<p>题 10<sup>3</sup></p>") -> str:
    return (
        f'<quiz><question type="category"/><question type="{kind}"><questiontext format="html"><text><![CDATA[{stem}]]>'
        f"</text></questiontext>{body}</question></quiz>"
    )


def answers(*texts: tuple[str, str]) -> str:
    return "".join(f'<answer fraction="{fraction}"><text>{text}</text></answer>' for fraction, text in texts)


READ = {
    "single": (quiz("multichoice", "<single>true</single>" + answers(("0", "甲"), ("100", "乙"), ("0", "丙"))),
               choice("单选题", "题 10<sup>3</sup>", "B", "甲", "乙", "丙"), []),
    "several": (quiz("multichoice", "<single>false</single>" + answers(("50", "甲"), ("-100", "乙"), ("50", "丙"))),
                choice("多选题", "题 10<sup>3</sup>", "AC", "甲", "乙", "丙"), []),
    "half points": (quiz("multichoice", "<single>true</single>" + answers(("50", "甲"), ("100", "乙"), ("0", "丙"))),
                    choice("单选题", "题 10<sup>3</sup>", "B", "甲", "乙", "丙"), ["score"]),
    "points": (quiz("multichoice", "<single>false</single>" + answers(("100", "甲"), ("50", "乙"), ("0", "丙"))),
               choice("多选题", "题 10<sup>3</sup>", "AB", "甲", "乙", "丙"), ["score"]),
    "struck out": (quiz("truefalse", answers(("100", "true"), ("0", "false")), "电压为<s>220</s>380V。"),
                   choice("判断题", "电压为220380V。", "√"), ["lost"]),
    "a list": (quiz("truefalse", answers(("100", "true"), ("0", "false")), "<ol><li>甲</li><li>乙</li></ol>第2项正确"),
               choice("判断题", "1. 甲\n2. 乙\n第2项正确", "√"), []),
    "gift html": ("[moodle]题{=[html]<p>甲</p> ~[html]乙 ~[html]丙}", choice("单选题", "题", "A", "甲", "乙", "丙"), []),
    "true": (quiz("truefalse", answers(("100", "true"), ("0", "false"))), choice("判断题", "题 10<sup>3</sup>", "√"), []),
    "short": (quiz("shortanswer", answers(("100", "欧姆"), ("100", "Ω")), "<p>单位是____</p>"), choice("填空题", "单位是____",
    "欧姆|Ω"), []),
    "number": (quiz("numerical", '<answer fraction="100"><text>50</text><tolerance>0.5</tolerance></answer>', "f=____"),
               choice("填空题", "f=____", "50"), ["tolerance"]),
    "embedded": (quiz("cloze", "", "频率{1:SA:=50~=五十}Hz，\\(x^2\\)"), choice("填空题", "频率____Hz，$x^2$", "50|五十"), []),
    "pairs": (quiz("matching",
    "<subquestion><text>电流</text><answer><text>安培</text></answer></subquestion><subquestion><text>电压</text>"
                   "<answer><text>伏特</text></answer></subquestion>", "连线"),
              choice("填空题", "连线\n1. 电流 ____\n2. 电压 ____\nA. 伏特\nB. 安培", "B;A"), ["reshaped"]),
    "a program to write": (quiz("coderunner", ""), {"题型": REFUSED, "题干": "题 10<sup>3</sup>"}, ["interaction"]),
    "a form under a name of ours": (quiz("简答题", ""), {"题型": REFUSED, "题干": "题 10<sup>3</sup>"}, ["interaction"]),
    "gift several in one": ("甲{=乙}丙{=丁}", {"题型": REFUSED, "题干": "甲{=乙}丙{=丁}"}, ["several"]),
    "gift single": ("::1::题{~甲 =乙 ~丙}", choice("单选题", "题", "B", "甲", "乙", "丙"), []),
    "gift several": ("题{~%50%甲 ~%-100%乙 ~%50%丙}", choice("多选题", "题", "AC", "甲", "乙", "丙"), []),
    "gift true": ("题\\: a\\=b{T}", choice("判断题", "题: a=b", "√"), []),
    "gift inside": ("单位是{=欧姆 =Ω}。", choice("填空题", "单位是 ____。", "欧姆|Ω"), []),
    "gift sign": ("[html]a &lt; <b>b</b>，#include <stdio.h>{FALSE####因为}", choice("判断题", "a < b，#include <stdio.h>", "×",
    解析="因为"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_question_becomes_what_a_paper_can_ask(name: str) -> None:
    data, expected, seen = READ[name]
    assert items(data) == [expected] and eyes(data) == seen


def test_what_belongs_to_no_item_is_told_once() -> None:
    """Hints, what is said of a whole answer, units, tags and folders, however many questions have them."""
    said = "<hint><text>&lt;p&gt;再想&lt;/p&gt;</text></hint><tags><tag><text>电工</text></tag></tags>"
    units = "<units><unit><multiplier>1</multiplier><unit_name>V</unit_name></unit></units>"
    body = "<single>true</single>" + answers(("0", "甲"), ("100", "乙"), ("0", "丙")) + said
    two = quiz("multichoice", body).replace("</quiz>", "") + quiz("multichoice", body + units).replace("<quiz>", "")
    folder = '<question type="category"><category><text>$a$/电</text></category></question>'
    assert told(two.replace('<question type="category"/>', folder)) == ["category $a$/电", "hint 再想", "tags 电工", "units 1V"]


def test_lines_beside_the_questions_of_gift_are_told_once() -> None:
    data = "$CATEGORY: 电\n\n// 第一章\n// question: 7  name: 甲\n甲{T}\n\n// 第一章\n乙{F}\n"
    assert told(data) == ["$CATEGORY: 电", "// 第一章"] and len(items(data)) == 2


def told(data: str) -> list[str]:
    """What went into no item."""
    seen = [line.partition("\t") for row in rows(data) for line in row["须过目"].split("\n")]
    return [about for code, _, about in seen if code == "item.eye.dropped"]
