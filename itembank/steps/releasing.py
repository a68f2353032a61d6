"""Step 6, 密钥下发: ask the holders, combine, publish, record. Whether a share is given is decided by the holders alone.

1. carry statuses and orders between the holders, so each knows what the others know
2. ask each for its share; a refusal is an answer, silence is another
3. check the lines by c_j, combine k, check cR
4. record the lines and publish the object, in one transaction

The same lines come back for ever, so a centre killed anywhere in here asks again and records nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from itembank.ports import Book, Clock, HolderLine, LineError
from itembank.steps.asking import ask_all
from itembank.steps.recording import record_shares
from keys.answers import Status, read_status
from keys.ask import Ask, Fresh
from keys.directory import Directory
from keys.errors import KeysError, TamperedError, UnavailableError
from keys.header import Lock
from keys.ledger_proof import LedgerProof
from keys.manifest import Manifest
from keys.order import Order, read_order
from keys.release import ReleaseObject, check_lines, make_release, parse_release
from keys.share import ShareLine

STATUS_AT_MOST = 16 << 10
"""Bytes of a status: some fields and the ids of a session's orders."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the holders said: lines given, refusals by holder name, and who was silent."""

    lines: tuple[ShareLine, ...]
    refusals: tuple[tuple[str, KeysError], ...]
    silent: tuple[str, ...]

    def raise_first(self, needed: int) -> None:
        """Raise the refusal that stands in the way when fewer than k gave; UnavailableError when nobody refused."""
        if len(self.lines) >= needed:
            return
        if self.refusals:
            raise self.refusals[0][1]
        raise UnavailableError("release.silent", needed=needed, came=len(self.lines))


def due_locks(locks: Sequence[Lock], released: Set[str], now: datetime, opened: Callable[[], bool]) -> list[Lock]:
    """The locks of one session that the holders are to be asked about: those that open by themselves, are not out yet, wait
    for no other, and whose time has come and is not over.

    `opened` says whether a station has opened a paper of the session. It is asked only about a paper that closed before it
    was released: opened by telephone while the centre was away, its shares were given and are still to be recorded.
    """
    waiting = [lock for lock in locks if lock.kind == "time" and lock.id not in released and set(lock.after) <= released]
    come = [lock for lock in waiting if lock.opens <= now]
    return [lock for lock in come if now < lock.closes or (not lock.after and opened())]


def ask_holders(
    holders: Sequence[HolderLine],
    manifest: Manifest,
    directory: Directory,
    lock: str,
    intent: LedgerProof,
    fresh: Fresh | None,
) -> Answers:
    """Ask every holder once. Raises nothing for a holder that is away or refuses: the answers say so."""
    # 1. what they know of each other
    statuses, orders, away = _exchange(holders, manifest, directory)
    ask = Ask(manifest.hid, lock, intent, fresh, tuple(statuses), tuple(orders))

    def question(line: HolderLine) -> ShareLine:
        share = line.ask(ask)
        # 3. a lying holder is named and left out; the others are enough
        if share.j != line.holder.j:
            raise TamperedError("share.foreign", j=share.j)
        return check_lines([share], manifest, directory, lock)[0]

    # 2. each for its share
    lines: list[ShareLine] = []
    refusals: list[tuple[str, KeysError]] = []
    for line, answer in ask_all([line for line in holders if line.holder.name not in away], question):
        if isinstance(answer, ShareLine):
            lines.append(answer)
        elif isinstance(answer, UnavailableError):
            away.append(line.holder.name)
        else:
            refusals.append((line.holder.name, answer))
    return Answers(tuple(lines), tuple(refusals), tuple(away))


def publish_release(
    book: Book, directory: Directory, clock: Clock, manifest: Manifest, lock: str, lines: Sequence[ShareLine]
) -> ReleaseObject:
    """Combine, then record every line and keep the object. Raises RefusedError below k, TamperedError for a wrong line."""
    release = make_release(lines, manifest, directory, lock)
    subject = f"{manifest.hid.hex()}/{lock}"
    # 4. lines and object together
    with book.begin() as transaction:
        record_shares(transaction, directory, clock, manifest, lines)
        held = transaction.statements("release", subject)
        if held:
            return parse_release(held[0][1])
        transaction.save_statement("release", subject, "object", release.format())
    return release


def _exchange(
    holders: Sequence[HolderLine], manifest: Manifest, directory: Directory
) -> tuple[list[bytes], list[bytes], list[str]]:
    """Statuses and orders worth carrying, and who did not answer at all.

    An order must verify, a status may name only orders that somebody brought, and neither may be longer than a true one
    can be. So a holder that lies, or names an order nobody can show, counts as one missing acknowledgement and no more.
    """

    def question(line: HolderLine) -> tuple[Status, list[Order]]:
        data = line.status(manifest.hid)
        if len(data) > STATUS_AT_MOST:
            raise TamperedError("object.fields", what="status")
        brought = [read_order(order, directory, manifest.header) for order in line.orders(manifest.hid)]
        return read_status(data, directory), brought

    statuses: list[Status] = []
    orders: dict[str, Order] = {}
    away: list[str] = []
    for line, answer in ask_all(holders, question):
        if isinstance(answer, tuple):
            status, brought = answer
            if status.holder == line.holder.name and status.hid == manifest.hid:
                statuses.append(status)
            orders |= {order.id: order for order in brought}
        elif isinstance(answer, UnavailableError) and not isinstance(answer, LineError):
            away.append(line.holder.name)
    carried = [status.data for status in statuses if set(status.orders) <= set(orders)]
    return carried, [order.data for order in orders.values()], away
