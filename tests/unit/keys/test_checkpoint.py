"""Checkpoints: only a log's own statement, cosigned by enough different witnesses, with nothing added, is believed."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys import errors
from keys.checkpoint import (
    MOST,
    Checkpoint,
    CosignedCheckpoint,
    add_lines,
    cosign,
    format_add_checkpoint,
    format_checkpoint,
    parse_add_checkpoint,
    parse_checkpoint,
    read_cosignature,
    sign_checkpoint,
    verify,
)
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError
from keys.note import COSIGNATURE, Note, format_note, key_id, parse_line, parse_note, sign_line
from keys.tree import EMPTY_ROOT, leaf_hash

ORIGIN = "log.example/2026"
VECTORS = sorted((Path(__file__).parents[2] / "vectors/checkpoint").glob("*.txt"))


def key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def public(seed: int) -> bytes:
    return key(seed).public_key().public_bytes_raw()


SEEDS = {"a.example": 2, "b.example": 3, "c.example": 4}
WITNESSES = {name: public(seed) for name, seed in SEEDS.items()}
CHECKPOINT = Checkpoint(ORIGIN, 1, leaf_hash(b"entry"))
BARE = sign_checkpoint(CHECKPOINT, key(1), ORIGIN)
AT = 1_700_000_000


def line(name: str, at: int = AT) -> str:
    return cosign(BARE, name, key(SEEDS[name]), at)


GOOD = add_lines(BARE, [line("a.example"), line("b.example")])


def verified(data: bytes, at_least: int = 2, **changed: Any) -> CosignedCheckpoint:
    given: dict[str, Any] = {"origin": ORIGIN, "log_key": public(1), "witnesses": WITNESSES, **changed}
    return verify(data, at_least=at_least, **given)


def refused(code: str, data: bytes, at_least: int = 2, **changed: Any) -> KeysError:
    with pytest.raises(KeysError) as caught:
        verified(data, at_least, **changed)
    assert caught.value.code == code
    return caught.value


# Vectors written by tests/vectors/checkpoint/make.py, which shares no code with ours.


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_vector(file: Path) -> None:
    head, data = file.read_bytes().split(b"---\n", 1)
    facts = dict(row.split(": ", 1) for row in head.decode().splitlines())
    at_least = int(facts["at_least"])

    if facts["expect"] == "ok":
        assert len(verified(data, at_least).times) >= at_least
        assert format_note(parse_note(data)) == data
        return
    family, code = facts["expect"].split()
    assert type(refused(code, data, at_least)) is getattr(errors, family), facts["claim"]


def test_there_are_vectors_and_most_of_them_are_refused() -> None:
    good = [file for file in VECTORS if b"expect: ok" in file.read_bytes()]
    assert (len(good), len(VECTORS)) == (4, 32)


def test_our_own_notes_are_the_vectors_byte_for_byte() -> None:
    whole = add_lines(BARE, map(line, SEEDS))
    vector = next(file for file in VECTORS if file.stem == "good").read_bytes()
    assert vector.endswith(b"---\n" + whole)


def test_the_source_s_example_is_in_our_form() -> None:
    """C2SP tlog-cosignature. Its public keys are not published, so only form and time can be compared."""
    data = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1g"
        "GzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf"
        "5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    ).encode()

    note = parse_note(data)

    assert parse_checkpoint(note.text).size == 20_852_163
    assert [len(signature.value) for signature in note.signatures] == [64, 72]
    assert int.from_bytes(note.signatures[1].value[:8], "big") == 1_679_315_147
    assert add_lines(data, []) == data


# What is believed.


def test_a_verified_checkpoint_tells_size_root_and_each_witness_s_time() -> None:
    data = add_lines(BARE, [line("c.example", 7), line("a.example", 9)])

    assert verified(data) == CosignedCheckpoint(CHECKPOINT, {"a.example": 9, "c.example": 7})


@pytest.mark.parametrize(
    ("sentence", "cosigners", "at_least", "needed_refused"),
    [
        ("nobody has to cosign when nobody is asked for", 0, 0, False),
        ("the log alone is not one witness", 0, 1, True),
        ("one is one", 1, 1, False),
        ("one is not two", 1, 2, True),
        ("two are two", 2, 2, False),
        ("three are more than two", 3, 2, False),
        ("two are not three", 2, 3, True),
        ("three are three", 3, 3, False),
        ("three are not four", 3, 4, True),
    ],
)
def test_quorum(sentence: str, cosigners: int, at_least: int, needed_refused: bool) -> None:
    data = add_lines(BARE, [line(name) for name in list(SEEDS)[:cosigners]])

    if needed_refused:
        error = refused("checkpoint.quorum", data, at_least)
        assert isinstance(error, RefusedError), sentence
        assert error.facts == {"needed": at_least, "found": cosigners}
    else:
        assert len(verified(data, at_least).times) == cosigners, sentence


# What is refused.


def test_no_bit_of_a_checkpoint_can_change() -> None:
    for at in range(len(GOOD)):
        for bit in range(8):
            lie = GOOD[:at] + bytes([GOOD[at] ^ 1 << bit]) + GOOD[at + 1 :]
            with pytest.raises(TamperedError):
                verified(lie, 0)


def test_no_byte_of_a_checkpoint_can_be_missing_or_added() -> None:
    for at in range(len(GOOD)):
        for lie in (GOOD[:at] + GOOD[at + 1 :], GOOD[: at + 1] + GOOD[at:], GOOD[:at]):
            if lie in (GOOD, GOOD[: GOOD.rindex(b"\xe2")], BARE):  # the same bytes, or a whole line less
                continue
            with pytest.raises(TamperedError):
                verified(lie, 0)


def test_a_good_line_of_an_unknown_witness_is_refused_even_beyond_the_quorum() -> None:
    data = add_lines(GOOD, [cosign(BARE, "nobody.example", key(5), AT)])
    refused("checkpoint.unknown_line", data)


def test_a_witness_no_longer_known_is_an_unknown_line() -> None:
    refused("checkpoint.unknown_line", GOOD, 1, witnesses={"a.example": public(2)})


def test_a_witness_s_line_is_good_under_its_own_name_only() -> None:
    refused("checkpoint.unknown_line", GOOD, witnesses={"a.example": public(3), "b.example": public(2)})


def test_a_forged_key_id_does_not_help() -> None:
    """The id is public: a line with the right id and another key's signature fails on the signature."""
    other = cosign(BARE, "b.example", key(5), AT)
    note = parse_note(add_lines(BARE, [line("a.example"), other]))
    (log, first, last) = note.signatures
    forged = type(last)(last.name, key_id("b.example", COSIGNATURE, public(3)), last.value)

    refused("note.signature", format_note(Note(note.text, (log, first, forged))))


