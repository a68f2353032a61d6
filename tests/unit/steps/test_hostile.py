"""One holder, or the centre, answers with anything at all: everybody else goes on without it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable

import pytest

from itembank.steps import opening
from itembank.steps.asking import published_release
from itembank.steps.releasing import ask_holders
from keys import statement
from keys.release import ReleaseObject
from tests.province import FIRST, OPENS, SESSION, After, Answer, Province

Lie = Callable[[str, bytes], Answer | bytes]
LIAR = "province"
"""The first of the three, whom everybody asks first."""


def nested(path: str, data: bytes) -> Answer:
    return Answer(403, b"[" * 200_000)


def endless(path: str, data: bytes) -> Answer:
    return Answer(200, b"x" * (2 << 20))


def long_clock(path: str, data: bytes) -> bytes:
    """A share line with a clock word no length can be written for; it needs no signature."""
    return data.replace(b" system ", b" " + b"x" * 70_000 + b" ")


def large_status(province: Province) -> Lie:
    """Truly signed, and too large to be carried to anybody."""

    def lie(path: str, data: bytes) -> bytes:
        if not path.startswith("/status"):
            return data
        body = json.loads(b64decode(json.loads(data)["payload"]))
        return statement.sign("status", {**body, "clock": "x" * 500_000}, [province.signer(LIAR)])

    return lie


def let_it_lie(province: Province, lie: Lie, *, to: str = LIAR) -> None:
    """Every answer of this one is what the lie makes of it."""
    honest = province.wire.request

    def request(method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None,
                preload_content: bool = True) -> Answer:  # fmt: skip
        answer = honest(method, url, body, headers, preload_content)
        if province.wire.seen[-1].to != to:
            return answer
        told = lie(province.wire.seen[-1].path, answer.data)
        return told if isinstance(told, Answer) else Answer(answer.status, told)

    province.wire.request = request  # type: ignore[method-assign]


LIES = [
    pytest.param(lambda province: nested, id="a refusal nested without end"),
    pytest.param(lambda province: endless, id="an answer without end"),
    pytest.param(lambda province: long_clock, id="a share line of 70,000 signs"),
    pytest.param(large_status, id="a status of half a megabyte"),
]


@pytest.mark.parametrize("lie", LIES)
def test_a_holder_that_answers_anything_at_all_stops_no_release(after: After, lie: Callable[[Province], Lie]) -> None:
    province = after("arm")
    province.wait_until(OPENS)
    let_it_lie(province, lie(province))

    province.centre.watch.look()

    assert province.open(FIRST).copies


@pytest.mark.parametrize("lie", LIES)
def test_a_holder_that_answers_anything_at_all_keeps_no_freeze_from_the_others(
    after: After, lie: Callable[[Province], Lie]
) -> None:
    province = after("arm")
    let_it_lie(province, lie(province))

    delivery = province.freeze("A")

    assert delivery.state == "effective" and {"city", "supervision"} <= set(delivery.acknowledged)


@pytest.mark.parametrize("lie", LIES)
def test_a_holder_that_answers_anything_at_all_stops_no_publication(after: After, lie: Callable[[Province], Lie]) -> None:
    """Deposits and cosignatures of the two others are k."""
    province = after("approve")
    let_it_lie(province, lie(province))

    assert {"city", "supervision"} <= set(province.publish().deposits)


def false_release(path: str, data: bytes) -> bytes:
    if "/releases/" not in path:
        return data
    return ReleaseObject(bytes(32), "A", bytes(16), ()).format()


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(lambda path, data: Answer(403, b'{"code":"release.frozen","facts":{}}'), id="a refusal"),
        pytest.param(lambda path, data: Answer(422, b'{"code":"manifest.rows","facts":{}}'), id="a failed check"),
        pytest.param(lambda path, data: Answer(200, b"itembank release\nhid zz\nlock A\nR AAAA\n"), id="a broken release"),
        pytest.param(false_release, id="a false release"),
        pytest.param(lambda path, data: b'{"x":1}' if "/fresh/" in path else data, id="a broken checkpoint"),
        pytest.param(nested, id="nested without end"),
    ],
)
def test_a_centre_that_answers_anything_at_all_keeps_no_station_from_the_holders(after: After, lie: Lie) -> None:
    """Also somebody between them: the wire carries no secret and is not trusted."""
    province = after("arm")
    province.wait_until(OPENS)
    seat, line = province.seat(FIRST), province.line(FIRST)
    _ = province.centre
    let_it_lie(province, lie, to="centre")

    package = opening.armed(seat, SESSION, "A")
    assert published_release(line, package.manifest, province.directory, "A") is None
    intent = opening.intent_of(seat, package)
    fresh = opening.fresh_checkpoint(seat, intent, line)
    answers = ask_holders(province.holders(), package.manifest, seat.directory, "A", intent, fresh)

    assert len(answers.lines) == 3
