"""The wire to one holder over HTTP: `itembank.ports.HolderLine`."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.adapters.http import exchange, pool
from itembank.ports import LineError
from keys.ask import Ask
from keys.checkpoint import format_add_checkpoint
from keys.directory import Holder
from keys.encoding import read_canonical
from keys.share import ShareLine, parse_share_line

SECONDS = 5.0


class HttpHolderLine:
    """Everything is brought to the holder; it never dials."""

    def __init__(self, holder: Holder) -> None:
        self._holder, self._http = holder, pool(SECONDS)

    @property
    def holder(self) -> Holder:
        return self._holder

    def deposit(self, manifest: bytes) -> bytes:
        return self._call("POST", "/deposit", manifest)

    def checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> str:
        return self._text(self._call("POST", "/checkpoint", format_add_checkpoint(old_size, proof, note)))

    def order(self, order: bytes) -> bytes:
        return self._call("POST", "/order", order)

    def orders(self, hid: bytes) -> list[bytes]:
        listed = read_canonical(self._call("GET", f"/orders/{hid.hex()}"), "orders")
        if not isinstance(listed, list) or not all(isinstance(order, str) for order in listed):
            raise LineError("line.language", who=self._holder.label, status=200)
        return [order.encode() for order in listed]

    def status(self, hid: bytes) -> bytes:
        return self._call("GET", f"/status/{hid.hex()}")

    def ask(self, ask: Ask) -> ShareLine:
        return parse_share_line(self._text(self._call("POST", "/ask", ask.encode())).removesuffix("\n"))

    def _text(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise LineError("line.language", who=self._holder.label, status=200) from error

    def _call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        return exchange(self._http, self._holder.label, method, self._holder.url + path, body)
