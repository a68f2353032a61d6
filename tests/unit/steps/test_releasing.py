"""Step 6: the holders decide; one that lies is named and left out, and what was released once is released once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import cast

import pytest

from itembank.ports import HolderLine, StoredRow, StoredSession
from itembank.steps import opening
from itembank.steps.releasing import Answers, ask_holders, publish_release
from itembank.steps.seat import send_receipts
from keys.answers import sign_status
from keys.ask import Ask
from keys.directory import Holder
from keys.encoding import sha256
from keys.errors import RefusedError
from keys.ledger_proof import read_cosigned
from keys.release import make_release
from keys.share import ShareLine
from tests.province import FIRST, OPENS, SECOND, SESSION, STARTS, After, Province, patience, refused


def ask(province: Province, lock: str = "A", holders: Sequence[HolderLine] | None = None) -> Answers:
    """The centre's question: the cosigned intent and its newest cosigned checkpoint."""
    ledger = province.centre.ledger
    intent = ledger.intent(province.manifest().hid.hex())
    assert intent is not None
    fresh = ledger.fresh(read_cosigned(intent.checkpoint, province.directory, 0).checkpoint.size)
    lines = province.holders() if holders is None else holders
    return ask_holders(lines, province.manifest(), province.directory, lock, intent, fresh)


def released(province: Province, lock: str = "A") -> bytes | None:
    return province.line(FIRST).release(province.manifest().hid, lock)


# the rule, seen from outside ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "lock", "after_opening"),
    [
        pytest.param("release.too_early", "A", -SECOND, id="a second before the time"),
        pytest.param("release.not_activated", "S", SECOND, id="the spare, which nobody activated"),
        pytest.param("release.after", "KEY", SECOND, id="the answer key before the papers"),
        pytest.param("release.closed", "A", timedelta(minutes=150), id="after the exam"),
    ],
)
def test_no_holder_gives_a_share_out_of_its_time(after: After, code: str, lock: str, after_opening: timedelta) -> None:
    """All three refuse, each for itself."""
    province = after("arm")
    province.clock.at = OPENS + after_opening

    answers = ask(province, lock)

    assert {error.code for _, error in answers.refusals} == {code} and len(answers.refusals) == 3
    refused(code, lambda: answers.raise_first(2))


def test_the_watch_releases_at_the_time_and_not_before(after: After) -> None:
    """It asks; the holders' clocks decide."""
    province = after("arm")
    province.clock.at = OPENS - SECOND
    province.centre.watch.look()
    assert released(province) is None and "share" not in province.acts()
    province.clock.at = OPENS

    province.centre.watch.look()

    assert released(province) is not None and released(province, "S") is None


def test_a_holder_whose_clock_runs_ahead_does_not_make_a_quorum(after: After) -> None:
    """It gives its own share minutes early; one share opens nothing."""
    province = after("arm")
    province.holder_clocks["city"].ahead = timedelta(minutes=5)
    province.clock.at = OPENS - timedelta(minutes=3)

    answers = ask(province)

    assert [line.j for line in answers.lines] == [2]
    refused("release.too_early", lambda: answers.raise_first(2))
    refused("release.quorum", lambda: publish(province, answers.lines))


def test_a_holder_an_hour_ahead_takes_itself_for_cut_off(after: After) -> None:
    """Everybody else's word is an hour old to it."""
    province = after("arm")
    province.holder_clocks["city"].ahead = timedelta(hours=1)
    province.clock.at = OPENS - timedelta(minutes=30)

    codes = {name: error.code for name, error in ask(province).refusals}

    assert codes == {"province": "release.too_early", "city": "release.not_fresh", "supervision": "release.too_early"}


def test_two_of_three_are_enough(after: After) -> None:
    """The silent one is named."""
    province = after("arm")
    province.clock.at = OPENS
    province.wire.down.add("supervision")

    answers = ask(province)

    assert answers.silent == ("supervision",) and sorted(line.j for line in answers.lines) == [1, 2]


