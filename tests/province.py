"""A whole province in memory: centre, desk, three holders, two stations, no process and no socket.

Every seat is the real thing over folders in one place laid out like a demonstration's DIR: the centre's database, sequencer
and web application, the holders' offices and web faces, the HTTP clients of desk and stations. Only three things are made
up: the wire (`Wire` hands a request to the other side's WSGI application), the clock (`HandClock`, one for all, set by hand)
and the press (`press`, so many bytes a page). The methods are the story in its order; `after("publish")` gives a province in
which everything up to and with `publish` has happened, copied from one told before.

    province = after("publish")
    province.wire.down.add("city")                    a holder is gone
    province.wire.garbled["city"] = (200, b"?")       it lies
    province.wire.change = …                          bytes differ on the way
    province.clock.at = OPENS                         the time has come
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import Engine, event

from itembank.adapters import sequencer as sequencing
from itembank.adapters.centre_line import HttpCentreLine
from itembank.adapters.content_keys import ContentKeys
from itembank.adapters.database import Database
from itembank.adapters.engine import open_engine
from itembank.adapters.file_vault import FileVault, create_vault
from itembank.adapters.folder import DiskFolder, FolderPackageStore
from itembank.adapters.holder_line import HttpHolderLine
from itembank.adapters.ledger_files import LedgerFiles
from itembank.adapters.sequencer import Sequencer
from itembank.assembly.certificate import Certificate
from itembank.assembly.solver import Solver
from itembank.demo import cast as people
from itembank.demo.workbooks import blueprint_workbook, item_workbook
from itembank.domain.custody import Counts
from itembank.domain.errors import RuleError
from itembank.domain.items import ItemType
from itembank.domain.paper import Form, PaperContent, Scheme
from itembank.domain.plan import PLANS, Band, Plan, Section
from itembank.domain.policy import Policy, PredictabilityPolicy
from itembank.domain.session import ExamSession, StationOrder, Times, Variants
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.desk_draft import DeskDraft
from itembank.formats.errors import FormatError
from itembank.formats.item_file import BlueprintFile, own_workbook
from itembank.formats.pool_content import PoolContent
from itembank.ports import HolderLine, PortError, StoreError
from itembank.printing.render import StationMark
from itembank.steps import (
    assembling,
    auditing,
    authoring,
    counting,
    desk_pledges,
    desk_session,
    distributing,
    opening,
    ordering,
    pooling,
    proving,
    returning,
    sealing,
    viewing,
)
from itembank.steps.asking import published_release
from itembank.steps.assembling import PrintSetting
from itembank.steps.auditing import Audit
from itembank.steps.counting import Counted
from itembank.steps.distributing import Publication
from itembank.steps.opening import Opened
from itembank.steps.ordering import Delivery
from itembank.steps.seat import Fetched, Seat, local_packages
from itembank.web.centre import CentreServices, create_app
from itembank.web.watch import ReleaseWatch
from keys.directory import Device, Directory, read_directory, sign_directory
from keys.encoding import Json, canonical, sha256
from keys.entry import Entry
from keys.errors import KeysError
from keys.holder.clock import Clock as HolderClock
from keys.holder.office import Keys, Office
from keys.keyfile import public_half
from keys.ledger_proof import read_cosigned
from keys.manifest import Manifest, read_manifest
from keys.statement import Signer
from tests.shared_faces import face_of_centre, face_of_office

STARTS = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
OPENS = STARTS - timedelta(minutes=60)
PREPARED = STARTS - timedelta(days=4)
SECOND = timedelta(seconds=1)

SESSION = people.SESSION
STATIONS = ("45120101", "45120102")
FIRST, SECOND_STATION = STATIONS
HOLDERS = ("province", "city", "supervision")
POOLS = ("national", "city")
PORTS = {"centre": 7000, "province": 7001, "city": 7002, "supervision": 7003}
COPIES = {FIRST: 6, SECOND_STATION: 4}
BALANCED = {FIRST: Counts(4, 1, 1, 0, 0), SECOND_STATION: Counts(3, 0, 1, 0, 0)}
BOTH_HATS = "both-hats"
"""One person with the duties of sealer and approver, of both proofreaders, and of bank manager."""
BIG = 600 << 10
"""Bytes of the first station's main paper: three blocks."""

