"""Figures as pictures, for programs that show no SVG (Word): drawn as on a page, at 200 points an inch."""

from __future__ import annotations

import typst

from itembank.formats.figures import is_picture, kept_picture
from itembank.printing.errors import PrintingError
from itembank.printing.figures import draw_figure
from itembank.printing.fonts import Fonts

FINENESS = 200.0
PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg", width: {width}pt)'


def figure_picture(figure: str, fonts: Fonts) -> tuple[bytes, float]:
    """The PNG of a figure as the bank keeps it, and its width in points. Raises PrintingError `print.figure`,
    `print.typeset`.
    """
    drawing = draw_figure(figure, fonts.family)
    if is_picture(figure):
        return kept_picture(figure).png, drawing.width
    compiler = typst.Compiler(
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder)]),
        ignore_system_fonts=True,
    )
    inputs = {"main.typ": PAGE.format(width=drawing.width).encode(), "figure.svg": drawing.svg}
    try:
        png = compiler.compile(input=inputs, format="png", ppi=FINENESS)  # type: ignore[type-var]
    except typst.TypstError as error:
        raise PrintingError("print.typeset", message=error.message[:200]) from error
    assert isinstance(png, bytes)
    return png, drawing.width
