"""`blueprint …`, `bank health`, `vault rotate`: the bank as a whole, from the command line."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from itembank.domain.blueprint import AssessmentPoint, Importance
from itembank.formats.blueprint_export import official_workbook
from tests.province import blueprint_bytes
from tests.unit.cli.bank_home import BankHome, bank, made_bank
from tests.unit.steps.sample_items import APPROVER, BLUEPRINT, REVIEWER, THREE, WRITER, item

__all__ = ["bank", "made_bank"]

LARGER = replace(BLUEPRINT, points=(*BLUEPRINT.points, AssessmentPoint("B-B-A-003", "变压器的铁心", Importance.X, "2")))


def blueprint_file(bank: BankHome, data: bytes = b"") -> Path:
    path = bank.home / "blueprint.xlsx"
    path.write_bytes(data or official_workbook(LARGER))
    return path


# blueprints ---------------------------------------------------------------------------------------------------------------


def test_a_blueprint_import_is_told_to_a_program(bank: BankHome) -> None:
    told = bank.told("blueprint", "import", blueprint_file(bank), who=THREE)

    assert {name: told[name] for name in told if name != "flags"} == {
        "key": BLUEPRINT.key, "version": 2, "state": "approved", "imported": True, "unchanged": False, "occupation": "电工",
        "level": 4, "depth": 3, "points": 8, "importance": {"X": 8},
    }  # fmt: skip
    assert told["flags"][0]["code"] == "blueprint.few_points"
    assert all(set(flag) == {"code", "area", "found", "needed", "message", "message_en"} for flag in told["flags"])


def test_a_blueprint_that_says_the_same_is_unchanged(bank: BankHome) -> None:
    before = bank.dump()

    told = bank.told("blueprint", "import", blueprint_file(bank, blueprint_bytes()), who=THREE)

    assert (told["imported"], told["unchanged"], told["version"]) == (False, True, 1) and bank.dump() == before


def test_a_blueprint_is_drafted_by_one_and_approved_by_two(bank: BankHome) -> None:
    preview = bank.told("blueprint", "import", blueprint_file(bank), "--dry-run")
    draft = bank.told("blueprint", "import", blueprint_file(bank), who=(WRITER,))
    approved = bank.told("blueprint", "approve", "--key", BLUEPRINT.key, who=(REVIEWER, APPROVER))

    assert (preview["imported"], draft["state"]) == (False, "draft") and approved == {"key": BLUEPRINT.key, "version": 2}
    rows = bank.told("blueprint", "list")["blueprints"]
    assert [(row["version"], row["state"], row["points"]) for row in rows] == [(1, "approved", 7), (2, "approved", 8)]


def test_a_broken_blueprint_is_refused_with_its_place(bank: BankHome) -> None:
    """Weights that do not sum to 100 and two points of one code: exit 5, nothing kept."""
    before = bank.dump()
    short = replace(BLUEPRINT, nodes=tuple(replace(n, weight=39) if n.code == "A" else n for n in BLUEPRINT.nodes))

    told = bank.told("blueprint", "import", blueprint_file(bank, official_workbook(short)), who=THREE, exit_code=5)

    assert told["error"] == "blueprint.weights" and (told["facts"]["found"], told["facts"]["expected"]) == (99, 100)
    assert bank.dump() == before


def test_the_policys_file_decides(bank: BankHome) -> None:
    """Of the home; without one, the field's numbers do."""
    mixed = tuple(replace(point, importance=Importance("XY"[i % 2])) for i, point in enumerate(LARGER.points))
    file = blueprint_file(bank, official_workbook(replace(LARGER, points=mixed)))
    assert bank.told("blueprint", "import", file, who=THREE, exit_code=5)["error"] == "blueprint.importance"
    policy = bank.home / "centre" / "policy.toml"

    policy.write_text("[blueprint]\nx_at_least = 50\ny_at_most = 50\npoints_at_least = 1\npoints_per_weight = 0\n")
    assert bank.told("blueprint", "import", file, who=THREE)["flags"] == []

    policy.write_text("[blueprint]\nx_at_most = 50\n")
    told = bank.told("bank", "health", exit_code=5)
    assert (told["error"], told["facts"]["key"]) == ("config.key", "blueprint.x_at_most")