@pytest.mark.parametrize(
    "changed",
    [
        {"witnesses": {"a.example": public(2), "b.example": public(2)}},
        {"witnesses": {"a.example": public(1), "b.example": public(3)}},
    ],
    ids=["one key under two names", "the log as its own witness"],
)
def test_one_key_is_never_two_parties(changed: dict[str, Any]) -> None:
    assert isinstance(refused("checkpoint.shared_key", GOOD, 0, **changed), RefusedError)


def test_another_log_s_checkpoint_is_refused() -> None:
    refused("checkpoint.origin", GOOD, origin="log.example/2027")


def test_another_log_key_is_refused() -> None:
    refused("checkpoint.log_line", GOOD, log_key=public(9))


# Writing.


@pytest.mark.parametrize("size", [1, 9, 10, MOST])
def test_every_checkpoint_is_read_back_as_written(size: int) -> None:
    checkpoint = Checkpoint(ORIGIN, size, hashlib.sha256(b"any").digest())
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


def test_an_empty_log_has_one_checkpoint() -> None:
    assert format_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT)).split("\n")[1] == "0"
    with pytest.raises(TamperedError, match=r"checkpoint\.form"):
        format_checkpoint(Checkpoint(ORIGIN, 0, CHECKPOINT.root))


@pytest.mark.parametrize("text", ["", "\n", ORIGIN, f"{ORIGIN}\n1", f"{ORIGIN}\n1\n", format_checkpoint(CHECKPOINT)[:-1]])
def test_half_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(TamperedError, match=r"checkpoint\.form"):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 1, bytes(32)),
        Checkpoint("log example", 1, bytes(32)),
        Checkpoint("log\nexample", 1, bytes(32)),
        Checkpoint(ORIGIN, -1, bytes(32)),
        Checkpoint(ORIGIN, MOST + 1, bytes(32)),
        Checkpoint(ORIGIN, 1, bytes(31)),
    ],
)
def test_what_would_not_be_read_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(TamperedError):
        sign_checkpoint(checkpoint, key(1), checkpoint.origin)


