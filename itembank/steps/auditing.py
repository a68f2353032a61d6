"""Step 9, 归档审计: anyone entitled replays a whole session from files and public keys, without any secret.

1. the ledger: every file known, every checkpoint signed and over exactly these entries, cosigned where it says so
2. every line: its statement verifies, by the right duties, and speaks of what the line says
3. the order of acts: the centre's by index, a station's by its own chain of receipts
4. commitments: shares by c_j and cR, armings by cA, printed pages by cP; counts of copies
5. every *.manifest, *.row and *.sealed anywhere
6. the holders' journals: their chains, and that the ledger still continues what they cosigned

A finding names the place. What is merely worth knowing (a clock of a test, a receipt not sent yet) is a remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from itembank.domain.custody import Counts, check_at_station, check_preparation
from itembank.domain.errors import RuleError
from itembank.formats.container import check_container, read_head
from itembank.formats.desk_statements import read_attempt, read_proof
from itembank.formats.errors import ContainerError, FormatError, ReceiptError
from itembank.formats.imports import read_import
from itembank.formats.ledger_bundle import BUNDLE, read_bundle
from itembank.formats.receipts import Receipt, check_chain, check_opening, read_receipt
from itembank.ports import Folder, PortError
from keys import statement
from keys.answers import read_deposit
from keys.content_key import commit_pages
from keys.directory import Directory
from keys.encoding import Json, sha256, unhex
from keys.entry import Entry, intent_subject, read_entry
from keys.errors import KeysError, TamperedError
from keys.journal import read_journal
from keys.ledger_proof import read_cosigned
from keys.manifest import Manifest, read_manifest
from keys.order import read_order
from keys.pool_release import read_pool_manifest
from keys.release import check_lines
from keys.row import PackageRow, read_row_file
from keys.share import ShareLine, parse_share_line
from keys.tree import Tree, leaf_hash

LEDGER = "centre/ledger"
CLOCKS_APART = 60
"""Seconds two holders' cosignatures of one round may differ."""

