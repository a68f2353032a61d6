"""The scoring desk, after the exam: two scorers open the answer keys, and whoever it lets checks and replays the draw."""

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from itembank.assembly.replay import drawn_again, is_same
from itembank.assembly.solver import SolverName
from itembank.domain.paper import Form
from itembank.domain.variant import place_name
from itembank.formats.desk_draft import marking_key
from itembank.formats.draft import open_certificate
from itembank.formats.receipts import read_receipt, sign_receipt
from itembank.steps import distributing, opening
from itembank.steps.asking import published_release
from itembank.steps.certifying import check_certificate
from itembank.steps.releasing import ask_holders
from itembank.steps.seat import Fetched
from tests.province import FIRST, SESSION, STARTS, STATIONS, STORY, After, Province, flipped, refused, told_nobody

SCORERS = ("scorer-1", "scorer-2")
OVER = STARTS + timedelta(minutes=95)


@pytest.fixture
def held(after: After) -> Province:
    """An exam of one paper, without a spare, in full swing: both stations have opened and printed."""
    province = after("seeds")
    province.assemble(forms=(Form.MAIN,))
    steps = list(STORY)
    for step in steps[steps.index("prove") : steps.index("return")]:
        STORY[step](province)
    return province


def arm(province: Province, *people: str) -> Fetched:
    """The scoring desk's one package, fetched and tried."""
    seat, line = province.seat("scoring"), province.line("scoring")
    [package] = distributing.fetch(seat, line, told_nobody)
    distributing.arm(seat, package, province.secret("seal", "scoring"), province.signers(*people or SCORERS), line)
    return package


def opened(province: Province, *people: str) -> Any:
    seat, line = province.seat("scoring"), province.line("scoring")
    [package] = opening.armed_keys(seat, SESSION)
    release = published_release(line, package.manifest, province.directory, "KEY")
    assert release is not None, "not released"
    secret, scorers = province.secret("seal", "scoring"), province.signers(*people or SCORERS)
    return opening.open_answer_key(seat, package, secret, scorers, release, line)


def wait_until_over(province: Province) -> None:
    province.wait_until(OVER)
    province.centre.watch.look()


def test_after_the_exam_two_scorers_open_the_key_and_the_draw_can_be_replayed(held: Province) -> None:
    arm(held)
    wait_until_over(held)
    answers = opened(held)
    opening.keep_certificate(held.seat("scoring"), answers, held.random)

    [kept] = (held.home / "scoring" / "certificates").iterdir()
    value = open_certificate(kept.read_bytes(), held.secret("seal", "scoring"))
    certificate = check_certificate(value, held.directory)
    assert is_same(certificate, drawn_again(certificate, SolverName.HIGHS, lambda _: None))
    keys = [marking_key(answers, place_name("A", code)) for code in STATIONS]
    assert keys[0] != keys[1]
    assert all({item for item, _ in key} == set(certificate.papers["A"].item_nos) for key in keys)
    assert [e.act for e in held.entries() if e.by == "scoring"] == ["fetch", "arm", "open"]
    held.return_all()
    held.settle()
    assert held.audit().findings == []


def test_before_the_exam_is_over_no_holder_gives_a_share_of_the_answer_key(held: Province) -> None:
    package = arm(held)
    held.wait_until(STARTS + timedelta(minutes=60))
    held.centre.watch.look()

    intent = opening.intent_of(held.seat("scoring"), package)
    answers = ask_holders(held.holders(), package.manifest, held.directory, "KEY", intent, None)
    assert held.line("scoring").release(package.manifest.hid, "KEY") is None
    assert answers.lines == () and {error.code for _, error in answers.refusals} == {"release.too_early"}


@pytest.mark.parametrize(
    ("people", "code"),
    [
        (("scorer-1",), "statement.signers"),
        (("scorer-1", "scorer-1"), "statement.same_person"),
        (("scorer-1", "lifter-1"), "statement.duty"),
        ((f"{FIRST}-operator-1", f"{FIRST}-operator-2"), "statement.duty"),
    ],
)
def test_nobody_but_two_scorers_opens_an_answer_key_the_first_time_or_again(
    held: Province, people: tuple[str, ...], code: str
) -> None:
    """Any one of its people unlocks the scoring desk's key, so the two are asked for each time."""
    arm(held)
    wait_until_over(held)

    refused(code, lambda: opened(held, *people))
    assert not [e for e in held.entries("open") if e.by == "scoring"]
    opened(held)
    refused(code, lambda: opened(held, *people))


def test_whom_the_scoring_desk_lists_is_no_scorer_by_that(held: Province) -> None:
    """Who may unlock its key is one thing, whose duty it is another."""
    scoring = held.device("scoring")
    listed = replace(scoring, people=(*scoring.people, "lifter-1", "lifter-2"))
    others = [device for device in held.directory.devices if device.name != "scoring"]
    directory = replace(held.directory, devices=(*others, listed))
    signed = sign_receipt(
        "arm", held.signer("scoring"), "", "", 1, "0" * 64, STARTS, "x", {}, held.signers("lifter-1", "lifter-2")
    )

    refused("receipt.operators", lambda: read_receipt(signed, directory))


def test_the_keys_of_a_session_are_opened_together_or_not(after: After) -> None:
    """Cut off between the answer keys of main and spare, an arming is gone on with first."""
    province = after("open")
    seat, line = province.seat("scoring"), province.line("scoring")
    packages = distributing.fetch(seat, line, told_nobody)
    distributing.arm(seat, packages[0], province.secret("seal", "scoring"), province.signers(*SCORERS), line)

    assert len(packages) == 2
    refused("scoring.not_armed", lambda: opening.armed_keys(seat, SESSION))


def test_a_paper_brought_to_the_scoring_desk_is_not_taken(held: Province) -> None:
    [paper] = held.packages(FIRST)
    for folder in ("sessions", "newest"):
        shutil.copytree(held.home / "stations" / FIRST / folder, held.home / "scoring" / folder)
    scoring, secret = held.seat("scoring"), held.secret("seal", "scoring")

    refused("scoring.no_key", lambda: distributing.arm(scoring, paper, secret, held.signers(*SCORERS), held.line("scoring")))


def test_a_changed_answer_key_is_not_opened(held: Province) -> None:
    package = arm(held)
    wait_until_over(held)
    file = held.home / "scoring" / package.folder / package.row.row.file
    file.write_bytes(flipped(file.read_bytes(), -1))

    refused("container.block", lambda: opened(held))
