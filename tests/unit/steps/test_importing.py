"""Step 1 for items: what an import makes of each row, and what keeps all of it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from itembank.domain.policy import LocalItems, Policy, PoolPolicy
from itembank.domain.review import Move
from itembank.formats.blueprint_export import official_workbook
from itembank.formats.figures import read_figure
from itembank.formats.item_file import own_workbook
from itembank.steps import authoring
from itembank.steps.authoring import ItemsReport
from tests.province import POLICY, After, Province, refused
from tests.unit.steps.sample_items import (
    APPROVER,
    BLUEPRINT,
    REVIEWER,
    THREE,
    WRITER,
    blind_move,
    bring,
    content,
    enter,
    import_blueprint,
    item,
    pledge,
    rows,
    states,
    versions,
    workbook,
)

ALONE = (WRITER,)
CHANGED = "改过的题：电阻的单位是（　　）。"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0 L{0} 9" stroke="black"/></svg>'


def picture(to: int) -> str:
    return read_figure("r.svg", SVG.format(to).encode())


@pytest.fixture
def bank(after: After) -> Province:
    """A centre with the blueprint and no item, and three who have pledged for the city's pool."""
    province = after("")
    import_blueprint(province, *THREE)
    for who in THREE:
        pledge(province, who)
    return province


def faults(report: ItemsReport) -> list[tuple[str, str]]:
    return [(row.where, row.code) for row in report.rejected]


# drafts and admitted items ------------------------------------------------------------------------------------------------


def test_what_one_author_brings_in_is_a_draft(bank: Province) -> None:
    """With a line of its own kind: nothing is admitted by it."""
    report = bring(bank, item(1), item(2), who=ALONE)

    assert (report.read, report.imported, report.unchanged) == (2, 2, 0)
    (card,) = versions(bank, "city-001")
    assert (card.standing.state, card.standing.author, card.standing.approver) == ("draft", WRITER, "")
    assert bank.acts()[-1] == "draft" and "import" not in bank.acts() and content(bank, "city-001") == item(1)


def test_what_three_sign_is_active_under_their_names(bank: Province) -> None:
    bring(bank, item(1))

    (card,) = versions(bank, "city-001")
    standing = card.standing
    assert (standing.state, standing.author, standing.reviewer, standing.approver) == ("active", *THREE)
    assert bank.acts()[-1] == "import"


@pytest.mark.parametrize("who", [ALONE, THREE])
def test_the_same_file_again_changes_nothing(bank: Province, who: tuple[str, ...]) -> None:
    """No version, no line, not one row."""
    bring(bank, item(1), item(2), who=who)
    before = rows(bank)

    report = bring(bank, item(1), item(2), who=who)

    assert (report.read, report.imported, report.unchanged) == (2, 0, 2) and rows(bank) == before


def test_a_changed_item_that_three_sign_takes_the_place_of_the_old_one(bank: Province) -> None:
    """The old version stays what it was, retired by the same act; an item beside it that says the same is left alone."""
    bring(bank, item(1), item(2))

    report = bring(bank, item(1, stem=CHANGED), item(2))

    assert (report.imported, report.unchanged) == (1, 1)
    assert states(bank, "city-001") == ["retired", "active"] and states(bank, "city-002") == ["active"]
    assert (content(bank, "city-001"), content(bank, "city-001", 2)) == (item(1), item(1, stem=CHANGED))
    with bank.centre.book.read() as transaction:
        assert [(line.version, line.move, line.who) for line in transaction.bank.history("city-001")] == [
            (1, "retire", APPROVER)
        ]


def test_a_number_of_another_pool_is_not_given_again(bank: Province) -> None:
    """`city` + `a-1` and `city-a` + `1` are written alike; to a new pool as to one that is there."""
    bring(bank, item(1, item_no="city-a-1"))
    for _ in range(2):
        report = bring(bank, item(2, pool="city-a", item_no="city-a-1", stem=CHANGED), item(3, pool="city-a"))
        assert faults(report) == [("试题!2", "item.number_taken")] and states(bank, "city-a-1") == ["active"]
        bring(bank, item(3, pool="city-a"))


