"""Beside the steps, 职业: which occupations a bank is about, with their work types and what they were called before.

No step: two bank managers enter an occupation here. Once there is one, every blueprint that comes in is of an entered one. An
occupation and its line in the ledger are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import OccupationError
from itembank.domain.occupation import Occupation, Register, check_occupation_enters
from itembank.formats.bank_statements import read_occupation, sign_occupation
from itembank.ports import Book, Clock, Transaction
from itembank.steps.recording import record
from keys.directory import Directory
from keys.statement import Signer


def enter_occupation(
    book: Book, directory: Directory, clock: Clock, occupation: Occupation, managers: Sequence[Signer]
) -> bool:
    """Enter an occupation, or what it says from now on, by two bank managers; False when the bank knows it just so.

    Raises OccupationError for what it says and where a blueprint of the bank would no longer fit, RefusedError for the signers.
    """
    at = clock()
    data = sign_occupation(occupation, at, managers)
    with book.begin() as transaction:
        register = entered_occupations(transaction, directory)
        check_occupation_enters(occupation, register)
        _, signed = read_occupation(data, directory)
        if register.get(occupation.key) == occupation:
            return False
        for held in transaction.bank.blueprints():
            _check_still_fits(held.blueprint, occupation)
        transaction.save_statement("occupation", occupation.key.text, str(signed.body["at"]), data)
        record(transaction, clock, "occupation", occupation_subject(occupation), signed.signers[0], data)
    return True


def _check_still_fits(blueprint: Blueprint, occupation: Occupation) -> None:
    if blueprint.occupation_key != occupation.key:
        return
    try:
        blueprint.check_registered({occupation.key: occupation})
    except OccupationError as error:
        raise OccupationError("occupation.in_use", code=occupation.code, key=blueprint.key) from error


def entered_occupations(transaction: Transaction, directory: Directory) -> Register:
    """Every occupation of this bank as it was entered last, by code and dictionary."""
    newest = [transaction.statements("occupation", key)[-1][1] for key in transaction.subjects("occupation")]
    found = (read_occupation(data, directory)[0] for data in newest)
    return {occupation.key: occupation for occupation in sorted(found, key=lambda one: one.key.text)}


def occupation_subject(occupation: Occupation) -> dict[str, str]:
    """What its line of the ledger is about."""
    return {"occupation": occupation.key.text, "name": occupation.name}
