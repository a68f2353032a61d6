"""On the desk before sealing: the draft opens for the desk alone, and seeds, attempts and proofs bind who signed them."""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations

import pytest

from itembank.domain.paper import Form, Scheme
from itembank.domain.plan import PLANS
from itembank.domain.session import ExamSession, StationOrder
from itembank.formats.desk_statements import (
    Attempt,
    Seed,
    combine_seeds,
    read_attempt,
    read_proof,
    read_seed,
    sign_attempt,
    sign_proof,
    sign_seed,
)
from itembank.formats.draft import open_draft, seal_draft
from itembank.formats.errors import FormatError
from itembank.formats.imports import read_import, sign_import
from itembank.formats.plan_file import plan_document
from keys import statement
from keys.encoding import Json, b64, canonical, read_canonical, time_text, unb64
from keys.errors import KeysError, TamperedError
from tests.unit.keys.office_world import SEALED_AT, World, demo, flipped

WORLD, _ = demo()
DIRECTORY = WORLD.directory
SESSION, ATTEMPT = "202605-6-31-01-03-4-L-01", 1
SECRET, PUBLIC = WORLD.secret("seal", "desk"), WORLD.public("seal", "desk")
CONTENT: Json = {"papers": {"A": ["C-1", "C-2"]}, "seed": "00" * 32}
DRAFT = seal_draft(CONTENT, SESSION, ATTEMPT, PUBLIC, os.urandom)


def refused(act: Callable[[], object], *codes: str) -> None:
    with pytest.raises((KeysError, FormatError)) as caught:
        act()
    assert isinstance(caught.value, KeysError | FormatError)
    assert not codes or caught.value.code in codes, caught.value


# the draft ---------------------------------------------------------------------------------------------------------------


def test_the_desk_opens_its_draft() -> None:
    assert open_draft(DRAFT, SESSION, ATTEMPT, SECRET) == CONTENT


@pytest.mark.parametrize(
    ("session", "attempt", "secret"),
    [
        pytest.param("202605-6-31-01-03-4-L-02", ATTEMPT, SECRET, id="another session"),
        pytest.param(SESSION, 2, SECRET, id="another attempt"),
        pytest.param(SESSION, ATTEMPT, WORLD.secret("seal", "scoring"), id="the scoring desk"),
        pytest.param(SESSION, ATTEMPT, WORLD.secret("seal", "45120101"), id="a station"),
        pytest.param(SESSION, ATTEMPT, World("other").secret("seal", "desk"), id="the desk of another city"),
    ],
)
def test_a_draft_stays_shut_for(session: str, attempt: int, secret: bytes) -> None:
    refused(lambda: open_draft(DRAFT, session, attempt, secret), "envelope.foreign")


def test_no_byte_of_a_draft_can_be_changed() -> None:
    for at in range(len(DRAFT)):
        refused(partial(open_draft, flipped(DRAFT, at), SESSION, ATTEMPT, SECRET))


def test_the_parts_of_two_drafts_do_not_fit_together() -> None:
    other = read_canonical(seal_draft(CONTENT, SESSION, ATTEMPT, PUBLIC, os.urandom), "test")
    mixed = canonical({**read_canonical(DRAFT, "test"), "box": other["box"]})

    refused(lambda: open_draft(mixed, SESSION, ATTEMPT, SECRET), "draft.changed")


@pytest.mark.parametrize("change", [{"box": ""}, {"key": ""}, {"box": 5}, {"key": 5}, {"box": "x"}], ids=str)
def test_a_draft_of_another_form_is_refused_with_our_own_error(change: Json) -> None:
    refused(lambda: open_draft(canonical({**read_canonical(DRAFT, "test"), **change}), SESSION, ATTEMPT, SECRET))


def test_nothing_of_a_draft_stands_in_clear() -> None:
    value = read_canonical(DRAFT, "test")

    assert b"C-1" not in DRAFT and b"C-1" not in unb64(value["box"], "test")


