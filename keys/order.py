"""Orders to the holders: freeze (暂停启用) by one named person, lift (恢复启用) by two officers.

Orders are a set: any path, any order of arrival, twice is once. Therefore an order's id is made of what it says and
of who says it: nobody can give one id to two orders, and a lift with its two signatures swapped is the same lift. Other types
of keys.md are not known yet and refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from keys import statement
from keys.directory import Directory
from keys.encoding import Json, canonical, h, read_time, text, texts, time_text, unhex
from keys.errors import RefusedError, TamperedError
from keys.header import Header
from keys.statement import Signer

KIND = "order"
FIELDS = {"order", "type", "hid", "locks", "reason", "at", "lifts"}
AT_MOST = 8 << 10
"""Bytes of a whole order. It must fit into a ledger line, and many of them into one ask."""


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
    hid: bytes,
    locks: Sequence[str],
    reason: str,
    at: datetime,
    lifts: Sequence[str],
    signers: Sequence[Signer],
) -> bytes:
    """An order as its signers send it. Raises RefusedError when its reason, or what it lifts, makes it too long."""
    says: Json = {
        "type": type_,
        "hid": hid.hex(),
        "locks": list(locks),
        "reason": reason,
        "at": time_text(at),
        "lifts": list(lifts),
    }
    data = statement.sign(KIND, {**says, "order": order_id(says, [signer.name for signer in signers])}, signers)
    _refuse_long(data)
    return data


def order_id(says: Json, signers: Iterable[str]) -> str:
    """`freeze-` or `lift-` and 128 bits of H("order", everything else the order says, its signers by name)."""
    return f"{says['type']}-{h('order', canonical(says), *sorted(signers)).hex()[:32]}"


def read_order(data: bytes, directory: Directory, header: Header | None = None) -> Order:
    """An order signed by who may give it. Raises RefusedError for another type, TamperedError for a bad signature.

    With the session's header at hand the freezer must stand in it and every lock must be the session's.
    """
    _refuse_long(data)
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
    if order.id != order_id({name: value for name, value in body.items() if name != "order"}, signed.signers):
        raise TamperedError("order.id", order=order.id)
    # An order that orders nothing would be acknowledged, and somebody would rely on it.
    if not order.locks or bool(order.lifts) != (order.type == "lift"):
        raise TamperedError("object.fields", what=KIND)
    if header is not None:
        _fits(order, header)
    return order


def suspended(orders: Iterable[Order], lock: str) -> set[str]:
    """The freezers whose right on this lock a lift has suspended."""
    known = [order for order in orders if lock in order.locks]
    lifted = {freeze for order in known if order.type == "lift" for freeze in order.lifts}
    return {order.signers[0] for order in known if order.type == "freeze" and order.id in lifted}


def check_right(orders: Iterable[Order], locks: Iterable[str], freezer: str) -> None:
    """Raise RefusedError when a lift has suspended this freezer's right on any of these locks.

    Somebody would rely on the whole order: part of it must not be taken for all.
    """
    known = list(orders)
    without = [lock for lock in locks if freezer in suspended(known, lock)]
    if without:
        raise RefusedError("order.suspended", who=freezer, locks=", ".join(without))


def _refuse_long(data: bytes) -> None:
    if len(data) > AT_MOST:
        raise RefusedError("order.long", length=len(data), most=AT_MOST)


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
    without_right = suspended(known, lock)
    return tuple(sorted({o.id for o in known if o.type == "freeze" and o.signers[0] not in without_right}))
