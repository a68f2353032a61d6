"""A desk's home → its seat, and what its pages are made with."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from itembank.adapters.folder import DiskFolder
from itembank.bootstrap import centre_line, forbid_core_dumps, holder_lines
from itembank.config import load_policy
from itembank.domain.policy import Policy
from itembank.ports import CentreLine, Folder, HolderLine
from itembank.printing.fonts import load_fonts
from itembank.printing.render import render, template_digest
from itembank.steps.assembling import PrintSetting
from itembank.steps.sealing import Render
from keys.directory import Device, Directory, load_directory
from keys.keyfile import host_signer
from keys.statement import Signer


@dataclass(frozen=True, slots=True)
class DeskSeat:
    """The desk: its folder, who it is, and its wires."""

    folder: Folder
    directory: Directory
    policy: Policy
    me: Device
    device: Signer
    home: Path
    centre: CentreLine
    holders: list[HolderLine]


def desk_seat(home: Path) -> DeskSeat:
    """The desk in this home."""
    forbid_core_dumps()
    directory = load_directory(home)
    signer = host_signer(home / "device.key")
    me = directory.device(signer.name)
    folder, policy, centre = DiskFolder(home), load_policy(home), centre_line(directory, signer)
    return DeskSeat(folder, directory, policy, me, signer, home, centre, holder_lines(directory))


def print_setting() -> PrintSetting:
    """By what pages are made on this machine."""
    return PrintSetting(template_digest(), load_fonts().files)


def renderer(progress: Callable[[int], None]) -> Render:
    """Pages from typst, in as many workers as there are cores."""
    fonts, workers = load_fonts(), max(1, os.cpu_count() or 1)
    return lambda content, qr, marks: render(content, qr, marks, fonts, workers=workers, progress=progress)
