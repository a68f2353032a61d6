"""Step 3: two officers' seeds and a line in the ledger before anything is drawn; no second draw without a second line."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from itembank.domain.confidentiality import Pledge
from itembank.domain.paper import Scheme
from itembank.domain.policy import Policy, PoolPolicy
from itembank.domain.review import Move
from itembank.domain.session import ExamSession, StationOrder
from itembank.formats.bank_statements import read_pledge, sign_pledge
from itembank.formats.plan_file import plan_document
from itembank.steps import assembling, desk_session, pledged, proving, reviewing, viewing
from keys.encoding import b64, canonical, read_canonical, unb64
from keys.ledger_proof import read_cosigned
from keys.statement import Signer
from tests.province import BOTH_HATS, FIRST, POLICY, SESSION, TINY, After, Province, flipped, killed_at_delete, refused

FOLDER = f"sessions/{SESSION}"


def drawn(province: Province) -> bytes:
    return canonical(province.draft().document())


def impossible(province: Province, figures: int = 1) -> None:
    """The plan asks for a figure, and no item has one."""
    plan = replace(TINY, figures_at_least=figures)
    province.desk.replace(f"{FOLDER}/plan", canonical(plan_document(plan)))


# seeds --------------------------------------------------------------------------------------------------------------------


def test_one_officers_seed_is_not_enough(after: After) -> None:
    """Both halves of the seed come from two people."""
    province = after("order")
    province.seeds("bank_manager-1")

    error = refused("seed.two_needed", province.assemble)

    assert error.facts == {"came": 1} and "attempt" not in province.acts()


def test_one_officer_gives_no_second_seed(after: After) -> None:
    """Who may choose twice chooses the paper."""
    province = after("order")
    province.seeds("bank_manager-1")
    given = province.desk.read(f"{FOLDER}/seeds/1-bank_manager-1")

    refused("seed.given", lambda: province.seeds("bank_manager-1"))

    assert province.desk.read(f"{FOLDER}/seeds/1-bank_manager-1") == given


def test_a_seed_by_somebody_without_the_duty_is_refused_when_it_is_given(after: After) -> None:
    """It leaves nothing that would stop the draw later."""
    province = after("seeds")

    refused("statement.duty", lambda: province.seeds("freezer-1"))

    province.assemble()


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("seed.foreign", lambda data, other: other, id="a seed of the attempt before"),
        pytest.param("object.not_canonical", lambda data, other: data[:-1], id="a cut seed"),
        pytest.param("statement.signature", lambda data, other: _other_hash(data), id="a seed whose hash was changed"),
    ],
)
def test_a_seed_that_is_not_as_given_stops_the_draw(after: After, code: str, bend: Callable[[bytes, bytes], bytes]) -> None:
    """Every seed is read and checked again at the draw."""
    province = after("seeds")
    impossible(province)
    refused("plan.cannot_be_met", province.assemble)
    province.seeds()
    name, old = f"{FOLDER}/seeds/2-bank_manager-2", f"{FOLDER}/seeds/1-bank_manager-2"
    province.desk.replace(name, bend(province.desk.read(name), province.desk.read(old)))

    refused(code, province.assemble)

    assert province.acts().count("attempt") == 1


def _other_hash(data: bytes) -> bytes:
    envelope = read_canonical(data, "seed")
    payload = unb64(envelope["payload"], "seed").replace(b'"hash":"', b'"hash":"0', 1)
    return canonical({**envelope, "payload": b64(payload)})


# the line that comes first ------------------------------------------------------------------------------------------------


def test_nothing_is_drawn_before_the_attempt_is_in_a_signed_checkpoint(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the solver starts, the ledger's signature already covers the attempt."""
    province = after("seeds")
    lines: list[str] = []

    def draw_nothing(*_: object) -> None:
        size = read_cosigned(province.centre.ledger.newest(), province.directory, 0).checkpoint.size
        lines.extend(entry.act for entry in province.entries()[:size])
        raise KeyboardInterrupt

    monkeypatch.setattr(assembling, "draw", draw_nothing)
    with pytest.raises(KeyboardInterrupt):
        province.assemble()

    assert lines[-1] == "attempt"


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("line.silent", lambda p: p.wire.down.add("centre"), id="the centre is away"),
        pytest.param("line.language", lambda p: p.wire.garbled.update(centre=(502, b"<html>")), id="a proxy answers"),
        pytest.param("ledger.other_line", lambda p: _answer_with_another_line(p), id="the proof of another line"),
        pytest.param("note.signature", lambda p: _answer_with_forged_note(p), id="a checkpoint nobody signed"),
        pytest.param("tree.inclusion", lambda p: _answer_with_other_index(p), id="a line that is not in the tree"),
    ],
)
def test_without_a_true_proof_of_the_attempts_line_nothing_is_drawn(
    after: After, code: str, bend: Callable[[Province], object]
) -> None:
    """The centre's word is not enough."""
    province = after("seeds")
    bend(province)

    refused(code, province.assemble)

    assert not province.desk.exists(f"{FOLDER}/draft") and not province.desk.exists(f"{FOLDER}/certificate")


