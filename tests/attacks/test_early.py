"""Before T: nobody opens, whatever lies under one station, the centre and one holder together (P1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from itembank.formats.errors import ContainerError
from itembank.steps import opening
from keys import phone_code
from keys.encoding import sha256
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError
from keys.release import ReleaseObject, make_release
from keys.share import ShareLine, combine, parse_share_line
from tests.flow import insider
from tests.flow.stage import Province, running


@pytest.fixture(scope="module")
def province(armed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """Everything runs, both stations are armed, T lies three hours ahead. Its tests leave nothing behind but incidents."""
    with running(armed_home, tmp_path_factory.mktemp("early") / "province") as province:
        yield province


def test_both_operators_at_an_armed_station_are_refused_before_the_time_and_it_is_in_the_ledger(province: Province) -> None:
    done = province.open(1)
    assert (done.code, done.error) == (3, "release.too_early")
    assert "解密时间未到" in done.err and "too early" in done.err and "Traceback" not in done.err
    incidents = [entry for entry in province.entries() if entry.act == "incident"]
    assert incidents[-1].by == province.places[0].code
    assert not list(province.home.glob("stations/*/print/*"))


@pytest.mark.parametrize(("lock", "error"), [("S", "release.too_early"), ("KEY", "open.answer_key"), ("B", "open.not_armed")])
def test_no_other_lock_opens_at_a_station(province: Province, lock: str, error: str) -> None:
    done = province.open(1, "--lock", lock)
    assert (done.code, done.error) == (3, error)


def test_one_operator_is_not_enough(province: Province) -> None:
    done = province.run("station", "open", *province.at(1, people=1), "--json")
    assert done.code == 2
    again = province.run("station", "open", *province.at(1, people=1), *province.at(1, people=1)[2:], "--json")
    assert again.code in (3, 4)


@pytest.mark.parametrize("j", [1, 2, 3])
def test_station_centre_and_one_holder_with_all_their_keys_cannot_decrypt(province: Province, j: int) -> None:
    """The direct try: A by both operators, one share by its holder's key; no program and no rule in between."""
    pid = province.pid(1)
    access = insider.access_of(province, pid, province.places[0].code, province.secret(1))
    share = insider.share_of(province, j, "A")
    for release in (share, combine([(j, share)]), combine([(j, share), (j % 3 + 1, bytes(16))]), bytes(16)):
        with pytest.raises(ContainerError) as refused:
            insider.plaintext_of(province, pid, access, release)
        assert refused.value.code == "container.key"


def test_two_holders_and_the_station_could_so_the_try_above_is_the_right_one(province: Province) -> None:
    """The line `Who can open before T` draws: with k shares and A the same call opens."""
    access = insider.access_of(province, province.pid(1), province.places[0].code, province.secret(1))
    shares = [(j, insider.share_of(province, j, "A")) for j in (1, 2, 3)]
    for pair in combinations(shares, 2):
        assert insider.plaintext_of(province, province.pid(1), access, combine(pair)).startswith(b"%PDF")


def test_without_the_stations_factor_all_shares_open_nothing(province: Province) -> None:
    with pytest.raises(ContainerError):
        insider.plaintext_of(province, province.pid(1), bytes(32), insider.release_of(province, "A"))


def other_session(province: Province) -> list[ShareLine]:
    return [insider.line_of(province, 1), insider.line_of(province, 2, hid=sha256(b"another session"))]


def other_lock(province: Province) -> list[ShareLine]:
    return [insider.line_of(province, 1), insider.line_of(province, 2, lock="S")]


def one_alone(province: Province) -> list[ShareLine]:
    return [insider.line_of(province, 1)]


def one_twice(province: Province) -> list[ShareLine]:
    return [insider.line_of(province, 1), insider.line_of(province, 1)]


def invented(province: Province) -> list[ShareLine]:
    """A holder that lies: its true signature over a share that is not the committed one."""
    return [insider.line_of(province, 1), insider.line_of(province, 2, share=bytes(16))]


