"""What a pool may be called, whose it is, and which pools count as national.

A pool's name begins with its scope: `national`, `sector-metal`, `province`, `city-welder-4`. Its items hang on one blueprint.
National first is a rule of the field: an item of a local pool enters a paper only where the national pool cannot serve.
Sector pools are certified by the ministry and are part of the national bank, so they are not local.
"""

from __future__ import annotations

import re
from enum import StrEnum

from itembank.domain.errors import ItemError
from itembank.domain.items import ItemCard

NAME = re.compile(r"(national|sector|province|city)(-[a-z0-9]{1,30}){0,6}")


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


def check_pool_name(pool: str) -> None:
    """Raise ItemError unless the name says whose the pool is, and may stand in an item's number and in a file's name."""
    if not NAME.fullmatch(pool):
        raise ItemError("item.pool", pool=pool)
