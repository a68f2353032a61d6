"""What a pool may be called, whose it is, and which pools count as national.

A pool's name begins with its scope: `national`, `sector-metal`, `province`, `city-welder-4`. Its items hang on one blueprint.
National first is a rule of the field: an item of a local pool enters a paper only where the national pool cannot serve.
Sector pools are certified by the ministry and are part of the national bank, so they are not local.
"""

from __future__ import annotations

import re
from enum import StrEnum

from itembank.domain.errors import ItemError, PlanError
from itembank.domain.items import ItemCard
from itembank.domain.policy import Policy

NAME = re.compile(r"(national|sector|province|city)(-[a-z0-9]{1,30}){0,6}")
NAME_AT_MOST = 60
"""Characters."""
WHOLE_PAPER = 100
"""Points."""


class PoolScope(StrEnum):
    """Whose a pool is (总库、行业分库、省级分库、地市级分库)."""

    NATIONAL = "national"
    SECTOR = "sector"
    PROVINCE = "province"
    CITY = "city"


NATIONAL_SCOPES = frozenset({PoolScope.NATIONAL, PoolScope.SECTOR})


def scope_of(pool: str) -> PoolScope:
    """Whose pool it is, from its name."""
    return PoolScope(pool.partition("-")[0])


def is_local(card: ItemCard) -> bool:
    """Whether the card comes from a province's or a city's own pool."""
    return scope_of(card.pool) not in NATIONAL_SCOPES


def local_cap(policy: Policy, pool: str, taken: int) -> int:
    """Points of a paper that may come from local pools beside this one. `taken`: what its own bank says, where it has one."""
    return min(policy.local_points_at_most, taken) if scope_of(pool) in NATIONAL_SCOPES else WHOLE_PAPER


def may_share_numbers(one: str, other: str) -> bool:
    """Whether items of both may have one number: `city` + `a-1` is written like `city-a` + `1`."""
    return f"{one}-".startswith(f"{other}-") or f"{other}-".startswith(f"{one}-")


def check_pool_name(pool: str) -> None:
    """Raise ItemError unless the name says whose the pool is, and may stand in an item's number and in a file's name."""
    if not NAME.fullmatch(pool) or len(pool) > NAME_AT_MOST:
        raise ItemError("item.pool", pool=pool)


def check_released_to(policy: Policy, pool: str, desk: str) -> None:
    """Raise PlanError when the policy names the desks that may draw from pools of this scope, and this is none of them."""
    allowed = policy.of_scope(scope_of(pool)).desks
    if allowed and desk not in allowed:
        raise PlanError("pool.desk_not_allowed", pool=pool, desk=desk)
