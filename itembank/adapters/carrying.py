"""Items that stood in clear in a database of the first version are sealed, once, when its tables are brought up to date.

Migration 0002 leaves them in `plain_…` tables; here they become active versions of today under the people who signed their
import, and the tables go. All of it is the upgrade's one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, inspect, text

from itembank.adapters import tables
from itembank.adapters.bank import SqlBank
from itembank.adapters.content_keys import ContentKeys
from itembank.domain.pools import check_pool_name
from itembank.domain.review import ItemState, Standing
from itembank.formats.pool_content import read_blueprint, read_item
from itembank.ports import StoreError
from itembank.ports.bank import StoredBlueprint
from keys.encoding import Json, read_canonical
from keys.entry import Entry, read_entry
from keys.statement import claimed_signers

SINCE = {"options_locked": 0, "adapted_from": "", "questions": [], "task": {}}
"""What an item of the first version did not say."""
PLAIN = ("plain_item", "plain_figure", "plain_blueprint")


def carry(connection: Connection, keys: ContentKeys) -> bool:
    """Seal what stands in clear and drop its tables; whether there was anything.

    Raises StoreError store.no_import for what has no line that three people signed for, items without a blueprint among them,
    and the domain's errors for what today's rules refuse.
    """
    there = [name for name in PLAIN if inspect(connection).has_table(name)]
    if not there:
        return False
    bank, imports = SqlBank(connection, keys), _imports(connection)
    if "plain_blueprint" not in there:
        raise StoreError("store.no_import", pool="blueprint")
    (data,) = connection.execute(text("SELECT data FROM plain_blueprint")).scalars()
    entry = _import(imports, "blueprint")
    blueprint = read_blueprint(read_canonical(data.encode(), "blueprint"))
    bank.save_blueprint(StoredBlueprint(blueprint, "approved", str(entry.subject["digest"]), entry.statement.encode()))
    for pool, items in _by_pool(connection, "plain_item", "data", there).items():
        _carry_pool(bank, pool, items, blueprint.key, _import(imports, pool))
    for pool, figures in _by_pool(connection, "plain_figure", "svg", there).items():
        bank.save_figures(pool, figures)
    for name in there:
        connection.execute(text(f"DROP TABLE {name}"))
    return True


def _carry_pool(bank: SqlBank, pool: str, items: Mapping[str, str], blueprint: str, entry: Entry) -> None:
    check_pool_name(pool)
    author, reviewer, approver = claimed_signers(entry.statement.encode(), "import")
    bank.save_pool(pool, blueprint)
    documents: list[Json] = [{**SINCE, **read_canonical(data.encode(), "item")} for data in items.values()]
    marked = bank.marked(map(read_item, documents))
    standing = Standing(ItemState.ACTIVE, author, reviewer, approver)
    bank.save_versions([(one, 1) for one in marked], standing, entry.at)


def _by_pool(connection: Connection, table: str, column: str, there: Sequence[str]) -> dict[str, dict[str, str]]:
    """Pool → name of the row in it → its text."""
    name = "item_no" if table == "plain_item" else "name"
    rows: Any = connection.execute(text(f"SELECT pool, {name}, {column} FROM {table}")) if table in there else ()
    found: dict[str, dict[str, str]] = {}
    for pool, key, value in rows:
        found.setdefault(pool, {})[key] = value
    return found


def _imports(connection: Connection) -> list[Entry]:
    query = tables.ledger_queue.select().where(tables.ledger_queue.c.act.in_(["blueprint", "import"]))
    return [read_entry(bytes(row.entry)) for row in connection.execute(query.order_by(tables.ledger_queue.c.id))]


def _import(imports: Sequence[Entry], what: str) -> Entry:
    """The newest line of the blueprint, or of this pool's items."""
    mine = [entry for entry in imports if what in (entry.subject.get("pool"), entry.act)]
    if not mine:
        raise StoreError("store.no_import", pool=what)
    return mine[-1]
