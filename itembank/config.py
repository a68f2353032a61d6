"""Settings of a seat: a TOML file in its home → a frozen dataclass. An unknown or missing key stops the start, named."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from keys.errors import MalformedError


@dataclass(frozen=True, slots=True)
class CentreConfig:
    """The centre's settings. `mirror`: the folder of the second copy of the ledger's files, on another disk if there is one."""

    mirror: Path


def load_centre_config(home: Path) -> CentreConfig:
    """`centre.toml`; a relative `mirror` is meant from the home. Raises MalformedError with the key's name."""
    try:
        values = tomllib.loads((home / "centre.toml").read_text(encoding="utf-8"))
    except ValueError as error:
        raise MalformedError("config.toml", name="centre.toml") from error
    wrong = sorted(set(values) ^ {"mirror"})
    if wrong:
        raise MalformedError("config.key", key=wrong[0])
    if not isinstance(values["mirror"], str) or not values["mirror"]:
        raise MalformedError("config.value", key="mirror", found=values["mirror"])
    return CentreConfig((home / values["mirror"]).resolve())
