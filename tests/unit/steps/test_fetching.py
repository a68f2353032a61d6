"""Step 5 at a station: only its own packages, block by verified block, never an older version; armed by two before T."""

import contextlib
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from itembank.formats.container import SMALL_BLOCK, read_head
from itembank.formats.receipts import FIRST as NO_RECEIPT
from itembank.formats.receipts import sign_receipt
from itembank.steps import distributing
from itembank.steps.seat import local_packages
from keys.encoding import unb64
from keys.errors import TamperedError
from keys.ledger_proof import LedgerProof
from keys.manifest import approve_manifest, read_manifest, sign_manifest
from tests.province import (
    FIRST,
    SECOND_STATION,
    SESSION,
    After,
    Province,
    files,
    flipped,
    refused,
    told_nobody,
)


def main_package(province: Province, code: str = FIRST) -> tuple[str, str]:
    """(hid, pid) of a station's main paper; the first station's has three blocks."""
    with province.centre.book.begin() as transaction:
        rows = [row for row in transaction.rows(province.manifest().hid.hex()) if row.place == code]
    sized = {province.centre.store.size(f"{row.pid}.sealed"): row for row in rows}
    return sized[max(sized)].hid, sized[max(sized)].pid


def container(province: Province, code: str = FIRST) -> bytes:
    _, pid = main_package(province, code)
    return (province.home / "centre" / "packages" / f"{pid}.sealed").read_bytes()


def head_size(data: bytes) -> int:
    return read_head(io.BytesIO(data)).size


def shelf(province: Province, code: str = FIRST) -> dict[str, bytes]:
    return files(province.home / "stations" / code)


def part(province: Province) -> bytes:
    """What an interrupted download kept."""
    return next((data for name, data in shelf(province).items() if name.endswith(".part")), b"")


def fetch_again(province: Province) -> None:
    distributing.fetch(province.seat(FIRST), province.line(FIRST), told_nobody)


def test_a_container_hurt_on_the_disk_comes_anew(after: After) -> None:
    """Fetching is how a station heals what arming found broken."""
    province = after("fetch")
    whole = container(province)
    path = next(path for path in (province.home / "stations" / FIRST).rglob("*.sealed") if path.read_bytes() == whole)
    path.write_bytes(flipped(whole, at=len(whole) // 2))

    fetch_again(province)

    assert path.read_bytes() == whole
    province.arm(FIRST)


def test_two_fetches_at_once_bring_one_whole_package(after: After) -> None:
    """The second waits for the first and finds everything there."""
    province = after("publish")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fetch_again, [province] * 4))

    assert province.acts().count("fetch") == 2 and part(province) == b""
    province.arm(FIRST)


# whose package ------------------------------------------------------------------------------------------------------------


def test_a_station_is_told_of_its_own_packages_only(after: After) -> None:
    """Main and spare for this place, nothing else."""
    province = after("publish")
    mine, theirs = (province.line(code).packages() for code in (FIRST, SECOND_STATION))

    assert len(mine) == len(theirs) == 2 and not set(mine) & set(theirs)


def test_another_stations_row_is_not_kept(after: After) -> None:
    """Even a centre that hands out the wrong package is refused by the station."""
    province = after("publish")

    refused("station.other", lambda: distributing.fetch(province.seat(FIRST), province.line(SECOND_STATION), told_nobody))

    assert not [name for name in shelf(province) if name.endswith((".row", ".sealed", ".envelope"))]


def test_a_manifest_other_than_the_listed_one_is_refused(after: After) -> None:
    """The centre cannot slip a manifest under another's name."""
    province = after("publish")
    _, pid = main_package(province)
    line = province.line(FIRST)
    line.packages = lambda: [("11" * 32, pid)]  # type: ignore[method-assign]
    line.session_manifest = lambda hid: province.manifest().data  # type: ignore[method-assign]

    refused("manifest.other", lambda: distributing.fetch(province.seat(FIRST), line, told_nobody))

    assert shelf(province) == {}


def test_an_older_version_after_a_newer_is_refused(after: After) -> None:
    """A centre that goes back, or a stick from last week: the station has seen better."""
    province = after("publish")
    old_hid, old_pid = main_package(province)
    old = province.manifest().data
    province.seal_anew()
    province.fetch(FIRST)
    line = province.line(FIRST)
    line.packages = lambda: [(old_hid, old_pid)]  # type: ignore[method-assign]
    line.session_manifest = lambda hid: old  # type: ignore[method-assign]
    before = shelf(province)

    error = refused("session.older", lambda: distributing.fetch(province.seat(FIRST), line, told_nobody))

    assert (error.facts["found"], error.facts["held"]) == (1, 2) and shelf(province) == before


def test_when_there_is_nothing_the_station_is_told_so(after: After) -> None:
    """An empty list is not a success."""
    province = after("approve")

    refused("fetch.nothing", lambda: province.fetch(FIRST))


