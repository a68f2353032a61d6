"""The only place that builds adapters: a seat's home folder → what its commands and its application work with.

One file a seat, so that a station loads no database and no solver; here is what all seats share.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import cast

from itembank.adapters.folder import DiskFolder
from itembank.ports import CentreLine, Folder, HolderLine
from keys.directory import Device, Directory, load_directory
from keys.keyfile import host_signer
from keys.statement import Signer

random = os.urandom


def now() -> datetime:
    """The system's clock, UTC."""
    return datetime.now(UTC)


def forbid_core_dumps() -> None:
    """No core dump of this process may ever hold a paper or its answers."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def device_here(home: Path) -> Device:
    """Which device of its directory lives in this home."""
    return load_directory(home).device(host_signer(home / "device.key").name)


def centre_line(directory: Directory, device: Signer | None, *, offline: bool = False) -> CentreLine:
    """The wire to the centre; `offline` is the pulled cable."""
    # A command that asks nobody does not load what talks HTTP.
    from itembank.adapters.centre_line import HttpCentreLine, OfflineCentreLine

    if offline:
        return cast(CentreLine, OfflineCentreLine())
    return HttpCentreLine(directory.centre_url, device)


def holder_lines(directory: Directory) -> list[HolderLine]:
    """A wire to every holder of the directory."""
    # As above.
    from itembank.adapters.holder_line import HttpHolderLine

    return [HttpHolderLine(holder) for holder in directory.holders]


def patience(seconds: float, beat: float = 0.1) -> Iterator[None]:
    """Paces a wait: one step each beat until the seconds are over."""
    for _ in range(int(seconds / beat)):
        yield
        sleep(beat)


def files_under(root: Path) -> tuple[Folder, list[str], list[str]]:
    """A whole folder for an audit: every plain file in it, relative, and whatever else is no folder (links, pipes)."""
    names: list[str] = []
    odd: list[str] = []
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        shown = os.fsencode(name).decode(errors="backslashreplace")
        if path.is_symlink() or not (path.is_file() or path.is_dir()) or shown != name:
            odd.append(shown)
        elif path.is_file():
            names.append(name)
    return DiskFolder(root), names, odd
