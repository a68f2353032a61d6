"""What the tests of the printing room share: the installed fonts, one sample at two stations, and ways to read a PDF."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pypdfium2
import pypdfium2.raw

from itembank.domain.paper import PaperContent
from itembank.printing.fonts import Fonts, load_fonts
from itembank.printing.render import StationMark, render
from tests.unit.printing.sample_paper import MARK, sample

OTHER = StationMark("45120207", "示例市山区职业学校考点（第二保密室）", "2026110101-02A")
QR = "itembank:2026110101-01A:3f9c2e7d51b08a64"


@cache
def fonts() -> Fonts:
    """The installed fonts."""
    return load_fonts()


@cache
def two_stations() -> list[bytes]:
    """The sample's PDF at two stations, from one worker."""
    return press(sample(fonts()), fonts(), (MARK, OTHER))


def press(content: PaperContent, fonts: Fonts, marks: Sequence[StationMark] = (MARK,)) -> list[bytes]:
    """Render with one worker and nobody watching."""
    return render(content, QR, marks, fonts, workers=1, progress=lambda done: None)


@dataclass(frozen=True)
class Sign:
    """One character on a page; lengths in points from the lower left corner."""

    sign: str
    left: float
    bottom: float
    right: float
    top: float


def texts(pdf: bytes) -> list[str]:
    """The text of every page, without line breaks."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "") for page in document]


def signs(pdf: bytes) -> list[list[Sign]]:
    """Every character of every page with its box."""
    pages: list[list[Sign]] = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            pages.append([Sign(text.get_text_range(i, 1), *text.get_charbox(i)) for i in range(text.count_chars())])
    return pages


def pictures(pdf: bytes) -> list[tuple[bytes, int]]:
    """Every page as (grey pixels row by row from the top, bytes of one row) at one pixel a point."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmaps = [page.render(scale=1, grayscale=True) for page in document]
        return [(bytes(bitmap.buffer), bitmap.stride) for bitmap in bitmaps]


def used_fonts(pdf: bytes) -> set[tuple[str, bool]]:
    """(base name, embedded) of the font of every text object."""
    raw = pypdfium2.raw
    found: set[tuple[str, bool]] = set()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,)):
                font = raw.FPDFTextObj_GetFont(thing.raw)
                name = ctypes.create_string_buffer(200)
                raw.FPDFFont_GetBaseFontName(font, name, 200)
                found.add((name.value.decode(), bool(raw.FPDFFont_GetIsEmbedded(font))))
    return found
