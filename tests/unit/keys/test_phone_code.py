"""Phone codes: read as spoken and typed, refused when one sign is wrong or the code belongs elsewhere."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import MalformedError
from keys.phone_code import LENGTH, SIGNS, decode, encode

HID = hashlib.sha256(b"header").digest()
LOCK = "theory"
VALUE = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
CODE = encode(HID, LOCK, 0, VALUE)
BARE = CODE.replace(" ", "")


def refusal(text: str, hid: bytes = HID, lock: str = LOCK) -> str | None:
    try:
        decode(text, hid, lock)
    except MalformedError as error:
        return error.code
    return None


def test_a_code_is_the_defined_160_bits() -> None:
    """Computed here from the formula of keys.md, with nothing of ours."""
    fields = [HID, LOCK.encode(), b"2", VALUE]
    check = hashlib.sha256(b"itembank/1 code" + b"".join(len(each).to_bytes(2, "big") + each for each in fields)).digest()[:3]
    bits = f"{2:08b}" + "".join(f"{byte:08b}" for byte in VALUE + check)
    signs = ["0123456789ABCDEFGHJKMNPQRSTVWXYZ"[int(bits[at : at + 5], 2)] for at in range(0, 160, 5)]

    assert encode(HID, LOCK, 2, VALUE) == " ".join("".join(signs[at : at + 4]) for at in range(0, 32, 4))


@given(st.binary(min_size=32, max_size=32), st.text(max_size=8), st.integers(0, 255), st.binary(min_size=16, max_size=16))
def test_every_code_is_read_back(hid: bytes, lock: str, kind: int, value: bytes) -> None:
    code = encode(hid, lock, kind, value)

    assert [len(group) for group in code.split(" ")] == [4] * 8
    assert decode(code, hid, lock) == (kind, value)


@pytest.mark.parametrize(
    "typed",
    [
        BARE,
        CODE.lower(),
        CODE.replace(" ", "-"),
        CODE.replace(" ", "  "),
        CODE.replace(" ", "\n"),
        CODE.replace(" ", "\u3000"),
        f"  {CODE} \n",
        " - ".join(BARE),
        CODE.replace("0", "O"),
        CODE.replace("0", "o"),
        CODE.replace("1", "I"),
        CODE.replace("1", "i"),
        CODE.replace("1", "L"),
        CODE.replace("1", "l"),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert "0" in CODE and "1" in CODE
    assert decode(typed, HID, LOCK) == (0, VALUE)


def test_every_single_mistyped_sign_is_refused() -> None:
    for place in range(LENGTH):
        for sign in set(SIGNS) - {BARE[place]}:
            assert refusal(BARE[:place] + sign + BARE[place + 1 :]) == "code.check"


def test_every_exchange_of_two_signs_is_refused() -> None:
    """Of neighbours, and of any other two."""
    for first in range(LENGTH):
        for second in range(first + 1, LENGTH):
            if BARE[first] != BARE[second]:
                typed = list(BARE)
                typed[first], typed[second] = typed[second], typed[first]
                assert refusal("".join(typed)) == "code.check"


def test_two_groups_in_the_wrong_order_are_refused() -> None:
    groups = CODE.split(" ")
    for place in range(7):
        other = [*groups[:place], groups[place + 1], groups[place], *groups[place + 2 :]]
        assert refusal(" ".join(other)) == "code.check"


def test_a_code_of_another_session_is_refused() -> None:
    assert refusal(CODE, hid=hashlib.sha256(b"another header").digest()) == "code.check"


def test_a_code_of_another_lock_is_refused() -> None:
    assert refusal(CODE, lock="spare") == "code.check"


def test_a_share_is_not_read_as_the_release_factor() -> None:
    assert encode(HID, LOCK, 1, VALUE) != CODE
    assert decode(encode(HID, LOCK, 1, VALUE), HID, LOCK)[0] == 1


@pytest.mark.parametrize("typed", ["", BARE[:-1], BARE + "0", CODE + " " + CODE, CODE.rsplit(" ", 1)[0]])
def test_another_number_of_signs_is_refused(typed: str) -> None:
    assert refusal(typed) == "code.form"


@pytest.mark.parametrize("sign", ["U", "u", "*", "=", "é", "零", "\u0661", "\u017f", "\u0131", "\u212a", "\0"])
def test_a_sign_that_no_code_has_is_refused(sign: str) -> None:
    for place in range(LENGTH):
        with pytest.raises(MalformedError) as caught:
            decode(BARE[:place] + sign + BARE[place + 1 :], HID, LOCK)
        assert caught.value.code == "code.form"
        assert caught.value.facts == {"group": place // 4 + 1}


@pytest.mark.parametrize("typed", [BARE[:-1], BARE[:-1] + "U", BARE[:-1] + ("0" if BARE[-1] != "0" else "1")])
def test_a_refusal_does_not_tell_the_code(typed: str) -> None:
    with pytest.raises(MalformedError) as caught:
        decode(typed, HID, LOCK)
    assert BARE[:8] not in str(caught.value)
    assert VALUE.hex() not in str(caught.value)


@pytest.mark.parametrize(("kind", "value"), [(-1, VALUE), (256, VALUE), (0, VALUE[:15]), (0, VALUE + b"\0")])
def test_only_one_kind_and_16_bytes_are_encoded(kind: int, value: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        encode(HID, LOCK, kind, value)
