"""Lines of the ledger: a closed list of acts in one form, and their places proved under a cosigned checkpoint."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from keys.ask import Ask, check_intent, read_ask
from keys.encoding import Json, b64, canonical, read_canonical
from keys.entry import ACTS, CENTRE_ACTS, ENTRY_AT_MOST, Entry, read_entry
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError
from keys.ledger_proof import read_ledger_proof
from tests.unit.keys.office_world import OPENS, SEALED_AT, STATIONS, demo, flipped, refused

WORLD, SEALED = demo()
ENTRY = Entry("fetch", {"hid": "00", "pid": "11"}, STATIONS[0], SEALED_AT, "signed")
TWO = dict.fromkeys(("province", "city"), SEALED_AT)
LEDGER = WORLD.ledger(SEALED)
PROOF = LEDGER.proof(3, TWO)

# entries -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_written_and_read_back(act: str) -> None:
    entry = replace(ENTRY, act=act)

    assert read_entry(entry.encode()) == entry


@pytest.mark.parametrize("act", ["", "Fetch", "early", "postpone", "activate", "reissue", "log:restarted", "delete"])
def test_an_act_outside_the_list_is_neither_written_nor_read(act: str) -> None:
    refused("entry.act", replace(ENTRY, act=act).encode, MalformedError)
    refused("object.fields", lambda: read_entry(bent(act=act)), TamperedError)


@pytest.mark.parametrize("act", [act for act in ACTS if act not in CENTRE_ACTS])
def test_an_act_of_a_person_or_machine_without_its_statement_is_refused(act: str) -> None:
    refused("entry.act", replace(ENTRY, act=act, statement="").encode, MalformedError)
    refused("object.fields", lambda: read_entry(bent(act=act, statement="")), TamperedError)


def test_an_entry_that_no_tile_can_carry_is_refused() -> None:
    room = ENTRY_AT_MOST - (len(ENTRY.encode()) - len(ENTRY.statement))

    assert len(replace(ENTRY, statement="x" * room).encode()) == ENTRY_AT_MOST == 2**16 - 1
    refused("entry.long", replace(ENTRY, statement="x" * (room + 1)).encode, MalformedError)


def bent(**changes: object) -> bytes:
    return canonical({**read_canonical(ENTRY.encode(), "test"), **changes})


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(ENTRY.encode() + b"\n", id="a newline behind"),
        pytest.param(bent(note="x"), id="a field more"),
        pytest.param(canonical({k: v for k, v in read_canonical(ENTRY.encode(), "t").items() if k != "by"}), id="no actor"),
        pytest.param(bent(at="2026-05-16"), id="a time in another form"),
        pytest.param(bent(at=5), id="a time that is a number"),
        pytest.param(bent(subject="x"), id="a subject that is text"),
        pytest.param(bent(by=["x"]), id="an actor that is a list"),
        pytest.param(bent(act=["fetch"]), id="an act that is a list"),
        pytest.param(bent(statement={"signed": "x"}), id="a statement that is an object"),
        pytest.param(b"[]", id="a list"),
    ],
)
def test_an_entry_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(KeysError):
        read_entry(data)


# a line with its place ---------------------------------------------------------------------------------------------------


def test_a_proof_is_read_back_and_checks() -> None:
    again = read_ledger_proof(PROOF.encode())

    assert again == PROOF
    assert again.check(WORLD.directory, 2).checkpoint.size == 4


def test_no_byte_of_a_proof_can_be_changed() -> None:
    data = PROOF.encode()
    for at in range(len(data)):
        with pytest.raises(KeysError):
            read_ledger_proof(flipped(data, at)).check(WORLD.directory, 2)


@pytest.mark.parametrize("index", [0, 1, 2, 4, -1])
def test_a_line_is_not_proved_in_anothers_place(index: int) -> None:
    refused("tree.inclusion", lambda: replace(PROOF, index=index).check(WORLD.directory, 2), TamperedError)


def test_an_edited_line_is_not_in_the_ledger() -> None:
    other = WORLD.intent_entry(SEALED.hid, ("A",))

    refused("tree.inclusion", lambda: replace(PROOF, entry=other).check(WORLD.directory, 2), TamperedError)


def test_one_cosignature_is_not_two() -> None:
    one = LEDGER.proof(3, {"province": SEALED_AT})

    refused("checkpoint.quorum", lambda: one.check(WORLD.directory, 2), RefusedError)
    one.check(WORLD.directory, 1)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v.update(index="3"), id="an index that is text"),
        pytest.param(lambda v: v.update(entry=5), id="an entry that is a number"),
        pytest.param(lambda v: v.update(proof="xy"), id="a proof that is text"),
        pytest.param(lambda v: v.update(proof=[5]), id="a node that is a number"),
        pytest.param(lambda v: v.update(proof=[b64(b"x")]), id="a node that is too short"),
        pytest.param(lambda v: v.update(note="x"), id="a field more"),
        pytest.param(lambda v: v.pop("checkpoint"), id="no checkpoint"),
        pytest.param(lambda v: v.update(checkpoint=["x"]), id="a checkpoint that is a list"),
    ],
)
def test_a_proof_of_another_form_is_refused_with_our_own_error(change: Callable[[Json], object]) -> None:
    value = read_canonical(PROOF.encode(), "test")
    change(value)

    with pytest.raises(KeysError):
        read_ledger_proof(canonical(value)).check(WORLD.directory, 2)


# the ask -----------------------------------------------------------------------------------------------------------------

ASK = replace(
    WORLD.ask(SEALED, "A", OPENS), statuses=(WORLD.status("city", SEALED.hid, OPENS),), orders=(WORLD.freeze(SEALED.hid),)
)


@pytest.mark.parametrize("ask", [ASK, replace(ASK, fresh=None), replace(ASK, statuses=(), orders=())])
def test_an_ask_is_read_back(ask: Ask) -> None:
    assert read_ask(ask.encode()) == ask


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v.pop("orders"), id="a field less"),
        pytest.param(lambda v: v.update(note="x"), id="a field more"),
        pytest.param(lambda v: v.update(hid=5), id="a session that is a number"),
        pytest.param(lambda v: v.update(lock=["A"]), id="a lock that is a list"),
        pytest.param(lambda v: v.update(statuses="x"), id="statuses that are text"),
        pytest.param(lambda v: v.update(statuses=[5]), id="a status that is a number"),
        pytest.param(lambda v: v.update(orders=5), id="orders that are a number"),
        pytest.param(lambda v: v.update(fresh=[]), id="a list for nothing fresh"),
        pytest.param(lambda v: v.update(fresh="x"), id="a fresh checkpoint that is text"),
        pytest.param(lambda v: v["fresh"].update(consistency="xy"), id="a consistency proof that is text"),
        pytest.param(lambda v: v["fresh"].update(consistency=[5]), id="a node that is a number"),
        pytest.param(lambda v: v["fresh"].update(more="x"), id="a field more in fresh"),
        pytest.param(lambda v: v["intent"].update(index="3"), id="an index that is text"),
        pytest.param(lambda v: v.update(intent="x"), id="an intent that is text"),
    ],
)
def test_an_ask_of_another_form_is_refused_with_our_own_error(change: Callable[[Json], object]) -> None:
    value = read_canonical(ASK.encode(), "test")
    change(value)

    with pytest.raises(KeysError):
        read_ask(canonical(value))


@pytest.mark.parametrize("data", [b"", b"[]", b"5", b'"x"', b"{}", b"\xff"], ids=repr)
def test_what_is_no_ask_is_refused(data: bytes) -> None:
    with pytest.raises(TamperedError):
        read_ask(data)


def test_the_intent_names_every_lock_of_the_session() -> None:
    for lock in ("A", "S", "KEY"):
        check_intent(PROOF, SEALED.header, lock, WORLD.directory)
    refused("intent.foreign", lambda: check_intent(PROOF, SEALED.header, "B", WORLD.directory), TamperedError)
