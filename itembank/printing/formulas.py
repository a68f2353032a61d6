"""Formulas: LaTeX as authors write it between dollars → an SVG drawing that sits on the text's baseline.

typst could only take a formula by `eval`, which runs code; so ziamath draws it here, in the worker, and typst gets
paths. ziamath prints what it does not know as it stands (a command) or as an empty box (a sign its font lacks): both
are refused, a candidate must never see them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ziamath.zmath import Latex, Math

from itembank.printing.errors import PrintingError

TEXT_SIZE = 10.5
"""Size of a paper's text in points; `paper.typ` sets the same."""

LONGEST = 300
"""Signs of LaTeX; more is no formula of a theory paper."""

WIDEST = 420.0
"""Points; wider does not fit the line of a question."""

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
    if len(latex) > LONGEST:
        raise PrintingError("print.formula", why="too long")
    try:
        math = Latex(latex, size=TEXT_SIZE, inline=False, margin=MARGIN)
        svg = math.svg()
    except Exception as error:  # the parser of another house: it asserts, indexes and recurses its way out
        raise PrintingError("print.formula", why="not LaTeX we can read") from error
    check_signs(math)
    width, height = math.getsize()
    if not 0 < width <= WIDEST:
        raise PrintingError("print.formula", why="empty or too wide")
    return Drawing(
        svg=svg.encode(),
        width=round(width + 2 * MARGIN, 3),
        height=round(height + 2 * MARGIN, 3),
        depth=round(MARGIN - math.getyofst(), 3),
    )


def check_signs(math: Math) -> None:
    """Refuse what ziamath would draw literally (`\\unknown`) or as a box (no glyph)."""
    for text in math.mathml.itertext():
        for sign in text.strip():
            if sign == "\\":
                raise PrintingError("print.formula", why="unknown command")
            if not sign.isspace() and math.font.glyphindex(sign) == 0:
                raise PrintingError("print.formula", why="no glyph", sign=f"U+{ord(sign):04X}")
