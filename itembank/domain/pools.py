"""What a pool may be called, and which pool counts as national.

National first is a rule of the field: an item of a local pool enters a paper only where the national pool cannot serve.
Sector pools are certified by the ministry and are part of the national bank, so they are not local.
"""

from __future__ import annotations

import re

from itembank.domain.errors import ItemError
from itembank.domain.items import ItemCard

NAME = re.compile(r"[a-z][a-z0-9]{0,30}(-[a-z0-9]+){0,3}")
NATIONAL_POOLS = frozenset({"national", "sector"})


def is_local(card: ItemCard) -> bool:
    """Whether the card comes from a province's or a city's own pool."""
    return card.pool not in NATIONAL_POOLS


def check_pool_name(pool: str) -> None:
    """Raise ItemError unless the name may stand in an item's number and in a file's name."""
    if not NAME.fullmatch(pool):
        raise ItemError("item.pool", pool=pool)
