"""The centre's seat: blueprints, the bank as a whole, its database, `serve centre`; `pool take` of whoever takes one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from errno import EACCES
from pathlib import Path
from typing import Any

import click

from itembank import bootstrap, messages
from itembank.bootstrap.centre import centre_seat, rotate_vault, upgrade_database
from itembank.cli.frame import Acting, Outcome, acting, check_output, check_output_folder, verb
from itembank.domain.blueprint import Advice, AssessmentPoint, BlueprintNode
from itembank.domain.blueprint_difference import ChangeKind, difference, head_changes
from itembank.domain.occupation import (
    EDITION_STATES,
    LEVELS,
    BankEdition,
    Occupation,
    OccupationKey,
    earlier_keys,
    edition_state,
    successor_of,
)
from itembank.domain.session import BEIJING, beijing, beijing_day
from itembank.ports.bank import StoredBlueprint
from itembank.printing.health_picture import health_svg
from itembank.printing.health_table import health_table
from itembank.steps import authoring, editions, occupations, pooling, reviewing, viewing
from keys.directory import load_directory
from keys.durable import replace
from keys.keyfile import host_signer, unlock
from keys.program import become_server

BLUEPRINT_STATES = {"draft": "草稿", "approved": "审定", "used": "已使用"}
CHANGES = {ChangeKind.ADDED: "新增", ChangeKind.REMOVED: "删去", ChangeKind.CHANGED: "改动"}


@click.group()
def blueprint() -> None:
    """鉴定要素细目表 | the blueprint."""


@click.group()
def bank() -> None:
    """题库总览 | the bank as a whole."""


@click.group()
def vault() -> None:
    """题库主密钥 | the wrapping key of the bank's content."""


@click.group()
def pool() -> None:
    """题库 | item pools."""


@click.group()
def database() -> None:
    """中心数据库 | the centre's database."""


@click.group()
def serve() -> None:
    """启动服务 | run a server."""


