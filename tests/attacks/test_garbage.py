"""Anybody may knock at the open doors of a holder and of the centre: the answer is a refusal, and the server stays up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.flow.stage import Province, running

GARBAGE = (
    b"", b"{", b"null", b"[]", b"{}", b"\xff\xfe\0", b"a" * 70000, b'{"hid":1}', b"old x\n\ny", b"old 3\n!\n\nnote",
    b'"\\ud800"',
)  # fmt: skip
REFUSALS = {400, 401, 403, 404, 405, 413, 414, 415, 422}


@pytest.fixture(scope="module")
def province(armed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with running(armed_home, tmp_path_factory.mktemp("garbage") / "province", "centre", "province") as province:
        yield province


def knock(url: str, method: str, body: bytes | None = None) -> tuple[int, bytes]:
    answer = urllib3.request(method, url, body=body, retries=False, timeout=10)
    return answer.status, answer.data


@pytest.mark.parametrize("path", ["/deposit", "/checkpoint", "/order", "/ask"])
def test_a_holder_refuses_garbage(province: Province, path: str) -> None:
    url = province.directory.holder("province").url
    manifest = province.manifest.data
    order_like = manifest.replace(b"itembank.manifest", b"itembank.order")
    for body in (*GARBAGE, manifest[:-1], manifest[:-1] + b" }", order_like):
        status, told = knock(url + path, "POST", body)
        assert status in REFUSALS, (path, body[:30], status, told[:200], province.log())
        assert b"Traceback" not in told


@pytest.mark.parametrize("path", ["/status/", "/orders/"])
def test_a_holder_refuses_a_session_that_is_none(province: Province, path: str) -> None:
    url = province.directory.holder("province").url
    for name in ("zz", "00", "%00", "..%2f..%2fsign.key", "1" * 5000):
        status, told = knock(url + path + name, "GET")
        assert status in REFUSALS | {200} and b"secret" not in told, (path, name, status)


def test_the_centre_refuses_garbage_at_every_open_door(province: Province) -> None:
    url, hid = province.directory.centre_url, province.hid
    for body in GARBAGE:
        status, told = knock(url + "/api/orders", "POST", body)
        assert status in REFUSALS, (body[:30], status, told[:200], province.log())
    doors = (
        "/api/manifests/x", "/api/manifests/..%2f..", f"/api/sessions/{hid[:-1]}/manifest", "/api/sessions/zz/intent",
        f"/api/sessions/{hid}/releases/A", f"/api/sessions/{hid}/releases/..%2f..%2fx",
        "/api/ledger/fresh/99999999999999999999",
        "/api/ledger/entries/999999", "/static/..%2f..%2fcentre.sqlite", "/static/../centre.sqlite", "/api/packages",
        f"/api/packages/{province.pid(1)}/container", f"/api/packages/{province.pid(1)}/row",
    )  # fmt: skip
    for door in doors:
        status, told = knock(url + door, "GET")
        assert status < 500, (door, status, told[:200], province.log())
        assert b"Traceback" not in told and b"SQLite format" not in told


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/attempts"), ("POST", "/api/proofs"), ("PUT", f"/api/packages/{'0' * 64}"), ("POST", "/api/sessions"),
        ("POST", f"/api/sessions/{'0' * 64}/deposits"), ("GET", "/api/packages"), ("POST", "/api/receipts"),
    ],
)  # fmt: skip
def test_the_centre_takes_nothing_unsigned(province: Province, method: str, path: str) -> None:
    status, told = knock(province.directory.centre_url + path, method, b"{}" if method != "GET" else None)
    assert status in (400, 403, 422), (status, told[:200])


def test_a_signed_request_is_good_once(province: Province) -> None:
    """Taken from the wire and sent again, or turned to another target, it is refused."""
    from keys.request import sign_request

    device, url = province.seat(1).device, province.directory.centre_url
    nonce = knock(url + "/api/nonce", "GET")[1].decode()
    headers = sign_request(device, "GET", "/api/packages", b"", nonce)
    for target, expected in (
        (f"/api/packages/{province.pid(1)}/row", {403, 422}), ("/api/packages", {200}), ("/api/packages", {403, 422})
    ):  # fmt: skip
        answer = urllib3.request("GET", url + target, headers=headers, retries=False, timeout=10)
        assert answer.status in expected, (target, answer.status, answer.data[:200])


def test_all_servers_still_answer_and_the_ledger_is_untouched(province: Province) -> None:
    knock(province.directory.holder("province").url + "/ask", "POST", b"{")
    assert knock(province.directory.holder("province").url + f"/status/{province.hid}", "GET")[0] == 200
    assert knock(province.directory.centre_url + "/", "GET")[0] == 200
    province.settle()
    assert province.audit().findings == []
