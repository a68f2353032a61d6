"""The order of acts: the centre's by their index in the ledger, a station's by its own chain of receipts."""

from __future__ import annotations

from collections.abc import Iterable

from itembank.domain.custody import Counts, check_at_station, check_preparation, copy_numbers
from itembank.formats.desk_statements import read_attempt, read_proof
from itembank.formats.errors import ContainerError, ReceiptError
from itembank.formats.receipts import Receipt, check_chain, check_opening
from itembank.steps.auditing.findings import LEDGER, Audit
from itembank.steps.ordered import check_header, check_packages
from keys.content_key import commit_pages
from keys.encoding import sha256, unhex
from keys.errors import TamperedError
from keys.manifest import Manifest


def check_acts(audit: Audit) -> None:
    """Preparation of every session, then every station, then what each receipt has to prove."""
    for manifest in audit.manifests.values():
        place = f"session {manifest.header.session}"
        audit.attempt(place, check_preparation, _first_lines(audit, manifest))
        audit.attempt(place, _check_once, audit, manifest)
        audit.attempt(place, _check_attempts, audit, manifest)
    for device, receipts in audit.receipts.items():
        _check_station(audit, device, sorted(receipts, key=lambda receipt: receipt.sequence))


def _first_lines(audit: Audit, manifest: Manifest) -> dict[str, int]:
    """Act → index of its first line about this session; the bank's acts stand before all sessions."""
    hid, number = manifest.hid.hex(), manifest.header.session
    first: dict[str, int] = {}
    for line in audit.lines:
        subject = line.entry.subject
        mine = subject.get("hid") in (None, hid) or line.entry.act == "pool"
        if mine and subject.get("session", number) == number:
            first.setdefault(line.entry.act, line.index)
        if line.entry.act == "take":
            # with another bank's pool come its blueprint and its items
            first.setdefault("blueprint", line.index)
            first.setdefault("import", line.index)
    return first


def _check_once(audit: Audit, manifest: Manifest) -> None:
    """One seal, one approval, one intent; k deposits before the intent, the intent before every share."""
    hid, needed = manifest.hid.hex(), manifest.header.k
    at: dict[str, list[int]] = {}
    deposited: dict[str, int] = {}
    for line in audit.lines:
        if line.entry.subject.get("hid") == hid:
            at.setdefault(line.entry.act, []).append(line.index)
            if line.entry.act == "deposit":
                deposited.setdefault(line.entry.by, line.index)
    for act in ("seal", "approve", "intent"):
        if len(at.get(act, ())) > 1:
            raise TamperedError("audit.twice", act=act, what=hid[:16])
    intent = at.get("intent", [1 << 62])[0]
    if "intent" in at and sum(index < intent for index in deposited.values()) < needed:
        raise TamperedError("audit.deposits", needed=needed, came=len(deposited))
    for index, share in audit.shares:
        if share.hid == manifest.hid and index < intent:
            raise TamperedError("audit.share_before_intent", who=audit.directory.holders[share.j - 1].name)


def _check_attempts(audit: Audit, manifest: Manifest) -> None:
    """Every draw up to the proved one has its line before the proof: none was made in private.

    And what was sealed is what the proved one's order says: times, stations, copies.
    """
    number, drawn = manifest.header.session, dict[int, bytes]()
    for line in audit.lines:
        if line.entry.subject.get("session") != number:
            continue
        if line.entry.act == "attempt":
            drawn[int(line.entry.subject["attempt"])] = line.entry.statement.encode()
        elif line.entry.act == "proof" and sha256(line.entry.statement.encode()).hex() == manifest.selftest.proof:
            attempt = int(line.entry.subject["attempt"])
            if not set(range(1, attempt + 1)) <= set(drawn):
                raise TamperedError("audit.attempts", attempt=attempt, came=len(drawn))
            _check_as_ordered(audit, manifest, drawn[attempt])
            shown = str(read_proof(line.entry.statement.encode(), audit.directory)["shown"])
            if shown not in ("seen", "page 1"):
                audit.remark(f"{line.file} #{line.index} proof", "audit.shown_again", times=shown.removeprefix("page "))


def _check_as_ordered(audit: Audit, manifest: Manifest, attempt: bytes) -> None:
    drawn = read_attempt(attempt, audit.directory)
    check_header(drawn, manifest.header)
    cores = [row.core for hid, row in audit.rows.values() if hid == manifest.hid]
    # With rows away a remark says so; what is not here cannot be counted.
    if len(cores) == manifest.row_count:
        check_packages(drawn, audit.directory.device_of_kind("scoring").name, cores)


def _check_station(audit: Audit, device: str, receipts: list[Receipt]) -> None:
    audit.attempt(f"receipts {device}", check_chain, receipts)
    for pid in dict.fromkeys(receipt.pid for receipt in receipts if receipt.pid):
        mine = [receipt for receipt in receipts if receipt.pid == pid and receipt.act != "incident"]
        place = f"receipts {device} {pid[:16]}"
        audit.attempt(place, check_at_station, [receipt.act for receipt in mine])
        audit.attempt(place, _check_package, audit, place, mine)


def _check_package(audit: Audit, place: str, receipts: Iterable[Receipt]) -> None:
    """What the acts on one package prove: the arming its A and intent, the opening its shares, the counts their copies."""
    copies, returned = 0, True
    for receipt in receipts:
        manifest = audit.manifests[receipt.hid]
        if receipt.act == "arm":
            _check_arming(audit, manifest, receipt)
        elif receipt.act == "open":
            check_opening(manifest, audit.directory, receipt)
            shares = [*(share for _, share in audit.shares), *audit.given]
            came = len({s.j for s in shares if s.hid == manifest.hid and s.lock == receipt.facts["lock"]})
            if came < manifest.header.k:
                raise TamperedError("audit.shares", needed=manifest.header.k, came=came)
        elif receipt.act == "print":
            copies, returned = len(set(receipt.facts["copies"])), False
            _check_printed(audit, receipt)
        elif receipt.act == "return":
            returned = True
            Counts(**receipt.facts["counts"]).check(copies)
    if not returned:
        audit.remark(place, "audit.not_returned", copies=copies)


def _check_arming(audit: Audit, manifest: Manifest, receipt: Receipt) -> None:
    """A was the committed one, and the intent stood in the cosigned checkpoint that arming took along."""
    known = audit.rows.get(receipt.pid)
    if known is not None and receipt.facts["cA"] != known[1].c_a.hex():
        raise TamperedError("envelope.commitment")
    size, hid = int(receipt.facts["size"]), manifest.hid.hex()
    audit.need(f"{LEDGER}/checkpoints/{size:09d}")
    intents = [line.index for line in audit.lines if line.entry.act == "intent" and line.entry.subject["hid"] == hid]
    if not intents or intents[0] >= size:
        raise TamperedError("audit.intent_not_cosigned", size=size)


def _check_printed(audit: Audit, receipt: Receipt) -> None:
    """The copies are the ordered ones, and the pages the approved ones."""
    known = audit.rows.get(receipt.pid)
    if known is None:
        return
    hid, row = known
    if receipt.facts["copies"] != copy_numbers(row.core.package, row.core.copies):
        raise ReceiptError("receipt.copies", device=receipt.device, needed=row.core.copies, came=len(receipt.facts["copies"]))
    salt, pages = unhex(receipt.facts["salt"], "receipt"), unhex(receipt.facts["pages"], "receipt")
    if commit_pages(hid, unhex(receipt.pid, "receipt"), salt, pages) != row.c_p:
        raise ContainerError("container.pages", package=row.core.package)