@verb(blueprint, "import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="只检查，不导入 | check, import nothing")
@click.option("--in-place", is_flag=True, help="改正现有版本而不是新建版本 | correct the newest version instead of adding one")
@acting(0, 1, 3)
def blueprint_import(home: Path, file: Path, dry_run: bool, in_place: bool, people: list[Acting]) -> Outcome:
    """导入细目表：命题员一人为草稿，命题、审题、审定三人签名即审定 | one author: a draft; three people: approved at once."""
    if not people and not dry_run:
        raise click.UsageError("--as: 1/3 ×（只检查用 --dry-run | to check only: --dry-run）")
    from itembank.formats.foreign.opened import opened_blueprint

    seat = centre_seat(home)
    read = opened_blueprint(file.read_bytes(), seat.policy.blueprint)
    report = authoring.import_blueprint(
        seat.book, seat.directory, bootstrap.now, seat.policy, read, [person.signer for person in people],
        dry_run=dry_run, in_place=in_place,
    )  # fmt: skip
    found = report.blueprint
    importance = Counter(point.importance.value for point in found.points)
    advice = [_advice(line) for line in report.advice]
    data = {
        "key": found.key, "version": found.version, "state": report.state, "imported": report.imported,
        "unchanged": report.unchanged, "occupation": found.occupation, "level": found.level, "depth": found.depth,
        "points": len(found.points), "importance": dict(importance), "flags": advice,
    }  # fmt: skip
    below = tuple(f"  {line['area']} {line['message']}" for line in advice)
    zh = f"细目表 {found.occupation} {found.key} 第{found.version}版 鉴定点{len(found.points)}个"
    return Outcome(data, zh, f"blueprint, {len(found.points)} points", below)


@verb(blueprint, "approve")
@click.option("--key", required=True, help="细目表标识 | key of the blueprint")
@acting(2)
def blueprint_approve(home: Path, key: str, people: list[Acting]) -> Outcome:
    """审定细目表草稿：审题员、审定员两人签名 | a draft is approved by reviewer and approver."""
    seat = centre_seat(home)
    signers = [person.signer for person in people]
    version = reviewing.approve_blueprint(seat.book, seat.directory, bootstrap.now, key, signers)
    return Outcome({"key": key, "version": version}, f"细目表 {key} 第{version}版已审定", f"version {version} is approved")


@verb(blueprint, "list")
def blueprint_list(home: Path) -> Outcome:
    """各细目表及版本 | every version of every blueprint."""
    with centre_seat(home).book.read() as transaction:
        held = transaction.bank.blueprints()
    rows = [_blueprint_row(one) for one in held]
    below = tuple(
        f"{row['key']} 第{row['version']}版 {BLUEPRINT_STATES[row['state']]} {row['occupation']} {row['level_name']}"
        for row in rows
    )
    return Outcome({"blueprints": rows}, f"细目表{len(rows)}版", f"{len(rows)} versions", below)


@verb(blueprint, "export")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", required=True, help="细目表标识 | key of the blueprint")
@click.option("--version", default=0, type=click.IntRange(0), help="版本，默认最新审定的 | the newest approved one by default")
def blueprint_export(home: Path, out: Path, key: str, version: int) -> Outcome:
    """导出细目表为工作簿，可再导入 | write a blueprint as a workbook that can be imported again."""
    check_output(out, home)
    # What writes workbooks takes long to load.
    from itembank.formats.blueprint_export import official_workbook

    with centre_seat(home).book.read() as transaction:
        found = viewing.blueprint_of(transaction, key, version)
    replace(out, [official_workbook(found)], 0o644)
    data = {"key": key, "version": found.version, "points": len(found.points), "file": str(out)}
    return Outcome(data, f"细目表 {key} 第{found.version}版 {out}", f"version {found.version} written")


@verb(blueprint, "diff")
@click.argument("old", type=click.IntRange(1))
@click.argument("new", type=click.IntRange(1))
@click.option("--key", required=True, help="细目表标识 | key of the blueprint")
def blueprint_diff(home: Path, old: int, new: int, key: str) -> Outcome:
    """细目表两个版本的差别 | what differs between two versions of a blueprint."""
    with centre_seat(home).book.read() as transaction:
        before, after = (viewing.blueprint_of(transaction, key, version) for version in (old, new))
    changes, head = difference(before, after), head_changes(before, after)
    data = {"key": key, "old": old, "new": new, "head": head, "changes": [asdict(change) for change in changes]}
    below = [f"  {name} {was} → {is_}" for name, (was, is_) in head.items()]
    below += [f"  {CHANGES[change.kind]} {change.code} {_place(change.before)} → {_place(change.after)}" for change in changes]
    return Outcome(data, f"{key} 第{old}版与第{new}版有{len(below)}处不同", f"{len(below)} differences", tuple(below))


@verb(bank, "health")
@click.option("--blueprint", "key", default="", help="细目表标识，有多份时 | key of the blueprint, where there are several")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="本期起始日，默认今年1月1日 | first day of the cycle")
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), help="另存为图（SVG）| save as a picture")
def bank_health(home: Path, key: str, since: datetime | None, picture: Path | None) -> Outcome:
    """题库健康度：每个鉴定点、范围、难度有多少、应有多少、缺多少 | have, needed, short against the policy's floors."""
    if picture:
        check_output(picture, home)
    seat, now = centre_seat(home), bootstrap.now()
    start = (
        since.replace(tzinfo=BEIJING) if since else now.astimezone(BEIJING).replace(month=1, day=1, hour=0, minute=0, second=0)
    )
    found = viewing.survey(seat.book, seat.policy, key, start)
    if picture:
        title = f"{found.blueprint.occupation} {LEVELS[found.blueprint.level]} 题库健康度"
        replace(picture, [health_svg(found.health, title, f"{beijing(now)}").encode()], 0o644)
    data = {"blueprint": found.blueprint.key, **found.health.document(), "picture": str(picture) if picture else ""}
    whole = found.health.bank
    return Outcome(data, f"启用{whole.have}题 应有{whole.needed}题 缺{whole.short}题", f"{whole.have} of {whole.needed}",
                   (health_table(found.health),))  # fmt: skip


@verb(bank, "occupation")
@click.option("--year", required=True, type=int, help="职业分类大典年份 | year of the dictionary")
@click.option("--code", required=True, help="职业编码，如 6-31-01-03 | code of the occupation")
@click.option("--name", required=True, help="职业名称 | name of the occupation")
@click.option("--work-type", "work_types", multiple=True, help="工种，可重复 | a work type; may be repeated")
@click.option("--predecessor", default="", help="原职业编码，如 1999/6-07-06-05 | what it was called before")
@acting(2)
def bank_occupation(
    home: Path, year: int, code: str, name: str, work_types: tuple[str, ...], predecessor: str, people: list[Acting]
) -> Outcome:
    """登记职业、工种和原职业编码：两名题库管理员签名 | enter an occupation, its work types and what it was called before."""
    seat, before = centre_seat(home), OccupationKey.of(predecessor) if predecessor else None
    occupation, signers = Occupation(code, year, name, work_types, before), [person.signer for person in people]
    entered = occupations.enter_occupation(seat.book, seat.directory, bootstrap.now, occupation, signers)
    told = f"职业 {occupation.key.text} {name} {'已登记' if entered else '早已登记'}"
    return Outcome({**_occupation(occupation), "entered": entered}, told, f"occupation {occupation.key.text}")