AuditError = (KeysError, FormatError, RuleError, PortError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: where, which rule, the facts of its sentence."""

    place: str
    code: str
    facts: Json


@dataclass(slots=True)
class Audit:
    """What an audit has learnt so far."""

    root: Folder
    names: Sequence[str]
    directory: Directory
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)
    kept: dict[str, list[Receipt]] = field(default_factory=dict)
    lines: list[ShareLine] = field(default_factory=list)
    rows: dict[str, tuple[bytes, PackageRow]] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)

    @property
    def verdict(self) -> str:
        return "failed" if self.findings else "ok"

    def attempt(self, place: str, check: Callable[[], None]) -> None:
        """Run one check; what it raises is a finding at this place."""
        try:
            check()
        except AuditError as error:
            self.findings.append(Finding(place, error.code, dict(error.facts)))
        except (KeyError, ValueError, TypeError, AssertionError) as error:
            self.findings.append(Finding(place, "audit.unreadable", {"error": type(error).__name__}))


def audit(root: Folder, names: Sequence[str], directory: Directory) -> Audit:
    """Replay everything under `root` (`names`: all files, relative). Raises nothing for what it finds."""
    audit = Audit(root, names, directory)
    _replay_ledger(audit)
    for number, (place, entry) in enumerate(list(audit.entries)):
        audit.attempt(f"{place} #{number} {entry.act}", lambda e=entry: _check_entry(audit, e))  # type: ignore[misc]
    _check_order(audit)
    _check_stations(audit)
    _check_files(audit)
    _check_holders(audit)
    return audit


# 1. the ledger ------------------------------------------------------------------------------------------------------------


def _replay_ledger(audit: Audit) -> None:
    files = [name for name in audit.names if name.startswith(LEDGER + "/")]
    bundles = sorted(name for name in files if name.startswith(f"{LEDGER}/entries/"))
    notes = sorted(name for name in files if name.startswith(f"{LEDGER}/checkpoints/"))
    newest = f"{LEDGER}/checkpoint"
    for number, name in enumerate(bundles):
        audit.attempt(name, lambda name=name, number=number: _replay_bundle(audit, name, number))  # type: ignore[misc]
    if newest not in files:
        audit.findings.append(Finding(newest, "ledger.no_checkpoint", {}))
    for name in [*notes, *(name for name in files if name == newest)]:
        audit.attempt(name, lambda name=name: _check_checkpoint(audit, name, newest=name == newest))  # type: ignore[misc]
    for name in files:
        if name not in bundles and name not in notes and name != newest:
            audit.findings.append(Finding(name, "ledger.unknown_file", {}))


def _replay_bundle(audit: Audit, name: str, number: int) -> None:
    if name != f"{LEDGER}/entries/{number:03d}" or audit.tree.size != number * BUNDLE:
        raise ContainerError("ledger.bundle", offset=0)
    entries = read_bundle(audit.root.read(name))
    if not entries:
        raise ContainerError("ledger.bundle", offset=0)
    for data in entries:
        audit.tree.append(leaf_hash(data))
        audit.entries.append((name, read_entry(data)))


def _check_checkpoint(audit: Audit, name: str, *, newest: bool) -> None:
    quorum = 0 if newest else audit.directory.quorum
    cosigned = read_cosigned(audit.root.read(name), audit.directory, quorum)
    checkpoint = cosigned.checkpoint
    if checkpoint.size > audit.tree.size or audit.tree.root(checkpoint.size) != checkpoint.root:
        raise TamperedError("ledger.root", size=checkpoint.size, entries=audit.tree.size)
    if newest and checkpoint.size != audit.tree.size:
        raise TamperedError("ledger.unsigned_entries", size=checkpoint.size, entries=audit.tree.size)
    if not newest and name != f"{LEDGER}/checkpoints/{checkpoint.size:09d}":
        raise TamperedError("ledger.root", size=checkpoint.size, entries=audit.tree.size)
    _check_clocks(cosigned.times)


def _check_clocks(times: dict[str, int]) -> None:
    """Raise naming the holder whose time is furthest from the others' middle, when it is over a minute off."""
    if len(times) < 2:
        return
    ordered = sorted(times.values())
    middle = ordered[len(ordered) // 2] if len(ordered) > 2 else ordered[0]
    name = max(times, key=lambda holder: abs(times[holder] - middle))
    if abs(times[name] - middle) > CLOCKS_APART:
        raise TamperedError("audit.clock", who=name, seconds=times[name] - middle)


# 2. every line ------------------------------------------------------------------------------------------------------------


def _check_entry(audit: Audit, entry: Entry) -> None:
    data = entry.statement.encode()
    check = _CHECKS[entry.act]
    check(audit, entry, data)


def _check_import(audit: Audit, entry: Entry, data: bytes) -> None:
    signed = read_import(data, audit.directory)
    audit.directory.require(signed, "item_writer", "item_reviewer", "item_approver")
    _same(entry.subject["digest"], signed.body["digest"])


def _check_pool(audit: Audit, entry: Entry, data: bytes) -> None:
    manifest = read_pool_manifest(data, audit.directory)
    _same(entry.subject["hid"], manifest.hid.hex())
    _learn_row(audit, manifest.hid, manifest.row.row)


def _check_attempt(audit: Audit, entry: Entry, data: bytes) -> None:
    body = read_attempt(data, audit.directory)
    _same(entry.subject, {"session": body["session"], "attempt": str(body["attempt"])})


def _check_proof(audit: Audit, entry: Entry, data: bytes) -> None:
    body = read_proof(data, audit.directory)
    _same(entry.subject, {"session": body["session"], "attempt": str(body["attempt"])})


def _check_seal(audit: Audit, entry: Entry, data: bytes) -> None:
    manifest = read_manifest(data, audit.directory)
    _same(entry.subject, {"hid": manifest.hid.hex(), "session": manifest.header.session})
    _same(entry.by, manifest.signers[0 if entry.act == "seal" else 1])
    proofs = [e.statement.encode() for _, e in audit.entries if e.act == "proof"]
    if manifest.selftest.proof not in [sha256(proof).hex() for proof in proofs]:
        raise TamperedError("proof.other_paper", session=manifest.header.session)
    audit.manifests[manifest.hid.hex()] = manifest


def _check_deposit(audit: Audit, entry: Entry, data: bytes) -> None:
    _same(entry.by, read_deposit(data, _manifest(audit, entry), audit.directory))


def _check_intent(audit: Audit, entry: Entry, data: bytes) -> None:
    manifest = _manifest(audit, entry)
    _same(entry.subject, intent_subject(manifest.hid, tuple(lock.id for lock in manifest.header.locks)))


def _check_order_line(audit: Audit, entry: Entry, data: bytes) -> None:
    order = read_order(data, audit.directory, _manifest(audit, entry).header)
    _same([entry.act, entry.subject["order"]], [order.type, order.id])


def _check_share(audit: Audit, entry: Entry, data: bytes) -> None:
    manifest, line = _manifest(audit, entry), parse_share_line(data.decode())
    _same(entry.subject, {"hid": line.hid.hex(), "lock": line.lock, "j": str(line.j)})
    check_lines([line], manifest, audit.directory, line.lock)
    who = audit.directory.holders[line.j - 1].name
    if line.at < manifest.header.lock(line.lock).opens:
        raise TamperedError("audit.share_early", who=who, lock=line.lock)
    if any((other.hid, other.lock, other.j) == (line.hid, line.lock, line.j) for other in audit.lines):
        raise TamperedError("audit.twice", act="share", what=who)
    if line.clock != "system":
        audit.remarks.append(f"share {line.lock} {who}: clock {line.clock}")
    if line.mode != "rule":
        audit.remarks.append(f"share {line.lock} {who}: {line.mode}")
    audit.lines.append(line)


def _check_receipt(audit: Audit, entry: Entry, data: bytes) -> None:
    receipt = read_receipt(data, audit.directory)
    _same([entry.act, entry.subject["pid"], entry.by], [receipt.act, receipt.pid, receipt.device])
    audit.receipts.setdefault(receipt.device, []).append(receipt)


_CHECKS: dict[str, Callable[[Audit, Entry, bytes], None]] = {
    "blueprint": _check_import,
    "import": _check_import,
    "pool": _check_pool,
    "attempt": _check_attempt,
    "proof": _check_proof,
    "seal": _check_seal,
    "approve": _check_seal,
    "deposit": _check_deposit,
    "intent": _check_intent,
    "freeze": _check_order_line,
    "lift": _check_order_line,
    "share": _check_share,
    **dict.fromkeys(("fetch", "arm", "open", "print", "return", "incident"), _check_receipt),
}


def _manifest(audit: Audit, entry: Entry) -> Manifest:
    return audit.manifests[str(entry.subject["hid"])]


def _same(found: object, expected: object) -> None:
    if found != expected:
        raise TamperedError("audit.subject", found=str(found)[:80], expected=str(expected)[:80])


# 3. the order of acts, 4. commitments -------------------------------------------------------------------------------------


def _check_order(audit: Audit) -> None:
    """Preparation of every session in the ledger's own order; the bank's acts stand before all of them."""
    for hid, manifest in audit.manifests.items():
        first: dict[str, int] = {}
        for index, (_, entry) in enumerate(audit.entries):
            mine = entry.subject.get("hid") in (None, hid) or entry.act == "pool"
            if mine and entry.subject.get("session", manifest.header.session) == manifest.header.session:
                first.setdefault(entry.act, index)
        audit.attempt(f"session {manifest.header.session}", lambda first=first: check_preparation(first))  # type: ignore[misc]
        audit.attempt(f"session {manifest.header.session}", lambda hid=hid: _check_once(audit, hid))  # type: ignore[misc]


def _check_once(audit: Audit, hid: str) -> None:
    acts = [entry.act for _, entry in audit.entries if entry.subject.get("hid") == hid]
    for act in ("seal", "approve", "intent"):
        if acts.count(act) > 1:
            raise TamperedError("audit.twice", act=act, what=hid[:16])
    deposits = [index for index, (_, e) in enumerate(audit.entries) if e.act == "deposit" and e.subject["hid"] == hid]
    intent = [index for index, (_, e) in enumerate(audit.entries) if e.act == "intent" and e.subject["hid"] == hid]
    needed = audit.manifests[hid].header.k
    if intent and sum(index < intent[0] for index in deposits) < needed:
        raise TamperedError("audit.deposits", needed=needed, came=len(deposits))


def _check_stations(audit: Audit) -> None:
    for device, receipts in audit.receipts.items():
        receipts.sort(key=lambda receipt: receipt.sequence)
        audit.attempt(f"receipts {device}", lambda receipts=receipts: check_chain(receipts))  # type: ignore[misc]
        for size in {int(receipt.facts["size"]) for receipt in receipts if receipt.act == "arm"}:
            # what the station armed under: the cosigned intent that had to stand before any share
            _need(audit, f"{LEDGER}/checkpoints/{size:09d}")
        for pid in dict.fromkeys(receipt.pid for receipt in receipts if receipt.pid):
            mine = [receipt for receipt in receipts if receipt.pid == pid and receipt.act != "incident"]
            place = f"receipts {device} {pid[:16]}"
            audit.attempt(place, lambda mine=mine: check_at_station([r.act for r in mine]))  # type: ignore[misc]
            audit.attempt(place, lambda mine=mine: _check_package(audit, mine))  # type: ignore[misc]


def _check_package(audit: Audit, receipts: Iterable[Receipt]) -> None:
    copies = 0
    for receipt in receipts:
        manifest = audit.manifests[receipt.hid]
        if receipt.act == "open":
            check_opening(manifest, audit.directory, receipt)
            given = [line for line in audit.lines if line.hid == manifest.hid and line.lock == receipt.facts["lock"]]
            if len(given) < manifest.header.k:
                raise TamperedError("audit.shares", needed=manifest.header.k, came=len(given))
        elif receipt.act == "print":
            copies = len(set(receipt.facts["copies"]))
        elif receipt.act == "return":
            Counts(**receipt.facts["counts"]).check(copies)


# 5. files -----------------------------------------------------------------------------------------------------------------


def _check_files(audit: Audit) -> None:
    for ending, check in (
        (".manifest", _check_manifest_file),
        (".row", _check_row_file),
        (".sealed", _check_container_file),
        (".receipt", _check_receipt_file),
    ):
        for name in audit.names:
            if name.endswith(ending):
                audit.attempt(name, lambda name=name, check=check: check(audit, name))  # type: ignore[misc]
    _check_station_journals(audit)
    for name in audit.names:
        if "/print/" in name and name.endswith(".pdf"):
            audit.attempt(name, lambda name=name: _check_printed(audit, name))  # type: ignore[misc]
    for receipts in audit.receipts.values():
        for receipt in receipts:
            audit.attempt(f"receipt {receipt.act} {receipt.device}", lambda r=receipt: _check_commitments(audit, r))  # type: ignore[misc]


def _check_manifest_file(audit: Audit, name: str) -> None:
    data = audit.root.read(name)
    if statement.kind_of(data) == "pool-manifest":
        pool = read_pool_manifest(data, audit.directory)
        _learn_row(audit, pool.hid, pool.row.row)
        return
    manifest = read_manifest(data, audit.directory)
    known = audit.manifests.get(manifest.hid.hex())
    if known is None:
        raise TamperedError("audit.unledgered", what=manifest.header.session)
    if known.data != data:
        raise TamperedError("manifest.other", found=manifest.hid.hex()[:16])


def _check_row_file(audit: Audit, name: str) -> None:
    row = read_row_file(audit.root.read(name))
    for manifest in audit.manifests.values():
        try:
            manifest.check_row(row)
        except TamperedError:
            continue
        _learn_row(audit, manifest.hid, row.row)
        return
    raise TamperedError("row.proof", package=row.row.core.package)


def _check_container_file(audit: Audit, name: str) -> None:
    with open(audit.root.path(name), "rb") as file:
        head = read_head(file)
        known = audit.rows.get(head.pid.hex())
        if known is None:
            raise ContainerError("container.row", package=name)
        file.seek(0)
        check_container(file, known[1], known[0])


def _check_receipt_file(audit: Audit, name: str) -> None:
    receipt = read_receipt(audit.root.read(name), audit.directory)
    audit.kept.setdefault(receipt.device, []).append(receipt)
    if name.rpartition("/")[2] != f"{receipt.sequence:06d}.receipt":
        raise ReceiptError("receipt.chain", device=receipt.device, sequence=receipt.sequence)
    ledgered = {r.digest for r in audit.receipts.get(receipt.device, [])}
    if receipt.digest in ledgered:
        return
    if receipt.sequence in {r.sequence for r in audit.receipts.get(receipt.device, [])}:
        raise TamperedError("audit.fork", who=receipt.device, sequence=receipt.sequence)
    audit.remarks.append(f"{name}: not sent yet")


def _check_station_journals(audit: Audit) -> None:
    """Of a station whose folder is here, every receipt the ledger has, and a chain without a hole beyond them."""
    for device, receipts in audit.receipts.items():
        home = f"stations/{device}/"
        if any(name.startswith(home) for name in audit.names):
            for receipt in receipts:
                _need(audit, f"{home}journal/{receipt.sequence:06d}.receipt")
    for device, kept in audit.kept.items():
        chain = {r.sequence: r for r in [*audit.receipts.get(device, []), *kept]}
        whole = [chain[sequence] for sequence in sorted(chain)]
        audit.attempt(f"stations/{device}/journal", lambda whole=whole: check_chain(whole))  # type: ignore[misc]


def _need(audit: Audit, name: str) -> None:
    """A file that something else speaks of must be there."""
    if name not in audit.names:
        audit.findings.append(Finding(name, "store.missing", {"name": name}))


def _check_printed(audit: Audit, name: str) -> None:
    pages, package = sha256(audit.root.read(name)).hex(), name.rpartition("/")[2].removesuffix(".pdf")
    printed = [
        r
        for rs in audit.receipts.values()
        for r in rs
        if r.act == "print" and r.pid in audit.rows and audit.rows[r.pid][1].core.package == package
    ]
    if pages not in [str(receipt.facts["pages"]) for receipt in printed]:
        raise TamperedError("audit.pages", what=name)


def _check_commitments(audit: Audit, receipt: Receipt) -> None:
    known = audit.rows.get(receipt.pid)
    if known is None:
        return
    hid, row = known
    if receipt.act == "arm" and receipt.facts["cA"] != row.c_a.hex():
        raise TamperedError("envelope.commitment")
    if receipt.act == "print":
        salt, pages = unhex(receipt.facts["salt"], "receipt"), unhex(receipt.facts["pages"], "receipt")
        if commit_pages(hid, unhex(receipt.pid, "receipt"), salt, pages) != row.c_p:
            raise ContainerError("container.pages", package=row.core.package)


def _learn_row(audit: Audit, hid: bytes, row: PackageRow) -> None:
    audit.rows[row.core.pid(hid).hex()] = (hid, row)


# 6. the holders -----------------------------------------------------------------------------------------------------------


def _check_holders(audit: Audit) -> None:
    for name in audit.names:
        if name.startswith("holders/") and name.endswith("/journal"):
            audit.attempt(name, lambda name=name: _check_journal(audit, name))  # type: ignore[misc]


def _check_journal(audit: Audit, name: str) -> None:
    for record in read_journal(audit.root.read(name)):
        if record.kind == "checkpoint":
            size, root = int(record.data["size"]), unhex(record.data["root"], "journal")
            if size > audit.tree.size or audit.tree.root(size) != root:
                raise TamperedError("audit.rewritten", size=size, entries=audit.tree.size)
        elif record.kind == "share" and parse_share_line(record.data["line"]) not in audit.lines:
            audit.remarks.append(f"{name}: share given, not in the ledger")
