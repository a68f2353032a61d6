"""A centre's home with a bank in it, people with key files, and what its commands answer."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from itembank.domain.items import Item
from keys.directory import pin_directory
from keys.encoding import sha256
from keys.keyfile import Cost, lock, write_private
from tests.province import Province, open_after
from tests.unit.cli.test_commands import PASSPHRASE, run
from tests.unit.steps.sample_items import APPROVER, MANAGER, REVIEWER, THREE, WRITER, pledge, workbook

PLEDGED = ("national", "sector", "province", "city")
"""Pools for which the three who bring items in have pledged."""


@dataclass
class BankHome:
    """`centre` holds the blueprint and the pools national and city; every file a test makes lies beside it."""

    home: Path

    def run(self, *words: object, who: tuple[str, ...] = ()) -> Result:
        acting: list[object] = []
        for name in who:
            acting += ["--as", self.home / "people" / name, "--passphrase-file", self.home / "passphrase"]
        return run(*words, "--home", self.home / "centre", *acting)

    def told(self, *words: object, who: tuple[str, ...] = (), exit_code: int = 0) -> dict[str, Any]:
        """The one object on stdout of a command with --json."""
        done = self.run(*words, "--json", who=who)
        assert done.exit_code == exit_code, done.output
        (line,) = done.stdout.splitlines()
        found: dict[str, Any] = json.loads(line)
        return found

    def book(self, *items: Item, name: str = "items.xlsx") -> Path:
        (self.home / name).write_bytes(workbook(*items))
        return self.home / name

    def bring(self, *items: Item, who: tuple[str, ...] = THREE) -> dict[str, Any]:
        return self.told("items", "import", self.book(*items), "--pool", items[0].pool, who=who)

    def dump(self) -> list[str]:
        """The whole database as SQL."""
        with closing(sqlite3.connect(self.home / "centre" / "centre.sqlite")) as connection:
            return list(connection.iterdump())


@pytest.fixture(scope="session")
def made_bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bank") / "province"
    open_after("author", home).close()
    province = Province(home)
    (home / "passphrase").write_text(PASSPHRASE)
    for name in (WRITER, REVIEWER, APPROVER, MANAGER):
        (home / "people" / name).mkdir(parents=True)
        mine = [province.secret("sign", name)]

        def random(length: int, mine: list[bytes] = mine) -> bytes:
            return mine.pop() if mine else os.urandom(length)

        key = lock("sign", name, {name: PASSPHRASE.encode()}, 1, random=random, cost=Cost(1, 8, 1))
        write_private(home / "people" / name / "person.key", key)
    (home / "centre" / "centre.toml").write_text('mirror = "../mirror"\n')
    pin_directory(home / "centre", province.directory_data, sha256(province.directory_data).hex())
    # The commands go by the real clock.
    province.clock.at = datetime.now(UTC)
    for name in THREE:
        for pool in PLEDGED:
            pledge(province, name, pool)
    province.close()
    return home


@pytest.fixture
def bank(made_bank: Path, tmp_path: Path) -> BankHome:
    """A copy of its own for each test."""
    shutil.copytree(made_bank, tmp_path / "province")
    return BankHome(tmp_path / "province")
