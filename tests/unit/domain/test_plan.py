"""A plan of a paper: what it may ask for, and the bounds it makes of a blueprint's weights."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemType
from itembank.domain.plan import ANY, PLANS, Band, Mode, Plan, Section, capped, points_text

NODES = {
    "A": 40, "A-A": 25, "A-A-A": 15, "A-A-B": 10, "A-B": 15, "A-B-A": 15,
    "B": 60, "B-A": 33, "B-A-A": 33, "B-B": 27, "B-B-A": 1, "B-B-B": 26,
}  # fmt: skip
BLUEPRINT = Blueprint(
    "电工", "6-31-01-03", 2022, 4, "理论知识", 2018,
    tuple(BlueprintNode(code, f"范围{code}", weight) for code, weight in NODES.items()),
    tuple(AssessmentPoint(f"{code}-001", "点", Importance.X) for code in NODES if len(code) == 5),
)  # fmt: skip
SINGLE, JUDGEMENT = Section(ItemType.SINGLE, 60, 2), Section(ItemType.JUDGEMENT, 40, 2)
PLAN = Plan("一份", (SINGLE, JUDGEMENT), 90)
FIRST, SECOND = Section(ItemType.PRACTICAL, 1, 80, "A-A"), Section(ItemType.PRACTICAL, 2, 60, "B-A", optional=True)
SKILL = Plan("技能", (FIRST, SECOND, replace(SECOND, area="B-B")), 60, optional_sections=1)


def refused(code: str, check: Callable[[], None]) -> PlanError:
    with pytest.raises(PlanError) as caught:
        check()
    assert caught.value.code == code
    return caught.value


# sections -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", [PLAN, SKILL, *PLANS.values()], ids=lambda plan: plan.name)
def test_a_plan_checks_and_sums_to_a_hundred_points(plan: Plan) -> None:
    plan.check()
    assert (plan.points, plan.halves) == (100, 200)


@pytest.mark.parametrize("name", PLANS)
def test_a_preset_is_kept_under_its_own_name_and_fits_any_exam(name: str) -> None:
    PLANS[name].check_fits(BLUEPRINT)
    assert PLANS[name].name == name


@pytest.mark.parametrize(
    ("name", "items"),
    [("80题型", 80), ("84题型", 84), ("100题型", 100), ("200题型", 200), ("非标准", 44), ("非标准（高级）", 40)],
)
def test_a_preset_has_as_many_items_as_the_field_says(name: str, items: int) -> None:
    assert PLANS[name].items == items


def sections(*changes: Section) -> Plan:
    return replace(PLAN, sections=changes)


def practical(*changes: Section, optional: int = 1) -> Plan:
    return replace(SKILL, sections=changes, optional_sections=optional)


ESSAY = Section(ItemType.ESSAY, 1, 20)
ELEVEN = tuple(Section(ItemType.SINGLE, 1, 20, f"A-{letter}") for letter in "ABCDEFGHIJK")
THIRD = replace(SECOND, area="B-B")


@pytest.mark.parametrize(
    ("code", "plan"),
    [
        pytest.param("plan.points", sections(SINGLE), id="sixty points"),
        pytest.param("plan.points", sections(Section(ItemType.SINGLE, 199, 1)), id="half a point short"),
        pytest.param("plan.points", sections(Section(ItemType.SINGLE, 201, 1)), id="half a point over"),
        pytest.param("plan.points", practical(FIRST, SECOND, THIRD, optional=2), id="more optional sections than fit"),
        pytest.param("plan.sections", sections(), id="no section"),
        pytest.param("plan.sections", sections(*ELEVEN), id="eleven sections"),
        pytest.param("plan.section_empty", sections(SINGLE, JUDGEMENT, replace(ESSAY, count=0)), id="no items"),
        pytest.param("plan.section_empty", sections(SINGLE, JUDGEMENT, replace(ESSAY, halves=0)), id="no points"),
        pytest.param("plan.section_empty", sections(replace(SINGLE, count=-60, halves=-2), JUDGEMENT), id="less than none"),
        pytest.param("plan.section_doubled", sections(SINGLE, replace(SINGLE, count=40)), id="one type twice"),
        pytest.param("plan.section_doubled", sections(SINGLE, replace(SINGLE, count=40, area="A")), id="all areas and one"),
        pytest.param("plan.section_doubled", sections(replace(SINGLE, area="A-B"), replace(SINGLE, count=40, area="A")),
                     id="an area and one within it"),
        pytest.param("plan.mixed", sections(SINGLE, replace(FIRST, halves=80)), id="a module beside a theory section"),
        pytest.param("plan.section_doubled", practical(FIRST, SECOND, replace(SECOND)), id="one module twice"),
        pytest.param("plan.optional", practical(FIRST, SECOND, THIRD, optional=0), id="none of the optional ones"),
        pytest.param("plan.optional", practical(FIRST, SECOND, THIRD, optional=3), id="more than there are"),
        pytest.param("plan.optional", replace(PLAN, optional_sections=1), id="one where there is none"),
        pytest.param("plan.optional", practical(FIRST, SECOND, replace(THIRD, halves=50)), id="optional ones of unlike points"),
        pytest.param("plan.optional", practical(FIRST, SECOND, replace(THIRD, count=1, halves=120)),
                     id="optional ones of unlike items"),
        pytest.param("plan.optional", replace(PLAN, sections=(SINGLE, replace(JUDGEMENT, optional=True)), optional_sections=1),
                     id="optional ones of a theory paper"),
        pytest.param("plan.minutes", replace(PLAN, minutes=89), id="a theory paper of 89 minutes"),
        pytest.param("plan.minutes", replace(SKILL, minutes=59), id="an operation-skill paper of 59 minutes"),
    ],
)  # fmt: skip
def test_a_plan_is_refused_with(code: str, plan: Plan) -> None:
    refused(code, plan.check)


def test_one_type_may_stand_in_two_areas() -> None:
    sections(replace(SINGLE, area="A"), replace(SINGLE, count=40, area="AB")).check()
    sections(*(Section(ItemType.SINGLE, 10, 2, f"A-{letter}") for letter in "ABCDEFGHIJ")).check()


SWAPPED, NEGATIVE = Band(3, 2), Band(-1, 2)


@pytest.mark.parametrize("band", [SWAPPED, NEGATIVE])
@pytest.mark.parametrize("name", ["mean_difficulty", "sets", "set_items", "task_minutes"])
def test_a_band_that_has_nothing_in_it_is_refused(name: str, band: Band) -> None:
    error = refused("plan.band", replace(PLAN, **{name: band}).check)  # type: ignore[arg-type]
    # A mean is told as it is written: in grades.
    low, high = ("0.03" if band is SWAPPED else "-0.01", "0.02") if name == "mean_difficulty" else band
    assert error.facts == {"line": name, "low": low, "high": high}
    replace(PLAN, **{name: Band(2, 2)}).check()  # type: ignore[arg-type]


@pytest.mark.parametrize("band", [SWAPPED, NEGATIVE])
@pytest.mark.parametrize(("name", "of"), [("content", "A-B"), ("importance", Importance.Y), ("grades", 4)])
def test_a_band_of_one_area_importance_or_grade_that_has_nothing_in_it_is_refused(name: str, of: object, band: Band) -> None:
    bands = (("A" if name == "content" else of, Band(2, 2)), (of, band))
    error = refused("plan.band", replace(PLAN, **{name: bands}).check)  # type: ignore[arg-type]
    assert error.facts["line"] == f"{name}.{of}"


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("pass_points", 0, 100), ("level", 0, 5), ("area_tolerance", 0, 100), ("unit_tolerance", 0, 100), ("per_point", 1, ANY),
        ("figures_at_least", 0, 300), ("formulas_at_least", 0, 300), ("local_cap", 0, 100), ("overlap", 0, 300),
        ("recent_days", 0, 3650), ("eyes_at_most", 0, ANY), ("papers_per_item", 1, 20),
    ],
)  # fmt: skip
def test_a_number_that_makes_no_sense_is_refused(name: str, low: int, high: int) -> None:
    for number in (low, high):
        replace(PLAN, **{name: number}).check()  # type: ignore[arg-type]
    for number in (low - 1, high + 1):
        error = refused("plan.number", replace(PLAN, **{name: number}).check)  # type: ignore[arg-type]
        assert error.facts["line"] == name


def test_an_exam_takes_a_day_at_most() -> None:
    replace(PLAN, minutes=1440).check()
    refused("plan.number", replace(PLAN, minutes=1441).check)


def test_an_item_stands_where_its_type_and_area_belong() -> None:
    assert SKILL.section_of(ItemType.PRACTICAL, "A-A-B-001") is FIRST
    assert SKILL.section_of(ItemType.PRACTICAL, "B-B-001") is SKILL.sections[2]
    assert SKILL.section_of(ItemType.PRACTICAL, "A-AA-001") is None
    assert SKILL.section_of(ItemType.SINGLE, "A-A-B-001") is None
    assert PLAN.section_of(ItemType.JUDGEMENT, "A-A-B-001") is JUDGEMENT


def test_of_the_optional_sections_as_many_count_as_a_paper_has() -> None:
    assert (SKILL.items, SKILL.points, SKILL.all_items) == (3, 100, Band(3, 3))
    both = practical(replace(FIRST, halves=40), replace(SECOND, halves=40), replace(THIRD, halves=40), optional=2)
    both.check()
    assert (both.items, both.points) == (5, 100)
    assert (PLAN.items, PLAN.is_practical, SKILL.is_practical) == (100, False, True)


def test_the_pools_policies_only_lower_the_local_points() -> None:
    assert [capped(PLAN, caps).local_cap for caps in ((), (100, 20), (30, 7), (0,))] == [15, 15, 7, 0]


# with a blueprint ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"level": 3}, {"occupation": "焊工"}, {"subject": "操作技能"}, {"occupation": "电工", "level": 4, "subject": "操作技能"}],
)
def test_a_plan_of_another_exam_is_refused(changes: dict[str, object]) -> None:
    plan = replace(PLAN, **changes)  # type: ignore[arg-type]
    refused("plan.other_exam", lambda: plan.check_fits(BLUEPRINT))


def test_a_plan_of_this_exam_fits() -> None:
    for plan in (PLAN, replace(PLAN, occupation="电工", level=4, subject="理论知识"), SKILL):
        plan.check_fits(BLUEPRINT)


def test_a_blueprint_whose_areas_are_no_hundred_points_is_refused() -> None:
    uneven = replace(BLUEPRINT, nodes=(replace(BLUEPRINT.nodes[0], weight=41), *BLUEPRINT.nodes[1:]))
    assert refused("plan.weights", lambda: PLAN.check_fits(uneven)).facts == {"found": 101}


@pytest.mark.parametrize(
    "plan",
    [replace(PLAN, content=(("A", Band(40, 50)), ("C", Band(0, 5)))), sections(SINGLE, replace(JUDGEMENT, area="C"))],
    ids=["with a band", "of a section"],
)
def test_an_area_that_the_blueprint_has_not_is_refused(plan: Plan) -> None:
    assert refused("plan.area", lambda: plan.check_fits(BLUEPRINT)).facts == {"area": "C"}


FIVES = (Section(ItemType.SHORT, 8, 10), Section(ItemType.ESSAY, 6, 20))
"""Every item is of five or ten points, so is every sum."""


ROUGH = replace(PLAN, sections=FIVES, area_tolerance=4)


@pytest.mark.parametrize(
    ("changes", "area"),
    [
        ({"content": (("B-A-A", Band(31, 34)),)}, "B-A-A"),
        ({"area_tolerance": 1}, "B-A"),
        ({"unit_tolerance": 0}, "B-A-A"),
        ({"mode": Mode.TYPE, "content": (("B-B-A", Band(6, 9)),)}, "B-B-A"),
    ],
)
def test_an_area_whose_points_no_items_sum_to_is_refused(changes: dict[str, object], area: str) -> None:
    ROUGH.check_fits(BLUEPRINT)
    plan = replace(ROUGH, **changes)  # type: ignore[arg-type]
    assert refused("plan.step", lambda: plan.check_fits(BLUEPRINT)).facts["area"] == area


def test_an_area_with_a_sum_of_items_at_its_very_bound_fits() -> None:
    plan = replace(PLAN, sections=FIVES, mode=Mode.TYPE, content=(("B-B-A", Band(6, 10)), ("B-B-B", Band(20, 24))))
    plan.check_fits(BLUEPRINT)


def test_a_refused_step_is_told_in_points() -> None:
    threes = (Section(ItemType.SINGLE, 50, 3), Section(ItemType.SHORT, 2, 24))
    plan = replace(PLAN, sections=threes, mode=Mode.TYPE, content=(("B-B-A", Band(1, 1)),))
    facts = refused("plan.step", lambda: plan.check_fits(BLUEPRINT)).facts
    assert facts == {"area": "B-B-A", "low": "1", "high": "1", "step": "1.5"}


# bounds -------------------------------------------------------------------------------------------------------------------


def test_every_area_of_a_point_plan_has_its_weight_and_tolerance_in_halves() -> None:
    bands = replace(PLAN, area_tolerance=1, unit_tolerance=3).content_bands(BLUEPRINT)
    assert list(bands) == list(NODES)
    assert bands["A"] == Band(78, 82) and bands["A-A"] == Band(48, 52)
    assert bands["A-A-A"] == Band(24, 36)
    assert bands["B-B-A"] == Band(0, 8)


def test_a_plan_by_type_counts_the_areas_of_level_1_and_those_with_a_band() -> None:
    bands = replace(PLAN, mode=Mode.TYPE, content=(("B-A", Band(30, 31)),)).content_bands(BLUEPRINT)
    assert bands == {"A": Band(76, 84), "B": Band(116, 124), "B-A": Band(60, 62)}


def test_a_plan_of_units_by_items_counts_them_in_items() -> None:
    """15 % of 75 items is 11.25: 11 to 12, and one more on each side."""
    plan = replace(PLAN, sections=(Section(ItemType.SINGLE, 50, 2), Section(ItemType.JUDGEMENT, 25, 4)), units_by_items=True,
                   unit_tolerance=1)  # fmt: skip
    assert set(plan.content_bands(BLUEPRINT)) == {code for code in NODES if len(code) < 5}
    bands = plan.unit_bands(BLUEPRINT)
    assert set(bands) == {code for code in NODES if len(code) == 5}
    assert bands["A-A-A"] == Band(10, 13)
    assert bands["B-B-A"] == Band(0, 2)
    assert replace(plan, sections=(SINGLE, JUDGEMENT)).unit_bands(BLUEPRINT)["A-A-A"] == Band(14, 16)


@pytest.mark.parametrize(
    "plan", [PLAN, replace(PLAN, mode=Mode.TYPE, units_by_items=True), replace(SKILL, units_by_items=True)]
)
def test_other_plans_count_no_unit_in_items(plan: Plan) -> None:
    assert plan.unit_bands(BLUEPRINT) == {}


def test_an_area_with_a_band_of_its_own_has_that_and_no_tolerance() -> None:
    own = (("A", Band(30, 50)), ("A-B-A", Band(0, ANY)))
    bands = replace(PLAN, content=own).content_bands(BLUEPRINT)
    assert bands["A"] == Band(60, 100) and bands["A-B-A"] == Band(0, 2 * ANY)
    assert bands["B"] == Band(116, 124)


def test_an_operation_skill_paper_has_only_the_bands_it_names() -> None:
    assert SKILL.content_bands(BLUEPRINT) == {}
    assert replace(SKILL, content=(("B", Band(60, 60)),)).content_bands(BLUEPRINT) == {"B": Band(120, 120)}


@pytest.mark.parametrize(("halves", "text"), [(0, "0"), (1, "0.5"), (2, "1"), (3, "1.5"), (200, "100")])
def test_halves_are_written_as_points(halves: int, text: str) -> None:
    assert points_text(halves) == text


@given(st.integers(0, 10**6))
def test_written_points_are_half_as_many_as_halves(halves: int) -> None:
    assert 2 * float(points_text(halves)) == halves
