"""Step 7: two operators, an armed package, a true release; the receipt first, then the pages that were approved."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from itembank.formats import payload
from itembank.steps import opening
from itembank.steps import seat as stations
from itembank.steps.asking import published_release
from itembank.steps.releasing import Answers, ask_holders
from itembank.steps.seat import Fetched, Seat, read_receipts, send_receipts
from keys import phone_code
from keys.encoding import sha256
from keys.errors import KeysError
from keys.release import ReleaseObject, make_release, parse_release
from tests.province import (
    FIRST,
    OPENS,
    SECOND_STATION,
    SESSION,
    After,
    Province,
    files,
    flipped,
    refused,
)


def release_of(province: Province, lock: str = "A") -> ReleaseObject:
    data = province.line(FIRST).release(province.manifest().hid, lock)
    assert data is not None
    return parse_release(data)


def armed(province: Province, lock: str = "A") -> Fetched:
    return opening.armed(province.seat(FIRST), SESSION, lock)


def open_with(
    province: Province,
    release: ReleaseObject | bytes,
    operators: tuple[str, ...] = (f"{FIRST}-operator-1", f"{FIRST}-operator-2"),
    secret_of: str = FIRST,
) -> opening.Opened:
    seat, secret = province.seat(FIRST), province.secret("seal", secret_of)
    signers = province.signers(*operators)
    return opening.open_package(seat, armed(province), secret, signers, release, province.line(FIRST))


def ask(province: Province, lock: str = "A") -> Answers:
    """A station's own question to the holders, with the intent that arming took along and nothing from the centre."""
    package = armed(province)
    intent = opening.intent_of(province.seat(FIRST), package)
    return ask_holders(province.holders(), package.manifest, province.directory, lock, intent, None)


def journal(province: Province) -> list[str]:
    return [receipt.act for receipt in read_receipts(province.seat(FIRST))]


def printed(province: Province) -> dict[str, bytes]:
    return files(province.home / "stations" / FIRST / "print")


# what is refused ----------------------------------------------------------------------------------------------------------


def of_another_session(province: Province) -> ReleaseObject:
    release = release_of(province)
    return ReleaseObject(b"\x01" * 32, release.lock, release.release, release.lines)


def of_another_lock(province: Province) -> ReleaseObject:
    release = release_of(province)
    return ReleaseObject(release.hid, "S", release.release, release.lines)


def with_another_r(province: Province) -> ReleaseObject:
    release = release_of(province)
    return ReleaseObject(release.hid, release.lock, flipped(release.release), release.lines)


def with_one_line(province: Province) -> ReleaseObject:
    release = release_of(province)
    return ReleaseObject(release.hid, release.lock, release.release, release.lines[:1])


def with_one_holders_line_twice(province: Province) -> ReleaseObject:
    release = release_of(province)
    return ReleaseObject(release.hid, release.lock, release.release, (release.lines[0], release.lines[0]))


def with_an_unsigned_line(province: Province) -> ReleaseObject:
    release = release_of(province)
    first = release.lines[0]
    forged = type(first)(
        first.hid, first.lock, first.j, first.share, first.at, first.size, first.clock, first.mode, flipped(first.signature)
    )
    return ReleaseObject(release.hid, release.lock, release.release, (forged, *release.lines[1:]))


@pytest.mark.parametrize(
    ("code", "release"),
    [
        pytest.param("release.foreign", of_another_session, id="another session's release"),
        pytest.param("release.other_lock", of_another_lock, id="the spare's release"),
        pytest.param("release.commitment", with_another_r, id="a flipped R"),
        pytest.param("release.quorum", with_one_line, id="one share alone"),
        pytest.param("release.quorum", with_one_holders_line_twice, id="one holder's share twice"),
        pytest.param("statement.signature", with_an_unsigned_line, id="a share nobody signed"),
        pytest.param("code.not_this_paper", lambda p: b"\x00" * 16, id="sixteen bytes out of thin air"),
    ],
)
def test_a_release_that_is_not_this_papers_opens_nothing(
    after: After, code: str, release: Callable[[Province], ReleaseObject | bytes]
) -> None:
    """No receipt, no page."""
    province = after("release")
    before = journal(province)

    refused(code, lambda: open_with(province, release(province)))

    assert journal(province) == before and printed(province) == {}


