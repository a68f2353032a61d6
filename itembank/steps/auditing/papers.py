"""Every *.manifest, *.row, *.sealed, *.receipt and printed page anywhere under the folder."""

from __future__ import annotations

import re

from itembank.formats.container import check_container, payload_blocks, read_head
from itembank.formats.errors import ContainerError, ReceiptError
from itembank.formats.receipts import check_chain, read_receipt
from itembank.steps.auditing.findings import PACKAGES, Audit
from keys import statement
from keys.encoding import sha256
from keys.errors import RefusedError, TamperedError
from keys.manifest import Manifest, claimed_hid, claimed_signers, read_half_signed, read_manifest
from keys.pool_release import read_pool_manifest
from keys.row import PackageRow, read_row_file, rows_root

DESK = "desk/sessions/"
VERSION = re.compile(r"/v[0-9]+/[^/]+$")


def check_papers(audit: Audit) -> None:
    """Each file for itself, then what only all of them together can show."""
    rows: dict[str, dict[int, PackageRow]] = {}
    left = _broken_off(audit)
    for folder in sorted(left):
        audit.remark(f"{folder}/", "audit.broken_off")
    names = [name for name in audit.names if name.rpartition("/")[0] not in left]
    for name in audit.names:
        if name.rpartition("/")[0] in left:
            audit.attempt(name, _check_left, audit, name)
    for name in names:
        if name.endswith(".manifest"):
            audit.attempt(name, _check_manifest, audit, name)
    for name in names:
        if name.endswith(".row"):
            audit.attempt(name, _check_row, audit, name, rows)
    for name in names:
        if name.endswith(".sealed"):
            audit.attempt(name, _check_container, audit, name)
        elif name.endswith(".receipt"):
            audit.attempt(name, _check_receipt, audit, name)
        elif "/print/" in name and name.endswith(".pdf"):
            audit.attempt(name, _check_printed, audit, name)
    for hid, manifest in audit.manifests.items():
        audit.attempt(f"session {manifest.header.session}", _check_all_rows, audit, manifest, rows.get(hid, {}))
    _check_station_journals(audit)


def _check_manifest(audit: Audit, name: str) -> None:
    data = audit.root.read(name)
    if statement.kind_of(data) == "pool-manifest":
        pool = read_pool_manifest(data, audit.directory)
        lines = [entry for entry in audit.entries if entry.act in ("pool", "take") and entry.subject["hid"] == pool.hid.hex()]
        if not lines:
            # Released while the centre's server was away; a draw that names it without its line is a finding.
            audit.rows[pool.row.row.core.pid(pool.hid).hex()] = (pool.hid, pool.row.row)
            audit.remark(name, "audit.pool_not_ledgered", pool=pool.header.pool, version=pool.header.version)
        elif lines[0].statement.encode() != data:
            raise TamperedError("manifest.other", found=pool.hid.hex()[:16])
        return
    if name.startswith(DESK) and claimed_hid(data) not in audit.manifests:
        # Sealed and not published, or sealed again before it was: nobody outside the desk has it.
        whole = len(claimed_signers(data)) > 1
        manifest = read_manifest(data, audit.directory) if whole else read_half_signed(data, audit.directory)
        audit.unpublished[manifest.hid.hex()] = manifest
        audit.remark(name, "audit.unpublished", session=manifest.header.session, version=manifest.header.version)
        return
    manifest = read_manifest(data, audit.directory)
    known = audit.manifests.get(manifest.hid.hex())
    if known is None:
        raise TamperedError("audit.unledgered", what=manifest.header.session)
    if known.data != data:
        raise TamperedError("manifest.other", found=manifest.hid.hex()[:16])


def _check_row(audit: Audit, name: str, rows: dict[str, dict[int, PackageRow]]) -> None:
    row = read_row_file(audit.root.read(name))
    for hid, manifest in (audit.manifests | audit.unpublished).items():
        try:
            pid = manifest.check_row(row)
        except TamperedError:
            continue
        if row.row.core.kind != "paper" and row.row.core.station in audit.directory.stations():
            raise RefusedError("open.answer_key")
        audit.rows[pid.hex()] = (manifest.hid, row.row)
        rows.setdefault(hid, {})[row.index] = row.row
        return
    raise TamperedError("row.proof", package=row.row.core.package)


