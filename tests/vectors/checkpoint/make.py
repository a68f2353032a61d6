"""Writes the checkpoint vectors beside it. Shares no code with `keys`: hashing, base64 and signing are spelt out here.

    python tests/vectors/checkpoint/make.py

Each file: "expect: ok" or "expect: FAMILY CODE", "claim: ...", "at_least: N", a line "---", then the stored bytes.
Keys: Ed25519 seeds of 32 equal bytes; log 1, witnesses a 2, b 3, c 4; a key nobody knows 5. Origin log.example/2026.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "log.example/2026"
ROOT = b64encode(sha256(b"\0entry").digest()).decode()
TEXT = f"{ORIGIN}\n1\n{ROOT}\n"
SEED = {ORIGIN: 1, "a.example": 2, "b.example": 3, "c.example": 4, "nobody.example": 5}


def line(name: str, kind: int, body: bytes, seed: int, time: int | None = None) -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    number = sha256(name.encode() + b"\n" + bytes([kind]) + key.public_key().public_bytes_raw()).digest()[:4]
    stamp = b"" if time is None else time.to_bytes(8, "big")
    return f"\N{EM DASH} {name} {b64encode(number + stamp + key.sign(body)).decode()}\n"


def log(text: str = TEXT, seed: int = 1) -> str:
    return line(text.split("\n")[0], 1, text.encode(), seed)


def cosigned(name: str, time: int = 1_700_000_000, text: str = TEXT, seed: int = 0, said: int = -1) -> str:
    body = f"cosignature/v1\ntime {time if said < 0 else said}\n{text}".encode()
    return line(name, 4, body, seed or SEED[name], time)


A, B, C, NOBODY = map(cosigned, ("a.example", "b.example", "c.example", "nobody.example"))


def note(*lines: str, text: str = TEXT) -> str:
    return text + "\n" + "".join(lines)


def wrong(text: str) -> str:
    """A checkpoint whose text is not of the form, signed by everybody all the same."""
    return note(log(text), cosigned("a.example", text=text), cosigned("b.example", text=text), text=text)


EMPTY = b64encode(sha256().digest()).decode()
BAD = "TamperedError checkpoint."
VECTORS = {
    "good": ("ok", "the log and three witnesses", note(log(), A, B, C)),
    "good-quorum": ("ok", "two of the three witnesses are enough", note(log(), A, C)),
    "good-times": (
        "ok",
        "each witness signs its own time",
        note(log(), cosigned("a.example", 0), cosigned("b.example", 2**63 - 1)),
    ),
    "good-empty-log": ("ok", "a log without entries has the root of nothing", wrong(f"{ORIGIN}\n0\n{EMPTY}\n")),
    "quorum": ("RefusedError checkpoint.quorum", "one witness is not two", note(log(), A)),
    "quorum-none": ("RefusedError checkpoint.quorum", "the log alone is not two witnesses", note(log())),
    "doubled": (BAD + "doubled", "one witness twice is not two", note(log(), A, A)),
    "doubled-later": (
        BAD + "doubled",
        "one witness at two times is not two",
        note(log(), A, cosigned("a.example", 1_700_000_001)),
    ),
    "doubled-log": (BAD + "unknown_line", "the log's line twice", note(log(), log(), A, B)),
    "order": (BAD + "order", "witnesses stand in the order of their names", note(log(), B, A)),
    "unknown": (BAD + "unknown_line", "a line of a key nobody named", note(log(), A, B, NOBODY)),
    "unknown-key": (
        BAD + "unknown_line",
        "another key under a witness's name",
        note(log(), A, cosigned("b.example", seed=5)),
    ),
    "unknown-kind": (
        BAD + "unknown_line",
        "a witness's plain signature",
        note(log(), A, line("b.example", 1, TEXT.encode(), 3)),
    ),
    "log-missing": (BAD + "log_line", "no line of the log", note(A, B)),
    "log-second": (BAD + "log_line", "the log's line is not the first", note(A, log(), B)),
    "log-key": (BAD + "log_line", "another key under the log's name", note(log(seed=5), A, B)),
    "log-signature": (
        "TamperedError note.signature",
        "the log signed something else",
        note(log(TEXT.replace("\n1\n", "\n2\n")), A, B),
    ),
    "witness-signature": (
        "TamperedError note.signature",
        "a witness cosigned something else",
        note(log(), A, cosigned("b.example", text=TEXT.replace("\n1\n", "\n2\n"))),
    ),
    "witness-time": (
        "TamperedError note.signature",
        "the time in the line is not the signed one",
        note(log(), A, cosigned("b.example", said=1_600_000_000)),
    ),
    "witness-prefix": (
        "TamperedError note.signature",
        "a cosignature over the bare text",
        note(log(), A, line("b.example", 4, TEXT.encode(), 3, 1_700_000_000)),
    ),
    "time-too-large": (BAD + "time", "a time of 2^63", note(log(), A, cosigned("b.example", 2**63))),
    "origin": (BAD + "origin", "another log's checkpoint", wrong(TEXT.replace("2026", "2027"))),
    "origin-blank": (
        "TamperedError note.name",
        "an origin with a blank",
        note(log(), A, B, text=TEXT.replace("2026", "2 6")),
    ),
    "size-zero-first": (BAD + "form", "a size with a leading zero", wrong(TEXT.replace("\n1\n", "\n01\n"))),
    "size-sign": (BAD + "form", "a size with a sign", wrong(TEXT.replace("\n1\n", "\n+1\n"))),
    "size-digits": (
        BAD + "form",
        "a size in other digits",
        wrong(TEXT.replace("\n1\n", "\n\N{ARABIC-INDIC DIGIT ONE}\n")),
    ),
    "size-too-large": (BAD + "form", "a size of 2^63", wrong(TEXT.replace("\n1\n", f"\n{2**63}\n"))),
    "size-endless": (BAD + "form", "a size of 5000 digits", wrong(TEXT.replace("\n1\n", "\n" + "9" * 5000 + "\n"))),
    "root-short": (BAD + "form", "a root of 31 bytes", wrong(f"{ORIGIN}\n1\n{b64encode(bytes(31)).decode()}\n")),
    "root-of-empty-log": (BAD + "form", "a log without entries but with another root", wrong(f"{ORIGIN}\n0\n{ROOT}\n")),
    "extension": (BAD + "form", "a fourth line", wrong(TEXT + "extension\n")),
    "two-lines": (BAD + "form", "no root", wrong(f"{ORIGIN}\n1\n")),
}


if __name__ == "__main__":
    for name, (expect, claim, data) in VECTORS.items():
        head = f"expect: {expect}\nclaim: {claim}\nat_least: 2\n---\n"
        (Path(__file__).parent / f"{name}.txt").write_bytes((head + data).encode())