@pytest.mark.parametrize(
    ("code", "operators"),
    [
        pytest.param("receipt.operators", (f"{FIRST}-operator-1",), id="one operator"),
        pytest.param("statement.signed_twice", (f"{FIRST}-operator-1",) * 2, id="one operator twice"),
        pytest.param("receipt.operators", (f"{FIRST}-operator-1", f"{SECOND_STATION}-operator-2"), id="another station's"),
    ],
)
def test_opening_takes_two_operators_of_this_station(after: After, code: str, operators: tuple[str, ...]) -> None:
    """Nothing is decrypted before their receipt is there."""
    province = after("release")
    before = journal(province)

    refused(code, lambda: open_with(province, release_of(province), operators))

    assert journal(province) == before and printed(province) == {}


def test_another_device_opens_nothing(after: After) -> None:
    """R alone is not enough: the envelope is for this station's device."""
    province = after("release")

    refused("envelope.foreign", lambda: open_with(province, release_of(province), secret_of=SECOND_STATION))

    assert printed(province) == {}


def test_a_package_that_was_not_armed_is_not_opened(after: After) -> None:
    """Two operators have tried it days before, or it stays closed."""
    province = after("fetch")

    refused("open.not_armed", lambda: armed(province))


@pytest.mark.parametrize(
    ("code", "session", "lock"),
    [
        pytest.param("open.answer_key", SESSION, "KEY", id="the answer key"),
        pytest.param("station.nothing_here", "202612-6-31-01-03-4-L-02", "A", id="another session"),
        pytest.param("open.not_armed", SESSION, "B", id="a paper that does not exist"),
    ],
)
def test_what_is_not_this_stations_is_not_opened(after: After, code: str, session: str, lock: str) -> None:
    """No exam station holds a key for an answer key."""
    province = after("arm")

    refused(code, lambda: opening.armed(province.seat(FIRST), session, lock))


@pytest.mark.parametrize("ending", [".sealed", ".envelope", ".row"])
def test_a_flipped_byte_on_the_stations_disk_opens_nothing(after: After, ending: str) -> None:
    """Everything is checked again at the moment of opening."""
    province = after("release")
    release = release_of(province)
    folder = province.home / "stations" / FIRST
    for path in folder.rglob(f"*{ending}"):
        path.write_bytes(flipped(path.read_bytes(), -10))
    before = files(folder / "journal")

    with pytest.raises(Exception) as caught:
        open_with(province, release)

    assert isinstance(getattr(caught.value, "code", None), str)
    assert files(folder / "journal") == before and printed(province) == {}


def test_pages_other_than_the_approved_ones_are_not_printed(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """The payload decrypts, but it is not what cP commits to: nothing reaches the printer."""
    province = after("prove")
    with monkeypatch.context() as bent:
        bent.setattr(payload, "commit_pages", lambda hid, pid, salt, pages: sha256(salt + pages))
        province.seal()
    for step in (Province.approve, Province.publish, Province.fetch, Province.arm, Province.release):
        step(province)

    refused("container.pages", lambda: province.open(FIRST))

    assert printed(province) == {} and "print" not in journal(province)


# what opens ---------------------------------------------------------------------------------------------------------------


def test_the_receipt_is_on_the_disk_before_anything_is_decrypted(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever cuts the power here has left a line."""
    province = after("release")
    seen: list[str] = []

    def cut(*_: object) -> bytes:
        seen.extend(journal(province))
        raise KeyboardInterrupt

    monkeypatch.setattr(opening, "open_content", cut)
    with pytest.raises(KeyboardInterrupt):
        province.open(FIRST)

    assert seen[-1] == "open" and printed(province) == {}


@pytest.mark.parametrize("cut_at", ["open_content", "copy_numbers", "try_to_send"])
def test_a_resumed_opening_writes_no_second_receipt(after: After, monkeypatch: pytest.MonkeyPatch, cut_at: str) -> None:
    """Cut off anywhere, the same two go on; it is not a second opening."""
    province = after("release")

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as bent:
        bent.setattr(opening, cut_at, cut)
        with pytest.raises(KeyboardInterrupt):
            province.open(FIRST)

    opened = province.open(FIRST)

    assert opened.resumed and opened.sent
    assert (journal(province).count("open"), journal(province).count("print")) == (1, 1)
    assert (province.acts().count("open"), province.acts().count("print")) == (1, 1)


def test_two_openings_at_once_are_one(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both commands look for the receipt at the same moment; one writes it, the other goes on with it."""
    province = after("release")
    both, look = threading.Barrier(2), stations.find_receipt

    def at_once(*which: Any) -> Any:
        found = look(*which)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.3)
        return found

    monkeypatch.setattr(stations, "find_receipt", at_once)
    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(province.open, [FIRST, FIRST]))

    assert sorted(one.resumed for one in opened) == [False, True]
    assert (journal(province).count("open"), journal(province).count("print")) == (1, 1)


