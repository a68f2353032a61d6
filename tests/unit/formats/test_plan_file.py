"""A plan file becomes the plan it says; what it says wrongly is refused with the key; a plan's plain values are the plan."""

import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.blueprint import Importance
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemType
from itembank.domain.plan import ANY, NO_BOUND, PLANS, Band, Mode, Plan, Section
from itembank.formats.errors import PlanFileError
from itembank.formats.plan_file import LONGEST, plan_document, read_plan_document, read_plan_file
from keys.encoding import canonical, read_canonical

EXAMPLE = Path(__file__).parents[3] / "config" / "plan.toml"
SECTIONS = """
[[sections]]
type = "single"
count = 80
points = 1
[[sections]]
type = "judgement"
count = 40
points = 0.5
"""
LEAST = f'name = "一份"\nminutes = 90\n{SECTIONS}'
EVERYTHING = Plan(
    name="什么都有", minutes=240, pass_points=55, mode=Mode.TYPE, occupation="电工", level=3, subject="操作技能",
    sections=(
        Section(ItemType.PRACTICAL, 1, 121, "A-A"), Section(ItemType.PRACTICAL, 1, 79, "A-B", optional=True),
        Section(ItemType.PRACTICAL, 1, 79, "B-A", optional=True),
    ),
    area_tolerance=3, unit_tolerance=4, units_by_items=True, content=(("B-A", Band(5, 9)), ("A", Band(1, 2))),
    importance=((Importance.Z, Band(0, 5)), (Importance.X, Band(70, 100))), grades=((5, Band(1, 2)), (1, Band(3, 4))),
    mean_difficulty=Band(265, 331), per_point=7, figures_at_least=1, formulas_at_least=2, sets=Band(1, 2),
    set_items=Band(2, 3), local_cap=11, overlap=6, recent_days=365, by_use=False, eyes_at_most=8, papers_per_item=2,
    optional_sections=1, task_minutes=Band(90, 180), equipment=(("数控车床", 2), ("万用表", 0)),
)  # fmt: skip
WRITTEN = """
name = "什么都有"
minutes = 240
pass_points = 55
mode = "type"
occupation = "电工"
level = 3
subject = "操作技能"
area_tolerance = 3
unit_tolerance = 4
units_by_items = true
mean_difficulty = [2.65, 3.31]
per_point = 7
figures_at_least = 1
formulas_at_least = 2
sets = [1, 2]
set_items = [2, 3]
local_cap = 11
overlap = 6
recent_days = 365
by_use = false
eyes_at_most = 8
papers_per_item = 2
optional_sections = 1
task_minutes = [90, 180]
sections = [
  { type = "practical", count = 1, points = 60.5, area = "A-A" },
  { type = "practical", count = 1, points = 39.5, area = "A-B", optional = true },
  { type = "practical", count = 1, points = 39.5, area = "B-A", optional = true },
]
content = { "B-A" = [5, 9], A = [1, 2] }
importance = { Z = [0, 5], X = [70, 100] }
grades = { 5 = [1, 2], 1 = [3, 4] }
equipment = { "数控车床" = 2, "万用表" = 0 }
"""


def read(text: str) -> Plan:
    return read_plan_file(text.encode())


def refused(text: str) -> PlanFileError | PlanError:
    try:
        plan = read(text)
    except (PlanFileError, PlanError) as error:
        return error
    raise AssertionError(plan)


# what a file says ---------------------------------------------------------------------------------------------------------


def test_every_key_of_a_file_becomes_a_field_of_the_plan() -> None:
    defaults = Plan("", (), 0)
    EVERYTHING.check()
    assert [field.name for field in fields(Plan) if getattr(EVERYTHING, field.name) == getattr(defaults, field.name)] == []
    assert set(tomllib.loads(WRITTEN)) == {field.name for field in fields(Plan)}
    assert read(WRITTEN) == EVERYTHING


def test_what_a_file_leaves_out_has_the_plans_own_defaults() -> None:
    sections = (Section(ItemType.SINGLE, 80, 2), Section(ItemType.JUDGEMENT, 40, 1))
    assert read(LEAST) == read("\ufeff" + LEAST) == Plan("一份", sections, 90)


