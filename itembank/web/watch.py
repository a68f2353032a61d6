"""The centre's release watch: from a lock's time on it asks the holders until k have answered, then publishes.

It decides nothing. Asked too early, or about a frozen lock, the holders say no, and it asks again later.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from itembank.ports import Book, Clock, HolderLine, Ledger
from itembank.steps.releasing import ask_holders, publish_release
from keys.directory import Directory
from keys.header import Lock
from keys.ledger_proof import read_cosigned
from keys.manifest import Manifest, read_manifest

log = logging.getLogger("itembank.release")

BEAT = 0.2
"""Seconds between two looks at the clock."""


class ReleaseWatch:
    """One thread; started once by the centre's process."""

    def __init__(
        self, book: Book, ledger: Ledger, directory: Directory, holders: Sequence[HolderLine], clock: Clock
    ) -> None:
        self._book, self._ledger, self._directory = book, ledger, directory
        self._holders, self._clock = holders, clock
        self._stopping = threading.Event()
        self._said: dict[str, str] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, name="release-watch", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(BEAT):
            try:
                self.look()
            except Exception:
                # A holder's broken answer or a locked database must not end the only watch.
                log.exception("the release watch could not finish a round")

    def look(self) -> None:
        """One round over every lock whose time has come and whose release is not published."""
        with self._book.begin() as transaction:
            newest = {s.session: s for s in sorted(transaction.sessions(), key=lambda s: s.version)}
            published = {
                (s.hid, lock.id)
                for s in newest.values()
                for lock in read_manifest(s.manifest, self._directory).header.locks
                if transaction.statements("release", f"{s.hid}/{lock.id}")
            }
        for stored in newest.values():
            manifest = read_manifest(stored.manifest, self._directory)
            for lock in manifest.header.locks:
                if (stored.hid, lock.id) not in published and self._due(lock):
                    self._release(manifest, lock)

    def _due(self, lock: Lock) -> bool:
        return lock.kind == "time" and lock.opens <= self._clock() < lock.closes

    def _release(self, manifest: Manifest, lock: Lock) -> None:
        intent = self._ledger.intent(manifest.hid.hex())
        if intent is None:
            return
        size = read_cosigned(intent.checkpoint, self._directory, 0).checkpoint.size
        fresh = self._ledger.fresh(size)
        answers = ask_holders(self._holders, manifest, self._directory, lock.id, intent, fresh)
        self._say(manifest.hid.hex() + lock.id, "; ".join(f"{name}: {error.code}" for name, error in answers.refusals))
        if len(answers.lines) >= manifest.header.k:
            publish_release(self._book, self._directory, self._clock, manifest, lock.id, answers.lines)

    def _say(self, what: str, text: str) -> None:
        """Log a refusal once, not five times a second."""
        if text and self._said.get(what) != text:
            log.warning("%s", text)
        self._said[what] = text


