"""The content key of a package: both factors are needed, and the package they belong to is bound in.

CEK = HKDF-SHA256(salt hid, A ‖ R, info t("cek", pid))              a package behind a lock
CEK = HKDF-SHA256(salt hid, A,     info t("cek-nolock", pid))       a pool release, which has no lock
UK  = HKDF-SHA256(salt hid, U ‖ R, info t("uses", hid, lock))       the use report a desk keeps until its lock has opened
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.encoding import h, t


def content_key(hid: bytes, pid: bytes, access: bytes, release: bytes) -> bytes:
    """32 bytes from A (32) and R (16)."""
    return HKDF(hashes.SHA256(), 32, salt=hid, info=t("cek", pid)).derive(access + release)


def content_key_without_lock(hid: bytes, pid: bytes, access: bytes) -> bytes:
    """32 bytes from A alone, for kind `pool` only."""
    return HKDF(hashes.SHA256(), 32, salt=hid, info=t("cek-nolock", pid)).derive(access)


def uses_key(hid: bytes, lock: str, own: bytes, release: bytes) -> bytes:
    """32 bytes from U (32), which is the desk's, and R (16)."""
    return HKDF(hashes.SHA256(), 32, salt=hid, info=t("uses", hid, lock)).derive(own + release)


def payload_context(hid: bytes, pid: bytes) -> bytes:
    """What the chunked encryption of the payload is bound to."""
    return t("payload", hid, pid)


def commit_pages(hid: bytes, pid: bytes, salt: bytes, pages: bytes) -> bytes:
    """cP = H("pages", hid, pid, salt, SHA-256 of the station's PDF); `pages` is that SHA-256."""
    return h("pages", hid, pid, salt, pages)
