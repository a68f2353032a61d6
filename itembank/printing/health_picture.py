"""The health of a bank as one picture (SVG), a landscape A4 page: for a report, a screen and a printer without colour.

Every area is a bar as long as what it needs, filled by what it has. What is short is hatched and says by how much, so that
no colour is needed to see it; a screen reader finds the same in titles and description. Nothing is loaded from outside.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import groupby

from itembank.domain.health import AreaHealth, BankHealth, Stock
from itembank.printing.health_table import BASIS_WORDS, shortened

FONTS = "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
ENOUGH, SHORT, INK, FAINT, TRACK = "#1f6f8b", "#b5451b", "#1c1c1c", "#5a5a5a", "#e4e7ea"
WIDTH, HEIGHT, MARGIN = 1123.0, 794.0, 36.0
SIDE = 270.0
"""Width of the column with the headline and the difficulties."""
TOP = 104.0
FOOT = 52.0
TALLEST_ROW, LOWEST_ROW = 30.0, 15.0
MOST_IN_ONE_COLUMN = 22


def health_svg(health: BankHealth, title: str, subtitle: str = "") -> str:
    """The picture. `title` names the bank, `subtitle` for instance the date; more rows than a page holds make it longer."""
    layout = _layout(health.areas)
    page = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH:g} {layout.height:g}"})
    page.attrib |= {"role": "img", "aria-labelledby": "health-title health-text", "font-family": FONTS, "fill": INK}
    ET.SubElement(page, "title", id="health-title").text = title
    ET.SubElement(page, "desc", id="health-text").text = _description(health)
    _hatch(ET.SubElement(page, "defs"))
    ET.SubElement(page, "rect", width="100%", height="100%", fill="#ffffff")
    _text(page, MARGIN, 56, shortened(title, 62), 24, weight="bold")
    _text(page, MARGIN, 80, subtitle, 13, fill=FAINT)
    for place, row in zip(layout.places, layout.rows, strict=True):
        _draw_row(page, layout, place, row)
    _draw_side(page, health)
    _draw_legend(page, layout.height - 26)
    return ET.tostring(page, encoding="unicode") + "\n"


# the areas ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Layout:
    """Rows of areas with a heading before each first-level area, in one or two columns; measures in pixels."""

    rows: list[str | AreaHealth]
    places: list[tuple[float, float]]
    row: float
    column: float
    height: float


def _layout(areas: tuple[AreaHealth, ...]) -> _Layout:
    rows: list[str | AreaHealth] = []
    for above, members in groupby(areas, key=lambda area: area.above):
        rows += [f"{above.code} {above.name}（{above.weight}%）", *members]
    columns = 1 if len(rows) <= MOST_IN_ONE_COLUMN else 2
    each = -(-len(rows) // columns)
    if columns == 2 and each < len(rows) and isinstance(rows[each - 1], str):
        each += 1  # no heading stands alone at the foot of a column
    row = min(TALLEST_ROW, max(LOWEST_ROW, (HEIGHT - TOP - FOOT) / each))
    width = (WIDTH - 2 * MARGIN - SIDE) / columns
    places = [(MARGIN + width * (index // each), TOP + row * (index % each)) for index in range(len(rows))]
    return _Layout(rows, places, row, width - 24, max(HEIGHT, TOP + row * each + FOOT))


def _draw_row(page: ET.Element, layout: _Layout, place: tuple[float, float], row: str | AreaHealth) -> None:
    x, y = place
    size = min(14.0, layout.row * 0.66)
    base = y + layout.row * 0.72
    letters = int(layout.column / (size * 0.5))
    if isinstance(row, str):
        _text(page, x, base, shortened(row, letters), size, weight="bold")
        return
    stock = row.stock
    names, numbers = min(max(layout.column * 0.36, 172), layout.column / 2), size * 8.6
    group = ET.SubElement(page, "g")
    ET.SubElement(group, "title").text = f"{_spoken(stock)}，{BASIS_WORDS[stock.basis]}"
    _text(group, x, base, shortened(f"{stock.code} {stock.name}", int(names / (size * 0.53))), size)
    length = layout.column - names - numbers - 8
    bar = ET.SubElement(group, "g", transform=f"translate({x + names:.1f} {y + layout.row * 0.2:.1f})")
    _draw_bar(bar, stock, length, layout.row * 0.6)
    _text(group, x + names + length + 8, base, _numbers(stock), size, weight="bold" if stock.short else "normal")


def _draw_bar(parent: ET.Element, stock: Stock, length: float, height: float) -> None:
    """The track is what is needed. More than needed fills it and no more; the numbers tell."""
    filled = length * min(1.0, stock.have / stock.needed) if stock.needed else length
    _rect(parent, 0, 0, length, height, fill=TRACK, stroke=FAINT)
    _rect(parent, 0, 0, filled, height, fill="url(#short)" if stock.short else ENOUGH)


# the side column ----------------------------------------------------------------------------------------------------------


def _draw_side(page: ET.Element, health: BankHealth) -> None:
    x = WIDTH - MARGIN - SIDE + 24
    width = SIDE - 24
    headline = f"{health.bank.have}/{health.bank.needed}"
    _text(page, x, 62, headline, min(44, width / (0.6 * len(headline))), weight="bold", fill=_colour(health.bank))
    _text(page, x, 86, f"在用试题 / 应有　{_verdict(health.bank)}", 13, fill=FAINT)
    full = sum(1 for stock in health.points if not stock.short)
    points = Stock("", "达标鉴定点", full, len(health.points))
    for at, stock in ((TOP + 24, health.cycle), (TOP + 76, points)):
        _text(page, x, at, f"{stock.name}　{_numbers(stock)}", 14)
        _draw_bar(ET.SubElement(page, "g", transform=f"translate({x} {at + 9})"), stock, width, 14)
    if health.unplaced:
        _text(page, x, TOP + 128, f"另有 {health.unplaced} 题的鉴定点不在本细目表", 12, fill=FAINT)
    _draw_difficulties(ET.SubElement(page, "g", transform=f"translate({x} {TOP + 176})"), health, width)


def _draw_difficulties(parent: ET.Element, health: BankHealth, width: float) -> None:
    _text(parent, 0, 0, "难度分布（横线为应有）", 14, weight="bold")
    highest = max(1, *(max(stock.have, stock.needed) for stock in health.difficulties))
    room, foot, step = 220.0, 270.0, width / len(health.difficulties)
    for index, stock in enumerate(health.difficulties):
        group = ET.SubElement(parent, "g")
        ET.SubElement(group, "title").text = f"难度{_spoken(stock)}"
        left, height = index * step, room * stock.have / highest
        line = foot - room * stock.needed / highest
        _rect(group, left + 8, foot - height, step - 16, height, fill="url(#short)" if stock.short else ENOUGH)
        mark = {"x1": f"{left + 2:.1f}", "x2": f"{left + step - 2:.1f}", "y1": f"{line:.1f}", "y2": f"{line:.1f}"}
        ET.SubElement(group, "line", mark | {"stroke": INK, "stroke-width": "2", "stroke-dasharray": "4 2"})
        middle = left + step / 2
        _text(group, middle, min(foot - height, line) - 6, str(stock.have), 13, anchor="middle", weight="bold")
        _text(group, middle, foot + 18, stock.name, 13, anchor="middle")
        _text(group, middle, foot + 36, f"缺{stock.short}" if stock.short else "足", 13, anchor="middle", fill=_colour(stock))
    ET.SubElement(parent, "line", {"x1": "0", "x2": f"{width:g}", "y1": f"{foot:g}", "y2": f"{foot:g}", "stroke": INK})


def _draw_legend(page: ET.Element, base: float) -> None:
    for right, fill, words in ((0, ENOUGH, "足"), (60, "url(#short)", "缺题"), (136, TRACK, "框长为应有题数")):
        x = MARGIN + right
        _rect(page, x, base - 11, 20, 12, fill=fill, stroke=FAINT)
        _text(page, x + 26, base, words, 12, fill=FAINT)


# words and shapes ---------------------------------------------------------------------------------------------------------


def _numbers(stock: Stock) -> str:
    return f"{stock.have}/{stock.needed} {_verdict(stock)}"


def _verdict(stock: Stock) -> str:
    return f"缺{stock.short}" if stock.short else "足"


def _colour(stock: Stock) -> str:
    return SHORT if stock.short else ENOUGH


def _spoken(stock: Stock) -> str:
    return f"{stock.name}：现有{stock.have}，应有{stock.needed}，{_verdict(stock)}"


def _description(health: BankHealth) -> str:
    told = (health.bank, health.cycle, *health.difficulties, *(area.stock for area in health.areas))
    return "；".join(map(_spoken, told)) + "。"


def _hatch(defs: ET.Element) -> None:
    size = {"width": "6", "height": "6"}
    pattern = ET.SubElement(defs, "pattern", {"id": "short", "patternUnits": "userSpaceOnUse", **size})
    pattern.set("patternTransform", "rotate(45)")
    ET.SubElement(pattern, "rect", {**size, "fill": "#f6d9cc"})
    ET.SubElement(pattern, "rect", {"width": "3", "height": "6", "fill": SHORT})


def _rect(parent: ET.Element, x: float, y: float, width: float, height: float, **paint: str) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
    ET.SubElement(parent, "rect", place | paint)


def _text(
    parent: ET.Element, x: float, y: float, words: str, size: float, *,
    fill: str = "", weight: str = "normal", anchor: str = "start",
) -> None:  # fmt: skip
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size:.1f}", "font-weight": weight, "text-anchor": anchor}
    ET.SubElement(parent, "text", place | ({"fill": fill} if fill else {})).text = words
