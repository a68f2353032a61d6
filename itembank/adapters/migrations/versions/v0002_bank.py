"""The bank: blueprints in versions, items in versions with their states, content sealed, eyes lists; names of packages in S3.

Items and figures of before stand in clear. Where there are any, their tables stay as `plain_…` for `carrying`, which seals them
under today's keys and drops these tables in the same transaction.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from itembank.adapters.column_types import code

revision = "0002"
down_revision = "0001"

ADMITTED = "'approved', 'active', 'frozen', 'retired', 'archived'"
ACTIVE = sa.text("state = 'active'")
CONTENT = (
    "item_no, version, content, digest, mark, text_mark, key_mark, pool, type, point, difficulty, congruence, enemy_group, "
    "options_locked, adapted_from, saved_at"
)
STEPS_ALLOWED = (
    "'draft>submitted', 'returned>submitted', 'submitted>in_review', 'submitted>returned', 'in_review>returned', "
    "'in_review>approved', 'draft>active', 'returned>active', 'returned>draft', 'approved>active', 'frozen>active', "
    "'active>frozen', 'approved>retired', 'active>retired', 'frozen>retired', 'retired>archived'"
)
RULES = (
    ("version_content", f"UPDATE OF {CONTENT}", "item_version", "OLD.state NOT IN ('draft', 'returned')", "item.version_fixed"),
    ("version_people", "UPDATE OF author, reviewer, approver", "item_version",
         f"OLD.state IN ({ADMITTED}) AND (OLD.author, OLD.reviewer, OLD.approver) <> (NEW.author, NEW.reviewer, NEW.approver)",
         "item.version_fixed"),
    ("version_state", "UPDATE OF state", "item_version", f"OLD.state IN ({ADMITTED}) AND NEW.state NOT IN ({ADMITTED})",
     "item.version_fixed"),
    ("version_kept", "DELETE", "item_version", "OLD.state NOT IN ('draft', 'returned')", "item.version_fixed"),
    ("blueprint_content", "UPDATE OF key, version, data, digest, signed", "blueprint",
     "OLD.state = 'used' OR (OLD.state = 'approved' AND OLD.signed = NEW.signed)", "blueprint.used"),
    ("blueprint_state", "UPDATE OF state", "blueprint",
     "(OLD.state = 'used' AND NEW.state <> 'used') OR (OLD.state = 'approved' AND NEW.state = 'draft')", "blueprint.used"),
    ("blueprint_kept", "DELETE", "blueprint", "OLD.state <> 'draft'", "blueprint.used"),
    ("version_step", "UPDATE OF state", "item_version",
     f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({STEPS_ALLOWED})", "item.version_fixed"),
    ("version_reviewer", "UPDATE OF reviewer", "item_version",
     "OLD.reviewer <> '' AND OLD.reviewer <> NEW.reviewer AND NEW.state <> 'returned'", "item.version_fixed"),
    ("version_author", "UPDATE OF author", "item_version", "OLD.author <> NEW.author", "item.version_fixed"),
    ("pool_fixed", "UPDATE", "pool", "", "item.pool_fixed"),
    ("pool_kept", "DELETE", "pool", "", "item.pool_fixed"),
    ("event_kept", "DELETE", "item_event", "", "item.history_fixed"),
    ("event_fixed", "UPDATE", "item_event", "", "item.history_fixed"),
    ("figure_content", "UPDATE", "figure", "", "figure.fixed"),
    ("figure_kept", "DELETE", "figure", "", "figure.fixed"),
    ("seen_kept", "DELETE", "seen", "", "eyes.fixed"),
    ("seen_fixed", "UPDATE", "seen", "", "eyes.fixed"),
)  # fmt: skip
"""(name, event, table, when, code): what the database refuses."""
KEPT = (
    ("version", "item_version",
     "held.item_no = NEW.item_no AND (held.version = NEW.version OR (held.state = 'active' AND NEW.state = 'active'))",
     "item.version_fixed"),
    ("blueprint", "blueprint", "held.key = NEW.key AND held.version = NEW.version", "blueprint.used"),
    ("pool", "pool", "held.name = NEW.name", "item.pool_fixed"),
    ("event", "item_event", "held.id = NEW.id", "item.history_fixed"),
    ("figure", "figure", "held.pool = NEW.pool AND held.name = NEW.name", "figure.fixed"),
    ("seen", "seen",
     "held.item_no = NEW.item_no AND held.version = NEW.version AND held.person = NEW.person AND held.sight = NEW.sight "
     "AND held.place = NEW.place AND held.at = NEW.at", "eyes.fixed"),
)  # fmt: skip
"""(name, table, the row that a new one would replace, code)."""
WRITTEN_ONCE = ("figure", "seen")
OLD = ("blueprint", "item", "figure")
NEW = ("package_name", "seen", "figure", "item_event", "item_version", "data_key", "pool", "blueprint")


def upgrade() -> None:
    _set_aside()
    op.create_table(
        "blueprint",
        sa.Column("key", code(60), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", code(12), nullable=False),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("signed", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("state IN ('draft', 'approved', 'used')", "blueprint_state"),
    )
    op.create_table(
        "pool",
        sa.Column("name", code(60), primary_key=True),
        sa.Column("blueprint", code(60), nullable=False),
    )
    op.create_table(
        "data_key",
        sa.Column("purpose", code(80), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "item_version",
        sa.Column("item_no", code(130), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("pool", code(60), nullable=False),
        sa.Column("type", code(12), nullable=False),
        sa.Column("point", code(60), nullable=False),
        sa.Column("difficulty", sa.Integer, nullable=False),
        sa.Column("congruence", sa.Integer, nullable=False),
        sa.Column("enemy_group", code(60), nullable=False),
        sa.Column("has_figure", sa.Integer, nullable=False),
        sa.Column("has_formula", sa.Integer, nullable=False),
        sa.Column("options_locked", sa.Integer, nullable=False),
        sa.Column("adapted_from", code(130), nullable=False),
        sa.Column("newest", sa.Integer, nullable=False),
        sa.Column("state", code(12), nullable=False),
        sa.Column("author", code(64), nullable=False),
        sa.Column("reviewer", code(64), nullable=False),
        sa.Column("approver", code(64), nullable=False),
        sa.Column("assignee", code(64), nullable=False),
        sa.Column("due", code(20), nullable=False),
        sa.Column("saved_at", code(20), nullable=False),
        sa.Column("mark", sa.LargeBinary(16), nullable=False),
        sa.Column("text_mark", sa.LargeBinary(16), nullable=False),
        sa.Column("key_mark", sa.LargeBinary(16), nullable=False),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("reviewer <> author OR reviewer = ''", "author_is_not_reviewer"),
        sa.CheckConstraint("(approver <> author AND approver <> reviewer) OR approver = ''", "approver_is_a_third"),
        sa.CheckConstraint("state <> 'in_review' OR reviewer <> ''", "reviewed_by_somebody"),
        sa.CheckConstraint(f"state NOT IN ({ADMITTED}) OR (reviewer <> '' AND approver <> '')", "admitted_by_three"),
        sa.CheckConstraint("author <> ''", "written_by_somebody"),
        sa.ForeignKeyConstraint(["pool"], ["pool.name"]),
    )
    op.create_index("item_version_list", "item_version", ["pool", "newest", "item_no"])
    op.create_index("item_version_state", "item_version", ["pool", "state", "item_no"])
    op.create_index("item_version_point", "item_version", ["pool", "point", "item_no"])
    op.create_index("item_version_text", "item_version", ["text_mark"])
    op.create_index(
        "item_version_active", "item_version", ["item_no"], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE
    )
    op.create_table(
        "item_event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("item_no", code(130), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("move", code(12), nullable=False),
        sa.Column("who", code(64), nullable=False),
        sa.Column("at", code(20), nullable=False),
        sa.Column("comment", sa.LargeBinary, nullable=False),
    )
    op.create_index("item_event_item", "item_event", ["item_no", "version"])
    op.create_table(
        "figure",
        sa.Column("pool", code(60), primary_key=True),
        sa.Column("name", code(120), primary_key=True),
        sa.Column("mark", sa.LargeBinary(16), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "seen",
        sa.Column("item_no", code(130), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person", code(64), primary_key=True),
        sa.Column("sight", code(12), primary_key=True),
        sa.Column("place", code(160), primary_key=True),
        sa.Column("at", code(20), primary_key=True),
    )
    op.create_index("seen_person", "seen", ["person"])
    op.create_table(
        "package_name",
        sa.Column("name", code(120), primary_key=True),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("version", code(1024), nullable=False),
    )
    _set_rules()


def downgrade() -> None:
    """Only while the bank is empty: what is sealed cannot be laid open again."""
    connection = op.get_bind()
    for table in NEW:
        if connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None:
            raise ValueError(f"{table} has rows; a sealed bank does not go back")
    for table in NEW:
        op.drop_table(table)
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION itembank_refuse()")
    op.create_table("blueprint", sa.Column("id", sa.Integer, primary_key=True), sa.Column("data", sa.Text, nullable=False))
    op.create_table(
        "item",
        sa.Column("item_no", code(120), primary_key=True),
        sa.Column("pool", code(40), nullable=False, index=True),
        sa.Column("status", code(20), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "figure",
        sa.Column("pool", code(40), primary_key=True),
        sa.Column("name", code(120), primary_key=True),
        sa.Column("svg", sa.Text, nullable=False),
    )


def _set_aside() -> None:
    connection = op.get_bind()
    op.drop_index("ix_item_pool", "item")
    for table in OLD:
        if connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first() is None:
            op.drop_table(table)
            continue
        op.rename_table(table, f"plain_{table}")
        if connection.dialect.name == "postgresql":
            op.execute(f"ALTER TABLE plain_{table} RENAME CONSTRAINT {table}_pkey TO plain_{table}_pkey")


def _set_rules() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            "CREATE OR REPLACE FUNCTION itembank_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$"
        )
    for name, event, table, when, refusal in RULES:
        if sqlite:
            condition = f"WHEN {when} " if when else ""
            action = f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        else:
            condition = f"WHEN ({when}) " if when else ""
            action = f"EXECUTE FUNCTION itembank_refuse('{refusal}')"
        each = "" if sqlite else "FOR EACH ROW "
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {each}{condition}{action}")
    for name, table, same, refusal in KEPT:
        if not sqlite:
            emptied = f"CREATE TRIGGER {name}_emptied BEFORE TRUNCATE ON {table}"
            op.execute(f"{emptied} EXECUTE FUNCTION itembank_refuse('{refusal}')")
            continue
        ignored = "IGNORE" if table in WRITTEN_ONCE else f"FAIL, '{refusal}'"
        found = f"SELECT 1 FROM {table} AS held WHERE"
        op.execute(
            f"CREATE TRIGGER {name}_inserted BEFORE INSERT ON {table} WHEN EXISTS ({found} {same}) "
            f"BEGIN SELECT RAISE({ignored}); END"
        )
        named = "NEW.rowid < -1" if table == "item_event" else "NEW.rowid <> -1"
        op.execute(
            f"CREATE TRIGGER {name}_rowid BEFORE INSERT ON {table} WHEN {named} BEGIN SELECT RAISE(FAIL, '{refusal}'); END"
        )
        op.execute(
            f"CREATE TRIGGER {name}_below AFTER INSERT ON {table} WHEN NEW.rowid < 1 "
            f"BEGIN SELECT RAISE(ROLLBACK, '{refusal}'); END"
        )
        op.execute(
            f"CREATE TRIGGER {name}_replaced BEFORE UPDATE ON {table} WHEN EXISTS ({found} {same} AND held.rowid <> OLD.rowid) "
            f"OR NEW.rowid <> OLD.rowid BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