@pytest.mark.parametrize("preset", PLANS)
def test_a_file_of_a_preset_changes_the_keys_it_has_and_no_other(preset: str) -> None:
    text = f'preset = "{preset}"\nname = "本市"\nmean_difficulty = [2.5, 3.5]\nlocal_cap = 5\n'
    assert read(text) == replace(PLANS[preset], name="本市", mean_difficulty=Band(250, 350), local_cap=5)
    assert read(text + SECTIONS).sections == read(LEAST).sections


def test_the_example_has_every_key_and_is_a_plan() -> None:
    example = EXAMPLE.read_bytes()
    told = tomllib.loads(example.decode())
    assert set(told) - {"preset"} == {field.name for field in fields(Plan)}
    assert set(told["sections"][0]) == {"type", "count", "points", "area", "optional"}
    plan = read_plan_file(example)
    assert plan.items == 110 and plan.mean_difficulty == Band(260, 340) and plan.task_minutes == NO_BOUND


def test_the_defaults_the_example_tells_are_the_plans() -> None:
    """A comment above a key says `default N` or `default true`."""
    told = re.findall(r"\(default (\d+|true|false)(?::[^)]*)?\)\n(\w+) = ", EXAMPLE.read_text("utf-8"))
    own = {field.name: str(field.default).lower() for field in (*fields(Plan), *fields(Section))}
    assert len(told) >= 10
    assert [(own[key], key) for _, key in told] == told


def test_the_operation_skill_example_is_a_plan() -> None:
    """Its lines stand at the end of the example, each behind `# `."""
    _, _, last = EXAMPLE.read_text("utf-8").rpartition("before the lines below\n")
    plan = read("\n".join(line.removeprefix("# ") for line in last.splitlines()))
    assert plan.is_practical and plan.items == 3 and plan.equipment == (("数控车床", 2), ("万用表", 4))


# what is refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("nmae", LEAST.replace("name", "nmae")),
        ("colour", f'colour = "red"\n{LEAST}'),
        ("name", LEAST.replace('name = "一份"', "")),
        ("name", 'preset = "80题型"\nlocal_cap = 5\n'),
        ("minutes", LEAST.replace("minutes = 90", "")),
        ("sections", 'name = "一份"\nminutes = 90\n'),
        ("sections.halves", LEAST.replace("points = 1", "halves = 2")),
        ("sections.points", LEAST.replace("points = 1", "")),
        ("sections.count", LEAST.replace("count = 80", "")),
        ("sections.type", LEAST.replace('type = "single"', "")),
    ],
)
def test_a_key_that_is_unknown_or_missing_is_refused_with_its_name(key: str, text: str) -> None:
    error = refused(text)
    assert (error.code, error.facts) == ("plan.key", {"key": key})


NUMBERS = [
    "pass_points", "level", "area_tolerance", "unit_tolerance", "per_point", "figures_at_least", "formulas_at_least",
    "local_cap", "overlap", "recent_days", "eyes_at_most", "papers_per_item", "optional_sections",
]  # fmt: skip


