"""Brings the tables of an older version up to date: all steps in one transaction, or none. The only user of Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, insert

from itembank.adapters import schema
from itembank.adapters.carrying import carry
from itembank.adapters.content_keys import ContentKeys
from itembank.adapters.engine import connect
from itembank.adapters.migrations import FIRST, HEAD
from itembank.adapters.place import Place


def upgrade(where: Path | str, lock_file: Path, keys: ContentKeys) -> tuple[str, str]:
    """The revisions before and after; an empty database gets all steps.

    What stood in clear is sealed under `keys`, and the database is written anew, so that no free page of it keeps a stem: after
    a kill in between, the same call does it.

    Raises StoreError when a centre works with this database, or when its tables are of no older version.
    """
    engine = connect(where)
    place = Place(engine, lock_file)
    try:
        place.take()
        with place.begin() as connection:
            found = "" if schema.is_empty(connection) else schema.check(connection)
            if found == schema.UNMARKED:
                schema.version.create(connection)
                connection.execute(insert(schema.version).values(version_num=FIRST))
            command.upgrade(config(connection), HEAD)
            sealed = carry(connection, keys)
        if sealed or found == HEAD:
            _forget(engine)
        return found, HEAD
    finally:
        place.leave()
        engine.dispose()


def _forget(engine: Engine) -> None:
    """No page that is not in use any more keeps what it held."""
    raw = engine.raw_connection()
    try:
        # Neither database does this inside a transaction, so it goes past SQLAlchemy, which would begin one.
        if engine.dialect.name == "sqlite":
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            raw.cursor().execute("VACUUM FULL")
            raw.driver_connection.autocommit = False  # type: ignore[union-attr]
    finally:
        raw.close()


def config(connection: Connection) -> Config:
    """What Alembic's commands are given to work over this connection, in its transaction."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", "itembank.adapters:migrations")
    return made
