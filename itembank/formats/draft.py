"""What the desk seals to itself between assembling and sealing: the draft, and the whole certificate as a file to carry.

{"box":"<payload>","key":"<HPKE>"}      a random key by HPKE, info t("draft", session, attempt); the payload format

A certificate's file says beside this whose it is, {"attempt":N,"session":"…"}, and has info t("certificate", session, attempt).
"""

from __future__ import annotations

from itembank.formats.payload import decrypt, encrypt
from keys.encoding import Json, b64, canonical, read_canonical, read_object, t, unb64
from keys.envelope import open_with, seal_to
from keys.errors import TamperedError
from keys.keyfile import Random


def seal_draft(content: Json, session: str, attempt: int, desk_key: bytes, random: Random) -> bytes:
    """The draft file; only the desk's key opens it."""
    return canonical(_sealed("draft", content, session, attempt, desk_key, random))


def open_draft(data: bytes, session: str, attempt: int, desk_secret: bytes) -> Json:
    """What was drafted. Raises TamperedError or ContainerError."""
    return _opened("draft", read_object(data, "draft", {"key", "box"}), session, attempt, desk_secret)


def seal_certificate(content: Json, session: str, attempt: int, desk_key: bytes, random: Random) -> bytes:
    """The file of a whole certificate; only the desk's key opens it."""
    sealed = _sealed("certificate", content, session, attempt, desk_key, random)
    return canonical({**sealed, "session": session, "attempt": attempt})


def open_certificate(data: bytes, desk_secret: bytes) -> Json:
    """The certificate's plain values. Raises TamperedError or ContainerError."""
    value = read_object(data, "certificate", {"key", "box", "session", "attempt"})
    return _opened("certificate", value, str(value["session"]), _attempt_number(value["attempt"]), desk_secret)


def _attempt_number(value: object) -> int:
    """Raises TamperedError for anything but an integer."""
    if not isinstance(value, int):
        raise TamperedError("object.fields", what="certificate")
    return value


def _sealed(label: str, content: Json, session: str, attempt: int, desk_key: bytes, random: Random) -> Json:
    key = random(32)
    wrapped = seal_to(desk_key, key, t(label, session, attempt))
    box = encrypt(key, t(f"{label}-payload", session, attempt), canonical(content))
    return {"key": b64(wrapped), "box": b64(box)}


def _opened(label: str, value: Json, session: str, attempt: int, desk_secret: bytes) -> Json:
    key = open_with(desk_secret, unb64(value["key"], label), t(label, session, attempt), label)
    plain = decrypt([unb64(value["box"], label)], key, t(f"{label}-payload", session, attempt))
    content = read_canonical(plain, label)
    assert isinstance(content, dict)
    return content
