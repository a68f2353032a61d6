"""The sealed draft on the desk, from assembling to sealing: papers, seed and full certificate, for the desk's key only.

{"box":"<payload>","key":"<HPKE>"}      a random key by HPKE, info t("draft", session, attempt); the payload format
"""

from __future__ import annotations

from itembank.formats.payload import decrypt, encrypt
from keys.encoding import Json, b64, canonical, read_canonical, read_object, t, unb64
from keys.envelope import open_with, seal_to
from keys.keyfile import Random


def seal_draft(content: Json, session: str, attempt: int, desk_key: bytes, random: Random) -> bytes:
    """The draft file; only the desk's key opens it."""
    key = random(32)
    wrapped = seal_to(desk_key, key, t("draft", session, attempt))
    box = encrypt(key, t("draft-payload", session, attempt), canonical(content))
    return canonical({"key": b64(wrapped), "box": b64(box)})


def open_draft(data: bytes, session: str, attempt: int, desk_secret: bytes) -> Json:
    """What was drafted. Raises TamperedError or ContainerError."""
    value = read_object(data, "draft", {"key", "box"})
    key = open_with(desk_secret, unb64(value["key"], "draft"), t("draft", session, attempt), "draft")
    plain = decrypt([unb64(value["box"], "draft")], key, t("draft-payload", session, attempt))
    content = read_canonical(plain, "draft")
    assert isinstance(content, dict)
    return content
