"""The ledger as files: bundles, checkpoints, and the mirror that must say the same."""

from __future__ import annotations

from itembank.formats.errors import ContainerError
from itembank.formats.ledger_bundle import BUNDLE, read_bundle
from itembank.steps.auditing.clocks import compare_clocks
from itembank.steps.auditing.findings import LEDGER, MIRROR, Audit, Finding, Line
from keys.encoding import sha256
from keys.entry import read_entry
from keys.errors import TamperedError
from keys.ledger_proof import read_cosigned
from keys.tree import leaf_hash


def replay_ledger(audit: Audit) -> None:
    """Every entry into the tree, every checkpoint against it; an unknown file is a finding."""
    files = [name for name in audit.names if name.startswith(LEDGER + "/")]
    bundles = sorted(name for name in files if name.startswith(f"{LEDGER}/entries/"))
    notes = sorted(name for name in files if name.startswith(f"{LEDGER}/checkpoints/"))
    newest = f"{LEDGER}/checkpoint"
    for number, name in enumerate(bundles):
        audit.attempt(name, _replay_bundle, audit, name, number)
    if newest not in files:
        audit.findings.append(Finding(newest, "ledger.no_checkpoint", {}))
    for name in [*notes, *(name for name in files if name == newest)]:
        audit.attempt(name, _check_checkpoint, audit, name, name == newest)
    for name in files:
        if name not in bundles and name not in notes and name != newest:
            audit.findings.append(Finding(name, "ledger.unknown_file", {}))
    _check_mirror(audit, files)


def _replay_bundle(audit: Audit, name: str, number: int) -> None:
    if name != f"{LEDGER}/entries/{number:03d}" or audit.tree.size != number * BUNDLE:
        raise ContainerError("ledger.bundle", offset=0)
    entries = read_bundle(audit.root.read(name))
    if not entries:
        raise ContainerError("ledger.bundle", offset=0)
    for data in entries:
        index = audit.tree.append(leaf_hash(data))
        audit.lines.append(Line(index, name, read_entry(data)))


def _check_checkpoint(audit: Audit, name: str, newest: bool) -> None:
    quorum = 0 if newest else audit.directory.quorum
    cosigned = read_cosigned(audit.root.read(name), audit.directory, quorum)
    checkpoint = cosigned.checkpoint
    if checkpoint.size > audit.tree.size or audit.tree.root(checkpoint.size) != checkpoint.root:
        _blame_entries(audit, checkpoint.size)
        return
    audit.agreed = max(audit.agreed, checkpoint.size)
    for holder in cosigned.times:
        audit.cosigned[holder] = max(audit.cosigned.get(holder, 0), checkpoint.size)
    if len(cosigned.times) < audit.directory.quorum:
        audit.remark(name, "audit.few_cosigners", came=len(cosigned.times), needed=audit.directory.quorum)
    if newest and checkpoint.size != audit.tree.size:
        raise TamperedError("ledger.unsigned_entries", size=checkpoint.size, entries=audit.tree.size)
    if not newest and name != f"{LEDGER}/checkpoints/{checkpoint.size:09d}":
        raise TamperedError("ledger.root", size=checkpoint.size, entries=audit.tree.size)
    compare_clocks(cosigned.times)


def _blame_entries(audit: Audit, size: int) -> None:
    """The checkpoint is signed, so it is the entries that changed: behind the last size that still agreed."""
    place = f"{LEDGER}/entries/{min(audit.agreed, max(audit.tree.size - 1, 0)) // BUNDLE:03d}"
    if not any(finding.place == place for finding in audit.findings):
        audit.findings.append(Finding(place, "ledger.root", {"size": size, "entries": audit.tree.size}))


def _check_mirror(audit: Audit, files: list[str]) -> None:
    """The second copy has the same files, byte for byte, and no other; without one the verdict rests on the first."""
    copies = [name for name in audit.names if name.startswith(MIRROR + "/")]
    if not copies:
        audit.remark(MIRROR, "audit.no_mirror")
        return
    for name in files:
        audit.attempt(name.replace(LEDGER, MIRROR, 1), _check_copy, audit, name)
    for copy in copies:
        if copy.replace(MIRROR, LEDGER, 1) not in files:
            audit.findings.append(Finding(copy, "audit.mirror", {"what": copy}))


def _check_copy(audit: Audit, name: str) -> None:
    copy = name.replace(LEDGER, MIRROR, 1)
    if sha256(audit.root.read(copy)) != sha256(audit.root.read(name)):
        raise TamperedError("audit.mirror", what=copy)
