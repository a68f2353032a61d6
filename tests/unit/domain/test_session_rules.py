"""Sessions: numbers of one form, stations once each, times ahead, and a lead of at most ninety minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from itembank.domain.errors import SessionError
from itembank.domain.paper import Form, Scheme
from itembank.domain.session import STATIONS_AT_MOST, ExamSession, StationOrder, Times, Variants

STATION = StationOrder("45120101", 62, 4)
SESSION = ExamSession("202605-6-31-01-03-4-L-01", Scheme.APPRAISAL, "电工", 4, "理论知识", "80题型", (STATION,))


def refused(code: str, session: ExamSession) -> None:
    with pytest.raises(SessionError) as caught:
        session.check()
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("number", "level", "subject"),
    [
        ("202605-6-31-01-03-4-L-01", 4, "理论知识"),
        ("20260501-6-31-01-03-5-C-99", 5, "操作技能"),
        ("2026051-1-00-00-00-1-L-00", 1, "理论知识"),
    ],
)
def test_a_session_number_is_good(number: str, level: int, subject: str) -> None:
    replace(SESSION, number=number, level=level, subject=subject).check()


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("", id="nothing"),
        pytest.param("20265-6-31-01-03-4-L-01", id="a year and batch of five digits"),
        pytest.param("202605001-6-31-01-03-4-L-01", id="a year and batch of nine digits"),
        pytest.param("202605-6-31-01-03-0-L-01", id="level 0"),
        pytest.param("202605-6-31-01-03-6-L-01", id="level 6"),
        pytest.param("202605-6-31-01-03-4-X-01", id="a subject there is not"),
        pytest.param("202605-6-31-01-03-4-l-01", id="a small letter"),
        pytest.param("202605-6-31-01-03-4-L-1", id="one digit at the end"),
        pytest.param("202605-6-31-01-4-L-01", id="a shorter occupation code"),
        pytest.param("202605-6-31-01-03-4-L-01\n", id="a newline behind"),
        pytest.param(" 202605-6-31-01-03-4-L-01", id="a blank in front"),
        pytest.param("202605-6-31-01-03-4-L-01/../x", id="a way out of the folder"),
        pytest.param("202605-6-31-01-03-4-L-01A", id="a paper's number"),
    ],
)
def test_a_session_number_of_another_form_is_refused(number: str) -> None:
    refused("session.number", replace(SESSION, number=number))


@pytest.mark.parametrize(
    ("code", "session"),
    [
        pytest.param("session.stations", replace(SESSION, stations=()), id="no station"),
        pytest.param("session.stations", replace(SESSION, stations=(STATION, STATION)), id="one station twice"),
        pytest.param("session.stations", replace(SESSION, level=0), id="level 0"),
        pytest.param("session.stations", replace(SESSION, level=6), id="level 6"),
        pytest.param("session.copies", replace(SESSION, stations=(StationOrder("s", 0, 0),)), id="no copies"),
        pytest.param("session.copies", replace(SESSION, stations=(StationOrder("s", -5, 0),)), id="negative copies"),
        pytest.param("session.copies", replace(SESSION, stations=(StationOrder("s", 4, 4),)), id="spare copies only"),
        pytest.param("session.copies", replace(SESSION, stations=(StationOrder("s", 1000, 4),)), id="copies of four digits"),
        pytest.param("session.number_differs", replace(SESSION, level=3), id="another level than the number's"),
        pytest.param("session.number_differs", replace(SESSION, subject="操作技能"), id="another subject than the number's"),
        pytest.param("session.copies", replace(SESSION, stations=(StationOrder("s", 4, -1),)), id="negative spare"),
        pytest.param(
            "session.too_many",
            replace(SESSION, stations=tuple(StationOrder(str(i), 1, 0) for i in range(STATIONS_AT_MOST + 1))),
            id="one station more than a session holds",
        ),
    ],
)
def test_a_session_is_refused_with(code: str, session: ExamSession) -> None:
    refused(code, session)


def test_copies_with_an_order_each_are_as_many_as_one_worker_can_lay_out() -> None:
    by_seat = replace(SESSION, variants=Variants.SEAT)
    by_seat.check_seats(80)
    replace(SESSION, stations=(StationOrder("s", 999, 4),)).check_seats(200)
    with pytest.raises(SessionError) as caught:
        by_seat.check_seats(81)
    assert (caught.value.code, caught.value.facts["most"]) == ("session.seats", 61)


def test_a_thousand_stations_are_one_session() -> None:
    replace(SESSION, stations=tuple(StationOrder(str(i), 1, 0) for i in range(STATIONS_AT_MOST))).check()


def test_papers_and_packages_of_a_session_never_share_a_number() -> None:
    numbers = [SESSION.paper_no(form) for form in Form]
    numbers += [SESSION.package_no(form, station) for form in Form for station in ("45120101", "45120102")]

    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith(SESSION.number) for number in numbers)


NOW = datetime(2026, 5, 15, tzinfo=UTC)
STARTS = datetime(2026, 5, 16, 9, 0, tzinfo=UTC)
LEAD, SECOND = timedelta(minutes=90), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("code", "opens", "now"),
    [
        pytest.param("", STARTS - LEAD, NOW, id="ninety minutes ahead"),
        pytest.param("", STARTS, NOW, id="opened as the exam starts"),
        pytest.param("", STARTS - LEAD, STARTS - LEAD - SECOND, id="sealed a second before it opens"),
        pytest.param("session.lead", STARTS - LEAD - SECOND, NOW, id="a second more than ninety minutes"),
        pytest.param("session.lead", STARTS + SECOND, NOW, id="opened after the start"),
        pytest.param("session.past", STARTS - LEAD, STARTS - LEAD, id="open the moment it is sealed"),
        pytest.param("session.past", STARTS - LEAD, STARTS, id="open already"),
    ],
)
def test_times_of_a_session(code: str, opens: datetime, now: datetime) -> None:
    times = Times(STARTS, 90, opens)
    if not code:
        times.check(now)
        return
    with pytest.raises(SessionError) as caught:
        times.check(now)
    assert caught.value.code == code


def test_papers_close_and_the_answer_key_opens_when_the_exam_ends() -> None:
    times = Times(STARTS, 90, STARTS - LEAD)

    assert times.ends_at == datetime(2026, 5, 16, 10, 30, tzinfo=UTC)
    assert times.key_closes - times.ends_at == timedelta(days=30)
