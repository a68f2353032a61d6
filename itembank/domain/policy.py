"""The bank's policy as data: the numbers a provincial centre sets for itself.

The defaults are those named in the field (鉴定点 at least twice the weight, at least 4 items a point, a bank of 500 items that
grows by 300 a cycle); a centre's `policy.toml` replaces any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class LocalItems(StrEnum):
    """May a local pool have items where the national bank has the occupation?"""

    FORBIDDEN = "forbidden"
    ADAPTED = "adapted"
    """Only adaptations of a national item, with its number."""
    CAPPED = "capped"
    """Yes; policy and plan cap how many points of a paper they may make, and national comes first."""


@dataclass(frozen=True, slots=True)
class BlueprintPolicy:
    """Shares in percent of all points; `points_per_weight`: assessment points for each percent of weight, times 10."""

    x_at_least: int = 80
    y_at_most: int = 15
    z_at_most: int = 5
    points_per_weight: int = 20
    points_at_least: int = 200


@dataclass(frozen=True, slots=True)
class BankFloors:
    """What a bank of one occupation and level should hold. `items_per_point` counts active items of each point."""

    items_at_least: int = 500
    items_per_cycle: int = 300
    items_per_point: int = 4
    items_per_difficulty: int = 20


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """Days a reviewer and an approver have before an item stands in the queue as overdue; how long a pledge holds."""

    review_days: int = 14
    approval_days: int = 7
    pledge_days: int = 180


@dataclass(frozen=True, slots=True)
class PredictabilityPolicy:
    """Percent of a paper that the best guesser gets right who knows the bank: above it, warn; above it, do not seal."""

    warn_above: int = 15
    block_above: int = 40


@dataclass(frozen=True, slots=True)
class PoolPolicy:
    """Who may do what with the pools of one scope, by organisation; an empty tuple means every organisation of the directory.

    `writers` author and review, `readers` may look at content, `desks` may draw (device names).
    """

    writers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """All of it. `pools`: scope → rights; a scope that is missing has the defaults.

    `local_points_at_most`: of a paper drawn beside a national pool; a plan may allow less, never more.
    """

    local_items: LocalItems = LocalItems.CAPPED
    local_points_at_most: int = 100
    blueprint: BlueprintPolicy = BlueprintPolicy()
    floors: BankFloors = BankFloors()
    review: ReviewPolicy = ReviewPolicy()
    predictability: PredictabilityPolicy = PredictabilityPolicy()
    pools: dict[str, PoolPolicy] = field(default_factory=dict)

    def of_scope(self, scope: str) -> PoolPolicy:
        return self.pools.get(scope, PoolPolicy())