TINY = Plan(
    name="五题型",
    sections=(Section(ItemType.SINGLE, 4, 40), Section(ItemType.JUDGEMENT, 1, 40)),
    minutes=90,
    pass_points=60,
    local_cap=20,
    area_tolerance=20,
    unit_tolerance=20,
    per_point=2,
    figures_at_least=0,
    formulas_at_least=0,
    mean_difficulty=Band(100, 500),
)
PLANS.setdefault(TINY.name, TINY)
POLICY = Policy()
GUESSED = PredictabilityPolicy(block_above=100)
"""A paper of five items out of a tiny bank can be guessed."""
SETTING = PrintSetting("11" * 32, {"made-up.otf": "22" * 32})

sequencing.BEAT = 0.01
"""A test waits for the ledger a dozen times."""


@functools.cache
def _solver() -> Solver:
    return Solver()


@contextmanager
def one_solver() -> Iterator[Solver]:
    """The same worker for every draw of a test run: to start it takes longer than to draw."""
    yield _solver()


setattr(assembling, "Solver", one_solver)  # noqa: B010


@dataclass
class HandClock:
    """The time as it was set. A holder's own clock may be off by `ahead`."""

    at: datetime = PREPARED
    kind: str = "system"
    ahead: timedelta = timedelta(0)
    follows: HandClock | None = None

    def now(self) -> datetime:
        return (self.follows.now() if self.follows else self.at) + self.ahead

    __call__ = now

    def move(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Answer:
    """What urllib3 gives back, as far as our clients look at it."""

    status: int
    data: bytes
    cut: int | None = None

    def read1(self, amount: int) -> bytes:
        piece, self.data = self.data[:amount], self.data[amount:]
        return piece

    def release_conn(self) -> None:
        pass

    close = release_conn

    def stream(self, amount: int) -> Iterator[bytes]:
        whole = self.data if self.cut is None else self.data[: self.cut]
        for start in range(0, len(whole), amount):
            yield whole[start : start + amount]
        if self.cut is not None:
            raise urllib3.exceptions.ProtocolError("the line broke")


@dataclass
class Exchange:
    """One request as it went over the wire, and how many bytes came back."""

    to: str
    method: str
    path: str
    body: bytes
    headers: dict[str, str]
    status: int
    came: int


@dataclass
class Wire:
    """Stands where urllib3's pool manager stands; every address is an application in this process, which `find` gives.

    down: nobody answers there (names, or paths). garbled: what answers there instead. change(to, path, bytes): bytes changed
    on the way.
    cut: the next streamed answer breaks after so many bytes.
    """

    find: Callable[[str], Flask]
    down: set[str] = field(default_factory=set)
    garbled: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    change: Callable[[str, str, bytes], bytes] | None = None
    cut: int | None = None
    seen: list[Exchange] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        preload_content: bool = True,
    ) -> Answer:
        parts = urlsplit(url)
        to = next(name for name, port in PORTS.items() if port == parts.port)
        if {to, parts.path} & self.down:
            raise urllib3.exceptions.ConnectTimeoutError("nobody is there")
        if to in self.garbled:
            answer = Answer(*self.garbled[to])
        else:
            got = self.find(to).test_client().open(parts.path, method=method, data=body or b"", headers=headers)
            answer = Answer(got.status_code, got.data)
            got.close()
        if self.change is not None:
            answer.data = self.change(to, parts.path, answer.data)
        if parts.path.endswith("/container"):
            answer.cut, self.cut = self.cut, None
        came = len(answer.data if answer.cut is None else answer.data[: answer.cut])
        self.seen.append(Exchange(to, method, parts.path, body or b"", headers or {}, answer.status, came))
        return answer


