"""The rules of the bank: separate people, blueprints that add up, items with one sound key, plans of a hundred points."""

from dataclasses import replace
from itertools import product

import pytest

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.errors import BlueprintError, ItemError, PeopleError, PlanError, RuleError
from itembank.domain.items import Item, ItemCard, ItemType
from itembank.domain.people import check_three_people, check_two_people
from itembank.domain.plan import PLANS, Section


def refused(code: str, family: type[RuleError], check: object) -> None:
    assert callable(check)
    with pytest.raises(family) as caught:
        check()
    assert caught.value.code == code


# people ------------------------------------------------------------------------------------------------------------------


def test_author_reviewer_and_approver_are_three_people() -> None:
    """Every way to seat three names in three seats."""
    for people in product("abc", repeat=3):
        if len(set(people)) == 3:
            check_three_people(*people)
        else:
            with pytest.raises(PeopleError) as caught:
                check_three_people(*people)
            assert people.count(str(caught.value.facts["who"])) > 1


def test_an_act_of_two_takes_two() -> None:
    check_two_people("a", "b")
    refused("people.one_for_two", PeopleError, lambda: check_two_people("a", "a"))


# the blueprint -----------------------------------------------------------------------------------------------------------

NODES = (
    BlueprintNode("A", "基本要求", 20),
    BlueprintNode("A-A", "职业道德", 20),
    BlueprintNode("B", "相关知识", 80),
    BlueprintNode("B-A", "电工基础", 50),
    BlueprintNode("B-B", "安全", 30),
)
POINTS = tuple(
    AssessmentPoint(f"{area}-{i:03d}", f"{area}{i}", Importance.X) for area in ("A-A", "B-A", "B-B") for i in range(1, 8)
)
BLUEPRINT = Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, NODES, POINTS)


def weighing(code: str, weight: int) -> Blueprint:
    return replace(BLUEPRINT, nodes=tuple(replace(n, weight=weight) if n.code == code else n for n in NODES))


def mixed(x: int, y: int, z: int) -> Blueprint:
    kinds = [Importance.X] * x + [Importance.Y] * y + [Importance.Z] * z
    points = tuple(AssessmentPoint(f"B-A-{i:03d}", "x", kind) for i, kind in enumerate(kinds, start=1))
    return replace(BLUEPRINT, points=points)


@pytest.mark.parametrize(
    ("code", "blueprint"),
    [
        pytest.param("", BLUEPRINT, id="a sound one"),
        pytest.param("", mixed(80, 15, 5), id="the shares at their bounds"),
        pytest.param("blueprint.weights", weighing("B", 79), id="weights of 99"),
        pytest.param("blueprint.weights", weighing("B-A", 51), id="areas that outweigh their parent"),
        pytest.param("blueprint.orphan", replace(BLUEPRINT, nodes=(*NODES, BlueprintNode("C-A", "x", 0))), id="no parent"),
        pytest.param(
            "blueprint.orphan",
            replace(BLUEPRINT, points=(*POINTS, AssessmentPoint("C-A-001", "x", Importance.X))),
            id="a point of no area",
        ),
        pytest.param("blueprint.doubled", replace(BLUEPRINT, points=(*POINTS, POINTS[0])), id="a point twice"),
        pytest.param("blueprint.doubled", replace(BLUEPRINT, nodes=(*NODES, NODES[0])), id="an area twice"),
        pytest.param("blueprint.importance", replace(BLUEPRINT, points=()), id="no points"),
        pytest.param("blueprint.importance", mixed(79, 16, 5), id="too few core points"),
        pytest.param("blueprint.importance", mixed(84, 16, 0), id="too many general points"),
        pytest.param("blueprint.importance", mixed(85, 9, 6), id="too many auxiliary points"),
    ],
)
def test_a_blueprint_is_checked(code: str, blueprint: Blueprint) -> None:
    if code:
        refused(code, BlueprintError, blueprint.check)
    else:
        blueprint.check()


def test_the_ratio_of_an_area_is_counted_from_its_points_and_no_others() -> None:
    """`B-A` must not count what lies under `B-AB`."""
    more = (AssessmentPoint("B-AB-001", "x", Importance.Z), AssessmentPoint("B-A-099", "x", Importance.Y))

    assert replace(BLUEPRINT, points=(*POINTS, *more)).importance_ratio("B-A") == (7, 1, 0)


