"""The desk's seat: `session new`, `seed give`, `proof pledge|sign`, `seal`, `approve`, `publish`, `uses send`."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import click

from itembank import bootstrap
from itembank.bootstrap.desk import DeskSeat, desk_seat, renderer
from itembank.cli.assembling import chosen_plan, unlock_desk
from itembank.cli.frame import Acting, Outcome, acting, progress, verb
from itembank.domain.confidentiality import Pledge
from itembank.domain.occupation import LEVELS
from itembank.domain.paper import Form, Scheme
from itembank.domain.session import ExamSession, StationOrder, Times, Variants, beijing
from itembank.formats.desk_draft import DeskDraft
from itembank.printing.render import StationMark
from itembank.steps import assembling, counting, desk_pledges, distributing, drawn_items, pooling, proving, sealing
from itembank.steps.desk_session import attempted_pools, load_draft, load_session, proved_attempt
from itembank.steps.drafting import check_draft
from keys.encoding import read_time, time_text
from keys.errors import RefusedError
from keys.manifest import Manifest

PUBLISH_SECONDS = 20.0
QUESTION = re.compile("([ABS])([1-9][0-9]{0,2})")
DIGITS = re.compile(r"[0-9]{1,6}")


@click.group()
def session() -> None:
    """场次 | sessions."""


@click.group()
def seed() -> None:
    """抽题种子 | seeds of a draw."""


@click.group()
def proof() -> None:
    """清样 | the proof."""


@click.group()
def uses() -> None:
    """试题使用情况 | which items were used."""


desk = click.Group()


@verb(session, "new")
@click.option("--number", required=True, help="场次编号，如 202612-6-31-01-03-4-L-01 | the session's number")
@click.option("--occupation", required=True, help="职业 | occupation")
@click.option("--level", required=True, type=click.IntRange(1, 5), help="等级 | level")
@click.option("--subject", default="理论知识", show_default=True, help="科目 | subject")
@click.option("--plan", default="80题型", show_default=True, help="组卷计划：名称或文件 | plan: a name or a file")
@click.option(
    "--scheme",
    default="appraisal",
    show_default=True,
    type=click.Choice([scheme.value for scheme in Scheme]),
    help="鉴定或认定 | appraisal or recognition",
)
@click.option("--station", "stations", multiple=True, required=True, help="考点:份数:备用 | station CODE:COPIES:SPARE")
@click.option(
    "--variants",
    default="station",
    show_default=True,
    type=click.Choice([variants.value for variants in Variants]),
    help="分卷：每个考点或每个座位一种题序 | an order of questions for each station or for each seat",
)
def session_new(
    home: Path,
    number: str,
    occupation: str,
    level: int,
    subject: str,
    plan: str,
    scheme: str,
    stations: tuple[str, ...],
    variants: str,
) -> Outcome:
    """登记场次：职业、等级、考点与份数 | order a session."""
    orders, rules = tuple(_station_order(text) for text in stations), chosen_plan(plan)
    ordered = ExamSession(number, Scheme(scheme), occupation, level, subject, rules.name, orders, Variants(variants))
    seat = desk_seat(home)
    assembling.new_session(seat.folder, seat.directory, ordered, rules)
    data = {"session": number, "stations": [order.station for order in orders]}
    return Outcome(data, f"场次 {number} {occupation} {LEVELS[level]} {len(orders)}个考点", f"session {number}")


@verb(session, "plan")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option(
    "--plan", "name", required=True, help="同名的新计划（文件），给种子之前 | the plan as it is from now on, before any seed"
)
def session_plan(home: Path, number: str, name: str) -> Outcome:
    """更改组卷计划，须在给种子之前 | change the plan, before the seeds of an attempt are given."""
    rules = chosen_plan(name)
    assembling.change_plan(desk_seat(home).folder, number, rules)
    return Outcome({"session": number, "plan": rules.name}, f"{number} 组卷计划已更改", "the plan is changed")


@verb(seed, "give")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option(
    "--redraw",
    default="",
    metavar="REASON",
    help="放弃已组的卷，重新组卷；理由记入台账，勿写题文 | give up the drawn paper, saying why in the ledger: quote no item",
)
@acting(1)
def seed_give(home: Path, number: str, redraw: str, people: list[Acting]) -> Outcome:
    """给出一份抽题种子，密封给组卷室 | give one sealed seed."""
    seat = desk_seat(home)
    officer = people[0].signer
    attempt = assembling.give_seed(
        seat.folder, seat.directory, seat.me, number, officer, bootstrap.now, bootstrap.random, redraw=redraw
    )
    return Outcome({"session": number, "attempt": attempt}, f"{seat.directory.label(officer.name)} 已给种子", "seed given")


@verb(proof, "pledge")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@acting(1, 2)
def proof_pledge(home: Path, number: str, people: list[Acting]) -> Outcome:
    """审卷人为所抽题库签署保密承诺书：全文先行显示 | who will read the proof pledges; the words are shown first."""
    seat, at = desk_seat(home), bootstrap.now()
    until = at + timedelta(days=seat.policy.review.pledge_days)
    pools = proving.drawn_pools(seat.folder, seat.directory, number)
    for pool in pools:
        click.echo(Pledge("", pool, at, until).words, err=True)
    for person in people:
        for pool in pools:
            desk_pledges.pledge(seat.folder, seat.centre, person.signer, pool, at, until)
    data = {"session": number, "pools": pools, "until": time_text(until)}
    return Outcome(data, f"承诺书已签（{'、'.join(pools)}），有效至 {beijing(until)}", "the pledges are signed")


@verb(proof, "sign")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--seen", is_flag=True, help="两人已看过，不再展示（记入台账）| skip the page; the line records it")
@acting(2)
def proof_sign(home: Path, number: str, seen: bool, people: list[Acting]) -> Outcome:
    """审卷：两人在本机页面看一次清样并签名 | two people read the proof once and sign it."""
    seat = desk_seat(home)
    signers = [person.signer for person in people]
    shown = (
        "seen" if seen
        else proving.begin_showing(seat.folder, seat.directory, number, signers, seat.centre, bootstrap.now)
    )  # fmt: skip
    draft = checked_draft(seat, number, unlock_desk(seat, people[0]))
    if shown.startswith("page"):
        _show(seat, draft, [person.signer.name for person in people])
    papers = proving.prove(seat.folder, seat.directory, draft, shown, signers, seat.centre, bootstrap.now)
    names = "、".join(seat.directory.label(signer.name) for signer in signers)
    return Outcome({"session": number, "papers": papers}, f"清样 {papers['A'][:16]} {names}", "proof signed")


@verb(proof, "exclude")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--question", "questions", multiple=True, required=True, metavar="A17", help="卷别和题号 | paper and number")
@click.option("--reason", required=True, help="理由，记入台账，勿写题文 | why; it stands in the ledger, quote no item")
@acting(2)
def proof_exclude(home: Path, number: str, questions: tuple[str, ...], reason: str, people: list[Acting]) -> Outcome:
    """审卷人剔除试题：放弃本次组卷，须由两人重新给种子、再组卷 | take questions out; the papers are drawn anew."""
    seat, signers = desk_seat(home), [person.signer for person in people]
    secret = unlock_desk(seat, people[0])
    draft = load_draft(seat.folder, number, secret)
    attempt = proving.exclude(
        seat.folder, seat.directory, seat.me, secret, draft, [_question(text) for text in questions], reason, signers,
        bootstrap.now, bootstrap.random,
    )  # fmt: skip
    return Outcome(
        {"session": number, "attempt": attempt}, f"{number} 已剔除{len(questions)}题，待第{attempt}次组卷", "excluded"
    )


def _question(text: str) -> tuple[Form, int]:
    found = QUESTION.fullmatch(text)
    if found is None:
        raise click.UsageError("--question: 如 A17 | like A17")
    return Form(found[1]), int(found[2])


@verb(desk, "seal")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--starts-at", required=True, help="开考时间 YYYY-MM-DDThh:mm:ssZ | start of the exam, UTC")
@click.option(
    "--lead",
    default=60,
    show_default=True,
    type=click.IntRange(0, 90),
    help="解密提前量（分钟，至多90）| minutes before the start",
)
@acting(1)
def seal(home: Path, number: str, starts_at: str, lead: int, people: list[Acting]) -> Outcome:
    """封装：每考点一份电子试卷包 | seal every station's package."""
    seat = desk_seat(home)
    secret = unlock_desk(seat, people[0])
    draft = checked_draft(seat, number, secret)
    plan = proved_attempt(seat.folder, seat.directory, number).plan
    ordered = load_session(seat.folder, number)
    start = read_time(starts_at)
    times = Times(start, plan.minutes, start - timedelta(minutes=lead))
    manifest = sealing.seal(
        seat.folder,
        seat.directory,
        seat.me,
        draft,
        ordered,
        times,
        seat.policy.predictability,
        people[0].signer,
        renderer(lambda done: progress(f"制版 {done} | rendered {done}")),
        bootstrap.now,
        bootstrap.random,
        progress,
    )
    # From now on it is only said of an item that it was used, not for what.
    attempts = [f"{number}/{attempt}" for attempt in range(1, draft.attempt + 1)]
    drawn_items.settle(seat.folder, seat.me, secret, attempts, bootstrap.random)
    data = sealing.summary(manifest, bootstrap.now())
    when = _when(manifest)
    return Outcome(data, f"{number} 已封装 {manifest.row_count}包，待审批 {when}", f"sealed, {manifest.row_count} packages")


