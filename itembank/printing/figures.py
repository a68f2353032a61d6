"""Figures on the page: what the bank keeps → a drawing of its size.

A figure is checked again here, in the worker, so typst sees only what `formats/figures.py` lets through. Words of an SVG are
set in the paper's own font, whatever the author named.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from itembank.formats.errors import FigureError
from itembank.formats.figures import is_picture, kept_picture
from itembank.formats.svg import SVG, checked_svg, view_box
from itembank.printing.errors import PrintingError
from itembank.printing.formulas import Drawing

LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?)(px|pt|mm|cm|)")
POINTS = {"": 0.75, "px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54}
WIDEST = 85 * 72 / 25.4
HIGHEST = 78 * 72 / 25.4
"""Points on the page; a larger figure is made smaller, keeping its shape."""


def draw_figure(figure: str, family: str) -> Drawing:
    """One figure as the bank keeps it, words in `family`. Raises PrintingError `print.figure` with `why`."""
    try:
        return _picture(figure) if is_picture(figure) else _svg(figure, family)
    except FigureError as error:
        raise PrintingError("print.figure", **error.facts) from error


def _picture(figure: str) -> Drawing:
    """Wrapped in an SVG of our own: typst takes its files in memory as text only."""
    picture = kept_picture(figure)
    width, height = _fitted(picture.width * POINTS["px"], picture.width, picture.height)
    size = f'width="{picture.width}" height="{picture.height}"'
    svg = f'<svg xmlns="{SVG.strip("{}")}" {size}><image {size} href="{figure}"/></svg>'
    return Drawing(svg.encode(), width, height)


def _svg(figure: str, family: str) -> Drawing:
    root = checked_svg(figure)
    box_width, box_height = view_box(root)
    said = LENGTH.fullmatch(root.get("width", ""))
    asked = float(said[1]) * POINTS[said[2]] if said else box_width * POINTS["px"]
    width, height = _fitted(asked, box_width, box_height)
    root.set("font-family", family)
    return Drawing(ET.tostring(root, encoding="utf-8"), width, height)


def _fitted(width: float, box_width: float, box_height: float) -> tuple[float, float]:
    """Width and height in points: the width asked for, capped to the page."""
    width = min(width, WIDEST, HIGHEST * box_width / box_height)
    return round(width, 3), round(width * box_height / box_width, 3)