# items -------------------------------------------------------------------------------------------------------------------

OPTIONS = ("220V", "380V", "36V", "24V")
ITEM = Item("1", "national", ItemType.SINGLE, "三相线电压是（  ）", OPTIONS, "B", "B-A-001", 3, 5, "", "")


@pytest.mark.parametrize(
    ("code", "item"),
    [
        pytest.param("", ITEM, id="single choice"),
        pytest.param("", replace(ITEM, type=ItemType.MULTIPLE, key="AC"), id="multiple choice"),
        pytest.param("", replace(ITEM, type=ItemType.MULTIPLE, key="ABCD"), id="all of them"),
        pytest.param("", replace(ITEM, type=ItemType.JUDGEMENT, options=(), key="×"), id="a judgement"),
        pytest.param("item.stem", replace(ITEM, stem=" \n"), id="a blank stem"),
        pytest.param("item.difficulty", replace(ITEM, difficulty=0), id="difficulty 0"),
        pytest.param("item.difficulty", replace(ITEM, difficulty=6), id="difficulty 6"),
        pytest.param("item.key", replace(ITEM, key=""), id="no key"),
        pytest.param("item.key", replace(ITEM, key="E"), id="a key beyond the options"),
        pytest.param("item.key", replace(ITEM, key="b"), id="a small letter"),
        pytest.param("item.key", replace(ITEM, key="AB"), id="two keys for one"),
        pytest.param("item.key", replace(ITEM, key="√"), id="a judgement's key for a choice"),
        pytest.param("item.key", replace(ITEM, type=ItemType.MULTIPLE, key="A"), id="one key of several"),
        pytest.param("item.key", replace(ITEM, type=ItemType.MULTIPLE, key="CA"), id="keys out of order"),
        pytest.param("item.key", replace(ITEM, type=ItemType.MULTIPLE, key="AAB"), id="a key twice"),
        pytest.param("item.key", replace(ITEM, type=ItemType.MULTIPLE, key="AE"), id="one key beyond the options"),
        pytest.param("item.no_options", replace(ITEM, type=ItemType.JUDGEMENT, key="√"), id="a judgement with options"),
        pytest.param("item.key", replace(ITEM, type=ItemType.JUDGEMENT, options=(), key="A"), id="a letter for a judgement"),
        pytest.param("item.options", replace(ITEM, options=("a", "b", "b")), id="an option twice"),
        pytest.param("item.options", replace(ITEM, options=("a", "b", "")), id="an empty option"),
    ],
)
def test_an_item_is_checked(code: str, item: Item) -> None:
    if code:
        refused(code, ItemError, item.check)
    else:
        item.check()


def test_a_card_shows_nothing_of_text_or_key() -> None:
    """What the assembler sees: every text of the item is searched for in it."""
    item = replace(ITEM, stem="密密 {{图:a.svg}} $U_L$", options=("甲甲", "乙乙", "丙丙"), rationale="因因", source="源源")
    card = repr(ItemCard.of(item))

    assert not any(secret in card for secret in ("密密", "甲甲", "乙乙", "丙丙", "因因", "源源", "key"))
    assert ItemCard.of(item).has_figure and ItemCard.of(item).has_formula


# plans -------------------------------------------------------------------------------------------------------------------

PLAN = PLANS["80题型"]


def test_the_plan_of_eighty_is_eighty_items_and_a_hundred_points() -> None:
    PLAN.check()

    assert (PLAN.items, PLAN.points) == (80, 100)


@pytest.mark.parametrize(
    ("code", "plan"),
    [
        pytest.param("plan.points", replace(PLAN, sections=PLAN.sections[:1]), id="sixty points"),
        pytest.param("plan.points", replace(PLAN, sections=(Section(ItemType.SINGLE, 101, 1),)), id="a hundred and one"),
        pytest.param("plan.minutes", replace(PLAN, minutes=89), id="a minute too short"),
    ],
)
def test_a_plan_is_refused_with(code: str, plan: object) -> None:
    refused(code, PlanError, getattr(plan, "check"))  # noqa: B009
