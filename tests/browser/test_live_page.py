"""The centre's page in a real browser: it renders, it stays live by itself, and it says when it is not."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Response, request

from tests.browser.chromium import needed, served
from tests.province import SESSION, After, Province

pytestmark = needed


def when_first_asked(province: Province, act: Callable[[], Response | None]) -> None:
    """Before the script's first look for news, something happens; then it is answered with this, if with anything else."""
    happened: list[Response | None] = []

    def before() -> Response | None:
        if request.path != "/steps":
            return None
        if not happened:
            happened.append(act())
        return happened[0] and Response("no", 503)

    province.centre.app.before_request(before)


def states(page: str) -> list[str]:
    return re.findall(r'<li class="(\w+)">', page)


def test_the_page_follows_the_session_without_being_loaded_again(after: After, look: Callable[..., str]) -> None:
    """Loaded when every station is armed; a second later the release is shown."""
    province = after("arm")

    def release() -> None:
        province.clock.move(days=4)
        province.centre.watch.look()

    when_first_asked(province, release)

    with served(province.centre.app) as address:
        page = look(address, "--dump-dom")

    assert states(page) == ["done"] * 6 + ["waiting"] * 3 and "已到解密时间" in page
    assert 'class="stale"' not in page


def test_a_page_that_gets_no_news_says_that_it_is_old(after: After, look: Callable[..., str]) -> None:
    """What it shows may be over: it pales."""
    province = after("arm")
    when_first_asked(province, lambda: Response("no", 503))

    with served(province.centre.app) as address:
        page = look(address, "--dump-dom")

    assert 'id="steps"' in page and 'class="stale"' in page and SESSION in page


@pytest.mark.parametrize(("width", "height"), [(1000, 820), (420, 1150)], ids=["at a desk", "on a telephone"])
def test_the_page_is_drawn_and_fits_its_window(
    after: After, look: Callable[..., str], tmp_path: Path, width: int, height: int
) -> None:
    """A picture of the whole width, with more on it than an empty page."""
    province = after("release")
    province.freeze("A")
    picture = tmp_path / "page.png"

    with served(province.centre.app) as address:
        look(address, f"--window-size={width},{height}", f"--screenshot={picture}", seconds=0.5)

    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", data[16:24]) == (width, height)
    assert len(data) > 40_000
