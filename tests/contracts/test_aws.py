"""KMS and S3 as services: whose credentials, which key, and what is told when nobody answers or the answer is no."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from itembank.adapters import aws
from itembank.adapters.kms_vault import KmsVault
from itembank.config import KmsSettings
from itembank.ports import LineError
from tests.province import refused
from tests.servers.amazon import REGION, write_credentials

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

KEY = bytes(range(32))
NOBODY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    return write_credentials(tmp_path / "credentials")


@pytest.fixture
def kms(amazon_address: str, credentials: Path) -> KMSClient:
    """The keeper of the keys."""
    client: KMSClient = aws.session(credentials, REGION).client("kms", endpoint_url=amazon_address)
    return client


def new_key(kms: KMSClient) -> str:
    return kms.create_key()["KeyMetadata"]["Arn"]


@contextmanager
def strict(address: str) -> Iterator[None]:
    """moto lets nobody in whom it does not know."""

    def reset(after: str) -> None:
        plain = {"Content-Type": "text/plain"}
        urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset-auth", after.encode(), plain)).close()

    reset("0")
    try:
        yield
    finally:
        reset("inf")


# credentials --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_credentials_that_others_may_read_are_not_used(credentials: Path, mode: int) -> None:
    credentials.chmod(mode)

    refused("key.readable_by_others", lambda: aws.session(credentials, REGION))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no ini file",
        "[other]\naws_access_key_id = x\naws_secret_access_key = y\n",
        "[default]\naws_access_key_id = x\n",
        "[default]\naws_secret_access_key = y\n",
        """[default]\ncredential_process = echo '{"Version": 1, "AccessKeyId": "x", "SecretAccessKey": "y"}'\n""",
    ],
    ids=["empty", "no ini file", "of another profile", "no secret", "no key", "a program to be run"],
)
def test_a_credentials_file_without_credentials_is_named(credentials: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """And nothing of the environment stands in for it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-the-environment")
    credentials.write_text(text)

    refused("aws.credentials", lambda: aws.session(credentials, REGION))


def test_only_the_credentials_of_the_file_count(credentials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says: keys, profiles, files, addresses."""
    (tmp_path / "config").write_text("no ini file")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "of-the-environment",
        "AWS_SECRET_ACCESS_KEY": "of-the-environment",
        "AWS_PROFILE": "of-the-environment",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
    }.items():
        monkeypatch.setenv(name, value)

    session = aws.session(credentials, REGION)
    found = session.get_credentials()

    assert found is not None and found.access_key in credentials.read_text()
    assert "amazonaws.com" in session.client("kms").meta.endpoint_url


# answers ------------------------------------------------------------------------------------------------------------------


def test_a_refusal_says_what_the_service_said(kms: KMSClient, amazon_address: str, credentials: Path) -> None:
    vault = KmsVault(KmsSettings(new_key(kms), amazon_address, REGION, credentials))
    wrapped = vault.wrap(KEY, "pool/city")

    with strict(amazon_address):
        error = refused("aws.denied", lambda: vault.unwrap(wrapped, "pool/city"))
        refused("aws.denied", lambda: vault.wrap(KEY, "pool/city"))

    assert error.facts == {"service": "KMS", "reason": "403"}, "moto has no word for it"


def test_a_service_that_is_not_there_is_unavailable(credentials: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        vault = KmsVault(KmsSettings(NOBODY, f"http://127.0.0.1:{taken.getsockname()[1]}", REGION, credentials))

        error = refused("vault.away", lambda: vault.wrap(KEY, "pool/city"))

    assert isinstance(error, LineError) and error.exit_code == 6


def test_a_service_that_keeps_silent_is_unavailable_in_time(credentials: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(aws, "ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        vault = KmsVault(KmsSettings(NOBODY, f"http://127.0.0.1:{silent.getsockname()[1]}", REGION, credentials))

        began = time.monotonic()
        refused("vault.away", lambda: vault.wrap(KEY, "pool/city"))

    assert time.monotonic() - began < 10


# keys of KMS --------------------------------------------------------------------------------------------------------------


def test_a_key_that_does_not_exist_is_refused(amazon_address: str, credentials: Path) -> None:
    vault = KmsVault(KmsSettings(NOBODY, amazon_address, REGION, credentials))

    assert refused("aws.denied", lambda: vault.wrap(KEY, "pool/city")).facts["reason"] == "NotFoundException"


@pytest.mark.parametrize("key", ["alias/itembank", "arn:aws:kms:us-east-1:123456789012:alias/itembank", "1234", ""])
def test_a_name_that_may_be_moved_to_another_key_is_no_key(key: str, credentials: Path) -> None:
    """The day it is moved nothing would open."""
    refused("config.value", lambda: KmsVault(KmsSettings(key, None, REGION, credentials)))
    refused("config.value", lambda: KmsVault(KmsSettings(NOBODY, None, REGION, credentials, (key,))))


def test_what_a_former_key_wrapped_opens_as_long_as_it_is_named(kms: KMSClient, amazon_address: str, credentials: Path) -> None:
    """A key exchanged for another: no row is touched; the new one wraps."""
    old, new = new_key(kms), new_key(kms)
    wrapped = KmsVault(KmsSettings(old, amazon_address, REGION, credentials)).wrap(KEY, "pool/city")
    vault = KmsVault(KmsSettings(new, amazon_address, REGION, credentials, (old,)))

    assert vault.unwrap(wrapped, "pool/city") == KEY
    assert new.encode() in vault.wrap(KEY, "pool/city")
    error = refused(
        "vault.key",
        lambda: KmsVault(KmsSettings(new, amazon_address, REGION, credentials)).unwrap(wrapped, "pool/city"),
    )
    assert error.facts["key"] == old


def test_a_blob_of_another_key_is_not_opened_under_the_name_of_ours(
    kms: KMSClient, amazon_address: str, credentials: Path
) -> None:
    """Somebody writes into the database what they wrapped with a key of theirs, which they let us use."""
    ours, theirs = new_key(kms), new_key(kms)
    vault = KmsVault(KmsSettings(ours, amazon_address, REGION, credentials))
    planted = KmsVault(KmsSettings(theirs, amazon_address, REGION, credentials)).wrap(KEY, "pool/city")
    assert len(ours) == len(theirs)

    refused("aws.denied", lambda: vault.unwrap(planted.replace(theirs.encode(), ours.encode()), "pool/city"))
