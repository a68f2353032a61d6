"""Step 9 over a finished province: also a centre that signs its false history anew, with every holder's help, is found out.

What outsiders can do to the files (flip, cut, remove, roll back) is tried in tests/attacks on a demonstration's folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from itembank.domain.custody import copy_numbers
from itembank.formats.desk_statements import ATTEMPT_FIELDS
from itembank.formats.imports import FIELDS as IMPORT_FIELDS
from itembank.steps import distributing, opening, sealing
from itembank.steps.releasing import publish_release
from itembank.steps.seat import send_receipts
from keys import checkpoint as notes
from keys.ask import Ask
from keys.encoding import Json
from keys.entry import Entry
from keys.share import ShareLine, open_share, parse_share_line
from keys.statement import peek, sign
from tests.province import FIRST, HOLDERS, OPENS, SECOND_STATION, After, Province, refused
from tests.unit.steps.history_anew import codes, history, sign_anew, standing, told

Edit = Callable[[Province, list[Entry]], list[Entry]]


def without(act: str, nth: int | None = None) -> Edit:
    """The n-th line of an act is left out, or all of them."""

    def edit(province: Province, entries: list[Entry]) -> list[Entry]:
        places = [i for i, entry in enumerate(entries) if entry.act == act]
        gone = places if nth is None else [places[nth]]
        return [entry for i, entry in enumerate(entries) if i not in gone]

    return edit


def moved(act: str, before: str) -> Edit:
    """The first line of one act is written before the first of another."""

    def edit(province: Province, entries: list[Entry]) -> list[Entry]:
        line = next(entry for entry in entries if entry.act == act)
        rest = [entry for entry in entries if entry is not line]
        at = next(i for i, entry in enumerate(rest) if entry.act == before)
        return [*rest[:at], line, *rest[at:]]

    return edit


def doubled(act: str) -> Edit:
    def edit(province: Province, entries: list[Entry]) -> list[Entry]:
        return [*entries, next(entry for entry in entries if entry.act == act)]

    return edit


def renamed(act: str, **subject: str) -> Edit:
    """A line says something else than its statement."""

    def edit(province: Province, entries: list[Entry]) -> list[Entry]:
        at = next(i for i, entry in enumerate(entries) if entry.act == act)
        changed = replace(entries[at], subject={**entries[at].subject, **subject})
        return [*entries[:at], changed, *entries[at + 1 :]]

    return edit


def another_doer(act: str, who: str) -> Edit:
    def edit(province: Province, entries: list[Entry]) -> list[Entry]:
        at = next(i for i, entry in enumerate(entries) if entry.act == act)
        return [*entries[:at], replace(entries[at], by=who), *entries[at + 1 :]]

    return edit


def early_share(province: Province, entries: list[Entry]) -> list[Entry]:
    """A holder gave its share a minute early, and signed for it."""
    at = next(i for i, entry in enumerate(entries) if entry.act == "share")
    line = parse_share_line(entries[at].statement)
    holder = HOLDERS[line.j - 1]
    early = replace(line, at=OPENS - timedelta(minutes=1), signature=b"").signed(province.signer(holder))
    return [*entries[:at], replace(entries[at], statement=early.format()), *entries[at + 1 :]]


def share_by_another(province: Province, entries: list[Entry]) -> list[Entry]:
    """Its own office has not signed it."""
    at = next(i for i, entry in enumerate(entries) if entry.act == "share")
    line = parse_share_line(entries[at].statement)
    false = replace(line, signature=b"").signed(province.signer(HOLDERS[line.j % 3]))
    return [*entries[:at], replace(entries[at], statement=false.format()), *entries[at + 1 :]]


def import_by_assembler(province: Province, entries: list[Entry]) -> list[Entry]:
    at = next(i for i, entry in enumerate(entries) if entry.act == "import")
    body = peek(entries[at].statement.encode(), "import", IMPORT_FIELDS)
    signed = sign("import", body, province.signers("item_writer-1", "item_reviewer-1", "assembler-1"))
    return [*entries[:at], replace(entries[at], statement=signed.decode()), *entries[at + 1 :]]


def bent(which: str, *, at: int = 0, **change: str) -> Edit:
    """The first line of an act says something else, or so many days later."""

    def edit(province: Province, entries: list[Entry]) -> list[Entry]:
        place = next(i for i, entry in enumerate(entries) if entry.act == which)
        line = replace(entries[place], at=entries[place].at + timedelta(days=at), **change)  # type: ignore[arg-type]
        return [*entries[:place], line, *entries[place + 1 :]]

    return edit


def attempt_says(change: Callable[[Json], Json]) -> Edit:
    """The assembler signed another attempt."""

    def edit(province: Province, entries: list[Entry]) -> list[Entry]:
        at = next(i for i, entry in enumerate(entries) if entry.act == "attempt")
        body = peek(entries[at].statement.encode(), "attempt", ATTEMPT_FIELDS)
        signed = sign("attempt", {**body, **change(body)}, province.signers("assembler-1"))
        return [*entries[:at], replace(entries[at], statement=signed.decode()), *entries[at + 1 :]]

    return edit


def other_copies(body: Json) -> Json:
    first, *others = body["order"]["stations"]
    return {"order": {**body["order"], "stations": [{**first, "copies": first["copies"] + 1}, *others]}}


def test_a_whole_session_is_consistent(after: After) -> None:
    """No finding, and nothing worth a remark."""
    audit = standing(after("return")).audit()

    assert (audit.verdict, told(audit), audit.remarks) == ("ok", [], [])


@pytest.mark.parametrize("step", ["author", "prove", "publish", "arm", "release"])
def test_a_session_under_way_is_consistent(after: After, step: str) -> None:
    """An audit may come at any time."""
    audit = standing(after(step)).audit()

    assert [line for line in told(audit) if not line.endswith("audit.unledgered")] == []


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        pytest.param("custody.order", without("blueprint"), id="no blueprint"),
        pytest.param("custody.order", without("import"), id="no import"),
        pytest.param("custody.order", without("pool"), id="no pool release"),
        pytest.param("custody.order", without("attempt"), id="no attempt"),
        pytest.param("audit.nothing_before", without("import", 1), id="a pool whose items were never imported"),
        pytest.param("audit.nothing_before", without("pool", 1), id="a pool that left no line"),
        pytest.param("audit.nothing_before", moved("attempt", "pool"), id="a pool released after the draw"),
        pytest.param("audit.nothing_before", attempt_says(lambda _: {"pools": ["00" * 32]}), id="drawn from another pool"),
        pytest.param("seed.two_needed", attempt_says(lambda body: {"seeds": body["seeds"][:1]}), id="drawn from one seed"),
        pytest.param("session.not_as_ordered", attempt_says(other_copies), id="other copies than ordered"),
        pytest.param("proof.other_paper", without("proof"), id="no proof"),
        pytest.param("custody.order", without("seal"), id="no seal"),
        pytest.param("custody.order", without("approve"), id="no approval"),
        pytest.param("audit.deposits", without("deposit", 0), id="a deposit short of k before the intent"),
        pytest.param("custody.order", without("intent"), id="no intent"),
        pytest.param("receipt.chain", without("fetch", 0), id="no fetch"),
        pytest.param("receipt.chain", without("arm", 0), id="no arming"),
        pytest.param("audit.shares", without("share"), id="no shares"),
        pytest.param("receipt.chain", without("open", 0), id="no opening"),
        pytest.param("receipt.chain", without("print", 0), id="no print"),
        pytest.param("custody.order", moved("proof", "attempt"), id="the proof before the attempt"),
        pytest.param("custody.order", moved("intent", "approve"), id="the intent before the approval"),
        pytest.param("custody.order", moved("fetch", "intent"), id="a fetch before the intent"),
        pytest.param("audit.share_before_intent", moved("share", "intent"), id="a share before the intent"),
        pytest.param("statement.signature", share_by_another, id="a share in another office's name"),
        pytest.param("statement.duty", import_by_assembler, id="an import approved by an assembler"),
        pytest.param("audit.backwards", bent("proof", at=-9), id="a line days before the one before it"),
        pytest.param("audit.subject", bent("intent", statement="x"), id="an intent with a statement"),
        pytest.param("audit.subject", bent("arm", act="fetch"), id="an arming entered as a fetch"),
        pytest.param("audit.twice", doubled("seal"), id="sealed twice"),
        pytest.param("audit.twice", doubled("approve"), id="approved twice"),
        pytest.param("audit.twice", doubled("intent"), id="two intents"),
        pytest.param("audit.twice", doubled("share"), id="a share twice"),
        pytest.param("receipt.chain", doubled("return"), id="a return twice"),
        pytest.param("audit.subject", renamed("attempt", attempt="2"), id="another attempt in the subject"),
        pytest.param("audit.subject", renamed("import", digest="00" * 32), id="another workbook in the subject"),
        pytest.param("audit.subject", renamed("share", j="3"), id="another holder in the subject"),
        pytest.param("audit.subject", another_doer("seal", "seal_approver-1"), id="another sealer in the line"),
        pytest.param("audit.subject", another_doer("fetch", SECOND_STATION), id="another station in the line"),
        pytest.param("audit.share_early", early_share, id="a share before the time"),
    ],
)
def test_a_false_history_is_found_although_everybody_signed_it(after: After, code: str, edit: Edit) -> None:
    """Ledger and holders may all be wrong: the people's own signatures and their order are not theirs to make."""
    province = after("return")
    sign_anew(province, edit(province, history(province)))

    assert code in codes(province.audit())


