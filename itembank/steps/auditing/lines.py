"""Every line of the ledger: its statement verifies, by the right duties, and the line says exactly what it says.

A check gives back what the line must say: its whole subject, its actor, and when the actor says it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from itembank.formats.desk_statements import read_attempt, read_override, read_proof
from itembank.formats.receipts import read_receipt
from itembank.formats.uses import read_uses_statement
from itembank.steps.auditing import bank
from itembank.steps.auditing.clocks import APART
from itembank.steps.auditing.findings import Audit, Line, Says, need_before, same
from keys import statement
from keys.answers import DEPOSIT_FIELDS, read_deposit
from keys.encoding import Json, read_time, sha256, time_text
from keys.entry import Entry, intent_subject
from keys.errors import RefusedError, TamperedError
from keys.manifest import Manifest, read_manifest
from keys.order import read_order
from keys.release import check_lines
from keys.share import ShareLine, parse_share_line


def check_lines_of_ledger(audit: Audit) -> None:
    """Each line against its statement; their times never run backwards."""
    before: datetime | None = None
    for line in audit.lines:
        place = f"{line.file} #{line.index} {line.entry.act}"
        audit.attempt(place, _check_line, audit, line)
        audit.attempt(place, _check_time, line.entry.at, before)
        before = line.entry.at


def _check_line(audit: Audit, line: Line) -> None:
    entry = line.entry
    says = _CHECKS[entry.act](audit, line, entry.statement.encode())
    same((entry.subject, entry.by), (says.subject, says.by))
    if says.at is not None and (says.at - entry.at).total_seconds() > APART:
        raise TamperedError("audit.clock", who=entry.by, seconds=int((says.at - entry.at).total_seconds()))


def _check_time(at: datetime, before: datetime | None) -> None:
    if before is not None and at < before:
        raise TamperedError("audit.backwards", found=str(at), before=str(before))


def _attempt(audit: Audit, line: Line, data: bytes) -> Says:
    attempt = read_attempt(data, audit.directory)
    for digest in attempt.pools:
        need_before(audit, line, "pool", digest, lambda entry: sha256(entry.statement.encode()).hex())
    bank.check_editions_drawn(audit, line, attempt.pools)
    return Says(_session(attempt.body()), audit.directory.device_of_kind("desk").name, attempt.at)


def _proof(audit: Audit, line: Line, data: bytes) -> Says:
    """Read by two who had pledged for every pool of its attempt."""
    body = read_proof(data, audit.directory)
    at = read_time(body["at"])
    for who in statement.claimed_signers(data, "proof"):
        for pool in _drawn_pools(audit, line, body):
            bank.check_pledged(audit, line, who, pool, at)
    return Says(_session(body), audit.directory.device_of_kind("desk").name, at)


def _override(audit: Audit, line: Line, data: bytes) -> Says:
    """Two managers allowed a paper that can be guessed, after its attempt: a remark, for whoever reads the audit."""
    body = read_override(data, audit.directory)
    need_before(audit, line, "attempt", _session(body), lambda entry: entry.subject)
    place = f"{line.file} #{line.index} override"
    audit.remark(place, "audit.predictable", session=body["session"], percent=f"{body['floor'] / 10:g}")
    return Says(_session(body), audit.directory.device_of_kind("desk").name, read_time(body["at"]))


def _drawn_pools(audit: Audit, line: Line, proof: Json) -> list[str]:
    """The names of the pools that the attempt of this proof drew from."""
    before = [other.entry for other in audit.lines if other.index < line.index]
    attempts = [entry for entry in before if entry.act == "attempt" and entry.subject == _session(proof)]
    drawn = {digest for entry in attempts for digest in read_attempt(entry.statement.encode(), audit.directory).pools}
    releases = [entry for entry in before if entry.act == "pool" and sha256(entry.statement.encode()).hex() in drawn]
    return sorted({str(entry.subject["pool"]) for entry in releases})


def _seal(audit: Audit, line: Line, data: bytes) -> Says:
    manifest = read_manifest(data, audit.directory)
    number = manifest.header.session
    proofs = {
        sha256(entry.statement.encode()).hex()
        for entry in audit.entries
        if entry.act == "proof" and entry.subject.get("session") == number
    }
    if manifest.selftest.proof not in proofs:
        raise TamperedError("proof.other_paper", session=number)
    audit.manifests[manifest.hid.hex()] = manifest
    signer = manifest.signers[0 if line.entry.act == "seal" else 1]
    return Says({"hid": manifest.hid.hex(), "session": number}, signer, manifest.selftest.at)


def _deposit(audit: Audit, line: Line, data: bytes) -> Says:
    manifest = _manifest(audit, line.entry)
    holder = read_deposit(data, manifest, audit.directory)
    at = read_time(statement.peek(data, "deposit", DEPOSIT_FIELDS)["at"])
    return Says({"hid": manifest.hid.hex(), "holder": holder}, holder, at)


def _intent(audit: Audit, line: Line, data: bytes) -> Says:
    manifest = _manifest(audit, line.entry)
    same(data, b"")
    return Says(intent_subject(manifest.hid, tuple(lock.id for lock in manifest.header.locks)), "centre")


def _order(audit: Audit, line: Line, data: bytes) -> Says:
    order = read_order(data, audit.directory, _manifest(audit, line.entry).header)
    same(line.entry.act, order.type)
    return Says({"hid": order.hid.hex(), "order": order.id}, order.signers[0], order.at)


def _share(audit: Audit, line: Line, data: bytes) -> Says:
    manifest, share = _manifest(audit, line.entry), parse_share_line(data.decode())
    check_lines([share], manifest, audit.directory, share.lock)
    who = audit.directory.holders[share.j - 1].name
    if any((other.hid, other.lock, other.j) == (share.hid, share.lock, share.j) for _, other in audit.shares):
        raise TamperedError("audit.twice", act="share", what=who)
    check_given_in_time(share, manifest, [other for _, other in audit.shares], who)
    place = f"{line.file} #{line.index} share"
    if share.clock != "system":
        audit.remark(place, "audit.test_clock", who=who, lock=share.lock)
    if share.mode != "rule":
        audit.remark(place, "audit.attended", who=who, lock=share.lock)
    audit.shares.append((line.index, share))
    return Says({"hid": share.hid.hex(), "lock": share.lock, "j": str(share.j)}, who, share.at)


def check_given_in_time(share: ShareLine, manifest: Manifest, before: Iterable[ShareLine], who: str) -> None:
    """The holder's rule as far as its own words show it: the lock's kind and times, and the locks it waits for.

    `before`: the shares that stand before this one. Raises with the rule's own codes.
    """
    header = manifest.header
    lock = header.lock(share.lock)
    if share.at < lock.opens:
        raise TamperedError("audit.share_early", who=who, lock=share.lock)
    if lock.kind == "order":
        raise RefusedError("release.not_activated", lock=lock.id)
    if share.at >= lock.closes:
        raise RefusedError("release.closed", lock=lock.id, closes=time_text(lock.closes))
    own = {given.lock: given.at for given in before if (given.hid, given.j) == (share.hid, share.j)}
    for name in lock.after:
        if name not in own or share.at < own[name] + timedelta(minutes=header.sitting.minutes):
            raise RefusedError("release.after", lock=lock.id, after=name)


def _receipt(audit: Audit, line: Line, data: bytes) -> Says:
    receipt = read_receipt(data, audit.directory)
    same(line.entry.act, receipt.act)
    audit.receipts.setdefault(receipt.device, []).append(receipt)
    subject = {"hid": receipt.hid, "pid": receipt.pid, "device": receipt.device, "sequence": f"{receipt.sequence:06d}"}
    if line.entry.subject.get("gap") == "1":
        subject["gap"] = "1"
        audit.remark(f"{line.file} #{line.index}", "audit.came_early", device=receipt.device, sequence=receipt.sequence)
    # A station's clock is shown and never decides, so its time is no finding.
    return Says(subject, receipt.device)


def _uses(audit: Audit, line: Line, data: bytes) -> Says:
    """A paper's items are told after its lock was released by k, and once."""
    body, manifest = read_uses_statement(data, audit.directory), _manifest(audit, line.entry)
    hid, lock, form = manifest.hid.hex(), str(body.body["lock"]), str(body.body["form"])
    same((body.body["hid"], body.body["session"]), (hid, manifest.header.session))
    came = len({s.j for _, s in audit.shares if s.hid == manifest.hid and s.lock == lock})
    if came < manifest.header.k:
        raise TamperedError("audit.shares", needed=manifest.header.k, came=came)
    before = [other.entry.subject for other in audit.lines if other.entry.act == "uses" and other.index < line.index]
    if {"hid": hid, "lock": lock, "form": form} in before:
        raise TamperedError("audit.twice", act="uses", what=hid[:16])
    return Says({"hid": hid, "lock": lock, "form": form}, body.signers[0])


_CHECKS: dict[str, Callable[[Audit, Line, bytes], Says]] = {
    **dict.fromkeys(("draft", "blueprint", "import"), bank.check_import),
    "review": bank.check_review,
    "look": bank.check_look,
    **dict.fromkeys(("pledge", "recusal"), bank.check_own_word),
    "occupation": bank.check_occupation,
    "edition": bank.check_edition,
    "pool": bank.check_pool,
    "take": bank.check_take,
    "attempt": _attempt,
    "proof": _proof,
    "override": _override,
    "seal": _seal,
    "approve": _seal,
    "deposit": _deposit,
    "intent": _intent,
    "freeze": _order,
    "lift": _order,
    "share": _share,
    "uses": _uses,
    **dict.fromkeys(("fetch", "arm", "open", "print", "return", "incident"), _receipt),
}


def _session(body: Json) -> Json:
    return {"session": body["session"], "attempt": str(body["attempt"])}


def _manifest(audit: Audit, entry: Entry) -> Manifest:
    return audit.manifests[str(entry.subject["hid"])]
