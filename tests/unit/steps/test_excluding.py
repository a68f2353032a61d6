"""A question is taken out by the pair that reads it, with a reason and a new draw; what was drawn stays out for its window."""

from dataclasses import replace

import pytest

from itembank.domain.paper import Form
from itembank.domain.session import beijing_day
from itembank.formats.plan_file import plan_document
from itembank.steps import desk_session, drawn_items, proving
from keys.encoding import canonical
from tests.province import SESSION, TINY, After, Province, refused

FOLDER = f"sessions/{SESSION}"
SECRET = "seal", "desk"


def exclude(province: Province, *questions: tuple[Form, int], reason: str = "题干有误", pair: tuple[str, ...] = ()) -> int:
    signers = province.signers(*(pair or ("proofreader-1", "proofreader-2")))
    return proving.exclude(
        province.desk, province.directory, province.device("desk"), province.secret(*SECRET), province.draft(), questions,
        reason, signers, province.random,
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
    assert held is not None and held.reason == "剔除A2：题干有误"


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
    assert list(desk_session.excluded_items(province.desk, SESSION, province.secret(*SECRET))) == [out]


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

    assert province.assemble().score.startswith("24")


def test_an_attempt_is_counted_once_and_its_draft_tells_what_a_kill_left_out(after: After) -> None:
    province = after("seeds")
    within(province, 30)
    province.assemble()
    desk, secret, draft, device = province.desk, province.secret(*SECRET), province.draft(), province.device("desk")
    before = drawn_items._items(desk, secret)
    what = draft, replace(TINY, recent_days=30), beijing_day(province.clock()), province.random

    drawn_items.count(desk, device, secret, *what)

    assert drawn_items._items(desk, secret) == before and {times for times, _ in before.values()} == {1}
    desk.delete(drawn_items.FILE)
    drawn_items.count(desk, device, secret, *what)
    assert set(drawn_items._items(desk, secret)) == drawn_nos(province)


def test_a_plan_without_a_window_leaves_nothing_that_names_an_item(after: After) -> None:
    province = after("assemble")

    assert not province.desk.exists(drawn_items.FILE)


def test_the_file_of_drawn_items_opens_for_the_desk_alone(after: After) -> None:
    province = after("seeds")
    within(province, 30)
    province.assemble()
    data = province.desk.read(drawn_items.FILE)

    assert all(no.encode() not in data for no in drawn_nos(province))
    refused("envelope.foreign", lambda: drawn_items._items(province.desk, province.secret("seal", "scoring")))
