"""Receipts (回执): what a station or the scoring desk did, chained by its own sequence, signed by the device and, for what
needs two people, by both: operators of a station, scorers at the scoring desk.

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
from keys.encoding import Json, read_time, sha256, text, time_text, unb64, whole
from keys.errors import TamperedError
from keys.manifest import Manifest
from keys.release import check_release, parse_release
from keys.share import commit_release
from keys.statement import Signer

KIND = "receipt"
FIELDS = {"act", "device", "hid", "pid", "sequence", "previous", "at", "place", "facts"}
OPEN_FACTS = {"by", "release", "lock", "R"}
BY_DEVICE = ("fetch", "incident")
BY_OPERATORS = ("arm", "open", "print", "return")
DUTY = {"station": "operator", "scoring": "scorer"}
"""Whose act it is by the kind of the device; no other device gives receipts."""
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
    """A receipt signed by its device, and by two of its people where the act asks for them. Raises on the rest."""
    signed = statement.read(data, KIND, FIELDS, directory.signing_keys())
    body = signed.body
    device = directory.device(str(body["device"]))
    operators = signed.signers[1:]
    if signed.signers[0] != device.name or device.kind not in DUTY or body["act"] not in (*BY_DEVICE, *BY_OPERATORS):
        raise ReceiptError("receipt.device", device=device.name)
    needed = 2 if body["act"] in BY_OPERATORS else 0
    if len(operators) != needed or not set(operators) <= set(device.people):
        raise ReceiptError("receipt.operators", act=body["act"], needed=needed)
    if any(DUTY[device.kind] not in directory.person(name).duties for name in operators):
        raise ReceiptError("receipt.operators", act=body["act"], needed=needed)
    if not isinstance(body["facts"], dict):
        raise TamperedError("object.fields", what=KIND)
    try:
        return Receipt(
            act=text(body["act"]),
            device=device.name,
            hid=text(body["hid"]),
            pid=text(body["pid"]),
            sequence=whole(body["sequence"]),
            previous=text(body["previous"]),
            at=read_time(body["at"]),
            place=text(body["place"]),
            facts=body["facts"],
            signers=signed.signers,
            data=data,
        )
    except TypeError as error:
        raise TamperedError("object.fields", what=KIND) from error


def check_chain(receipts: Sequence[Receipt]) -> None:
    """Raise ReceiptError unless these are all receipts of one device, in order, each naming the one before."""
    previous = FIRST
    for number, receipt in enumerate(receipts, start=1):
        same = receipt.device == receipts[0].device
        if not same or receipt.sequence != number or receipt.previous != previous:
            raise ReceiptError("receipt.chain", device=receipt.device, sequence=number)
        previous = receipt.digest


def check_opening(manifest: Manifest, directory: Directory, receipt: Receipt) -> None:
    """Raise unless an open receipt carries a true release of this session: the object, or R alone when it came by phone."""
    facts, failed = receipt.facts, ReceiptError("receipt.release", device=receipt.device)
    if set(facts) != OPEN_FACTS or facts["by"] not in ("line", "phone"):
        raise failed
    release, lock = unb64(facts["R"], "receipt"), str(facts["lock"])
    if facts["by"] == "line":
        given = parse_release(str(facts["release"]).encode())
        check_release(given, manifest, directory)
        if (given.lock, given.release) != (lock, release):
            raise failed
    elif commit_release(manifest.hid, lock, release) != manifest.factors(lock).c_r:
        raise failed
