"""The wires: what the other side says becomes one of our own refusals, and nothing else it says is believed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import cast

import pytest

from itembank.adapters import http
from itembank.adapters.centre_line import HttpCentreLine, OfflineCentreLine
from itembank.adapters.http import refusal
from itembank.ports import CentreLine, HolderLine, LineError
from itembank.steps import distributing
from keys.errors import MalformedError, RefusedError, TamperedError, UnavailableError
from tests.province import FIRST, Answer, Province, Wire, open_after, refused, told_nobody

REFUSED = json.dumps({"code": "release.too_early", "facts": {"lock": "A", "seconds": 14}}).encode()


@pytest.mark.parametrize(
    ("status", "family"),
    [(403, RefusedError), (404, RefusedError), (422, TamperedError), (400, MalformedError), (503, UnavailableError)],
    ids=str,
)
def test_the_status_says_the_family_of_a_refusal(status: int, family: type[Exception]) -> None:
    """Code and facts come over the wire; the sentence is ours."""
    error = refusal(status, REFUSED, "centre")

    assert type(error) is family and isinstance(error, RefusedError | TamperedError | MalformedError | UnavailableError)
    assert (error.code, error.facts) == ("release.too_early", {"lock": "A", "seconds": 14})


@pytest.mark.parametrize(
    ("status", "data"),
    [
        pytest.param(403, b"<html>Forbidden</html>", id="a page"),
        pytest.param(403, b"", id="nothing"),
        pytest.param(403, b"[]", id="a list"),
        pytest.param(403, b'{"code":"x"}', id="no facts"),
        pytest.param(403, b'{"code":"x","facts":[]}', id="facts that are a list"),
        pytest.param(403, b"\xff\xfe", id="no text"),
        pytest.param(403, b'{"code":"' + b"x" * 60_000 + b'","facts":{}}', id="a code no receipt could carry"),
        pytest.param(403, b'{"code":"\\ud800","facts":{}}', id="a code nobody can write"),
        pytest.param(403, b'{"code":7,"facts":{}}', id="a code that is a number"),
        pytest.param(500, REFUSED, id="an error of its own"),
        pytest.param(302, REFUSED, id="a redirection"),
        pytest.param(200, REFUSED, id="a refusal that says it is none"),
    ],
)
def test_anything_else_is_as_good_as_no_answer(status: int, data: bytes) -> None:
    """No text of an unknown server is shown or believed; whoever goes on without it may."""
    error = refusal(status, data, "centre")

    assert isinstance(error, LineError) and isinstance(error, UnavailableError) and error.exit_code == 6
    assert error.facts == {"who": "centre", "status": status}


CALLS: dict[str, Callable[[CentreLine], object]] = {
    "post_attempt": lambda line: line.post_attempt(b"{}"),
    "post_proof": lambda line: line.post_proof(b"{}"),
    "publish": lambda line: line.publish(b"{}"),
    "post_deposit": lambda line: line.post_deposit(b"\0" * 32, b"{}"),
    "post_order": lambda line: line.post_order(b"{}"),
    "manifest": lambda line: line.manifest("x"),
    "session_manifest": lambda line: line.session_manifest("x"),
    "packages": lambda line: line.packages(),
    "row": lambda line: line.row("x"),
    "container": lambda line: list(line.container("x", 0)),
    "intent": lambda line: line.intent(b"\0" * 32),
    "fresh": lambda line: line.fresh(1),
    "release": lambda line: line.release(b"\0" * 32, "A"),
    "post_receipt": lambda line: line.post_receipt(b"{}"),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """One published province for all."""
    province = open_after("publish", tmp_path_factory.mktemp("lines") / "province")
    yield province
    province.close()


@pytest.fixture
def province(published: Province) -> Iterator[Province]:
    """Its wire is good again after each test."""
    yield published
    published.wire = Wire(published.wire.find)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_when_the_centre_is_away_every_call_says_so(province: Province, call: Callable[[CentreLine], object]) -> None:
    """The pulled cable says the same."""
    province.wire.down.add("centre")

    refused("line.silent", lambda: call(province.line(FIRST)))
    refused("line.silent", lambda: call(cast(CentreLine, OfflineCentreLine())))


READ_LATER = ("manifest", "session_manifest", "release", "post_order")
"""Their bytes are read by who asked."""


@pytest.mark.parametrize("name", [name for name in CALLS if name not in READ_LATER])
@pytest.mark.parametrize("answer", [(200, b"<html>log in"), (502, b"<html>Bad Gateway")], ids=["a login page", "a proxy"])
def test_a_page_in_the_centres_place_is_not_taken_for_its_answer(
    province: Province, name: str, answer: tuple[int, bytes]
) -> None:
    """Above all not for an acknowledgement."""
    province.wire.garbled["centre"] = answer

    with pytest.raises((UnavailableError, TamperedError)):
        CALLS[name](province.line(FIRST))


def test_without_a_device_nothing_is_signed(province: Province) -> None:
    """A person's home reads what is public, and no more."""
    line = HttpCentreLine(province.directory.centre_url, None)
    line._http = province.line(FIRST)._http

    assert line.session_manifest(province.manifest().hid.hex()) == province.manifest().data
    refused("request.unsigned", line.packages)


