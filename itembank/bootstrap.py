"""The only place that builds adapters: a seat's home folder → what its commands and its application work with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import cast

from flask import Flask

from itembank.adapters.centre_line import HttpCentreLine, OfflineCentreLine
from itembank.adapters.database import Database, open_engine
from itembank.adapters.folder import DiskFolder, FolderPackageStore
from itembank.adapters.holder_line import HttpHolderLine
from itembank.adapters.ledger_files import LedgerFiles
from itembank.adapters.sequencer import Sequencer
from itembank.config import load_centre_config
from itembank.ports import Book, CentreLine, Folder, HolderLine
from itembank.printing.fonts import load_fonts
from itembank.printing.render import render, template_digest
from itembank.steps.assembling import PrintSetting
from itembank.steps.sealing import Render
from itembank.steps.seat import Seat
from itembank.web.centre import CentreServices, create_app
from itembank.web.watch import ReleaseWatch
from keys.directory import Device, Directory, load_directory
from keys.keyfile import host_signer
from keys.statement import Signer


def now() -> datetime:
    """The system's clock, UTC."""
    return datetime.now(UTC)


random = os.urandom


@dataclass(frozen=True, slots=True)
class CentreSeat:
    """What the centre's commands need; its application needs more (`serve_centre`)."""

    book: Book
    directory: Directory


def centre_seat(home: Path) -> CentreSeat:
    """The bank side of the centre: its database, beside a running server or without one."""
    return CentreSeat(Database(open_engine(home / "centre.sqlite")), load_directory(home))


def serve_centre(home: str) -> Flask:
    """For gunicorn: the centre's application with its sequencer and its release watch running."""
    path = Path(home)
    directory, config = load_directory(path), load_centre_config(path)
    engine = open_engine(path / "centre.sqlite")
    holders = holder_lines(directory)
    sequencer = Sequencer(
        engine,
        (LedgerFiles(path / "ledger"), LedgerFiles(config.mirror)),
        directory,
        host_signer(path / "ledger.key"),
        holders,
        now,
        path / "sequencer.lock",
    )
    sequencer.start()
    book = Database(engine)
    ReleaseWatch(book, sequencer, directory, holders, now).start()
    store = FolderPackageStore(path / "packages")
    return create_app(CentreServices(book, store, sequencer, directory, now, random))


@dataclass(frozen=True, slots=True)
class DeskSeat:
    """The desk: its folder, who it is, and its wire to the centre."""

    folder: Folder
    directory: Directory
    me: Device
    home: Path
    centre: CentreLine
    holders: list[HolderLine]


def desk_seat(home: Path) -> DeskSeat:
    """The desk in this home."""
    directory = load_directory(home)
    signer = host_signer(home / "device.key")
    centre = HttpCentreLine(directory.centre_url, signer)
    me = directory.device(signer.name)
    return DeskSeat(DiskFolder(home), directory, me, home, centre, holder_lines(directory))


def station_seat(home: Path) -> Seat:
    """The station in this home."""
    return Seat(DiskFolder(home), host_signer(home / "device.key"), load_directory(home), now)


def centre_line(directory: Directory, device: Signer | None, *, offline: bool = False) -> CentreLine:
    """The wire to the centre; `offline` is the pulled cable."""
    if offline:
        return cast(CentreLine, OfflineCentreLine())
    return HttpCentreLine(directory.centre_url, device)


def holder_lines(directory: Directory) -> list[HolderLine]:
    """A wire to every holder of the directory."""
    return [HttpHolderLine(holder) for holder in directory.holders]


def print_setting() -> PrintSetting:
    """By what pages are made on this machine."""
    return PrintSetting(template_digest(), load_fonts().files)


def renderer(progress: Callable[[int], None]) -> Render:
    """Pages from typst, in as many workers as there are cores."""
    fonts, workers = load_fonts(), max(1, os.cpu_count() or 1)
    return lambda content, qr, marks: render(content, qr, marks, fonts, workers=workers, progress=progress)


def patience(seconds: float, beat: float = 0.1) -> Iterator[None]:
    """Paces a wait: one step each beat until the seconds are over."""
    for _ in range(int(seconds / beat)):
        yield
        sleep(beat)


def files_under(root: Path) -> tuple[Folder, list[str]]:
    """A whole folder for an audit: every file in it, relative."""
    names = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return DiskFolder(root), names
