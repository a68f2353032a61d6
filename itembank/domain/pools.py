"""Which pool counts as national.

National first is a rule of the field: an item of a local pool enters a paper only where the national pool cannot serve.
Sector pools are certified by the ministry and are part of the national bank, so they are not local.
"""

from __future__ import annotations

from itembank.domain.items import ItemCard

NATIONAL_POOLS = frozenset({"national", "sector"})


def is_local(card: ItemCard) -> bool:
    """Whether the card comes from a province's or a city's own pool."""
    return card.pool not in NATIONAL_POOLS