def test_a_history_that_is_merely_signed_anew_is_the_same_history(after: After) -> None:
    """The helper of these tests adds nothing that would be found by itself."""
    province = after("return")
    sign_anew(province, history(province))

    assert told(province.audit()) == []


def test_a_holders_journal_contradicts_a_rewritten_ledger(after: After) -> None:
    """What one holder cosigned is not forgotten in its own office."""
    province = after("return")
    entries = history(province)
    entries[0] = replace(entries[0], at=entries[0].at + timedelta(seconds=1))
    sign_anew(province, entries, keep_journals=True)

    found = told(province.audit())

    assert [line for line in found if line.startswith("holders/")] == [
        f"holders/{j}/journal: audit.rewritten" for j in (1, 2, 3)
    ]


def test_a_holder_whose_clock_differs_by_more_than_a_minute_is_named(after: After) -> None:
    """Two agree, the third is the one."""
    province = standing(after("return"))
    ledger = province.home / "centre" / "ledger"
    note = (ledger / "checkpoint").read_bytes()
    bare = b"".join(note.splitlines(keepends=True)[:5])
    at = int(province.clock().timestamp())
    times = dict(zip(HOLDERS, (at, at + 3601, at + 30), strict=True))
    lines = [notes.cosign(bare, name, province.signer(name).key, when) for name, when in times.items()]
    (ledger / "checkpoint").write_bytes(notes.add_lines(bare, lines))

    clock = next(finding for finding in province.audit().findings if finding.code == "audit.clock")

    assert (clock.place, clock.facts["who"]) == ("centre/ledger/checkpoint", "city")


