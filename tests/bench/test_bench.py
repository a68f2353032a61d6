"""The bench measures what it says, at a size that takes no time."""

import shutil
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import pytest

from itembank.adapters.database import Database
from itembank.adapters.engine import open_engine
from itembank.formats.blueprint_workbook import read_blueprint
from tests.bench.bank import page_rows
from tests.bench.measure.report import NOT_MEASURED
from tests.bench.session import payload_rows
from tests.province import blueprint_bytes, content_keys

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


def test_an_import_is_measured_beside_the_reading_library() -> None:
    told = {row.what: row for row in import_module("tests.bench.import").import_rows(100, 1)}

    compared = told["100 rows into SQLite : calamine alone, s"]
    assert compared.ours and compared.other and compared.goal == "<= 8" and isinstance(compared.met, bool)
    assert all(row.met is True for row in told.values() if row.what.endswith(("SQLite, s", "MB")))


def test_pages_and_a_pools_way_are_measured(tmp_path: Path) -> None:
    blueprint = read_blueprint(blueprint_bytes())
    database = Database(open_engine(tmp_path / "centre.sqlite"), content_keys(tmp_path))

    pages = page_rows("SQLite", database, blueprint, 400, 30)

    assert [row.met for row in pages] == [True, None] and all(row.ours for row in pages)
    database.engine.dispose()
