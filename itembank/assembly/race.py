"""What an item costs in one draw, and where it stands in its section: secret, random, replayable.

The cheapest paper that keeps every rule is the drawn one. An item's cost is its finishing time in an exponential race,
-ln(u), with u from HMAC-SHA256(seed, form, item number). Among items that serve equally well each is therefore equally
likely, and without the seed nobody can say which. Integers all the way: floating-point logarithms differ in the last
digit between machines, and one digit could be another paper.
"""

from __future__ import annotations

import hashlib
import hmac

from itembank.domain.paper import Form

COST_BITS = 20  # -ln(u) in steps of 2**-20: two equal sums of costs are then about as likely as 1 in 2,000
_LOG_BITS = 24
_LN2 = 0xB17217F7  # ln 2 in steps of 2**-32


def race_cost(seed: bytes, form: Form, item_no: str) -> int:
    """The cost of drawing this item for this form: an integer from 1 to 2**26, exponentially distributed."""
    drawn = int.from_bytes(_keyed(seed, "cost", form, item_no)[:8], "big") + 1
    return 1 + (_minus_log2(drawn) * _LN2 >> (32 + _LOG_BITS - COST_BITS))


def order_key(seed: bytes, form: Form, item_no: str) -> bytes:
    """Items of a section are printed in the order of these 32 bytes."""
    return _keyed(seed, "order", form, item_no)


def _keyed(seed: bytes, purpose: str, form: Form, item_no: str) -> bytes:
    return hmac.new(seed, f"itembank/draw/1|{purpose}|{form}|{item_no}".encode(), hashlib.sha256).digest()


def _minus_log2(drawn: int) -> int:
    """-log2(drawn / 2**64) for 1 <= drawn <= 2**64, in steps of 2**-24: one binary digit per squaring."""
    exponent = drawn.bit_length() - 1
    mantissa = (drawn << 63) >> exponent  # in [2**63, 2**64): the number 1.0 to 2.0
    digits = 0
    for _ in range(_LOG_BITS):
        mantissa = mantissa * mantissa >> 63
        carry = mantissa >> 64
        digits = digits << 1 | carry
        mantissa >>= carry
    return (64 - exponent << _LOG_BITS) - digits
