"""What can be wrong with a file.

    FormatError                    the bytes are not what they should be
    ├── WorkbookError              not a spreadsheet we can read, or not laid out as agreed
    │   └── ItemRowsError          an item workbook has broken rows; nothing of it was taken
    ├── ForeignError               a file somebody else's program made, and that cannot be read
    │   └── UnconfinedError        nor may be tried: this machine cannot confine who reads it
    ├── FigureError                not a figure that may be shown, or not in the form the bank keeps
    ├── PlanFileError              a plan file has an unknown key, or a value of another kind
    ├── ContainerError             a sealed package is not what its row says
    └── ReceiptError               a receipt is unsigned, misplaced or out of its chain

Shaped like `itembank.domain.errors.RuleError`: a stable `code`, and the facts that fill its sentence.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


class FormatError(Exception):
    """Root of this room's errors. `code` names what is wrong, `facts` fill its sentence."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


class WorkbookError(FormatError):
    """Not a spreadsheet we can read, or not laid out as agreed."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """One thing wrong in one row: the row as the spreadsheet program counts it, the column's heading, and the reason.

    `code` and `facts` make the sentence, like those of an error. `text`: what the cell holds, at most 80 characters of it.
    """

    row: int
    field: str
    code: str
    facts: dict[str, object]
    sheet: str = ""
    text: str = ""

    @property
    def where(self) -> str:
        """`试题!12`"""
        return f"{self.sheet}!{self.row}"


class ItemRowsError(WorkbookError):
    """An item workbook has broken rows. `rows` has all of them, in the order of the sheet."""

    def __init__(self, sheet: str, rows: list[BrokenRow]) -> None:
        super().__init__("items.rows", sheet=sheet, count=len(rows), rows=[asdict(row) for row in rows])
        self.sheet = sheet
        self.rows = rows


class ForeignError(FormatError):
    """A file that somebody else's program made, and that cannot be read."""


class UnconfinedError(ForeignError):
    """This machine cannot confine the process that would read a foreign file."""


class FigureError(FormatError):
    """Not a figure that may be shown, or not in the form the bank keeps."""


class PlanFileError(FormatError):
    """A plan file has an unknown key, or a value of another kind."""


class ContainerError(FormatError):
    """A sealed package is not what its row says."""


class ReceiptError(FormatError):
    """A receipt is unsigned, misplaced or out of its chain."""
