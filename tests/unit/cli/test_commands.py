"""The programs: every command explains itself twice, ends with its family's exit code, and never shows a secret."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from itembank import bootstrap
from itembank.cli import SEATS, main
from itembank.cli.frame import Outcome, verb
from itembank.config import load_centre_config
from itembank.domain.errors import (
    BlueprintError,
    CustodyError,
    ItemError,
    PeopleError,
    PlanError,
    SessionError,
)
from itembank.formats.errors import ContainerError, ItemRowsError, ReceiptError, WorkbookError
from itembank.ports import LineError, StoreError
from itembank.printing.errors import PrintingError
from keys.entry import Entry
from keys.errors import MalformedError, RefusedError, TamperedError, UnavailableError
from keys.holder.cli import main as keyholder
from keys.holder.config import load_config
from keys.keyfile import Cost, lock, unlock, write_private
from keys.ledger_proof import LedgerProof
from tests.keyfiles import centre_home
from tests.province import After

PASSPHRASE = "correct horse battery staple"
CJK, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[a-z]{3}")


def run(*arguments: object, stdin: str = "", program: click.Command = main) -> Result:
    return CliRunner().invoke(program, [str(argument) for argument in arguments], input=stdin)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


EVERY = [*commands(main), *commands(keyholder, ("keyholder",))]


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """A person's home with a key that is quick to unlock."""
    home = tmp_path / "person"
    home.mkdir()
    key = lock("sign", "freezer-1", {"freezer-1": PASSPHRASE.encode()}, 1, random=os.urandom, cost=Cost(1, 8, 1))
    write_private(home / "person.key", key)
    return home


# exit codes ---------------------------------------------------------------------------------------------------------------


def failing(error: Exception) -> click.Command:
    """A command that ends like this."""
    group = click.Group()

    @verb(group, "fail", home="")
    def fail() -> Outcome:
        """失败 | fails."""
        raise error

    return fail


FAMILIES: list[tuple[int, Exception]] = [
    (3, RefusedError("release.too_early", lock="A", seconds=14, opens="x")),
    (4, TamperedError("share.commitment", j=1)),
    (5, MalformedError("code.check")),
    (6, UnavailableError("line.silent", who="centre")),
    (6, LineError("line.language", who="centre", status=502)),
    (3, StoreError("store.written_once", name="a")),
    (4, StoreError("store.fork", kind="receipt", subject="s", name="1")),
    (5, StoreError("store.missing", name="a")),
    (5, BlueprintError("blueprint.weights", area="A", found=1, expected=2)),
    (5, ItemError("item.key", field="答案", found="X")),
    (3, PlanError("plan.cannot_be_met", plan="x", zh="缺", en="short")),
    (3, PeopleError("people.author_reviews", who="x")),
    (4, PeopleError("people.one_for_two", who="x")),
    (3, SessionError("session.past")),
    (3, CustodyError("custody.balance", printed=1, returned=2, missing=-1)),
    (4, CustodyError("custody.order", act="open", before="arm")),
    (4, ContainerError("container.block", number=1)),
    (4, ReceiptError("receipt.chain", device="x", sequence=1)),
    (5, WorkbookError("workbook.empty")),
    (5, ItemRowsError("表", [])),
    (6, PrintingError("print.timeout")),
    (5, FileNotFoundError(2, "No such file", "x.manifest")),
    (5, PermissionError(13, "Permission denied", "x.manifest")),
    (5, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")),
    (5, OverflowError("date value out of range")),
    (5, click.Abort()),
    (6, RuntimeError("what nobody foresaw")),
]


@pytest.mark.parametrize(("code", "error"), FAMILIES, ids=[getattr(e, "code", type(e).__name__) for _, e in FAMILIES])
def test_a_refusal_ends_with_its_familys_exit_code(code: int, error: Exception) -> None:
    """Two lines on stderr: what failed and what to do, in both languages; nothing on stdout, no trace."""
    result = run(program=failing(error))

    assert result.exit_code == code and result.stdout == ""
    said, then = result.stderr.splitlines()[:2]
    assert said.startswith("[拒绝] ") and " | " in said and CJK.search(said) and LATIN.search(said)
    assert then.startswith("  → ") and " | " in then and "Traceback" not in result.stderr


@pytest.mark.parametrize(("code", "error"), FAMILIES, ids=[getattr(e, "code", type(e).__name__) for _, e in FAMILIES])
def test_with_json_a_refusal_is_one_object_too(code: int, error: Exception) -> None:
    """A program that reads stdout finds exactly one."""
    result = run("--json", program=failing(error))

    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert result.exit_code == code and {"error", "text", "text_en", "next", "facts"} <= set(told)


def test_with_json_a_success_is_one_object(tmp_path: Path) -> None:
    """Also of a command that talks meanwhile."""
    result = run("key", "new", "--kind", "ledger", "--name", "ledger", "--home", tmp_path / "centre", "--json")

    (line,) = result.stdout.splitlines()
    assert result.exit_code == 0 and json.loads(line)["ledger"]["name"] == "ledger"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("nonsense",), id="a command that is none"),
        pytest.param(("key", "new"), id="options missing"),
        pytest.param(("key", "new", "--kind", "king", "--name", "x", "--home", "x"), id="a choice that is none"),
        pytest.param(("freeze", "--home", "x", "--session", "x", "--reason", "x"), id="nobody acts"),
        pytest.param(("seal", "--home", "x", "--session", "x", "--starts-at", "x", "--lead", "soon"), id="no number"),
    ],
)
@pytest.mark.parametrize("program", [main, keyholder], ids=["itembank", "keyholder"])
def test_wrong_usage_ends_with_two_in_both_languages(arguments: tuple[str, ...], program: click.Command) -> None:
    result, as_json = run(*arguments, program=program), run(*arguments, "--json", program=program)

    assert result.exit_code == 2 and result.stdout == "" and "Traceback" not in result.stderr
    assert result.stderr.startswith("[用法] ") and " | " in result.stderr
    assert as_json.exit_code == 2 and json.loads(as_json.stdout)["error"] == "usage"


