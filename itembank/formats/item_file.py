"""A file of items, opened: whatever program made it, its rows are worksheets now, its pictures figures as the bank keeps
them. And the workbook of a blueprint, read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from itembank.domain.blueprint import Blueprint
from itembank.formats.item_rows import RowFlag
from itembank.formats.spreadsheet import Sheets, Spreadsheet


@dataclass(slots=True)
class ItemFile:
    """`data`: the bytes, which people sign. `format`: of what kind it is. `foreign`: made by another program, so that much of
    it was concluded. `rows`: where somebody put a list, the rows of the items as they are read.

    `layouts` (how each table was read, for a person) and `flags` (of what was not read) are whole when every row is read.
    """

    data: bytes
    format: str
    sheets: Sheets
    figures: Mapping[str, str] = field(default_factory=dict)
    rows: list[list[str]] | None = None
    foreign: bool = False
    layouts: list[dict[str, Any]] = field(default_factory=list)
    flags: list[RowFlag] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BlueprintFile:
    """`data`: the workbook, which people sign. `blueprint`: what it says, checked."""

    data: bytes
    blueprint: Blueprint


def own_workbook(data: bytes) -> ItemFile:
    """A workbook of our own layout that this program made itself, opened in this process. Raises WorkbookError."""
    return ItemFile(data, "xlsx", Spreadsheet(data))