def test_a_log_key_does_not_sign_for_another_log() -> None:
    with pytest.raises(RefusedError, match=r"checkpoint\.other_log"):
        sign_checkpoint(CHECKPOINT, key(1), "log.example/2027")


@pytest.mark.parametrize("at", [-1, MOST + 1])
def test_a_cosignature_carries_a_time(at: int) -> None:
    with pytest.raises(ValueError, match="no time"):
        cosign(BARE, "a.example", key(2), at)


def test_only_checkpoints_are_cosigned() -> None:
    note = parse_note(BARE)
    with pytest.raises(TamperedError, match=r"checkpoint\.form"):
        cosign(format_note(Note("any text\n", note.signatures)), "a.example", key(2), AT)


# Collecting cosignatures.


def test_lines_stand_in_one_order_however_they_came() -> None:
    a, b, c = map(line, SEEDS)
    expected = BARE + (a + b + c).encode()

    assert add_lines(BARE, [c, a, b]) == add_lines(add_lines(BARE, [b]), [c, a]) == expected


def test_the_same_line_twice_is_one_line() -> None:
    assert add_lines(GOOD, [line("a.example"), line("a.example")]) == GOOD


def test_the_later_of_two_cosignatures_stays() -> None:
    early, late = line("a.example", 255), line("a.example", 256)

    assert add_lines(BARE, [early, late]) == add_lines(BARE, [late, early]) == add_lines(BARE, [late])


def test_two_keys_under_one_name_are_not_merged() -> None:
    with pytest.raises(TamperedError, match=r"checkpoint\.doubled"):
        add_lines(GOOD, [cosign(BARE, "a.example", key(5), AT)])


def test_only_cosignatures_are_added() -> None:
    log_line = BARE.decode().splitlines(keepends=True)[-1]
    with pytest.raises(TamperedError, match=r"checkpoint\.unknown_line"):
        add_lines(BARE, [log_line])


@pytest.mark.parametrize(
    "first",
    [
        line("a.example"),
        sign_line(format_checkpoint(CHECKPOINT), "a.example", key(2)),
        cosign(BARE, ORIGIN, key(1), AT),
    ],
    ids=["a witness's", "another name's", "the log's, but a cosignature"],
)
def test_nothing_is_added_to_a_note_without_its_log_s_line(first: str) -> None:
    alone = format_note(Note(format_checkpoint(CHECKPOINT), (parse_line(first),)))
    with pytest.raises(TamperedError, match=r"checkpoint\.log_line"):
        add_lines(alone, [line("c.example")])


def test_a_cosignature_is_read_before_it_is_added() -> None:
    assert read_cosignature(BARE, line("a.example", 42), name="a.example", key=public(2)) == 42


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("checkpoint.unknown_line", line("b.example")),
        ("checkpoint.unknown_line", cosign(BARE, "a.example", key(3), AT)),
        (
            "note.signature",
            cosign(sign_checkpoint(Checkpoint(ORIGIN, 2, bytes(32)), key(1), ORIGIN), "a.example", key(2), AT),
        ),
    ],
    ids=["another witness's", "another key", "of another checkpoint"],
)
def test_a_cosignature_of_somebody_or_something_else_is_refused(code: str, given: str) -> None:
    with pytest.raises(TamperedError) as caught:
        read_cosignature(BARE, given, name="a.example", key=public(2))
    assert caught.value.code == code


# what is brought to a witness ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old_size", "proof"), [(0, []), (3, [b"a" * 32, b"b" * 32])], ids=["the first", "a later one"])
def test_what_is_brought_to_a_witness_is_read_back(old_size: int, proof: list[bytes]) -> None:
    assert parse_add_checkpoint(format_add_checkpoint(old_size, proof, BARE)) == (old_size, proof, BARE)


@pytest.mark.parametrize("body", [b"", b"old 3", b"old -1\n\nnote", b"old 007\n\nnote", b"new 3\n\nnote", b"3\n\nnote"])
def test_a_body_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError, match=r"checkpoint\.body"):
        parse_add_checkpoint(body)
