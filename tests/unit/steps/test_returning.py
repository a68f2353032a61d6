"""Step 8: every printed copy comes back one way or another, and only then does the PDF go."""

import pytest

from itembank.domain.custody import Counts
from itembank.steps.seat import read_receipts
from tests.province import FIRST, SESSION, After, Province, files, refused


def station(province: Province) -> dict[str, bytes]:
    return files(province.home / "stations" / FIRST)


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param(Counts(4, 1, 0, 0, 0), id="one is missing"),
        pytest.param(Counts(4, 1, 1, 1, 0), id="one too many"),
        pytest.param(Counts(7, 0, 0, 0, -1), id="a negative count that makes it balance"),
        pytest.param(Counts(0, 0, 0, 0, 0), id="nothing came back"),
    ],
)
def test_counts_that_do_not_balance_are_refused_and_nothing_is_written(after: After, counts: Counts) -> None:
    """No receipt, and the PDF stays until somebody has found the copy."""
    province = after("open")
    before = station(province)

    refused("custody.balance", lambda: province.return_(FIRST, counts))

    assert station(province) == before and "return" not in province.acts()


def test_nothing_is_returned_before_it_is_printed(after: After) -> None:
    """There is no count to balance."""
    province = after("release")
    before = station(province)

    refused("return.not_printed", lambda: province.return_(FIRST))

    assert station(province) == before


@pytest.mark.parametrize("keep", [pytest.param(False, id="removed"), pytest.param(True, id="kept when asked")])
def test_the_printed_file_goes_with_the_return(after: After, keep: bool) -> None:
    """Also what a killed write of it left behind."""
    province = after("open")
    leftover = province.home / "stations" / FIRST / "print" / f".{SESSION}A-{FIRST}.pdf.0123456789ab"
    leftover.write_bytes(b"%PDF half")

    assert province.return_(FIRST, keep_pdf=keep)

    assert bool(files(province.home / "stations" / FIRST / "print")) == keep


def test_a_return_is_counted_once(after: After) -> None:
    """The same counts again write nothing; other counts are refused, not quietly dropped."""
    province = after("open")
    province.return_(FIRST)
    before = station(province)

    province.return_(FIRST)
    refused("return.counted", lambda: province.return_(FIRST, Counts(5, 0, 1, 0, 0)))

    assert station(province) == before
    facts = [receipt.facts for receipt in read_receipts(province.seat(FIRST)) if receipt.act == "return"]
    assert facts == [{"counts": {"used": 4, "absent": 1, "spare": 1, "spoiled": 0, "destroyed": 0}}]


def test_a_return_with_the_centre_away_waits_in_the_journal(after: After) -> None:
    """Local first: it counts, and goes up later."""
    province = after("open")
    province.wire.down.add("centre")

    assert not province.return_(FIRST)

    province.wire.down.clear()
    assert province.return_(FIRST) and province.acts().count("return") == 1
