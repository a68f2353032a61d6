"""What a foreign file is read as, in this process: its rows as dictionaries, blank cells left out."""

from __future__ import annotations

from typing import Any

from itembank.formats.foreign.reading import read_file
from itembank.formats.headed_sheet import EYES, ORIGINAL, PLACE

OF_NO_ITEM = ("试题GUID", "难度", *PLACE, ORIGINAL, EYES)
"""Headings that every row has, whatever its file says."""


def rows(data: bytes | str, **said: Any) -> list[dict[str, str]]:
    """Every row with all its cells. `said`: a layout for every table."""
    corrected = {"": said} if said else {}
    reading = read_file(data.encode() if isinstance(data, str) else data, {}, corrected)
    headings = next(reading.items.rows)
    return [dict(zip(headings, row, strict=True)) for row in reading.items.rows]


def items(data: bytes | str, **said: Any) -> list[dict[str, str]]:
    """What the rows say of items: without number, place, original and eyes."""
    found = [{name: text for name, text in row.items() if text and name not in OF_NO_ITEM} for row in rows(data, **said)]
    return [row for row in found if row]


def eyes(data: bytes | str, **said: Any) -> list[str]:
    """The codes of all eyes, in order."""
    lines = [line for row in rows(data, **said) for line in row[EYES].split("\n") if line]
    return [line.partition("\t")[0].removeprefix("item.eye.") for line in lines]


def choice(type_: str, stem: str, key: str, *options: str, **more: str) -> dict[str, str]:
    """A choice item as cells."""
    return {
        "题型": type_,
        "题干": stem,
        "答案": key,
        **dict(zip((f"选项{letter}" for letter in "ABCDEFGHIJK"), options, strict=False)),
        **more,
    }
