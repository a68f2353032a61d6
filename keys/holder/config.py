"""A holder's home: `holder.toml`, two host keys, the pinned directory and the journal.

    name = "province"          # as in the directory
    clock = "system"           # or "file:PATH", an offset in seconds, for tests
    unlock = "host"            # the keys lie in the home, 0600, and need no passphrase

An unknown key stops the start.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from errno import EEXIST
from pathlib import Path

from keys.directory import load_directory
from keys.errors import MalformedError
from keys.holder.clock import Clock
from keys.holder.office import Keys, Office
from keys.keyfile import Random, host, host_signer, read_host, write_private

FIELDS = {"name", "clock", "unlock"}


@dataclass(frozen=True, slots=True)
class HolderConfig:
    """The settings of one holder."""

    name: str
    clock: str
    unlock: str


def load_config(home: Path) -> HolderConfig:
    """Raises MalformedError naming the key that is unknown, missing or wrong."""
    try:
        values = tomllib.loads((home / "holder.toml").read_text(encoding="utf-8"))
    except ValueError as error:
        raise MalformedError("config.toml", name="holder.toml") from error
    wrong = sorted(set(values) ^ FIELDS)
    if wrong:
        raise MalformedError("config.key", key=wrong[0])
    if values["unlock"] != "host":
        raise MalformedError("config.value", key="unlock", found=values["unlock"])
    return HolderConfig(values["name"], values["clock"], values["unlock"])


def create_home(home: Path, name: str, clock: str, random: Random) -> None:
    """A new home with fresh keys. Raises FileExistsError for an existing one, and for keys of another name."""
    Clock(clock)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = home / "holder.toml"
    if settings.exists():
        raise FileExistsError(EEXIST, "exists", str(settings))
    # The settings come last: a kill before leaves keys nobody was told of, and the same command goes on with them.
    for use in ("sign", "seal"):
        path = home / f"{use}.key"
        if not path.exists():
            write_private(path, host(use, name, random))
        elif read_host(path, use)[0] != name:
            raise FileExistsError(EEXIST, "exists", str(path))
    # JSON's strings are TOML's.
    values = (("name", name), ("clock", clock), ("unlock", "host"))
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values)
    write_private(settings, text.encode())


def open_office(home: Path) -> Office:
    """The holder at work in this home."""
    config = load_config(home)
    signer = host_signer(home / "sign.key")
    _, seal = read_host(home / "seal.key", "seal")
    if signer.name != config.name:
        raise MalformedError("config.value", key="name", found=config.name)
    return Office(home, load_directory(home), Keys(signer, seal), Clock(config.clock))
