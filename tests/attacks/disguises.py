"""The forms in which a text may lie somewhere: what a search for a leaked item looks for."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

from itembank.domain.items import Item

SHORTEST = 6
"""Bytes: anything shorter stands everywhere by chance."""


def forms(text: str) -> set[bytes]:
    """UTF-8, UTF-16 in both orders, JSON escapes, hex, and base64 of it wherever in a longer text it begins."""
    plain = text.encode()
    wide = {text.encode("utf-16-le"), text.encode("utf-16-be")}
    escaped = json.dumps(text).strip('"').encode()
    found = {plain, *wide, escaped, plain.hex().encode(), *(_base64(plain, before) for before in range(3))}
    return {form for form in found if len(form) >= SHORTEST}


def _base64(data: bytes, before: int) -> bytes:
    """The signs of it that do not depend on the `before` bytes in front of it, nor on what follows."""
    whole = base64.b64encode(bytes(before) + data).rstrip(b"=")
    return whole[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]


def texts(item: Item) -> set[str]:
    """Every text of an item that an author wrote, but for letters and signs: "A" is in every file."""
    found = {item.stem, *item.options, item.key, item.rationale}
    for question in item.questions:
        found |= {question.stem, *question.options, question.key}
    if item.task is not None:
        found |= set(item.task.lines())
    return {text for text in found if len(text) > 1}


def leaks(data: bytes, wanted: Iterable[str]) -> list[str]:
    """Those of the texts that stand in it, in any form."""
    return sorted(text for text in wanted if any(form in data for form in forms(text)))
