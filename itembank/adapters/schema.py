"""Of which version a database's tables are. What brings older ones up to date is in `migrations`; few programs load it."""

from __future__ import annotations

import re

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select

from itembank.adapters import bank_rules, package_tables, tables
from itembank.adapters.migrations import HEAD
from itembank.ports import StoreError

UNMARKED = "0000"
"""The tables of 0001, made when no account of revisions was kept."""

# As Alembic makes it, which reads and writes it afterwards.
version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def is_empty(connection: Connection) -> bool:
    """Whether there is no table at all."""
    return not inspect(connection).get_table_names()


def create(connection: Connection) -> None:
    """All tables of today in an empty database."""
    assert package_tables.package_name.metadata is tables.metadata
    tables.metadata.create_all(connection)
    for statement in bank_rules.statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    version.create(connection)
    connection.execute(insert(version).values(version_num=HEAD))


def revision(connection: Connection) -> str:
    """Which tables they are: four digits. UNMARKED: those of the first version of this program. Empty: none of ours."""
    if inspect(connection).has_table(version.name):
        return "".join(connection.execute(select(version.c.version_num)).scalars())
    return UNMARKED if inspect(connection).has_table(tables.ledger_queue.name) else ""


def check(connection: Connection) -> str:
    """The revision of the tables when it is today's or an older one. Raises StoreError for any other."""
    found = revision(connection)
    if re.fullmatch(r"\d{4}", found) is None or found > HEAD:
        raise StoreError("store.new_schema", found=found or "?", needed=HEAD)
    return found


def check_newest(connection: Connection) -> None:
    """Raises StoreError when the tables are not those this program works with."""
    found = check(connection)
    if found != HEAD:
        raise StoreError("store.old_schema", found=found, needed=HEAD)
