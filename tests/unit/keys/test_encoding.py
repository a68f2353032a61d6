"""Bytes are bound together in one way only: one object has one form, one tuple has one meaning."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.encoding import canonical, h, read_canonical, read_object, read_time, t, time_text, unb64, unhex
from keys.errors import MalformedError, TamperedError
from tests.unit.keys.office_world import refused

PLAIN = st.recursive(
    st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab电\n", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"a":1.0}', id="a float"),
        pytest.param(b'{"a":1e2}', id="an exponent"),
        pytest.param(b'{"a":NaN}', id="not a number"),
        pytest.param(b'{"a":true}', id="a bool"),
        pytest.param(b'{"a":null}', id="a null"),
        pytest.param(b'{"a":-0}', id="minus zero"),
        pytest.param(b'{"a":1,"a":1}', id="a key twice with the same value"),
        pytest.param(b'{"a":2,"a":1}', id="a key twice with another value"),
        pytest.param(b'{"b":1,"a":1}', id="keys out of order"),
        pytest.param(b'{"a": 1}', id="a blank behind the colon"),
        pytest.param(b'{"a":1}\n', id="a newline behind"),
        pytest.param(b' {"a":1}', id="a blank in front"),
        pytest.param(b'{"a":"\\u0041"}', id="an escape where a letter stands"),
        pytest.param(b'{"a":"\\/"}', id="an escaped slash"),
        pytest.param(b'{"a":"\\ud800"}', id="half a surrogate pair"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', id="a byte order mark"),
        pytest.param('{"a":1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"a":"\xff"}', id="bytes that are not UTF-8"),
        pytest.param(b'{"a":1}{"a":1}', id="two objects"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", id="an endless number"),
        pytest.param(b"[" * 100_000, id="endless nesting"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_json_that_we_would_not_write_is_refused(data: bytes) -> None:
    refused("object.not_canonical", lambda: read_canonical(data, "test"), TamperedError)


@pytest.mark.parametrize("value", [1.5, True, None, b"x", {"a": [None]}, {1: 2}, {"a": {"b": 0.0}}], ids=repr)
def test_a_value_without_one_form_is_never_written(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@given(PLAIN)
def test_what_is_written_is_read_back(value: object) -> None:
    assert read_canonical(canonical(value), "test") == value


@pytest.mark.parametrize("data", [b"{}", b'{"a":1}', b'{"a":1,"b":2,"c":3}', b"[]", b'"ab"'])
def test_an_object_with_other_fields_is_refused(data: bytes) -> None:
    refused("object.fields", lambda: read_object(data, "test", {"a", "b"}), TamperedError)


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_two_tuples_that_differ_never_encode_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (t("label", *one) == t("label", *other)) == (one == other)


@given(st.binary(min_size=1, max_size=40), st.data())
def test_moving_the_border_between_two_fields_changes_the_tuple(whole: bytes, data: st.DataObject) -> None:
    first, second = (data.draw(st.integers(0, len(whole))) for _ in range(2))

    same = t("label", whole[:first], whole[first:]) == t("label", whole[:second], whole[second:])

    assert same == (first == second)


def test_the_hash_is_the_one_of_the_page() -> None:
    """Computed here from the formula of keys.md, with nothing of ours."""
    by_hand = b"itembank/1 share" + b"\x00\x02ab" + b"\x00\x01A" + b"\x00\x0212"

    assert h("share", b"ab", "A", 12) == hashlib.sha256(by_hand).digest()


@pytest.mark.parametrize("text", ["QUI", "QUI ", "QUJ=", " QUI=", "QUI=\n", "QU_-", "Q UI=", "QUI==", "电", "="], ids=repr)
def test_base64_in_another_form_is_refused(text: str) -> None:
    refused("object.base64", lambda: unb64(text, "test"), TamperedError)


@pytest.mark.parametrize("text", ["AB", "ab ", "a b", "abcd", "", "a", "zz", "0x"], ids=repr)
def test_hex_in_another_form_or_length_is_refused(text: str) -> None:
    refused("object.hex", lambda: unhex(text, "test", 1), TamperedError)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-16T09:00:00+00:00",
        "2026-05-16 09:00:00Z",
        "2026-5-16T09:00:00Z",
        "2026-05-16T09:00:00.0Z",
        "2026-05-16T24:00:00Z",
        "2026-02-30T09:00:00Z",
        "2026-05-16T09:00:00z",
        "2026-05-16T09:00:00Z ",
        "２026-05-16T09:00:00Z",
        "2026-05-16T09:00:60Z",
    ],
)
def test_a_time_in_another_form_is_refused(text: str) -> None:
    refused("object.time", lambda: read_time(text), MalformedError)


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))
def test_a_time_is_read_back_to_the_second(at: datetime) -> None:
    assert read_time(time_text(at)) == at.replace(microsecond=0)
