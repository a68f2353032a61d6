"""SVG: a drawing rebuilt from nothing but allowed elements and attributes.

An SVG can run scripts, fetch addresses and unfold into gigabytes. A figure of a theory paper needs lines, shapes and
words, so a short list is allowed and everything else refused with its name. What passes is written anew from the
parsed tree: whoever draws it sees only what was checked here.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from typing import NoReturn

from itembank.formats.errors import FigureError

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
NEVER_SHOWN = frozenset({"title", "desc"})
"""Kept empty: what stands in them is metadata."""
DROPPED = frozenset({"font-family", XML_SPACE, "role", "aria-label"})
"""Harmless and without effect on our page; left out of what is written anew."""

PLAIN = re.compile(r"[\w\s.,#%()+-]*", re.ASCII)
OWN_MARKER = re.compile(r"url\(#[A-Za-z_][\w-]*\)", re.ASCII)

LARGEST = 200_000
"""Signs of one figure."""
MOST_ELEMENTS = 2_000
DEEPEST = 16


class Builder(ET.TreeBuilder):
    """Builds the tree, refusing declarations, instructions and depth before they can cost anything."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.count = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise FigureError("figure.svg", why="document type or entities")

    def pi(self, target: str, text: str | None = None) -> NoReturn:
        raise FigureError("figure.svg", why="processing instruction")

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise FigureError("figure.svg", why="too many or too deep elements")
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def checked_svg(text: str) -> ET.Element:
    """The drawing, rebuilt. Raises FigureError `figure.svg` with `why`, and `what` where one name or value is at fault."""
    if len(text) > LARGEST:
        raise FigureError("figure.svg", why="too large")
    parser = ET.XMLParser(target=Builder())
    try:
        parser.feed(text)
        root = parser.close()
    except ET.ParseError as error:
        raise FigureError("figure.svg", why="not XML") from error
    if root.tag != f"{SVG}svg":
        raise FigureError("figure.svg", why="not SVG")
    clean = rebuilt(root, inside_marker=False)
    clean.set("xmlns", SVG.strip("{}"))
    view_box(clean)
    return clean


def svg_text(root: ET.Element) -> str:
    """A checked drawing as text, which says the same when it is read again."""
    # A written \r would come back as \n.
    return ET.tostring(root, encoding="unicode").replace("\r", "\n")


def view_box(root: ET.Element) -> tuple[float, float]:
    """Width and height of the view box, in its own units. Raises FigureError."""
    try:
        _, _, width, height = (float(n) for n in root.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        raise FigureError("figure.svg", why="no viewBox") from None
    if not (0 < width < math.inf and 0 < height < math.inf and 0.05 <= width / height <= 20):
        raise FigureError("figure.svg", why="viewBox")
    return width, height


def rebuilt(element: ET.Element, inside_marker: bool) -> ET.Element:
    """The element and everything in it, made of allowed names and values only."""
    name = str(element.tag).removeprefix(SVG)
    if name not in ELEMENTS:
        raise FigureError("figure.svg", why="element", what=name[:40])
    clean = ET.Element(name)
    if name in NEVER_SHOWN:
        clean.tail = element.tail
        return clean
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
        raise FigureError("figure.svg", why="attribute", what=name[:40])
    uses_marker = name in ("marker-start", "marker-mid", "marker-end")
    if uses_marker and not inside_marker and (value == "none" or OWN_MARKER.fullmatch(value)):
        return
    if uses_marker or not PLAIN.fullmatch(value) or "url" in value.lower():
        raise FigureError("figure.svg", why="value", what=name)
