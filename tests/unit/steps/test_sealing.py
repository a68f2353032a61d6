"""Step 4: what is sealed is what the pair signed, and a second person looks at all of it before it counts."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from itembank.adapters.folder import DiskFolder
from itembank.domain.paper import PaperContent
from itembank.domain.session import Times
from itembank.formats import payload
from itembank.formats.desk_draft import DeskDraft
from itembank.formats.desk_statements import read_proof
from itembank.formats.payload import read_container
from itembank.ports import CentreLine
from itembank.printing.render import StationMark
from itembank.steps import distributing, opening, sealing
from itembank.steps.ordered import locks_of
from itembank.steps.seat import check_before_opening, local_packages, write_receipt_once
from keys import statement
from keys.encoding import b64, canonical, read_canonical, unb64
from keys.envelope import seal_envelope
from keys.errors import UnavailableError
from keys.manifest import read_manifest
from keys.row import PackageCore, read_row_file
from keys.share import split
from tests.province import (
    BOTH_HATS,
    FIRST,
    OPENS,
    SECOND,
    SESSION,
    STARTS,
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


# seal ---------------------------------------------------------------------------------------------------------------------


def with_other_stem(draft: DeskDraft) -> DeskDraft:
    """One word of one question is changed after the pair has read it."""
    form, paper = next(iter(draft.papers.items()))
    section = paper.content.sections[0]
    question = replace(section.questions[0], stem="另一道题")
    section = replace(section, questions=(question, *section.questions[1:]))
    content = replace(paper.content, sections=(section, *paper.content.sections[1:]))
    return replace(draft, papers={**draft.papers, form: replace(paper, content=content)})


def with_other_fonts(draft: DeskDraft) -> DeskDraft:
    form, paper = next(iter(draft.papers.items()))
    content = replace(paper.content, fonts={"made-up.otf": "33" * 32})
    return replace(draft, papers={**draft.papers, form: replace(paper, content=content)})


def without_spare(draft: DeskDraft) -> DeskDraft:
    form, paper = next(iter(draft.papers.items()))
    return replace(draft, papers={form: paper})


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(with_other_stem, id="one word of a question"),
        pytest.param(with_other_fonts, id="a font"),
        pytest.param(without_spare, id="the spare is left out"),
        pytest.param(lambda draft: replace(draft, attempt=2), id="another attempt"),
    ],
)
def test_a_draft_other_than_the_proof_is_not_sealed(after: After, change: Callable[[DeskDraft], DeskDraft]) -> None:
    """What the pair signed is what goes into the packages."""
    province = after("prove")

    refused("proof.other_paper", lambda: province.seal(draft=change(province.draft())))

    assert manifests(province) == []


def test_an_unproved_draft_is_not_sealed(after: After) -> None:
    """Nobody has read it."""
    province = after("assemble")

    refused("session.not_proved", province.seal)


@pytest.mark.parametrize(
    ("code", "opens"),
    [
        pytest.param("session.lead", STARTS - timedelta(minutes=91), id="91 minutes before the exam"),
        pytest.param("session.lead", STARTS + SECOND, id="after the exam has begun"),
        pytest.param("session.past", STARTS - timedelta(days=30), id="in the past"),
    ],
)
def test_times_that_cannot_be_are_not_sealed(after: After, code: str, opens: datetime) -> None:
    """The lead is ninety minutes at most, and lies ahead."""
    province = after("prove")

    refused(code, lambda: province.seal(opens=opens))


def test_somebody_without_the_duty_does_not_seal(after: After) -> None:
    """The last thing written is the manifest, and it is not written."""
    province = after("prove")

    refused("statement.duty", lambda: province.seal("assembler-1"))

    assert manifests(province) == []
    province.seal()


def test_a_seal_that_was_broken_off_starts_again_from_the_draft(after: After) -> None:
    """Nothing counts before the manifest is written, and nothing of the broken run stays."""
    province = after("prove")

    def jammed(content: PaperContent, qr: str, marks: Sequence[StationMark]) -> list[bytes]:
        if content.form.value == "S":
            raise UnavailableError("print.timeout")
        return press(content, qr, marks)

    province.press = jammed
    refused("print.timeout", province.seal)
    assert manifests(province) == []
    province.desk.write_once(f"{FOLDER}/{'0' * 64}.sealed", b"left over")
    province.press = press

    manifest = province.seal()

    containers = [name for name in province.desk.names(FOLDER) if name.endswith(".sealed")]
    assert len(containers) == manifest.row_count == 6


def test_a_container_that_did_not_reach_the_disk_whole_is_found_by_the_self_test(after: After) -> None:
    """Every package is read again and opened before the secrets are dropped."""

    class BadDisk(DiskFolder):
        def read(self, name: str) -> bytes:
            data = super().read(name)
            return flipped(data) if name.endswith(".sealed") else data

    province = after("prove")
    province.desk = BadDisk(province.home / "desk")

    refused("container.block", province.seal)

    assert manifests(province) == []


def test_the_self_test_opens_with_every_pair_of_holders(after: After) -> None:
    """Three holders, any two: three subsets."""
    province = after("approve")

    assert (province.manifest().selftest.subsets, province.manifest().selftest.packages) == (3, 6)


def test_sealing_again_makes_a_version_that_names_the_one_it_supersedes(after: After) -> None:
    """A version is never sealed over another."""
    province = after("approve")
    first = province.manifest()

    second = province.seal()

    assert (second.header.version, second.header.supersedes) == (2, first.hid.hex())
    assert province.desk.read(f"{FOLDER}/{SESSION}.manifest") == first.data


def test_two_sealings_at_once_are_one_version_after_the_other(after: After) -> None:
    """The second waits: what one has written the other does not take for what a kill left."""
    province = after("prove")

    with ThreadPoolExecutor(2) as pool:
        sealed = list(pool.map(lambda _: province.seal(), range(2)))

    assert sorted(manifest.header.version for manifest in sealed) == [1, 2]
    assert len(manifests(province)) == 2


# approve ------------------------------------------------------------------------------------------------------------------


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
        lambda: sealing.approve(province.desk, province.directory, province.session(), forged, province.clock),
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
    province.desk.replace(name, statement.sign("proof", {**body, "shown": "page 1"}, pair))


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
def test_what_was_changed_after_sealing_is_not_approved(
    after: After, code: str, bend: Callable[[Province], object]
) -> None:
    """The approver's process looks at everything that can be checked without a secret."""
    province = after("seal")
    bend(province)
    before = province.desk.read(f"{FOLDER}/{SESSION}.manifest")

    refused(code, province.approve)

    assert province.desk.read(f"{FOLDER}/{SESSION}.manifest") == before


