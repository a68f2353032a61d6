"""查阅: whoever is shown content stands on the eyes list and in the ledger from then on; who may not is shown nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from itembank.domain.blueprint import Blueprint
from itembank.domain.confidentiality import Sight
from itembank.domain.occupation import Occupation, OccupationKey
from itembank.domain.policy import BankFloors, Policy, PoolPolicy
from itembank.domain.review import Move
from itembank.formats.bank_statements import FIELDS
from itembank.formats.blueprint_export import official_workbook
from itembank.formats.figures import read_figure
from itembank.steps import occupations, viewing
from keys import statement
from keys.encoding import canonical, sha256
from tests.province import PREPARED, SESSION, After, Province, refused
from tests.unit.steps.history_anew import codes
from tests.unit.steps.sample_items import (
    BLUEPRINT,
    MANAGER,
    REVIEWER,
    THREE,
    WRITER,
    blind_move,
    bring,
    enter,
    import_blueprint,
    item,
    move,
    pledge,
    rows,
    show,
)

ONE, TWO = "city-001", "city-002"
POLICY = Policy()
CHANGED = "改过的题：电阻的单位是（　　）。"
DRAWN = item(2, stem="如图{{图:r.svg}}，电阻的单位是（　　）。")
PICTURE = read_figure("r.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0 L9 9"/></svg>')


OTHERS = ("writer-2", "reviewer-2", "approver-2")
"""Who has pledged; whoever looks here has not."""


@pytest.fixture
def bank(after: After) -> Province:
    """Two active items, one with a figure; one in another pool."""
    province = after("")
    enter(province, dict(zip(OTHERS, (("item_writer",), ("item_reviewer",), ("item_approver",)), strict=True)))
    import_blueprint(province, *THREE)
    bring(province, item(1), DRAWN, figures={"r.svg": PICTURE}, who=OTHERS)
    bring(province, item(1, "province"), who=OTHERS)
    return province


def look(
    province: Province, *item_nos: str, who: str = REVIEWER, policy: Policy = POLICY, version: int = 0
) -> list[tuple[str, int, str]]:
    """(number, version, stem) of what was shown."""
    found = viewing.look(
        province.centre.book, province.directory, province.clock, policy, province.signer(who), item_nos, Sight.VIEW,
        version=version,
    )  # fmt: skip
    return [(card.item_no, card.version, shown.stem) for card, shown in found]


def export(province: Province, pool: str = "city", who: str = REVIEWER, policy: Policy = POLICY) -> viewing.PoolLook:
    book, signer = province.centre.book, province.signer(who)
    return viewing.look_at_pool(book, province.directory, province.clock, policy, signer, pool, "送省中心备案")


def eyes(province: Province, item_no: str = "", person: str = "") -> list[tuple[str, int, str, str]]:
    with province.centre.book.read() as transaction:
        seen = transaction.bank.seen(item_no=item_no, person=person)
    return [(line.item_no, line.version, line.person, line.sight.value) for line in seen]


def recuse(province: Province, who: str, until: timedelta, blueprint: str = BLUEPRINT.key) -> None:
    book, signer, end = province.centre.book, province.signer(who), province.clock() + until
    viewing.declare_recusal(book, province.directory, province.clock, blueprint, "亲属报考", end, signer)


# who is shown nothing -----------------------------------------------------------------------------------------------------


def nothing_pledged(province: Province) -> None:
    pledge(province, WRITER)
    pledge(province, REVIEWER, "province")


def pledged_long_ago(province: Province) -> None:
    pledge(province, REVIEWER)
    province.clock.move(days=POLICY.review.pledge_days)


def stands_aside(province: Province) -> None:
    pledge(province, REVIEWER)
    recuse(province, REVIEWER, timedelta(days=1))


READERS = Policy(pools={"city": PoolPolicy(readers=("示例市中心",))})
HIDDEN = [
    pytest.param("people.no_pledge", nothing_pledged, POLICY, id="without a pledge of his own for this pool"),
    pytest.param("people.pledge_over", pledged_long_ago, POLICY, id="whose pledge is over"),
    pytest.param("people.recused", stands_aside, POLICY, id="who stands aside"),
    pytest.param("people.may_not_read", lambda province: pledge(province, REVIEWER), READERS, id="of another organisation"),
]
WAYS: list[Callable[[Province, Policy], object]] = [
    lambda province, policy: look(province, ONE, policy=policy),
    lambda province, policy: export(province, policy=policy),
    lambda province, policy: differ(province, policy),
]


def differ(province: Province, policy: Policy = POLICY, who: str = REVIEWER) -> list[str]:
    book, signer = province.centre.book, province.signer(who)
    found = viewing.changes(book, province.directory, province.clock, policy, signer, ONE, 1, 1)
    return [change.field for change in found]


@pytest.mark.parametrize("way", WAYS, ids=["a look", "an export", "a comparison"])
@pytest.mark.parametrize(("code", "prepare", "policy"), HIDDEN)
def test_nothing_is_shown_to_a_person(
    bank: Province, code: str, prepare: Callable[[Province], None], policy: Policy, way: Callable[[Province, Policy], object]
) -> None:
    """No content, and so no eyes line and no line in the ledger."""
    prepare(bank)
    before = rows(bank)

    refused(code, lambda: way(bank, policy))

    assert rows(bank) == before and eyes(bank, person=REVIEWER) == []


def test_who_stood_aside_sees_again_when_it_is_over(bank: Province) -> None:
    """And all the time what is of another occupation."""
    import_blueprint(bank, *THREE, data=official_workbook(replace(BLUEPRINT, level=3)))
    pledge(bank, REVIEWER)
    recuse(bank, REVIEWER, timedelta(days=1), blueprint=replace(BLUEPRINT, level=3).key)
    assert look(bank, ONE)
    recuse(bank, REVIEWER, timedelta(days=1))
    refused("people.recused", lambda: look(bank, ONE))

    bank.clock.move(days=1)

    assert look(bank, ONE)


@pytest.mark.parametrize(
    ("hides", "other"),
    [
        pytest.param(True, replace(BLUEPRINT, subject="操作技能"), id="the other subject of this exam"),
        pytest.param(True, replace(BLUEPRINT, work_type="低压电工"), id="a work type of it"),
        pytest.param(True, replace(BLUEPRINT, dictionary_year=1999, occupation_code="6-07-06-05"), id="its earlier code"),
        pytest.param(False, replace(BLUEPRINT, occupation_code="6-31-01-04"), id="another occupation"),
        pytest.param(False, replace(BLUEPRINT, level=3), id="another level"),
    ],
)
def test_who_stands_aside_from_an_exam_sees_nothing_of_it(bank: Province, other: Blueprint, *, hides: bool) -> None:
    import_blueprint(bank, *THREE, data=official_workbook(other))
    electrician = Occupation(BLUEPRINT.occupation_code, 2022, BLUEPRINT.occupation, (), OccupationKey(1999, "6-07-06-05"))
    book, managers = bank.centre.book, bank.signers("bank_manager-1", "bank_manager-2")
    if not other.work_type:
        occupations.enter_occupation(book, bank.directory, bank.clock, electrician, managers)
    pledge(bank, REVIEWER)
    recuse(bank, REVIEWER, timedelta(days=1), blueprint=other.key)

    if hides:
        refused("people.recused", lambda: look(bank, ONE))
    else:
        assert look(bank, ONE)


def test_a_line_of_a_look_or_a_review_confirms_no_guess(bank: Province) -> None:
    """Who has the ledger tries numbers and comments in vain."""
    bring(bank, item(9), who=(WRITER,))
    pledge(bank, REVIEWER)
    look(bank, ONE)
    blind_move(bank, Move.SUBMIT, WRITER, "city-009")
    blind_move(bank, Move.RETURN, REVIEWER, "city-009", comment="选项B有误")

    [seen] = bank.entries("look")
    returned = statement.peek(bank.entries("review")[-1].statement.encode(), "review", FIELDS["review"])
    guesses = [[[ONE, 1]], [ONE, 1], [ONE], ONE]
    assert seen.subject["items"] not in {sha256(canonical(guess)).hex() for guess in guesses}
    assert returned["comment"] not in {sha256("选项B有误".encode()).hex(), sha256(canonical([["选项B有误"]])).hex()}


@pytest.mark.parametrize(
    ("code", "until", "blueprint"),
    [
        pytest.param("blueprint.unknown", timedelta(days=9), "2022/6-31-01-03/9/L", id="from a blueprint the bank has not"),
        pytest.param("people.recusal_over", timedelta(0), BLUEPRINT.key, id="until now"),
    ],
)
def test_a_recusal_that_would_hide_nothing_is_refused(bank: Province, code: str, until: timedelta, blueprint: str) -> None:
    """Its person would believe to stand aside."""
    before = rows(bank)

    refused(code, lambda: recuse(bank, REVIEWER, until, blueprint))

    assert rows(bank) == before


def test_a_pledge_is_for_a_pool(bank: Province) -> None:
    before = rows(bank)

    refused("item.pool", lambda: pledge(bank, REVIEWER, "citty"))

    assert rows(bank) == before


def test_a_forged_pledge_opens_nothing(bank: Province) -> None:
    """Signed by another's key it does not even come in."""
    signer = bank.signer(REVIEWER, key_of=WRITER)
    before = rows(bank)

    refused(
        "statement.signature",
        lambda: viewing.sign_pledge_for(bank.centre.book, bank.directory, bank.clock, POLICY, "city", signer),
    )

    assert rows(bank) == before


