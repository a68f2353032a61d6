"""What every solver's worker does around its solver: frames in, frames out, nothing else.

`python -I -B -m itembank.assembly.NAME_worker NODES MEMORY` says which version it is, then answers each problem: `L` its
relaxation, `S` its solution. Kinds of answers: `V` the version, `A` an answer, `E` an error.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Protocol

from itembank.formats.confinement import confine, leave_network
from itembank.formats.frames import ERROR, HEAD, send

SECONDS = 3600
"""CPU time. No draw comes near it: it ends a worker that hangs, and decides no answer."""


class Engine(Protocol):
    """A solver's own side."""

    version: str

    def relax(self, problem: dict[str, Any]) -> dict[str, Any]: ...
    def solve(self, problem: dict[str, Any], below: int | None) -> dict[str, Any]: ...


def serve(engine: Engine) -> None:
    """Answer until the parent closes the pipe."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints may not break the frames
    confine(SECONDS, int(sys.argv[2]))
    leave_network()
    send(out, b"V", json.dumps({"version": engine.version}).encode())
    while head := sys.stdin.buffer.read(HEAD.size):
        kind, length = HEAD.unpack(head)
        problem = json.loads(sys.stdin.buffer.read(length))
        try:
            below = problem.pop("below", None)
            answer = engine.relax(problem) if kind == b"L" else engine.solve(problem, below)
            send(out, b"A", json.dumps(answer).encode())
        except MemoryError:
            send(out, ERROR, b'{"code":"memory"}')
        except Exception as error:
            send(out, ERROR, json.dumps({"code": type(error).__name__}).encode())