@pytest.mark.parametrize("verb_name", ["approve", "publish", "audit", "station fetch", "pool take", "seed give", "uses send"])
def test_a_home_that_is_none_is_refused_in_words(tmp_path: Path, person: Path, verb_name: str) -> None:
    """Whoever mistypes a folder is told so."""
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    acting: list[object] = ["--as", person, "--passphrase-file", tmp_path / "passphrase"]
    session: list[object] = ["--session", "x"]
    more = {"approve": [*session, *acting], "publish": session, "seed give": [*session, *acting]}
    more["uses send"] = more["approve"]
    file: list[object] = [tmp_path / "passphrase"] if verb_name == "pool take" else []

    result = run(*verb_name.split(), *file, "--home", tmp_path / "nowhere", *more.get(verb_name, []))

    assert result.exit_code == 5 and result.stderr.startswith("[拒绝] ") and "nowhere" in result.stderr


# help ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_every_command_is_explained_in_both_languages(name: str, command: click.Command) -> None:
    """One sentence, Chinese then English."""
    text = command.get_short_help_str(limit=400)

    zh, divided, en = text.replace("。|", "|").partition("|")
    assert divided and CJK.search(zh) and LATIN.search(en), f"{name}: {text}"


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_every_option_is_explained_in_both_languages(name: str, command: click.Command) -> None:
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help and CJK.search(option.help) and LATIN.search(option.help), f"{name} {option.name}: {option.help}"


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_help_needs_no_home_and_no_server(name: str, command: click.Command) -> None:
    """A stranger on any machine may ask."""
    result = run("--help", program=command)

    assert result.exit_code == 0 and "--help" in result.stdout


def test_every_seat_has_the_commands_it_is_listed_with() -> None:
    """What the list promises is there."""
    listed = {name for names in SEATS.values() for name in names}

    assert {name.split(" ")[0] for name, _ in EVERY if not name.startswith("keyholder")} == listed


def test_the_commands_of_the_issue_are_all_there() -> None:
    wanted = [
        "key new", "key show", "directory sign", "blueprint import", "items import", "pool release", "pool take",
        "session new", "seed give", "assemble", "proof sign", "seal", "approve", "publish", "freeze", "lift", "audit",
        "uses send", "demo", "serve centre", "station enrol", "station fetch", "station arm", "station open", "station return",
        *(f"keyholder {name}" for name in ("init", "serve", "share", "combine")),
    ]  # fmt: skip

    assert sorted(set(wanted) - {name for name, _ in EVERY}) == []


# passphrases --------------------------------------------------------------------------------------------------------------


