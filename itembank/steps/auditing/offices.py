"""The holders' own journals, where they are at hand: what each office knew when it acted, and that the ledger agrees with it.

A journal holds what only its office can show: which freeze it held when it gave a share, what its keepers signed, which
statuses it was shown. The ledger must continue what it cosigned, and a journal must not have forgotten what it signed.
"""

from __future__ import annotations

from itembank.steps.auditing.clocks import compare_statuses
from itembank.steps.auditing.findings import Audit
from itembank.steps.auditing.lines import check_given_in_time
from keys.answers import read_attended, read_status
from keys.directory import Holder
from keys.encoding import Json, unhex
from keys.errors import RefusedError, TamperedError
from keys.journal import Record, read_journal
from keys.order import Order, frozen_by, read_order
from keys.release import check_lines
from keys.share import ShareLine, parse_share_line


def check_offices(audit: Audit) -> None:
    """Every journal `holders/J/journal`; offices whose folder is not here are counted in a remark."""
    journals = [name for name in audit.names if name.startswith("holders/") and name.endswith("/journal")]
    for name in journals:
        audit.attempt(name, _check_journal, audit, name)
    needed = len(audit.directory.holders)
    if len(journals) < needed:
        audit.remark("holders", "audit.journals_away", came=len(journals), needed=needed)


def _check_journal(audit: Audit, name: str) -> None:
    office = audit.directory.holders[int(name.split("/")[1]) - 1]
    records = read_journal(audit.root.read(name))
    orders: list[Order] = []
    given: list[ShareLine] = []
    for record in records:
        if record.kind == "checkpoint":
            _check_continued(audit, record)
        elif record.kind == "order":
            orders.append(_check_order(audit, name, record.data))
        elif record.kind == "share":
            share = parse_share_line(record.data["line"])
            audit.attempt(name, _check_share, audit, name, office, share, record.data, orders, given)
            given.append(share)
    audit.given += given
    _check_nothing_forgotten(audit, office, records, given)


def _check_continued(audit: Audit, record: Record) -> None:
    size, root = int(record.data["size"]), unhex(record.data["root"], "journal")
    if size > audit.tree.size or audit.tree.root(size) != root:
        raise TamperedError("audit.rewritten", size=size, entries=audit.tree.size)


def _check_order(audit: Audit, name: str, data: Json) -> Order:
    order = read_order(data["order"].encode(), audit.directory)
    if not any(entry.act == order.type and entry.subject["order"] == order.id for entry in audit.entries):
        audit.remark(name, "audit.order_not_ledgered", order=order.id)
    return order


def _check_share(
    audit: Audit, name: str, office: Holder, share: ShareLine, data: Json, orders: list[Order], given: list[ShareLine]
) -> None:
    """By the rule, as this office knew the world when it gave the share (`orders` and `given` before it)."""
    manifest = audit.manifests[share.hid.hex()]
    check_lines([share], manifest, audit.directory, share.lock)
    if share not in [line for _, line in audit.shares]:
        audit.remark(name, "audit.share_not_ledgered", lock=share.lock)
    check_given_in_time(share, manifest, given, office.name)
    known = [order for order in orders if order.hid == share.hid]
    frozen = [freeze for lock in (share.lock, *manifest.header.lock(share.lock).after) for freeze in frozen_by(known, lock)]
    if frozen:
        raise RefusedError("release.frozen", lock=share.lock, orders=", ".join(frozen))
    if share.mode == "attended":
        read_attended(data["keepers"].encode(), audit.directory, office, share.hid, share.lock)
    statuses = [read_status(text.encode(), audit.directory) for text in data["statuses"]]
    for holder, seconds in compare_statuses(office.name, share.at, statuses):
        audit.remark(name, "audit.status_behind", who=holder, seconds=seconds)


def _check_nothing_forgotten(audit: Audit, office: Holder, records: list[Record], given: list[ShareLine]) -> None:
    """What the office signed and others hold must stand in its journal, or the journal was cut."""
    deposits = {record.data["deposit"] for record in records if record.kind == "deposit"}
    cosigned = max((int(record.data["size"]) for record in records if record.kind == "checkpoint"), default=0)
    whole = (
        all(share in given for _, share in audit.shares if share.j == office.j)
        and all(e.statement in deposits for e in audit.entries if e.act == "deposit" and e.by == office.name)
        and cosigned >= audit.cosigned.get(office.name, 0)
    )
    if not whole:
        raise TamperedError("audit.journal_cut", who=office.name)
