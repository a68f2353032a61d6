"""A session (场次): one sitting of one occupation, level and subject, with the stations that hold it and their copies.

Numbers: session `{年}{批次}-{职业编码}-{等级}-{科目 L/C}-{序号}`, paper = session + form, package = paper + station.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any

from itembank.domain.errors import SessionError
from itembank.domain.occupation import LEVELS, SUBJECTS
from itembank.domain.paper import Form, Scheme
from itembank.domain.variant import place_name

NUMBER = re.compile(r"[0-9]{6,8}-[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}-(?P<level>[1-5])-(?P<subject>[LC])-[0-9]{2}")
COPIES_AT_MOST = 999
"""At one station: a copy's number has three digits, and a receipt that lists them all must fit into a ledger line."""
SEAT_QUESTIONS_AT_MOST = 5_000
"""Copies times questions of one station where every copy has an order of its own: one PDF of 500 pages, made in 0.8 GB."""
STATIONS_AT_MOST = 1000
LEAD_AT_MOST = timedelta(minutes=90)
BEIJING = timezone(timedelta(hours=8))
"""What people's clocks show; files keep UTC."""
KEY_STAYS_OPEN = timedelta(days=30)


def beijing(at: datetime) -> str:
    """A time as people read it: 2026-12-05 08:00 北京时间."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M} 北京时间"


def beijing_day(at: datetime) -> date:
    """The day people call it: an edition begins and ends at their midnight."""
    return at.astimezone(BEIJING).date()


def beijing_day_end(day: date) -> datetime:
    """When that day is over."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING).astimezone(UTC)


class Variants(StrEnum):
    """Who has an order of questions and options of their own (分卷): every station, or every copy, for its seat."""

    STATION = "station"
    SEAT = "seat"


@dataclass(frozen=True, slots=True)
class StationOrder:
    """How many copies a station prints: for its candidates, and spare ones among them."""

    station: str
    copies: int
    spare: int


@dataclass(frozen=True, slots=True)
class ExamSession:
    """What is ordered before anything is drawn. Its times are fixed when it is sealed."""

    number: str
    scheme: Scheme
    occupation: str
    level: int
    subject: str
    plan: str
    stations: tuple[StationOrder, ...]
    variants: Variants = Variants.STATION

    def check(self) -> None:
        """Raise SessionError unless number, level, subject and stations make sense, and agree."""
        number = NUMBER.fullmatch(self.number)
        if number is None:
            raise SessionError("session.number", found=self.number)
        codes = [order.station for order in self.stations]
        if self.level not in LEVELS or not codes or len(set(codes)) != len(codes):
            raise SessionError("session.stations", found=len(codes))
        if int(number["level"]) != self.level or SUBJECTS[number["subject"]] != self.subject:
            raise SessionError("session.number_differs", number=self.number, level=self.level, subject=self.subject)
        if len(codes) > STATIONS_AT_MOST:
            raise SessionError("session.too_many", found=len(codes), most=STATIONS_AT_MOST)
        for order in self.stations:
            if not 1 <= order.copies <= COPIES_AT_MOST or not 0 <= order.spare < order.copies:
                raise SessionError("session.copies", station=order.station, found=order.copies)

    def paper_no(self, form: Form) -> str:
        return f"{self.number}{form.value}"

    def package_no(self, form: Form, station: str) -> str:
        return f"{self.paper_no(form)}-{station}"

    def check_seats(self, questions: int) -> None:
        """Raise SessionError when the copies of a paper of so many questions are too many to have an order each."""
        most = SEAT_QUESTIONS_AT_MOST // questions
        for order in self.stations:
            if self.variants is Variants.SEAT and order.copies > most:
                raise SessionError("session.seats", station=order.station, found=order.copies, most=most)

    def places(self, form: Form, order: StationOrder) -> list[tuple[str, str]]:
        """(copy, place) of every order at a station: one for each copy, by its three digits, or one for all, of copy ""."""
        if self.variants is Variants.STATION:
            return [("", place_name(form.value, order.station))]
        seats = range(1, order.copies + 1)
        return [(f"{seat:03d}", place_name(form.value, order.station, seat)) for seat in seats]

    def document(self) -> dict[str, object]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_document(cls, value: dict[str, Any]) -> ExamSession:
        """The session of its plain JSON values. Raises TypeError, KeyError or ValueError for other ones."""
        stations = tuple(StationOrder(**order) for order in value["stations"])
        kinds = {"scheme": Scheme(value["scheme"]), "variants": Variants(value["variants"])}
        return cls(**{**value, **kinds, "stations": stations})


@dataclass(frozen=True, slots=True)
class Times:
    """When a sitting starts, how long it is, and when its locks open and close."""

    starts_at: datetime
    minutes: int
    opens: datetime

    @property
    def ends_at(self) -> datetime:
        """Question and spare locks close, the answer key's lock opens."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def key_closes(self) -> datetime:
        return self.ends_at + KEY_STAYS_OPEN

    def check(self, now: datetime) -> None:
        """Raise SessionError unless it lies ahead and the lead is at most the approved ninety minutes."""
        if self.opens <= now:
            raise SessionError("session.past")
        if not timedelta(0) <= self.starts_at - self.opens <= LEAD_AT_MOST:
            raise SessionError("session.lead", most=int(LEAD_AT_MOST.total_seconds()) // 60)