def test_a_passphrase_that_is_typed_is_not_echoed(tmp_path: Path) -> None:
    """Asked for on stderr, and not on either line afterwards."""
    result = run("key", "new", "--kind", "person", "--name", "freezer-1", "--home", tmp_path / "p", stdin=f"{PASSPHRASE}\n" * 2)

    assert result.exit_code == 0 and "passphrase (freezer-1)" in result.stderr
    assert PASSPHRASE not in result.stdout + result.stderr
    assert PASSPHRASE not in (tmp_path / "p" / "person.key").read_text()


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["in words", "as json"])
def test_a_wrong_passphrase_is_refused_without_repeating_it(tmp_path: Path, person: Path, as_json: tuple[str, ...]) -> None:
    """Neither what was typed nor what would have been right."""
    (tmp_path / "wrong").write_text("incorrect horse\n")
    acting = ("--as", person, "--passphrase-file", tmp_path / "wrong")

    result = run("freeze", "--home", tmp_path, "--session", "x", "--reason", "x", *acting, *as_json)

    assert result.exit_code == 3 and "freezer-1" in result.stderr
    assert "incorrect horse" not in result.output and PASSPHRASE not in result.output


def test_no_command_takes_a_passphrase_as_an_argument() -> None:
    """It would stand in the list of processes."""
    for name, command in EVERY:
        for parameter in command.params:
            if "passphrase" in str(parameter.name):
                assert parameter.name in ("passphrase_files", "files"), name
            assert not isinstance(parameter, click.Option) or not parameter.envvar, name


@pytest.mark.parametrize(
    ("people", "files"), [((1, 2), 1), ((1,), 2), ((1, 2, 3), 2)], ids=["one file for two", "two for one", "two for three"]
)
def test_there_is_one_passphrase_file_for_each_person(
    tmp_path: Path, person: Path, people: tuple[int, ...], files: int
) -> None:
    """Or a passphrase would be tried on the wrong key."""
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    acting: list[Any] = [word for _ in people for word in ("--as", person)]
    acting += [word for _ in range(files) for word in ("--passphrase-file", tmp_path / "passphrase")]
    verb_name = {1: "freeze", 2: "lift", 3: "blueprint"}[len(people)]
    rest: list[Any] = ["--session", "x", "--reason", "x"] if len(people) < 3 else ["import", tmp_path / "passphrase"]

    result = run(verb_name, *rest, "--home", tmp_path, *acting)

    assert result.exit_code == 2 and PASSPHRASE not in result.output


def test_a_new_passphrase_that_is_mistyped_once_locks_no_key(tmp_path: Path) -> None:
    """It is asked for twice; nobody could open what a slip of the finger had closed."""
    typed = f"{PASSPHRASE}\n{PASSPHRASE}x\n"
    result = run("key", "new", "--kind", "person", "--name", "freezer-1", "--home", tmp_path / "p", stdin=typed)

    assert result.exit_code == 5 and not (tmp_path / "p" / "person.key").exists()


# cut off between two files ------------------------------------------------------------------------------------------------


