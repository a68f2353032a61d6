"""Use reports: nobody knows the items of a paper before its lock has opened, and after that the bank counts them once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from itembank.domain.paper import Form
from itembank.formats.errors import ContainerError
from itembank.formats.sealed_uses import open_uses, seal_uses
from itembank.formats.uses import UseReport, sign_uses
from itembank.steps.exposure import accept_uses, use_reports, uses_of
from keys import statement
from keys.encoding import canonical
from keys.errors import KeysError
from keys.share import combine, open_share
from tests.province import FIRST, HOLDERS, SESSION, STARTS, After, Province, files, flipped, killed_at_delete, refused
from tests.unit.steps.history_anew import codes, history, sign_anew

Opened = tuple[Province, dict[Form, tuple[str, ...]]]


@pytest.fixture
def opened(after: After) -> Opened:
    """A province whose main paper has opened, and the items of both papers, which only this test knows."""
    province = after("seal")
    drawn = {form: paper.item_nos for form, paper in province.draft().papers.items()}
    province.approve()
    province.publish()
    province.release()
    return province, drawn


def kept(province: Province) -> list[str]:
    """The reports that lie on the desk."""
    return [name.rpartition("/")[2] for name in province.desk.names(province.sealed_folder()) if name.endswith(".uses")]


def uses_lines(province: Province) -> list[bytes]:
    return [line.encode() for line in province.entries("uses")]


# before the time ----------------------------------------------------------------------------------------------------------


def shares(province: Province, lock: str) -> dict[int, bytes]:
    """Every holder's share, opened with its own key, past all rules."""
    manifest = province.manifest()
    factors = manifest.factors(lock)
    return {
        j: open_share(manifest.hid, lock, j, province.secret("seal", name), factors.sealed[j - 1], factors.c[j - 1])
        for j, name in enumerate(HOLDERS, start=1)
    }


def combined(found: dict[int, bytes], *holders: int) -> bytes:
    return combine([(j, found[j]) for j in holders])


def test_before_the_time_only_the_desk_with_k_holders_could_open_a_report(after: After) -> None:
    """Everybody else, with whatever lies on the desk's disk: its own key without R, and R without its key."""
    province = after("approve")
    manifest, folder = province.manifest(), province.sealed_folder()
    names = ("desk", "scoring", FIRST, *HOLDERS)
    could: set[tuple[str, str, str]] = set()
    for lock in ("A", "S"):
        data, found = province.desk.read(f"{folder}/{lock}.uses"), shares(province, lock)
        other = combined(shares(province, "S" if lock == "A" else "A"), 1, 2)
        known = {"nothing": bytes(16), "R": combined(found, 1, 2), "R of the other lock": other}
        known |= {f"holder {j}": combined(found, j) for j in found}
        known |= {f"holders {pair}": combined(found, *pair) for pair in combinations(found, 2)}
        for name in names:
            for what, release in known.items():
                try:
                    secret = province.secret("seal", name)
                    open_uses(data, manifest.hid, lock, province.device("desk"), secret, release)
                    could.add((lock, name, what))
                except (KeysError, ContainerError):
                    continue
    with_r = ("R", *(f"holders {pair}" for pair in combinations((1, 2, 3), 2)))
    assert could == {(lock, "desk", what) for lock in ("A", "S") for what in with_r}


def test_nothing_on_the_desks_disk_names_an_item_after_publication(after: After) -> None:
    """The draft is gone; the reports are there, sealed."""
    province = after("seal")
    drawn = [item_no for paper in province.draft().papers.values() for item_no in paper.item_nos]
    province.approve()
    province.publish()

    for name, data in files(province.home / "desk").items():
        assert [item_no for item_no in drawn if item_no.encode() in name.encode() + data] == [], name
    assert kept(province) == ["A.uses", "S.uses"]


def test_before_the_release_nothing_is_sent(after: After) -> None:
    province = after("publish")

    refused("uses.early", province.send_uses)

    assert kept(province) == ["A.uses", "S.uses"] and uses_lines(province) == []


def test_the_centre_takes_no_report_before_the_release(after: After) -> None:
    """A desk that forgot nothing of its draft may not tell either."""
    province = after("publish")

    error = refused("uses.early", lambda: post(province, told(province)))

    assert error.facts["session"] == SESSION and uses_lines(province) == []


# after it -----------------------------------------------------------------------------------------------------------------


def test_after_the_opening_the_bank_knows_each_item_of_the_main_paper(opened: Opened) -> None:
    """And who had read them; the spare stays closed and unknown, and no line of the ledger names an item."""
    province, drawn = opened

    counted = province.send_uses()

    assert [report.form for report in counted.sent] == ["A"] and counted.waiting == ("S",)
    with province.centre.book.read() as transaction:
        reports = use_reports(transaction)
        found = {no: uses_of(transaction, province.directory, no) for paper in drawn.values() for no in paper}
    assert found == {no: [(SESSION, "A", STARTS, 1)] if no in drawn[Form.MAIN] else [] for no in found}
    assert reports[0].proofreaders == ("proofreader-1", "proofreader-2")
    lines = b"".join(line.encode() for line in province.entries())
    assert len(uses_lines(province)) == 1 and not [no for no in found if no.encode() in lines]
    assert kept(province) == ["S.uses"]


