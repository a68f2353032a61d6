"""Beside the steps, 题库版本: which editions a bank has, from which day, and how long the one before may still be drawn from.

No step: two bank managers enter an edition here, and whoever releases a pool looks here. An edition and its line in the ledger
are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from itembank.domain.occupation import BankEdition, check_edition_enters
from itembank.domain.session import beijing_day
from itembank.formats.bank_statements import read_edition, sign_edition
from itembank.ports import Book, Clock, Transaction
from itembank.steps.recording import record
from keys.directory import Directory
from keys.statement import Signer


def enter_edition(book: Book, directory: Directory, clock: Clock, edition: BankEdition, managers: Sequence[Signer]) -> bool:
    """Enter an edition by two bank managers; False when the bank knows it just so.

    Raises OccupationError for what it says or where it does not fit the others, RefusedError for the signers.
    """
    at = clock()
    data = sign_edition(edition, at, managers)
    _, signed = read_edition(data, directory)
    with book.begin() as transaction:
        known = known_editions(transaction, directory)
        if edition in known:
            return False
        check_edition_enters(edition, known, beijing_day(at))
        transaction.save_statement("edition", edition.name, str(signed.body["at"]), data)
        record(transaction, clock, "edition", edition_subject(edition), signed.signers[0], data)
    return True


def known_editions(transaction: Transaction, directory: Directory) -> list[BankEdition]:
    """Every edition of this bank as it was entered last, the earliest first."""
    newest = [transaction.statements("edition", name)[-1][1] for name in transaction.subjects("edition")]
    return sorted((read_edition(data, directory)[0] for data in newest), key=lambda edition: edition.from_day)


def edition_subject(edition: BankEdition) -> dict[str, str]:
    """What its line of the ledger is about."""
    return {"edition": edition.name, "from": edition.from_day.isoformat(), "grace": str(edition.grace_days)}
