"""Giving a code its zeros back: a spreadsheet makes the number 1 of a typed 01, and nothing in the cell says which it was.

What the other cells of the level say decides, and only when they leave no doubt: a code given back wrongly would hang items
on a point that does not exist, or on another one.
"""

from __future__ import annotations

from collections.abc import Collection


def area_code(digits: str, texts: Collection[str]) -> str | None:
    """The area code a number cell was, given the codes of its level that stayed text; None when they do not tell.

    Zeros are put in front only where another code shows that they are written: 1 beside 02 was 01, but 1 beside 12 may
    have been 1.
    """
    widths = {len(text) for text in texts}
    if len(widths) != 1:
        return None
    width = widths.pop()
    if len(digits) == width:
        return digits
    return digits.zfill(width) if len(digits) < width and any(text.startswith("0") for text in texts) else None


def point_width(texts: Collection[str], numbers: Collection[str], lettered: bool) -> int:
    """How many digits the point codes of a sheet have, 3 or 4; 0 when that cannot be told.

    `texts`: the codes that stayed text, `numbers`: those that became numbers. Where none stayed text, a number of four digits
    tells; else only the national layout, whose areas have letters (`lettered`), is known to have three.
    """
    widths = {len(text) for text in texts}
    if widths:
        return widths.pop() if len(widths) == 1 else 0
    if any(len(number) == 4 for number in numbers):
        return 4
    return 3 if lettered else 0