@verb(bank, "occupations")
def bank_occupations(home: Path) -> Outcome:
    """已登记的职业 | the occupations entered."""
    seat = centre_seat(home)
    with seat.book.read() as transaction:
        register = occupations.entered_occupations(transaction, seat.directory)
    rows = [_occupation(occupation) | {"earlier": [key.text for key in earlier_keys(occupation.key, register)]}
            for occupation in register.values()]  # fmt: skip
    below = tuple(" ".join((row["key"], row["name"], "、".join(row["work_types"]), *row["earlier"])) for row in rows)
    return Outcome({"occupations": rows}, f"职业{len(rows)}个", f"{len(rows)} occupations", below)


@verb(bank, "edition")
@click.option("--name", required=True, help="版本名称，如 2026年版 | name of the edition")
@click.option("--from", "from_day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="启用日（北京时间）| its first day")
@click.option(
    "--grace", required=True, type=int, help="被下一版取代后还可组卷的天数 | days it may be drawn from after the next begins"
)
@acting(2)
def bank_edition(home: Path, name: str, from_day: datetime, grace: int, people: list[Acting]) -> Outcome:
    """登记题库版本：两名题库管理员签名；未启用的可重新登记 | enter an edition; until it begins it may be entered anew."""
    seat, edition = centre_seat(home), BankEdition(name, from_day.date(), grace)
    signers = [person.signer for person in people]
    entered = editions.enter_edition(seat.book, seat.directory, bootstrap.now, edition, signers)
    data = {"name": name, "from": edition.from_day.isoformat(), "grace_days": grace, "entered": entered}
    return Outcome(
        data, f"题库版本 {name} 自{edition.from_day}起 {'已登记' if entered else '早已登记'}", f"from {edition.from_day} on"
    )


@verb(bank, "editions")
def bank_editions(home: Path) -> Outcome:
    """已登记的题库版本 | the editions entered."""
    seat, today = centre_seat(home), beijing_day(bootstrap.now())
    with seat.book.read() as transaction:
        known = editions.known_editions(transaction, seat.directory)
    rows = [_edition(edition, known, today) for edition in known]
    below = tuple(f"{row['name']} {row['from']} 至 {row['until'] or '——'} {row['state_zh']}" for row in rows)
    return Outcome({"editions": rows}, f"题库版本{len(rows)}个", f"{len(rows)} editions", below)


@verb(vault, "rotate")
def vault_rotate(home: Path) -> Outcome:
    """更换题库的主密钥：只用于此后新建的题库，不改动已有数据 | a new wrapping key, for pools begun from now on; no row is touched."""
    generation = rotate_vault(home)
    zh = f"主密钥已换到第{generation}代，用于此后新建的题库；已有题库仍由原来的一代保护"
    en = f"generation {generation} wraps the keys of pools begun from now on; those that are there stay under their own"
    return Outcome({"generation": generation}, zh, en)


@verb(pool, "release")
@click.option("--pool", "name", required=True, help="题库名 | name of the pool")
@click.option("--edition", default="", help="题库版本，默认现行的 | edition of the bank, the one in force by default")
@click.option("--to", default="", help="组卷室或题库，默认唯一的组卷室 | a desk or a bank, the only desk if not named")
@click.option("--full", is_flag=True, help="下发整库，不用增量 | the whole pool, no change of the release before")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="存放目录 | folder to write to")
@acting(2)
def pool_release(home: Path, name: str, edition: str, to: str, full: bool, out: Path, people: list[Acting]) -> Outcome:
    """密封下发题库到组卷室或题库：两名题库管理员签名 | release a pool to a desk or a bank, sealed."""
    seat = centre_seat(home)
    # Before the line is written: a release nobody could keep would still be in the ledger.
    check_output_folder(out, home)
    out.mkdir(parents=True, exist_ok=True)
    if not os.access(out, os.W_OK):
        raise PermissionError(EACCES, "not writable", str(out))
    signers = [person.signer for person in people]
    release = pooling.release_pool(
        seat.book, seat.directory, name, edition, pooling.recipient(seat.directory, to), signers, bootstrap.now,
        bootstrap.random, seat.policy, full=full,
    )  # fmt: skip
    (out / release.container_name).write_bytes(release.container)
    (out / release.manifest_name).write_bytes(release.manifest)
    data = {
        "pool": name,
        "version": release.version,
        "to": release.desk,
        "kind": "full" if release.full else "change",
        "items": release.items,
        "carried": release.carried,
        "manifest": str(out / release.manifest_name),
    }
    kind = "整库" if release.full else f"增量{release.carried}题"
    zh = f"题库 {name} 第{release.version}版 {release.items}题 {kind} 下发 {release.desk}"
    return Outcome(data, zh, f"{release.items} items released, {release.carried} of them carried")


