"""After the session: whoever changes, removes, adds or rolls back anything is found, and the place is named.

`ROOM` is one copy of the finished demonstration; every attack changes it, is audited, and is undone.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from itembank.formats.ledger_bundle import read_bundle, write_bundle
from keys import checkpoint as notes
from keys.checkpoint import Checkpoint
from keys.directory import load_directory
from keys.keyfile import host_signer
from keys.tree import Tree, leaf_hash
from tests.flow.stage import HOLDERS, Province, audited

ENDINGS = (".manifest", ".sealed", ".row", ".receipt")


@pytest.fixture(scope="module")
def room(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the finished demonstration that these attacks may change."""
    home = tmp_path_factory.mktemp("audit") / "room"
    shutil.copytree(demo_home, home)
    return home


@contextmanager
def undone(*paths: Path) -> Iterator[None]:
    """What these files hold is put back afterwards; one that was not there is removed."""
    before = {path: path.read_bytes() if path.is_file() else None for path in paths}
    try:
        yield
    finally:
        for path, data in before.items():
            path.unlink(missing_ok=True)
            if data is not None:
                path.write_bytes(data)


def places(home: Path) -> list[str]:
    return [finding.place for finding in audited(home).findings]


def codes(home: Path) -> set[str]:
    return {finding.code for finding in audited(home).findings}


def watched(home: Path) -> list[Path]:
    """Every file in which one byte may not change."""
    return [
        path
        for path in sorted(home.rglob("*"))
        if path.is_file() and (path.suffix in ENDINGS or path.is_relative_to(home / "centre" / "ledger"))
    ]


