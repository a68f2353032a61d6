"""Step 2: a version moves only by the person whose turn it is, who has looked at it; each move with its line, all or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from itembank.domain.confidentiality import Sight
from itembank.domain.policy import Policy, PoolPolicy, ReviewPolicy
from itembank.domain.review import ItemState, Move
from itembank.steps import reviewing, viewing
from tests.province import POLICY, After, Province, files, refused
from tests.unit.steps.sample_items import (
    APPROVER,
    BLUEPRINT,
    MANAGER,
    REVIEWER,
    THREE,
    WRITER,
    admit,
    blind_move,
    bring,
    content,
    enter,
    import_blueprint,
    item,
    move,
    pledge,
    rows,
    show,
    states,
    versions,
)

ONE, TWO = "city-001", "city-002"
ALL_HATS = "all-hats"
"""One person with every duty of the bank."""
CHANGED = "改过的题：电阻的单位是（　　）。"


@pytest.fixture
def bank(after: After) -> Province:
    """Two drafts of one author; there are a second reviewer and approver, and one person with every duty."""
    province = after("")
    enter(
        province,
        {
            "reviewer-2": ("item_reviewer",),
            "approver-2": ("item_approver",),
            ALL_HATS: ("item_writer", "item_reviewer", "item_approver", "bank_manager"),
        },
    )
    import_blueprint(province, *THREE)
    bring(province, item(1), item(2), who=(WRITER,))
    return province


def queued(province: Province, who: str, pool: str = "", limit: int = 50) -> list[str]:
    found = reviewing.queue(province.centre.book, province.directory, who, pool, limit)
    return [card.item_no for card in found]


def history(province: Province, who: str, item_no: str = ONE) -> reviewing.History:
    return reviewing.history(province.centre.book, province.directory, province.signer(who), item_no)


def recuse(province: Province, who: str) -> None:
    book, until = province.centre.book, province.clock() + timedelta(days=1)
    viewing.declare_recusal(book, province.directory, province.clock, BLUEPRINT.key, "亲属报考", until, province.signer(who))


# the way ------------------------------------------------------------------------------------------------------------------


def test_a_draft_is_active_after_four_people_have_moved_it(bank: Province) -> None:
    """Each move stands in the ledger under its person, and in the item's history."""
    way = (Move.SUBMIT, WRITER, "submitted"), (Move.PASS, REVIEWER, "in_review"), (Move.APPROVE, APPROVER, "approved")
    for step, who, state in (*way, (Move.ACTIVATE, MANAGER, "active")):
        move(bank, step, who, ONE)
        assert states(bank, ONE) == [state] and states(bank, TWO) == ["draft"]

    (card,) = versions(bank, ONE)
    assert (card.standing.author, card.standing.reviewer, card.standing.approver) == THREE
    moves = [("submit", WRITER), ("pass", REVIEWER), ("approve", APPROVER), ("activate", MANAGER)]
    assert [(event.move, event.who, event.version) for event in history(bank, MANAGER).events] == [(*each, 1) for each in moves]
    lines = [line for line in bank.entries() if line.act in ("review", "import")]
    assert [(line.act, line.by, line.subject["move"], line.subject["count"]) for line in lines] == [
        ("import" if step == "approve" else "review", who, step, "1") for step, who in moves
    ]
    assert [line.act for line in bank.entries() if line.act in ("pledge", "look")] == ["pledge", *["pledge", "look"] * 2]


@pytest.mark.parametrize("step", [Move.PASS, Move.RETURN, Move.APPROVE])
def test_an_author_does_not_review_an_own_item(bank: Province, step: Move) -> None:
    """With every duty there is, looked at and pledged."""
    bring(bank, item(3), who=(ALL_HATS,))
    move(bank, Move.SUBMIT, ALL_HATS, "city-003")
    if step is Move.APPROVE:
        move(bank, Move.PASS, REVIEWER, "city-003")
    show(bank, ALL_HATS, "city-003")
    before = rows(bank)

    refused("people.author_reviews", lambda: blind_move(bank, step, ALL_HATS, "city-003", comment="好"))

    assert rows(bank) == before


def test_who_passed_a_version_does_not_approve_it(bank: Province) -> None:
    move(bank, Move.SUBMIT, WRITER, ONE)
    move(bank, Move.PASS, ALL_HATS, ONE)

    refused("people.reviewer_approves", lambda: blind_move(bank, Move.APPROVE, ALL_HATS, ONE))

    assert states(bank, ONE) == ["in_review"]


