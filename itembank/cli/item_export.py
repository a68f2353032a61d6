"""Writing a pool as a file: which writer a format has, and what stands beside the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from itembank.bootstrap.centre import figure_painter, formula_mathml
from itembank.cli.frame import check_output_folder
from itembank.formats.exporting.written import Written
from itembank.formats.figures import figure_file
from itembank.steps.viewing import PoolLook
from keys.durable import replace

FORMATS = ("xlsx", "docx", "qti21", "qti30", "moodle", "gift")


def pictures_folder(out: Path, format_: str, home: Path) -> Path | None:
    """Where a workbook's figures go; the other formats carry them inside. Refused where a seat keeps its things."""
    if format_ != "xlsx":
        return None
    pictures = out.with_suffix("") if out.suffix else out.with_name(f"{out.name}-figures")
    check_output_folder(pictures, home)
    return pictures


def write_pool(found: PoolLook, format_: str, out: Path, pictures: Path | None, *, keys: bool) -> Written:
    """The pool in this format, on the disk."""
    written = _writer(found, format_, keys=keys)()
    replace(out, [written.file], 0o600)
    for name, picture in found.figures.items() if pictures else ():
        assert pictures is not None
        pictures.mkdir(mode=0o700, exist_ok=True)
        replace(pictures / name, [figure_file(picture)], 0o600)
    return written


def _writer(found: PoolLook, format_: str, *, keys: bool) -> Callable[[], Written]:
    """Each is loaded only for its format: what writes workbooks, or knows formulas, takes long to load."""
    if format_ == "xlsx":
        from itembank.formats.item_export import write_items

        return lambda: Written(write_items(found.items, found.blueprint), ())
    if format_ == "docx":
        from itembank.formats.exporting.word_file import write_word

        return lambda: write_word(found.items, found.figures, figure_painter(), keys=keys)
    if format_ in ("qti21", "qti30"):
        from itembank.formats.exporting.qti_package import QTI21, QTI30, write_package

        version = QTI21 if format_ == "qti21" else QTI30
        return lambda: write_package(found.items, found.figures, version, formula_mathml)
    if format_ == "moodle":
        from itembank.formats.exporting.moodle_file import write_moodle

        return lambda: write_moodle(found.items, found.figures)
    from itembank.formats.exporting.gift_file import write_gift

    return lambda: write_gift(found.items)
