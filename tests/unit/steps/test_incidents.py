"""An attempt to open that was refused is an incident: in the station's journal, in the ledger, and on the centre's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from itembank.formats.receipts import read_receipt
from itembank.ports import LineError
from itembank.steps import opening
from itembank.steps.releasing import ask_holders
from itembank.steps.seat import Fetched, read_receipts
from keys.encoding import Json, time_text
from keys.errors import MalformedError, RefusedError, UnavailableError
from tests.province import FIRST, OPENS, SESSION, After, Province, flipped, refused


def armed(province: Province) -> Fetched:
    return opening.armed(province.seat(FIRST), SESSION, "A")


def journal(province: Province) -> list[str]:
    return [receipt.act for receipt in read_receipts(province.seat(FIRST))]


def refuse(province: Province, error: Exception) -> None:
    with opening.refusals_reported(province.seat(FIRST), armed(province), province.line(FIRST)):
        raise error


def reported(province: Province) -> list[Json]:
    """The facts of every incident the centre knows of."""
    lines = province.entries("incident")
    return [read_receipt(line.statement.encode(), province.directory).facts for line in lines]


def test_an_early_attempt_is_an_incident_in_journal_and_ledger(after: After) -> None:
    """The holders refuse; the station writes down that somebody tried."""
    province = after("arm")
    province.clock.at = OPENS.replace(second=0)
    province.clock.move(seconds=-14)
    package = armed(province)
    intent = opening.intent_of(province.seat(FIRST), package)
    error = ask_holders(province.holders(), package.manifest, province.directory, "A", intent, None).refusals[0][1]
    assert isinstance(error, RefusedError) and error.code == "release.too_early"

    refused("release.too_early", lambda: refuse(province, error))

    facts = {"code": "release.too_early", "lock": "A", "seconds": 14, "opens": time_text(OPENS.replace(second=0))}
    assert reported(province) == [facts] and journal(province)[-1] == "incident"


@pytest.mark.parametrize(
    ("code", "ending", "hurt"),
    [
        pytest.param("container.block", ".sealed", lambda path: path.write_bytes(flipped(path.read_bytes(), -10)), id="a byte"),
        pytest.param("store.missing", ".envelope", Path.unlink, id="a missing envelope"),
    ],
)
def test_a_package_that_was_changed_is_an_incident(
    after: After, code: str, ending: str, hurt: Callable[[Path], object]
) -> None:
    """Somebody was at the station's disk: the centre hears of it, not only whoever stands there."""
    province = after("release")
    package = armed(province)
    hurt(province.home / "stations" / FIRST / package.folder / f"{package.pid}{ending}")

    def attempt() -> None:
        with opening.refusals_reported(province.seat(FIRST), package, province.line(FIRST)):
            province.open(FIRST)

    refused(code, attempt)

    assert [facts["code"] for facts in reported(province)] == [code]


def test_trouble_with_the_journal_does_not_stand_in_the_place_of_the_refusal(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: the person still hears why the paper does not open."""
    province = after("arm")
    monkeypatch.setattr(opening, "write_receipt", full_disk)

    refused("release.frozen", lambda: refuse(province, RefusedError("release.frozen", lock="A", orders="x")))


def full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "error",
    [
        UnavailableError("release.silent", needed=2, came=1),
        LineError("line.closed"),
        MalformedError("code.form", found=3),
    ],
)
def test_that_nobody_answered_or_somebody_mistyped_is_no_incident(after: After, error: Exception) -> None:
    province = after("arm")

    with pytest.raises(type(error)):
        refuse(province, error)

    assert reported(province) == [] and "incident" not in journal(province)


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        pytest.param({"needed": 2, "came": 1}, {"needed": 2, "came": 1}, id="numbers"),
        pytest.param({"package": "x"}, {"package": "x"}, id="a name"),
        pytest.param({"orders": "x" * 500}, {"orders": "x" * 200}, id="too long"),
        pytest.param({"needed": 10**100, "yes": True, "names": ["a"], "none": None}, {}, id="neither a name nor a number"),
        pytest.param({"text": "\ud800", "control": "\x00\n", "x" * 300: "x"}, {}, id="what cannot be written"),
        pytest.param({f"f{i}": i for i in range(99)}, {f"f{i}": i for i in range(10)}, id="too many"),
        pytest.param({"lock": "B"}, {}, id="another lock"),
    ],
)
def test_an_incident_keeps_what_its_sentence_needs_and_no_more(after: After, facts: Json, kept: Json) -> None:
    """A holder's refusal comes over the wire with whatever facts it likes; the receipt must fit into a ledger line."""
    province = after("arm")

    refused("release.frozen", lambda: refuse(province, RefusedError("release.frozen", **facts)))

    assert reported(province) == [{"code": "release.frozen", "lock": "A", **kept}]
