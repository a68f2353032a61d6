"""HPKE: sealing a small secret to one key, with everything that binds it in `info` (RFC 9180, base mode, one shot).

E_d = HPKE(device_d, A, info t("envelope", hid, pid, d)): the digital envelope (数字信封) that carries a package's access
factor A to one device; 80 bytes for the 32 of A. Shares, drafts and seeds use the same suite with infos of their own.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from keys.encoding import h, t
from keys.errors import TamperedError

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal_to(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """HPKE to a raw X25519 key; enc ‖ ciphertext."""
    return SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info=info)


def open_with(secret: bytes, sealed: bytes, info: bytes, what: str) -> bytes:
    """Open with a raw X25519 secret. Raises TamperedError when key, info or bytes do not belong together."""
    try:
        return SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(secret), info=info)
    except (InvalidTag, ValueError) as error:
        raise TamperedError("envelope.foreign", what=what) from error


def commit_access(hid: bytes, pid: bytes, access: bytes) -> bytes:
    """cA = H("A", hid, pid, A)."""
    return h("A", hid, pid, access)


def seal_envelope(hid: bytes, pid: bytes, device: str, public: bytes, access: bytes) -> bytes:
    """E_d for one device."""
    return seal_to(public, access, t("envelope", hid, pid, device))


def open_envelope(hid: bytes, pid: bytes, device: str, secret: bytes, sealed: bytes, c_a: bytes) -> bytes:
    """A, checked against its commitment. Raises TamperedError."""
    access = open_with(secret, sealed, t("envelope", hid, pid, device), "envelope")
    if commit_access(hid, pid, access) != c_a:
        raise TamperedError("envelope.commitment")
    return access
