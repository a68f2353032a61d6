"""Step 5, 下发: the desk publishes, the holders deposit, the intent is cosigned; stations fetch and arm, days ahead.

True when `publish` returns: the centre holds every container its signed rows speak of, seal and approval are in the
ledger, at least k holders have opened and checked their shares, and the release intent is cosigned by at least k. It may
be repeated: what is there already is passed over.
A station keeps a block only when its hash is in the signed list, so an interrupted download goes on where it stopped, and
gets its envelope only after its fetch receipt stands in a signed checkpoint. Arming is a dry opening: everything but R.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from itembank.domain.errors import OccupationError, SessionError
from itembank.domain.occupation import check_may_draw
from itembank.domain.policy import Policy
from itembank.domain.review import ItemState
from itembank.domain.session import beijing_day
from itembank.formats.container import check_container
from itembank.formats.desk_statements import read_attempt, read_proof
from itembank.formats.pool_change import read_pool_state, read_release_note
from itembank.ports import (
    Book,
    CentreLine,
    Clock,
    Folder,
    HolderLine,
    Ledger,
    PackageStore,
    Progress,
    StoredRow,
    StoredSession,
    Transaction,
)
from itembank.ports.bank import ALL, Wanted
from itembank.steps.download import fetch_container
from itembank.steps.editions import known_editions
from itembank.steps.pledged import CLOCKS_APART, check_look
from itembank.steps.recording import WAIT_SECONDS, admit_receipt, record
from itembank.steps.seat import (
    Fetched,
    Seat,
    check_before_opening,
    check_kind,
    refuse_older,
    send_receipts,
    write_receipt_once,
)
from keys.answers import read_deposit
from keys.ask import check_intent
from keys.directory import Directory
from keys.encoding import Json, b64, canonical, read_object, sha256, unb64
from keys.entry import intent_subject
from keys.errors import KeysError, RefusedError, TamperedError, UnavailableError
from keys.ledger_proof import LedgerProof
from keys.manifest import Manifest, read_manifest
from keys.row import RowFile, read_row_file, rows_root
from keys.statement import Signer, claimed_signers

# the desk -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publication:
    """What `publish` reached: who deposited, and who did not answer or refused (name → code)."""

    deposits: tuple[str, ...]
    missing: dict[str, str]


def publish(
    desk: Folder,
    directory: Directory,
    folder: str,
    number: str,
    centre: CentreLine,
    holders: Sequence[HolderLine],
    wait: Iterator[None],
    progress: Progress,
) -> Publication:
    """Upload, get seal and approval accepted, carry the deposits, and wait for the cosigned intent.

    `wait` paces the last part and ends when patience does. Raises UnavailableError with fewer than k deposits or
    cosignatures; then everything reached so far stays, and the same command goes on.
    """
    data = desk.read(f"{folder}/{number}.manifest")
    manifest = read_manifest(data, directory)
    # 1. containers first: the manifest is accepted only over bytes that are there
    names = desk.names(folder)
    rows = [read_row_file(desk.read(name)) for name in names if name.endswith(".row")]
    for done, row in enumerate(rows, start=1):
        centre.put_package(row.row.core.pid(manifest.hid).hex(), desk.path(f"{folder}/{row.row.file}"))
        progress(f"上传 {done}/{len(rows)} | uploading {done}/{len(rows)}")
    # 2. manifest, rows, envelopes: seal and approval are committed together
    certificate = desk.read(f"sessions/{number}/certificate")
    centre.publish(_bundle(desk, data, names, certificate)).check_says(data, directory)
    # From here on nothing on this desk can draw the paper again.
    desk.delete(f"sessions/{number}/draft")
    # 3. deposits
    deposited, missing = _carry_deposits(manifest, directory, centre, holders, data)
    if len(deposited) < manifest.header.k:
        away = ", ".join(f"{name} {code}" for name, code in missing.items())
        raise UnavailableError("publish.deposits", needed=manifest.header.k, came=len(deposited), missing=away)
    # 4. the standing intent, cosigned by k
    for _ in wait:
        intent = centre.intent(manifest.hid)
        if intent is not None:
            check_intent(intent, manifest.header, manifest.header.locks[0].id, directory)
            return Publication(tuple(deposited), missing)
    raise UnavailableError("publish.cosignatures", needed=manifest.header.k)


def _bundle(desk: Folder, manifest: bytes, names: Sequence[str], certificate: bytes) -> bytes:
    rows = [desk.read(name).decode() for name in names if name.endswith(".row")]
    envelopes = []
    for name in names:
        if name.endswith(".envelope"):
            pid, device, _ = name.rpartition("/")[2].split(".")
            envelopes.append({"pid": pid, "device": device, "data": b64(desk.read(name))})
    said = {"manifest": manifest.decode(), "certificate": certificate.decode()}
    return canonical({**said, "rows": rows, "envelopes": envelopes})


def _carry_deposits(
    manifest: Manifest, directory: Directory, centre: CentreLine, holders: Sequence[HolderLine], data: bytes
) -> tuple[list[str], dict[str, str]]:
    deposited: list[str] = []
    missing: dict[str, str] = {}
    for line in holders:
        try:
            deposit = line.deposit(data)
            name = read_deposit(deposit, manifest, directory)
        except KeysError as error:
            missing[line.holder.name] = error.code
            continue
        centre.post_deposit(manifest.hid, deposit)
        deposited.append(name)
    return deposited, missing


# the centre ---------------------------------------------------------------------------------------------------------------


def accept_statement(
    book: Book, directory: Directory, policy: Policy, clock: Clock, ledger: Ledger, kind: str, body: Json, by: str, data: bytes
) -> LedgerProof:
    """Keep an attempt, a proof or an override of the desk and answer with its line in a signed checkpoint.

    Raises RefusedError attempt.pool_unknown, attempt.edition_over and attempt.frozen for a pool release that nothing may be
    drawn from,
    PeopleError for a proof by somebody who may not see the pools it was drawn from.
    """
    session, name = str(body["session"]), str(body["attempt"])
    with book.begin() as transaction:
        again = transaction.statement(kind, session, name) is not None
        for digest in () if again else body.get("pools", ()):
            _check_may_draw_from(transaction, directory, clock, digest)
        if kind == "proof" and not again:
            _check_readers(transaction, directory, policy, clock, session, name, data)
        if transaction.save_statement(kind, session, name, data):
            queued = record(transaction, clock, kind, {"session": session, "attempt": name}, by, data)
            transaction.save_statement(f"{kind}-line", session, name, str(queued).encode())
        else:
            queued = int(dict(transaction.statements(f"{kind}-line", session))[name])
    return ledger.wait(queued, WAIT_SECONDS)


def _check_readers(
    transaction: Transaction, directory: Directory, policy: Policy, clock: Clock, session: str, attempt: str, proof: bytes
) -> None:
    """Who signed the proof has read the paper: each might, of every pool it was drawn from."""
    drawn = transaction.statement("attempt", session, attempt)
    if drawn is None:
        raise SessionError("session.not_assembled", session=session)
    notes = [transaction.statement("pool-note", digest, "1") for digest in read_attempt(drawn, directory).pools]
    for pool in sorted({read_release_note(note).pool for note in notes if note}):
        for who in claimed_signers(proof, "proof"):
            # The pledge may be of this minute, by a desk's clock that goes before.
            check_look(transaction, directory, policy, who, pool, clock() + CLOCKS_APART)


def _check_may_draw_from(transaction: Transaction, directory: Directory, clock: Clock, digest: str) -> None:
    """A draw names this release: its blueprint stays as it is from now on."""
    kept = transaction.statement("pool-note", digest, "1")
    if kept is None:
        # A release that left no line would be a bank beside the bank.
        raise RefusedError("attempt.pool_unknown", pool=digest)
    note = read_release_note(kept)
    try:
        check_may_draw(note.edition, known_editions(transaction, directory), beijing_day(clock()))
    except OccupationError as error:
        raise RefusedError("attempt.edition_over", pool=digest, name=note.pool, edition=note.edition) from error
    state = transaction.statement("pool-state", f"{note.pool}/{note.to}", str(note.version))
    frozen = transaction.bank.cards(Wanted(pool=note.pool, states=(ItemState.FROZEN,), limit=ALL))
    suspected = sorted({card.item_no for card in frozen} & (read_pool_state(state).items.keys() if state else set()))
    if suspected:
        # Which items would be drawn nobody here may know, so the whole release goes back.
        raise RefusedError("attempt.frozen", pool=digest, name=note.pool, count=len(suspected))
    transaction.bank.use_blueprint(note.blueprint, note.blueprint_version)


def accept_publication(
    book: Book, store: PackageStore, directory: Directory, clock: Clock, ledger: Ledger, bundle: bytes
) -> LedgerProof:
    """Seal and approval, committed together with rows and envelopes, once everything they speak of is here and true.

    With them comes the item-free certificate whose hash the proof pair signed.
    """
    value = read_object(bundle, "publication", {"manifest", "certificate", "rows", "envelopes"})
    data = str(value["manifest"]).encode()
    manifest = read_manifest(data, directory)
    try:
        rows = sorted((read_row_file(str(row).encode()) for row in value["rows"]), key=lambda row: row.index)
        envelopes = [(str(e["pid"]), str(e["device"]), unb64(str(e["data"]), "envelope")) for e in value["envelopes"]]
    except (KeyError, TypeError) as error:
        raise TamperedError("object.fields", what="publication") from error
    _check_rows(store, manifest, rows)
    wanted = sorted((row.row.core.pid(manifest.hid).hex(), row.row.core.station) for row in rows)
    if sorted((pid, device) for pid, device, _ in envelopes) != wanted:
        # A package without its envelope could never be opened, and nobody could bring it later.
        raise TamperedError("object.fields", what="publication")
    header, hid = manifest.header, manifest.hid.hex()
    with book.begin() as transaction:
        proof = _proof_of(transaction.statements("proof", header.session), directory, manifest)
        certificate = str(value["certificate"]).encode()
        if sha256(certificate).hex() != proof["certificate"]:
            raise TamperedError("publish.certificate", session=header.session)
        transaction.save_statement("certificate", header.session, str(proof["attempt"]), certificate)
        held = transaction.newest_session(header.session)
        if held is not None and held.hid != hid and held.version >= header.version:
            raise RefusedError("session.older", session=header.session, found=header.version, held=held.version)
        if held is None or held.hid != hid:
            stored = [StoredRow(hid, row.row.core.pid(manifest.hid).hex(), row.row.core.station, row.encode()) for row in rows]
            transaction.save_session(StoredSession(header.session, header.version, hid, data), stored)
            for pid, device, envelope in envelopes:
                transaction.save_envelope(pid, device, envelope)
            subject = {"hid": hid, "session": header.session}
            record(transaction, clock, "seal", subject, manifest.signers[0], data)
            queued = record(transaction, clock, "approve", subject, manifest.signers[1], data)
            transaction.save_statement("approve-line", hid, "1", str(queued).encode())
        else:
            queued = int(dict(transaction.statements("approve-line", hid))["1"])
    return ledger.wait(queued, WAIT_SECONDS)


def _check_rows(store: PackageStore, manifest: Manifest, rows: Sequence[RowFile]) -> None:
    if len(rows) != manifest.row_count or rows_root([row.row for row in rows]) != manifest.row_root:
        raise TamperedError("row.proof", package=manifest.header.session)
    for row in rows:
        pid = manifest.check_row(row)
        size = store.size(f"{pid.hex()}.sealed")
        if size < 0:
            raise RefusedError("publish.container_missing", package=row.row.core.package)
        data = b"".join(store.read(f"{pid.hex()}.sealed", 0, size))
        check_container(io.BytesIO(data), row.row, manifest.hid)


def _proof_of(proofs: Sequence[tuple[str, bytes]], directory: Directory, manifest: Manifest) -> Json:
    """The proof that the manifest was sealed from."""
    for _, data in proofs:
        if sha256(data).hex() == manifest.selftest.proof:
            return read_proof(data, directory)
    raise SessionError("session.not_proved", session=manifest.header.session)


def accept_deposit(book: Book, directory: Directory, clock: Clock, hid: str, data: bytes) -> int:
    """Keep a holder's deposit; with the k-th the standing release intent is written. How many deposits there are."""
    with book.begin() as transaction:
        stored = transaction.session(hid)
        if stored is None:
            raise SessionError("session.unknown", session=hid)
        manifest = read_manifest(stored.manifest, directory)
        holder = read_deposit(data, manifest, directory)
        if not any(name == holder for name, _ in transaction.statements("deposit", hid)):
            transaction.save_statement("deposit", hid, holder, data)
            record(transaction, clock, "deposit", {"hid": hid, "holder": holder}, holder, data)
        count = len(transaction.statements("deposit", hid))
        if count >= manifest.header.k and not transaction.queued("intent", hid):
            locks = tuple(lock.id for lock in manifest.header.locks)
            record(transaction, clock, "intent", intent_subject(manifest.hid, locks), "centre")
    return count


