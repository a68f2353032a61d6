"""A centre whose packages are in S3 and whose wrapping key is in KMS: its real programs, over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from itembank.adapters import aws
from itembank.adapters.centre_line import HttpCentreLine
from itembank.bootstrap.centre import centre_seat
from itembank.demo.processes import free_ports
from itembank.ports import StoredRow, StoredSession
from keys.encoding import Json
from tests.flow.stage import PROGRAMS, answers
from tests.keyfiles import acting, centre_home
from tests.province import PREPARED, Province, blueprint_bytes, items_bytes
from tests.servers.amazon import REGION, write_credentials

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient
    from types_boto3_s3 import S3Client

THREE = ("item_writer-1", "item_reviewer-1", "item_approver-1")
BUCKET = "centre-packages"
ITEM = "city-city-0-0"
PACKAGE = os.urandom(3 << 20)
SECONDS = 30


@dataclass(frozen=True)
class Rented:
    """A province's centre whose packages and wrapping key are a service's."""

    province: Province
    bucket: S3Client

    @property
    def home(self) -> Path:
        return self.province.home / "centre"

    def settle(self, address: str, key: str) -> None:
        """Its settings: S3 and KMS at this address."""
        service = f'endpoint = "{address}"\nregion = "{REGION}"\ncredentials = "credentials"\n'
        (self.home / "centre.toml").write_text(
            f'mirror = "../mirror"\n[packages]\nbucket = "{BUCKET}"\n{service}[vault]\nkey_id = "{key}"\n{service}'
        )

    def run(self, *arguments: object) -> tuple[int, dict[str, Any]]:
        """A command of the centre; its exit code and its one object."""
        command = [str(PROGRAMS / "itembank"), *map(str, arguments), "--home", str(self.home), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, found

    def line(self, device: str) -> HttpCentreLine:
        return HttpCentreLine(self.province.directory.centre_url, self.province.signer(device))

    @contextmanager
    def serving(self) -> Iterator[None]:
        """`itembank serve centre`, until the block is left."""
        with (self.home / "log").open("wb") as log:
            command = [str(PROGRAMS / "itembank"), "serve", "centre", "--home", str(self.home)]
            server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        host, port = self.province.directory.centre_url.removeprefix("http://").split(":")
        try:
            until = time.monotonic() + SECONDS
            while not answers(host, int(port)):
                assert server.poll() is None and time.monotonic() < until, (self.home / "log").read_text()
                time.sleep(0.05)
            yield
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture
def key(amazon_address: str, tmp_path: Path) -> str:
    keeper: KMSClient = aws.session(write_credentials(tmp_path / "keeper"), REGION).client("kms", endpoint_url=amazon_address)
    return keeper.create_key()["KeyMetadata"]["Arn"]


@pytest.fixture
def rented(amazon_address: str, key: str, tmp_path: Path) -> Iterator[Rented]:
    """Nothing is imported and nothing runs yet."""
    [port] = free_ports(1)

    def move(body: Json) -> None:
        body["centre"]["url"] = f"http://127.0.0.1:{port}"

    province = Province(tmp_path / "province", PREPARED, move)
    home = centre_home(province, THREE)
    bucket: S3Client = aws.session(write_credentials(home / "credentials"), REGION).client("s3", endpoint_url=amazon_address)
    bucket.create_bucket(Bucket=BUCKET)
    (province.home / "blueprint.xlsx").write_bytes(blueprint_bytes())
    (province.home / "items.xlsx").write_bytes(items_bytes("city"))
    found = Rented(province, bucket)
    found.settle(amazon_address, key)
    yield found
    for listed in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        bucket.delete_object(Bucket=BUCKET, Key=listed["Key"])
    bucket.delete_bucket(Bucket=BUCKET)


def test_a_package_is_put_into_the_bucket_and_got_out_of_it(rented: Rented, tmp_path: Path) -> None:
    """Whole and from the middle; nothing of it lies in the home, and the server that took it need not be the one that gives."""
    (tmp_path / "package").write_bytes(PACKAGE)
    pid, hid = "a1" * 32, "b2" * 32
    with centre_seat(rented.home).book.begin() as transaction:
        transaction.save_session(StoredSession("s", 1, hid, b"manifest"), [StoredRow(hid, pid, "45120101", b"row")])

    with rented.serving():
        rented.line("desk").put_package(pid, str(tmp_path / "package"))
    with rented.serving():
        came = b"".join(rented.line("45120101").container(pid, 0))
        rest = b"".join(rented.line("45120101").container(pid, 1 << 20))

    assert came == PACKAGE and rest == PACKAGE[1 << 20 :]
    assert len(rented.bucket.list_objects_v2(Bucket=BUCKET)["Contents"]) == 1
    assert not (rented.home / "packages").exists()


def import_all(rented: Rented) -> None:
    three, folder = acting(rented.province, *THREE), rented.province.home
    assert rented.run("blueprint", "import", folder / "blueprint.xlsx", *three)[0] == 0
    assert rented.run("pledge", "sign", "--pool", "city", "--pool", "province", *three)[0] == 0
    assert rented.run("items", "import", folder / "items.xlsx", "--pool", "city", *three)[0] == 0


def test_items_come_in_and_are_read_under_a_key_that_kms_unwraps(rented: Rented) -> None:
    """There is no vault file, and none is made."""
    import_all(rented)
    reviewer = acting(rented.province, THREE[1])

    code, shown = rented.run("items", "show", ITEM, *reviewer)

    assert (code, shown["content"]["item_no"]) == (0, ITEM)
    assert not (rented.home / "bank.vault").exists()


def test_while_kms_is_away_lists_work_and_content_says_who_is_missing(rented: Rented, key: str) -> None:
    """An import then leaves nothing behind."""
    import_all(rented)
    rented.settle(f"http://127.0.0.1:{free_ports(1)[0]}", key)
    three = acting(rented.province, *THREE)

    listed = rented.run("items", "list", "--pool", "city")
    imported = rented.run("items", "import", rented.province.home / "items.xlsx", "--pool", "province", *three)

    assert listed[0] == 0 and len(listed[1]["items"]) == 7
    assert (imported[0], imported[1]["error"], imported[1]["facts"]["service"]) == (6, "vault.away", "KMS")
    assert rented.run("items", "list", "--pool", "province")[1]["items"] == []
