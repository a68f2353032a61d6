"""GIFT, Moodle's text format: a question, its answers in braces, a blank line between two questions.

    ::title::[html]Who's there?{=right ~wrong ~%50%half # feedback #### general feedback}

Read as Moodle's own reader does (docs.moodle.org, GIFT format): `\\` before one of `~=#{}:` and a line end makes it plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from itembank.domain.items import LETTERS, ItemType
from itembank.formats.foreign import reshaped
from itembank.formats.foreign.found import BLANK_PLACE, TOOL, FoundItem, dropped, own_blanks, own_facts
from itembank.formats.foreign.markup import Page
from itembank.formats.foreign.paper_text import TEXT
from itembank.formats.foreign.settling import settle
from itembank.formats.item_cells import TYPE_NAMES

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_PLAIN = {"~": "\ue010", "=": "\ue011", "#": "\ue012", "{": "\ue013", "}": "\ue014", ":": "\ue015", "\\": "\ue016", "n": "\n"}
_BACK = {sign: plain for plain, sign in _PLAIN.items() if plain != "n"}
_NUMBERED = re.compile(r"// question: \d+")
"""What Moodle's own export says above each question."""
_TITLE = re.compile(r"^\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]")
_TAG = re.compile(r"\[(id|tag):((?:\\.|[^\[\]\\])*+)\]")
_ANSWER = re.compile(r"([=~])((?:[^=~]|(?<=[<>!])=)*)")
_WEIGHT = re.compile(r"^\s*%(-?\d+(?:\.\d+)?)%")


def gift_items(text: str, page: Page) -> Iterator[FoundItem]:
    """The questions, in order; one that cannot be read comes with its text and no type."""
    unread: dict[str, FoundItem] = {}
    for row, lines in _questions(text):
        beside = [line.strip() for line in lines if line.lstrip().startswith("//") or line.startswith("$CATEGORY")]
        tags = dict(_tags(" ".join(beside)))
        body = "\n".join(line for line in lines if line.strip() not in beside)
        if body.strip():
            yield _item(row, body, tags, page)
        for line in beside:
            if TOOL not in tags and not _NUMBERED.match(line):
                unread.setdefault(line, dropped(TEXT, row, line))
    yield from unread.values()


