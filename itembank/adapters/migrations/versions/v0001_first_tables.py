"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from itembank.adapters.column_types import code

revision = "0001"
down_revision = None


def upgrade() -> None:
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
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", code(20), nullable=False),
        sa.Column("subject", code(160), nullable=False),
        sa.Column("name", code(120), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("kind", "subject", "name"),
    )
    op.create_table(
        "session",
        sa.Column("hid", code(64), primary_key=True),
        sa.Column("session", code(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("session", "version"),
    )
    op.create_table(
        "package",
        sa.Column("pid", code(64), primary_key=True),
        sa.Column("hid", code(64), nullable=False, index=True),
        sa.Column("place", code(40), nullable=False, index=True),
        sa.Column("row", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "envelope",
        sa.Column("pid", code(64), primary_key=True),
        sa.Column("device", code(40), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "nonce",
        sa.Column("nonce", code(64), primary_key=True),
        sa.Column("at", code(20), nullable=False, index=True),
    )
    _create_ledger()


def _create_ledger() -> None:
    op.create_table(
        "ledger_queue",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("act", code(20), nullable=False),
        sa.Column("hid", code(64), nullable=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
    )
    op.create_index("ledger_queue_act_hid", "ledger_queue", ["act", "hid"])
    op.create_table(
        "ledger_entry",
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("queued", sa.Integer, nullable=False, unique=True),
        sa.Column("entry", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cosigners", sa.Integer, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for name in (
        "ledger_checkpoint", "ledger_entry", "ledger_queue", "nonce", "envelope", "package", "session", "statement", "figure",
        "item", "blueprint",
    ):  # fmt: skip
        op.drop_table(name)
