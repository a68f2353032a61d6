"""Whether a database goes on from what the ledger's files say was signed already.

A checkpoint is in the database before it is in a file. A database that lacks one was lost, or restored from an older copy:
whoever worked on with it would write other lines under numbers that are given, over the only copies of those that were there.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, func, select

from itembank.adapters.engine import reading
from itembank.adapters.ledger_files import LedgerFiles
from itembank.adapters.tables import ledger_checkpoint
from itembank.ports import StoreError
from keys.checkpoint import Checkpoint, parse_checkpoint, verify
from keys.directory import Directory
from keys.errors import KeysError
from keys.note import Note, format_note, parse_note


def newest_signed(copies: Iterable[LedgerFiles], directory: Directory) -> Checkpoint | None:
    """The largest checkpoint in these files that is under the ledger's signature."""
    found = [signed for copy in copies if (signed := _signed(copy.newest(), directory))]
    return max(found, key=lambda signed: signed.size, default=None)


def check_goes_on(engine: Engine, copies: Iterable[LedgerFiles], directory: Directory) -> None:
    """Raise StoreError unless the database has what each copy of the files has."""
    table = ledger_checkpoint
    for copy in copies:
        signed = _signed(copy.newest(), directory)
        if signed is None:
            continue
        with reading(engine) as connection:
            note = connection.execute(select(table.c.note).where(table.c.size == signed.size)).scalar_one_or_none()
            held = connection.execute(select(func.max(table.c.size))).scalar_one() or 0
        if note is None or parse_checkpoint(parse_note(bytes(note)).text) != signed:
            raise went_back(signed, held)


def went_back(signed: Checkpoint, held: int) -> StoreError:
    """The refusal of a database whose newest checkpoint is of size `held`."""
    return StoreError("ledger.went_back", size=signed.size, held=held)


def _signed(note: bytes, directory: Directory) -> Checkpoint | None:
    """What the ledger's own line is under. None for a damaged file: the sequencer writes it anew from the database."""
    try:
        found = parse_note(note)
        alone = format_note(Note(found.text, found.signatures[:1]))
        return verify(alone, origin=directory.ledger_origin, log_key=directory.ledger_key, witnesses={}, at_least=0).checkpoint
    except KeysError:
        return None
