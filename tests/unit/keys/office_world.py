"""A province in memory: its signed directory, one sealed session, a ledger, and holders at work with clocks of their own.

Everything is made from names, so two worlds are equal until one is bent. Sitting: starts at 09:00, 90 minutes; the locks
A (time) and S (order) open at 08:00; KEY opens at 10:30, after A and S.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys import checkpoint as notes
from keys.answers import sign_status
from keys.ask import Ask, Fresh
from keys.checkpoint import Checkpoint
from keys.directory import Directory, read_directory, sign_directory
from keys.encoding import Json, sha256
from keys.entry import Entry, intent_subject
from keys.envelope import commit_access, seal_envelope
from keys.errors import KeysError
from keys.header import SUITE, Header, Lock, Sitting
from keys.holder.clock import Clock
from keys.holder.office import Keys, Office
from keys.keyfile import public_half
from keys.ledger_proof import LedgerProof
from keys.manifest import (
    LockFactors,
    Manifest,
    SelfTest,
    approve_manifest,
    manifest_body,
    read_manifest,
    sign_manifest,
)
from keys.order import FIELDS as ORDER_FIELDS
from keys.order import sign_order
from keys.row import PackageCore, PackageRow, RowFile, row_files, rows_root
from keys.share import ShareLine, commit_release, commit_share, seal_share, split
from keys.statement import Signer, peek
from keys.tree import Tree, leaf_hash

STARTS = datetime(2026, 5, 16, 9, 0, tzinfo=UTC)
MINUTES = 90
OPENS = STARTS - timedelta(minutes=60)
ENDS = STARTS + timedelta(minutes=MINUTES)
SEALED_AT = STARTS - timedelta(days=3)
SECOND = timedelta(seconds=1)
ORIGIN = "ledger.demo.example"
HOLDERS = ("province", "city", "supervision")
STATIONS = ("45120101", "45120102")
K = 2


class StubClock:
    """A clock that is told the time."""

    def __init__(self, at: datetime = SEALED_AT, kind: str = "system") -> None:
        self.at, self.kind = at, kind

    def now(self) -> datetime:
        return self.at


def refused(code: str, act: Callable[[], object], family: type[KeysError] = KeysError) -> KeysError:
    """What `act` raises, which has this code and is of this family."""
    with pytest.raises(family) as caught:
        act()
    assert caught.value.code == code, caught.value
    return caught.value


def name_of(order: bytes) -> str:
    """What an order calls itself."""
    return str(peek(order, "order", ORDER_FIELDS)["order"])


def flipped(data: bytes, at: int, mask: int = 1) -> bytes:
    """The same bytes with one of them changed."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


@dataclass
class Sealed:
    """One sealed session with all its secrets: releases R and shares by lock, access factors by package."""

    manifest: Manifest
    releases: dict[str, bytes]
    shares: dict[str, list[bytes]]
    rows: list[RowFile]
    access: dict[str, bytes]

    @property
    def header(self) -> Header:
        return self.manifest.header

    @property
    def hid(self) -> bytes:
        return self.manifest.hid

    @property
    def data(self) -> bytes:
        return self.manifest.data


@dataclass
class Ledger:
    """A log that grows entry by entry."""

    world: World
    entries: list[bytes] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)

    def append(self, data: bytes) -> int:
        self.entries.append(data)
        return self.tree.append(leaf_hash(data))

    def note(self, cosigners: Mapping[str, datetime] | None = None, size: int | None = None) -> bytes:
        """The signed checkpoint of the first `size` entries, cosigned by these holders at these times."""
        size = self.tree.size if size is None else size
        checkpoint = Checkpoint(ORIGIN, size, self.tree.root(size))
        bare = notes.sign_checkpoint(checkpoint, self.world.signer("ledger").key, ORIGIN)
        lines = [
            notes.cosign(bare, name, self.world.signer(name).key, int(at.timestamp())) for name, at in (cosigners or {}).items()
        ]
        return notes.add_lines(bare, lines)

    def proof(self, index: int, cosigners: Mapping[str, datetime], size: int | None = None) -> LedgerProof:
        size = self.tree.size if size is None else size
        path = tuple(self.tree.inclusion_proof(index, size))
        return LedgerProof(self.entries[index], index, self.note(cosigners, size), path)

    def fresh(self, old_size: int, cosigners: Mapping[str, datetime]) -> Fresh:
        return Fresh(self.note(cosigners), tuple(self.tree.consistency_proof(old_size, self.tree.size)))


