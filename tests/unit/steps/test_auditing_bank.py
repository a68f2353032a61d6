"""The audit of the bank's lines: who passed, approved, looked and pledged, in which order, by which duty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from itembank.domain.review import Move
from itembank.formats.bank_statements import read_pledge, read_signed, sign_pledge, sign_review
from keys.entry import Entry
from tests.province import After, Province
from tests.unit.steps.history_anew import codes, history, sign_anew
from tests.unit.steps.sample_items import REVIEWER, THREE, WRITER, admit, bring, import_blueprint, item

Bend = Callable[[Province, list[Entry]], list[Entry]]


@pytest.fixture
def reviewed(after: After) -> Province:
    """Two items came into the bank by single steps and went to the desk."""
    province = after("")
    import_blueprint(province, *THREE)
    bring(province, item(1), item(2), who=(WRITER,))
    admit(province, "city-001", "city-002")
    province.release_pool("city")
    province.settle()
    return province


def test_the_audit_is_content_with_items_that_came_by_single_steps(reviewed: Province) -> None:
    assert codes(reviewed.audit()) == set()


def without(act: str, by: str = "", **subject: str) -> Bend:
    """A history from which these lines are gone."""

    def bend(province: Province, entries: list[Entry]) -> list[Entry]:
        kept = [e for e in entries if not (e.act == act and by in ("", e.by) and subject.items() <= e.subject.items())]
        assert len(kept) < len(entries)
        return kept

    return bend


def with_other(move: str, change: Callable[[Province, Entry], Entry]) -> Bend:
    """A history in which the line of this move is another."""

    def bend(province: Province, entries: list[Entry]) -> list[Entry]:
        return [change(province, e) if e.subject.get("move") == move else e for e in entries]

    return bend


def signed_by(who: str) -> Callable[[Province, Entry], Entry]:
    """Two items moved by this person."""

    def change(province: Province, entry: Entry) -> Entry:
        move, items = Move(str(entry.subject["move"])), [("city-001", 1, "00"), ("city-002", 1, "00")]
        data = sign_review(move, "city", "", "", items, entry.at, province.signer(who))
        body = read_signed("review", data, province.directory).body
        return replace(entry, by=who, subject={**entry.subject, "items": body["items"]}, statement=data.decode())

    return change


def with_short_pledge(province: Province, entries: list[Entry]) -> list[Entry]:
    """The reviewer's pledge held for a moment only."""
    found = []
    for entry in entries:
        if (entry.act, entry.by) == ("pledge", REVIEWER):
            given = read_pledge(entry.statement.encode(), province.directory)
            short = replace(given, until=given.at)
            data = sign_pledge(short.pool, short.words, short.at, short.until, province.signer(REVIEWER))
            found.append(replace(entry, statement=data.decode()))
        else:
            found.append(entry)
    return found


BENDS = [
    pytest.param("audit.nothing_before", without("review", move="pass"), id="approved and never passed"),
    pytest.param("audit.nothing_before", without("pledge", by=REVIEWER), id="a look without a pledge"),
    pytest.param("audit.pledge_over", with_short_pledge, id="a look after the pledge was over"),
    pytest.param("audit.nothing_before", without("import"), id="released and never approved"),
    pytest.param("statement.duty", with_other("pass", signed_by("sealer-1")), id="passed by a sealer"),
    pytest.param("statement.duty", with_other("approve", signed_by(REVIEWER)), id="approved by a reviewer"),
    pytest.param("audit.subject", with_other("submit", lambda p, e: replace(e, by=REVIEWER)), id="another's submission"),
    pytest.param(
        "audit.subject",
        with_other("pass", lambda p, e: replace(e, subject={**e.subject, "count": "3"})),
        id="more items than were passed",
    ),
    pytest.param(
        "audit.subject", with_other("approve", lambda p, e: replace(e, act="review")), id="an approval that admits nothing"
    ),
]


@pytest.mark.parametrize(("code", "bend"), BENDS)
def test_the_audit_finds_what_was_not_done_by_the_rules(reviewed: Province, code: str, bend: Bend) -> None:
    sign_anew(reviewed, bend(reviewed, history(reviewed)))

    assert code in codes(reviewed.audit())


def test_the_pass_must_stand_before_the_approval(reviewed: Province) -> None:
    """Not only somewhere."""
    entries = history(reviewed)
    at = next(i for i, entry in enumerate(entries) if entry.subject.get("move") == "pass")
    late = next(i for i, entry in enumerate(entries) if entry.act == "import")
    moved = [*entries[:at], *entries[at + 1 : late + 1], entries[at], *entries[late + 1 :]]
    sign_anew(reviewed, moved)

    assert "audit.nothing_before" in codes(reviewed.audit())
