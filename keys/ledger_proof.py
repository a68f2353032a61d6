"""A line of the ledger with its place: the entry, its index, a checkpoint, and the inclusion proof under it.

    {"checkpoint":"…","entry":"…","index":7,"proof":["…"]}

The desk gets one for its attempt before it draws; the standing release intent travels as one to the holders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keys import checkpoint as notes
from keys import tree
from keys.checkpoint import CosignedCheckpoint
from keys.directory import Directory
from keys.encoding import Json, b64, canonical, read_canonical, unb64
from keys.entry import read_entry
from keys.errors import TamperedError


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """`entry` and `checkpoint` as stored; `proof` as in RFC 6962."""

    entry: bytes
    index: int
    checkpoint: bytes
    proof: tuple[bytes, ...]

    def document(self) -> Json:
        return {
            "entry": self.entry.decode(),
            "index": self.index,
            "proof": [b64(node) for node in self.proof],
            "checkpoint": self.checkpoint.decode(),
        }

    def encode(self) -> bytes:
        return canonical(self.document())

    def check(self, directory: Directory, at_least: int) -> CosignedCheckpoint:
        """Raise unless the entry is in this checkpoint, and it is the ledger's with at least so many cosignatures."""
        cosigned = read_cosigned(self.checkpoint, directory, at_least)
        at = cosigned.checkpoint
        tree.check_inclusion(tree.leaf_hash(self.entry), self.index, at.size, self.proof, at.root)
        return cosigned

    def check_says(self, statement: bytes, directory: Directory) -> None:
        """The centre's word is not enough: the line, with this very statement, must be under the ledger's signature."""
        self.check(directory, 0)
        if read_entry(self.entry).statement.encode() != statement:
            raise TamperedError("ledger.other_line")


def read_cosigned(data: bytes, directory: Directory, at_least: int) -> CosignedCheckpoint:
    """A checkpoint of this directory's ledger with at least so many of its holders' cosignatures."""
    return notes.verify(
        data,
        origin=directory.ledger_origin,
        log_key=directory.ledger_key,
        witnesses=directory.witnesses(),
        at_least=at_least,
    )


def read_ledger_proof(data: bytes) -> LedgerProof:
    """A stored proof in its one form; `check` is still owed. Raises TamperedError."""
    proof = ledger_proof(read_canonical(data, "ledger proof"))
    if proof.encode() != data:
        raise TamperedError("object.fields", what="ledger proof")
    return proof


def ledger_proof(value: Any) -> LedgerProof:
    """A proof from its plain JSON values."""
    try:
        entry, checkpoint = value["entry"].encode(), value["checkpoint"].encode()
        return LedgerProof(entry, int(value["index"]), checkpoint, nodes(value["proof"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TamperedError("object.fields", what="ledger proof") from error


def nodes(values: Sequence[str]) -> tuple[bytes, ...]:
    """Proof nodes from base64."""
    return tuple(unb64(value, "proof") for value in values)