def test_one_of_three_is_not(after: After) -> None:
    """Exit 6, so that somebody telephones."""
    province = after("arm")
    province.clock.at = OPENS
    wait_for_a_checkpoint_of_now(province)
    province.wire.down = {"supervision", "city"}

    answers = ask(province)

    assert len(answers.lines) == 1 and set(answers.silent) == {"supervision", "city"}
    refused("release.silent", lambda: answers.raise_first(2))


def test_a_holder_that_is_cut_off_gives_nothing(after: After) -> None:
    """No checkpoint of now and no other holder's status: a freeze could stand anywhere."""
    province = after("arm")
    province.wire.down = {"supervision", "city"}
    province.clock.at = OPENS

    answers = ask(province)

    assert [(name, error.code) for name, error in answers.refusals] == [("province", "release.not_fresh")]


def wait_for_a_checkpoint_of_now(province: Province) -> None:
    for _ in patience(3):
        fresh = province.centre.ledger.fresh(1)
        if fresh and min(read_cosigned(fresh.checkpoint, province.directory, 2).times.values()) >= OPENS.timestamp():
            return
    raise AssertionError("the carrier does not renew")


def test_a_freeze_at_one_holder_reaches_the_others_with_the_question(after: After) -> None:
    """Whoever asks carries the order; all three refuse."""
    province = after("arm")
    province.wire.down = {"province", "supervision", "centre"}
    province.freeze("A")
    province.wire.down = set()
    province.clock.at = OPENS

    answers = ask(province)

    assert {error.code for _, error in answers.refusals} == {"release.frozen"} and len(answers.refusals) == 3


def test_a_lifted_freeze_lets_the_same_paper_open(after: After) -> None:
    """Same R, same packages."""
    province = after("arm")
    province.freeze("A")
    province.clock.at = OPENS
    province.centre.watch.look()
    assert released(province) is None

    province.lift("A")
    province.clock.move(seconds=6)
    province.centre.watch.look()

    assert released(province) is not None and len(province.open(FIRST).copies) == 6


# a holder that lies -------------------------------------------------------------------------------------------------------


class Liar:
    """A line to one holder that changes what it answers."""

    def __init__(self, line: HolderLine, **lies: Callable[..., object]) -> None:
        self.line, self.lies = line, lies

    @property
    def holder(self) -> Holder:
        return self.line.holder

    def __getattr__(self, name: str) -> object:
        return self.lies.get(name) or getattr(self.line, name)


def share_of_another_holder(province: Province) -> Callable[[Ask], ShareLine]:
    return lambda question: province.holders()[1].ask(question)


def a_flipped_share(province: Province) -> Callable[[Ask], ShareLine]:
    def answer(question: Ask) -> ShareLine:
        line = province.holders()[0].ask(question)
        share = bytes([line.share[0] ^ 1]) + line.share[1:]
        lie = ShareLine(line.hid, line.lock, line.j, share, line.at, line.size, line.clock, line.mode)
        return lie.signed(province.signer("province"))

    return answer


def an_unsigned_share(province: Province) -> Callable[[Ask], ShareLine]:
    def answer(question: Ask) -> ShareLine:
        line = province.holders()[0].ask(question)
        return ShareLine(line.hid, line.lock, line.j, line.share, line.at, line.size, line.clock, line.mode, b"\0" * 64)

    return answer


def a_share_of_another_lock(province: Province) -> Callable[[Ask], ShareLine]:
    def answer(question: Ask) -> ShareLine:
        line = province.holders()[0].ask(question)
        lie = ShareLine(line.hid, "S", line.j, line.share, line.at, line.size, line.clock, line.mode)
        return lie.signed(province.signer("province"))

    return answer


@pytest.mark.parametrize(
    ("code", "lie"),
    [
        pytest.param("share.commitment", a_flipped_share, id="a flipped share, signed"),
        pytest.param("statement.signature", an_unsigned_share, id="a share it did not sign"),
        pytest.param("share.foreign", a_share_of_another_lock, id="a share of another lock"),
        pytest.param("share.foreign", share_of_another_holder, id="another holder's share"),
    ],
)
def test_a_lying_holder_is_named_and_left_out(
    after: After, code: str, lie: Callable[[Province], Callable[[Ask], ShareLine]]
) -> None:
    """The other two are enough, and nobody counts twice."""
    province = after("arm")
    province.clock.at = OPENS
    first, *others = province.holders()
    liar: HolderLine = Liar(first, ask=lie(province))  # type: ignore[assignment]

    answers = ask(province, holders=[liar, *others])

    assert [(name, error.code) for name, error in answers.refusals] == [("province", code)]
    assert sorted(line.j for line in answers.lines) == [2, 3]
    publish(province, answers.lines)


