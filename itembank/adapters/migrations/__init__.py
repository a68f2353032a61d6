"""How a database of an older version gets the tables of this one: Alembic's scripts, one step each, in `versions/`.

A new step: change the tables in `itembank.adapters`; write `versions/vNNNN_what.py` beside the others with the next number
(`revision`) and the one before (`down_revision`), both directions, `op.batch_alter_table` for what SQLite cannot alter; set
HEAD; add a case with rows to tests/unit/adapters/test_migrations.py, which also holds the steps against the tables. A script
says its tables itself and imports none of `itembank.adapters` but `column_types`: it must do in ten years what it does now.

Ordinary commands compare a number (`schema`); only `upgrading` loads Alembic.
"""

FIRST = "0001"
HEAD = "0002"
"""The revision of the tables in `itembank.adapters.tables`."""