def test_a_server_that_ignores_the_range_does_no_harm(province: Province) -> None:
    """It sends all of it again; what is here already is passed over."""
    hid, pid = province.line(FIRST).packages()[0]
    whole = b"".join(province.line(FIRST).container(pid, 0))
    wire = province.wire
    seen = wire.request

    def ignore(method: str, url: str, *rest: object, **more: object) -> object:
        answer = seen(method, url, *rest, **more)  # type: ignore[arg-type]
        if url.endswith(f"{pid}/container"):
            answer.status, answer.data = 200, whole
        return answer

    wire.request = ignore  # type: ignore[method-assign,assignment]

    for start in (0, 1, 70_000, len(whole)):
        assert b"".join(province.line(FIRST).container(pid, start)) == whole[start:]
    assert distributing.fetch(province.seat(FIRST), province.line(FIRST), told_nobody)[0].hid == hid


def test_a_refusal_without_end_in_a_containers_place_is_cut_off(province: Province) -> None:
    """A container may be large; a refusal is read into memory, and a lying centre must not fill it."""
    wire, seen = province.wire, province.wire.request

    def endless(method: str, url: str, *rest: object, **more: object) -> Answer:
        answer = seen(method, url, *rest, **more)  # type: ignore[arg-type]
        return Answer(500, b"x" * (2 << 20)) if url.endswith("/container") else answer

    wire.request = endless  # type: ignore[method-assign]

    refused("line.endless", lambda: list(province.line(FIRST).container("x", 0)))


@pytest.mark.parametrize(
    "data", [b"5", b"[5]", b"[[]]", b'[["a"]]', b'["ab"]', b'[["a",5]]', b'[["a","b","c"]]', b'{"ab":1}'], ids=str
)
def test_the_centres_packages_are_a_list_of_pairs_of_texts(province: Province, data: bytes) -> None:
    """Nothing else gets past the wire."""
    province.wire.change = lambda to, path, real: data if path == "/api/packages" else real

    refused("line.language", province.line(FIRST).packages)


HOLDER_CALLS: dict[str, Callable[[HolderLine], object]] = {
    "deposit": lambda line: line.deposit(b"{}"),
    "checkpoint": lambda line: line.checkpoint(0, [], b""),
    "order": lambda line: line.order(b"{}"),
    "orders": lambda line: line.orders(b"\0" * 32),
    "status": lambda line: line.status(b"\0" * 32),
}


@pytest.mark.parametrize("call", HOLDER_CALLS.values(), ids=HOLDER_CALLS)
def test_when_a_holder_is_away_every_call_says_so(province: Province, call: Callable[[HolderLine], object]) -> None:
    province.wire.down.add("province")

    error = refused("line.silent", lambda: call(province.holders()[0]))

    assert error.facts == {"who": "省中心"}


@pytest.mark.parametrize("data", [b"\xff\xfe", b"5", b"[5]", b'{"a":1}', b"<html>"], ids=str)
def test_a_holders_orders_are_a_list_of_texts(province: Province, data: bytes) -> None:
    """Nothing else gets past the wire."""
    province.wire.garbled["province"] = (200, data)

    with pytest.raises((LineError, TamperedError)):
        province.holders()[0].orders(b"\0" * 32)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n", id="its head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", id="its body"),
    ],
)
def test_an_answer_that_drips_is_cut_off(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then keeps a socket's own time-out from ever coming; here it would drip for ten seconds."""
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.3)
    gone = threading.Event()

    def drip(listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(said)
                for _ in range(200):
                    connection.sendall(b"x")
                    if gone.wait(0.05):
                        return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripper = threading.Thread(target=drip, args=(listener,), daemon=True)
        dripper.start()
        with pytest.raises(UnavailableError):
            http.exchange(http.pool(0.3), "city", "GET", f"http://127.0.0.1:{listener.getsockname()[1]}/")
        assert dripper.is_alive(), "it was not cut off, it came to its end"
        gone.set()
        dripper.join()
