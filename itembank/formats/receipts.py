"""Receipts (回执): what a station did, chained by its own sequence, signed by the device and, for what needs two people,
by both operators.

    {act, device, hid, pid, sequence, previous, at, place, facts}

`previous` is the SHA-256 of the receipt before it. `facts` holds what the act has to prove: the opened commitment of an
arming, the release object of an opening, the copy numbers of a printing, the counts of a return.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itembank.formats.errors import ReceiptError
from keys import statement
from keys.directory import Directory
from keys.encoding import Json, read_time, sha256, time_text, unb64
from keys.manifest import Manifest
from keys.release import check_release, parse_release
from keys.share import commit_release
from keys.statement import Signer

KIND = "receipt"
FIELDS = {"act", "device", "hid", "pid", "sequence", "previous", "at", "place", "facts"}
BY_DEVICE = ("fetch", "incident")
BY_OPERATORS = ("arm", "open", "print", "return")
FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Receipt:
    """A verified receipt. `hid` and `pid` are hex; `pid` is empty when the act is about no package."""

    act: str
    device: str
    hid: str
    pid: str
    sequence: int
    previous: str
    at: datetime
    place: str
    facts: Json
    signers: tuple[str, ...]
    data: bytes

    @property
    def digest(self) -> str:
        return sha256(self.data).hex()


def sign_receipt(
    act: str,
    device: Signer,
    hid: str,
    pid: str,
    sequence: int,
    previous: str,
    at: datetime,
    place: str,
    facts: Json,
    operators: Sequence[Signer] = (),
) -> bytes:
    """A receipt as the station stores and sends it."""
    body: Json = {
        "act": act,
        "device": device.name,
        "hid": hid,
        "pid": pid,
        "sequence": sequence,
        "previous": previous,
        "at": time_text(at),
        "place": place,
        "facts": facts,
    }
    return statement.sign(KIND, body, [device, *operators])


def read_receipt(data: bytes, directory: Directory) -> Receipt:
    """A receipt signed by its device, and by two of its operators where the act asks for them. Raises on the rest."""
    signed = statement.read(data, KIND, FIELDS, directory.signing_keys())
    body = signed.body
    device = directory.device(str(body["device"]))
    operators = signed.signers[1:]
    if signed.signers[0] != device.name or body["act"] not in (*BY_DEVICE, *BY_OPERATORS):
        raise ReceiptError("receipt.device", device=device.name)
    needed = 2 if body["act"] in BY_OPERATORS else 0
    if len(operators) != needed or not set(operators) <= set(device.people):
        raise ReceiptError("receipt.operators", act=body["act"], needed=needed)
    return Receipt(
        act=str(body["act"]),
        device=device.name,
        hid=str(body["hid"]),
        pid=str(body["pid"]),
        sequence=int(body["sequence"]),
        previous=str(body["previous"]),
        at=read_time(body["at"]),
        place=str(body["place"]),
        facts=dict(body["facts"]),
        signers=signed.signers,
        data=data,
    )


def check_chain(receipts: Sequence[Receipt]) -> None:
    """Raise ReceiptError unless these are all receipts of one device, in order, each naming the one before."""
    previous = FIRST
    for number, receipt in enumerate(receipts, start=1):
        if receipt.sequence != number or receipt.previous != previous:
            raise ReceiptError("receipt.chain", device=receipt.device, sequence=number)
        previous = receipt.digest


def check_opening(manifest: Manifest, directory: Directory, receipt: Receipt) -> None:
    """Raise unless an open receipt carries a true release of this session: the object, or R alone when it came by phone."""
    if receipt.facts["by"] == "line":
        check_release(parse_release(str(receipt.facts["release"]).encode()), manifest, directory)
        return
    release, lock = unb64(str(receipt.facts["R"]), "receipt"), str(receipt.facts["lock"])
    if commit_release(manifest.hid, lock, release) != manifest.factors(lock).c_r:
        raise ReceiptError("receipt.release", device=receipt.device)
