"""The centre's seat: `blueprint import`, `items import`, `pool release`, `serve centre`."""

from __future__ import annotations

import os
from errno import EACCES
from pathlib import Path

import click

from itembank import bootstrap
from itembank.bootstrap.centre import centre_seat
from itembank.cli.frame import Acting, Outcome, acting, verb
from itembank.config import load_centre_config
from itembank.steps import authoring, pooling, reviewing
from keys.directory import load_directory
from keys.keyfile import host_signer
from keys.program import become_server


@click.group()
def blueprint() -> None:
    """鉴定要素细目表 | the blueprint."""


@click.group()
def items() -> None:
    """试题 | items."""


@click.group()
def pool() -> None:
    """题库 | item pools."""


@click.group()
def serve() -> None:
    """启动服务 | run a server."""


@verb(blueprint, "import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@acting(3)
def blueprint_import(home: Path, file: Path, people: list[Acting]) -> Outcome:
    """导入细目表：命题员、审题员、审定员三人签名 | import the blueprint, signed by three people."""
    seat = centre_seat(home)
    signers = [person.signer for person in people]
    prepared = authoring.prepare_blueprint(file.read_bytes(), signers, bootstrap.now)
    reviewing.admit_blueprint(seat.book, seat.directory, bootstrap.now, prepared)
    found = prepared.blueprint
    data = {"occupation": found.occupation, "level": found.level, "points": len(found.points)}
    return Outcome(data, f"细目表 {found.occupation} 鉴定点{len(found.points)}个", f"blueprint, {len(found.points)} points")


@verb(items, "import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--pool", required=True, help="题库名，如 city | name of the pool")
@click.option("--figures", type=click.Path(path_type=Path, exists=True, file_okay=False), help="图形目录 | folder of SVG")
@acting(3)
def items_import(home: Path, file: Path, pool: str, figures: Path | None, people: list[Acting]) -> Outcome:
    """导入试题：命题员、审题员、审定员三人签名 | import items, signed by three people."""
    seat = centre_seat(home)
    drawn = {path.name: path.read_text() for path in sorted(figures.glob("*.svg"))} if figures else {}
    signers = [person.signer for person in people]
    prepared = authoring.prepare_items(seat.book, file.read_bytes(), drawn, pool, signers, bootstrap.now)
    reviewing.admit_items(seat.book, seat.directory, bootstrap.now, prepared)
    count = len(prepared.items)
    data = {"pool": pool, "imported": count, "figures": len(prepared.figures)}
    return Outcome(data, f"{pool} 入库{count}题", f"{count} items imported")


@verb(pool, "release")
@click.option("--pool", "name", required=True, help="题库名 | name of the pool")
@click.option("--edition", default="1", show_default=True, help="题库版次 | edition of the bank")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="存放目录 | folder to write to")
@acting(2)
def pool_release(home: Path, name: str, edition: str, out: Path, people: list[Acting]) -> Outcome:
    """题库整库下发到组卷室：两名题库管理员签名 | release a whole pool to the desk, sealed."""
    seat = centre_seat(home)
    # Before the line is written: a release nobody could keep would still be in the ledger.
    out.mkdir(parents=True, exist_ok=True)
    if not os.access(out, os.W_OK):
        raise PermissionError(EACCES, "not writable", str(out))
    desk = seat.directory.device_of_kind("desk")
    signers = [person.signer for person in people]
    release = pooling.release_pool(
        seat.book, seat.directory, name, edition, desk, signers, bootstrap.now, bootstrap.random
    )
    (out / release.container_name).write_bytes(release.container)
    (out / release.manifest_name).write_bytes(release.manifest)
    data = {"pool": name, "version": release.version, "items": release.items, "manifest": str(out / release.manifest_name)}
    return Outcome(data, f"题库 {name} 第{release.version}版 {release.items}题", f"{release.items} items released")


@verb(pool, "take")
@click.argument("manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def pool_take(home: Path, manifest: Path) -> Outcome:
    """组卷室收下题库 | the desk takes a pool release."""
    # The desk's side of this group: only here are a solver and a typesetter worth loading.
    from itembank.bootstrap.desk import desk_seat

    seat = desk_seat(home)
    release = pooling.take_pool(
        seat.folder,
        seat.directory,
        seat.me,
        manifest.read_bytes(),
        lambda file: (manifest.parent / file).read_bytes(),
    )
    header = release.header
    data = {"pool": header.pool, "version": header.version, "hid": release.hid.hex()}
    return Outcome(data, f"题库 {header.pool} 第{header.version}版已收下", f"pool {header.pool} v{header.version} taken")


@verb(serve, "centre")
def serve_centre(home: Path) -> Outcome:
    """启动中心服务，到 Ctrl-C 为止 | the centre's server, until Ctrl-C."""
    # What would stop the server is said here, before it is another program.
    load_centre_config(home)
    host_signer(home / "ledger.key")
    become_server(load_directory(home).centre_url, 8, f"itembank.bootstrap.server:serve({str(home.resolve())!r})")


COMMANDS: dict[str, click.Command] = {"blueprint": blueprint, "items": items, "pool": pool, "serve": serve}
