"""Phone codes: the release factor R or one holder's share as 32 signs that can be read out, texted and typed.

    01J8 X0EV GK6R C2EW HCK9 BB83 4KS6 05V6

    160 bits, most significant first, 5 a sign = kind (8) ‖ value (128) ‖ check (24)
    kind  = 0 for R, j for the share of holder j
    check = the first 3 bytes of H("code", hid, lock, kind, value)

Signs are Crockford's base32: digits and letters without I, L, O and U. Written as 8 groups of 4; when typed, small
letters, blanks and hyphens do no harm, O is read as 0, I and L as 1.

The check holds session and lock, so a code of another paper is refused before anything is opened with it. A wrong
code passes with probability 2^-24; the commitments cR and c_j decide, this only tells the typist at once.

Sources: keys.md ("Factors and keys") and crypto.md 3.5, where the alphabet and its reading are Douglas Crockford's.
"""

from __future__ import annotations

from keys.encoding import h
from keys.errors import MalformedError

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 32
"""Signs in a code."""

GROUP = 4
VALUE_SIZE = 16
CHECK_SIZE = 3
"""Bytes."""

# Written out and not str.upper(): that would also turn signs of other alphabets into these.
_READ = {sign: number for number, sign in enumerate(SIGNS)}
_READ |= {sign.lower(): number for sign, number in _READ.items()}
_READ |= {"O": 0, "o": 0, "I": 1, "i": 1, "L": 1, "l": 1}


def encode(hid: bytes, lock: str, kind: int, value: bytes) -> str:
    """The code in 8 groups with blanks between; hid 32 bytes, value 16 bytes, kind 0 to 255.

    Raises ValueError for another kind or length of value.
    """
    if not 0 <= kind <= 0xFF or len(value) != VALUE_SIZE:
        raise ValueError("a code carries a kind of one byte and 16 bytes")
    bits = int.from_bytes(bytes([kind]) + value + _check(hid, lock, kind, value), "big")
    signs = "".join(SIGNS[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return " ".join(signs[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def decode(text: str, hid: bytes, lock: str) -> tuple[int, bytes]:
    """Kind and 16 bytes of a typed code for this session and lock.

    Raises MalformedError: "code.form" for a sign that no code has (`group`: counted from 1) or not 32 signs (`found`),
    "code.check" for a mistyped code or one of another session or lock. The errors never carry the code.
    """
    typed = [sign for sign in text if not (sign.isspace() or sign == "-")]
    bits = 0
    for place, sign in enumerate(typed):
        if sign not in _READ:
            raise MalformedError("code.form", group=place // GROUP + 1)
        bits = bits << 5 | _READ[sign]
    if len(typed) != LENGTH:
        raise MalformedError("code.form", found=len(typed), expected=LENGTH)
    raw = bits.to_bytes(1 + VALUE_SIZE + CHECK_SIZE, "big")
    kind, value, check = raw[0], raw[1 : 1 + VALUE_SIZE], raw[1 + VALUE_SIZE :]
    if check != _check(hid, lock, kind, value):
        raise MalformedError("code.check")
    return kind, value


def _check(hid: bytes, lock: str, kind: int, value: bytes) -> bytes:
    return h("code", hid, lock, kind, value)[:CHECK_SIZE]