@dataclass
class Centre:
    """The centre's adapters while they run."""

    book: Database
    ledger: Sequencer
    store: FolderPackageStore
    services: CentreServices
    watch: ReleaseWatch
    nonce_key: bytes = field(default_factory=lambda: os.urandom(32))

    @functools.cached_property
    def app(self) -> Flask:
        """Its own web face; what stations and desks ask of it goes through one that all centres share."""
        return create_app(self.services)

    def stop(self) -> None:
        self.ledger.stop()
        self.book.engine.dispose()


def content_keys(home: Path) -> ContentKeys:
    """The keys of a bank's content, wrapped by the vault file of this home; a new vault where there is none."""
    vault = home / "bank.vault"
    if not vault.exists():
        create_vault(vault, os.urandom)
    return ContentKeys(FileVault(vault, os.urandom), os.urandom)


def press(content: PaperContent, qr: str, marks: Sequence[StationMark]) -> list[bytes]:
    """Made-up pages: the same content and mark give the same bytes; the first station's main paper is three blocks."""
    pages = []
    for mark in marks:
        start = f"%PDF made up {sha256(canonical(content.document())).hex()} {qr} {mark.line()} {mark.orders}\n".encode()
        wanted = BIG if (mark.station, content.form) == (FIRST, Form.MAIN) else 1000
        pages.append(start + hashlib.shake_256(start).digest(wanted))
    return pages


def _secret(use: str, name: str) -> bytes:
    return hashlib.sha256(f"province {use} {name}".encode()).digest()


@functools.cache
def _signer(name: str, key_of: str) -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(_secret("sign", key_of)))


def told_nothing(body: Json) -> None:
    """The directory as it is."""


@functools.cache
def directory_of(edit: Callable[[Json], None]) -> bytes:
    """The province's directory with such a change, signed by two roots."""

    def public(name: str, *uses: str) -> dict[str, str]:
        return {use: public_half(use, _secret(use, name)).hex() for use in uses}

    places = people.places(len(STATIONS))
    roles = [*people.STAFF, *(k for office in people.OFFICES for k in people.keepers(office))]
    roles += [operator for place in places for operator in people.operators(place)]
    keys = {f"people/{role.name}": public(role.name, "sign") for role in roles}
    keys |= {f"roots/{i}": public(f"root-{i}", "sign") for i in (1, 2, 3)}
    keys |= {f"holders/{j}": public(name, "sign", "seal") for j, name in enumerate(HOLDERS, start=1)}
    keys |= {f"stations/{code}": public(code, "sign", "seal") for code in STATIONS}
    keys |= {name: public(name, "sign", "seal") for name in ("desk", "scoring")}
    keys["centre"] = public("ledger", "sign")
    body = people.directory_draft(keys, list(PORTS.values()), places)
    duties = ["sealer", "seal_approver", "proofreader", "bank_manager", "lifter"]
    more = {"name": BOTH_HATS, "label": "身兼数职者", "organisation": "示例市中心", "duties": duties}
    body["people"].append({**more, **public(BOTH_HATS, "sign")})
    edit(body)
    return sign_directory(body, [_signer(name, name) for name in ("root-1", "root-2")])


