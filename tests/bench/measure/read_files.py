"""A foreign file as the bank gets it: read in its process, its rows checked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import RuleError
from itembank.domain.items import Item
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.errors import FormatError
from itembank.formats.item_workbook import WorkbookItems, read_items
from tests.bench.measure.corpora import Told, eyes, read
from tests.province import blueprint_bytes

AT_A_TIME = 2
"""Files that are read side by side."""
GIVEN = {"": {"defaults": {"鉴定点": "B-A-A-001"}}}
"""What nobody else's file says."""


@dataclass
class Read:
    """One file and what came of it. `came`: its items, unless it was refused (`refused`: the code) or something crashed."""

    path: Path
    told: Told
    came: WorkbookItems | None
    refused: str
    crash: str

    @cached_property
    def items(self) -> dict[int, Item]:
        """Row → item that the bank takes."""
        return {row: item for (_, row), item in self.came.rows} if self.came else {}

    @cached_property
    def reported(self) -> set[tuple[str, int]]:
        return {(broken.sheet, broken.row) for broken in self.came.rejected} if self.came else set()

    @cached_property
    def flagged(self) -> set[tuple[str, int]]:
        return eyes(self.came.flags) if self.came else set()

    def told_of(self, row: int) -> bool:
        """Whether somebody learns that something is the matter with this row."""
        return bool(self.refused or self.crash) or any(row == number for _, number in self.reported | self.flagged)


@cache
def blueprint() -> Blueprint:
    return read_blueprint(blueprint_bytes())


def looked_at(path: Path, data: bytes, given: Mapping[str, object] = GIVEN) -> Read:
    """The file, read in its process and its rows checked here."""
    told = read(data, given)
    if told.crash:
        return Read(path, told, None, "", told.crash)
    if told.code:
        return Read(path, told, None, told.code, "")
    try:
        return Read(path, told, read_items(told, "city", blueprint(), told.figures.keys()), "", "")
    except (FormatError, RuleError) as error:
        return Read(path, told, None, error.code, "")
    except Exception as error:
        return Read(path, told, None, "", f"{type(error).__name__}: {error}"[:300])
