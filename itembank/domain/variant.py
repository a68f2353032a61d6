"""The variant of a place (分卷): the same paper with items and options in another order, the place's own.

Sections keep their order on the paper, the items of a set and the questions of a case stay together, a locked item keeps the
order of its options (以上都是), and a true/false item has none. The order is worked out from a secret key and the name of the
place, so nothing but the key needs to be kept: whoever has it derives what a place printed, and its marking key.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from itembank.domain.items import LETTERS

T = TypeVar("T")
_WORD = 1 << 16


class Slot(NamedTuple):
    """A question as far as its order goes: how many options it has, whether they are locked, and its set, if it has one."""

    options: int
    locked: bool = False
    item_set: str = ""


class Placed(NamedTuple):
    """Which question of its section stands here, and which of its options in which order."""

    question: int
    options: tuple[int, ...]


Arrangement = tuple[tuple[Placed, ...], ...]
"""Section by section, the questions in the order of one place."""


def place_name(form: str, station: str, seat: int = 0) -> str:
    """What an order is derived for: a station's copies of a form, or one seat there, which has the copy of its number."""
    return f"{form}|{station}|{seat}" if seat else f"{form}|{station}"


def arranged(key: bytes, place: str, sections: Sequence[Sequence[Slot]]) -> Arrangement:
    """The order of one place. `key`: 32 secret bytes. Same key, place and slots: the same order."""
    words = _words(key, place)
    return tuple(
        tuple(
            Placed(question, _options(section[question], words))
            for block in _shuffled(_blocks(section), words)
            for question in block
        )
        for section in sections
    )


def as_written(sections: Sequence[Sequence[Slot]]) -> Arrangement:
    """The order of the proof."""
    return tuple(tuple(Placed(q, tuple(range(slot.options))) for q, slot in enumerate(section)) for section in sections)


def marking_keys(keys: Sequence[Sequence[str]], arrangement: Arrangement) -> tuple[str, ...]:
    """The keys of one place in its order, the letters of a choice as its options stand there. `keys`: section by section."""
    return tuple(
        _moved(section[placed.question], placed.options)
        for section, order in zip(keys, arrangement, strict=True)
        for placed in order
    )


def _moved(key: str, options: tuple[int, ...]) -> str:
    """Letters of a choice at the places their options have moved to; any other key is as it was."""
    if not options or not key or any(letter not in LETTERS[: len(options)] for letter in key):
        return key
    place = {option: position for position, option in enumerate(options)}
    return "".join(sorted(LETTERS[place[LETTERS.index(letter)]] for letter in key))


def _blocks(section: Sequence[Slot]) -> list[list[int]]:
    """Questions that move together: each by itself, those of a set as one."""
    blocks: list[list[int]] = []
    of_set: dict[str, list[int]] = {}
    for question, slot in enumerate(section):
        if slot.item_set and slot.item_set in of_set:
            of_set[slot.item_set].append(question)
            continue
        blocks.append([question])
        if slot.item_set:
            of_set[slot.item_set] = blocks[-1]
    return blocks


def _options(slot: Slot, words: Iterator[int]) -> tuple[int, ...]:
    order = list(range(slot.options))
    return tuple(order if slot.locked else _shuffled(order, words))


def _shuffled(things: list[T], words: Iterator[int]) -> list[T]:
    """Fisher and Yates, from the last place down; every order is equally likely."""
    for last in range(len(things) - 1, 0, -1):
        bound = last + 1
        # A word over the last whole multiple would make the first places likelier.
        limit = _WORD - _WORD % bound
        word = next(words)
        while word >= limit:
            word = next(words)
        other = word % bound
        things[last], things[other] = things[other], things[last]
    return things


def _words(key: bytes, place: str) -> Iterator[int]:
    """16-bit words without end: HMAC-SHA256 of the place's name and a counter."""
    name, counter = f"itembank/variant/1|{place}|".encode(), 0
    while True:
        yield from struct.unpack(">16H", hmac.digest(key, name + counter.to_bytes(8, "big"), "sha256"))
        counter += 1
