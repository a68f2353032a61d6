"""The child that reads a foreign file.

`python -I -B -m itembank.formats.foreign.worker SECONDS MEMORY WALL` reads from stdin a job (a frame of JSON) and the file to
its end, and writes frames to stdout. Of items, job {remembered, corrected}:

    H {format, names, items, figures}          once: the sheets in the file's order, and which has the items; then of each
    sheet, S {name, height, broken, formatted}        the items last: it begins
    R [[cell]]                                 some of its rows
    T {layouts, unread}                        it ends; how the tables were read is whole with the last

Of a blueprint, job {policy}: B, the blueprint. Of pictures, job {figures: [[name, bytes]]}: F for each, as the bank keeps it.
In place of whatever should come next: E {code, facts}.

Before it reads a byte of the file it gives up network, files and time (`confinement`). A parser that runs out of memory is
ended by its own allocator or by the kernel; the parent tells that from the exit status.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from typing import Any, BinaryIO

from itembank.domain.errors import RuleError
from itembank.formats.confinement import confine, leave_network
from itembank.formats.errors import FormatError
from itembank.formats.foreign.reading import Reading, read_file
from itembank.formats.frames import ERROR, HEAD, send

ROWS_A_FRAME = 500


def tell(out: BinaryIO, reading: Reading) -> None:
    _say(out, b"H", {
        "format": reading.format, "names": list(reading.names), "items": reading.items.name, "figures": dict(reading.figures),
    })  # fmt: skip
    for sheet in (*reading.beside, reading.items):
        doubtful = sheet.doubtful
        _say(out, b"S", {
            "name": sheet.name, "height": sheet.height, "broken": list(doubtful.broken.items()),
            "formatted": list(doubtful.formatted.items()),
        })  # fmt: skip
        while rows := list(itertools.islice(sheet.rows, ROWS_A_FRAME)):
            _say(out, b"R", rows)
        layouts = [layout.document() for layout in reading.tables.layouts]
        _say(out, b"T", {"layouts": layouts, "unread": reading.tables.unread})


def _paint(out: BinaryIO, data: bytes, figures: list[tuple[str, int]]) -> None:
    from itembank.formats.figures import read_figure

    begin = 0
    for name, length in figures:
        _say(out, b"F", read_figure(name, data[begin : begin + length]))
        begin += length


def _blueprint(data: bytes, policy: dict[str, int]) -> Any:
    from itembank.domain.policy import BlueprintPolicy
    from itembank.formats.blueprint_workbook import read_blueprint
    from itembank.formats.pool_content import blueprint_document

    return blueprint_document(read_blueprint(data, BlueprintPolicy(**policy)))


def _say(out: BinaryIO, kind: bytes, value: Any) -> None:
    send(out, kind, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def main() -> None:
    """Do the job on stdin. Failures are told by code; nothing of a file is ever printed."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints may not break the frames
    try:
        confine(*map(int, sys.argv[1:4]))
        leave_network()
        _, length = HEAD.unpack(sys.stdin.buffer.read(HEAD.size))
        job = json.loads(sys.stdin.buffer.read(length))
        data = sys.stdin.buffer.read()
        if "figures" in job:
            _paint(out, data, job["figures"])
        elif "policy" in job:
            _say(out, b"B", _blueprint(data, job["policy"]))
        else:
            tell(out, read_file(data, job["remembered"], job["corrected"]))
    except (FormatError, RuleError) as error:
        _say(out, ERROR, {"code": error.code, "facts": error.facts})
    except MemoryError:
        _say(out, ERROR, {"code": "import.too_heavy", "facts": {}})
    except Exception as error:
        _say(out, ERROR, {"code": "import.broken", "facts": {"reason": type(error).__name__}})


if __name__ == "__main__":
    main()