def accept_receipt(book: Book, directory: Directory, clock: Clock, ledger: Ledger, device: str, data: bytes) -> bytes:
    """Keep a receipt of the sending device. A fetch earns its envelope, once the line stands in a signed checkpoint."""
    receipt, queued = admit_receipt(book, directory, clock, device, data)
    if receipt.act != "fetch":
        return b""
    # also the second time: the first may have waited in vain
    ledger.wait(queued, WAIT_SECONDS)
    with book.read() as transaction:
        envelope = transaction.envelope(receipt.pid, receipt.device)
    if envelope is None:
        raise RefusedError("centre.no_envelope", device=receipt.device)
    return envelope


# the station --------------------------------------------------------------------------------------------------------------


def fetch(seat: Seat, centre: CentreLine, progress: Progress) -> list[Fetched]:
    """Bring every package of this station here, block by verified block. Raises for an older version than seen; for a
    damaged note of what was seen only at the end, when the other sessions are here.
    """
    fetched: list[Fetched] = []
    damaged: list[TamperedError] = []
    for hid, pid in centre.packages():
        manifest = _fetch_manifest(seat, centre, hid)
        try:
            refuse_older(seat.folder, manifest)
        except TamperedError as error:
            damaged.append(error)
            continue
        package = _fetch_row(seat, centre, manifest, pid)
        with seat.folder.hold(package.folder):
            fetch_container(seat.folder, centre, package, progress)
        _fetch_envelope(seat, centre, package)
        fetched.append(package)
    if damaged:
        raise damaged[0]
    if not fetched:
        raise RefusedError("fetch.nothing")
    return fetched


