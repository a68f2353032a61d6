"""The scoring desk's seat: `scoring arm | open`. Afterwards `paper verify | replay | predictability` work in its home."""

from __future__ import annotations

from pathlib import Path

import click

from itembank import bootstrap
from itembank.bootstrap.station import scoring_seat
from itembank.cli.frame import Acting, Outcome, acting, check_output_folder, progress, verb
from itembank.cli.station import SESSION, arm_all, release_of, unlock_together
from itembank.domain.paper import Form
from itembank.domain.session import ExamSession
from itembank.formats.desk_draft import station_key
from itembank.formats.desk_statements import read_attempt
from itembank.formats.text_sheets import TextSheet, write_text_sheets
from itembank.steps import certifying, distributing, opening
from keys.durable import replace
from keys.encoding import Json


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
    names = arm_all(seat, number, secret, people, centre)
    return Outcome({"armed": names}, f"阅卷室已领取并预检 {len(names)}包", f"{len(names)} answer keys armed")


@verb(scoring, "open")
@SESSION
@click.option(
    "--keys", "keys_folder", type=click.Path(path_type=Path, file_okay=False),
    help="另存各考点的评分答案（xlsx，明文）| where each station's marking key goes, in clear",
)  # fmt: skip
@acting(2)
def open_(home: Path, number: str, keys_folder: Path | None, people: list[Acting]) -> Outcome:
    """考试结束后由两名阅卷员解开答案，留存密封的合规证明 | after the exam two scorers open the answer keys; the certificate is kept, sealed."""
    seat = scoring_seat(home)
    if keys_folder is not None:
        check_output_folder(keys_folder, home)
    packages, secret = opening.armed_keys(seat, number), unlock_together(home, people)
    centre, scorers = bootstrap.centre_line(seat.directory, seat.device), [person.signer for person in people]
    opened = []
    for package in packages:
        with opening.refusals_reported(seat, package, centre):
            release = release_of(seat, package, centre)
            opened.append(opening.open_answer_key(seat, package, secret, scorers, release, centre))
    # Every answer key of a session holds the one certificate of its draw.
    found = certifying.check_certificate(opened[0]["certificate"], seat.directory)
    certificate = opening.keep_certificate(seat, opened[0], bootstrap.random)
    ordered = read_attempt(found.provenance.statement.encode(), seat.directory).order
    files = [] if keys_folder is None else [name for answers in opened for name in _keep_keys(keys_folder, answers, ordered)]
    papers = [{"paper": str(key["paper"]), "answers": len(key["answers"])} for key in opened]
    zh = f"答案已解开 {len(papers)}卷，合规证明 {certificate}"
    data = {"papers": papers, "certificate": certificate, "keys": files}
    return Outcome(data, zh, f"{len(papers)} answer keys opened")


def _keep_keys(folder: Path, answers: Json, ordered: ExamSession) -> list[str]:
    """One workbook a station: which copy (none where all are alike), which question, what is right. Their names.

    None for a paper without keys: an operation-skill paper brings its marking sheets.
    """
    if not any(answer["key"] for answer in answers["answers"]):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    form, names = next(form for form in Form if ordered.paper_no(form) == answers["paper"]), []
    for order in ordered.stations:
        lines = [(copy, str(number), key) for copy, number, key in station_key(answers, form, ordered, order)]
        sheet = TextSheet("评分答案", [("份号", "题号", "答案"), *lines], {"答案": 40})
        names.append(str(folder / f"{ordered.package_no(form, order.station)}.xlsx"))
        replace(Path(names[-1]), [write_text_sheets([sheet])], 0o600)
    return names


COMMANDS: dict[str, click.Command] = {"scoring": scoring}
