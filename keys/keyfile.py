"""Key files: one 32-byte secret a file, either locked behind people or kept by an unattended machine.

Locked (a person, a desk, a station's decryption key): a random key-encryption key of 16 bytes encrypts the secret; it is
split threshold-of-m over the people named in the slots, each share under Argon2id of that person's passphrase. A person's
own key is 1-of-1, a desk's 1-of-m, a station's 2-of-m. Host (ledger, device signing, a holder with `unlock = host`): the
secret stands in the file, which only its owner may read (0600).

    {"box":"…","format":"itembank-key/1","name":"sealer-1","public":"<hex>","slots":[…],"threshold":1,"use":"sign"}
    {"format":"itembank-host-key/1","name":"ledger","public":"<hex>","secret":"…","use":"sign"}
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from Crypto.Protocol.SecretSharing import Shamir
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.durable import write_new
from keys.encoding import Json, b64, canonical, read_canonical, t, text, unb64, unhex
from keys.errors import MalformedError, RefusedError, TamperedError
from keys.statement import Signer

Random = Callable[[int], bytes]

LOCKED = "itembank-key/1"
HOST = "itembank-host-key/1"
HOST_FIELDS = {"format", "name", "public", "secret", "use"}
USES = ("sign", "seal")


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id: passes, memory in KiB, lanes. The default takes about a sixth of a second (RFC 9106, section 4)."""

    passes: int = 3
    memory: int = 65536
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a key file shows without being unlocked."""

    name: str
    use: str
    public: bytes
    people: tuple[str, ...]


def public_half(use: str, secret: bytes) -> bytes:
    """The raw public key of a secret: Ed25519 for `sign`, X25519 for `seal`."""
    if use == "sign":
        return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def lock(
    use: str,
    name: str,
    passphrases: Mapping[str, bytes],
    threshold: int,
    *,
    random: Random,
    cost: Cost = Cost(),
) -> bytes:
    """A new locked key file that `threshold` of these people open together (person → passphrase)."""
    if use not in USES or not 1 <= threshold <= len(passphrases):
        raise MalformedError("key.threshold", threshold=threshold, people=len(passphrases))
    if any(len(passphrase) < 8 for passphrase in passphrases.values()):
        raise MalformedError("key.passphrase_short")
    secret, kek = random(32), random(16)
    shares = Shamir.split(threshold, len(passphrases), kek, ssss=False)
    slots = [
        _slot(name, who, passphrase, index, bytes(share), random, cost)
        for (who, passphrase), (index, share) in zip(sorted(passphrases.items()), shares, strict=True)
    ]
    head = {"format": LOCKED, "name": name, "public": public_half(use, secret).hex(), "threshold": threshold, "use": use}
    nonce = random(12)
    box = nonce + AESGCM(_box_key(kek, name, use)).encrypt(nonce, secret, canonical(head))
    return canonical({**head, "slots": slots, "box": b64(box)})


def unlock(data: bytes, passphrases: Mapping[str, bytes]) -> bytes:
    """The secret of a locked key file, opened by the named people together.

    Raises RefusedError when a person has no slot, too few people came, or a passphrase is wrong, TamperedError for a file
    that was damaged or put together from others.
    """
    head, slots, box = _locked(data)
    try:
        return _unlock(head, slots, box, passphrases)
    except (InvalidTag, KeyError, TypeError, ValueError) as error:
        raise TamperedError("key.damaged", key=head.get("name", "key file")) from error


def _unlock(head: Json, slots: list[Json], box: bytes, passphrases: Mapping[str, bytes]) -> bytes:
    shares = []
    for who, passphrase in passphrases.items():
        slot = next((slot for slot in slots if slot["who"] == who), None)
        if slot is None:
            raise RefusedError("key.not_yours", key=head["name"], who=who)
        shares.append(_open_slot(str(head["name"]), slot, passphrase))
    if len(shares) < int(head["threshold"]):
        raise RefusedError("key.too_few", key=head["name"], needed=head["threshold"], came=len(shares))
    kek = bytes(Shamir.combine(shares[: int(head["threshold"])], ssss=False))
    return AESGCM(_box_key(kek, str(head["name"]), str(head["use"]))).decrypt(box[:12], box[12:], canonical(head))


def host(use: str, name: str, random: Random) -> bytes:
    """A new key file for an unattended machine."""
    secret = random(32)
    public = public_half(use, secret).hex()
    return canonical({"format": HOST, "name": name, "public": public, "secret": b64(secret), "use": use})


def read_host(path: Path, use: str) -> tuple[str, bytes]:
    """(name, secret) of a host key file. Refuses one that others may read."""
    value = read_canonical(read_private(path), "key file")
    if not isinstance(value, dict) or set(value) != HOST_FIELDS or value["format"] != HOST or value["use"] != use:
        raise MalformedError("key.kind", key=path.name)
    secret = unb64(str(value["secret"]), "key file")
    if len(secret) != 32 or public_half(use, secret).hex() != value["public"]:
        raise TamperedError("key.damaged", key=value["name"])
    return str(value["name"]), secret


def host_signer(path: Path) -> Signer:
    """The signer of an unattended machine."""
    name, secret = read_host(path, "sign")
    return Signer(name, Ed25519PrivateKey.from_private_bytes(secret))


def person_signer(path: Path, passphrase: bytes) -> Signer:
    """The signer of one person, from `person.key` and the passphrase."""
    public = show(path.read_bytes())
    return Signer(public.name, Ed25519PrivateKey.from_private_bytes(unlock(path.read_bytes(), {public.name: passphrase})))


def show(data: bytes) -> PublicKey:
    """What anybody may know of a key file. Raises TamperedError for one without its fields."""
    value = read_canonical(data, "key file")
    if not isinstance(value, dict) or value.get("format") not in (LOCKED, HOST):
        raise MalformedError("key.kind", key="key file")
    try:
        people = tuple(text(slot["who"]) for slot in value.get("slots", []))
        return PublicKey(text(value["name"]), text(value["use"]), unhex(value["public"], "key file"), people)
    except (KeyError, TypeError) as error:
        raise TamperedError("key.damaged", key=value.get("name", "key file")) from error


def read_private(path: Path) -> bytes:
    """The bytes of a file with secrets. Refuses one that others may read."""
    with open(path, "rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise RefusedError("key.readable_by_others", key=path.name)
        return file.read()


def write_private(path: Path, data: bytes) -> None:
    """Write a new file only its owner may read, whole or not at all; an existing one is never replaced."""
    write_new(path, [data], 0o600)


def _locked(data: bytes) -> tuple[Json, list[Json], bytes]:
    value = read_canonical(data, "key file")
    if not isinstance(value, dict) or value.get("format") != LOCKED:
        raise MalformedError("key.kind", key="key file")
    head = {name: inner for name, inner in value.items() if name not in ("slots", "box")}
    if not isinstance(value.get("slots"), list):
        raise TamperedError("key.damaged", key=head.get("name", "key file"))
    return head, value["slots"], unb64(str(value.get("box")), "key file")


def _box_key(kek: bytes, name: str, use: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=t("key-file", name, use)).derive(kek)


def _slot(name: str, who: str, passphrase: bytes, index: int, share: bytes, random: Random, cost: Cost) -> Json:
    salt, nonce = random(16), random(12)
    key = _stretch(passphrase, salt, cost.passes, cost.memory, cost.lanes)
    sealed = AESGCM(key).encrypt(nonce, bytes([index]) + share, t("slot", name, who))
    return {
        "who": who,
        "salt": b64(salt),
        "passes": cost.passes,
        "memory": cost.memory,
        "lanes": cost.lanes,
        "box": b64(nonce + sealed),
    }


def _open_slot(name: str, slot: Json, passphrase: bytes) -> tuple[int, bytes]:
    who, box = str(slot["who"]), unb64(str(slot["box"]), "key file")
    key = _stretch(
        passphrase, unb64(str(slot["salt"]), "key file"), int(slot["passes"]), int(slot["memory"]), int(slot["lanes"])
    )
    try:
        plain = AESGCM(key).decrypt(box[:12], box[12:], t("slot", name, who))
    except InvalidTag as error:
        raise RefusedError("key.passphrase", key=name, who=who) from error
    return plain[0], plain[1:]


def _stretch(passphrase: bytes, salt: bytes, passes: int, memory: int, lanes: int) -> bytes:
    """Argon2id, bounded so that a planted key file cannot exhaust the machine."""
    if not (1 <= passes <= 16 and 1 <= lanes <= 8 and 8 * lanes <= memory <= 1 << 20):
        raise MalformedError("key.kind", key="key file")
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(passphrase)
