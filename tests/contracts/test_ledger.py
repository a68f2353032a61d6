"""`ports.Ledger`: one order for all lines, nothing signed that the mirror lacks, cosigned by k whatever one holder does.

The sequencer of one process, its queue in a SQLite file or on a PostgreSQL server.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from itembank.adapters.ledger_files import LedgerFiles
from itembank.formats.ledger_bundle import read_bundle
from itembank.ports import Ledger
from keys import checkpoint as notes
from keys import tree
from keys.ask import check_intent
from keys.checkpoint import Checkpoint, CosignedCheckpoint
from keys.entry import Entry
from keys.errors import KeysError
from keys.ledger_proof import read_cosigned
from tests.province import HOLDERS, After, Province, patience, refused
from tests.servers.carry import carry_over


@pytest.fixture
def province(where: Path | str, after: After) -> Province:
    """An empty one, its ledger in a SQLite file, then on a PostgreSQL server."""
    return on(where, after(""))


def on(where: Path | str, province: Province) -> Province:
    """The same province, its centre's database carried over to a PostgreSQL server when `where` is one."""
    if isinstance(where, str):
        carry_over(province.home / "centre" / "centre.sqlite", where)
        province.database = where
    return province


def ledger_of(province: Province) -> Ledger:
    return province.centre.ledger


def queue(province: Province, count: int = 1) -> list[int]:
    """So many new lines, one transaction; their numbers in the queue."""
    with province.centre.book.begin() as transaction:
        entry = Entry("attempt", {"session": "x"}, "desk", province.clock(), "signed")
        return [transaction.append(entry) for _ in range(count)]


def until(condition: Callable[[], object], seconds: float = 3.0) -> None:
    for _ in patience(seconds):
        if condition():
            return
    raise AssertionError("it did not come to pass")


def signed(province: Province) -> CosignedCheckpoint:
    """The newest signed checkpoint."""
    return read_cosigned(ledger_of(province).newest(), province.directory, 0)


def cosigned(province: Province) -> CosignedCheckpoint | None:
    """The newest checkpoint cosigned by k."""
    fresh = ledger_of(province).fresh(1)
    return None if fresh is None else read_cosigned(fresh.checkpoint, province.directory, province.directory.quorum)


def cosigned_at(province: Province, size: int) -> bool:
    found = cosigned(province)
    return found is not None and found.checkpoint.size == size


def stored(folder: Path) -> list[bytes]:
    return [entry for path in sorted((folder / "entries").iterdir()) for entry in read_bundle(path.read_bytes())]


# indexes ------------------------------------------------------------------------------------------------------------------


def test_every_line_gets_one_index_and_no_index_is_left_out(province: Province) -> None:
    """Also when several writers queue at once."""
    numbers: list[int] = []

    def write() -> None:
        for _ in range(5):
            numbers.extend(queue(province))

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    proofs = [ledger_of(province).wait(number, 3) for number in sorted(numbers)]

    assert [proof.index for proof in proofs] == list(range(15))


def test_no_line_is_left_behind_whose_writer_takes_long_to_commit(province: Province) -> None:
    """The line queued after it is not ledgered before it."""
    numbers: list[int] = []
    with province.centre.book.begin() as transaction:
        entry = Entry("attempt", {"session": "x"}, "desk", province.clock(), "signed")
        numbers.append(transaction.append(entry))
        other = threading.Thread(target=lambda: numbers.extend(queue(province)))
        other.start()
        time.sleep(0.2)
    other.join()

    assert [ledger_of(province).wait(number, 3).index for number in numbers] == [0, 1]


def test_a_proof_is_good_under_the_ledgers_key(province: Province) -> None:
    """The line, its place, a signed checkpoint."""
    numbers = queue(province, 7)

    for number in numbers:
        proof = ledger_of(province).wait(number, 3)
        proof.check(province.directory, 0)
        assert proof.index == number - numbers[0]


def test_waiting_for_a_line_ends_with_a_reason(province: Province) -> None:
    """Whoever needs the line first fails within the time it said."""
    province.centre.ledger.stop()
    (number,) = queue(province)

    error = refused("ledger.slow", lambda: ledger_of(province).wait(number, 0.05))

    assert isinstance(error, KeysError) and error.exit_code == 6
    refused("ledger.slow", lambda: ledger_of(province).wait(number + 99, 0.01))


# the mirror first ---------------------------------------------------------------------------------------------------------


