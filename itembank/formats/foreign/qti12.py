"""QTI 1.2 (`questestinterop`), with the words Canvas adds to it.

item > presentation > material, response_lid > render_choice > response_label      what is asked
item > resprocessing > respcondition > conditionvar, setvar                          what is right: a condition that gives
points item > itemmetadata: question_type                                                   Canvas: of which kind it is
"""

from __future__ import annotations

from collections.abc import Iterator

from itembank.domain.items import LETTERS, ItemType
from itembank.formats.foreign import reshaped
from itembank.formats.foreign.found import FoundItem, dropped
from itembank.formats.foreign.markup import Element, Page, name_of
from itembank.formats.foreign.settling import settle
from itembank.formats.foreign.xml import line, words
from itembank.formats.item_cells import TYPE_NAMES

_UNREAD = ("calculated_question", "file_upload_question", "hot_spot_question")
_OF_A_SECTION = ("presentation_material", "rubric", "objectives")
_RANGES = ("vargt", "vargte", "varlt", "varlte")
_NOT_ASKED = ("text_only_question",)


def old_items(root: Element, sheet: str, page: Page) -> Iterator[FoundItem]:
    """The items of a `questestinterop`, in order."""
    for element in root.iter():
        if name_of(element) == "item":
            yield _Item(element, sheet, page).read()
        elif name_of(element) in _OF_A_SECTION and words(element) and not any(map(_is_item, element.iterancestors())):
            yield dropped(sheet, line(element), words(element))  # several items may ask about it


def _is_item(element: Element) -> bool:
    return name_of(element) == "item"


