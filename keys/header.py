"""The header of a sealed session, and its locks. hid = SHA-256 of its canonical bytes; it is never edited.

A lock is what opens together and is frozen together. `opens` is fixed here: the start of the exam less the approved lead
for decrypting and printing in the secure room, at most 90 minutes.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from keys.directory import Directory
from keys.encoding import Json, canonical, read_time, sha256, text, texts, time_text, whole
from keys.errors import MalformedError, RefusedError, TamperedError

SUITE = "i1"
FIELDS = {
    "suite", "session", "version", "supersedes", "centre", "sitting", "k", "n",
    "holders", "desks", "directory", "ledger", "freezers", "locks",
}  # fmt: skip
LEAD_AT_MOST = timedelta(minutes=90)
LOCK_NAME = re.compile(r"[A-Za-z0-9-]{1,32}")
"""It stands between blanks in a share line."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One occupation, level and subject at one time. `minutes` is the length of the exam."""

    occupation: str
    level: int
    subject: str
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Lock:
    """`kind` is `time` (opens by itself) or `order` (only when activated).

    `after` names locks released before it, which wait for no other themselves.
    """

    id: str
    kind: str
    opens: datetime
    closes: datetime
    papers: tuple[str, ...]
    part: str
    lead_class: int
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What everybody may know of a session before it: who holds, who may freeze, when which lock opens."""

    suite: str
    session: str
    version: int
    supersedes: str
    centre: str
    sitting: Sitting
    k: int
    n: int
    holders: tuple[tuple[int, str], ...]
    desks: tuple[str, ...]
    directory: int
    ledger: str
    freezers: tuple[str, ...]
    locks: tuple[Lock, ...]

    def lock(self, lock_id: str) -> Lock:
        for lock in self.locks:
            if lock.id == lock_id:
                return lock
        raise RefusedError("lock.unknown", lock=lock_id)

    def document(self) -> Json:
        """The header as plain JSON values."""
        document = asdict(self)
        document["sitting"]["starts_at"] = time_text(self.sitting.starts_at)
        document["holders"] = [{"j": j, "key": key} for j, key in self.holders]
        document["locks"] = [_lock_document(lock) for lock in self.locks]
        return document

    def encode(self) -> bytes:
        return canonical(self.document())

    @property
    def hid(self) -> bytes:
        return sha256(self.encode())

    def check(self) -> None:
        """Raise MalformedError or RefusedError unless quorum, locks and times fit together."""
        if self.suite != SUITE:
            raise RefusedError("header.suite", found=self.suite)
        if not 1 <= self.k <= self.n == len(self.holders):
            raise MalformedError("header.quorum", k=self.k, n=self.n)
        names = [lock.id for lock in self.locks]
        if len(set(names)) != len(names) or self.sitting.minutes < 1:
            raise MalformedError("header.locks")
        first = {lock.id for lock in self.locks if not lock.after}
        for lock in self.locks:
            if lock.kind not in ("time", "order") or not lock.opens < lock.closes or not set(lock.after) <= first:
                raise MalformedError("header.locks")
            if not LOCK_NAME.fullmatch(lock.id):
                raise MalformedError("header.locks")
            if not lock.after and self.sitting.starts_at - lock.opens > LEAD_AT_MOST:
                raise RefusedError("header.lead", lock=lock.id)

    def check_against(self, directory: Directory) -> None:
        """Raise unless holders, quorum, ledger and freezers are the directory's own."""
        holders = tuple((holder.j, holder.seal.hex()) for holder in directory.holders)
        same = (
            self.directory == directory.version
            and self.holders == holders
            and self.k == directory.quorum
            and self.ledger == directory.ledger_origin
        )
        if not same:
            raise TamperedError("header.directory", found=self.directory, held=directory.version)
        if self.freezers != tuple(person.name for person in directory.people if "freezer" in person.duties):
            raise TamperedError("header.freezers")


def read_header(value: Any) -> Header:
    """A header from its plain JSON values; the caller compares the bytes. Raises TamperedError."""
    if not isinstance(value, dict) or set(value) != FIELDS:
        raise TamperedError("object.fields", what="header")
    try:
        sitting = value["sitting"]
        header = Header(
            suite=text(value["suite"]),
            session=text(value["session"]),
            version=whole(value["version"]),
            supersedes=text(value["supersedes"]),
            centre=text(value["centre"]),
            sitting=Sitting(
                text(sitting["occupation"]),
                whole(sitting["level"]),
                text(sitting["subject"]),
                read_time(sitting["starts_at"]),
                whole(sitting["minutes"]),
            ),
            k=whole(value["k"]),
            n=whole(value["n"]),
            holders=tuple((whole(holder["j"]), text(holder["key"])) for holder in value["holders"]),
            desks=texts(value["desks"]),
            directory=whole(value["directory"]),
            ledger=text(value["ledger"]),
            freezers=texts(value["freezers"]),
            locks=tuple(_read_lock(lock) for lock in value["locks"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TamperedError("object.fields", what="header") from error
    if header.encode() != canonical(value):
        raise TamperedError("object.fields", what="header")
    header.check()
    return header


def _lock_document(lock: Lock) -> Json:
    return {
        "id": lock.id,
        "kind": lock.kind,
        "opens": time_text(lock.opens),
        "closes": time_text(lock.closes),
        "papers": list(lock.papers),
        "part": lock.part,
        "class": lock.lead_class,
        "after": list(lock.after),
    }


def _read_lock(value: Any) -> Lock:
    return Lock(
        id=text(value["id"]),
        kind=text(value["kind"]),
        opens=read_time(value["opens"]),
        closes=read_time(value["closes"]),
        papers=texts(value["papers"]),
        part=text(value["part"]),
        lead_class=whole(value["class"]),
        after=texts(value["after"]),
    )
