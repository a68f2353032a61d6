"""Step 4, 封装: from the signed proof to packages, envelopes, shares and a manifest; then a second person approves.

True before: the draft hashes to the proof the pair signed. True after `seal`: every container was read again from the disk
and opened with every k-subset of the shares; then A, R and the draft's clear text end with the process. Each station's copies
have an order of their own, from a key that lies in the answer-key packages only. Which items are in it is kept for the bank in
a report that opens with the lock (`counting.py`). `approve` is another person's own process: it looks at header, proof,
item-free certificate and rows, never at a secret.
Cut off before the manifest is written, nothing is sealed and the next run starts from the draft.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from itembank.assembly.certificate import read_certificate
from itembank.domain.errors import SessionError
from itembank.domain.paper import Form, PaperContent
from itembank.domain.policy import PredictabilityPolicy
from itembank.domain.session import ExamSession, Times
from itembank.domain.variant import arranged
from itembank.formats.container import check_container
from itembank.formats.desk_draft import DeskDraft, proof_hash
from itembank.formats.desk_statements import read_proof
from itembank.formats.payload import open_content, seal_content
from itembank.formats.sealed_uses import seal_uses
from itembank.formats.uses import UseReport
from itembank.ports import Clock, Folder, Progress, Random
from itembank.printing.render import StationMark
from itembank.steps.desk_session import proved_attempt
from itembank.steps.ordered import KEY_LOCK, check_header, check_packages, locks_of
from itembank.steps.overriding import check_predictable
from keys import statement
from keys.content_key import content_key
from keys.directory import Device, Directory
from keys.encoding import Json, canonical, sha256, time_text
from keys.envelope import seal_envelope
from keys.errors import TamperedError
from keys.header import SUITE, Header, Sitting
from keys.manifest import (
    LockFactors,
    Manifest,
    SelfTest,
    approve_manifest,
    claimed_hid,
    claimed_signers,
    manifest_body,
    read_half_signed,
    read_manifest,
    sign_manifest,
)
from keys.row import PackageCore, PackageRow, read_row_file, row_files, rows_root
from keys.share import combine, commit_release, commit_share, seal_share, split
from keys.statement import Signer

Render = Callable[[PaperContent, str, Sequence[StationMark]], list[bytes]]


@dataclass(frozen=True, slots=True)
class Factors:
    """The secrets of one lock: R and its shares. They live in this process only."""

    release: bytes = field(repr=False)
    shares: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed package, with the secrets the self-test still needs."""

    row: PackageRow
    device: Device
    access: bytes = field(repr=False)
    envelope: bytes


def seal(
    desk: Folder,
    directory: Directory,
    me: Device,
    draft: DeskDraft,
    session: ExamSession,
    times: Times,
    policy: PredictabilityPolicy,
    sealer: Signer,
    render: Render,
    clock: Clock,
    random: Random,
    progress: Progress,
) -> Manifest:
    """Seal every station's packages and the answer key; the manifest signed by the sealer."""
    times.check(clock())
    directory.require_acting([sealer], "sealer")
    with desk.hold(f"sessions/{session.number}"):
        # 1. what was approved is what is sealed
        proof = check_proof(desk, directory, draft)
        check_predictable(desk, directory, draft, policy)
        # 2. the header, and with it hid and every pid
        folder, header = _header(desk, directory, session, times, list(draft.papers))
        header.check()
        # 3. R and shares of every lock
        factors = {lock.id: _new_factors(header, random) for lock in header.locks}
        # 4. render, encrypt, write
        sealed: list[Sealed] = []
        variants = random(32)
        for core, device, pages in _contents(directory, draft, session, header, variants, render, progress):
            sealed.append(_seal_package(desk, folder, header, core, device, pages, factors[core.lock].release, random))
        # 5. rows, envelopes, and for the bank which items are in it
        rows = [package.row for package in sealed]
        for package, row in zip(sealed, row_files(rows), strict=True):
            pid = package.row.core.pid(header.hid).hex()
            desk.write_once(f"{folder}/{pid}.row", row.encode())
            desk.write_once(f"{folder}/{pid}.{package.device.name}.envelope", package.envelope)
        for form, report in _use_reports(draft, header, statement.claimed_signers(proof, "proof"), random).items():
            desk.write_once(f"{folder}/{form}.uses", seal_uses(report, me, factors[report.lock].release, random))
        # 6. read everything again and open it with every k-subset
        tried = _self_test(desk, folder, header, sealed, factors, progress)
        # 7. the sealer signs
        locks = tuple(_commit(directory, header, lock.id, factors[lock.id]) for lock in header.locks)
        selftest = SelfTest(clock(), len(sealed), tried, sha256(proof).hex())
        body = manifest_body(header, locks, len(rows), rows_root(rows), selftest)
        data = sign_manifest(body, sealer)
        manifest = read_half_signed(data, directory)
        desk.write_once(f"{folder}/{session.number}.manifest", data)
        return manifest


