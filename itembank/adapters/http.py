"""One HTTP exchange, with the other side's refusals as our own exceptions.

A refusal comes as JSON {code, facts}; its status says the family, and silence is an UnavailableError. Anything else is a
LineError: no text of an unknown server is ever shown or believed.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from itembank.ports import LineError
from keys.errors import HTTP_STATUS, KeysError, MalformedError, RefusedError, TamperedError, UnavailableError

FAMILIES: Mapping[int, type[KeysError]] = {
    HTTP_STATUS[family.exit_code]: family for family in (RefusedError, TamperedError, MalformedError, UnavailableError)
} | {404: RefusedError}

CODE = re.compile(r"[a-z_.]{1,60}")
"""A refusal's code goes into receipts and logs: only one that can be ours."""
ANSWER_AT_MOST = 1 << 20
"""Bytes of one answer; what is larger (a container) is streamed."""
WHOLE_SECONDS = 10.0
"""Seconds a whole answer may take once it has begun."""
PIECE = 1 << 16


class _InTime(HTTPConnection):
    """The head of an answer has to be there in time: a socket's own time-out starts anew with every byte that drips in."""

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        seconds = self.timeout if isinstance(self.timeout, int | float) else WHOLE_SECONDS
        late = threading.Event()
        timer = threading.Timer(seconds, self._cut, (late,))
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()
        finally:
            timer.cancel()
        if late.is_set():
            response.close()
            raise urllib3.exceptions.ProtocolError("the head of the answer did not come in time")
        return response

    def _cut(self, late: threading.Event) -> None:
        late.set()
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _InTimeTls(_InTime, HTTPSConnection):
    """The same over TLS."""


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _InTime


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _InTimeTls


def pool(seconds: float) -> urllib3.PoolManager:
    """A connection pool whose exchanges time out after so many seconds without an answer."""
    manager = urllib3.PoolManager(timeout=urllib3.Timeout(connect=min(3.0, seconds), read=seconds), retries=False)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
    return manager


def exchange(
    http: urllib3.PoolManager,
    who: str,
    method: str,
    url: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    """The answer's body. Raises UnavailableError, what the other side refuses with, or LineError."""
    try:
        response = http.request(method, url, body=body, headers=headers, preload_content=False)
        data = read_whole(response, who)
    except urllib3.exceptions.HTTPError as error:
        raise UnavailableError("line.silent", who=who) from error
    if response.status == 200:
        return data
    raise refusal(response.status, data, who)


def read_whole(response: urllib3.BaseHTTPResponse, who: str) -> bytes:
    """All of an answer. Raises LineError for one that never ends, in bytes or in time: it is as good as none."""
    data, until = bytearray(), time.monotonic() + WHOLE_SECONDS
    while piece := response.read1(PIECE):
        data += piece
        if len(data) > ANSWER_AT_MOST or time.monotonic() > until:
            response.close()
            raise LineError("line.endless", who=who, most=ANSWER_AT_MOST)
    response.release_conn()
    return bytes(data)


def refusal(status: int, data: bytes, who: str) -> Exception:
    """The exception a refusing answer stands for."""
    try:
        value = json.loads(data)
        if CODE.fullmatch(value["code"]):
            return FAMILIES[status](value["code"], **value["facts"])
        return LineError("line.language", who=who, status=status)
    except (ValueError, KeyError, TypeError, RecursionError):
        return LineError("line.language", who=who, status=status)
