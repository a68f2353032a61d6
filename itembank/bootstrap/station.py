"""The home of a station or of the scoring desk → its seat."""

from __future__ import annotations

from pathlib import Path

from itembank.adapters.folder import DiskFolder
from itembank.bootstrap import forbid_core_dumps, now
from itembank.steps.seat import Seat
from keys.directory import load_directory
from keys.errors import RefusedError
from keys.keyfile import host_signer


def station_seat(home: Path) -> Seat:
    """The station in this home."""
    return Seat(DiskFolder(home), host_signer(home / "device.key"), load_directory(home), now)


def scoring_seat(home: Path) -> Seat:
    """The scoring desk in this home. Raises RefusedError for any other."""
    forbid_core_dumps()
    seat = station_seat(home)
    if seat.directory.device(seat.device.name).kind != "scoring":
        raise RefusedError("scoring.other_home", device=seat.device.name)
    return seat
