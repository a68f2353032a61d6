"""One holder at work: it takes deposits and orders, cosigns checkpoints, tells its status, and answers asks.

Every change is in the journal, on the disk, before the answer leaves. What it knows is exactly what its journal says, so
a restart, a crash in mid-answer and a restored copy all continue from the same place. Its records:

    deposit     {manifest, deposit}
    checkpoint  {size, root}
    order       {order}
    share       {line, keepers, statuses}

`keepers` is the checklist two of them signed, empty by the rule; `statuses` are those the rule looked at, the newest of each
other holder, so that an audit can compare their clocks.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keys import checkpoint as notes
from keys import tree
from keys.answers import read_attended, read_deposit, sign_deposit, sign_status
from keys.ask import Ask
from keys.directory import Directory, Holder
from keys.encoding import unhex
from keys.errors import RefusedError, TamperedError
from keys.holder import rule
from keys.holder.clock import Clock
from keys.holder.rule import Known
from keys.journal import Journal, Record
from keys.ledger_proof import read_cosigned
from keys.manifest import Manifest, read_manifest
from keys.order import check_right, read_order
from keys.share import ShareLine, open_share, parse_share_line
from keys.statement import Signer


@dataclass(frozen=True, slots=True)
class Keys:
    """The holder's two secrets, unlocked: its signer and the raw X25519 secret its shares are sealed to."""

    signer: Signer
    seal: bytes


