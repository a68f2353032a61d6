"""Step 5, the dry opening: two operators, everything but the time tried, the cosigned intent taken along."""

import contextlib
from collections.abc import Callable

import pytest

from itembank.steps import distributing
from keys.errors import KeysError
from keys.ledger_proof import LedgerProof, read_ledger_proof
from tests.province import (
    FIRST,
    SECOND_STATION,
    After,
    Province,
    files,
    flipped,
    refused,
)


@pytest.mark.parametrize(
    ("code", "operators"),
    [
        pytest.param("receipt.operators", (f"{FIRST}-operator-1",), id="one operator"),
        pytest.param("statement.signed_twice", (f"{FIRST}-operator-1",) * 2, id="one operator twice"),
        pytest.param("receipt.operators", (f"{FIRST}-operator-1", f"{SECOND_STATION}-operator-1"), id="one of another station"),
        pytest.param("receipt.operators", (f"{FIRST}-operator-1", "sealer-1"), id="one is the sealer"),
        pytest.param("receipt.operators", (), id="nobody"),
    ],
)
def test_arming_takes_two_operators_of_this_station(after: After, code: str, operators: tuple[str, ...]) -> None:
    """Nothing is in the journal otherwise."""
    province = after("fetch")
    before = files(province.home / "stations" / FIRST / "journal")

    refused(code, lambda: province.arm(FIRST, operators=province.signers(*operators)))

    assert files(province.home / "stations" / FIRST / "journal") == before and "arm" not in province.acts()


def without_intent(province: Province) -> None:
    def change(to: str, path: str, data: bytes) -> bytes:
        return b"{}" if path.endswith("/intent") else data

    province.wire.change = change


def bare_intent(province: Province) -> None:
    """The right line, in a checkpoint that no holder has cosigned."""

    def change(to: str, path: str, data: bytes) -> bytes:
        if not path.endswith("/intent"):
            return data
        proof = read_ledger_proof(data)
        kept = b"".join(proof.checkpoint.splitlines(keepends=True)[:5])
        return LedgerProof(proof.entry, proof.index, kept, proof.proof).encode()

    province.wire.change = change


def another_line(province: Province) -> None:
    other = province.centre.ledger.wait(3, 2)

    def change(to: str, path: str, data: bytes) -> bytes:
        return other.encode() if path.endswith("/intent") else data

    province.wire.change = change


def a_flipped_container(province: Province) -> None:
    pid = next(package.pid for package in province.packages(FIRST) if package.row.row.core.lock == "A")
    path = province.home / "stations" / FIRST / f"sessions/{province.manifest().hid.hex()}/{pid}.sealed"
    path.write_bytes(flipped(path.read_bytes()))


def a_flipped_envelope(province: Province) -> None:
    for path in (province.home / "stations" / FIRST).rglob("*.envelope"):
        path.write_bytes(flipped(path.read_bytes()))


def swapped_envelopes(province: Province) -> None:
    one, other = sorted((province.home / "stations" / FIRST).rglob("*.envelope"))
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("object.fields", without_intent, id="the centre answers without an intent"),
        pytest.param("checkpoint.quorum", bare_intent, id="an intent no holder has cosigned"),
        pytest.param("intent.foreign", another_line, id="another line of the ledger"),
        pytest.param("line.silent", lambda p: p.wire.down.add("centre"), id="the centre is away"),
        pytest.param("container.block", a_flipped_container, id="a flipped byte in the container"),
        pytest.param("envelope.foreign", a_flipped_envelope, id="a flipped byte in the envelope"),
        pytest.param("envelope.foreign", swapped_envelopes, id="the spare's envelope"),
    ],
)
def test_what_would_fail_at_the_time_fails_at_the_dry_opening(
    after: After, code: str, bend: Callable[[Province], object]
) -> None:
    """Days ahead, when it can still be mended; no receipt says the package is armed."""
    province = after("fetch")
    bend(province)

    refused(code, lambda: province.arm(FIRST))

    assert not [r for r in files(province.home / "stations" / FIRST / "journal").values() if b'"act":"arm"' in r]
    assert "arm" not in province.acts()


def test_an_envelope_hurt_on_the_way_is_fetched_anew(after: After) -> None:
    """Only the dry opening can tell; the next fetch brings it again, without a second receipt."""
    province = after("publish")
    province.wire.change = lambda to, path, data: flipped(data) if path == "/api/receipts" and data else data
    province.fetch(FIRST)
    refused("envelope.foreign", lambda: province.arm(FIRST))
    province.wire.change = None

    for _ in range(2):
        province.fetch(FIRST)
        with contextlib.suppress(KeysError):
            province.arm(FIRST)

    assert province.acts().count("fetch") == province.acts().count("arm") == 2


def test_a_session_whose_intent_is_not_cosigned_yet_is_not_armed(after: After) -> None:
    """Without the standing intent no holder would give its share."""
    province = after("fetch")
    line = province.line(FIRST)
    line.intent = lambda hid: None  # type: ignore[method-assign]
    province.line = lambda *_: line  # type: ignore[method-assign]

    error = refused("arm.no_intent", lambda: province.arm(FIRST))

    assert isinstance(error, KeysError) and error.exit_code == 6


def test_another_stations_key_arms_nothing(after: After) -> None:
    """The envelope is sealed for one device."""
    province = after("fetch")
    seat, package = province.seat(FIRST), province.packages(FIRST)[0]
    secret = province.secret("seal", SECOND_STATION)

    refused(
        "envelope.foreign",
        lambda: distributing.arm(seat, package, secret, province.operators(FIRST), province.line(FIRST)),
    )


def test_arming_again_writes_no_second_receipt(after: After) -> None:
    """It is a dry run that may be repeated."""
    province = after("arm")
    before = province.acts()

    province.arm(FIRST)

    assert province.acts() == before
