"""A request signed by a device: it binds the device, the method, the target and the body to one nonce of the centre.

The signature covers t("request", device, method, target, SHA-256 of the body, nonce). A nonce comes from the centre, is
good once and for ten minutes.
"""

from __future__ import annotations

from collections.abc import Mapping

from keys.encoding import b64, sha256, t, unb64
from keys.errors import RefusedError
from keys.statement import Signer, check_signature

DEVICE, NONCE, SIGNATURE = "Itembank-Device", "Itembank-Nonce", "Itembank-Signature"
NONCE_SECONDS = 600


def _message(device: str, method: str, target: str, body: bytes, nonce: str) -> bytes:
    return t("request", device, method, target, sha256(body), nonce)


def sign_request(device: Signer, method: str, target: str, body: bytes, nonce: str) -> dict[str, str]:
    """The three headers of a signed request."""
    signature = device.sign(_message(device.name, method, target, body, nonce))
    return {DEVICE: device.name, NONCE: nonce, SIGNATURE: b64(signature)}


def check_request(headers: Mapping[str, str], method: str, target: str, body: bytes, keys: Mapping[str, bytes]) -> str:
    """The device's name. Raises RefusedError without the headers, TamperedError for a wrong signature.

    The caller still owes the nonce: given out by it, not used yet, not too old.
    """
    device = headers.get(DEVICE, "")
    if device not in keys or NONCE not in headers or SIGNATURE not in headers:
        raise RefusedError("request.unsigned")
    message = _message(device, method, target, body, headers[NONCE])
    check_signature(keys[device], unb64(headers[SIGNATURE], "request"), message, "request", device)
    return device
