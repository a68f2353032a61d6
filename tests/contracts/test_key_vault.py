"""`ports.KeyVault`: a data key wrapped for a purpose comes back for that purpose, from that vault, untouched, or not at all."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from itembank.adapters import aws
from itembank.adapters.file_vault import FileVault, create_vault, read_vault
from itembank.adapters.kms_vault import KmsVault
from itembank.config import KmsSettings
from itembank.messages import explain
from itembank.ports import KeyVault, StoreError
from keys.encoding import b64
from keys.errors import TamperedError
from tests.province import refused
from tests.servers.amazon import REGION, write_credentials

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

KEY = bytes(range(100, 132))
CITY, PROVINCE = "pool/city", "pool/province"


@dataclass(frozen=True)
class Safe:
    """A vault, how its wrapping key is rotated, and every secret it rests on."""

    vault: KeyVault
    rotate: Callable[[], object]
    secrets: Callable[[], list[bytes]]


def file_safe(folder: Path, request: pytest.FixtureRequest) -> Safe:
    path = folder / "bank.vault"
    create_vault(path, os.urandom)
    vault = FileVault(path, os.urandom)
    return Safe(vault, vault.rotate, lambda: list(read_vault(path.read_bytes()).values()))


def kms_safe(folder: Path, request: pytest.FixtureRequest) -> Safe:
    secret = secrets.token_hex(20)
    credentials = write_credentials(folder / "credentials", secret=secret)
    endpoint = str(request.getfixturevalue("amazon_address"))
    keeper: KMSClient = aws.session(credentials, REGION).client("kms", endpoint_url=endpoint)
    key = keeper.create_key()["KeyMetadata"]["Arn"]
    vault = KmsVault(KmsSettings(key, endpoint, REGION, credentials))
    return Safe(vault, lambda: keeper.rotate_key_on_demand(KeyId=key), lambda: [secret.encode()])


SAFES = {"file": file_safe, "KMS": kms_safe}


@pytest.fixture(params=SAFES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Safe]:
    """A vault in a new folder of this name."""

    def made(name: str) -> Safe:
        (tmp_path / name).mkdir()
        return SAFES[request.param](tmp_path / name, request)

    return made


@pytest.fixture
def safe(make: Callable[[str], Safe]) -> Safe:
    return make("centre")


def test_a_data_key_comes_back_for_its_purpose(safe: Safe) -> None:
    wrapped = safe.vault.wrap(KEY, CITY)

    assert safe.vault.unwrap(wrapped, CITY) == KEY and KEY not in wrapped


def test_a_wrapped_key_tells_nothing_of_what_is_in_it(safe: Safe) -> None:
    """Not even that two are the same."""
    assert safe.vault.wrap(KEY, CITY) != safe.vault.wrap(KEY, CITY)


@pytest.mark.parametrize("purpose", [PROVINCE, "pool/cit", "pool/city/", "Pool/city", ""])
def test_what_was_wrapped_for_one_purpose_does_not_open_for_another(safe: Safe, purpose: str) -> None:
    wrapped = safe.vault.wrap(KEY, CITY)

    refused("vault.wrapped", lambda: safe.vault.unwrap(wrapped, purpose))


def test_a_changed_byte_is_seen_wherever_it_is(safe: Safe) -> None:
    """In the box, or in what says which key opens it. (Where KMS finds a blob broken, moto may deny the key it names.)"""
    wrapped = safe.vault.wrap(KEY, CITY)

    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 0x40
        with pytest.raises((TamperedError, StoreError)) as caught:
            safe.vault.unwrap(bytes(changed), CITY)
        assert explain(caught.value).code in ("vault.wrapped", "vault.generation", "vault.key", "aws.denied"), place


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 16, 17, 33, -16, -1])
def test_what_was_cut_off_does_not_open(safe: Safe, cut: int) -> None:
    wrapped = safe.vault.wrap(KEY, CITY)

    refused("vault.wrapped", lambda: safe.vault.unwrap(wrapped[:cut], CITY))


def test_another_vaults_key_does_not_open(safe: Safe, make: Callable[[str], Safe]) -> None:
    """One that names its key is told by that name, without asking."""
    wrapped = make("other").vault.wrap(KEY, CITY)

    with pytest.raises((TamperedError, StoreError)) as caught:
        safe.vault.unwrap(wrapped, CITY)

    assert explain(caught.value).code in ("vault.wrapped", "vault.key")


def test_a_rotation_touches_nothing_that_was_wrapped(safe: Safe) -> None:
    """The rows of the bank stay as they are: what the old keys wrapped opens, and what comes now is under the new one."""
    before = safe.vault.wrap(KEY, CITY)
    for _ in range(2):
        safe.rotate()
    after = safe.vault.wrap(KEY, CITY)

    assert safe.vault.unwrap(before, CITY) == safe.vault.unwrap(after, CITY) == KEY


def test_no_secret_stands_in_an_error_or_a_log(safe: Safe, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        wrapped = safe.vault.wrap(KEY, CITY)
        safe.vault.unwrap(wrapped, CITY)
        with pytest.raises(TamperedError) as caught:
            safe.vault.unwrap(wrapped, PROVINCE)
    told = caplog.text + repr(caught.value) + repr(caught.value.facts) + repr(explain(caught.value))

    for secret in (KEY, *safe.secrets()):
        assert not [form for form in (repr(secret)[2:-1], secret.hex(), b64(secret)) if form in told]