@pytest.mark.parametrize(
    ("ahead", "places"),
    [(90, {1, 3}), (45, set()), (-90, {2})],
    ids=["ahead: the others saw it", "near enough", "behind: its own journal shows it"],
)
def test_a_holder_whose_clock_moved_after_it_cosigned_is_named_by_what_was_told_at_T(
    after: After, ahead: int, places: set[int]
) -> None:
    """Its cosignatures are in time; the statuses carried between the holders when they were asked are not."""
    province = after("arm")
    province.wait_until(OPENS + timedelta(minutes=2))
    _ = province.centre
    province.settle()
    province.holder_clocks["city"].ahead = timedelta(seconds=ahead)
    province.centre.watch.look()

    clocks = [finding for finding in standing(province).audit().findings if finding.code == "audit.clock"]

    assert {clock.facts["who"] for clock in clocks} == {"city" for _ in places}
    assert {clock.place for clock in clocks} >= {f"holders/{j}/journal" for j in places}


def test_old_statuses_brought_by_an_outsider_blame_no_honest_holder(after: After) -> None:
    """Anybody may ask, and may bring what a holder said two days ago beside what it says now."""
    province = after("arm")
    province.settle()
    city, manifest = province.offices[1], province.manifest()
    old = city.status(manifest.hid)
    province.wait_until(OPENS)
    intent = opening.intent_of(province.seat(FIRST), province.packages(FIRST)[0])
    province.offices[0].ask(Ask(manifest.hid, "A", intent, None, (city.status(manifest.hid), old), ()))

    assert "audit.clock" not in codes(standing(province).audit())


def line_of(province: Province, j: int, lock: str, at: datetime) -> ShareLine:
    """A holder's own signature under its own share, whatever its rule says."""
    manifest, name = province.manifest(), HOLDERS[j - 1]
    factors = manifest.factors(lock)
    share = open_share(manifest.hid, lock, j, province.secret("seal", name), factors.sealed[j - 1], factors.c[j - 1])
    return ShareLine(manifest.hid, lock, j, share, at, 20, "system", "rule").signed(province.signer(name))


