"""Step 4: what is sealed is what the pair signed, and a second person looks at all of it before it counts."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import pytest

from itembank.adapters.folder import DiskFolder
from itembank.domain.paper import Form, PaperContent, Scheme
from itembank.domain.plan import PLANS
from itembank.domain.session import ExamSession, StationOrder, Variants
from itembank.domain.variant import place_name
from itembank.formats import payload
from itembank.formats.desk_draft import DeskDraft, marking_key, station_key
from itembank.formats.payload import read_container, seal_content
from itembank.printing.render import StationMark
from itembank.steps import assembling, sealing
from itembank.steps.drafting import check_draft
from keys.encoding import Json, canonical, read_canonical
from keys.errors import UnavailableError
from keys.row import PackageCore, PackageRow
from keys.share import split
from tests.province import (
    FIRST,
    SECOND,
    SESSION,
    STARTS,
    After,
    Province,
    files,
    flipped,
    press,
    refused,
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


def test_every_station_has_an_order_of_its_own_that_only_the_answer_key_tells(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the answer key derives what each station printed, and its marking key."""
    province = after("prove")
    marks: dict[tuple[str, str], StationMark] = {}
    keys: dict[str, Json] = {}

    def watched(content: PaperContent, qr: str, given: Sequence[StationMark]) -> list[bytes]:
        marks.update({(content.form.value, mark.station): mark for mark in given})
        return press(content, qr, given)

    def kept(out: BinaryIO, hid: bytes, core: PackageCore, *rest: Any) -> PackageRow:
        if core.kind == "key":
            keys[core.paper] = read_canonical(rest[2], "key")
        return seal_content(out, hid, core, *rest)

    province.press = watched
    monkeypatch.setattr(sealing, "seal_content", kept)
    province.seal()

    orders = [mark.orders for mark in marks.values()]
    assert all(len(of_station) == 1 for of_station in orders) and len(set(orders)) > 1
    for (form, station), mark in marks.items():
        answers = {answer["item"]: answer["key"] for answer in keys[form]["answers"]}
        nos = province.draft().papers[Form(form)].item_nos
        printed = [nos[placed.question] for placed in mark.orders[0][1][0]]
        derived = marking_key(keys[form], place_name(form, station))
        assert [item_no for item_no, _ in derived[: len(printed)]] == printed
        assert {item_no: len(key) for item_no, key in derived} == {item_no: len(key) for item_no, key in answers.items()}


def test_with_an_order_for_every_seat_each_copy_has_its_own_and_a_marking_key_to_it(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    province = after("author")
    session = province.order(variants=Variants.SEAT)
    province.seeds()
    province.assemble()
    province.prove()
    keys: dict[str, Json] = {}
    marks: list[StationMark] = []

    def kept(out: BinaryIO, hid: bytes, core: PackageCore, *rest: Any) -> PackageRow:
        if core.kind == "key":
            keys[core.paper] = read_canonical(rest[2], "key")
        return seal_content(out, hid, core, *rest)

    def watched(content: PaperContent, qr: str, given: Sequence[StationMark]) -> list[bytes]:
        marks.extend(given if content.form is Form.MAIN else ())
        return press(content, qr, given)

    province.press = watched
    monkeypatch.setattr(sealing, "seal_content", kept)
    province.seal()

    nos = province.draft().papers[Form.MAIN].item_nos
    for order, mark in zip(session.stations, marks, strict=True):
        assert [copy for copy, _ in mark.orders] == [f"{n:03d}" for n in range(1, order.copies + 1)]
        rows = station_key(keys["A"], Form.MAIN, session, order)
        assert len(rows) == order.copies * len(nos)
        for copy, arranged in mark.orders:
            derived = marking_key(keys["A"], dict(session.places(Form.MAIN, order))[copy])
            assert [no for no, _ in derived[: len(arranged[0])]] == [nos[placed.question] for placed in arranged[0]]
            assert [key for at, _, key in rows if at == copy] == [key for _, key in derived]
    assert len({arranged for mark in marks for _, arranged in mark.orders}) > 2


def test_a_station_of_more_copies_than_can_each_have_an_order_is_not_ordered(after: After) -> None:
    province = after("author")
    session = ExamSession(
        SESSION, Scheme.APPRAISAL, "电工", 4, "理论知识", "80题型", (StationOrder(FIRST, 63, 1),), Variants.SEAT
    )

    refused("session.seats", lambda: assembling.new_session(province.desk, province.directory, session, PLANS["80题型"]))


def test_what_is_sealed_with_other_variants_than_the_attempt_says_is_not_approved(after: After) -> None:
    """The order on the desk is a file: the marking keys come from the one that was signed."""
    province = after("prove")
    changed = replace(province.session(), variants=Variants.SEAT)
    province.desk.replace(f"sessions/{SESSION}/order", canonical(changed.document()))

    refused("draft.other", lambda: check_draft(province.directory, changed, province.draft(), province.pools()))
    province.seal()
    refused("session.not_as_ordered", province.approve)


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
def test_one_share_that_does_not_fit_is_found_whichever_it_is(after: After, monkeypatch: pytest.MonkeyPatch, j: int) -> None:
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