# seeds -------------------------------------------------------------------------------------------------------------------


def counted() -> Callable[[int], bytes]:
    numbers: Iterator[int] = iter(range(256))
    return lambda length: bytes([next(numbers)]) * length


def give(who: str, attempt: int = ATTEMPT, session: str = SESSION) -> bytes:
    return sign_seed(session, attempt, PUBLIC, WORLD.signer(who), SEALED_AT, counted())


def taken(who: str) -> Seed:
    return read_seed(give(who), DIRECTORY)


def test_the_desk_opens_both_seeds() -> None:
    assert [taken(who).open(SECRET) for who in ("bank-1", "bank-2")] == [bytes(32)] * 2


def test_equal_seeds_of_two_officers_show_different_hashes() -> None:
    """Otherwise one could copy the other's without having thrown any dice."""
    one, two = taken("bank-1"), taken("bank-2")

    assert one.hash != two.hash and one.sealed != two.sealed


@pytest.mark.parametrize("field", ["session", "attempt", "hash"])
def test_a_seed_is_bound_to_session_attempt_and_hash(field: str) -> None:
    body = body_of(give("bank-1"))
    changed = {"session": "other", "attempt": 2, "hash": "00" * 32}[field]
    seed = read_seed(statement.sign("seed", {**body, field: changed}, [WORLD.signer("bank-1")]), DIRECTORY)

    refused(lambda: seed.open(SECRET), "envelope.foreign", "seed.hash")


def test_a_seed_taken_over_by_another_officer_does_not_open() -> None:
    stolen = statement.sign("seed", body_of(give("bank-1")), [WORLD.signer("bank-2")])

    refused(lambda: read_seed(stolen, DIRECTORY).open(SECRET), "envelope.foreign")


def test_the_draw_does_not_depend_on_who_came_first_but_on_every_seed() -> None:
    seeds = [("bank-1", b"a" * 32), ("bank-2", b"b" * 32)]

    drawn = {combine_seeds(SESSION, ATTEMPT, order) for order in permutations(seeds)}
    others = {
        combine_seeds(SESSION, 2, seeds),
        combine_seeds("other", ATTEMPT, seeds),
        combine_seeds(SESSION, ATTEMPT, [seeds[0], ("bank-2", b"c" * 32)]),
        combine_seeds(SESSION, ATTEMPT, [("bank-1", b"b" * 32), ("bank-2", b"a" * 32)]),
        combine_seeds(SESSION, ATTEMPT, seeds[:1]),
    }

    assert len(drawn) == 1 and len(others) == 5 and not drawn & others


def test_the_draw_is_the_one_of_the_page() -> None:
    """HKDF-SHA256 over both seeds, written out here."""
    prk = hmac.digest(bytes(32), b"a" * 32 + b"b" * 32, "sha256")
    info = b"itembank/1 draw" + len(SESSION).to_bytes(2, "big") + SESSION.encode() + b"\x00\x011"
    expected = hmac.digest(prk, info + b"\x01", hashlib.sha256)

    assert combine_seeds(SESSION, ATTEMPT, [("bank-1", b"a" * 32), ("bank-2", b"b" * 32)]) == expected


# who signs what ----------------------------------------------------------------------------------------------------------


def body_of(data: bytes) -> Json:
    body: Json = read_canonical(unb64(read_canonical(data, "test")["payload"], "test"), "test")
    return body


ORDERED = ExamSession(SESSION, Scheme.APPRAISAL, "电工", 4, "理论知识", "80题型", (StationOrder("45120101", 2, 1),))
ORDER = ORDERED.document()
PLAN = PLANS["80题型"]
PAPERS = (Form.MAIN, Form.SPARE)