# what a look leaves -------------------------------------------------------------------------------------------------------


def test_a_look_stands_on_the_eyes_list_and_in_the_ledger(bank: Province) -> None:
    """One line a look, whatever it showed, and no item's number in it."""
    pledge(bank, REVIEWER)

    assert look(bank, ONE, TWO) == [(ONE, 1, item(1).stem), (TWO, 1, DRAWN.stem)]

    assert eyes(bank, ONE) == [(ONE, 1, REVIEWER, "view")] and len(eyes(bank, person=REVIEWER)) == 2
    (line,) = bank.entries("look")
    assert (line.by, line.subject["pool"], line.subject["sight"], line.subject["count"]) == (REVIEWER, "city", "view", "2")
    assert ONE.encode() not in line.encode()


def test_every_look_is_on_the_list_with_its_time(bank: Province) -> None:
    pledge(bank, REVIEWER)
    look(bank, ONE)
    bank.clock.move(hours=1)
    look(bank, ONE)

    with bank.centre.book.read() as transaction:
        assert [line.at for line in transaction.bank.seen(item_no=ONE)] == [PREPARED, PREPARED + timedelta(hours=1)]


@pytest.mark.parametrize(
    ("code", "item_nos", "version"),
    [
        pytest.param("item.unknown", (ONE, "city-009"), 0, id="an item that is not there"),
        pytest.param("item.unknown", (ONE,), 2, id="a version that is not there"),
        pytest.param("item.two_pools", (ONE, "province-001"), 0, id="items of two pools"),
    ],
)
def test_what_cannot_be_shown_leaves_no_trace(bank: Province, code: str, item_nos: tuple[str, ...], version: int) -> None:
    pledge(bank, REVIEWER)
    pledge(bank, REVIEWER, "province")
    before = rows(bank)

    refused(code, lambda: look(bank, *item_nos, version=version))

    assert rows(bank) == before


