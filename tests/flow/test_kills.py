"""`python -m tests.prove.kills` with each of its victims once; what a kill leaves at the worst moments, put there by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.stage import PAST, running
from tests.prove import kills


@pytest.mark.parametrize("number", range(len(kills.VICTIMS)))
def test_killed_while_releasing_and_while_opening_the_session_completes_and_nothing_is_there_twice(
    armed_home: Path, tmp_path: Path, number: int
) -> None:
    kills.one_run(armed_home, tmp_path / "province", number, seed=2026)


def test_half_written_files_of_killed_processes_go_away_and_nothing_opens_after_the_return(
    armed_home: Path, tmp_path: Path
) -> None:
    """Temporary files as `DiskFolder` writes them: in the ledger, its mirror, a journal, and the printed paper itself."""
    name = "202612-6-31-01-03-4-L-01A-45120101.pdf"
    home = tmp_path / "province"
    with running(armed_home, home, "province", ahead=PAST) as province:
        left = [
            home / "centre" / "ledger" / ".checkpoint.0123456789ab",
            home / "centre" / "ledger" / "entries" / ".000.0123456789ab",
            home / "mirror" / "checkpoints" / ".000000009.0123456789ab",
        ]
        torn = home / "stations" / "45120101" / "journal" / ".000007.receipt.0123456789ab"
        printed = home / "stations" / "45120101" / "print" / f".{name}.0123456789ab"
        printed.parent.mkdir(exist_ok=True)
        for path in (*left, torn, printed):
            path.write_bytes(b"%PDF half of it")
        with open(home / "holders" / "2" / "journal", "ab") as journal:
            journal.write(b'{"at":"20')
        province.start("centre", "city", "supervision")
        assert [path for path in left if path.exists()] == []
        kills.finish(province)
        kills.check(province)
        assert not printed.exists()
        # and what is returned prints no second set of copies; the spare stays closed after T as well
        again, spare = province.open(1), province.open(1, "--lock", "S")
        assert (again.code, spare.code, spare.error) == (3, 3, "release.not_activated"), again.told
        assert list((province.place(1) / "print").iterdir()) == []


def test_a_kill_between_the_database_and_the_ledgers_files_is_made_good_at_the_next_start(
    armed_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "province"
    with running(armed_home, home) as province:
        province.settle()
        province.kill("centre")
        for ledger in (home / "centre" / "ledger", home / "mirror"):
            size = int((ledger / "checkpoint").read_text().split("\n")[1])
            older = sorted((ledger / "checkpoints").iterdir())[0]
            (ledger / "checkpoint").write_bytes(older.read_bytes())
            (ledger / "checkpoints" / f"{size:09d}").unlink()
            (ledger / "entries" / "000").unlink()
        assert province.audit().findings
        province.kill()
        province.start("centre")
        assert province.audit().findings == []