def test_when_a_checkpoint_is_signed_the_mirror_has_its_entries(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen at the very moment of each signature, on both copies."""
    seen: list[tuple[int, int, int]] = []
    real = notes.sign_checkpoint

    def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey, origin: str) -> bytes:
        mirror, centre = stored(province.home / "mirror"), stored(province.home / "centre" / "ledger")
        seen.append((checkpoint.size, len(mirror), len(centre)))
        return real(checkpoint, key, origin)

    monkeypatch.setattr(notes, "sign_checkpoint", sign)
    for _ in range(4):
        ledger_of(province).wait(queue(province, 3)[-1], 3)

    assert max(seen)[0] == 12 and all(size <= min(mirror, centre) for size, mirror, centre in seen)


@pytest.mark.parametrize("copy", ["mirror", "centre/ledger"])
def test_without_its_mirror_nothing_is_signed_and_afterwards_all_of_it(province: Province, copy: str) -> None:
    """The disk of one copy is gone: no new checkpoint. It comes back: the queued lines are signed, without a new one."""
    ledger_of(province).wait(queue(province, 255)[-1], 3)
    until(lambda: cosigned_at(province, 255))
    entries = province.home / copy / "entries"
    shutil.move(entries, entries.with_name("away"))
    entries.write_bytes(b"no folder")
    numbers = queue(province, 5)

    refused("ledger.slow", lambda: ledger_of(province).wait(numbers[0], 0.15))
    assert signed(province).checkpoint.size == 255
    entries.unlink()
    shutil.move(entries.with_name("away"), entries)

    assert ledger_of(province).wait(numbers[-1], 3).index == 259
    for folder in (province.home / "mirror", province.home / "centre" / "ledger"):
        assert len(stored(folder)) == 260 and len(list((folder / "entries").iterdir())) == 2


def test_both_copies_are_the_same_files(province: Province) -> None:
    """Entries, newest checkpoint, every checkpoint that k have cosigned."""
    ledger_of(province).wait(queue(province, 3)[-1], 3)
    until(lambda: cosigned_at(province, 3))
    province.centre.ledger.stop()

    copies = []
    for folder in (province.home / "mirror", province.home / "centre" / "ledger"):
        copies.append({str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()})

    assert copies[0] == copies[1] and {"checkpoint", "entries/000", "checkpoints/000000003"} <= set(copies[0])
    assert all(read_cosigned(copies[0][name], province.directory, 2) for name in copies[0] if name.startswith("checkpoints/"))


# restarts -----------------------------------------------------------------------------------------------------------------


def test_a_restart_goes_on_where_it_was(province: Province) -> None:
    """No index twice, no line dropped, also of those that were queued while nobody sequenced."""
    before = ledger_of(province).wait(queue(province, 3)[-1], 3)
    province.centre.ledger.stop()
    while_away = queue(province, 2)

    province.stop_centre()

    assert [ledger_of(province).wait(number, 3).index for number in while_away] == [3, 4]
    assert ledger_of(province).wait(queue(province)[0], 3).index == 5
    until(lambda: ledger_of(province).fresh(3) is not None)
    fresh = ledger_of(province).fresh(3)
    assert fresh is not None
    old, new = read_cosigned(before.checkpoint, province.directory, 0), read_cosigned(fresh.checkpoint, province.directory, 2)
    tree.check_consistency(3, old.checkpoint.root, new.checkpoint.size, new.checkpoint.root, fresh.consistency)


def test_a_restart_writes_the_files_that_a_crash_left_out(province: Province) -> None:
    """The database is ahead of the disk; no new line is needed for the files to be whole again."""
    ledger_of(province).wait(queue(province, 3)[-1], 3)
    until(lambda: cosigned_at(province, 3))
    province.centre.ledger.stop()
    for folder in (province.home / "mirror", province.home / "centre" / "ledger"):
        for name in ("checkpoint", "entries/000", "checkpoints/000000003"):
            (folder / name).unlink()

    province.stop_centre()

    until(lambda: cosigned_at(province, 3))
    for folder in (province.home / "mirror", province.home / "centre" / "ledger"):
        assert read_cosigned((folder / "checkpoint").read_bytes(), province.directory, 0).checkpoint.size == 3
        assert len(stored(folder)) == 3 and (folder / "checkpoints" / "000000003").exists()


COPIES = ("mirror", "centre/ledger")
BACKUP = (
    "DELETE FROM ledger_checkpoint WHERE size > 3",
    'DELETE FROM ledger_entry WHERE "index" > 2',
    "DELETE FROM ledger_queue",
)
NOTHING = ("DELETE FROM ledger_checkpoint", "DELETE FROM ledger_entry", "DELETE FROM ledger_queue")


def forget(province: Province, statements: tuple[str, ...]) -> None:
    """The centre's database loses these rows, and the centre is started anew by whoever needs it next."""
    province.centre.ledger.stop()
    with province.centre.book.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    province.stop_centre()


def on_disk(province: Province) -> dict[Path, bytes]:
    files = [path for copy in COPIES for path in (province.home / copy).rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in files}


@pytest.mark.parametrize("gone", [(), COPIES[:1], COPIES[1:]], ids=["both copies", "the centre's copy", "the mirror"])
@pytest.mark.parametrize("loss", [BACKUP, NOTHING], ids=["an older backup", "an empty database"])
def test_a_database_behind_the_files_is_refused_and_no_file_is_touched(
    province: Province, loss: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    """What was signed since stands nowhere else."""
    ledger_of(province).wait(queue(province, 3)[-1], 3)
    ledger_of(province).wait(queue(province, 2)[-1], 3)
    until(lambda: cosigned_at(province, 5))
    forget(province, loss)
    for copy in gone:
        shutil.rmtree(province.home / copy)
    before = on_disk(province)

    refused("ledger.went_back", province.start_centre)

    assert on_disk(province) == before


def test_a_database_with_other_lines_is_refused(province: Province) -> None:
    """As many, so that no size tells; signed by the same key, after a restored backup was worked on."""
    ledger_of(province).wait(queue(province, 3)[-1], 3)
    until(lambda: cosigned_at(province, 3))
    before = on_disk(province)
    forget(province, NOTHING)
    shutil.move(province.home / "mirror", province.home / "mirror away")
    shutil.move(province.home / "centre" / "ledger", province.home / "ledger away")
    province.clock.move(seconds=5)
    ledger_of(province).wait(queue(province, 3)[-1], 3)
    province.stop_centre()
    shutil.rmtree(province.home / "mirror")
    shutil.move(province.home / "mirror away", province.home / "mirror")

    refused("ledger.went_back", province.start_centre)

    mirror = {path: data for path, data in before.items() if path.is_relative_to(province.home / "mirror")}
    assert mirror and {path: path.read_bytes() for path in mirror} == mirror


@pytest.mark.parametrize("damage", [b"", b"x", b"false"], ids=["empty", "garbage", "another's signature"])
def test_a_damaged_checkpoint_file_stops_nothing_and_is_written_anew(province: Province, damage: bytes) -> None:
    """On a morning of an exam a flipped bit in a copy is no reason to stand still, nor is a lie without our signature."""
    ledger_of(province).wait(queue(province, 3)[-1], 3)
    until(lambda: cosigned_at(province, 3))
    origin = province.directory.ledger_origin
    if damage == b"false":
        damage = notes.sign_checkpoint(Checkpoint(origin, 99, bytes(32)), Ed25519PrivateKey.generate(), origin)
    province.centre.ledger.stop()
    for copy in COPIES:
        (province.home / copy / "checkpoint").write_bytes(damage)

    province.stop_centre()

    assert ledger_of(province).wait(queue(province)[0], 3).index == 3


@pytest.mark.parametrize("kind", ["a folder", "a pipe"])
def test_a_copy_that_cannot_be_read_keeps_no_command_waiting(tmp_path: Path, kind: str) -> None:
    """Whoever can write to the mirror's disk must not hold up a centre by it."""
    path = tmp_path / "checkpoint"
    path.mkdir() if kind == "a folder" else os.mkfifo(path)

    assert LedgerFiles(tmp_path).newest() == b""


def test_a_start_takes_away_half_written_files_of_the_ledger_and_nobody_elses(province: Province) -> None:
    """A mirror may be a disk with other things on it."""
    copies = [province.home / "mirror", province.home / "centre" / "ledger"]
    torn = [".checkpoint.0123456789ab", "entries/.000.0123456789ab", "checkpoints/.000000009.0123456789ab"]
    others = [".bashrc", ".checkpoint.old", "entries/.nfs0"]
    others += [".Trash-1000/x", "otherdata/.bashrc", "otherdata/.000.0123456789ab"]
    for name in (*torn, *others):
        for copy in copies:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(b"x")

    _ = province.centre

    assert not [name for name in torn for copy in copies if (copy / name).exists()]
    assert not [name for name in others for copy in copies if not (copy / name).exists()]


def test_a_second_centre_takes_no_file_from_under_the_first(province: Province) -> None:
    """What the first one is writing just then is half a file to whoever comes; the second is refused before it looks."""
    assert ledger_of(province).newest() == b""
    writing = province.home / "mirror" / ".checkpoint.0123456789ab"
    writing.parent.mkdir(exist_ok=True)
    writing.write_bytes(b"x")

    refused("ledger.two_sequencers", province.start_centre)

    assert writing.exists()


def test_two_sequencers_of_one_ledger_are_refused(province: Province) -> None:
    """The second does not start; when the first has ended, it may."""
    assert ledger_of(province).newest() == b""
    refused("ledger.two_sequencers", province.start_centre)

    province.stop_centre()

    assert ledger_of(province).wait(queue(province)[0], 3).index == 0


# the holders --------------------------------------------------------------------------------------------------------------


def test_every_holder_that_is_there_cosigns(province: Province) -> None:
    """One line each, in one round."""
    ledger_of(province).wait(queue(province)[0], 3)

    until(lambda: cosigned_at(province, 1))

    found = cosigned(province)
    assert found is not None and set(found.times) == set(HOLDERS)


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(None, id="away"),
        pytest.param((500, b"<html>"), id="breaks"),
        pytest.param((200, b"\xff\xfe"), id="babbles"),
        pytest.param((200, b"hello\n"), id="signs nothing"),
        pytest.param((403, b'{"code":"checkpoint.size","facts":{"held":999,"found":0}}'), id="says it is ahead"),
        pytest.param((403, b'{"code":"checkpoint.size","facts":{"held":-1,"found":0}}'), id="says it holds less than nothing"),
        pytest.param((403, b'{"code":"checkpoint.size","facts":{"held":"many"}}'), id="says no number"),
        pytest.param((403, b'{"code":"checkpoint.size","facts":{}}'), id="does not say how much"),
        pytest.param((422, b'{"code":"tree.consistency","facts":{"old_size":1,"new_size":2}}'), id="sees a fork"),
    ],
)
def test_one_holder_does_not_keep_a_checkpoint_from_k_cosignatures(
    province: Province, trouble: tuple[int, bytes] | None
) -> None:
    """It counts as one missing line, again and again."""
    if trouble is None:
        province.wire.down.add("province")
    else:
        province.wire.garbled["province"] = trouble

    for count in (1, 2):
        ledger_of(province).wait(queue(province)[0], 3)
        until(lambda count=count: cosigned_at(province, count))  # type: ignore[misc]

    found = cosigned(province)
    assert found is not None and set(found.times) == {"city", "supervision"}


