"""Values sealed in a row: only the right key opens them, only in their own row, and only as they were sealed."""

from __future__ import annotations

import hmac
from itertools import count

import pytest
from Crypto.Cipher import AES
from hypothesis import given
from hypothesis import strategies as st

from itembank.formats.at_rest import OVERHEAD, ContentKey, fingerprint
from keys.encoding import t
from tests.province import refused

KEY = ContentKey(bytes(range(32)))
ROW = ("item", "city", "1234-5678", "3")
STEM = "下列哪一项是正确的？".encode()


class Counting:
    """Random bytes that count up; `given` has all of them."""

    def __init__(self) -> None:
        self._next = count(1)
        self.given: list[bytes] = []

    def __call__(self, length: int) -> bytes:
        self.given.append(next(self._next).to_bytes(length, "big"))
        return self.given[-1]


SEALED = KEY.seal(ROW, STEM, Counting())


@given(st.binary(max_size=2000), st.lists(st.text(max_size=20), max_size=5).map(tuple))
def test_what_was_sealed_comes_back(plaintext: bytes, context: tuple[str, ...]) -> None:
    sealed = KEY.seal(context, plaintext, Counting())

    assert KEY.open(context, sealed) == plaintext and len(sealed) == len(plaintext) + OVERHEAD


def test_what_we_seal_is_aes_gcm_in_the_order_of_the_page() -> None:
    """Built a second time with another library, from the module's text."""
    nonce = (1).to_bytes(12, "big")
    cipher = AES.new(bytes(range(32)), AES.MODE_GCM, nonce=nonce)
    cipher.update(t("at-rest", *ROW))
    box, tag = cipher.encrypt_and_digest(STEM)

    assert b"\x01" + nonce + box + tag == SEALED


def test_a_flipped_bit_anywhere_is_seen() -> None:
    for place in range(8 * len(SEALED)):
        changed = bytearray(SEALED)
        changed[place // 8] ^= 1 << place % 8
        refused("at_rest.changed", lambda changed=bytes(changed): KEY.open(ROW, changed))  # type: ignore[misc]


@pytest.mark.parametrize("length", [*range(OVERHEAD + 1), len(SEALED) - 1])
def test_what_was_cut_off_does_not_open(length: int) -> None:
    refused("at_rest.changed", lambda: KEY.open(ROW, SEALED[:length]))


def test_what_was_lengthened_does_not_open() -> None:
    refused("at_rest.changed", lambda: KEY.open(ROW, SEALED + b"\x00"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("stem", "city", "1234-5678", "3"), id="another table"),
        pytest.param(("item", "province", "1234-5678", "3"), id="another pool"),
        pytest.param(("item", "city", "1234-5679", "3"), id="another item"),
        pytest.param(("item", "city", "1234-5678", "2"), id="an older version"),
        pytest.param(("item", "city", "1234-567", "83"), id="the same letters, divided elsewhere"),
        pytest.param(("item", "city", "1234-5678"), id="a field less"),
        pytest.param((), id="none"),
    ],
)
def test_a_value_moved_to_another_row_does_not_open(other: tuple[str, ...]) -> None:
    refused("at_rest.changed", lambda: KEY.open(other, SEALED))


def test_another_key_does_not_open_it() -> None:
    refused("at_rest.changed", lambda: ContentKey(bytes(32)).open(ROW, SEALED))


def test_every_value_gets_a_fresh_nonce() -> None:
    """Also the same text in the same row, sealed twice."""
    random = Counting()

    sealed = [KEY.seal(ROW, STEM, random) for _ in range(50)]

    assert [each[1:13] for each in sealed] == random.given and len(set(random.given)) == 50
    assert len({each[13:] for each in sealed}) == 50


def test_a_text_has_one_mark_under_a_key_and_another_under_another() -> None:
    """Whoever lacks the key cannot try out texts."""
    key = bytes(range(32))

    mark = fingerprint(key, "题干".encode())

    assert mark == fingerprint(key, "题干".encode()) and len(mark) == 16
    assert len({mark, fingerprint(key, "题干。".encode()), fingerprint(bytes(32), "题干".encode())}) == 3
    assert hmac.digest(key, "题干".encode(), "sha256")[:16] != mark, "a mark of another use would do"
