"""What somebody has who stole a database: every byte of a SQLite file and of the files beside it, or a dump of a server's."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.servers.postgres import find_programs

_BYTES = re.compile(rb"\\\\x([0-9a-f]+)")


def stolen(where: Path | str) -> bytes:
    """`where`: what `open_engine` takes. A server's byte strings, which its dump writes in hex, follow it as bytes."""
    if isinstance(where, Path):
        return b"\0".join(file.read_bytes() for file in sorted(where.parent.glob(f"{where.name}*")))
    programs = find_programs()
    assert programs is not None
    command = [str(programs / "pg_dump"), "--no-owner", "--dbname", where]
    dump = subprocess.run(command, capture_output=True, check=True).stdout
    return dump + b"\0".join(bytes.fromhex(found.decode()) for found in _BYTES.findall(dump))
