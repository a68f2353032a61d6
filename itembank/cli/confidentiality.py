"""Who may look at content: pledges and recusals, each person's own word."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from itembank import bootstrap
from itembank.bootstrap.centre import centre_seat
from itembank.cli.frame import Acting, Outcome, acting, verb
from itembank.domain.session import beijing, beijing_day_end
from itembank.steps import viewing
from keys.encoding import time_text


@click.group()
def pledge() -> None:
    """保密承诺书 | confidentiality pledges."""


@click.group()
def recusal() -> None:
    """回避 | recusals."""


@verb(pledge, "sign")
@click.option("--pool", "pools", required=True, multiple=True, help="题库名，可多个 | name of the pool, may be several")
@acting()
def pledge_sign(home: Path, pools: tuple[str, ...], people: list[Acting]) -> Outcome:
    """签署保密承诺书：承诺书全文先行显示；可多人各自签署 | sign the pledge, each for himself; its words are shown first."""
    seat = centre_seat(home)
    for pool in pools:
        click.echo(viewing.pledge_words(pool, bootstrap.now(), seat.policy), err=True)
    untils = [
        viewing.sign_pledge_for(seat.book, seat.directory, bootstrap.now, seat.policy, pool, person.signer)
        for person in people
        for pool in pools
    ]
    data = {"pools": list(pools), "people": len(people), "until": time_text(min(untils))}
    return Outcome(data, f"承诺书已签，有效至 {beijing(min(untils))}", "the pledge is signed")


@verb(recusal, "declare")
@click.option("--blueprint", required=True, help="细目表标识 | key of the blueprint")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="回避至何日（含当日）| the last day of it")
@click.option("--reason", required=True, help="事由 | why")
@acting(1)
def recusal_declare(home: Path, blueprint: str, until: datetime, reason: str, people: list[Acting]) -> Outcome:
    """申报回避：到期前不再看到该职业等级的试题 | stand aside from an occupation and level."""
    seat, end = centre_seat(home), beijing_day_end(until.date())
    viewing.declare_recusal(seat.book, seat.directory, bootstrap.now, blueprint, reason, end, people[0].signer)
    return Outcome({"blueprint": blueprint, "until": time_text(end)}, "回避已登记", "the recusal is entered")


COMMANDS: dict[str, click.Command] = {"pledge": pledge, "recusal": recusal}
