"""Signed notes: the source's examples, one form for each note, and every other form refused."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import TamperedError
from keys.note import (
    COSIGNATURE,
    ED25519,
    MOST_SIGNATURES,
    Note,
    Signature,
    check_ed25519,
    check_name,
    format_line,
    format_note,
    key_id,
    parse_line,
    parse_note,
    sign_line,
)

# C2SP signed-note, the note at its head: a text with a blank line and a letter beyond ASCII.
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3Ze\
kRwNtIc=
"""

# C2SP signed-note, section "Verifier keys", example.
VERIFIER_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
LINE = sign_line("text\n", "a", KEY)


def test_the_source_s_example_verifies() -> None:
    name, expected_id, encoded = VERIFIER_KEY.split("+", 2)
    kind, public = base64.b64decode(encoded)[0], base64.b64decode(encoded)[1:]

    note = parse_note(EXAMPLE.encode())
    (signature,) = note.signatures

    assert kind == ED25519
    assert key_id(name, kind, public).hex() == expected_id == signature.key_id.hex()
    assert (note.text, signature.name) == ("This is an example message.\n", "example.com/foo")
    check_ed25519(public, signature.value, note.text.encode(), name)


def test_the_last_blank_line_ends_the_text() -> None:
    note = parse_note(POEM.encode())

    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [signature.name for signature in note.signatures] == ["quasimodo.example/salvatore"]
    assert format_note(note) == POEM.encode()


def test_the_kind_is_part_of_the_key_id() -> None:
    assert key_id("a", ED25519, bytes(32)) != key_id("a", COSIGNATURE, bytes(32))


def test_a_signed_line_verifies_over_its_text_only() -> None:
    public = KEY.public_key().public_bytes_raw()
    signature = parse_line(LINE)

    assert signature.key_id == key_id("a", ED25519, public)
    check_ed25519(public, signature.value, b"text\n", "a")
    with pytest.raises(TamperedError, match=r"note\.signature"):
        check_ed25519(public, signature.value, b"text", "a")


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33)])
def test_a_key_of_another_length_verifies_nothing(public: bytes) -> None:
    with pytest.raises(TamperedError, match=r"note\.signature"):
        check_ed25519(public, bytes(64), b"text\n", "a")


def test_lines_of_unknown_keys_are_kept_in_their_order() -> None:
    unknown = Signature("other.example", b"\xff\xfe\xfd\xfc", b"of a kind we do not know")
    data = format_note(Note("text\n", (unknown, parse_line(LINE), unknown)))

    assert parse_note(data).signatures == (unknown, parse_line(LINE), unknown)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6).filter(
    lambda name: not any(sign.isspace() or sign < " " or sign == "+" for sign in name)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.just("\n"), max_size=30).map(
    lambda text: "".join(sign for sign in text if sign >= " " or sign == "\n") + "\n"
)
SIGNATURES = st.builds(Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))


@given(st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple)))
def test_every_note_is_read_back_as_written(note: Note) -> None:
    assert parse_note(format_note(note)) == note


@given(st.data())
def test_whatever_is_read_is_written_again_byte_for_byte(data: st.DataObject) -> None:
    """A note with some bytes exchanged, added or removed is refused, or it is another note in its own one form."""
    changed = bytearray(POEM.encode())
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3) | st.sampled_from([b"\n", b" "]))

    try:
        note = parse_note(bytes(changed))
    except TamperedError:
        return
    assert format_note(note) == bytes(changed)


