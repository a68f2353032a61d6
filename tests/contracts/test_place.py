"""The sequencer's place: one for a ledger whichever machine asks, lost with its connection, and good to come back to."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from itembank.adapters import sequencer
from itembank.adapters.engine import open_engine
from itembank.adapters.place import SEQUENCER, Place
from keys import checkpoint as notes
from keys import tree
from keys.checkpoint import Checkpoint
from keys.ledger_proof import read_cosigned
from tests.contracts.test_ledger import cosigned_at, ledger_of, queue, signed, stored, until
from tests.province import After, Province, refused


@pytest.fixture
def elsewhere(postgres_url: str, after: After) -> Province:
    """The centre of one ledger on one server, as another machine would run it."""
    province = after("")
    province.database = postgres_url
    return province


@pytest.fixture
def here(elsewhere: Province, after: After) -> Province:
    province = after("")
    province.database = elsewhere.database
    return province


@contextmanager
def ousted(province: Province) -> Iterator[None]:
    """The server ends the connection that holds the sequencer's place; meanwhile somebody who waited for it has it."""
    place = "FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = %s AND granted = %s"
    with psycopg.connect(province.database, autocommit=True) as rival, psycopg.connect(province.database) as look:
        waiting = threading.Thread(target=rival.execute, args=("SELECT pg_advisory_lock(%s)", [SEQUENCER]))
        waiting.start()
        until(lambda: look.execute(f"SELECT 1 {place}", [SEQUENCER & 0xFFFFFFFF, False]).fetchall())
        look.execute(f"SELECT pg_terminate_backend(pid) {place}", [SEQUENCER & 0xFFFFFFFF, True])
        waiting.join()
        yield


def test_on_one_server_there_is_one_sequencer_for_all_machines(here: Province, elsewhere: Province) -> None:
    assert ledger_of(here).wait(queue(here)[0], 3).index == 0

    refused("ledger.two_sequencers", elsewhere.start_centre)
    here.stop_centre()

    assert ledger_of(elsewhere).wait(queue(elsewhere)[0], 3).index == 1


def test_a_place_given_free_is_free(where: Path | str, tmp_path: Path) -> None:
    """Also while whoever had it stays connected."""
    engine, other = open_engine(where), open_engine(where)
    first, second = Place(engine, tmp_path / "1.lock"), Place(other, tmp_path / "2.lock")
    first.take()
    first.leave()

    second.take()

    assert second.held and not first.held
    refused("ledger.place_lost", first.check)
    second.leave()
    engine.dispose()
    other.dispose()


def test_a_place_is_not_held_before_its_lock_is(where: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the thread that cosigns could sign through a connection that is about to be told the place is another's."""
    engine = open_engine(where)
    place = Place(engine, tmp_path / "1.lock")
    real, seen = Place._lock_server, list[bool]()

    def lock(self: Place, connection: Connection) -> None:
        seen.append(self.held)
        real(self, connection)

    monkeypatch.setattr(Place, "_lock_server", lock)
    place.take()

    assert seen == [False] and place.held
    place.leave()
    engine.dispose()


def test_a_sequencer_that_lost_its_place_signs_nothing(here: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else may have it; when it is free again, all lines are signed, without a new one."""
    ledger_of(here).wait(queue(here)[0], 3)
    until(lambda: cosigned_at(here, 1))
    sizes: list[int] = []
    real = notes.sign_checkpoint

    def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey, origin: str) -> bytes:
        sizes.append(checkpoint.size)
        return real(checkpoint, key, origin)

    monkeypatch.setattr(sequencer, "PAUSE", 0.01)
    with ousted(here):
        monkeypatch.setattr(notes, "sign_checkpoint", sign)
        (number,) = queue(here)
        here.clock.move(minutes=9)

        refused("ledger.slow", lambda: ledger_of(here).wait(number, 0.5))
        assert sizes == [] and signed(here).checkpoint.size == 1

    assert ledger_of(here).wait(number, 3).index == 1


def test_a_sequencer_that_comes_back_goes_on_behind_what_another_added(here: Province, elsewhere: Province) -> None:
    """Every line keeps its index, and what either signed continues the other's."""
    ledger_of(here).wait(queue(here, 2)[-1], 3)
    with open(here.home / "centre" / "sequencer.lock", "a") as busy:
        with ousted(here):
            until(lambda: locked(busy))
        numbers = queue(elsewhere, 3)
        theirs = read_cosigned(ledger_of(elsewhere).wait(numbers[-1], 3).checkpoint, here.directory, 0).checkpoint
        elsewhere.stop_centre()
    (last,) = queue(here)

    proofs = [ledger_of(here).wait(number, 3) for number in (*numbers, last)]

    assert [proof.index for proof in proofs] == [2, 3, 4, 5]
    until(lambda: cosigned_at(here, 6))
    fresh = ledger_of(here).fresh(5)
    assert fresh is not None
    ours = read_cosigned(fresh.checkpoint, here.directory, 2).checkpoint
    tree.check_consistency(5, theirs.root, ours.size, ours.root, fresh.consistency)
    assert len(stored(here.home / "mirror")) == 6


def locked(file: TextIO) -> bool:
    """Nobody else takes the place on this machine until it is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
