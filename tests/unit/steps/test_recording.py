"""Receipts and orders at the centre: an act and its line are one, the same bytes are one act, other bytes are a fork."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from itembank.adapters.database import SqlTransaction
from itembank.formats.receipts import FIRST as NO_RECEIPT
from itembank.formats.receipts import read_receipt, sign_receipt
from itembank.steps import ordering
from itembank.steps.seat import read_receipts
from keys.encoding import Json, sha256
from tests.province import FIRST, After, Province, refused


class Journal:
    """A station's device that writes what it likes."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.package = province.packages(FIRST)[0]
        self.line = province.line(FIRST)
        self.sent = read_receipts(province.seat(FIRST))

    def receipt(self, sequence: int, previous: str, act: str = "incident", facts: Json | None = None) -> bytes:
        device, pid, hid = self.province.signer(FIRST), self.package.pid, self.package.hid
        operators = self.province.operators(FIRST) if act not in ("fetch", "incident") else []
        facts = {"code": "release.too_early", "lock": "A"} if facts is None else facts
        at = self.province.clock()
        return sign_receipt(act, device, hid, pid, sequence, previous, at, "考点", facts, operators)

    def next(self, act: str = "incident", facts: Json | None = None) -> bytes:
        return self.receipt(len(self.sent) + 1, self.sent[-1].digest, act, facts)


@pytest.fixture
def journal(after: After) -> Journal:
    return Journal(after("arm"))


def digest(data: bytes) -> str:
    return sha256(data).hex()


def test_the_same_receipt_again_is_accepted_and_leaves_one_line(journal: Journal) -> None:
    """A station that did not hear the answer sends again."""
    data = journal.next()
    journal.line.post_receipt(data)
    before = journal.province.acts()

    journal.line.post_receipt(data)

    assert journal.province.acts() == before


def test_other_bytes_under_one_sequence_are_a_fork(journal: Journal) -> None:
    """Exit 4: one of the two histories is false."""
    journal.line.post_receipt(journal.next())
    before = journal.province.acts()

    refused("store.fork", lambda: journal.line.post_receipt(journal.next(facts={"code": "x", "lock": "A"})))

    assert journal.province.acts() == before


def test_a_gap_is_accepted_and_marked(journal: Journal) -> None:
    """A receipt that is late is not lost; the line says that one is missing."""
    missing = journal.next()
    later = journal.receipt(len(journal.sent) + 2, digest(missing))

    journal.line.post_receipt(later)
    journal.line.post_receipt(missing)

    marked = [line.subject.get("gap") for line in journal.province.entries("incident")]
    assert marked == ["1", None]


@pytest.mark.parametrize(
    "bend",
    [
        pytest.param(lambda j: j.receipt(len(j.sent) + 1, "00" * 32), id="it names another one before it"),
        pytest.param(lambda j: j.receipt(len(j.sent) + 1, j.sent[0].digest), id="it names an older one"),
        pytest.param(lambda j: j.receipt(0, NO_RECEIPT), id="it is number nought"),
        pytest.param(lambda j: j.receipt(-1, NO_RECEIPT), id="its number is negative"),
    ],
)
def test_a_receipt_out_of_its_chain_is_refused(journal: Journal, bend: Callable[[Journal], bytes]) -> None:
    """And leaves no line."""
    before = journal.province.acts()

    refused("receipt.chain", lambda: journal.line.post_receipt(bend(journal)))

    assert journal.province.acts() == before


def test_a_first_receipt_that_names_one_before_it_is_refused(after: After) -> None:
    """Nothing stands before the first."""
    province = after("publish")
    hid = province.manifest().hid.hex()
    with province.centre.book.begin() as transaction:
        pid = next(row.pid for row in transaction.rows(hid) if row.place == FIRST)
    data = sign_receipt("fetch", province.signer(FIRST), hid, pid, 1, "11" * 32, province.clock(), "x", {"length": 1})

    refused("receipt.chain", lambda: province.line(FIRST).post_receipt(data))


def test_what_fills_a_gap_must_fit_what_came_after_it(journal: Journal) -> None:
    """The later receipt names it already: another one in its place is a fork of the chain."""
    missing, other = journal.next(), journal.next(facts={"code": "x", "lock": "A"})
    journal.line.post_receipt(journal.receipt(len(journal.sent) + 2, digest(missing)))

    refused("receipt.chain", lambda: journal.line.post_receipt(other))

    journal.line.post_receipt(missing)


@pytest.mark.parametrize(
    ("code", "act", "facts"),
    [
        pytest.param("receipt.release", "open", {}, id="an opening that says nothing"),
        pytest.param("object.fields", "return", {"counts": {"used": 1}}, id="a return of half its counts"),
        pytest.param("custody.balance", "return", {"counts": dict.fromkeys(
            ("used", "absent", "spare", "spoiled", "destroyed"), 1)}, id="a return of what was not printed"),
        pytest.param("receipt.release", "open", {"by": "phone", "lock": "A", "R": "AAAAAAAAAAAAAAAAAAAAAA==", "release": ""},
                     id="an opening by sixteen bytes out of thin air"),
        pytest.param("release.form", "open", {"by": "line", "lock": "A", "R": "", "release": "itembank release 1"},
                     id="an opening with half a release"),
    ],
)  # fmt: skip
def test_a_receipt_whose_facts_are_false_is_refused(journal: Journal, code: str, act: str, facts: Json) -> None:
    """What the centre can check it does not write down unchecked."""
    before = journal.province.acts()

    refused(code, lambda: journal.line.post_receipt(journal.next(act, facts)))

    assert journal.province.acts() == before