@functools.cache
def _empty_database() -> bytes:
    """A file with the tables of today and nothing in them: making them anew takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite"
        open_engine(file).dispose()
        return file.read_bytes()


class Province:
    """The province in `home`, from whatever state lies there. Centre and offices start when somebody first needs them.

    database: the URL of a PostgreSQL database for its centre; empty: the SQLite file in its folder.
    """

    def __init__(self, home: Path, at: datetime = PREPARED, edit: Callable[[Json], None] = told_nothing) -> None:
        self.home, self.clock, self.random = home, HandClock(at), os.urandom
        self.press: sealing.Render = press
        self.database = ""
        self.wire = Wire(self._app)
        self.holder_clocks = {name: HandClock(follows=self.clock) for name in HOLDERS}
        self.directory_data = directory_of(edit)
        self.directory: Directory = read_directory(self.directory_data, sha256(self.directory_data).hex())
        self.desk = DiskFolder(home / "desk")
        self._offices: dict[str, Office] = {}
        self._centre: Centre | None = None
        self._starting = threading.RLock()

    def close(self) -> None:
        if self._centre is not None:
            self._centre.stop()

    # who and with which keys

    def secret(self, use: str, name: str) -> bytes:
        """The raw key: everyone's is made from the name."""
        return _secret(use, name)

    def signer(self, name: str, key_of: str = "") -> Signer:
        return _signer(name, key_of or name)

    def signers(self, *names: str) -> list[Signer]:
        return [self.signer(name) for name in names]

    def operators(self, code: str) -> list[Signer]:
        return self.signers(f"{code}-operator-1", f"{code}-operator-2")

    def device(self, name: str) -> Device:
        return self.directory.device(name)

    # the seats

    @property
    def centre(self) -> Centre:
        with self._starting:
            self._centre = self._centre or self.start_centre()
            return self._centre

    @property
    def offices(self) -> list[Office]:
        return [self._office(name) for name in HOLDERS]

    def start_centre(self) -> Centre:
        """A centre over what lies in its folder; it refuses to be the second."""
        home = self.home / "centre"
        home.mkdir(parents=True, exist_ok=True)
        if not self.database and not (home / "centre.sqlite").exists():
            (home / "centre.sqlite").write_bytes(_empty_database())
        engine = quick(open_engine(self.database or home / "centre.sqlite"))
        files = LedgerFiles(home / "ledger"), LedgerFiles(self.home / "mirror")
        ledger = Sequencer(
            engine, files, self.directory, self.signer("ledger"), self.holders(), self.clock, home / "sequencer.lock"
        )
        try:
            ledger.start()
        except StoreError:
            engine.dispose()
            raise
        book, store = Database(engine, content_keys(home)), FolderPackageStore(home / "packages")
        services = CentreServices(book, store, ledger, self.directory, POLICY, self.clock, self.random)
        return Centre(book, ledger, store, services, ReleaseWatch(book, ledger, self.directory, self.holders(), self.clock))

    def settle(self, seconds: float = 3.0) -> None:
        """Until every queued line stands in a cosigned checkpoint."""
        lines = len(self.entries())
        for _ in patience(seconds):
            fresh = self.centre.ledger.fresh(1)
            if fresh is not None and read_cosigned(fresh.checkpoint, self.directory, 0).checkpoint.size == lines:
                return

    def wait_until(self, at: datetime) -> None:
        """Days pass. Not in the middle of a round of cosignatures: an audit would see holders whose clocks differ."""
        self.settle()
        self.stop_centre()
        self.clock.at = max(self.clock.at, at)

    def stop_centre(self) -> None:
        """Whoever needs the centre next starts it again over what lies there."""
        if self._centre is not None:
            self._centre.stop()
        self._centre = None

    def restart_offices(self) -> None:
        """They know again what their journals say, and nothing else."""
        self._offices.clear()

    def _office(self, name: str) -> Office:
        with self._starting:
            if name not in self._offices:
                home = self.home / "holders" / str(HOLDERS.index(name) + 1)
                home.mkdir(parents=True, exist_ok=True)
                keys = Keys(self.signer(name), self.secret("seal", name))
                clock = cast(HolderClock, self.holder_clocks[name])
                self._offices[name] = Office(home, self.directory, keys, clock)
            return self._offices[name]

    def _app(self, name: str) -> Flask:
        if name == "centre":
            return face_of_centre(self.centre.services, self.centre.nonce_key)
        return face_of_office(self._office(name))

    def holders(self) -> list[HolderLine]:
        lines: list[HolderLine] = []
        for holder in self.directory.holders:
            line = HttpHolderLine(holder)
            line._http = cast(Any, self.wire)
            lines.append(line)
        return lines

    def line(self, device: str, key_of: str = "") -> HttpCentreLine:
        """The wire from this device to the centre."""
        line = HttpCentreLine(self.directory.centre_url, self.signer(device, key_of))
        line._http = cast(Any, self.wire)
        return line

    def seat(self, code: str) -> Seat:
        """A station's by its code, or the scoring desk's."""
        home = self.home / code if code == "scoring" else self.home / "stations" / code
        return Seat(DiskFolder(home), self.signer(code), self.directory, self.clock)

    # what can be looked up

    def entries(self, act: str = "") -> list[Entry]:
        """Every queued line, or those of one act."""
        with self.centre.book.begin() as transaction:
            return [line for _, line in transaction.lines() if act in ("", line.act)]

    def acts(self) -> list[str]:
        return [line.act for line in self.entries()]

    def sealed_folder(self) -> str:
        return sealing.newest_folder(self.desk, SESSION)

    def manifest(self) -> Manifest:
        """The newest approved manifest on the desk."""
        return read_manifest(self.desk.read(f"{self.sealed_folder()}/{SESSION}.manifest"), self.directory)

    def draft(self) -> DeskDraft:
        return desk_session.load_draft(self.desk, SESSION, self.secret("seal", "desk"))

    def pools(self, named: Sequence[str] = ()) -> list[tuple[str, PoolContent]]:
        """The releases of these hids, else the newest of each pool on the desk, opened."""
        return pooling.open_pools(self.desk, self.directory, self.device("desk"), self.secret("seal", "desk"), named)

    # the story

    def author(self) -> None:
        """Steps 1 and 2: the blueprint, then both pools, each signed by three; whole pools go to the desk."""
        book, directory, clock = self.centre.book, self.directory, self.clock
        three = self.signers("item_writer-1", "item_reviewer-1", "item_approver-1")
        authoring.import_blueprint(book, directory, clock, POLICY, blueprint_file(blueprint_bytes()), three)
        for pool in POOLS:
            for who in three:
                viewing.sign_pledge_for(book, directory, clock, POLICY, pool, who)
            authoring.import_items(book, directory, clock, POLICY, own_workbook(items_bytes(pool)), {}, pool, three)
            self.release_pool(pool)

    def release_pool(self, pool: str, *, full: bool = False, edition: str = "1", policy: Policy = POLICY) -> None:
        managers = self.signers("bank_manager-1", "bank_manager-2")
        desk = self.device("desk")
        release = pooling.release_pool(
            self.centre.book, self.directory, pool, edition, desk, managers, self.clock, self.random, policy, full=full
        )
        pooling.take_pool(self.desk, self.directory, desk, release.manifest, lambda name: release.container)

    def order(
        self, plan: str = TINY.name, stations: Sequence[str] = STATIONS, variants: Variants = Variants.STATION
    ) -> ExamSession:
        orders = tuple(StationOrder(code, COPIES.get(code, 2), 1) for code in stations)
        session = ExamSession(SESSION, Scheme.APPRAISAL, "电工", 4, "理论知识", plan, orders, variants)
        assembling.new_session(self.desk, self.directory, session, PLANS[plan])
        return session

    def session(self) -> ExamSession:
        return desk_session.load_session(self.desk, SESSION)

    def seeds(self, *officers: str, redraw: str = "") -> None:
        me, desk = self.device("desk"), self.desk
        for officer in officers or ("bank_manager-1", "bank_manager-2"):
            signer = self.signer(officer)
            assembling.give_seed(desk, self.directory, me, SESSION, signer, self.clock, self.random, redraw=redraw)
            redraw = ""

    def assemble(
        self,
        who: str = "assembler-1",
        pools: list[tuple[str, PoolContent]] | None = None,
        forms: Sequence[Form] = assembling.USUAL,
    ) -> Certificate:
        """Step 3, the draw."""
        return assembling.assemble(
            self.desk,
            self.directory,
            self.device("desk"),
            self.secret("seal", "desk"),
            self.signer(who),
            SESSION,
            self.pools() if pools is None else pools,
            SETTING,
            self.line("desk"),
            self.clock,
            self.random,
            forms,
        ).certificate

    def pledge(self, *people: str) -> None:
        """Who will read the proof pledges for the pools it was drawn from."""
        until = self.clock() + timedelta(days=POLICY.review.pledge_days)
        for signer in self.signers(*people):
            for pool in POOLS if not self.desk.names(f"pledges/{signer.name}") else ():
                desk_pledges.pledge(self.desk, self.line("desk"), signer, pool, self.clock(), until)

    def prove(self, *pair: str, draft: DeskDraft | None = None) -> dict[str, str]:
        """Step 3, the proof."""
        pair = pair or ("proofreader-1", "proofreader-2")
        signers = self.signers(*pair)
        self.pledge(*pair)
        found = draft or self.draft()
        return proving.prove(self.desk, self.directory, found, "seen", signers, self.line("desk"), self.clock)

    def seal(self, who: str = "sealer-1", draft: DeskDraft | None = None, opens: datetime = OPENS) -> Manifest:
        """Step 4, the sealer's half."""
        return sealing.seal(
            self.desk,
            self.directory,
            self.device("desk"),
            draft or self.draft(),
            self.session(),
            Times(STARTS, 90, opens),
            GUESSED,
            self.signer(who),
            self.press,
            self.clock,
            self.random,
            told_nobody,
        )

    def approve(self, who: str = "seal_approver-1") -> Manifest:
        """Step 4, the approver's half."""
        return sealing.approve(self.desk, self.directory, SESSION, self.signer(who), self.clock)

    def seal_anew(self) -> Manifest:
        """The next version, from a redraw to the centre."""
        self.seeds(redraw="题目有误")
        self.assemble()
        self.prove()
        self.seal()
        self.approve()
        self.publish()
        return self.manifest()

    def publish(self, seconds: float = 3.0, line: HttpCentreLine | None = None) -> Publication:
        """Step 5, from the desk."""
        return distributing.publish(
            self.desk,
            self.directory,
            self.sealed_folder(),
            SESSION,
            line or self.line("desk"),
            self.holders(),
            patience(seconds),
            told_nobody,
        )

    def fetch(self, *codes: str) -> list[Fetched]:
        """Step 5, at the stations."""
        found = []
        for code in codes or STATIONS:
            found += distributing.fetch(self.seat(code), self.line(code), told_nobody)
        return found

    def arm(self, *codes: str, operators: list[Signer] | None = None) -> None:
        for code in codes or STATIONS:
            for package in self.packages(code):
                signers = self.operators(code) if operators is None else operators
                secret = self.secret("seal", code)
                distributing.arm(self.seat(code), package, secret, signers, self.line(code))

    def packages(self, code: str) -> list[Fetched]:
        return local_packages(self.seat(code))

    def release(self) -> None:
        """Step 6: the time comes, and the centre's watch asks the holders."""
        self.wait_until(OPENS)
        self.centre.watch.look()

    def open(self, code: str, lock: str = "A", operators: list[Signer] | None = None) -> Opened:
        """Step 7, with the release the centre has."""
        seat, line = self.seat(code), self.line(code)
        package = opening.armed(seat, SESSION, lock)
        release = published_release(line, package.manifest, self.directory, lock)
        assert release is not None, "not released"
        signers = self.operators(code) if operators is None else operators
        return opening.open_package(seat, package, self.secret("seal", code), signers, release, line)

    def open_all(self) -> None:
        for code in STATIONS:
            self.open(code)

    def return_(self, code: str, counts: Counts | None = None, keep_pdf: bool = False) -> bool:
        """Step 8."""
        seat = self.seat(code)
        package = opening.armed(seat, SESSION, "A")
        signers = self.operators(code)
        found = counts or BALANCED[code]
        return returning.return_copies(seat, package, found, signers, self.line(code), keep_pdf=keep_pdf)

    def open_everywhere(self) -> None:
        """Steps 3 to 7, from a draw to the papers of every station."""
        for step in ("prove", "seal", "approve", "publish", "fetch", "arm", "release", "open"):
            STORY[step](self)
        self.settle()

    def return_all(self) -> None:
        self.wait_until(STARTS + timedelta(minutes=95))
        for code in STATIONS:
            self.return_(code, keep_pdf=True)

    def send_uses(self, line: HttpCentreLine | None = None) -> Counted:
        """After opening, from the desk."""
        return counting.send_uses(
            self.desk, self.directory, self.device("desk"), self.signer("desk"), self.secret("seal", "desk"), SESSION,
            sealing.sealed_folders(self.desk, SESSION), line or self.line("desk"),
        )  # fmt: skip

    def audit(self) -> Audit:
        """Step 9, over everything that lies in `home`."""
        names = sorted(str(path.relative_to(self.home)) for path in self.home.rglob("*") if path.is_file())
        return auditing.audit(DiskFolder(self.home), names, [], self.directory)

    # beside the steps

    def freeze(self, *locks: str, who: str = "freezer-1") -> Delivery:
        manifest = self.manifest()
        order = ordering.freeze(manifest, locks or ("A",), "演练", self.signer(who), self.clock)
        return ordering.deliver(order, manifest, self.directory, self.holders(), self.line("desk"))

    def lift(self, *locks: str) -> Delivery:
        manifest = self.manifest()
        known = ordering.known_orders(manifest, self.directory, self.holders())
        freezes = ordering.freezes_to_lift(manifest, known, ())
        pair = self.signers("lifter-1", "lifter-2")
        order = ordering.lift(manifest, freezes, locks or ("A",), "演练", pair, self.clock)
        return ordering.deliver(order, manifest, self.directory, self.holders(), self.line("desk"))