def check_proof(desk: Folder, directory: Directory, draft: DeskDraft) -> bytes:
    """The signed proof of this draft. Raises TamperedError when the draft is not what the pair signed."""
    if not desk.exists(f"sessions/{draft.session}/proof"):
        raise SessionError("session.not_proved", session=draft.session)
    data = desk.read(f"sessions/{draft.session}/proof")
    body = read_proof(data, directory)
    papers = {form.value: proof_hash(paper.content) for form, paper in draft.papers.items()}
    if body["papers"] != papers or body["attempt"] != draft.attempt or body["session"] != draft.session:
        raise TamperedError("proof.other_paper", session=draft.session)
    if sha256(canonical(read_certificate(draft.certificate).public())).hex() != body["certificate"]:
        raise TamperedError("draft.other", session=draft.session, what="certificate")
    return data


def approve(desk: Folder, directory: Directory, number: str, approver: Signer, clock: Clock) -> Manifest:
    """The second person's half: everything that can be checked without a secret, then the signature."""
    folder = newest_folder(desk, number)
    name = f"{folder}/{number}.manifest"
    data = desk.read(name)
    if len(claimed_signers(data)) == 2:
        approved = read_manifest(data, directory)
        if approved.signers[1] == approver.name:
            return approved
    manifest = read_half_signed(data, directory)
    if manifest.signers[0] == approver.name:
        raise TamperedError("statement.same_person", who=directory.label(approver.name))
    if min(lock.opens for lock in manifest.header.locks) <= clock():
        raise SessionError("session.past")
    proof = desk.read(f"sessions/{number}/proof")
    certificate = desk.read(f"sessions/{number}/certificate")
    body = read_proof(proof, directory)
    if sha256(proof).hex() != manifest.selftest.proof or body["certificate"] != sha256(certificate).hex():
        raise TamperedError("proof.other_paper", session=number)
    attempt = proved_attempt(desk, directory, number)
    check_header(attempt, manifest.header)
    rows = [read_row_file(desk.read(row)) for row in desk.names(folder) if row.endswith(".row")]
    rows.sort(key=lambda row: row.index)
    check_packages(attempt, directory.device_of_kind("scoring").name, [row.row.core for row in rows])
    if len(rows) != manifest.row_count or rows_root([row.row for row in rows]) != manifest.row_root:
        raise TamperedError("row.proof", package=number)
    for row in rows:
        check_container(io.BytesIO(desk.read(f"{folder}/{row.row.file}")), row.row, manifest.hid)
    both = approve_manifest(data, approver, directory)
    desk.replace(name, both)
    return manifest


def newest_folder(desk: Folder, number: str) -> str:
    """The folder of the newest sealed version. Raises SessionError when nothing is sealed."""
    return sealed_folders(desk, number)[-1]


def sealed_folders(desk: Folder, number: str) -> list[str]:
    """The folders of all sealed versions, the newest last. Raises SessionError when nothing is sealed."""
    version = _sealed_version(desk, number)
    if version == 0:
        raise SessionError("session.not_sealed", session=number)
    return [f"sessions/{number}/v{held}" for held in range(1, version + 1)]


def _sealed_version(desk: Folder, number: str) -> int:
    version = 0
    while desk.exists(f"sessions/{number}/v{version + 1}/{number}.manifest"):
        version += 1
    return version


def _header(
    desk: Folder, directory: Directory, session: ExamSession, times: Times, forms: Sequence[Form]
) -> tuple[str, Header]:
    """The folder of the version to seal, emptied of an earlier run that did not finish, and its header."""
    held = _sealed_version(desk, session.number)
    previous = ""
    if held:
        old = desk.read(f"sessions/{session.number}/v{held}/{session.number}.manifest")
        previous = claimed_hid(old)
    folder = f"sessions/{session.number}/v{held + 1}"
    for name in desk.names(folder):
        desk.delete(name)
    header = Header(
        suite=SUITE,
        session=session.number,
        version=held + 1,
        supersedes=previous,
        centre=directory.centre_label,
        sitting=Sitting(session.occupation, session.level, session.subject, times.starts_at, times.minutes),
        k=directory.quorum,
        n=len(directory.holders),
        holders=tuple((holder.j, holder.seal.hex()) for holder in directory.holders),
        desks=(directory.device_of_kind("scoring").name,),
        directory=directory.version,
        ledger=directory.ledger_origin,
        freezers=tuple(person.name for person in directory.people if "freezer" in person.duties),
        locks=locks_of(times, forms),
    )
    return folder, header


