"""What a child process tells its parent: frames of a kind byte, a length (u32, big-endian) and so many bytes."""

from __future__ import annotations

import struct
from typing import BinaryIO

HEAD = struct.Struct(">cI")
ERROR = b"E"
"""The kind of an error, as JSON {code, facts}; every child has it."""


def send(out: BinaryIO, kind: bytes, data: bytes) -> None:
    out.write(HEAD.pack(kind, len(data)) + data)
    out.flush()
