"""Near duplicates: rewordings and re-orderings are found, and what only looks alike is told as a variant or not at all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.formats.near_duplicates import THRESHOLD, Kind, Pair, near_duplicates
from tests.bench.near_duplicates import chosen_threshold, labelled, lines, made_up, measured

OPTIONS = st.lists(st.text("甲乙丙丁", min_size=1, max_size=4), min_size=1, max_size=5, unique=True)


def compared(a: str, b: str) -> Kind | None:
    """What two items given as `stem|option|option…` are told to be."""
    found = near_duplicates([("a", lines(a)), ("b", lines(b))])
    return found[0].kind if found else None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("热继电器用于电动机的（ ）保护。|过载|短路|失压", "热继电器用于电动机的（ ）保护。|失压|过载|短路"),
        ("热继电器的作用是电动机过载保护。", "电动机过载保护用的是热继电器。"),
        ("12、工频交流电的频率为50Hz。", "7．工频交流电的频率为50Hz。"),
        ("操作人员先验电，再挂接地线。", "操作人员再挂接地线，先验电。"),
        ("严禁湿手操作开关。", "不得湿手操作开关。"),
        ("线圈中的电流为0.1A时继电器动作。", "线圈中的电流为100mA时继电器动作。"),
        ("两台电动机同时起动。", "2台电动机同时起动。"),
    ],
)
def test_other_words_and_another_order_are_a_duplicate(a: str, b: str) -> None:
    assert compared(a, b) is Kind.DUPLICATE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("两只6Ω电阻串联后为（ ）Ω。|12|3|6", "两只8Ω电阻串联后为（ ）Ω。|16|4|8"),
        ("三相四极电动机的同步转速为1500r/min。", "三相六极电动机的同步转速为1500r/min。"),
        ("线圈中的电流为1A时继电器动作。", "线圈中的电流为1mA时继电器动作。"),
        ("保护零线上可以装设熔断器。", "保护零线上不可以装设熔断器。"),
        ("下列关于接触器的说法正确的是|甲|乙|丙", "下列关于接触器的说法错误的是|甲|乙|丙"),
        ("接触器的常开触点在线圈旁边。", "接触器的动断触点在线圈旁边。"),
        ("正弦交流电的最大值用大写字母表示。", "正弦交流电的有效值用大写字母表示。"),
    ],
)
def test_another_number_a_negation_or_a_word_turned_round_is_a_variant(a: str, b: str) -> None:
    assert compared(a, b) is Kind.VARIANT


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("下列说法正确的是|熔断器接在相线上|熔体可用铜丝|熔断器防雷", "下列说法正确的是|接触器能频繁通断|接触器手动|防潮"),
        ("测量绝缘电阻用|兆欧表|电桥|钳形表", "不断开电路测电流用|钳形表|兆欧表|电桥"),
        ("对称负载线电压是相电压的|12倍|34倍|56倍", "对称负载线电压是相电压的|13倍|24倍|57倍"),
        ("测量绝缘电阻用（ ）。|兆欧表|电桥|钳形表", "测量绝缘电阻用兆欧表。"),
    ],
)
def test_a_shared_stem_or_shared_options_alone_are_nothing(a: str, b: str) -> None:
    assert compared(a, b) is None


def test_a_number_that_only_one_of_two_names_tells_no_variant() -> None:
    assert compared("漏电保护器应每月试验一次。", "50Hz漏电保护器应每月试验一次。") is Kind.DUPLICATE


def test_the_threshold_is_what_the_even_rows_choose() -> None:
    assert chosen_threshold(labelled()[0::2]) == THRESHOLD


def test_precision_and_recall_on_the_odd_rows_stay_where_they_were_measured() -> None:
    """Measured: precision 0.886, recall 0.939."""
    result = measured(labelled()[1::2], THRESHOLD)

    assert result.precision >= 0.86
    assert result.recall >= 0.90


def test_duplicates_are_found_among_thousands_of_items_in_the_same_words() -> None:
    assert measured(labelled(), THRESHOLD, made_up(2000)).recall >= 0.90


def test_a_pair_has_the_same_score_whatever_else_is_in_the_bank() -> None:
    pair = [("a", lines("热继电器用于电动机过载保护。")), ("b", lines("热继电器用作电动机的过载保护。"))]
    alone = near_duplicates(pair)

    assert [found for found in near_duplicates([*pair, *made_up(300)]) if {found.a, found.b} == {"a", "b"}] == alone


def test_the_answer_does_not_depend_on_the_order_of_the_items() -> None:
    items = [(f"{n}{side}", lines(getattr(pair, side))) for n, pair in enumerate(labelled()) for side in "ab"]
    shuffled = random.Random(1).sample(items, len(items))

    assert {told(pair) for pair in near_duplicates(items)} == {told(pair) for pair in near_duplicates(shuffled)}


def test_letters_written_before_the_options_say_nothing() -> None:
    plain = "热继电器用于电动机的（ ）保护。|过载|短路|失压"
    labelled_otherwise = "热继电器用于电动机的（ ）保护。|(A)失压|(B)过载|(C)短路"

    assert near_duplicates([("a", lines(plain)), ("b", lines(labelled_otherwise))]) == [Pair("a", "b", 100.0, Kind.DUPLICATE)]


@given(OPTIONS, OPTIONS)
def test_a_score_is_the_same_whichever_item_is_the_first(one: list[str], other: list[str]) -> None:
    a, b = ("a", "\n".join(("热继电器动作", *one))), ("b", "\n".join(("热继电器动作", *other)))

    assert [told(pair) for pair in near_duplicates([a, b], 0)] == [told(pair) for pair in near_duplicates([b, a], 0)]


def told(pair: Pair) -> tuple[frozenset[str], float, Kind]:
    return frozenset((pair.a, pair.b)), pair.score, pair.kind


def test_the_most_alike_come_first_and_progress_reaches_the_last_item() -> None:
    done: list[int] = []

    found = near_duplicates(made_up(500), 40, done.append)

    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)
    assert done == list(range(1, 501))


@pytest.mark.parametrize("texts", [[], [("a", "")], [("a", ""), ("b", "")], [("a", "的"), ("b", "的\n\n")]])
def test_a_bank_without_words_has_no_pairs(texts: list[tuple[str, str]]) -> None:
    assert near_duplicates(texts) == []
