"""What the tests of the audit stand on: a finished province, and the history its centre and all holders sign anew."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from itembank.formats.ledger_bundle import read_bundle, write_bundle
from itembank.steps.auditing import Audit
from keys import checkpoint as notes
from keys.checkpoint import Checkpoint
from keys.entry import Entry, read_entry
from keys.tree import Tree, leaf_hash
from tests.province import HOLDERS, Province


def told(audit: Audit) -> list[str]:
    """Each finding as `place: code`."""
    return [f"{finding.place}: {finding.code}" for finding in audit.findings]


def codes(audit: Audit) -> set[str]:
    return {finding.code for finding in audit.findings}


def sign_anew(province: Province, entries: Sequence[Entry], *, keep_journals: bool = False) -> None:
    """The centre writes another history, and its ledger and all holders sign for it."""
    home = standing(province).home
    ledger = home / "centre" / "ledger"
    data = [entry.encode() for entry in entries]
    tree = Tree(leaf_hash(each) for each in data)
    (ledger / "entries" / "000").write_bytes(write_bundle(data))
    origin = province.directory.ledger_origin
    note = notes.sign_checkpoint(Checkpoint(origin, tree.size, tree.root()), province.signer("ledger").key, origin)
    at = int(province.clock().timestamp())
    note = notes.add_lines(note, [notes.cosign(note, name, province.signer(name).key, at) for name in HOLDERS])
    (ledger / "checkpoint").write_bytes(note)
    for old in (ledger / "checkpoints").iterdir():
        size = int(old.name)
        if size > tree.size:
            old.unlink()
            (home / "mirror" / "checkpoints" / old.name).unlink()
            continue
        again = notes.sign_checkpoint(Checkpoint(origin, size, tree.root(size)), province.signer("ledger").key, origin)
        lines = [notes.cosign(again, name, province.signer(name).key, at) for name in HOLDERS]
        old.write_bytes(notes.add_lines(again, lines))
    shutil.copytree(ledger, home / "mirror", dirs_exist_ok=True)
    if not keep_journals:
        shutil.rmtree(home / "holders")


def standing(province: Province) -> Province:
    """Its centre has ended, so nothing is written beside the test."""
    province.close()
    return province


def history(province: Province) -> list[Entry]:
    return [read_entry(data) for data in read_bundle((province.home / "centre/ledger/entries/000").read_bytes())]
