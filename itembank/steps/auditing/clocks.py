"""Whose clock is off: the holders' own times for one and the same checkpoint, compared with each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from keys.answers import Status
from keys.errors import TamperedError

APART = 60
"""Seconds two clocks may differ."""


def compare_clocks(times: Mapping[str, float]) -> None:
    """`times`: holder → seconds since 1970, all from one round over one checkpoint.

    Raises TamperedError naming the holder furthest from the others' middle, when that is more than a minute.
    """
    if len(times) < 2:
        return
    ordered = sorted(times.values())
    middle = ordered[len(ordered) // 2] if len(ordered) > 2 else ordered[0]
    name = max(times, key=lambda holder: abs(times[holder] - middle))
    if abs(times[name] - middle) > APART:
        raise TamperedError("audit.clock", who=name, seconds=int(times[name] - middle))


def compare_statuses(statuses: Iterable[Status]) -> None:
    """The same for the statuses one holder was shown when it was asked; they speak of one checkpoint, or are not compared."""
    rounds: dict[tuple[int, bytes], dict[str, float]] = {}
    for status in statuses:
        rounds.setdefault((status.size, status.root), {})[status.holder] = status.at.timestamp()
    for times in rounds.values():
        compare_clocks(times)
