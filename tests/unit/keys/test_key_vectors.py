"""Other people's vectors against the primitives as we call them. They are read where they lie, and skipped elsewhere."""

import hmac
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from keys.encoding import canonical, read_canonical
from keys.envelope import open_with, seal_to
from keys.errors import TamperedError
from keys.keyfile import public_half
from keys.note import check_ed25519
from keys.statement import check_signature
from tests.unit.keys.office_world import refused

FOLDER = Path("/work/shared/data/security-vectors")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no vectors at {FOLDER}: they stay outside this project")


def read_json(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def cases(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(group, test) for group in read_json(name)["testGroups"] for test in group["tests"]]


def hpke_open(secret: bytes, sealed: bytes, info: bytes, aad: bytes) -> bytes:
    """RFC 9180, base mode, one shot, X25519, HKDF-SHA256, AES-256-GCM: written here again, from the page."""

    def extract(suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + key, "sha256")

    def expand(suite: bytes, key: bytes, label: bytes, about: bytes, length: int) -> bytes:
        whole = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + about
        return HKDFExpand(hashes.SHA256(), length, whole).derive(key)

    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    own = X25519PrivateKey.from_private_bytes(secret)
    shared = own.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
    context = sealed[:32] + own.public_key().public_bytes_raw()
    shared = expand(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", context, 32)
    about = b"\x00" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    key = extract(suite, shared, b"secret", b"")
    box = AESGCM(expand(suite, key, b"key", about, 32))
    return box.decrypt(expand(suite, key, b"base_nonce", about, 12), sealed[32:], aad)


def test_what_we_seal_is_hpke_of_rfc_9180() -> None:
    """An HPKE of our own opens the vectors, which carry associated data; and what the library seals for us, without."""
    suite = {"mode": 0, "kem_id": 0x20, "kdf_id": 1, "aead_id": 2}
    found = [v for v in read_json("hpke-rfc9180/hpke-rfc9180-subset-shared.json") if suite.items() <= v.items()]
    assert found
    for vector in found:
        secret, info, first = bytes.fromhex(vector["skRm"]), bytes.fromhex(vector["info"]), vector["encryptions"][0]
        sealed = bytes.fromhex(vector["enc"] + first["ct"])
        assert hpke_open(secret, sealed, info, bytes.fromhex(first["aad"])).hex() == first["pt"]

        ours = seal_to(public_half("seal", secret), b"sixteen bytes ok", info)

        assert hpke_open(secret, ours, info, b"") == open_with(secret, ours, info, "test") == b"sixteen bytes ok"
        if first["aad"]:
            refused("envelope.foreign", partial(open_with, secret, sealed, info, "test"), TamperedError)


def accepted(public: bytes, signature: bytes, message: bytes) -> bool:
    """By both of our doors, which must agree."""
    answers = []
    for check in (
        partial(check_signature, public, signature, message, "test", "who"),
        partial(check_ed25519, public, signature, message, "who"),
    ):
        try:
            check()
            answers.append(True)
        except TamperedError:
            answers.append(False)
    assert answers[0] == answers[1]
    return answers[0]


def test_ed25519_of_wycheproof() -> None:
    """Valid ones pass; malleable, truncated, lengthened and non-canonical ones do not."""
    for group, test in cases("wycheproof/ed25519_test.json"):
        public = bytes.fromhex(group["publicKey"]["pk"])
        good = accepted(public, bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
        assert good == (test["result"] == "valid"), test["comment"]


def test_no_signature_has_a_second_scalar() -> None:
    """S + L for S is refused, in the tests CCTV made of every edge."""
    order = 2**252 + 27742317777372353535851937790883648493
    for vector in read_json("cctv-ed25519/ed25519vectors.json"):
        public, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        scalar = int.from_bytes(signature[32:], "little")
        if accepted(public, signature, vector["msg"].encode()):
            assert scalar < order
            twin = signature[:32] + (scalar + order).to_bytes(32, "little")
            assert not accepted(public, twin, vector["msg"].encode())


def test_hkdf_sha256_of_wycheproof() -> None:
    for _, test in cases("wycheproof/hkdf_sha256_test.json"):
        ikm, salt, info = (bytes.fromhex(test[name]) for name in ("ikm", "salt", "info"))
        if test["result"] == "valid":
            assert HKDF(hashes.SHA256(), test["size"], salt=salt or None, info=info).derive(ikm).hex() == test["okm"]
        else:
            with pytest.raises(ValueError):
                HKDF(hashes.SHA256(), test["size"], salt=salt or None, info=info)


def test_aes_256_gcm_of_wycheproof() -> None:
    """The boxes of key files: 32-byte keys, 12-byte nonces."""
    for group, test in cases("wycheproof/aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        box = AESGCM(bytes.fromhex(test["key"]))
        sealed, aad = bytes.fromhex(test["ct"] + test["tag"]), bytes.fromhex(test["aad"])
        try:
            plain = box.decrypt(bytes.fromhex(test["iv"]), sealed, aad)
        except Exception as error:
            assert test["result"] == "invalid", (test["comment"], error)
        else:
            assert (test["result"], plain.hex()) == ("valid", test["msg"])


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "weird"])
def test_canonical_json_agrees_with_rfc_8785_where_both_speak(name: str) -> None:
    """We write the same bytes for what we allow; what holds floats, null or control signs by other escapes we refuse."""
    output = (FOLDER / f"jcs-rfc8785/output/{name}.json").read_bytes()
    value = json.loads(output)
    try:
        ours = canonical(value)
    except ValueError:
        refused("object.not_canonical", lambda: read_canonical(output, "test"), TamperedError)
        return
    if name != "weird":  # keys by UTF-16 there, by code point here
        assert ours == output