def test_a_station_needs_two_operators_and_an_enrolment_cut_off_goes_on_by_the_same_command(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    operators: list[object] = []
    for name in ("a", "b"):
        operators += ["--for", name, "--passphrase-file", tmp_path / "passphrase"]
    enrol = ("station", "enrol", "--home", tmp_path / "s", "--code", "45120101", *operators)
    assert run(*enrol).exit_code == 0
    device, sealed = ((tmp_path / "s" / f"{name}.key").read_bytes() for name in ("device", "seal"))
    assert unlock(sealed, dict.fromkeys(("a", "b"), PASSPHRASE.encode()))
    with pytest.raises(RefusedError):
        unlock(sealed, {"a": PASSPHRASE.encode()})
    assert run(*enrol).exit_code == 5, "existing keys are never replaced"
    (tmp_path / "s" / "seal.key").unlink()

    assert run(*enrol).exit_code == 0 and (tmp_path / "s" / "device.key").read_bytes() == device


def test_an_office_whose_making_was_cut_off_is_made_by_the_same_command(tmp_path: Path) -> None:
    init = ("init", "--home", tmp_path / "h", "--name", 'a "quoted" name')
    assert run(*init, program=keyholder).exit_code == 0 and load_config(tmp_path / "h").name == 'a "quoted" name'
    sign = (tmp_path / "h" / "sign.key").read_bytes()
    assert run(*init, program=keyholder).exit_code == 5
    for name in ("seal.key", "holder.toml"):
        (tmp_path / "h" / name).unlink()

    assert run(*init, program=keyholder).exit_code == 0 and (tmp_path / "h" / "sign.key").read_bytes() == sign


def test_an_office_whose_settings_did_not_fit_on_the_disk_is_made_by_the_same_command(tmp_path: Path) -> None:
    """They are there whole or not at all: empty ones would keep both init and serve from ever going on."""
    init = ("init", "--home", tmp_path / "h", "--name", "province")
    assert run(*init, program=keyholder).exit_code == 0
    (tmp_path / "h" / "holder.toml").unlink()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        full = run(*init, program=keyholder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert full.exit_code == 6 and "file.exists" not in full.output
    assert sorted(path.name for path in (tmp_path / "h").iterdir()) == ["seal.key", "sign.key"]
    assert run(*init, program=keyholder).exit_code == 0 and load_config(tmp_path / "h").name == "province"


def test_an_office_asked_with_another_line_of_the_ledger_refuses_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody brings the wrong file: an attempt has no session hid."""
    monkeypatch.setattr("keys.holder.cli.open_office", lambda home: None)
    entry = Entry("attempt", {"session": "x", "attempt": "1"}, "desk", datetime(2026, 12, 1, tzinfo=UTC), "signed")
    (tmp_path / "proof").write_bytes(LedgerProof(entry.encode(), 0, b"", ()).encode())

    told = run("share", "--home", tmp_path, "--intent", tmp_path / "proof", "--lock", "A", program=keyholder)

    assert told.exit_code == 4 and "下发意向" in told.output


def test_the_keys_of_a_making_that_was_cut_off_are_not_taken_under_another_name(tmp_path: Path) -> None:
    """Its settings would say one holder and its keys another, and nothing would say so before it is to serve."""
    assert run("init", "--home", tmp_path / "h", "--name", "provnice", program=keyholder).exit_code == 0
    for name in ("seal.key", "holder.toml"):
        (tmp_path / "h" / name).unlink()

    other = run("init", "--home", tmp_path / "h", "--name", "province", program=keyholder)

    assert other.exit_code == 5 and "sign.key" in other.output
    assert [path.name for path in (tmp_path / "h").iterdir()] == ["sign.key"]


# settings -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param('mirror = "../mirror"\nmiror = "x"\n', "miror", id="a mistyped key"),
        pytest.param("", "mirror", id="a missing key"),
        pytest.param('mirror = "../mirror"\n[debug]\non = true\n', "debug", id="a section"),
        pytest.param('mirror = ""\n', "mirror", id="an empty value"),
        pytest.param("mirror = 5\n", "mirror", id="a number"),
    ],
)
def test_a_centre_with_a_wrong_setting_does_not_start_and_names_it(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "centre.toml").write_text(text)

    with pytest.raises(MalformedError) as caught:
        load_centre_config(tmp_path)

    assert caught.value.facts["key"] == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param('name = "city"\nclock = "system"\nunlock = "host"\nport = 1\n', "port", id="an unknown key"),
        pytest.param('name = "city"\nclock = "system"\n', "unlock", id="a missing key"),
        pytest.param('name = "city"\nclock = "system"\nunlock = "never"\n', "unlock", id="a value that is none"),
    ],
)
def test_a_holder_with_a_wrong_setting_does_not_start_and_names_it(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "holder.toml").write_text(text)

    with pytest.raises(MalformedError) as caught:
        load_config(tmp_path)

    assert caught.value.facts["key"] == key


@pytest.mark.parametrize("name", ["centre.toml", "holder.toml"])
def test_settings_that_are_no_toml_are_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mirror = \xff\n")

    with pytest.raises(MalformedError) as caught:
        load_centre_config(tmp_path) if name == "centre.toml" else load_config(tmp_path)

    assert caught.value.facts["name"] == name


def test_the_examples_in_config_are_good_settings(tmp_path: Path) -> None:
    """What people copy works."""
    examples = Path(__file__).parents[3] / "config"
    for name in ("centre.toml", "holder.toml"):
        (tmp_path / name).write_text((examples / name).read_text())

    assert load_centre_config(tmp_path).mirror == (tmp_path / "../mirror").resolve()
    assert load_config(tmp_path).clock == "system"


def test_patience_is_measured_in_seconds() -> None:
    """So many beats, each slept through."""
    assert len(list(bootstrap.patience(0.05, 0.01))) == 5


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="a device that is always full is Linux's own")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("items", "list"), "磁盘已满", id="lines"),
        pytest.param(("items", "list", "--json"), "磁盘已满", id="an object"),
        pytest.param(("items", "eyes", "city-999", "--json"), "没有试题", id="a refusal"),
    ],
)
def test_an_answer_that_nobody_can_write_is_a_refusal(after: After, words: tuple[str, ...], told: str) -> None:
    """Never a stack trace."""
    home = centre_home(after("author"), ())
    command = [str(Path(sys.executable).parent / "itembank"), *words, "--home", str(home)]

    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)

    assert done.returncode in (5, 6) and told in done.stderr and "Traceback" not in done.stderr
