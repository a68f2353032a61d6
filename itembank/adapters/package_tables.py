"""The table of the packages in S3: what each name stands for. A centre that keeps them in a folder leaves it empty."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from itembank.adapters.column_types import code
from itembank.adapters.tables import metadata

package_name = Table(
    "package_name",
    metadata,
    Column("name", code(120), primary_key=True),
    Column("digest", code(64), nullable=False),
    Column("length", BigInteger, nullable=False),
    # An object's version in its bucket; empty where the bucket keeps none.
    Column("version", code(1024), nullable=False),
)
