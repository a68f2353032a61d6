"""Which signs the font of our pages has: asked when items come in, so that a paper does not fail at its proof."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PIL import ImageFont

from itembank.printing.errors import PrintingError
from itembank.printing.fonts import Fonts

SIZE = 16
"""Pixels: enough to tell a sign from the box that stands for none."""
_NO_SIGN = "\U0010ffff"
"""Unicode promises that it never becomes one."""


def sign_check(fonts: Fonts) -> Callable[[str], bool]:
    """Whether the family has a picture for a sign. What it lacks is drawn as one and the same box."""
    face = _face(fonts)
    box = bytes(face.getmask(_NO_SIGN))
    return lambda sign: bytes(face.getmask(sign)) != box


def _face(fonts: Fonts) -> ImageFont.FreeTypeFont:
    """Of a file with several families (.ttc), the one pages are set in."""
    for name in fonts.files:
        for index in count():
            try:
                face = ImageFont.truetype(str(fonts.folder / name), SIZE, index, layout_engine=ImageFont.Layout.BASIC)
            except OSError:
                break
            if face.getname()[0] == fonts.family:
                return face
    raise PrintingError("print.fonts_missing", folder=str(fonts.folder), file=fonts.family)
