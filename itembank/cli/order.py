"""Orders from anywhere: `freeze` by one named person, `lift` by two."""

from __future__ import annotations

from pathlib import Path

import click

from itembank import bootstrap
from itembank.cli.frame import Acting, Outcome, acting, verb
from itembank.ports import CentreLine
from itembank.steps import ordering
from itembank.steps.ordering import Delivery
from keys.directory import Directory, load_directory
from keys.manifest import Manifest, read_manifest
from keys.order import check_right

STATES = {"sent": "已发出，尚未生效", "effective": "已生效", "too_late": "已迟，分片已下发"}
NEXT = {
    "sent": ("请再下达一次，或电话通知未应答的单位", "give it again, or call those who are silent"),
    "too_late": ("请立即电话通知各考点停用", "call the stations at once and let them stop"),
}

orders = click.Group()


@verb(orders, "freeze")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--lock", "locks", multiple=True, help="默认全部 | all when left out")
@click.option("--reason", required=True, help="理由 | reason")
@click.option("--manifest", "file", type=click.Path(path_type=Path, exists=True), help="中心不通时 | when the centre is away")
@acting(1)
def freeze(home: Path, number: str, locks: tuple[str, ...], reason: str, file: Path | None, people: list[Acting]) -> Outcome:
    """暂停启用：一人即可，直达各密钥保管单位 | freeze: one named person, straight to the holders."""
    directory, centre, manifest = _session(home, number, file)
    chosen = locks or tuple(lock.id for lock in manifest.header.locks)
    known = ordering.known_orders(manifest, directory, bootstrap.holder_lines(directory))
    check_right(known, chosen, people[0].signer.name)
    order = ordering.freeze(manifest, chosen, reason, people[0].signer, bootstrap.now)
    return _delivered("暂停", order, manifest, directory, centre)


@verb(orders, "lift")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--order", "freezes", multiple=True, help="要恢复的暂停令，默认全部 | the freezes to lift, all when left out")
@click.option("--reason", required=True, help="理由 | reason")
@click.option("--manifest", "file", type=click.Path(path_type=Path, exists=True), help="中心不通时 | when the centre is away")
@acting(2)
def lift(home: Path, number: str, freezes: tuple[str, ...], reason: str, file: Path | None, people: list[Acting]) -> Outcome:
    """恢复启用：两人签名 | lift: two officers."""
    directory, centre, manifest = _session(home, number, file)
    known = ordering.known_orders(manifest, directory, bootstrap.holder_lines(directory))
    named = ordering.freezes_to_lift(manifest, known, freezes)
    locks = tuple(lock.id for lock in manifest.header.locks)
    signers = [person.signer for person in people]
    order = ordering.lift(manifest, named, locks, reason, signers, bootstrap.now)
    return _delivered("恢复", order, manifest, directory, centre)


def _session(home: Path, number: str, file: Path | None) -> tuple[Directory, CentreLine, Manifest]:
    directory = load_directory(home)
    centre = bootstrap.centre_line(directory, None)
    manifest = read_manifest(file.read_bytes() if file else centre.manifest(number), directory)
    manifest.check_session(number)
    return directory, centre, manifest


def _delivered(what: str, order: bytes, manifest: Manifest, directory: Directory, centre: CentreLine) -> Outcome:
    reached: Delivery = ordering.deliver(order, manifest, directory, bootstrap.holder_lines(directory), centre)
    data = {
        "order": reached.order,
        "state": reached.state,
        "acknowledged": list(reached.acknowledged),
        "silent": list(reached.silent),
        "refused": reached.refused,
        "at_centre": reached.at_centre,
    }
    zh, en = f"{what} {STATES[reached.state]}", f"{reached.state}, {len(reached.acknowledged)} holders"
    for names, told, told_en in (
        (reached.acknowledged, "已收到", "received by"),
        (reached.silent, "未应答", "silent"),
        (tuple(reached.refused), "未接受", "refused by"),
    ):
        if names:
            zh += f" {told}：{'、'.join(directory.label(name) for name in names)}"
            en += f"; {told_en} {', '.join(names)}"
    if reached.state in NEXT:
        next_zh, next_en = NEXT[reached.state]
        zh, en = f"{zh} → {next_zh}", f"{en}; {next_en}"
    return Outcome(data, zh, en)


COMMANDS: dict[str, click.Command] = {**orders.commands}
