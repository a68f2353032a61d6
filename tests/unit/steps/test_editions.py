"""Bank editions: entered by two managers with a line of the ledger, and asked for by every release from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from itembank.domain.occupation import BankEdition
from itembank.steps import distributing, editions, pooling
from keys.pool_release import read_pool_manifest
from tests.province import BOTH_HATS, POLICY, POOLS, After, Province, refused

MANAGERS = ("bank_manager-1", "bank_manager-2")
OLD = BankEdition("2019年版", date(2019, 1, 1), 90)
NEW = BankEdition("2026年版", date(2026, 12, 5), 180)


def enter(province: Province, edition: BankEdition, *who: str) -> bool:
    book, signers = province.centre.book, province.signers(*(who or MANAGERS))
    return editions.enter_edition(book, province.directory, province.clock, edition, signers)


def known(province: Province) -> list[BankEdition]:
    with province.centre.book.read() as transaction:
        return editions.known_editions(transaction, province.directory)


def release(province: Province, edition: str) -> None:
    pooling.release_pool(
        province.centre.book, province.directory, "city", edition, province.device("desk"), province.signers(*MANAGERS),
        province.clock, province.random, POLICY,
    )  # fmt: skip


def too_late(after: After) -> Province:
    """A desk with seeds and with pools of an edition that is over."""
    province = after("seeds")
    enter(province, OLD)
    enter(province, NEW)
    for pool in POOLS:
        province.release_pool(pool, edition="2019年版")
    province.wait_until(datetime(2027, 3, 4, 16, 0, tzinfo=UTC))
    return province


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("statement.signers", MANAGERS[:1]),
        ("statement.signed_twice", (MANAGERS[0], MANAGERS[0])),
        ("statement.duty", (MANAGERS[0], "sealer-1")),
    ],
)
def test_an_edition_takes_two_bank_managers(after: After, code: str, who: tuple[str, ...]) -> None:
    province = after("author")
    before = province.acts()

    refused(code, lambda: enter(province, NEW, *who))

    assert known(province) == [] and province.acts() == before


def test_an_edition_and_its_line_are_there_once(after: After) -> None:
    """The same again is no second act; until it begins it may be corrected, and the last word counts."""
    province, corrected = after("author"), replace(NEW, grace_days=90)

    assert enter(province, NEW) and not enter(province, NEW)
    province.clock.move(seconds=1)
    assert enter(province, corrected)

    assert known(province) == [corrected] and province.acts()[-2:] == ["edition"] * 2
    assert province.entries("edition")[0].subject == {"edition": "2026年版", "from": "2026-12-05", "grace": "180"}


def test_a_release_names_an_edition_that_may_be_drawn_from(after: After) -> None:
    """Before the first edition is entered any name does; afterwards the day in Beijing decides. None means that in force."""
    province = after("author")
    release(province, "")
    enter(province, OLD)
    enter(province, NEW)

    refused("edition.unknown", lambda: release(province, "1"))
    province.clock.at = datetime(2026, 12, 4, 15, 59, tzinfo=UTC)
    refused("edition.not_begun", lambda: release(province, "2026年版"))
    release(province, "2019年版")
    province.clock.at = datetime(2026, 12, 4, 16, 0, tzinfo=UTC)
    release(province, "2026年版")
    province.clock.at = datetime(2027, 3, 4, 15, 59, tzinfo=UTC)
    release(province, "2019年版")
    province.clock.at = datetime(2027, 3, 4, 16, 0, tzinfo=UTC)
    refused("edition.over", lambda: release(province, "2019年版"))
    release(province, "")
    with province.centre.book.read() as transaction:
        manifests = [data for _, data in transaction.statements("pool", "city/desk")]
    names = [read_pool_manifest(data, province.directory).header.edition for data in manifests]
    assert (names[0], names[-1]) == ("1", "2026年版")


def test_nothing_is_drawn_from_an_edition_that_is_over(after: After) -> None:
    """Though the desk took it in time. The same seeds draw from the edition in force."""
    province = too_late(after)

    over = refused("attempt.edition_over", province.assemble)

    assert over.facts["edition"] == "2019年版" and province.entries("attempt") == []
    for pool in POOLS:
        province.release_pool(pool, edition="2026年版")
    province.assemble()
    province.settle()
    assert len(province.entries("attempt")) == 1 and province.audit().findings == []


def test_the_audit_finds_a_draw_from_an_edition_that_was_over(after: After) -> None:
    province = too_late(after)

    with pytest.MonkeyPatch.context() as bent:
        bent.setattr(distributing, "check_may_draw", lambda *what: None)
        province.assemble()
    province.settle()

    assert [finding.code for finding in province.audit().findings] == ["edition.over"]


def test_an_edition_that_has_begun_does_not_change(after: After) -> None:
    province = after("author")
    enter(province, OLD)

    refused("edition.begun", lambda: enter(province, replace(OLD, grace_days=365)))


def test_the_audit_reads_editions_and_asks_every_release_for_one(after: After) -> None:
    """A release under a name that was entered only afterwards is found."""
    province = after("author")
    enter(province, OLD)
    province.settle()
    assert province.audit().findings == []

    with pytest.MonkeyPatch.context() as bent:
        bent.setattr(pooling, "check_may_draw", lambda *what: None)
        release(province, "2026年版")
    province.settle()

    assert [finding.code for finding in province.audit().findings] == ["audit.nothing_before"]


def test_the_audit_finds_an_edition_that_one_person_entered_alone(after: After) -> None:
    province = after("author")
    with pytest.MonkeyPatch.context() as bent:
        bent.setattr(type(province.directory), "require", lambda *what: None)
        enter(province, OLD, BOTH_HATS)
    province.settle()

    assert [finding.code for finding in province.audit().findings] == ["statement.signers"]
