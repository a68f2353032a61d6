"""What is carried to a holder with the question "give your share of this lock": the evidence its rule looks at.

    intent bundle  {entry, index, proof, checkpoint}            the standing release intent, in a checkpoint cosigned by k
    ask            {hid, lock, intent, fresh, statuses, orders}
    fresh          {checkpoint, consistency}, or empty          a newer cosigned checkpoint that continues the intent's

An ask is unsigned: every part proves itself. A station takes the intent bundle when it arms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keys import checkpoint as notes
from keys import tree
from keys.checkpoint import CosignedCheckpoint
from keys.directory import Directory
from keys.encoding import Json, b64, canonical, read_canonical, unb64, unhex
from keys.entry import intent_subject, read_entry
from keys.errors import TamperedError
from keys.header import Header


@dataclass(frozen=True, slots=True)
class IntentBundle:
    """The ledger's word, cosigned, that these locks are meant to open."""

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def document(self) -> Json:
        return {
            "entry": self.entry.decode(),
            "index": self.index,
            "proof": [b64(node) for node in self.proof],
            "checkpoint": self.checkpoint.decode(),
        }

    def encode(self) -> bytes:
        return canonical(self.document())

    def check(self, header: Header, lock: str, directory: Directory) -> CosignedCheckpoint:
        """Raise unless this session's intent for this lock stands in a checkpoint cosigned by k."""
        cosigned = read_cosigned(self.checkpoint, directory, header.k)
        entry = read_entry(self.entry)
        wanted = intent_subject(header.hid, tuple(x.id for x in header.locks))
        if entry.act != "intent" or entry.subject != wanted or lock not in wanted["locks"]:
            raise TamperedError("intent.foreign", lock=lock)
        leaf, at = tree.leaf_hash(self.entry), cosigned.checkpoint
        tree.check_inclusion(leaf, self.index, at.size, self.proof, at.root)
        return cosigned


@dataclass(frozen=True, slots=True)
class Fresh:
    """A cosigned checkpoint of now, with the proof that it continues the intent's."""

    checkpoint: bytes
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """The whole question. `statuses` and `orders` are stored statements of other holders and officers."""

    hid: bytes
    lock: str
    intent: IntentBundle
    fresh: Fresh | None
    statuses: tuple[bytes, ...]
    orders: tuple[bytes, ...]

    def encode(self) -> bytes:
        fresh: Json = {}
        if self.fresh is not None:
            consistency = [b64(node) for node in self.fresh.consistency]
            fresh = {"checkpoint": self.fresh.checkpoint.decode(), "consistency": consistency}
        value = {
            "hid": self.hid.hex(),
            "lock": self.lock,
            "intent": self.intent.document(),
            "fresh": fresh,
            "statuses": [status.decode() for status in self.statuses],
            "orders": [order.decode() for order in self.orders],
        }
        return canonical(value)


def read_cosigned(data: bytes, directory: Directory, at_least: int) -> CosignedCheckpoint:
    """A checkpoint of this directory's ledger with at least so many of its holders' cosignatures."""
    return notes.verify(
        data,
        origin=directory.ledger_origin,
        log_key=directory.ledger_key,
        witnesses=directory.witnesses(),
        at_least=at_least,
    )


def read_intent(data: bytes) -> IntentBundle:
    """A stored intent bundle in its one form; `check` is still owed."""
    return _intent(read_canonical(data, "intent"))


def read_ask(data: bytes) -> Ask:
    """An ask in its one form. Raises TamperedError."""
    value = read_canonical(data, "ask")
    try:
        fresh = value["fresh"]
        ask = Ask(
            hid=unhex(value["hid"], "ask"),
            lock=str(value["lock"]),
            intent=_intent(value["intent"]),
            fresh=Fresh(fresh["checkpoint"].encode(), _nodes(fresh["consistency"])) if fresh else None,
            statuses=tuple(status.encode() for status in value["statuses"]),
            orders=tuple(order.encode() for order in value["orders"]),
        )
        same = ask.encode() == data
    except (KeyError, TypeError, AttributeError) as error:
        raise TamperedError("object.fields", what="ask") from error
    if not same:
        raise TamperedError("object.fields", what="ask")
    return ask


def _intent(value: Any) -> IntentBundle:
    try:
        entry, checkpoint = value["entry"].encode(), value["checkpoint"].encode()
        return IntentBundle(entry, int(value["index"]), _nodes(value["proof"]), checkpoint)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TamperedError("object.fields", what="intent") from error


def _nodes(values: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(unb64(value, "proof") for value in values)
