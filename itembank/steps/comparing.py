"""Beside the steps, 查重: a bank manager lets the items of a pool be compared, after an import, for what asks the same twice.

The texts are opened for it, so the manager stands on the eyes list of every item and in the ledger before anything is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from itembank.domain.confidentiality import Sight
from itembank.domain.duplicates import comparison_text
from itembank.domain.errors import ItemError
from itembank.domain.policy import Policy
from itembank.formats.near_duplicates import Pair, near_duplicates
from itembank.ports import Book, Clock
from itembank.steps.viewing import look
from keys.directory import Directory
from keys.statement import Signer

PURPOSE = "查重"
"""What the eyes lists say it was for."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many items were compared, and the pairs, the most alike first."""

    items: int
    pairs: tuple[Pair, ...]


def compare_pool(
    book: Book, directory: Directory, clock: Clock, policy: Policy, manager: Signer, pool: str,
    progress: Callable[[int, int], object],
) -> Compared:  # fmt: skip
    """Near duplicates among the newest versions of a pool's items. `progress` is told how many of how many are compared.

    Raises RefusedError for another duty, ItemError for a pool without items, PeopleError as for every look at content.
    """
    directory.require_acting([manager], "bank_manager")
    with book.read() as transaction:
        numbers = transaction.bank.numbers(pool)
    if not numbers:
        raise ItemError("item.unknown", item_no=pool)
    shown = look(book, directory, clock, policy, manager, numbers, Sight.EXPORT, where=PURPOSE)
    texts = [(item.item_no, comparison_text(item)) for _, item in shown]

    def told(done: int) -> None:
        progress(done, len(texts))

    pairs = near_duplicates(texts, progress=told)
    return Compared(len(texts), tuple(pairs))
