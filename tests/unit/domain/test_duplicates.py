"""Exact duplicates: two typings of one question are one, two questions stay two, and a different right answer is seen."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.duplicates import comparison_text, key_identity, text_identity
from itembank.domain.folding import folded
from itembank.domain.items import CaseQuestion, Item, ItemType, MarkingLine, PracticalTask

CHOICE = Item(
    item_no="city-1", pool="city", type=ItemType.SINGLE, stem="接地电阻应不大于（　　）。",
    options=("4Ω", "10Ω", "30Ω"), key="A", point="B-A-001", difficulty=3, congruence=3, rationale="", source="",
)  # fmt: skip
TASK = PracticalTask(
    minutes=60,
    site_notice=("网孔板 1块",),
    candidate_notice=("螺丝刀",),
    marking=(MarkingLine("接线", "按图接线", 60, "错一处扣5分"), MarkingLine("试车", "一次成功", 40, "不成功扣40分")),
    vetoes=("带电接线", "短路"),
)
PRACTICAL = replace(CHOICE, type=ItemType.PRACTICAL, stem="安装正反转控制线路", options=(), key="", task=TASK)
CASE = replace(
    CHOICE, type=ItemType.CASE, stem="某车间电动机过热。", options=(), key="",
    questions=(
        CaseQuestion(ItemType.SINGLE, "首先应当（ ）。", ("停机", "加水", "继续"), "A", 5),
        CaseQuestion(ItemType.JUDGEMENT, "可以带电检修。", (), "×", 5),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("额定电压为３８０Ｖ", "额定电压为380V"),
        ("额 定\u3000电压\n为380 V", "额定电压为380V"),
        ("额定\u200b电\ufeff压", "额定电压"),
        ("先断电，再验电；最后接地：对。", "先断电,再验电;最后接地:对"),
        ("挂“禁止合闸”牌", '挂"禁止合闸"牌'),
        ("按【规程】操作（两人）", "按[规程]操作(两人)"),
        ("电压为10KV的PLC", "电压为10kV的plc"),
        ("周期是（　　）的倒数", "周期是____的倒数"),
        ("周期是（ ）的倒数", "周期是［ ］的倒数"),
        ("下列说法正确的是（　　）。", "下列说法正确的是"),
        ("（　　）是频率的倒数", "____是频率的倒数"),
        ("温度 40℃，电阻 5\u2126，电容 1µF", "温度40°C,电阻5Ω,电容1μF"),
        ("−5～40", "-5~40"),
        ("截面积为4㎜²", "截面积为4mm²"),
    ],
)
def test_two_typings_of_one_sentence_fold_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10²", "102"), ("H₂O", "H2O"), ("2.5", "25"), ("1,5", "1.5"), ("3+2", "3-2"), ("3×2", "3+2"), ("x<5", "x>5"),
        ("≤5", "<5"), ("5Ω", "5"), ("5%", "5"), ("-5", "5"), ("±5", "+5"), ("√", "×"), ("①", "1"), ("Ⅱ", "Ⅲ"),
        ("5MW", "5mW"), ("2MΩ", "2mΩ"), ("10MPa", "10mPa"), ("瞬时值u", "瞬时值U"), ("$UI$", "$ui$"),
        (r"$\Delta U$", r"$\delta U$"), (r"接法\Delta", r"接法\delta"), ("{{图:A.svg}}", "{{图:a.svg}}"),
        ("U_L", "UL"), ("5!", "5"),
    ],
)  # fmt: skip
def test_what_differs_in_meaning_stays_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_options_in_any_order_and_letters_of_the_key_moved_along_are_the_same_item() -> None:
    for options in permutations(CHOICE.options):
        shuffled = replace(CHOICE, item_no="x", options=options, key="ABC"[options.index("4Ω")])

        assert text_identity(shuffled) == text_identity(CHOICE)
        assert key_identity(shuffled) == key_identity(CHOICE)


def test_another_right_answer_is_a_key_conflict() -> None:
    """The letter stays and the options move: what is right is another text."""
    other = replace(CHOICE, options=("10Ω", "4Ω", "30Ω"))

    assert text_identity(other) == text_identity(CHOICE)
    assert key_identity(other) != key_identity(CHOICE)


@pytest.mark.parametrize("options", [("[]", "()", "{}"), (";", ":", "."), ("，", ",", "、"), ("PLC", "plc", "Plc")])
def test_options_that_are_nothing_but_signs_stay_apart(options: tuple[str, ...]) -> None:
    """Which sign ends a statement, which brackets make a list: another right answer is a conflict there too."""
    signs = replace(CHOICE, stem="语句以（　　）结束。", options=options)

    assert len({key_identity(replace(signs, key=key)) for key in "ABC"}) == 3
    moved = replace(signs, options=options[::-1], key="C")
    assert (text_identity(moved), key_identity(moved)) == (text_identity(signs), key_identity(signs))


def test_written_answers_that_are_nothing_but_signs_stay_apart() -> None:
    short = replace(CHOICE, type=ItemType.SHORT, options=(), stem="语句以什么结束？")

    assert key_identity(replace(short, key="()")) != key_identity(replace(short, key="[]"))


@pytest.mark.parametrize(
    "changed",
    [
        {"stem": "接地电阻应大于（　　）。"},
        {"options": ("4Ω", "10Ω", "20Ω")},
        {"options": ("4Ω", "10Ω", "30Ω", "50Ω")},
        {"type": ItemType.MULTIPLE, "key": "AB"},
    ],
)
def test_another_stem_option_or_type_is_another_item(changed: dict[str, object]) -> None:
    assert text_identity(replace(CHOICE, **changed)) != text_identity(CHOICE)  # type: ignore[arg-type]


def test_a_stem_does_not_run_into_its_options() -> None:
    one = replace(CHOICE, type=ItemType.SHORT, stem="甲", options=("乙丙",), key="")
    other = replace(one, stem="甲乙", options=("丙",))

    assert text_identity(one) != text_identity(other)


def test_keys_of_different_items_differ_even_where_the_answer_is_the_same() -> None:
    """Otherwise equal HMACs would sort a stolen bank's judgements by their answer."""
    one = replace(CHOICE, type=ItemType.JUDGEMENT, options=(), key="√", stem="验电前先试验电器。")
    other = replace(one, stem="停电后应当验电。")

    assert key_identity(one) != key_identity(other)
    assert key_identity(replace(one, key="×")) != key_identity(one)


