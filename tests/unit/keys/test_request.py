"""Signed requests: good for one device, one method, one target, one body and one nonce."""

import pytest

from keys.errors import RefusedError, TamperedError
from keys.request import DEVICE, NONCE, SIGNATURE, check_request, sign_request
from tests.unit.keys.office_world import STATIONS, World, demo, refused

WORLD, _ = demo()
KEYS = {device.name: device.sign for device in WORLD.directory.devices}
GOOD = ("POST", "/receipts?x=1", b"body", "nonce-1")
HEADERS = sign_request(WORLD.signer(STATIONS[0]), *GOOD)


def check(headers: dict[str, str], method: str, target: str, body: bytes) -> str:
    return check_request(headers, method, target, body, KEYS)


def test_a_request_names_its_device() -> None:
    assert check(HEADERS, *GOOD[:3]) == STATIONS[0]


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        pytest.param("GET", GOOD[1], GOOD[2], id="another method"),
        pytest.param("POST", "/receipts?x=2", GOOD[2], id="another target"),
        pytest.param("POST", "/receipts", GOOD[2], id="the target without its query"),
        pytest.param("POST", GOOD[1], b"bodY", id="another body"),
        pytest.param("POST", GOOD[1], b"", id="no body"),
        pytest.param("POST/", "receipts?x=1", GOOD[2], id="the border between method and target moved"),
    ],
)
def test_a_signature_is_not_good_for(method: str, target: str, body: bytes) -> None:
    refused("statement.signature", lambda: check(HEADERS, method, target, body), TamperedError)


def test_a_signature_is_for_one_name_even_where_two_have_one_key() -> None:
    """A directory never gives one key to two; the request does not rely on it."""
    shared = {STATIONS[0]: KEYS[STATIONS[0]], STATIONS[1]: KEYS[STATIONS[0]]}

    refused(
        "statement.signature",
        lambda: check_request({**HEADERS, DEVICE: STATIONS[1]}, GOOD[0], GOOD[1], GOOD[2], shared),
        TamperedError,
    )


@pytest.mark.parametrize(
    ("code", "headers"),
    [
        pytest.param("statement.signature", {**HEADERS, DEVICE: STATIONS[1]}, id="another device's name"),
        pytest.param("statement.signature", {**HEADERS, NONCE: "nonce-2"}, id="another nonce"),
        pytest.param("object.base64", {**HEADERS, SIGNATURE: "x"}, id="no base64"),
        pytest.param("statement.signature", {**HEADERS, SIGNATURE: ""}, id="an empty signature"),
        pytest.param("request.unsigned", {**HEADERS, DEVICE: "sealer-1"}, id="a person for a device"),
        pytest.param("request.unsigned", {k: v for k, v in HEADERS.items() if k != DEVICE}, id="no device"),
        pytest.param("request.unsigned", {k: v for k, v in HEADERS.items() if k != NONCE}, id="no nonce"),
        pytest.param("request.unsigned", {k: v for k, v in HEADERS.items() if k != SIGNATURE}, id="no signature"),
        pytest.param("request.unsigned", {}, id="nothing"),
        pytest.param(
            "statement.signature", sign_request(World("other").signer(STATIONS[0]), *GOOD), id="a namesake of elsewhere"
        ),
    ],
)
def test_a_request_is_refused_with(code: str, headers: dict[str, str]) -> None:
    error = refused(code, lambda: check(headers, *GOOD[:3]))

    assert isinstance(error, RefusedError | TamperedError)
