"""Envelopes: the access factor of one package, for one device of one session, or nothing."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.content_key import commit_pages, content_key, content_key_without_lock, payload_context
from keys.encoding import t
from keys.envelope import commit_access, open_envelope, open_with, seal_to
from keys.errors import TamperedError
from keys.keyfile import public_half
from tests.unit.keys.office_world import STATIONS, World, demo, flipped, refused

WORLD, SEALED = demo()
ROW = SEALED.rows[0].row
PID = ROW.core.pid(SEALED.hid)
DEVICE = STATIONS[0]
ENVELOPE = WORLD.envelope(SEALED, ROW, DEVICE)
ACCESS = SEALED.access[ROW.core.package]


def open_it(
    hid: bytes = SEALED.hid,
    pid: bytes = PID,
    device: str = DEVICE,
    key_of: str = DEVICE,
    sealed: bytes = ENVELOPE,
    c_a: bytes = ROW.c_a,
) -> bytes:
    return open_envelope(hid, pid, device, WORLD.secret("seal", key_of), sealed, c_a)


def test_the_device_opens_its_envelope_of_eighty_bytes() -> None:
    assert open_it() == ACCESS
    assert len(ENVELOPE) == 80


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"device": STATIONS[1], "key_of": STATIONS[1]}, id="another station"),
        pytest.param({"key_of": STATIONS[1]}, id="another station under this one's name"),
        pytest.param({"device": STATIONS[1]}, id="this station under another's name"),
        pytest.param({"key_of": "province"}, id="a holder"),
        pytest.param({"hid": bytes(32)}, id="another session"),
        pytest.param({"pid": SEALED.rows[1].row.core.pid(SEALED.hid)}, id="another package"),
    ],
)
def test_an_envelope_stays_shut_for(changes: dict[str, object]) -> None:
    refused("envelope.foreign", lambda: open_it(**changes), TamperedError)  # type: ignore[arg-type]


def test_no_byte_of_an_envelope_can_be_changed() -> None:
    for at in range(len(ENVELOPE)):
        with pytest.raises(TamperedError):
            open_it(sealed=flipped(ENVELOPE, at))


@pytest.mark.parametrize("length", [0, 1, 31, 32, 47, 48, 79, 81, 160])
def test_an_envelope_of_another_length_is_refused(length: int) -> None:
    refused("envelope.foreign", lambda: open_it(sealed=(ENVELOPE * 2)[:length]), TamperedError)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"], ids=["0", "1", "-1"])
def test_a_point_of_small_order_is_refused(point: bytes) -> None:
    refused("envelope.foreign", lambda: open_it(sealed=point + ENVELOPE[32:]), TamperedError)


def test_another_access_factor_rightly_wrapped_is_refused() -> None:
    """A desk that wraps a wrong A, by mistake or on purpose, is found out before the day."""
    wrong = seal_to(WORLD.public("seal", DEVICE), bytes(32), t("envelope", SEALED.hid, PID, DEVICE))

    refused("envelope.commitment", lambda: open_it(sealed=wrong), TamperedError)


@settings(max_examples=30)
@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=20))
def test_what_is_sealed_for_one_purpose_does_not_open_for_another(plain: bytes, info: bytes, other: bytes) -> None:
    secret = WORLD.secret("seal", DEVICE)
    sealed = seal_to(public_half("seal", secret), plain, info)

    assert open_with(secret, sealed, info, "test") == plain
    if other != info:
        refused("envelope.foreign", lambda: open_with(secret, sealed, other, "test"), TamperedError)


def test_the_content_key_needs_both_factors_and_everything_it_is_bound_to() -> None:
    release = SEALED.releases["A"]
    other = SEALED.rows[1].row.core.pid(SEALED.hid)

    keys = [
        content_key(SEALED.hid, PID, ACCESS, release),
        content_key(SEALED.hid, PID, ACCESS, SEALED.releases["S"]),
        content_key(SEALED.hid, PID, bytes(32), release),
        content_key(SEALED.hid, other, ACCESS, release),
        content_key(bytes(32), PID, ACCESS, release),
        content_key(SEALED.hid, PID, ACCESS, b""),
        content_key_without_lock(SEALED.hid, PID, ACCESS),
    ]

    assert all(one != two for one, two in combinations(keys, 2))


def test_commitments_of_one_thing_are_never_those_of_another() -> None:
    same = bytes(32)

    values = {
        commit_access(same, same, same),
        commit_access(SEALED.hid, same, same),
        commit_access(same, SEALED.hid, same),
        commit_access(same, same, SEALED.hid),
        commit_pages(same, same, same, same),
        commit_pages(same, same, SEALED.hid, same),
        payload_context(same, same),
        payload_context(SEALED.hid, same),
    }

    assert len(values) == 8


def test_two_worlds_share_no_key() -> None:
    other = World("other")

    refused(
        "envelope.foreign",
        lambda: open_envelope(SEALED.hid, PID, DEVICE, other.secret("seal", DEVICE), ENVELOPE, ROW.c_a),
        TamperedError,
    )
