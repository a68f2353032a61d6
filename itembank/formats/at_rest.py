"""One value of a database row, encrypted: who has the file or a dump of it reads no stem, no key and no figure.

    sealed = 1 (one byte: the format) ‖ nonce (12 bytes) ‖ AES-256-GCM(plaintext) with its tag of 16 bytes

What is sealed belongs to its context, the row it stands in, like ("item", pool, id, version): in another row, or under
another pool's key, it does not open. Nonces are random, so one data key seals at most 2^32 values.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.encoding import t
from keys.errors import TamperedError
from keys.keyfile import Random

DATA_KEY = 32
"""Bytes of a data key."""

_FORMAT = b"\x01"
_NONCE, _TAG = 12, 16
OVERHEAD = len(_FORMAT) + _NONCE + _TAG
"""Bytes a sealed value is longer than what it seals."""


class ContentKey:
    """A data key ready to use; made once for many values."""

    def __init__(self, data_key: bytes) -> None:
        if len(data_key) != DATA_KEY:
            raise ValueError("a data key has 32 bytes")
        self._cipher = AESGCM(data_key)

    def seal(self, context: tuple[str, ...], plaintext: bytes, random: Random) -> bytes:
        """The sealed value, `OVERHEAD` bytes longer."""
        nonce = random(_NONCE)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plaintext, t("at-rest", *context))

    def open(self, context: tuple[str, ...], sealed: bytes) -> bytes:
        """Raises TamperedError when one bit, the context or the key is another."""
        nonce, box = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            if sealed[:1] != _FORMAT or len(box) < _TAG:
                raise InvalidTag
            return self._cipher.decrypt(nonce, box, t("at-rest", *context))
        except InvalidTag as error:
            raise TamperedError("at_rest.changed", row="/".join(context)) from error


def fingerprint(key: bytes, data: bytes) -> bytes:
    """16 bytes, the same for the same bytes: exact duplicates are found without reading any item.

    `key`: 32 secret bytes for this use alone, so that nobody finds out by trying whether the bank has a certain text.
    """
    return hashlib.blake2b(data, digest_size=16, key=key, person=b"itembank mark").digest()