def test_nobody_passes_or_approves_what_he_has_not_looked_at(bank: Province) -> None:
    """Each himself; one item of two is not enough."""
    move(bank, Move.SUBMIT, WRITER, ONE, TWO)
    show(bank, REVIEWER, ONE)
    error = refused("people.not_looked", lambda: blind_move(bank, Move.PASS, REVIEWER, ONE, TWO))
    assert error.facts["item_no"] == TWO and states(bank, ONE) == ["submitted"]
    move(bank, Move.PASS, REVIEWER, ONE, TWO)

    refused("people.not_looked", lambda: blind_move(bank, Move.APPROVE, APPROVER, ONE))

    assert states(bank, ONE) == ["in_review"]


def test_a_look_at_an_older_version_is_none_at_the_next(bank: Province) -> None:
    admit(bank, ONE)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    move(bank, Move.SUBMIT, WRITER, ONE)

    refused("people.not_looked", lambda: blind_move(bank, Move.PASS, REVIEWER, ONE))


def test_an_activated_version_takes_the_place_of_the_one_before(bank: Province) -> None:
    """By the same act: at no moment there are two, or none."""
    admit(bank, ONE)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    for step, who in ((Move.SUBMIT, WRITER), (Move.PASS, REVIEWER), (Move.APPROVE, APPROVER)):
        move(bank, step, who, ONE)
        assert states(bank, ONE)[0] == "active"
    lines = len(bank.entries())

    move(bank, Move.ACTIVATE, MANAGER, ONE)

    assert states(bank, ONE) == ["retired", "active"] and len(bank.entries()) == lines + 1
    with bank.centre.book.read() as transaction:
        assert transaction.bank.active("city") == [(2, item(1, stem=CHANGED))]
        assert [(e.version, e.move) for e in transaction.bank.history(ONE)][-2:] == [(1, "retire"), (2, "activate")]


# back to the author -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("comment", ["", "  ", "字" * 501])
def test_a_return_says_why_in_so_many_words(bank: Province, comment: str) -> None:
    move(bank, Move.SUBMIT, WRITER, ONE)
    before = rows(bank)

    refused("item.comment", lambda: blind_move(bank, Move.RETURN, REVIEWER, ONE, comment=comment))

    assert rows(bank) == before


def test_a_returned_item_is_written_anew_and_comes_back(bank: Province) -> None:
    """The comment is the author's to read, and in no row in clear."""
    move(bank, Move.SUBMIT, WRITER, ONE)
    move(bank, Move.PASS, REVIEWER, ONE)
    move(bank, Move.RETURN, APPROVER, ONE, comment="选项B有误")
    assert states(bank, ONE) == ["returned"]

    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    admit(bank, ONE)

    assert states(bank, ONE) == ["active"] and content(bank, ONE).stem == CHANGED
    with bank.centre.book.read() as transaction:
        assert [e.comment for e in transaction.bank.history(ONE) if e.move == "return"] == ["选项B有误"]
    bank.stop_centre()
    assert not [name for name, data in files(bank.home / "centre").items() if "选项B有误".encode() in data]


def test_a_look_before_the_author_changed_it_is_none_at_the_new_text(bank: Province) -> None:
    """The version is the same, the text is not."""
    move(bank, Move.SUBMIT, WRITER, ONE)
    show(bank, REVIEWER, ONE)
    blind_move(bank, Move.RETURN, REVIEWER, ONE, comment="再改")
    bank.clock.move(minutes=1)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    move(bank, Move.SUBMIT, WRITER, ONE)

    refused("people.not_looked", lambda: blind_move(bank, Move.PASS, REVIEWER, ONE))

    assert show(bank, REVIEWER, ONE) == [item(1, stem=CHANGED)]
    blind_move(bank, Move.PASS, REVIEWER, ONE)


# the queue ----------------------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_for_a_person(bank: Province) -> None:
    """By duty and state; nothing of one's own, nothing one has passed, nothing handed to somebody else."""
    bring(bank, item(3), who=(ALL_HATS,))
    bring(bank, item(1, "province"), who=(WRITER,))
    assert queued(bank, REVIEWER) == []
    move(bank, Move.SUBMIT, ALL_HATS, "city-003")
    move(bank, Move.SUBMIT, WRITER, ONE, TWO)
    move(bank, Move.SUBMIT, WRITER, "province-001")

    assert queued(bank, REVIEWER) == [ONE, TWO, "city-003", "province-001"] and queued(bank, WRITER) == []
    assert queued(bank, ALL_HATS, "city") == [ONE, TWO] and queued(bank, APPROVER) == []
    move(bank, Move.PASS, ALL_HATS, ONE)
    assert queued(bank, ALL_HATS, "city") == [TWO] and queued(bank, APPROVER) == [ONE]
    move(bank, Move.ASSIGN, MANAGER, TWO, to="reviewer-2")
    assert TWO not in queued(bank, REVIEWER) and TWO in queued(bank, "reviewer-2")


