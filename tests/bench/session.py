"""Measures one exam session: `scripts/bench session [--json] [--runs N] [--rounds N] [--mib N]`.

A real demonstration is run in a folder of its own, its processes watched for memory; then the payload of a big package is
encrypted beside `age` followed by `sha256sum`, in turns, and the medians compared. Times depend on the machine and on who
else works on it; ratios of the same run much less.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from itembank.domain.variant import Slot, arranged
from itembank.formats.payload import write_container
from itembank.printing.fonts import load_fonts
from itembank.printing.render import render
from tests.bench.measure.report import NOT_MEASURED, Row, bounded, compared, tell
from tests.unit.printing.sample_paper import MARK, sample

MIB = 1 << 20
BEAT = 0.25
"""Seconds between two looks at the memory."""
CONTEXT = b"t/bench"
WHOLE_PROCESS = "import sys; from tests.bench.session import seal_file; seal_file(*sys.argv[1:])"

# the session --------------------------------------------------------------------------------------------------------------


def session_rows(runs: int, open_in: int) -> list[Row]:
    """Medians over so many demonstrations; of memory the highest."""
    told, walls, memory = [], [], []
    for _ in range(runs):
        seconds, peak, outcome = run_session(open_in)
        walls.append(seconds)
        memory.append(peak)
        told.append(outcome)
    steps = {step: statistics.median(one["seconds"][step] for one in told) for step in told[0]["seconds"]}
    waited = next(seconds for step, seconds in steps.items() if step.endswith("等待"))
    whole = round(statistics.median(walls), 1)
    after_t = statistics.median(
        sum(seconds for step, seconds in one["seconds"].items() if step in ("6 密钥下发", "7 解密制卷")) for one in told
    )
    peaks = [round(peak) for peak in memory if peak is not None]
    released = max(int(one["release_bytes"]) for one in told)
    return [
        bounded(f"session, keys to audit (--open-in {open_in})", whole, 60, "s"),
        Row("session without waiting for T, s", round(whole - waited, 1)),
        *(Row(f"step {step}, s", round(seconds, 2)) for step, seconds in steps.items()),
        Row("open time: from T until every station's PDF lies there, s", round(after_t, 2)),
        bounded("memory of all processes at most (sum of PSS)", max(peaks) if peaks else None, 1000, "MB"),
        bounded("bytes needed at T (release object)", released, 1024, "bytes"),
    ]


def run_session(open_in: int) -> tuple[float, float | None, dict[str, Any]]:
    """(seconds, highest sum of PSS in MB, what the demonstration told)."""
    program = str(Path(sys.executable).parent / "itembank")
    with tempfile.TemporaryDirectory(prefix="itembank-bench-") as home:
        command = [program, "demo", "--home", f"{home}/demo", "--open-in", str(open_in), "--once", "--json"]
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with watched(process.pid) as peak:
            out, err = process.communicate()
        seconds = time.monotonic() - began
    if process.returncode:
        raise SystemExit(f"the demonstration ended with {process.returncode}\n{err[-2000:]}")
    outcome: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return seconds, max(peak) / 1e6 if peak else None, outcome


@contextmanager
def watched(pid: int) -> Iterator[list[int]]:
    """The memory of a process and all its children, looked at every beat; empty where the system does not tell."""
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(BEAT):
            total = sum(proportional(one) for one in family(pid))
            if total:
                seen.append(total)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def family(pid: int) -> list[int]:
    """A process and all its children, those that still live."""
    try:
        parent = psutil.Process(pid)
        return [pid, *(child.pid for child in parent.children(recursive=True))]
    except psutil.Error:
        return []


def proportional(pid: int) -> int:
    """PSS in bytes: shared pages divided among those who share them. 0 for a process that is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0


# the payload --------------------------------------------------------------------------------------------------------------


