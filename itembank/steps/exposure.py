"""The bank learns which items a paper used (曝光), once its lock has opened, and tells who has seen an item (知悉名单).

No step: the centre's application accepts reports of the desks here, and whoever counts uses or asks for eyes reads here. An
unused spare never reports. Who printed a paper has seen its items: that is read from the stations' receipts, which may come
before the report or after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from itembank.domain.confidentiality import Seen, Sight
from itembank.domain.errors import ItemError, SessionError
from itembank.formats.desk_statements import read_attempt, read_proof
from itembank.formats.pool_change import read_pool_state, read_release_note
from itembank.formats.receipts import Receipt
from itembank.formats.uses import KIND, UseReport, read_use_report, read_uses
from itembank.ports import Book, Clock, Transaction
from itembank.steps.recording import prints_of, record
from keys.directory import Directory
from keys.encoding import read_time, sha256
from keys.errors import RefusedError, TamperedError
from keys.manifest import Manifest, read_manifest
from keys.row import read_row_file


class ItemUse(NamedTuple):
    """One paper an item stood on, in which version; 0 where the bank cannot tell. `at`: when its exam starts."""

    session: str
    form: str
    at: datetime
    version: int


class Drawn(NamedTuple):
    """What the bank knows of a paper's draw: when its proof was read; item number → version in the pools it was drawn from."""

    proved: datetime
    versions: dict[str, int]


def accept_uses(book: Book, directory: Directory, clock: Clock, data: bytes) -> UseReport:
    """Keep a desk's report and write its line; the same report again is one. The items stand in no line.

    Raises RefusedError uses.early as long as no release object of its lock is here, StoreError for a second report of the
    same paper that says something else.
    """
    report, signed = read_uses(data, directory)
    with book.begin() as transaction:
        manifest = _manifest(transaction, directory, report.hid)
        header = manifest.header
        lock = header.lock(report.lock)
        if header.session != report.session or lock.part != "question" or report.form not in lock.papers:
            raise TamperedError("uses.other_report", session=report.session)
        subject = f"{report.hid}/{report.lock}"
        if not transaction.statements("release", subject):
            raise RefusedError("uses.early", session=report.session)
        if transaction.save_statement(KIND, subject, report.form, report.encode()):
            _see(transaction, report, _drawn(transaction, directory, manifest))
            where = {"hid": report.hid, "lock": report.lock, "form": report.form}
            record(transaction, clock, KIND, where, signed.signers[0], signed.data)
    return report


def _see(transaction: Transaction, report: UseReport, drawn: Drawn) -> None:
    """The proof pair has read these items; the bank may know it now."""
    place = f"{report.session}{report.form}"
    transaction.bank.add_seen(
        Seen(item_no, version, person, Sight.PROOF, drawn.proved, place)
        for item_no, version in _versions(transaction, report, drawn).items()
        for person in report.proofreaders
    )


def _versions(transaction: Transaction, report: UseReport, drawn: Drawn) -> dict[str, int]:
    """Item number → version, as the desk tells it or as its release had it; without the items this bank never had."""
    known = transaction.bank.cards_of(item_no for item_no, _ in report.items)
    told = ((item_no, version or drawn.versions.get(item_no, 0)) for item_no, version in report.items if item_no in known)
    # A pool's release from before its versions were kept: the newest one is all that can be said.
    return {item_no: version or known[item_no].version for item_no, version in told}


def _drawn(transaction: Transaction, directory: Directory, manifest: Manifest) -> Drawn:
    """Raises TamperedError when the bank has not the proof, and the draw, that the manifest was sealed from."""
    session = manifest.header.session
    attempts = dict(transaction.statements("attempt", session))
    for name, data in transaction.statements("proof", session):
        if sha256(data).hex() == manifest.selftest.proof and name in attempts:
            pools = read_attempt(attempts[name], directory).pools
            return Drawn(read_time(read_proof(data, directory)["at"]), _released_versions(transaction, pools))
    raise TamperedError("uses.no_draw", session=session)