def test_what_changed_while_a_workbook_was_read_keeps_it_out(bank: Province) -> None:
    """Its points were looked up in a blueprint that is another one now."""
    thinner = official_workbook(replace(BLUEPRINT, standard_year=2020))

    def somebody_is_quicker(latex: str) -> bool:
        import_blueprint(bank, *THREE, data=thinner)
        return True

    before = states(bank, "city-001")
    refused("item.blueprint_changed", lambda: bring(bank, item(1, stem="求$x$（　　）。"), prints=somebody_is_quicker))

    assert states(bank, "city-001") == before == []


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize(
    ("code", "who", "key_of"),
    [
        ("directory.unknown", "stranger", "stranger"),
        ("statement.signature", WRITER, REVIEWER),
        ("statement.duty", "sealer-1", "sealer-1"),
        ("people.no_pledge", "writer-2", "writer-2"),
    ],
)
def test_a_preview_tells_nobody_the_key_of_a_known_stem(
    bank: Province, code: str, who: str, key_of: str, *, broken: bool
) -> None:
    """Only who may import learns what the bank has; a broken row makes no difference."""
    enter(bank, {"writer-2": ("item_writer",)})
    book, signers = bank.centre.book, [bank.signer(who, key_of=key_of)]
    data = workbook(item(1), *([item(2, key="Q")] if broken else []))

    refused(
        code,
        lambda: authoring.import_items(
            book, bank.directory, bank.clock, POLICY, own_workbook(data), {}, "city", signers, dry_run=not broken
        ),
    )


@pytest.mark.parametrize("who", [ALONE, THREE])
def test_nobody_brings_items_in_without_a_pledge(bank: Province, who: tuple[str, ...]) -> None:
    before = rows(bank)
    book, signers = bank.centre.book, bank.signers(*who)

    refused(
        "people.no_pledge",
        lambda: authoring.import_items(
            book, bank.directory, bank.clock, POLICY, own_workbook(workbook(item(1, pool="province"))), {}, "province", signers
        ),
    )

    assert rows(bank) == before


def test_a_number_in_other_letters_is_no_second_item(bank: Province) -> None:
    """The preview says so too."""
    bring(bank, item(1, item_no="city-A1"))

    for dry_run in (True, False):
        report = bring(bank, item(2, item_no="city-a1"), item(3), dry_run=dry_run)
        assert faults(report) == [("试题!2", "item.guid_case")] and report.imported == 0
    assert bring(bank, item(1, item_no="city-A1")).unchanged == 1


def test_a_changed_item_of_one_author_waits_beside_the_active_version(bank: Province) -> None:
    """A paper goes on drawing what was approved."""
    bring(bank, item(1))

    bring(bank, item(1, stem=CHANGED), who=ALONE)

    assert states(bank, "city-001") == ["active", "draft"]
    with bank.centre.book.read() as transaction:
        assert transaction.bank.active("city") == [(1, item(1))]


def test_a_changed_draft_stays_the_version_it_is(bank: Province) -> None:
    bring(bank, item(1), who=ALONE)

    report = bring(bank, item(1, stem=CHANGED), who=ALONE)

    assert report.imported == 1 and states(bank, "city-001") == ["draft"] and content(bank, "city-001").stem == CHANGED


def test_nobody_writes_in_anothers_draft(bank: Province) -> None:
    """Not with a reviewer and an approver beside him either."""
    enter(bank, {"writer-2": ("item_writer",)})
    bring(bank, item(1), who=ALONE)
    pledge(bank, "writer-2")
    before = rows(bank)

    for who, dry_run in ((("writer-2",), True), (("writer-2",), False), (("writer-2", REVIEWER, APPROVER), False)):
        report = bring(bank, item(1, stem=CHANGED), item(2), who=who, dry_run=dry_run)
        assert (faults(report), report.imported, rows(bank)) == ([("试题!2", "people.not_author")], 0, before)
        assert report.rejected[0].facts == {"who": "writer-2"}, "who wrote it is nobody's business"
        assert (report.rejected[0].field, report.rejected[0].text) == ("试题GUID", "001")


@pytest.mark.parametrize("dry_run", [True, False])
def test_three_admit_a_draft_as_it_stands(bank: Province, *, dry_run: bool) -> None:
    """What is in review already goes its own way."""
    bring(bank, item(1), item(2), who=ALONE)
    blind_move(bank, Move.SUBMIT, WRITER, "city-002")

    alone = bring(bank, item(1), who=ALONE, dry_run=dry_run)
    report = bring(bank, item(1), dry_run=dry_run)
    waiting = bring(bank, item(2), dry_run=dry_run)

    assert (alone.imported, alone.unchanged) == (0, 1) and (report.imported, report.unchanged) == (1, 0)
    assert faults(waiting) == [("试题!2", "item.under_review")]
    assert states(bank, "city-001") == ["draft" if dry_run else "active"] and states(bank, "city-002") == ["submitted"]