@pytest.mark.parametrize("kind", [*ENDINGS, "ledger"])
def test_one_flipped_byte_in_any_file_is_found_and_the_file_is_named(room: Path, kind: str) -> None:
    """First, middle and last byte in turn, each in several files of every kind."""
    files = [path for path in watched(room) if path.suffix == kind or (kind == "ledger" and "ledger" in path.parts)]
    assert len(files) >= 6
    for number, path in enumerate(files):
        data = bytearray(path.read_bytes())
        at = (0, len(data) // 2, len(data) - 1)[number % 3]
        data[at] ^= 1
        with undone(path):
            path.chmod(0o600)
            path.write_bytes(data)
            found = places(room)
        assert any(name.startswith(str(path.relative_to(room))) for name in found), (path, at, found[:3])
    assert places(room) == []


def test_one_flipped_bit_all_along_the_newest_checkpoint_is_found(room: Path) -> None:
    path = room / "centre" / "ledger" / "checkpoint"
    data = path.read_bytes()
    for at in range(0, len(data), 23):
        with undone(path):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
            assert "centre/ledger/checkpoint" in places(room), at


def remove(entries: list[bytes]) -> list[bytes]:
    return entries[:9] + entries[10:]


def remove_last(entries: list[bytes]) -> list[bytes]:
    return entries[:-1]


def swap(entries: list[bytes]) -> list[bytes]:
    return [*entries[:8], entries[9], entries[8], *entries[10:]]


def double(entries: list[bytes]) -> list[bytes]:
    return [*entries, entries[-1]]


def edit(entries: list[bytes]) -> list[bytes]:
    """Another time under the first line: still canonical, still a true statement."""
    year = entries[0].index(b'"at":"20') + 8
    return [entries[0][:year] + b"19" + entries[0][year + 2 :], *entries[1:]]


LEDGER_EDITS = (remove, remove_last, swap, double, edit)


@pytest.mark.parametrize("change", LEDGER_EDITS)
def test_ledger_lines_removed_reordered_doubled_or_edited_are_found(
    room: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    path = room / "centre" / "ledger" / "entries" / "000"
    entries = read_bundle(path.read_bytes())
    with undone(path):
        path.write_bytes(write_bundle(change(entries)))
        found = audited(room).findings
    assert found[0].place.startswith("centre/ledger/"), found[:2]
    assert {"ledger.root", "ledger.unsigned_entries"} & {finding.code for finding in found}


@pytest.mark.parametrize("change", LEDGER_EDITS)
def test_a_centre_that_rewrites_its_ledger_and_signs_it_anew_is_found_by_what_the_holders_cosigned(
    room: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    """The strongest one: the ledger's own key, all checkpoints of the new tree, no cosignature but what it can copy."""
    with rewritten(room, change):
        found = {(finding.place, finding.code) for finding in audited(room).findings}
    # A line doubled at the end is no rewriting: there the receipt stands twice in its station's chain.
    assert (("receipts 45120102", "receipt.chain") if change is double else ("holders/1/journal", "audit.rewritten")) in found


@contextmanager
def rewritten(room: Path, change: Callable[[list[bytes]], list[bytes]]) -> Iterator[None]:
    ledger = room / "centre" / "ledger"
    path, newest = ledger / "entries" / "000", ledger / "checkpoint"
    entries = change(read_bundle(path.read_bytes()))
    tree, directory = Tree(), load_directory(room / "centre")
    for entry in entries:
        tree.append(leaf_hash(entry))
    note = Checkpoint(directory.ledger_origin, tree.size, tree.root())
    signer = host_signer(room / "centre" / "ledger.key")
    with undone(path, newest, *ledger.glob("checkpoints/*")):
        path.write_bytes(write_bundle(entries))
        newest.write_bytes(notes.sign_checkpoint(note, signer.key, directory.ledger_origin))
        for cosigned in ledger.glob("checkpoints/*"):
            cosigned.unlink()
        yield


def test_a_ledger_rolled_back_to_an_older_checkpoint_is_found_by_what_the_holders_cosigned(room: Path) -> None:
    """Only the running demonstration's own bytes: an old state put back whole."""
    ledger = room / "centre" / "ledger"
    cosigned = sorted(ledger.glob("checkpoints/*"))
    old = cosigned[len(cosigned) // 2]
    path, newest = ledger / "entries" / "000", ledger / "checkpoint"
    with undone(path, newest, *cosigned):
        path.write_bytes(write_bundle(read_bundle(path.read_bytes())[: int(old.name)]))
        newest.write_bytes(old.read_bytes())
        for later in cosigned[len(cosigned) // 2 + 1 :]:
            later.unlink()
        found = audited(room).findings
    assert ("holders/1/journal", "audit.rewritten") in {(f.place, f.code) for f in found}


def test_a_truncated_bundle_is_found(room: Path) -> None:
    path = room / "centre" / "ledger" / "entries" / "000"
    data = path.read_bytes()
    for keep in (0, 1, 2, len(data) // 2, len(data) - 1):
        with undone(path):
            path.write_bytes(data[:keep])
            assert any(place.startswith("centre/ledger/") for place in places(room)), keep


def test_a_checkpoint_under_the_name_of_another_is_found(room: Path) -> None:
    first, second = sorted((room / "centre" / "ledger" / "checkpoints").iterdir())[3:5]
    with undone(first, second):
        data = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(data)
        assert {f"centre/ledger/checkpoints/{path.name}" for path in (first, second)} <= set(places(room))


def test_the_cosigned_checkpoint_a_station_armed_under_removed_is_found(room: Path) -> None:
    """It holds the intent that had to be cosigned before any share: without it the order of acts is a claim."""
    sizes = armed_under(room)
    assert sizes
    for size in sizes:
        path = room / "centre" / "ledger" / "checkpoints" / f"{size:09d}"
        with undone(path):
            path.unlink()
            assert f"centre/ledger/checkpoints/{path.name}" in places(room)


def armed_under(room: Path) -> set[int]:
    receipts = [json.loads(e.statement) for e in Province(room).entries() if e.act == "arm"]
    return {int(json.loads(base64.b64decode(receipt["payload"]))["facts"]["size"]) for receipt in receipts}


def test_the_newest_checkpoint_removed_is_found(room: Path) -> None:
    path = room / "centre" / "ledger" / "checkpoint"
    with undone(path):
        path.unlink()
        assert ("centre/ledger/checkpoint", "ledger.no_checkpoint") in {(f.place, f.code) for f in audited(room).findings}


@pytest.mark.parametrize("name", ["notes.txt", "entries/001", "entries/000.old", "checkpoints/000000999", "x/y"])
def test_an_unknown_file_in_the_ledger_is_a_finding(room: Path, name: str) -> None:
    path = room / "centre" / "ledger" / name
    with undone(path):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((room / "centre" / "ledger" / "checkpoint").read_bytes())
        assert f"centre/ledger/{name}" in places(room)


def test_a_truncated_lengthened_or_emptied_file_is_found_and_named(room: Path) -> None:
    for number, path in enumerate(watched(room)):
        data = path.read_bytes()
        changed = (data[:-1], data + b"\0", b"")[number % 3]
        with undone(path):
            path.chmod(0o600)
            path.write_bytes(changed)
            assert any(place.startswith(str(path.relative_to(room))) for place in places(room)), (path, len(changed))


@pytest.mark.parametrize("which", ["first", "middle", "last", "all"])
def test_a_receipt_removed_at_its_station_is_found(room: Path, which: str) -> None:
    paths = sorted((room / "stations" / "45120101" / "journal").glob("*.receipt"))
    gone = {"first": paths[:1], "middle": paths[3:4], "last": paths[-1:], "all": paths}[which]
    with undone(*gone):
        for path in gone:
            path.unlink()
        assert any("stations/45120101/journal" in place for place in places(room))


def test_a_receipt_in_the_place_of_another_is_found(room: Path) -> None:
    first, second = sorted((room / "stations" / "45120101" / "journal").glob("*.receipt"))[1:3]
    with undone(first, second):
        first.write_bytes(second.read_bytes())
        assert any("stations/45120101/journal" in place for place in places(room))


def test_a_printed_pdf_that_was_replaced_is_found(room: Path) -> None:
    first, second = sorted(room.glob("stations/*/print/*.pdf"))
    with undone(first):
        first.chmod(0o600)
        first.write_bytes(first.read_bytes() + b"\n")
        assert (str(first.relative_to(room)), "audit.pages") in {(f.place, f.code) for f in audited(room).findings}
    with undone(first):
        first.write_bytes(second.read_bytes())
        assert str(first.relative_to(room)) in places(room), "another station's pages"


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_flipped_byte_in_a_holders_journal_is_found(room: Path, place: str) -> None:
    for number in range(1, len(HOLDERS) + 1):
        path = room / "holders" / str(number) / "journal"
        data = bytearray(path.read_bytes())
        data[{"first": 0, "middle": len(data) // 2, "last": len(data) - 1}[place]] ^= 1
        with undone(path):
            path.write_bytes(data)
            assert f"holders/{number}/journal" in places(room)


def test_a_manifest_of_no_ledgered_session_is_found(room: Path) -> None:
    path = room / "desk" / "sessions" / "other.manifest"
    with undone(path):
        path.write_bytes(next(room.glob("desk/sessions/*/v1/*.manifest")).read_bytes().replace(b"sealer-1", b"sealer-2"))
        assert "desk/sessions/other.manifest" in places(room)


def test_the_program_exits_4_and_names_the_file(room: Path) -> None:
    package = next(room.glob("centre/packages/*.sealed"))
    for path in (package, room / "centre" / "ledger" / "entries" / "000"):
        data = path.read_bytes()
        with undone(path):
            path.chmod(0o600)
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
            done = Province(room).run("audit", "--home", ".", "--json")
            spoken = Province(room).run("audit", "--home", ".")
        name = str(path.relative_to(room))
        assert (done.code, spoken.code, done.told["audit"]) == (4, 4, "failed")
        assert done.told["findings"][0]["place"].startswith(name)
        assert name in spoken.out
