"""The centre's home → its bank side for commands, and its application for the server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from itembank.adapters.database import Database, open_engine
from itembank.adapters.folder import FolderPackageStore
from itembank.adapters.ledger_files import LedgerFiles
from itembank.adapters.sequencer import Sequencer
from itembank.bootstrap import holder_lines, now, random
from itembank.config import load_centre_config
from itembank.ports import Book
from itembank.web.centre import CentreServices, create_app
from itembank.web.watch import ReleaseWatch
from keys.directory import Directory, load_directory
from keys.keyfile import host_signer


@dataclass(frozen=True, slots=True)
class CentreSeat:
    """What the centre's commands need; its application needs more."""

    book: Book
    directory: Directory


def centre_seat(home: Path) -> CentreSeat:
    """The bank side of the centre: its database, beside a running server or without one."""
    return CentreSeat(Database(open_engine(home / "centre.sqlite")), load_directory(home))


def serve(home: str) -> Flask:
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
