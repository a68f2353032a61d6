"""Custody: the order in which acts may follow each other, and the paper ledger that must balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from itembank.domain.errors import CustodyError

PREPARATION = ("blueprint", "import", "pool", "attempt", "proof", "seal", "approve", "deposit", "intent", "fetch")
"""Acts that wait for each other in the ledger's own order, each for the first of the one before it."""
AT_STATION = ("fetch", "arm", "open", "print", "return")
"""Acts on one package that wait for each other in the chain of their station's receipts."""


def check_preparation(first_at: Mapping[str, int]) -> None:
    """Raise CustodyError unless each act of preparation stands behind the one before it (act → index of its first line)."""
    for before, act in pairwise(PREPARATION):
        if act in first_at and first_at.get(before, 1 << 62) > first_at[act]:
            raise CustodyError("custody.order", act=act, before=before)


def check_at_station(acts: Sequence[str]) -> None:
    """Raise CustodyError unless the acts on one package follow each other, each at most once."""
    for place, act in enumerate(acts):
        if act not in AT_STATION[place : place + 1]:
            before = AT_STATION[AT_STATION.index(act) - 1] if act in AT_STATION[1:] else AT_STATION[0]
            raise CustodyError("custody.order", act=act, before=before)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the printed copies: used by a candidate, absent, spare, spoiled, destroyed."""

    used: int
    absent: int
    spare: int
    spoiled: int
    destroyed: int

    @property
    def total(self) -> int:
        return self.used + self.absent + self.spare + self.spoiled + self.destroyed

    def check(self, printed: int) -> None:
        """Raise CustodyError unless printed = used + absent + spare + spoiled + destroyed, none of them negative."""
        parts = (self.used, self.absent, self.spare, self.spoiled, self.destroyed)
        if min(parts) < 0 or self.total != printed:
            raise CustodyError("custody.balance", printed=printed, returned=self.total, missing=printed - self.total)

    def __str__(self) -> str:
        return f"{self.used}+{self.absent}+{self.spare}+{self.spoiled}+{self.destroyed}"


def copy_numbers(package: str, copies: int) -> list[str]:
    """The numbers of the copies a station prints: package and three digits."""
    return [f"{package}-{number:03d}" for number in range(1, copies + 1)]
