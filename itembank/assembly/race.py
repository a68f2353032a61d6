"""What an item costs in one draw, and where it stands in its section: secret, random, replayable.

The cheapest paper that keeps every rule is the drawn one. An item's cost is its finishing time in an exponential race,
-ln(u) / rate, with u from HMAC-SHA256 under the draw's key. Among items that serve equally well each is therefore equally
likely, and without the seed nobody can say which. Where the bank has little for what the plan asks of an area, its items are on
many papers anyway; they run slower, so that they are on no more than they must be. Of a ready-made paper (套题), which is drawn
whole, one item runs for all and the others cost nothing: each paper is equally likely, whatever is on it. Integers all the way:
floating-point logarithms differ in the last digit between machines, and one digit could be another paper.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemCard
from itembank.domain.plan import Mode, Plan

COST_BITS = 24
"""-ln(u) in steps of 2**-24: the chance that two papers cost the same is below one in a thousand, and a tie is found."""
_LOG_BITS = 24
_LN2 = 0xB17217F7  # ln 2 in steps of 2**-32
FRESH, WORN = 6, 3
"""A rate of 6 / (6 + min(uses, 3)): what was on three papers is two thirds as likely. More would tell an outsider what
comes next; the hard rule is the window of recent use."""
EVEN, SCARCE = 16, 32
"""How much slower the items of an area run, in sixteenths: as scarce as all on average, or twice as scarce and more."""


@dataclass(frozen=True, slots=True)
class Race:
    """The race of one draw. `slowed`: area code → sixteenths; `depth`: of these areas. `runners`: in a draw of ready-made
    papers the item that runs for each, and how often the most used item of that paper was.
    """

    key: bytes = field(repr=False)
    by_use: bool
    depth: int
    slowed: dict[str, int]
    runners: dict[str, int] | None = None

    @classmethod
    def of(cls, plan: Plan, blueprint: Blueprint, cards: Iterable[ItemCard], key: bytes) -> Race:
        """`cards`: all that may be drawn, whether they stand in a model or not."""
        if plan.mode is Mode.FIXED:
            return cls(key, plan.by_use, 0, {}, _runners(cards))
        depth = 0 if plan.is_practical else 1 if plan.mode is Mode.TYPE else blueprint.depth
        have = Counter(_area(card.point, depth) for card in cards)
        weights = {node.code: node.weight for node in blueprint.nodes}
        slowed = {
            area: max(EVEN, min(SCARCE, EVEN * weights[area] * have.total() // (100 * count)))
            for area, count in have.items()
            if area in weights
        }
        return cls(key, plan.by_use, depth, slowed)

    def cost(self, form: str, card: ItemCard) -> int:
        """The cost of drawing this item for this form."""
        if self.runners is not None:
            uses = self.runners.get(card.item_no)
            return 0 if uses is None else race_cost(self.key, form, card.fixed_form, uses if self.by_use else 0)
        slowed = self.slowed.get(_area(card.point, self.depth), EVEN)
        return race_cost(self.key, form, card.item_no, card.uses if self.by_use else 0, slowed)


def draw_key(seed: bytes) -> bytes:
    """The key of one draw, from its seed alone.

    Plan and snapshot are fixed after the seeds are given. Were the key bound to them, whoever fixes them could try one after
    another until the draw is to his liking. So no change of theirs shuffles anything; what they do change is in the attempt.
    """
    return hmac.digest(seed, b"itembank/draw/2", "sha256")


def race_cost(key: bytes, form: str, name: str, uses: int = 0, slowed: int = EVEN) -> int:
    """The cost of drawing what has this name for this form: an integer from 1 to 2**32, exponentially distributed."""
    drawn = int.from_bytes(_keyed(key, "cost", form, name)[:8], "big") + 1
    time = _minus_log2(drawn) * _LN2 >> (32 + _LOG_BITS - COST_BITS)
    return 1 + time * (FRESH + min(uses, WORN)) * slowed // (FRESH * EVEN)


def _runners(cards: Iterable[ItemCard]) -> dict[str, int]:
    """Of each ready-made paper the first item by number, and the most uses any item of it has."""
    first: dict[str, str] = {}
    uses: dict[str, int] = {}
    for card in cards:
        name = card.fixed_form
        first[name] = min(first.get(name, card.item_no), card.item_no)
        uses[name] = max(uses.get(name, 0), card.uses)
    return {item_no: uses[name] for name, item_no in first.items()}


def _area(point: str, depth: int) -> str:
    """The area of so many levels that an assessment point lies in, as far as it has them."""
    return "-".join(point.split("-")[:-1][:depth])


def order_key(key: bytes, form: str, item_no: str) -> bytes:
    """Items of a section are printed in the order of these 32 bytes."""
    return _keyed(key, "order", form, item_no)


def _keyed(key: bytes, purpose: str, form: str, name: str) -> bytes:
    return hmac.digest(key, f"{purpose}|{form}|{name}".encode(), hashlib.sha256)


def _minus_log2(drawn: int) -> int:
    """-log2(drawn / 2**64) for 1 <= drawn <= 2**64, in steps of 2**-24: one binary digit per squaring."""
    exponent = drawn.bit_length() - 1
    mantissa = (drawn << 63) >> exponent  # in [2**63, 2**64): the number 1.0 to 2.0
    digits = 0
    for _ in range(_LOG_BITS):
        mantissa = mantissa * mantissa >> 63
        carry = mantissa >> 64
        digits = digits << 1 | carry
        mantissa >>= carry
    return (64 - exponent << _LOG_BITS) - digits