def test_three_may_admit_a_changed_draft_beside_an_active_version(bank: Province) -> None:
    """An item has one active version at a time: the draft becomes it, the old one makes place."""
    bring(bank, item(1))
    bring(bank, item(1, stem=CHANGED), who=ALONE)

    report = bring(bank, item(1, stem=f"再{CHANGED}"))

    assert report.imported == 1 and states(bank, "city-001") == ["retired", "active"]


def test_who_reviews_is_not_disturbed(bank: Province) -> None:
    bring(bank, item(1), who=ALONE)
    blind_move(bank, Move.SUBMIT, WRITER, "city-001")
    before = rows(bank)

    for who in (ALONE, THREE):
        report = bring(bank, item(1, stem=CHANGED), who=who)
        assert (faults(report), rows(bank)) == ([("试题!2", "item.under_review")], before)


def test_an_approved_version_is_not_corrected_in_place(bank: Province) -> None:
    """A draft is, and an item that is new comes in all the same."""
    bring(bank, item(1))
    bring(bank, item(2), who=ALONE)
    before = rows(bank)

    report = bring(bank, item(1, stem=CHANGED), item(3), in_place=True)

    assert faults(report) == [("试题!2", "item.version_fixed")] and rows(bank) == before
    assert bring(bank, item(2, stem=CHANGED), item(3), who=ALONE, in_place=True).imported == 2
    assert states(bank, "city-002") == ["draft"]


# what keeps an import out, and what is only told --------------------------------------------------------------------------


def test_one_broken_row_keeps_everything_out_and_the_preview_says_the_same(bank: Province) -> None:
    """Every broken row is named, and nothing of the others is kept."""
    bring(bank, item(1), who=ALONE)
    came = (item(1, stem=CHANGED), item(2, key="Q"), item(3, difficulty=9), item(4, adapted_from="national-9"))
    before = rows(bank)

    preview = bring(bank, *came, who=(), dry_run=True)
    report = bring(bank, *came)

    assert report == preview and (report.read, report.imported) == (4, 0)
    assert faults(report) == [("试题!3", "item.key"), ("试题!4", "item.difficulty"), ("试题!5", "item.parent_unknown")]
    assert rows(bank) == before


def test_a_dry_run_counts_what_would_come_in_and_keeps_nothing(bank: Province) -> None:
    bring(bank, item(1), item(2))
    before = rows(bank)
    more = (item(1), item(2, stem=CHANGED), item(3))

    preview = bring(bank, *more, who=(), dry_run=True)

    assert (preview.read, preview.imported, preview.unchanged) == (3, 2, 1) and rows(bank) == before
    assert bring(bank, *more) == preview


def test_exact_duplicates_are_named_with_their_keys_in_conflict(bank: Province) -> None:
    """In the bank and in the file; a remark, not a fault."""
    bring(bank, item(1, "national"))
    again = item(2, stem="第1题: 电阻的单位是( )。", options=("伏特", "欧姆", "安培", "瓦特"), key="B")
    wrong = replace(again, item_no="city-003", key="A")

    report = bring(bank, again, wrong, item(4))

    assert report.imported == 3
    assert [(twin.item_no, twin.of, twin.key_conflict) for twin in report.duplicates] == [
        ("city-002", "national-001", False),
        ("city-003", "national-001", True),
    ]


def test_a_twin_of_what_is_in_use_behind_a_draft_is_named(bank: Province) -> None:
    bring(bank, item(1))
    bring(bank, item(1, stem=CHANGED), who=ALONE)

    report = bring(bank, item(2, stem=item(1).stem))

    assert [(twin.item_no, twin.of) for twin in report.duplicates] == [("city-002", "city-001")]


def test_a_picture_the_bank_has_need_not_come_again(bank: Province) -> None:
    drawn = item(1, stem="如图{{图:r.svg}}，电阻的单位是（　　）。")
    missing = bring(bank, drawn)

    assert faults(missing) == [("试题!2", "item.figure")]
    bring(bank, drawn, figures={"r.svg": picture(9)})
    report = bring(bank, replace(drawn, difficulty=4), replace(drawn, item_no="city-002"))
    assert report.imported == 2 and not report.rejected


