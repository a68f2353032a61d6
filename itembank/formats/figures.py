"""Figures: what an author hands in → the form the bank keeps, one text a figure.

    NAME.svg                            SVG text, rebuilt from an allow-list (`svg.py`)
    NAME.png .jpg .jpeg .gif .bmp .webp `data:image/png;base64,…`, painted anew

A picture is decoded and its pixels are painted on a white sheet of its own: where it was taken, with what, by whom, and
whatever hid behind its last byte is gone. Only then may it travel.
"""

from __future__ import annotations

import base64
import binascii
import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

from itembank.domain.rich_text import FIGURE_NAME
from itembank.formats.errors import FigureError
from itembank.formats.svg import checked_svg, svg_text

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".bmp": "BMP", ".webp": "WEBP"}
SUFFIXES = frozenset({".svg", *FORMATS})

LARGEST = 10_000_000
"""Bytes of a picture handed in."""
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_000
"""Pixels of what is kept: 600 for each inch of the widest figure on a page."""
HEAVY = 1_500_000
HEAVY_SIDE = 1_000
"""A photograph of more bytes than this is kept at 300 for each inch: as PNG it would weigh many megabytes."""

PNG_URI = "data:image/png;base64,"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = frozenset({b"IHDR", b"IDAT", b"IEND"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept. Size in pixels."""

    png: bytes
    width: int
    height: int


def read_figure(name: str, data: bytes) -> str:
    """The form the bank keeps. Raises FigureError, with the file's `name` and `why`.

    A PNG may have any picture's name: an export gives a photograph back as it is kept, under the name that stems call it by.
    """
    suffix = name[name.rfind(".") :].lower()
    if not FIGURE_NAME.fullmatch(name) or suffix not in SUFFIXES:
        raise FigureError("figure.name", name=name)
    try:
        if suffix == ".svg":
            return svg_text(checked_svg(data.decode("utf-8-sig")))
        format_ = "PNG" if data.startswith(PNG_SIGNATURE) else FORMATS[suffix]
        return PNG_URI + base64.b64encode(_painted_anew(data, format_)).decode()
    except UnicodeDecodeError:
        raise FigureError("figure.svg", name=name, why="not UTF-8") from None
    except FigureError as error:
        raise FigureError(error.code, name=name, **error.facts) from error


def check_kept(name: str, figure: str) -> None:
    """Raise FigureError unless this is a figure as `read_figure` makes it, under a name that a figure may have."""
    if not FIGURE_NAME.fullmatch(name) or name[name.rfind(".") :].lower() not in SUFFIXES:
        raise FigureError("figure.name", name=name)
    if is_picture(figure):
        kept_picture(figure)
    elif svg_text(checked_svg(figure)) != figure:
        raise FigureError("figure.svg", name=name, why="not as the bank keeps it")


def is_picture(figure: str) -> bool:
    """Whether a kept figure is a picture; else it is SVG."""
    return figure.startswith(PNG_URI)


def figure_file(figure: str) -> bytes:
    """A kept figure as the bytes of a file: SVG or PNG. Raises FigureError."""
    return kept_picture(figure).png if is_picture(figure) else figure.encode()


def kept_picture(figure: str) -> Picture:
    """A kept picture's bytes and size. Raises FigureError unless it is the bare PNG `read_figure` makes."""
    try:
        png = base64.b64decode(figure.removeprefix(PNG_URI), validate=True)
        names, end = [], len(PNG_SIGNATURE)
        while end < len(png):
            length, chunk = struct.unpack_from(">I4s", png, end)
            names.append(chunk)
            end += 12 + length
        width, height = struct.unpack_from(">II", png, 16)
    except (binascii.Error, struct.error) as error:
        raise FigureError("figure.picture", why="not as the bank keeps it") from error
    framed = png.startswith(PNG_SIGNATURE) and names[:1] == [b"IHDR"] and names[-1:] == [b"IEND"] and end == len(png)
    if not framed or not PNG_CHUNKS.issuperset(names) or not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise FigureError("figure.picture", why="not as the bank keeps it")
    return Picture(png, width, height)


def _painted_anew(data: bytes, format_: str) -> bytes:
    """The picture as a PNG of nothing but pixels."""
    if len(data) > LARGEST:
        raise FigureError("figure.picture", why="too large")
    try:
        with Image.open(io.BytesIO(data), formats=[format_]) as image:
            _check_size(image)
            image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            sheet = _on_white(_upright(_reduced(image)))
    except FigureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise FigureError("figure.picture", why="too many pixels") from error
    except Exception as error:  # decoders of another house: they raise whatever a broken byte leads them to
        raise FigureError("figure.picture", why="broken, or of another format than its name says") from error
    png = _saved(sheet, LONGEST_SIDE)
    return png if len(png) <= HEAVY else _saved(sheet, HEAVY_SIDE)


def _saved(sheet: Image.Image, side: int) -> bytes:
    sheet.thumbnail((side, side))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _check_size(image: Image.Image) -> None:
    """Before a pixel is decoded. A telephone's JPEG may hold smaller pictures behind its first (MPO)."""
    if image.width * image.height > MOST_PIXELS:
        raise FigureError("figure.picture", why="too many pixels")
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise FigureError("figure.picture", why="moving picture")


def _reduced(image: Image.Image) -> Image.Image:
    """A very large picture at a half, a third … of its size: what follows needs its room several times."""
    times = max(image.size) // LONGEST_SIDE
    return image.reduce(times) if times > 1 and image.mode in ("L", "LA", "RGB", "RGBA") else image


def _upright(image: Image.Image) -> Image.Image:
    """The picture as its maker held it. A broken EXIF block turns nothing: it goes away with the rest."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image


def _on_white(image: Image.Image) -> Image.Image:
    """A new sheet, grey or in colours, with the picture on it: no metadata, no palette, nothing under transparency."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    grey = image.mode in ("1", "L", "LA")
    sheet = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        sheet.paste(image, mask=image.getchannel("A"))
    else:
        sheet.paste(image.convert("RGB"))
    return sheet.convert("L") if grey else sheet
