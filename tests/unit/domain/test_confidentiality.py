"""Nobody looks at content without a pledge that holds, nobody who must stand aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from itembank.domain.confidentiality import Pledge, Recusal, check_may_look
from itembank.domain.errors import PeopleError

NOW = datetime(2026, 12, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BLUEPRINT = "2022/6-31-01-03/4/L"
MINE = Pledge("me", "city", NOW - DAY, NOW + DAY)


def look(*pledges: Pledge, recusals: tuple[Recusal, ...] = ()) -> str:
    """The refusal's code, empty when the look is allowed."""
    try:
        check_may_look("me", "city", BLUEPRINT, pledges, recusals, NOW)
    except PeopleError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("pledge", "code"),
    [
        pytest.param(MINE, "", id="a pledge that holds"),
        pytest.param(Pledge("other", "city", NOW - DAY, NOW + DAY), "people.no_pledge", id="another person's"),
        pytest.param(Pledge("me", "national", NOW - DAY, NOW + DAY), "people.no_pledge", id="for another pool"),
        pytest.param(Pledge("me", "city", NOW - DAY, NOW), "people.pledge_over", id="over this very moment"),
        pytest.param(Pledge("me", "city", NOW + DAY, NOW + 2 * DAY), "people.no_pledge", id="that begins tomorrow"),
    ],
)
def test_a_look_takes_a_pledge_that_holds(pledge: Pledge, code: str) -> None:
    assert look(pledge) == code


def test_without_any_pledge_nothing_is_shown() -> None:
    assert look() == "people.no_pledge"


@pytest.mark.parametrize(
    ("recusal", "code"),
    [
        pytest.param(Recusal("me", BLUEPRINT, NOW - DAY, NOW + DAY), "people.recused", id="from this occupation and level"),
        pytest.param(Recusal("me", BLUEPRINT.replace("/4/", "/3/"), NOW - DAY, NOW + DAY), "", id="from another level"),
        pytest.param(Recusal("other", BLUEPRINT, NOW - DAY, NOW + DAY), "", id="somebody else's"),
        pytest.param(Recusal("me", BLUEPRINT, NOW - 2 * DAY, NOW), "", id="over"),
    ],
)
def test_who_stands_aside_sees_nothing_whatever_he_has_pledged(recusal: Recusal, code: str) -> None:
    assert look(MINE, recusals=(recusal,)) == code
