"""Step 4, the second person: whatever the sealer chose to do otherwise than ordered is not approved, nor taken by a station."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from itembank.domain.session import Times
from itembank.formats.desk_statements import read_proof
from itembank.ports import CentreLine
from itembank.steps import distributing, opening, sealing
from itembank.steps.ordered import locks_of
from itembank.steps.seat import check_before_opening, local_packages, write_receipt_once
from keys import statement
from keys.encoding import b64, canonical, read_canonical, unb64
from keys.envelope import seal_envelope
from keys.manifest import read_manifest
from keys.row import PackageCore, read_row_file
from tests.province import (
    BOTH_HATS,
    FIRST,
    GUESSED,
    OPENS,
    SESSION,
    After,
    Province,
    files,
    flipped,
    press,
    refused,
    told_nobody,
)

FOLDER = f"sessions/{SESSION}/v1"


def manifests(province: Province) -> list[str]:
    return [name for name in files(province.home / "desk" / "sessions") if name.endswith(".manifest")]


def test_the_sealer_does_not_approve(after: After) -> None:
    """One person with both duties is still one person."""
    province = after("prove")
    province.seal(BOTH_HATS)

    refused("statement.same_person", lambda: province.approve(BOTH_HATS))

    province.approve()


def test_the_sealers_key_under_another_name_does_not_approve(after: After) -> None:
    """The name in the directory has a key of its own."""
    province = after("seal")
    name = f"{FOLDER}/{SESSION}.manifest"
    before = province.desk.read(name)
    forged = province.signer("seal_approver-1", key_of="sealer-1")

    refused(
        "statement.signature",
        lambda: sealing.approve(province.desk, province.directory, SESSION, forged, province.clock),
    )

    assert province.desk.read(name) == before


@pytest.mark.parametrize(
    ("code", "who"),
    [
        pytest.param("statement.duty", "assembler-1", id="the assembler"),
        pytest.param("statement.unknown_signer", "root-1", id="a root"),
    ],
)
def test_somebody_without_the_duty_does_not_approve(after: After, code: str, who: str) -> None:
    """The manifest stays half signed."""
    province = after("seal")
    before = province.desk.read(f"{FOLDER}/{SESSION}.manifest")

    refused(code, lambda: province.approve(who))

    assert province.desk.read(f"{FOLDER}/{SESSION}.manifest") == before


def test_nothing_is_approved_once_its_time_has_come(after: After) -> None:
    """A paper that opens before it is published would open for nobody."""
    province = after("seal")
    province.clock.at = OPENS

    refused("session.past", province.approve)


def test_a_manifest_is_approved_once(after: After) -> None:
    """The same approver again changes nothing; a third person's signature has no place in it."""
    province = after("approve")
    before = province.manifest().data

    assert province.approve().data == before
    refused("statement.signers", lambda: province.approve(BOTH_HATS))

    assert province.manifest().data == before


def the(province: Province, pattern: str, nth: int = 0) -> Path:
    """The n-th file of this pattern in the folder of the sealed version."""
    return sorted((province.home / "desk" / FOLDER).glob(pattern))[nth]


def flip_a_byte(province: Province) -> None:
    the(province, "*.sealed").write_bytes(flipped(the(province, "*.sealed").read_bytes()))


def swap_containers(province: Province) -> None:
    one, other = the(province, "*.sealed"), the(province, "*.sealed", 1)
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def put_a_row_in_anothers_place(province: Province) -> None:
    the(province, "*.row").write_bytes(the(province, "*.row", 1).read_bytes())


def print_more_copies(province: Province) -> None:
    path = next(p for p in (the(province, "*.row", n) for n in range(6)) if b'"copies":6' in p.read_bytes())
    path.write_bytes(path.read_bytes().replace(b'"copies":6', b'"copies":9'))


def change_a_commitment(province: Province) -> None:
    path = the(province, "*.row")
    path.write_bytes(re.sub(rb'"cP":"[0-9a-f]{8}', b'"cP":"00000000', path.read_bytes()))


def exchange_the_certificate(province: Province) -> None:
    province.desk.replace(f"sessions/{SESSION}/certificate", b"{}")


def sign_another_proof(province: Province) -> None:
    name = f"sessions/{SESSION}/proof"
    body = read_proof(province.desk.read(name), province.directory)
    pair = province.signers("proofreader-1", "proofreader-2")
    province.desk.replace(name, statement.sign("proof", {**body, "shown": "page 1", "since": body["at"]}, pair))


def open_a_second_earlier(province: Province) -> None:
    value = read_canonical(the(province, "*.manifest").read_bytes(), "manifest")
    payload = unb64(value["payload"], "manifest").replace(b'"opens":"2026-12-05T00:00:00Z"', b'"opens":"2026-12-04T23:59:59Z"')
    the(province, "*.manifest").write_bytes(canonical({**value, "payload": b64(payload)}))


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("container.block", flip_a_byte, id="a flipped byte in a container"),
        pytest.param("container.row", swap_containers, id="two containers swapped"),
        pytest.param("store.missing", lambda p: the(p, "*.sealed").unlink(), id="a container is missing"),
        pytest.param("session.not_as_ordered", lambda p: the(p, "*.row").unlink(), id="a row is missing"),
        pytest.param("session.not_as_ordered", put_a_row_in_anothers_place, id="a row in the place of another"),
        pytest.param("session.not_as_ordered", print_more_copies, id="more copies in a row"),
        pytest.param("row.proof", change_a_commitment, id="another commitment in a row"),
        pytest.param("proof.other_paper", exchange_the_certificate, id="another certificate"),
        pytest.param("proof.other_paper", sign_another_proof, id="another proof by the same pair"),
        pytest.param("statement.signature", open_a_second_earlier, id="T changed in the header"),
    ],
)
def test_what_was_changed_after_sealing_is_not_approved(after: After, code: str, bend: Callable[[Province], object]) -> None:
    """The approver's process looks at everything that can be checked without a secret."""
    province = after("seal")
    bend(province)
    before = province.desk.read(f"{FOLDER}/{SESSION}.manifest")

    refused(code, province.approve)

    assert province.desk.read(f"{FOLDER}/{SESSION}.manifest") == before


