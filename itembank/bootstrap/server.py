"""The centre's home → its application, with the sequencer and the release watch running. What gunicorn loads."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from itembank.adapters.database import Database, open_engine
from itembank.adapters.folder import FolderPackageStore
from itembank.adapters.ledger_files import LedgerFiles
from itembank.adapters.sequencer import Sequencer
from itembank.bootstrap import holder_lines, now, random
from itembank.config import load_centre_config
from itembank.web.centre import CentreServices, create_app
from itembank.web.watch import ReleaseWatch
from keys.directory import load_directory
from keys.keyfile import host_signer


def serve(home: str) -> Flask:
    """The application of the centre that lives in `home`."""
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
