"""Other people's vectors against the primitives as we call them. They are read where they lie, and skipped elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from office_world import refused

from keys.encoding import canonical, read_canonical
from keys.envelope import open_with
from keys.errors import TamperedError
from keys.note import check_ed25519
from keys.statement import check_signature

FOLDER = Path("/work/shared/data/security-vectors")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no vectors at {FOLDER}: they stay outside this project")


def read_json(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def cases(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(group, test) for group in read_json(name)["testGroups"] for test in group["tests"]]


def test_hpke_of_rfc_9180_opens() -> None:
    """Mode base, X25519, HKDF-SHA256, AES-256-GCM; the first message of each, as one shot has no other."""
    suite = {"mode": 0, "kem_id": 0x20, "kdf_id": 1, "aead_id": 2}
    found = [v for v in read_json("hpke-rfc9180/hpke-rfc9180-subset-shared.json") if suite.items() <= v.items()]
    tried = 0
    for vector in found:
        first = vector["encryptions"][0]
        if first["aad"]:
            continue
        tried += 1
        sealed = bytes.fromhex(vector["enc"]) + bytes.fromhex(first["ct"])
        opened = open_with(bytes.fromhex(vector["skRm"]), sealed, bytes.fromhex(vector["info"]), "test")
        assert opened == bytes.fromhex(first["pt"])
    if not tried:
        pytest.skip("the vectors of this suite all carry associated data, which we never use")


def accepted(public: bytes, signature: bytes, message: bytes) -> bool:
    """By both of our doors, which must agree."""
    answers = []
    for check in (
        lambda: check_signature(public, signature, message, "test", "who"),
        lambda: check_ed25519(public, signature, message, "who"),
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


def test_hkdf_sha256_of_rfc_5869() -> None:
    text = (FOLDER / "pyca-vectors/KDF/rfc-5869-HKDF-SHA256.txt").read_text()
    blocks = [
        dict(line.split(" = ", 1) if " = " in line else (line.rstrip(" ="), "") for line in block.splitlines() if "=" in line)
        for block in text.split("COUNT")
        if "OKM" in block
    ]
    assert blocks
    for block in blocks:
        salt, info = bytes.fromhex(block["salt"]) or None, bytes.fromhex(block["info"])
        derived = HKDF(hashes.SHA256(), int(block["L"]), salt=salt, info=info).derive(bytes.fromhex(block["IKM"]))
        assert derived == bytes.fromhex(block["OKM"])


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
