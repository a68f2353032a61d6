"""The centre's tables beside the bank's: sessions, packages, statements, the ledger. One schema for every SQL database."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, UniqueConstraint

from itembank.adapters.column_types import code

metadata = MetaData()

# Signed objects as they came, once each: attempts, proofs, deposits, orders, share lines, releases, receipts.
statement = Table(
    "statement",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", code(20), nullable=False),
    Column("subject", code(160), nullable=False),
    Column("name", code(120), nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("kind", "subject", "name"),
)

session = Table(
    "session",
    metadata,
    Column("hid", code(64), primary_key=True),
    Column("session", code(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    UniqueConstraint("session", "version"),
)

package = Table(
    "package",
    metadata,
    Column("pid", code(64), primary_key=True),
    Column("hid", code(64), nullable=False, index=True),
    Column("place", code(40), nullable=False, index=True),
    Column("row", LargeBinary, nullable=False),
)

envelope = Table(
    "envelope",
    metadata,
    Column("pid", code(64), primary_key=True),
    Column("device", code(40), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# Spent ones only, for ten minutes.
nonce = Table(
    "nonce",
    metadata,
    Column("nonce", code(64), primary_key=True),
    Column("at", code(20), nullable=False, index=True),
)

# Writers queue a line inside their own transaction; the sequencer alone gives it an index.
ledger_queue = Table(
    "ledger_queue",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("act", code(20), nullable=False),
    Column("hid", code(64), nullable=False),
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
