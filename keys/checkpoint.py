"""Checkpoints: what a log says it holds, signed by the log and cosigned by the holders who compared it.

    ledger.example.org/2026
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    ⏎
    — ledger.example.org/2026 Az3grlgtzPICa5OS8npVmf1Myq/5IZni…       the log, kind 0x01, over the three lines
    — holder-1.example.org jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn…       cosigners, kind 0x04, sorted by name

    text        = origin U+000A size U+000A base64(root) U+000A        size in decimal, root of RFC 6962, 32 bytes
    cosigned    = "cosignature/v1" U+000A "time " seconds U+000A text
    cosignature = key id ‖ u64 seconds since 1970 ‖ 64-byte Ed25519 signature over `cosigned`

Stricter than the source, because these are our own stored files: no extension lines; the origin is a key name; the
log's line stands first and alone; a line of an unknown key, a second line of one witness, or a line that does not
verify makes the whole note false. A cosignature does not name its cosigner, so no key may stand under two names.

Sources: C2SP tlog-checkpoint, tlog-cosignature (Ed25519) and tlog-witness (https://c2sp.org), at C2SP/C2SP 5ba5ee83.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys.encoding import b64, unb64
from keys.errors import MalformedError, RefusedError, TamperedError
from keys.note import (
    COSIGNATURE,
    ED25519,
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
from keys.tree import EMPTY_ROOT, HASH_SIZE

MOST = 2**63 - 1
"""The largest size (leaves) and time (seconds since 1970)."""

TIME_SIZE = 8
SIGNATURE_SIZE = 64
"""Bytes."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """A log's name, its number of leaves, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class CosignedCheckpoint:
    """A checkpoint whose every line was verified; `times` gives each cosigner's time in seconds since 1970."""

    checkpoint: Checkpoint
    times: dict[str, int]


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The three lines that are signed. Raises TamperedError for what `parse_checkpoint` would refuse."""
    check_name(checkpoint.origin)
    if not 0 <= checkpoint.size <= MOST or len(checkpoint.root) != HASH_SIZE:
        raise TamperedError("checkpoint.form", why="size or root")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:  # tlog-witness: nothing later could contradict it
        raise TamperedError("checkpoint.form", why="root of an empty log")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{b64(checkpoint.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text. Raises TamperedError."""
    lines = text.split("\n")
    if len(lines) != 4 or not _DECIMAL.fullmatch(lines[1]):
        raise TamperedError("checkpoint.form", why="lines")
    checkpoint = Checkpoint(lines[0], int(lines[1]), unb64(lines[2], "checkpoint"))
    if format_checkpoint(checkpoint) != text:
        raise TamperedError("checkpoint.form", why="not as written")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey, origin: str) -> bytes:
    """A new note with the log's own line. `origin` names the log this key belongs to.

    Raises RefusedError("checkpoint.other_log") for another log's checkpoint, TamperedError for one that cannot be written.
    """
    if checkpoint.origin != origin:
        raise RefusedError("checkpoint.other_log", expected=origin, found=checkpoint.origin)
    text = format_checkpoint(checkpoint)
    return format_note(Note(text, (parse_line(sign_line(text, origin, key)),)))


def cosign(note: bytes, name: str, key: Ed25519PrivateKey, at: int) -> str:
    """The cosigner's line on a checkpoint, ending in a newline; `at` in seconds since 1970.

    It says: at that time, this was the largest consistent state of this log that I have seen. Whoever calls has
    verified the note, checked its consistency with the last one, and stored it. Raises TamperedError for bytes that
    are no checkpoint, ValueError for a time outside [0, 2^63).
    """
    if not 0 <= at <= MOST:
        raise ValueError(f"{at} is no time")
    text = parse_note(note).text
    parse_checkpoint(text)
    value = at.to_bytes(TIME_SIZE, "big") + key.sign(_cosigned(text, at))
    return format_line(Signature(name, key_id(name, COSIGNATURE, key.public_key().public_bytes_raw()), value))


def read_cosignature(note: bytes, line: str, *, name: str, key: bytes) -> int:
    """The time in a line that this witness (raw public key, 32 bytes) gave for this note, checked before it is added.

    Raises TamperedError when it is another witness's, of another checkpoint, or not a cosignature.
    """
    return _time(parse_note(note).text, parse_line(line), {name: key})


