"""Which locks the centre asks the holders about; whether they give is theirs to say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from itembank.steps.releasing import due_locks
from keys.header import Lock
from tests.province import OPENS, SECOND

CLOSES, ENDS = OPENS + timedelta(hours=2), OPENS + timedelta(hours=3)
LOCKS = (
    Lock("A", "time", OPENS, CLOSES, ("A",), "questions", 0, ()),
    Lock("S", "order", OPENS, CLOSES, ("S",), "questions", 0, ()),
    Lock("KEY", "time", CLOSES, ENDS, ("A", "S"), "key", 0, ("A", "S")),
)
NEVER: set[str] = set()


@pytest.mark.parametrize(
    ("due", "at", "released", "opened"),
    [
        pytest.param([], OPENS - SECOND, NEVER, False, id="a second before the time"),
        pytest.param(["A"], OPENS, NEVER, False, id="at the time, and never the spare"),
        pytest.param([], OPENS, {"A"}, False, id="what is out is not asked about again"),
        pytest.param(["A"], CLOSES - SECOND, NEVER, False, id="until it closes"),
        pytest.param([], CLOSES, NEVER, False, id="closed, and nobody opened it"),
        pytest.param(["A"], CLOSES, NEVER, True, id="closed, opened by telephone: its shares are still to be recorded"),
        pytest.param([], CLOSES, {"A"}, True, id="the answer key waits for both papers"),
        pytest.param(["KEY"], CLOSES, {"A", "S"}, True, id="the answer key after both"),
        pytest.param([], ENDS, {"A", "S"}, True, id="no telephone opens an answer key"),
    ],
)
def test_the_centre_asks_about_what_is_due(due: list[str], at: datetime, released: set[str], opened: bool) -> None:
    assert [lock.id for lock in due_locks(LOCKS, released, at, lambda: opened)] == due


@pytest.mark.parametrize(("at", "released"), [(OPENS, NEVER), (ENDS, {"A"}), (OPENS - SECOND, NEVER)])
def test_nobody_looks_for_openings_before_a_paper_closed_unreleased(at: datetime, released: set[str]) -> None:
    """It is asked five times a second for every session there ever was."""
    looked: list[bool] = []

    due_locks(LOCKS, released, at, lambda: not looked.append(True))  # type: ignore[func-returns-value]

    assert looked == []
