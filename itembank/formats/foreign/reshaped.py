"""Kinds of questions that a paper asks in another form: pairs to match and things to put in order become blanks to fill in.

    1. 电流 ____          each thing on the left is followed by a blank, the things on the right are lettered below;
    A. 安培  B. 伏特       the key is their letters, blank by blank

What was read so gets an eye: the words are the author's, the form is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from itembank.domain.items import ItemType
from itembank.formats.foreign.found import FoundItem
from itembank.formats.item_cells import TYPE_NAMES

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def match(item: FoundItem, stem: str, left: Sequence[str], right: Sequence[str], pairs: Sequence[tuple[int, int]]) -> None:
    """`pairs`: which of the left goes with which of the right."""
    answers = ["".join(LETTERS[b] for a, b in pairs if a == place) for place in range(len(left))]
    lines = [f"{number}. {text} ____" for number, text in enumerate(left, start=1)]
    _fill(item, "\n".join([stem, *lines, _listed(right)]), answers)


def order(item: FoundItem, stem: str, things: Sequence[str], right: Sequence[int]) -> None:
    """`right`: the places of the things in their right order."""
    _fill(item, f"{stem}\n{_listed(things)}\n____", ["".join(LETTERS[place] for place in right)])


def gaps(item: FoundItem, stem: str, words: Sequence[str], answers: Sequence[str]) -> None:
    """A text with blanks, and the words to choose from."""
    _fill(item, f"{stem}\n{_listed(words)}", list(answers))


def _listed(things: Sequence[str]) -> str:
    return "\n".join(f"{letter}. {thing}" for letter, thing in zip(LETTERS, things, strict=False))


def _fill(item: FoundItem, stem: str, answers: list[str]) -> None:
    item.eye("item.eye.reshaped")
    item.cells |= {"题型": TYPE_NAMES[ItemType.FILL][0], "题干": stem.strip(), "答案": ";".join(answers)}
    if not all(answers):
        item.cells["答案"] = ""
