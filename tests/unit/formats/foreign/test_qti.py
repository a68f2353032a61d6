"""QTI of every version: what a paper can ask is read, what it cannot is named and comes in under no type."""

from __future__ import annotations

import io
import zipfile

import pytest

from itembank.formats.errors import ForeignError
from itembank.formats.item_rows import REFUSED
from tests.unit.formats.foreign.found import choice, eyes, items, rows

V21, V30 = "http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"


def item(body: str, right: str = "", *, cardinality: str = "single", more: str = "") -> str:
    correct = (
        f"<correctResponse>{''.join(f'<value>{value}</value>' for value in right.split(','))}</correctResponse>"
        if right
        else ""
    )
    declared = (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="identifier">'
        f"{correct}{more}</responseDeclaration>"
    )
    return f'<assessmentItem xmlns="{V21}" identifier="i" title="t">{declared}<itemBody>{body}</itemBody></assessmentItem>'


def choices(*texts: str, several: bool = False, **attributes: str) -> str:
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    simple = "".join(f'<simpleChoice identifier="c{n}">{text}</simpleChoice>' for n, text in enumerate(texts))
    return (
        f'<choiceInteraction responseIdentifier="R" maxChoices="{0 if several else 1}"{told}><prompt>选一个</prompt>'
        f"{simple}</choiceInteraction>"
    )


