"""What the desk has drawn lately (使用计数), so that no item comes again inside its window; sealed to the desk's key.

No step: step 3 asks here and counts here. Once a paper is sealed, it is said of an item only how often and on which day it was
drawn last, not for which session or paper: whoever unlocks the desk learns what was used lately, of all papers together. Before
that the items stand under their attempt, beside the draft that says no less: an attempt that goes on after a kill must not find
its own items used. Papers that were given up count too: somebody has read them. Plans without a window leave nothing here.

    library/drawn      {open: {SESSION/ATTEMPT: {day, items}}, items: {ITEM_NO: [times, "YYYY-MM-DD"]}}

It bears a mark under the desk's own secret: anybody can seal to the desk's public key, and nobody else may add or take away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from itembank.domain.items import ItemCard
from itembank.formats.draft import open_drawn_items, seal_drawn_items
from itembank.ports import Folder, Random
from keys.directory import Device
from keys.encoding import Json

FOLDER = "library"
FILE = f"{FOLDER}/drawn"


def with_own_uses(desk: Folder, desk_secret: bytes, cards: Iterable[ItemCard], attempt: str) -> list[ItemCard]:
    """The cards, with what this desk has drawn itself beside what the bank knows, but for `attempt` (SESSION/ATTEMPT)."""
    kept = _kept(desk, desk_secret)
    own = dict(kept["items"])
    for name, drawn in kept["open"].items():
        if name != attempt:
            _add(own, drawn)
    return [_with(card, *own[card.item_no]) if card.item_no in own else card for card in cards]


def count(desk: Folder, me: Device, desk_secret: bytes, attempt: str, items: Iterable[str], day: date, random: Random) -> None:
    """The items of this attempt are drawn. Call it while holding the library, before their draft can be seen."""
    kept = _kept(desk, desk_secret)
    kept["open"][attempt] = {"day": day.isoformat(), "items": sorted(set(items))}
    desk.replace(FILE, seal_drawn_items(kept, me.seal, desk_secret, random))


def settle(desk: Folder, me: Device, desk_secret: bytes, attempts: Iterable[str], random: Random) -> None:
    """These attempts are sealed or given up: from now on nobody can tell which items were theirs."""
    with desk.hold(FOLDER):
        if not desk.exists(FILE):
            return
        kept = _kept(desk, desk_secret)
        for attempt in attempts:
            if (drawn := kept["open"].pop(attempt, None)) is not None:
                _add(kept["items"], drawn)
        desk.replace(FILE, seal_drawn_items(kept, me.seal, desk_secret, random))


def _with(card: ItemCard, times: int, day: str) -> ItemCard:
    return replace(card, uses=max(card.uses, times), used_on=max(card.used_on, day))


def _add(items: dict[str, list[int | str]], drawn: Json) -> None:
    for item_no in drawn["items"]:
        times, last = items.get(item_no, (0, ""))
        items[item_no] = [int(times) + 1, max(str(last), str(drawn["day"]))]


def _kept(desk: Folder, desk_secret: bytes) -> Json:
    return open_drawn_items(desk.read(FILE), desk_secret) if desk.exists(FILE) else {"open": {}, "items": {}}
