"""Step 2, 审题: an import is admitted, once author, reviewer and approver have signed it: three different people.

One line in the ledger for one import; its items are active from then on (states come with the bank). The items and the
line are one transaction: cut off in the middle, neither is there.
"""

from __future__ import annotations

from itembank.domain.people import check_three_people
from itembank.formats.imports import BlueprintImport, ItemImport, read_import
from itembank.ports import Book, Clock
from itembank.steps.recording import record
from keys.directory import Directory
from keys.statement import Statement


def admit_blueprint(book: Book, directory: Directory, clock: Clock, prepared: BlueprintImport) -> None:
    """The blueprint stands from now on."""
    signed = _signed_by_three(prepared.signed, directory)
    with book.begin() as transaction:
        transaction.save_blueprint(prepared.blueprint)
        subject = {"occupation": prepared.blueprint.occupation, "digest": signed.body["digest"]}
        record(transaction, clock, "blueprint", subject, signed.signers[0], prepared.signed)


def admit_items(book: Book, directory: Directory, clock: Clock, prepared: ItemImport) -> None:
    """The items are active from now on."""
    signed = _signed_by_three(prepared.signed, directory)
    with book.begin() as transaction:
        transaction.save_items(prepared.items, prepared.figures)
        subject = {"pool": prepared.pool, "digest": signed.body["digest"]}
        record(transaction, clock, "import", subject, signed.signers[0], prepared.signed)


def _signed_by_three(data: bytes, directory: Directory) -> Statement:
    signed = read_import(data, directory)
    if len(signed.signers) == 3:
        check_three_people(*signed.signers)
    directory.require(signed, "item_writer", "item_reviewer", "item_approver")
    return signed