def attempt(*names: str) -> bytes:
    seeds = tuple((who, taken(who).hash) for who in ("bank-2", "bank-1"))
    reason = "第一次组卷有误"
    what = Attempt(SESSION, ATTEMPT + 1, ORDERED, PLAN, PAPERS, ("00",), "22" * 32, seeds, reason, SEALED_AT)
    data = sign_attempt(what, WORLD.signer("assembler-1"))
    return statement.sign("attempt", body_of(data), [WORLD.signer(name) for name in names])


def proof(*names: str) -> bytes:
    signers = [WORLD.signer(name) for name in names]
    return sign_proof(SESSION, ATTEMPT, {"A": "00"}, "11", "page 1", time_text(SEALED_AT), SEALED_AT, signers)


def imported(*names: str) -> bytes:
    signers = [WORLD.signer(name) for name in names]
    return sign_import("items", "city", b"workbook", {"f.svg": "<svg/>"}, 50, SEALED_AT, signers)


def seed(*names: str) -> bytes:
    return statement.sign("seed", body_of(give("bank-1")), [WORLD.signer(name) for name in names])


READERS: dict[str, tuple[Callable[..., bytes], Callable[[bytes], object]]] = {
    "seed": (seed, lambda data: read_seed(data, DIRECTORY)),
    "attempt": (attempt, lambda data: read_attempt(data, DIRECTORY)),
    "proof": (proof, lambda data: read_proof(data, DIRECTORY)),
    "import": (
        imported,
        lambda data: DIRECTORY.require(read_import(data, DIRECTORY), "item_writer", "item_reviewer", "item_approver"),
    ),
}


@pytest.mark.parametrize(
    ("kind", "names", "code"),
    [
        pytest.param("seed", ["bank-1"], "", id="seed: one bank manager"),
        pytest.param("seed", ["assembler-1"], "statement.duty", id="seed: the assembler, who could choose the draw"),
        pytest.param("seed", ["bank-1", "bank-2"], "statement.signers", id="seed: two for one"),
        pytest.param("attempt", ["assembler-1"], "", id="attempt: the assembler"),
        pytest.param("attempt", ["bank-1"], "statement.duty", id="attempt: a bank manager"),
        pytest.param("attempt", ["desk"], "directory.unknown", id="attempt: the desk itself"),
        pytest.param("proof", ["proof-1", "proof-2"], "", id="proof: the pair"),
        pytest.param("proof", ["proof-1"], "statement.signers", id="proof: one alone"),
        pytest.param("proof", ["proof-1", "proof-1"], "statement.signed_twice", id="proof: one twice"),
        pytest.param("proof", ["proof-1", "assembler-1"], "statement.duty", id="proof: one with the assembler"),
        pytest.param("import", ["writer-1", "reviewer-1", "item-approver-1"], "", id="import: three people"),
        pytest.param("import", ["writer-1", "item-approver-1"], "statement.signers", id="import: nobody reviewed"),
        pytest.param("import", ["writer-1", "writer-1", "item-approver-1"], "statement.signed_twice", id="import: own review"),
        pytest.param("import", ["reviewer-1", "writer-1", "item-approver-1"], "statement.duty", id="import: another order"),
    ],
)
def test_it_is_signed_by_those_who_may(kind: str, names: list[str], code: str) -> None:
    make, read = READERS[kind]
    data = make(*names)

    if code:
        refused(lambda: read(data), code)
    else:
        read(data)


def test_the_attempt_shows_the_seeds_by_the_names_of_their_givers() -> None:
    seeds = read_attempt(attempt("assembler-1"), DIRECTORY).seeds

    assert seeds == tuple((who, taken(who).hash) for who in ("bank-1", "bank-2"))


@pytest.mark.parametrize(
    "change",
    [{"since": ""}, {"since": "2027-01-01T00:00:00Z"}, {"since": "gestern"}, {"shown": "seen"}, {"shown": "page 0"}],
)
def test_a_proof_says_when_its_reading_began(change: Json) -> None:
    """Between the two times lies how long they read."""
    pair = [WORLD.signer("proof-1"), WORLD.signer("proof-2")]
    signed = statement.sign("proof", {**body_of(proof("proof-1", "proof-2")), **change}, pair)

    refused(lambda: read_proof(signed, DIRECTORY), "object.fields")


