"""Freeze and lift: what an order reached is said as it is, for somebody will rely on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from itembank.steps import opening, ordering
from keys.answers import sign_status
from keys.ask import Ask
from keys.order import check_right
from keys.release import ReleaseObject
from tests.province import FIRST, HOLDERS, OPENS, After, Province, refused


def gave(province: Province, *names: str) -> None:
    """These offices have given their share of the main paper; nobody else has heard of it."""
    manifest = province.manifest()
    intent = opening.intent_of(province.seat(FIRST), province.packages(FIRST)[0])
    statuses = tuple(office.status(manifest.hid) for office in province.offices)
    for office, name in zip(province.offices, HOLDERS, strict=True):
        if name in names:
            office.ask(Ask(manifest.hid, "A", intent, None, statuses, ()))


@pytest.mark.parametrize(
    ("state", "away", "given"),
    [
        pytest.param("effective", (), (), id="all three hold it"),
        pytest.param("effective", ("city",), (), id="two hold it: the third alone is no k"),
        pytest.param("sent", ("city", "province"), (), id="one holds it: the two others are k"),
        pytest.param("effective", (), ("city",), id="one gave before: the two others are stopped"),
        pytest.param("too_late", (), ("city", "province"), id="k gave before"),
        pytest.param("sent", ("province",), ("city",), id="one gave before, one is away: together they are k"),
    ],
)
def test_a_freeze_is_effective_when_no_k_can_give_any_more(
    after: After, state: str, away: tuple[str, ...], given: tuple[str, ...]
) -> None:
    province = after("arm")
    province.wait_until(OPENS)
    gave(province, *given)
    province.wire.down |= {"centre", *away}

    delivery = province.freeze("A")

    assert (delivery.state, delivery.at_centre) == (state, False)
    assert set(delivery.silent) == set(away)


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(b"released, believe me", id="words"),
        pytest.param(ReleaseObject(bytes(32), "A", bytes(16), ()).format(), id="another session's release"),
    ],
)
def test_a_lying_centre_does_not_make_a_freeze_too_late(after: After, lie: bytes) -> None:
    """Whoever believed it would give up a paper that is still shut."""
    province = after("arm")
    province.wire.garbled["centre"] = (200, lie)

    assert province.freeze("A").state == "effective"


def test_a_freeze_after_the_release_is_too_late_also_when_the_holders_are_away(after: After) -> None:
    """The centre's true release object says so."""
    province = after("release")
    province.wire.down |= set(HOLDERS)

    assert province.freeze("A").state == "too_late"


@pytest.mark.parametrize(("state", "away"), [("effective", ("city",)), ("sent", ("city", "province"))])
def test_a_lift_is_effective_when_enough_hold_it(after: After, state: str, away: tuple[str, ...]) -> None:
    province = after("arm")
    province.freeze("A")
    province.wire.down |= set(away)

    assert province.lift("A").state == state


def test_an_order_that_reached_nobody_is_no_order(after: After) -> None:
    province = after("arm")
    province.wire.down |= {"centre", *HOLDERS}

    refused("order.nowhere", lambda: province.freeze("A"))


def test_an_order_only_the_centre_has_is_sent(after: After) -> None:
    province = after("arm")
    province.wire.down |= set(HOLDERS)

    delivery = province.freeze("A")

    assert (delivery.state, delivery.at_centre, delivery.acknowledged) == ("sent", True, ())


def test_an_acknowledgement_that_does_not_name_the_order_is_none(after: After) -> None:
    """Two holders answer with a true status, of another office or without this order: they hold nothing."""
    province = after("arm")
    manifest, now = province.manifest(), province.clock.at

    def lie(to: str, path: str, data: bytes) -> bytes:
        if path != "/order" or to == "supervision":
            return data
        if to == "city":
            return province.offices[2].status(manifest.hid)
        return sign_status(manifest.hid, [], [], 1, bytes(32), "system", now, province.signer(to))

    province.wire.change = lie
    delivery = province.freeze("A")

    assert (delivery.state, delivery.acknowledged) == ("sent", ("supervision",))


def test_a_freezer_whose_right_was_suspended_on_one_lock_may_still_freeze_the_others(after: After) -> None:
    province = after("arm")
    province.freeze("A")
    province.lift("A")
    known = ordering.known_orders(province.manifest(), province.directory, province.holders())

    for locks in (("A",), ("A", "S")):
        refused("order.suspended", lambda locks=locks: check_right(known, locks, "freezer-1"))  # type: ignore[misc]
    check_right(known, ("S", "KEY"), "freezer-1")
    check_right(known, ("A",), "somebody else")


def test_a_freeze_that_leaves_the_main_paper_open_is_not_acknowledged(after: After) -> None:
    """Its freezer's right on that paper was suspended: nobody may rely on it, whoever sends it."""
    province = after("arm")
    province.freeze("A")
    province.lift("A", "S", "KEY")

    delivery = province.freeze("A", "S", "KEY")

    assert (delivery.state, delivery.acknowledged, delivery.silent) == ("sent", (), ())
    assert delivery.refused == dict.fromkeys(HOLDERS, "order.suspended")
    province.release()
    assert province.open(FIRST).pdf


def test_a_suspended_freezers_order_brought_with_an_ask_keeps_nobody_from_giving(after: After) -> None:
    """One holder heard of the lift after the second freeze, the others before: the set of orders is the same."""
    province = after("arm")
    province.wire.down |= {"city", "supervision"}
    province.freeze("A")
    province.clock.at += timedelta(seconds=1)
    province.freeze("A", "S")
    province.wire.down.clear()
    province.lift("A")

    province.release()

    assert province.open(FIRST).pdf


def test_a_lift_that_reached_one_holder_is_completed_by_the_same_command(after: After) -> None:
    province = after("arm")
    province.freeze("A")
    province.wire.down |= {"city", "supervision"}
    assert province.lift("A").state == "sent"
    province.wire.down = {"province"}

    assert province.lift("A").state == "effective"
    province.release()


def test_a_lift_names_only_freezes_that_somebody_holds(after: After) -> None:
    province = after("arm")
    manifest = province.manifest()
    assert not ordering.known_orders(manifest, province.directory, province.holders())
    refused("order.nothing_to_lift", lambda: ordering.freezes_to_lift(manifest, [], ()))
    freeze = province.freeze("A").order
    province.clock.at += timedelta(seconds=1)
    second = province.freeze("A", "S").order
    known = ordering.known_orders(manifest, province.directory, province.holders())

    assert ordering.freezes_to_lift(manifest, known, ()) == sorted([freeze, second])
    assert ordering.freezes_to_lift(manifest, known, [second]) == [second]
    refused("order.no_such_freeze", lambda: ordering.freezes_to_lift(manifest, known, [freeze, "freeze-nosuch"]))