# health -------------------------------------------------------------------------------------------------------------------


def test_the_banks_health_is_told_and_drawn(bank: BankHome) -> None:
    """The same numbers for a program, for a person and in the picture."""
    picture = bank.home / "health.svg"

    told = bank.told("bank", "health", "--since", "2026-01-01", "--picture", picture)
    done = bank.run("bank", "health")

    assert told["bank"] == {"code": "", "name": told["bank"]["name"], "have": 28, "needed": 500, "short": 472}
    assert (told["blueprint"], told["enough"], told["unplaced"], told["picture"]) == (BLUEPRINT.key, False, 0, str(picture))
    assert {"format", "bank", "cycle", "difficulties", "areas", "points", "types"} <= set(told)
    assert [point["have"] for point in told["points"]] == [4] * 7 and told["types"] == {"single": 21, "judgement": 7}
    assert "启用28题 应有500题 缺472题" in done.stdout and "472" in done.stdout.partition("\n")[2]
    drawn = ElementTree.fromstring(picture.read_bytes())
    assert drawn.tag.endswith("svg") and "题库健康度" in "".join(drawn.itertext())


def test_the_health_follows_the_policys_floors(bank: BankHome) -> None:
    (bank.home / "centre" / "policy.toml").write_text(
        "[floors]\nitems_at_least = 28\nitems_per_cycle = 28\nitems_per_point = 4\nitems_per_difficulty = 0\n"
    )

    told = bank.told("bank", "health", "--since", "2026-01-01")

    assert told["bank"]["short"] == told["cycle"]["short"] == 0 and all(not point["short"] for point in told["points"])
    assert bank.told("bank", "health", "--since", "2099-01-01")["cycle"]["have"] == 0


def test_with_several_blueprints_one_is_named(bank: BankHome) -> None:
    higher = replace(BLUEPRINT, level=3)
    bank.told("blueprint", "import", blueprint_file(bank, official_workbook(higher)), who=THREE)

    assert bank.told("bank", "health", exit_code=2)["error"] == "blueprint.which"
    assert bank.told("bank", "health", "--blueprint", higher.key)["bank"]["have"] == 0


# the wrapping key ---------------------------------------------------------------------------------------------------------


def test_a_rotation_touches_no_row_and_everything_opens_afterwards(bank: BankHome) -> None:
    """What was sealed before it and what comes after, also after the next one."""
    bank.bring(item(1))
    bank.told("pledge", "sign", "--pool", "city", who=(REVIEWER,))
    bank.told("items", "show", "city-001", who=(REVIEWER,))
    before = bank.dump()

    first, second = bank.told("vault", "rotate"), bank.told("vault", "rotate")

    assert (first, second) == ({"generation": 2}, {"generation": 3}) and bank.dump() == before
    bank.bring(item(2), item(3))
    bank.bring(item(1, "province"))
    out = bank.home / "out.xlsx"
    assert bank.told("items", "export", out, "--pool", "city", "--reason", "备案", who=(REVIEWER,))["items"] == 10
    assert bank.told("items", "import", out, "--pool", "city", who=THREE)["unchanged"] == 10
    dry = ("items", "import", bank.book(item(1, "sector")), "--pool", "sector", "--dry-run")
    assert bank.told(*dry)["duplicates"] == []  # nobody acts: what the bank has is nobody's to find out
    duplicates = bank.told(*dry, who=THREE[:1])["duplicates"]
    assert [(twin["of"], twin["key_conflict"]) for twin in duplicates] == [("city-001", False)]


