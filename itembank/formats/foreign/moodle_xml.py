"""Moodle XML: a `<quiz>` of `<question>`s, their texts HTML, their pictures in base64 beside the texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from itembank.domain.items import LETTERS, ItemType
from itembank.formats.errors import ForeignError
from itembank.formats.foreign import reshaped
from itembank.formats.foreign.cloze import cloze_blanks
from itembank.formats.foreign.found import TOOL, FoundItem, dropped, own_blanks, own_facts
from itembank.formats.foreign.markup import Element, Page, name_of
from itembank.formats.foreign.settling import settle
from itembank.formats.foreign.xml import line, words
from itembank.formats.item_cells import TYPE_NAMES

_READ = (
    "name", "questiontext", "generalfeedback", "idnumber", "answer", "graderinfo", "subquestion", "dragbox", "selectoption",
)  # fmt: skip
_FILE = re.compile(r"@@PLUGINFILE@@/([^\"'\s>)]+)")


def moodle_items(root: Element, page: Page) -> Iterator[FoundItem]:
    """The questions, in order. Raises ForeignError where there is none."""
    questions = [child for child in root if name_of(child) == "question"]
    if name_of(root) != "quiz" or not questions:
        raise ForeignError("import.none")
    unread: dict[str, FoundItem] = {}
    for number, question in enumerate(questions, start=1):
        kind = (question.get("type") or "").strip()
        if kind != "category":
            yield _item(question, kind, number, page)
        if not page.ours:
            for about in _unread(question):
                unread.setdefault(about, dropped(f"question {number}", line(question), about))
    yield from unread.values()


def _unread(question: Element) -> Iterator[str]:
    """Texts that belong to no item of ours: hints, what is said of a whole answer, units, tags, the folder."""
    for child in question:
        name = name_of(child)
        if name not in _READ and (name in ("tags", "units") or _child(child, "text") is not None):
            told = " ".join(re.sub(r"<[^>]*>", " ", words(child)).split())
            yield from [f"{name} {told}"] if told else []


def _item(question: Element, kind: str, number: int, page: Page) -> FoundItem:
    item = FoundItem(f"question {number}", line(question), _original(question))
    files = {
        (file.get("path") or "/") + (file.get("name") or ""): file.text or ""
        for file in question.iter()
        if name_of(file) == "file"
    }
    told = _told(question)
    page.ours = bool(told)
    reader = _Reader(item, page, files)
    stem = reader.text(_child(question, "questiontext"))
    if not stem:
        stem = reader.text(_child(question, "name"))
    item.cells["题干"] = stem
    item.cells["解析"] = reader.text(_child(question, "generalfeedback"))
    identity = _value(_child(question, "idnumber"))
    read = _KINDS.get(kind)
    if read is None:
        item.refuse("item.eye.interaction", kind or "question")
        return item
    read(question, item, reader)
    item.cells["题干"] = own_blanks(item.cells.get("题干", ""), told)
    if told:
        item.cells |= {"试题GUID": identity, **own_facts(told)}
    return item if told else settle(item)


class _Reader:
    """Texts of one question, with its pictures."""

    def __init__(self, item: FoundItem, page: Page, files: dict[str, str]) -> None:
        self.item, self._page, self._files = item, page, files

    def text(self, element: Element | None) -> str:
        """The text of a field: HTML unless it says otherwise."""
        if element is None:
            return ""
        raw = _value(element)
        if element.get("format") in ("plain_text", "markdown"):
            return raw
        with_files = _FILE.sub(lambda found: self._uri(found[1]), raw)
        return self._page.markup(with_files, self.item)

    def _uri(self, name: str) -> str:
        data = self._files.get("/" + name) or self._files.get(name)
        return f"data:image;name={name};base64,{data.strip()}" if data else name


def _choice(question: Element, item: FoundItem, reader: _Reader) -> None:
    answers = [child for child in question if name_of(child) == "answer"]
    single = _value(_child(question, "single")).lower() in ("true", "1")
    fractions = [_number(answer.get("fraction")) for answer in answers]
    item.set_options(reader.text(answer) for answer in answers)
    right = [place for place, fraction in enumerate(fractions) if (fraction >= 100 if single else fraction > 0)]
    if (single and any(0 < fraction < 100 for fraction in fractions)) or len({one for one in fractions if one > 0}) > 1:
        item.eye("item.eye.score")
    item.cells["答案"] = "".join(LETTERS[place] for place in right if place < len(LETTERS))
    item.cells["题型"] = TYPE_NAMES[ItemType.SINGLE if single or len(right) == 1 else ItemType.MULTIPLE][0]
    if not single and len(right) == 1:
        item.eye("item.eye.one_of_several")
    _feedback(answers, item, reader)


def _truefalse(question: Element, item: FoundItem, reader: _Reader) -> None:
    item.cells["题型"] = TYPE_NAMES[ItemType.JUDGEMENT][0]
    for answer in (child for child in question if name_of(child) == "answer"):
        if _number(answer.get("fraction")) > 0:
            item.cells["答案"] = reader.text(answer).strip().lower()
    _feedback([child for child in question if name_of(child) == "answer"], item, reader)


def _short(question: Element, item: FoundItem, reader: _Reader) -> None:
    answers = [child for child in question if name_of(child) == "answer"]
    right = [answer for answer in answers if _number(answer.get("fraction")) >= 100]
    texts = [reader.text(answer).strip() for answer in right]
    if any(";" in text or "|" in text for text in texts):
        item.eye("item.eye.lost", "; |")
    item.cells["题型"], item.cells["答案"] = (
        TYPE_NAMES[ItemType.FILL][0],
        "|".join(re.sub("[;|；｜]", ",", text) for text in texts),
    )
    if any(0 < _number(answer.get("fraction")) < 100 for answer in answers):
        item.eye("item.eye.score")
    if any(_number(_value(_child(answer, "tolerance"))) for answer in answers):
        item.eye("item.eye.tolerance")
    _feedback(answers, item, reader)


def _essay(question: Element, item: FoundItem, reader: _Reader) -> None:
    item.cells["题型"] = TYPE_NAMES[ItemType.ESSAY][0]
    item.cells["答案"] = reader.text(_child(question, "graderinfo"))


def _matching(question: Element, item: FoundItem, reader: _Reader) -> None:
    left: list[str] = []
    right: list[str] = []
    pairs: list[tuple[int, int]] = []
    for sub in (child for child in question if name_of(child) == "subquestion"):
        text, answer = reader.text(sub), reader.text(_child(sub, "answer"))
        if answer not in right:
            right.append(answer)
        if text:
            pairs.append((len(left), right.index(answer)))
            left.append(text)
    reshaped.match(item, item.cells["题干"], left, sorted(right), [(a, sorted(right).index(right[b])) for a, b in pairs])


def _cloze(question: Element, item: FoundItem, reader: _Reader) -> None:
    cloze_blanks(item)


def _ordering(question: Element, item: FoundItem, reader: _Reader) -> None:
    answers = sorted(
        (child for child in question if name_of(child) == "answer"), key=lambda answer: _number(answer.get("fraction"))
    )
    texts = [reader.text(answer) for answer in answers]
    shown = sorted(texts)
    reshaped.order(item, item.cells["题干"], shown, [shown.index(text) for text in texts])


def _gapselect(question: Element, item: FoundItem, reader: _Reader) -> None:
    """`[[2]]` in the text is the second word."""
    boxes = [child for child in question if name_of(child) in ("dragbox", "selectoption")]
    words = [reader.text(box) for box in boxes]
    chosen = [int(number) - 1 for number in re.findall(r"\[\[(\d+)\]\]", item.cells["题干"])]
    stem = re.sub(r"\[\[\d+\]\]", "____", item.cells["题干"])
    shown = sorted(set(words))
    answers = [reshaped.LETTERS[shown.index(words[place])] for place in chosen if place < len(words)]
    reshaped.gaps(item, stem, shown, answers)


def _gapfill(question: Element, item: FoundItem, reader: _Reader) -> None:
    """The answers stand in the text, between its own delimiters."""
    delimiters = (_value(_child(question, "delimitchars")) or "[]").ljust(2, "]")
    pattern = re.compile(f"{re.escape(delimiters[0])}([^{re.escape(delimiters)}]+){re.escape(delimiters[1])}")
    answers = pattern.findall(item.cells["题干"])
    item.cells["题干"] = pattern.sub("____", item.cells["题干"])
    item.cells["题型"], item.cells["答案"] = TYPE_NAMES[ItemType.FILL][0], ";".join(answers)


def _description(question: Element, item: FoundItem, reader: _Reader) -> None:
    item.eye("item.eye.outside", item.cells.pop("题干"))


_KINDS = {
    "multichoice": _choice, "truefalse": _truefalse, "shortanswer": _short, "numerical": _short, "essay": _essay,
    "matching": _matching, "match": _matching, "cloze": _cloze, "multianswer": _cloze, "ordering": _ordering,
    "gapselect": _gapselect, "ddwtos": _gapselect, "gapfill": _gapfill, "description": _description,
}  # fmt: skip


def _feedback(answers: list[Element], item: FoundItem, reader: _Reader) -> None:
    """What is said of single answers joins the rationale."""
    said = [f"{reader.text(answer)}：{text}" for answer in answers if (text := reader.text(_child(answer, "feedback")))]
    item.cells["解析"] = "\n".join(filter(None, [item.cells["解析"], *said]))


def _told(question: Element) -> dict[str, str]:
    """What our own export put into tags (`point:A-B-A-001`); nothing for a question of another's."""
    tags = _child(question, "tags")
    texts = [_value(tag) for tag in tags if name_of(tag) == "tag"] if tags is not None else []
    return dict(text.partition(":")[::2] for text in texts) if TOOL in texts else {}


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if name_of(child) == name), None)


def _value(element: Element | None) -> str:
    if element is None:
        return ""
    text = _child(element, "text")
    return "".join(map(str, (text if text is not None else element).itertext())).strip()


def _number(text: str | None) -> float:
    try:
        return float((text or "0").replace(",", "."))
    except ValueError:
        return 0.0


def _original(question: Element) -> str:
    return re.sub(
        r"\s+",
        " ",
        " ".join(_value(child) for child in question if name_of(child) in ("name", "questiontext", "answer", "subquestion")),
    )[:2000]