@verb(desk, "approve")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@acting(1)
def approve(home: Path, number: str, people: list[Acting]) -> Outcome:
    """审批：另一人核对封装清单并签名 | a second person approves the manifest."""
    seat = desk_seat(home)
    ordered = load_session(seat.folder, number)
    manifest = sealing.approve(seat.folder, seat.directory, number, people[0].signer, bootstrap.now)
    data = sealing.summary(manifest, bootstrap.now())
    stations = "、".join(f"{order.station}×{order.copies}" for order in ordered.stations)
    who = seat.directory.label(people[0].signer.name)
    return Outcome(data, f"{number} {who} 已审批 {_when(manifest)} {stations}", f"approved, opens {data['opens']}")


@verb(desk, "publish")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
def publish(home: Path, number: str) -> Outcome:
    """发布：上传、存入分片、下发意向获会签；可重复 | upload, deposits, cosigned intent; may be repeated."""
    seat = desk_seat(home)
    folder = sealing.newest_folder(seat.folder, number)
    waiting = bootstrap.patience(PUBLISH_SECONDS)
    reached = distributing.publish(seat.folder, seat.directory, folder, number, seat.centre, seat.holders, waiting, progress)
    data = {"session": number, "deposits": list(reached.deposits), "missing": reached.missing}
    names = "、".join(seat.directory.label(name) for name in reached.deposits)
    return Outcome(data, f"{number} 已发布 分片存入 {names}", f"published, {len(reached.deposits)} deposits")