def test_the_queue_shows_others_items_behind_many_of_ones_own(bank: Province) -> None:
    own = [item(number, "city") for number in range(100, 112)]
    bring(bank, *own, who=(ALL_HATS,))
    move(bank, Move.SUBMIT, ALL_HATS, *(one.item_no for one in own))
    bring(bank, item(900), item(901), who=(WRITER,))
    move(bank, Move.SUBMIT, WRITER, "city-900", "city-901")

    assert queued(bank, ALL_HATS, limit=5) == ["city-900", "city-901"] and queued(bank, ALL_HATS, limit=1) == ["city-900"]


def test_what_is_due_first_stands_first(bank: Province) -> None:
    """However many wait with smaller numbers."""
    move(bank, Move.SUBMIT, WRITER, TWO)
    bank.clock.move(days=1)
    move(bank, Move.SUBMIT, WRITER, ONE)

    assert queued(bank, REVIEWER) == [TWO, ONE] and queued(bank, REVIEWER, limit=1) == [TWO]


def test_the_history_does_not_say_what_a_comment_says(bank: Province) -> None:
    """A manager reads it without a pledge, and no list has his name."""
    move(bank, Move.SUBMIT, WRITER, ONE)
    move(bank, Move.RETURN, REVIEWER, ONE, comment="正确答案应为C")

    assert {event.comment for event in history(bank, MANAGER).events} == {""}


@pytest.mark.parametrize("sight", [Sight.PRINT, Sight.EXPORT])
def test_who_only_printed_or_exported_a_version_has_not_looked_at_it(bank: Province, sight: Sight) -> None:
    move(bank, Move.SUBMIT, WRITER, ONE)
    pledge(bank, REVIEWER)
    book, signer = bank.centre.book, bank.signer(REVIEWER)
    viewing.look_together(book, bank.directory, bank.clock, POLICY, signer, {ONE: sight}, where="评审会")

    refused("people.not_looked", lambda: blind_move(bank, Move.PASS, REVIEWER, ONE))


def test_a_comment_stands_beside_the_version_it_was_made_of(bank: Province) -> None:
    move(bank, Move.SUBMIT, WRITER, ONE)
    move(bank, Move.RETURN, REVIEWER, ONE, comment="选项B有误")
    admit(bank, ONE)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))

    said = [[line.comment for line in reviewing.comments(bank.centre.book, ONE, version)] for version in (1, 2)]

    assert said == [["选项B有误"], []]


def test_what_was_returned_waits_for_its_author_with_the_comment(bank: Province) -> None:
    """Who said it is not told; nobody else has it in the queue."""
    move(bank, Move.SUBMIT, WRITER, ONE, TWO)
    blind_move(bank, Move.RETURN, REVIEWER, ONE, comment="选项B有误")

    assert queued(bank, WRITER) == [ONE] and queued(bank, REVIEWER) == [TWO] and queued(bank, ALL_HATS) == [TWO]
    said = reviewing.comments(bank.centre.book, ONE, 1)
    assert [(line.move, line.comment, line.who) for line in said] == [(Move.RETURN, "选项B有误", "")]


def test_nothing_is_handed_to_somebody_who_stands_aside(bank: Province) -> None:
    move(bank, Move.SUBMIT, WRITER, ONE)
    recuse(bank, "reviewer-2")

    refused("people.recused", lambda: blind_move(bank, Move.ASSIGN, MANAGER, ONE, to="reviewer-2"))


def test_what_waits_is_due_by_the_policy(bank: Province) -> None:
    policy = Policy(review=ReviewPolicy(review_days=3, approval_days=2))
    at = bank.clock()
    move(bank, Move.SUBMIT, WRITER, ONE, policy=policy)
    assert versions(bank, ONE)[0].standing.due == at + timedelta(days=3)

    move(bank, Move.PASS, REVIEWER, ONE, policy=policy)

    assert versions(bank, ONE)[0].standing.due == at + timedelta(days=2)