def invented_order(province: Province) -> dict[str, Callable[..., object]]:
    return {"orders": lambda hid: [b'{"invented":1}']}


def status_with_invented_order(province: Province) -> dict[str, Callable[..., object]]:
    """It says that it holds a freeze which it cannot show."""

    def status(hid: bytes) -> bytes:
        return sign_status(hid, ["freeze-0"], [], 0, sha256(b""), "system", province.clock(), province.signer("province"))

    return {"status": status}


def unsigned_status(province: Province) -> dict[str, Callable[..., object]]:
    return {"status": lambda hid: b"{}"}


@pytest.mark.parametrize("lies", [invented_order, status_with_invented_order, unsigned_status])
def test_what_one_holder_invents_does_not_keep_the_others_from_giving(
    after: After, lies: Callable[[Province], dict[str, Callable[..., object]]]
) -> None:
    """One dishonest holder counts as one missing one."""
    province = after("arm")
    province.clock.at = OPENS
    first, *others = province.holders()
    liar: HolderLine = Liar(first, **lies(province))  # type: ignore[assignment]

    answers = ask(province, holders=[liar, *others])

    assert {2, 3} <= {line.j for line in answers.lines}


def test_a_status_longer_than_a_true_one_can_be_is_carried_to_nobody(after: After) -> None:
    """One holder cannot fill the others' lines at T."""
    province = after("arm")
    province.clock.at = OPENS
    first, second, third = province.holders()
    locks = [f"LOCK-{number}" for number in range(4000)]

    def status(hid: bytes) -> bytes:
        return sign_status(hid, [], locks, 0, sha256(b""), "system", province.clock(), province.signer("province"))

    carried: list[Ask] = []

    def asked(question: Ask) -> ShareLine:
        carried.append(question)
        return second.ask(question)

    ask(province, holders=cast(list[HolderLine], [Liar(first, status=status), Liar(second, ask=asked), third]))

    assert len(carried[0].statuses) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((500, b"<html>oops</html>"), id="it breaks"),
        pytest.param((200, b"\xff\xfe"), id="it babbles"),
        pytest.param((200, b"5"), id="it answers a number"),
        pytest.param((403, b'{"code":"x","facts":7}'), id="it refuses in another language"),
    ],
)
def test_a_holder_that_answers_nonsense_does_not_stop_the_release(after: After, answer: tuple[int, bytes]) -> None:
    """The watch goes on with the two others."""
    province = after("arm")
    province.clock.at = OPENS
    province.wire.garbled["province"] = answer

    province.centre.watch.look()

    assert released(province) is not None and sorted(e.by for e in province.entries("share")) == ["city", "supervision"]


# once ---------------------------------------------------------------------------------------------------------------------


def publish(province: Province, lines: Sequence[ShareLine]) -> bytes:
    book, directory, clock = province.centre.book, province.directory, province.clock
    return publish_release(book, directory, clock, province.manifest(), "A", lines).format()


def test_what_was_released_once_stays_as_it_was(after: After) -> None:
    """Another pair of shares makes no second object; the third holder's line is one more line."""
    province = after("arm")
    province.clock.at = OPENS
    lines = sorted(ask(province).lines, key=lambda line: line.j)

    first = publish(province, lines[:2])
    again = publish(province, lines[1:])

    assert again == first == released(province)
    assert [line.subject["j"] for line in province.entries("share")] == ["1", "2", "3"]


def test_asking_again_gives_the_same_lines(after: After) -> None:
    """A share is the same bytes for ever, also after every holder and the centre have started again."""
    province = after("arm")
    province.clock.at = OPENS
    before = {line.format() for line in ask(province).lines}
    province.restart_offices()
    province.stop_centre()
    province.clock.move(minutes=3)

    assert {line.format() for line in ask(province).lines} == before


