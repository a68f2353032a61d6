"""The health of a bank as a table of plain text, for the terminal."""

from __future__ import annotations

import unicodedata

from itembank.domain.health import BankHealth, Basis, Stock

BASIS_WORDS = {None: "", Basis.POINTS: "按鉴定点", Basis.WEIGHT: "按比重"}
_KIND_WORDS = {"bank": "题库", "cycle": "题库", "difficulty": "难度", "area": "鉴定范围", "point": "鉴定点"}
_HEADING = ("项目", "代码", "名称", "现有", "应有", "缺", "依据")
_NAME_WIDTH = 40


def health_table(health: BankHealth) -> str:
    """Every floor of bank, difficulties and areas; of the points only those that are short, and how many are not."""
    rows = [(kind, stock) for kind, stock in health.rows() if kind != "point" or stock.short]
    cells = [_HEADING, *(_cells(kind, stock) for kind, stock in rows)]
    widths = [max(display_width(row[column]) for row in cells) for column in range(len(_HEADING))]
    lines = ["  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    full = sum(1 for stock in health.points if not stock.short)
    lines.append(f"鉴定点共 {len(health.points)} 个，达标 {full} 个（未列出），缺题 {len(health.points) - full} 个")
    if health.unplaced:
        lines.append(f"另有 {health.unplaced} 题的鉴定点不在本细目表中，未计入")
    return "\n".join(lines) + "\n"


def display_width(text: str) -> int:
    """Columns a text takes in a terminal: two for a wide sign, none for a combining one."""
    return sum(_sign_width(sign) for sign in text)


def shortened(text: str, width: int) -> str:
    """At most so many columns, with … where something was cut off."""
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 1:
        text = text[:-1]
    return text + "…"


def _sign_width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _cells(kind: str, stock: Stock) -> tuple[str, ...]:
    short = str(stock.short) if stock.short else ""
    name = shortened(stock.name, _NAME_WIDTH)
    return (_KIND_WORDS[kind], stock.code, name, str(stock.have), str(stock.needed), short, BASIS_WORDS[stock.basis])


def _aligned(text: str, width: int, column: int) -> str:
    """Numbers to the right, words to the left."""
    padding = " " * (width - display_width(text))
    return padding + text if 3 <= column <= 5 else text + padding
