"""Orders: a freeze by a named person, a lift by two officers, as a set that any path and any order may build."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import statement
from keys.answers import read_status
from keys.encoding import Json, canonical, read_canonical, time_text, unb64
from keys.errors import KeysError, RefusedError, TamperedError
from keys.order import KIND, Order, frozen_by, order_id, read_order, sign_order
from tests.unit.keys.office_world import SEALED_AT, Sealed, World, demo, flipped, name_of, refused

WORLD, SEALED = demo()
HID, HEADER = SEALED.hid, SEALED.header


def read_it(data: bytes) -> Order:
    return read_order(data, WORLD.directory, HEADER)


def signed(type_: str, *names: str, locks: Sequence[str] = ("A",), lifts: Sequence[str] = ("freeze-x",)) -> bytes:
    signers = [WORLD.signer(name) for name in names]
    return sign_order(type_, HID, locks, "演练", SEALED_AT, lifts if type_ == "lift" else (), signers)


def test_an_order_is_read_back() -> None:
    freeze, lift = read_it(WORLD.freeze(HID)), read_it(WORLD.lift(HID))

    assert (freeze.type, freeze.id, freeze.locks, freeze.lifts, freeze.signers) == (
        "freeze",
        name_of(WORLD.freeze(HID)),
        ("A",),
        (),
        ("freezer-1",),
    )
    assert (lift.type, lift.lifts, lift.signers, lift.at) == ("lift", (freeze.id,), ("lifter-1", "lifter-2"), SEALED_AT)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("statement.duty", signed("freeze", "lifter-1"), id="a lifter freezes"),
        pytest.param("statement.duty", signed("freeze", "sealer-1"), id="a sealer freezes"),
        pytest.param("directory.unknown", signed("freeze", "province"), id="a holder freezes"),
        pytest.param("directory.unknown", signed("freeze", "45120101"), id="a station freezes"),
        pytest.param("statement.unknown_signer", signed("freeze", "ledger"), id="the ledger freezes"),
        pytest.param("statement.signers", signed("freeze", "freezer-1", "freezer-2"), id="two freeze at once"),
        pytest.param("statement.signers", signed("lift", "lifter-1"), id="one lifter"),
        pytest.param("statement.signed_twice", signed("lift", "lifter-1", "lifter-1"), id="one lifter twice"),
        pytest.param("statement.duty", signed("lift", "lifter-1", "freezer-1"), id="a lifter and the freezer"),
        pytest.param("statement.signers", signed("lift", "lifter-1", "lifter-2", "freezer-1"), id="a third beside two"),
        pytest.param("lock.unknown", signed("freeze", "freezer-1", locks=("A", "B")), id="a lock there is not"),
        pytest.param("object.fields", signed("freeze", "freezer-1", locks=()), id="a freeze of nothing"),
        pytest.param("object.fields", signed("lift", "lifter-1", "lifter-2", lifts=()), id="a lift of nothing"),
        pytest.param("order.session", WORLD.freeze(bytes(32)), id="another session"),
        pytest.param("statement.signature", World("other").freeze(HID), id="a namesake of another province"),
    ],
)
def test_an_order_is_refused_with(code: str, data: bytes) -> None:
    refused(code, lambda: read_it(data))


def test_a_freezer_who_is_not_named_in_the_session_freezes_nothing_there() -> None:
    """The header decides, not what the directory says by now."""
    header = replace(HEADER, freezers=("freezer-1",))

    assert read_order(WORLD.freeze(header.hid), WORLD.directory, header).type == "freeze"
    other = WORLD.freeze(header.hid, who="freezer-2")
    refused("order.freezer", lambda: read_order(other, WORLD.directory, header), RefusedError)


@pytest.mark.parametrize("type_", ["postpone", "early", "activate", "close", "assign", "Freeze", "", "freeze "])
def test_other_types_are_refused_as_a_rule(type_: str) -> None:
    for names in (["freezer-1"], ["lifter-1", "lifter-2"]):
        error = refused("order.type", partial(read_it, signed(type_, *names)), RefusedError)
        assert error.exit_code == 3


def test_no_byte_of_an_order_can_be_changed() -> None:
    data = WORLD.freeze(HID)
    for at in range(len(data)):
        with pytest.raises(TamperedError):
            read_it(flipped(data, at))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"locks": "AS"}, id="locks that are text"),
        pytest.param({"locks": [1]}, id="a lock that is a number"),
        pytest.param({"locks": 5}, id="locks that are a number"),
        pytest.param({"lifts": "x"}, id="lifts that are text"),
        pytest.param({"lifts": ["freeze-9"]}, id="a freeze that lifts"),
        pytest.param({"order": 5}, id="a name that is a number"),
        pytest.param({"order": ""}, id="no name"),
        pytest.param({"hid": 5}, id="a session that is a number"),
        pytest.param({"hid": "00"}, id="a session that is too short"),
        pytest.param({"type": ["freeze"]}, id="a type that is a list"),
        pytest.param({"reason": ["x"]}, id="a reason that is a list"),
        pytest.param({"at": "soon"}, id="no time"),
        pytest.param({"at": 5}, id="a time that is a number"),
    ],
)
def test_a_signed_order_of_another_form_is_refused_with_our_own_error(change: Json) -> None:
    body = read_canonical(unb64(read_canonical(WORLD.freeze(HID), "test")["payload"], "test"), "test")
    data = statement.sign(KIND, {**body, **change}, [WORLD.signer("freezer-1")])

    with pytest.raises(KeysError):
        read_it(data)


# what stands on a lock ---------------------------------------------------------------------------------------------------

FREEZE = WORLD.freeze(HID)
SECOND = WORLD.freeze(HID, at=SEALED_AT + timedelta(seconds=1))
BEFORE = WORLD.freeze(HID, at=SEALED_AT - timedelta(seconds=1))
OTHER = WORLD.freeze(HID, who="freezer-2")
BOTH = WORLD.freeze(HID, ("A", "S"))
SPARE = WORLD.freeze(HID, ("S",))
LIFT = WORLD.lift(HID)
LIFT_OTHER = WORLD.lift(HID, (OTHER,))


@pytest.mark.parametrize(
    ("orders", "standing"),
    [
        pytest.param([], (), id="nothing was ordered"),
        pytest.param([FREEZE], (FREEZE,), id="a freeze stands"),
        pytest.param([SPARE], (), id="a freeze of another lock does not"),
        pytest.param([BOTH], (BOTH,), id="a freeze of two locks stands on each"),
        pytest.param([FREEZE, LIFT], (), id="a lifted freeze does not stand"),
        pytest.param([LIFT], (), id="a lift of what is not here does nothing"),
        pytest.param([FREEZE, LIFT, SECOND], (), id="a lifted freezer's second freeze does not count"),
        pytest.param([FREEZE, LIFT, BEFORE], (), id="nor does one the lifted freezer dates back before the lift"),
        pytest.param([FREEZE, LIFT, OTHER], (OTHER,), id="another freezer's does"),
        pytest.param([FREEZE, OTHER, LIFT], (OTHER,), id="a lift takes only what it names"),
        pytest.param([FREEZE, OTHER, WORLD.lift(HID, (FREEZE, OTHER))], (), id="a lift may name several"),
        pytest.param([FREEZE, WORLD.lift(HID, locks=("S",))], (FREEZE,), id="a lift for another lock does nothing"),
        pytest.param([BOTH, WORLD.lift(HID, (BOTH,), ("S",))], (BOTH,), id="lifted on the other lock alone"),
        pytest.param([SPARE, WORLD.lift(HID, (SPARE,), ("S",)), FREEZE], (FREEZE,), id="suspended there, not here"),
    ],
)
def test_what_stands_does_not_depend_on_the_order_of_arrival(orders: list[bytes], standing: tuple[bytes, ...]) -> None:
    known = [read_it(data) for data in orders]

    for arrived in permutations(known):
        assert frozen_by(arrived, "A") == tuple(sorted(map(name_of, standing)))
        assert frozen_by([*arrived, *arrived], "A") == frozen_by(arrived, "A")


@given(st.lists(st.sampled_from([FREEZE, SECOND, BEFORE, OTHER, LIFT, LIFT_OTHER]), max_size=6))
def test_one_more_lift_never_freezes_and_one_more_freeze_never_lifts_another(orders: list[bytes]) -> None:
    known: list[Order] = []
    for data in orders:
        before, order = set(frozen_by(known, "A")), read_it(data)
        known.append(order)
        after = set(frozen_by(known, "A"))

        if order.type == "lift":
            assert after <= before
        elif order.id not in {freeze for lift in known for freeze in lift.lifts}:
            assert after >= before


# at the holder -----------------------------------------------------------------------------------------------------------


def test_a_freeze_taken_twice_is_one_and_its_status_names_it(tmp_path: Path) -> None:
    office = WORLD.office(tmp_path)
    office.deposit(SEALED.data)

    statuses = [office.order(WORLD.freeze(HID)) for _ in range(2)]

    assert [read_status(data, WORLD.directory).orders for data in statuses] == [(name_of(FREEZE),)] * 2
    assert office.orders(HID) == [WORLD.freeze(HID)]
    assert len((tmp_path / "journal").read_bytes().splitlines()) == 2


def test_one_order_under_other_signatures_is_the_same_order(tmp_path: Path) -> None:
    """Anybody can swap the two signature lines of a lift; it is held once, and nobody is refused for it."""
    office, lift = WORLD.office(tmp_path), WORLD.lift(HID)
    office.deposit(SEALED.data)
    envelope = read_canonical(lift, "test")
    swapped = canonical({**envelope, "signatures": envelope["signatures"][::-1]})

    taken = [office.order(data) for data in (lift, swapped, WORLD.lift(HID, who=("lifter-2", "lifter-1")))]

    assert swapped != lift and len({read_status(data, WORLD.directory).orders for data in taken}) == 1
    assert office.orders(HID) == [lift]


def test_an_order_cannot_take_the_name_of_another(tmp_path: Path) -> None:
    """Else it would be acknowledged in the other's place, and the other never held."""
    body = read_canonical(unb64(read_canonical(WORLD.freeze(HID, ("S",)), "test")["payload"], "test"), "test")
    office = WORLD.office(tmp_path)
    office.deposit(SEALED.data)
    false = statement.sign(KIND, {**body, "order": name_of(FREEZE)}, [WORLD.signer("freezer-1")])

    refused("order.id", lambda: office.order(false), TamperedError)
    assert office.orders(HID) == []


