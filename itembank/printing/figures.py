"""Figures: an author's SVG → the same drawing, rebuilt from nothing but allowed elements and attributes.

An SVG can run scripts, fetch addresses and unfold into gigabytes. A figure of a theory paper needs lines, shapes and
words, so a short list is allowed and everything else refused with its name. What passes is written anew from the
parsed tree: typst sees only what was checked here. Words are set in the paper's own font, whatever the author named.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from typing import NoReturn

from itembank.printing.errors import PrintingError
from itembank.printing.formulas import Drawing

SVG = "{http://www.w3.org/2000/svg}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

SHAPES = "svg g title desc defs marker path line polyline polygon rect circle ellipse text tspan"
ELEMENTS = frozenset(SHAPES.split())
GEOMETRY = (
    "id d points x y x1 y1 x2 y2 dx dy cx cy r rx ry width height viewBox transform pathLength "
    "preserveAspectRatio version rotate textLength lengthAdjust"
)
PAINT = (
    "fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-dasharray stroke-dashoffset stroke-opacity opacity color"
)
WORDS = "font-size font-weight font-style text-anchor dominant-baseline baseline-shift letter-spacing"
MARKERS = "marker-start marker-mid marker-end markerWidth markerHeight markerUnits refX refY orient"
ATTRIBUTES = frozenset(f"{GEOMETRY} {PAINT} {WORDS} {MARKERS}".split())
DROPPED = frozenset({"font-family", XML_SPACE, "role", "aria-label"})
"""Harmless and without effect on our page; left out of what is written anew."""

PLAIN = re.compile(r"[\w\s.,#%()+-]*", re.ASCII)
OWN_MARKER = re.compile(r"url\(#[A-Za-z_][\w-]*\)", re.ASCII)
LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?)(px|pt|mm|cm|)")
POINTS = {"": 0.75, "px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54}

LARGEST = 200_000
"""Signs of one figure."""
MOST_ELEMENTS = 2_000
DEEPEST = 16
WIDEST = 85 * 72 / 25.4
HIGHEST = 78 * 72 / 25.4
"""Points on the page; a larger figure is made smaller, keeping its shape."""


class Builder(ET.TreeBuilder):
    """Builds the tree, refusing declarations, instructions and depth before they can cost anything."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.count = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise PrintingError("print.figure", why="document type or entities")

    def pi(self, target: str, text: str | None = None) -> NoReturn:
        raise PrintingError("print.figure", why="processing instruction")

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise PrintingError("print.figure", why="too many or too deep elements")
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def draw_figure(svg: str, family: str) -> Drawing:
    """Check one figure and write it anew with its words in `family`. Raises PrintingError `print.figure` with `why`."""
    if len(svg) > LARGEST:
        raise PrintingError("print.figure", why="too large")
    parser = ET.XMLParser(target=Builder())
    try:
        parser.feed(svg)
        root = parser.close()
    except ET.ParseError as error:
        raise PrintingError("print.figure", why="not XML") from error
    if root.tag != f"{SVG}svg":
        raise PrintingError("print.figure", why="not SVG")
    clean = rebuilt(root, inside_marker=False)
    width, height = size_on_page(root)
    clean.set("xmlns", SVG.strip("{}"))
    clean.set("font-family", family)
    return Drawing(svg=ET.tostring(clean, encoding="utf-8"), width=width, height=height)


def rebuilt(element: ET.Element, inside_marker: bool) -> ET.Element:
    """The element and everything in it, made of allowed names and values only."""
    name = str(element.tag).removeprefix(SVG)
    if name not in ELEMENTS:
        raise PrintingError("print.figure", why="element", name=name[:40])
    clean = ET.Element(name)
    for attribute, value in element.items():
        if attribute in DROPPED:
            continue
        check_attribute(attribute, value, inside_marker)
        clean.set(attribute, value)
    clean.text, clean.tail = element.text, element.tail
    clean.extend([rebuilt(child, inside_marker or name == "marker") for child in element])
    return clean


def check_attribute(name: str, value: str, inside_marker: bool) -> None:
    """Refuse unknown attributes and every value that could point out of the figure.

    A marker may not use markers: nested ones multiply (the billion laughs of SVG).
    """
    if name not in ATTRIBUTES:
        raise PrintingError("print.figure", why="attribute", name=name[:40])
    uses_marker = name in ("marker-start", "marker-mid", "marker-end")
    if uses_marker and not inside_marker and (value == "none" or OWN_MARKER.fullmatch(value)):
        return
    if uses_marker or not PLAIN.fullmatch(value) or "url" in value.lower():
        raise PrintingError("print.figure", why="value", name=name)


def size_on_page(root: ET.Element) -> tuple[float, float]:
    """Width and height in points: as the author said, else one unit of the view box a pixel; capped to the page."""
    try:
        _, _, box_width, box_height = (float(n) for n in root.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        raise PrintingError("print.figure", why="no viewBox") from None
    if not (0 < box_width < math.inf and 0 < box_height < math.inf and 0.05 <= box_width / box_height <= 20):
        raise PrintingError("print.figure", why="viewBox")
    said = LENGTH.fullmatch(root.get("width", ""))
    width = float(said[1]) * POINTS[said[2]] if said else box_width * POINTS["px"]
    width = min(width, WIDEST, HIGHEST * box_width / box_height)
    return round(width, 3), round(width * box_height / box_width, 3)
