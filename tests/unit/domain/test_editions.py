"""The editions of one bank: which is in force on a day, how long the one before may be drawn from, and what may be entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from itembank.domain.errors import OccupationError
from itembank.domain.occupation import BankEdition, EditionState, check_edition_enters, check_may_draw, edition_state

FIRST = BankEdition("2019年版", date(2019, 1, 1), 90)
SECOND = BankEdition("2026年版", date(2026, 12, 1), 180)
THIRD = BankEdition("2030年版", date(2030, 1, 1), 0)
KNOWN = [FIRST, SECOND, THIRD]
DAYS = some.dates(date(2018, 1, 1), date(2032, 1, 1))


def refusal(name: str, day: date, known: list[BankEdition]) -> str:
    try:
        check_may_draw(name, known, day)
    except OccupationError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        ("1", date(2026, 12, 1), "edition.unknown"),
        ("2026年版", date(2026, 11, 30), "edition.not_begun"),
        ("2026年版", date(2026, 12, 1), ""),
        ("2019年版", date(2026, 11, 30), ""),
        ("2019年版", date(2027, 2, 28), ""),
        ("2019年版", date(2027, 3, 1), "edition.over"),
        ("2030年版", date(2040, 1, 1), ""),
    ],
)
def test_papers_are_drawn_from_the_edition_in_force_and_from_the_one_before_in_its_grace(
    name: str, day: date, code: str
) -> None:
    assert refusal(name, day, KNOWN) == code


def test_a_bank_without_editions_asks_for_none() -> None:
    assert refusal("1", date(2026, 12, 1), []) == ""


@given(DAYS, some.permutations(KNOWN))
def test_at_most_one_edition_is_in_force_and_the_order_they_were_entered_in_is_nothing(
    day: date, known: list[BankEdition]
) -> None:
    """One and only one from the first day of the first on; what is drawn from is in force or in its grace."""
    states = {edition.name: edition_state(edition, known, day) for edition in known}

    assert list(states.values()).count(EditionState.CURRENT) == (day >= FIRST.from_day)
    for name, state in states.items():
        assert (refusal(name, day, known) == "") is (state in (EditionState.CURRENT, EditionState.GRACE))


@pytest.mark.parametrize(
    ("code", "edition", "day"),
    [
        pytest.param("", BankEdition("2026年版", date(2027, 1, 1), 90), date(2026, 11, 30), id="corrected before it begins"),
        pytest.param("edition.begun", BankEdition("2026年版", date(2027, 1, 1), 90), date(2026, 12, 1), id="changed after"),
        pytest.param("edition.order", BankEdition("另一版", date(2026, 12, 1), 90), date(2026, 11, 1), id="two on one day"),
        pytest.param("", BankEdition("2012年版", date(2012, 1, 1), 90), date(2026, 11, 1), id="an older one, entered late"),
        pytest.param("edition.past", BankEdition("2020年版", date(2020, 1, 1), 90), date(2026, 11, 1), id="in force at once"),
        pytest.param("edition.name", BankEdition(" ", date(2028, 1, 1), 90), date(2026, 11, 1), id="without a name"),
        pytest.param("edition.name", BankEdition("版" * 41, date(2028, 1, 1), 90), date(2026, 11, 1), id="a long name"),
        pytest.param("edition.grace", BankEdition("a", date(2028, 1, 1), 366), date(2026, 11, 1), id="more than a year"),
    ],
)
def test_an_edition_is_entered_beside_the_others(code: str, edition: BankEdition, day: date) -> None:
    try:
        check_edition_enters(edition, KNOWN, day)
    except OccupationError as error:
        assert error.code == code
    else:
        assert code == ""


def test_the_last_day_is_the_one_before_the_grace_is_over() -> None:
    assert FIRST.last_day(SECOND) == date(2027, 2, 28) == SECOND.from_day + timedelta(days=89)
