"""Whether a set of items (题组) keeps its one stimulus when some of its items come in: beside those the bank already has.

No step: an import asks here. What stands in clear of an item does not name its set, so the pool's content is opened, once and
only for a file that brings sets. A stimulus is changed by bringing all items of its set in one file.
"""

from __future__ import annotations

from itembank.domain.review import ItemState
from itembank.formats.errors import BrokenRow
from itembank.formats.headed_sheet import TEXT_SHOWN
from itembank.formats.item_rows import STIMULUS
from itembank.formats.item_workbook import WorkbookItems
from itembank.ports.bank import Bank

OUT_OF_USE = (ItemState.RETIRED, ItemState.ARCHIVED)


def against_held_sets(bank: Bank, pool: str, came: WorkbookItems) -> list[BrokenRow]:
    """Rows whose set has another stimulus in the bank, in an item that does not come in with them."""
    in_sets = [(place, item) for place, item in came.rows if item.item_set]
    if not in_sets:
        return []
    held = _held_stimuli(bank, pool, {item.item_no for _, item in came.rows})
    rejected = []
    for (sheet, row), item in in_sets:
        for other, stimulus in held.get(item.item_set, {}).items():
            if stimulus != item.stimulus:
                facts: dict[str, object] = {"found": item.item_set, "first": other}
                text = item.stimulus[:TEXT_SHOWN]
                rejected.append(BrokenRow(row, STIMULUS, "item.set_stimulus", facts, sheet, text))
                break
    return rejected


def _held_stimuli(bank: Bank, pool: str, coming: set[str]) -> dict[str, dict[str, str]]:
    """Set → item → stimulus, of the newest versions that are not out of use and stay as they are."""
    others = bank.cards_of(item_no for item_no in bank.numbers(pool) if item_no not in coming)
    wanted = [(card.item_no, card.version) for card in others.values() if card.standing.state not in OUT_OF_USE]
    held: dict[str, dict[str, str]] = {}
    for item in bank.contents(wanted):
        if item.item_set:
            held.setdefault(item.item_set, {})[item.item_no] = item.stimulus
    return held
