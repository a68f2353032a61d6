"""A centre on a PostgreSQL server: the whole session, and its real programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from itembank.demo import cast
from tests.flow import insider
from tests.flow.stage import Province, copy_province
from tests.province import STORY, After
from tests.servers.carry import carry_over


def test_a_session_from_the_first_item_to_the_audit(postgres_url: str, after: After) -> None:
    """Nothing of it in a file; the audit finds what it finds on SQLite: nothing."""
    province = after("")
    province.database = postgres_url

    for step in STORY.values():
        step(province)
    province.settle()
    audit = province.audit()

    assert audit.findings == [] and audit.entries == province.entries() != []
    assert not list(province.home.rglob("*.sqlite"))


@pytest.mark.parametrize("name", ["%00", "1" * 5000], ids=["a sign that is none", "too long"])
@pytest.mark.parametrize("path", ["/api/manifests/{}", "/api/sessions/{}/manifest", "/api/sessions/{}/releases/A"])
def test_a_name_no_row_can_have_is_the_askers_mistake(postgres_url: str, after: After, path: str, name: str) -> None:
    """Not the server's: nothing breaks, whatever stands in an address."""
    province = after("")
    province.database = postgres_url

    answer = province.centre.app.test_client().get(path.format(name))

    assert 400 <= answer.status_code < 500, answer.data


@pytest.fixture
def moved(proved_home: Path, tmp_path: Path, postgres_url: str) -> Province:
    """A province that is about to seal, its centre's database carried over to a server."""
    home = tmp_path / "province"
    copy_province(proved_home, home)
    carry_over(home / "centre" / "centre.sqlite", postgres_url)
    for file in (home / "centre").glob("centre.sqlite*"):
        file.unlink()
    (home / "centre" / "centre.toml").write_text(f'mirror = "../mirror"\ndatabase = "{postgres_url}"\n')
    return Province(home)


def test_the_programs_work_with_the_database_that_is_set(moved: Province) -> None:
    """The server and a command beside it; killed, the server goes on where it was."""
    try:
        moved.start("centre", "province", "city")
        insider.seal_quickly(moved, insider.draft_of(moved), opens_in=7200)
        moved.ok("publish", "--home", "desk", "--session", cast.SESSION, "--json")
        moved.kill("centre")
        moved.start("centre")
        managers = moved.act("bank_manager-1", "bank_manager-2")
        released = moved.ok("pool", "release", "--home", "centre", "--pool", "city", "--out", "more", *managers, "--json")
        again = moved.ok("publish", "--home", "desk", "--session", cast.SESSION, "--json")
    finally:
        moved.kill()

    assert released.told["version"] == 2 and again.told["deposits"] == ["province", "city"]
    assert [entry.act for entry in moved.entries()].count("intent") == 1
    assert not list(moved.home.rglob("*.sqlite"))


def test_a_database_is_not_upgraded_while_a_centre_on_another_machine_runs(moved: Province) -> None:
    """Its home is another, its lock file too; the server knows."""
    other = Province(moved.home.parent / "other")
    copy_province(moved.home, other.home)
    try:
        moved.start("centre")
        done = other.run("database", "upgrade", "--home", "centre", "--json")
    finally:
        moved.kill()

    assert (done.code, json.loads(done.out)["error"]) == (3, "ledger.two_sequencers")
