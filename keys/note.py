"""Signed notes: a text with one signature a line beneath it, readable and checkable without this program.

    Ognuno sta solo sul cuor della terra
    ⏎
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ…

    note    = text blank line+            text: ends in a newline, may contain blank lines; the last one separates
    blank   = U+000A
    line    = "— " name " " base64(key id ‖ signature) U+000A           the dash is U+2014
    name    = one or more characters, no Unicode space, no "+"
    key id  = SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]

UTF-8 without control characters below U+0020 except newline. The parser takes exactly what the formatter writes and
keeps lines of keys it does not know; which lines are allowed is for the kind of note to say (`keys.checkpoint`).
The key id only names a key. It is 4 bytes and can be forged: the signature is checked with the whole public key.

Source: C2SP signed-note (https://c2sp.org/signed-note), format and Ed25519 signatures, at C2SP/C2SP 5ba5ee83.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys.encoding import b64, unb64
from keys.errors import TamperedError

ED25519 = 0x01
"""Kind: an Ed25519 signature over the note's text."""

COSIGNATURE = 0x04
"""Kind: a timestamped Ed25519 cosignature, see `keys.checkpoint`."""

KEY_ID_SIZE = 4
"""Bytes."""

MOST_SIGNATURES = 64
"""Lines in one note. The source asks for some limit, and for at least 16."""

DASH = "\u2014 "


@dataclass(frozen=True)
class Signature:
    """One signature line: the key's name, its id (4 bytes), and what it made (1 byte or more, by its kind)."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A text ending in a newline, and its signature lines in their order."""

    text: str
    signatures: tuple[Signature, ...]


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name ‖ 0x0A ‖ kind ‖ public)[:4]. Raises TamperedError("note.name")."""
    check_name(name)
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_SIZE]


def check_name(name: str) -> None:
    """That this can name a key. Raises TamperedError("note.name")."""
    if not name or any(sign.isspace() or sign < " " or sign == "+" for sign in name) or not _is_utf8(name):
        raise TamperedError("note.name", found=name)


def sign_line(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The Ed25519 signature line (kind 0x01) over a note's text, ending in a newline.

    Raises TamperedError for a text or a name that no note can carry.
    """
    _check_text(text)
    return format_line(Signature(name, key_id(name, ED25519, key.public_key().public_bytes_raw()), key.sign(text.encode())))


def format_line(signature: Signature) -> str:
    """The line, ending in a newline. Raises TamperedError for what `parse_line` would refuse."""
    check_name(signature.name)
    if len(signature.key_id) != KEY_ID_SIZE or not signature.value:
        raise TamperedError("note.form", why="signature")
    return f"{DASH}{signature.name} {b64(signature.key_id + signature.value)}\n"


def parse_line(line: str) -> Signature:
    """The signature of one line that ends in a newline. Raises TamperedError."""
    name, blank, encoded = line.removeprefix(DASH).removesuffix("\n").partition(" ")
    if not blank:
        raise TamperedError("note.form", why="signature line")
    raw = unb64(encoded, "signature line")
    signature = Signature(name, raw[:KEY_ID_SIZE], raw[KEY_ID_SIZE:])
    if format_line(signature) != line:
        raise TamperedError("note.form", why="signature line")
    return signature


def format_note(note: Note) -> bytes:
    """The note's bytes. Raises TamperedError for what `parse_note` would refuse."""
    _check_text(note.text)
    if not 0 < len(note.signatures) <= MOST_SIGNATURES:
        raise TamperedError("note.form", why="number of signatures")
    return (note.text + "\n" + "".join(map(format_line, note.signatures))).encode()


def parse_note(data: bytes) -> Note:
    """The note in these bytes, signatures not checked. Raises TamperedError."""
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise TamperedError("note.form", why="not UTF-8") from error
    # Signature lines are never empty, so the last blank line is the one before them.
    before, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise TamperedError("note.form", why="no blank line")
    if lines.count("\n") > MOST_SIGNATURES:  # before the work of reading them
        raise TamperedError("note.form", why="number of signatures")
    note = Note(before + "\n", tuple(parse_line(line + "\n") for line in lines.removesuffix("\n").split("\n")))
    if format_note(note) != data:
        raise TamperedError("note.form", why="not as written")
    return note


def check_ed25519(public: bytes, signature: bytes, message: bytes, name: str) -> None:
    """That this key (raw, 32 bytes) signed the message. Raises TamperedError("note.signature", name=…)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise TamperedError("note.signature", name=name) from error


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(sign < " " and sign != "\n" for sign in text) or not _is_utf8(text):
        raise TamperedError("note.form", why="text")


def _is_utf8(text: str) -> bool:
    """Whether it can be encoded: a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
