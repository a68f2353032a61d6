"""Once a paper is drawn, nothing left on the desk can draw it again; a redraw is an attempt of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from itembank.adapters.folder import DiskFolder
from itembank.domain.errors import PlanError
from itembank.formats.desk_statements import read_attempt
from itembank.formats.pool_content import PoolContent
from itembank.steps import assembling, desk_session
from keys.encoding import sha256
from tests.province import SESSION, After, Province, files, killed_at_delete, refused

FOLDER = f"sessions/{SESSION}"


def redraw(province: Province, *officers: str) -> None:
    for officer in officers:
        assembling.give_seed(
            province.desk, province.directory, province.device("desk"), SESSION, province.signer(officer),
            province.clock, province.random, redraw="题目有误" if officer == "bank_manager-1" else "",
        )  # fmt: skip


def test_after_publication_nothing_on_the_desk_draws_the_paper_again(after: After) -> None:
    """Seeds go when the draft holds them, the draft when the centre has accepted: one desk person finds nothing."""
    province = after("publish")

    assert not province.desk.names(f"{FOLDER}/seeds")
    assert not province.desk.exists(f"{FOLDER}/draft")
    refused("seed.drawn", province.assemble)


def test_a_drawn_paper_takes_no_more_seeds(after: After) -> None:
    """Two officers cannot slip new seeds under an attempt that has spoken."""
    province = after("assemble")

    refused("seed.drawn", province.seeds)


def test_a_redraw_gives_up_draft_and_proof_and_is_a_new_attempt_in_the_ledger(after: After) -> None:
    """The old proof cannot be used for the new paper."""
    province = after("prove")
    first = province.draft()

    redraw(province, "bank_manager-1", "bank_manager-2")
    assert not province.desk.exists(f"{FOLDER}/draft")
    assert not province.desk.exists(f"{FOLDER}/proof")
    province.assemble()

    assert province.draft().seed != first.seed
    assert [line.subject["attempt"] for line in province.entries("attempt")] == ["1", "2"]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_redraw_cut_off_anywhere_goes_on_and_leaves_no_number_out(
    after: After, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """Else the audit would take the missing number for a draw made in private."""
    province = after("prove")
    with killed_at_delete(monkeypatch, nth), pytest.raises(KeyboardInterrupt):
        redraw(province, "bank_manager-1")

    redraw(province, "bank_manager-1", "bank_manager-2")
    for step in (Province.assemble, Province.prove, Province.seal, Province.approve, Province.publish):
        step(province)
    province.settle()

    assert [line.subject["attempt"] for line in province.entries("attempt")] == ["1", "2"]
    assert province.audit().findings == []


@pytest.mark.parametrize(("code", "who"), [("statement.duty", "sealer-1"), ("directory.unknown", "root-1")])
def test_whoever_may_give_no_seed_gives_up_no_paper(after: After, code: str, who: str) -> None:
    """A refused redraw leaves draft, proof and certificate as they were."""
    province = after("prove")
    before = files(province.home / "desk")

    refused(code, lambda: province.seeds(who, redraw="题目有误"))

    assert files(province.home / "desk") == before


def test_a_key_of_ones_own_under_an_officers_name_gives_up_no_paper(after: After) -> None:
    province = after("prove")
    before = files(province.home / "desk")
    stranger = province.signer("bank_manager-1", key_of="nobody")

    refused("statement.signature", lambda: assembling.give_seed(
        province.desk, province.directory, province.device("desk"), SESSION, stranger, province.clock, province.random,
        redraw="题目有误",
    ))  # fmt: skip
    assert files(province.home / "desk") == before


def test_a_proof_of_another_draft_is_not_reported_as_this_ones(after: After) -> None:
    """The pair hears that the signed proof is of another paper, instead of a hash nobody signed."""
    province = after("prove")
    draft = province.draft()
    papers = {form: replace(paper, content=replace(paper.content, template="0" * 64)) for form, paper in draft.papers.items()}

    refused("proof.other_paper", lambda: province.prove(draft=replace(draft, papers=papers)))


def test_a_desk_that_holds_pools_of_other_exams_draws_from_those_of_this_one(after: After) -> None:
    province = after("seeds")
    mine = province.pools()
    others = [(sha256(digest.encode()).hex(), _with(content, occupation="焊工")) for digest, content in mine]
    province.assemble(pools=[*others, *mine])

    attempt = read_attempt(province.desk.read(f"sessions/{SESSION}/attempts/1"), province.directory)
    assert set(attempt.pools) == {digest for digest, _ in mine}


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("pool.none_here", lambda pools: [], id="no pool at all"),
        pytest.param(
            "pool.blueprints_differ",
            lambda pools: [pools[0], (pools[1][0], _with(pools[1][1], standard_year=1999))],
            id="pools of two blueprints",
        ),
        pytest.param(
            "session.other_blueprint",
            lambda pools: [(hid, _with(content, occupation="焊工")) for hid, content in pools],
            id="pools of another occupation",
        ),
        pytest.param(
            "pool.figure_twice",
            lambda pools: [(hid, replace(content, figures={"fig1.svg": content.pool})) for hid, content in pools],
            id="two figures under one name",
        ),
    ],
)
def test_a_wrong_paper_is_refused_before_the_attempt_is_posted(after: After, code: str, bend: Any) -> None:
    """An electrician's questions never stand under a welder's masthead, and no line is written for it."""
    province = after("seeds")

    refused(code, lambda: province.assemble(pools=bend(province.pools())))

    assert province.entries("attempt") == []


def _with(content: PoolContent, **changes: Any) -> PoolContent:
    return replace(content, blueprint=replace(content.blueprint, **changes))


def test_approving_again_changes_nothing(after: After) -> None:
    """A power cut behind the second signature does not make a third."""
    province = after("approve")
    before = province.manifest().data

    province.approve()

    assert province.manifest().data == before


def test_a_reason_no_attempt_could_bear_gives_nothing_up(after: After) -> None:
    province = after("assemble")
    for reason in ("长" * 201, "两行\n理由"):
        refused("attempt.reason", lambda reason=reason: province.seeds(redraw=reason))  # type: ignore[misc]

    assert province.draft().attempt == 1


def test_an_attempt_that_was_signed_and_cannot_go_on_is_given_up_and_its_line_comes_first(after: After) -> None:
    """The centre was away when it was posted, and then the pools changed."""
    province = after("seeds")
    province.wire.down.add("centre")
    refused("line.silent", province.assemble)
    province.wire.down.clear()
    province.release_pool("city")
    refused("attempt.other", province.assemble)

    province.seeds(redraw="题库已更新")
    province.assemble()

    assert [line.subject["attempt"] for line in province.entries("attempt")] == ["1", "2"]
    province.prove()
    province.settle()
    assert province.audit().findings == []


def test_a_solver_that_dies_costs_no_attempt(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    province = after("seeds")

    def dies(*_: object) -> None:
        raise PlanError("plan.solver", solver="highs")

    with monkeypatch.context() as bent:
        bent.setattr(assembling, "draw", dies)
        refused("plan.solver", province.assemble)

    province.assemble()

    assert [line.subject["attempt"] for line in province.entries("attempt")] == ["1"]


def test_a_giving_up_that_is_killed_in_the_middle_is_finished_by_whoever_comes_next(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    province = after("assemble")
    with monkeypatch.context() as bent:
        bent.setattr(DiskFolder, "write_once", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            province.seeds(redraw="第3题有误")

    province.seeds()
    province.assemble()

    assert province.draft().attempt == 2
    held = desk_session.held_attempt(province.desk, province.directory, SESSION)
    assert held is not None and held.reason == "第3题有误"
