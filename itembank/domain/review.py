"""The states of an item version (试题状态), who moves it from one to the next, and the three people it takes.

    草稿 draft ─submit─> 待初审 submitted ─pass─> 待复审 in_review ─approve─> 审定 approved ─activate─> 启用 active
         ▲                   │                        │                        │                       │  ▲
         └── 退回 returned <─┴──────── return ────────┘                     retire        freeze / retire  activate
                                                                               └──> 停用 retired <──────┴─ 冻结 frozen
                                                                                       └─archive─> 归档 archived

A state belongs to one version. A version's content changes only while it is draft or returned; whoever wants to change an
approved one writes the next version, and the old one stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from itembank.domain.errors import ItemError, PeopleError
from itembank.domain.policy import ReviewPolicy

COMMENT_AT_MOST = 500
"""Characters."""


class ItemState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ACTIVE = "active"
    FROZEN = "frozen"
    RETIRED = "retired"
    ARCHIVED = "archived"


STATE_NAMES = {
    ItemState.DRAFT: "草稿",
    ItemState.SUBMITTED: "待初审",
    ItemState.RETURNED: "退回",
    ItemState.IN_REVIEW: "待复审",
    ItemState.APPROVED: "审定",
    ItemState.ACTIVE: "启用",
    ItemState.FROZEN: "冻结",
    ItemState.RETIRED: "停用",
    ItemState.ARCHIVED: "归档",
}
EDITABLE = frozenset({ItemState.DRAFT, ItemState.RETURNED})
IN_QUEUE = (ItemState.SUBMITTED, ItemState.IN_REVIEW)
IN_EFFECT = frozenset({ItemState.ACTIVE, ItemState.FROZEN, ItemState.RETIRED, ItemState.ARCHIVED})
"""States of a version that papers could have been drawn from, at least once."""


class Move(StrEnum):
    """What moves a version to another state. `ASSIGN` hands it to another person in the same state."""

    SUBMIT = "submit"
    PASS = "pass"
    RETURN = "return"
    APPROVE = "approve"
    ACTIVATE = "activate"
    FREEZE = "freeze"
    RETIRE = "retire"
    ARCHIVE = "archive"
    ASSIGN = "assign"


S = ItemState
STEPS: dict[Move, dict[ItemState, tuple[str, ItemState]]] = {
    Move.SUBMIT: {S.DRAFT: ("item_writer", S.SUBMITTED), S.RETURNED: ("item_writer", S.SUBMITTED)},
    Move.PASS: {S.SUBMITTED: ("item_reviewer", S.IN_REVIEW)},
    Move.RETURN: {S.SUBMITTED: ("item_reviewer", S.RETURNED), S.IN_REVIEW: ("item_approver", S.RETURNED)},
    Move.APPROVE: {S.IN_REVIEW: ("item_approver", S.APPROVED)},
    Move.ACTIVATE: {S.APPROVED: ("bank_manager", S.ACTIVE), S.FROZEN: ("bank_manager", S.ACTIVE)},
    Move.FREEZE: {S.ACTIVE: ("bank_manager", S.FROZEN)},
    Move.RETIRE: {S.APPROVED: ("bank_manager", S.RETIRED), S.ACTIVE: ("bank_manager", S.RETIRED),
                  S.FROZEN: ("bank_manager", S.RETIRED)},
    Move.ARCHIVE: {S.RETIRED: ("bank_manager", S.ARCHIVED)},
    Move.ASSIGN: {S.SUBMITTED: ("bank_manager", S.SUBMITTED), S.IN_REVIEW: ("bank_manager", S.IN_REVIEW)},
}  # fmt: skip
"""Move → state it starts from → (duty of who does it, state it leads to)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one version stands: its state, its people, who should act next (anybody of the duty when empty), until when."""

    state: ItemState
    author: str
    reviewer: str = ""
    approver: str = ""
    assignee: str = ""
    due: datetime | None = None


ELSEWHERE = Standing(ItemState.ACTIVE, "author@giver", "reviewer@giver", "approver@giver")
"""A version of another bank's pool: its three people are known there and hidden here. No directory has such names."""
GIVER = "manager@giver"
"""Who takes a version of another bank's pool out of use when that bank has withdrawn it."""


def moved(
    standing: Standing, move: Move, who: str, duties: Sequence[str], at: datetime, policy: ReviewPolicy, *, to: str = ""
) -> Standing:
    """The version's standing after `who`, who holds `duties`, has moved it. `to`: whom an assignment names.

    Raises ItemError item.move when the state does not allow it, PeopleError when this person may not: not of the duty, the
    author of what is reviewed, the reviewer of what is approved, or not the one it was handed to.
    """
    step = STEPS[move].get(standing.state)
    if step is None:
        raise ItemError("item.move", state=STATE_NAMES[standing.state], move=move.value)
    duty, state = step
    if duty not in duties:
        raise PeopleError("people.duty", who=who, duty=duty)
    if move is Move.ASSIGN:
        _check_separate(standing, standing.state, to)
        return Standing(state, standing.author, standing.reviewer, "", to, _due(state, at, policy))
    if move in (Move.PASS, Move.RETURN, Move.APPROVE):
        _check_separate(standing, standing.state, who)
    if move is Move.SUBMIT and who != standing.author:
        raise PeopleError("people.not_author", who=who)
    if standing.assignee not in ("", who) and standing.state in IN_QUEUE:
        raise PeopleError("people.handed_to", who=standing.assignee)
    if move is Move.SUBMIT or move is Move.RETURN:
        return Standing(state, standing.author, due=_due(state, at, policy))
    reviewer = who if move is Move.PASS else standing.reviewer
    approver = who if move is Move.APPROVE else standing.approver
    return Standing(state, standing.author, reviewer, approver, "", _due(state, at, policy))


def _check_separate(standing: Standing, state: ItemState, who: str) -> None:
    """Who looks at a version in this state is none of those who brought it there."""
    if state in IN_QUEUE and who == standing.author:
        raise PeopleError("people.author_reviews", who=who)
    if state is ItemState.IN_REVIEW and who == standing.reviewer:
        raise PeopleError("people.reviewer_approves", who=who)


def _due(state: ItemState, at: datetime, policy: ReviewPolicy) -> datetime | None:
    days = {ItemState.SUBMITTED: policy.review_days, ItemState.IN_REVIEW: policy.approval_days}.get(state)
    return None if days is None else at + timedelta(days=days)


def check_editable(item_no: str, state: ItemState) -> None:
    """Raise ItemError unless the content of a version in this state may still be changed."""
    if state in IN_QUEUE:
        raise ItemError("item.under_review", item_no=item_no)
    if state not in EDITABLE:
        raise ItemError("item.version_fixed", item_no=item_no, state=STATE_NAMES[state])
