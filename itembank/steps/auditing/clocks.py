"""Whose clock is off: the holders' own times, compared with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from keys.answers import Status
from keys.errors import TamperedError

APART = 60
"""Seconds two clocks may differ."""


def compare_clocks(times: Mapping[str, int]) -> None:
    """`times`: holder → seconds since 1970 of its cosignature, all from one round over one checkpoint.

    Raises TamperedError naming the holder furthest from the middle when that is more than a minute; of two that differ,
    both, because nothing says which of them is right.
    """
    if len(times) < 2:
        return
    middle = sorted(times.values())[len(times) // 2]
    name = max(times, key=lambda holder: abs(times[holder] - middle))
    seconds = times[name] - middle
    if abs(seconds) > APART:
        raise TamperedError("audit.clock", who=name if len(times) > 2 else ", ".join(sorted(times)), seconds=seconds)


def compare_statuses(giver: str, at: datetime, statuses: Iterable[Status]) -> Iterator[tuple[str, int]]:
    """What a holder was shown when it gave its share: the other holders' statuses against its own time.

    A status made before cannot be ahead, whoever carried it: TamperedError names the holder whose is by more than a
    minute, or the giver when all others are. One that lies behind may be a slow clock or an old copy: it is yielded.
    """
    seconds = {status.holder: int((status.at - at).total_seconds()) for status in statuses}
    ahead = sorted(holder for holder, apart in seconds.items() if apart > APART)
    if ahead and len(ahead) == len(seconds) > 1:
        raise TamperedError("audit.clock", who=giver, seconds=-min(seconds[holder] for holder in ahead))
    if ahead:
        raise TamperedError("audit.clock", who=", ".join(ahead), seconds=max(seconds[holder] for holder in ahead))
    yield from ((holder, -apart) for holder, apart in sorted(seconds.items()) if apart < -APART)
