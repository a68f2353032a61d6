"""Settings of a seat: a TOML file in its home → a frozen dataclass. An unknown or missing key stops the start, named."""

from __future__ import annotations

import os
import stat
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from itembank.domain.policy import (
    BankFloors,
    BlueprintPolicy,
    LocalItems,
    Policy,
    PoolPolicy,
    PredictabilityPolicy,
    ReviewPolicy,
)
from itembank.domain.pools import PoolScope
from keys.errors import MalformedError, RefusedError

POINTS = 100
"""Of a whole paper."""
N = TypeVar("N", BlueprintPolicy, BankFloors, ReviewPolicy, PredictabilityPolicy)
LOCK_DAYS_AT_MOST = 36_500
"""What S3 takes."""


@dataclass(frozen=True, slots=True)
class S3Settings:
    """No `endpoint`: AWS. `lock_days`: so long nobody deletes a package where the bucket has Object Lock; 0: its own rule."""

    bucket: str
    endpoint: str | None
    region: str
    credentials: Path
    lock_days: int


@dataclass(frozen=True, slots=True)
class KmsSettings:
    """`key_id`: the ARN of the key that wraps; `former`: ARNs of keys that wrapped before. No `endpoint`: the region's own."""

    key_id: str
    endpoint: str | None
    region: str
    credentials: Path
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CentreConfig:
    """The centre's settings.

    mirror: the folder of the second copy of the ledger's files, on another disk if there is one. database: a SQLite file, or
    the `postgresql://` URL of a server's. packages: the bucket they are in; None: the home's folder. vault: the key in KMS;
    None: the home's vault file.
    """

    mirror: Path
    database: Path | str
    packages: S3Settings | None = None
    vault: KmsSettings | None = None


def load_centre_config(home: Path) -> CentreConfig:
    """`centre.toml`; relative paths are meant from the home. Raises MalformedError with the key's name.

    Raises RefusedError when others may read the file with the database's password.
    """
    try:
        values = tomllib.loads((home / "centre.toml").read_text(encoding="utf-8"))
    except ValueError as error:
        raise MalformedError("config.toml", name="centre.toml") from error
    _check_keys(values, {"mirror"}, {"database", "packages", "vault"}, "")
    return CentreConfig(
        mirror=(home / _text(values, "mirror", "")).resolve(),
        database=_server(home, values["database"]) if "database" in values else home / "centre.sqlite",
        packages=_bucket(home, values["packages"]) if "packages" in values else None,
        vault=_kms_key(home, values["vault"]) if "vault" in values else None,
    )


def _bucket(home: Path, values: Any) -> S3Settings:
    prefix = "packages."
    _check_keys(values, {"bucket", "region", "credentials"}, {"endpoint", "lock_days"}, prefix)
    days = values.get("lock_days", 0)
    if not _is_count(days) or days > LOCK_DAYS_AT_MOST:
        raise MalformedError("config.value", key=prefix + "lock_days", found=days)
    return S3Settings(_text(values, "bucket", prefix), *_service(home, values, prefix), days)


def _kms_key(home: Path, values: Any) -> KmsSettings:
    prefix = "vault."
    _check_keys(values, {"key_id", "region", "credentials"}, {"endpoint", "former"}, prefix)
    service = _service(home, values, prefix)
    parts = urlsplit(service[0] or "https:")
    # Data keys travel there in clear.
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise MalformedError("config.value", key=prefix + "endpoint", found=service[0])
    former = _texts(values.get("former", []), prefix + "former")
    return KmsSettings(_text(values, "key_id", prefix), *service, former)


def _service(home: Path, values: dict[str, Any], prefix: str) -> tuple[str | None, str, Path]:
    """(address, region, file with the credentials) of S3 or KMS."""
    endpoint = _text(values, "endpoint", prefix) if "endpoint" in values else None
    try:
        good = endpoint is None or (urlsplit(endpoint).scheme in ("http", "https") and bool(urlsplit(endpoint).hostname))
    except ValueError:
        good = False
    if not good:
        raise MalformedError("config.value", key=prefix + "endpoint", found=endpoint)
    return endpoint, _text(values, "region", prefix), (home / _text(values, "credentials", prefix)).resolve()