@pytest.mark.parametrize("value", ["1.5", "1.0", "true", "-1", '"1"', "[1]", str(ANY + 1), "1e999999999", "nan", "2026-01-01"])
@pytest.mark.parametrize("key", NUMBERS)
def test_what_is_no_whole_number_is_refused_where_one_belongs(key: str, value: str) -> None:
    error = refused(f"{key} = {value}\n{LEAST}")
    assert (error.code, error.facts["key"]) == ("plan.value", key)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("name", 'name = 5'), ("name", 'name = ""'), ("name", 'name = " "'), ("occupation", "occupation = 4"),
        ("subject", "subject = []"), ("mode", 'mode = "area"'), ("mode", "mode = []"), ("by_use", "by_use = 1"),
        ("units_by_items", 'units_by_items = "true"'), ("minutes", "minutes = 90.0"), ("minutes", "minutes = true"),
        ("mean_difficulty", "mean_difficulty = 3"), ("mean_difficulty", "mean_difficulty = [2.6]"),
        ("mean_difficulty", "mean_difficulty = [2.6, 3.4, 4]"), ("mean_difficulty", 'mean_difficulty = ["2.6", "3.4"]'),
        ("mean_difficulty", "mean_difficulty = [true, 3.4]"), ("mean_difficulty", "mean_difficulty = [2.655, 3.4]"),
        ("mean_difficulty", "mean_difficulty = [-1, 3.4]"), ("mean_difficulty", "mean_difficulty = [2, nan]"),
        ("mean_difficulty", "mean_difficulty = [2, 1e999999999]"), ("sets", "sets = [1]"), ("sets", "sets = [1, 2, 3]"),
        ("sets", "sets = 1"), ("sets", "sets = [0, 1.5]"), ("set_items", "set_items = [true, 2]"),
        ("task_minutes", "task_minutes = [-1, 2]"), ("content", "content = [1, 2]"), ("content", 'content = { A = 1 }'),
        ("content", 'content = { A = [1] }'), ("content", 'content = { "" = [1, 2] }'),
        ("importance", "importance = { W = [1, 2] }"), ("importance", "importance = { X = [1, 2, 3] }"),
        ("importance", "importance = { X = [0.5, 2] }"), ("grades", "grades = { 0 = [1, 2] }"),
        ("grades", "grades = { 6 = [1, 2] }"), ("grades", 'grades = { 1 = [1, 2], "01" = [3, 4] }'),
        ("grades", 'grades = { "一" = [1, 2] }'), ("equipment", 'equipment = ["数控车床"]'),
        ("equipment", 'equipment = { "数控车床" = 1.5 }'), ("equipment", 'equipment = { "" = 1 }'),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_with_its_key(key: str, line: str) -> None:
    values = [one for one in ('name = "一份"', "minutes = 90") if not line.startswith(one.partition("=")[0])]
    error = refused("\n".join([line, *values, SECTIONS]))
    assert (error.code, error.facts["key"]) == ("plan.value", key)


@pytest.mark.parametrize(
    "section",
    [
        'type = "single"\ncount = 80\npoints = 0.3', 'type = "single"\ncount = 80\npoints = true',
        'type = "single"\ncount = 80\npoints = "1"', 'type = "single"\ncount = 80\npoints = -1',
        'type = "single"\ncount = 80\npoints = 1e999999999', 'type = "single"\ncount = 80\npoints = nan',
        f'type = "single"\ncount = 80\npoints = 1.{30 * "0"}1', 'type = "single"\ncount = 80.0\npoints = 1',
        'type = "single"\ncount = true\npoints = 1', 'type = "single"\ncount = -80\npoints = 1',
        'type = "guess"\ncount = 80\npoints = 1', 'type = 1\ncount = 80\npoints = 1',
        'type = "single"\ncount = 80\npoints = 1\narea = 1', 'type = "single"\ncount = 80\npoints = 1\noptional = 1',
    ],
)  # fmt: skip
def test_a_section_with_a_value_of_another_kind_is_refused(section: str) -> None:
    error = refused(f'name = "一份"\nminutes = 90\n[[sections]]\n{section}\n')
    assert (error.code, error.facts["key"]) == ("plan.value", "sections")


@pytest.mark.parametrize("sections", ["5", '"single"', "[5]", '["type"]', "true", "{ type = 1 }"])
def test_sections_that_are_no_list_of_sections_are_refused(sections: str) -> None:
    error = refused(f'name = "一份"\nminutes = 90\nsections = {sections}\n')
    assert (error.code, error.facts["key"]) == ("plan.value", "sections")


@pytest.mark.parametrize("data", [b"name = ", b"\xff\xfe", b"a = 1\na = 2", b"n = " + b"9" * 5000, "name: 一份".encode(),
                                  b"a = " + 9000 * b"["])  # fmt: skip
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(PlanFileError) as caught:
        read_plan_file(data)
    assert caught.value.code == "plan.toml"


def test_a_file_longer_than_any_plan_is_not_even_read() -> None:
    longest = LEAST + "#" * (LONGEST - len(LEAST.encode()))
    assert read(longest) == read(LEAST)
    assert refused(longest + "#").code == "plan.toml"


