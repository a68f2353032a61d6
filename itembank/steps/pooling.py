"""Between the bank and who may draw: a whole pool is released to one desk or to another bank, sealed; it is taken there.

The centre learns that a desk has a pool, never which items it draws. The container is the one of a paper, without a lock:
only the recipient's key opens it. A release is full, or a change of the one before it; who holds the chain holds the state.
A release for another desk, one older than what is held, one whose base is not held, and one flipped byte are refused.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.occupation import check_may_draw, current_edition
from itembank.domain.policy import Policy
from itembank.domain.pools import WHOLE_PAPER, check_pool_name, check_released_to, local_cap
from itembank.domain.review import ELSEWHERE, GIVER, ItemState, Move
from itembank.domain.session import beijing_day
from itembank.formats.container import check_container
from itembank.formats.errors import ContainerError
from itembank.formats.payload import open_content, seal_content
from itembank.formats.pool_change import (
    PoolState,
    ReleaseNote,
    apply_change,
    change_since,
    read_pool_change,
    read_pool_state,
)
from itembank.formats.pool_content import PoolContent, read_pool_content
from itembank.ports import Book, Clock, Folder, Random, Transaction
from itembank.ports.bank import ALL, Bank, Held, Marked, StoredBlueprint, VersionCard, Wanted
from itembank.steps.editions import known_editions
from itembank.steps.item_records import item_records
from itembank.steps.recording import record
from keys.content_key import content_key_without_lock
from keys.directory import Device, Directory
from keys.encoding import sha256
from keys.envelope import open_envelope, seal_envelope
from keys.errors import RefusedError
from keys.pool_release import PoolHeader, PoolManifest, read_pool_manifest, sign_pool_manifest
from keys.row import PackageCore, row_files
from keys.statement import Signer

RECIPIENTS = ("desk", "bank")
"""Kinds of devices that a pool may be released to."""


@dataclass(frozen=True, slots=True)
class PoolRelease:
    """The files of one release, `NAME.DESK.manifest` and `PID.sealed`. `items`: of the whole pool, `carried`: in this one."""

    name: str
    desk: str
    version: int
    full: bool
    items: int
    carried: int
    manifest: bytes
    container: bytes
    container_name: str

    @property
    def manifest_name(self) -> str:
        return f"{self.name}.{self.desk}.manifest"


# the bank that gives ------------------------------------------------------------------------------------------------------


def recipient(directory: Directory, name: str = "") -> Device:
    """The desk or bank of this name; without a name the only desk. Raises RefusedError."""
    if name:
        device = directory.device(name)
        if device.kind not in RECIPIENTS:
            raise RefusedError("pool.no_recipient", device=name)
        return device
    desks = [device for device in directory.devices if device.kind == "desk"]
    if len(desks) > 1:
        raise RefusedError("pool.which_desk", desks="、".join(desk.name for desk in desks))
    return directory.device_of_kind("desk")


def release_pool(
    book: Book, directory: Directory, pool: str, edition: str, to: Device, managers: Sequence[Signer], clock: Clock,
    random: Random, policy: Policy, *, full: bool = False,
) -> PoolRelease:  # fmt: skip
    """Seal the pool for a desk or a bank, signed by two managers of this bank; the line and the release are one act.

    `edition`: the one in force when it is empty. It is a change when the one before it is known and the change is smaller
    than half of all, unless `full` is asked for. Of a pool that was released before, nothing may be left: all of it is under
    suspicion, and the desk must draw no item of it any more.
    Raises PlanError when there is nothing to release or the policy keeps this pool from this desk, OccupationError for an
    edition that is none of the bank's, has not begun or is over.
    """
    check_pool_name(pool)
    check_released_to(policy, pool, to.name)
    with book.begin(content_of=[pool]) as transaction:
        editions, day = known_editions(transaction, directory), beijing_day(clock())
        edition = edition or current_edition(editions, day)
        check_may_draw(edition, editions, day)
        content, versions = _content(transaction, directory, pool, policy, clock(), random)
        subject = f"{pool}/{to.name}"
        given = transaction.statements("pool", subject)
        if not content.items and not given:
            raise PlanError("pool.empty", pool=pool)
        version = len(given) + 1
        state = PoolState.of(content, versions, edition)
        before = None if full else _state(transaction, subject, version - 1)
        base, carried, plain = "", len(content.items), content.encode()
        if before is not None and before.edition == edition:
            change = change_since(before, content, state, sha256(given[-1][1]).hex())
            if 2 * len(change.encode()) < len(plain):
                base, carried, plain = change.base, len(change.items), change.encode()
        previous = f"{pool}-{version - 1}" if version > 1 else ""
        bank = directory.centre_label
        header = PoolHeader(pool, edition, version, previous, base, bank, to.name, directory.version)
        manifest, container, container_name = _seal(header, plain, to, managers, random)
        digest = read_pool_manifest(manifest, directory).digest
        transaction.save_statement("pool", subject, str(version), manifest)
        note = ReleaseNote(pool, to.name, version, edition, content.blueprint.key, content.blueprint.version)
        transaction.save_statement("pool-note", digest, "1", note.encode())
        transaction.save_statement("pool-state", subject, str(version), state.encode())
        line = {"pool": pool, "version": str(version), "desk": to.name, "hid": header.hid.hex()}
        record(transaction, clock, "pool", line, managers[0].name, manifest)
    name = f"{pool}-{version}"
    return PoolRelease(name, to.name, version, not base, len(content.items), carried, manifest, container, container_name)


def _content(
    transaction: Transaction, directory: Directory, pool: str, policy: Policy, now: datetime, random: Random
) -> tuple[PoolContent, dict[str, int]]:
    """What is active in a pool, with the figures it shows and what is known of its use; and item number → version.

    An item whose point the newest blueprint has no more stays here, where the bank's health tells of it: no paper can ask it.
    """
    bank = transaction.bank
    held = bank.blueprint(bank.pools().get(pool, ""))
    points = {point.code for point in held.blueprint.points} if held else set()
    items = [(version, item) for version, item in bank.active(pool) if item.point in points]
    if held is None:
        raise PlanError("pool.empty", pool=pool)
    shown = {name for _, item in items for name in item.figures}
    figures = bank.figures(pool, shown) if shown else {}
    versions = {item.item_no: version for version, item in items}
    taken = transaction.statements("take-cap", pool)
    cap = local_cap(policy, pool, int(taken[-1][1]) if taken else WHOLE_PAPER)
    known, trainers = item_records(transaction, directory, pool, held.blueprint.key, now, random)
    records = {item_no: known[item_no] for item_no in versions if item_no in known}
    return PoolContent(pool, cap, held.blueprint, tuple(item for _, item in items), figures, records, trainers), versions


def _state(transaction: Transaction, subject: str, version: int) -> PoolState | None:
    """What the release of this version held; None before the first."""
    kept = transaction.statement("pool-state", subject, str(version))
    return read_pool_state(kept) if kept else None


def _seal(
    header: PoolHeader, content: bytes, to: Device, managers: Sequence[Signer], random: Random
) -> tuple[bytes, bytes, str]:
    """(manifest, container, the container's file name)."""
    core = PackageCore(f"{header.pool}-{header.version}", "pool", to.name, "", "pool", "", 1, "")
    hid, pid = header.hid, core.pid(header.hid)
    access, sealed = random(32), io.BytesIO()
    key = content_key_without_lock(hid, pid, access)
    row = seal_content(sealed, hid, core, key, access, content, random)
    envelope = seal_envelope(hid, pid, to.name, to.seal, access)
    manifest = sign_pool_manifest(header, row_files([row])[0], envelope, managers)
    return manifest, sealed.getvalue(), row.file


# the desk, or the bank, that takes ----------------------------------------------------------------------------------------


def take_pool(desk: Folder, directory: Directory, me: Device, manifest: bytes, bring: Callable[[str], bytes]) -> PoolManifest:
    """Keep a release, as sealed as it came; `bring` gives the container by its file name.

    Raises RefusedError for another desk's release, an older one or a change whose base is not here, TamperedError for a
    change that does not continue its base, ContainerError for a changed byte.
    """
    release = read_pool_manifest(manifest, directory)
    header = release.header
    if header.desk != me.name:
        raise RefusedError("pool.other_desk", desk=header.desk)
    held = newest_version(desk, header.pool)
    if header.version < held:
        raise RefusedError("pool.older", pool=header.pool, found=header.version, held=held)
    if header.base:
        release.check_continues(_base(_held(desk, directory), release))
    container = bring(release.row.row.file)
    check_container(io.BytesIO(container), release.row.row, release.hid)
    if not desk.exists(_name(release)):
        # what a taking or a dropping that was cut off left
        desk.delete(f"pools/{release.row.row.file}")
    desk.write_once(f"pools/{release.row.row.file}", container)
    desk.write_once(_name(release), manifest)
    return release


def take_into_bank(
    book: Book, home: Folder, directory: Directory, me: Device, secret: bytes, manager: Signer, manifest: bytes,
    bring: Callable[[str], bytes], clock: Clock,
) -> PoolManifest:  # fmt: skip
    """Another bank's pool comes into this one, under its own name: kept sealed as a desk keeps it, opened, and admitted.

    The items, and the line that says which manager took them, are one transaction; a release that was taken before changes
    nothing. Who wrote and reviewed them is not told; they stand under names that no directory has.
    """
    directory.require_acting([manager], "bank_manager")
    with home.hold("pools"):
        release = take_pool(home, directory, me, manifest, bring)
        header = release.header
        [(_, content)] = open_pools(home, directory, me, secret, [release.digest])
        with book.begin(content_of=[header.pool]) as transaction:
            held = max((int(version) for version, _ in transaction.statements("take", header.pool)), default=0)
            if header.version < held:
                # its folder has forgotten what the bank has not
                raise RefusedError("pool.older", pool=header.pool, found=header.version, held=held)
            if not transaction.statements("take", header.pool) and header.pool in transaction.bank.pools():
                raise PlanError("pool.local", pool=header.pool)
            if transaction.save_statement("take", header.pool, str(header.version), manifest):
                _admit(transaction, content, release, clock())
                transaction.save_statement("take-cap", header.pool, str(header.version), str(content.local_cap).encode())
                line = {"pool": header.pool, "version": str(header.version), "hid": release.hid.hex()}
                record(transaction, clock, "take", line, manager.name, manifest)
    return release


def _admit(transaction: Transaction, content: PoolContent, manifest: PoolManifest, at: datetime) -> None:
    """Put a pool's whole state into this bank: what is new or changed is active from now on, what was withdrawn is retired."""
    bank = transaction.bank
    _admit_blueprint(transaction, content.blueprint, manifest)
    if content.pool not in bank.pools():
        bank.save_pool(content.pool, content.blueprint.key)
    active = {item.item_no: version for version, item in bank.active(content.pool)}
    marked = bank.marked(content.items)
    held = bank.held(marked)
    if others := sorted(no for no, known in held.items() if known.card.pool != content.pool):
        raise PlanError("pool.number_taken", pool=content.pool, item_no=others[0])
    changed = [one for one in marked if one.item.item_no not in active or not held[one.item.item_no].unchanged]
    stopped = {one.item.item_no for one in changed if _stopped_here(bank, held.get(one.item.item_no))}
    new = [one for one in changed if one.item.item_no not in stopped]
    there = {item.item_no for item in content.items}
    gone = {one.item.item_no for one in new} | (active.keys() - there)
    frozen = bank.cards(Wanted(pool=content.pool, states=(ItemState.FROZEN,), limit=ALL))
    cards = [*bank.active_cards_of(gone).values(), *(card for card in frozen if card.item_no not in there)]
    bank.move(cards, Move.RETIRE, replace(ELSEWHERE, state=ItemState.RETIRED), GIVER, at, "")
    bank.save_versions(_numbered(new, held), ELSEWHERE, at)
    _renew_frozen(bank, [one for one in changed if one.item.item_no in stopped], held, at)
    bank.save_figures(content.pool, content.figures)


def _renew_frozen(bank: Bank, kept_out: Sequence[Marked], held: Mapping[str, Held], at: datetime) -> None:
    """What this bank has frozen stays frozen, in what its own bank says of it now: thawed, it must not come back as it was."""
    known = [held[one.item.item_no] for one in kept_out]
    changed = [one.card for one in known if one.card.standing.state is ItemState.FROZEN and not one.unchanged]
    bank.move(changed, Move.RETIRE, replace(ELSEWHERE, state=ItemState.RETIRED), GIVER, at, "")
    retired = [one.card for one in known if one.card.standing.state is ItemState.RETIRED]
    numbers = {card.item_no for card in (*changed, *(card for card in retired if not _taken_out_here(bank, card)))}
    again = [one for one in kept_out if one.item.item_no in numbers]
    bank.save_versions(_numbered(again, held), replace(ELSEWHERE, state=ItemState.FROZEN), at)


def _numbered(items: Sequence[Marked], held: Mapping[str, Held]) -> list[tuple[Marked, int]]:
    """Each as the version behind the one that is here."""
    return [(one, held[one.item.item_no].card.version + 1 if one.item.item_no in held else 1) for one in items]


def _stopped_here(bank: Bank, known: Held | None) -> bool:
    """Whether this bank itself took the item out of use: a change at its own bank says nothing about a leak seen here."""
    state = known.card.standing.state if known else ItemState.ACTIVE
    if known is None or state not in (ItemState.RETIRED, ItemState.ARCHIVED):
        return state is ItemState.FROZEN
    if _taken_out_here(bank, known.card):
        return True
    # Withdrawn by its own bank while it was frozen here: given again, the suspicion is still there.
    moves = [event for event in bank.history(known.card.item_no) if event.move in (Move.FREEZE, Move.ACTIVATE)]
    return bool(moves) and moves[-1].move == Move.FREEZE


def _taken_out_here(bank: Bank, card: VersionCard) -> bool:
    """Whether somebody of this bank retired the version."""
    events = [event for event in bank.history(card.item_no) if event.version == card.version]
    return any(event.move == Move.RETIRE and event.who != GIVER for event in events)


def _admit_blueprint(transaction: Transaction, blueprint: Blueprint, manifest: PoolManifest) -> None:
    """Under the version it has at its own bank. Raises PlanError when this bank has another one under that number."""
    held = transaction.bank.blueprint(blueprint.key, blueprint.version)
    if held is None or held.state == "draft":
        stored = StoredBlueprint(blueprint, "approved", manifest.digest, manifest.data)
        transaction.bank.save_blueprint(stored)
    elif held.blueprint != blueprint:
        raise PlanError("pool.blueprints_differ")


def newest_version(desk: Folder, pool: str) -> int:
    """The newest version of a pool held here, 0 when there is none."""
    stems = [name.removeprefix(f"pools/{pool}-").removesuffix(".manifest") for name in desk.names("pools")]
    return max((int(stem) for stem in stems if stem.isdigit()), default=0)


def open_pools(
    desk: Folder, directory: Directory, me: Device, secret: bytes, named: Sequence[str] = ()
) -> list[tuple[str, PoolContent]]:
    """(digest, content) of the releases named by digest, else of the newest of every pool held here; in memory.

    The content is the whole pool, also where the release is a change: the digest of the newest stands for all before it.
    """
    held = _held(desk, directory)
    newest = {release.header.pool: release for release in sorted(held.values(), key=lambda release: release.header.version)}
    chosen = named or [release.digest for release in newest.values()]
    return [(digest, _whole(desk, held, held[digest], me, secret)) for digest in sorted(chosen) if digest in held]


def drop_pool(desk: Folder, directory: Directory, digest: str) -> None:
    """Take a release off the desk that the bank does not know, and all that continue it: without it they are nothing.

    One the bank does know may come in its place. The newest goes first: at no moment a release lacks its base or container.
    """
    held = _held(desk, directory)
    dropped = [held[digest]] if digest in held else []
    for release in sorted(held.values(), key=lambda release: release.header.version):
        if release.header.base in {gone.digest for gone in dropped}:
            dropped.append(release)
    for release in reversed(dropped):
        desk.delete(_name(release))
        desk.delete(f"pools/{release.row.row.file}")


def open_release(release: PoolManifest, container: bytes, me: Device, secret: bytes) -> bytes:
    """The bytes of a release, for its recipient's key only. Raises TamperedError or ContainerError."""
    row = release.row.row
    pid = row.core.pid(release.hid)
    access = open_envelope(release.hid, pid, me.name, secret, release.envelope, row.c_a)
    check_container(io.BytesIO(container), row, release.hid)
    key = content_key_without_lock(release.hid, pid, access)
    _, content = open_content(io.BytesIO(container), release.hid, row, key)
    return content


def _whole(desk: Folder, held: Mapping[str, PoolManifest], newest: PoolManifest, me: Device, secret: bytes) -> PoolContent:
    """The state of a pool: the full release its chain begins with, and every change up to the newest."""
    changes: list[PoolManifest] = []
    first = newest
    while first.header.base:
        changes.append(first)
        base = _base(held, first)
        first.check_continues(base)
        first = base

    def opened(release: PoolManifest) -> bytes:
        return open_release(release, desk.read(f"pools/{release.row.row.file}"), me, secret)

    content = read_pool_content(opened(first))
    for release in reversed(changes):
        change = read_pool_change(opened(release))
        if change.base != release.header.base:
            raise ContainerError("pool.state", pool=release.header.pool)
        content = apply_change(content, change)
    if content.pool != newest.header.pool:
        raise ContainerError("pool.state", pool=newest.header.pool)
    return content


def _base(held: Mapping[str, PoolManifest], change: PoolManifest) -> PoolManifest:
    base = held.get(change.header.base)
    if base is None:
        raise RefusedError("pool.base_missing", pool=change.header.pool, version=change.header.version)
    return base


def _held(desk: Folder, directory: Directory) -> dict[str, PoolManifest]:
    """Every release held here by its digest, each verified."""
    names = [name for name in desk.names("pools") if name.endswith(".manifest")]
    releases = [read_pool_manifest(desk.read(name), directory) for name in names]
    return {release.digest: release for release in releases}


def _name(release: PoolManifest) -> str:
    return f"pools/{release.header.pool}-{release.header.version}.manifest"
