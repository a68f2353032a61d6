"""A key vault that takes its time holds up whoever asked it, and nobody else: a release does not wait for an import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from itembank.domain.confidentiality import Sight
from itembank.domain.review import Move
from itembank.steps import viewing
from tests.province import POLICY, After, Province
from tests.unit.steps.sample_items import REVIEWER, THREE, WRITER, bring, import_blueprint, item, move, show
from tests.unit.steps.watched_vault import restart_watched

ONE = "city-001"


def print_one(province: Province) -> None:
    book, signer = province.centre.book, province.signer(WRITER)
    viewing.look_together(book, province.directory, province.clock, POLICY, signer, {ONE: Sight.PRINT}, where="送审")


ACTS: list[tuple[str, Callable[[Province], object]]] = [
    ("a new pool", lambda province: bring(province, item(1, pool="city-new"))),
    ("a changed draft", lambda province: bring(province, replace(item(1), stem="改过的题（　　）。"), who=(WRITER,))),
    ("a look", lambda province: show(province, WRITER, ONE)),
    ("a printing", print_one),
    ("a comment", lambda province: move(province, Move.RETURN, REVIEWER, ONE, comment="题干不清")),
    ("a release", lambda province: province.release_pool("city-ready")),
]


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in ACTS])
def test_the_vault_is_never_asked_while_others_wait_to_write(after: After, act: Callable[[Province], object]) -> None:
    province = after("")
    import_blueprint(province, *THREE)
    bring(province, item(1), who=(WRITER,))
    bring(province, item(1, pool="city-ready"))
    move(province, Move.SUBMIT, WRITER, ONE)
    if act is ACTS[1][1]:
        move(province, Move.RETURN, REVIEWER, ONE, comment="再改")
    vault = restart_watched(province)

    act(province)

    assert vault.asked and not any(writing for _, writing in vault.asked)