def _answer_with_another_line(province: Province) -> None:
    other = province.centre.ledger.wait(1, 2).encode()
    province.wire.change = lambda to, path, data: other if path == "/api/attempts" else data


def _answer_with_forged_note(province: Province) -> None:
    def change(to: str, path: str, data: bytes) -> bytes:
        at = data.find(b"\xe2\x80\x94 itembank.example") + 60
        return data[:at] + (b"A" if data[at : at + 1] != b"A" else b"B") + data[at + 1 :] if path == "/api/attempts" else data

    province.wire.change = change


def _answer_with_other_index(province: Province) -> None:
    def change(to: str, path: str, data: bytes) -> bytes:
        return re.sub(rb'"index":[0-9]+', b'"index":4', data) if path == "/api/attempts" else data

    province.wire.change = change


def test_an_attempt_by_somebody_without_the_duty_is_refused_and_leaves_nothing(after: After) -> None:
    """The right person can draw afterwards."""
    province = after("seeds")

    refused("statement.duty", lambda: province.assemble("sealer-1"))

    assert province.assemble().score == "25/25"


# drawing again ------------------------------------------------------------------------------------------------------------


def cut_off(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes after the attempt's line is in the ledger, before the draft is written."""

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as bent:
        bent.setattr(assembling, "seal_draft", cut)
        with pytest.raises(KeyboardInterrupt):
            province.assemble()


def test_the_same_seeds_pools_and_plan_draw_the_same_papers(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replay: what was cut off is drawn again, byte for byte, under the line that is there."""
    one, other = after("seeds"), after("seeds")
    for province in (one, other):
        province.clock.move(microseconds=7)
    one.assemble()
    cut_off(other, monkeypatch)

    other.assemble()

    assert drawn(one) == drawn(other) and other.acts().count("attempt") == 1


def test_other_seeds_draw_other_papers(after: After) -> None:
    """The seed decides, or the replay would prove nothing."""
    papers = set()
    for _ in range(3):
        province = after("order")
        province.seeds()
        province.assemble()
        papers.add(tuple(paper.item_nos for paper in province.draft().papers.values()))

    assert len(papers) > 1


def test_a_third_seed_after_the_line_does_not_draw_another_paper(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attempt names the seeds of its draw; a seed chosen after looking is not one of them."""
    one, other = after("seeds"), after("seeds")
    one.assemble()
    cut_off(other, monkeypatch)
    other.seeds(BOTH_HATS)

    other.assemble()

    assert drawn(one) == drawn(other)


def test_another_pool_after_the_line_does_not_draw_another_paper(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attempt names the releases of its draw; a pool that came after it is refused, and the draw goes on without."""
    province = after("seeds")
    cut_off(province, monkeypatch)
    province.release_pool("city")

    error = refused("attempt.other", province.assemble)

    assert "pools" in cast(list[str], error.facts["fields"]) and not province.desk.exists(f"{FOLDER}/draft")
    named = desk_session.attempted_pools(province.desk, province.directory, SESSION)
    assert province.assemble(pools=province.pools(named)).provenance.pool_releases == tuple(named)


def test_a_pool_whose_release_left_no_line_draws_no_paper(after: After) -> None:
    """Two managers with a copy of the bank could draw from items nobody will ever see."""
    province = after("seeds")
    pools = [("00" * 32, content) for _, content in province.pools()]

    refused("attempt.pool_unknown", lambda: province.assemble(pools=pools))

    assert province.entries("attempt") == [] and not province.desk.exists(f"{FOLDER}/draft")
    province.assemble()
    assert [line.subject["attempt"] for line in province.entries("attempt")] == ["1"]


def test_nothing_is_drawn_from_a_release_with_an_item_that_was_frozen_since(after: After) -> None:
    """A leak is suspected after the desk took the pool; released anew, the same seeds draw without the item."""
    province = after("seeds")
    frozen = next(content.items[0].item_no for _, content in province.pools() if content.pool == "city")
    book, manager = province.centre.book, province.signer("bank_manager-1")
    reviewing.review(book, province.directory, province.clock, POLICY, manager, Move.FREEZE, (frozen,), comment="外泄")

    error = refused("attempt.frozen", province.assemble)

    assert error.facts["count"] == 1 and error.facts["name"] == "city" and province.entries("attempt") == []
    province.release_pool("city")
    certificate = province.assemble()
    assert frozen not in {card.item_no for card in certificate.snapshot.cards}


def test_a_seed_exchanged_after_the_line_is_refused(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its hash stands in the signed attempt."""
    province, other = after("seeds"), after("order")
    cut_off(province, monkeypatch)
    other.seeds()
    name = f"{FOLDER}/seeds/1-bank_manager-2"
    province.desk.replace(name, other.desk.read(name))

    refused("seed.foreign", province.assemble)

    assert not province.desk.exists(f"{FOLDER}/draft")


def test_a_drawn_paper_takes_no_more_seeds(after: After) -> None:
    """Nor is anything left from which it could be drawn again, but the sealed draft."""
    province = after("assemble")
    first = drawn(province)

    refused("seed.drawn", lambda: province.seeds(BOTH_HATS))
    refused("seed.drawn", province.assemble)

    assert drawn(province) == first and province.desk.names(f"{FOLDER}/seeds") == []


def test_a_redraw_that_is_asked_for_is_a_new_attempt_and_loses_the_old_proof(after: After) -> None:
    """Two attempts stand in the ledger, and the paper that was proved is gone."""
    province = after("prove")
    first = drawn(province)

    province.seeds(redraw="题目有误")
    assert not province.desk.exists(f"{FOLDER}/draft") and not province.desk.exists(f"{FOLDER}/proof")
    province.assemble()

    assert [line.subject["attempt"] for line in province.entries("attempt")] == ["1", "2"]
    assert drawn(province) != first and province.draft().attempt == 2
    refused("session.not_proved", province.seal)


def test_a_plan_that_cannot_be_met_gives_the_attempt_up(after: After) -> None:
    """The reason is told, the attempt's line stays, and it is marked."""
    province = after("seeds")
    impossible(province)

    refused("plan.cannot_be_met", province.assemble)

    assert desk_session.current_attempt(province.desk, SESSION) == 2
    assert province.acts().count("attempt") == 1 and not province.desk.exists(f"{FOLDER}/draft")


def test_a_redraw_takes_two_new_seeds_and_a_line_of_its_own(after: After) -> None:
    """The old seeds have spoken."""
    province = after("seeds")
    impossible(province)
    refused("plan.cannot_be_met", province.assemble)
    impossible(province, figures=0)

    refused("seed.two_needed", province.assemble)
    province.seeds()
    province.assemble()

    assert [line.subject["attempt"] for line in province.entries("attempt")] == ["1", "2"]
    assert province.draft().attempt == 2
    held = desk_session.held_attempt(province.desk, province.directory, SESSION)
    assert held is not None and held.reason == "plan.cannot_be_met"


def test_the_public_certificate_names_no_item(after: After) -> None:
    """What leaves the desk tells nothing about which items were drawn."""
    province = after("assemble")
    public = province.desk.read(f"{FOLDER}/certificate")

    for paper in province.draft().papers.values():
        assert not any(item_no.encode() in public for item_no in paper.item_nos)


def test_the_figure_of_a_key_does_not_travel_with_the_paper(after: After) -> None:
    """A station opens the paper before the exam; what only an answer shows is not in it."""
    province = after("order")
    province.seeds()
    with_figures = []
    for hid, pool in province.pools():
        items = tuple(replace(item, rationale="{{图:key.svg}}") for item in pool.items)
        with_figures.append((hid, replace(pool, items=items, figures={"key.svg": "<svg/>"})))

    province.assemble(pools=with_figures)

    assert [paper.content.figures for paper in province.draft().papers.values()] == [{}, {}]


# the proof ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "pair"),
    [
        pytest.param("people.one_for_two", ("proofreader-1", "proofreader-1"), id="one person twice"),
        pytest.param("statement.duty", ("proofreader-1", "sealer-1"), id="a sealer as the second"),
        pytest.param("statement.duty", ("assembler-1", "proofreader-2"), id="the assembler as the first"),
    ],
)
def test_a_proof_that_is_not_by_two_proofreaders_is_refused_and_leaves_nothing(
    after: After, code: str, pair: tuple[str, str]
) -> None:
    """The right pair can sign afterwards."""
    province = after("assemble")

    refused(code, lambda: province.prove(*pair))
    province.prove()

    assert len(province.entries("proof")) == 1


def test_signing_the_proof_again_writes_no_second_line(after: After) -> None:
    """Cut off anywhere, the same command goes on."""
    province = after("prove")

    province.prove()

    assert len(province.entries("proof")) == 1


def test_a_draft_that_was_changed_on_the_disk_does_not_open(after: After) -> None:
    """One flipped bit of the sealed draft is seen."""
    province = after("assemble")
    name = f"{FOLDER}/draft"
    value = read_canonical(province.desk.read(name), "draft")
    value["box"] = b64(flipped(unb64(value["box"], "draft")))
    province.desk.replace(name, canonical(value))

    refused("draft.changed", province.draft)


def test_only_the_pair_is_shown_the_paper_and_only_before_the_proof(after: After) -> None:
    """Asked before the texts are unlocked: one person, another duty, a stranger's key, or a second look afterwards."""
    province = after("assemble")

    def show(*pair: Signer) -> str:
        return proving.begin_showing(province.desk, province.directory, SESSION, pair, province.line("desk"), province.clock)

    one, two, assembler = province.signers("proofreader-1", "proofreader-2", "assembler-1")
    province.pledge("proofreader-1", "proofreader-2")
    refused("statement.same_person", lambda: show(one, one))
    refused("statement.signers", lambda: show(one))
    refused("statement.duty", lambda: show(assembler, two))
    refused("statement.signature", lambda: show(one, province.signer("proofreader-2", key_of="assembler-1")))
    assert province.desk.names(f"{FOLDER}/shown") == []

    assert [show(one, two), show(one, two)] == ["page 1", "page 2"]
    province.prove()

    assert (show(two, one), len(province.desk.names(f"{FOLDER}/shown"))) == ("signed", 2)
    refused("proof.signed", lambda: show(one, province.signer(BOTH_HATS)))
    refused("proof.signed", lambda: province.prove("proofreader-1", BOTH_HATS))


def test_the_policy_of_a_national_pool_caps_the_local_points_below_the_plan(after: After) -> None:
    """A local pool's own policy does not."""
    points = {}
    for cap in (100, 0):
        province = after("seeds")
        national, local = (replace(POLICY, local_points_at_most=number) for number in (cap, 0))
        province.release_pool("national", policy=national)
        province.release_pool("city", policy=local)
        points[cap] = {line.en: line.bound for line in province.assemble().lines}["points from local pools"]

    assert points == {100: "<=20", 0: "<=0"}


UNPLEDGED = [
    pytest.param("people.no_pledge", lambda p: p.pledge("proofreader-1"), id="one of the two has not pledged"),
    pytest.param("people.no_pledge", lambda p: _drop_pledges_for(p, "city"), id="not for one of the pools"),
    pytest.param("people.pledge_over", lambda p: _long_ago(p), id="the pledges are over"),
    pytest.param("people.recused", lambda p: _stands_aside(p), id="one stands aside, as the centre knows"),
    pytest.param("line.silent", lambda p: _away(p), id="the centre is away"),
]


def _drop_pledges_for(province: Province, pool: str) -> None:
    province.pledge("proofreader-1", "proofreader-2")
    for name in province.desk.names("pledges/proofreader-2"):
        if read_pledge(province.desk.read(name), province.directory).pool == pool:
            province.desk.delete(name)


def _long_ago(province: Province) -> None:
    province.pledge("proofreader-1", "proofreader-2")
    province.clock.move(days=POLICY.review.pledge_days)


def _stands_aside(province: Province) -> None:
    province.pledge("proofreader-1", "proofreader-2")
    until, signer = province.clock() + timedelta(days=30), province.signer("proofreader-2")
    book, key = province.centre.book, "2022/6-31-01-03/4/L"
    viewing.declare_recusal(book, province.directory, province.clock, key, "亲属报考", until, signer)


def _away(province: Province) -> None:
    province.pledge("proofreader-1", "proofreader-2")
    province.wire.down.add("centre")


@pytest.mark.parametrize(("code", "prepare"), UNPLEDGED)
def test_nobody_reads_the_proof_unless_both_have_pledged_for_every_pool_and_neither_stands_aside(
    after: After, code: str, prepare: Callable[[Province], object]
) -> None:
    """Neither on the page nor by word; nothing is noted as shown."""
    province = after("assemble")
    prepare(province)
    pair, line, draft = province.signers("proofreader-1", "proofreader-2"), province.line("desk"), province.draft()

    for way in (
        lambda: proving.begin_showing(province.desk, province.directory, SESSION, pair, line, province.clock),
        lambda: proving.prove(province.desk, province.directory, draft, "seen", pair, line, province.clock),
    ):
        refused(code, way)

    assert province.desk.names(f"{FOLDER}/shown") == [] and not province.desk.exists(f"{FOLDER}/proof")


@pytest.mark.parametrize(
    ("code", "prepare"),
    [
        pytest.param("people.no_pledge", lambda p: p.pledge("proofreader-1"), id="one of the two has not pledged"),
        pytest.param("people.pledge_over", lambda p: _long_ago(p), id="the pledges are over"),
        pytest.param("people.recused", lambda p: _stands_aside(p), id="one stands aside"),
    ],
)
def test_the_centre_takes_no_proof_of_who_might_not_read_it(
    after: After, monkeypatch: pytest.MonkeyPatch, code: str, prepare: Callable[[Province], object]
) -> None:
    """Of a desk whose program asks nobody."""
    province = after("assemble")
    prepare(province)
    monkeypatch.setattr(proving, "_check_pledged", lambda *what: None)
    pair, line, draft = province.signers("proofreader-1", "proofreader-2"), province.line("desk"), province.draft()

    refused(code, lambda: proving.prove(province.desk, province.directory, draft, "seen", pair, line, province.clock))

    assert province.entries("proof") == []


def test_a_pledge_stands_in_the_ledger_before_the_proof_and_once(after: After) -> None:
    """However often the paper is shown."""
    province = after("prove")

    acts = [(line.act, line.by) for line in province.entries() if line.act == "proof" or line.by.startswith("proofreader")]

    assert acts == [("pledge", "proofreader-1")] * 2 + [("pledge", "proofreader-2")] * 2 + [("proof", "desk")]


PLEDGES = [
    pytest.param("people.pledge_long", 181, "", 0, id="for longer than the policy lets"),
    pytest.param("object.fields", 180, "别的话", 0, id="under other words"),
    pytest.param("people.pledge_ahead", 180, "", 31, id="from a day on when nobody stands aside any more"),
]


@pytest.mark.parametrize(("code", "days", "words", "ahead"), PLEDGES)
def test_the_centre_takes_no_pledge_of_its_own_making(after: After, code: str, days: int, words: str, ahead: int) -> None:
    province = after("assemble")
    at = province.clock() + timedelta(days=ahead)
    given = Pledge("proofreader-1", "city", at, at + timedelta(days=days))
    data = sign_pledge("city", words or given.words, at, given.until, province.signer("proofreader-1"))

    refused(code, lambda: province.line("desk").post_pledge(data))

    assert "pledge" not in [line.act for line in province.entries() if line.by == "proofreader-1"]


def test_a_pledge_of_before_is_not_taken_once_its_person_stands_aside(after: After) -> None:
    """A desk that was offline brings it a day later; what holds today counts, not the day it was signed."""
    province = after("assemble")
    at = province.clock()
    given = Pledge("proofreader-2", "city", at, at + timedelta(days=100))
    data = sign_pledge("city", given.words, at, given.until, province.signer("proofreader-2"))
    province.clock.move(days=1)
    _stands_aside(province)

    refused("people.recused", lambda: province.line("desk").post_pledge(data))


def test_a_pledge_of_an_organisation_that_may_not_read_is_not_taken(after: After) -> None:
    province = after("assemble")
    at, others = province.clock(), Policy(pools={"city": PoolPolicy(readers=("另一单位",))})
    until = at + timedelta(days=POLICY.review.pledge_days)
    data = sign_pledge("city", Pledge("proofreader-1", "city", at, until).words, at, until, province.signer("proofreader-1"))
    book, clock = province.centre.book, province.clock

    refused("people.may_not_read", lambda: pledged.accept_pledge(book, province.directory, others, clock, data))
    pledged.accept_pledge(book, province.directory, POLICY, clock, data)


def test_a_proof_that_did_not_reach_the_centre_is_sent_again_and_shown_to_nobody(after: After) -> None:
    province = after("assemble")
    pair = province.signers("proofreader-1", "proofreader-2")
    province.pledge("proofreader-1", "proofreader-2")
    province.wire.down.add("/api/proofs")
    refused("line.silent", province.prove)
    province.wire.down.clear()

    assert (
        proving.begin_showing(province.desk, province.directory, SESSION, pair, province.line("desk"), province.clock)
        == "signed"
    )
    province.prove()

    assert len(province.entries("proof")) == 1
    for step in (Province.seal, Province.approve, Province.publish):
        step(province)
    refused("proof.signed", lambda: proving.begin_showing(
        province.desk, province.directory, SESSION, pair, province.line("desk"), province.clock
    ))  # fmt: skip


def test_a_draw_cut_off_between_two_seeds_leaves_a_drawn_paper_and_no_seed(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    province = after("seeds")
    with killed_at_delete(monkeypatch, 2), pytest.raises(KeyboardInterrupt):
        province.assemble()
    assert len(province.desk.names(f"{FOLDER}/seeds")) == 1

    refused("seed.drawn", province.assemble)

    assert province.desk.names(f"{FOLDER}/seeds") == []
    province.prove()


@pytest.mark.parametrize("place", ["scoring", "desk"])
def test_a_room_that_is_no_station_is_ordered_no_paper(after: After, place: str) -> None:
    """Its key opens with one person alone."""
    province = after("author")

    refused("session.no_station", lambda: province.order(stations=[place]))
    assert province.desk.names(f"sessions/{SESSION}") == []


def test_a_proof_whose_line_the_centre_does_not_show_is_not_signed_off(after: After) -> None:
    """As for the attempt: the line with this very statement, under the ledger's signature."""
    province = after("assemble")
    other = province.centre.ledger.wait(1, 2).encode()
    province.wire.change = lambda to, path, data: other if path == "/api/proofs" else data

    refused("ledger.other_line", province.prove)


@pytest.mark.parametrize(
    ("code", "change"),
    [("session.copies", {"stations": (StationOrder(FIRST, 0, 0),)}), ("plan.not_ordered", {"plan": "x"})],
)
def test_an_order_that_makes_no_sense_is_not_kept(after: After, code: str, change: Any) -> None:
    province = after("author")
    session = ExamSession(SESSION, Scheme.APPRAISAL, "电工", 4, "理论知识", TINY.name, (StationOrder(FIRST, 2, 1),))

    refused(code, lambda: assembling.new_session(province.desk, province.directory, replace(session, **change), TINY))
    assert province.desk.names(FOLDER) == []
