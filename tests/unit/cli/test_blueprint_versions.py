"""`blueprint export` and `blueprint diff`; `items duplicates` as a command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from itembank.formats.blueprint_workbook import read_blueprint
from itembank.ports.bank import StoredBlueprint
from tests.keyfiles import acting, centre_home
from tests.province import After, Province, blueprint_bytes
from tests.unit.cli.test_commands import run

KEY = "2022/6-31-01-03/4/L"
MANAGER = "bank_manager-1"


@pytest.fixture
def centre(after: After) -> tuple[Province, Path]:
    """With a second version: a point renamed, one gone, the standard of another year."""
    province = after("author")
    with province.centre.book.begin() as transaction:
        held = transaction.bank.blueprint(KEY)
        assert held is not None
        first, *others = held.blueprint.points
        points = (replace(first, name="新名称"), *others[:-1])
        second = replace(held.blueprint, version=2, standard_year=2024, points=points)
        transaction.bank.save_blueprint(StoredBlueprint(second, "approved", held.digest, held.signed))
    return province, centre_home(province, [MANAGER])


def told(home: Path, *words: object, code: int = 0) -> dict[str, Any]:
    done = run(*words, "--home", home, "--json")
    assert done.exit_code == code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_exported_blueprint_is_the_one_that_was_imported(centre: tuple[Province, Path], tmp_path: Path) -> None:
    data = told(centre[1], "blueprint", "export", "--key", KEY, "--version", 1, tmp_path / "out.xlsx")

    assert read_blueprint((tmp_path / "out.xlsx").read_bytes()) == read_blueprint(blueprint_bytes())
    assert (data["version"], data["points"]) == (1, 7)


def test_the_newest_approved_version_is_exported_unless_another_is_named(centre: tuple[Province, Path], tmp_path: Path) -> None:
    assert told(centre[1], "blueprint", "export", "--key", KEY, tmp_path / "out.xlsx")["version"] == 2


@pytest.mark.parametrize("which", [("--key", "2022/none"), ("--key", KEY, "--version", "3")])
def test_a_blueprint_that_is_not_there_is_not_written(
    centre: tuple[Province, Path], tmp_path: Path, which: tuple[str, ...]
) -> None:
    error = told(centre[1], "blueprint", "export", *which, tmp_path / "out.xlsx", code=3)

    assert error["error"] == "blueprint.unknown" and not (tmp_path / "out.xlsx").exists()


def test_two_versions_are_compared_by_code_and_head(centre: tuple[Province, Path]) -> None:
    """Both ways round."""
    data = told(centre[1], "blueprint", "diff", "--key", KEY, 1, 2)

    assert data["head"] == {"standard_year": ["2018", "2024"]}
    assert [change["kind"] for change in data["changes"]] == ["changed", "removed"]
    assert data["changes"][0]["after"]["name"] == "新名称" and data["changes"][1]["after"] is None
    again = told(centre[1], "blueprint", "diff", "--key", KEY, 2, 1)
    assert [change["kind"] for change in again["changes"]] == ["changed", "added"]


def test_a_pool_is_compared_by_a_command(centre: tuple[Province, Path]) -> None:
    """The progress goes to stderr."""
    province, home = centre
    assert run("pledge", "sign", "--home", home, "--pool", "city", *acting(province, MANAGER)).exit_code == 0

    done = run("items", "duplicates", "--home", home, "--pool", "city", *acting(province, MANAGER), "--json")

    data = json.loads(done.stdout)
    assert (done.exit_code, data["pool"], data["compared"]) == (0, "city", 7)
    assert all(set(pair) == {"a", "b", "score", "kind"} for pair in data["pairs"]) and "查重 7/7" in done.stderr
