"""The wire from a device to the centre over HTTP: `itembank.ports.CentreLine`. Every request is signed by the device."""

from __future__ import annotations

import re
from collections.abc import Iterator

import urllib3

from itembank.adapters.http import exchange, pool, read_whole, refusal
from itembank.ports import LineError
from keys.ask import Fresh, read_fresh
from keys.encoding import read_canonical
from keys.errors import RefusedError, UnavailableError
from keys.ledger_proof import LedgerProof, read_ledger_proof
from keys.request import sign_request
from keys.statement import Signer

SECONDS = 20.0
PIECE = 1 << 16
NONCE = re.compile(rb"[0-9a-f]{32}")


class HttpCentreLine:
    """`device` signs; a person's home that has none may still read what is public and send signed statements."""

    def __init__(self, url: str, device: Signer | None) -> None:
        self._url, self._device, self._http = url.rstrip("/"), device, pool(SECONDS)

    def post_attempt(self, data: bytes) -> LedgerProof:
        return read_ledger_proof(self._signed("POST", "/api/attempts", data))

    def post_proof(self, data: bytes) -> LedgerProof:
        return read_ledger_proof(self._signed("POST", "/api/proofs", data))

    def post_override(self, data: bytes) -> LedgerProof:
        return read_ledger_proof(self._signed("POST", "/api/overrides", data))

    def post_pledge(self, data: bytes) -> None:
        self._signed("POST", "/api/pledges", data)

    def put_package(self, pid: str, path: str) -> None:
        with open(path, "rb") as file:
            self._signed("PUT", f"/api/packages/{pid}", file.read())

    def publish(self, bundle: bytes) -> LedgerProof:
        return read_ledger_proof(self._signed("POST", "/api/sessions", bundle))

    def post_deposit(self, hid: bytes, data: bytes) -> None:
        self._signed("POST", f"/api/sessions/{hid.hex()}/deposits", data)

    def post_order(self, data: bytes) -> None:
        self._open("POST", "/api/orders", data)

    def manifest(self, session: str) -> bytes:
        return self._open("GET", f"/api/manifests/{session}")

    def session_manifest(self, hid: str) -> bytes:
        return self._open("GET", f"/api/sessions/{hid}/manifest")

    def packages(self) -> list[tuple[str, str]]:
        listed = read_canonical(self._signed("GET", "/api/packages"), "packages")
        if not isinstance(listed, list) or not all(map(_is_pair, listed)):
            raise LineError("line.language", who="centre", status=200)
        return [(hid, pid) for hid, pid in listed]

    def row(self, pid: str) -> bytes:
        return self._signed("GET", f"/api/packages/{pid}/row")

    def container(self, pid: str, start: int) -> Iterator[bytes]:
        target = f"/api/packages/{pid}/container"
        headers = {**self._headers("GET", target, b""), "Range": f"bytes={start}-"}
        try:
            response = self._http.request("GET", self._url + target, headers=headers, preload_content=False)
            if response.status not in (200, 206):
                raise refusal(response.status, read_whole(response, "centre"), "centre")
            whole = response.status == 200 and start > 0
            yield from _skip(response.stream(PIECE), start if whole else 0)
        except urllib3.exceptions.HTTPError as error:
            raise UnavailableError("line.silent", who="centre") from error

    def intent(self, hid: bytes) -> LedgerProof | None:
        data = self._maybe(f"/api/sessions/{hid.hex()}/intent")
        return None if data is None else read_ledger_proof(data)

    def fresh(self, from_size: int) -> Fresh | None:
        data = self._maybe(f"/api/ledger/fresh/{from_size}")
        return None if data is None else read_fresh(read_canonical(data, "fresh"))

    def release(self, hid: bytes, lock: str) -> bytes | None:
        return self._maybe(f"/api/sessions/{hid.hex()}/releases/{lock}")

    def post_receipt(self, data: bytes) -> bytes:
        return self._signed("POST", "/api/receipts", data)

    def post_uses(self, data: bytes) -> None:
        self._signed("POST", "/api/uses", data)

    def _maybe(self, target: str) -> bytes | None:
        try:
            return self._open("GET", target)
        except RefusedError as error:
            if error.code == "centre.not_there":
                return None
            raise

    def _open(self, method: str, target: str, body: bytes | None = None) -> bytes:
        return exchange(self._http, "centre", method, self._url + target, body)

    def _signed(self, method: str, target: str, body: bytes = b"") -> bytes:
        try:
            return exchange(self._http, "centre", method, self._url + target, body, self._headers(method, target, body))
        except RefusedError as error:
            if error.code != "request.nonce":
                raise
        # The centre has started anew in between and knows its nonces no more; nothing of the request was done.
        return exchange(self._http, "centre", method, self._url + target, body, self._headers(method, target, body))

    def _headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        if self._device is None:
            raise RefusedError("request.unsigned")
        nonce = exchange(self._http, "centre", "GET", self._url + "/api/nonce")
        if not NONCE.fullmatch(nonce):
            # a proxy or a login page in the centre's place would swallow what follows
            raise LineError("line.language", who="centre", status=200)
        return sign_request(self._device, method, target, body, nonce.decode())


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(text, str) for text in value)


def _skip(pieces: Iterator[bytes], count: int) -> Iterator[bytes]:
    """A server that ignores Range sends all of it again: drop what is here already."""
    for piece in pieces:
        dropped = min(count, len(piece))
        count -= dropped
        if piece[dropped:]:
            yield piece[dropped:]


class OfflineCentreLine:
    """The pulled cable: every call says that nobody answers."""

    def __getattr__(self, name: str) -> object:
        def silent(*_: object) -> object:
            raise UnavailableError("line.silent", who="centre")

        return silent