STORY: dict[str, Callable[[Province], object]] = {
    "author": Province.author,
    "order": Province.order,
    "seeds": Province.seeds,
    "assemble": Province.assemble,
    "prove": Province.prove,
    "seal": Province.seal,
    "approve": Province.approve,
    "publish": Province.publish,
    "fetch": Province.fetch,
    "arm": Province.arm,
    "release": Province.release,
    "open": Province.open_all,
    "return": Province.return_all,
}
ERRORS = (KeysError, RuleError, FormatError, PortError)
After = Callable[[str], Province]
_told: dict[str, tuple[Path, datetime]] = {}


def _tell(step: str) -> tuple[Path, datetime]:
    """The folder of a province after this step, told once a process, each step from the one before."""
    if step not in _told:
        base = Path(tempfile.mkdtemp(prefix="province-"))
        atexit.register(shutil.rmtree, base, ignore_errors=True)
        steps = list(STORY)
        before = steps[steps.index(step) - 1] if step != steps[0] else ""
        at = PREPARED
        if before:
            told, at = _tell(before)
            shutil.copytree(told, base, dirs_exist_ok=True)
        province = Province(base, at)
        STORY[step](province)
        province.settle()
        province.close()
        _told[step] = (base, province.clock.at)
    return _told[step]


def open_after(step: str, home: Path) -> Province:
    """A province in which everything up to and with this step has happened; "" is an empty one. Close it."""
    at = PREPARED
    if step:
        told, at = _tell(step)
        shutil.copytree(told, home)
    return Province(home, at)


