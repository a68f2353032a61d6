"""What the desk has drawn lately (使用计数), so that no item comes again inside its window; sealed to the desk's key.

No step: step 3 asks here and counts here. It says of an item how often and on which day it was drawn last, not for which
session or paper: whoever unlocks the desk learns what was used lately, of all papers together. Papers that were given up count
too: somebody has read them. Plans without a window leave nothing here. Which attempts are counted stands beside the items, so
that none is counted twice; one that a kill left uncounted is counted from its draft, which lies here until the centre has the
packages.

    library/drawn      {counted: [SESSION/ATTEMPT], items: {ITEM_NO: [times, "YYYY-MM-DD"]}}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from itembank.domain.items import ItemCard
from itembank.domain.plan import Plan
from itembank.formats.desk_draft import DeskDraft
from itembank.formats.draft import open_drawn_items, seal_drawn_items
from itembank.ports import Folder, Random
from keys.directory import Device

FOLDER = "library"
FILE = f"{FOLDER}/drawn"


def with_own_uses(desk: Folder, desk_secret: bytes, cards: Iterable[ItemCard]) -> list[ItemCard]:
    """The cards, with what this desk has drawn itself beside what the bank knows."""
    own = _items(desk, desk_secret)
    return [_with(card, *own[card.item_no]) if card.item_no in own else card for card in cards]


def _with(card: ItemCard, times: int, day: str) -> ItemCard:
    return replace(card, uses=max(card.uses, times), used_on=max(card.used_on, day))


def count(desk: Folder, me: Device, desk_secret: bytes, draft: DeskDraft, plan: Plan, day: date, random: Random) -> None:
    """Count the items of a draft, once; of a plan without a window nothing is kept."""
    if plan.recent_days == 0:
        return
    with desk.hold(FOLDER):
        kept = open_drawn_items(desk.read(FILE), desk_secret) if desk.exists(FILE) else {"counted": [], "items": {}}
        name = f"{draft.session}/{draft.attempt}"
        if name in kept["counted"]:
            return
        items = dict(kept["items"])
        for item_no in {item_no for paper in draft.papers.values() for item_no in paper.item_nos}:
            times, last = items.get(item_no, (0, ""))
            items[item_no] = [times + 1, max(last, day.isoformat())]
        content = {"counted": [*kept["counted"], name], "items": items}
        desk.replace(FILE, seal_drawn_items(content, me.seal, random))


def _items(desk: Folder, desk_secret: bytes) -> dict[str, tuple[int, str]]:
    if not desk.exists(FILE):
        return {}
    return {item_no: (times, day) for item_no, (times, day) in open_drawn_items(desk.read(FILE), desk_secret)["items"].items()}