class Office:
    """All acts of one holder; safe to call from several threads and beside another process of the same office."""

    def __init__(self, home: Path, directory: Directory, keys: Keys, clock: Clock) -> None:
        self.directory, self.clock = directory, clock
        self.me: Holder = directory.holder(keys.signer.name)
        self._keys = keys
        self._mutex = threading.Lock()
        self._known = Known()
        self._lines: dict[tuple[bytes, str], ShareLine] = {}
        self._deposits: dict[bytes, bytes] = {}
        self._newest: dict[str, int] = {}
        self._size, self._root = 0, tree.root([])
        self._journal = Journal(home / "journal", self._learn)
        with self._journal.hold():
            pass

    def deposit(self, data: bytes) -> bytes:
        """Check the manifest, open and check this holder's share of every lock, and sign for them.

        Raises RefusedError for an older version than one already taken, TamperedError for a share that is not the
        committed one. The same manifest again gets the same deposit.
        """
        manifest = read_manifest(data, self.directory)
        with self._mutex, self._journal.hold():
            if manifest.hid in self._deposits:
                return self._deposits[manifest.hid]
            self._refuse_older(manifest)
            for lock in manifest.header.locks:
                self._open_share(manifest, lock.id)
            deposit = sign_deposit(manifest, self.me.j, self.clock.now(), self._keys.signer)
            record = {"manifest": data.decode(), "deposit": deposit.decode()}
            self._journal.append("deposit", record, self.clock.now())
            return deposit

    def cosign(self, old_size: int, proof: Sequence[bytes], note: bytes) -> str:
        """One cosignature line, after the tree is seen to continue what this holder cosigned before (tlog-witness).

        Raises RefusedError with the size it holds when the caller's idea of it is another.
        """
        checkpoint = read_cosigned(note, self.directory, 0).checkpoint
        with self._mutex, self._journal.hold():
            if old_size != self._size:
                raise RefusedError("checkpoint.size", held=self._size, found=old_size)
            if old_size:
                tree.check_consistency(old_size, self._root, checkpoint.size, checkpoint.root, proof)
            if checkpoint.size > self._size:
                record = {"size": checkpoint.size, "root": checkpoint.root.hex()}
                self._journal.append("checkpoint", record, self.clock.now())
            return notes.cosign(note, self.me.name, self._keys.signer.key, int(self.clock.now().timestamp()))

    def order(self, data: bytes) -> bytes:
        """Take an order and answer with the status that names it: the acknowledgement.

        Raises RefusedError for a freeze whose signer's right was suspended: it is kept, for orders are a set, but an order
        that does not stop what it names must not be acknowledged.
        """
        order = read_order(data, self.directory)
        with self._mutex, self._journal.hold():
            self._take_order(data)
            if order.type == "freeze":
                check_right(self._known.orders_of(order.hid), order.locks, order.signers[0])
        return self.status(order.hid)

    def orders(self, hid: bytes) -> list[bytes]:
        """All orders this holder has of one session."""
        with self._mutex, self._journal.hold():
            return [order.data for order in self._known.orders_of(hid)]

    def status(self, hid: bytes) -> bytes:
        """Signed: which orders it has, which shares it gave, how far it has seen the ledger, by which clock."""
        with self._mutex, self._journal.hold():
            orders = [order.id for order in self._known.orders_of(hid)]
            given = [lock for known, lock in self._lines if known == hid]
            now, kind = self.clock.now(), self.clock.kind
            return sign_status(hid, orders, given, self._size, self._root, kind, now, self._keys.signer)

    def ask(self, ask: Ask) -> ShareLine:
        """The share line, if the rule says so. The same line for ever once it was given."""
        return self._give(ask, "rule", "")

    def attended(self, ask: Ask, statement: bytes) -> ShareLine:
        """The same, with the checklist two keepers of this office signed in place of line 7 of the rule."""
        at = read_attended(statement, self.directory, self.me, ask.hid, ask.lock)
        if abs(self.clock.now() - at) > rule.FRESH_FOR:
            raise RefusedError("attended.checklist")
        return self._give(ask, "attended", statement.decode())

    def _give(self, ask: Ask, mode: str, keepers: str) -> ShareLine:
        with self._mutex, self._journal.hold():
            given = self._lines.get((ask.hid, ask.lock))
            if given is not None:
                return given
            for order in dict.fromkeys(ask.orders):
                self._take_order(order)
            now = self.clock.now()
            rule.check(ask, self._known, self.directory, self.me.name, now, attended=mode == "attended")
            share = self._open_share(self._known.manifests[ask.hid], ask.lock)
            line = ShareLine(ask.hid, ask.lock, self.me.j, share, now, self._size, self.clock.kind, mode)
            line = line.signed(self._keys.signer)
            statuses = [] if keepers else rule.others_newest(ask, self.directory, self.me.name)
            record = {
                "line": line.format(),
                "keepers": keepers,
                "statuses": [status.data.decode() for status in statuses],
            }
            self._journal.append("share", record, now)
            return line

    def _take_order(self, data: bytes) -> None:
        order = read_order(data, self.directory)
        manifest = self._known.manifests.get(order.hid)
        if manifest is None:
            raise RefusedError("order.session")
        read_order(data, self.directory, manifest.header)
        if order.hid in self._known.superseded:
            # An order that stops nothing must not be acknowledged.
            raise RefusedError("order.superseded")
        if order.id not in self._known.orders:
            self._journal.append("order", {"order": data.decode()}, self.clock.now())

    def _open_share(self, manifest: Manifest, lock: str) -> bytes:
        factors, j = manifest.factors(lock), self.me.j
        return open_share(manifest.hid, lock, j, self._keys.seal, factors.sealed[j - 1], factors.c[j - 1])

    def _refuse_older(self, manifest: Manifest) -> None:
        header = manifest.header
        held = self._newest.get(header.session, 0)
        if header.version <= held:
            raise RefusedError("session.older", session=header.session, found=header.version, held=held)

    def _learn(self, record: Record) -> None:
        if record.kind == "deposit":
            manifest = read_manifest(record.data["manifest"].encode(), self.directory)
            read_deposit(record.data["deposit"].encode(), manifest, self.directory)
            self._known.manifests[manifest.hid] = manifest
            self._deposits[manifest.hid] = record.data["deposit"].encode()
            self._newest[manifest.header.session] = manifest.header.version
            for hid, other in self._known.manifests.items():
                if other.header.session == manifest.header.session and hid != manifest.hid:
                    self._known.superseded.add(hid)
        elif record.kind == "checkpoint":
            self._size, self._root = int(record.data["size"]), unhex(record.data["root"], "journal")
        elif record.kind == "order":
            order = read_order(record.data["order"].encode(), self.directory)
            self._known.orders[order.id] = order
        elif record.kind == "share":
            line = parse_share_line(record.data["line"])
            self._lines[line.hid, line.lock] = line
            self._known.given[line.hid, line.lock] = line.at
        else:
            raise TamperedError("journal.kind", kind=record.kind)