def test_another_holders_line_is_not_taken_for_this_ones(province: Province) -> None:
    """A line that does not verify under the holder's own key is left out."""
    texts: dict[str, bytes] = {}

    def change(to: str, path: str, data: bytes) -> bytes:
        if path == "/checkpoint":
            texts[to] = data
            return texts.get("city", data) if to == "province" else data
        return data

    province.wire.change = change
    ledger_of(province).wait(queue(province, 2)[-1], 3)
    until(lambda: cosigned_at(province, 2))
    ledger_of(province).wait(queue(province)[0], 3)

    until(lambda: cosigned_at(province, 3))

    found = cosigned(province)
    assert found is not None and {"city", "supervision"} <= set(found.times)


def test_with_fewer_than_k_holders_lines_are_signed_but_not_cosigned(province: Province) -> None:
    """Ordinary acts go on; when the holders come back, no new line is needed."""
    province.wire.down = {"city", "supervision"}
    ledger_of(province).wait(queue(province)[0], 3)
    assert cosigned(province) is None

    province.wire.down = set()
    province.clock.move(seconds=2)

    until(lambda: cosigned_at(province, 1))


def test_a_holder_that_was_away_is_carried_to_where_the_others_are(province: Province) -> None:
    """Whatever size it holds, the proof starts there."""
    ledger_of(province).wait(queue(province)[0], 3)
    until(lambda: cosigned_at(province, 1))
    province.wire.down.add("city")
    for _ in range(3):
        ledger_of(province).wait(queue(province)[0], 3)
    until(lambda: cosigned_at(province, 4))
    province.wire.down.clear()
    ledger_of(province).wait(queue(province)[0], 3)

    until(lambda: cosigned_at(province, 5))

    found = cosigned(province)
    assert found is not None and set(found.times) == set(HOLDERS)


