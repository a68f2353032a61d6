"""One item as a person reads it on a page: its text, its key and all its parts, and what looks like a slip in it.

Every word of an author is escaped. Figures are images in `data:` addresses, where a drawing can run nothing and fetch nothing;
who serves the page allows them: `Content-Security-Policy: default-src 'self'; img-src 'self' data:`. The look is in
`static/item.css`. An item that is not sound yet is shown as far as it can be: authors look at drafts.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from itembank.domain.errors import RichTextError
from itembank.domain.items import LETTERS, Item, ItemType, fill_answers
from itembank.domain.rich_text import Part, Text, paragraphs
from itembank.formats.figures import is_picture
from itembank.messages import explain_code
from itembank.printing.errors import PrintingError
from itembank.printing.formulas import draw_formula

_PIXELS_A_POINT = 1.5
"""Formulas are drawn for print at 10.5 points; on the page they stand beside words of 16 pixels."""
_X_HEIGHT = 9
"""Pixels; half of it lies between the baseline and what CSS calls the middle of a line."""


def item_html(item: Item, figures: Mapping[str, str]) -> Markup:
    """The item as an HTML fragment. `figures`: file name → figure as the bank keeps it; a missing one is named."""
    return Markup(
        _PAGE.render(
            item=item,
            Type=ItemType,
            letters=LETTERS,
            parts=_parts,
            kind=lambda part: type(part).__name__,
            formula=_formula,
            figure=_figure_in(figures),
            fill_answers=fill_answers,
            flags=[explain_code(code, {}) for code in item.flags()],
        )
    )


def _parts(text: str) -> tuple[Part, ...]:
    try:
        return paragraphs(text)
    except RichTextError:
        return (Text(text),)


def _figure_in(figures: Mapping[str, str]) -> Callable[[str], str | None]:
    """From a figure's name to the address of its image, None for a figure that is not there."""

    def address(name: str) -> str | None:
        figure = figures.get(name)
        if figure is None or is_picture(figure):
            return figure
        return f"data:image/svg+xml;base64,{base64.b64encode(figure.encode()).decode()}"

    return address


def _formula(latex: str) -> Markup | None:
    """The formula as inline SVG, None for one that cannot be drawn.

    No style may stand in the page, so what lies below the baseline hangs out of the outer SVG, which ends on it; an empty
    one beside it, set to the line's middle, makes the line as deep as that.
    """
    try:
        drawing = draw_formula(latex)
    except PrintingError:
        return None
    width, height, depth = (round(size * _PIXELS_A_POINT, 2) for size in (drawing.width, drawing.height, drawing.depth))
    above = round(height - depth, 2)
    scale = f'<svg width="{width}" height="{height}" viewBox="0 0 {drawing.width} {drawing.height}">'
    return Markup(
        f'<svg class="formula" overflow="visible" width="{width}" height="{above}" role="img" aria-label="{{}}">'
        f'{scale}{{}}</svg></svg><svg class="strut" width="0" height="{2 * depth + _X_HEIGHT:.2f}"></svg>'
    ).format(latex, Markup(drawing.svg.decode()))


_PAGE = Environment(
    loader=PackageLoader("itembank.web"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
).get_template("item.html")
