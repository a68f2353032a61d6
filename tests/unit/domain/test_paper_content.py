"""Headings in the field's wording, and a content that comes back whole from its plain values."""

import json

from itembank.domain.items import ItemType
from itembank.domain.paper import Form, PaperContent, PaperSection, Question, Scheme, heading


def test_headings_stand_in_the_wording_of_the_field() -> None:
    assert heading(0, ItemType.SINGLE, 1, 60, 1) == (
        "一、单项选择题（第1题～第60题。选择一个正确的答案，将相应的字母填入题内的括号中。每题1分，满分60分。）"
    )
    assert heading(1, ItemType.JUDGEMENT, 61, 20, 2) == (
        "二、判断题（第61题～第80题。将判断结果填入括号中，正确的填“√”，错误的填“×”。每题2分，满分40分。）"
    )
    assert heading(2, ItemType.MULTIPLE, 81, 10, 1) == (
        "三、多项选择题（第81题～第90题。选择两个或两个以上正确的答案，将相应的字母填入题内的括号中。每题1分，满分10分。）"
    )


def test_a_content_comes_back_from_its_document() -> None:
    content = PaperContent(
        scheme=Scheme.RECOGNITION,
        paper_no="202611-6-31-01-03-4-L-01S",
        occupation="电工",
        level="四级/中级工",
        subject="理论知识",
        form=Form.SPARE,
        standard_year=2018,
        minutes=90,
        points=100,
        pass_points=60,
        sections=(
            PaperSection(ItemType.SINGLE, "一、", (Question(1, "甲", ("一", "二", "三")),)),
            PaperSection(ItemType.JUDGEMENT, "二、", (Question(2, "乙", ()),)),
        ),
        figures={"a.svg": "<svg/>"},
        template="00",
        fonts={"f.otf": "11"},
    )
    assert PaperContent.from_document(content.document()) == content
    assert PaperContent.from_document(json.loads(json.dumps(content.document()))) == content