def test_a_restarted_centre_learns_from_the_holders_how_far_they_are(province: Province) -> None:
    """It keeps no account of them."""
    ledger_of(province).wait(queue(province, 2)[-1], 3)
    until(lambda: cosigned_at(province, 2))
    province.stop_centre()
    ledger_of(province).wait(queue(province)[0], 3)

    until(lambda: cosigned_at(province, 3))

    found = cosigned(province)
    assert found is not None and set(found.times) == set(HOLDERS)


def test_a_checkpoint_is_cosigned_again_so_that_a_fresh_one_is_at_hand(province: Province) -> None:
    """A holder asks for one of the last ten minutes."""
    ledger_of(province).wait(queue(province)[0], 3)
    until(lambda: cosigned_at(province, 1))
    province.clock.move(minutes=9)
    now = int(province.clock().timestamp())

    until(lambda: (found := cosigned(province)) is not None and min(found.times.values()) == now)


def test_a_round_that_finds_too_few_does_not_replace_one_that_found_enough(province: Province) -> None:
    """What k have cosigned stays cosigned by k, also over a restart."""
    ledger_of(province).wait(queue(province)[0], 3)
    until(lambda: cosigned_at(province, 1))
    province.wire.down = {"city", "supervision"}
    asked = len(province.wire.seen)
    province.clock.move(minutes=2)
    until(lambda: len(province.wire.seen) > asked)
    province.stop_centre()

    found = cosigned(province)

    assert found is not None and len(found.times) >= 2
    note = (province.home / "centre" / "ledger" / "checkpoints" / "000000001").read_bytes()
    assert len(read_cosigned(note, province.directory, 2).times) >= 2