def in_anothers_name(province: Province) -> list[ShareLine]:
    mine = insider.line_of(province, 1)
    return [mine, replace(mine, j=2, share=insider.share_of(province, 2, "A"))]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (one_alone, "release.quorum"),
        (one_twice, "release.quorum"),
        (other_session, "share.foreign"),
        (other_lock, "share.foreign"),
        (invented, "share.commitment"),
        (in_anothers_name, "statement.signature"),
    ],
)  # fmt: skip
def test_what_does_not_combine(
    province: Province, tmp_path: Path, lines: Callable[[Province], list[ShareLine]], code: str
) -> None:
    given = lines(province)
    with pytest.raises(KeysError) as refused:
        make_release(given, province.manifest, province.directory, "A")
    assert refused.value.code == code
    (tmp_path / "lines").write_text("".join(line.format() + "\n" for line in given))
    manifest = f"stations/{province.places[0].code}/sessions/{province.hid}/{province.manifest.header.session}.manifest"
    program = ("combine", "--home", "holders/1", "--manifest", manifest, "--lines", str(tmp_path / "lines"))
    said = province.run(*program, program="keyholder")
    assert (said.code, said.out) == (refused.value.exit_code, "")


def test_a_share_line_with_any_one_flipped_character_is_refused(province: Province) -> None:
    whole = [insider.line_of(province, j) for j in (1, 2)]
    make_release(whole, province.manifest, province.directory, "A")
    text = whole[0].format()
    for at in range(len(text)):
        flipped = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
        with pytest.raises(TamperedError):
            make_release([parse_share_line(flipped), whole[1]], province.manifest, province.directory, "A")


def test_a_release_object_of_another_lock_or_with_another_R_opens_nothing(province: Province) -> None:
    seat = province.seat(1)
    package = opening.armed(seat, "", "A")
    assert package.row.row.core.lock == "A"
    centre = insider.centre_of(province, 1)
    operators, secret = province.operators(1), province.secret(1)
    lines = tuple(insider.line_of(province, j) for j in (1, 2))
    spare = tuple(insider.line_of(province, j, "S") for j in (1, 2))
    true = insider.release_of(province, "A")
    manifest = province.manifest
    for release, code in (
        (make_release(spare, manifest, province.directory, "S"), "release.other_lock"),
        (ReleaseObject(manifest.hid, "A", bytes(16), lines), "release.commitment"),
        (ReleaseObject(sha256(b"other"), "A", true, lines), "release.foreign"),
        (ReleaseObject(manifest.hid, "A", true, lines[:1]), "release.quorum"),
        (bytes(16), "code.not_this_paper"),
    ):
        with pytest.raises(KeysError) as refused:
            opening.open_package(seat, package, secret, operators, release, centre)
        assert refused.value.code == code
    assert not list(province.home.glob("stations/*/print/*"))


def test_a_code_with_any_one_mistyped_character_is_refused(province: Province) -> None:
    hid = province.manifest.hid
    code = phone_code.encode(hid, "A", 0, insider.release_of(province, "A"))
    for at, sign in enumerate(code):
        for other in phone_code.SIGNS if sign != " " else "":
            if other != sign:
                with pytest.raises(MalformedError):
                    phone_code.decode(code[:at] + other + code[at + 1 :], hid, "A")
    for foreign in ((sha256(b"other"), "A"), (hid, "S")):
        with pytest.raises(MalformedError):
            phone_code.decode(code, *foreign)


def test_the_code_of_one_holders_share_opens_nothing(province: Province) -> None:
    code = phone_code.encode(province.manifest.hid, "A", 1, insider.share_of(province, 1, "A"))
    with pytest.raises(RefusedError) as refused:
        opening.release_of_code(opening.armed(province.seat(1), "", "A"), code)
    assert refused.value.code == "code.share"


def test_the_holders_answer_nobody_before_the_time_and_journal_no_share(province: Province) -> None:
    seat = province.seat(1)
    package = opening.armed(seat, "", "A")
    from itembank.steps.releasing import ask_holders

    answers = ask_holders(
        insider.holder_lines(province), package.manifest, seat.directory, "A", opening.intent_of(seat, package), None
    )
    assert answers.lines == ()
    assert {error.code for _, error in answers.refusals} == {"release.too_early"}
    assert all('"kind":"share"' not in path.read_text() for path in province.home.glob("holders/*/journal"))
