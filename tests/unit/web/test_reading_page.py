"""The reading page: for whoever has the token, from memory, as long as one person reads."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest

from itembank.web.reading import create_app, show_once
from tests.unit.web.ten_items import AT, TEN

TOKEN = "5e" * 16


def page() -> str:
    return create_app(TEN, "审题员", AT, TOKEN).test_client().get(f"/{TOKEN}/").text


def test_every_item_stands_there_with_its_number_version_state_and_term() -> None:
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page()))

    assert re.search("1 第1版 version 1 待初审 submitted 期限 due 2026-11-01 09:00 北京时间 逾期 overdue national-0000", words)
    assert re.search("2 第2版 version 2 待复审 in review 期限 due 2026-11-08 09:00 北京时间 national-0001", words)
    assert re.search("10 第10版 version 10 启用 active national-0009 操作技能题", words)
    assert "审题员 · 2026-11-02 09:00 北京时间 · 共10题 10 items" in words


def test_the_page_does_not_tell_who_wrote_and_reviewed() -> None:
    """Reviewers and those behind them must not know."""
    assert not re.search("item_(writer|reviewer|approver)", page())


def test_the_page_loads_nothing_from_elsewhere_and_may_not_be_kept() -> None:
    answer = create_app(TEN, "审题员", AT, TOKEN).test_client().get(f"/{TOKEN}/")

    assert answer.headers["Content-Security-Policy"] == "default-src 'self'; img-src 'self' data:"
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"
    addresses = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert addresses and all(address.startswith(("/static/", "#", "data:image/")) for address in addresses)


@pytest.mark.parametrize("path", ["/", f"/{TOKEN[:-1]}/", f"/{'5f' * 16}/", "/密/"])
def test_without_the_token_there_is_nothing(path: str) -> None:
    answer = create_app(TEN, "审题员", AT, TOKEN).test_client().get(path)

    assert answer.status_code == 404 and "national" not in answer.text


def test_the_page_is_gone_when_the_person_has_read() -> None:
    """It listens on this machine only, and only as long as `announce` takes."""
    addresses: list[str] = []

    def announce(address: str) -> None:
        addresses.append(address)
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert "national-0009" in answer.read().decode()

    show_once(TEN, "审题员", AT, TOKEN, announce)

    assert addresses[0].startswith("http://127.0.0.1:") and addresses[0].endswith(f"/{TOKEN}/")
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(addresses[0], timeout=1)