@pytest.mark.parametrize("preset", ['"81题型"', '""', "80", '["80题型"]', "{}", "true"])
def test_a_preset_there_is_not_is_refused(preset: str) -> None:
    assert refused(f"preset = {preset}\n{LEAST}").code == "plan.unknown"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("mean_difficulty", "mean_difficulty = [3.4, 2.6]\n"), ("sets", "sets = [3, 2]\n"),
        ("set_items", "set_items = [3, 2]\n"), ("task_minutes", "task_minutes = [3, 2]\n"),
        ("content.A-B", 'content = { "A-B" = [3, 2] }\n'), ("importance.X", "importance = { X = [3, 2] }\n"),
        ("grades.1", "grades = { 1 = [3, 2] }\n"),
    ],
)  # fmt: skip
def test_a_lower_bound_above_its_upper_one_is_refused_by_the_plan(line: str, text: str) -> None:
    error = refused(text + LEAST)
    assert (error.code, error.facts["line"]) == ("plan.band", line)
    # The bounds are told as they stand in the file.
    assert f"[{error.facts['low']}, {error.facts['high']}]" in text


def test_the_plan_of_a_file_is_checked() -> None:
    assert refused(LEAST.replace("count = 80", "count = 81")).code == "plan.points"


def test_the_name_of_a_plan_there_is_stands_for_that_plan_only() -> None:
    same = 'preset = "100题型"\nname = "100题型"\n'
    assert read(same) == PLANS["100题型"]
    error = refused(same + "local_cap = 5\n")
    assert (error.code, error.facts) == ("plan.name_taken", {"plan": "100题型"})
    assert refused(LEAST.replace("一份", "80题型")).code == "plan.name_taken"


# plain values -------------------------------------------------------------------------------------------------------------


@st.composite
def bands(draw: st.DrawFn) -> Band:
    low = draw(st.integers(0, ANY))
    return Band(low, draw(st.integers(low, ANY)))


def tables(names: st.SearchStrategy[Any], values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[tuple[Any, Any], ...]]:
    return st.dictionaries(names, values, max_size=3).map(lambda found: tuple(found.items()))


WHOLE, NAMES = st.integers(0, ANY), st.text(st.characters(exclude_categories=["C"]), max_size=8)
SOME_SECTIONS = st.lists(st.builds(Section, st.sampled_from(ItemType), WHOLE, WHOLE, NAMES, st.booleans()), max_size=3)
SOME_PLANS = st.builds(
    Plan,
    **{
        **{field.name: {"int": WHOLE, "str": NAMES, "bool": st.booleans(), "Band": bands()}.get(str(field.type), st.nothing())
           for field in fields(Plan)},
        "sections": SOME_SECTIONS.map(tuple), "mode": st.sampled_from(Mode), "content": tables(NAMES, bands()),
        "importance": tables(st.sampled_from(Importance), bands()), "grades": tables(st.integers(1, 5), bands()),
        "equipment": tables(NAMES, WHOLE),
    },
)  # fmt: skip


@given(SOME_PLANS)
def test_any_plan_comes_back_from_its_plain_values(plan: Plan) -> None:
    """Through the canonical form, which has neither true nor false, and lists for tuples."""
    again = read_plan_document(read_canonical(canonical(plan_document(plan)), "certificate"))
    assert again == plan and repr(again) == repr(plan)


@pytest.mark.parametrize("plan", [*PLANS.values(), EVERYTHING], ids=lambda plan: plan.name)
def test_these_plans_come_back_from_their_plain_values(plan: Plan) -> None:
    again = read_plan_document(read_canonical(canonical(plan_document(plan)), "certificate"))
    assert again == plan and repr(again) == repr(plan)


@pytest.mark.parametrize(
    "change",
    [{"colour": 1}, {"mode": "area"}, {"sections": [{}]}, {"content": [1]}, {"sets": [1]}, {"importance": [["W", [1, 2]]]},
     {"sections": None}],
)  # fmt: skip
def test_other_plain_values_are_no_plan(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, KeyError, ValueError)):
        read_plan_document({**plan_document(EVERYTHING), **change})


@pytest.mark.parametrize("missing", [field.name for field in fields(Plan) if str(field.type) not in ("int", "str")])
def test_plain_values_without_a_part_that_is_read_are_no_plan(missing: str) -> None:
    document = plan_document(EVERYTHING)
    del document[missing]
    with pytest.raises(KeyError):
        read_plan_document(document)
