"""The package store on S3: what a name stands for stays, whatever the server accepts and whoever has its credentials."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from itembank.adapters import aws
from itembank.adapters.s3_store import IN_MEMORY, Kept, S3PackageStore
from itembank.ports import LineError, StoreError
from tests.contracts.buckets import LOCK_DAYS, Bucket, bucket
from tests.province import refused
from tests.servers.amazon import write_credentials

NAME, OTHER = f"{'ab' * 32}.sealed", f"{'cd' * 32}.sealed"
SERVERS = ["moto", "Ceph", "moto with Object Lock", "Ceph with Object Lock"]
LOCKED = pytest.mark.parametrize("made", SERVERS[2:], indirect=True)
UNLOCKED = pytest.mark.parametrize("made", SERVERS[:2], indirect=True)
REAL = pytest.mark.parametrize("made", SERVERS[1::2], indirect=True)


@pytest.fixture(params=SERVERS)
def made(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    with bucket(request, request.param) as opened:
        yield opened


def key(data: bytes) -> str:
    return f"packages/{hashlib.sha256(data).hexdigest()}"


def read(store: S3PackageStore, name: str = NAME) -> bytes:
    return b"".join(store.read(name, 0, 1 << 30))


def overwrite(made: Bucket, data: bytes = b"other") -> None:
    """With the credentials, under the key of the package b"123"."""
    made.anybody.put_object(Bucket=made.settings.bucket, Key=key(b"123"), Body=data)


# what is in the bucket ----------------------------------------------------------------------------------------------------


def test_an_object_is_named_by_its_bytes(made: Bucket) -> None:
    """Two names of one content share it; nothing in the bucket tells a session or a station."""
    made.store.put(NAME, [b"12", b"3"])
    made.store.put(OTHER, [b"123"])

    assert {found for found, _ in made.versions()} == {key(b"123")} and read(made.store, OTHER) == b"123"


def test_an_upload_that_broke_off_puts_nothing(made: Bucket) -> None:
    def breaks() -> Iterator[bytes]:
        yield bytes(IN_MEMORY + 1)
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        made.store.put(NAME, breaks())

    assert made.versions() == []


def test_the_same_package_again_is_not_put_twice(made: Bucket) -> None:
    made.store.put(NAME, [b"123"])
    before = made.versions()

    made.store.put(NAME, [b"123"])

    assert made.versions() == before


def test_other_bytes_under_a_name_do_not_reach_the_bucket(made: Bucket) -> None:
    made.store.put(NAME, [b"123"])
    before = made.versions()

    refused("store.written_once", lambda: made.store.put(NAME, [b"124"]))

    assert made.versions() == before and read(made.store) == b"123"


def test_of_several_at_once_one_gets_the_name(made: Bucket) -> None:
    """All looked before any claimed."""
    won, lost = [], []

    def put(data: bytes) -> None:
        try:
            made.store.put(NAME, [data])
            won.append(data)
        except StoreError as error:
            lost.append(error.code)

    threads = [threading.Thread(target=put, args=(b"%d" % each,)) for each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1 and lost == ["store.written_once"] * 5 and read(made.store) == won[0]


def test_a_name_that_is_claimed_stays_as_it_is(made: Bucket) -> None:
    """A second claim of the same bytes changes nothing, one of others is refused."""
    made.store.put(NAME, [b"123"])
    first = made.names.look(NAME)
    assert first is not None

    made.names.claim(NAME, replace(first, version="a later one"))
    refused("store.written_once", lambda: made.names.claim(NAME, replace(first, length=4)))
    refused("store.written_once", lambda: made.names.claim(NAME, Kept("00" * 32, 3, first.version)))

    assert made.names.look(NAME) == first


def test_no_name_points_to_what_the_server_does_not_hold(made: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """It said yes, and has other bytes."""
    put = made.store._client.put_object

    def falsified(**request: Any) -> object:
        return put(Bucket=request["Bucket"], Key=request["Key"], Body=b"124")

    monkeypatch.setattr(made.store._client, "put_object", falsified)

    refused("store.lost", lambda: made.store.put(NAME, [b"123"]))

    assert made.store.size(NAME) == -1


@LOCKED
def test_a_version_the_answer_did_not_name_is_found_out(made: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off within its head, an answer looks whole."""
    put = made.store._client.put_object

    def silent(**request: Any) -> dict[str, str]:
        put(**request)
        return {}

    monkeypatch.setattr(made.store._client, "put_object", silent)
    made.store.put(NAME, [b"123"])

    overwrite(made)

    assert read(made.store) == b"123"


