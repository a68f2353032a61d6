"""Nonces the centre gives out and does not keep: its own, whole, and for ten minutes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from itembank.web.nonces import Nonces
from tests.province import flipped

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "good"),
    [
        pytest.param(timedelta(), True, id="new"),
        pytest.param(timedelta(seconds=600), True, id="ten minutes old"),
        pytest.param(timedelta(seconds=601), False, id="a second older"),
        pytest.param(timedelta(seconds=-2), False, id="of the future"),
    ],
)
def test_a_nonce_is_good_for_ten_minutes(age: timedelta, good: bool) -> None:
    nonces = Nonces(os.urandom)

    assert nonces.gave(nonces.give(NOW - age), NOW) == good


def test_only_the_centres_own_nonces_are_good() -> None:
    """Not one with a changed byte, not another centre's, not anything else."""
    nonces, other = Nonces(os.urandom), Nonces(os.urandom)
    raw = bytes.fromhex(nonces.give(NOW))

    for at in range(len(raw)):
        assert not nonces.gave(flipped(raw, at).hex(), NOW)
    for false in (other.give(NOW), raw.hex()[:-2], raw.hex() + "00", raw.hex().upper() + " ", "", "zz", "0" * 32):
        assert not nonces.gave(false, NOW)


def test_no_two_nonces_of_a_moment_are_the_same() -> None:
    nonces = Nonces(os.urandom)

    assert len({nonces.give(NOW) for _ in range(1000)}) == 1000
