"""Who may call what at the centre: every route says it, a request is good once, and errors tell a code and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from itembank.web import centre as web
from itembank.web.centre import create_app
from itembank.web.duty import duty, guard
from itembank.web.nonces import Nonces
from keys.encoding import canonical
from keys.request import DEVICE, NONCE, SIGNATURE, sign_request
from tests.province import FIRST, SECOND_STATION, SESSION, After, Province, open_after

HEX = "ab" * 32
FILLED = {"pid": HEX, "hid": HEX, "session": SESSION, "lock": "A", "size": "1", "number": "0"}


@dataclass
class Answer:
    status: int
    data: bytes
    headers: dict[str, str]

    @property
    def code(self) -> str:
        return str(json.loads(self.data)["code"])


class Caller:
    """Somebody with a keyboard in front of the centre's port."""

    def __init__(self, province: Province) -> None:
        self.province, self.client = province, province.centre.app.test_client()

    def nonce(self) -> str:
        return self.client.get("/api/nonce").text

    def headers(self, method: str, path: str, body: bytes = b"", device: str = FIRST, nonce: str = "") -> dict[str, str]:
        return sign_request(self.province.signer(device), method, path, body, nonce or self.nonce())

    def call(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        answer = self.client.open(path, method=method, data=body, headers=headers)
        found = Answer(answer.status_code, answer.data, dict(answer.headers))
        answer.close()
        return found

    def signed(self, method: str, path: str, body: bytes = b"", device: str = FIRST, **more: str) -> Answer:
        return self.call(method, path, body, {**self.headers(method, path, body, device), **more})


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """One published province for all: what is refused changes nothing."""
    province = open_after("publish", tmp_path_factory.mktemp("requests") / "province")
    yield Caller(province)
    province.close()


def routes(app: Flask, *marks: str) -> list[tuple[str, str, str]]:
    """(method, path, mark) of every route with one of these marks."""
    found = []
    for rule in app.url_map.iter_rules():
        mark = getattr(app.view_functions[rule.endpoint], "duty", "")
        if mark in marks:
            path = "".join(FILLED[part] if variable else part for variable, part in rule._trace[1:])
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append((method, path.replace("|", ""), mark))
    return sorted(found)


# marks --------------------------------------------------------------------------------------------------------------------


def test_an_application_with_an_unmarked_route_does_not_start(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting the mark is noticed before the first request."""

    def forget(app: Flask, services: web.CentreServices) -> None:
        app.add_url_rule("/api/secret", view_func=lambda: "everything")

    monkeypatch.setattr(web, "_add_page", forget)

    with pytest.raises(ValueError, match="carries no duty"):
        create_app(caller.province.centre.services)


def test_a_mark_that_nobody_knows_does_not_start_either(caller: Caller) -> None:
    """A mistyped mark would guard nothing."""
    app = Flask("x")
    app.add_url_rule("/", view_func=duty("statoin")(lambda: ""))
    services = caller.province.centre.services

    with pytest.raises(ValueError, match="carries no duty"):
        guard(app, services.book, services.directory, services.clock, Nonces(services.random))


def test_every_route_has_its_mark(caller: Caller) -> None:
    """What only a device may do, and what everybody may, is this list."""
    marks = {f"{method} {path}": mark for method, path, mark in routes(caller.province.centre.app, "desk", "device")}

    assert marks == {
        "POST /api/attempts": "desk",
        "POST /api/overrides": "desk",
        "POST /api/pledges": "desk",
        "POST /api/proofs": "desk",
        f"PUT /api/packages/{HEX}": "desk",
        "POST /api/sessions": "desk",
        f"POST /api/sessions/{HEX}/deposits": "desk",
        "GET /api/packages": "device",
        f"GET /api/packages/{HEX}/row": "device",
        f"GET /api/packages/{HEX}/container": "device",
        "POST /api/receipts": "device",
        "POST /api/uses": "desk",
    }


# requests -----------------------------------------------------------------------------------------------------------------


def test_a_request_without_a_signature_is_refused_everywhere(caller: Caller) -> None:
    """Not one guarded route answers a stranger."""
    for method, path, _ in routes(caller.province.centre.app, "desk", "device"):
        answer = caller.call(method, path)
        assert (answer.status, answer.code) == (403, "request.unsigned"), path


def test_a_device_of_another_kind_is_refused_everywhere(caller: Caller) -> None:
    """A station is no desk."""
    for method, path, _ in routes(caller.province.centre.app, "desk"):
        answer = caller.signed(method, path, device=FIRST)
        assert (answer.status, answer.code) == (403, "request.duty"), path


def replayed(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    caller.call("GET", "/api/packages", headers=headers)
    return headers


def eleven_minutes_later(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    caller.province.clock.move(minutes=11)
    return headers


def by_another_device(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return {**headers, DEVICE: SECOND_STATION}


def by_nobody(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return {**headers, DEVICE: "45129999"}


def with_an_own_nonce(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return caller.headers("GET", "/api/packages", nonce="0" * 32)


def with_another_nonce(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return {**headers, NONCE: caller.nonce()}


def for_another_path(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return caller.headers("GET", "/api/receipts")


def for_another_method(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return caller.headers("POST", "/api/packages")


def over_another_body(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return caller.headers("GET", "/api/packages", b"another body")


def with_half_a_signature(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return {**headers, SIGNATURE: headers[SIGNATURE][:41]}


def with_no_signature(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != SIGNATURE}


def with_a_holders_key(caller: Caller, headers: dict[str, str]) -> dict[str, str]:
    return sign_request(caller.province.signer("province"), "GET", "/api/packages", b"", caller.nonce())


@pytest.mark.parametrize(
    ("status", "code", "bend"),
    [
        pytest.param(403, "request.nonce", replayed, id="replayed"),
        pytest.param(403, "request.nonce", eleven_minutes_later, id="eleven minutes old"),
        pytest.param(403, "request.nonce", with_an_own_nonce, id="with a nonce of its own"),
        pytest.param(422, "statement.signature", with_another_nonce, id="with another nonce than signed"),
        pytest.param(422, "statement.signature", by_another_device, id="in another station's name"),
        pytest.param(403, "request.unsigned", by_nobody, id="in the name of no device"),
        pytest.param(403, "request.unsigned", with_a_holders_key, id="by a holder"),
        pytest.param(422, "statement.signature", for_another_path, id="signed for another path"),
        pytest.param(422, "statement.signature", for_another_method, id="signed for another method"),
        pytest.param(422, "statement.signature", over_another_body, id="signed over another body"),
        pytest.param(422, "object.base64", with_half_a_signature, id="with half a signature"),
        pytest.param(403, "request.unsigned", with_no_signature, id="with no signature"),
    ],
)
def test_a_request_that_is_not_this_devices_now_is_refused(
    caller: Caller,
    status: int,
    code: str,
    bend: Callable[[Caller, dict[str, str]], dict[str, str]],
) -> None:
    """The good one beside it is answered."""
    good = caller.headers("GET", "/api/packages")
    bent = bend(caller, good)

    answer = caller.call("GET", "/api/packages", headers=bent)

    assert (answer.status, answer.code) == (status, code)
    assert caller.signed("GET", "/api/packages").status == 200


def test_a_forged_request_does_not_spend_the_nonce(caller: Caller) -> None:
    """Who guesses a nonce cannot make the true request fail."""
    headers = caller.headers("GET", "/api/packages")
    caller.call("GET", "/api/packages", headers=by_another_device(caller, headers))

    assert caller.call("GET", "/api/packages", headers=headers).status == 200


# whose ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["row", "container"])
@pytest.mark.parametrize("device", [SECOND_STATION, "desk", "scoring"])
def test_a_package_is_given_to_its_own_place_only(caller: Caller, what: str, device: str) -> None:
    """Not even the ciphertext goes elsewhere."""
    with caller.province.centre.book.begin() as transaction:
        rows = transaction.rows(caller.province.manifest().hid.hex())
    for row in rows:
        path = f"/api/packages/{row.pid}/{what}"
        answer = caller.signed("GET", path, device=device)
        assert answer.status == (200 if row.place == device else 403), row.place
        assert row.place == device or answer.code == "centre.not_yours"


def test_a_package_that_does_not_exist_is_nobodys(caller: Caller) -> None:
    answer = caller.signed("GET", f"/api/packages/{HEX}/container")

    assert (answer.status, answer.code) == (403, "centre.not_yours")


# ranges -------------------------------------------------------------------------------------------------------------------


def container_path(province: Province) -> tuple[str, bytes]:
    with province.centre.book.begin() as transaction:
        row = next(row for row in transaction.rows(province.manifest().hid.hex()) if row.place == FIRST)
    data = b"".join(province.centre.store.read(f"{row.pid}.sealed", 0, 1 << 30))
    return f"/api/packages/{row.pid}/container", data


@pytest.mark.parametrize("start", [0, 1, 300])
def test_a_range_gives_the_rest(caller: Caller, start: int) -> None:
    path, data = container_path(caller.province)

    answer = caller.signed("GET", path, Range=f"bytes={start}-")

    assert (answer.status, answer.data) == (206, data[start:])
    assert answer.headers["Content-Range"] == f"bytes {start}-{len(data) - 1}/{len(data)}"
    assert answer.headers["Content-Length"] == str(len(data) - start)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param("bytes=5-10", id="with an end"),
        pytest.param("bytes=-5", id="from the end"),
        pytest.param("bytes=1-,3-", id="two of them"),
        pytest.param("bytes=", id="nothing"),
        pytest.param("bytes=x-", id="a letter"),
        pytest.param("5", id="a bare number"),
        pytest.param("items=5-", id="another unit"),
        pytest.param("bytes=999999999-", id="behind the end"),
        pytest.param("bytes=²-", id="a number only to Python"),
        pytest.param(f"bytes={'9' * 5000}-", id="five thousand digits"),
    ],
)
def test_a_range_of_another_kind_is_malformed(caller: Caller, wanted: str) -> None:
    """Not one of them breaks the server."""
    path, _ = container_path(caller.province)

    answer = caller.signed("GET", path, Range=wanted)

    assert (answer.status, answer.code) == (400, "request.range")


# errors -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "device"),
    [
        ("/api/attempts", b"", "desk"),
        ("/api/proofs", b"{}", "desk"),
        ("/api/sessions", b"[1,2", "desk"),
        ("/api/sessions", canonical({"manifest": "", "rows": [], "envelopes": []}), "desk"),
        (f"/api/sessions/{HEX}/deposits", b"\xff\xfe", "desk"),
        ("/api/sessions/nothing/deposits", b"{}", "desk"),
        ("/api/receipts", b"null", FIRST),
        ("/api/receipts", canonical({"payload": "", "payloadType": "x", "signatures": 5}), FIRST),
        ("/api/orders", b"{" * 3000, ""),
        ("/api/orders", canonical({"payload": "e30=", "payloadType": "x", "signatures": []}), ""),
    ],
)
def test_a_body_that_is_not_of_its_form_is_answered_with_a_code(caller: Caller, path: str, body: bytes, device: str) -> None:
    """400, 403 or 422 in JSON: no page, no trace, and no line in the ledger."""
    before = caller.province.acts()

    answer = caller.signed("POST", path, body, device) if device else caller.call("POST", path, body)

    assert answer.status in (400, 403, 422) and answer.headers["Content-Type"] == "application/json"
    assert set(json.loads(answer.data)) == {"code", "facts"} and b"Traceback" not in answer.data
    assert caller.province.acts() == before


def test_an_error_of_ours_tells_nothing_of_itself(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown errors say nothing: not their text, not where."""

    def broken(*_: Any) -> None:
        raise RuntimeError("the answer key is ABCD")

    monkeypatch.setattr(web, "session_progress", broken)

    for path in ("/", "/steps"):
        answer = caller.call("GET", path)
        assert answer.status == 500 and b"ABCD" not in answer.data and b"RuntimeError" not in answer.data


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/api/sessions/{HEX}/releases/A", 404, "centre.not_there"),
        (f"/api/sessions/{HEX}/intent", 404, "centre.not_there"),
        (f"/api/sessions/{HEX}/manifest", 403, "session.unknown"),
        ("/api/manifests/nothing", 403, "session.unknown"),
    ],
)
def test_what_is_not_there_is_said_to_be_not_there(caller: Caller, path: str, status: int, code: str) -> None:
    answer = caller.call("GET", path)

    assert (answer.status, answer.code) == (status, code)


