"""The one sequencer of the centre's ledger, and the carrier that takes its checkpoints to the holders.

Writers queue a line inside their own transaction. The sequencer, alone, gives the queued lines their index, writes the
files to the mirror and to the centre, fsynced, and only then signs the checkpoint. Killed anywhere, it starts again from
the database: an index is never given twice, a line never dropped, a checkpoint never signed before its mirror. When it
loses its place (the database's server was started anew) it signs nothing until it has it back.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, insert, select

from itembank.adapters import tables
from itembank.adapters.engine import reading, upsert
from itembank.adapters.ledger_files import LedgerFiles
from itembank.adapters.ledger_past import check_goes_on
from itembank.adapters.place import Place
from itembank.formats.ledger_bundle import BUNDLE
from itembank.ports import Clock, HolderLine
from keys import checkpoint as notes
from keys.ask import Fresh
from keys.checkpoint import Checkpoint
from keys.directory import Directory
from keys.entry import read_entry
from keys.errors import RefusedError, UnavailableError
from keys.ledger_proof import LedgerProof
from keys.statement import Signer
from keys.tree import Tree, leaf_hash

log = logging.getLogger("itembank.ledger")

BEAT = 0.03
"""Seconds between two looks at the queue."""
PAUSE = 1.0
"""Seconds after a round that failed: its log must not fill the disk that may be full already."""
RENEW = 60.0
"""Seconds after which a checkpoint is cosigned again, so that a fresh one is always at hand (a holder asks for 10 min)."""


class Sequencer:
    """`itembank.ports.Ledger`. `start` begins its two threads; of all processes only one may run it."""

    def __init__(
        self,
        engine: Engine,
        files: tuple[LedgerFiles, LedgerFiles],
        directory: Directory,
        signer: Signer,
        holders: list[HolderLine],
        clock: Clock,
        lock_file: Path,
    ) -> None:
        self._engine, self._directory, self._signer = engine, directory, signer
        self._centre, self._mirror = files
        self._holders, self._clock, self._place = holders, clock, Place(engine, lock_file)
        self._tree = Tree()
        self._index: dict[int, int] = {}
        self._intents: dict[str, int] = {}
        self._signed: tuple[int, bytes] = (0, b"")
        self._cosigned: tuple[int, bytes] = (0, b"")
        self._held: dict[str, int] = {}
        # Held while a checkpoint is stored and made known, so that the two threads' do not cross. Whoever reads does not
        # take it: storing waits for the disk and for whoever writes to the database.
        self._storing = threading.Lock()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take the sequencer's place and begin.

        Raises StoreError when another process has it, and when the files hold what the database has lost.
        """
        self._enter()
        for name, work in (("sequencer", self._sequence), ("carrier", self._carry)):
            self._threads.append(threading.Thread(target=work, name=name, daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        """End both threads and give the place free."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._place.leave()

    # what the steps ask -----------------------------------------------------------------------------------------------

    def wait(self, queued: int, seconds: float) -> LedgerProof:
        with self._changed:
            there = self._changed.wait_for(lambda: self._index.get(queued, 1 << 62) < self._signed[0], seconds)
            if not there:
                raise UnavailableError("ledger.slow", seconds=int(seconds))
            index, (size, note) = self._index[queued], self._signed
            return LedgerProof(self._entry(index), index, note, tuple(self._tree.inclusion_proof(index, size)))

    def intent(self, hid: str) -> LedgerProof | None:
        with self._changed:
            index, (size, note) = self._intents.get(hid), self._cosigned
            if index is None or index >= size:
                return None
            return LedgerProof(self._entry(index), index, note, tuple(self._tree.inclusion_proof(index, size)))

    def fresh(self, from_size: int) -> Fresh | None:
        with self._changed:
            size, note = self._cosigned
            if not 0 < from_size <= size:
                return None
            return Fresh(note, tuple(self._tree.consistency_proof(from_size, size)))

    def newest(self) -> bytes:
        with self._changed:
            return self._signed[1]

    def bundle(self, number: int) -> list[bytes]:
        return self._entries(number * BUNDLE, min((number + 1) * BUNDLE, self._signed[0]))

    # the sequencer ----------------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        self._place.take()
        try:
            self._load()
        except BaseException:
            self._place.leave()
            raise

    def _load(self) -> None:
        """What the database has and we do not know yet: all of it at the start; after a lost place, what another added."""
        entries, notes_kept = tables.ledger_entry, tables.ledger_checkpoint
        with self._storing, self._changed, reading(self._engine) as connection:
            new = select(entries).where(entries.c.index >= self._tree.size).order_by(entries.c.index)
            for index, queued, entry in connection.execute(new):
                self._learn(index, queued, bytes(entry))
            for size, cosigners, note in connection.execute(select(notes_kept).order_by(notes_kept.c.size)):
                self._signed = (size, bytes(note))
                if cosigners >= self._directory.quorum:
                    self._cosigned = (size, bytes(note))
            self._changed.notify_all()
        check_goes_on(self._engine, (self._mirror, self._centre), self._directory)
        for files in (self._mirror, self._centre):
            files.clear()
        self._write_files(0)
        if self._signed[0]:
            # What a crash between the database and the files left out.
            for files in (self._mirror, self._centre):
                files.write_newest(self._signed[1])
                if self._cosigned[0]:
                    files.write_cosigned(*self._cosigned)
        if self._tree.size > self._signed[0]:
            self._sign()

    def _sequence(self) -> None:
        while not self._stopping.wait(BEAT):
            try:
                if not self._place.held:
                    self._enter()
                self._take_queue()
                # also what an earlier round took but could not write: nothing is signed that the mirror lacks
                if self._tree.size > self._signed[0]:
                    self._write_files(self._signed[0])
                    self._sign()
            except Exception:
                # The queue keeps every line; a full disk or a locked database must not end the only sequencer.
                log.exception("the sequencer could not finish a round")
                self._stopping.wait(PAUSE)

    def _take_queue(self) -> None:
        queue, entries = tables.ledger_queue, tables.ledger_entry
        last = max(self._index, default=0)
        with self._place.begin() as connection:
            query = select(queue.c.id, queue.c.entry).where(queue.c.id > last).order_by(queue.c.id)
            new = [(int(queued), bytes(entry)) for queued, entry in connection.execute(query)]
            size = self._tree.size
            rows = [{"index": size + i, "queued": queued, "entry": entry} for i, (queued, entry) in enumerate(new)]
            if rows:
                connection.execute(insert(entries), rows)
        with self._changed:
            for i, (queued, entry) in enumerate(new):
                self._learn(size + i, queued, entry)

    def _learn(self, index: int, queued: int, data: bytes) -> None:
        self._tree.append(leaf_hash(data))
        self._index[queued] = index
        entry = read_entry(data)
        if entry.act == "intent":
            self._intents[str(entry.subject["hid"])] = index

    def _write_files(self, first: int) -> None:
        start = first // BUNDLE * BUNDLE
        entries = self._entries(start, self._tree.size)
        for files in (self._mirror, self._centre):
            files.write_entries(start, entries)

    def _sign(self) -> None:
        size = self._tree.size
        note = self._bare(size)
        with self._storing:
            self._store(size, 0, note)
            with self._changed:
                self._signed = (size, note)
                self._changed.notify_all()

    def _bare(self, size: int) -> bytes:
        """The checkpoint of this size under the ledger's signature alone. Raises StoreError when the place is lost."""
        self._place.check()
        checkpoint = Checkpoint(self._directory.ledger_origin, size, self._tree.root(size))
        return notes.sign_checkpoint(checkpoint, self._signer.key, self._directory.ledger_origin)

    def _store(self, size: int, cosigners: int, note: bytes) -> None:
        with self._place.begin() as connection:
            row = upsert(connection, tables.ledger_checkpoint).values(size=size, cosigners=cosigners, note=note)
            kept = {"cosigners": cosigners, "note": note}
            connection.execute(row.on_conflict_do_update(index_elements=["size"], set_=kept))
        for files in (self._mirror, self._centre):
            if cosigners >= self._directory.quorum:
                files.write_cosigned(size, note)
            if size >= self._signed[0]:
                files.write_newest(note)

    def _entry(self, index: int) -> bytes:
        return self._entries(index, index + 1)[0]

    def _entries(self, first: int, end: int) -> list[bytes]:
        table = tables.ledger_entry
        query = select(table.c.entry).where(table.c.index >= first, table.c.index < end).order_by(table.c.index)
        with reading(self._engine) as connection:
            return [bytes(entry) for entry in connection.execute(query).scalars()]

    # the carrier ------------------------------------------------------------------------------------------------------

    def _carry(self) -> None:
        carried, renewed = 0, self._clock()
        with ThreadPoolExecutor(len(self._holders)) as pool:
            while not self._stopping.is_set():
                with self._changed:
                    self._changed.wait_for(lambda seen=carried: self._news(seen), BEAT * 10)  # type: ignore[misc]
                    size = self._signed[0]
                now = self._clock()
                due = (now - renewed).total_seconds() >= RENEW
                if size and (size > carried or due or (self._cosigned[0] < size and self._retry(now, renewed))):
                    carried, renewed = size, now
                    try:
                        self._cosign_round(pool, size)
                    except Exception:
                        log.exception("the carrier could not finish a round")

    def _news(self, carried: int) -> bool:
        return self._stopping.is_set() or self._signed[0] > carried

    @staticmethod
    def _retry(now: datetime, last: datetime) -> bool:
        return (now - last).total_seconds() >= 1

    def _cosign_round(self, pool: ThreadPoolExecutor, size: int) -> None:
        """Ask every holder once. One round's lines stand together, so their times can be compared.

        A round that found fewer than k does not replace one that found enough.
        """
        bare = self._bare(size)
        lines = [line for line in pool.map(lambda holder: self._ask_holder(holder, size, bare), self._holders) if line]
        enough = len(lines) >= self._directory.quorum
        if not enough and self._cosigned[0] == size:
            return
        cosigned = notes.add_lines(bare, lines)
        with self._storing:
            self._store(size, len(lines), cosigned)
            with self._changed:
                if enough:
                    self._cosigned = (size, cosigned)
                if self._signed[0] == size:
                    self._signed = (size, cosigned)
                self._changed.notify_all()

    def _ask_holder(self, line: HolderLine, size: int, note: bytes) -> str:
        """The holder's cosignature line, or nothing when it is away; a wrong one is an alarm in the log."""
        name = line.holder.name
        try:
            try:
                text = self._post(line, self._held.get(name, 0), size, note)
            except RefusedError as error:
                if error.code != "checkpoint.size":
                    raise
                text = self._post(line, int(str(error.facts["held"])), size, note)
            notes.read_cosignature(note, text, name=name, key=line.holder.sign)
        except UnavailableError:
            return ""
        except Exception as error:
            # Whatever a holder answers, the others' lines are enough.
            log.error("holder %s does not cosign %d: %s", name, size, error)
            return ""
        self._held[name] = size
        return text

    def _post(self, line: HolderLine, held: int, size: int, note: bytes) -> str:
        if held > size:
            raise RefusedError("checkpoint.behind", held=held, found=size)
        proof = self._tree.consistency_proof(held, size) if held else []
        return line.checkpoint(held, proof, note)
