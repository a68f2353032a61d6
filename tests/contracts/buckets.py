"""A new bucket on a real server, its store, and somebody else with the same credentials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from itembank.adapters import aws
from itembank.adapters.engine import open_engine
from itembank.adapters.package_names import SqlNames
from itembank.adapters.s3_store import S3PackageStore
from itembank.config import S3Settings
from tests.province import quick
from tests.servers.amazon import REGION, write_credentials

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LOCK_DAYS = 7


@dataclass(frozen=True)
class Bucket:
    """`anybody` has the store's credentials, and none of its manners."""

    store: S3PackageStore
    names: SqlNames
    settings: S3Settings
    anybody: S3Client

    def versions(self) -> list[tuple[str, str]]:
        """(key, version) of every object, the oldest first."""
        found = self.anybody.list_object_versions(Bucket=self.settings.bucket).get("Versions", [])
        return [(each["Key"], each["VersionId"]) for each in reversed(found)]


@contextmanager
def bucket(request: pytest.FixtureRequest, server: str) -> Iterator[Bucket]:
    """`server`: moto, Ceph, either with Object Lock."""
    folder = request.getfixturevalue("tmp_path") / "centre"
    folder.mkdir()
    if server.startswith("moto"):
        endpoint, credentials = str(request.getfixturevalue("amazon_address")), write_credentials(folder / "credentials")
    else:
        gateway = request.getfixturevalue("rados")
        endpoint = gateway.address
        credentials = write_credentials(folder / "credentials", gateway.access, gateway.secret)
    settings = S3Settings(f"bucket-{uuid4()}", endpoint, REGION, credentials, LOCK_DAYS)
    anybody: S3Client = aws.session(credentials, REGION).client("s3", endpoint_url=endpoint)
    anybody.create_bucket(Bucket=settings.bucket, ObjectLockEnabledForBucket=server.endswith("Object Lock"))
    engine = quick(open_engine(folder / "centre.sqlite"))
    names = SqlNames(engine)
    try:
        yield Bucket(S3PackageStore(settings, names, lambda: datetime.now(UTC)), names, settings, anybody)
    finally:
        engine.dispose()
