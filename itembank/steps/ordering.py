"""Beside the steps: freeze (暂停启用) by one named person, lift (恢复启用) by two; straight to the holders, then to the centre.

`sent` when it left, `effective` once n-k+1 holders hold it (then no k of them can give any more), `too_late` when k shares
were out before. It may be sent again by anyone on any path: an order is a member of a set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from itembank.ports import Book, CentreLine, Clock, HolderLine, LineError, Random
from itembank.steps.recording import record
from keys.answers import read_status
from keys.directory import Directory
from keys.errors import KeysError, RefusedError, UnavailableError
from keys.manifest import Manifest, read_manifest
from keys.order import read_order, sign_order
from keys.statement import Signer


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an order reached. `state`: sent, effective or too_late."""

    order: str
    state: str
    acknowledged: tuple[str, ...]
    silent: tuple[str, ...]
    at_centre: bool


def freeze(
    manifest: Manifest, locks: Sequence[str], reason: str, freezer: Signer, clock: Clock, random: Random
) -> bytes:
    """A freeze of these locks of a session."""
    order_id = f"freeze-{random(8).hex()}"
    return sign_order("freeze", order_id, manifest.hid, locks, reason, clock(), (), [freezer])


def lift(
    manifest: Manifest, freezes: Sequence[str], locks: Sequence[str], reason: str, pair: Sequence[Signer], clock: Clock,
    random: Random,
) -> bytes:  # fmt: skip
    """A lift that names the freezes it takes away."""
    order_id = f"lift-{random(8).hex()}"
    return sign_order("lift", order_id, manifest.hid, locks, reason, clock(), freezes, pair)


def standing_freezes(manifest: Manifest, directory: Directory, holders: Sequence[HolderLine]) -> list[str]:
    """The ids of all freezes any holder knows of this session."""
    found: set[str] = set()
    for line in holders:
        try:
            orders = [read_order(data, directory, manifest.header) for data in line.orders(manifest.hid)]
        except (KeysError, LineError):
            continue
        found |= {order.id for order in orders if order.type == "freeze"}
    return sorted(found)


def deliver(
    data: bytes, manifest: Manifest, directory: Directory, holders: Sequence[HolderLine], centre: CentreLine
) -> Delivery:
    """Send an order on every path at once. Raises UnavailableError when it reached nobody."""
    order = read_order(data, directory, manifest.header)
    acknowledged, in_time, silent = [], 0, []
    for line in holders:
        try:
            status = read_status(line.order(data), directory)
        except (KeysError, LineError):
            # Away, without the deposit, or lying: it does not count, and must not keep the order from the others.
            silent.append(line.holder.name)
            continue
        if order.id in status.orders:
            acknowledged.append(line.holder.name)
            in_time += not set(status.locks) & set(order.locks)
    out = any(centre_has_release(centre, manifest, lock) for lock in order.locks)
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
    return Delivery(order.id, state, tuple(acknowledged), tuple(silent), at_centre)


def centre_has_release(centre: CentreLine, manifest: Manifest, lock: str) -> bool:
    """Whether k shares of the lock are out already, as far as the centre knows."""
    try:
        return centre.release(manifest.hid, lock) is not None
    except UnavailableError:
        return False


def _to_centre(centre: CentreLine, data: bytes) -> bool:
    try:
        centre.post_order(data)
    except UnavailableError:
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
        if transaction.save_statement("order", order.hid.hex(), order.id, data):
            subject = {"hid": order.hid.hex(), "order": order.id}
            record(transaction, clock, order.type, subject, order.signers[0], data)