def _broken_off(audit: Audit) -> set[str]:
    """Folders of a desk in which a sealing was cut off before its manifest: the next one empties them.

    Only of a session that was ordered, and only its newest version's: nothing else is left by a kill.
    """
    found: set[str] = set()
    folders = {name.rpartition("/")[0] for name in audit.names if name.startswith(DESK) and VERSION.search(name)}
    for session in {folder.rpartition("/")[0] for folder in folders}:
        number = session.removeprefix(DESK)
        newest = max(int(folder.rpartition("/v")[2]) for folder in folders if folder.rpartition("/")[0] == session)
        manifest = f"{session}/v{newest}/{number}.manifest"
        if f"{session}/order" in audit.names and manifest not in audit.names:
            found.add(f"{session}/v{newest}")
    return found


def _check_left(audit: Audit, name: str) -> None:
    """What a cut-off sealing has written is whole, under its own name: each file is there with all its bytes or not at all."""
    if name.endswith(".row"):
        read_row_file(audit.root.read(name))
    elif name.endswith(".sealed"):
        with open(audit.root.path(name), "rb") as file:
            head = read_head(file)
            for _ in payload_blocks(file, head):
                pass
        if name.rpartition("/")[2] != f"{head.pid.hex()}.sealed":
            raise ContainerError("container.row", package=name)
    elif name.endswith(".manifest"):
        raise TamperedError("audit.unledgered", what=name)


def _check_all_rows(audit: Audit, manifest: Manifest, rows: dict[int, PackageRow]) -> None:
    """Where all rows are at hand, the root is computed from all of them, and the centre holds each one's container."""
    if len(rows) < manifest.row_count:
        audit.remark(f"session {manifest.header.session}", "audit.rows_away", came=len(rows), needed=manifest.row_count)
    elif rows_root([rows[index] for index in range(manifest.row_count)]) != manifest.row_root:
        raise TamperedError("row.proof", package=manifest.header.session)
    for row in rows.values():
        audit.need(f"{PACKAGES}/{row.file}")


def _check_container(audit: Audit, name: str) -> None:
    with open(audit.root.path(name), "rb") as file:
        head = read_head(file)
        known = audit.rows.get(head.pid.hex())
        if known is None:
            raise ContainerError("container.row", package=name)
        file.seek(0)
        check_container(file, known[1], known[0])


def _check_receipt(audit: Audit, name: str) -> None:
    receipt = read_receipt(audit.root.read(name), audit.directory)
    audit.kept.setdefault(receipt.device, []).append(receipt)
    if name.rpartition("/")[2] != f"{receipt.sequence:06d}.receipt":
        raise ReceiptError("receipt.chain", device=receipt.device, sequence=receipt.sequence)
    ledgered = {held.sequence: held.digest for held in audit.receipts.get(receipt.device, [])}
    if receipt.sequence not in ledgered:
        audit.remark(name, "audit.not_sent")
    elif ledgered[receipt.sequence] != receipt.digest:
        raise TamperedError("audit.fork", who=receipt.device, sequence=receipt.sequence)


def _check_station_journals(audit: Audit) -> None:
    """Of a station or scoring desk whose folder is here, every receipt the ledger has, and a chain without a hole beyond."""
    for device, receipts in audit.receipts.items():
        home = f"{_home(audit, device)}/"
        if any(name.startswith(home) for name in audit.names):
            for receipt in receipts:
                audit.need(f"{home}journal/{receipt.sequence:06d}.receipt")
    for device, kept in audit.kept.items():
        chain = {receipt.sequence: receipt for receipt in [*audit.receipts.get(device, []), *kept]}
        audit.attempt(f"{_home(audit, device)}/journal", check_chain, [chain[sequence] for sequence in sorted(chain)])


def _home(audit: Audit, device: str) -> str:
    return "scoring" if audit.directory.device(device).kind == "scoring" else f"stations/{device}"


def _check_printed(audit: Audit, name: str) -> None:
    pages, package = sha256(audit.root.read(name)).hex(), name.rpartition("/")[2].removesuffix(".pdf")
    printed = [
        str(receipt.facts["pages"])
        for receipts in (*audit.receipts.values(), *audit.kept.values())
        for receipt in receipts
        if receipt.act == "print" and receipt.pid in audit.rows and audit.rows[receipt.pid][1].core.package == package
    ]
    if pages not in printed:
        raise TamperedError("audit.pages", what=name)
