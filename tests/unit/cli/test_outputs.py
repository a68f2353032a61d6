"""Where commands of the bank write: beside the seat's folder, and nothing is recorded for what is written nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.bank_home import BankHome, bank, made_bank
from tests.unit.cli.test_items import ONE, SVG
from tests.unit.steps.sample_items import MANAGER, REVIEWER, THREE, item

__all__ = ["bank", "made_bank"]


@pytest.mark.parametrize("command", ["export", "print"])
def test_nothing_is_written_into_the_seats_folder_or_over_what_is_no_file(bank: BankHome, command: str) -> None:
    """And nobody is recorded for what is written nowhere."""
    bank.bring(item(1))
    vault = bank.home / "centre" / "bank.vault"
    before, dumped = vault.read_bytes(), bank.dump()

    for out in (vault, bank.home / "centre" / "new.xlsx", bank.home / "nowhere" / "x.xlsx", "/dev/full"):
        words = (out, "--pool", "city") if command == "export" else (ONE, "--out", out)
        told = bank.told("items", command, *words, "--reason", "备案", who=(REVIEWER,), exit_code=5)
        assert told["error"] in ("file.output", "file.missing"), out

    assert vault.read_bytes() == before and bank.dump() == dumped


@pytest.mark.parametrize(("name", "in_the_way"), [("bank", ""), ("bank.xlsx", "bank")])
def test_an_export_has_room_for_its_pictures_before_anybody_is_recorded(bank: BankHome, name: str, in_the_way: str) -> None:
    """A workbook without a suffix, and a file where their folder would be."""
    (bank.home / "figures").mkdir()
    (bank.home / "figures" / "r.svg").write_bytes(SVG)
    book = bank.book(item(1, stem="如图{{图:r.svg}}，电阻的单位是（　　）。"))
    bank.told("items", "import", book, "--pool", "city", "--figures", bank.home / "figures", who=THREE)
    if in_the_way:
        (bank.home / in_the_way).write_text("")
    before = bank.dump()

    export = ("items", "export", bank.home / name, "--pool", "city", "--reason", "备案")
    told = bank.told(*export, who=(REVIEWER,), exit_code=5 if in_the_way else 0)

    if in_the_way:
        assert told["error"] == "file.output" and bank.dump() == before
    else:
        assert (Path(told["figures"]) / "r.svg").exists()


def test_health_is_not_drawn_over_a_file_of_the_seat(bank: BankHome) -> None:
    vault = bank.home / "centre" / "bank.vault"
    before = vault.read_bytes()

    assert bank.told("bank", "health", "--picture", vault, exit_code=5)["error"] == "file.output"
    assert vault.read_bytes() == before


def test_pictures_and_releases_do_not_land_in_the_seats_folder(bank: BankHome) -> None:
    """Beside `centre.xlsx` the pictures would lie in `centre`; a release in the ledger's folder would stop the next audit."""
    before = bank.dump()

    export = ("items", "export", bank.home / "centre.xlsx", "--pool", "city", "--reason", "备案")
    assert bank.told(*export, who=(REVIEWER,), exit_code=5)["error"] == "file.output"
    release = ("pool", "release", "--pool", "city", "--out", bank.home / "centre" / "ledger")
    assert bank.told(*release, who=(MANAGER, MANAGER), exit_code=5)["error"] == "file.output"

    assert bank.dump() == before and not (bank.home / "centre.xlsx").exists()