# what the sealer may not choose -------------------------------------------------------------------------------------------


def key_for_a_station(*fields: Any) -> PackageCore:
    """Every answer key is made out to the first station, on the main paper's lock: it would open there at T."""
    core = PackageCore(*fields)
    return replace(core, station=FIRST, lock="A") if core.kind == "key" else core


def test_an_answer_key_for_a_station_is_not_approved(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    province = after("prove")
    with monkeypatch.context() as changed:
        changed.setattr("itembank.steps.sealing.PackageCore", key_for_a_station)
        province.seal()

    refused("session.not_as_ordered", province.approve)
    assert "open.answer_key" in {finding.code for finding in province.audit().findings}


def test_locks_of_the_sealers_own_making_are_not_approved(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """A spare that opens by itself."""
    province, real = after("prove"), locks_of
    with monkeypatch.context() as changed:
        changed.setattr(sealing, "locks_of", lambda *asked: tuple(replace(lock, kind="time") for lock in real(*asked)))
        province.seal()

    refused("session.not_as_ordered", province.approve)


def test_an_exam_of_another_length_than_the_plans_is_not_approved(after: After) -> None:
    """With an exam of one minute the answer key would open while candidates write."""
    province = after("prove")
    times = Times(OPENS + timedelta(minutes=60), 1, OPENS)
    sealing.seal(
        province.desk, province.directory, province.device("desk"), province.draft(), province.session(), times, GUESSED,
        province.signer("sealer-1"), press, province.clock, province.random, lambda line: None,
    )  # fmt: skip

    refused("session.not_as_ordered", province.approve)


def test_a_station_takes_no_answer_key_whoever_sealed_it(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealer, approver and centre together: the station still refuses it when it comes."""
    province = after("prove")
    with monkeypatch.context() as changed:
        changed.setattr("itembank.steps.sealing.PackageCore", key_for_a_station)
        changed.setattr(sealing, "check_packages", lambda *_: None)
        province.seal()
        province.approve()
    manifest = read_manifest(province.desk.read(f"{FOLDER}/{SESSION}.manifest"), province.directory)
    rows = [province.desk.read(name) for name in province.desk.names(FOLDER) if name.endswith(".row")]
    key = next(row for row in rows if read_row_file(row).row.core.kind == "key")

    class Lying:
        def packages(self) -> list[tuple[str, str]]:
            return [(manifest.hid.hex(), manifest.check_row(read_row_file(key)).hex())]

        def session_manifest(self, hid: str) -> bytes:
            return manifest.data

        def row(self, pid: str) -> bytes:
            return key

    refused("open.answer_key", lambda: distributing.fetch(province.seat(FIRST), cast(CentreLine, Lying()), told_nobody))


def test_a_station_that_has_an_answer_key_with_its_own_envelope_does_not_arm_or_open_it(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brought on a stick by everybody who seals, with everything but the right kind."""
    province = after("prove")
    station = province.device(FIRST)

    def for_the_station(hid: bytes, pid: bytes, device: str, public: bytes, access: bytes) -> bytes:
        return seal_envelope(hid, pid, FIRST, station.seal, access)

    with monkeypatch.context() as changed:
        changed.setattr("itembank.steps.sealing.PackageCore", key_for_a_station)
        changed.setattr("itembank.steps.sealing.seal_envelope", for_the_station)
        changed.setattr(sealing, "check_packages", lambda *_: None)
        province.seal()
        province.approve()
    desk, seat = province.desk, province.seat(FIRST)
    manifest = read_manifest(desk.read(f"{FOLDER}/{SESSION}.manifest"), province.directory)
    name = next(n for n in desk.names(FOLDER) if n.endswith(".row") and read_row_file(desk.read(n)).row.core.kind == "key")
    pid, shelf = Path(name).stem, f"sessions/{manifest.hid.hex()}"
    seat.folder.write_once(f"newest/{SESSION}", f"1 {manifest.hid.hex()}".encode())
    seat.folder.write_once(f"{shelf}/{SESSION}.manifest", manifest.data)
    for ending, source in (("row", "row"), ("sealed", "sealed"), ("envelope", "scoring.envelope")):
        seat.folder.write_once(f"{shelf}/{pid}.{ending}", desk.read(f"{FOLDER}/{pid}.{source}"))
    (package,), operators = local_packages(seat), province.operators(FIRST)
    secret = province.secret("seal", FIRST)
    assert check_before_opening(seat, package, secret), "nothing else is wrong with it"

    refused("open.answer_key", lambda: distributing.arm(seat, package, secret, operators, province.line(FIRST)))
    write_receipt_once(seat, "arm", package.hid, package.pid, {}, operators)
    refused("open.answer_key", lambda: opening.armed(seat, SESSION, "A"))