def test_an_export_adds_its_person_to_every_item(bank: Province) -> None:
    """With its figures; drafts too, since they are content; items of other pools are not meant."""
    bring(bank, item(3), who=(WRITER,))
    pledge(bank, REVIEWER)

    found = export(bank)

    assert found.items == (item(1), DRAWN, item(3)) and found.figures == {"r.svg": PICTURE}
    assert found.blueprint == BLUEPRINT
    assert eyes(bank, person=REVIEWER) == [(no, 1, REVIEWER, "export") for no in (ONE, TWO, "city-003")]
    (line,) = bank.entries("look")
    assert (line.subject["sight"], line.subject["count"]) == ("export", "3")
    refused("item.unknown", lambda: export(bank, "city-welder"))


def test_an_older_version_can_be_looked_at(bank: Province) -> None:
    """The list says which it was."""
    bring(bank, item(1, stem=CHANGED))
    pledge(bank, REVIEWER)

    assert look(bank, ONE, version=1) == [(ONE, 1, item(1).stem)] and look(bank, ONE) == [(ONE, 2, CHANGED)]

    assert sorted(eyes(bank, ONE)) == [(ONE, 1, REVIEWER, "view"), (ONE, 2, REVIEWER, "view")]


def test_to_compare_two_versions_is_to_look_at_both(bank: Province) -> None:
    bring(bank, item(1, stem=CHANGED, key="B"))
    pledge(bank, REVIEWER)
    book, signer = bank.centre.book, bank.signer(REVIEWER)

    found = viewing.changes(book, bank.directory, bank.clock, POLICY, signer, ONE, 1, 2)

    assert [(change.before, change.after) for change in found] == [(item(1).stem, CHANGED), ("A", "B")]
    assert sorted(eyes(bank, ONE)) == [(ONE, 1, REVIEWER, "view"), (ONE, 2, REVIEWER, "view")]
    assert len(bank.entries("look")) == 2


