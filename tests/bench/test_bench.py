"""The bench measures what it says, at a size that takes no time."""

import shutil
from dataclasses import asdict

import pytest

from tests.bench.measure.report import NOT_MEASURED
from tests.bench.session import payload_rows

FIELDS = {"what", "ours", "other", "ratio", "goal", "met"}


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_the_payload_is_compared_with_age_and_sha256sum() -> None:
    """8 MiB is also a whole number of the cipher's chunks: such a payload was once refused as of the wrong length."""
    row = payload_rows(8, 1)[0]
    assert set(asdict(row)) == FIELDS
    assert row.ours and row.other and row.ratio == pytest.approx(row.ours / row.other, abs=0.1)
    assert row.goal == "<= 1" and isinstance(row.met, bool)


def test_without_age_the_row_says_it_was_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    row = payload_rows(8, 1)[0]
    assert set(asdict(row)) == FIELDS and row.met == NOT_MEASURED
