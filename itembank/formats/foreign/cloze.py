"""Moodle's embedded answers: `{1:SHORTANSWER:=Paris~%50%Lyon}` in a text, each a blank."""

from __future__ import annotations

import re

from itembank.domain.items import LETTERS, ItemType
from itembank.formats.foreign.found import BLANK_PLACE, FoundItem
from itembank.formats.item_cells import TYPE_NAMES

_BLANK = re.compile(r"\{(\d*):(\w+):((?:\\.|[^{}\\])*)\}", re.DOTALL)
_WRITTEN = ("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC", "NUMERICAL", "NM")
_ANSWER = re.compile(r"(?<!\\)~")


def cloze_blanks(item: FoundItem) -> None:
    """Every embedded answer becomes a blank. Choices stand behind their blank, and get an eye."""
    stem = item.cells["题干"]
    found = list(_BLANK.finditer(stem))
    if len(found) == 1 and found[0][2].upper() not in _WRITTEN and "RESPONSE" not in found[0][2].upper():
        _one_choice(item, found[0])
        return
    answers = []
    for blank in reversed(found):
        texts, right = _parts(blank[3])
        if blank[2].upper() in ("NUMERICAL", "NM") and any(":" in text for text in right):
            right = [text.partition(":")[0] for text in right]
            item.eye("item.eye.tolerance")
        if re.search(r"%(?!100%|-|0)", blank[3]):
            item.eye("item.eye.score")
        if "#" in blank[3].replace("\\#", ""):
            item.eye("item.eye.lost", blank[3])
        shown = BLANK_PLACE
        if blank[2].upper() not in _WRITTEN:
            shown += "（" + "／".join(texts) + "）"
            item.eye("item.eye.reshaped")
        answers.append("|".join(re.sub("[;|；｜]", ",", text) for text in right))
        stem = stem[: blank.start()] + shown + stem[blank.end() :]
    item.cells |= {"题型": TYPE_NAMES[ItemType.FILL][0], "题干": stem, "答案": ";".join(reversed(answers))}


def _one_choice(item: FoundItem, blank: re.Match[str]) -> None:
    texts, right = _parts(blank[3])
    item.cells["题干"] = blank.string[: blank.start()] + "（　　）" + blank.string[blank.end() :]
    item.cells["题型"] = TYPE_NAMES[ItemType.SINGLE][0]
    item.set_options(texts)
    item.cells["答案"] = "".join(letter for letter, text in zip(LETTERS, texts, strict=False) if text in right)


def _parts(body: str) -> tuple[list[str], list[str]]:
    """All answers, and the right ones."""
    texts, right = [], []
    for part in filter(None, _ANSWER.split(body)):
        answer = part.partition("#")[0].strip()
        weight = re.match(r"(=|%-?[\d.]+%)?", answer)
        text = re.sub(r"\\(.)", r"\1", answer[weight.end() if weight else 0 :]).strip()
        if text:
            texts.append(text)
        if text and weight and weight[1] in ("=", "%100%"):
            right.append(text)
    return texts, right