def test_an_order_too_long_for_a_ledger_line_is_refused(tmp_path: Path) -> None:
    office = WORLD.office(tmp_path)
    office.deposit(SEALED.data)
    says = {"type": "freeze", "hid": HID.hex(), "locks": ["A"], "reason": "长" * 3000, "at": time_text(SEALED_AT), "lifts": []}
    long = statement.sign(KIND, {**says, "order": order_id(says, ["freezer-1"])}, [WORLD.signer("freezer-1")])

    refused("order.long", lambda: office.order(long), RefusedError)
    refused("order.long", lambda: sign_order("freeze", HID, ["A"], "长" * 3000, SEALED_AT, (), [WORLD.signer("freezer-1")]))


def test_an_order_for_a_version_that_was_replaced_is_not_acknowledged(tmp_path: Path) -> None:
    """Whoever freezes must learn that it stopped nothing."""
    office = WORLD.office(tmp_path)
    office.deposit(SEALED.data)
    newer = WORLD.seal(replace(HEADER, version=2, supersedes=HID.hex()))
    office.deposit(newer.data)

    refused("order.superseded", lambda: office.order(WORLD.freeze(HID)), RefusedError)
    assert office.orders(HID) == [] and office.order(WORLD.freeze(newer.hid))


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("order.session", WORLD.freeze(bytes(32)), id="of a session it does not know"),
        pytest.param("lock.unknown", WORLD.freeze(HID, ("B",)), id="for a lock there is not"),
        pytest.param("statement.signature", World("other").freeze(HID), id="of a namesake of another province"),
        pytest.param("order.type", signed("early", "lifter-1", "lifter-2"), id="of a type it does not know"),
        pytest.param("statement.duty", signed("freeze", "lifter-1"), id="by a lifter"),
        pytest.param("statement.signers", signed("lift", "lifter-1"), id="by one lifter"),
    ],
)
def test_a_holder_keeps_nothing_of_an_order(code: str, data: bytes, tmp_path: Path) -> None:
    office = WORLD.office(tmp_path)
    office.deposit(SEALED.data)

    refused(code, lambda: office.order(data))
    assert office.orders(HID) == []
    assert WORLD.office(tmp_path).orders(HID) == []


def test_orders_of_one_session_say_nothing_about_another(tmp_path: Path) -> None:
    other: Sealed = WORLD.seal(replace(WORLD.header(), session="202605-6-31-01-03-4-L-02"))
    office = WORLD.office(tmp_path)
    office.deposit(SEALED.data)
    office.deposit(other.data)

    office.order(WORLD.freeze(HID))

    assert office.orders(other.hid) == []
    assert read_status(office.status(other.hid), WORLD.directory).orders == ()
