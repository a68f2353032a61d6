"""Step 9, 归档审计: anyone entitled replays a whole session from files and public keys, without any secret.

1. `ledger`   every file known, every checkpoint signed and over exactly these entries, cosigned where it says so
2. `lines`    every statement verifies, by the right duties, and its line says exactly what it says
3. `acts`     the order of acts: the centre's by index, a station's by its own chain; shares, armings, counts
4. `papers`   every *.manifest, *.row, *.sealed, *.receipt and printed page; the root over all rows
5. `offices`  the holders' journals: their chains, and that the ledger still continues what they cosigned

A finding names the place. What is merely worth knowing (a clock of a test, a receipt not sent yet) is a remark.
"""

from __future__ import annotations

from collections.abc import Sequence

from itembank.ports import Folder
from itembank.steps.auditing.acts import check_acts
from itembank.steps.auditing.findings import Audit, Finding
from itembank.steps.auditing.ledger import replay_ledger
from itembank.steps.auditing.lines import check_lines_of_ledger
from itembank.steps.auditing.offices import check_offices
from itembank.steps.auditing.papers import check_papers
from keys.directory import Directory

__all__ = ["Audit", "Finding", "audit"]


def audit(root: Folder, names: Sequence[str], directory: Directory) -> Audit:
    """Replay everything under `root` (`names`: all files, relative). Raises nothing for what it finds."""
    found = Audit(root, names, directory)
    for check in (replay_ledger, check_lines_of_ledger, check_papers, check_acts, check_offices):
        found.attempt("audit", check, found)
    return found
