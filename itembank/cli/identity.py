"""Keys and the directory: `key new|show`, `directory sign|pin`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from itembank import bootstrap
from itembank.cli.frame import Acting, Outcome, acting, read_passphrase, verb
from keys.directory import pin_directory, sign_directory
from keys.encoding import sha256
from keys.errors import MalformedError
from keys.keyfile import host, lock, show, write_private

KINDS = ("person", "root", "ledger", "desk", "scoring", "bank")


@click.group()
def key() -> None:
    """密钥 | keys."""


@click.group()
def directory() -> None:
    """名录 | the directory."""


@verb(key, "new", makes_home=True)
@click.option("--kind", required=True, type=click.Choice(KINDS), help="密钥种类 | whose key it is")
@click.option("--name", required=True, help="名录中的名称 | as in the directory")
@click.option("--for", "people", multiple=True, help="可解锁此密钥的人 | who may unlock it (desk, scoring, bank)")
@click.option("--passphrase-file", "passphrase_files", multiple=True, type=click.Path(), help="口令文件 | passphrase file")
def key_new(home: Path, kind: str, name: str, people: tuple[str, ...], passphrase_files: tuple[str, ...]) -> Outcome:
    """生成密钥，已有的不覆盖 | new keys in this home; existing ones are never replaced."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if kind == "ledger":
        write_private(home / "ledger.key", host("sign", name, bootstrap.random))
    elif kind in ("person", "root"):
        passphrase = read_passphrase(passphrase_files[0] if passphrase_files else "", name, new=True)
        write_private(home / "person.key", lock("sign", name, {name: passphrase}, 1, random=bootstrap.random))
    else:
        write_device_keys(home, name, people, passphrase_files, 1)
    return shown(home)


@verb(key, "show")
def key_show(home: Path) -> Outcome:
    """公钥与指纹 | the public halves."""
    return shown(home)


@verb(directory, "sign", home="")
@click.option(
    "--draft", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="名录草稿 | the draft"
)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="签好的名录 | the signed directory")
@acting(2)
def directory_sign(draft: Path, out: Path, people: list[Acting]) -> Outcome:
    """两名根密钥持有人签发名录 | two roots sign the directory."""
    try:
        body = json.loads(draft.read_text(encoding="utf-8"))
    except ValueError as error:
        raise MalformedError("directory.draft", found=draft.name) from error
    data = sign_directory(body, [person.signer for person in people])
    out.write_bytes(data)
    fingerprint = sha256(data).hex()
    return Outcome({"fingerprint": fingerprint}, f"名录指纹 {fingerprint}", "directory signed")


@verb(directory, "pin")
@click.option(
    "--file", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="名录文件 | the directory file"
)
@click.option("--fingerprint", required=True, help="当面核对的指纹 | the fingerprint a person brought")
def directory_pin(home: Path, file: Path, fingerprint: str) -> Outcome:
    """核对指纹后固定名录 | pin the directory in this home."""
    pinned = pin_directory(home, file.read_bytes(), fingerprint)
    return Outcome({"version": pinned.version}, f"名录第{pinned.version}版已固定", "directory pinned")


def write_device_keys(
    home: Path, name: str, people: tuple[str, ...], passphrase_files: tuple[str, ...], threshold: int
) -> None:
    """A device's two keys: signing runs unattended, decrypting needs `threshold` of these people."""
    if passphrase_files and len(passphrase_files) != len(people):
        raise click.UsageError("--passphrase-file: 每个 --for 一份 | one for each --for")
    files = passphrase_files or ("",) * len(people)
    passphrases = {who: read_passphrase(file, who, new=True) for who, file in zip(people, files, strict=True)}
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A kill between the two leaves the one without people in it; the same command then makes the other.
    if (home / "seal.key").exists() or not (home / "device.key").exists():
        write_private(home / "device.key", host("sign", name, bootstrap.random))
    write_private(home / "seal.key", lock("seal", name, passphrases, threshold, random=bootstrap.random))


def shown(home: Path) -> Outcome:
    """The public halves of every key in a home."""
    keys = {path.stem: show(path.read_bytes()) for path in sorted(home.glob("*.key"))}
    data = {
        stem: {"name": found.name, "use": found.use, "public": found.public.hex(), "people": list(found.people)}
        for stem, found in keys.items()
    }
    line = "；".join(f"{found.name} {found.use} {found.public.hex()[:16]}" for found in keys.values())
    return Outcome(data, line, f"{len(keys)} public keys")


COMMANDS: dict[str, click.Command] = {"key": key, "directory": directory}
