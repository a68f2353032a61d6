"""QTI 2.0 to 3.0: one `assessmentItem`, its interaction read as what a paper can ask.

3.0 has the same elements under other names (`qti-choice-interaction`, `response-identifier`); they are read as those of 2.x.
What a paper cannot ask (a hotspot, a slider, a random number) is named and refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from itembank.domain.items import LETTERS, ItemType
from itembank.formats.foreign import reshaped
from itembank.formats.foreign.found import TOOL, FoundItem, own_facts
from itembank.formats.foreign.markup import Element, Page, name_of
from itembank.formats.foreign.settling import settle
from itembank.formats.foreign.xml import line, words
from itembank.formats.item_cells import TYPE_NAMES, judgement_sign
from itembank.formats.item_rows import LOCK, SHARE

_INTERACTION = re.compile(r"[a-zA-Z]+Interaction")


def local(element: Element) -> str:
    """The element's name as in QTI 2: `qti-choice-interaction` → `choiceInteraction`."""
    name = name_of(element)
    if name.startswith("qti-"):
        first, *rest = name[4:].split("-")
        return first + "".join(part.capitalize() for part in rest)
    return name


def attribute(element: Element, name: str) -> str:
    """An attribute by its QTI 2 name, or in 3's spelling."""
    kebab = re.sub(r"([A-Z])", lambda letter: "-" + letter[1].lower(), name)
    return str(element.get(name) or element.get(kebab) or "")


def find(element: Element, *names: str) -> Iterator[Element]:
    """All elements below, in order, with one of these names."""
    return (found for found in element.iter() if isinstance(found.tag, str) and local(found) in names)


def first(element: Element, *names: str) -> Element | None:
    return next(find(element, *names), None)


@dataclass(slots=True)
class Response:
    """A response declaration. `right`: the correct values, `mapped`: value → its points."""

    cardinality: str
    right: list[str] = field(default_factory=list)
    mapped: dict[str, float] = field(default_factory=dict)

    def key(self, item: FoundItem) -> list[str]:
        """The right values; where only points are told, those that give some (of a single response, the most)."""
        if self.right or not self.mapped:
            return self.right
        item.eye("item.eye.key_from_points")
        most = max(self.mapped.values())
        good = [value for value, points in self.mapped.items() if points > 0]
        return [value for value in good if self.mapped[value] == most][:1] if self.cardinality == "single" else good


def read_item(root: Element, sheet: str, page: Page, *, ours: bool = False) -> FoundItem:
    """The item of an `assessmentItem`; a composite one comes as a case with its questions. `ours`: our own export wrote it."""
    item = FoundItem(sheet, line(root), _original(root))
    page.ours = ours = ours or attribute(root, "toolName") == TOOL
    responses = {attribute(found, "identifier"): _response(found) for found in find(root, "responseDeclaration")}
    body = first(root, "itemBody")
    if body is None:
        return _refused(item, item.text, "assessmentItem")
    item.cells["解析"] = "\n".join(filter(None, (page.text(part, item) for part in find(root, "modalFeedback"))))
    found = [part for part in body.iter() if isinstance(part.tag, str) and _INTERACTION.fullmatch(local(part))]
    reader = _Body(item, body, page, responses, ours)
    for stimulus in find(root, "assessmentStimulusRef"):
        item.refuse("item.eye.lost", f"assessmentStimulusRef {attribute(stimulus, 'href')}")
    if first(root, "templateDeclaration") is not None:
        return _refused(item, page.text(body, item), "templateDeclaration")
    unknown = sorted({local(part) for part in found} - _READ.keys())
    if unknown or not found:
        return _refused(item, page.text(body, item), ", ".join(unknown) or "itemBody")
    if ours:
        item.cells["试题GUID"] = attribute(root, "label")
    questions = [part for part in find(body, "div") if ours and attribute(part, "class").startswith("question ")]
    if questions:
        reader.own_case(questions)
        return item
    kinds = {local(part) for part in found}
    if kinds == {"textEntryInteraction"}:
        reader.gaps()
    elif len(found) == 1:
        _READ[local(found[0])](reader, found[0])
    else:
        reader.case(found)
    return item if ours else settle(item)


def _refused(item: FoundItem, text: str, why: str) -> FoundItem:
    item.cells["题干"] = text
    item.refuse("item.eye.interaction", why)
    return item


def _response(declaration: Element) -> Response:
    response = Response(attribute(declaration, "cardinality"))
    correct = next((part for part in declaration if local(part) == "correctResponse"), None)
    if correct is not None:
        response.right = [words(value) for value in find(correct, "value") if words(value)]
    for entry in find(declaration, "mapEntry"):
        response.mapped[attribute(entry, "mapKey")] = _float(attribute(entry, "mappedValue"))
    return response


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _original(root: Element) -> str:
    body = first(root, "itemBody")
    return words(body if body is not None else root)[:2000]


