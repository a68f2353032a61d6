"""The holders' own journals, where they are at hand: the chain, that the ledger continues what they cosigned, their clocks."""

from __future__ import annotations

from itembank.steps.auditing.clocks import compare_statuses
from itembank.steps.auditing.findings import Audit
from keys.answers import read_status
from keys.encoding import Json, unhex
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
    for record in read_journal(audit.root.read(name)):
        if record.kind == "checkpoint":
            size, root = int(record.data["size"]), unhex(record.data["root"], "journal")
            if size > audit.tree.size or audit.tree.root(size) != root:
                raise TamperedError("audit.rewritten", size=size, entries=audit.tree.size)
        elif record.kind == "share":
            audit.attempt(name, _check_share, audit, name, record.data)


def _check_share(audit: Audit, name: str, data: Json) -> None:
    """The share stands in the ledger; the statuses it was given on are signed, and by clocks that agree.

    Statuses carried by hand may be minutes apart: they are no round, and are not compared.
    """
    share = parse_share_line(data["line"])
    if share not in [given for _, given in audit.shares]:
        audit.remarks.append(f"{name}: share given, not in the ledger")
    statuses = [read_status(text.encode(), audit.directory) for text in data["statuses"]]
    if any(status.hid != share.hid for status in statuses):
        raise TamperedError("audit.subject", found="status", expected=share.hid.hex()[:16])
    if data["carried"] == "wire":
        compare_statuses(statuses)
