"""Occupations: entered by two managers with a line of the ledger; blueprints are of entered ones from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from itembank.domain.blueprint import Blueprint
from itembank.domain.occupation import Occupation, OccupationKey
from itembank.domain.policy import LocalItems
from itembank.formats.blueprint_export import official_workbook
from itembank.steps import authoring, occupations, reviewing
from tests.province import BOTH_HATS, POLICY, After, Province, blueprint_file, refused
from tests.unit.steps.sample_items import BLUEPRINT, MANAGER, THREE, bring, import_blueprint, item

MANAGERS = ("bank_manager-1", "bank_manager-2")
ELECTRICIAN = Occupation("6-31-01-03", 2022, "电工", ("低压电工",), OccupationKey(1999, "6-07-06-05"))
OLDER = replace(BLUEPRINT, dictionary_year=1999, occupation_code="6-07-06-05", occupation="维修电工")


@pytest.fixture
def bank(after: After) -> Province:
    """A centre with the blueprint and no item."""
    province = after("")
    import_blueprint(province, *THREE)
    return province


def enter(province: Province, occupation: Occupation, *who: str) -> bool:
    signers = province.signers(*(who or MANAGERS))
    return occupations.enter_occupation(province.centre.book, province.directory, province.clock, occupation, signers)


def entered(province: Province) -> list[Occupation]:
    with province.centre.book.read() as transaction:
        return list(occupations.entered_occupations(transaction, province.directory).values())


def admit(province: Province, blueprint: Blueprint, *, dry_run: bool = False) -> authoring.BlueprintReport:
    return import_blueprint(province, *THREE, data=official_workbook(blueprint), dry_run=dry_run)


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("statement.signers", MANAGERS[:1]),
        ("statement.signed_twice", (MANAGER, MANAGER)),
        ("statement.duty", (MANAGER, "sealer-1")),
    ],
)
def test_an_occupation_takes_two_bank_managers(after: After, code: str, who: tuple[str, ...]) -> None:
    province = after("author")
    before = province.acts()

    refused(code, lambda: enter(province, ELECTRICIAN, *who))

    assert entered(province) == [] and province.acts() == before


def test_an_occupation_and_its_line_are_there_once_and_the_last_word_counts(after: After) -> None:
    province, more = after("author"), replace(ELECTRICIAN, work_types=("低压电工", "高压电工"))

    assert enter(province, ELECTRICIAN) and not enter(province, ELECTRICIAN)
    province.clock.move(seconds=1)
    assert enter(province, more)
    province.settle()

    assert entered(province) == [more] and province.acts()[-2:] == ["occupation"] * 2
    assert province.entries("occupation")[0].subject == {"occupation": "2022/6-31-01-03", "name": "电工"}
    assert province.audit().findings == []


@pytest.mark.parametrize(
    ("code", "blueprint"),
    [
        pytest.param("", replace(BLUEPRINT, standard_year=2024), id="as it was entered"),
        pytest.param("", replace(BLUEPRINT, work_type="低压电工"), id="a work type of it"),
        pytest.param("occupation.unknown", replace(BLUEPRINT, occupation_code="6-31-01-04"), id="another code"),
        pytest.param("occupation.unknown", replace(BLUEPRINT, dictionary_year=2015), id="another dictionary"),
        pytest.param("occupation.other_name", replace(BLUEPRINT, occupation="钳工"), id="another name"),
        pytest.param("occupation.work_type", replace(BLUEPRINT, work_type="矿山电工"), id="a work type nobody entered"),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True], ids=["import", "dry run"])
def test_a_blueprint_is_of_an_entered_occupation(after: After, code: str, blueprint: Blueprint, *, dry_run: bool) -> None:
    """Before the first is entered any will do."""
    province = after("author")
    admit(province, replace(BLUEPRINT, occupation_code="6-31-01-09", occupation="钳工"))
    enter(province, ELECTRICIAN)

    if not code:
        assert admit(province, blueprint, dry_run=dry_run).imported is not dry_run
        return
    before = province.acts()
    refused(code, lambda: admit(province, blueprint, dry_run=dry_run))
    assert province.acts() == before


@pytest.mark.parametrize("change", [{"name": "电气工"}, {"work_types": ()}])
def test_an_occupation_stays_what_a_blueprint_of_the_bank_says_of_it(after: After, change: dict[str, object]) -> None:
    province = after("author")
    enter(province, ELECTRICIAN)
    admit(province, replace(BLUEPRINT, work_type="低压电工"))
    province.clock.move(seconds=1)

    refused("occupation.in_use", lambda: enter(province, replace(ELECTRICIAN, **change)))  # type: ignore[arg-type]

    assert entered(province) == [ELECTRICIAN]


def test_two_occupations_do_not_precede_each_other(after: After) -> None:
    province = after("author")
    enter(province, Occupation("6-31-01-05", 2022, "甲", (), OccupationKey(2022, "6-31-01-06")))

    refused(
        "occupation.predecessor",
        lambda: enter(province, Occupation("6-31-01-06", 2022, "乙", (), OccupationKey(2022, "6-31-01-05"))),
    )


@pytest.mark.parametrize(
    ("forbidden", "predecessor", "blueprint"),
    [
        pytest.param(True, True, OLDER, id="the same occupation"),
        pytest.param(False, False, OLDER, id="another occupation"),
        pytest.param(False, True, replace(OLDER, level=3), id="another level"),
        pytest.param(False, True, replace(OLDER, subject="操作技能"), id="another subject"),
        pytest.param(False, True, replace(OLDER, work_type="矿山电工"), id="another work type"),
    ],
)
def test_national_first_holds_under_the_occupations_earlier_code_too(
    bank: Province, blueprint: Blueprint, *, forbidden: bool, predecessor: bool
) -> None:
    """The national bank still hangs on the code of 1999, the city's pool on that of 2022."""
    import_blueprint(bank, *THREE, data=official_workbook(blueprint))
    bring(bank, item(1, pool="national"), blueprint=blueprint.key)
    enter(bank, ELECTRICIAN if predecessor else replace(ELECTRICIAN, predecessor=None))
    policy = replace(POLICY, local_items=LocalItems.FORBIDDEN)

    def own() -> authoring.ItemsReport:
        return bring(bank, item(1), blueprint=BLUEPRINT.key, policy=policy)

    if forbidden:
        refused("pool.national_has_it", own)
    else:
        assert own().imported == 1


