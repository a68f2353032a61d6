"""What only a test may do, because it holds everybody's keys: to learn what the others must not be able to learn."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from itembank import bootstrap
from itembank.bootstrap.desk import desk_seat
from itembank.demo import cast
from itembank.domain.plan import PLANS
from itembank.domain.policy import PredictabilityPolicy
from itembank.domain.session import Times
from itembank.formats.desk_draft import DeskDraft
from itembank.formats.payload import SALT, read_container
from itembank.ports import CentreLine, HolderLine
from itembank.steps import desk_session, sealing
from keys.content_key import content_key, payload_context
from keys.envelope import open_envelope
from keys.keyfile import host_signer, read_host, unlock
from keys.manifest import Manifest, read_manifest
from keys.row import PackageRow, read_row_file
from keys.share import ShareLine, combine, open_share
from tests.flow.stage import Province


def share_of(province: Province, j: int, lock: str) -> bytes:
    """The secret of one holder, opened with its own key from its own folder, past all rules."""
    manifest = province.manifest
    factors = manifest.factors(lock)
    _, secret = read_host(province.home / "holders" / str(j) / "seal.key", "seal")
    return open_share(manifest.hid, lock, j, secret, factors.sealed[j - 1], factors.c[j - 1])


def release_of(province: Province, lock: str) -> bytes:
    return combine([(j, share_of(province, j, lock)) for j in (1, 2)])


def line_of(province: Province, j: int, lock: str = "A", **changed: Any) -> ShareLine:
    """A share line with this holder's true signature, whatever it says."""
    now = datetime.now(UTC).replace(microsecond=0)
    fields = {"hid": province.manifest.hid, "lock": lock, "j": j, "share": share_of(province, j, lock), "at": now}
    line = ShareLine(**{**fields, "size": 20, "clock": "system", "mode": "rule", **changed})
    return line.signed(host_signer(province.home / "holders" / str(j) / "sign.key"))


def access_of(province: Province, pid: str, device: str, secret: bytes) -> bytes:
    """A, as this device would open it from the desk's envelopes."""
    folder = desk_folder(province)
    row = read_row_file((folder / f"{pid}.row").read_bytes()).row
    envelope = (folder / f"{pid}.{device}.envelope").read_bytes()
    return open_envelope(province.manifest.hid, bytes.fromhex(pid), device, secret, envelope, row.c_a)


def plaintext_of(province: Province, pid: str, access: bytes, release: bytes) -> bytes:
    """What is in a package. Raises ContainerError with one factor wrong."""
    hid, raw = province.manifest.hid, bytes.fromhex(pid)
    data = (desk_folder(province) / f"{pid}.sealed").read_bytes()
    plain = read_container(io.BytesIO(data), content_key(hid, raw, access, release), payload_context(hid, raw))
    return plain[SALT:]


def answer_keys(province: Province) -> list[dict[str, Any]]:
    """Both answer keys, with the items drawn and the seed."""
    secret = device_secret(province.home, "scoring", cast.SCORING_PEOPLE[0])
    release = release_of(province, "KEY")
    found = []
    for pid, row in rows(province).items():
        if row.core.lock == "KEY":
            access = access_of(province, pid, "scoring", secret)
            found.append(json.loads(plaintext_of(province, pid, access, release)))
    return found


def desk_folder(province: Province) -> Path:
    """The folder of the newest sealed version."""
    return province.home / "desk" / "sessions" / cast.SESSION / f"v{province.manifest.header.version}"


def rows(province: Province) -> dict[str, PackageRow]:
    """pid → row of every package of the newest version."""
    return {path.stem: read_row_file(path.read_bytes()).row for path in sorted(desk_folder(province).glob("*.row"))}


def device_secret(home: Path, device: str, person: str) -> bytes:
    """The decryption key of the desk or the scoring desk, with one person's passphrase."""
    passphrase = (home / "people" / person / "passphrase").read_bytes().strip()
    return _unlock((home / device / "seal.key").read_bytes(), person, passphrase)


@cache
def _unlock(key: bytes, person: str, passphrase: bytes) -> bytes:
    return unlock(key, {person: passphrase})


def draft_of(province: Province) -> DeskDraft:
    """What the desk drew, in memory."""
    secret = device_secret(province.home, "desk", "sealer-1")
    return desk_session.load_draft(desk_seat(province.home / "desk").folder, cast.SESSION, secret)


def seal_quickly(province: Province, draft: DeskDraft, *, opens_in: int, approved: bool = True, pages: int = 1000) -> Manifest:
    """The step itself with all its keys, but pages of so many bytes from no typesetter."""
    seat = desk_seat(province.home / "desk")
    opens = (datetime.now(UTC) + timedelta(seconds=opens_in)).replace(microsecond=0)
    ordered = desk_session.load_session(seat.folder, cast.SESSION)
    times = Times(opens + timedelta(minutes=60), PLANS[ordered.plan].minutes, opens)
    manifest = sealing.seal(
        seat.folder, seat.directory, seat.me, draft, ordered, times, PredictabilityPolicy(block_above=50),
        province.signer("sealer-1"),
        lambda content, qr, marks: [bootstrap.random(pages) for _ in marks],
        bootstrap.now, bootstrap.random, lambda line: None,
    )  # fmt: skip
    if approved:
        name = f"sessions/{cast.SESSION}/v{manifest.header.version}/{cast.SESSION}.manifest"
        sealing.approve(seat.folder, seat.directory, cast.SESSION, province.signer("seal_approver-1"), bootstrap.now)
        manifest = read_manifest(seat.folder.read(name), seat.directory)
    return manifest


def centre_of(province: Province, number: int) -> CentreLine:
    """The wire to the centre, signed by this station's device."""
    return bootstrap.centre_line(province.directory, province.seat(number).device)


def holder_lines(province: Province) -> list[HolderLine]:
    return bootstrap.holder_lines(province.directory)


def wait_for(true: Callable[[], bool], province: Province, seconds: float = 15) -> None:
    """Until it is so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, province.log()
        time.sleep(0.05)