def test_a_vault_file_older_than_the_database_is_not_rotated(bank: BankHome) -> None:
    """Else two files would have one generation, and neither would open the whole bank."""
    vault = bank.home / "centre" / "bank.vault"
    older = vault.read_bytes()
    bank.told("vault", "rotate")
    bank.bring(item(1, "province"))
    newer = vault.read_bytes()
    vault.write_bytes(older)

    assert bank.told("vault", "rotate", exit_code=5)["error"] == "vault.generation"

    assert vault.read_bytes() == older
    vault.write_bytes(newer)
    assert bank.told("vault", "rotate") == {"generation": 3}


def test_without_its_vault_the_bank_opens_nothing_and_makes_no_new_one(bank: BankHome) -> None:
    """A new one would seal under keys that the backup of the old one has not."""
    (bank.home / "centre" / "bank.vault").rename(bank.home / "bank.vault")
    before = bank.dump()

    told = bank.told("items", "import", bank.book(item(1)), "--pool", "city", who=THREE, exit_code=5)

    assert told["error"] == "vault.missing" and bank.dump() == before
    assert not (bank.home / "centre" / "bank.vault").exists()
    (bank.home / "bank.vault").rename(bank.home / "centre" / "bank.vault")
    assert bank.bring(item(1))["imported"] == 1


# wrong usage --------------------------------------------------------------------------------------------------------------


def test_without_its_database_or_with_an_older_one_a_centre_makes_no_new_one(bank: BankHome) -> None:
    """The disk is not there, or last week's copy was restored: what is in the ledger's files must not be begun anew."""
    centre = bank.home / "centre"
    database = sqlite3.connect(centre / "centre.sqlite")
    assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    database.close()
    (centre / "centre.sqlite").rename(centre / "away")

    lost = bank.told("items", "list", exit_code=5)
    assert lost["error"] == "ledger.went_back" and not (centre / "centre.sqlite").exists()
    for words in (("serve", "centre"), ("database", "upgrade"), ("vault", "rotate")):
        assert bank.told(*words, exit_code=5)["error"] == "ledger.went_back"
    assert not (centre / "centre.sqlite").exists()

    shutil.copy(centre / "away", centre / "centre.sqlite")
    with closing(sqlite3.connect(centre / "centre.sqlite")) as older, older:
        older.execute("DELETE FROM ledger_checkpoint WHERE size > 1")
    assert bank.told("items", "list", exit_code=5)["error"] == "ledger.went_back"

    shutil.copy(centre / "away", centre / "centre.sqlite")
    assert bank.told("items", "list")["items"]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        pytest.param(("blueprint", "import", "FILE"), (), id="a blueprint by nobody"),
        pytest.param(("blueprint", "import", "FILE"), (WRITER, REVIEWER), id="a blueprint by two"),
        pytest.param(("blueprint", "import", "nowhere.xlsx"), THREE, id="a blueprint in no file"),
        pytest.param(("blueprint", "approve", "--key", "x"), (REVIEWER,), id="approved by one"),
        pytest.param(("blueprint", "approve"), (REVIEWER, APPROVER), id="nothing approved"),
        pytest.param(("bank", "health", "--since", "long ago"), (), id="since no day"),
        pytest.param(("bank", "health", "--picture", "."), (), id="a picture that is a folder"),
        pytest.param(("vault", "rotate", "now"), (), id="a rotation of something"),
    ],
)
def test_wrong_usage_ends_with_two_and_changes_nothing(bank: BankHome, words: tuple[str, ...], who: tuple[str, ...]) -> None:
    before = bank.dump()
    vault = (bank.home / "centre" / "bank.vault").read_bytes()
    places: dict[str, Any] = {"FILE": blueprint_file(bank)}

    told = bank.told(*(places.get(word, word) for word in words), who=who, exit_code=2)

    assert told["error"] == "usage" and bank.dump() == before
    assert (bank.home / "centre" / "bank.vault").read_bytes() == vault