def test_every_answer_forbids_caching_and_foreign_content(caller: Caller) -> None:
    """A page of the state of an exam is nothing for a proxy."""
    for path in ("/", "/steps", "/api/nonce", "/api/ledger/checkpoint", "/nowhere"):
        headers = caller.call("GET", path).headers
        assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'self'"


def test_what_everybody_may_read_holds_no_secret(caller: Caller) -> None:
    """Every open route of a published session: no key of any device, holder or person."""
    province = caller.province
    hid = province.manifest().hid.hex()
    names = ("desk", "scoring", FIRST, "province", "ledger")
    secrets = [province.secret(use, name) for use in ("sign", "seal") for name in names]
    read = b""
    for method, path, _ in routes(province.centre.app, "anyone"):
        if method == "GET":
            read += caller.call("GET", path.replace(HEX, hid)).data

    assert hid.encode() in read and len(read) > 10_000
    assert not any(secret in read or secret.hex().encode() in read for secret in secrets)


def test_a_centre_that_started_anew_is_asked_for_another_nonce(after: After) -> None:
    """Between the nonce and the request it forgot what it gave; nothing of the request was done, so it is made again."""
    province = after("assemble")
    proof = province.prove()
    given: list[str] = []

    def restarted(to: str, path: str, data: bytes) -> bytes:
        if path == "/api/nonce":
            given.append(path)
            if len(given) == 1:
                province.stop_centre()
        return data

    province.wire.change = restarted
    assert province.prove() == proof
    assert 403 in [one.status for one in province.wire.seen]