@pytest.mark.parametrize(
    ("code", "lock", "after_opening"),
    [
        pytest.param("release.not_activated", "S", timedelta(), id="the spare, which nobody activated"),
        pytest.param("release.closed", "A", timedelta(days=20), id="main, twenty days after it closed"),
        pytest.param("release.after", "KEY", timedelta(minutes=151), id="the answer key before the papers"),
    ],
)
def test_k_holders_that_break_their_rule_together_are_found(
    after: After, code: str, lock: str, after_opening: timedelta
) -> None:
    """Their lines are signed and open the lock; what the manifest says shows them up."""
    province = after("arm")
    province.wait_until(OPENS + after_opening)
    lines = [line_of(province, j, lock, province.clock.at) for j in (1, 2)]
    publish_release(province.centre.book, province.directory, province.clock, province.manifest(), lock, lines)
    province.settle()

    assert code in codes(standing(province).audit())


def test_a_share_given_under_a_standing_freeze_is_found_in_the_holders_journal(after: After) -> None:
    """The office's own journal says what it held when it gave the share."""
    province = after("arm")
    province.freeze("A")
    province.wait_until(OPENS)
    for office, j in zip(province.offices, (1, 2, 3), strict=True):
        record = {"line": line_of(province, j, "A", OPENS).format(), "keepers": "", "statuses": []}
        with office._journal.hold():
            office._journal.append("share", record, OPENS)

    found = [line for line in told(standing(province).audit()) if line.endswith("release.frozen")]

    assert found == [f"holders/{j}/journal: release.frozen" for j in (1, 2, 3)]


def test_one_deposit_written_twice_is_not_two(after: After) -> None:
    province = after("publish")
    entries = history(standing(province))
    first = next(entry for entry in entries if entry.act == "deposit")
    others = [entry for entry in entries if entry.act != "deposit" or entry == first]
    at = others.index(first)
    sign_anew(province, [*others[: at + 1], first, *others[at + 1 :]])

    assert "audit.deposits" in codes(province.audit())


def test_a_draw_that_left_no_line_is_found(after: After) -> None:
    """The desk drew twice in private and kept the paper it liked: the proof names the third attempt. The centre looked away."""
    province = after("assemble")
    draft = replace(province.draft(), attempt=3)
    refused("session.not_assembled", lambda: province.prove(draft=draft))
    with pytest.MonkeyPatch.context() as bent:
        bent.setattr(distributing, "_check_readers", lambda *what: None)
        province.prove(draft=draft)
    province.seal(draft=draft)
    province.approve()
    province.publish()
    province.settle()

    assert "audit.attempts" in codes(standing(province).audit())


def test_copies_that_were_not_printed_are_missed(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """The centre refuses the receipt, and whoever has the station's journal finds it."""
    province = after("release")
    with monkeypatch.context() as bent:
        bent.setattr(opening, "copy_numbers", lambda package, copies: copy_numbers(package, copies - 1))
        opened = province.open(FIRST)

    assert not opened.sent and "print" not in province.acts()
    refused("receipt.copies", lambda: send_receipts(province.seat(FIRST), province.line(FIRST)))


def test_copies_that_did_not_come_back_are_remarked(after: After) -> None:
    audit = standing(after("open")).audit()

    assert audit.findings == [] and {remark.code for remark in audit.remarks} == {"audit.not_returned"}


def test_a_sealing_that_was_cut_off_and_then_given_up_is_no_finding(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill, and a redraw the officers are allowed."""
    province = after("prove")
    with monkeypatch.context() as bent, pytest.raises(KeyboardInterrupt):
        bent.setattr(sealing, "_self_test", cut)
        province.seal()
    province.seeds("bank_manager-1", "bank_manager-2", redraw="题目有误")

    audit = standing(province).audit()

    assert (audit.findings, [remark.code for remark in audit.remarks]) == ([], ["audit.broken_off"])


def cut(*_: object) -> int:
    raise KeyboardInterrupt


def test_what_is_sealed_and_not_published_is_no_finding(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the approver, sealed again for another hour, and broken off: ordinary hours at a desk."""
    province = after("seal")
    assert codes(province.audit()) == set()
    province.approve()
    province.seal(opens=OPENS + timedelta(minutes=10))
    province.approve()
    with monkeypatch.context() as bent, pytest.raises(KeyboardInterrupt):
        bent.setattr(sealing, "_self_test", cut)
        province.seal(opens=OPENS + timedelta(minutes=20))
    province.publish()
    province.settle()

    audit = standing(province).audit()

    assert audit.findings == []
    assert [remark.code for remark in audit.remarks] == ["audit.broken_off", "audit.unpublished"]