def payload_rows(mib: int, rounds: int) -> list[Row]:
    """Encryption with block hashes against `age` and `sha256sum`: inside this process, and as a process of its own."""
    size = f"payload encryption of {mib} MiB with block hashes"
    inside, outside = f"{size} : age, then sha256sum", f"the same as whole processes, start included, {mib} MiB"
    if not all(shutil.which(tool) for tool in ("age", "age-keygen", "sha256sum")):
        return [Row(f"{inside}, s", None, goal="<= 1", met=NOT_MEASURED), Row(f"{outside}, s", None, met=None)]
    with tempfile.TemporaryDirectory(prefix="itembank-bench-", dir=memory_folder(mib)) as folder:
        plain, ours, other = (str(Path(folder) / name) for name in ("plain", "ours", "other"))
        with open(plain, "wb") as file:
            for _ in range(mib):
                file.write(os.urandom(MIB))
        recipient = age_recipient()
        age, hashed = ["age", "-r", recipient, "-o", other, plain], ["sha256sum", other]
        fast = ["openssl", "dgst", "-sha256", other]
        process = [sys.executable, "-c", WHOLE_PROCESS, plain, ours]
        tried: dict[str, list[float]] = {"inside": [], "outside": [], "age": [], "sha256sum": [], "openssl": []}
        for _ in range(rounds):
            for name, work in (
                ("inside", lambda: seal_file(plain, ours)),
                ("age", lambda: run(age)),
                ("sha256sum", lambda: run(hashed)),
                ("openssl", lambda: run(fast) if shutil.which("openssl") else None),
                ("outside", lambda: run(process)),
            ):
                tried[name].append(timed(work))
            Path(other).unlink()
    theirs = [a + b for a, b in zip(tried["age"], tried["sha256sum"], strict=True)]
    rows = [compared(inside, tried["inside"], theirs, 1.0), compared(outside, tried["outside"], theirs, None)]
    # Debian's sha256sum does not use the processor's SHA instructions; these two say how much of the ratio that is.
    rows.append(compared("no goal: ours, hashes included : age alone", tried["inside"], tried["age"], None))
    if shutil.which("openssl"):
        faster = [a + b for a, b in zip(tried["age"], tried["openssl"], strict=True)]
        rows.append(compared("no goal: ours : age, then openssl dgst -sha256", tried["inside"], faster, None))
    return rows


def seal_file(plain: str, target: str) -> None:
    """What sealing does with the bytes of one package. A fixed key: nothing here is secret."""
    length = os.path.getsize(plain)
    with open(plain, "rb") as source, open(target, "w+b") as out:
        write_container(out, bytes(32), bytes(32), bytes(range(32)), CONTEXT, source, length)


def memory_folder(mib: int) -> str | None:
    """A folder that is no disk and has the room; else wherever temporary files go."""
    folder = "/dev/shm"
    try:
        return folder if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 4 * mib * MIB else None
    except OSError:
        return None


def age_recipient() -> str:
    """The public half of a new age key; the private one is dropped, nobody decrypts here."""
    told = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
    return next(line.split()[-1] for line in told.splitlines() if "public key" in line)


def run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# what is told -------------------------------------------------------------------------------------------------------------


def seat_rows(copies: int) -> Iterator[Row]:
    """The pages of a station where every copy has an order of its own, of 80 questions, made by one worker.

    No process before it took as much, so the most that any took is its worker's memory.
    """
    paper = sample(load_fonts())
    slots = [[Slot(len(question.options)) for question in section.questions] for section in paper.sections]
    orders = tuple((f"{n:03d}", arranged(bytes(32), str(n), slots)) for n in range(1, copies + 1))
    mark = replace(MARK, orders=orders)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.perf_counter()
    [pdf] = render(paper, "QR", [mark], load_fonts(), workers=1, progress=lambda done: None)
    seconds = time.perf_counter() - began
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    what = f"{copies} copies of 80 questions, each in its own order, one PDF of {len(pdf) >> 10:,} KiB"
    yield Row(f"{what}, s", round(seconds, 1))
    yield Row("memory of the worker that made it, MB", most >> 10 if most > before else None)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench session", description="一场考试的耗时与内存 | one exam session")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--runs", type=int, default=1, help="demonstrations (median of)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the payload (median of)")
    parser.add_argument("--mib", type=int, default=256, help="size of the payload")
    parser.add_argument("--open-in", type=int, default=20, help="seconds from sealing to T, as the demonstration's own default")
    parser.add_argument("--copies", type=int, default=62, help="copies of a station that each have an order of their own")
    chosen = parser.parse_args()
    rows = [*payload_rows(chosen.mib, chosen.rounds), *seat_rows(chosen.copies), *session_rows(chosen.runs, chosen.open_in)]
    tell(rows, as_json=chosen.json)


if __name__ == "__main__":
    main()
