"""Formulas sit on the baseline or are refused; figures hold allowed drawing and nothing else."""

from __future__ import annotations

import pytest

from itembank.printing.errors import PrintingError
from itembank.printing.figures import HIGHEST, WIDEST, draw_figure
from itembank.printing.formulas import MARGIN, TEXT_SIZE, draw_formula
from tests.unit.printing.sample_paper import BRIDGE, STARTER

FAMILY = "Noto Serif CJK SC"
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'

LAUGHS = (
    '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    f"{OPEN}<text>&c;</text></svg>"
)
NESTED_MARKERS = (
    f'{OPEN}<marker id="a"><path d="M0 0"/></marker><marker id="b"><path d="M0 0" marker-mid="url(#a)"/></marker></svg>'
)

REFUSED = {
    "script": f"{OPEN}<script>alert(1)</script></svg>",
    "event": f'{OPEN}<rect width="1" height="1" onclick="x()"/></svg>',
    "foreign object": f"{OPEN}<foreignObject><p>x</p></foreignObject></svg>",
    "external image": f'{OPEN}<image href="http://example.org/x.png"/></svg>',
    "embedded image": f'{OPEN}<image xlink:href="data:image/png;base64,AAAA"/></svg>',
    "external use": f'{OPEN}<use xlink:href="http://example.org/x.svg#a"/></svg>',
    "link": f'{OPEN}<a xlink:href="http://example.org"><rect width="1" height="1"/></a></svg>',
    "fill from elsewhere": f'{OPEN}<rect width="1" height="1" fill="url(http://example.org/#a)"/></svg>',
    "marker from elsewhere": f'{OPEN}<path d="M0 0" marker-end="url(x.svg#a)"/></svg>',
    "nested markers": NESTED_MARKERS,
    "style element": f"{OPEN}<style>@import url(http://example.org/x.css)</style></svg>",
    "style attribute": f'{OPEN}<rect style="fill:url(http://example.org/)"/></svg>',
    "filter": f'{OPEN}<filter id="f"/></svg>',
    "animation": f'{OPEN}<animate attributeName="x"/></svg>',
    "entity bomb": LAUGHS,
    "external entity": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{OPEN}<text>&x;</text></svg>',
    "bare document type": f"<!DOCTYPE svg>{OPEN}</svg>",
    "stylesheet instruction": f'<?xml-stylesheet href="http://example.org/x.css"?>{OPEN}</svg>',
    "too deep": OPEN + "<g>" * 40 + "</g>" * 40 + "</svg>",
    "too many": OPEN + "<g/>" * 5000 + "</svg>",
    "too large": f"{OPEN}<text>{'x' * 300_000}</text></svg>",
    "no size": '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "endless size": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e999 1"></svg>',
    "not SVG": "<html/>",
    "not XML": f"{OPEN}<g></svg>",
}


@pytest.mark.parametrize("svg", REFUSED.values(), ids=REFUSED.keys())
def test_a_figure_with_more_than_drawing_is_refused(svg: str) -> None:
    with pytest.raises(PrintingError) as refused:
        draw_figure(svg, FAMILY)
    assert refused.value.code == "print.figure"


@pytest.mark.parametrize("svg", [BRIDGE, STARTER])
def test_a_plain_figure_is_written_anew_in_our_font(svg: str) -> None:
    figure = draw_figure(svg, FAMILY)
    assert b"<text" in figure.svg and b"<rect" in figure.svg
    assert figure.svg.count(b"font-family") == 1 and f'font-family="{FAMILY}"'.encode() in figure.svg


def test_a_figure_keeps_its_size_and_shape_within_the_page() -> None:
    figure = draw_figure(BRIDGE, FAMILY)
    assert figure.width == pytest.approx(60 * 72 / 25.4, abs=0.01)
    assert figure.width / figure.height == pytest.approx(240 / 110, abs=0.01)
    wide = draw_figure(BRIDGE.replace("60mm", "400mm"), FAMILY)
    high = draw_figure(STARTER.replace("0 0 200 80", "0 0 200 900"), FAMILY)
    assert wide.width <= WIDEST + 0.01 and high.height <= HIGHEST + 0.01


@pytest.mark.parametrize(
    ("latex", "why"),
    [
        (r"\frac{a", "not LaTeX we can read"),
        (r"\nosuchcommand{x}", "unknown command"),
        (r"\input{/etc/passwd}", "unknown command"),
        (r"U_{总}", "no glyph"),
        (r"\text{功率}", "no glyph"),
        (" ", "not LaTeX we can read"),
        ("{" * 290, "not LaTeX we can read"),
        ("x" * 301, "too long"),
        (f"{'{' * 14}x{'}' * 14}", "too many or too deep elements"),
        (r"\def\a{xx}\a", "not LaTeX we can read"),
        (r"\newcommand{\a}[1]{#1#1}\a{x}", "not LaTeX we can read"),
        ("+".join("x" * 100), "empty or too large"),
        (r"\begin{matrix}" + r"x\\" * 40 + r"\end{matrix}", "empty or too large"),
        (r"\rule{1cm}{40cm}", "colour, phantom or shift"),
        (r"\raise{3cm}{x}", "colour, phantom or shift"),
        (r"\textcolor{white}{x}", "colour, phantom or shift"),
        (r"\color{url(http://evil/x)}x", "colour, phantom or shift"),
        (r"\phantom{x}", "colour, phantom or shift"),
        (r"\href{http://evil/x}{y}", "colour, phantom or shift"),
        (r"\style{fill:white}{x}", "colour, phantom or shift"),
    ],
)
def test_a_formula_that_would_print_wrong_is_refused(latex: str, why: str) -> None:
    with pytest.raises(PrintingError) as refused:
        draw_formula(latex)
    assert (refused.value.code, refused.value.facts["why"]) == ("print.formula", why)


@pytest.mark.parametrize(
    "latex",
    [
        r"x_{1,2}=\frac{-b\pm\sqrt{b^2-4ac}}{2a}",
        r"\sqrt{\frac{\sum_{i=1}^{n}\left(x_i-\overline{x}\right)^2}{n-1}}",
        r"\begin{pmatrix}\frac{1}{2}&\sqrt{\frac{1}{3}}\\0&1\end{pmatrix}",
        r"\frac{1}{1+\frac{1}{1+\frac{1}{1+\frac{1}{x}}}}",
        r"A\xrightarrow{a}\boxed{B}\quad\cancel{x}",
    ],
)
def test_a_formula_of_a_textbook_is_not_too_deep(latex: str) -> None:
    assert draw_formula(latex).height > TEXT_SIZE


def test_a_formula_reaches_below_the_baseline_as_far_as_its_signs_do() -> None:
    assert draw_formula("E").depth == pytest.approx(MARGIN, abs=0.05)
    assert draw_formula("E_p").depth > draw_formula("E").depth + 1
    fraction = draw_formula(r"\frac{P}{Q}")
    assert fraction.height > 2 * TEXT_SIZE and 0.3 < fraction.depth / fraction.height < 0.5
