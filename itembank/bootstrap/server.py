"""The centre's home → its application, with the sequencer and the release watch running. What gunicorn loads."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from itembank.adapters.folder import FolderPackageStore
from itembank.adapters.package_names import SqlNames
from itembank.adapters.s3_store import S3PackageStore
from itembank.adapters.sequencer import Sequencer
from itembank.bootstrap import holder_lines, now, random
from itembank.bootstrap.centre import LOCK_FILE, ledger_copies, open_database
from itembank.config import CentreConfig, load_centre_config, load_policy
from itembank.ports import PackageStore
from itembank.web.centre import CentreServices, create_app
from itembank.web.watch import ReleaseWatch
from keys.directory import load_directory
from keys.keyfile import host_signer


def serve(home: str) -> Flask:
    """The application of the centre that lives in `home`."""
    path = Path(home)
    directory, config, policy = load_directory(path), load_centre_config(path), load_policy(path)
    book = open_database(path)
    holders = holder_lines(directory)
    sequencer = Sequencer(
        book.engine,
        ledger_copies(path, config),
        directory,
        host_signer(path / "ledger.key"),
        holders,
        now,
        path / LOCK_FILE,
    )
    sequencer.start()
    ReleaseWatch(book, sequencer, directory, holders, now).start()
    store = _store(path, config, book.engine)
    return create_app(CentreServices(book, store, sequencer, directory, policy, now, random))


def _store(home: Path, config: CentreConfig, engine: Engine) -> PackageStore:
    if config.packages:
        return S3PackageStore(config.packages, SqlNames(engine), now)
    return FolderPackageStore(home / "packages")
