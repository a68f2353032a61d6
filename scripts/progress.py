"""Watches pip or uv: keeps their output in a log, shows one moving line (off a terminal, a line every few seconds), and
counts the bytes they say they fetched.

    installer 2>&1 | progress.py LOG      progress.py --total LOG

Both name what they really fetch ("Downloading x.whl (1.2 MB)") and say so otherwise ("Using cached ..."),
so the sum is what crossed the network. uv does not name files under 1 MiB: its sum is a lower bound.
"""

import re
import sys
import time
from pathlib import Path

FETCHED = re.compile(r"Downloading \S+ \((?P<size>[\d.]+) ?(?P<unit>bytes|[kKMG]i?B)\)")
EVERY = 3.0
"""Seconds."""
UNITS = {"bytes": 1.0, "kB": 1e3, "KB": 1e3, "KiB": 2.0**10, "MB": 1e6, "MiB": 2.0**20, "GB": 1e9, "GiB": 2.0**30}


def fetched(line: str) -> float:
    """Bytes this line says were fetched."""
    found = FETCHED.search(line)
    return float(found["size"]) * UNITS[found["unit"]] if found else 0.0


def main() -> None:
    if sys.argv[1] == "--total":
        total = sum(map(fetched, Path(sys.argv[2]).read_text(encoding="utf-8", errors="replace").splitlines()))
        print(f"{total / 1e6:.0f}")
        return
    total, shown = 0.0, time.monotonic()
    moving = sys.stderr.isatty()
    with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
        for line in sys.stdin:
            log.write(line)
            log.flush()
            if size := fetched(line):
                total += size
                if moving:
                    print(f"\r[安装] 已下载 {total / 1e6:.1f} MB | downloaded", end="", file=sys.stderr, flush=True)
                elif time.monotonic() - shown > EVERY:
                    shown = time.monotonic()
                    print(f"[安装] 已下载 {total / 1e6:.1f} MB | downloaded", file=sys.stderr, flush=True)
    print(f"{chr(13) if moving else ''}[安装] 下载 {total / 1e6:.1f} MB | downloaded  ", file=sys.stderr)


if __name__ == "__main__":
    main()