def test_another_picture_under_a_taken_name_keeps_the_import_out(bank: Province) -> None:
    """The first is in items that were approved with it."""
    drawn = item(1, stem="如图{{图:r.svg}}，电阻的单位是（　　）。")
    bring(bank, drawn, figures={"r.svg": picture(9)})
    before = rows(bank)

    for items, dry_run in (([drawn], False), ([drawn, item(2)], False), ([item(2), drawn], True)):
        report = bring(bank, *items, figures={"r.svg": picture(5)}, dry_run=dry_run)
        assert [(row.row, row.code, row.text) for row in report.rejected] == [(2 + items.index(drawn), "figure.fixed", "r.svg")]
        assert report.imported == 0

    assert rows(bank) == before


def test_an_item_with_a_formula_that_cannot_be_printed_is_flagged_and_comes_in(bank: Province) -> None:
    """Wherever the formula stands, in the order of the rows; each is asked about once, however many items have it."""
    asked: list[str] = []

    def prints(latex: str) -> bool:
        asked.append(latex)
        return latex != "bad"

    told = {2: "$good$（　　）。", 3: "$bad$和$good$（　　）。", 4: "如图，没有公式（　　）。"}
    items = [item(row, stem=stem) for row, stem in told.items()]
    report = bring(bank, *items, item(5, rationale="$bad$"), prints=prints)

    assert [(flag.row, flag.item_no, flag.code) for flag in report.flags] == [
        (3, "city-003", "item.flag.formula"), (4, "city-004", "item.flag.figure_missing"), (5, "city-005", "item.flag.formula"),
    ]  # fmt: skip
    assert sorted(asked) == ["bad", "good"] and report.imported == 4


def test_an_item_with_a_sign_no_font_has_is_flagged_with_the_sign_and_comes_in(bank: Province) -> None:
    """Else it is found when the paper is proof-read, and the draw is lost. Common signs are not asked about, others once."""
    asked: list[str] = []

    def draws(sign: str) -> bool:
        asked.append(sign)
        return sign not in "ℝ😀"

    stems = {2: "电阻“R”≈√5Ω（　　）。", 3: "ℝ和😀（　　）。", 4: "面积为2m²（　　）。"}
    items = [item(row, stem=stem) for row, stem in stems.items()]
    report = bring(bank, *items, item(5, rationale="ℝ"), draws=draws)

    assert [(flag.row, flag.item_no, flag.code, flag.text) for flag in report.flags] == [
        (3, "city-003", "item.flag.glyph", "ℝ😀"), (5, "city-005", "item.flag.glyph", "ℝ"),
    ]  # fmt: skip
    assert sorted(asked) == sorted("≈ℝ😀") and report.imported == 4


def test_under_a_point_that_is_no_more_an_item_stays_as_it_is_and_no_other_comes(bank: Province) -> None:
    """An export must come back unchanged after the blueprint was revised; a new or changed item needs a point of today."""
    dropped, kept = item(1), item(2, point="B-A-A-002")
    bring(bank, dropped, kept)
    points = tuple(point for point in BLUEPRINT.points if point.code != dropped.point)
    import_blueprint(bank, *THREE, data=official_workbook(replace(BLUEPRINT, points=points)))
    before = rows(bank)

    again = bring(bank, dropped, kept)
    changed = bring(bank, replace(dropped, stem="改过的题（　　）。"), kept)
    other = bring(bank, dropped, item(3), dry_run=True)

    assert (again.unchanged, again.rejected) == (2, ())
    told = [[(row.row, row.field, row.code) for row in report.rejected] for report in (changed, other)]
    assert told == [[(2, "知识点四级", "item.point_unknown")], [(3, "知识点四级", "item.point_unknown")]]
    assert rows(bank)["item_version"] == before["item_version"]


def test_a_draft_is_signed_by_somebody_who_writes_items_or_blueprints(bank: Province) -> None:
    """One signature is a draft's, and not anybody's."""
    before = rows(bank)

    refused("statement.duty", lambda: bring(bank, item(1), who=(REVIEWER,)))
    refused("statement.duty", lambda: import_blueprint(bank, "bank_manager-1", data=official_workbook(HIGHER)))

    after = rows(bank)
    assert (after["item_version"], after["blueprint"]) == (before["item_version"], before["blueprint"])


# the policy ---------------------------------------------------------------------------------------------------------------


def policy_of(local: LocalItems) -> Policy:
    return Policy(local_items=local)


