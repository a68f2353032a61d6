"""The centre's real application on a clock that a test moves: an offset in seconds, read from a file at every look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from itembank import bootstrap


def serve(home: str, clock: str) -> Flask:
    """For gunicorn."""
    offset = Path(clock)
    bootstrap.now = lambda: datetime.now(UTC) + timedelta(seconds=float(offset.read_text()))
    from itembank.bootstrap.server import serve as serve_centre

    return serve_centre(home)
