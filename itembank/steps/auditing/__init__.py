"""Step 9, 归档审计: anyone entitled replays a whole session from files and public keys, without any secret.

1. `ledger`   every file known, every checkpoint signed and over exactly these entries, cosigned where it says so
2. `lines`    every statement verifies, by the right duties, and its line says exactly what it says
3. `papers`   every *.manifest, *.row, *.sealed, *.receipt and printed page; the root over all rows
4. `offices`  the holders' journals: their chains, the rule as each office knew the world, and what they cosigned
5. `acts`     the order of acts: the centre's by index, a station's by its own chain; shares, armings, counts

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
from keys.errors import TamperedError

__all__ = ["Audit", "Finding", "audit"]


def audit(root: Folder, names: Sequence[str], odd: Sequence[str], directory: Directory) -> Audit:
    """Replay everything under `root`. Raises nothing for what it finds.

    `names`: all plain files, relative; `odd`: whatever else lies there and is no folder (a link, a pipe), never opened.
    """
    found = Audit(root, names, directory)
    found.findings += [Finding(name, "audit.no_file", {}) for name in odd]
    for check in (check_pins, replay_ledger, check_lines_of_ledger, check_papers, check_offices, check_acts):
        found.attempt("audit", check, found)
    return found


def check_pins(found: Audit) -> None:
    """Every seat stands on this same directory."""
    for name in found.names:
        if name.rpartition("/")[2] == "directory.pin":
            found.attempt(name, _check_pin, found, name)


def _check_pin(found: Audit, name: str) -> None:
    pinned = found.root.read(name).decode().strip()
    if pinned != found.directory.fingerprint:
        raise TamperedError("directory.pin", found=pinned[:16], expected=found.directory.fingerprint[:16])
