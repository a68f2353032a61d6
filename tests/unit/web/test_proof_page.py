"""The proof page: both papers for whoever has the token, from memory, as long as the pair reads."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from itembank.web.proof import create_app, show_once

PAGES = {"A": b"%PDF main", "S": b"%PDF spare"}
TOKEN = "5e" * 16


def test_both_papers_are_shown_under_the_token_and_nothing_may_be_kept() -> None:
    client = create_app(PAGES, TOKEN).test_client()

    index, main = client.get(f"/{TOKEN}/"), client.get(f"/{TOKEN}/A.pdf")

    assert "正卷 main" in index.text and "备用卷 spare" in index.text
    assert main.data == PAGES["A"] and main.content_type == "application/pdf"
    for answer in (index, main):
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"


OTHER = "5f" * 16


@pytest.mark.parametrize("path", ["/", "/A.pdf", f"/{OTHER}/", f"/{OTHER}/A.pdf", f"/{TOKEN}/KEY.pdf", f"/{TOKEN[:-1]}/"])
def test_without_the_token_there_is_nothing(path: str) -> None:
    """Not even the list of papers."""
    answer = create_app(PAGES, TOKEN).test_client().get(path, follow_redirects=True)

    assert answer.status_code == 404 and b"PDF" not in answer.data


def test_a_token_in_another_alphabet_is_just_wrong() -> None:
    """Comparing it breaks nothing."""
    assert create_app(PAGES, TOKEN).test_client().get("/密/").status_code == 404


def test_the_page_is_gone_when_the_pair_has_read() -> None:
    """It listens on this machine only, and only as long as `announce` takes."""
    addresses: list[str] = []

    def announce(address: str) -> None:
        addresses.append(address)
        with urllib.request.urlopen(f"{address}A.pdf", timeout=5) as answer:
            assert answer.read() == PAGES["A"]

    show_once(PAGES, TOKEN, announce)

    assert addresses[0].startswith("http://127.0.0.1:") and addresses[0].endswith(f"/{TOKEN}/")
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(addresses[0], timeout=1)