@pytest.fixture
def after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[After]:
    """`open_after` for one test, as often as it likes; closed at its end.

    Nothing waits for the disk meanwhile: what survives a power cut is tried by killing real processes, not here.
    """
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    opened: list[Province] = []

    def tell(step: str) -> Province:
        opened.append(open_after(step, tmp_path / f"province-{len(opened)}"))
        return opened[-1]

    yield tell
    for province in opened:
        province.close()


class Refusal(Protocol):
    """What every error of the house carries."""

    code: str
    facts: dict[str, Any]


def refused(code: str, act: Callable[[], object]) -> Refusal:
    """What `act` raises: one of the house's errors, with this code."""
    with pytest.raises(ERRORS) as caught:
        act()
    error = cast(Refusal, caught.value)
    assert error.code == code, caught.value
    return error


def quick(engine: Engine) -> Engine:
    """The same database without waiting for the disk; a test's PostgreSQL server never waits for it."""
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    engine.dispose()
    return engine


def patience(seconds: float, beat: float = 0.01) -> Iterator[None]:
    """Paces a wait, in real seconds: the ledger's threads are real."""
    for _ in range(int(seconds / beat)):
        yield
        time.sleep(beat)


@contextmanager
def killed_at_delete(monkeypatch: pytest.MonkeyPatch, nth: int) -> Iterator[None]:
    """A process that is killed before it deletes its nth file."""
    real, count = DiskFolder.delete, 0

    def delete(folder: DiskFolder, name: str) -> None:
        nonlocal count
        count += 1
        if count == nth:
            raise KeyboardInterrupt
        real(folder, name)

    with monkeypatch.context() as bent:
        bent.setattr(DiskFolder, "delete", delete)
        yield


