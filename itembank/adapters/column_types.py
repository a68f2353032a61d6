"""Column types that mean the same on every database. Migrations use them too: what is here never changes its meaning."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.types import TypeEngine


def code(length: int) -> TypeEngine[Any]:
    """A number, name or digest of so many characters at most, compared and sorted by code point.

    SQLite and Python do that anyway; a PostgreSQL server would go by the language it was set up for.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")
