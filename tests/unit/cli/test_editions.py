"""`bank edition`, `bank editions`, and what `blueprint list` says of an occupation."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from itembank import bootstrap
from tests.keyfiles import acting, centre_home
from tests.province import After
from tests.unit.cli.test_commands import run

MANAGERS = ("bank_manager-1", "bank_manager-2")


def test_editions_are_entered_listed_and_asked_for(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    province = after("author")
    home, out = centre_home(province, MANAGERS), province.home / "out"
    pair = acting(province, *MANAGERS)
    days = [datetime(2026, 11, 30, 16, 0, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)]
    monkeypatch.setattr(bootstrap, "now", lambda: days[0])
    for name, day, grace in (("2019年版", "2019-01-01", 31), ("2026年版", "2026-12-01", 180), ("2027年版", "2027-06-01", 0)):
        entered = run("bank", "edition", "--home", home, "--name", name, "--from", day, "--grace", grace, *pair, "--json")
        assert entered.exit_code == 0 and json.loads(entered.stdout)["entered"], entered.output

    days.pop(0)
    listed = json.loads(run("bank", "editions", "--home", home, "--json").stdout)["editions"]
    refused = run("pool", "release", "--home", home, "--pool", "city", "--out", out, *pair, "--edition", "2019年版", "--json")

    assert [(row["name"], row["until"], row["state"]) for row in listed] == [
        ("2019年版", "2026-12-31", "over"), ("2026年版", "2027-11-27", "current"), ("2027年版", "", "not_begun"),
    ]  # fmt: skip
    assert (refused.exit_code, json.loads(refused.stdout)["error"]) == (3, "edition.over")


def test_a_blueprint_is_listed_with_its_occupation_and_both_names_of_its_level(after: After) -> None:
    home = centre_home(after("author"), ())

    [row] = json.loads(run("blueprint", "list", "--home", home, "--json").stdout)["blueprints"]

    assert (row["occupation_code"], row["dictionary_year"], row["level_name"]) == ("6-31-01-03", 2022, "四级/中级工")
    assert (row["standard_year"], row["work_type"], row["key"]) == (2018, "", "2022/6-31-01-03/4/L")


def test_occupations_are_entered_and_listed_with_what_they_were_called(after: After) -> None:
    province = after("author")
    home, pair = centre_home(province, MANAGERS), acting(province, *MANAGERS)
    enter = ("bank", "occupation", "--home", home, *pair, "--json")
    electrician = (
        "--year",
        2022,
        "--code",
        "6-31-01-03",
        "--name",
        "电工",
        "--work-type",
        "低压电工",
        "--work-type",
        "高压电工",
    )
    older = ("--year", 1999, "--code", "6-07-06-05", "--name", "维修电工")

    entered = run(*enter, *electrician, "--predecessor", "1999/6-07-06-05")
    again = run(*enter, *electrician, "--predecessor", "1999/6-07-06-05")
    assert run(*enter, *older).exit_code == 0
    malformed = run(*enter, *older, "--predecessor", "6-07-06-05")

    assert entered.exit_code == 0 and json.loads(entered.stdout)["entered"] and not json.loads(again.stdout)["entered"]
    assert (malformed.exit_code, json.loads(malformed.stdout)["error"]) == (5, "occupation.code")
    listed = json.loads(run("bank", "occupations", "--home", home, "--json").stdout)["occupations"]
    assert listed == [
        {"key": "1999/6-07-06-05", "name": "维修电工", "work_types": [], "predecessor": "", "earlier": []},
        {
            "key": "2022/6-31-01-03", "name": "电工", "work_types": ["低压电工", "高压电工"],
            "predecessor": "1999/6-07-06-05", "earlier": ["1999/6-07-06-05"],
        },
    ]  # fmt: skip
