"""The states of an item version: who moves it, and the three people it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.errors import RuleError
from itembank.domain.policy import ReviewPolicy
from itembank.domain.review import EDITABLE, STEPS, ItemState, Move, Standing, check_editable, moved

NOW = datetime(2026, 12, 1, tzinfo=UTC)
POLICY = ReviewPolicy(review_days=14, approval_days=7)
DUTIES = ("item_writer", "item_reviewer", "item_approver", "bank_manager")
S = ItemState


def step(standing: Standing, move: Move, who: str, *, duties: tuple[str, ...] = DUTIES, to: str = "") -> Standing:
    return moved(standing, move, who, duties, NOW, POLICY, to=to)


def refusal(standing: Standing, move: Move, who: str, *, duties: tuple[str, ...] = DUTIES, to: str = "") -> str:
    with pytest.raises(RuleError) as caught:
        step(standing, move, who, duties=duties, to=to)
    return caught.value.code


def test_three_people_bring_a_draft_into_the_bank() -> None:
    """Each move by the next person; then a manager activates, freezes, retires and archives it."""
    standing = Standing(S.DRAFT, "author")
    for move, who, state in (
        (Move.SUBMIT, "author", S.SUBMITTED),
        (Move.PASS, "reviewer", S.IN_REVIEW),
        (Move.APPROVE, "approver", S.APPROVED),
        (Move.ACTIVATE, "manager", S.ACTIVE),
        (Move.FREEZE, "manager", S.FROZEN),
        (Move.ACTIVATE, "manager", S.ACTIVE),
        (Move.RETIRE, "manager", S.RETIRED),
        (Move.ARCHIVE, "manager", S.ARCHIVED),
    ):
        standing = step(standing, move, who)
        assert standing.state is state

    assert (standing.author, standing.reviewer, standing.approver) == ("author", "reviewer", "approver")


SUBMITTED = Standing(S.SUBMITTED, "author")
IN_REVIEW = Standing(S.IN_REVIEW, "author", "reviewer")


@pytest.mark.parametrize(
    ("standing", "move", "who", "code"),
    [
        pytest.param(SUBMITTED, Move.PASS, "author", "people.author_reviews", id="the author passes an own item"),
        pytest.param(SUBMITTED, Move.RETURN, "author", "people.author_reviews", id="the author returns an own item"),
        pytest.param(IN_REVIEW, Move.APPROVE, "author", "people.author_reviews", id="the author approves an own item"),
        pytest.param(IN_REVIEW, Move.APPROVE, "reviewer", "people.reviewer_approves", id="who passed it approves"),
        pytest.param(IN_REVIEW, Move.RETURN, "reviewer", "people.reviewer_approves", id="who passed it returns it"),
        pytest.param(Standing(S.DRAFT, "author"), Move.SUBMIT, "other", "people.not_author", id="another's draft is submitted"),
    ],
)
def test_one_person_does_not_sit_in_two_seats(standing: Standing, move: Move, who: str, code: str) -> None:
    """Also with every duty of the directory."""
    assert refusal(standing, move, who) == code


@pytest.mark.parametrize("move", [move for move in Move if move is not Move.ASSIGN])
def test_a_move_takes_its_duty(move: Move) -> None:
    for state, (duty, _) in STEPS[move].items():
        standing = Standing(state, "author", "reviewer")
        others = tuple(other for other in DUTIES if other != duty)

        assert refusal(standing, move, "third", duties=others) == "people.duty"


@given(state=st.sampled_from(ItemState), move=st.sampled_from(Move))
def test_a_state_allows_its_own_moves_only(state: ItemState, move: Move) -> None:
    standing = Standing(state, "author", "reviewer", "approver")

    if state not in STEPS[move]:
        assert refusal(standing, move, "author", to="x") == "item.move"


@given(
    moves=st.lists(st.tuples(st.sampled_from(Move), st.sampled_from("abcd"), st.sampled_from(["", "a", "b", "c"])), max_size=30)
)
def test_whatever_happens_what_is_admitted_has_three_people(moves: list[tuple[Move, str, str]]) -> None:
    """Any order of moves by anybody."""
    standing = Standing(S.DRAFT, "a")

    for move, who, to in moves:
        try:
            standing = step(standing, move, who, to=to)
        except RuleError:
            continue
        if standing.state not in (*EDITABLE, S.SUBMITTED, S.IN_REVIEW):
            assert len({standing.author, standing.reviewer, standing.approver}) == 3
            assert all((standing.author, standing.reviewer, standing.approver))


def test_an_item_in_the_queue_is_due_by_the_policy() -> None:
    submitted = step(Standing(S.DRAFT, "author"), Move.SUBMIT, "author")
    passed = step(submitted, Move.PASS, "reviewer")

    assert submitted.due == NOW + timedelta(days=14) and passed.due == NOW + timedelta(days=7)
    assert step(passed, Move.APPROVE, "approver").due is None


def test_what_was_handed_over_waits_for_that_person_alone() -> None:
    """A manager may hand it to somebody else, never to who brought it there."""
    handed = step(SUBMITTED, Move.ASSIGN, "manager", to="reviewer-2")

    assert refusal(handed, Move.PASS, "reviewer-1") == "people.handed_to"
    assert refusal(SUBMITTED, Move.ASSIGN, "manager", to="author") == "people.author_reviews"
    assert refusal(IN_REVIEW, Move.ASSIGN, "manager", to="reviewer") == "people.reviewer_approves"
    assert step(handed, Move.PASS, "reviewer-2").assignee == ""


def test_a_returned_item_begins_anew() -> None:
    """Whoever passed it the first time has not passed the next text."""
    returned = step(IN_REVIEW, Move.RETURN, "approver")

    assert (returned.state, returned.reviewer) == (S.RETURNED, "")
    assert step(returned, Move.SUBMIT, "author").state is S.SUBMITTED


@pytest.mark.parametrize("state", list(ItemState))
def test_only_a_draft_or_a_returned_version_is_edited(state: ItemState) -> None:
    if state in EDITABLE:
        check_editable("city-1", state)
    else:
        with pytest.raises(RuleError):
            check_editable("city-1", state)
