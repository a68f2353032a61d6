"""`keyholder`: the program of one key-holding office. `init | pin | serve | share | combine`.

`share` gives this holder's share line by the rule, or attended: two keepers of this office confirm a checklist with their
own keys, in place of line 7 of the rule. `combine` makes the release object, and the code for the phone, from k lines.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from keys import messages, phone_code
from keys.answers import CHECKLIST, sign_attended
from keys.ask import Ask, session_of
from keys.directory import load_directory, pin_directory
from keys.errors import KeysError, RefusedError, input_error, prompt_error
from keys.holder.config import create_home, open_office
from keys.keyfile import person_signer, show
from keys.ledger_proof import read_ledger_proof
from keys.manifest import read_manifest
from keys.program import Program, become_server
from keys.release import make_release
from keys.share import parse_share_line

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
HOME = click.option(
    "--home", required=True, type=click.Path(path_type=Path, file_okay=False), help="本单位的目录 | this office's folder"
)
QUESTIONS = {
    "session-and-time-compared": "场次、试卷、时间已与考务安排核对 | session, paper and time compared with the schedule",
    "duty-office-called-back": "已按登记号码回拨值班室核实 | the duty office was called back on its listed number",
    "no-freeze-known-by-any-reachable-office": "能联系到的单位均无暂停令 | no reachable office knows of a freeze",
}


@click.group(cls=Program)
def main() -> None:
    """密钥保管单位 | one key-holding office."""


def told(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn refusals into two lines and the exit code of their family."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            ended = isinstance(error, click.Abort)
            said = messages.explain(prompt_error() if ended else error if isinstance(error, KeysError) else input_error(error))
            click.echo(f"[拒绝] {said.text_zh} | {said.text_en}", err=True)
            click.echo(f"  → {said.next_zh} | {said.next_en}", err=True)
            sys.exit(said.exit_code)

    return run


@main.command()
@HOME
@click.option("--name", required=True, help="名录中的名称 | as in the directory")
@click.option(
    "--clock", default="system", show_default=True, help="时钟：system 或 file:路径（试验）| system, or file:PATH for tests"
)
@told
def init(home: Path, name: str, clock: str) -> None:
    """新建单位目录与密钥 | a new home with fresh keys; prints their public halves."""
    create_home(home, name, clock, os.urandom)
    keys = {stem: show((home / f"{stem}.key").read_bytes()).public.hex() for stem in ("sign", "seal")}
    click.echo(json.dumps({"name": name, **keys}))


@main.command()
@HOME
@click.option("--file", required=True, type=click.Path(path_type=Path, exists=True), help="名录文件 | the directory file")
@click.option("--fingerprint", required=True, help="当面核对的指纹 | the fingerprint a person brought")
@told
def pin(home: Path, file: Path, fingerprint: str) -> None:
    """核对指纹后固定名录 | pin the directory."""
    click.echo(json.dumps({"version": pin_directory(home, file.read_bytes(), fingerprint).version}))


@main.command()
@HOME
@told
def serve(home: Path) -> None:
    """启动，到 Ctrl-C 为止 | serve until Ctrl-C."""
    # What would stop the server is said here, before it is another program.
    office = open_office(home)
    become_server(office.me.url, 4, f"keys.holder.web:serve({str(home.resolve())!r})")


@main.command()
@HOME
@click.option("--intent", "file", required=True, type=FILE, help="下发意向 | the cosigned intent, as a station holds it")
@click.option("--lock", required=True, help="A 正卷 main …")
@click.option("--status", "statuses", multiple=True, type=FILE, help="其他单位的状态 | another holder's signed status")
@click.option("--order", "orders", multiple=True, type=FILE, help="带来的暂停/恢复令 | an order brought along")
@click.option("--attended", is_flag=True, help="两名保管人按检查表确认 | two keepers confirm the checklist")
@click.option(
    "--as", "keepers", multiple=True, type=click.Path(path_type=Path, exists=True), help="保管人的目录 | a keeper's folder"
)
@click.option("--passphrase-file", "files", multiple=True, type=click.Path(), help="口令文件 | passphrase file")
@click.option("--confirm", is_flag=True, help="检查表已逐项确认 | the checklist was confirmed on paper")
@told
def share(
    home: Path, file: Path, lock: str, statuses: tuple[Path, ...], orders: tuple[Path, ...], attended: bool,
    keepers: tuple[Path, ...], files: tuple[str, ...], confirm: bool,
) -> None:  # fmt: skip
    """给出本单位的密钥分片 | this holder's share line."""
    office, intent = open_office(home), read_ledger_proof(file.read_bytes())
    brought = [tuple(path.read_bytes() for path in paths) for paths in (statuses, orders)]
    ask = Ask(session_of(intent, lock), lock, intent, None, *brought)
    if not attended:
        click.echo(office.ask(ask).format())
        return
    if len(keepers) != 2 or len(files) not in (0, 2):
        raise click.UsageError("--attended: --as KEEPER --as KEEPER")
    if not confirm:
        for item in CHECKLIST:
            click.confirm(QUESTIONS[item], abort=True, err=True)
    passphrases = [_passphrase(files[i] if files else "", keeper.name) for i, keeper in enumerate(keepers)]
    signers = [person_signer(k / "person.key", p) for k, p in zip(keepers, passphrases, strict=True)]
    checklist = sign_attended(ask.hid, ask.lock, office.me, office.clock.now(), signers)
    click.echo(office.attended(ask, checklist).format())


@main.command()
@HOME
@click.option("--manifest", "file", required=True, type=click.Path(path_type=Path, exists=True), help="封装清单 | the manifest")
@click.option("--lines", required=True, type=click.Path(path_type=Path, exists=True), help="每行一个分片 | a share a line")
@click.option("--out", type=click.Path(path_type=Path), help="密钥文件 | the release object")
@told
def combine(home: Path, file: Path, lines: Path, out: Path | None) -> None:
    """合成密钥与电话口令码 | the release object and the code for the phone."""
    directory = load_directory(home)
    manifest = read_manifest(file.read_bytes(), directory)
    given = [parse_share_line(line) for line in lines.read_text().splitlines() if line]
    if not given:
        raise RefusedError("release.quorum", needed=manifest.header.k, came=0)
    release = make_release(given, manifest, directory, given[0].lock)
    if out is not None:
        out.write_bytes(release.format())
    click.echo(phone_code.encode(manifest.hid, release.lock, 0, release.release))


def _passphrase(file: str, who: str) -> bytes:
    if file:
        return Path(file).read_bytes().removesuffix(b"\n")
    return str(click.prompt(f"口令 | passphrase ({who})", hide_input=True, err=True)).encode()
