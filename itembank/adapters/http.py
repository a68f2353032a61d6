"""One HTTP exchange, with the other side's refusals as our own exceptions.

A refusal comes as JSON {code, facts}; its status says the family (403 a rule, 422 a failed check, 400 malformed, 503 or
silence unavailable). Anything else is a LineError: no text of an unknown server is ever shown or believed.
"""

from __future__ import annotations

import json

import urllib3

from itembank.ports import LineError
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError, UnavailableError

FAMILIES: dict[int, type[KeysError]] = {
    400: MalformedError,
    403: RefusedError,
    404: RefusedError,
    422: TamperedError,
    503: UnavailableError,
}


def pool(seconds: float) -> urllib3.PoolManager:
    """A connection pool whose exchanges time out after so many seconds without an answer."""
    return urllib3.PoolManager(timeout=urllib3.Timeout(connect=min(3.0, seconds), read=seconds), retries=False)


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
        response = http.request(method, url, body=body, headers=headers)
    except urllib3.exceptions.HTTPError as error:
        raise UnavailableError("line.silent", who=who) from error
    if response.status == 200:
        return response.data
    raise refusal(response.status, response.data, who)


def refusal(status: int, data: bytes, who: str) -> Exception:
    """The exception a refusing answer stands for."""
    try:
        value = json.loads(data)
        return FAMILIES[status](str(value["code"]), **value["facts"])
    except (ValueError, KeyError, TypeError):
        return LineError("line.language", who=who, status=status)