def test_a_written_answer_is_compared_folded() -> None:
    fill = replace(CHOICE, type=ItemType.FILL, options=(), stem="工频为____Hz", key="50。")

    assert key_identity(replace(fill, key="５０")) == key_identity(fill)
    assert key_identity(replace(fill, key="60")) != key_identity(fill)


def test_a_case_is_its_stimulus_and_its_questions() -> None:
    first, second = CASE.questions
    shuffled = replace(first, options=("加水", "停机", "继续"), key="B")

    assert text_identity(replace(CASE, questions=(shuffled, second))) == text_identity(CASE)
    assert key_identity(replace(CASE, questions=(shuffled, second))) == key_identity(CASE)
    assert text_identity(replace(CASE, questions=(first,))) != text_identity(CASE)
    assert text_identity(replace(CASE, stem="某车间电动机不转。")) != text_identity(CASE)
    assert key_identity(replace(CASE, questions=(replace(first, key="B"), second))) != key_identity(CASE)


def test_a_practical_task_marked_otherwise_is_a_key_conflict() -> None:
    wiring, trial = TASK.marking
    cheaper = replace(TASK, marking=(replace(wiring, points=50), replace(trial, points=50)))
    milder = replace(TASK, vetoes=("短路",))
    other = replace(TASK, marking=(wiring, replace(trial, requirement="两次成功")))

    for marked in (cheaper, milder):
        assert text_identity(replace(PRACTICAL, task=marked)) == text_identity(PRACTICAL)
        assert key_identity(replace(PRACTICAL, task=marked)) != key_identity(PRACTICAL)
    assert text_identity(replace(PRACTICAL, task=other)) != text_identity(PRACTICAL)


def test_the_text_for_comparing_is_one_line_for_the_stem_and_one_for_each_option() -> None:
    assert comparison_text(CHOICE).split("\n") == ["接地电阻应不大于", "4Ω", "10Ω", "30Ω"]
    assert comparison_text(CASE).split("\n") == ["某车间电动机过热", "首先应当_.停机加水继续", "可以带电检修"]


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text(alphabet=" \u3000\u200b\t\n", max_size=3), st.integers(0))
def test_a_blank_never_makes_a_difference(text: str, blank: str, at: int) -> None:
    at %= len(text) + 1

    assert folded(text[:at] + blank + text[at:]) == folded(text)


def test_below_another_stimulus_the_same_words_ask_something_else() -> None:
    """And what is in no set has the identity it had before there were sets: the bank keeps only its HMAC."""
    one, other = (replace(CHOICE, item_set="材料", stimulus=text) for text in ("接地装置为防雷用。", "接地装置为保护接地。"))

    assert len({text_identity(item) for item in (CHOICE, one, other)}) == 3
    assert text_identity(replace(one, item_set="另名", stimulus="接地装置 为防雷用")) == text_identity(one)
    assert "\x1d" not in text_identity(CHOICE)


def test_what_a_set_shares_makes_none_of_its_items_alike() -> None:
    assert comparison_text(replace(CHOICE, item_set="材料", stimulus="接地装置为防雷用。" * 9)) == comparison_text(CHOICE)