def test_copies_go_back_though_an_older_receipt_of_the_station_is_damaged(after: After) -> None:
    """A return is weighed against what was printed of its own package, and not against all a station has ever sent."""
    province = after("open")
    with province.centre.book.engine.begin() as connection:
        damaged = text("UPDATE statement SET data = :data WHERE kind = 'receipt' AND subject = :device AND name = '000001'")
        assert connection.execute(damaged, {"data": b"x", "device": FIRST}).rowcount == 1

    assert province.return_(FIRST)


def test_an_act_whose_line_cannot_be_written_has_not_happened(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The receipt is not kept without its line."""

    def full(*_: Any) -> int:
        raise OSError("disk full")

    with monkeypatch.context() as bent:
        bent.setattr(SqlTransaction, "append", full)
        refused("line.language", lambda: journal.line.post_receipt(journal.next()))
    with journal.province.centre.book.begin() as transaction:
        kept = [read_receipt(data, journal.province.directory).sequence for _, data in transaction.statements("receipt", FIRST)]

    assert kept == [receipt.sequence for receipt in journal.sent]


# orders -------------------------------------------------------------------------------------------------------------------


def test_an_order_is_kept_once(after: After) -> None:
    """Any path, twice is once."""
    province = after("arm")
    manifest = province.manifest()
    order = ordering.freeze(manifest, ("A",), "演练", province.signer("freezer-1"), province.clock)

    for _ in range(2):
        province.line("desk").post_order(order)

    assert province.acts().count("freeze") == 1


@pytest.mark.parametrize(
    ("code", "who"),
    [
        pytest.param("statement.duty", "sealer-1", id="a sealer"),
        pytest.param("statement.unknown_signer", "root-1", id="a root"),
    ],
)
def test_an_order_by_somebody_without_the_duty_reaches_nobody(after: After, code: str, who: str) -> None:
    """One named person may freeze, not everybody."""
    province = after("arm")

    refused(code, lambda: province.freeze("A", who=who))

    assert "freeze" not in province.acts() and not any(office.orders(province.manifest().hid) for office in province.offices)


def test_an_order_about_a_session_the_centre_does_not_have_is_refused(after: After) -> None:
    """It would be a line about nothing."""
    province = after("approve")
    manifest = province.manifest()
    order = ordering.freeze(manifest, ("A",), "演练", province.signer("freezer-1"), province.clock)

    refused("order.session", lambda: province.line("desk").post_order(order))


@pytest.mark.parametrize(
    ("state", "step", "down", "garbled"),
    [
        pytest.param("effective", "arm", set(), {}, id="every holder has it"),
        pytest.param("effective", "arm", {"city"}, {}, id="one holder is away"),
        pytest.param("effective", "arm", {"centre"}, {}, id="the centre is away"),
        pytest.param("effective", "arm", set(), {"province": (500, b"")}, id="the first holder breaks"),
        pytest.param("effective", "arm", set(), {"province": (200, b"\xff")}, id="the first holder babbles"),
        pytest.param("sent", "arm", {"city", "province"}, {}, id="two holders are away"),
        pytest.param("too_late", "release", set(), {}, id="k shares are out"),
    ],
)
def test_a_freeze_says_how_far_it_came(
    after: After, state: str, step: str, down: set[str], garbled: dict[str, tuple[int, bytes]]
) -> None:
    """Effective once n-k+1 holders hold it; one holder never keeps it from the others."""
    province = after(step)
    province.wire.down, province.wire.garbled = down, garbled

    reached = province.freeze("A")

    assert reached.state == state and reached.at_centre == ("centre" not in down)
    assert set(reached.silent) == (down | set(garbled)) - {"centre"}


def test_a_freeze_that_reaches_nobody_is_no_freeze(after: After) -> None:
    """Exit 6, so that somebody telephones."""
    province = after("arm")
    manifest = province.manifest()
    province.wire.down = {"centre", "province", "city", "supervision"}
    order = ordering.freeze(manifest, ("A",), "演练", province.signer("freezer-1"), province.clock)

    refused(
        "order.nowhere",
        lambda: ordering.deliver(order, manifest, province.directory, province.holders(), province.line("desk")),
    )


def test_a_holder_that_was_away_at_publication_does_not_keep_a_freeze_from_the_others(after: After) -> None:
    """It has no deposit and refuses the order; the other two hold it."""
    province = after("approve")
    province.wire.down = {"province"}
    province.publish()
    province.wire.down = set()

    reached = province.freeze("A")

    assert reached.state == "effective" and set(reached.acknowledged) == {"city", "supervision"}


def test_the_ledgers_time_never_runs_backwards(after: After) -> None:
    """Somebody sets the centre's clock back a minute: the next line is not before the last, and no audit finds fault."""
    province = after("publish")
    province.clock.move(minutes=-1)

    province.fetch(FIRST)

    times = [entry.at for entry in province.entries()]
    assert times == sorted(times)
    province.settle()
    assert province.audit().findings == []
