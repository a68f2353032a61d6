"""The bank's data keys: made once, kept wrapped by the key vault, unwrapped when content is first needed.

Lists, counts and assembly never come here, so they need neither key nor vault.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, insert, select

from itembank.adapters.bank_tables import data_key
from itembank.adapters.engine import is_reading, reading
from itembank.formats.at_rest import DATA_KEY
from itembank.ports import KeyVault, Random

MARKS = "marks"
"""Purpose of the key that marks are made with; every other key is of a pool."""


def has_wrapped_keys(engine: Engine) -> bool:
    """Whether a vault has wrapped a key of this database already; then it needs that very vault."""
    with reading(engine) as connection:
        return connection.execute(select(data_key.c.purpose).limit(1)).first() is not None


def check_opens(engine: Engine, vault: KeyVault) -> None:
    """Raise what the vault raises unless it unwraps every key of this database."""
    with reading(engine) as connection:
        for purpose, wrapped in connection.execute(select(data_key.c.purpose, data_key.c.wrapped)):
            vault.unwrap(bytes(wrapped), str(purpose))


class ContentKeys:
    """Unwrapped keys by purpose, as long as the process lives."""

    def __init__(self, vault: KeyVault, random: Random) -> None:
        self._vault, self.random = vault, random
        self._known: dict[str, bytes] = {}
        self._fresh: dict[str, tuple[bytes, bytes]] = {}

    def fetch(self, connection: Connection, pools: Iterable[str]) -> None:
        """Ask the vault for the keys of these pools, and of the marks, beforehand; for new ones where there are none."""
        for purpose in (MARKS, *map(_purpose, pools)):
            if self._find(connection, purpose) is None and purpose not in self._fresh:
                self._fresh[purpose] = self._new(purpose)

    def of_pool(self, connection: Connection, pool: str) -> bytes:
        """The key of a pool's content."""
        return self._of(connection, _purpose(pool))

    def of_marks(self, connection: Connection) -> bytes:
        """The key of the marks that find duplicates in the whole bank."""
        return self._of(connection, MARKS)

    def _of(self, connection: Connection, purpose: str) -> bytes:
        found = self._find(connection, purpose)
        if found is not None:
            return found
        # Not known yet: this transaction may still be rolled back, and the key with it.
        if is_reading(connection):
            return self.random(DATA_KEY)
        fresh, wrapped = self._fresh.get(purpose) or self._new(purpose)
        connection.execute(insert(data_key).values(purpose=purpose, wrapped=wrapped))
        return fresh

    def _new(self, purpose: str) -> tuple[bytes, bytes]:
        """A key, and how the vault wrapped it."""
        fresh = self.random(DATA_KEY)
        return fresh, self._vault.wrap(fresh, purpose)

    def _find(self, connection: Connection, purpose: str) -> bytes | None:
        """The key under which content of the database is sealed."""
        if purpose not in self._known:
            query = select(data_key.c.wrapped).where(data_key.c.purpose == purpose)
            wrapped = connection.execute(query).scalar_one_or_none()
            if wrapped is None:
                return None
            self._known[purpose] = self._vault.unwrap(bytes(wrapped), purpose)
        return self._known[purpose]


def _purpose(pool: str) -> str:
    return f"pool/{pool}"