def test_a_watch_killed_between_asking_and_recording_records_nothing_twice(
    after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines and object are one transaction."""
    province = after("arm")
    province.clock.at = OPENS
    with monkeypatch.context() as bent:
        bent.setattr("itembank.steps.releasing.record_shares", _cut)
        with pytest.raises(KeyboardInterrupt):
            province.centre.watch.look()
    assert released(province) is None and "share" not in province.acts()

    province.stop_centre()
    province.centre.watch.look()
    province.centre.watch.look()

    assert released(province) is not None and province.acts().count("share") == 3


def _cut(*_: object) -> int:
    raise KeyboardInterrupt


def test_the_answer_key_waits_for_the_main_papers_and_the_exams_end(after: After) -> None:
    """Not before its time, and not before every paper it belongs to."""
    province = after("release")
    province.clock.at = STARTS + timedelta(minutes=90)

    answers = ask(province, "KEY")

    # the spare stays closed, so the key of this session waits for an order to close it (a later issue)
    assert {error.code for _, error in answers.refusals} == {"release.after"}
    assert all(error.facts["after"] == "S" for _, error in answers.refusals if isinstance(error, RefusedError))


def test_a_release_carries_what_proves_it_in_under_a_kilobyte(after: After) -> None:
    """R and k share lines, no more."""
    province = after("release")
    data = released(province)

    assert data is not None and len(data) < 1024 and data.count(b"\nshare ") == 2


def test_trouble_with_one_session_does_not_stop_the_others(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch looks after every lock for itself."""
    province = after("arm")
    province.clock.at = OPENS
    watch, seen = province.centre.watch, []
    real = watch._release

    def release(manifest: object, lock: object) -> None:
        seen.append(lock)
        if len(seen) == 1:
            raise RuntimeError("one lock's trouble")
        real(manifest, lock)  # type: ignore[arg-type]

    monkeypatch.setattr(watch, "_release", release)
    monkeypatch.setattr("itembank.web.watch.due_locks", lambda locks, *_: locks[:2])
    watch.look()

    assert len(seen) == 2


def test_a_session_nobody_can_read_keeps_no_other_closed(after: After) -> None:
    """Sealed under a directory that was replaced since, say; it comes first in every list."""
    province = after("arm")
    province.wait_until(OPENS)
    broken = StoredSession("202600-6-31-01-03-4-L-01", 1, "00" * 32, b"{}")
    with province.centre.book.begin() as transaction:
        transaction.save_session(broken, [StoredRow(broken.hid, "11" * 32, FIRST, b"")])

    province.centre.watch.look()

    assert released(province) is not None


def test_the_answer_key_of_a_session_that_is_over_keeps_no_paper_waiting(after: After) -> None:
    """It is not asked about while a paper it waits for is unreleased, so a holder that is away costs nobody its time-outs."""
    province = after("release")
    province.settle()
    province.clock.at = STARTS + timedelta(days=1)
    _ = province.centre
    before = len(province.wire.seen)

    province.centre.watch.look()

    asked = [exchange.path for exchange in province.wire.seen[before:] if exchange.to != "centre"]
    assert [path for path in asked if path != "/checkpoint"] == []


def test_shares_of_a_paper_opened_by_telephone_are_recorded_when_the_centre_is_back(after: After) -> None:
    """The centre was down from before T until after the paper's lock had closed; the holders keep what they gave."""
    province = after("arm")
    province.wait_until(OPENS)
    answers = ask(province)
    r = make_release(answers.lines, province.manifest(), province.directory, "A").release
    seat, package = province.seat(FIRST), opening.armed(province.seat(FIRST), SESSION, "A")
    province.wire.down.add("centre")
    opening.open_package(seat, package, province.secret("seal", FIRST), province.operators(FIRST), r, province.line(FIRST))
    province.wire.down.clear()
    province.wait_until(STARTS + timedelta(hours=5))
    province.centre.watch.look()
    assert released(province) is None, "nobody knows here that it was opened"
    assert send_receipts(seat, province.line(FIRST))

    province.centre.watch.look()

    assert released(province) is not None and province.acts().count("share") == 3
    province.settle()
    assert [finding for finding in province.audit().findings if finding.code == "audit.shares"] == []