class _Body:
    """The body of one item, put into cells. `alone`: of several interactions the one that is read as a question of a case."""

    def __init__(
        self, item: FoundItem, body: Element, page: Page, responses: dict[str, Response], ours: bool,
        *, alone: Element | None = None,
    ) -> None:  # fmt: skip
        self.item, self._body, self._page, self._responses, self._ours = item, body, page, responses, ours
        self._alone = alone

    def _key(self, interaction: Element) -> list[str]:
        response = self._responses.get(attribute(interaction, "responseIdentifier"))
        return response.key(self.item) if response else []

    def _stem(self, at: dict[Element, str]) -> str:
        """The body's text, with `at` in place of interactions; the scorer's notes are not the candidate's."""
        if self._alone is not None and self._alone in at:
            return ""

        def special(element: Element) -> str | None:
            if element in at:
                return at[element]
            name, view = local(element), attribute(element, "view")
            if name == "rubricBlock" and view and "candidate" not in view.split():
                is_key = view == "scorer" and first(self._body, "extendedTextInteraction") is not None
                return "" if is_key else self._lost(f"{name} {view}", element)
            if name in ("feedbackBlock", "feedbackInline", "modalFeedback", "catalogInfo", "templateBlock", "templateInline"):
                return self._lost(name, element)
            if name == "stylesheet":
                return ""
            if name == "printedVariable" or name == "include":
                self.item.eye("item.eye.lost", name)
                return ""
            return None

        return self._page.text(self._body if self._alone is None else self._alone, self.item, special=special)

    def _lost(self, name: str, element: Element) -> str:
        """Nothing in its place; somebody is told of its words."""
        if told := words(element):
            self.item.eye("item.eye.lost", f"{name} {told}")
        return ""

    def _prompt(self, interaction: Element) -> str:
        return self._page.text(next((part for part in interaction if local(part) == "prompt"), None), self.item)

    def _text(self, element: Element) -> str:
        def special(inner: Element) -> str | None:
            return self._lost(local(inner), inner) if local(inner) in ("feedbackInline", "feedbackBlock") else None

        return self._page.text(element, self.item, special=special)

    def choice(self, interaction: Element, at: str = "\n") -> None:
        choices = list(find(interaction, "simpleChoice", "inlineChoice"))
        identifiers = [attribute(choice, "identifier") for choice in choices]
        right = [identifiers.index(value) for value in dict.fromkeys(self._key(interaction)) if value in identifiers]
        options = [self._text(choice) for choice in choices]
        prompt = self._prompt(interaction)
        self.item.cells["题干"] = "\n".join(filter(None, [self._stem({interaction: at}), prompt]))
        several = attribute(interaction, "maxChoices") not in ("", "1") or self._is_multiple(interaction)
        if len(options) == 2 and {judgement_sign(option) for option in options} == {"√", "×"}:
            self.item.cells["题型"] = TYPE_NAMES[ItemType.JUDGEMENT][0]
            self.item.cells["答案"] = judgement_sign(options[right[0]]) if len(right) == 1 else ""
            return
        self.item.set_options(options)
        self.item.cells["答案"] = "".join(LETTERS[place] for place in sorted(right) if place < len(LETTERS))
        self.item.cells["题型"] = TYPE_NAMES[ItemType.MULTIPLE if several and len(right) != 1 else ItemType.SINGLE][0]
        if several and len(right) == 1:
            self.item.eye("item.eye.one_of_several")
        self._half_points(interaction)
        if self._ours:
            if attribute(interaction, "shuffle") == "false":
                self.item.cells[LOCK] = "是"
            return
        fixed = any(attribute(choice, "fixed") == "true" for choice in choices)
        if attribute(interaction, "shuffle") == "true" and fixed:
            self.item.cells[LOCK] = "是"

    def _half_points(self, interaction: Element) -> None:
        """An eye for points on what is not right."""
        response = self._responses.get(attribute(interaction, "responseIdentifier"))
        key = response.right if response else []
        if response and key and any(points > 0 and value not in key for value, points in response.mapped.items()):
            self.item.eye("item.eye.score")

    def _is_multiple(self, interaction: Element) -> bool:
        response = self._responses.get(attribute(interaction, "responseIdentifier"))
        return response is not None and response.cardinality == "multiple"

    def inline(self, interaction: Element) -> None:
        self.choice(interaction, "（　　）")

    def gaps(self) -> None:
        entries = list(find(self._body if self._alone is None else self._alone, "textEntryInteraction"))
        blanks = {entry: (attribute(entry, "placeholderText") if self._ours else "") or "____" for entry in entries}
        self.item.cells["题干"] = self._stem(blanks)
        answers = []
        for entry in entries:
            response = self._responses.get(attribute(entry, "responseIdentifier"))
            right = response.key(self.item) if response else []
            mapped = response.mapped if response else {}
            more = [value for value, points in mapped.items() if points > 0 and points == max(mapped.values())]
            if any(0 < points < max(mapped.values()) for points in mapped.values()):
                self.item.eye("item.eye.score")
            answers.append("|".join(re.sub("[;|；｜]", ",", value) for value in dict.fromkeys([*right, *more])))
        self.item.cells["题型"], self.item.cells["答案"] = TYPE_NAMES[ItemType.FILL][0], ";".join(answers)

    def extended(self, interaction: Element) -> None:
        self.item.cells["题干"] = "\n".join(filter(None, [self._stem({interaction: "\n"}), self._prompt(interaction)]))
        key = self._key(interaction)
        rubric = [
            self._page.text(part, self.item) for part in find(self._body, "rubricBlock") if "scorer" in attribute(part, "view")
        ]
        self.item.cells["题型"] = TYPE_NAMES[ItemType.SHORT][0]
        self.item.cells["答案"] = "\n".join(rubric or key)

    def match(self, interaction: Element) -> None:
        sets = list(find(interaction, "simpleMatchSet"))
        sides = [list(find(part, "simpleAssociableChoice")) for part in sets]
        if len(sides) != 2:
            _refused(self.item, self._stem({}), "matchInteraction")
            return
        names = [[attribute(choice, "identifier") for choice in side] for side in sides]
        pairs = []
        for value in self._key(interaction):
            left, _, right = value.partition(" ")
            if left in names[1] and right in names[0]:
                left, right = right, left
            if left in names[0] and right in names[1]:
                pairs.append((names[0].index(left), names[1].index(right)))
        left_texts, right_texts = ([self._text(choice) for choice in side] for side in sides)
        stem = "\n".join(filter(None, [self._stem({interaction: "\n"}), self._prompt(interaction)]))
        reshaped.match(self.item, stem, left_texts, right_texts, pairs)

    def order(self, interaction: Element) -> None:
        choices = list(find(interaction, "simpleChoice"))
        names = [attribute(choice, "identifier") for choice in choices]
        stem = "\n".join(filter(None, [self._stem({interaction: "\n"}), self._prompt(interaction)]))
        right = [names.index(value) for value in self._key(interaction) if value in names]
        reshaped.order(self.item, stem, [self._text(choice) for choice in choices], right)

    def gap_match(self, interaction: Element) -> None:
        words = list(find(interaction, "gapText"))
        places = list(find(interaction, "gap"))
        if first(interaction, "gapImg") is not None:
            _refused(self.item, self._stem({}), "gapImg")
            return
        names = [attribute(word, "identifier") for word in words]
        pairs = {pair.split()[-1]: pair.split()[0] for pair in self._key(interaction) if len(pair.split()) == 2}
        answers = [pairs.get(attribute(place, "identifier"), "") for place in places]
        keys = [reshaped.LETTERS[names.index(answer)] if answer in names[: len(reshaped.LETTERS)] else "" for answer in answers]
        stem = self._stem({**dict.fromkeys(words, ""), **dict.fromkeys(places, "____")})
        reshaped.gaps(self.item, stem, [self._text(word) for word in words], keys)

    def own_case(self, questions: list[Element]) -> None:
        """A case as our own export wrote it: a `div` for each question, which says its type and its points."""
        self.item.cells |= {"题型": TYPE_NAMES[ItemType.CASE][0], "题干": self._stem(dict.fromkeys(questions, ""))}
        for block in questions:
            scorers = block.getnext()
            if scorers is not None and local(scorers) == "rubricBlock":
                block.append(scorers)
            question = FoundItem(self.item.sheet, line(block), self.item.text)
            found = [part for part in block.iter() if isinstance(part.tag, str) and local(part) in _READ]
            reader = _Body(question, block, self._page, self._responses, self._ours)
            if found:
                _READ[local(found[0])](reader, found[0])
            told = dict(word.partition("-")[::2] for word in attribute(block, "class").split()[1:])
            question.cells |= {**own_facts({"type": told.get("type", "")}), SHARE: told.get("points", "1")}
            if question.cells.pop(LOCK, "") and told.get("type") != "judgement":
                self.item.cells[LOCK] = "是"
            self.item.parts.append(question)

    def case(self, interactions: list[Element]) -> None:
        """Several interactions: a case. Its stimulus is the body's text, each interaction one of its questions."""
        marks = {part: f"（{number}）____" for number, part in enumerate(interactions, start=1)}
        self.item.cells |= {"题型": TYPE_NAMES[ItemType.CASE][0], "题干": self._stem(marks)}
        self.item.eye("item.eye.reshaped")
        for number, part in enumerate(interactions, start=1):
            question = FoundItem(self.item.sheet, line(part), self.item.text)
            _READ[local(part)](_Body(question, self._body, self._page, self._responses, self._ours, alone=part), part)
            place = f"（{number}）" + "____" * (local(part) == "textEntryInteraction")
            question.cells["题干"] = question.cells.get("题干") or place
            self.item.parts.append(settle(question))


_READ: dict[str, Callable[[_Body, Element], None]] = {
    "choiceInteraction": _Body.choice,
    "inlineChoiceInteraction": _Body.inline,
    "textEntryInteraction": lambda body, _: body.gaps(),
    "extendedTextInteraction": _Body.extended,
    "matchInteraction": _Body.match,
    "orderInteraction": _Body.order,
    "gapMatchInteraction": _Body.gap_match,
}
