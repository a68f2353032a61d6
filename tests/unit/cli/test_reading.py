"""`items show --page` and `items queue --page`: a person reads on a page of this machine until Enter is pressed."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from itembank.bootstrap.centre import centre_seat
from tests.keyfiles import acting, centre_home
from tests.province import After, Province, items_bytes
from tests.unit.cli.test_commands import run

WHO = "item_reviewer-1"
ITEMS = ("city-city-0-0", "national-national-0-1")


class Reader:
    """Stands where the terminal is: looks at the page it is told of, then presses Enter."""

    def __init__(self) -> None:
        self.said, self.page, self.address = "", "", ""
        self._echo = click.echo

    def echo(self, message: str, *, err: bool = False, nl: bool = True) -> None:
        if err:
            self.said = f"{self.said}{message}\n"
        else:
            self._echo(message, nl=nl)

    def enter(self, question: str, **how: object) -> str:
        [self.address] = re.findall(r"http://127\.0\.0\.1:[0-9]+/[0-9a-f]{32}/", self.said)
        with urllib.request.urlopen(self.address, timeout=5) as answer:
            self.page = answer.read().decode()
        return ""

    def finds_nothing(self) -> bool:
        with pytest.raises(urllib.error.URLError, match="refused"):
            urllib.request.urlopen(self.address, timeout=1)
        return True


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    found = Reader()
    monkeypatch.setattr(click, "prompt", found.enter)
    monkeypatch.setattr(click, "echo", found.echo)
    return found


@pytest.fixture
def centre(after: After) -> Iterator[tuple[Province, Path]]:
    province = after("author")
    # The pledges of those who brought the pools in begin on the story's day, and commands go by the real clock.
    yield province, centre_home(province, [WHO, "item_writer-1"])


def command(centre: tuple[Province, Path], *words: object) -> Result:
    province, home = centre
    return run(*words, "--home", home, *acting(province, WHO), "--json")


def pledge(centre: tuple[Province, Path], *pools: str) -> None:
    for pool in pools:
        assert command(centre, "pledge", "sign", "--pool", pool).exit_code == 0


def eyes(home: Path) -> int:
    with centre_seat(home).book.read() as transaction:
        return len(transaction.bank.seen(person=WHO))


def test_items_are_read_on_a_page_that_is_gone_afterwards(centre: tuple[Province, Path], reader: Reader) -> None:
    """Stdout says which were read, and nothing of what is in them."""
    pledge(centre, "city", "national")

    done = command(centre, "items", "show", *ITEMS, "--page")

    assert done.exit_code == 0 and [row["item"] for row in json.loads(done.stdout)["items"]] == list(ITEMS)
    assert all(item in reader.page for item in ITEMS) and "正确说法" in reader.page
    assert "正确说法" not in done.stdout and reader.finds_nothing() and eyes(centre[1]) == 2


def test_without_a_pledge_for_each_no_page_opens(centre: tuple[Province, Path], reader: Reader) -> None:
    pledge(centre, "city")

    done = command(centre, "items", "show", *ITEMS, "--page")

    assert (done.exit_code, json.loads(done.stdout)["error"]) == (3, "people.no_pledge")
    assert reader.page == "" and eyes(centre[1]) == 0


def test_several_items_at_once_need_the_page(centre: tuple[Province, Path]) -> None:
    assert command(centre, "items", "show", *ITEMS).exit_code == 2
    assert command(centre, "items", "show", *ITEMS, "--page", "--version", 1).exit_code == 2


def test_what_waits_for_a_reviewer_is_read_at_once(centre: tuple[Province, Path], reader: Reader) -> None:
    """And then counts as looked at: it may be passed."""
    province, home = centre
    draft = ["--pool", "province", "--home", home, *acting(province, "item_writer-1"), "--json"]
    (province.home / "items.xlsx").write_bytes(items_bytes("city"))
    assert run("pledge", "sign", *draft).exit_code == 0
    assert run("items", "import", province.home / "items.xlsx", *draft).exit_code == 0
    assert run("items", "submit", *draft).exit_code == 0
    pledge(centre, "province")

    done = command(centre, "items", "queue", "--page")

    assert done.exit_code == 0 and len(json.loads(done.stdout)["items"]) == 7 == reader.page.count("待初审")
    assert command(centre, "items", "pass", "--pool", "province").exit_code == 0


def test_nobody_is_shown_an_empty_page(centre: tuple[Province, Path], reader: Reader) -> None:
    done = command(centre, "items", "queue", "--page")

    assert (done.exit_code, json.loads(done.stdout)["items"], reader.said) == (0, [], "")
