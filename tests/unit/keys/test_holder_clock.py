"""The holder's clock: stepping the system's time releases nothing; what a test sets is marked in every answer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys.errors import MalformedError
from keys.holder import clock as module
from keys.holder.clock import Clock
from tests.unit.keys.office_world import refused

START = datetime(2026, 5, 16, 8, 0, tzinfo=UTC)


class System:
    """The machine's two clocks, as `keys.holder.clock` sees them."""

    CLOCK_BOOTTIME = 7

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.booted = START, 1000.0
        self.timedelta = timedelta
        monkeypatch.setattr(module, "datetime", self)
        monkeypatch.setattr(module, "time", self)

    def now(self, zone: object) -> datetime:
        assert zone is UTC
        return self.wall

    def clock_gettime(self, which: int) -> float:
        assert which == self.CLOCK_BOOTTIME
        return self.booted


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    return System(monkeypatch)


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=-1), timedelta(seconds=1)], ids=str)
def test_stepping_the_systems_clock_moves_nothing(system: System, step: timedelta) -> None:
    clock = Clock("system")

    system.wall += step

    assert clock.now() == START


def test_only_time_that_passes_moves_it(system: System) -> None:
    clock = Clock("system")

    system.booted += 90.5

    assert clock.now() == START + timedelta(seconds=90.5)


@pytest.mark.parametrize(("offset", "seconds"), [("3600\n", 3600), ("-60", -60), (" 0.5 ", 0.5)])
def test_a_files_offset_is_added_and_may_change_while_it_runs(
    system: System, tmp_path: Path, offset: str, seconds: float
) -> None:
    (tmp_path / "offset").write_text("0")
    clock = Clock(f"file:{tmp_path / 'offset'}")
    assert clock.now() == START

    (tmp_path / "offset").write_text(offset)

    assert clock.now() == START + timedelta(seconds=seconds)


def test_a_clock_that_a_test_sets_says_so(tmp_path: Path) -> None:
    (tmp_path / "offset").write_text("0")

    assert Clock("system").kind == "system"
    assert Clock(f"file:{tmp_path / 'offset'}").kind == "file"


@pytest.mark.parametrize("setting", ["", "file", "file:", "system:x", "ntp", "System", "File:x"])
def test_another_setting_stops_the_start(setting: str) -> None:
    refused("clock.setting", lambda: Clock(setting), MalformedError)


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "-inf", "1e300"])
def test_an_offset_that_is_no_time_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "offset").write_text(text)

    refused("clock.setting", Clock(f"file:{tmp_path / 'offset'}").now, MalformedError)


def test_a_missing_offset_file_is_refused(tmp_path: Path) -> None:
    refused("clock.setting", Clock(f"file:{tmp_path / 'none'}").now, MalformedError)
