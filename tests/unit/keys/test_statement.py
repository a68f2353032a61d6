"""Signed statements: believed only whole, in one form, of the asked kind, and by signers who are known."""

from collections.abc import Callable

import pytest

from keys.encoding import Json, b64, canonical, read_canonical
from keys.errors import KeysError, RefusedError, TamperedError
from keys.statement import Statement, add_signature, pae, payload_type, read, sign
from tests.unit.keys.office_world import World, demo, flipped, refused

WORLD, _ = demo()
BODY: Json = {"reason": "演练", "number": 1}
PAIR = [WORLD.signer("lifter-1"), WORLD.signer("lifter-2")]
SIGNED = sign("order", BODY, PAIR)


def read_it(data: bytes) -> Statement:
    return read(data, "order", set(BODY), WORLD.directory.signing_keys())


def bent(change: Callable[[Json], object]) -> bytes:
    envelope = read_canonical(SIGNED, "test")
    change(envelope)
    return canonical(envelope)


def over(payload: bytes) -> bytes:
    """A statement over these very bytes, correctly signed."""
    sig = b64(PAIR[0].sign(pae(payload_type("order"), payload)))
    signatures = [{"keyid": "lifter-1", "sig": sig}]
    return canonical({"payload": b64(payload), "payloadType": payload_type("order"), "signatures": signatures})


def test_the_signed_bytes_are_those_of_dsse() -> None:
    """The example of the DSSE protocol, v1.0.2."""
    assert pae("http://example.com/HelloWorld", b"hello world") == (b"DSSEv1 29 http://example.com/HelloWorld 11 hello world")


def test_lengths_are_counted_in_bytes_not_in_letters() -> None:
    assert pae("电", "工程".encode()) == "DSSEv1 3 电 6 工程".encode()


def test_a_statement_is_read_back_with_its_signers_in_order() -> None:
    assert read_it(SIGNED) == Statement(BODY, ("lifter-1", "lifter-2"), SIGNED)


def test_a_second_process_adds_its_signature_behind_the_first() -> None:
    assert add_signature(sign("order", BODY, PAIR[:1]), "order", PAIR[1]) == SIGNED


CASES: list[tuple[str, str, Callable[[], bytes]]] = [
    ("nobody has signed", "statement.unsigned", lambda: sign("order", BODY, [])),
    ("an unknown signer", "statement.unknown_signer", lambda: sign("order", BODY, [WORLD.signer("nobody")])),
    (
        "an unknown signer behind good ones",
        "statement.unknown_signer",
        lambda: add_signature(SIGNED, "order", WORLD.signer("nobody")),
    ),
    (
        "a known name with the key of another province",
        "statement.signature",
        lambda: sign("order", BODY, [World("elsewhere").signer("lifter-1")]),
    ),
    (
        "one officer under the other's name",
        "statement.signature",
        lambda: sign("order", BODY, [WORLD.signer("lifter-2", key_of="lifter-1")]),
    ),
    (
        "the same officer twice",
        "statement.signed_twice",
        lambda: add_signature(SIGNED, "order", WORLD.signer("lifter-1")),
    ),
    ("another kind", "statement.kind", lambda: sign("seed", BODY, PAIR)),
    (
        "a kind relabelled after signing",
        "statement.signature",
        lambda: bent_kind(sign("seed", BODY, PAIR)),
    ),
    (
        "another payload under the old signatures",
        "statement.signature",
        lambda: bent(lambda e: e.update(payload=b64(canonical({**BODY, "number": 2})))),
    ),
    ("a field more", "object.fields", lambda: bent(lambda e: e.update(note="x"))),
    ("a field more in a line", "object.fields", lambda: bent(lambda e: e["signatures"][0].update(cert="x"))),
    ("a line that is text", "object.fields", lambda: bent(lambda e: e["signatures"].append("x"))),
    ("signatures that are text", "statement.kind", lambda: bent(lambda e: e.update(signatures="x"))),
    ("a newline behind", "object.not_canonical", lambda: SIGNED + b"\n"),
    ("a signed body in another form", "object.not_canonical", lambda: over(canonical(BODY) + b" ")),
    ("a signed body with a field more", "object.fields", lambda: over(canonical({**BODY, "more": 1}))),
    ("a signed body with a field less", "object.fields", lambda: over(canonical({"number": 1}))),
]


def bent_kind(data: bytes) -> bytes:
    return canonical({**read_canonical(data, "test"), "payloadType": payload_type("order")})


@pytest.mark.parametrize(("code", "make"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_statement_is_refused_with(code: str, make: Callable[[], bytes]) -> None:
    refused(code, lambda: read_it(make()), TamperedError)


def test_no_byte_of_a_statement_can_be_changed() -> None:
    """Every byte, so every field: payload, type, names, signatures and the signs between them."""
    for at in range(len(SIGNED)):
        with pytest.raises(TamperedError):
            read_it(flipped(SIGNED, at))


def test_a_statement_torn_anywhere_is_refused() -> None:
    for length in range(len(SIGNED)):
        with pytest.raises(TamperedError):
            read_it(SIGNED[:length])


@pytest.mark.parametrize(
    ("code", "signers", "duties"),
    [
        pytest.param("", ["sealer-1", "seal-approver-1"], ["sealer", "seal_approver"], id="two people, two duties"),
        pytest.param("", ["lifter-1", "lifter-2"], ["lifter", "lifter"], id="two people, one duty"),
        pytest.param("statement.duty", ["seal-approver-1", "sealer-1"], ["sealer", "seal_approver"], id="other order"),
        pytest.param("statement.duty", ["freezer-1", "lifter-1"], ["lifter", "lifter"], id="one without the duty"),
        pytest.param("statement.signers", ["lifter-1"], ["lifter", "lifter"], id="one for two"),
        pytest.param("statement.signers", ["lifter-1", "lifter-2", "freezer-1"], ["lifter", "lifter"], id="three for two"),
        pytest.param("directory.unknown", ["province"], ["freezer"], id="a holder for a person"),
        pytest.param("directory.unknown", ["desk"], ["freezer"], id="a device for a person"),
        pytest.param("directory.unknown", ["lifter-1", "45120101"], ["lifter", "lifter"], id="a station for the second"),
    ],
)
def test_only_the_people_with_the_duties_may_sign(code: str, signers: list[str], duties: list[str]) -> None:
    signed = read_it(sign("order", BODY, [WORLD.signer(name) for name in signers]))

    if code:
        refused(code, lambda: WORLD.directory.require(signed, *duties), RefusedError)
    else:
        WORLD.directory.require(signed, *duties)


def test_roots_sign_the_directory_and_nothing_else() -> None:
    error = refused("statement.unknown_signer", lambda: read_it(sign("order", BODY, [WORLD.signer("root-1")])))

    assert isinstance(error, KeysError) and error.exit_code == 4