@pytest.mark.parametrize("status", [403, 422])
def test_receipts_the_centre_does_not_take_make_no_opening_a_refusal(after: After, status: int) -> None:
    """The paper is printed and counted at the station, whatever the centre thinks of it today."""
    province = after("release")
    release = release_of(province)
    province.wire.garbled["centre"] = (status, b'{"code":"receipt.chain","facts":{}}')

    opened = open_with(province, release)

    assert not opened.sent and printed(province) and journal(province)[-1] == "print"


def test_the_opened_pages_are_the_ones_that_were_pressed_and_every_copy_has_a_number(after: After) -> None:
    """One file for its owner only; as many numbers as copies."""
    province = after("release")

    opened = province.open(FIRST)

    path = Path(opened.pdf)
    assert path.read_bytes().startswith(b"%PDF made up") and path.stat().st_mode & 0o777 == 0o600
    assert len(set(opened.copies)) == 6 and opened.copies[0] == f"{SESSION}A-{FIRST}-001"


def test_with_the_centre_away_the_holders_are_asked_and_the_receipts_wait(after: After) -> None:
    """At the time nothing central is needed; the journal goes up when the line is there."""
    province = after("arm")
    province.clock.at = OPENS
    province.wire.down.add("centre")
    assert published_release(province.line(FIRST), province.manifest(), province.directory, "A") is None
    release = make_release(ask(province).lines, province.manifest(), province.directory, "A")

    opened = open_with(province, release)

    assert not opened.sent and "open" not in province.acts()
    province.wire.down.clear()
    assert send_receipts(province.seat(FIRST), province.line(FIRST)) == 2
    assert province.acts().count("open") == 1 and province.acts().count("share") == 2


@pytest.mark.parametrize("answer", [(502, b"<html>Bad Gateway</html>"), (200, b"<html>log in to the WLAN</html>")], ids=str)
def test_a_proxy_in_the_centres_place_does_not_stop_an_opening(after: After, answer: tuple[int, bytes]) -> None:
    """Whoever answers there nonsense is as good as away."""
    province = after("arm")
    province.clock.at = OPENS
    province.wire.garbled["centre"] = answer
    assert published_release(province.line(FIRST), province.manifest(), province.directory, "A") is None

    opened = open_with(province, make_release(ask(province).lines, province.manifest(), province.directory, "A"))

    assert not opened.sent and printed(province)


def test_the_code_read_over_the_phone_opens(after: After) -> None:
    """Thirty-two signs instead of a network; the ledger learns of it later."""
    province = after("arm")
    province.clock.at = OPENS
    release = make_release(ask(province).lines, province.manifest(), province.directory, "A")
    text = phone_code.encode(release.hid, "A", 0, release.release)
    province.wire.down = {"centre", "province", "city", "supervision"}

    opened = open_with(province, opening.release_of_code(armed(province), text))

    assert not opened.sent and len(opened.copies) == 6


@pytest.mark.parametrize(
    ("code", "kind", "lock", "mistype"),
    [
        pytest.param("code.share", 1, "A", 0, id="one holder's share"),
        pytest.param("code.check", 0, "S", 0, id="the spare's code"),
        pytest.param("code.check", 0, "A", 1, id="one sign mistyped"),
    ],
)
def test_a_code_that_is_not_this_papers_is_refused_while_it_is_typed(
    after: After, code: str, kind: int, lock: str, mistype: int
) -> None:
    """Before anything is opened with it."""
    province = after("arm")
    package = armed(province)
    text = phone_code.encode(package.manifest.hid, lock, kind, b"\x07" * 16)
    if mistype:
        text = ("1" if text[-1] != "1" else "2").join([text[:-1], ""])

    error = refused(code, lambda: opening.release_of_code(package, text))

    assert isinstance(error, KeysError) and text not in str(error)


def test_a_paper_that_was_returned_is_not_opened_again(after: After) -> None:
    """Its copies are counted and its file is removed; another print would have no line."""
    province = after("open")
    province.return_(FIRST)
    before = journal(province)

    refused("open.returned", lambda: province.open(FIRST))

    assert printed(province) == {} and journal(province) == before


def test_an_opened_seat_keeps_the_two_stations_apart(after: After) -> None:
    """Each station's pages bear its own mark."""
    province = after("open")
    pages: set[bytes] = set()
    for code in (FIRST, SECOND_STATION):
        seat: Seat = province.seat(code)
        pages |= set(files(Path(seat.folder.path("print"))).values())

    assert len(pages) == 2
