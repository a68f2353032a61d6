"""Beside the steps: freeze (暂停启用) by one named person, lift (恢复启用) by two; straight to the holders, then to the centre.

`sent` when it left, `effective` once n-k+1 holders hold it (then no k of them can give any more), `too_late` when k shares
were out before. It may be sent again by anyone on any path: an order is a member of a set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from itembank.ports import Book, CentreLine, Clock, HolderLine
from itembank.steps.asking import ask_all, published_release
from itembank.steps.recording import record
from keys.answers import Status, read_status
from keys.directory import Directory
from keys.errors import KeysError, RefusedError, TamperedError, UnavailableError
from keys.manifest import Manifest, read_manifest
from keys.order import Order, read_order, sign_order
from keys.statement import Signer


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an order reached. `state`: sent, effective or too_late; `refused`: who did not take it for good, and why."""

    order: str
    state: str
    acknowledged: tuple[str, ...]
    silent: tuple[str, ...]
    refused: dict[str, str]
    at_centre: bool


def freeze(manifest: Manifest, locks: Sequence[str], reason: str, freezer: Signer, clock: Clock) -> bytes:
    """A freeze of these locks of a session."""
    return sign_order("freeze", manifest.hid, locks, reason, clock(), (), [freezer])


def lift(
    manifest: Manifest, freezes: Sequence[str], locks: Sequence[str], reason: str, pair: Sequence[Signer], clock: Clock
) -> bytes:
    """A lift that names the freezes it takes away."""
    return sign_order("lift", manifest.hid, locks, reason, clock(), freezes, pair)


def known_orders(manifest: Manifest, directory: Directory, holders: Sequence[HolderLine]) -> list[Order]:
    """Every order of this session that any holder can show."""

    def question(line: HolderLine) -> list[Order]:
        return [read_order(data, directory, manifest.header) for data in line.orders(manifest.hid)]

    shown = [answer for _, answer in ask_all(holders, question) if isinstance(answer, list)]
    return list({order.id: order for orders in shown for order in orders}.values())


def freezes_to_lift(manifest: Manifest, known: Sequence[Order], named: Sequence[str]) -> list[str]:
    """The freezes a lift is to name: those that were named, else all that anybody knows.

    Also those that are lifted already: a lift that reached only one holder is completed by the same command. Raises
    RefusedError when nobody knows one.
    """
    freezes = sorted(order.id for order in known if order.type == "freeze")
    unknown = sorted(set(named) - set(freezes))
    if unknown:
        raise RefusedError("order.no_such_freeze", order=unknown[0])
    if not freezes:
        raise RefusedError("order.nothing_to_lift", session=manifest.header.session)
    return list(named) or freezes


def deliver(
    data: bytes, manifest: Manifest, directory: Directory, holders: Sequence[HolderLine], centre: CentreLine
) -> Delivery:
    """Send an order on every path at once. Raises UnavailableError when it reached nobody."""
    order = read_order(data, directory, manifest.header)

    def question(line: HolderLine) -> Status:
        status = read_status(line.order(data), directory)
        if status.holder != line.holder.name or status.hid != order.hid or order.id not in status.orders:
            raise TamperedError("order.not_acknowledged", who=line.holder.name)
        return status

    answers = ask_all(holders, question)
    acknowledged = {line.holder.name: status for line, status in answers if isinstance(status, Status)}
    refused = {line.holder.name: answer.code for line, answer in answers if isinstance(answer, RefusedError)}
    silent = tuple(line.holder.name for line, _ in answers if line.holder.name not in {**acknowledged, **refused})
    in_time = sum(not set(status.locks) & set(order.locks) for status in acknowledged.values())
    out = any(published_release(centre, manifest, directory, lock) is not None for lock in order.locks)
    out = out or len(acknowledged) - in_time >= manifest.header.k
    at_centre = _to_centre(centre, data)
    if not acknowledged and not at_centre:
        raise UnavailableError("order.nowhere")
    needed = manifest.header.n - manifest.header.k + 1
    if order.type == "freeze":
        # Only a holder that has not given its share yet is stopped by a freeze.
        state = "too_late" if out else "effective" if in_time >= needed else "sent"
    else:
        state = "effective" if len(acknowledged) >= needed else "sent"
    return Delivery(order.id, state, tuple(acknowledged), silent, refused, at_centre)


def _to_centre(centre: CentreLine, data: bytes) -> bool:
    try:
        centre.post_order(data)
    except KeysError:
        return False
    return True


def admit_order(book: Book, directory: Directory, clock: Clock, data: bytes) -> None:
    """The centre keeps an order and writes its line; the holders have had it before, or will."""
    order = read_order(data, directory)
    with book.begin() as transaction:
        stored = transaction.session(order.hid.hex())
        if stored is None:
            raise RefusedError("order.session")
        read_order(data, directory, read_manifest(stored.manifest, directory).header)
        if transaction.statement("order", order.hid.hex(), order.id) is None:
            transaction.save_statement("order", order.hid.hex(), order.id, data)
            subject = {"hid": order.hid.hex(), "order": order.id}
            record(transaction, clock, order.type, subject, order.signers[0], data)
