"""The centre's release watch: from a lock's time on it asks the holders until k have answered, then publishes.

Which locks it asks about: `steps.releasing.due_locks`; whether they are given is the holders'. A refused one is asked about
again later.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence, Set
from datetime import datetime, timedelta

from itembank.ports import Book, Clock, HolderLine, Ledger, StoredSession, Transaction
from itembank.steps.releasing import ask_holders, due_locks, publish_release
from keys.directory import Directory
from keys.errors import KeysError
from keys.header import Lock
from keys.ledger_proof import read_cosigned
from keys.manifest import Manifest, read_manifest

log = logging.getLogger("itembank.release")

BEAT = 0.2
"""Seconds between two looks at the clock."""
REFUSED_PAUSE = 5.0
"""Seconds before a refused lock is asked about again."""


class ReleaseWatch:
    """One thread; started once by the centre's process."""

    def __init__(self, book: Book, ledger: Ledger, directory: Directory, holders: Sequence[HolderLine], clock: Clock) -> None:
        self._book, self._ledger, self._directory = book, ledger, directory
        self._holders, self._clock = holders, clock
        self._stopping = threading.Event()
        self._said: dict[str, str] = {}
        self._manifests: dict[str, Manifest] = {}
        self._not_before: dict[str, datetime] = {}

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
        """One round over every lock whose time has come and whose release is not published; the newest questions first.

        What waits for something else, or has been refused for long, must not keep a paper that is due now.
        """
        due: list[tuple[Manifest, Lock]] = []
        with self._book.read() as transaction:
            released = transaction.subjects("release")
            for stored in transaction.newest_sessions():
                try:
                    due += self._due_of(stored, released, transaction)
                except KeysError as error:
                    # One session nobody can read any more must not keep the others closed.
                    self._say(stored.hid, f"{stored.session}: {error.code}")
        for manifest, lock in sorted(due, key=lambda each: (bool(each[1].after), -each[1].opens.timestamp())):
            try:
                self._release(manifest, lock)
            except Exception:
                # One lock's trouble must not keep the others closed.
                log.exception("%s of %s could not be released", lock.id, manifest.header.session)

    def _due_of(self, stored: StoredSession, released: Set[str], transaction: Transaction) -> list[tuple[Manifest, Lock]]:
        manifest = self._manifest(stored)
        locks = manifest.header.locks
        out = {lock.id for lock in locks if f"{stored.hid}/{lock.id}" in released}
        due = due_locks(locks, out, self._clock(), lambda: bool(transaction.queued("open", stored.hid)))
        return [(manifest, lock) for lock in due]

    def _manifest(self, stored: StoredSession) -> Manifest:
        """Read once; a session of long ago is looked at five times a second too."""
        if stored.hid not in self._manifests:
            self._manifests[stored.hid] = read_manifest(stored.manifest, self._directory)
        return self._manifests[stored.hid]

    def _pause(self, what: str, codes: set[str]) -> None:
        """A lock that is refused for more than a moment's difference of clocks is not asked about five times a second."""
        if codes - {"release.too_early"}:
            self._not_before[what] = self._clock() + timedelta(seconds=REFUSED_PAUSE)

    def _release(self, manifest: Manifest, lock: Lock) -> None:
        what = manifest.hid.hex() + lock.id
        intent = self._ledger.intent(manifest.hid.hex())
        if intent is None or self._clock() < self._not_before.get(what, lock.opens):
            return
        size = read_cosigned(intent.checkpoint, self._directory, 0).checkpoint.size
        fresh = self._ledger.fresh(size)
        answers = ask_holders(self._holders, manifest, self._directory, lock.id, intent, fresh)
        self._pause(what, {error.code for _, error in answers.refusals})
        self._say(what, "; ".join(f"{name}: {error.code}" for name, error in answers.refusals))
        if len(answers.lines) >= manifest.header.k:
            publish_release(self._book, self._directory, self._clock, manifest, lock.id, answers.lines)

    def _say(self, what: str, text: str) -> None:
        """Log a refusal once, not five times a second."""
        if text and self._said.get(what) != text:
            log.warning("%s", text)
        self._said[what] = text