def told_nobody(line: str) -> None:
    """Progress that nobody watches."""


def flipped(data: bytes, at: int = -1) -> bytes:
    """The same bytes with one bit changed."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def files(folder: Path) -> dict[str, bytes]:
    """Every file under a folder: what an act must leave as it was."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# the bank -----------------------------------------------------------------------------------------------------------------

_POINTS = (
    ("A", "基本要求", "40", "A", "职业道德", "40", "A", "道德知识", "40", "001", "道德的概念", "X"),
    ("A", "基本要求", "40", "A", "职业道德", "40", "A", "道德知识", "40", "002", "职业守则", "X"),
    ("B", "相关知识", "60", "A", "电路", "35", "A", "直流电路", "35", "001", "欧姆定律", "X"),
    ("B", "相关知识", "60", "A", "电路", "35", "A", "直流电路", "35", "002", "基尔霍夫定律", "X"),
    ("B", "相关知识", "60", "A", "电路", "35", "A", "直流电路", "35", "003", "电功率", "X"),
    ("B", "相关知识", "60", "B", "电机", "25", "A", "变压器", "25", "001", "变压器的变比", "X"),
    ("B", "相关知识", "60", "B", "电机", "25", "A", "变压器", "25", "002", "变压器的绕组", "X"),
)


