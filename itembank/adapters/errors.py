"""What can go wrong at the borders.

    AdapterError                   carries a stable `code` and the facts of its sentence
    ├── StoreError                 a file is missing, or a name already holds other bytes
    └── LineError                  the other side did not answer, or not in our language
"""

from __future__ import annotations


class AdapterError(Exception):
    """A border failed. `code` names how, `facts` fill its sentence."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


class StoreError(AdapterError):
    """A file is missing, or a name already holds other bytes."""


class LineError(AdapterError):
    """The other side did not answer, or not in our language."""