@verb(pool, "take")
@click.argument("manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@acting(0, 1)
def pool_take(home: Path, manifest: Path, people: list[Acting]) -> Outcome:
    """组卷室收下题库；下级题库由一名题库管理员收入 | the desk, or by one of its managers a bank, takes a pool release."""

    def bring(file: str) -> bytes:
        return (manifest.parent / file).read_bytes()

    me = bootstrap.device_here(home)
    if (me.kind == "bank") != bool(people):
        raise click.UsageError("--as: 题库须一人，组卷室不用 | one person at a bank, none at a desk")
    if people:
        seat = centre_seat(home)
        secret = unlock((home / "seal.key").read_bytes(), {people[0].signer.name: people[0].passphrase})
        release = pooling.take_into_bank(
            seat.book, seat.folder, seat.directory, me, secret, people[0].signer, manifest.read_bytes(), bring, bootstrap.now
        )
    else:
        # The desk's side of this group: only here are a solver and a typesetter worth loading.
        from itembank.bootstrap.desk import desk_seat

        desk = desk_seat(home)
        release = pooling.take_pool(desk.folder, desk.directory, desk.me, manifest.read_bytes(), bring)
    header = release.header
    data = {"pool": header.pool, "version": header.version, "hid": release.hid.hex()}
    return Outcome(data, f"题库 {header.pool} 第{header.version}版已收下", f"pool {header.pool} v{header.version} taken")


@verb(database, "upgrade")
def database_upgrade(home: Path) -> Outcome:
    """数据库表结构升级到本版本 | bring the database's tables to this version."""
    before, after = upgrade_database(home)
    data = {"from": before, "to": after}
    return Outcome(data, f"表结构 {before or '空'} 已升级到 {after}", f"tables upgraded from {before or 'nothing'} to {after}")


@verb(serve, "centre")
def serve_centre(home: Path) -> Outcome:
    """启动中心服务，到 Ctrl-C 为止 | the centre's server, until Ctrl-C."""
    # What would stop the server is said here, before it is another program.
    centre_seat(home)
    host_signer(home / "ledger.key")
    become_server(load_directory(home).centre_url, 8, f"itembank.bootstrap.server:serve({str(home.resolve())!r})")


def _place(place: BlueprintNode | AssessmentPoint | None) -> str:
    """An area or a point in one line; —— where there is none."""
    if place is None:
        return "——"
    if isinstance(place, BlueprintNode):
        return f"{place.name} 比重{place.weight}"
    return f"{place.name} {place.importance.value}{f' {place.score}分' if place.score else ''}"


def _blueprint_row(stored: StoredBlueprint) -> dict[str, Any]:
    found = stored.blueprint
    return {
        "key": found.key, "version": found.version, "state": stored.state, "occupation": found.occupation,
        "occupation_code": found.occupation_code, "dictionary_year": found.dictionary_year, "work_type": found.work_type,
        "level": found.level, "level_name": LEVELS[found.level], "subject": found.subject, "standard_year": found.standard_year,
        "points": len(found.points),
    }  # fmt: skip


def _occupation(occupation: Occupation) -> dict[str, Any]:
    return {
        "key": occupation.key.text, "name": occupation.name, "work_types": list(occupation.work_types),
        "predecessor": occupation.predecessor.text if occupation.predecessor else "",
    }  # fmt: skip


def _edition(edition: BankEdition, known: Sequence[BankEdition], day: date) -> dict[str, Any]:
    state = edition_state(edition, known, day)
    successor = successor_of(edition, known)
    return {
        "name": edition.name, "from": edition.from_day.isoformat(), "grace_days": edition.grace_days,
        "until": edition.last_day(successor).isoformat() if successor else "", "state": state.value,
        "state_zh": EDITION_STATES[state],
    }  # fmt: skip


def _advice(line: Advice) -> dict[str, Any]:
    told = messages.explain_code(line.code, {"area": line.area, "found": line.found, "needed": line.needed})
    return {
        "code": line.code, "area": line.area, "found": line.found, "needed": line.needed, "message": told.text_zh,
        "message_en": told.text_en,
    }  # fmt: skip


COMMANDS: dict[str, click.Command] = {
    "blueprint": blueprint,
    "bank": bank,
    "vault": vault,
    "pool": pool,
    "database": database,
    "serve": serve,
}