# the download -------------------------------------------------------------------------------------------------------------


def test_a_download_cut_in_the_middle_of_a_block_goes_on_with_fewer_bytes(after: After) -> None:
    """Whole verified blocks stay; the half one is fetched again, what stands before it is not."""
    province = after("publish")
    whole = container(province)
    keeps = head_size(whole) + SMALL_BLOCK
    province.wire.cut = keeps + 1000
    seat, line = province.seat(FIRST), province.line(FIRST)
    hid, pid = main_package(province)
    line.packages = lambda: [(hid, pid)]  # type: ignore[method-assign]

    refused("line.silent", lambda: distributing.fetch(seat, line, told_nobody))
    assert part(province) == whole[:keeps]
    distributing.fetch(seat, line, told_nobody)

    asked = [exchange for exchange in province.wire.seen if exchange.path.endswith("/container")]
    assert [exchange.headers.get("Range") for exchange in asked] == ["bytes=0-", f"bytes={keeps}-"]
    assert asked[1].came == len(whole) - keeps
    assert shelf(province)[f"sessions/{hid}/{pid}.sealed"] == whole and part(province) == b""


@pytest.mark.parametrize("kept", [pytest.param(True, id="in the last block"), pytest.param(False, id="in the first block")])
def test_a_flipped_block_is_not_kept(after: After, kept: bool) -> None:
    """It never touches the disk; the next run fetches just it and what follows."""
    province = after("publish")
    whole = container(province)
    at = -1 if kept else head_size(whole)

    def change(to: str, path: str, data: bytes) -> bytes:
        return flipped(data, at) if data == whole else data

    province.wire.change = change
    refused("container.block", lambda: province.fetch(FIRST))
    assert part(province) == whole[: len(part(province))] and bool(part(province)[head_size(whole) :]) == kept
    province.wire.change = None

    province.fetch(FIRST)

    _, pid = main_package(province)
    assert shelf(province)[f"sessions/{province.manifest().hid.hex()}/{pid}.sealed"] == whole


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("container.block", lambda data: data + b"x", id="lengthened"),
        pytest.param("fetch.interrupted", lambda data: data[:-1], id="truncated"),
        pytest.param("fetch.interrupted", lambda data: data[:50], id="truncated in its head"),
        pytest.param("container.form", lambda data: flipped(data, 0), id="another magic"),
        pytest.param("container.row", lambda data: flipped(data, 20), id="of another session"),
        pytest.param("container.row", lambda data: flipped(data, 100), id="a flipped hash in its list"),
    ],
)
def test_a_container_that_is_not_the_rows_is_not_kept(after: After, code: str, bend: Callable[[bytes], bytes]) -> None:
    """The row commits to the whole file, from magic to last byte."""
    province = after("publish")
    whole = container(province)
    province.wire.change = lambda to, path, data: bend(data) if data == whole else data

    refused(code, lambda: province.fetch(FIRST))

    _, pid = main_package(province)
    assert not [name for name in shelf(province) if name.endswith((f"{pid}.sealed", f"{pid}.envelope"))]
    province.wire.change = None
    assert len(province.fetch(FIRST)) == 2


def test_what_lies_broken_on_the_disk_is_cut_off_and_fetched_again(after: After) -> None:
    """A part file is believed as far as its blocks are the signed ones."""
    province = after("publish")
    whole = container(province)
    hid, pid = main_package(province)
    good = head_size(whole) + SMALL_BLOCK
    province.seat(FIRST).folder.write_once(f"sessions/{hid}/{pid}.sealed.part", whole[:good] + b"x" * SMALL_BLOCK)

    province.fetch(FIRST)

    asked = [e.headers["Range"] for e in province.wire.seen if e.path == f"/api/packages/{pid}/container"]
    assert asked == [f"bytes={good}-"] and shelf(province)[f"sessions/{hid}/{pid}.sealed"] == whole


def test_fetching_again_fetches_nothing_again(after: After) -> None:
    """Complete is complete: no container is asked for, no receipt written."""
    province = after("fetch")
    before, acts = shelf(province), province.acts()
    province.wire.seen.clear()

    province.fetch(FIRST)

    assert shelf(province) == before and province.acts() == acts
    assert not [exchange for exchange in province.wire.seen if exchange.path.endswith("/container")]


# the envelope -------------------------------------------------------------------------------------------------------------


