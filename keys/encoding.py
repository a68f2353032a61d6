"""How bytes are bound together: the labelled tuple t(), the hash H() over it, canonical JSON, times and base64.

Everything that is hashed, derived or used as HPKE `info` goes through `t`, so no two uses can be mistaken for each
other. Everything that is stored as JSON goes through `canonical` and is read by `read_canonical`, which encodes again
and compares, so one object has one form.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from keys.errors import MalformedError, TamperedError

Json = dict[str, Any]
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
FIELD_AT_MOST = 0xFFFF
"""Bytes of one field of t()."""


def t(label: str, *fields: bytes | str | int) -> bytes:
    """`"itembank/1 " + label`, then each field behind its length as u16. Numbers are decimal ASCII.

    Raises TamperedError for a field too long for that: none of ours is, so it came from somebody else.
    """
    parts = [b"itembank/1 " + label.encode()]
    for field in fields:
        raw = field if isinstance(field, bytes) else str(field).encode()
        if len(raw) > FIELD_AT_MOST:
            raise TamperedError("object.fields", what=label)
        parts.append(len(raw).to_bytes(2, "big") + raw)
    return b"".join(parts)


def h(label: str, *fields: bytes | str | int) -> bytes:
    """H of keys.md: SHA-256 over t(label, …), 32 bytes."""
    return hashlib.sha256(t(label, *fields)).digest()


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no blanks; only objects, lists, strings and integers."""
    _only_plain(value)
    return _ENCODER.encode(value).encode()


def read_canonical(data: bytes, what: str) -> Any:
    """The value of canonical bytes. Raises TamperedError when they are not in the one allowed form."""
    try:
        value = json.loads(data)
        again = canonical(value)
    except (ValueError, RecursionError) as error:
        raise TamperedError("object.not_canonical", what=what) from error
    if again != data:
        raise TamperedError("object.not_canonical", what=what)
    return value


def read_object(data: bytes, what: str, fields: set[str]) -> Json:
    """A canonical JSON object with exactly these fields."""
    value = read_canonical(data, what)
    if not isinstance(value, dict) or set(value) != fields:
        raise TamperedError("object.fields", what=what)
    return value


def text(value: Any) -> str:
    """A string out of a JSON value. Raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError("a string was expected")
    return value


def whole(value: Any) -> int:
    """An integer out of a JSON value. Raises TypeError for anything else."""
    if not isinstance(value, int):
        raise TypeError("an integer was expected")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list of strings out of a JSON value. Raises TypeError for anything else."""
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return tuple(text(inner) for inner in value)


def _only_plain(value: Any) -> None:
    # Nearly every value is one of these two; to call for each of them would take longer than to write them.
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise ValueError("object names are strings")
            if type(inner) is not str and type(inner) is not int:
                _only_plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if type(inner) is not str and type(inner) is not int:
                _only_plain(inner)
    elif isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{type(value).__name__} has no place in stored JSON")


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str, what: str) -> bytes:
    """Padded standard base64 in its one form. Raises TamperedError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise TamperedError("object.base64", what=what) from error
    if b64(raw) != text:
        raise TamperedError("object.base64", what=what)
    return raw


def unhex(text: str, what: str, length: int = 32) -> bytes:
    """Lower-case hex of `length` bytes in its one form. Raises TamperedError."""
    try:
        raw = bytes.fromhex(text)
    except (ValueError, TypeError) as error:
        raise TamperedError("object.hex", what=what) from error
    if raw.hex() != text or len(raw) != length:
        raise TamperedError("object.hex", what=what)
    return raw


def time_text(at: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ssZ`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(text: str) -> datetime:
    """A time in its one form, with zone UTC. Raises MalformedError."""
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (ValueError, TypeError) as error:
        raise MalformedError("object.time", found=text) from error
    if time_text(at) != text:
        raise MalformedError("object.time", found=text)
    return at