def test_what_is_handed_over_waits_for_a_person_who_can_do_it(bank: Province) -> None:
    """A reviewer for the first look, an approver for the second; not the author, not somebody without the duty."""
    bring(bank, item(3), who=(ALL_HATS,))
    move(bank, Move.SUBMIT, ALL_HATS, "city-003")
    for who, code in ((ALL_HATS, "people.author_reviews"), (APPROVER, "people.duty"), (MANAGER, "people.duty")):
        refused(code, lambda who=who: blind_move(bank, Move.ASSIGN, MANAGER, "city-003", to=who))  # type: ignore[misc]
    refused("people.duty", lambda: blind_move(bank, Move.ASSIGN, REVIEWER, "city-003", to="reviewer-2"))
    move(bank, Move.ASSIGN, MANAGER, "city-003", to="reviewer-2")
    refused("people.handed_to", lambda: move(bank, Move.PASS, REVIEWER, "city-003"))
    move(bank, Move.PASS, "reviewer-2", "city-003")

    refused("people.duty", lambda: blind_move(bank, Move.ASSIGN, MANAGER, "city-003", to=REVIEWER))

    move(bank, Move.ASSIGN, MANAGER, "city-003", to="approver-2")
    move(bank, Move.APPROVE, "approver-2", "city-003")


# many at once -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        pytest.param("item.move", (ONE, TWO), id="one in the wrong state"),
        pytest.param("item.unknown", (TWO, "city-009"), id="one that is not there"),
        pytest.param("item.two_pools", (TWO, "province-001"), id="of two pools"),
        pytest.param("item.unknown", (), id="none"),
    ],
)
def test_many_are_moved_together_or_not_at_all(bank: Province, code: str, numbers: tuple[str, ...]) -> None:
    bring(bank, item(1, "province"), who=(WRITER,))
    move(bank, Move.SUBMIT, WRITER, ONE)
    before = rows(bank)

    refused(code, lambda: blind_move(bank, Move.SUBMIT, WRITER, *numbers))

    assert rows(bank) == before


def test_a_whole_pool_is_moved_by_one_act(bank: Province) -> None:
    """Every item whose turn it is, and only those; when none is, that is said."""
    bring(bank, item(3))
    bring(bank, item(1, "province"), who=(WRITER,))
    lines = len(bank.entries())

    moved = blind_move(bank, Move.SUBMIT, WRITER, pool="city")

    assert [card.item_no for card in moved] == [ONE, TWO] and len(bank.entries()) == lines + 1
    assert (states(bank, "city-003"), states(bank, "province-001")) == (["active"], ["draft"])
    refused("item.none_waits", lambda: blind_move(bank, Move.SUBMIT, WRITER, pool="city"))


@pytest.mark.parametrize("how", ["number", "pool"])
def test_a_suspected_leak_is_frozen_though_the_next_version_is_written(bank: Province, how: str) -> None:
    """A draft beside the active version does not keep it in the papers; nor out of them, once the suspicion is over."""
    admit(bank, ONE)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    names, pool = ((ONE,), "") if how == "number" else ((), "city")

    blind_move(bank, Move.FREEZE, MANAGER, *names, pool=pool)

    assert states(bank, ONE) == ["frozen", "draft"]
    blind_move(bank, Move.ACTIVATE, MANAGER, ONE)
    assert states(bank, ONE) == ["active", "draft"]
    blind_move(bank, Move.RETIRE, MANAGER, *names, pool=pool)
    assert states(bank, ONE) == ["retired", "draft"]


@pytest.mark.parametrize("newer", [(Move.ACTIVATE,), (Move.ACTIVATE, Move.RETIRE)])
def test_a_leaked_version_does_not_come_back_over_a_newer_one(bank: Province, newer: tuple[Move, ...]) -> None:
    """Though a third is being written; that the second is out of use again changes nothing."""
    admit(bank, ONE)
    blind_move(bank, Move.FREEZE, MANAGER, ONE)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    for step, who in ((Move.SUBMIT, WRITER), (Move.PASS, REVIEWER), (Move.APPROVE, APPROVER)):
        move(bank, step, who, ONE)
    for way in newer:
        blind_move(bank, way, MANAGER, ONE)
    bring(bank, item(1, stem="又改过的题（　　）。"), who=(WRITER,))
    before = states(bank, ONE)

    refused("item.move", lambda: blind_move(bank, Move.ACTIVATE, MANAGER, ONE))

    assert states(bank, ONE) == before and before[0] == "frozen"


