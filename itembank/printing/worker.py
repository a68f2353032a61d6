"""The child that turns one paper into the PDFs of several stations, or items into one PDF.

`python -I -B -m itembank.printing.worker SECONDS` reads one job (JSON) from stdin until end of file and writes one frame per
station to stdout: `P` a PDF, `E` an error. Before it reads a word of the paper it takes from itself the means to leave it
anywhere (`confinement.confine`). Time and memory are bounded because LaTeX, SVG and XML of authors are parsed here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst

from itembank.domain.paper import PaperContent
from itembank.formats.confinement import confine
from itembank.formats.frames import ERROR, send
from itembank.printing.content import in_copies, printable
from itembank.printing.errors import PrintingError
from itembank.printing.fonts import load_fonts
from itembank.printing.item_sheets import ItemSheet, printable_items

MEMORY = 2 << 30
"""Bytes of address space; a paper of 80 questions takes about 0.4 GiB, most of it the mapped fonts."""


def pages(job: dict[str, Any]) -> Iterator[bytes]:
    """The PDF of each mark in turn. In-memory inputs live for one compilation, so they are handed over each time."""
    fonts = load_fonts(Path(job["fonts"]))
    inputs = {"main.typ": job["template"].encode(), **{name: piece.encode() for name, piece in job["pieces"].items()}}
    if "items" in job:
        document, drawings = printable_items(map(ItemSheet.from_document, job["items"]), fonts.family)
    else:
        document, drawings = printable(PaperContent.from_document(job["content"]), fonts.family)
        inputs["qr.svg"] = job["qr"].encode()
    inputs |= {"content.json": encoded(document), **drawings}
    root = job["root"]
    compiler = typst.Compiler(
        root=root,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder)]),
        ignore_system_fonts=True,
        package_path=root,
        package_cache_path=root,
    )
    for mark, orders in zip(job["marks"], job.get("orders") or [()] * len(job["marks"]), strict=True):
        own = inputs | {"content.json": encoded(in_copies(document, orders))} if orders else inputs
        try:
            pdf = page_set(compiler, own, mark)
        except PrintingError as error:
            raise of_an_item(error, compiler, inputs, document, mark) from error
        yield pdf


def of_an_item(
    error: PrintingError, compiler: typst.Compiler, inputs: dict[str, bytes], document: dict[str, Any], mark: str
) -> PrintingError:
    """What typst refuses has no number: the error of the first item whose sheets alone are refused too; else as it is."""
    for item in document.get("items", ()):
        try:
            page_set(compiler, inputs | {"content.json": encoded({**document, "items": [item]})}, mark)
        except PrintingError as found:
            return PrintingError(found.code, item_no=item["item_no"], **found.facts)
    return error


def encoded(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def page_set(compiler: typst.Compiler, inputs: dict[str, bytes], mark: str) -> bytes:
    """One PDF. PDF/A-2b because it is to be kept, and because only under it typst refuses a missing glyph."""
    try:
        pdf, warnings = compiler.compile_with_warnings(
            input=inputs,  # type: ignore[type-var]  # the stub knows no in-memory files
            format="pdf",
            sys_inputs={"mark": mark},
            timestamp=0,
            pdf_standards="a-2b",
            pdf_tags=False,
        )
    except typst.TypstError as error:
        code = "print.glyph" if "could not be displayed" in error.message else "print.typeset"
        raise PrintingError(code, message=error.message[:200]) from error
    if warnings:
        raise PrintingError("print.warning", message=warnings[0].message[:200])
    if not isinstance(pdf, bytes):
        raise PrintingError("print.typeset", message="no single PDF")
    return pdf


def main() -> None:
    """Do the job on stdin. Failures are told by code and never printed: a traceback could quote a paper."""
    confine(int(sys.argv[1]), MEMORY)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints may not break the frames
    try:
        for pdf in pages(json.loads(sys.stdin.buffer.read())):
            send(out, b"P", pdf)
    except PrintingError as error:
        send(out, ERROR, json.dumps({"code": error.code, "facts": error.facts}).encode())
    except Exception as error:
        send(out, ERROR, json.dumps({"code": "print.worker", "facts": {"error": type(error).__name__}}).encode())


if __name__ == "__main__":
    main()
