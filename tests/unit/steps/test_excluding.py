"""A question is taken out by the pair that reads it, with a reason and a new draw; what was drawn stays out for its window."""

from dataclasses import replace
from typing import Any

import pytest

from itembank.domain.paper import Form
from itembank.formats.desk_statements import read_exclusion, sign_exclusion
from itembank.formats.draft import open_drawn_items, seal_drawn_items, seal_exclusions
from itembank.formats.plan_file import plan_document
from itembank.steps import assembling, desk_session, drawn_items, proving
from keys.encoding import canonical
from tests.province import SESSION, TINY, After, Province, refused

FOLDER = f"sessions/{SESSION}"
SECRET = "seal", "desk"


def exclude(province: Province, *questions: tuple[Form, int], reason: str = "题干有误", pair: tuple[str, ...] = ()) -> int:
    signers = province.signers(*(pair or ("proofreader-1", "proofreader-2")))
    return proving.exclude(
        province.desk, province.directory, province.device("desk"), province.secret(*SECRET), province.draft(), questions,
        reason, signers, province.clock, province.random,
    )  # fmt: skip


def drawn_nos(province: Province) -> set[str]:
    return {no for paper in province.draft().papers.values() for no in paper.item_nos}


def within(province: Province, days: int) -> None:
    """From now on nothing is drawn that was used in so many days."""
    province.desk.replace(f"{FOLDER}/plan", canonical(plan_document(replace(TINY, recent_days=days))))


def test_an_excluded_item_is_on_no_paper_of_the_next_draw_and_the_line_says_why(after: After) -> None:
    province = after("assemble")
    out = province.draft().papers[Form.MAIN].item_nos[1]

    assert exclude(province, (Form.MAIN, 2)) == 2
    province.seeds()
    certificate = province.assemble()

    assert out not in drawn_nos(province) and certificate.snapshot.excluded == {out: "题干有误"}
    held = desk_session.held_attempt(province.desk, province.directory, SESSION)
    assert held is not None and held.reason == "剔除试题1道：题干有误"


def test_the_papers_that_were_read_are_gone_and_need_two_new_seeds(after: After) -> None:
    province = after("prove")

    exclude(province, (Form.SPARE, 1))

    refused("session.not_assembled", province.draft)
    refused("seed.two_needed", province.assemble)
    assert not province.desk.exists(f"{FOLDER}/proof")


def test_no_file_says_which_item_was_excluded(after: After) -> None:
    province = after("assemble")
    out = province.draft().papers[Form.MAIN].item_nos[0]
    exclude(province, (Form.MAIN, 1))

    assert out.encode() not in province.desk.read(f"{FOLDER}/excluded")
    [signed] = desk_session.exclusions(province.desk, SESSION, province.secret(*SECRET))
    assert read_exclusion(signed, province.directory, SESSION) == (1, {out: "题干有误"})


@pytest.mark.parametrize(
    ("code", "questions", "reason", "pair"),
    [
        ("proof.no_reason", [(Form.MAIN, 1)], " ", ()),
        ("proof.no_question", [(Form.MAIN, 6)], "有误", ()),
        ("proof.no_question", [(Form.SECOND, 1)], "有误", ()),
        ("statement.duty", [(Form.MAIN, 1)], "有误", ("proofreader-1", "assembler-1")),
        ("statement.signers", [(Form.MAIN, 1)], "有误", ("proofreader-1",)),
    ],
)
def test_nobody_else_takes_a_question_out_and_not_without_a_reason(
    after: After, code: str, questions: list[tuple[Form, int]], reason: str, pair: tuple[str, ...]
) -> None:
    province = after("assemble")

    refused(code, lambda: exclude(province, *questions, reason=reason, pair=pair))

    assert province.draft().attempt == 1


def test_what_was_drawn_is_not_drawn_again_inside_the_window(after: After) -> None:
    """Also when the paper was given up: somebody may have read it."""
    province = after("seeds")
    within(province, 30)
    province.assemble()
    first = drawn_nos(province)
    province.seeds(redraw="换一套")
    certificate = province.assemble()

    assert first.isdisjoint(drawn_nos(province))
    assert {card.item_no for card in certificate.snapshot.cards if card.used_on} == first


def test_behind_the_window_it_may_come_again(after: After) -> None:
    province = after("seeds")
    within(province, 30)
    province.assemble()
    province.seeds(redraw="换一套")
    province.clock.move(days=31)

    assert province.assemble().held == 25


def test_an_exclusion_nobody_signed_is_refused(after: After) -> None:
    """Anybody can seal to the desk's public key."""
    province = after("seeds")
    signers = province.signers("proofreader-1", "assembler-1")
    forged = sign_exclusion(SESSION, 1, ["national-x"], "有误", province.clock(), signers)
    sealed = seal_exclusions({"statements": [forged.decode()]}, SESSION, province.device("desk").seal, province.random)
    province.desk.replace(f"{FOLDER}/excluded", sealed)

    refused("statement.duty", province.assemble)

    assert province.entries("attempt") == []


def test_after_sealing_no_question_is_taken_out(after: After) -> None:
    province = after("seal")

    refused("proof.sealed", lambda: exclude(province, (Form.MAIN, 1)))

    province.approve()
    province.publish()


def kept(province: Province) -> dict[str, Any]:
    return open_drawn_items(province.desk.read(drawn_items.FILE), province.secret(*SECRET))


def test_an_attempt_that_goes_on_after_a_kill_does_not_find_its_own_items_used(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted before its draft is there; then the power goes."""
    one, other = after("seeds"), after("seeds")
    for province in (one, other):
        within(province, 30)
    one.assemble()
    with monkeypatch.context() as bent:
        bent.setattr(assembling, "seal_draft", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            other.assemble()

    other.assemble()

    assert drawn_nos(one) == drawn_nos(other) and kept(other)["open"].keys() == {f"{SESSION}/1"}


def test_once_sealed_nobody_can_tell_whose_items_they_were(after: After) -> None:
    province = after("seeds")
    within(province, 30)
    province.assemble()
    items = drawn_nos(province)

    drawn_items.settle(province.desk, province.device("desk"), province.secret(*SECRET), [f"{SESSION}/1"], province.random)

    assert kept(province)["open"] == {} and set(kept(province)["items"]) == items


def test_items_nobody_drew_are_not_marked_as_used(after: After) -> None:
    """By somebody with the desk's public key alone."""
    province = after("seeds")
    within(province, 30)
    forged = {"open": {}, "items": {"national-1": [1, "2026-11-30"]}}
    stranger = province.secret("seal", "scoring")
    province.desk.replace(drawn_items.FILE, seal_drawn_items(forged, province.device("desk").seal, stranger, province.random))

    refused("object.fields", province.assemble)


def test_a_plan_without_a_window_leaves_nothing_that_names_an_item(after: After) -> None:
    province = after("assemble")

    assert not province.desk.exists(drawn_items.FILE)


def test_the_file_of_drawn_items_opens_for_the_desk_alone(after: After) -> None:
    province = after("seeds")
    within(province, 30)
    province.assemble()
    data = province.desk.read(drawn_items.FILE)

    assert all(no.encode() not in data for no in drawn_nos(province))
    refused("envelope.foreign", lambda: open_drawn_items(data, province.secret("seal", "scoring")))