@pytest.mark.parametrize(
    ("way", "state", "newest"),
    [(Move.FREEZE, "frozen", "approved"), (Move.FREEZE, "frozen", "retired"), (Move.RETIRE, "retired", "retired")],
)
def test_what_papers_are_drawn_from_is_taken_out_by_its_number_whatever_stands_before_it(
    bank: Province, way: Move, state: str, newest: str
) -> None:
    """A correction that is approved, or was given up, does not hide the version that leaked."""
    admit(bank, ONE)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    for step, who in ((Move.SUBMIT, WRITER), (Move.PASS, REVIEWER), (Move.APPROVE, APPROVER)):
        move(bank, step, who, ONE)
    if newest == "retired":
        with bank.centre.book.begin() as transaction:
            card = transaction.bank.cards_of([ONE])[ONE]
            standing = replace(card.standing, state=ItemState.RETIRED)
            transaction.bank.move([card], Move.RETIRE, standing, MANAGER, bank.clock(), "")
    assert states(bank, ONE) == ["active", newest]

    move(bank, way, MANAGER, ONE)

    assert states(bank, ONE) == [state, newest]


def test_a_leak_is_frozen_behind_a_version_that_was_never_used(bank: Province) -> None:
    admit(bank, ONE)
    bring(bank, item(1, stem=CHANGED), who=(WRITER,))
    for step, who in ((Move.SUBMIT, WRITER), (Move.PASS, REVIEWER), (Move.APPROVE, APPROVER)):
        move(bank, step, who, ONE)
    blind_move(bank, Move.RETIRE, MANAGER, ONE)
    bring(bank, item(1, stem="又改过的题（　　）。"), who=(WRITER,))

    blind_move(bank, Move.FREEZE, MANAGER, ONE)

    assert states(bank, ONE) == ["frozen", "retired", "draft"]


def test_a_pool_that_is_activated_leaves_what_is_frozen_frozen(bank: Province) -> None:
    """Who activates what was approved this week does not end a suspicion beside it."""
    admit(bank, ONE, TWO)
    blind_move(bank, Move.FREEZE, MANAGER, ONE)
    bring(bank, item(2, stem=CHANGED), who=(WRITER,))
    for step, who in ((Move.SUBMIT, WRITER), (Move.PASS, REVIEWER), (Move.APPROVE, APPROVER)):
        move(bank, step, who, TWO)

    moved = blind_move(bank, Move.ACTIVATE, MANAGER, pool="city")

    assert [card.item_no for card in moved] == [TWO] and states(bank, ONE) == ["frozen"]
    blind_move(bank, Move.ARCHIVE, MANAGER, pool="city")
    assert states(bank, TWO) == ["archived", "active"]


def test_an_items_history_names_people_so_only_managers_read_it(bank: Province) -> None:
    for who in (WRITER, REVIEWER, APPROVER, "sealer-1"):
        refused("statement.duty", lambda who=who: history(bank, who))  # type: ignore[misc]

    assert len(history(bank, MANAGER).versions) == 1
    refused("item.unknown", lambda: history(bank, MANAGER, "city-009"))


@pytest.mark.parametrize("step", [Move.PASS, Move.RETURN, Move.APPROVE])
def test_who_stands_aside_decides_nothing(bank: Province, step: Move) -> None:
    """Though the look was before the recusal."""
    move(bank, Move.SUBMIT, WRITER, ONE)
    if step is Move.APPROVE:
        move(bank, Move.PASS, REVIEWER, ONE)
    who = APPROVER if step is Move.APPROVE else REVIEWER
    show(bank, who, ONE)
    recuse(bank, who)
    before = rows(bank)

    refused("people.recused", lambda: blind_move(bank, step, who, ONE, comment="选项B有误"))

    assert rows(bank) == before


@pytest.mark.parametrize("step", [Move.PASS, Move.RETURN])
def test_an_organisation_that_does_not_write_in_a_pool_does_not_review_in_it(bank: Province, step: Move) -> None:
    move(bank, Move.SUBMIT, WRITER, ONE)
    show(bank, REVIEWER, ONE)
    elsewhere = Policy(pools={"city": PoolPolicy(writers=("另一单位",))})
    before = rows(bank)

    refused("people.may_not_write", lambda: blind_move(bank, step, REVIEWER, ONE, policy=elsewhere, comment="选项B有误"))

    assert rows(bank) == before