def _questions(text: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, lines) of each: a blank line ends one, unless its braces are still open."""
    begun, lines = 0, list[str]()
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        open_braces = _depth(lines)
        if line.strip() or open_braces:
            if not lines:
                begun = number
            lines.append(line)
            continue
        if lines:
            yield begun, lines
        lines = []
    if lines:
        yield begun, lines


def _depth(lines: list[str]) -> bool:
    body = _ESCAPED.sub("", "\n".join(line for line in lines if not line.lstrip().startswith("//")))
    return body.count("{") > body.count("}")


def _tags(comments: str) -> Iterator[tuple[str, str]]:
    for kind, told in _TAG.findall(comments):
        value = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], told)
        name, _, rest = value.partition(":")
        yield ("id", value) if kind == "id" else (name, rest)


def _item(row: int, body: str, tags: dict[str, str], page: Page) -> FoundItem:
    item = FoundItem(TEXT, row, body.strip())
    text = _ESCAPED.sub(lambda found: _PLAIN[found[1]], body)
    title = _TITLE.match(text)
    text = text[title.end() :] if title else text
    format_ = _FORMAT.match(text)
    text = text[format_.end() :] if format_ else text
    start, end = text.find("{"), text.rfind("}")
    reader = _Reader(item, page, format_[1] if format_ else "moodle")
    if start < 0 or end < start:
        item.eye("item.eye.outside", reader.read(text))
        return item
    before, inside, after = text[:start], text[start + 1 : end], text[end + 1 :]
    if "{" in inside:
        item.cells["题干"] = reader.read(text)
        item.refuse("item.eye.several")
        return item
    page.ours = TOOL in tags
    gap = "____" if after.strip() else ""
    if page.ours and tags.get("blanks"):
        item.cells["题干"] = own_blanks(reader.read(f"{before}{BLANK_PLACE}{after}"), tags)
    else:
        item.cells["题干"] = reader.read(f"{before.rstrip()} {gap}{after}" if gap else before)
    inside, _, general = inside.partition("####")
    item.cells["解析"] = reader.read(general)
    _answers(item, reader, inside.strip(), bool(gap))
    if TOOL in tags:
        item.cells |= own_facts(tags)
        item.cells["试题GUID"] = tags.get("id", "")
        return item
    return settle(item)


class _Reader:
    def __init__(self, item: FoundItem, page: Page, format_: str) -> None:
        self._item, self._page, self._format = item, page, format_

    def read(self, text: str) -> str:
        """A piece of the question as rich text, its escaped signs plain again."""
        plain = _FORMAT.sub("", "".join(_BACK.get(sign, sign) for sign in text)).strip()
        if self._format in ("html", "moodle"):
            plain = self._page.markup(
                re.sub(r"\n", "<br>", plain) if self._format == "moodle" and "<" in plain else plain, self._item
            )
        return plain


def _answers(item: FoundItem, reader: _Reader, inside: str, gap: bool) -> None:
    head = inside.partition("#")[0].strip().upper()
    if head in ("T", "TRUE", "F", "FALSE"):
        item.cells["题型"], item.cells["答案"] = TYPE_NAMES[ItemType.JUDGEMENT][0], head
        _rationale(item, [reader.read(part) for part in inside.split("#")[1:]])
    elif not inside:
        item.cells["题型"] = TYPE_NAMES[ItemType.ESSAY][0]
    elif inside.startswith("#"):
        _numerical(item, reader, inside[1:])
    else:
        _listed(item, reader, inside, gap)


def _numerical(item: FoundItem, reader: _Reader, inside: str) -> None:
    values = [part for sign, part in _ANSWER.findall(inside) if sign == "="] or [inside]
    right = [part for part in values if not (weight := _WEIGHT.match(part)) or float(weight[1]) >= 100]
    answers = [reader.read(_WEIGHT.sub("", part).partition("#")[0]) for part in right]
    if any(":" in answer or ".." in answer for answer in answers):
        item.eye("item.eye.tolerance")
    item.cells["题型"] = TYPE_NAMES[ItemType.FILL][0]
    item.cells["答案"] = "|".join(answer.partition(":")[0] if ":" in answer else answer for answer in answers)


def _listed(item: FoundItem, reader: _Reader, inside: str, gap: bool) -> None:
    answers = _ANSWER.findall(inside) or [("=", inside)]
    found = [(sign, _WEIGHT.match(part), _WEIGHT.sub("", part)) for sign, part in answers]
    texts = [reader.read(part.partition("#")[0]) for _, _, part in found]
    _rationale(
        item,
        [
            f"{text}：{said}"
            for text, (_, _, part) in zip(texts, found, strict=True)
            if (said := reader.read(part.partition("#")[2]))
        ],
    )
    if found and all(sign == "=" for sign, _, _ in found):
        if all("->" in text for text in texts):
            _matching(item, texts)
            return
        right = [text for text, (_, weight, _) in zip(texts, found, strict=True) if not weight or float(weight[1]) >= 100]
        if len(right) < len(texts):
            item.eye("item.eye.score")
        item.cells["题型"] = TYPE_NAMES[ItemType.FILL][0]
        item.cells["答案"] = "|".join(re.sub("[;|；｜]", ",", text) for text in right)
        return
    weights = [float(weight[1]) if weight else 100.0 if sign == "=" else 0.0 for sign, weight, _ in found]
    several = not any(sign == "=" for sign, _, _ in found)
    chosen = [place for place, weight in enumerate(weights) if (weight > 0 if several else weight >= 100)]
    if (not several and any(0 < weight < 100 for weight in weights)) or len({one for one in weights if one > 0}) > 1:
        item.eye("item.eye.score")
    item.set_options(texts)
    item.cells["答案"] = "".join(LETTERS[place] for place in chosen if place < len(LETTERS))
    item.cells["题型"] = TYPE_NAMES[ItemType.MULTIPLE if several and len(chosen) > 1 else ItemType.SINGLE][0]
    if gap:
        item.cells["题干"] = item.cells["题干"].replace("____", "（　　）", 1)


def _matching(item: FoundItem, texts: list[str]) -> None:
    pairs = [tuple(map(str.strip, text.split("->", 1))) for text in texts]
    right = sorted({pair[1] for pair in pairs})
    left = [pair[0] for pair in pairs if pair[0]]
    joined = [(place, right.index(pair[1])) for place, pair in enumerate(pair for pair in pairs if pair[0])]
    reshaped.match(item, item.cells["题干"], left, right, joined)


def _rationale(item: FoundItem, said: list[str]) -> None:
    item.cells["解析"] = "\n".join(filter(None, [item.cells.get("解析", ""), *said]))
