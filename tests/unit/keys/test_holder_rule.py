"""The holder's rule: a share is given if and only if all seven lines hold, one row for each way in which one does not."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from keys import checkpoint as notes
from keys import statement
from keys.answers import CHECKLIST, read_status
from keys.ask import Ask, Fresh
from keys.encoding import time_text
from keys.entry import Entry
from keys.errors import KeysError, RefusedError, TamperedError
from keys.holder.office import Office
from keys.share import ShareLine
from tests.unit.keys.office_world import (
    ENDS,
    OPENS,
    SEALED_AT,
    SECOND,
    STATIONS,
    Ledger,
    StubClock,
    World,
    demo,
    name_of,
    refused,
)

WORLD, SEALED = demo()
HID = SEALED.hid
TEN = timedelta(minutes=10)
NOBODY: dict[str, timedelta] = {}


@dataclass(frozen=True)
class Status:
    """A status another holder gave `ago` before the ask."""

    holder: str
    ago: timedelta = timedelta(0)
    orders: tuple[str, ...] = ()
    hid: bytes = HID


@dataclass(frozen=True)
class Case:
    """What the holder `province` knows and is brought. As it stands here, everything is good.

    `fresh`: who cosigned the checkpoint of now, and how long ago.
    """

    deposited: bool = True
    lock: str = "A"
    intent: bytes = field(default_factory=lambda: WORLD.intent_entry(HID, ("A", "S", "KEY")))
    intent_by: tuple[str, ...] = ("city", "supervision")
    now: datetime = OPENS
    orders_known: tuple[bytes, ...] = ()
    superseded: bool = False
    fresh: Mapping[str, timedelta] = field(default_factory=lambda: dict.fromkeys(("province", "city"), timedelta(0)))
    statuses: tuple[Status, ...] = ()
    orders_brought: tuple[bytes, ...] = ()
    attended: bool = False

    def put(self, home: Path) -> ShareLine:
        clock = StubClock()
        office = WORLD.office(home, clock=clock)
        if self.deposited:
            office.deposit(SEALED.data)
        for order in self.orders_known:
            # An order that stops nothing is kept and not acknowledged.
            with suppress(RefusedError):
                office.order(order)
        if self.superseded:
            office.deposit(WORLD.seal(replace(WORLD.header(), version=2)).data)
        clock.at = self.now
        if self.attended:
            return attend(office, self.ask(), self.now)
        return office.ask(self.ask())

    def ask(self) -> Ask:
        ledger = Ledger(WORLD)
        for entry in ("attempt", "seal"):
            ledger.append(Entry(entry, {}, "desk", SEALED_AT, "signed").encode())
        ledger.append(self.intent)
        intent = ledger.proof(2, dict.fromkeys(self.intent_by, SEALED_AT))
        ledger.append(Entry("fetch", {}, STATIONS[0], SEALED_AT, "signed").encode())
        fresh = ledger.fresh(3, {name: self.now - ago for name, ago in self.fresh.items()}) if self.fresh else None
        statuses = tuple(WORLD.status(s.holder, s.hid, self.now - s.ago, s.orders) for s in self.statuses)
        return Ask(HID, self.lock, intent, fresh, statuses, self.orders_brought)


def attend(office: Office, ask: Ask, at: datetime) -> ShareLine:
    return office.attended(ask, checklist(at=at))


def checklist(
    *keepers: str,
    at: datetime = OPENS,
    hid: bytes = HID,
    lock: str = "A",
    j: int = 1,
    items: tuple[str, ...] = CHECKLIST,
    kind: str = "attended",
) -> bytes:
    body = {"hid": hid.hex(), "lock": lock, "j": j, "checklist": list(items), "at": time_text(at)}
    names = keepers or ("keeper-province-1", "keeper-province-2")
    return statement.sign(kind, body, [WORLD.signer(name) for name in names])


FREEZE, LIFT = WORLD.freeze(HID), WORLD.lift(HID)
BOTH = ("province", "city")

TABLE = [
    # sentence, what is bent, the refusal ("" when the share is given)
    ("everything is good", {}, ""),
    # 1
    ("1 no deposit", {"deposited": False}, "release.no_deposit"),
    ("a lock the session does not have", {"lock": "B"}, "lock.unknown"),
    # 2
    (
        "2 another act where the intent should be",
        {"intent": Entry("seal", {"hid": HID.hex(), "locks": ["A", "S", "KEY"]}, "x", SEALED_AT, "x").encode()},
        "intent.foreign",
    ),
    ("2 the intent of another session", {"intent": WORLD.intent_entry(bytes(32), ("A", "S", "KEY"))}, "intent.foreign"),
    ("2 an intent for other locks", {"intent": WORLD.intent_entry(HID, ("S", "KEY"))}, "intent.foreign"),
    ("2 an intent for one lock alone", {"intent": WORLD.intent_entry(HID, ("A",))}, "intent.foreign"),
    ("2 an intent cosigned by one holder", {"intent_by": ("city",)}, "checkpoint.quorum"),
    ("2 an intent cosigned by the asked holder alone", {"intent_by": ("province",)}, "checkpoint.quorum"),
    ("2 an intent cosigned by nobody", {"intent_by": ()}, "checkpoint.quorum"),
    ("2 an intent cosigned by all", {"intent_by": ("province", "city", "supervision")}, ""),
    # 3
    ("3 one second early", {"now": OPENS - SECOND}, "release.too_early"),
    ("3 one microsecond early", {"now": OPENS - timedelta(microseconds=1)}, "release.too_early"),
    ("3 days early", {"now": SEALED_AT}, "release.too_early"),
    ("3 the answer key before any paper was released", {"lock": "KEY", "now": ENDS}, "release.after"),
    # 4
    ("4 frozen", {"orders_known": (FREEZE,)}, "release.frozen"),
    ("4 frozen by an order brought with the ask itself", {"orders_brought": (FREEZE,)}, "release.frozen"),
    ("4 frozen and lifted", {"orders_known": (FREEZE, LIFT)}, ""),
    ("4 the lift came before the freeze", {"orders_known": (LIFT, FREEZE)}, ""),
    ("4 lifted by an order brought with the ask", {"orders_known": (FREEZE,), "orders_brought": (LIFT,)}, ""),
    (
        "4 a lifted freezer freezes again",
        {"orders_known": (FREEZE, LIFT, WORLD.freeze(HID, at=SEALED_AT + SECOND))},
        "",
    ),
    (
        "4 another freezer freezes after the lift",
        {"orders_known": (FREEZE, LIFT, WORLD.freeze(HID, who="freezer-2"))},
        "release.frozen",
    ),
    ("4 only the spare is frozen", {"orders_known": (WORLD.freeze(HID, ("S",)),)}, ""),
    ("4 superseded by a newer version", {"superseded": True}, "release.superseded"),
    # 5
    ("5 the spare, which opens by order only", {"lock": "S"}, "release.not_activated"),
    ("5 the spare, late", {"lock": "S", "now": ENDS - SECOND}, "release.not_activated"),
    # 6
    ("6 the last second before it closes", {"now": ENDS - SECOND}, ""),
    ("6 when it closes", {"now": ENDS}, "release.closed"),
    ("6 long after", {"now": ENDS + timedelta(days=1)}, "release.closed"),
    # 7
    ("7 cut off: nothing fresh at all", {"fresh": NOBODY}, "release.not_fresh"),
    ("7 a checkpoint just ten minutes old", {"fresh": dict.fromkeys(BOTH, TEN)}, ""),
    ("7 a checkpoint a second older", {"fresh": dict.fromkeys(BOTH, TEN + SECOND)}, "release.not_fresh"),
    ("7 a checkpoint from the future", {"fresh": dict.fromkeys(BOTH, -TEN - SECOND)}, "release.not_fresh"),
    ("7 one of its two cosignatures is stale", {"fresh": {"province": TEN, "city": TEN + SECOND}}, "release.not_fresh"),
    ("7 a checkpoint cosigned by one", {"fresh": {"city": timedelta(0)}}, "release.not_fresh"),
    (
        "7 two fresh cosignatures beside a stale third",
        {"fresh": {"province": TEN, "city": TEN, "supervision": timedelta(days=1)}},
        "",
    ),
    ("7 another holder's status alone", {"fresh": NOBODY, "statuses": (Status("city"),)}, ""),
    ("7 a status just ten minutes old", {"fresh": NOBODY, "statuses": (Status("city", TEN),)}, ""),
    ("7 a status a second older", {"fresh": NOBODY, "statuses": (Status("city", TEN + SECOND),)}, "release.not_fresh"),
    ("7 a status from the future", {"fresh": NOBODY, "statuses": (Status("city", -TEN - SECOND),)}, "release.not_fresh"),
    ("7 its own status", {"fresh": NOBODY, "statuses": (Status("province"),)}, "release.not_fresh"),
    (
        "7 a status about another session",
        {"fresh": NOBODY, "statuses": (Status("city", hid=bytes(32)),)},
        "release.not_fresh",
    ),
    ("7 a stale status beside a fresh checkpoint", {"statuses": (Status("city", timedelta(days=1)),)}, ""),
    ("7 a status names an order it does not hold", {"statuses": (Status("city", orders=("x",)),)}, "release.order_missing"),
    (
        "7 a stale status names an order it does not hold",
        {"statuses": (Status("city", timedelta(days=1), ("x",)),)},
        "release.order_missing",
    ),
    (
        "7 one of two statuses names an order",
        {"fresh": NOBODY, "statuses": (Status("city"), Status("supervision", orders=("x",)))},
        "release.order_missing",
    ),
    (
        "7 the order it did not hold is brought: then it is frozen",
        {"statuses": (Status("city", orders=(name_of(FREEZE),)),), "orders_brought": (FREEZE,)},
        "release.frozen",
    ),
    (
        "7 the freeze and its lift are brought",
        {"statuses": (Status("city", orders=(name_of(FREEZE), name_of(LIFT))),), "orders_brought": (FREEZE, LIFT)},
        "",
    ),
    (
        "7 a status names an order it holds",
        {"orders_known": (FREEZE, LIFT), "statuses": (Status("city", orders=(name_of(LIFT),)),)},
        "",
    ),
    # attended
    ("attended replaces line 7", {"attended": True, "fresh": NOBODY}, ""),
    ("attended, one second early", {"attended": True, "now": OPENS - SECOND}, "release.too_early"),
    ("attended, frozen", {"attended": True, "orders_known": (FREEZE,)}, "release.frozen"),
    ("attended, a freeze brought along", {"attended": True, "orders_brought": (FREEZE,)}, "release.frozen"),
    ("attended, without a deposit", {"attended": True, "deposited": False}, "release.no_deposit"),
    ("attended, intent below k", {"attended": True, "intent_by": ("city",)}, "checkpoint.quorum"),
    ("attended, superseded", {"attended": True, "superseded": True}, "release.superseded"),
    ("attended, closed", {"attended": True, "now": ENDS}, "release.closed"),
]


@pytest.mark.parametrize(("bent", "code"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_rule(bent: dict[str, object], code: str, tmp_path: Path) -> None:
    case = Case(**bent)  # type: ignore[arg-type]

    if code:
        refused(code, lambda: case.put(tmp_path))
        assert b'"kind":"share"' not in (tmp_path / "journal").read_bytes()
    else:
        line = case.put(tmp_path)
        line.check(WORLD.directory.holders[0].sign, SEALED.manifest.factors(case.lock).c[0])
        assert (line.at, line.mode) == (case.now, "attended" if case.attended else "rule")


def test_too_early_says_how_long_it_is_still(tmp_path: Path) -> None:
    error = refused("release.too_early", lambda: Case(now=OPENS - timedelta(seconds=14)).put(tmp_path), RefusedError)

    assert (error.facts["seconds"], error.facts["opens"]) == (14, time_text(OPENS))


def test_an_intent_of_another_province_is_refused(tmp_path: Path) -> None:
    other = World("other")
    foreign = replace(Case().ask(), intent=other.ask(SEALED, "A", OPENS).intent)
    clock = StubClock()
    office = WORLD.office(tmp_path, clock=clock)
    office.deposit(SEALED.data)
    clock.at = OPENS

    with pytest.raises(TamperedError):
        office.ask(foreign)


def test_a_fresh_checkpoint_that_does_not_continue_the_intents_is_a_fork(tmp_path: Path) -> None:
    fork = Ledger(WORLD)
    for number in range(6):
        fork.append(Entry("seal", {"number": str(number)}, "desk", SEALED_AT, "signed").encode())
    now = dict.fromkeys(BOTH, OPENS)
    ask = replace(Case().ask(), fresh=fork.fresh(3, now))

    assert_refused(tmp_path, ask, "tree.consistency")


@pytest.mark.parametrize(
    ("code", "fresh"),
    [
        pytest.param("release.not_fresh", b"", id="nothing"),
        pytest.param("release.not_fresh", b"not a note", id="no note"),
        pytest.param("release.not_fresh", World("other").ledger(SEALED).note(dict.fromkeys(BOTH, OPENS)), id="elsewhere"),
    ],
)
def test_a_fresh_checkpoint_that_is_none_counts_as_none(code: str, fresh: bytes, tmp_path: Path) -> None:
    assert_refused(tmp_path, replace(Case().ask(), fresh=Fresh(fresh, ())), code)


def test_a_holder_that_cosigns_an_impossible_time_counts_as_one_missing_and_stops_nobody(tmp_path: Path) -> None:
    """The third holder is dishonest and dates its line 2^62 seconds ahead; the other two are enough."""
    case = Case()
    ask = case.ask()
    assert ask.fresh is not None
    line = notes.cosign(ask.fresh.checkpoint, "supervision", WORLD.signer("supervision").key, 2**62)
    spoiled = replace(ask, fresh=replace(ask.fresh, checkpoint=notes.add_lines(ask.fresh.checkpoint, [line])))

    assert office_at(tmp_path, OPENS).ask(spoiled).j == 1


def office_at(home: Path, now: datetime) -> Office:
    clock = StubClock()
    office = WORLD.office(home, clock=clock)
    office.deposit(SEALED.data)
    clock.at = now
    return office


def assert_refused(home: Path, ask: Ask, code: str) -> None:
    refused(code, lambda: office_at(home, OPENS).ask(ask))


def test_a_status_of_a_stranger_spoils_the_ask_that_carries_it(tmp_path: Path) -> None:
    ask = replace(Case().ask(), statuses=(World("other").status("city", HID, OPENS),))

    assert_refused(tmp_path, ask, "statement.signature")


def test_an_order_of_nobody_spoils_the_ask_that_carries_it(tmp_path: Path) -> None:
    for order in (World("other").freeze(HID), WORLD.freeze(HID, who="lifter-1"), WORLD.freeze(HID, ("B",))):
        with pytest.raises(KeysError):
            office_at(tmp_path, OPENS).ask(replace(Case().ask(), orders=(order,)))
        assert WORLD.office(tmp_path).orders(HID) == []


# attended ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "made"),
    [
        pytest.param("statement.signers", checklist("keeper-province-1"), id="one keeper"),
        pytest.param("statement.signed_twice", checklist("keeper-province-1", "keeper-province-1"), id="one keeper twice"),
        pytest.param("attended.keepers", checklist("keeper-city-1", "keeper-city-2"), id="keepers of another office"),
        pytest.param("attended.keepers", checklist("keeper-province-1", "keeper-city-1"), id="one of another office"),
        pytest.param("statement.duty", checklist("keeper-province-1", "lifter-1"), id="a keeper and a lifter"),
        pytest.param("directory.unknown", checklist("keeper-province-1", "province"), id="a keeper and the machine"),
        pytest.param("attended.keepers", checklist(j=2), id="another office's number"),
        pytest.param("attended.other_lock", checklist(lock="S"), id="another lock"),
        pytest.param("attended.other_lock", checklist(hid=bytes(32)), id="another session"),
        pytest.param("statement.kind", checklist(kind="order"), id="another kind of statement"),
        pytest.param("attended.checklist", checklist(items=CHECKLIST[:2]), id="an item left out"),
        pytest.param("attended.checklist", checklist(items=()), id="nothing confirmed"),
        pytest.param("attended.checklist", checklist(at=OPENS - TEN - SECOND), id="ten minutes and a second ago"),
        pytest.param("attended.checklist", checklist(at=SEALED_AT), id="days ahead"),
        pytest.param("attended.checklist", checklist(at=OPENS + TEN + SECOND), id="a time to come"),
    ],
)
def test_a_checklist_is_refused_of(code: str, made: bytes, tmp_path: Path) -> None:
    office = office_at(tmp_path, OPENS)

    refused(code, lambda: office.attended(Case(fresh=NOBODY).ask(), made))
    assert b'"kind":"share"' not in (tmp_path / "journal").read_bytes()


def test_the_checklist_stands_in_the_record_of_the_share(tmp_path: Path) -> None:
    office = office_at(tmp_path, OPENS)
    made = checklist()

    office.attended(Case(fresh=NOBODY).ask(), made)

    last = (tmp_path / "journal").read_text().splitlines()[-1]
    assert "keeper-province-2" in last and '"kind":"share"' in last


# the answer key ----------------------------------------------------------------------------------------------------------


class KeyLock:
    """A session whose answer key waits for the main paper alone, at one holder."""

    def __init__(self, home: Path) -> None:
        self.sealed = WORLD.seal(WORLD.header_after_main())
        self.clock = StubClock()
        self.office = WORLD.office(home, clock=self.clock)
        self.office.deposit(self.sealed.data)

    def ask(self, lock: str, at: datetime) -> ShareLine:
        self.clock.at = at
        return self.office.ask(WORLD.ask(self.sealed, lock, at))


MINUTES_90 = timedelta(minutes=90)
LATE = OPENS + timedelta(minutes=65)


def test_the_answer_key_waits_for_the_release_and_the_length_of_the_exam(tmp_path: Path) -> None:
    """A is released 65 minutes late, so the key opens ninety minutes after that, not at its own time."""
    keys = KeyLock(tmp_path)
    refused("release.after", lambda: keys.ask("KEY", ENDS), RefusedError)
    keys.ask("A", LATE + timedelta(milliseconds=700))

    refused("release.too_early", lambda: keys.ask("KEY", LATE + MINUTES_90 - SECOND), RefusedError)
    assert keys.ask("KEY", LATE + MINUTES_90).lock == "KEY"


def test_the_answer_key_never_opens_before_its_own_time(tmp_path: Path) -> None:
    """A released at once would let it open ninety minutes later, at half past nine; its own time is half past ten."""
    keys = KeyLock(tmp_path)
    keys.ask("A", OPENS)

    refused("release.too_early", lambda: keys.ask("KEY", ENDS - SECOND), RefusedError)
    assert keys.ask("KEY", ENDS).lock == "KEY"


def test_the_answer_key_waits_for_the_last_of_several(tmp_path: Path) -> None:
    sealed_office = office_at(tmp_path, OPENS)
    sealed_office.ask(WORLD.ask(SEALED, "A", OPENS))
    clock = sealed_office.clock
    assert isinstance(clock, StubClock)
    clock.at = ENDS

    error = refused("release.after", lambda: sealed_office.ask(WORLD.ask(SEALED, "KEY", ENDS)), RefusedError)

    assert error.facts["after"] == "S"


def test_the_answer_key_stays_closed_while_its_paper_is_frozen(tmp_path: Path) -> None:
    """The paper was released and then frozen, for a leak say: its key waits until the freeze is lifted."""
    keys = KeyLock(tmp_path)
    keys.ask("A", OPENS)
    keys.office.order(WORLD.freeze(keys.sealed.hid))

    refused("release.frozen", lambda: keys.ask("KEY", ENDS), RefusedError)
    keys.office.order(WORLD.lift(keys.sealed.hid))
    assert keys.ask("KEY", ENDS).lock == "KEY"


def test_what_was_given_for_another_session_opens_no_answer_key(tmp_path: Path) -> None:
    keys = KeyLock(tmp_path)
    other = WORLD.seal(replace(WORLD.header_after_main(), session="202605-6-31-01-03-4-L-02"))
    keys.office.deposit(other.data)
    keys.ask("A", OPENS)
    keys.clock.at = ENDS

    refused("release.after", lambda: keys.office.ask(WORLD.ask(other, "KEY", ENDS)), RefusedError)


@pytest.mark.parametrize(("others", "code"), [(("city",), "release.not_fresh"), (("city", "supervision"), "")])
def test_with_three_needed_the_statuses_of_two_others_are(tmp_path: Path, others: tuple[str, ...], code: str) -> None:
    """k-1 of them, whatever k is."""
    world = World("three", lambda body: body.update(quorum=3))
    sealed, clock = world.seal(), StubClock()
    office = world.office(tmp_path, clock=clock)
    office.deposit(sealed.data)
    clock.at = OPENS
    good = world.ask(sealed, "A", OPENS, ("province", "city", "supervision"))
    ask = replace(good, fresh=None, statuses=tuple(world.status(name, sealed.hid, OPENS) for name in others))

    if code:
        refused(code, lambda: office.ask(ask))
    else:
        assert office.ask(ask).j == 1


def test_an_ask_with_more_statuses_than_there_are_holders_is_not_looked_through(tmp_path: Path) -> None:
    """Anybody may ask; nobody may keep an office busy with a thousand signatures."""
    status = WORLD.status("city", HID, OPENS)

    assert_refused(tmp_path, replace(Case().ask(), fresh=None, statuses=(status,) * 4), "object.fields")


def test_a_status_names_the_shares_of_its_own_session_only(tmp_path: Path) -> None:
    other = WORLD.seal(replace(WORLD.header(), session="202605-6-31-01-03-4-L-02"))
    office = office_at(tmp_path, SEALED_AT)
    office.deposit(other.data)
    cast(StubClock, office.clock).at = OPENS
    office.ask(Case().ask())

    assert read_status(office.status(HID), WORLD.directory).locks == ("A",)
    assert read_status(office.status(other.hid), WORLD.directory).locks == ()