def given_by(*names: str) -> list[Json]:
    return [{"who": who, "hash": "00" * 32} for who in names]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        pytest.param("seed.two_needed", {"seeds": []}, id="no seed at all"),
        pytest.param("seed.two_needed", {"seeds": given_by("bank-1")}, id="one officer's"),
        pytest.param("seed.two_needed", {"seeds": given_by("bank-1", "bank-1")}, id="one officer's twice"),
        pytest.param("statement.duty", {"seeds": given_by("assembler-1", "bank-1")}, id="the assembler's own"),
        pytest.param("directory.unknown", {"seeds": given_by("bank-1", "nobody")}, id="nobody's"),
        pytest.param("object.fields", {"seeds": [{"who": "bank-1"}]}, id="a seed without its hash"),
        pytest.param("object.fields", {"pools": []}, id="no pool"),
        pytest.param("object.fields", {"pools": [7]}, id="a pool that is no name"),
        pytest.param("object.fields", {"order": {"number": SESSION}}, id="an order that says nothing"),
        pytest.param("object.fields", {"order": {**ORDER, "number": f"{SESSION[:-1]}2"}}, id="another session's order"),
        pytest.param("object.fields", {"attempt": 0}, id="no attempt"),
        pytest.param("object.fields", {"plan": {}}, id="no plan"),
        pytest.param("object.fields", {"plan": plan_document(PLANS["84题型"])}, id="another plan than the ordered one"),
        pytest.param("object.fields", {"papers": ["S"]}, id="a spare alone"),
        pytest.param("object.fields", {"papers": ["S", "A"]}, id="papers in another order"),
        pytest.param("object.hex", {"snapshot": "22"}, id="a digest that is none"),
        pytest.param("attempt.reason", {"reason": " "}, id="another attempt without a reason"),
        pytest.param("attempt.reason", {"attempt": 1}, id="a first attempt with one"),
    ],
)
def test_an_attempt_that_does_not_say_from_what_it_was_drawn_is_none(code: str, change: Json) -> None:
    """Whoever reads the ledger must find two officers, the pools, and what was ordered."""
    signed = statement.sign("attempt", {**body_of(attempt("assembler-1")), **change}, [WORLD.signer("assembler-1")])

    refused(lambda: read_attempt(signed, DIRECTORY), code)


@pytest.mark.parametrize(
    ("workbook", "figures"),
    [
        pytest.param(b"workbooK", {"f.svg": "<svg/>"}, id="another workbook"),
        pytest.param(b"workbook", {"f.svg": "<svg />"}, id="another figure"),
        pytest.param(b"workbook", {"g.svg": "<svg/>"}, id="another figure's name"),
        pytest.param(b"workbook", {}, id="no figure"),
    ],
)
def test_an_import_is_bound_to_workbook_and_figures(workbook: bytes, figures: dict[str, str]) -> None:
    signers = [WORLD.signer("writer-1")]
    other = sign_import("items", "city", workbook, figures, 50, SEALED_AT, signers)

    assert body_of(other)["digest"] != body_of(imported("writer-1"))["digest"]


def test_no_byte_of_what_is_signed_on_the_desk_can_be_changed() -> None:
    for kind, names in (("seed", ["bank-1"]), ("attempt", ["assembler-1"]), ("proof", ["proof-1", "proof-2"])):
        make, read = READERS[kind]
        data = make(*names)
        for at in range(0, len(data), 5):
            with pytest.raises(TamperedError):
                read(flipped(data, at))


def test_a_sealed_seed_shows_nothing_of_the_seed() -> None:
    body = body_of(give("bank-1"))

    assert b64(bytes(32)) not in str(body) and "00" * 32 not in str(body)