def _released_versions(transaction: Transaction, digests: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for digest in digests:
        kept = transaction.statement("pool-note", digest, "1")
        note = read_release_note(kept) if kept else None
        state = transaction.statement("pool-state", f"{note.pool}/{note.to}", str(note.version)) if note else None
        found |= read_pool_state(state).items if state else {}
    return found


def use_reports(transaction: Transaction) -> list[UseReport]:
    """Every report the bank has, the earliest exam first."""
    found = [
        read_use_report(data) for subject in transaction.subjects(KIND) for _, data in transaction.statements(KIND, subject)
    ]
    return sorted(found, key=lambda report: (report.at, report.session, report.form))


def uses_of(transaction: Transaction, directory: Directory, item_no: str) -> list[ItemUse]:
    """The papers an item stood on, the earliest first."""
    found = []
    for report in _reports_with(transaction, [item_no]):
        drawn = _drawn(transaction, directory, _manifest(transaction, directory, report.hid))
        version = _versions(transaction, report, drawn).get(item_no, 0)
        found.append(ItemUse(report.session, report.form, report.at, version))
    return found


def _reports_with(transaction: Transaction, item_nos: Iterable[str]) -> list[UseReport]:
    """The reports of papers on which one of these items stood."""
    wanted = set(item_nos)
    return [report for report in use_reports(transaction) if not wanted.isdisjoint(item_no for item_no, _ in report.items)]


def who_saw(transaction: Transaction, directory: Directory, item_nos: Sequence[str]) -> list[Seen]:
    """Everybody who has seen one of these items, by time. Raises ItemError for one the bank does not have."""
    known = transaction.bank.cards_of(item_nos)
    for item_no in item_nos:
        if item_no not in known:
            raise ItemError("item.unknown", item_no=item_no)
    lines = [line for item_no in known for line in transaction.bank.eyes(item_no=item_no)]
    printed = _printed(transaction, directory, _reports_with(transaction, known))
    return _by_time(lines + [line for line in printed if line.item_no in known])


def seen_by(transaction: Transaction, directory: Directory, person: str) -> list[Seen]:
    """What one person has seen, by time. Raises RefusedError for a name that nobody in the directory or the bank has."""
    reports = use_reports(transaction)
    printed = [line for line in _printed(transaction, directory, reports) if line.person == person]
    lines = transaction.bank.eyes(person=person) + printed
    if not lines:
        directory.person(person)
    return _by_time(lines)


def _by_time(lines: list[Seen]) -> list[Seen]:
    return sorted(lines, key=lambda line: (line.at, line.item_no, line.person))


def _printed(transaction: Transaction, directory: Directory, reports: Iterable[UseReport]) -> Iterator[Seen]:
    """The operators who printed these papers, beside each of their items."""
    for report in reports:
        receipts = [
            receipt for receipt in prints_of(transaction, directory, report.hid) if _is_of(transaction, receipt, report)
        ]
        if not receipts:
            continue
        drawn = _drawn(transaction, directory, _manifest(transaction, directory, report.hid))
        people = [(person, receipt) for receipt in receipts for person in receipt.signers[1:]]
        for item_no, version in _versions(transaction, report, drawn).items():
            for person, receipt in people:
                place = f"{report.session}{report.form} {receipt.device}"
                yield Seen(item_no, version, person, Sight.PRINT, receipt.at, place)


def printers_of(transaction: Transaction, directory: Directory, report: UseReport) -> set[str]:
    """The operators who printed the paper of a report."""
    printed = prints_of(transaction, directory, report.hid)
    return {person for receipt in printed if _is_of(transaction, receipt, report) for person in receipt.signers[1:]}


def _is_of(transaction: Transaction, receipt: Receipt, report: UseReport) -> bool:
    """Whether what was printed is the paper that was reported."""
    row = transaction.row(receipt.pid)
    if row is None:
        return False
    core = read_row_file(row.row).row.core
    return (core.lock, core.paper) == (report.lock, report.form)


def _manifest(transaction: Transaction, directory: Directory, hid: str) -> Manifest:
    stored = transaction.session(hid)
    if stored is None:
        raise SessionError("session.unknown", session=hid)
    return read_manifest(stored.manifest, directory)