def test_sent_twice_is_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a kill between the centre's answer and the deletion; a spare that stays closed is no refusal then."""
    province, _ = opened
    with killed_at_delete(monkeypatch, 1), pytest.raises(KeyboardInterrupt):
        province.send_uses()

    assert [report.form for report in province.send_uses().sent] == ["A"]
    again = province.send_uses()

    assert (again.sent, again.waiting, len(uses_lines(province))) == ((), ("S",), 1)
    province.settle()
    assert codes(province.audit()) == set()


@pytest.mark.parametrize("down", ["centre", "/api/uses"])
def test_a_report_stays_while_the_centre_is_away(opened: Opened, down: str) -> None:
    """That nobody answers does not mean that it is too early; gone in the middle, the report was not deleted for nothing."""
    province, _ = opened
    province.wire.down.add(down)

    refused("line.silent", province.send_uses)

    province.wire.down.clear()
    assert kept(province) == ["A.uses", "S.uses"] and province.send_uses().sent


def test_a_false_release_opens_nothing(opened: Opened) -> None:
    """R is checked before the desk uses its key for it."""
    province, _ = opened
    province.wire.change = lambda to, path, data: data.replace(b"\nR ", b"\nR A") if "/releases/" in path else data

    with pytest.raises(KeysError):
        province.send_uses()

    assert kept(province) == ["A.uses", "S.uses"]


def test_a_version_that_was_superseded_does_not_report(after: After) -> None:
    """Its lock never opens."""
    province = after("publish")
    first = province.manifest().hid.hex()
    newest = province.seal_anew()
    province.release()

    counted = province.send_uses()

    assert [report.hid for report in counted.sent] == [newest.hid.hex()] and first not in {r.hid for r in counted.sent}
    assert counted.waiting == ("A", "S", "S")


def told(province: Province, **change: object) -> UseReport:
    """A report such as a desk could make."""
    hid, items = province.manifest().hid.hex(), (("city-x", 0),)
    report = UseReport(SESSION, "A", hid, "A", items, ("proofreader-1",), STARTS, bytes(32))
    return replace(report, **change)  # type: ignore[arg-type]


def post(province: Province, report: UseReport, who: str = "desk") -> None:
    accept_uses(province.centre.book, province.directory, province.clock, sign_uses(report, province.signer(who)))


@pytest.mark.parametrize(
    ("code", "change", "who"),
    [
        pytest.param("session.unknown", {"hid": "00" * 32}, "desk", id="of no session"),
        pytest.param("uses.other_report", {"session": "other"}, "desk", id="under another session's number"),
        pytest.param("uses.other_report", {"form": "S"}, "desk", id="of the spare under the lock of the main paper"),
        pytest.param("uses.other_report", {"lock": "KEY"}, "desk", id="under the lock of the answer key"),
        pytest.param("uses.early", {"form": "S", "lock": "S"}, "desk", id="of the spare, which stays closed"),
        pytest.param("lock.unknown", {"lock": "B"}, "desk", id="under a lock there is not"),
        pytest.param("uses.signer", {}, FIRST, id="by a station"),
        pytest.param("directory.unknown", {}, "sealer-1", id="by a person"),
        pytest.param("object.fields", {"items": (("city-x", 0), ("city-x", 1))}, "desk", id="with an item twice"),
    ],
)
def test_a_report_is_refused(opened: Opened, code: str, change: dict[str, object], who: str) -> None:
    province, _ = opened

    refused(code, lambda: post(province, told(province, **change), who))

    with province.centre.book.read() as transaction:
        assert use_reports(transaction) == [] and uses_lines(province) == []


def test_a_second_report_of_a_paper_that_says_something_else_is_a_fork(opened: Opened) -> None:
    province, _ = opened
    province.send_uses()

    refused("store.fork", lambda: post(province, told(province)))


def test_a_report_other_than_its_statement_is_refused(opened: Opened) -> None:
    """The line would vouch for a list that nobody signed."""
    province, _ = opened
    mine, other = told(province), told(province, items=(("city-y", 0),))
    signed = statement.sign("uses", other.says(), [province.signer("desk")]).decode()
    data = canonical({"report": mine.document(), "statement": signed})

    refused("uses.other_report", lambda: accept_uses(province.centre.book, province.directory, province.clock, data))


def test_no_byte_of_a_sealed_report_can_be_changed(after: After) -> None:
    province = after("publish")
    release = bytes(range(16))
    report = told(province)
    data = seal_uses(report, province.device("desk"), release, province.random)

    def opening(found: bytes) -> UseReport:
        secret = province.secret("seal", "desk")
        return open_uses(found, bytes.fromhex(report.hid), "A", province.device("desk"), secret, release)

    assert opening(data) == report
    for at in range(0, len(data), 7):
        with pytest.raises((KeysError, ContainerError)):
            opening(flipped(data, at))


# the audit ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def told_ledger(after: After) -> Iterator[Province]:
    province = after("return")
    province.send_uses()
    province.settle()
    assert codes(province.audit()) == set()
    yield province


@pytest.mark.parametrize(
    ("code", "where"),
    [pytest.param("audit.shares", "share", id="told before the shares"), pytest.param("audit.twice", "", id="told twice")],
)
def test_the_audit_finds_a_report(told_ledger: Province, code: str, where: str) -> None:
    entries = history(told_ledger)
    line = entries.pop(next(i for i, entry in enumerate(entries) if entry.act == "uses"))
    at = next(i for i, entry in enumerate(entries) if entry.act == where) if where else len(entries)
    earlier = replace(line, at=entries[at].at) if where else line
    sign_anew(told_ledger, [*entries[:at], earlier, *entries[at:], *([] if where else [line])])

    assert code in codes(told_ledger.audit())
