"""Which items of a bank may be drawn at all, and why the others may not: what every table of supply begins with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from itembank.assembly.fixed_forms import Miss, misses
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard
from itembank.domain.plan import Mode, Plan
from itembank.formats.snapshot import Snapshot

MOST_CARDS = 20_000
"""Measured up to here; a larger bank has to be narrowed before the draw."""


class Reason(StrEnum):
    """Why an item is left out of a draw."""

    RECENT = "recent"
    TRAINER = "trainer"
    EXCLUDED = "excluded"
    KEPT = "kept_for_form"
    BROKEN = "form_broken"
    UNFIT = "unfit"
    LOCAL = "local"

    @property
    def zh(self) -> str:
        return _NAMES[self][0]

    @property
    def en(self) -> str:
        return _NAMES[self][1]


_NAMES = {
    Reason.RECENT: ("近期已用", "used recently"),
    Reason.TRAINER: ("培训教师看过", "seen by a trainer"),
    Reason.EXCLUDED: ("已剔除", "excluded"),
    Reason.KEPT: ("套题专用", "kept for a ready-made paper"),
    Reason.BROKEN: ("所在套题不可用", "of a ready-made paper that cannot be used"),
    Reason.UNFIT: ("不合组卷计划", "not as the plan asks"),
    Reason.LOCAL: ("超出地方题库限额", "over the cap of local pools"),
}


@dataclass(frozen=True, slots=True)
class Eligible:
    """The cards of a draw by item number, and of the others the reason."""

    cards: tuple[ItemCard, ...]
    left_out: dict[str, tuple[ItemCard, Reason]]


def sift_snapshot(plan: Plan, snapshot: Snapshot) -> Eligible:
    """What may be drawn of a snapshot. Raises as `sift` does."""
    return sift(plan, snapshot.blueprint, snapshot.cards, snapshot.day, snapshot.excluded, snapshot.trainers)


def sift(
    plan: Plan,
    blueprint: Blueprint,
    cards: Iterable[ItemCard],
    day: date,
    excluded: Mapping[str, str] | None = None,
    trainers: Collection[int] = (),
) -> Eligible:
    """What the plan asks for, without what was used inside its window, was seen by a trainer, or was excluded for a reason.

    An item of a ready-made paper is drawn with the whole of it, or not at all; one that is not as the plan asks is left out.
    Raises PlanError for two cards of one number, one whose point the blueprint has not, and a bank that is too large.
    """
    known = {point.code for point in blueprint.points}
    wanted, numbers, broken = [], Counter[str](), set[str]()
    for card in sorted(cards, key=lambda card: card.item_no):
        numbers[card.item_no] += 1
        if numbers[card.item_no] > 1:
            raise PlanError("plan.card_doubled", item_no=card.item_no)
        if card.point not in known:
            raise PlanError("plan.card_point", item_no=card.item_no, point=card.point)
        if plan.section_of(card.type, card.point) is not None:
            wanted.append(card)
        else:
            broken.add(card.fixed_form)
    if plan.mode is Mode.FIXED:
        wanted = [card for card in wanted if card.fixed_form]
    since = f"{day - timedelta(days=plan.recent_days):%Y-%m-%d}"
    watched = frozenset(trainers)
    left_out: dict[str, tuple[ItemCard, Reason]] = {}
    eligible = []
    for card in wanted:
        reason = _reason(card, since if plan.recent_days else "", watched, excluded or {})
        if reason is None and card.fixed_form and plan.mode is not Mode.FIXED:
            reason = Reason.KEPT
        if reason is None:
            eligible.append(card)
        else:
            left_out[card.item_no] = (card, reason)
            broken.add(card.fixed_form)
    if plan.mode is Mode.FIXED:
        unusable = _unusable(plan, blueprint, eligible, broken)
        left_out |= {card.item_no: (card, unusable[card.fixed_form]) for card in eligible if card.fixed_form in unusable}
        eligible = [card for card in eligible if card.fixed_form not in unusable]
    if len(eligible) > MOST_CARDS:
        raise PlanError("plan.bank_too_large", found=len(eligible), most=MOST_CARDS)
    return Eligible(tuple(eligible), left_out)


def _unusable(plan: Plan, blueprint: Blueprint, cards: Iterable[ItemCard], broken: Collection[str]) -> dict[str, Reason]:
    """Ready-made papers that lost an item (`broken`), and those that break a rule."""
    whole = [card for card in cards if card.fixed_form not in broken]
    unfit = {name: _unfit(found) for name, found in misses(plan, blueprint, whole).items() if found}
    return dict.fromkeys(broken, Reason.BROKEN) | unfit


def _unfit(found: Iterable[Miss]) -> Reason:
    return Reason.LOCAL if any(miss.row.rule == "local_cap" for miss in found) else Reason.UNFIT


def _reason(card: ItemCard, since: str, trainers: frozenset[int], excluded: Mapping[str, str]) -> Reason | None:
    if since and card.used_on > since:
        return Reason.RECENT
    if trainers and not trainers.isdisjoint(card.eyes):
        return Reason.TRAINER
    return Reason.EXCLUDED if card.item_no in excluded else None