QTI3 = (
    f'<qti-assessment-item xmlns="{V30}" identifier="i" title="t"><qti-response-declaration identifier="R" '
    f'cardinality="single" '
    'base-type="identifier"><qti-correct-response><qti-value>b</qti-value></qti-correct-response></qti-response-declaration>'
    '<qti-item-body><p>电阻的单位是</p><qti-choice-interaction response-identifier="R" max-choices="1"><qti-simple-choice '
    'identifier="a">'
    '伏特</qti-simple-choice><qti-simple-choice identifier="b">欧姆</qti-simple-choice><qti-simple-choice identifier="c">安培'
    "</qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>"
)
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'
GAPS = (
    '<responseDeclaration identifier="S" cardinality="single" baseType="string"><correctResponse><value>50</value>'
    "</correctResponse>"
    '<mapping><mapEntry mapKey="五十" mappedValue="1"/></mapping></responseDeclaration>'
)
OLD = (
    "<questestinterop><item ident='1'><presentation><material><mattext texttype='text/html'>"
    "&lt;p&gt;电阻的单位是&lt;/p&gt;</mattext></material>"
    "<response_lid ident='R' rcardinality='Single'><render_choice><response_label ident='a'><material><mattext>"
    "伏特</mattext></material>"
    "</response_label><response_label ident='b'><material><mattext>欧姆</mattext></material></response_label>"
    "<response_label ident='c'>"
    "<material><mattext>安培</mattext></material></response_label></render_choice></response_lid></presentation><resprocessing>"
    "<respcondition><conditionvar><not><varequal respident='R'>a</varequal></not></conditionvar><setvar>0</setvar>"
    "</respcondition>"
    "<respcondition><conditionvar><varequal respident='R'>b</varequal></conditionvar><setvar>100</setvar></respcondition>"
    "</resprocessing></item></questestinterop>"
)
ENTRY = '<mapEntry mapKey="{}" mappedValue="{}"/>'
READ = {
    "3.0": (QTI3, choice("单选题", "电阻的单位是", "B", "伏特", "欧姆", "安培"), []),
    "1.2": (OLD, choice("单选题", "电阻的单位是", "B", "伏特", "欧姆", "安培"), []),
    "1.2 a range": (
        OLD.replace("b</varequal>", "b</varequal><vargte respident='R'>1</vargte>"),
        choice("单选题", "电阻的单位是", "B", "伏特", "欧姆", "安培"), ["tolerance"],
    ),
    "half a point": (
        item(choices("甲", "乙", "丙"), "c1", more=f"<mapping>{ENTRY.format('c1', 2)}{ENTRY.format('c0', 1)}</mapping>"),
        choice("单选题", "选一个", "B", "甲", "乙", "丙"), ["score"],
    ),
    "1.2 with a rubric": (
        OLD.replace("</item>", "<rubric><material><mattext>监考</mattext></material></rubric></item>"),
        choice("单选题", "电阻的单位是", "B", "伏特", "欧姆", "安培"), ["lost"],
    ),
    "choice": (item("<p>题 10<sup>3</sup></p>" + choices("甲", "乙", "丙"), "c1"), choice("单选题", "题 10<sup>3</sup>\n选一个",
    "B", "甲", "乙", "丙"), []),
    "several": (
        item(choices("甲", "乙", "丙", several=True), "c0,c2", cardinality="multiple"), choice("多选题", "选一个", "AC", "甲",
        "乙", "丙"), [],
    ),
    "true or false": (item("<p>题</p>" + choices("正确", "错误"), "c1"), choice("判断题", "题\n选一个", "×"), []),
    "only points": (
        item(choices("甲", "乙", "丙"),
        more='<mapping><mapEntry mapKey="c2" mappedValue="2"/><mapEntry mapKey="c0" mappedValue="1"/></mapping>'),
        choice("单选题", "选一个", "C", "甲", "乙", "丙"), ["key_from_points"],
    ),
    "a fixed choice": (
        item(choices("甲", "乙", "丙", shuffle="true").replace('"c2"', '"c2" fixed="true"'), "c1"),
        choice("单选题", "选一个", "B", "甲", "乙", "丙", 选项顺序锁定="是"), [],
    ),
    "a formula": (item(f"<p>商 {MATH} 是</p>" + choices("甲", "乙", "丙"), "c1"), choice("单选题",
    "商 $\\frac{a}{b}$ 是\n选一个", "B", "甲", "乙", "丙"), []),
    "gaps": (
        item('<p>频率<textEntryInteraction responseIdentifier="S"/>Hz</p>').replace("<itemBody>", GAPS + "<itemBody>"),
        choice("填空题", "频率____Hz", "50|五十"), [],
    ),
    "inline choice": (
        item('<p>单位是<inlineChoiceInteraction responseIdentifier="R"><inlineChoice identifier="a">伏</inlineChoice>'
        '<inlineChoice identifier="b">欧'
             '</inlineChoice><inlineChoice identifier="c">安</inlineChoice></inlineChoiceInteraction>。</p>', "b"),
        choice("单选题", "单位是（　　）。", "B", "伏", "欧", "安"), [],
    ),
    "match": (
        item('<matchInteraction responseIdentifier="R"><simpleMatchSet><simpleAssociableChoice identifier="x">'
        '电流</simpleAssociableChoice>'
             '<simpleAssociableChoice identifier="y">电压</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>'
             '<simpleAssociableChoice '
             'identifier="v">伏特</simpleAssociableChoice><simpleAssociableChoice identifier="a">安培</simpleAssociableChoice>'
             "</simpleMatchSet></matchInteraction>", "x a,y v", cardinality="multiple"),
        choice("填空题", "1. 电流 ____\n2. 电压 ____\nA. 伏特\nB. 安培", "B;A"), ["reshaped"],
    ),
    "order": (
        item('<orderInteraction responseIdentifier="R"><simpleChoice identifier="a">验电</simpleChoice><simpleChoice '
        'identifier="b">停电'
             "</simpleChoice></orderInteraction>", "b,a", cardinality="ordered"),
        choice("填空题", "A. 验电\nB. 停电\n____", "BA"), ["reshaped"],
    ),
    "extended text": (
        item('<p>简述。</p><extendedTextInteraction responseIdentifier="R"/><rubricBlock view="scorer"><p>停电</p>'
        '</rubricBlock>'),
        choice("简答题", "简述。", "停电"), [],
    ),
    "words for others": (
        item('<p>题<feedbackInline outcomeIdentifier="F" identifier="f">提示</feedbackInline></p><rubricBlock view="tutor">'
             '<p>监考</p></rubricBlock><rubricBlock view="scorer">评分</rubricBlock><rubricBlock view="candidate tutor">'
             "<p>须知</p></rubricBlock>"
             + choices("甲<feedbackInline>不对</feedbackInline>", "乙", "丙"), "c1"),
        choice("单选题", "题\n须知\n选一个", "B", "甲", "乙", "丙"), ["lost", "lost", "lost", "lost"],
    ),
    "a hotspot": (item('<p>点图</p><hotspotInteraction responseIdentifier="R"/>'), {"题型": REFUSED,
    "题干": "点图"}, ["interaction"]),
    "random numbers": (
        item("<p>题</p>" + choices("甲", "乙", "丙"), "c1").replace("<itemBody>", "<templateDeclaration/><itemBody>"),
        {"题型": REFUSED, "题干": "题\n选一个\n甲\n乙\n丙"}, ["interaction"],
    ),
    "a picture that did not come": (
        item('<p>看图<img src="no.png" alt="电路"/></p>' + choices("甲", "乙", "丙"), "c1"),
        choice("单选题", "看图电路\n选一个", "B", "甲", "乙", "丙"), ["figure"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_an_interaction_becomes_what_a_paper_can_ask(name: str) -> None:
    data, expected, seen = READ[name]
    assert items(data) == [expected] and eyes(data) == seen


def test_a_text_that_several_items_ask_about_is_told() -> None:
    alone = item("<p>题</p>" + choices("甲", "乙", "丙"), "c1").replace(
        "<itemBody>", '<assessmentStimulusRef href="s.xml"/><itemBody>'
    )
    assert items(alone)[0]["题型"] == "？" and eyes(alone) == ["lost"]
    material = (
        "<presentation_material><flow_mat><material><mattext>资料</mattext></material></flow_mat></presentation_material>"
    )
    assert eyes(OLD.replace("<item ", f"<section>{material}<item ", 1).replace("</item>", "</item></section>")) == ["dropped"]


def test_several_interactions_are_the_questions_of_a_case() -> None:
    body = "<p>某车间停电。</p>" + choices("甲", "乙", "丙") + choices("正确", "错误").replace('"R"', '"S"')
    more = (
        '<responseDeclaration identifier="S" cardinality="single" baseType="identifier"><correctResponse><value>'
        "c0</value></correctResponse></responseDeclaration>"
    )
    found = rows(item(body, "c2").replace("<itemBody>", more + "<itemBody>"))
    assert [(row["题型"], row["答案"], row["所属组合题"] == found[0]["试题GUID"]) for row in found] == [
        ("案例题", "", False), ("单选题", "C", True), ("判断题", "√", True),
    ]  # fmt: skip


def package(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_svg", ".svg"), data)
    return out.getvalue()


def test_a_package_is_its_items_and_their_pictures_and_names_what_is_broken() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L8 8"/></svg>'
    drawn = item('<p>图<img src="../img/a.svg" alt="x"/></p>' + choices("甲", "乙", "丙"), "c1").encode()
    data = package(imsmanifest_xml=b"<manifest/>", items__1_xml=drawn, items__2_xml=b"<assessmentItem>", img__a_svg=svg)
    found = rows(data)
    assert [(row["原位置"], row["题型"]) for row in found] == [("items/1.xml", "单选题"), ("items/2.xml", "XML")]
    assert "{{图:x" in found[0]["题干"] and eyes(data) == ["lost"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><assessmentItem/>', "import.doctype"), ("<manifest/>", "import.manifest_alone"),
        ("<assessmentItem>", "import.broken"), ("<lom/>", "import.kind"), ("<assessmentTest/>", "import.none"),
    ],
)  # fmt: skip
def test_what_holds_no_item_says_why(text: str, code: str) -> None:
    with pytest.raises(ForeignError, match=code):
        items(text)