# what holders and stations are given --------------------------------------------------------------------------------------


def test_a_fresh_checkpoint_proves_that_it_continues_the_one_you_have(province: Province) -> None:
    """From every size there is; from none, or one that is not there, there is nothing."""
    roots = {}
    for size in range(1, 6):
        proof = ledger_of(province).wait(queue(province)[0], 3)
        roots[size] = read_cosigned(proof.checkpoint, province.directory, 0).checkpoint.root
    until(lambda: cosigned_at(province, 5))

    for size, root in roots.items():
        fresh = ledger_of(province).fresh(size)
        assert fresh is not None
        new = read_cosigned(fresh.checkpoint, province.directory, 2).checkpoint
        tree.check_consistency(size, root, new.size, new.root, fresh.consistency)
    assert ledger_of(province).fresh(0) is None and ledger_of(province).fresh(6) is None


def test_an_intent_is_given_only_once_k_have_cosigned_it(where: Path | str, after: After) -> None:
    """Before, there is none; after, it is what a holder wants to see."""
    province = on(where, after("approve"))
    province.wire.down = {"city", "supervision"}
    refused("publish.deposits", province.publish)
    manifest = province.manifest()
    hid = manifest.hid.hex()
    assert ledger_of(province).intent(hid) is None
    province.wire.down = set()
    province.publish()

    intent = ledger_of(province).intent(hid)

    assert intent is not None
    check_intent(intent, manifest.header, "A", province.directory)
    assert ledger_of(province).intent("00" * 32) is None


def test_a_reader_waits_for_no_writer(where: Path | str, after: After) -> None:
    """An import of ten thousand items is one transaction; no station waits for its end with its question."""
    province = on(where, after("publish"))
    hid, ledger = province.manifest().hid.hex(), ledger_of(province)
    until(lambda: ledger.intent(hid))
    answers: list[object] = []
    reader = threading.Thread(target=lambda: answers.extend([ledger.bundle(0), ledger.intent(hid)]), daemon=True)

    with province.centre.book.begin():
        reader.start()
        reader.join(2)
        assert all(answers) and len(answers) == 2
    reader.join()


def test_a_reader_waits_for_no_checkpoint_that_waits_for_a_writer(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sequencer has taken the queue, and is about to sign when a long transaction begins."""
    ledger_of(province).wait(queue(province)[0], 3)
    until(lambda: cosigned_at(province, 1))
    signing, writing = threading.Event(), threading.Event()
    real = notes.sign_checkpoint

    def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey, origin: str) -> bytes:
        signing.set()
        writing.wait(3)
        return real(checkpoint, key, origin)

    monkeypatch.setattr(notes, "sign_checkpoint", sign)
    queue(province)
    assert signing.wait(3)
    reader = threading.Thread(target=ledger_of(province).newest, daemon=True)

    with province.centre.book.begin():
        writing.set()
        time.sleep(0.2)
        reader.start()
        reader.join(2)
        assert not reader.is_alive()
    reader.join()


def test_a_bundle_holds_signed_lines_only(province: Province) -> None:
    """What a mirror elsewhere fetches is under the signature it fetched before."""
    ledger_of(province).wait(queue(province, 3)[-1], 3)
    province.centre.ledger.stop()
    queue(province, 2)

    assert len(ledger_of(province).bundle(0)) == 3 and ledger_of(province).bundle(1) == []
