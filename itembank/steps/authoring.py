"""Step 1, 命题: an import is prepared from the field's workbooks. Nothing is kept yet; step 2 admits it.

True before: the blueprint is approved before items hang on it. A broken row stops the whole import; nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itembank.domain.errors import ItemError
from itembank.domain.pools import check_pool_name
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.imports import BlueprintImport, ItemImport, sign_import
from itembank.formats.item_workbook import read_items
from itembank.ports import Book, Clock
from keys.statement import Signer


def prepare_blueprint(workbook: bytes, signers: Sequence[Signer], clock: Clock) -> BlueprintImport:
    """Read and check the workbook, then sign. Raises BlueprintError or WorkbookError."""
    blueprint = read_blueprint(workbook)
    blueprint.check()
    signed = sign_import("blueprint", "", workbook, {}, len(blueprint.points), clock(), signers)
    return BlueprintImport(blueprint, signed)


def prepare_items(
    book: Book, workbook: bytes, figures: Mapping[str, str], pool: str, signers: Sequence[Signer], clock: Clock
) -> ItemImport:
    """Read and check the workbook against the approved blueprint, then sign. Raises ItemRowsError with every bad row."""
    check_pool_name(pool)
    with book.read() as transaction:
        blueprint = transaction.blueprint()
    if blueprint is None:
        raise ItemError("item.no_blueprint", pool=pool)
    items = tuple(read_items(workbook, pool, blueprint, figures.keys()))
    drawn = {name: figures[name] for item in items for name in item.figures}
    signed = sign_import("items", pool, workbook, drawn, len(items), clock(), signers)
    return ItemImport(pool, items, drawn, signed)

