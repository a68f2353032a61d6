"""What came from another bank is written there, and nowhere else. No step, but steps may import it."""

from __future__ import annotations

from itembank.domain.errors import BlueprintError, ItemError
from itembank.ports import Transaction


def check_own_pool(transaction: Transaction, pool: str) -> None:
    """Raise ItemError for another bank's pool: the next release would overwrite what is written here."""
    if transaction.statements("take", pool):
        raise ItemError("pool.taken", pool=pool)


def check_own_blueprint(transaction: Transaction, key: str) -> None:
    """Raise BlueprintError for a blueprint that came with another bank's pool: its versions are numbered there."""
    for pool, hangs_on in transaction.bank.pools().items():
        if hangs_on == key and transaction.statements("take", pool):
            raise BlueprintError("blueprint.taken", key=key, pool=pool)
