"""An item as a foreign file has it, put under the headings of our own item sheet, and the sheet that holds such items."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from itembank.domain.folding import folded
from itembank.domain.items import ItemType
from itembank.formats.doubtful_cells import NOT_DOUBTFUL
from itembank.formats.headed_sheet import EYES, ORIGINAL, PLACE
from itembank.formats.item_cells import OPTIONS, TYPE_NAMES
from itembank.formats.item_rows import ADAPTED, CASE, ENEMIES, LOCK, NEEDED, OPTIONAL, POINT, REFUSED, SHARE
from itembank.formats.spreadsheet import SheetRows

TOOL = "itembank"
"""How our own exports say whose they are: their numbers are then numbers of the bank."""
SHEET = "导入"
"""The name of the one sheet that all found items stand in; each says its own place."""
HEADINGS = (*NEEDED, *OPTIONAL, *PLACE, ORIGINAL, EYES)
_UNSEEN = str.maketrans(
    {"\r": "\n", "\v": "\n", "\f": "\n", "\t": " ", "\u200b": "", "\ufeff": "", "\u00ad": "", "\u2060": "", "\u2028": "\n"}
)
OWN_FACTS = {
    "type": "题型", "point": POINT, "difficulty": "难度", "congruence": "一致性", "source": "出处", "enemies": ENEMIES,
    "adapted": ADAPTED,
    "lock": LOCK,
}  # fmt: skip
"""The words of our own exports (`exporting.written.facts`) → heading."""
BLANK_PLACE, _BLANK = "\ue001", "____"
"""Stands for a blank until it is known how it is written."""
GRADE = "3"
"""Of an item whose file judges no difficulty: 中."""


@dataclass(slots=True)
class FoundItem:
    """One item. `sheet`, `row`: where it was, as its reader counts. `text`: how it stood there. `cells`: heading → content.

    `eyes`: what needs a person's look, a code and what it is about. `parts`: of a case its questions. `refused`: whatever its
    cells say, it must not come in.
    """

    sheet: str
    row: int
    text: str
    cells: dict[str, str] = field(default_factory=dict)
    eyes: list[tuple[str, str]] = field(default_factory=list)
    parts: list[FoundItem] = field(default_factory=list)
    refused: bool = False

    def eye(self, code: str, about: str = "") -> None:
        if (code, about) not in self.eyes:
            self.eyes.append((code, about))

    def refuse(self, code: str, about: str = "") -> None:
        """An eye for what nobody can read one way, such as two items in one."""
        self.eye(code, about)
        self.refused = True

    @property
    def options(self) -> list[str]:
        return [self.cells[name] for name in OPTIONS if self.cells.get(name)]

    def set_options(self, options: Iterable[str]) -> None:
        """At most as many as there are headings; the rest is no choice item, and says so."""
        options = list(options)
        for name in OPTIONS:
            self.cells.pop(name, None)
        self.cells.update(zip(OPTIONS, options, strict=False))
        for left in options[len(OPTIONS) :]:
            self.eye("item.eye.lost", left)


def own_facts(told: Mapping[str, str]) -> dict[str, str]:
    """What our own export says of an item (`OWN_FACTS`) as cells: heading → content."""
    cells = {OWN_FACTS[name]: value for name, value in told.items() if name in OWN_FACTS and value}
    if told.get("type") in set(ItemType):
        cells["题型"] = TYPE_NAMES[ItemType(told["type"])][0]
    return cells


def own_blanks(stem: str, told: Mapping[str, str]) -> str:
    """A stem of our own export with its blanks as their author wrote them."""
    for blank in told.get("blanks", "").split("|"):
        stem = stem.replace(BLANK_PLACE, blank or _BLANK, 1)
    return stem.replace(BLANK_PLACE, _BLANK)


def aside(sheet: str, row: int, text: str) -> FoundItem:
    """A piece of the file that is no item; somebody should see it once."""
    item = FoundItem(sheet, row, text)
    item.eye("item.eye.outside", text)
    return item


def dropped(sheet: str, row: int, text: str) -> FoundItem:
    """What of the file went into no item."""
    item = FoundItem(sheet, row, text)
    item.eye("item.eye.dropped", text)
    return item


def found_sheet(items: Iterable[FoundItem], defaults: Mapping[str, str] = MappingProxyType({})) -> SheetRows:
    """The items as a worksheet: the headings, then a row each. What no item can be without is filled in: from `defaults`
    (heading → content), a number from its content, the middle grade.
    """
    return SheetRows(SHEET, 0, _rows(items, {"难度": GRADE, **defaults}), NOT_DOUBTFUL)


def _rows(items: Iterable[FoundItem], defaults: Mapping[str, str]) -> Iterator[list[str]]:
    yield list(HEADINGS)
    seen: dict[str, int] = {}
    for item in items:
        cells = item.cells
        for heading, text in defaults.items():
            if not cells.get(heading):
                cells[heading] = text
        if not cells.get("试题GUID"):
            cells["试题GUID"] = _number(item, seen)
        yield _row(item)
        for number, part in enumerate(item.parts, start=1):
            part.cells |= {"试题GUID": _part_number(cells["试题GUID"], number), CASE: cells["试题GUID"]}
            part.cells.setdefault(SHARE, "1")
            yield _row(part)


def _part_number(case: str, number: int) -> str:
    """Of a question: no other item's, and short enough for any case's number."""
    return f"{case[:40]}.{number}.{hashlib.sha256(case.encode()).hexdigest()[:12]}"


def _row(item: FoundItem) -> list[str]:
    cells = {heading: _visible(text) for heading, text in item.cells.items()}
    if item.refused:
        cells["题型"] = REFUSED
    cells[PLACE[0]], cells[PLACE[1]] = item.sheet, str(item.row)
    cells[ORIGINAL] = item.text
    cells[EYES] = "\n".join(f"{code}\t{' '.join(about.split())}" for code, about in item.eyes)
    return [cells.get(heading, "") for heading in HEADINGS]


def _visible(text: str) -> str:
    """Line ends as one sign, tabulators as blanks; what has no width and no meaning goes. Any other hidden sign stays to be
    refused.
    """
    return text.replace("\r\n", "\n").translate(_UNSEEN).strip() if not text.isprintable() else text.strip()


def _number(item: FoundItem, seen: dict[str, int]) -> str:
    """A number from what is asked, so that the same file again brings the same items; of its twins each gets its own."""
    asked = [
        text for one in (item, *item.parts) for text in (one.cells.get("题型", ""), one.cells.get("题干", ""), *one.options)
    ]
    number = "x" + hashlib.sha256("\x1f".join(folded(text) or text for text in asked).encode()).hexdigest()[:20]
    seen[number] = seen.get(number, 0) + 1
    return number if seen[number] == 1 else f"{number}.{seen[number]}"