def test_no_name_points_to_what_was_refused(made: Bucket) -> None:
    made.anybody.delete_bucket(Bucket=made.settings.bucket)

    error = refused("aws.denied", lambda: made.store.put(NAME, [b"123"]))

    assert error.facts == {"service": "S3", "reason": "NoSuchBucket"} and made.store.size(NAME) == -1


@REAL
def test_a_large_package_is_never_whole_in_memory(made: Bucket) -> None:
    piece = bytes(range(256)) * 4096
    tracemalloc.start()
    try:
        made.store.put(NAME, (piece for _ in range(6 * IN_MEMORY // len(piece))))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert made.store.size(NAME) == 6 * IN_MEMORY and most < 3 * IN_MEMORY


# somebody with the credentials --------------------------------------------------------------------------------------------


@LOCKED
def test_the_first_version_is_read_whoever_writes_over_it(made: Bucket) -> None:
    """Also behind a deletion mark, and by the address that was given out."""
    made.store.put(NAME, [b"123"])
    address = made.store.presigned(NAME, 60)

    overwrite(made)
    made.anybody.delete_object(Bucket=made.settings.bucket, Key=key(b"123"))

    assert read(made.store) == b"123" and urllib3.request("GET", address).data == b"123"
    made.store.put(NAME, [b"123"])


@LOCKED
def test_a_package_that_was_written_over_before_it_had_a_name_is_put_again(made: Bucket) -> None:
    """An object that lies under the right key is not believed."""
    overwrite(made)

    made.store.put(NAME, [b"123"])

    assert read(made.store) == b"123"


@LOCKED
def test_nobody_deletes_a_package_before_its_days_are_over(made: Bucket) -> None:
    made.store.put(NAME, [b"123"])
    ((_, version),) = made.versions()

    with pytest.raises(made.anybody.exceptions.ClientError) as caught:
        made.anybody.delete_object(
            Bucket=made.settings.bucket, Key=key(b"123"), VersionId=version, BypassGovernanceRetention=True
        )

    assert caught.value.response["Error"]["Code"] == "AccessDenied" and read(made.store) == b"123"
    head = made.anybody.head_object(Bucket=made.settings.bucket, Key=key(b"123"))
    left = head["ObjectLockRetainUntilDate"] - datetime.now(UTC)
    assert timedelta(days=LOCK_DAYS - 1) < left <= timedelta(days=LOCK_DAYS)


@LOCKED
def test_without_days_of_ours_the_bucket_decides(made: Bucket) -> None:
    store = S3PackageStore(replace(made.settings, lock_days=0), made.names, lambda: datetime.now(UTC))

    store.put(NAME, [b"123"])

    assert "ObjectLockMode" not in made.anybody.head_object(Bucket=made.settings.bucket, Key=key(b"123"))


@UNLOCKED
@pytest.mark.parametrize("data", [b"other", b"124"], ids=["of another length", "of the same length"])
def test_without_versions_an_overwritten_package_is_noticed_when_it_comes_again(made: Bucket, data: bytes) -> None:
    """What is read of it fails at its block hashes, as any damage does."""
    made.store.put(NAME, [b"123"])
    overwrite(made, data)

    refused("store.lost", lambda: made.store.put(NAME, [b"123"]))


@UNLOCKED
def test_a_package_that_was_deleted_is_lost(made: Bucket) -> None:
    """Not missing: its name is known."""
    made.store.put(NAME, [b"123"])
    made.anybody.delete_object(Bucket=made.settings.bucket, Key=key(b"123"))

    refused("store.lost", lambda: read(made.store))
    refused("store.lost", lambda: made.store.put(NAME, [b"123"]))


@REAL
def test_whoever_lacks_the_secret_is_refused(made: Bucket) -> None:
    made.store.put(NAME, [b"123"])
    found = aws.session(made.settings.credentials, made.settings.region).get_credentials()
    assert found is not None and found.access_key is not None
    wrong = write_credentials(made.settings.credentials.parent / "wrong", access=found.access_key)
    thief = S3PackageStore(replace(made.settings, credentials=wrong), made.names, lambda: datetime.now(UTC))

    assert refused("aws.denied", lambda: read(thief)).facts["reason"] == "SignatureDoesNotMatch"
    refused("aws.denied", lambda: thief.put(OTHER, [b"123"]))


# addresses ----------------------------------------------------------------------------------------------------------------


def test_a_presigned_address_gives_any_range_without_credentials(made: Bucket) -> None:
    """A download that was cut off goes on where it was."""
    made.store.put(NAME, [b"0123456789"])

    answer = urllib3.request("GET", made.store.presigned(NAME, 60), headers={"Range": "bytes=4-"})

    assert (answer.status, answer.data) == (206, b"456789")


@REAL
def test_an_address_is_good_for_its_time_and_its_package_only(made: Bucket) -> None:
    made.store.put(NAME, [b"123"])
    made.store.put(OTHER, [b"456"])
    short, long = made.store.presigned(NAME, 1), made.store.presigned(NAME, 60)
    time.sleep(2.1)

    assert urllib3.request("GET", short).status == 403
    assert urllib3.request("GET", long.replace(key(b"123"), key(b"456"))).status == 403
    assert urllib3.request("GET", long.partition("?")[0]).status == 403
    refused("store.missing", lambda: made.store.presigned("none.sealed", 60))


# a line that breaks -------------------------------------------------------------------------------------------------------


@contextmanager
def cut_after(address: str, count: int) -> Iterator[str]:
    """The address of a line to a server that carries so many bytes of answers, then breaks."""
    host, _, port = address.removeprefix("http://").partition(":")

    def carry(near: socket.socket) -> None:
        with near, socket.create_connection((host, int(port))) as far:
            far.sendall(near.recv(1 << 16))
            left = count
            while left > 0 and (data := far.recv(min(left, 1 << 16))):
                near.sendall(data)
                left -= len(data)

    def accept() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            carry(near)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


@UNLOCKED
@pytest.mark.parametrize("carried", [0, 50], ids=["at once", "within the head"])
def test_a_check_that_is_cut_off_says_so(made: Bucket, carried: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that the package is lost."""
    monkeypatch.setattr(aws, "ATTEMPTS", 1)
    made.store.put(NAME, [b"123"])
    assert made.settings.endpoint is not None
    with cut_after(made.settings.endpoint, carried) as address:
        store = S3PackageStore(replace(made.settings, endpoint=address), made.names, lambda: datetime.now(UTC))

        refused("aws.away", lambda: store.put(NAME, [b"123"]))


@UNLOCKED
@pytest.mark.parametrize("carried", [0, 100, 1 << 20], ids=["at once", "within the head", "within the package"])
def test_a_download_that_is_cut_off_says_so(made: Bucket, carried: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a short package that looks whole."""
    monkeypatch.setattr(aws, "ATTEMPTS", 1)
    made.store.put(NAME, [bytes(3 << 20)])
    assert made.settings.endpoint is not None
    with cut_after(made.settings.endpoint, carried) as address:
        store = S3PackageStore(replace(made.settings, endpoint=address), made.names, lambda: datetime.now(UTC))

        error = refused("aws.away", lambda: read(store))

    assert isinstance(error, LineError) and error.exit_code == 6
