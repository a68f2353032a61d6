"""Chromium over a page of ours, with our fonts; a page that its own policy hinders or that throws fails the test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FONTS = Path(sys.prefix) / "share/itembank/fonts"
SECONDS = 60

needed = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., str]:
    """Chromium over an address, for some seconds of the page's own time; what it printed."""
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{FONTS}</dir>'
        f"<cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    fixed = ["--headless", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"]
    fixed.append(f"--user-data-dir={tmp_path}/profile")
    if os.geteuid() == 0:
        fixed.append("--no-sandbox")

    def run(address: str, *options: str, seconds: float = 2.5) -> str:
        budget = f"--virtual-time-budget={int(seconds * 1000)}"
        environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
        done = subprocess.run(
            [str(CHROMIUM), *fixed, budget, *options, address],
            capture_output=True, text=True, timeout=SECONDS, check=True, env=environment,
        )  # fmt: skip
        assert "Content Security Policy" not in done.stderr and "Uncaught" not in done.stderr, done.stderr
        return done.stdout

    return run


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