def blueprint_file(workbook: bytes, policy: Policy = POLICY) -> BlueprintFile:
    """The workbook of a blueprint, read in this process."""
    return BlueprintFile(workbook, read_blueprint(workbook, policy.blueprint))


@functools.cache
def blueprint_bytes() -> bytes:
    """Seven points in two areas."""
    names = [f"{level}级{name}" for level in "一二三" for name in ("代码", "名称", "比重")]
    names += ["鉴定点代码", "鉴定点名称", "重要程度"]
    return blueprint_workbook([{**dict(zip(names, point, strict=True)), "页码": "1"} for point in _POINTS])


@functools.cache
def items_bytes(pool: str) -> bytes:
    """National: two choices and a judgement a point. City: one choice a point."""
    rows: list[dict[str, str]] = []
    for number, point in enumerate(_POINTS):
        path = (point[0] + point[1], point[3] + point[4], point[6] + point[7], point[9] + point[10], "", "")
        for kind in ("单选题", "单选题", "判断题")[: 3 if pool == "national" else 1]:
            serial = f"{pool}-{number}-{len(rows)}"
            choice = kind == "单选题"
            stem = f"{pool}题{serial}的正确说法是（　　）。"
            row = {"试题GUID": serial, "题型": kind, "题干": stem, "答案": "A" if choice else "√"}
            row |= {f"选项{x}": f"{serial}选项{x}" if choice and x in "ABCD" else "" for x in "ABCDE"}
            row |= {f"知识点{level}级": cell for level, cell in zip("一二三四五六", path, strict=True)}
            row |= {"难度": "3", "一致性": "5", "分数": "", "解析": "解", "出处": "自编", "互斥组": ""}
            rows.append(row)
    return item_workbook(rows)