class _Item:
    def __init__(self, element: Element, sheet: str, page: Page) -> None:
        self._element, self._page = element, page
        self.item = FoundItem(sheet, line(element), words(element)[:2000])
        self._responses = [part for part in element.iter() if name_of(part) in ("response_lid", "response_str", "response_num")]
        self._kind = self._metadata()

    def read(self) -> FoundItem:
        item = self.item
        presentation = _first(self._element, "presentation")
        stem = self._material(presentation) if presentation is not None else ""
        item.cells["题干"] = stem
        item.cells["解析"] = "\n".join(
            filter(None, (self._material(part) for part in self._element.iter() if name_of(part) == "itemfeedback"))
        )
        if any(name_of(part) in _RANGES for part in self._element.iter()):
            item.eye("item.eye.tolerance")
        for part in self._element.iter():
            if name_of(part) in ("rubric", "itemrubric", "objectives") and words(part):
                item.eye("item.eye.lost", f"{name_of(part)} {words(part)}")
        if self._kind in _NOT_ASKED:
            item.eye("item.eye.outside", item.cells.pop("题干"))
            return item
        unread = [
            name_of(part)
            for part in self._element.iter()
            if name_of(part).startswith(("render_hotspot", "render_slider", "response_xy", "response_grp"))
        ]
        if self._kind in _UNREAD or unread:
            item.refuse("item.eye.interaction", self._kind or unread[0])
            return item
        if not self._responses:
            self._written(stem)
        elif len(self._responses) == 1:
            self._one(self._responses[0], stem)
        else:
            self._several(stem)
        return settle(item)

    def _one(self, response: Element, stem: str) -> None:
        if name_of(response) == "response_lid":
            self._choice(response)
        elif self._kind == "essay_question" or not self._right(response):
            self._written(stem)
        else:
            self.item.cells["题型"] = TYPE_NAMES[ItemType.FILL][0]
            self.item.cells["答案"] = "|".join(text.translate(_SEPARATORS) for text in self._right(response))

    def _choice(self, response: Element) -> None:
        labels = [part for part in response.iter() if name_of(part) == "response_label"]
        names, texts = [label.get("ident", "") for label in labels], [self._material(label) for label in labels]
        right = sorted({names.index(value) for value in self._right(response) if value in names})
        self.item.set_options(texts)
        self.item.cells["答案"] = "".join(LETTERS[place] for place in right if place < len(LETTERS))
        several = (response.get("rcardinality") or "Single").lower() == "multiple"
        if self._kind == "true_false_question" and len(texts) == 2:
            self.item.cells["题型"] = TYPE_NAMES[ItemType.JUDGEMENT][0]
            return
        self.item.cells["题型"] = TYPE_NAMES[ItemType.MULTIPLE if several and len(right) != 1 else ItemType.SINGLE][0]
        if len(texts) == 2 and not several:
            self.item.cells["题型"] = ""
        if several and len(right) == 1:
            self.item.eye("item.eye.one_of_several")

    def _several(self, stem: str) -> None:
        """Several responses: blanks with texts, or things to match."""
        if all(name_of(response) in ("response_str", "response_num") for response in self._responses):
            answers = ["|".join(text.translate(_SEPARATORS) for text in self._right(response)) for response in self._responses]
            self.item.cells |= {"题型": TYPE_NAMES[ItemType.FILL][0], "答案": ";".join(answers)}
            self._bracketed(stem)
            return
        names: list[str] = []
        texts: list[str] = []
        pairs = []
        for place, response in enumerate(self._responses):
            for label in (part for part in response.iter() if name_of(part) == "response_label"):
                if label.get("ident", "") not in names:
                    names.append(label.get("ident", ""))
                    texts.append(self._material(label))
            right = self._right(response)
            pairs += [(place, names.index(value)) for value in right[:1] if value in names]
        left = [self._material(response, deep=False) for response in self._responses]
        shown = stem.removesuffix("\n".join(filter(None, left))).strip()
        reshaped.match(self.item, shown, left, texts, pairs)

    def _bracketed(self, stem: str) -> None:
        """Canvas writes `[name]` where the blank of that name is."""
        for response in self._responses:
            name = self._material(response, deep=False)
            stem = stem.replace(f"[{name}]", "____", 1) if name else stem
        if "____" in stem:
            blanks = [self._material(response, deep=False) for response in self._responses]
            stem = stem.removesuffix("\n".join(filter(None, blanks))).strip()
        self.item.cells["题干"] = stem

    def _written(self, stem: str) -> None:
        self.item.cells["题型"] = TYPE_NAMES[ItemType.ESSAY][0]
        self.item.cells["答案"] = ""

    def _right(self, response: Element) -> list[str]:
        """The values of a response in the conditions that give points; a `not` says what is wrong."""
        wanted = response.get("ident", "")
        best: list[str] = []
        points = 0.0
        for condition in (part for part in self._element.iter() if name_of(part) == "respcondition"):
            gained = sum(_points(part) for part in condition if name_of(part) == "setvar")
            values = [
                text
                for part in _told(condition)
                if part.get("respident", wanted) == wanted and (text := (part.text or "").strip())
            ]
            if values and gained > 0 and len(self._responses) > 1:
                best += values
            elif values and gained > points:
                points, best = gained, values
            elif values and gained == points and gained > 0:
                best += values
        return list(dict.fromkeys(best))

    def _material(self, element: Element, *, deep: bool = True) -> str:
        """The texts and pictures of its material, without those of choices inside it."""
        texts = []
        for part in _materials(element, deep):
            name = name_of(part)
            if name in ("mattext", "matemtext"):
                texts.append(
                    self._page.markup(part.text or "", self.item) if len(part) == 0 else self._page.text(part, self.item)
                )
            elif name == "matimage":
                texts.append(self._page.image(part.get("uri", ""), part.get("label", ""), self.item))
            elif name in ("mataudio", "matvideo", "matapplet", "matapplication"):
                self.item.eye("item.eye.lost", name)
        return "\n".join(filter(None, texts))

    def _metadata(self) -> str:
        for found in (part for part in self._element.iter() if name_of(part) == "qtimetadatafield"):
            label, entry = _first(found, "fieldlabel"), _first(found, "fieldentry")
            if label is not None and (label.text or "").strip() == "question_type" and entry is not None:
                return (entry.text or "").strip()
        return ""


_SEPARATORS = str.maketrans(";|；｜", ",,，，")
_CHOICES = ("render_choice", "render_fib", "render_extension", "response_label", "itemfeedback")


def _materials(element: Element, deep: bool) -> Iterator[Element]:
    for child in element:
        name = name_of(child)
        if name in ("mattext", "matemtext", "matimage", "mataudio", "matvideo", "matapplet", "matapplication"):
            yield child
        elif (
            name and name not in _CHOICES and not (name in ("response_lid", "response_str", "response_num") and not deep)
        ) or (
            name in _CHOICES[:3]
            and name_of(element) not in ("response_lid", "response_str", "response_num", "presentation", "flow")
        ):
            yield from _materials(child, deep)


def _told(condition: Element) -> Iterator[Element]:
    """The `varequal`s of a condition that stand in no `not`."""

    def walk(element: Element) -> Iterator[Element]:
        for child in element:
            if name_of(child) in ("varequal", "varsubstring"):
                yield child
            elif name_of(child) != "not":
                yield from walk(child)

    for child in condition:
        if name_of(child) == "conditionvar":
            yield from walk(child)


def _points(setvar: Element) -> float:
    try:
        return float((setvar.text or "0").strip())
    except ValueError:
        return 0.0


def _first(element: Element, name: str) -> Element | None:
    return next((part for part in element.iter() if name_of(part) == name), None)
