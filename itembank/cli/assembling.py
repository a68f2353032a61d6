"""The desk draws, and what it drew is checked: `assemble`, `paper verify|replay|predictability`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from itembank import bootstrap, messages
from itembank.assembly import replay as replaying
from itembank.assembly.certificate import Certificate
from itembank.assembly.predictability import guessed, simulated
from itembank.assembly.replay import task_of
from itembank.assembly.solver import Solver, SolverName
from itembank.bootstrap.desk import DeskSeat, desk_seat, print_setting
from itembank.cli.frame import Acting, Outcome, acting, check_output_folder, progress, verb
from itembank.domain.errors import PlanError
from itembank.domain.paper import Form
from itembank.domain.plan import PLANS, Plan
from itembank.domain.session import beijing_day
from itembank.formats.draft import open_certificate
from itembank.formats.plan_file import plan_document, read_plan_file
from itembank.steps import assembling, certifying, overriding, pooling
from itembank.steps.desk_session import attempted_pools, load_plan, load_session
from itembank.steps.paper_register import register
from keys.directory import load_directory
from keys.durable import replace
from keys.errors import RefusedError
from keys.keyfile import unlock

CERTIFICATE = click.argument("certificate", type=click.Path(path_type=Path, exists=True, dir_okay=False))


def chosen_plan(name: str) -> Plan:
    """One of the plans there are, or the plan of a file. Raises PlanError, PlanFileError."""
    if name in PLANS:
        return PLANS[name]
    file = Path(name)
    if not file.is_file():
        raise PlanError("plan.unknown", plan=name)
    return read_plan_file(file.read_bytes())


def unlock_desk(seat: DeskSeat, person: Acting) -> bytes:
    """The desk's decryption key, opened by the acting person's own slot."""
    return unlock_home(seat.home, person)


def unlock_home(home: Path, person: Acting) -> bytes:
    return unlock((home / "seal.key").read_bytes(), {person.signer.name: person.passphrase})


def _forms(text: str) -> tuple[Form, ...]:
    try:
        forms = tuple(Form(part.strip().upper()) for part in text.split(","))
    except ValueError:
        forms = ()
    if len(set(forms)) != len(forms) or Form.MAIN not in forms:
        raise click.UsageError("--papers: a,s 或 a,b,s | a,s or a,b,s")
    return forms


desk = click.Group()


@verb(desk, "assemble")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--plan", default="", help="核对登记的计划（名称或文件）| the plan as it must be ordered")
@click.option("--papers", default="a,s", show_default=True, help="A卷、B卷、备用卷 | paper A, B, spare")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="另存密封的合规证明 | where sealed copies go, for the desk only",
)
@acting(1)
def assemble(home: Path, number: str, plan: str, papers: str, out: Path | None, people: list[Acting]) -> Outcome:
    """组卷：按计划一次抽出各卷，并出具合规证明 | draw the papers of a session."""
    began, forms, seat = time.monotonic(), _forms(papers), desk_seat(home)
    if out is not None:
        check_output_folder(out, home)
    if plan and plan_document(asked := chosen_plan(plan)) != plan_document(load_plan(seat.folder, number)):
        raise PlanError("plan.not_ordered", plan=asked.name, ordered=load_session(seat.folder, number).plan)
    secret = unlock_desk(seat, people[0])
    progress("打开题库 | opening the pools")
    pools = pooling.open_pools(
        seat.folder, seat.directory, seat.me, secret, attempted_pools(seat.folder, seat.directory, number)
    )
    progress("登记组卷，抽题 | recording the attempt, drawing")
    try:
        drawn = assembling.assemble(
            seat.folder, seat.directory, seat.me, secret, people[0].signer, number, pools, print_setting(), seat.centre,
            bootstrap.now, bootstrap.random, forms,
        )  # fmt: skip
    except RefusedError as error:
        if error.code in assembling.UNDRAWABLE:
            pooling.drop_pool(seat.folder, seat.directory, str(error.facts["pool"]))
        raise
    except assembling.Unmet as unmet:
        return _unmet(unmet)
    kept = _keep(out, number, drawn) if out is not None else ""
    return _told(drawn.certificate, kept, time.monotonic() - began)


@desk.group()
def plan() -> None:
    """组卷计划 | plans."""


@verb(plan, "check")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--plan", "name", default="", help="组卷计划：名称或文件；缺省为登记的计划 | a plan; without it the ordered one")
@click.option("--papers", default="a,s", show_default=True, help="A卷、B卷、备用卷 | paper A, B, spare")
@acting(1)
def plan_check(home: Path, number: str, name: str, papers: str, people: list[Acting]) -> Outcome:
    """组卷前的供需表：逐项列出需要、可用与缺口，不抽题 | what the pools can give to each line; nothing is drawn."""
    seat, count = desk_seat(home), len(_forms(papers))
    secret = unlock_desk(seat, people[0])
    asked = chosen_plan(name) if name else load_plan(seat.folder, number)
    pools = pooling.open_pools(seat.folder, seat.directory, seat.me, secret)
    day = beijing_day(bootstrap.now())
    lines = assembling.supply_of(
        seat.folder, seat.directory, secret, load_session(seat.folder, number), asked, pools, count, day
    )
    short = [line for line in lines if line.short]
    below = tuple(f"{line.sentence()} | {line.sentence_en()}" for line in lines)
    data = {"session": number, "plan": asked.name, "papers": count, "lines": [line.document() for line in lines]}
    zh, en = (f"缺 {len(short)}项", f"{len(short)} lines are short") if short else ("各项均有供给", "every line has its supply")
    return Outcome(data, f"{asked.name} {count}套：{zh}", en, below, 3 if short else 0)


def _keep(out: Path, number: str, drawn: assembling.Assembled) -> str:
    """Write the sealed certificate and the sealed draft; where the certificate lies."""
    out.mkdir(parents=True, exist_ok=True)
    name = f"{number}-{drawn.certificate.provenance.attempt}"
    replace(out / f"{name}.draft", [drawn.draft], 0o600)
    replace(out / f"{name}.certificate", [drawn.sealed], 0o600)
    return str(out / f"{name}.certificate")


def _told(certificate: Certificate, kept: str, seconds: float) -> Outcome:
    counts = certificate.counts()
    papers = [{"form": form, **counts[form], "mean_difficulty": certificate.mean_difficulty(form) / 100} for form in counts]
    data = {
        "session": certificate.provenance.session, "papers": papers, "certificate": kept,
        "attempt": certificate.provenance.attempt, "seconds": round(seconds, 2), "score": certificate.score,
    }  # fmt: skip
    main = counts[Form.MAIN.value]
    forms = "、".join(counts)
    zh = f"{forms}卷 各{main['items']}题 {main['points']}分 | 国家题库 {main['national']}题 市库 {main['local']}题 | 合规 {certificate.score}"
    return Outcome(data, zh, f"papers {', '.join(counts)}: {main['items']} items each, certificate {certificate.score}")


def _unmet(unmet: assembling.Unmet) -> Outcome:
    """Exit 3 with the table: no refusal says as much in one sentence."""
    told = messages.explain(unmet)
    data = {"error": told.code, "text": told.text_zh, "text_en": told.text_en, "next": told.next_zh, **unmet.why.document()}
    below = (*(f"{zh} | {en}" for zh, en in unmet.why.sentences()), f"→ {told.next_zh} | {told.next_en}")
    return Outcome(
        data, f"[拒绝] 题库不能满足组卷计划“{unmet.facts['plan']}”", "the bank cannot meet the plan", below, told.exit_code
    )


paper = click.Group("paper", help="试卷的合规证明 | certificates of papers.")
desk.add_command(paper)


@verb(paper, "list")
def paper_list(home: Path) -> Outcome:
    """卷库：本组卷室的试卷、状态、用于哪些考点 | the papers of this desk, their states, where they are used."""
    seat, sessions = desk_seat(home), home / "sessions"
    numbers = [folder.name for folder in sessions.iterdir() if folder.is_dir()] if sessions.is_dir() else []
    papers = register(seat.folder, seat.directory, numbers)
    below = tuple(
        f"{one.paper} 第{one.attempt}次 {one.plan} {one.state.zh} {'、'.join(one.stations)}{one.reason}" for one in papers
    )
    return Outcome({"papers": [one.document() for one in papers]}, f"卷库 {len(papers)}卷", f"{len(papers)} papers", below)


@verb(paper, "verify")
@CERTIFICATE
@acting(1)
def verify(home: Path, certificate: Path, people: list[Acting]) -> Outcome:
    """独立复核：登记、种子、每条规则 | check a certificate: attempt, seeds, every rule."""
    found = _opened(home, certificate, people[0])
    data = {"session": found.provenance.session, "attempt": found.provenance.attempt, "score": found.score, "holds": True}
    return Outcome(data, f"{found.provenance.session} 合规 {found.score}，复核一致", f"certificate {found.score} holds")


@verb(paper, "replay")
@CERTIFICATE
@click.option("--solver", default="highs", show_default=True, type=click.Choice([name.value for name in SolverName]),
              help="求解器 | which solver")  # fmt: skip
@acting(1)
def replay(home: Path, certificate: Path, solver: str, people: list[Acting]) -> Outcome:
    """重演：由同一种子再抽一次，逐题相同才算一致 | draw again from the same seed; the same items or exit 4."""
    began, found = time.monotonic(), _opened(home, certificate, people[0])
    again = replaying.drawn_again(found, SolverName(solver), lambda done: progress(f"重演 {done} | replayed {done}"))
    same = replaying.is_same(found, again)
    data: dict[str, Any] = {"same": same, "solver": solver, "seconds": round(time.monotonic() - began, 2)}
    zh, en = ("逐题一致", "the same items") if same else ("与证明不一致", "other items than the certificate's")
    return Outcome(data, f"{found.provenance.session} 重演（{solver}）{zh}", en, exit_code=0 if same else 4)


@verb(paper, "predictability")
@CERTIFICATE
@click.option("--papers", default=100, show_default=True, type=click.IntRange(10, 10_000), help="模拟套数 | simulated papers")
@acting(1)
def predictable(home: Path, certificate: Path, papers: int, people: list[Acting]) -> Outcome:
    """可猜性：熟悉题库而不知种子的人能猜中多少 | how much can be guessed without the seed."""
    found = _opened(home, certificate, people[0])
    seen: list[frozenset[str]] = []
    with Solver() as solver:
        for done, items in enumerate(simulated(task_of(found), papers, solver), start=1):
            seen.append(items)
            progress(f"模拟 {done}/{papers} | simulated {done}/{papers}")
    told, guess = found.predictability, guessed(seen, found.plan.items)
    data = {
        "session": found.provenance.session, "floor": told.floor / 1000, "guess": round(guess, 3), "papers": papers,
        "forced": list(told.forced), "thin": list(told.thin),
    }  # fmt: skip
    zh = f"至少可猜中 {told.floor / 10:g}%（理论下限），模拟猜中 {100 * guess:.1f}%，必出 {len(told.forced)}题"
    return Outcome(
        data, zh, f"floor {told.floor / 10:g}%, guessed {100 * guess:.1f}%", tuple(f"紧缺：{line}" for line in told.thin)
    )


@verb(paper, "allow")
@click.option("--session", "number", required=True, help="场次编号 | the session's number")
@click.option("--reason", required=True, help="理由 | why")
@acting(2)
def allow(home: Path, number: str, reason: str, people: list[Acting]) -> Outcome:
    """两名题库管理员准予封装可猜性超限的试卷，记入台账 | two managers allow a paper that can be guessed."""
    seat, signers = desk_seat(home), [person.signer for person in people]
    floor = overriding.allow(seat.folder, seat.directory, number, signers, reason, seat.centre, bootstrap.now)
    return Outcome({"session": number, "floor": floor / 1000}, f"{number} 已准予封装（可猜 {floor / 10:g}%）", "allowed")


def _opened(home: Path, file: Path, person: Acting) -> Certificate:
    """The certificate that lies sealed to the key of this home: the desk's, or the scoring desk's once it has opened the key."""
    bootstrap.forbid_core_dumps()
    secret = unlock_home(home, person)
    return certifying.check_certificate(open_certificate(file.read_bytes(), secret), load_directory(home))


COMMANDS: dict[str, click.Command] = {**desk.commands}
