"""What an office signs besides shares: the deposit it took, its status, and the checklist of an attended share.

deposit  {hid, j, digests: [{lock, digest of S_j}], at}
status   {hid, holder, orders: [ids], locks: [given], size, root, clock, at}    what it knows, by which clock
attended {hid, lock, j, checklist, at}                                          by two keepers of this office
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keys import statement
from keys.directory import Directory, Holder
from keys.encoding import Json, read_time, sha256, text, texts, time_text, unhex, whole
from keys.errors import RefusedError, TamperedError
from keys.manifest import Manifest
from keys.statement import Signer

DEPOSIT_FIELDS = {"hid", "j", "digests", "at"}
ATTENDED_FIELDS = {"hid", "lock", "j", "checklist", "at"}
CHECKLIST = ("session-and-time-compared", "duty-office-called-back", "no-freeze-known-by-any-reachable-office")
STATUS_FIELDS = {"hid", "holder", "orders", "locks", "size", "root", "clock", "at"}


def share_digests(manifest: Manifest, j: int) -> list[Json]:
    """The digest of holder j's wrapped share of every lock."""
    return [{"lock": x.lock, "digest": sha256(x.sealed[j - 1]).hex()} for x in manifest.locks]


def sign_deposit(manifest: Manifest, j: int, at: datetime, holder: Signer) -> bytes:
    """The holder's word that it opened its shares and found them good."""
    body: Json = {"hid": manifest.hid.hex(), "j": j, "digests": share_digests(manifest, j), "at": time_text(at)}
    return statement.sign("deposit", body, [holder])


def read_deposit(data: bytes, manifest: Manifest, directory: Directory) -> str:
    """The holder's name, once its deposit is checked against the manifest. Raises TamperedError."""
    signed = statement.read(data, "deposit", DEPOSIT_FIELDS, directory.witnesses())
    holder = directory.holder(signed.signers[0])
    body = signed.body
    read_time(body["at"])
    same = body["hid"] == manifest.hid.hex() and body["digests"] == share_digests(manifest, holder.j)
    if not same or body["j"] != holder.j or len(signed.signers) != 1:
        raise TamperedError("deposit.foreign", who=holder.name)
    return holder.name


@dataclass(frozen=True, slots=True)
class Status:
    """A verified status."""

    hid: bytes
    holder: str
    orders: tuple[str, ...]
    locks: tuple[str, ...]
    size: int
    root: bytes
    clock: str
    at: datetime
    data: bytes


def sign_status(
    hid: bytes,
    orders: Sequence[str],
    locks: Sequence[str],
    size: int,
    root: bytes,
    clock: str,
    at: datetime,
    holder: Signer,
) -> bytes:
    """What this holder knows at this moment; `locks` are those whose share it has given."""
    body: Json = {
        "hid": hid.hex(),
        "holder": holder.name,
        "orders": sorted(set(orders)),
        "locks": sorted(set(locks)),
        "size": size,
        "root": root.hex(),
        "clock": clock,
        "at": time_text(at),
    }
    return statement.sign("status", body, [holder])


def read_status(data: bytes, directory: Directory) -> Status:
    """A holder's own status. Raises TamperedError."""
    signed = statement.read(data, "status", STATUS_FIELDS, directory.witnesses())
    body = signed.body
    if signed.signers != (body["holder"],):
        raise TamperedError("statement.unknown_signer", what="status", who=str(body["holder"]))
    try:
        status = Status(
            hid=unhex(body["hid"], "status"),
            holder=text(body["holder"]),
            orders=texts(body["orders"]),
            locks=texts(body["locks"]),
            size=whole(body["size"]),
            root=unhex(body["root"], "status"),
            clock=text(body["clock"]),
            at=read_time(body["at"]),
            data=data,
        )
    except TypeError as error:
        raise TamperedError("object.fields", what="status") from error
    if any(list(names) != sorted(set(names)) for names in (status.orders, status.locks)):
        raise TamperedError("object.fields", what="status")
    return status


def sign_attended(hid: bytes, lock: str, office: Holder, at: datetime, keepers: Sequence[Signer]) -> bytes:
    """Two keepers' word that they went through the whole checklist for this lock."""
    body: Json = {"hid": hid.hex(), "lock": lock, "j": office.j, "checklist": list(CHECKLIST), "at": time_text(at)}
    return statement.sign("attended", body, keepers)


def read_attended(data: bytes, directory: Directory, office: Holder, hid: bytes, lock: str) -> datetime:
    """When two keepers of this very office confirmed the whole checklist for this lock. Raises for anything less."""
    signed = statement.read(data, "attended", ATTENDED_FIELDS, directory.signing_keys())
    directory.require(signed, "keeper", "keeper")
    body = signed.body
    if not set(signed.signers) <= set(office.keepers) or body["j"] != office.j:
        raise RefusedError("attended.keepers", holder=office.label)
    if (body["hid"], body["lock"]) != (hid.hex(), lock):
        raise RefusedError("attended.other_lock", lock=lock)
    if body["checklist"] != list(CHECKLIST):
        raise RefusedError("attended.checklist")
    return read_time(body["at"])
