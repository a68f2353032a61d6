"""Key files for tests: those of a province in memory, and a demonstration's with locks that open at once.

The keys are the ones the province or the demonstration has, so what was signed with them stays good.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from keys.directory import pin_directory
from keys.encoding import sha256
from keys.keyfile import LOCKED, Cost, Random, host, lock, public_half, show, unlock, write_private
from tests.province import Province

PASSPHRASE = "a passphrase for tests"
QUICK = Cost(1, 8, 1)


def centre_home(province: Province, people: Sequence[str], settings: str = 'mirror = "../mirror"\n') -> Path:
    """The centre's folder, ready for commands; `people` get theirs in people/, with the passphrase in a file."""
    home = province.home / "centre"
    home.mkdir(parents=True, exist_ok=True)
    pin_directory(home, province.directory_data, sha256(province.directory_data).hex())
    (home / "centre.toml").write_text(settings)
    write_private(home / "ledger.key", host("sign", "ledger", _first(province.secret("sign", "ledger"))))
    for name in people:
        folder = province.home / "people" / name
        folder.mkdir(parents=True)
        (folder / "passphrase").write_text(PASSPHRASE)
        secret = province.secret("sign", name)
        file = lock("sign", name, {name: PASSPHRASE.encode()}, 1, random=_first(secret), cost=QUICK)
        assert show(file).public == public_half("sign", secret)
        write_private(folder / "person.key", file)
    return home


def unlock_quickly(home: Path) -> None:
    """Lock every locked key below a demonstration's folder anew, for the same people, at the least cost Argon2id takes."""
    for path in sorted(home.rglob("*.key")):
        data = path.read_bytes()
        head = json.loads(data)
        if head["format"] != LOCKED:
            continue
        homes = {slot["who"]: home / "people" / slot["who"] for slot in head["slots"]}
        passphrases = {
            who: ((folder if folder.exists() else path.parent) / "passphrase").read_bytes().removesuffix(b"\n")
            for who, folder in homes.items()
        }
        secret = unlock(data, dict(list(passphrases.items())[: head["threshold"]]))
        file = lock(head["use"], head["name"], passphrases, head["threshold"], random=_first(secret), cost=QUICK)
        path.unlink()
        write_private(path, file)


def acting(province: Province, *people: str) -> list[str]:
    """The options of a command these people give together."""
    folders = [province.home / "people" / name for name in people]
    return [str(word) for folder in folders for word in ("--as", folder, "--passphrase-file", folder / "passphrase")]


def _first(secret: bytes) -> Random:
    """Random bytes, but for the first: the secret a key file is made for."""
    those = iter([secret])
    return lambda size: next(those, None) or os.urandom(size)
