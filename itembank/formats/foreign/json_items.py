"""JSON files of items: a list of objects, an object with such a list in it, or an object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from itembank.formats.errors import ForeignError
from itembank.formats.foreign.layout import is_type_heading
from itembank.formats.foreign.tables import RawTable, object_table

_HALF = re.compile("[\ud800-\udfff]")
_LONGEST_LABEL = 12
"""Characters of a member that only names the file, its date, its author."""
MOST_DEPTH = 20
"""Objects and lists in each other; items need five."""


def json_tables(text: str) -> Iterator[RawTable]:
    """The tables in a file. Raises ForeignError for what is no JSON, and for what holds no object."""
    found = list(_lists(_read(text), "JSON", 0))
    if not found:
        raise ForeignError("import.none")
    yield from found


def _read(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_distinct)
    except RecursionError:
        raise ForeignError("import.broken", reason="too deep") from None
    except ValueError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2:
            raise ForeignError("import.broken", reason=str(error)[:100]) from None
    try:
        return [json.loads(line, object_pairs_hook=_distinct) for line in lines]
    except (ValueError, RecursionError) as error:
        raise ForeignError("import.broken", reason=str(error)[:100]) from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two members with one name a program would drop one, and nobody would see which."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ForeignError("import.broken", reason="one name twice in an object")
    if any(_HALF.search(text) for pair in pairs for text in pair if isinstance(text, str)):
        raise ForeignError("import.broken", reason="half of a character")
    return dict(pairs)


def _lists(value: Any, name: str, depth: int) -> Iterator[RawTable]:
    if depth > MOST_DEPTH:
        raise ForeignError("import.broken", reason="too deep")
    if isinstance(value, list):
        objects = [entry for entry in value if isinstance(entry, dict)]
        if objects and len(objects) == len(value):
            yield object_table(name, [_flat(entry) for entry in objects])
        elif value:
            raise ForeignError("import.none")
    elif isinstance(value, dict):
        lists = [
            (key, entry) for key, entry in value.items() if isinstance(entry, list) and entry and isinstance(entry[0], dict)
        ]
        if not lists:
            yield object_table(name, [_flat(value)])
        yield from _beside(value, lists)
        types = {key: entry for key, entry in value.items() if isinstance(entry, str) and is_type_heading(key)}
        for key, entry in lists:
            objects = [{**types, **inner} if isinstance(inner, dict) else inner for inner in entry]
            yield from _lists(objects, key, depth + 1)


def _beside(value: dict[str, Any], lists: list[tuple[str, Any]]) -> Iterator[RawTable]:
    """What stands beside the lists of an object and is more than a label: a table that nobody reads, so that it is told."""
    read = {key for key, _ in lists}
    others = {key: entry for key, entry in value.items() if key not in read and not is_type_heading(key)}
    if lists and any(entry for entry in others.values() if _is_content(entry)):
        texts = [f"{key}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in others.items()]
        yield RawTable(f"JSON {'、'.join(others)}"[:60], [texts])


def _is_content(entry: Any) -> bool:
    return isinstance(entry, list | dict) or (isinstance(entry, str) and len(entry) > _LONGEST_LABEL)


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """Members of an inner object that holds no options stand beside the others (`other: {source: …}`)."""
    flat: dict[str, Any] = {}
    for key, value in entry.items():
        if isinstance(value, dict) and value and not all(len(name) == 1 for name in value):
            flat.update({name: inner for name, inner in value.items() if name not in entry})
        else:
            flat[key] = value
    return flat
