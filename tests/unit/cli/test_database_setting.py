"""The setting of the centre's database: a file of its home, or a server's address, and no secret in either."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

from itembank.adapters.migrations import HEAD
from itembank.cli import main
from itembank.config import load_centre_config
from keys.errors import MalformedError, RefusedError


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def set_database(home: Path, value: str) -> None:
    """As TOML."""
    (home / "centre.toml").write_text(f'mirror = "../mirror"\ndatabase = {value}\n')


@pytest.mark.parametrize(
    "value",
    [
        pytest.param('"mysql://db/itembank"', id="another kind of database"),
        pytest.param('"postgresql://db/"', id="a server without a database"),
        pytest.param('"postgresql://db/itembank?host"', id="an option without a value"),
        pytest.param("5", id="a database that is a number"),
        pytest.param('"postgresql://i:secret@db/itembank"', id="a password"),
        pytest.param('"postgresql://db/itembank?password=secret"', id="a password as option"),
    ],
)
def test_what_is_no_address_of_a_server_stops_the_start(tmp_path: Path, value: str) -> None:
    set_database(tmp_path, value)

    with pytest.raises(MalformedError) as caught:
        load_centre_config(tmp_path)

    assert caught.value.facts["key"] == "database"


@pytest.mark.parametrize("url", ["mysql://i:hunter2@db/itembank", "postgresql://i:hunter2@db/itembank", "i:hunter2@db"])
def test_a_refused_database_setting_does_not_show_its_password(tmp_path: Path, url: str) -> None:
    """Logs are read by many."""
    set_database(tmp_path, f'"{url}"')

    result = run("serve", "centre", "--home", tmp_path, "--json")

    assert result.exit_code == 5 and "hunter2" not in result.output


def test_without_a_server_the_database_is_a_file_of_the_home(tmp_path: Path) -> None:
    (tmp_path / "centre.toml").write_text('mirror = "../mirror"\n')

    assert load_centre_config(tmp_path).database == tmp_path / "centre.sqlite"


def test_a_server_is_opened_with_the_options_that_were_set(tmp_path: Path) -> None:
    """A socket's folder, several hosts, the password's file from the home."""
    (tmp_path / "pass").write_text("*:*:*:*:secret")
    (tmp_path / "pass").chmod(0o600)
    url = "postgresql://itembank@/bank?host=a%3A5432&host=/run/postgresql&passfile=pass"
    set_database(tmp_path, f'"{url}"')

    found = make_url(str(load_centre_config(tmp_path).database))

    assert (found.username, found.host, found.database) == ("itembank", None, "bank")
    assert found.query == {"host": ("a:5432", "/run/postgresql"), "passfile": str(tmp_path / "pass")}


def test_a_password_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pass").write_text("*:*:*:*:secret")
    (tmp_path / "pass").chmod(0o640)
    set_database(tmp_path, '"postgresql:///bank?passfile=pass"')

    with pytest.raises(RefusedError, match=r"config\.readable_by_others"):
        load_centre_config(tmp_path)


def test_a_password_in_the_environment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process of that user could read it."""
    monkeypatch.setenv("PGPASSWORD", "secret")
    set_database(tmp_path, '"postgresql:///bank"')

    with pytest.raises(MalformedError, match=r"config\.password"):
        load_centre_config(tmp_path)


def test_a_database_is_upgraded_by_a_command(tmp_path: Path) -> None:
    """An empty one too; it says from where to where."""
    (tmp_path / "centre.toml").write_text('mirror = "x"\n')

    result = run("database", "upgrade", "--home", tmp_path, "--json")

    assert json.loads(result.stdout) == {"from": "", "to": HEAD}
    assert json.loads(run("database", "upgrade", "--home", tmp_path, "--json").stdout) == {"from": HEAD, "to": HEAD}
