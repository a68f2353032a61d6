"""An act and its ledger line are one transaction at the centre: if the line cannot be written, the act has not happened.

No step, but every step may import it.
"""

from __future__ import annotations

from collections.abc import Iterable

from itembank.domain.custody import Counts, copy_numbers
from itembank.formats.errors import ReceiptError
from itembank.formats.receipts import FIRST, Receipt, check_opening, read_receipt
from itembank.ports import Book, Clock, Transaction
from keys.directory import Directory
from keys.encoding import Json
from keys.entry import Entry
from keys.errors import TamperedError
from keys.manifest import Manifest, read_manifest
from keys.release import check_lines, parse_release
from keys.row import read_row_file
from keys.share import ShareLine

WAIT_SECONDS = 2.0
"""How long an act waits for a line that must come first; then it fails with that reason."""


def record(transaction: Transaction, clock: Clock, act: str, subject: Json, by: str, statement: bytes = b"") -> int:
    """Queue the line beside what the caller writes in this transaction; its number in the queue.

    The ledger's time never runs backwards, also when somebody sets the centre's clock back a little.
    """
    before, at = transaction.newest_line(), clock()
    if before is not None:
        at = max(at, before.at)
    return transaction.append(Entry(act, subject, by, at, statement.decode()))


def admit_receipt(book: Book, directory: Directory, clock: Clock, device: str, data: bytes) -> tuple[Receipt, int]:
    """Keep a receipt and write its line; the receipt and the line's number in the queue.

    The same bytes again are accepted; other bytes under one sequence are a fork. A gap is accepted and stands in the line.
    """
    receipt = read_receipt(data, directory)
    if receipt.device != device:
        raise ReceiptError("receipt.device", device=receipt.device)
    with book.begin() as transaction:
        name = f"{receipt.sequence:06d}"
        before = transaction.statement("receipt", receipt.device, f"{receipt.sequence - 1:06d}")
        after = transaction.statement("receipt", receipt.device, f"{receipt.sequence + 1:06d}")
        neighbours = [None if data is None else read_receipt(data, directory) for data in (before, after)]
        if not _fits(receipt, *neighbours):
            raise ReceiptError("receipt.chain", device=receipt.device, sequence=receipt.sequence)
        if not transaction.save_statement("receipt", receipt.device, name, data):
            return receipt, int(transaction.statement("receipt-line", receipt.device, name) or b"0")
        _check_facts(transaction, directory, clock, receipt)
        subject = {"hid": receipt.hid, "pid": receipt.pid, "device": receipt.device, "sequence": name}
        if before is None and receipt.sequence > 1:
            subject["gap"] = "1"
        queued = record(transaction, clock, receipt.act, subject, receipt.device, data)
        transaction.save_statement("receipt-line", receipt.device, name, str(queued).encode())
        return receipt, queued


def record_shares(
    transaction: Transaction, directory: Directory, clock: Clock, manifest: Manifest, lines: Iterable[ShareLine]
) -> int:
    """Write each holder's share line once; how many were new. The lines are checked already."""
    new = 0
    for line in lines:
        data = line.format().encode()
        subject = f"{manifest.hid.hex()}/{line.lock}"
        if transaction.save_statement("share", subject, str(line.j), data):
            where = {"hid": manifest.hid.hex(), "lock": line.lock, "j": str(line.j)}
            record(transaction, clock, "share", where, directory.holders[line.j - 1].name, data)
            new += 1
    return new


def prints_of(transaction: Transaction, directory: Directory, hid: str) -> list[Receipt]:
    """The receipts of everybody who printed of this session, and no other receipt: a station has many of them."""
    lines = transaction.queued("print", hid)
    return [read_receipt(line.statement.encode(), directory) for line in lines]


def _fits(receipt: Receipt, before: Receipt | None, after: Receipt | None) -> bool:
    """Whether it stands in its device's chain, as far as its neighbours are here."""
    starts = receipt.sequence > 1 or (receipt.sequence == 1 and receipt.previous == FIRST)
    continues = before is None or before.digest == receipt.previous
    return starts and continues and (after is None or after.previous == receipt.digest)


def _check_facts(transaction: Transaction, directory: Directory, clock: Clock, receipt: Receipt) -> None:
    """What a receipt claims must hold where the centre can see it: the package is this device's, the release of an
    opening is true, the counts of a return balance.
    """
    row = transaction.row(receipt.pid)
    if row is None or (row.place, row.hid) != (receipt.device, receipt.hid):
        raise ReceiptError("receipt.package", device=receipt.device)
    if receipt.act == "open":
        stored = transaction.session(receipt.hid)
        if stored is None:
            raise ReceiptError("receipt.session", device=receipt.device)
        manifest = read_manifest(stored.manifest, directory)
        check_opening(manifest, directory, receipt)
        if receipt.facts["by"] == "line":
            release = parse_release(str(receipt.facts["release"]).encode())
            lines = check_lines(release.lines, manifest, directory, release.lock)
            record_shares(transaction, directory, clock, manifest, lines)
    if receipt.act == "print":
        core = read_row_file(row.row).row.core
        if receipt.facts.get("copies") != copy_numbers(core.package, core.copies):
            raise ReceiptError("receipt.copies", device=receipt.device, needed=core.copies, came=_count(receipt.facts))
    if receipt.act == "return":
        printed = prints_of(transaction, directory, receipt.hid)
        try:
            copies = sum(len(print_.facts["copies"]) for print_ in printed if print_.pid == receipt.pid)
            Counts(**receipt.facts["counts"]).check(copies)
        except (KeyError, TypeError) as error:
            raise TamperedError("object.fields", what="receipt") from error


def _count(facts: Json) -> int:
    copies = facts.get("copies")
    return len(copies) if isinstance(copies, list) else 0
