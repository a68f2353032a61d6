"""Headings in the field's wording, and a content that comes back whole from its plain values."""

import json
from dataclasses import replace

import pytest

from itembank.domain.items import CaseQuestion, Item, ItemType
from itembank.domain.paper import (
    Form,
    Paper,
    PaperContent,
    PaperSection,
    Question,
    Scheme,
    SubQuestion,
    heading,
    sections_of,
    set_line,
)
from itembank.domain.plan import PLANS, Section


def test_headings_stand_in_the_wording_of_the_field() -> None:
    assert heading(0, 1, Section(ItemType.SINGLE, 60, 2)) == (
        "一、单项选择题（第1题～第60题。选择一个正确的答案，将相应的字母填入题内的括号中。每题1分，满分60分。）"
    )
    assert heading(1, 61, Section(ItemType.JUDGEMENT, 20, 4)) == (
        "二、判断题（第61题～第80题。将判断结果填入括号中，正确的填“√”，错误的填“×”。每题2分，满分40分。）"
    )
    assert heading(2, 81, Section(ItemType.MULTIPLE, 10, 2)) == (
        "三、多项选择题（第81题～第90题。选择两个或两个以上正确的答案，将相应的字母填入题内的括号中。每题1分，满分10分。）"
    )

    assert heading(3, 91, Section(ItemType.ESSAY, 1, 20)) == (
        "四、论述题（第91题。结合实际展开论述，观点明确，条理清楚。每题10分，满分10分。）"
    )


def test_half_a_point_is_printed_as_half_a_point() -> None:
    assert heading(0, 1, Section(ItemType.SINGLE, 160, 1)).endswith("每题0.5分，满分80分。）")
    assert heading(0, 1, Section(ItemType.SINGLE, 3, 3)).endswith("每题1.5分，满分4.5分。）")


@pytest.mark.parametrize("type_", [type_ for type_ in ItemType if type_ is not ItemType.PRACTICAL])
def test_every_type_of_a_theory_paper_has_its_heading(type_: ItemType) -> None:
    assert "（第5题～第8题。" in heading(0, 5, Section(type_, 4, 10)) and heading(0, 5, Section(type_, 4, 10)).endswith(
        "每题5分，满分20分。）"
    )


@pytest.mark.parametrize(("worth", "printed"), [(15, (5, 10)), (20, (0, 0))])
def test_the_questions_of_a_case_show_their_points_where_these_make_up_the_plan_s(worth: int, printed: tuple[int, ...]) -> None:
    asked = (
        CaseQuestion(ItemType.SINGLE, "问", ("甲", "乙", "丙"), "KEY-A", 5),
        CaseQuestion(ItemType.SHORT, "述", (), "KEY-B", 10),
    )
    case = Item("c", "city", ItemType.CASE, "材料", (), "", "A-001", 3, 5, "RATIONALE", "", questions=asked)
    plan = replace(PLANS["80题型"], sections=(Section(ItemType.CASE, 1, 2 * worth),))

    (section,) = sections_of(Paper(Form.MAIN, (("c",),)), plan, {"c": case}, {})

    assert tuple(sub.points for sub in section.questions[0].questions) == printed
    assert section.questions[0].questions[0].options == ("甲", "乙", "丙")
    assert "KEY" not in repr(section) and "RATIONALE" not in repr(section)


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
            PaperSection(ItemType.JUDGEMENT, "二、", (Question(2, "乙", (), stimulus="材料", shared=1),)),
            PaperSection(ItemType.CASE, "三、", (Question(3, "丙", (), (SubQuestion(ItemType.SINGLE, "丁", ("一",), 5),)),)),
        ),
        figures={"a.svg": "<svg/>"},
        template="00",
        fonts={"f.otf": "11"},
    )
    assert PaperContent.from_document(content.document()) == content
    assert PaperContent.from_document(json.loads(json.dumps(content.document()))) == content


SINGLE, JUDGE = ItemType.SINGLE, ItemType.JUDGEMENT


def of_set(number: int, item_set: str = "", stimulus: str = "材料", type_: ItemType = SINGLE, pool: str = "city") -> Item:
    options, key = (("甲", "乙", "丙"), "A") if type_ is SINGLE else ((), "√")
    item = Item(f"i{number}", pool, type_, f"题{number}", options, key, "A-001", 3, 5, "", "")
    return replace(item, item_set=item_set, stimulus=stimulus if item_set else "")


def stimuli(*sections: tuple[Item, ...]) -> list[tuple[int, str, int]]:
    """(number, stimulus, shared) of each question that has a stimulus."""
    drawn = tuple(tuple(item.item_no for item in section) for section in sections)
    of_plan = tuple(Section(section[0].type, len(section), 2) for section in sections)
    plan, items = replace(PLANS["80题型"], sections=of_plan), {item.item_no: item for section in sections for item in section}
    printed = [question for section in sections_of(Paper(Form.MAIN, drawn), plan, items, {}) for question in section.questions]
    return [(one.number, one.stimulus, one.shared) for one in printed if one.stimulus or one.shared]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        pytest.param([(of_set(1), of_set(2), of_set(3))], [], id="no set"),
        pytest.param([(of_set(1), of_set(2, "甲"), of_set(3, "甲"), of_set(4, "甲"))], [(2, "材料", 3)], id="the first has it"),
        pytest.param([(of_set(1, "甲"), of_set(2, "乙", "另"), of_set(3))], [(1, "材料", 1), (2, "另", 1)], id="two sets"),
        pytest.param([(of_set(1), of_set(2, "甲")), (of_set(3, "甲", type_=JUDGE), of_set(4, "甲", type_=JUDGE))],
                     [(2, "材料", 1), (3, "材料", 2)], id="once in each section"),
        pytest.param([(of_set(1, "甲"), of_set(2, "甲", pool="national"))], [(1, "材料", 1), (2, "材料", 1)], id="two pools"),
        pytest.param([(of_set(1, "甲"), of_set(2, "甲", "改过的"))], [(1, "材料", 1), (2, "改过的", 1)], id="two stimuli"),
    ],
)  # fmt: skip
def test_the_first_question_of_a_set_has_its_stimulus_and_how_many_share_it(
    sections: list[tuple[Item, ...]], expected: list[tuple[int, str, int]]
) -> None:
    assert stimuli(*sections) == expected


def test_the_line_above_a_stimulus_names_its_questions() -> None:
    assert (set_line(21, 3), set_line(7, 1)) == ("阅读下列材料，回答第21题～第23题。", "阅读下列材料，回答第7题。")
