"""`itembank.ports.PackageStore` on S3: AWS, Ceph, MinIO.

An object's key is the hash of its bytes, `packages/<SHA-256>`, and a name stands for one hash, length and object version in
SQL. "Write once" rests on that row alone: a bucket may accept a second object under a key that is taken (a versioned one of
Ceph 16 does even with `If-None-Match`). The row is written when the bytes are there and proved, so a name never points to
nothing; the version in it makes later writes under the same key harmless. Where the bucket has Object Lock, what is put
there cannot be deleted by anybody before its days are over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Literal, Protocol, TypedDict

from itembank.adapters import aws
from itembank.adapters.folder import PIECE, check_package_name
from itembank.config import S3Settings
from itembank.ports import Clock, LineError, StoreError
from keys.encoding import b64
from keys.errors import TamperedError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

IN_MEMORY = 4 << 20
"""A package of more bytes waits in a temporary file for its hash; its bytes are sealed."""

_GONE = ("404", "NoSuchKey", "NoSuchVersion")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a name stands for: SHA-256 in hex, bytes, and the object's version (empty where the bucket keeps none)."""

    digest: str
    length: int
    version: str


class Names(Protocol):
    """The names of packages, each claimed once."""

    def look(self, name: str) -> Kept | None: ...

    def claim(self, name: str, kept: Kept) -> None:
        """Raises StoreError when the name stands for other bytes; for the same ones it stays as it is."""


class _At(TypedDict, total=False):
    Bucket: str
    Key: str
    VersionId: str


class _Lock(TypedDict, total=False):
    ObjectLockMode: Literal["COMPLIANCE"]
    ObjectLockRetainUntilDate: datetime


class S3PackageStore:
    """`itembank.ports.PackageStore` in one bucket."""

    def __init__(self, settings: S3Settings, names: Names, clock: Clock) -> None:
        from botocore.config import Config

        self._settings, self._names, self._clock = settings, names, clock
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if settings.endpoint else "auto"},
            # Ours is given with the object; Ceph 16 does not know the ones boto3 would add.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        session = aws.session(settings.credentials, settings.region)
        self._client: S3Client = session.client("s3", endpoint_url=settings.endpoint, config=config)

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Also raises TamperedError when the store does not hold what it took."""
        check_package_name(name)
        with SpooledTemporaryFile(IN_MEMORY) as body:
            digest = _hash(_written(pieces, body))
            length = body.tell()
            known = self._names.look(name)
            if known is None:
                self._names.claim(name, self._keep(body, digest, length))
            elif (known.digest, known.length) != (digest.hex(), length):
                raise StoreError("store.written_once", name=name)
            else:
                self._checked(known)

    def size(self, name: str) -> int:
        check_package_name(name)
        kept = self._names.look(name)
        return -1 if kept is None else kept.length

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        kept = self._look(name)
        yield from self._bytes(kept, start, min(start + length, kept.length))

    def presigned(self, name: str, seconds: int) -> str:
        """An address where anybody gets the package for so many seconds (a week at most), whole or by Range."""
        return self._client.generate_presigned_url("get_object", Params=dict(self._at(self._look(name))), ExpiresIn=seconds)

    def _look(self, name: str) -> Kept:
        check_package_name(name)
        kept = self._names.look(name)
        if kept is None:
            raise StoreError("store.missing", name=name)
        return kept

    def _keep(self, body: IO[bytes], digest: bytes, length: int) -> Kept:
        """Put the bytes into the bucket, and see that they are there."""
        body.seek(0)
        with aws.asking("S3"):
            put = self._client.put_object(
                Bucket=self._settings.bucket,
                Key=_key(digest.hex()),
                Body=body,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=b64(digest),
                **self._lock(),
            )
        return self._checked(Kept(digest.hex(), length, put.get("VersionId", "")))

    def _checked(self, kept: Kept) -> Kept:
        """The same, with the version that was looked at: an answer cut off within its head looks whole, and names none.

        By the checksum the server keeps; where it keeps none, by reading all of it. Raises TamperedError.
        """
        with self._asking(kept):
            head = self._client.head_object(**self._at(kept), ChecksumMode="ENABLED")
            found = Kept(kept.digest, head["ContentLength"], head.get("VersionId", kept.version))
        stored = head.get("ChecksumSHA256") or b64(_hash(self._bytes(found, 0, found.length)))
        if found.length != kept.length or stored != b64(bytes.fromhex(kept.digest)):
            raise TamperedError("store.lost", key=_key(kept.digest))
        return found

    def _bytes(self, kept: Kept, start: int, end: int) -> Iterator[bytes]:
        if start >= end:
            return
        left = end - start
        with self._asking(kept):
            answer = self._client.get_object(**self._at(kept), Range=f"bytes={start}-{end - 1}")
            with closing(answer["Body"]) as body:
                while piece := body.read(PIECE):
                    left -= len(piece)
                    yield piece
        if left:
            # Cut off within its head, an answer has no length that boto3 could hold it to.
            raise LineError("aws.away", service="S3", reason="IncompleteReadError")

    def _lock(self) -> _Lock:
        if not self._locks:
            return {}
        until = self._clock() + timedelta(days=self._settings.lock_days)
        return {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}

    def _at(self, kept: Kept) -> _At:
        at: _At = {"Bucket": self._settings.bucket, "Key": _key(kept.digest)}
        return {**at, "VersionId": kept.version} if kept.version else at

    @contextmanager
    def _asking(self, kept: Kept) -> Iterator[None]:
        with aws.asking("S3"):
            try:
                yield
            except self._client.exceptions.ClientError as error:
                if error.response["Error"]["Code"] in _GONE:
                    raise TamperedError("store.lost", key=_key(kept.digest)) from error
                raise

    @cached_property
    def _locks(self) -> bool:
        """Whether what is put is to be locked."""
        if not self._settings.lock_days:
            return False
        try:
            answer = self._client.get_object_lock_configuration(Bucket=self._settings.bucket)
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "ObjectLockConfigurationNotFoundError":
                return False
            raise
        return answer["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled"


def _key(digest: str) -> str:
    return f"packages/{digest}"


def _written(pieces: Iterable[bytes], body: IO[bytes]) -> Iterator[bytes]:
    """The pieces, each written to `body` on its way."""
    for piece in pieces:
        body.write(piece)
        yield piece


def _hash(pieces: Iterable[bytes]) -> bytes:
    """SHA-256 of all pieces together."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()