@verb(uses, "send")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@acting(1)
def uses_send(home: Path, number: str, people: list[Acting]) -> Outcome:
    """解密后向题库报告用过的试题；可重复 | after opening, tell the bank which items were used; may be repeated."""
    seat = desk_seat(home)
    folders = sealing.sealed_folders(seat.folder, number)
    secret = unlock_desk(seat, people[0])
    counted = counting.send_uses(seat.folder, seat.directory, seat.me, seat.device, secret, number, folders, seat.centre)
    told = {report.form: len(report.items) for report in counted.sent}
    data = {"session": number, "sent": told, "waiting": list(counted.waiting)}
    zh = "、".join(f"{form} {items}题" for form, items in told.items()) or "无新报告"
    return Outcome(data, f"{number} 使用情况已报 {zh}", f"{len(told)} use reports sent, {len(counted.waiting)} not opened")


def _when(manifest: Manifest) -> str:
    """What both officers answer for: the hour, as their own clocks show it."""
    header = manifest.header
    return f"开考 {beijing(header.sitting.starts_at)} 解密 {beijing(header.lock(Form.MAIN.value).opens)}"


def _station_order(text: str) -> StationOrder:
    parts = text.split(":")
    if len(parts) != 3 or not all(DIGITS.fullmatch(part) for part in parts[1:]):
        raise click.UsageError("--station: 考点:份数:备用 | CODE:COPIES:SPARE")
    return StationOrder(parts[0], int(parts[1]), int(parts[2]))


def checked_draft(seat: DeskSeat, number: str, secret: bytes) -> DeskDraft:
    """The draft, once it is what was drawn from the pools its attempt names."""
    draft = load_draft(seat.folder, number, secret)
    named = attempted_pools(seat.folder, seat.directory, number)
    pools = pooling.open_pools(seat.folder, seat.directory, seat.me, secret, named)
    check_draft(seat.directory, load_session(seat.folder, number), draft, pools)
    return draft


def _show(seat: DeskSeat, draft: DeskDraft, pair: list[str]) -> None:
    """The pair reads both papers on a page of this machine; the pages come from memory and end with it."""
    # The only desk command with a page: the others need not load what serves it.
    from itembank.web.proof import show_once

    render = renderer(lambda _: None)
    mark = StationMark(seat.me.name, "清样", draft.session)
    pages = {form.value: render(paper.content, paper.content.paper_no, [mark])[0] for form, paper in draft.papers.items()}

    def announce(address: str) -> None:
        click.echo(f"请两人在本机打开 | both open on this machine: {address}", err=True)
        for who in map(seat.directory.label, pair):
            if not click.confirm(f"{who} 已看完全部页面 | {who} has read every page", err=True):
                raise RefusedError("proof.not_read", who=who)

    show_once(pages, bootstrap.random(16).hex(), announce)


COMMANDS: dict[str, click.Command] = {**desk.commands, "session": session, "seed": seed, "proof": proof, "uses": uses}