def _new_factors(header: Header, random: Random) -> Factors:
    release = random(16)
    return Factors(release, tuple(split(release, header.k, header.n)))


def _contents(
    directory: Directory,
    draft: DeskDraft,
    session: ExamSession,
    header: Header,
    variants: bytes,
    render: Render,
    progress: Progress,
) -> list[tuple[PackageCore, Device, bytes]]:
    """(core, device, plaintext) of every package: each station's variant of each form, and each form's answer key."""
    contents: list[tuple[PackageCore, Device, bytes]] = []
    scoring = directory.device_of_kind("scoring")
    for form, paper in draft.papers.items():
        cores = [
            PackageCore(
                session.package_no(form, order.station), "paper", order.station, form.value, "question",
                session.variants.value, order.copies, form.value,
            )
            for order in session.stations
        ]  # fmt: skip
        devices = [directory.device(order.station) for order in session.stations]
        marks = [
            StationMark(
                d.name, d.label, core.package,
                tuple((copy, arranged(variants, place, paper.slots)) for copy, place in session.places(form, order)),
            )
            for core, d, order in zip(cores, devices, session.stations, strict=True)
        ]  # fmt: skip
        progress(f"制版 {form.value} {len(marks)}个考点 | rendering {form.value} for {len(marks)} stations")
        pages = render(paper.content, f"{paper.content.paper_no} {header.hid.hex()}", marks)
        contents += list(zip(cores, devices, pages, strict=True))
        key_no = f"{session.paper_no(form)}-KEY"
        key = PackageCore(key_no, "key", scoring.name, form.value, "key", "", 1, KEY_LOCK)
        contents.append((key, scoring, draft.answer_key(form, variants)))
    return contents


def _seal_package(
    desk: Folder,
    folder: str,
    header: Header,
    core: PackageCore,
    device: Device,
    pages: bytes,
    release: bytes,
    random: Random,
) -> Sealed:
    hid, pid = header.hid, core.pid(header.hid)
    access, out = random(32), io.BytesIO()
    row = seal_content(out, hid, core, content_key(hid, pid, access, release), access, pages, random)
    desk.write_once(f"{folder}/{row.file}", out.getvalue())
    return Sealed(row, device, access, seal_envelope(hid, pid, device.name, device.seal, access))


def _use_reports(draft: DeskDraft, header: Header, readers: Sequence[str], random: Random) -> dict[str, UseReport]:
    """Form → which items are on it, and who read them for the proof. The draft knows no versions of items."""
    return {
        form.value: UseReport(
            session=header.session,
            form=form.value,
            hid=header.hid.hex(),
            lock=form.value,
            items=tuple((item_no, 0) for item_no in paper.item_nos),
            proofreaders=tuple(readers),
            at=header.sitting.starts_at,
            salt=random(32),
        )
        for form, paper in draft.papers.items()
    }


def _commit(directory: Directory, header: Header, lock: str, factors: Factors) -> LockFactors:
    hid = header.hid
    numbered = list(zip(directory.holders, factors.shares, strict=True))
    return LockFactors(
        lock=lock,
        c_r=commit_release(hid, lock, factors.release),
        c=tuple(commit_share(hid, lock, holder.j, share) for holder, share in numbered),
        sealed=tuple(seal_share(hid, lock, holder.j, holder.seal, share) for holder, share in numbered),
    )


def _self_test(
    desk: Folder,
    folder: str,
    header: Header,
    sealed: Sequence[Sealed],
    factors: dict[str, Factors],
    progress: Progress,
) -> int:
    """Open every package from the disk with every k-subset of its lock's shares; how many subsets that were."""
    subsets = list(combinations(range(1, header.n + 1), header.k))
    for package in sealed:
        core, hid = package.row.core, header.hid
        pid = core.pid(hid)
        data = desk.read(f"{folder}/{package.row.file}")
        check_container(io.BytesIO(data), package.row, hid)
        for subset in subsets:
            release = combine([(j, factors[core.lock].shares[j - 1]) for j in subset])
            open_content(io.BytesIO(data), hid, package.row, content_key(hid, pid, package.access, release))
    progress(f"自检 {len(sealed)}包 × {len(subsets)}组 | self-test {len(sealed)} packages × {len(subsets)} subsets")
    return len(subsets)


def summary(manifest: Manifest, now: datetime) -> Json:
    """What the command line tells of a sealed session."""
    header = manifest.header
    return {
        "session": header.session,
        "version": header.version,
        "hid": manifest.hid.hex(),
        "packages": manifest.row_count,
        "opens": time_text(header.lock(Form.MAIN.value).opens),
        "starts_at": time_text(header.sitting.starts_at),
        "seconds_to_open": int((header.lock(Form.MAIN.value).opens - now).total_seconds()),
    }
