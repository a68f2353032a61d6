"""A line of the ledger (流转台账): who did what about which subject, when, and the statement the actor signed.

entry = canonical JSON {act, subject, by, at, statement}; `statement` is the actor's signed object as text, empty only for
the centre's own acts. `subject` is a small object of strings. No secret and no candidate ever stands in an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from keys.encoding import Json, canonical, read_object, read_time, text, time_text
from keys.errors import MalformedError, TamperedError

ACTS = (
    "draft", "blueprint", "import", "review", "look", "pledge", "recusal", "occupation", "edition", "pool", "take",
    "attempt", "proof", "override", "seal", "approve", "deposit", "intent", "fetch", "arm",
    "freeze", "lift", "share", "open", "print", "return", "incident", "uses",
)  # fmt: skip
CENTRE_ACTS = ("intent",)
ENTRY_AT_MOST = 65535


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as the ledger keeps it. `at` is when the centre wrote it down."""

    act: str
    subject: Json
    by: str
    at: datetime
    statement: str

    def encode(self) -> bytes:
        """The leaf's bytes. Raises MalformedError when the act is unknown, unsigned or too long for a tile."""
        if self.act not in ACTS or (not self.statement and self.act not in CENTRE_ACTS):
            raise MalformedError("entry.act", act=self.act)
        value = {
            "act": self.act,
            "subject": self.subject,
            "by": self.by,
            "at": time_text(self.at),
            "statement": self.statement,
        }
        data = canonical(value)
        if len(data) > ENTRY_AT_MOST:
            raise MalformedError("entry.long", act=self.act, found=len(data))
        return data


def read_entry(data: bytes) -> Entry:
    """An entry in its one form. Raises TamperedError."""
    value = read_object(data, "entry", {"act", "subject", "by", "at", "statement"})
    try:
        at = read_time(value["at"])
        entry = Entry(text(value["act"]), value["subject"], text(value["by"]), at, text(value["statement"]))
        same = entry.encode() == data
    except (MalformedError, TypeError) as error:
        raise TamperedError("object.fields", what="entry") from error
    if not same or not isinstance(entry.subject, dict):
        raise TamperedError("object.fields", what="entry")
    return entry


def intent_subject(hid: bytes, locks: tuple[str, ...]) -> Json:
    """The subject of the standing release intent: this session, these locks."""
    return {"hid": hid.hex(), "locks": list(locks)}
