"""The rules of the field, as errors.

    RuleError                      a rule of the field says no
    ├── OccupationError            an occupation, a level or a bank edition is not as the field has it
    ├── BlueprintError             the test specification is not sound
    ├── ItemError                  an item breaks a rule
    │   └── RichTextError          its text has a table that cannot be set
    ├── PlanError                  the plan cannot be met, or contradicts itself
    ├── PeopleError                the wrong person, or one person in two seats
    ├── SessionError               the times or places of a session do not fit
    └── CustodyError               the counts of copies do not balance

Each carries a stable `code` (see `itembank.messages`, where the sentence and the next step stand in Chinese and
English) and the facts that fill the sentence.
"""

from __future__ import annotations


class RuleError(Exception):
    """A rule refuses. `code` names the rule, `facts` fill its sentence."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


class OccupationError(RuleError):
    """An occupation, a level or a bank edition is not as the field has it."""


class BlueprintError(RuleError):
    """The test specification is not sound."""


class ItemError(RuleError):
    """An item breaks a rule."""


class RichTextError(ItemError):
    """A text has a table that is uneven, too wide or has a figure in it."""


class PlanError(RuleError):
    """The plan cannot be met, or contradicts itself."""


class PeopleError(RuleError):
    """The wrong person, or one person in two seats."""


class SessionError(RuleError):
    """The times or places of a session do not fit."""


class CustodyError(RuleError):
    """The counts of copies do not balance."""
