"""What is carried to a holder with the question "give your share of this lock": the evidence its rule looks at.

    ask    {hid, lock, intent, fresh, statuses, orders}
    intent a ledger proof: the standing release intent, in a checkpoint cosigned by k
    fresh  {checkpoint, consistency}, or empty: a newer cosigned checkpoint that continues the intent's

An ask is unsigned: every part proves itself. A station takes the intent when it arms.
"""

from __future__ import annotations

from dataclasses import dataclass

from keys.checkpoint import CosignedCheckpoint
from keys.directory import Directory
from keys.encoding import Json, b64, canonical, read_canonical, unhex
from keys.entry import intent_subject, read_entry
from keys.errors import TamperedError
from keys.header import Header
from keys.ledger_proof import LedgerProof, ledger_proof, nodes


@dataclass(frozen=True, slots=True)
class Fresh:
    """A cosigned checkpoint of now, with the proof that it continues the intent's."""

    checkpoint: bytes
    consistency: tuple[bytes, ...]

    def document(self) -> Json:
        return {"checkpoint": self.checkpoint.decode(), "consistency": [b64(node) for node in self.consistency]}


@dataclass(frozen=True, slots=True)
class Ask:
    """The whole question. `statuses` and `orders` are stored statements of other holders and officers."""

    hid: bytes
    lock: str
    intent: LedgerProof
    fresh: Fresh | None
    statuses: tuple[bytes, ...]
    orders: tuple[bytes, ...]

    def encode(self) -> bytes:
        value = {
            "hid": self.hid.hex(),
            "lock": self.lock,
            "intent": self.intent.document(),
            "fresh": self.fresh.document() if self.fresh else {},
            "statuses": [status.decode() for status in self.statuses],
            "orders": [order.decode() for order in self.orders],
        }
        return canonical(value)


def check_intent(intent: LedgerProof, header: Header, lock: str, directory: Directory) -> CosignedCheckpoint:
    """Raise unless this session's standing intent for this lock stands in a checkpoint cosigned by k."""
    cosigned = intent.check(directory, header.k)
    entry = read_entry(intent.entry)
    wanted = intent_subject(header.hid, tuple(x.id for x in header.locks))
    if entry.act != "intent" or entry.subject != wanted or lock not in wanted["locks"]:
        raise TamperedError("intent.foreign", lock=lock)
    return cosigned


def session_of(intent: LedgerProof, lock: str) -> bytes:
    """The hid an intent names; `check_intent` is still owed. Raises TamperedError for another line of the ledger."""
    entry = read_entry(intent.entry)
    if entry.act != "intent" or "hid" not in entry.subject:
        raise TamperedError("intent.foreign", lock=lock)
    return unhex(str(entry.subject["hid"]), "intent")


def read_fresh(value: Json) -> Fresh | None:
    """A fresh checkpoint from its plain JSON values; nothing from an empty object. Raises TamperedError."""
    try:
        return Fresh(value["checkpoint"].encode(), nodes(value["consistency"])) if value else None
    except (KeyError, TypeError, AttributeError) as error:
        raise TamperedError("object.fields", what="fresh") from error


def read_ask(data: bytes) -> Ask:
    """An ask in its one form. Raises TamperedError."""
    value = read_canonical(data, "ask")
    try:
        ask = Ask(
            hid=unhex(value["hid"], "ask"),
            lock=str(value["lock"]),
            intent=ledger_proof(value["intent"]),
            fresh=read_fresh(value["fresh"]),
            statuses=tuple(status.encode() for status in value["statuses"]),
            orders=tuple(order.encode() for order in value["orders"]),
        )
        same = ask.encode() == data
    except (KeyError, TypeError, AttributeError) as error:
        raise TamperedError("object.fields", what="ask") from error
    if not same:
        raise TamperedError("object.fields", what="ask")
    return ask
