"""The picture and the table of a bank's health: readable at every size, by everybody, and nothing but a drawing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import combinations

import pytest

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.health import BankHealth, bank_health
from itembank.domain.items import ItemType
from itembank.domain.policy import BankFloors
from itembank.printing.health_picture import health_svg
from itembank.printing.health_table import display_width, health_table, shortened

LONG = "继电控制电路装调维修及电气设备线路综合调试"
SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def health(areas: int, name: str = LONG, items: int = 3) -> BankHealth:
    """A bank of so many areas below a fourth as many, each with two points of so many items."""
    above = max(1, areas // 4)
    nodes = [BlueprintNode(f"{i % above:02}-{i:02}", name, 100 // areas) for i in range(areas)]
    nodes = [*(BlueprintNode(f"{i:02}", name, 10) for i in range(above)), *sorted(nodes, key=lambda node: node.code)]
    points = [AssessmentPoint(f"{node.code}-{i:03}", name, Importance.X) for node in nodes if node.parent for i in (1, 2)]
    active = Counter({(point.code, ItemType.SINGLE, 1 + i % 4): items for i, point in enumerate(points)})
    blueprint = Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, tuple(nodes), tuple(points))
    return bank_health(blueprint, active | Counter({("Z-001", ItemType.SINGLE, 3): 9}), 120, BankFloors())


def texts(svg: str) -> list[tuple[str, Box]]:
    """(words, left, top, right, bottom) of every text; a wide sign is as wide as high, others are taken as 0.56."""
    return list(_texts(ET.fromstring(svg), 0.0, 0.0))


def _texts(element: ET.Element, x: float, y: float) -> list[tuple[str, Box]]:
    if moved := re.fullmatch(r"translate\(([\d.]+) ([\d.]+)\)", element.get("transform", "")):
        x, y = x + float(moved[1]), y + float(moved[2])
    found = []
    if element.tag == f"{SVG}text" and element.text:
        size = float(element.attrib["font-size"])
        wide = display_width(element.text) - len(element.text)
        width = size * (wide + 0.56 * (len(element.text) - wide))
        left = x + float(element.attrib["x"]) - (width / 2 if element.get("text-anchor") == "middle" else 0)
        base = y + float(element.attrib["y"])
        found.append((element.text, (left, base - 0.75 * size, left + width, base + 0.1 * size)))
    return found + [one for child in element for one in _texts(child, x, y)]


@pytest.mark.parametrize("items", [0, 3, 4000])
@pytest.mark.parametrize("areas", [1, 8, 21, 22, 60, 120])
def test_no_words_lie_on_others_or_leave_the_page(areas: int, items: int) -> None:
    svg = health_svg(health(areas, items=items), LONG * 3, "2026-07-01")
    _, _, right, bottom = map(float, ET.fromstring(svg).attrib["viewBox"].split())
    boxes = [box for _, box in texts(svg)]

    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= right and box[3] <= bottom for box in boxes)
    assert not [
        (one, two)
        for one, two in combinations(boxes, 2)
        if one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
    ]


def test_up_to_sixty_areas_are_one_landscape_page() -> None:
    assert all('viewBox="0 0 1123 794"' in health_svg(health(areas), "题库") for areas in (1, 8, 60))


def test_what_is_short_is_told_in_words_and_to_a_screen_reader() -> None:
    svg = health_svg(health(1), "题库")
    page = ET.fromstring(svg)

    assert {"6/500", "6/500 缺494", "缺20"} <= {text for text, _ in texts(svg)}
    assert page.get("role") == "img"
    assert "全库：现有6，应有500，缺494" in str(page.findtext(f"{SVG}desc"))


def test_a_name_is_words_and_never_markup_and_nothing_is_loaded() -> None:
    svg = health_svg(health(8, name='<script href="http://x">&'), "<b>题库</b>")
    page = ET.fromstring(svg)

    assert not [element.tag for element in page.iter() if element.tag.removeprefix(SVG) in ("script", "b", "image", "style")]
    assert not [name for element in page.iter() for name in element.attrib if "href" in name or name.startswith("on")]
    assert "<b>题库</b>" in [text for text, _ in texts(svg)]


def test_the_table_stands_in_columns_though_signs_differ_in_width() -> None:
    lines = health_table(health(8)).splitlines()
    rule = lines[1]
    gaps = [match.start() for match in re.finditer("  ", rule)]

    for line in [lines[0], *lines[2:-2]]:
        columns = "".join(sign + "\0" * (display_width(sign) - 1) for sign in line).ljust(len(rule))
        assert all(columns[gap : gap + 2] == "  " for gap in gaps), line


def test_the_table_lists_the_points_that_are_short_and_counts_the_others() -> None:
    table = health_table(health(8))
    full = health_table(health(8, items=9))

    assert table.count("鉴定点  ") == 16 and "达标 0 个" in table
    assert full.count("鉴定点  ") == 0 and "达标 16 个" in full
    assert "9 题的鉴定点不在本细目表" in table


@pytest.mark.parametrize(("text", "width"), [("ab", 2), ("电工", 4), ("Ω×", 2), ("ａ", 2), ("e\u0301", 1)])
def test_a_wide_sign_takes_two_columns_and_a_combining_one_none(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize(("text", "short"), [("电工电工", "电工电工"), ("电工电工子", "电工电…"), ("a电工电工子", "a电工电…")])
def test_a_long_name_is_cut_to_its_columns(text: str, short: str) -> None:
    assert shortened(text, 8) == short
