"""The bank learns which items a paper used (曝光), once its lock has opened: reports of the desks, read and counted.

No step: the centre's application accepts here, and whoever counts uses reads here. An unused spare never reports.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from itembank.domain.confidentiality import Seen, Sight
from itembank.domain.errors import SessionError
from itembank.formats.uses import KIND, UseReport, read_use_report, read_uses
from itembank.ports import Book, Clock, Transaction
from itembank.steps.recording import record
from keys.directory import Directory
from keys.errors import RefusedError, TamperedError
from keys.manifest import read_manifest


class ItemUse(NamedTuple):
    """One paper an item stood on. `at`: when its exam starts."""

    session: str
    form: str
    at: datetime


def accept_uses(book: Book, directory: Directory, clock: Clock, data: bytes) -> UseReport:
    """Keep a desk's report and write its line; the same report again is one. The items stand in no line.

    Raises RefusedError uses.early as long as no release object of its lock is here, StoreError for a second report of the
    same paper that says something else.
    """
    report, signed = read_uses(data, directory)
    with book.begin() as transaction:
        stored = transaction.session(report.hid)
        if stored is None:
            raise SessionError("session.unknown", session=report.hid)
        header = read_manifest(stored.manifest, directory).header
        lock = header.lock(report.lock)
        if header.session != report.session or lock.part != "question" or report.form not in lock.papers:
            raise TamperedError("uses.other_report", session=report.session)
        subject = f"{report.hid}/{report.lock}"
        if not transaction.statements("release", subject):
            raise RefusedError("uses.early", session=report.session)
        if transaction.save_statement(KIND, subject, report.form, report.encode()):
            _see(transaction, report)
            where = {"hid": report.hid, "lock": report.lock, "form": report.form}
            record(transaction, clock, KIND, where, signed.signers[0], signed.data)
    return report


def _see(transaction: Transaction, report: UseReport) -> None:
    """The proof pair has read these items; the bank may know it now."""
    numbers = [item_no for item_no, _ in report.items]
    # An item that was retired meanwhile has no active version: then it is the newest one that they have read.
    cards = transaction.bank.cards_of(numbers) | transaction.bank.active_cards_of(numbers)
    place = f"{report.session}{report.form}"
    transaction.bank.add_seen(
        Seen(item_no, version or cards[item_no].version, person, Sight.PROOF, report.at, place)
        for item_no, version in report.items
        for person in report.proofreaders
        if version or item_no in cards
    )


def use_reports(transaction: Transaction) -> list[UseReport]:
    """Every report the bank has, by session version and lock."""
    return [
        read_use_report(data)
        for subject in sorted(transaction.subjects(KIND))
        for _, data in transaction.statements(KIND, subject)
    ]


def item_uses(transaction: Transaction) -> dict[str, list[ItemUse]]:
    """Item number → the papers it stood on, the earliest first."""
    found: dict[str, list[ItemUse]] = {}
    for report in sorted(use_reports(transaction), key=lambda report: (report.at, report.session, report.form)):
        for item_no, _ in report.items:
            found.setdefault(item_no, []).append(ItemUse(report.session, report.form, report.at))
    return found
