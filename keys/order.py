"""Orders to the holders: freeze (暂停启用) by one named person, lift (恢复启用) by two officers.

Orders are a set: any path, any order of arrival, twice is once. Other types of keys.md are not known yet and refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from keys import statement
from keys.directory import Directory
from keys.encoding import Json, read_time, text, texts, time_text, unhex
from keys.errors import RefusedError, TamperedError
from keys.header import Header
from keys.statement import Signer

KIND = "order"
FIELDS = {"order", "type", "hid", "locks", "reason", "at", "lifts"}


@dataclass(frozen=True, slots=True)
class Order:
    """A verified order. `lifts` names the freeze orders a lift takes away."""

    id: str
    type: str
    hid: bytes
    locks: tuple[str, ...]
    reason: str
    at: datetime
    lifts: tuple[str, ...]
    signers: tuple[str, ...]
    data: bytes


def sign_order(
    type_: str,
    order_id: str,
    hid: bytes,
    locks: Sequence[str],
    reason: str,
    at: datetime,
    lifts: Sequence[str],
    signers: Sequence[Signer],
) -> bytes:
    """An order as its signers send it."""
    body: Json = {
        "order": order_id,
        "type": type_,
        "hid": hid.hex(),
        "locks": list(locks),
        "reason": reason,
        "at": time_text(at),
        "lifts": list(lifts),
    }
    return statement.sign(KIND, body, signers)


def read_order(data: bytes, directory: Directory, header: Header | None = None) -> Order:
    """An order signed by who may give it. Raises RefusedError for another type, TamperedError for a bad signature.

    With the session's header at hand the freezer must stand in it and every lock must be the session's.
    """
    signed = statement.read(data, KIND, FIELDS, directory.signing_keys())
    body = signed.body
    if body["type"] == "freeze":
        directory.require(signed, "freezer")
    elif body["type"] == "lift":
        directory.require(signed, "lifter", "lifter")
    else:
        raise RefusedError("order.type", found=body["type"])
    try:
        order = Order(
            id=text(body["order"]),
            type=text(body["type"]),
            hid=unhex(body["hid"], KIND),
            locks=texts(body["locks"]),
            reason=text(body["reason"]),
            at=read_time(body["at"]),
            lifts=texts(body["lifts"]),
            signers=signed.signers,
            data=data,
        )
    except TypeError as error:
        raise TamperedError("object.fields", what=KIND) from error
    # An order that orders nothing would be acknowledged, and somebody would rely on it.
    if not order.id or not order.locks or bool(order.lifts) != (order.type == "lift"):
        raise TamperedError("object.fields", what=KIND)
    if header is not None:
        _fits(order, header)
    return order


def _fits(order: Order, header: Header) -> None:
    if order.hid != header.hid:
        raise RefusedError("order.session")
    for lock in order.locks:
        header.lock(lock)
    if order.type == "freeze" and order.signers[0] not in header.freezers:
        raise RefusedError("order.freezer", who=order.signers[0])


def frozen_by(orders: Iterable[Order], lock: str) -> tuple[str, ...]:
    """The ids of the freezes that stand on a lock.

    A lift takes away the freezes it names and suspends their freezers' right on this lock: no other freeze by the same
    person counts on it any more. Times decide nothing here, because the freezer writes its own.
    """
    known = [order for order in orders if lock in order.locks]
    lifted = {freeze for order in known if order.type == "lift" for freeze in order.lifts}
    suspended = {order.signers[0] for order in known if order.type == "freeze" and order.id in lifted}
    freezes = {order.id: order.signers[0] for order in known if order.type == "freeze"}
    return tuple(sorted(name for name, freezer in freezes.items() if name not in lifted and freezer not in suspended))