def test_the_audit_finds_an_occupation_that_one_person_entered_alone(after: After) -> None:
    province = after("author")
    with pytest.MonkeyPatch.context() as bent:
        bent.setattr(type(province.directory), "require", lambda *what: None)
        enter(province, ELECTRICIAN, BOTH_HATS)
    province.settle()

    assert [finding.code for finding in province.audit().findings] == ["statement.signers"]


@pytest.mark.parametrize("who", [THREE, THREE[:1]], ids=["by three", "a draft"])
def test_an_occupation_entered_while_a_blueprint_is_signed_holds_for_it(after: After, who: tuple[str, ...]) -> None:
    """Its signers are at it when the first occupation is entered, which is not theirs."""
    province = after("")

    def signing() -> datetime:
        enter(province, replace(ELECTRICIAN, code="6-31-01-04"))
        return province.clock()

    refused(
        "occupation.unknown",
        lambda: authoring.import_blueprint(
            province.centre.book,
            province.directory,
            signing,
            POLICY,
            blueprint_file(official_workbook(BLUEPRINT)),
            province.signers(*who),
        ),
    )


def test_a_draft_is_approved_only_under_an_occupation_that_is_entered_by_then(after: After) -> None:
    province = after("")
    import_blueprint(province, THREE[0])
    enter(province, replace(ELECTRICIAN, code="6-31-01-04"))

    def approve() -> int:
        book, others = province.centre.book, province.signers(*THREE[1:])
        return reviewing.approve_blueprint(book, province.directory, province.clock, BLUEPRINT.key, others)

    refused("occupation.unknown", approve)

    enter(province, ELECTRICIAN)
    assert approve() == 1
