"""Measures an import: `scripts/bench import [--json] [--rows N] [--runs N]`.

A workbook of so many rows is read, validated, encrypted, looked through for exact duplicates and committed with its ledger
line, signed by three, into a new bank: on SQLite with full synchronisation, and on a PostgreSQL server of its own (which waits
for no disk). Beside it, in turns, python-calamine alone reads the same file. Each is a process of its own; its seconds are
from the file on the disk to the commit, or to the last row, without what starting Python takes; its memory is the most it
ever had.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from itembank.adapters.database import Database
from itembank.adapters.engine import open_engine
from itembank.bootstrap.centre import formula_prints, sign_drawer
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.foreign.opened import opened
from itembank.steps import authoring, viewing
from tests.bench.measure.report import NOT_MEASURED, Row, bounded, compared, tell
from tests.bench.measure.workbook import make_workbook
from tests.province import POLICY, Province, blueprint_bytes, blueprint_file, content_keys
from tests.servers.postgres import find_programs, run_server

SECONDS, MEGABYTES, TIMES = 60, 500, 8
CALAMINE = """
import json, sys, time
from python_calamine import CalamineWorkbook
began = time.perf_counter()
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
print(json.dumps({"seconds": time.perf_counter() - began, "rows": len(rows)}))
"""
THREE = ("item_writer-1", "item_reviewer-1", "item_approver-1")


def import_rows(rows: int, runs: int) -> list[Row]:
    """The figures on both databases."""
    with tempfile.TemporaryDirectory(prefix="itembank-bench-") as folder:
        book = Path(folder) / "items.xlsx"
        book.write_bytes(make_workbook(rows, 1, read_blueprint(blueprint_bytes())))
        found = database_rows("SQLite", book, rows, runs, lambda: nullcontext(""))
        programs = find_programs()
        if programs is None:
            return [*found, Row(f"{rows} rows into PostgreSQL, s", None, goal=f"<= {SECONDS} s", met=NOT_MEASURED)]
        with run_server(programs) as server:
            return found + database_rows("PostgreSQL", book, rows, runs, lambda: server.database("template0"))


def database_rows(
    name: str, book: Path, rows: int, runs: int, new_database: Callable[[], AbstractContextManager[str]]
) -> list[Row]:
    ours, theirs, memory = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="itembank-bench-") as home, new_database() as url:
            told = child("-m", "tests.bench.import", "--child", home, str(book), url)
        assert told["imported"] == rows, told
        ours.append(told["seconds"])
        memory.append(told["megabytes"])
        theirs.append(child("-c", CALAMINE, str(book))["seconds"])
    ratio = compared(f"{rows} rows into {name} : calamine alone", ours, theirs, TIMES)
    return [
        bounded(f"{rows} rows into {name}", ratio.ours, SECONDS, "s"),
        bounded(f"{rows} rows into {name}, memory at most", max(memory), MEGABYTES, "MB"),
        ratio,
    ]


def child(*arguments: str) -> dict[str, Any]:
    """What a Python process of its own told."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"a measured process ended with {done.returncode}\n{done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def import_once(home: Path, book: Path, url: str) -> dict[str, Any]:
    """Import into a new bank in this process; without a URL on SQLite."""
    # As `itembank items import` does.
    gc.disable()
    province = Province(home)
    bank = Database(open_engine(url or home / "centre.sqlite"), content_keys(home))
    directory, clock, three = province.directory, province.clock, province.signers(*THREE)
    authoring.import_blueprint(bank, directory, clock, POLICY, blueprint_file(blueprint_bytes()), three)
    for who in three:
        viewing.sign_pledge_for(bank, directory, clock, POLICY, "city", who)
    began = time.perf_counter()
    with opened(book.read_bytes(), {}, {}) as file:
        report = authoring.import_items(
            bank, directory, clock, POLICY, file, {}, "city", three, prints=formula_prints, draws=sign_drawer()
        )
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "megabytes": highest_memory(), "imported": report.imported}


def highest_memory() -> int:
    """Megabytes this program ever had. `getrusage` would begin with what its parent had when it was started."""
    status = Path("/proc/self/status").read_text()
    return round(int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench import", description="导入试题的耗时与内存 | an import of items")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--rows", type=int, default=50_000, help="items in the workbook")
    parser.add_argument("--runs", type=int, default=3, help="imports of each kind (median of)")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        home, book, url = chosen.child
        print(json.dumps(import_once(Path(home), Path(book), url)))
        # Nothing is left to do, and taking a million objects apart takes a second.
        sys.stdout.flush()
        os._exit(0)
    tell(import_rows(chosen.rows, chosen.runs), as_json=chosen.json)


if __name__ == "__main__":
    main()
