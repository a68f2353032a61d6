"""Step 1 for blueprints: versions, drafts, and what a draw has fixed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from itembank.domain.blueprint import AssessmentPoint, Blueprint, Importance
from itembank.domain.policy import BlueprintPolicy, Policy
from itembank.formats.blueprint_export import official_workbook
from itembank.steps import viewing
from itembank.steps.reviewing import approve_blueprint
from tests.province import BOTH_HATS, POLICY, POOLS, After, Province, items_bytes, refused
from tests.unit.steps.history_anew import codes
from tests.unit.steps.sample_items import (
    APPROVER,
    BLUEPRINT,
    REVIEWER,
    THREE,
    WRITER,
    bring,
    enter,
    import_blueprint,
    item,
    rows,
)


def with_point(blueprint: Blueprint, importance: Importance = Importance.X) -> Blueprint:
    """One point more, in the last area."""
    more = AssessmentPoint("B-B-A-003", "变压器的铁心", importance, "2")
    return replace(blueprint, points=(*blueprint.points, more))


SECOND, THIRD = official_workbook(with_point(BLUEPRINT)), official_workbook(with_point(BLUEPRINT, Importance.Y))


def held(province: Province) -> list[tuple[int, str, int]]:
    """(version, state, points) of every version the bank has."""
    with province.centre.book.read() as transaction:
        return [(one.blueprint.version, one.state, len(one.blueprint.points)) for one in transaction.bank.blueprints()]


def test_a_changed_blueprint_is_the_next_version(after: After) -> None:
    """The first stays; what says the same is no version, however often it comes and whoever signs it."""
    province = after("")
    first, second = import_blueprint(province, *THREE), import_blueprint(province, *THREE, data=SECOND)
    before = rows(province)

    again = [import_blueprint(province, *who, data=SECOND) for who in (THREE, (WRITER,))]

    assert (first.imported, first.blueprint.version, first.state) == (True, 1, "approved")
    assert (second.imported, second.blueprint.version) == (True, 2)
    assert all((one.imported, one.unchanged, one.blueprint.version) == (False, True, 2) for one in again)
    assert held(province) == [(1, "approved", 7), (2, "approved", 8)] and rows(province) == before
    assert province.acts() == ["blueprint", "blueprint"]


def test_a_dry_run_needs_nobody_and_keeps_nothing(after: After) -> None:
    province = after("")

    report = import_blueprint(province, dry_run=True)

    assert (len(report.blueprint.points), report.imported, held(province), province.acts()) == (7, False, [], [])


def test_a_dry_run_says_which_version_it_would_be(after: After) -> None:
    """And what the bank holds already, and what it would refuse."""
    province = after("author")
    with province.centre.book.begin() as transaction:
        transaction.bank.use_blueprint(BLUEPRINT.key, 1)

    same, next_ = import_blueprint(province, dry_run=True), import_blueprint(province, dry_run=True, data=SECOND)

    assert (same.unchanged, same.state, same.blueprint.version) == (True, "used", 1)
    assert (next_.unchanged, next_.blueprint.version) == (False, 2)
    refused("blueprint.used", lambda: import_blueprint(province, dry_run=True, data=SECOND, in_place=True))


def test_what_one_author_brings_in_is_a_draft_until_two_more_sign_it(after: After) -> None:
    """Written anew as often as the author likes, under one number; the version before serves meanwhile."""
    province = after("")
    import_blueprint(province, *THREE)
    draft = import_blueprint(province, WRITER, data=SECOND)
    corrected = import_blueprint(province, WRITER, data=THIRD)
    unchanged = import_blueprint(province, WRITER, data=THIRD)

    assert (draft.state, draft.blueprint.version, corrected.blueprint.version, unchanged.unchanged) == ("draft", 2, 2, True)
    assert held(province) == [(1, "approved", 7), (2, "draft", 8)]

    version = approve(province, REVIEWER, APPROVER)

    assert version == 2 and held(province) == [(1, "approved", 7), (2, "approved", 8)]
    assert province.acts() == ["blueprint", "draft", "draft", "blueprint"]
    province.settle()
    assert codes(province.audit()) == set()


def approve(province: Province, *who: str) -> int:
    return approve_blueprint(province.centre.book, province.directory, province.clock, BLUEPRINT.key, province.signers(*who))


@pytest.mark.parametrize(
    ("code", "who"),
    [
        pytest.param("statement.signers", (REVIEWER,), id="a reviewer alone"),
        pytest.param("statement.duty", (APPROVER, REVIEWER), id="in the wrong order"),
        pytest.param("statement.signed_twice", (WRITER, APPROVER), id="the author reviews"),
        pytest.param("statement.signed_twice", ("all", "all"), id="one person in both seats"),
        pytest.param("statement.duty", (REVIEWER, BOTH_HATS), id="a bank manager approves"),
    ],
)
def test_a_draft_is_approved_by_two_other_people(after: After, code: str, who: tuple[str, ...]) -> None:
    province = after("")
    enter(province, {"all": ("item_writer", "item_reviewer", "item_approver")})
    import_blueprint(province, WRITER)
    before = rows(province)

    refused(code, lambda: approve(province, *who))

    assert rows(province) == before


def test_only_a_draft_is_approved(after: After) -> None:
    province = after("")
    import_blueprint(province, *THREE)

    refused("blueprint.no_draft", lambda: approve(province, REVIEWER, APPROVER))


def test_three_correct_an_approved_version_in_place_as_long_as_no_pool_hangs_on_it(after: After) -> None:
    """Then other banks and desks may have it already under this number."""
    province = after("")
    import_blueprint(province, *THREE)

    report = import_blueprint(province, *THREE, data=SECOND, in_place=True)

    assert report.blueprint.version == 1 and held(province) == [(1, "approved", 8)]
    bring(province, data=items_bytes("city"), pool="city")
    refused("blueprint.has_items", lambda: import_blueprint(province, *THREE, in_place=True))
    assert held(province) == [(1, "approved", 8)]


def test_a_blueprint_of_a_work_type_with_a_blank_in_its_name_is_used_by_a_draw(after: After) -> None:
    """Its key has the blank."""
    province = after("")
    import_blueprint(province, *THREE, data=official_workbook(replace(BLUEPRINT, work_type="数控 维修")))
    for pool in POOLS:
        bring(province, data=items_bytes(pool), pool=pool)
        province.release_pool(pool)
    province.order()
    province.seeds()

    province.assemble()

    assert held(province) == [(1, "used", 7)]


def test_a_blueprint_that_a_draw_used_does_not_change(after: After) -> None:
    """Nor by three; the next version comes beside it."""
    province = after("assemble")
    before = rows(province)

    refused("blueprint.used", lambda: import_blueprint(province, *THREE, data=SECOND, in_place=True))

    assert rows(province) == before and held(province) == [(1, "used", 7)]
    import_blueprint(province, *THREE, data=SECOND)
    assert held(province) == [(1, "used", 7), (2, "approved", 8)]


def test_an_item_whose_point_is_gone_keeps_no_paper_from_being_drawn(after: After) -> None:
    """It stays in the bank, which tells of it, and out of releases: at the desk it would stop every draw."""
    province = after("author")
    points = tuple(point for point in BLUEPRINT.points if point.code != "B-A-A-003")
    import_blueprint(province, *THREE, data=official_workbook(replace(BLUEPRINT, points=points)))

    province.release_pool("national")
    province.release_pool("city")
    province.order()
    province.seeds()
    province.assemble()

    assert {pool.pool: len(pool.items) for _, pool in province.pools()} == {"national": 18, "city": 6}
    assert viewing.survey(province.centre.book, POLICY, "", province.clock()).health.unplaced == 4


def test_one_author_does_not_unsettle_what_three_approved(after: After) -> None:
    """In place of it, a draft would leave the bank's pools without a blueprint."""
    province = after("author")
    before = rows(province)

    refused("blueprint.approved", lambda: import_blueprint(province, WRITER, data=SECOND, in_place=True))

    assert rows(province) == before
    assert bring(province, item(1)).imported == 1


