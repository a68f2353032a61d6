"""Nonces for signed requests: the centre remembers only those that were used, so asking for them fills no disk.

    nonce = seconds since 1970 (u32) ‖ 4 random bytes ‖ the first 8 bytes of HMAC-SHA256(key, both), in hex

The key is made anew at each start; who holds an older nonce is refused once and asks for another.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from itembank.ports import Random
from keys.request import NONCE_SECONDS

SIZE = 16
"""Bytes."""


class Nonces:
    """Gives nonces out, and tells which it gave and when."""

    def __init__(self, random: Random) -> None:
        self._random, self._key = random, random(32)

    def give(self, now: datetime) -> str:
        head = int(now.timestamp()).to_bytes(4, "big") + self._random(4)
        return (head + self._mac(head)).hex()

    def gave(self, nonce: str, now: datetime) -> bool:
        """Whether it is one of ours and at most ten minutes old."""
        try:
            raw = bytes.fromhex(nonce)
        except ValueError:
            return False
        age = now.timestamp() - int.from_bytes(raw[:4], "big")
        mine = len(raw) == SIZE and raw.hex() == nonce and hmac.compare_digest(self._mac(raw[:8]), raw[8:])
        return mine and -1 <= age <= NONCE_SECONDS

    def _mac(self, head: bytes) -> bytes:
        return hmac.digest(self._key, head, "sha256")[:8]
