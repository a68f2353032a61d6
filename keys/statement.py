"""Signed statements: DSSE envelopes over canonical JSON.

    {"payload":"<base64>","payloadType":"application/vnd.itembank.order+json","signatures":[{"keyid":"freezer-1","sig":"…"}]}

Source: DSSE protocol and envelope, v1.0.2 (secure-systems-lab/dsse). `keyid` is the signer's name in the directory. What
a reader must refuse: bytes that are not canonical, another payload type, a signature by an unknown name, a signature
that does not verify, the same signer twice, no signature at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys.encoding import Json, b64, canonical, read_object, unb64
from keys.errors import TamperedError


@dataclass(frozen=True, slots=True)
class Signer:
    """A name of the directory and its unlocked signing key."""

    name: str
    key: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


@dataclass(frozen=True, slots=True)
class Statement:
    """A verified statement: what it says, who signed it (in order), and its stored bytes."""

    body: Json
    signers: tuple[str, ...]
    data: bytes


def payload_type(kind: str) -> str:
    return f"application/vnd.itembank.{kind}+json"


def pae(type_: str, payload: bytes) -> bytes:
    """Pre-authentication encoding: `DSSEv1 SP LEN(type) SP type SP LEN(body) SP body`, lengths in decimal ASCII."""
    raw = type_.encode()
    return b"DSSEv1 %d %b %d %b" % (len(raw), raw, len(payload), payload)


def sign(kind: str, body: Json, signers: Sequence[Signer]) -> bytes:
    """A statement of this kind, signed by each signer in turn."""
    payload = canonical(body)
    message = pae(payload_type(kind), payload)
    signatures = [{"keyid": signer.name, "sig": b64(signer.sign(message))} for signer in signers]
    return canonical({"payload": b64(payload), "payloadType": payload_type(kind), "signatures": signatures})


def add_signature(data: bytes, kind: str, signer: Signer) -> bytes:
    """The same statement with one more signature behind the others."""
    envelope, payload = _envelope(data, kind)
    signature = {"keyid": signer.name, "sig": b64(signer.sign(pae(payload_type(kind), payload)))}
    return canonical({**envelope, "signatures": [*envelope["signatures"], signature]})


def read(data: bytes, kind: str, fields: set[str], keys: Mapping[str, bytes]) -> Statement:
    """Verify every signature line under `keys` (name → raw Ed25519 key). Raises TamperedError.

    The caller still owes the question whether these signers may sign this: see `Directory.require`.
    """
    envelope, payload = _envelope(data, kind)
    message = pae(payload_type(kind), payload)
    signers: list[str] = []
    for line in envelope["signatures"]:
        name = _check_line(line, message, keys, kind)
        if name in signers:
            raise TamperedError("statement.signed_twice", what=kind, who=name)
        signers.append(name)
    if not signers:
        raise TamperedError("statement.unsigned", what=kind)
    return Statement(read_object(payload, kind, fields), tuple(signers), data)


def peek(data: bytes, kind: str, fields: set[str]) -> Json:
    """What a statement claims, unverified: only to learn under which key it wants to be read."""
    return read_object(_envelope(data, kind)[1], kind, fields)


def claimed_signers(data: bytes, kind: str) -> list[str]:
    """The names behind a statement's signature lines, unverified."""
    return [str(line.get("keyid")) for line in _envelope(data, kind)[0]["signatures"] if isinstance(line, dict)]


def kind_of(data: bytes) -> str:
    """The kind a stored statement claims to be."""
    type_ = read_object(data, "statement", {"payload", "payloadType", "signatures"})["payloadType"]
    return str(type_).removeprefix("application/vnd.itembank.").removesuffix("+json")


def _envelope(data: bytes, kind: str) -> tuple[Json, bytes]:
    envelope = read_object(data, kind, {"payload", "payloadType", "signatures"})
    if envelope["payloadType"] != payload_type(kind) or not isinstance(envelope["signatures"], list):
        raise TamperedError("statement.kind", what=kind)
    return envelope, unb64(str(envelope["payload"]), kind)


def _check_line(line: object, message: bytes, keys: Mapping[str, bytes], kind: str) -> str:
    if not isinstance(line, dict) or set(line) != {"keyid", "sig"}:
        raise TamperedError("object.fields", what=kind)
    name = str(line["keyid"])
    if name not in keys:
        raise TamperedError("statement.unknown_signer", what=kind, who=name)
    check_signature(keys[name], unb64(str(line["sig"]), kind), message, kind, name)
    return name


def check_signature(public: bytes, signature: bytes, message: bytes, what: str, who: str) -> None:
    """Raise TamperedError unless `signature` is the Ed25519 signature of `message` under the raw key `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise TamperedError("statement.signature", what=what, who=who) from error