def test_a_review_is_told_from_a_view(bank: Province) -> None:
    """It counts as a review for whose duty the item waits."""
    bring(bank, item(3), who=(WRITER,))
    move(bank, Move.SUBMIT, WRITER, "city-003")

    show(bank, REVIEWER, "city-003")
    show(bank, WRITER, "city-003")

    assert [(person, sight) for _, _, person, sight in eyes(bank, "city-003")] == [(REVIEWER, "review"), (WRITER, "view")]


def test_the_proof_pair_is_on_the_lists_once_the_lock_has_opened(after: After) -> None:
    """Of the items of their paper, and of no other; before, the bank does not know which these are."""
    province = after("seal")
    (drawn,) = [paper.item_nos for form, paper in province.draft().papers.items() if form == "A"]
    province.approve()
    province.publish()
    province.release()
    pair = "proofreader-1", "proofreader-2"
    assert [eyes(province, person=person) for person in pair] == [[], []]

    province.send_uses()

    for person in pair:
        assert eyes(province, person=person) == [(no, 1, person, "proof") for no in sorted(drawn)]
    with province.centre.book.read() as transaction:
        assert {line.where for line in transaction.bank.seen(person=pair[0])} == {f"{SESSION}A"}


def test_the_audit_is_content_with_looks_and_recusals(bank: Province) -> None:
    pledge(bank, REVIEWER)
    look(bank, ONE)
    export(bank)
    recuse(bank, REVIEWER, timedelta(days=1))
    bank.settle()

    assert codes(bank.audit()) == set()


# what needs no pledge -----------------------------------------------------------------------------------------------------


def test_the_banks_health_counts_active_items_and_shows_no_content(bank: Province) -> None:
    """Nobody need pledge for a number. Drafts and frozen items are not what a paper can use."""
    bring(bank, item(3), who=(WRITER,))
    bring(bank, item(4))
    blind_move(bank, Move.FREEZE, MANAGER, "city-004")
    policy = Policy(floors=BankFloors(items_at_least=5, items_per_point=2, items_per_cycle=4))
    before = rows(bank)

    found = viewing.survey(bank.centre.book, policy, "", PREPARED - timedelta(days=1))
    later = viewing.survey(bank.centre.book, policy, BLUEPRINT.key, PREPARED + timedelta(days=1))

    whole, cycle = found.health.bank, found.health.cycle
    assert (whole.have, whole.needed, whole.short) == (3, 5, 2) and (cycle.have, cycle.needed) == (3, 4)
    assert later.health.cycle.have == 0 and rows(bank) == before
    assert {count.have for count in found.health.points if count.code == "B-A-A-001"} == {3}


@pytest.mark.parametrize(("code", "key"), [("blueprint.which", ""), ("blueprint.unknown", "2022/x/4/L")])
def test_the_health_is_of_one_blueprint(bank: Province, code: str, key: str) -> None:
    import_blueprint(bank, *THREE, data=official_workbook(replace(BLUEPRINT, level=3)))

    refused(code, lambda: viewing.survey(bank.centre.book, POLICY, key, PREPARED))


@pytest.mark.parametrize("reason", ["", "  ", "字" * 161, "两\n行"])
def test_an_export_and_standing_aside_say_why_in_words_that_can_stand_in_the_ledger(after: After, reason: str) -> None:
    province = after("author")
    book, clock, writer = province.centre.book, province.clock, province.signer(WRITER)
    pledge(province, WRITER)
    before = rows(province)

    refused("item.reason", lambda: viewing.look_at_pool(book, province.directory, clock, POLICY, writer, "city", reason))
    until = clock() + timedelta(days=9)
    refused(
        "item.reason",
        lambda: viewing.declare_recusal(book, province.directory, clock, BLUEPRINT.key, reason, until, writer),
    )

    assert rows(province) == before
