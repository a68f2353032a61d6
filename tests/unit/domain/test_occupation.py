"""Occupations by code and dictionary, levels by any of their names, editions that give way to their successors."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from itembank.domain.errors import OccupationError
from itembank.domain.occupation import SKILL_LEVELS, BankEdition, Occupation, OccupationKey, is_same_occupation, level_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("三级/高级工", "高级工"), ("三级", "高级工"), ("高级工", "高级工"), ("高级", "高级工"), ("3", "高级工"),
        ("3级", "高级工"), ("高级工（三级）", "高级工"), ("国家职业资格三级", "高级工"), ("三级／高级工", "高级工"),
        (" 三级 高级 ", "高级工"),
        ("技师", "技师"), ("二级/技师", "技师"), ("高级技师", "高级技师"), ("1", "高级技师"), ("五级/初级工", "初级工"),
        ("特级技师", "特级技师"), ("首席技师", "首席技师"), ("学徒工", "学徒工"),
    ],
)  # fmt: skip
def test_a_level_is_known_by_each_of_its_names(text: str, title: str) -> None:
    assert level_of(text).title == title


@pytest.mark.parametrize("text", ["", "四级/高级工", "六级", "0", "6", "高级/技师", "三", "高", "/"])
def test_what_names_no_level_or_two_is_refused(text: str) -> None:
    with pytest.raises(OccupationError):
        level_of(text)


def test_every_spelling_of_a_level_names_that_level_only() -> None:
    assert all(level_of(word) is level for level in SKILL_LEVELS for word in (*level.spellings, level.text))


ELECTRICIAN = Occupation("6-31-01-03", 2022, "电工", ("低压电工", "高压电工"), OccupationKey(1999, "6-07-06-05"))


@pytest.mark.parametrize(
    ("code", "occupation"),
    [
        pytest.param("", ELECTRICIAN, id="a sound one"),
        pytest.param("", replace(ELECTRICIAN, code="X2-02-13-07"), id="added between dictionaries"),
        pytest.param("", replace(ELECTRICIAN, predecessor=OccupationKey(2022, "6-31-01-04")), id="renumbered"),
        pytest.param("", replace(ELECTRICIAN, work_types=("电工", "低压电工")), id="a work type of its own name"),
        pytest.param("occupation.code", replace(ELECTRICIAN, code="6310103"), id="no dashes"),
        pytest.param("occupation.code", replace(ELECTRICIAN, code="6-31-1-3"), id="zeros lost"),
        pytest.param("occupation.code", replace(ELECTRICIAN, code="６-31-01-03"), id="full width"),
        pytest.param("occupation.code", replace(ELECTRICIAN, dictionary_year=22), id="a year of two digits"),
        pytest.param("occupation.names", replace(ELECTRICIAN, name=" "), id="no name"),
        pytest.param("occupation.names", replace(ELECTRICIAN, work_types=("低压电工",) * 2), id="a work type twice"),
        pytest.param("occupation.names", replace(ELECTRICIAN, name="电工\u200b"), id="a sign nobody sees"),
        pytest.param("occupation.predecessor", replace(ELECTRICIAN, predecessor=ELECTRICIAN.key), id="its own predecessor"),
        pytest.param(
            "occupation.predecessor",
            replace(ELECTRICIAN, dictionary_year=2015, predecessor=OccupationKey(2022, "6-31-01-03")),
            id="a later predecessor",
        ),
        pytest.param("occupation.code", replace(ELECTRICIAN, predecessor=OccupationKey(1999, "6")), id="half a predecessor"),
    ],
)
def test_an_occupation_is_checked(code: str, occupation: Occupation) -> None:
    if not code:
        occupation.check()
        return
    with pytest.raises(OccupationError) as refusal:
        occupation.check()
    assert refusal.value.code == code


OLDEST, OLD_CODE, NEW_CODE, DIVIDED = (
    OccupationKey(year, code)
    for year, code in ((1992, "6-07-06-01"), (1999, "6-07-06-05"), (2022, "6-31-01-03"), (2022, "6-31-01-04"))
)
REGISTER = {
    OLD_CODE: Occupation(OLD_CODE.code, 1999, "维修电工", (), OLDEST),
    NEW_CODE: Occupation(NEW_CODE.code, 2022, "电工", (), OLD_CODE),
    DIVIDED: Occupation(DIVIDED.code, 2022, "继电保护员", (), OLD_CODE),
}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(NEW_CODE, NEW_CODE, True, id="itself"),
        pytest.param(NEW_CODE, OLD_CODE, True, id="what it was called"),
        pytest.param(OLDEST, NEW_CODE, True, id="two dictionaries before, and nobody entered that one"),
        pytest.param(NEW_CODE, DIVIDED, False, id="two that came from one"),
        pytest.param(NEW_CODE, OccupationKey(1999, NEW_CODE.code), False, id="the same code in another dictionary"),
    ],
)
def test_an_occupation_is_the_same_under_its_earlier_codes(one: OccupationKey, other: OccupationKey, *, same: bool) -> None:
    assert is_same_occupation(one, other, REGISTER) is same and is_same_occupation(other, one, REGISTER) is same


CUT_OVER = date(2026, 7, 1)
OLD = BankEdition("2019年版", date(2019, 1, 1), 90)
NEW = BankEdition("2026年版", CUT_OVER, 0)


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2018, 12, 31), False),
        (date(2019, 1, 1), True),
        (CUT_OVER, True),
        (CUT_OVER + timedelta(days=89), True),
        (CUT_OVER + timedelta(days=90), False),
    ],
)
def test_an_old_edition_is_drawn_from_until_its_grace_is_over(day: date, may: bool) -> None:
    assert OLD.may_still_draw(day, NEW) is may


def test_without_grace_an_edition_ends_the_day_before_its_successor_begins() -> None:
    strict = replace(OLD, grace_days=0)

    assert strict.may_still_draw(CUT_OVER - timedelta(days=1), NEW) and not strict.may_still_draw(CUT_OVER, NEW)
    assert NEW.is_current(CUT_OVER) and not NEW.is_current(CUT_OVER - timedelta(days=1))


@pytest.mark.parametrize("days", [-1, 366])
def test_a_grace_is_at_most_a_year(days: int) -> None:
    replace(OLD, grace_days=365).check()
    with pytest.raises(OccupationError) as refusal:
        replace(OLD, grace_days=days).check()
    assert refusal.value.code == "edition.grace"


def test_an_edition_is_not_followed_by_an_earlier_one() -> None:
    with pytest.raises(OccupationError) as refusal:
        NEW.may_still_draw(CUT_OVER, OLD)
    assert refusal.value.code == "edition.order"
