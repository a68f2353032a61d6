"""The holders' own journals, where they are at hand: the chain, and that the ledger continues what they cosigned."""

from __future__ import annotations

from itembank.steps.auditing.findings import Audit
from keys.encoding import unhex
from keys.errors import TamperedError
from keys.journal import read_journal
from keys.share import parse_share_line


def check_offices(audit: Audit) -> None:
    """Every journal under `holders/`; an office whose folder is not here is named in a remark."""
    journals = [name for name in audit.names if name.startswith("holders/") and name.endswith("/journal")]
    for name in journals:
        audit.attempt(name, _check_journal, audit, name)
    if len(journals) < len(audit.directory.holders):
        audit.remarks.append(f"{len(journals)} of {len(audit.directory.holders)} holders' journals are here")


def _check_journal(audit: Audit, name: str) -> None:
    given = [share for _, share in audit.shares]
    for record in read_journal(audit.root.read(name)):
        if record.kind == "checkpoint":
            size, root = int(record.data["size"]), unhex(record.data["root"], "journal")
            if size > audit.tree.size or audit.tree.root(size) != root:
                raise TamperedError("audit.rewritten", size=size, entries=audit.tree.size)
        elif record.kind == "share" and parse_share_line(record.data["line"]) not in given:
            audit.remarks.append(f"{name}: share given, not in the ledger")