# the self-test ------------------------------------------------------------------------------------------------------------


def test_a_container_that_went_wrong_on_the_disk_is_not_signed_for(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is read again before the secrets are dropped."""
    province = after("prove")
    write = DiskFolder.write_once

    def worn_out(self: DiskFolder, name: str, data: bytes) -> None:
        write(self, name, flipped(data) if name.endswith(".sealed") else data)

    monkeypatch.setattr(DiskFolder, "write_once", worn_out)

    refused("container.block", province.seal)
    assert manifests(province) == []


@pytest.mark.parametrize("j", [1, 2, 3])
def test_one_share_that_does_not_fit_is_found_whichever_it_is(
    after: After, monkeypatch: pytest.MonkeyPatch, j: int
) -> None:
    """Every k-subset is tried: a wrong share would be missed by the subsets it is not in."""
    province = after("prove")

    def wrong(release: bytes, k: int, n: int) -> list[bytes]:
        shares = split(release, k, n)
        return [flipped(share) if number == j else share for number, share in enumerate(shares, start=1)]

    monkeypatch.setattr(sealing, "split", wrong)

    refused("container.key", province.seal)
    assert manifests(province) == []


def test_pages_other_than_the_committed_ones_are_not_signed_for(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that opens, and holds something else."""
    province = after("prove")
    monkeypatch.setattr(payload, "read_container", lambda *which: flipped(read_container(*which)))

    refused("container.pages", province.seal)
    assert manifests(province) == []


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
        changed.setattr(sealing, "locks_of", lambda times: tuple(replace(lock, kind="time") for lock in real(times)))
        province.seal()

    refused("session.not_as_ordered", province.approve)


def test_an_exam_of_another_length_than_the_plans_is_not_approved(after: After) -> None:
    """With an exam of one minute the answer key would open while candidates write."""
    province = after("prove")
    times = Times(OPENS + timedelta(minutes=60), 1, OPENS)
    sealing.seal(
        province.desk, province.directory, province.draft(), province.session(), times, province.signer("sealer-1"),
        press, province.clock, province.random, lambda line: None,
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
