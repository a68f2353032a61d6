"""What a SQLite file holds, in a PostgreSQL database: so that a story told once serves tests on both."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, select

from itembank.adapters import tables
from itembank.adapters.engine import open_engine, reading


def carry_over(file: Path, url: str) -> None:
    """Every row under its own number, and the next number behind the last. Without a file there is nothing to carry."""
    if not file.exists():
        return
    source, target = open_engine(file), open_engine(url)
    with reading(source) as old, target.begin() as new:
        for table in tables.metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(insert(table), rows)
            counted = table.autoincrement_column
            if rows and counted is not None and counted.autoincrement is True:
                last = max(row[counted.name] for row in rows)
                new.exec_driver_sql("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", (table.name, counted.name, last))
    source.dispose()
    target.dispose()
