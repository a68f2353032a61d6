"""How every command behaves: --home, --json, acting persons, exit codes, and the tone of its lines.

One object on stdout with --json, plain lines without; progress and refusals on stderr. A refusal is `[拒绝] 中文 | English`
and a line with the next step; never a stack trace, never a secret. Exit codes: 0 done, 2 usage, 3 a rule refuses,
4 verification failed, 5 bad input, 6 unavailable.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from itembank import messages
from itembank.domain.errors import RuleError
from itembank.formats.errors import FormatError
from itembank.ports import PortError
from itembank.printing.errors import PrintingError
from keys.errors import KeysError, MalformedError, input_error, prompt_error
from keys.keyfile import person_signer
from keys.statement import Signer

Command = Callable[..., Any]
FAMILIES = (KeysError, RuleError, FormatError, PrintingError, PortError)
INTERRUPTED = 128 + signal.SIGINT
"""What a shell says of a program that Ctrl-C ended."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command tells: one object for programs, one line in two languages for people, with more lines below it if need be.

    `exit_code`: of a report that tells of something wrong (an audit's finding, a workbook's broken rows).
    """

    data: dict[str, Any]
    zh: str
    en: str
    below: tuple[str, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Acting:
    """A person at the keyboard: the unlocked signer and the passphrase that opens this person's slots of other keys."""

    signer: Signer
    passphrase: bytes


def verb(
    group: click.Group, name: str, *, home: str = "本席位的目录 | this seat's folder", makes_home: bool = False
) -> Callable[[Command], click.Command]:
    """A command of this group with the house's options and its errors turned into sentences.

    `home`: what folder it works in, as its help says; it must be there unless the command `makes_home`. Empty: none.
    """

    def make(function: Command) -> click.Command:
        @wraps(function)
        def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
            try:
                if home and not makes_home and not kwargs["home"].is_dir():
                    raise MalformedError("file.missing", name=str(kwargs["home"]))
                outcome: Outcome = function(*args, **kwargs)
            except click.Abort as abort:
                if isinstance(abort.__context__, KeyboardInterrupt):
                    sys.exit(INTERRUPTED)
                refuse(prompt_error(), as_json=as_json)
            except (click.ClickException, click.exceptions.Exit):
                raise
            except Exception as error:
                # Also what no rule foresaw: a sentence and an exit code of the table, never a stack trace.
                refuse(error if isinstance(error, FAMILIES) else input_error(error), as_json=as_json)
            tell(outcome, as_json=as_json)

        command: Any = click.option("--json", "as_json", is_flag=True, help="一个 JSON 对象 | one JSON object on stdout")(run)
        if home:
            folder = click.Path(path_type=Path, file_okay=False)
            command = click.option("--home", required=True, type=folder, help=home)(command)
        return group.command(name)(command)

    return make


def acting(*counts: int) -> Callable[[Command], Command]:
    """Options --as and --passphrase-file, repeated where two act; the function gets `people: list[Acting]`.

    `counts`: how many may act; without one any number but nobody.
    """

    def add(function: Command) -> Command:
        @wraps(function)
        def run(*args: Any, as_homes: tuple[Path, ...], passphrase_files: tuple[str, ...], **kwargs: Any) -> Any:
            if counts and len(as_homes) not in counts:
                wanted = "/".join(map(str, counts))
                raise click.UsageError(f"--as: {wanted} × (需要 {wanted} 人 | {wanted} people act here)")
            return function(*args, people=act(as_homes, passphrase_files), **kwargs)

        homes = click.option(
            "--as", "as_homes", multiple=True, required=0 not in counts, type=click.Path(path_type=Path, exists=True),
            help="办理人的目录 | the acting person's folder",
        )  # fmt: skip
        files = click.option(
            "--passphrase-file", "passphrase_files", multiple=True, type=click.Path(),
            help="口令文件（可为管道）| the person's passphrase file, may be a pipe",
        )  # fmt: skip
        return homes(files(run))

    return add


def act(homes: tuple[Path, ...], passphrase_files: tuple[str, ...]) -> list[Acting]:
    """Unlock each person's key; without a file the passphrase is asked for."""
    if passphrase_files and len(passphrase_files) != len(homes):
        raise click.UsageError("--passphrase-file: 每个 --as 一份 | one for each --as")
    people = []
    for number, home in enumerate(homes):
        passphrase = read_passphrase(passphrase_files[number] if passphrase_files else "", home.name)
        people.append(Acting(person_signer(home / "person.key", passphrase), passphrase))
    return people


def read_passphrase(file: str, who: str, *, new: bool = False) -> bytes:
    """From a file, its last newline dropped, or from the keyboard without an echo; a new one is typed twice."""
    if file:
        return Path(file).read_bytes().removesuffix(b"\n")
    again = f"再输入一次 | once more ({who})" if new else False
    return str(click.prompt(f"口令 | passphrase ({who})", hide_input=True, confirmation_prompt=again, err=True)).encode()


def check_output(out: Path, home: Path) -> None:
    """Raise MalformedError unless a file may be written there: no folder, no device, and nothing of the seat's own folder.

    Called before the work is done, so that nobody is recorded for what is written nowhere.
    """
    if not out.parent.is_dir():
        raise MalformedError("file.missing", name=str(out.parent))
    if out.resolve().is_relative_to(home.resolve()) or (out.exists() and not out.is_file()):
        raise MalformedError("file.output", name=str(out))


def check_output_folder(out: Path, home: Path) -> None:
    """The same for a folder, which need not be there yet."""
    if out.resolve().is_relative_to(home.resolve()) or (out.exists() and not out.is_dir()):
        raise MalformedError("file.output", name=str(out))


def tell(outcome: Outcome, *, as_json: bool) -> None:
    lines = f"{outcome.zh} | {outcome.en}", *outcome.below
    try:
        click.echo(json.dumps(outcome.data, ensure_ascii=False, default=str) if as_json else "\n".join(map(shown, lines)))
    except BrokenPipeError:
        raise
    except OSError as error:
        refuse(input_error(error), as_json=False)
    if outcome.exit_code:
        sys.exit(outcome.exit_code)


def shown(line: str) -> str:
    """A line without what acts on a terminal: a workbook's cell may hold escape sequences."""
    return "".join(sign if sign.isprintable() or sign in "\n\u3000" else "\ufffd" for sign in line)


def progress(line: str) -> None:
    """Progress goes to stderr; on a terminal it stays on one line."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{line}", nl=False, err=True)
    else:
        click.echo(line, err=True)


def refuse(error: Exception, *, as_json: bool) -> NoReturn:
    """Say what was refused and what to do next, and end with the exit code of its family."""
    told = messages.explain(error)
    if as_json:
        value = {"error": told.code, "text": told.text_zh, "text_en": told.text_en, "next": told.next_zh, "facts": told.facts}
        with suppress(OSError):
            # Where nobody can write the answer, the sentence below says why.
            click.echo(json.dumps(value, ensure_ascii=False, default=str))
    click.echo(shown(f"[拒绝] {told.text_zh} | {told.text_en}"), err=True)
    click.echo(shown(f"  → {told.next_zh} | {told.next_en}"), err=True)
    sys.exit(told.exit_code)
