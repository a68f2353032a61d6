"""The bank's tables: what assembly and search need stands in clear, what an item says is sealed.

The database itself holds up the rules that no program may set aside: author, reviewer and approver of a version are three
people, and nothing is approved without them. What else must not change is in `bank_rules`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text, text

from itembank.adapters.column_types import code
from itembank.adapters.tables import metadata

_ACTIVE = text("state = 'active'")
ADMITTED = "'approved', 'active', 'frozen', 'retired', 'archived'"

blueprint = Table(
    "blueprint",
    metadata,
    Column("key", code(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", code(12), nullable=False),
    Column("digest", code(64), nullable=False),
    Column("data", Text, nullable=False),
    Column("signed", LargeBinary, nullable=False),
    CheckConstraint("state IN ('draft', 'approved', 'used')", "blueprint_state"),
)

pool = Table(
    "pool",
    metadata,
    Column("name", code(60), primary_key=True),
    Column("blueprint", code(60), nullable=False),
)

# Data keys, wrapped by the key vault: one for each pool's content, one for the marks that find duplicates.
data_key = Table(
    "data_key",
    metadata,
    Column("purpose", code(80), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

item_version = Table(
    "item_version",
    metadata,
    Column("item_no", code(130), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("pool", code(60), nullable=False),
    Column("type", code(12), nullable=False),
    Column("point", code(60), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("congruence", Integer, nullable=False),
    Column("enemy_group", code(60), nullable=False),
    Column("has_figure", Integer, nullable=False),
    Column("has_formula", Integer, nullable=False),
    Column("options_locked", Integer, nullable=False),
    Column("adapted_from", code(130), nullable=False),
    Column("newest", Integer, nullable=False),
    Column("state", code(12), nullable=False),
    Column("author", code(64), nullable=False),
    Column("reviewer", code(64), nullable=False),
    Column("approver", code(64), nullable=False),
    Column("assignee", code(64), nullable=False),
    Column("due", code(20), nullable=False),
    Column("saved_at", code(20), nullable=False),
    Column("mark", LargeBinary(16), nullable=False),
    Column("text_mark", LargeBinary(16), nullable=False),
    Column("key_mark", LargeBinary(16), nullable=False),
    Column("digest", code(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("reviewer <> author OR reviewer = ''", "author_is_not_reviewer"),
    CheckConstraint("(approver <> author AND approver <> reviewer) OR approver = ''", "approver_is_a_third"),
    CheckConstraint("state <> 'in_review' OR reviewer <> ''", "reviewed_by_somebody"),
    CheckConstraint(f"state NOT IN ({ADMITTED}) OR (reviewer <> '' AND approver <> '')", "admitted_by_three"),
    CheckConstraint("author <> ''", "written_by_somebody"),
    ForeignKeyConstraint(["pool"], ["pool.name"]),
    Index("item_version_list", "pool", "newest", "item_no"),
    Index("item_version_state", "pool", "state", "item_no"),
    Index("item_version_point", "pool", "point", "item_no"),
    Index("item_version_text", "text_mark"),
    Index("item_version_active", "item_no", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
)

item_event = Table(
    "item_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("item_no", code(130), nullable=False),
    Column("version", Integer, nullable=False),
    Column("move", code(12), nullable=False),
    Column("who", code(64), nullable=False),
    Column("at", code(20), nullable=False),
    Column("comment", LargeBinary, nullable=False),
    Index("item_event_item", "item_no", "version"),
)

# A figure of a version never changes: another picture under the same name is another row.
figure = Table(
    "figure",
    metadata,
    Column("pool", code(60), primary_key=True),
    Column("name", code(120), primary_key=True),
    Column("mark", LargeBinary(16), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("item_no", code(130), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("person", code(64), primary_key=True),
    Column("sight", code(12), primary_key=True),
    Column("place", code(160), primary_key=True),
    Column("at", code(20), primary_key=True),
    Index("seen_person", "person"),
)
