"""What every solver's worker does around its solver: frames in, frames out, nothing else.

`python -I -B -m itembank.assembly.NAME_worker NODES MEMORY` says which version it is, then answers each problem: `L` its
relaxation, `S` its solution. Kinds of answers: `V` the version, `A` an answer, `E` an error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from itembank.formats.confinement import confine, leave_network
from itembank.formats.frames import ERROR, HEAD, send

SECONDS = 3600
"""CPU time. No draw comes near it: it ends a worker that hangs, and decides no answer."""


Answer = Callable[[dict[str, Any]], dict[str, Any]]


def serve(version: str, answers: Mapping[bytes, Answer]) -> None:
    """Answer each kind of question until the parent closes the pipe. A kind the solver has no answer to is an error."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints may not break the frames
    confine(SECONDS, int(sys.argv[2]))
    leave_network()
    send(out, b"V", json.dumps({"version": version}).encode())
    while head := sys.stdin.buffer.read(HEAD.size):
        kind, length = HEAD.unpack(head)
        problem = json.loads(sys.stdin.buffer.read(length))
        try:
            send(out, b"A", json.dumps(answers[kind](problem)).encode())
        except MemoryError:
            send(out, ERROR, b'{"code":"memory"}')
        except Exception as error:
            send(out, ERROR, json.dumps({"code": type(error).__name__}).encode())
