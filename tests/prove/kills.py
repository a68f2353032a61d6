"""Kill -9 at seeded moments of releasing and of opening, run again: the session completes, nothing is there twice.

    python -m tests.prove.kills [--runs 20 | --minutes N] [--seed S]

Every run has two moments: around T the centre, a holder or both are killed; then a station is killed while it opens. What
was killed is started again by the same command. Ends with exit code 1 when a run did not come to its end.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from keys.journal import read_journal
from tests.flow.stage import HOLDERS, Done, Province, build_armed, build_proved, running

VICTIMS = (("centre",), ("province",), ("centre", "city"), ("city", "supervision"))
RUNS = 20
AROUND_T = (-0.1, 0.6)
"""Seconds from T within which the servers are killed: the watch looks five times a second."""
OPENING = (0.3, 1.4)
"""Seconds from its start within which the station's program is killed: it takes a second or more."""


def one_run(armed: Path, home: Path, number: int, seed: int) -> str:
    """One copy of the armed province, killed twice; the line to print. Raises AssertionError when anything is wrong."""
    dice = random.Random(f"{seed} {number}")
    victims = VICTIMS[number % len(VICTIMS)]
    with running(armed, home) as province:
        released = kill_while_releasing(province, victims, dice.uniform(*AROUND_T))
        opened = kill_while_opening(province, dice.uniform(*OPENING))
        finish(province)
        check(province)
    return f"{'+'.join(victims)} T{released:+.3f}s; station at {opened:.3f}s: ok"


def kill_while_releasing(province: Province, victims: tuple[str, ...], after: float) -> float:
    """T comes in a third of a second; `after` seconds from it the victims are gone; then they are started again."""
    opens = province.manifest.header.lock("A").opens
    until = time.monotonic() + 0.35
    province.move((opens - datetime.now(UTC)).total_seconds() - 0.35)
    time.sleep(max(0.0, until + after - time.monotonic()))
    killed = time.monotonic() - until
    province.kill(*victims)
    province.start(*victims)
    return killed


def kill_while_opening(province: Province, after: float) -> float:
    """The first station's program is killed `after` seconds from its start."""
    command = province.command("itembank", "station", "open", *province.at(1), "--json")
    began = time.monotonic()
    with open(province.home / "killed.log", "wb") as log:
        program = subprocess.Popen(command, cwd=province.home, stdout=log, stderr=log, start_new_session=True)
    time.sleep(after)
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    return time.monotonic() - began


def finish(province: Province) -> None:
    """The same commands again, to the end."""
    for number, place in enumerate(province.places, start=1):
        done = opened(province, number)
        assert done.code == 0, f"{done.out}{done.err}{province.log()}"
        counts = ("--used", str(place.used), "--absent", str(place.absent), "--spare", str(place.spare))
        returned = province.ok("station", "return", *province.at(number), *counts, "--json").told
        assert returned["sent"] is True
    province.settle()


def opened(province: Province, number: int) -> Done:
    """`station open`, repeated for some seconds while a restarted server is not there yet."""
    until = time.monotonic() + 20
    while (done := province.open(number)).code in (3, 6) and time.monotonic() < until:
        time.sleep(0.2)
    return done


def check(province: Province) -> None:
    """The audit is content, and no act stands anywhere twice."""
    found = province.audit()
    assert found.findings == [], found.findings
    entries = province.entries()
    receipts = Counter((e.by, e.subject["sequence"]) for e in entries if "sequence" in e.subject)
    shares = Counter((e.subject["lock"], e.subject["j"]) for e in entries if e.act == "share")
    acts = Counter((e.by, e.act) for e in entries if e.act in ("open", "print", "return"))
    once = Counter(e.act for e in entries if e.act in ("seal", "approve", "intent", "attempt", "proof"))
    for counted in (receipts, shares, acts, once):
        assert max(counted.values()) == 1, counted
    assert {lock for lock, _ in shares} == {"A"} and len(shares) >= province.manifest.header.k
    assert len(acts) == 3 * len(province.places)
    for number in range(1, len(HOLDERS) + 1):
        records = read_journal((province.home / "holders" / str(number) / "journal").read_bytes())
        assert sum(record.kind == "share" for record in records) <= 1
    for number in range(1, len(province.places) + 1):
        assert list((province.place(number) / "print").iterdir()) == [], "something of the paper is left"
        assert [path.stem for path in province.receipts(number)] == [
            f"{n:06d}" for n in range(1, len(province.receipts(number)) + 1)
        ]
    mirror = province.home / "mirror"
    for path in (province.home / "centre" / "ledger" / "entries").iterdir():
        assert (mirror / "entries" / path.name).read_bytes() == path.read_bytes()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove.kills")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--minutes", type=float, help="go on for so long instead of counting runs")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = number = 0
    with tempfile.TemporaryDirectory(prefix="itembank-kills-") as folder:
        base = Path(folder)
        build_proved(base / "proved")
        build_armed(base / "armed", base / "proved")
        until = time.monotonic() + 60 * options.minutes if options.minutes else None
        while time.monotonic() < until if until else number < options.runs:
            home = base / f"run-{number}"
            try:
                said = one_run(base / "armed", home, number, options.seed)
            except AssertionError as error:
                wrong += 1
                said = f"WRONG {error}"
            print(f"{number:3d} {said}", flush=True)
            shutil.rmtree(home)
            number += 1
    print(f"{number} runs, {2 * number} kills, {wrong} wrong (seed {options.seed})")
    return 1 if wrong or not number else 0


if __name__ == "__main__":
    sys.exit(main())
