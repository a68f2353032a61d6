"""The holder's own clock: the boot-time counter, anchored once to the system's time when the program starts.

Stepping the system's clock later therefore releases nothing. `file:PATH` adds an offset in seconds that a test writes;
anything but `system` warns at start and stands in every signed answer. Several agreeing sources are not here yet.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keys.errors import MalformedError

MOST_OFFSET = 366 * 86400.0
"""Seconds; a year is enough for any test."""


class Clock:
    """`kind` is what stands in signed answers: `system` or `file`."""

    def __init__(self, setting: str) -> None:
        self.kind, _, path = setting.partition(":")
        if setting != "system" and (self.kind != "file" or not path):
            raise MalformedError("clock.setting", found=setting)
        self._offset = Path(path) if path else None
        self._anchor = datetime.now(UTC)
        self._counter = time.clock_gettime(time.CLOCK_BOOTTIME)

    def now(self) -> datetime:
        """The trusted time, whole microseconds, UTC."""
        passed = time.clock_gettime(time.CLOCK_BOOTTIME) - self._counter
        return self._anchor + timedelta(seconds=passed + self._offset_seconds())

    def _offset_seconds(self) -> float:
        if self._offset is None:
            return 0.0
        try:
            seconds = float(self._offset.read_text())
        except (OSError, ValueError) as error:
            raise MalformedError("clock.setting", found=str(self._offset)) from error
        if not abs(seconds) <= MOST_OFFSET:  # nor NaN
            raise MalformedError("clock.setting", found=str(self._offset))
        return seconds
