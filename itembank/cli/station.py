"""The station's seat: `station enrol | fetch | arm | open | return`."""

from __future__ import annotations

from pathlib import Path

import click

from itembank import bootstrap
from itembank.bootstrap.station import station_seat
from itembank.cli.frame import Acting, Outcome, acting, progress, verb
from itembank.cli.identity import shown, write_device_keys
from itembank.domain.custody import Counts
from itembank.ports import CentreLine
from itembank.steps import distributing, opening, returning
from itembank.steps.asking import published_release
from itembank.steps.releasing import ask_holders
from itembank.steps.seat import Fetched, Seat, local_packages
from keys.errors import UnavailableError
from keys.keyfile import unlock
from keys.release import ReleaseObject, make_release

SESSION = click.option("--session", "number", default="", help="场次编号，只有一场时可省 | the session, if there are several")


@click.group()
def station() -> None:
    """考点 | the station."""


@verb(station, "enrol", makes_home=True)
@click.option("--code", required=True, help="考点代码 | the station's code")
@click.option("--for", "people", multiple=True, required=True, help="启封人 | an operator")
@click.option("--passphrase-file", "passphrase_files", multiple=True, type=click.Path(), help="口令文件 | passphrase file")
def enrol(home: Path, code: str, people: tuple[str, ...], passphrase_files: tuple[str, ...]) -> Outcome:
    """登记设备：解密须任两名启封人同时解锁 | the device's keys; decrypting needs any two operators."""
    write_device_keys(home, code, people, passphrase_files, 2)
    return shown(home)


@verb(station, "fetch")
def fetch(home: Path) -> Outcome:
    """下载本考点的电子试卷包，断点续传 | fetch this station's packages; resumes."""
    seat = station_seat(home)
    fetched = distributing.fetch(seat, _centre(seat, False), progress)
    names = [package.row.row.core.package for package in fetched]
    return Outcome({"packages": names}, f"考点 {seat.device.name} 已收齐 {len(names)}包", f"{len(names)} packages fetched")


@verb(station, "arm")
@SESSION
@acting(2)
def arm(home: Path, number: str, people: list[Acting]) -> Outcome:
    """考前预检：除解密时间外全部试一遍 | the dry opening before the time."""
    seat = station_seat(home)
    names = arm_all(seat, number, unlock_together(home, people), people, _centre(seat, False))
    return Outcome({"armed": names}, f"考点 {seat.device.name} 已预检 {len(names)}包", f"{len(names)} packages armed")


@verb(station, "open")
@SESSION
@click.option("--lock", default="A", show_default=True, help="A 正卷 main, S 备用卷 spare")
@click.option("--phone", is_flag=True, help="电话报来的口令码由键盘输入 | type the code read over the phone")
@click.option("--offline", is_flag=True, help="不使用网络 | do not use the network")
@acting(2)
def open_(home: Path, number: str, lock: str, phone: bool, offline: bool, people: list[Acting]) -> Outcome:
    """解密制卷：到时由两名启封人打开 | open at the time, two operators."""
    seat = station_seat(home)
    centre = _centre(seat, offline)
    package, secret = opening.armed(seat, number, lock), unlock_together(home, people)
    with opening.refusals_reported(seat, package, centre):
        release = release_of(seat, package, centre, phone=phone, offline=offline)
        opened = opening.open_package(seat, package, secret, [p.signer for p in people], release, centre)
    data = {
        "package": opened.package,
        "pdf": opened.pdf,
        "copies": len(opened.copies),
        "print": 1 if opened.all_copies else len(opened.copies),
        "sent": opened.sent,
        "resumed": opened.resumed,
    }
    many, many_en = f"份数 {len(opened.copies)}", f"{len(opened.copies)} copies"
    if opened.all_copies:
        many, many_en = f"{many}，PDF 已含每一份，只印一次", f"{many_en}, all of them in the PDF: print it once"
    return Outcome(data, f"{many} PDF {opened.pdf}", many_en)


@verb(station, "return")
@SESSION
@click.option("--lock", default="A", show_default=True, help="A 正卷 main, S 备用卷 spare")
@click.option("--used", type=click.IntRange(0), required=True, help="使用份数 | copies used")
@click.option("--absent", type=click.IntRange(0), default=0, help="缺考份数 | copies absent")
@click.option("--spare", type=click.IntRange(0), default=0, help="备用份数 | copies spare")
@click.option("--spoiled", type=click.IntRange(0), default=0, help="作废份数 | copies spoiled")
@click.option("--destroyed", type=click.IntRange(0), default=0, help="销毁份数 | copies destroyed")
@click.option("--keep-pdf", is_flag=True, help="保留 PDF | keep the PDF")
@acting(2)
def return_(
    home: Path, number: str, lock: str, used: int, absent: int, spare: int, spoiled: int, destroyed: int,
    keep_pdf: bool, people: list[Acting],
) -> Outcome:  # fmt: skip
    """回收清点：份数必须相符 | the copies must balance."""
    seat = station_seat(home)
    package = opening.armed(seat, number, lock)
    counts = Counts(used, absent, spare, spoiled, destroyed)
    signers = [person.signer for person in people]
    sent = returning.return_copies(seat, package, counts, signers, _centre(seat, False), keep_pdf=keep_pdf)
    data = {"package": package.row.row.core.package, "printed": counts.total, "counts": str(counts), "sent": sent}
    return Outcome(data, f"{counts.total} = {counts}", "the copies balance")


def _centre(seat: Seat, offline: bool) -> CentreLine:
    return bootstrap.centre_line(seat.directory, seat.device, offline=offline)


def arm_all(seat: Seat, number: str, secret: bytes, people: list[Acting], centre: CentreLine) -> list[str]:
    """Arm every package that is here; their numbers."""
    packages = local_packages(seat, number)
    for package in packages:
        distributing.arm(seat, package, secret, [person.signer for person in people], centre)
    return [package.row.row.core.package for package in packages]


def unlock_together(home: Path, people: list[Acting]) -> bytes:
    """The device's decryption key, opened by two people together."""
    return unlock((home / "seal.key").read_bytes(), {person.signer.name: person.passphrase for person in people})


def release_of(
    seat: Seat, package: Fetched, centre: CentreLine, *, phone: bool = False, offline: bool = False
) -> ReleaseObject | bytes:
    """The release, by the first road that is open: the phone if asked for, the centre, the holders."""
    if phone:
        code = str(click.prompt("口令码 | the code read over the phone", err=True))
        return opening.release_of_code(package, code)
    published = published_release(centre, package.manifest, seat.directory, package.row.row.core.lock)
    if published is not None:
        return published
    if offline:
        raise UnavailableError("open.offline")
    intent, lock = opening.intent_of(seat, package), package.row.row.core.lock
    fresh, holders = opening.fresh_checkpoint(seat, intent, centre), bootstrap.holder_lines(seat.directory)
    answers = ask_holders(holders, package.manifest, seat.directory, lock, intent, fresh)
    answers.raise_first(package.manifest.header.k)
    return make_release(answers.lines, package.manifest, seat.directory, lock)


COMMANDS: dict[str, click.Command] = {"station": station}