class World:
    """One province. `seed` makes all its keys; `edit` bends the directory before the roots sign it."""

    def __init__(self, seed: str = "demo", edit: Callable[[Json], object] = lambda body: None) -> None:
        self.seed = seed
        self.body = self.directory_body()
        edit(self.body)
        self.directory_data = sign_directory(self.body, [self.signer("root-1"), self.signer("root-3")])
        self.directory: Directory = read_directory(self.directory_data, self.pin)

    @property
    def pin(self) -> str:
        return sha256(self.directory_data).hex()

    # keys

    def secret(self, use: str, name: str) -> bytes:
        return hashlib.sha256(f"{self.seed} {use} {name}".encode()).digest()

    def signer(self, name: str, key_of: str = "") -> Signer:
        return Signer(name, Ed25519PrivateKey.from_private_bytes(self.secret("sign", key_of or name)))

    def public(self, use: str, name: str) -> bytes:
        return public_half(use, self.secret(use, name))

    # directory

    def directory_body(self) -> Json:
        people = [
            self._person("writer-1", "item_writer"),
            self._person("reviewer-1", "item_reviewer"),
            self._person("item-approver-1", "item_approver"),
            self._person("bank-1", "bank_manager"),
            self._person("bank-2", "bank_manager"),
            self._person("assembler-1", "assembler"),
            self._person("proof-1", "proofreader"),
            self._person("proof-2", "proofreader"),
            self._person("sealer-1", "sealer"),
            self._person("seal-approver-1", "seal_approver"),
            self._person("both-1", "sealer", "seal_approver"),
            self._person("freezer-1", "freezer"),
            self._person("freezer-2", "freezer"),
            self._person("lifter-1", "lifter"),
            self._person("lifter-2", "lifter"),
            *(self._person(f"keeper-{name}-{i}", "keeper") for name in HOLDERS for i in (1, 2)),
            *(self._person(f"operator-{code}-{i}", "operator") for code in STATIONS for i in (1, 2, 3)),
        ]
        return {
            "version": 1,
            "place": "示例市",
            "quorum": K,
            "centre": {"label": "示例市中心", "url": "http://127.0.0.1:1"},
            "ledger": {"origin": ORIGIN, "sign": self.public("sign", "ledger").hex()},
            "roots": [self._person(f"root-{i}") for i in (1, 2, 3)],
            "holders": [
                {
                    "j": j,
                    "name": name,
                    "label": name,
                    "organisation": name,
                    "url": f"http://127.0.0.1:{j}",
                    "sign": self.public("sign", name).hex(),
                    "seal": self.public("seal", name).hex(),
                    "keepers": [f"keeper-{name}-{i}" for i in (1, 2)],
                }
                for j, name in enumerate(HOLDERS, start=1)
            ],
            "people": people,
            "devices": [
                self._device("desk", "desk", ["assembler-1", "sealer-1"]),
                self._device("scoring", "scoring", []),
                *(self._device(code, "station", [f"operator-{code}-{i}" for i in (1, 2, 3)]) for code in STATIONS),
            ],
        }

    def _person(self, name: str, *duties: str) -> Json:
        sign = self.public("sign", name).hex()
        return {"name": name, "label": name, "organisation": "示例市", "duties": list(duties), "sign": sign}

    def _device(self, name: str, kind: str, people: list[str]) -> Json:
        sign, seal = self.public("sign", name).hex(), self.public("seal", name).hex()
        return {"name": name, "kind": kind, "label": name, "sign": sign, "seal": seal, "people": people}

    # a session

    def header(self) -> Header:
        directory = self.directory
        return Header(
            suite=SUITE,
            session="202605-6-31-01-03-4-L-01",
            version=1,
            supersedes="",
            centre=directory.centre_label,
            sitting=Sitting("电工", 4, "L", STARTS, MINUTES),
            k=directory.quorum,
            n=len(directory.holders),
            holders=tuple((holder.j, holder.seal.hex()) for holder in directory.holders),
            desks=("scoring",),
            directory=directory.version,
            ledger=directory.ledger_origin,
            freezers=("freezer-1", "freezer-2"),
            locks=(
                Lock("A", "time", OPENS, ENDS, ("A",), "question", 0, ()),
                Lock("S", "order", OPENS, ENDS, ("S",), "question", 0, ()),
                Lock("KEY", "time", ENDS, ENDS + timedelta(days=30), ("A", "S"), "key", 0, ("A", "S")),
            ),
        )

    def header_after_main(self) -> Header:
        """The same session whose answer key waits for the main paper alone."""
        header = self.header()
        key = replace(header.locks[2], after=("A",))
        return replace(header, locks=(*header.locks[:2], key))

    def factors(self, header: Header) -> tuple[tuple[LockFactors, ...], dict[str, bytes], dict[str, list[bytes]]]:
        """Commitments and wrapped shares of every lock, and the secrets in them."""
        found, releases, all_shares = [], {}, {}
        for lock in header.locks:
            release = hashlib.sha256(f"{self.seed} R {lock.id} {header.version}".encode()).digest()[:16]
            shares = split(release, header.k, header.n)
            sealed = tuple(
                seal_share(header.hid, lock.id, j, bytes.fromhex(key), share)
                for (j, key), share in zip(header.holders, shares, strict=True)
            )
            c = tuple(commit_share(header.hid, lock.id, j, share) for j, share in enumerate(shares, start=1))
            found.append(LockFactors(lock.id, commit_release(header.hid, lock.id, release), c, sealed))
            releases[lock.id], all_shares[lock.id] = release, shares
        return tuple(found), releases, all_shares

    def rows(self, header: Header) -> tuple[list[PackageRow], dict[str, bytes]]:
        """One main and one spare package a station, and the answer key for scoring."""
        cores = [
            PackageCore(f"{header.session}{form}-{code}", "paper", code, form, "question", "1", 30, form)
            for form in ("A", "S")
            for code in STATIONS
        ]
        cores.append(PackageCore(f"{header.session}K-scoring", "key", "scoring", "A", "key", "1", 1, "KEY"))
        rows, access = [], {}
        for core in cores:
            pid = core.pid(header.hid)
            access[core.package] = hashlib.sha256(b"A " + pid).digest()
            c_a = commit_access(header.hid, pid, access[core.package])
            rows.append(PackageRow(core, f"{pid.hex()}.sealed", 1000, sha256(b"blocks"), c_a, sha256(b"pages")))
        return rows, access

    def envelope(self, sealed: Sealed, row: PackageRow, device: str) -> bytes:
        pid, access = row.core.pid(sealed.hid), sealed.access[row.core.package]
        return seal_envelope(sealed.hid, pid, device, self.public("seal", device), access)

    def seal(self, header: Header | None = None) -> Sealed:
        """Sealed and approved."""
        header = header or self.header()
        locks, releases, shares = self.factors(header)
        rows, access = self.rows(header)
        body = manifest_body(header, locks, len(rows), rows_root(rows), SelfTest(SEALED_AT, len(rows), 3, "00" * 32))
        half = sign_manifest(body, self.signer("sealer-1"))
        data = approve_manifest(half, self.signer("seal-approver-1"), self.directory)
        return Sealed(read_manifest(data, self.directory), releases, shares, row_files(rows), access)

    # the ledger, and what is brought to a holder

    def ledger(self, sealed: Sealed, before: int = 3) -> Ledger:
        """A ledger whose entry number `before` is the session's standing intent."""
        ledger = Ledger(self)
        for number in range(before):
            ledger.append(Entry("attempt", {"number": str(number)}, "assembler-1", SEALED_AT, "signed").encode())
        ledger.append(self.intent_entry(sealed.hid, tuple(lock.id for lock in sealed.header.locks)))
        return ledger

    @staticmethod
    def intent_entry(hid: bytes, locks: tuple[str, ...]) -> bytes:
        return Entry("intent", intent_subject(hid, locks), "centre", SEALED_AT, "").encode()

    def status(self, holder: str, hid: bytes, at: datetime, orders: Iterable[str] = ()) -> bytes:
        return sign_status(hid, list(orders), [], 0, sha256(b""), "system", at, self.signer(holder))

    def ask(self, sealed: Sealed, lock: str, now: datetime, holders: Sequence[str] = HOLDERS[:2]) -> Ask:
        """A question with everything a holder wants to see: the intent, and a checkpoint cosigned right now."""
        ledger = self.ledger(sealed)
        intent = ledger.proof(3, dict.fromkeys(holders, SEALED_AT))
        ledger.append(Entry("fetch", {}, STATIONS[0], now, "signed").encode())
        return Ask(sealed.hid, lock, intent, ledger.fresh(4, dict.fromkeys(holders, now)), (), ())

    # orders

    def freeze(
        self,
        hid: bytes,
        locks: Sequence[str] = ("A",),
        who: str = "freezer-1",
        at: datetime = SEALED_AT,
    ) -> bytes:
        return sign_order("freeze", hid, locks, "演练", at, (), [self.signer(who)])

    def lift(
        self,
        hid: bytes,
        lifts: Sequence[bytes] = (),
        locks: Sequence[str] = ("A",),
        who: Sequence[str] = ("lifter-1", "lifter-2"),
    ) -> bytes:
        """Of these freezes; of the plain one when none is named."""
        named = [name_of(freeze) for freeze in lifts or (self.freeze(hid),)]
        return sign_order("lift", hid, locks, "演练", SEALED_AT, named, [self.signer(name) for name in who])

    # holders

    def office(self, home: Path, name: str = HOLDERS[0], clock: StubClock | None = None) -> Office:
        keys = Keys(self.signer(name), self.secret("seal", name))
        return Office(home, self.directory, keys, cast(Clock, clock or StubClock()))

    def line(self, sealed: Sealed, lock: str, j: int, at: datetime = OPENS) -> ShareLine:
        """The line holder j gives."""
        line = ShareLine(sealed.hid, lock, j, sealed.shares[lock][j - 1], at, 4, "system", "rule")
        return line.signed(self.signer(HOLDERS[j - 1]))


@functools.cache
def demo() -> tuple[World, Sealed]:
    """One world and its session, for tests that bend nothing."""
    world = World()
    return world, world.seal()
