"""Key files for tests: those of a province in memory, and a demonstration's with locks that open at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from itembank.demo import cast
from itembank.demo.session import Session, seats
from keys.directory import pin_directory
from keys.encoding import sha256
from keys.keyfile import Cost, Random, host, lock, public_half, show, write_private
from tests.province import Province

PASSPHRASE = "a passphrase for tests"
QUICK = Cost(1, 8, 1)


def centre_home(province: Province, people: Sequence[str], settings: str = 'mirror = "../mirror"\n') -> Path:
    """The centre's folder with the keys the province has in memory; `people` get theirs, the passphrase beside it."""
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


def quick_homes(session: Session) -> dict[str, dict[str, str]]:
    """What the demonstration's `key new` and `station enrol` make, in this process and at the least cost Argon2id takes.

    Home → use → public key, as the demonstration tells them.
    """
    home, public = session.stage.home, dict[str, dict[str, str]]()
    for name in (f"roots/{number}" for number in (1, 2, 3)):
        public[name] = _person(home / name, name.replace("roots/", "root-"))
    for role in cast.everybody(session.stations):
        public[f"people/{role.name}"] = _person(home / "people" / role.name, role.name)
    public["centre"] = _kept(home / "centre", {"ledger": host("sign", "ledger", os.urandom)})
    devices = [("desk", "desk", cast.DESK_PEOPLE, 1), ("scoring", "scoring", cast.SCORING_PEOPLE, 1)]
    devices += [(f"stations/{place.code}", place.code, place.operators, 2) for place in session.stations]
    for folder, name, people, threshold in devices:
        passphrases = {who: PASSPHRASE.encode() for who in people}
        seal = lock("seal", name, passphrases, threshold, random=os.urandom, cost=QUICK)
        public[folder] = _kept(home / folder, {"device": host("sign", name, os.urandom), "seal": seal})
    for j, office in enumerate(cast.OFFICES, start=1):
        told = session.stage.run("init", "--home", f"holders/{j}", "--name", office.name, program="keyholder")
        public[f"holders/{j}"] = {use: told[use] for use in ("sign", "seal")}
    return public


def pin_quickly(session: Session, fingerprint: str) -> None:
    """The directory pinned at every seat, as the demonstration's `directory pin` and `keyholder pin` do."""
    home = session.stage.home
    for seat in (*(home / name for name in seats(session)), *home.glob("holders/*")):
        pin_directory(seat, (home / "directory").read_bytes(), fingerprint)


def _person(folder: Path, name: str) -> dict[str, str]:
    key = lock("sign", name, {name: PASSPHRASE.encode()}, 1, random=os.urandom, cost=QUICK)
    public = _kept(folder, {"person": key})
    write_private(folder / "passphrase", f"{PASSPHRASE}\n".encode())
    return public


def _kept(folder: Path, keys: dict[str, bytes]) -> dict[str, str]:
    folder.mkdir(parents=True, mode=0o700)
    for stem, data in keys.items():
        write_private(folder / f"{stem}.key", data)
    return {shown.use: shown.public.hex() for shown in map(show, keys.values())}


def acting(province: Province, *people: str) -> list[str]:
    """The options of a command these people give together."""
    folders = [province.home / "people" / name for name in people]
    return [str(word) for folder in folders for word in ("--as", folder, "--passphrase-file", folder / "passphrase")]


def _first(secret: bytes) -> Random:
    """Random bytes, but for the first: the secret a key file is made for."""
    those = iter([secret])
    return lambda size: next(those, None) or os.urandom(size)
