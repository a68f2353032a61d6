"""The holder's rule: when a share may be given. It decides; everybody else only asks.

not_before(lock) = max(header opens, `after`). A share is given iff ALL hold:

1. the deposit is good;
2. the standing intent is in a checkpoint cosigned by k;
3. the trusted clock has reached not_before;
4. no unlifted freeze stands on the lock or on one it waits for, and the session is not superseded;
5. a lock of kind `order` has been activated (no such order exists yet, so it stays closed);
6. it is before `closes`;
7. the holder is not cut off: a k-cosigned checkpoint, or signed statuses of k-1 other holders, all within ten minutes of
   its own clock; an order it does not hold must be brought first.

`attended` (two keepers of this office confirm a checklist) replaces only (7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from keys import tree
from keys.answers import Status, read_status
from keys.ask import Ask, check_intent
from keys.checkpoint import CosignedCheckpoint
from keys.directory import Directory
from keys.encoding import time_text
from keys.errors import KeysError, RefusedError, TamperedError
from keys.header import Header, Lock
from keys.ledger_proof import read_cosigned
from keys.manifest import Manifest
from keys.order import Order, frozen_by

FRESH_FOR = timedelta(minutes=10)


@dataclass(slots=True)
class Known:
    """What one holder has learnt, from its own journal only."""

    manifests: dict[bytes, Manifest] = field(default_factory=dict)
    superseded: set[bytes] = field(default_factory=set)
    orders: dict[str, Order] = field(default_factory=dict)
    given: dict[tuple[bytes, str], datetime] = field(default_factory=dict)

    def orders_of(self, hid: bytes) -> list[Order]:
        return [order for order in self.orders.values() if order.hid == hid]


def check(ask: Ask, known: Known, directory: Directory, me: str, now: datetime, *, attended: bool) -> None:
    """Raise RefusedError or TamperedError, with the number's own code, unless every line of the rule holds."""
    # 1. deposit good
    manifest = known.manifests.get(ask.hid)
    if manifest is None:
        raise RefusedError("release.no_deposit")
    header = manifest.header
    lock = header.lock(ask.lock)
    # 2. standing intent
    intent = check_intent(ask.intent, header, lock.id, directory)
    # 3. time
    opens = not_before(header, lock, {name: at for (hid, name), at in known.given.items() if hid == ask.hid})
    if now < opens:
        seconds = -int((now - opens).total_seconds() // 1)
        raise RefusedError("release.too_early", lock=lock.id, seconds=seconds, opens=time_text(opens))
    # 4. no freeze, not superseded
    orders = known.orders_of(ask.hid)
    freezes = {freeze for name in (lock.id, *lock.after) for freeze in frozen_by(orders, name)}
    if freezes:
        raise RefusedError("release.frozen", lock=lock.id, orders=", ".join(sorted(freezes)))
    if ask.hid in known.superseded:
        raise RefusedError("release.superseded")
    # 5. activation
    if lock.kind == "order":
        raise RefusedError("release.not_activated", lock=lock.id)
    # 6. before closes
    if now >= lock.closes:
        raise RefusedError("release.closed", lock=lock.id, closes=time_text(lock.closes))
    # 7. fresh
    if not attended:
        check_fresh(ask, intent, known, directory, header, me, now)


def not_before(header: Header, lock: Lock, given: Mapping[str, datetime]) -> datetime:
    """The moment from which a lock may open. Raises RefusedError while a lock it waits for is unreleased."""
    opens = lock.opens
    for name in lock.after:
        if name not in given:
            raise RefusedError("release.after", lock=lock.id, after=name)
        opens = max(opens, given[name] + timedelta(minutes=header.sitting.minutes))
    return opens


def check_fresh(
    ask: Ask,
    intent: CosignedCheckpoint,
    known: Known,
    directory: Directory,
    header: Header,
    me: str,
    now: datetime,
) -> None:
    """Line 7: either evidence is enough; an order named in any status must be known."""
    statuses = others_newest(ask, directory, me)
    missing = {order for status in statuses for order in status.orders} - set(known.orders)
    if missing:
        raise RefusedError("release.order_missing", orders=", ".join(sorted(missing)))
    recent = {status.holder for status in statuses if abs(now - status.at) <= FRESH_FOR}
    if len(recent) >= header.k - 1:
        return
    if ask.fresh is None or not _cosigned_now(ask, intent, directory, header, now):
        raise RefusedError("release.not_fresh", minutes=int(FRESH_FOR.total_seconds()) // 60)


def others_newest(ask: Ask, directory: Directory, me: str) -> list[Status]:
    """The newest status of each other holder that came with the ask, of this session.

    Raises TamperedError when any that came does not verify, or when more came than there are holders.
    """
    if len(ask.statuses) > len(directory.holders):
        raise TamperedError("object.fields", what="ask")
    newest: dict[str, Status] = {}
    for status in (read_status(data, directory) for data in ask.statuses):
        if status.hid == ask.hid and status.holder != me:
            held = newest.setdefault(status.holder, status)
            newest[status.holder] = max(held, status, key=lambda each: each.at)
    return list(newest.values())


def _cosigned_now(ask: Ask, intent: CosignedCheckpoint, directory: Directory, header: Header, now: datetime) -> bool:
    assert ask.fresh is not None
    try:
        fresh = read_cosigned(ask.fresh.checkpoint, directory, header.k)
    except KeysError:
        return False
    old, new = intent.checkpoint, fresh.checkpoint
    tree.check_consistency(old.size, old.root, new.size, new.root, ask.fresh.consistency)
    # As seconds: a dishonest cosigner may write a time no date can hold.
    near = [at for at in fresh.times.values() if abs(now.timestamp() - at) <= FRESH_FOR.total_seconds()]
    return len(near) >= header.k
