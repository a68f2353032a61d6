"""Codes, depth and scores of a blueprint, the policy's numbers, advice, and what is new in a version."""

from dataclasses import replace

import pytest

from itembank.domain.blueprint import Advice, AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.blueprint_difference import difference
from itembank.domain.errors import BlueprintError, OccupationError
from itembank.domain.policy import BlueprintPolicy

X = Importance.X


def blueprint(weights: dict[str, int], *points: str, score: int = 0) -> Blueprint:
    nodes = tuple(BlueprintNode(code, f"范围{code}", weight) for code, weight in weights.items())
    found = tuple(AssessmentPoint(code, f"点{code}", X, score=score) for code in points)
    return Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, nodes, found)


TREE = {"A": 20, "A-A": 20, "B": 80, "B-A": 50, "B-B": 30}
POINTS = ("A-A-001", "B-A-001", "B-A-002", "B-B-001")
SOUND = blueprint(TREE, *POINTS)
SIX = {"-".join(["01"] * depth): 100 for depth in range(1, 7)}


def test_a_key_names_dictionary_code_level_subject_and_work_type() -> None:
    assert SOUND.key == "2022/6-31-01-03/4/L"
    assert replace(SOUND, subject="操作技能", work_type="低压电工", version=3).key == "2022/6-31-01-03/4/C/低压电工"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("", blueprint(SIX, "01-01-01-01-01-01-0001"), id="six levels of digits"),
        pytest.param("", blueprint({"A": 100, "A-1": 60, "A-10": 40}, "A-1-001", "A-10-001"), id="digits below letters"),
        pytest.param("", blueprint({"AA": 100, "AA-Z": 100}, "AA-Z-001"), id="two letters"),
        pytest.param("", blueprint(TREE, *POINTS, score=5), id="scores"),
        pytest.param("blueprint.depth", blueprint({"A": 100}, "A-001"), id="one level"),
        pytest.param("blueprint.depth", blueprint({**SIX, "01-01-01-01-01-01-01": 100}), id="seven levels"),
        pytest.param("blueprint.uneven", blueprint({**TREE, "B-B-A": 30}, *POINTS), id="a branch deeper than others"),
        pytest.param("blueprint.uneven", blueprint(TREE, *POINTS, "B-001"), id="a point too high in the tree"),
        pytest.param("blueprint.code", blueprint({**TREE, "B-c": 0}, *POINTS), id="a small letter"),
        pytest.param("blueprint.code", blueprint({**TREE, "B-CCC": 0}, *POINTS), id="three letters"),
        pytest.param("blueprint.code", blueprint({**TREE, "B-A1": 0}, *POINTS), id="a letter and a digit"),
        pytest.param("blueprint.code", blueprint({**TREE, "B-": 0}, *POINTS), id="an empty part"),
        pytest.param("blueprint.code", blueprint({**TREE, "B-12345": 0}, *POINTS), id="five digits"),
        pytest.param("blueprint.code", blueprint(TREE, *POINTS, "B-B-02"), id="a point of two digits"),
        pytest.param("blueprint.code", blueprint(TREE, *POINTS, "B-B-A"), id="a point with a letter"),
        pytest.param("blueprint.mixed_codes", blueprint({**TREE, "B-1": 0}, *POINTS), id="letters and digits on a level"),
        pytest.param("blueprint.mixed_codes", blueprint(TREE, *POINTS, "B-B-0002"), id="points of three and of four digits"),
        pytest.param("blueprint.doubled", blueprint({"1": 50, "1-1": 50, "01": 50, "01-1": 50}), id="1 and 01"),
        pytest.param("blueprint.score", blueprint(TREE, *POINTS, score=101), id="too high a score"),
        pytest.param("blueprint.score", blueprint(TREE, *POINTS, score=-1), id="a score below nothing"),
        pytest.param(
            "blueprint.score",
            replace(SOUND, points=(replace(SOUND.points[0], score=5), *SOUND.points[1:])),
            id="a score for one point only",
        ),
        pytest.param("occupation.names", replace(SOUND, work_type="工" * 37), id="a work type no key has room for"),
        pytest.param("occupation.names", replace(SOUND, occupation="电工\t"), id="an occupation with a tab"),
        pytest.param("", replace(SOUND, work_type="工" * 36), id="the longest work type"),
    ],
)  # fmt: skip
def test_a_blueprint_is_checked(code: str, found: Blueprint) -> None:
    if not code:
        found.check()
        return
    with pytest.raises((BlueprintError, OccupationError)) as refusal:
        found.check()
    assert refusal.value.code == code


def test_the_shares_of_importance_are_the_policys() -> None:
    half = replace(SOUND, points=tuple(replace(p, importance=Importance.Y) if p.area == "B-A" else p for p in SOUND.points))

    half.check(BlueprintPolicy(x_at_least=50, y_at_most=50))
    with pytest.raises(BlueprintError) as refusal:
        half.check(BlueprintPolicy(x_at_least=51, y_at_most=50))
    assert (refusal.value.code, refusal.value.facts["x_at_least"]) == ("blueprint.importance", 51)


def test_advice_counts_points_in_all_and_for_the_weight_of_each_area_of_level_2() -> None:
    """One point for every ten percent, rounded up: 2, 5 and 3."""
    advice = SOUND.advice(BlueprintPolicy(points_per_weight=1, points_at_least=5))

    assert advice == (
        Advice("blueprint.few_points", "", 4, 5),
        Advice("blueprint.few_points_for_weight", "A-A", 1, 2),
        Advice("blueprint.few_points_for_weight", "B-A", 2, 5),
        Advice("blueprint.few_points_for_weight", "B-B", 1, 3),
    )
    enough = tuple(AssessmentPoint(f"{area}-{i:03d}", "点", X) for area in ("A-A", "B-A", "B-B") for i in range(5))
    assert replace(SOUND, points=enough).advice(BlueprintPolicy(points_per_weight=1, points_at_least=5)) == ()


def test_a_difference_tells_what_came_went_and_changed() -> None:
    point, *rest = SOUND.points
    new = replace(
        SOUND,
        nodes=tuple(replace(node, name="安全") if node.code == "B-B" else node for node in SOUND.nodes),
        points=(replace(point, importance=Importance.Y), *rest[:-1], AssessmentPoint("B-B-002", "点", X)),
        version=2,
    )

    told = [(change.kind, change.code, change.before is None, change.after is None) for change in difference(SOUND, new)]

    assert told == [
        ("changed", "A-A-001", False, False),
        ("changed", "B-B", False, False),
        ("removed", "B-B-001", False, True),
        ("added", "B-B-002", True, False),
    ]
    assert difference(SOUND, replace(SOUND, version=2)) == ()
