"""The reading page in a real browser: all ten item types are drawn, and the page's own policy hinders nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from itembank.web.reading import create_app
from tests.browser.chromium import needed, served
from tests.unit.web.ten_items import AT, TEN

pytestmark = needed

KEY_GROUND = (238, 246, 240)
"""The colour that keys stand on."""


def colours(image: Image.Image) -> set[tuple[int, ...]]:
    return {colour for _, colour in image.getcolors(1 << 20) or [] if isinstance(colour, tuple)}


def is_red(colour: tuple[int, ...]) -> bool:
    """The needle of the picture in one key is."""
    return colour[0] > 200 and max(colour[1:]) < 60


@pytest.mark.parametrize(("width", "height"), [(1000, 6200), (420, 8000)], ids=["wide", "narrow"])
def test_every_item_type_is_drawn_and_fits_its_window(
    look: Callable[..., str], tmp_path: Path, width: int, height: int
) -> None:
    """Styled, with its pictures, nothing hanging out at the side."""
    picture = tmp_path / "page.png"

    with served(create_app(TEN, "审题员", AT, "t")) as address:
        look(f"{address}t/", f"--window-size={width},{height}", f"--screenshot={picture}", seconds=0.5)

    with Image.open(picture) as image:
        pixels = image.convert("RGB")
    assert pixels.size == (width, height)
    assert KEY_GROUND in colours(pixels) and any(map(is_red, colours(pixels)))
    assert len(colours(pixels.crop((width - 8, 0, width, height)))) == 1, "something hangs out"


def test_what_is_printed_shows_no_item(look: Callable[..., str], tmp_path: Path) -> None:
    """A sheet lies about, and no eyes list knows who finds it."""
    file = tmp_path / "page.pdf"

    with served(create_app(TEN, "审题员", AT, "t")) as address:
        look(f"{address}t/", "--no-pdf-header-footer", f"--print-to-pdf={file}", seconds=0.5)

    with pypdfium2.PdfDocument(file) as printed:
        words = "".join(page.get_textpage().get_text_range() for page in printed)
    assert "不得打印" in words and "national" not in words and "功率" not in words
