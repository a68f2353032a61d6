"""`pool release` and `pool take` at their seats: a bank takes by one of its managers, a desk without anybody."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from itembank.bootstrap.centre import centre_seat
from keys.directory import pin_directory
from keys.encoding import Json, sha256
from keys.keyfile import show
from tests.province import PREPARED, Province, open_after
from tests.unit.cli.test_commands import PASSPHRASE, run

MANAGERS = ("bank_manager-1", "bank_manager-2")


@dataclass
class Banks:
    """A province's centre and desk, and a city's centre, with key files of the programs' own making."""

    home: Path

    def acting(self, *names: str) -> list[object]:
        words: list[object] = []
        for name in names:
            words += ["--as", self.home / "people" / name, "--passphrase-file", self.home / "passphrase"]
        return words

    def release(self, *options: object) -> dict[str, Any]:
        done = run(
            "pool", "release", "--home", self.home / "centre", "--pool", "city", "--out", self.home / "releases",
            *self.acting(*MANAGERS), *options, "--json",
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def take(self, release: dict[str, Any], seat: str, *who: str) -> Result:
        return run("pool", "take", release["manifest"], "--home", self.home / seat, *self.acting(*who), "--json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("banks") / "province"
    open_after("author", home).close()
    (home / "passphrase").write_text(PASSPHRASE)
    slots = [word for name in MANAGERS for word in ("--for", name, "--passphrase-file", home / "passphrase")]
    for name in MANAGERS:
        file = ("--passphrase-file", home / "passphrase")
        assert not run("key", "new", "--home", home / "people" / name, "--kind", "person", "--name", name, *file).exit_code
    assert not run("key", "new", "--home", home / "city", "--kind", "bank", "--name", "city-bank", *slots).exit_code
    shutil.rmtree(home / "desk")
    assert not run("key", "new", "--home", home / "desk", "--kind", "desk", "--name", "desk", *slots).exit_code
    assert not run("key", "new", "--home", home / "centre", "--kind", "ledger", "--name", "ledger").exit_code

    def public(path: str) -> str:
        return show((home / path).read_bytes()).public.hex()

    def enter(body: Json) -> None:
        for person in body["people"]:
            if person["name"] in MANAGERS:
                person["sign"] = public(f"people/{person['name']}/person.key")
        body["devices"] = [device for device in body["devices"] if device["kind"] != "desk"]
        for name, kind, seat in (("desk", "desk", "desk"), ("city-bank", "bank", "city")):
            keys = {"sign": public(f"{seat}/device.key"), "seal": public(f"{seat}/seal.key")}
            body["devices"].append({"name": name, "kind": kind, "label": name, "people": list(MANAGERS), **keys})

    for bank in ("centre", "city"):
        (home / bank / "centre.toml").write_text(f'mirror = "../{bank}-mirror"\n')
    data = Province(home, PREPARED, enter).directory_data
    for seat in ("centre", "city", "desk"):
        pin_directory(home / seat, data, sha256(data).hex())
    return home


@pytest.fixture
def banks(made: Path, tmp_path: Path) -> Banks:
    shutil.copytree(made, tmp_path / "province")
    return Banks(tmp_path / "province")


def test_a_pool_goes_from_a_bank_to_a_bank_and_to_a_desk(banks: Banks) -> None:
    """Both releases lie in one folder; a change follows a full one."""
    to_bank, to_desk = banks.release("--to", "city-bank"), banks.release("--full")
    again, whole = banks.release("--to", "city-bank"), banks.release("--to", "city-bank", "--full")

    assert [each["kind"] for each in (to_bank, to_desk, again, whole)] == ["full", "full", "change", "full"]
    assert (to_desk["to"], again["items"], again["carried"]) == ("desk", 7, 0)
    assert banks.take(to_desk, "desk").exit_code == 0
    for each in (to_bank, again, whole):
        assert banks.take(each, "city", MANAGERS[0]).exit_code == 0
    with centre_seat(banks.home / "city").book.read() as transaction:
        assert len(transaction.bank.active("city")) == 7


@pytest.mark.parametrize(("seat", "who"), [("city", ()), ("city", MANAGERS), ("desk", MANAGERS[:1])])
def test_one_person_takes_at_a_bank_and_none_at_a_desk(banks: Banks, seat: str, who: tuple[str, ...]) -> None:
    release = banks.release("--to", "city-bank" if seat == "city" else "desk")

    assert banks.take(release, seat, *who).exit_code == 2
