"""The settings of S3 and KMS: all of a section or none of it, a name for whatever is wrong, no data key in clear on a line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from itembank.bootstrap.centre import open_database, rotate_vault
from itembank.config import KmsSettings, S3Settings, load_centre_config
from keys.errors import MalformedError
from tests.province import refused
from tests.servers.amazon import write_credentials

ARN = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
PACKAGES = {"bucket": '"b"', "region": '"r"', "credentials": '"c"'}
VAULT = {"key_id": f'"{ARN}"', "region": '"r"', "credentials": '"c"'}


def write(home: Path, section: str, values: dict[str, str]) -> None:
    lines = [f"{key} = {value}" for key, value in values.items()]
    (home / "centre.toml").write_text("\n".join(['mirror = "../mirror"', f"[{section}]", *lines, ""]))


@pytest.mark.parametrize(
    ("section", "values", "key"),
    [
        pytest.param("packages", {**PACKAGES, "buckets": '"x"'}, "packages.buckets", id="a mistyped key"),
        pytest.param("packages", {"bucket": '"b"', "region": '"r"'}, "packages.credentials", id="a missing key"),
        pytest.param("packages", {**PACKAGES, "bucket": '""'}, "packages.bucket", id="an empty bucket"),
        pytest.param("packages", {**PACKAGES, "region": "5"}, "packages.region", id="a region that is a number"),
        pytest.param("packages", {**PACKAGES, "lock_days": "-1"}, "packages.lock_days", id="less than no days"),
        pytest.param("packages", {**PACKAGES, "lock_days": "true"}, "packages.lock_days", id="days that are no number"),
        pytest.param("packages", {**PACKAGES, "lock_days": "36501"}, "packages.lock_days", id="more days than S3 takes"),
        pytest.param("packages", {**PACKAGES, "endpoint": '"s3.example.cn"'}, "packages.endpoint", id="no address"),
        pytest.param("packages", {**PACKAGES, "endpoint": '"http://[x"'}, "packages.endpoint", id="a broken address"),
        pytest.param("vault", {**VAULT, "lock_days": "1"}, "vault.lock_days", id="a key of the other section"),
        pytest.param("vault", {"region": '"r"', "credentials": '"c"'}, "vault.key_id", id="no key of KMS"),
        pytest.param("vault", {**VAULT, "former": '"x"'}, "vault.former", id="former keys that are no list"),
        pytest.param("vault", {**VAULT, "endpoint": '"http://kms.example.cn"'}, "vault.endpoint", id="data keys in clear"),
    ],
)
def test_a_wrong_setting_of_a_service_stops_the_start_and_is_named(
    tmp_path: Path, section: str, values: dict[str, str], key: str
) -> None:
    write(tmp_path, section, values)

    with pytest.raises(MalformedError) as caught:
        load_centre_config(tmp_path)

    assert caught.value.facts["key"] == key


def test_a_section_that_is_none_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "centre.toml").write_text('mirror = "m"\nvault = "kms"\n')

    assert refused("config.value", lambda: load_centre_config(tmp_path)).facts["key"] == "vault"


def test_what_is_left_out_has_its_default_and_files_are_meant_from_the_home(tmp_path: Path) -> None:
    write(tmp_path, "packages", PACKAGES)
    assert load_centre_config(tmp_path).packages == S3Settings("b", None, "r", tmp_path / "c", 0)

    write(tmp_path, "vault", {**VAULT, "former": f'["{ARN}"]'})
    assert load_centre_config(tmp_path).vault == KmsSettings(ARN, None, "r", tmp_path / "c", (ARN,))


def test_a_key_in_kms_is_not_rotated_here(tmp_path: Path) -> None:
    """No vault file comes into being either: two vaults would be one too many."""
    write_credentials(tmp_path / "c")
    write(tmp_path, "vault", VAULT)
    open_database(tmp_path).engine.dispose()

    refused("vault.rotates_itself", lambda: rotate_vault(tmp_path))

    assert not (tmp_path / "bank.vault").exists()


def test_without_the_sections_boto3_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop does not wait for it."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ("boto3", "botocore")]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "centre.toml").write_text('mirror = "m"\n')

    open_database(tmp_path).engine.dispose()

    assert "boto3" not in sys.modules and "botocore" not in sys.modules
