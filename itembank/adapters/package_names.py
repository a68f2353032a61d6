"""The names of the packages in S3: `itembank.adapters.s3_store.Names` on SQL."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from itembank.adapters.engine import reading
from itembank.adapters.package_tables import package_name
from itembank.adapters.s3_store import Kept
from itembank.ports import StoreError


class SqlNames:
    """`itembank.adapters.s3_store.Names`: the primary key lets one claim of a name through."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def look(self, name: str) -> Kept | None:
        columns = (package_name.c.digest, package_name.c.length, package_name.c.version)
        with reading(self._engine) as connection:
            row = connection.execute(select(*columns).where(package_name.c.name == name)).one_or_none()
        return None if row is None else Kept(*row)

    def claim(self, name: str, kept: Kept) -> None:
        row = {"name": name, "digest": kept.digest, "length": kept.length, "version": kept.version}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(package_name).values(row))
        except IntegrityError as error:
            known = self.look(name)
            if known is None or (known.digest, known.length) != (kept.digest, kept.length):
                raise StoreError("store.written_once", name=name) from error
