"""The release watch: five looks a second, for years."""

from __future__ import annotations

from tests.province import After
from tests.unit.web.long_ago import hold_before, questions


def test_sessions_that_are_over_cost_the_watch_no_further_question(after: After) -> None:
    """Else the paper that is due now waits a little longer for every session ever held."""
    province = after("return")
    look = province.centre.watch.look
    before = questions(province, look)

    hold_before(province, 5)

    assert questions(province, look) == before
