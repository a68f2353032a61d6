"""The fonts pages are set in: one folder, one family, every file known by its SHA-256.

The folder holds the font files and `fonts.json`: {"family": str, "files": {NAME: sha256 hex}, "source": str}. System
fonts are never used, so the same content gives the same page on every machine.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from itembank.printing.errors import PrintingError

DEFAULT_FOLDER = Path(sys.prefix) / "share/itembank/fonts"
FONT_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}


@dataclass(frozen=True, slots=True)
class Fonts:
    """A verified font folder. `files`: file name → SHA-256 in hex, as it stands in a paper's certificate."""

    folder: Path
    family: str
    files: dict[str, str]


def load_fonts(folder: Path = DEFAULT_FOLDER) -> Fonts:
    """Read the list and hash every file again.

    Raises PrintingError: `print.fonts_missing` without list or file, `print.font_changed` where a hash differs or an
    unlisted font lies in the folder (typst would take it for the same family).
    """
    try:
        listed = json.loads((folder / "fonts.json").read_text("utf-8"))
    except FileNotFoundError:
        raise PrintingError("print.fonts_missing", folder=str(folder), file="fonts.json") from None
    files = {str(name): str(digest) for name, digest in listed["files"].items()}
    if not files:
        raise PrintingError("print.fonts_missing", folder=str(folder), file="")
    for name, digest in files.items():
        if not (folder / name).is_file():
            raise PrintingError("print.fonts_missing", folder=str(folder), file=name)
        with (folder / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise PrintingError("print.font_changed", folder=str(folder), file=name)
    for path in folder.rglob("*"):
        if path.suffix.lower() in FONT_SUFFIXES and str(path.relative_to(folder)) not in files:
            raise PrintingError("print.font_changed", folder=str(folder), file=path.name)
    return Fonts(folder=folder, family=str(listed["family"]), files=files)