def test_no_envelope_before_the_fetch_stands_in_a_signed_checkpoint(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger stands still: the line is queued, and however often the station asks, it gets no envelope."""
    province = after("publish")
    with monkeypatch.context() as bent:
        bent.setattr(distributing, "WAIT_SECONDS", 0.05)
        province.centre.ledger.stop()
        for _ in range(3):
            refused("ledger.slow", lambda: province.fetch(FIRST))

    assert province.acts().count("fetch") == 1 and not [name for name in shelf(province) if name.endswith(".envelope")]
    province.stop_centre()
    assert len(province.fetch(FIRST)) == 2 and province.acts().count("fetch") == 2


def test_an_envelope_waits_for_nobody_who_writes(after: After, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is there; a long import begins just then."""
    province = after("fetch")
    ledger, book = province.centre.ledger, province.centre.book
    receipt, wait = province.seat(FIRST).folder.read("journal/000001.receipt"), ledger.wait
    with contextlib.ExitStack() as writer:

        def busy(queued: int, seconds: float) -> LedgerProof:
            proof = wait(queued, seconds)
            writer.enter_context(book.begin())
            return proof

        monkeypatch.setattr(ledger, "wait", busy)
        assert province.line(FIRST).post_receipt(receipt)


@pytest.mark.parametrize(
    ("code", "poster", "device"),
    [
        pytest.param("receipt.package", FIRST, FIRST, id="its own receipt about another's package"),
        pytest.param("receipt.device", FIRST, SECOND_STATION, id="the other station's receipt, carried by itself"),
        pytest.param("receipt.device", "desk", "desk", id="the desk's receipt"),
    ],
)
def test_another_stations_envelope_is_not_given(after: After, code: str, poster: str, device: str) -> None:
    """And the attempt leaves no line."""
    province = after("publish")
    hid, pid = main_package(province, SECOND_STATION)
    at, facts = province.clock(), {"length": 1}
    receipt = sign_receipt("fetch", province.signer(device), hid, pid, 1, NO_RECEIPT, at, "x", facts)
    before = province.acts()

    refused(code, lambda: province.line(poster).post_receipt(receipt))

    assert province.acts() == before


# what was seen before ----------------------------------------------------------------------------------------------------


def test_an_armed_package_of_a_superseded_version_is_gone_from_the_shelf(after: After) -> None:
    """Once the newer version is seen, the older one is not opened any more."""
    province = after("arm")
    province.seal_anew()
    province.fetch(FIRST)

    assert {package.manifest.header.version for package in province.packages(FIRST)} == {2}
    assert province.packages(FIRST)[0].manifest.header.session == SESSION


def test_another_manifest_under_the_version_it_has_seen_is_refused(after: After) -> None:
    """Two texts of one version: somebody sealed twice under one number."""
    province = after("publish")
    province.seat(FIRST).folder.replace(f"newest/{SESSION}", b"1 " + b"00" * 32)

    refused("session.older", lambda: province.fetch(FIRST))


OTHER = "202612-6-31-01-03-4-L-02"
"""Another session."""
NOTES = [b"", b"1", b"x " + b"00" * 32, b"1 " + b"00" * 31, b"1 zz", b"1 " + b"00" * 32 + b" 2", b"\xff\xfe"]
NOTES.append(b"9" * 5000 + b" " + b"00" * 32)


@pytest.mark.parametrize("note", NOTES, ids=lambda note: repr(note[:12]))
def test_a_damaged_note_closes_its_own_session_and_says_which_file(after: After, note: bytes) -> None:
    """The station cannot tell any more what it has seen; it takes nothing, and does not write over the note."""
    province = after("fetch")
    folder = province.seat(FIRST).folder
    folder.replace(f"newest/{SESSION}", note)
    before = shelf(province)

    error = refused("station.note", lambda: province.fetch(FIRST))

    assert isinstance(error, TamperedError) and error.facts == {"name": f"newest/{SESSION}"} and shelf(province) == before
    refused("station.note", lambda: province.packages(FIRST))


def test_beside_a_damaged_note_the_other_sessions_are_fetched(after: After) -> None:
    """Then it is said; until it is mended, the others open."""
    province = after("publish")
    seat, line, listed = province.seat(FIRST), province.line(FIRST), province.line(FIRST).packages()
    body = json.loads(unb64(json.loads(province.manifest().data)["payload"], "test"))
    body["header"]["session"] = OTHER
    sealed = sign_manifest(body, province.signer("sealer-1"))
    both = approve_manifest(sealed, province.signer("seal_approver-1"), province.directory)
    other = read_manifest(both, province.directory)
    manifests = {other.hid.hex(): other.data, listed[0][0]: province.manifest().data}
    line.packages = lambda: [(other.hid.hex(), "22" * 32), *listed]  # type: ignore[method-assign]
    line.session_manifest = lambda hid: manifests[hid]  # type: ignore[method-assign]
    seat.folder.write_once(f"newest/{OTHER}", b"torn")

    error = refused("station.note", lambda: distributing.fetch(seat, line, told_nobody))

    assert error.facts == {"name": f"newest/{OTHER}"}
    assert len(local_packages(seat, SESSION)) == len(listed) == 2 and province.acts().count("fetch") == 2
    refused("station.note", lambda: local_packages(seat))
