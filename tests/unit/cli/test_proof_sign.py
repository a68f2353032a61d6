"""`proof sign`: each of the two says for himself that he has read the paper."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import click
import pytest

from itembank.cli import desk
from tests.province import SESSION, After, after, refused

__all__ = ["after"]


def test_a_pair_of_which_one_has_not_read_every_page_signs_nothing(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    province = after("assemble")
    seat = cast(Any, SimpleNamespace(me=province.device("desk"), directory=province.directory))
    answers = iter([True, False])
    monkeypatch.setattr(desk, "renderer", lambda progress: lambda *what: [b"%PDF"])
    monkeypatch.setattr(click, "confirm", lambda question, **how: next(answers))

    error = refused("proof.not_read", lambda: desk._show(seat, province.draft(), ["proofreader-1", "proofreader-2"]))

    assert error.facts["who"] == province.directory.label("proofreader-2")
    assert not province.desk.exists(f"sessions/{SESSION}/proof")
