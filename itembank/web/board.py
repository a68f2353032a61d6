"""The ledger's lines as the page needs them: each is read once, and stands with its session from then on.

A session is there from its first attempt on. What the bank did counts for it as far as it stands before its attempt, and
of the pools only the releases the attempt names. A line that cannot be read any more, signed by somebody the directory no
longer knows, say, counts as what it is; what it says is not shown.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime

from itembank.formats.desk_statements import read_attempt
from itembank.ports import Transaction
from keys.directory import Directory
from keys.encoding import sha256
from keys.entry import Entry
from keys.errors import KeysError
from keys.manifest import read_manifest

BANK = ("draft", "blueprint", "import", "review", "pool")
DESK = ("attempt", "proof", "override")
SHOWN = 10
"""Sessions on the page: a day's are a handful, and a page of all ever held would be read by nobody and never be fast."""


@dataclass(slots=True)
class SessionLines:
    """One session as the ledger tells it. `opens` and `hid` come with its sealing; `stations` are those it is ordered for."""

    number: str
    title: str = ""
    hid: str = ""
    opens: datetime | None = None
    stations: frozenset[str] = frozenset()
    bank: tuple[Entry, ...] = ()
    desk: list[Entry] = field(default_factory=list)
    sealed: list[Entry] = field(default_factory=list)

    @property
    def lines(self) -> list[Entry]:
        return [*self.bank, *self.desk, *self.sealed]

    @property
    def moment(self) -> datetime:
        """Where it stands in time: its opening, and its newest line as long as that is not known."""
        return self.opens or self.lines[-1].at


@dataclass(frozen=True, slots=True)
class Shown:
    """What goes on the page. `bank`: the bank's lines as long as there is no session; `size`: the ledger's lines."""

    sessions: tuple[SessionLines, ...]
    others: int
    bank: tuple[Entry, ...]
    size: int


class Board:
    """The lines read so far. The ledger is only ever added to, so the next look reads what is new."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._newest = self._size = 0
        self._bank: list[Entry] = []
        self._sessions: dict[str, SessionLines] = {}
        self._by_hid: dict[str, SessionLines] = {}

    def look(self, transaction: Transaction, now: datetime) -> Shown:
        """The sessions nearest to `now`, before or after it, the nearest first."""
        with self._lock:
            for number, line in transaction.lines(after=self._newest):
                self._add(line, transaction)
                self._newest, self._size = number, self._size + 1
            near = sorted(self._sessions.values(), key=lambda session: (abs(session.moment - now), session.number))[:SHOWN]
            # Copies: another request may add to the lists while this one is being written.
            sessions = tuple(replace(session, desk=[*session.desk], sealed=[*session.sealed]) for session in near)
            bank = () if self._sessions else tuple(self._bank)
            return Shown(sessions, len(self._sessions) - len(near), bank, self._size)

    def _add(self, line: Entry, transaction: Transaction) -> None:
        if line.act in BANK:
            self._bank.append(line)
            return
        number, hid = str(line.subject.get("session", "")), str(line.subject.get("hid", ""))
        if line.act == "attempt":
            self._draw(self._session(number), line)
        elif line.act == "seal":
            places = {row.place for row in transaction.rows(hid)}
            self._seal(self._session(number), hid, frozenset(places & self._directory.stations()), line)
        if line.act in DESK:
            self._session(number).desk.append(line)
        elif hid in self._by_hid:
            self._by_hid[hid].sealed.append(line)

    def _session(self, number: str) -> SessionLines:
        return self._sessions.setdefault(number, SessionLines(number))

    def _draw(self, session: SessionLines, line: Entry) -> None:
        """An attempt: what was ordered, and from what it is drawn."""
        try:
            attempt = read_attempt(line.statement.encode(), self._directory)
            order, pools = attempt.order, attempt.pools
            title, stations = f"{order.occupation} {order.subject}", {ordered.station for ordered in order.stations}
            bank = tuple(each for each in self._bank if each.act != "pool" or sha256(each.statement.encode()).hex() in pools)
        except KeysError:
            title, stations, bank = "", set(), tuple(self._bank)
        session.bank = bank
        if not session.hid:
            session.title, session.stations = title, frozenset(stations)

    def _seal(self, session: SessionLines, hid: str, stations: frozenset[str], line: Entry) -> None:
        """The newest sealing takes the place of the one before."""
        try:
            header = read_manifest(line.statement.encode(), self._directory).header
            session.title = f"{header.sitting.occupation} {header.sitting.subject}"
            session.opens = header.lock("A").opens
        except KeysError:
            session.opens = None
        self._by_hid.pop(session.hid, None)
        self._by_hid[hid] = session
        session.hid, session.stations, session.sealed = hid, stations, []