POLICIES = [
    pytest.param(BlueprintPolicy(), True, id="as it is"),
    pytest.param(BlueprintPolicy(y_at_most=0), False, id="no point may be Y"),
    pytest.param(BlueprintPolicy(x_at_least=88), False, id="more points must be X"),
    pytest.param(BlueprintPolicy(x_at_least=80, y_at_most=13), True, id="just so"),
]


@pytest.mark.parametrize(("policy", "sound"), POLICIES)
def test_the_policys_shares_decide(after: After, policy: BlueprintPolicy, sound: bool) -> None:
    """Seven points of eight are X, one is Y."""
    province = after("")

    def come() -> object:
        return import_blueprint(province, *THREE, data=THIRD, policy=Policy(blueprint=policy))

    if sound:
        come()
    else:
        refused("blueprint.importance", come)
    assert len(held(province)) == sound


def test_a_policy_may_ask_for_less_than_the_field(after: After) -> None:
    """Every second point is Y, which the defaults refuse."""
    points = tuple(replace(point, importance=Importance("XY"[i % 2])) for i, point in enumerate(BLUEPRINT.points))
    mixed = official_workbook(replace(BLUEPRINT, points=points))
    province = after("")

    refused("blueprint.importance", lambda: import_blueprint(province, *THREE, data=mixed))
    import_blueprint(province, *THREE, data=mixed, policy=Policy(blueprint=BlueprintPolicy(50, 50, 50)))

    assert held(province) == [(1, "approved", 7)]


def test_advice_is_told_and_refuses_nothing(after: After) -> None:
    """In the dry run as in the import; by the policy's own numbers."""
    province, policy = after(""), Policy(blueprint=BlueprintPolicy(points_per_weight=1, points_at_least=8))

    reports = import_blueprint(province, dry_run=True, policy=policy), import_blueprint(province, *THREE, policy=policy)

    for report in reports:
        assert [(line.code, line.area, line.found, line.needed) for line in report.advice] == [
            ("blueprint.few_points", "", 7, 8),
            ("blueprint.few_points_for_weight", "A-A", 2, 4),
            ("blueprint.few_points_for_weight", "B-A", 3, 4),
            ("blueprint.few_points_for_weight", "B-B", 2, 3),
        ]
    assert reports[1].imported


def test_three_who_sign_a_draft_as_it_stands_approve_it(after: After) -> None:
    """The same workbook says nothing new, but it is more than a draft now."""
    province = after("")
    import_blueprint(province, THREE[0])

    report = import_blueprint(province, *THREE)

    assert (report.imported, report.unchanged, report.state) == (True, False, "approved")
