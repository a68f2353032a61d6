"""Step 9 over a finished province: also a centre that signs its false history anew, with every holder's help, is found out.

What outsiders can do to the files (flip, cut, remove, roll back) is tried in tests/attacks on a demonstration's folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from itembank.formats.ledger_bundle import read_bundle, write_bundle
from itembank.steps import opening
from itembank.steps.auditing import Audit
from keys import checkpoint as notes
from keys.ask import Ask
from keys.checkpoint import Checkpoint
from keys.entry import Entry, read_entry
from keys.share import parse_share_line
from keys.tree import Tree, leaf_hash
from tests.province import FIRST, HOLDERS, OPENS, SECOND_STATION, After, Province

Edit = Callable[[Province, list[Entry]], list[Entry]]


def told(audit: Audit) -> list[str]:
    """Each finding as `place: code`."""
    return [f"{finding.place}: {finding.code}" for finding in audit.findings]


def codes(audit: Audit) -> set[str]:
    return {finding.code for finding in audit.findings}


def sign_anew(province: Province, entries: Sequence[Entry], *, keep_journals: bool = False) -> None:
    """The centre writes another history, and its ledger and all holders sign for it."""
    home = standing(province).home
    ledger = home / "centre" / "ledger"
    data = [entry.encode() for entry in entries]
    tree = Tree(leaf_hash(each) for each in data)
    (ledger / "entries" / "000").write_bytes(write_bundle(data))
    origin = province.directory.ledger_origin
    note = notes.sign_checkpoint(Checkpoint(origin, tree.size, tree.root()), province.signer("ledger").key, origin)
    at = int(province.clock().timestamp())
    note = notes.add_lines(note, [notes.cosign(note, name, province.signer(name).key, at) for name in HOLDERS])
    (ledger / "checkpoint").write_bytes(note)
    for old in (ledger / "checkpoints").iterdir():
        size = int(old.name)
        if size > tree.size:
            old.unlink()
            (home / "mirror" / "checkpoints" / old.name).unlink()
            continue
        again = notes.sign_checkpoint(Checkpoint(origin, size, tree.root(size)), province.signer("ledger").key, origin)
        lines = [notes.cosign(again, name, province.signer(name).key, at) for name in HOLDERS]
        old.write_bytes(notes.add_lines(again, lines))
    shutil.copytree(ledger, home / "mirror", dirs_exist_ok=True)
    if not keep_journals:
        shutil.rmtree(home / "holders")


def standing(province: Province) -> Province:
    """Its centre has ended, so nothing is written beside the test."""
    province.close()
    return province


def history(province: Province) -> list[Entry]:
    return [read_entry(data) for data in read_bundle((province.home / "centre/ledger/entries/000").read_bytes())]


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


@pytest.mark.parametrize(("ahead", "named"), [(90, {"city"}), (-90, {"city"}), (45, set())])
def test_a_holder_whose_clock_moved_after_it_cosigned_is_named_by_what_it_told_at_T(
    after: After, ahead: int, named: set[str]
) -> None:
    """Its cosignatures are in time; its status, carried to the others when they were asked, is not."""
    province = after("arm")
    province.wait_until(OPENS + timedelta(minutes=2))
    _ = province.centre
    province.settle()
    province.holder_clocks["city"].ahead = timedelta(seconds=ahead)
    province.centre.watch.look()

    found = [finding for finding in standing(province).audit().findings if finding.code == "audit.clock"]

    assert {finding.facts["who"] for finding in found} == named
    assert {finding.place for finding in found} >= {f"holders/{j}/journal" for j in (1, 3) if named}


@pytest.mark.parametrize(("carried", "found"), [("wire", {"audit.clock"}), ("hand", set())])
def test_statuses_carried_by_hand_are_no_round_and_blame_nobody(after: After, carried: str, found: set[str]) -> None:
    """Five minutes lie between the two calls to the offices; on the wire they would be a clock that is off."""
    province = after("arm")
    province.wait_until(OPENS)
    manifest, offices = province.manifest(), province.offices
    intent = opening.intent_of(province.seat(FIRST), province.packages(FIRST)[0])
    statuses = [offices[1].status(manifest.hid)]
    province.clock.move(minutes=5)
    statuses.append(offices[2].status(manifest.hid))
    offices[0].ask(Ask(manifest.hid, "A", intent, None, tuple(statuses), ()), carried=carried)

    assert {code for code in codes(standing(province).audit()) if code == "audit.clock"} == found


@pytest.mark.parametrize(
    ("code", "pattern", "change"),
    [
        pytest.param("audit.pages", f"stations/{FIRST}/print/*.pdf", lambda data: data + b" ", id="a printed page"),
        pytest.param("container.block", "centre/packages/*.sealed", lambda data: data[:-1] + b"\0", id="a container"),
        pytest.param("container.length", "desk/sessions/*/v1/*.sealed", lambda data: data + b"\0", id="a lengthened one"),
        pytest.param("row.proof", "desk/sessions/*/v1/*.row", lambda data: data.replace(b'"copies":4', b'"copies":5')
                     .replace(b'"copies":6', b'"copies":5').replace(b'"copies":1', b'"copies":5'), id="a row"),
        pytest.param("ledger.unknown_file", "centre/ledger/checkpoint", None, id="a file too many in the ledger"),
    ],
)  # fmt: skip
def test_a_changed_file_is_named(
    after: After, code: str, pattern: str, change: Callable[[bytes], bytes] | None
) -> None:
    """The place of a finding is the file."""
    province = standing(after("return"))
    path = sorted(province.home.glob(pattern))[0]
    if change is None:
        path = path.with_name("checkpoint.old")
        path.write_bytes(b"")
    else:
        path.chmod(0o600)
        path.write_bytes(change(path.read_bytes()))

    assert f"{path.relative_to(province.home)}: {code}" in told(province.audit())