def test_no_local_item_where_the_national_bank_has_the_occupation(bank: Province) -> None:
    """Before it has, yes; and a national pool is nobody's local one."""
    policy = policy_of(LocalItems.FORBIDDEN)
    bring(bank, item(1), policy=policy)
    bring(bank, item(1, "national"), policy=policy)
    bring(bank, item(1, "sector-metal"), policy=policy)
    before = rows(bank)

    error = refused("pool.national_has_it", lambda: bring(bank, item(2), policy=policy))
    refused("pool.national_has_it", lambda: bring(bank, item(2), policy=policy, who=(), dry_run=True))

    assert error.facts["national"] == "national, sector-metal" and rows(bank) == before


def test_a_national_draft_keeps_no_local_item_out(bank: Province) -> None:
    bring(bank, item(1, "national"), who=ALONE)

    assert bring(bank, item(1), policy=policy_of(LocalItems.FORBIDDEN)).imported == 1


def test_where_only_adaptations_are_allowed_each_names_its_national_item(bank: Province) -> None:
    """Another local item is none."""
    policy = policy_of(LocalItems.ADAPTED)
    bring(bank, item(1), policy=policy)
    bring(bank, item(1, "national"), item(2, "national"))
    before = rows(bank)

    parents = {2: "", 3: "national-001", 4: "city-001", 5: "national-009"}
    report = bring(bank, *(item(number, adapted_from=parent) for number, parent in parents.items()), policy=policy)

    codes = {"试题!2": "item.not_adapted", "试题!4": "item.not_adapted", "试题!5": "item.parent_unknown"}
    assert dict(faults(report)) == codes and rows(bank) == before
    assert bring(bank, item(3, adapted_from="national-001"), policy=policy).imported == 1


@pytest.mark.parametrize("local", [LocalItems.CAPPED, LocalItems.ADAPTED])
def test_an_adaptation_names_an_item_that_is_there(bank: Province, local: LocalItems) -> None:
    bring(bank, item(1, "national"))

    report = bring(bank, item(1, adapted_from="national-002"), policy=policy_of(local))

    assert faults(report) == [("试题!2", "item.parent_unknown")]


@pytest.mark.parametrize("who", [ALONE, THREE])
def test_only_the_organisations_of_the_policy_write_in_a_pool(bank: Province, who: tuple[str, ...]) -> None:
    """Every one of the signers; pools of another scope are not meant."""
    organisations = tuple(bank.directory.person(name).organisation for name in who)
    others = Policy(pools={"city": PoolPolicy(writers=(*organisations[:-1], "另一单位"))})
    theirs = Policy(pools={"city": PoolPolicy(writers=organisations), "national": PoolPolicy(writers=("另一单位",))})
    before = rows(bank)

    refused("people.may_not_write", lambda: bring(bank, item(1), who=who, policy=others))

    assert rows(bank) == before and bring(bank, item(1), who=who, policy=theirs).imported == 1


# the blueprint a pool hangs on --------------------------------------------------------------------------------------------

HIGHER = replace(BLUEPRINT, level=3)


def test_where_there_are_several_blueprints_a_new_pool_names_its_own(bank: Province) -> None:
    """And keeps it."""
    import_blueprint(bank, *THREE, data=official_workbook(HIGHER))
    before = rows(bank)

    error = refused("item.which_blueprint", lambda: bring(bank, item(1)))

    assert error.facts["keys"] == f"{HIGHER.key}, {BLUEPRINT.key}" and rows(bank) == before
    bring(bank, item(1), blueprint=HIGHER.key)
    assert bring(bank, item(2)).imported == 1
    refused("item.other_blueprint", lambda: bring(bank, item(3), blueprint=BLUEPRINT.key))
    with bank.centre.book.read() as transaction:
        assert transaction.bank.pools() == {"city": HIGHER.key}


@pytest.mark.parametrize(
    ("code", "prepare", "how"),
    [
        pytest.param("item.no_blueprint", lambda province: None, {}, id="no blueprint at all"),
        pytest.param("item.no_blueprint", lambda province: import_blueprint(province, WRITER), {}, id="a draft of one"),
        pytest.param(
            "blueprint.unknown",
            lambda province: import_blueprint(province, *THREE),
            {"blueprint": "2022/x/4/L"},
            id="one there is not",
        ),
    ],
)
def test_no_item_without_an_approved_blueprint(
    after: After, code: str, prepare: Callable[[Province], object], how: dict[str, Any]
) -> None:
    province = after("")
    prepare(province)
    for who in THREE:
        pledge(province, who)
    before = rows(province)

    refused(code, lambda: bring(province, item(1), **how))

    assert rows(province) == before