def add_lines(note: bytes, lines: Iterable[str]) -> bytes:
    """The note with these cosignatures too, in the canonical order: the log's line, then cosigners by name.

    The same line twice is one line; of two cosignatures by one key the later stays. Nothing is verified: check a line
    with `read_cosignature` first. Raises TamperedError when a line is no cosignature, two keys use one name, or the
    note has not exactly one line of its log.
    """
    parsed = parse_note(note)
    origin = parse_checkpoint(parsed.text).origin
    log, *others = parsed.signatures
    if log.name != origin or len(log.value) != SIGNATURE_SIZE:
        raise TamperedError("checkpoint.log_line", origin=origin)
    kept: dict[str, Signature] = {}
    for each in (*others, *map(parse_line, lines)):
        if len(each.value) != TIME_SIZE + SIGNATURE_SIZE:
            raise TamperedError("checkpoint.unknown_line", name=each.name)
        before = kept.setdefault(each.name, each)
        if before.key_id != each.key_id:
            raise TamperedError("checkpoint.doubled", name=each.name)
        if each.value[:TIME_SIZE] > before.value[:TIME_SIZE]:  # big-endian: bytes compare as the times do
            kept[each.name] = each
    return format_note(Note(parsed.text, (log, *(kept[name] for name in sorted(kept)))))


def verify(data: bytes, *, origin: str, log_key: bytes, witnesses: Mapping[str, bytes], at_least: int) -> CosignedCheckpoint:
    """The checkpoint of this log in these bytes, once every one of its lines was verified.

    `log_key` and the values of `witnesses` are raw Ed25519 public keys, 32 bytes; `at_least` counts cosigners.
    Left to the caller: consistency with the last checkpoint it kept, and whether the times are fresh.

    Raises TamperedError when anything in the bytes is not as it must be, RefusedError("checkpoint.quorum") when they
    are good but fewer than `at_least` witnesses cosigned, RefusedError("checkpoint.shared_key") when the caller's keys
    are not all different.
    """
    # 1. Each key stands for one party, or one party could be counted twice.
    if len({log_key, *witnesses.values()}) != 1 + len(witnesses):
        raise RefusedError("checkpoint.shared_key")
    # 2. The bytes are a checkpoint of this log.
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise TamperedError("checkpoint.origin", expected=origin, found=checkpoint.origin)
    # 3. The first line is the log's.
    log, *others = note.signatures
    if (log.name, log.key_id) != (origin, key_id(origin, ED25519, log_key)):
        raise TamperedError("checkpoint.log_line", origin=origin)
    check_ed25519(log_key, log.value, note.text.encode(), origin)
    # 4. Every other line is a witness's, each of another one, in the order of their names.
    times: dict[str, int] = {}
    for each in others:
        if each.name in times:
            raise TamperedError("checkpoint.doubled", name=each.name)
        if times and each.name < max(times):
            raise TamperedError("checkpoint.order", name=each.name)
        times[each.name] = _time(note.text, each, witnesses)
    # 5. They are enough.
    if len(times) < at_least:
        raise RefusedError("checkpoint.quorum", needed=at_least, found=len(times))
    return CosignedCheckpoint(checkpoint, times)


def format_add_checkpoint(old_size: int, proof: Iterable[bytes], note: bytes) -> bytes:
    """What is brought to a witness (tlog-witness, add-checkpoint): `old N`, the consistency proof, blank line, note."""
    return "\n".join([f"old {old_size}", *(b64(node) for node in proof)]).encode() + b"\n\n" + note


def parse_add_checkpoint(data: bytes) -> tuple[int, list[bytes], bytes]:
    """(old size, consistency proof, note). Raises MalformedError."""
    head, blank, note = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not blank or not lines[0].startswith("old ") or not _DECIMAL.fullmatch(lines[0].removeprefix("old ")):
        raise MalformedError("checkpoint.body")
    return int(lines[0].removeprefix("old ")), [unb64(line, "proof") for line in lines[1:]], note


def _time(text: str, signature: Signature, witnesses: Mapping[str, bytes]) -> int:
    """The time of a cosignature by one of these witnesses. Raises TamperedError."""
    name = signature.name
    if name not in witnesses or signature.key_id != key_id(name, COSIGNATURE, witnesses[name]):
        raise TamperedError("checkpoint.unknown_line", name=name)
    at = int.from_bytes(signature.value[:TIME_SIZE], "big")
    if at > MOST:
        raise TamperedError("checkpoint.time", name=name)
    check_ed25519(witnesses[name], signature.value[TIME_SIZE:], _cosigned(text, at), name)
    return at


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
