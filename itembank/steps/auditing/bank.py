"""The bank's lines: imports, moves in review, looks at content, pledges, recusals, occupations, editions, pool releases.

What the lists hash is in the bank's database; here it counts who signed, with which duty, in which order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from itembank.domain.occupation import check_may_draw
from itembank.domain.review import STEPS, Move
from itembank.domain.session import beijing_day
from itembank.formats.bank_statements import read_edition, read_occupation, read_pledge, read_signed
from itembank.formats.imports import TOGETHER, read_import
from itembank.steps.auditing.findings import Audit, Line, Says, need_before, same
from itembank.steps.editions import edition_subject
from itembank.steps.occupations import occupation_subject
from keys.encoding import read_time, sha256
from keys.errors import RefusedError, TamperedError
from keys.pool_release import PoolManifest, read_pool_manifest
from keys.statement import kind_of


def check_import(audit: Audit, line: Line, data: bytes) -> Says:
    """Signed by three, or by the approver of what a reviewer passed before."""
    if kind_of(data) == "review":
        return check_review(audit, line, data)
    signed = read_import(data, audit.directory)
    if line.entry.act == "draft":
        audit.directory.require(signed, TOGETHER[0])
    else:
        audit.directory.require(signed, *TOGETHER)
    body = signed.body
    if body["what"] == "items":
        for who in signed.signers:
            check_pledged(audit, line, who, str(body["pool"]), read_time(body["at"]))
    if line.entry.act != "draft":
        same("blueprint" if line.entry.act == "blueprint" else "items", body["what"])
    what = {"occupation": line.entry.subject.get("occupation", "")} if body["what"] == "blueprint" else {"pool": body["pool"]}
    return Says({**what, "digest": body["digest"]}, signed.signers[0], read_time(body["at"]))


def check_review(audit: Audit, line: Line, data: bytes) -> Says:
    """One person's move, by one of the duties it takes; only an approval admits, and only after somebody passed items."""
    signed = read_signed("review", data, audit.directory)
    body, who = signed.body, audit.directory.person(signed.signers[0])
    move = Move(body["move"])
    if not {duty for duty, _ in STEPS[move].values()} & set(who.duties):
        raise RefusedError("statement.duty", who=who.label, duty=move.value)
    same(line.entry.act, "import" if move is Move.APPROVE else "review")
    if move is Move.APPROVE:
        need_before(audit, line, "review", body["pool"], lambda entry: _passed_pool(entry.subject))
    subject = {"pool": body["pool"], "move": move.value, "count": str(body["count"]), "items": body["items"]}
    return Says(subject, who.name, read_time(body["at"]))


def check_look(audit: Audit, line: Line, data: bytes) -> Says:
    """Somebody saw content, under a pledge."""
    signed = read_signed("look", data, audit.directory)
    body, who = signed.body, signed.signers[0]
    check_pledged(audit, line, who, str(body["pool"]), read_time(body["at"]))
    subject = {"pool": body["pool"], "sight": body["sight"], "count": str(body["count"]), "items": body["items"]}
    return Says(subject, who, read_time(body["at"]))


def check_pledged(audit: Audit, line: Line, who: str, pool: str, at: datetime) -> None:
    """Raise TamperedError unless this person's pledge for the pool stands before the line and held at that time."""
    need_before(audit, line, "pledge", (who, pool), lambda entry: (entry.by, entry.subject.get("pool")))
    given = [o.entry for o in audit.lines if o.index < line.index and (o.entry.act, o.entry.by) == ("pledge", who)]
    pledges = [read_pledge(entry.statement.encode(), audit.directory) for entry in given if entry.subject["pool"] == pool]
    if not any(pledge.at <= at < pledge.until for pledge in pledges):
        raise TamperedError("audit.pledge_over", who=who, pool=pool)


def check_own_word(audit: Audit, line: Line, data: bytes) -> Says:
    """A pledge or a recusal: one person's own."""
    kind = line.entry.act
    signed = read_signed(kind, data, audit.directory)
    about = "pool" if kind == "pledge" else "blueprint"
    return Says({about: signed.body[about]}, signed.signers[0], read_time(signed.body["at"]))


def check_occupation(audit: Audit, line: Line, data: bytes) -> Says:
    """An occupation: by two of the managers."""
    occupation, signed = read_occupation(data, audit.directory)
    return Says(occupation_subject(occupation), signed.signers[0], read_time(signed.body["at"]))


def check_edition(audit: Audit, line: Line, data: bytes) -> Says:
    """An edition: by two of the managers."""
    edition, signed = read_edition(data, audit.directory)
    return Says(edition_subject(edition), signed.signers[0], read_time(signed.body["at"]))


def check_editions_drawn(audit: Audit, line: Line, digests: Sequence[str]) -> None:
    """Raise OccupationError unless papers might be drawn from these releases' editions on the day of this line."""
    before = [other.entry for other in audit.lines if other.index < line.index]
    entered = [read_edition(entry.statement.encode(), audit.directory)[0] for entry in before if entry.act == "edition"]
    newest = list({edition.name: edition for edition in entered}.values())
    for entry in before:
        if entry.act == "pool" and sha256(entry.statement.encode()).hex() in digests:
            header = read_pool_manifest(entry.statement.encode(), audit.directory).header
            check_may_draw(header.edition, newest, beijing_day(line.entry.at))


def check_pool(audit: Audit, line: Line, data: bytes) -> Says:
    """A release: blueprint and import of its pool stand before, or its taking from another bank; its edition was known.

    A pool of the bank's own may hang on a blueprint that came with another's pool.
    """
    manifest = read_pool_manifest(data, audit.directory)
    header = manifest.header
    earlier = [other.entry for other in audit.lines if other.index < line.index and other.entry.act == "take"]
    if not any(entry.subject.get("pool") == header.pool for entry in earlier):
        if not earlier:
            need_before(audit, line, "blueprint", "", lambda entry: "")
        need_before(audit, line, "import", header.pool, lambda entry: entry.subject.get("pool"))
    if any(other.index < line.index and other.entry.act == "edition" for other in audit.lines):
        need_before(audit, line, "edition", header.edition, lambda entry: entry.subject.get("edition"))
    _released(audit, line, manifest)
    subject = {"pool": header.pool, "version": str(header.version), "desk": header.desk, "hid": manifest.hid.hex()}
    return Says(subject, manifest.signers[0])


def check_take(audit: Audit, line: Line, data: bytes) -> Says:
    """Another bank's pool: by one of the managers, for the bank that this directory names."""
    manifest, who = read_pool_manifest(data, audit.directory), line.entry.by
    header = manifest.header
    audit.directory.require_duty([audit.directory.person(who)], "bank_manager")
    same(audit.directory.device(header.desk).kind, "bank")
    _released(audit, line, manifest)
    return Says({"pool": header.pool, "version": str(header.version), "hid": manifest.hid.hex()}, who)


def _released(audit: Audit, line: Line, manifest: PoolManifest) -> None:
    """Its container is known from now on; what a change continues stands in a line of the same act before it."""
    if manifest.header.base:
        act, base = line.entry.act, manifest.header.base
        need_before(audit, line, act, base, lambda entry: sha256(entry.statement.encode()).hex())
    audit.rows[manifest.row.row.core.pid(manifest.hid).hex()] = (manifest.hid, manifest.row.row)


def _passed_pool(subject: dict[str, object]) -> object:
    return subject.get("pool") if subject.get("move") == Move.PASS.value else None
