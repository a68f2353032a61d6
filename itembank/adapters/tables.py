"""The centre's tables. One schema for every SQL database it may run on; migrations come with the bank."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

blueprint = Table("blueprint", metadata, Column("id", Integer, primary_key=True), Column("data", Text, nullable=False))

item = Table(
    "item",
    metadata,
    Column("item_no", String(120), primary_key=True),
    Column("pool", String(40), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("data", Text, nullable=False),
)

figure = Table(
    "figure",
    metadata,
    Column("pool", String(40), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("svg", Text, nullable=False),
)

# Signed objects as they came, once each: attempts, proofs, deposits, orders, share lines, releases, receipts.
statement = Table(
    "statement",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("name", String(120), nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("kind", "subject", "name"),
)

session = Table(
    "session",
    metadata,
    Column("hid", String(64), primary_key=True),
    Column("session", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    UniqueConstraint("session", "version"),
)

package = Table(
    "package",
    metadata,
    Column("pid", String(64), primary_key=True),
    Column("hid", String(64), nullable=False, index=True),
    Column("place", String(40), nullable=False, index=True),
    Column("row", LargeBinary, nullable=False),
)

envelope = Table(
    "envelope",
    metadata,
    Column("pid", String(64), primary_key=True),
    Column("device", String(40), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# Spent ones only, for ten minutes.
nonce = Table(
    "nonce",
    metadata,
    Column("nonce", String(64), primary_key=True),
    Column("at", String(20), nullable=False, index=True),
)

# Writers queue a line inside their own transaction; the sequencer alone gives it an index.
ledger_queue = Table(
    "ledger_queue",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("act", String(20), nullable=False),
    Column("hid", String(64), nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Index("ledger_queue_act_hid", "act", "hid"),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("queued", Integer, nullable=False, unique=True),
    Column("entry", LargeBinary, nullable=False),
)

ledger_checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("cosigners", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),
)
