"""Formulas: LaTeX as authors write it between dollars → an SVG drawing that sits on the text's baseline.

typst could only take a formula by `eval`, which runs code; so ziamath draws it here, in the worker, and typst gets
paths. ziamath prints what it does not know as it stands (a command) or as an empty box (a sign its font lacks): both
are refused, a candidate must never see them.

Reading a formula takes 0.2 ms and drawing it 2 to 50. `check_formula` only reads, so an import asks it of every formula; it
misses what shows in drawing alone (wider than a line, an empty matrix).

Loading ziamath takes as long as the rest of a short command, and most commands meet no formula: it is loaded with the first.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from itembank.printing.errors import PrintingError

TEXT_SIZE = 10.5
"""Size of a paper's text in points; `paper.typ` sets the same."""

LONGEST = 300
"""Signs of LaTeX; more is no formula of a theory paper."""

HEAVIEST = 1 << 16
"""Most that `weight` may be. ziamath takes up to 0.1 ms for each, so without a bound twelve braces in one another hold up a
reader for seconds and thirty for ever; a fraction of roots of sums of fractions comes to 9,000."""

CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
"""MathML elements that are drawn with so many children or not at all: `\\frac{a}` has lost one."""

MACROS = re.compile(r"\\(def|newcommand|newenvironment|DeclareMathOperator)(?![A-Za-z])")
"""What defines commands. latex2mathml expands one that doubles itself until memory ends."""

PAINT = ("mathcolor", "mathbackground", "color", "background", "style", "href")
"""MathML attributes that hide what is said, cover what is beside it, or lead out of the page."""
SHIFTS = ("height", "depth", "voffset")
SMALL_SHIFT = re.compile(r"[+-]?(0(px)?|0?\.[0-9]+em)")
"""As an arrow's inscription has it; a larger one leaves the line of the question."""

TALLEST = 300.0
"""Points."""
WIDEST = 420.0
"""Points; wider does not fit the line of a question."""

UNREADABLE = "not LaTeX we can read"

MARGIN = 0.5
"""Points of air around a drawing, so that nothing is cut at its edge."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture for the page. Lengths in points; `depth` is how far it reaches below the baseline."""

    svg: bytes
    width: float
    height: float
    depth: float = 0.0


def draw_formula(latex: str) -> Drawing:
    """Draw one formula for the middle of a sentence. Raises PrintingError `print.formula` with `why`.

    Display style (`inline=False`): the other one prints fractions at 7 pt and their indices at 5, too small on paper.
    """
    from ziamath.zmath import Latex

    check_formula(latex)
    try:
        math = Latex(latex, size=TEXT_SIZE, inline=False, margin=MARGIN)
        svg = math.svg()
    except Exception as error:  # the parser of another house: it asserts, indexes and recurses its way out
        raise PrintingError("print.formula", why=UNREADABLE) from error
    width, height = math.getsize()
    if not 0 < width <= WIDEST or height > TALLEST:
        raise PrintingError("print.formula", why="empty or too large")
    return Drawing(
        svg=svg.encode(),
        width=round(width + 2 * MARGIN, 3),
        height=round(height + 2 * MARGIN, 3),
        depth=round(MARGIN - math.getyofst(), 3),
    )


def formula_mathml(latex: str) -> str:
    """The formula as MathML, for pages that others show. Raises PrintingError like `check_formula`."""
    check_formula(latex)
    return _mathml(latex)


def _mathml(latex: str) -> str:
    from ziamath.escapes import unescape
    from ziamath.tex import tex2mml

    return str(unescape(tex2mml(latex)))


def check_formula(latex: str) -> None:
    """Refuse a formula that cannot be printed, without drawing it: PrintingError `print.formula` with `why`."""
    if len(latex) > LONGEST:
        raise PrintingError("print.formula", why="too long")
    if MACROS.search(latex):
        raise PrintingError("print.formula", why=UNREADABLE)
    try:
        mathml = ET.fromstring(_mathml(latex))
        heavy = weight(mathml) > HEAVIEST
        whole = all(len(element) == CHILDREN.get(element.tag.rpartition("}")[2], len(element)) for element in mathml.iter())
    except Exception as error:  # as above
        raise PrintingError("print.formula", why=UNREADABLE) from error
    if not whole:
        raise PrintingError("print.formula", why=UNREADABLE)
    if any(map(is_hidden_or_astray, mathml.iter())):
        raise PrintingError("print.formula", why="colour, phantom or shift")
    if heavy:
        raise PrintingError("print.formula", why="too many or too deep elements")
    check_signs(mathml)


def is_hidden_or_astray(element: ET.Element) -> bool:
    """Whether an element prints nothing visible, or somewhere else than in its place."""
    shifts = (element.get(name, "0") for name in SHIFTS)
    hidden = element.tag.rpartition("}")[2] == "mphantom" or any(name in element.attrib for name in PAINT)
    return hidden or not all(SMALL_SHIFT.fullmatch(shift) for shift in shifts)


def weight(element: ET.Element) -> int:
    """What an element costs to draw: ziamath measures its children over and over, so every level doubles them."""
    return 1 + 2 * sum(map(weight, element))


def check_signs(mathml: ET.Element) -> None:
    """Refuse what ziamath would draw literally (`\\unknown`) or as a box (no glyph)."""
    from ziamath.zmath import loadedfonts

    font = loadedfonts["default"]
    for text in mathml.itertext():
        for sign in text.strip():
            if sign == "\\":
                raise PrintingError("print.formula", why="unknown command")
            if not sign.isspace() and font.glyphindex(sign) == 0:
                raise PrintingError("print.formula", why="no glyph", sign=f"U+{ord(sign):04X}")
