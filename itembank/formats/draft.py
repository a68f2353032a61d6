"""What the desk seals to itself between assembling and sealing: the draft, and the whole certificate as a file to carry.

{"box":"<payload>","key":"<HPKE>"}      a random key by HPKE, info t("draft", session, attempt); the payload format

A certificate's file says beside this whose it is, {"attempt":N,"session":"…"}, and has info t("certificate", session, attempt).
What the desk has to remember has info t("drawn-items") and t("exclusions", session).
"""

from __future__ import annotations

import hmac

from itembank.formats.errors import ContainerError
from itembank.formats.payload import decrypt, encrypt
from keys.encoding import Json, b64, canonical, read_canonical, read_object, t, unb64
from keys.envelope import open_with, seal_to
from keys.errors import TamperedError
from keys.keyfile import Random


def seal_draft(content: Json, session: str, attempt: int, desk_key: bytes, random: Random) -> bytes:
    """The draft file; only the desk's key opens it."""
    return canonical(_sealed("draft", (session, attempt), content, desk_key, random))


def open_draft(data: bytes, session: str, attempt: int, desk_secret: bytes) -> Json:
    """What was drafted. Raises TamperedError."""
    return _opened("draft", (session, attempt), read_object(data, "draft", {"key", "box"}), desk_secret)


def seal_certificate(content: Json, session: str, attempt: int, desk_key: bytes, random: Random) -> bytes:
    """The file of a whole certificate; only this key opens it, the desk's or the scoring desk's."""
    sealed = _sealed("certificate", (session, attempt), content, desk_key, random)
    return canonical({**sealed, "session": session, "attempt": attempt})


def open_certificate(data: bytes, desk_secret: bytes) -> Json:
    """The certificate's plain values. Raises TamperedError."""
    value = read_object(data, "certificate", {"key", "box", "session", "attempt"})
    if not isinstance(value["session"], str) or not isinstance(value["attempt"], int):
        raise TamperedError("object.fields", what="certificate")
    return _opened("certificate", (value["session"], value["attempt"]), value, desk_secret)


def seal_drawn_items(content: Json, desk_key: bytes, desk_secret: bytes, random: Random) -> bytes:
    """Which items the desk has drawn lately, with a mark that only who has the desk's secret can make."""
    marked = {"content": content, "mark": _mark(content, desk_secret)}
    return canonical(_sealed("drawn-items", (), marked, desk_key, random))


def open_drawn_items(data: bytes, desk_secret: bytes) -> Json:
    """The inverse. Raises TamperedError."""
    marked = _opened("drawn-items", (), read_object(data, "drawn-items", {"key", "box"}), desk_secret)
    content: Json = marked["content"]
    if not hmac.compare_digest(str(marked["mark"]), _mark(content, desk_secret)):
        raise TamperedError("object.fields", what="drawn-items")
    return content


def _mark(content: Json, desk_secret: bytes) -> str:
    key = hmac.digest(desk_secret, t("drawn-items-mark"), "sha256")
    return hmac.digest(key, canonical(content), "sha256").hex()


def seal_exclusions(content: Json, session: str, desk_key: bytes, random: Random) -> bytes:
    """Which items a session's papers must not have."""
    return canonical(_sealed("exclusions", (session,), content, desk_key, random))


def open_exclusions(data: bytes, session: str, desk_secret: bytes) -> Json:
    """The inverse. Raises TamperedError."""
    return _opened("exclusions", (session,), read_object(data, "exclusions", {"key", "box"}), desk_secret)


def _sealed(label: str, subject: tuple[str | int, ...], content: Json, desk_key: bytes, random: Random) -> Json:
    key = random(32)
    wrapped = seal_to(desk_key, key, t(label, *subject))
    box = encrypt(key, t(f"{label}-payload", *subject), canonical(content))
    return {"key": b64(wrapped), "box": b64(box)}


def _opened(label: str, subject: tuple[str | int, ...], value: Json, desk_secret: bytes) -> Json:
    key = open_with(desk_secret, unb64(value["key"], label), t(label, *subject), label)
    try:
        plain = decrypt([unb64(value["box"], label)], key, t(f"{label}-payload", *subject))
    except ContainerError as error:
        # It is no package: nobody may be sent to fetch a key.
        raise TamperedError("draft.changed", what=label) from error
    content = read_canonical(plain, label)
    assert isinstance(content, dict)
    return content