GOOD = "text\n\n" + LINE


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("no bytes", b""),
        ("no text", ("\n" + LINE).encode()),
        ("no blank line", ("text\n" + LINE).encode()),
        ("no signature", b"text\n\n"),
        ("no newline at the end", GOOD[:-1].encode()),
        ("a newline too many at the end", (GOOD + "\n").encode()),
        ("a blank line between signatures", (GOOD + "\n" + LINE + "x").encode()),
        ("not UTF-8", GOOD.encode().replace(b"text", b"t\xe9xt")),
        ("a carriage return", GOOD.replace("\n", "\r\n").encode()),
        ("a tab in the text", GOOD.replace("text", "te\txt").encode()),
        ("a zero byte in the text", GOOD.replace("text", "te\0xt").encode()),
        ("a hyphen for the dash", GOOD.replace("\u2014", "-").encode()),
        ("an en dash for the dash", GOOD.replace("\u2014", "\u2013").encode()),
        ("two blanks after the dash", GOOD.replace("\u2014 ", "\u2014  ").encode()),
        ("two blanks after the name", GOOD.replace(" a ", " a  ").encode()),
        ("a blank at the end", (GOOD[:-1] + " \n").encode()),
        ("an empty name", GOOD.replace(" a ", "  ").encode()),
        ("a plus in the name", GOOD.replace(" a ", " a+b ").encode()),
        ("a no-break space in the name", GOOD.replace(" a ", " a\u00a0b ").encode()),
        ("an ideographic space in the name", GOOD.replace(" a ", " a\u3000b ").encode()),
        ("no padding", GOOD.replace("=", "").encode()),
        ("base64 of URLs", f"text\n\n\u2014 a {base64.urlsafe_b64encode(bytes([255] * 12)).decode()}\n".encode()),
        ("base64 with spare bits", b"text\n\n\xe2\x80\x94 a AAAAAAF=\n"),
        ("no signature after the key id", f"text\n\n\u2014 a {base64.b64encode(bytes(4)).decode()}\n".encode()),
        ("half a key id", f"text\n\n\u2014 a {base64.b64encode(bytes(3)).decode()}\n".encode()),
        ("too many signatures", ("text\n\n" + LINE * (MOST_SIGNATURES + 1)).encode()),
    ],
)
def test_a_note_in_another_form_is_refused(why: str, data: bytes) -> None:
    assert parse_note(GOOD.encode()).text == "text\n"
    with pytest.raises(TamperedError):
        parse_note(data)


def test_as_many_signatures_as_the_source_asks_for_are_read() -> None:
    assert len(parse_note(("text\n\n" + LINE * 16).encode()).signatures) == 16
    assert len(parse_note(("text\n\n" + LINE * MOST_SIGNATURES).encode()).signatures) == MOST_SIGNATURES


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\u0085b", "a\x01b", "\ud800"])
def test_what_cannot_name_a_key_makes_no_id(name: str) -> None:
    with pytest.raises(TamperedError, match=r"note\.name"):
        key_id(name, ED25519, bytes(32))


def test_names_in_other_alphabets_are_names() -> None:
    check_name("密钥保管单位/一号")


@pytest.mark.parametrize("text", ["", "no newline", "bell\a\n", "\ud800\n"])
def test_what_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(TamperedError, match=r"note\.form"):
        sign_line(text, "a", KEY)


@pytest.mark.parametrize(
    "note",
    [
        Note("text", (parse_line(LINE),)),
        Note("text\n", ()),
        Note("text\n", (parse_line(LINE),) * (MOST_SIGNATURES + 1)),
        Note("text\n", (Signature("a b", bytes(4), bytes(64)),)),
        Note("text\n", (Signature("a", bytes(5), bytes(64)),)),
        Note("text\n", (Signature("a", bytes(4), b""),)),
    ],
)
def test_what_would_not_be_read_is_not_written(note: Note) -> None:
    with pytest.raises(TamperedError):
        format_note(note)


@pytest.mark.parametrize("line", [LINE[:-1], LINE + LINE, LINE + "\n", LINE.removeprefix("\u2014 "), "\n", ""])
def test_a_line_alone_is_exactly_one_line(line: str) -> None:
    assert format_line(parse_line(LINE)) == LINE
    with pytest.raises(TamperedError):
        parse_line(line)
