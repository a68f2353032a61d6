"""The scoring desk's seat: `scoring arm | open`. Afterwards `paper verify | replay | predictability` work in its home."""

from __future__ import annotations

from pathlib import Path

import click

from itembank import bootstrap
from itembank.bootstrap.station import scoring_seat
from itembank.cli.frame import Acting, Outcome, acting, progress, verb
from itembank.cli.station import release_of, unlock_together
from itembank.steps import distributing, opening
from itembank.steps.seat import local_packages

SESSION = click.option("--session", "number", default="", help="场次编号，只有一场时可省 | the session, if there are several")


@click.group()
def scoring() -> None:
    """阅卷室 | the scoring desk."""


@verb(scoring, "arm")
@SESSION
@acting(2)
def arm(home: Path, number: str, people: list[Acting]) -> Outcome:
    """领取答案包并预检，可在考前办理 | fetch the answer keys and try them, before the exam too."""
    seat = scoring_seat(home)
    secret, centre = unlock_together(home, people), bootstrap.centre_line(seat.directory, seat.device)
    distributing.fetch(seat, centre, progress)
    packages = local_packages(seat, number)
    for package in packages:
        distributing.arm(seat, package, secret, [person.signer for person in people], centre)
    names = [package.row.row.core.package for package in packages]
    return Outcome({"armed": names}, f"阅卷室已领取并预检 {len(names)}包", f"{len(names)} answer keys armed")


@verb(scoring, "open")
@SESSION
@acting(2)
def open_(home: Path, number: str, people: list[Acting]) -> Outcome:
    """考试结束后由两名阅卷员解开答案，留存密封的合规证明 | after the exam two scorers open the answer keys; the certificate is kept, sealed."""
    seat = scoring_seat(home)
    packages, secret = opening.armed_keys(seat, number), unlock_together(home, people)
    centre, scorers = bootstrap.centre_line(seat.directory, seat.device), [person.signer for person in people]
    opened = []
    for package in packages:
        with opening.refusals_reported(seat, package, centre):
            release = release_of(seat, package, centre)
            opened.append(opening.open_answer_key(seat, package, secret, scorers, release, centre))
    # Every answer key of a session holds the one certificate of its draw.
    certificate = opening.keep_certificate(seat, opened[0], bootstrap.random)
    papers = [{"paper": str(key["paper"]), "answers": len(key["answers"])} for key in opened]
    zh = f"答案已解开 {len(papers)}卷，合规证明 {certificate}"
    return Outcome({"papers": papers, "certificate": certificate}, zh, f"{len(papers)} answer keys opened")


COMMANDS: dict[str, click.Command] = {"scoring": scoring}