def _server(home: Path, url: Any) -> str:
    """The URL of a PostgreSQL database, without any secret; the file with its password as a whole path."""
    # A refusal shows the beginning only: the rest may be a password.
    wrong = MalformedError("config.value", key="database", found=str(url).partition(":")[0])
    try:
        parts = urlsplit(str(url))
        options = parse_qsl(parts.query, strict_parsing=bool(parts.query))
        password = parts.password is not None or {"password", "sslpassword"} & {key for key, _ in options}
    except ValueError as error:
        raise wrong from error
    if parts.scheme != "postgresql" or len(parts.path) < 2:
        raise wrong
    if password or "PGPASSWORD" in os.environ:
        raise MalformedError("config.password", key="database")
    options = [(key, _owners_own(home / value) if key == "passfile" else value) for key, value in options]
    return f"postgresql://{parts.netloc}{parts.path}" + ("?" + urlencode(options, quote_via=quote) if options else "")


def _owners_own(file: Path) -> str:
    # The client library would leave it out without a word.
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise RefusedError("config.readable_by_others", name=file.name)
    return str(file.resolve())


def load_policy(home: Path) -> Policy:
    """`policy.toml`; what it does not say has its default, and without the file everything has."""
    path = home / "policy.toml"
    if not path.exists():
        return Policy()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise MalformedError("config.toml", name="policy.toml") from error
    known = {"local_items", "local_points_at_most", "blueprint", "floors", "review", "predictability", "pools"}
    _check_keys(values, set(), known, "")
    points = values.get("local_points_at_most", Policy().local_points_at_most)
    if not _is_count(points) or points > POINTS:
        raise MalformedError("config.value", key="local_points_at_most", found=points)
    pools = values.get("pools", {})
    _check_keys(pools, set(), {scope.value for scope in PoolScope}, "pools.")
    try:
        return Policy(
            local_items=LocalItems(values.get("local_items", Policy().local_items)),
            local_points_at_most=points,
            blueprint=_numbers(BlueprintPolicy, values.get("blueprint", {}), "blueprint."),
            floors=_numbers(BankFloors, values.get("floors", {}), "floors."),
            review=_numbers(ReviewPolicy, values.get("review", {}), "review."),
            predictability=_numbers(PredictabilityPolicy, values.get("predictability", {}), "predictability."),
            pools={scope: _rights(rights, f"pools.{scope}.") for scope, rights in pools.items()},
        )
    except ValueError as error:
        raise MalformedError("config.value", key="local_items", found=values["local_items"]) from error


def _numbers(kind: type[N], values: dict[str, Any], prefix: str) -> N:
    """A section of whole numbers, none below zero, of days none below one."""
    _check_keys(values, set(), {field.name for field in fields(kind)}, prefix)
    for name, value in values.items():
        # Days to review in, and those a pledge holds for, are some.
        if not _is_count(value) or (kind is ReviewPolicy and value == 0):
            raise MalformedError("config.value", key=prefix + name, found=value)
    return kind(**values)


def _rights(values: dict[str, Any], prefix: str) -> PoolPolicy:
    _check_keys(values, set(), {field.name for field in fields(PoolPolicy)}, prefix)
    return PoolPolicy(**{name: _texts(value, prefix + name) for name, value in values.items()})


def _text(values: dict[str, Any], name: str, prefix: str) -> str:
    value = values[name]
    if not isinstance(value, str) or not value:
        raise MalformedError("config.value", key=prefix + name, found=value)
    return value


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise MalformedError("config.value", key=key, found=value)
    return tuple(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_keys(values: object, needed: set[str], optional: set[str], prefix: str) -> None:
    """A section with these keys. Raises MalformedError with the name of one that is unknown or missing."""
    if not isinstance(values, dict):
        raise MalformedError("config.value", key=prefix.rstrip("."), found=values)
    wrong = sorted(set(values) - needed - optional) or sorted(needed - set(values))
    if wrong:
        raise MalformedError("config.key", key=prefix + wrong[0])
