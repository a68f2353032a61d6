"""The tables of a database as a value, so that two of them can be held against each other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect

TRIGGERS = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')",
    "postgresql": (
        "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
        "UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "UNION ALL SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'"
    ),
}


def schema_of(connection: Connection) -> dict[str, Any]:
    """Columns, keys, constraints and indexes by table, with their names; triggers, functions and views as they are written.

    The order of a table's columns does not count: what a step adds comes last.
    """
    found = inspect(connection)
    tables = {name: _table(found, connection, name) for name in found.get_table_names()}
    written = connection.exec_driver_sql(TRIGGERS[connection.dialect.name])
    return {**tables, "written": sorted((str(name), " ".join(text.split())) for name, text in written)}


def _table(found: Any, connection: Connection, name: str) -> dict[str, Any]:
    columns = {
        column["name"]: (column["type"].compile(connection.dialect), column["nullable"], column["default"])
        for column in found.get_columns(name)
    }
    return {
        "columns": columns,
        "primary key": found.get_pk_constraint(name),
        "unique": sorted(found.get_unique_constraints(name), key=repr),
        "foreign keys": sorted(found.get_foreign_keys(name), key=repr),
        "checks": sorted(found.get_check_constraints(name), key=repr),
        "indexes": sorted(map(_index, found.get_indexes(name)), key=repr),
    }


def _index(found: Any) -> dict[str, Any]:
    """The condition of a partial index as its text: as an object it is never equal to another."""
    return {**found, "dialect_options": {name: str(value) for name, value in found.get("dialect_options", {}).items()}}