def arm(seat: Seat, package: Fetched, secret: bytes, operators: Sequence[Signer], centre: CentreLine) -> None:
    """The dry opening (考前预检): envelope, commitment and every block are tried, and the cosigned intent is taken along."""
    check_kind(seat, package.row)
    try:
        check_before_opening(seat, package, secret)
    except TamperedError:
        # fetched again, an envelope that was hurt on the way comes anew
        seat.folder.delete(f"{package.folder}/{package.pid}.envelope")
        raise
    header = package.manifest.header
    intent = centre.intent(package.manifest.hid)
    if intent is None:
        raise UnavailableError("arm.no_intent")
    cosigned = check_intent(intent, header, package.row.row.core.lock, seat.directory)
    seat.folder.replace(f"{package.folder}/intent", intent.encode())
    facts = {"cA": package.row.row.c_a.hex(), "size": cosigned.checkpoint.size}
    write_receipt_once(seat, "arm", package.hid, package.pid, facts, operators)
    send_receipts(seat, centre)


def _fetch_manifest(seat: Seat, centre: CentreLine, hid: str) -> Manifest:
    manifest = read_manifest(centre.session_manifest(hid), seat.directory)
    if manifest.hid.hex() != hid:
        raise TamperedError("manifest.other", found=manifest.hid.hex()[:16])
    return manifest


def _fetch_row(seat: Seat, centre: CentreLine, manifest: Manifest, pid: str) -> Fetched:
    row, hid = read_row_file(centre.row(pid)), manifest.hid.hex()
    if manifest.check_row(row).hex() != pid:
        raise TamperedError("row.proof", package=row.row.core.package)
    if row.row.core.station != seat.device.name:
        raise RefusedError("station.other", station=row.row.core.station)
    check_kind(seat, row)
    seat.folder.write_once(f"sessions/{hid}/{manifest.header.session}.manifest", manifest.data)
    seat.folder.write_once(f"sessions/{hid}/{pid}.row", row.encode())
    return Fetched(manifest, row)


def _fetch_envelope(seat: Seat, centre: CentreLine, package: Fetched) -> None:
    name = f"{package.folder}/{package.pid}.envelope"
    if seat.folder.exists(name):
        return
    facts = {"length": package.row.row.length}
    receipt, _ = write_receipt_once(seat, "fetch", package.hid, package.pid, facts)
    send_receipts(seat, centre)
    seat.folder.write_once(name, centre.post_receipt(receipt.data))
