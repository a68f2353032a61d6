"""Pandoc, in the confined child: Word files and MathML in, Word files out. It runs without files of its own (`--sandbox`)."""

from __future__ import annotations

import html
import json
import subprocess
from collections.abc import Sequence
from typing import Any

import pypandoc

from itembank.formats.errors import ForeignError

SECONDS = 60
HEAP_EXHAUSTED = 251
"""How pandoc was seen to end both at its own limit and at that of the process."""


def run(arguments: Sequence[str], data: bytes, memory: str = "256m") -> bytes:
    """What pandoc makes of these bytes. Raises ForeignError for what it refuses, and for what takes more `memory`."""
    # No pipe to the null device: opening it for writing is not allowed here.
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--sandbox", *arguments, "+RTS", f"-M{memory}", "-RTS"],
        input=data,
        capture_output=True,
        timeout=SECONDS,
    )
    if done.returncode == HEAP_EXHAUSTED:
        raise ForeignError("import.too_heavy")
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().split("\n")[0][:100]
        raise ForeignError("import.broken", reason=reason or f"pandoc {done.returncode}")
    return done.stdout


def document(data: bytes, reader: str, memory: str = "256m") -> list[dict[str, Any]]:
    """The blocks of a document, in pandoc's own form."""
    blocks: list[dict[str, Any]] = json.loads(run(["-f", reader, "-t", "json"], data, memory))["blocks"]
    return blocks


def latex_of(formulas: Sequence[str]) -> list[str]:
    """The LaTeX of MathML formulas, in one run; empty for one that cannot be read."""
    if not formulas:
        return []
    page = "".join(f"<p>{formula}</p>" for formula in formulas)
    found = [_formula(block) for block in document(page.encode(), "html") if block["t"] in ("Para", "Plain")]
    return found if len(found) == len(formulas) else [""] * len(formulas)


def _formula(block: dict[str, Any]) -> str:
    inlines = block["c"]
    if len(inlines) == 1 and inlines[0]["t"] == "Math":
        return html.unescape(inlines[0]["c"][1]).strip().replace("$", r"\$")
    return ""
