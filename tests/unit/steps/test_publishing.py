"""Step 5 at desk and centre: nothing is accepted over bytes that are not there, and what was reached once stays."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import urllib3

from itembank import messages
from itembank.adapters import tables
from keys import note as notes
from keys import statement
from keys.checkpoint import parse_checkpoint, sign_checkpoint
from keys.encoding import Json, b64, canonical, read_canonical
from keys.errors import KeysError
from tests.province import FIRST, SESSION, After, Province, flipped, refused

DRAFT = f"sessions/{SESSION}/draft"


def bundle(province: Province) -> Json:
    """What `publish` brings to the centre, to be bent."""
    folder = province.sealed_folder()
    names = province.desk.names(folder)
    envelopes = []
    for name in names:
        if name.endswith(".envelope"):
            pid, device, _ = name.rpartition("/")[2].split(".")
            envelopes.append({"pid": pid, "device": device, "data": b64(province.desk.read(name))})
    return {
        "manifest": province.desk.read(f"{folder}/{SESSION}.manifest").decode(),
        "certificate": province.desk.read(f"sessions/{SESSION}/certificate").decode(),
        "rows": [province.desk.read(name).decode() for name in names if name.endswith(".row")],
        "envelopes": envelopes,
    }


def upload(province: Province, but: int = 0, flip: bool = False) -> None:
    """All containers but so many; the last with a flipped byte if asked."""
    folder = province.sealed_folder()
    names = [name for name in province.desk.names(folder) if name.endswith(".sealed")][but:]
    for name in names:
        data = province.desk.read(name)
        province.centre.store.put(name.rpartition("/")[2], [flipped(data) if flip and name == names[-1] else data])


def half_signed(province: Province) -> str:
    """The approved manifest without its second signature."""
    value = read_canonical(bundle(province)["manifest"].encode(), "manifest")
    return canonical({**value, "signatures": value["signatures"][:1]}).decode()


def forget_the_proof(province: Province) -> None:
    with province.centre.book.engine.begin() as connection:
        connection.execute(tables.statement.delete().where(tables.statement.c.kind == "proof"))


@pytest.mark.parametrize(
    ("code", "prepare", "change"),
    [
        pytest.param("publish.container_missing", lambda p: None, lambda p, b: b, id="no container is there"),
        pytest.param("publish.container_missing", lambda p: upload(p, but=1), lambda p, b: b, id="one container is missing"),
        pytest.param("container.block", lambda p: upload(p, flip=True), lambda p, b: b, id="a flipped byte in a container"),
        pytest.param("row.proof", upload, lambda p, b: {**b, "rows": b["rows"][1:]}, id="a row is left out"),
        pytest.param("row.proof", upload, lambda p, b: {**b, "rows": [*b["rows"], b["rows"][0]]}, id="a row twice"),
        pytest.param("row.proof", upload, lambda p, b: {**b, "rows": [*b["rows"][:-1], b["rows"][0]]}, id="one for another"),
        pytest.param("row.proof", upload, lambda p, b: {**b, "rows": []}, id="no rows"),
        pytest.param("statement.signers", upload, lambda p, b: {**b, "manifest": half_signed(p)}, id="the sealer alone"),
        pytest.param("session.not_proved", forget_the_proof, lambda p, b: b, id="no proof in the ledger"),
        pytest.param(
            "publish.certificate", upload, lambda p, b: {**b, "certificate": b["certificate"] + " "}, id="another certificate"
        ),
        pytest.param("object.fields", upload, lambda p, b: {**b, "rows": 5}, id="rows that are no list"),
        pytest.param("object.fields", upload, lambda p, b: {**b, "envelopes": [{}]}, id="an empty envelope"),
        pytest.param("object.fields", upload, lambda p, b: {**b, "envelopes": []}, id="no envelopes"),
        pytest.param("object.fields", upload, lambda p, b: {**b, "envelopes": 2 * b["envelopes"]}, id="envelopes twice"),
        pytest.param("object.fields", upload, lambda p, b: {"manifest": b["manifest"]}, id="half a bundle"),
    ],
)
def test_the_centre_accepts_no_publication_that_is_not_whole(
    after: After, code: str, prepare: Callable[[Province], object], change: Callable[[Province, Json], Json]
) -> None:
    """Seal and approval stand together with everything they speak of, or not at all."""
    province = after("approve")
    if prepare is forget_the_proof:
        upload(province)
    prepare(province)

    refused(code, lambda: province.line("desk").publish(canonical(change(province, bundle(province)))))

    with province.centre.book.begin() as transaction:
        assert transaction.newest_sessions() == [] and transaction.rows(province.manifest().hid.hex()) == []
    assert "seal" not in province.acts()


def test_an_older_version_is_not_published_after_a_newer(after: After) -> None:
    """The centre never goes back."""
    province = after("approve")
    old = canonical(bundle(province))
    upload(province)
    province.seal()
    province.approve()
    province.publish()

    error = refused("session.older", lambda: province.line("desk").publish(old))

    assert (error.facts["found"], error.facts["held"]) == (1, 2)


def test_publishing_again_writes_no_line_twice(after: After) -> None:
    """It may be repeated: what is there already is passed over."""
    province = after("publish")
    before = province.acts()

    again = province.publish()

    assert province.acts() == before and len(again.deposits) == 3


def test_with_fewer_than_k_deposits_publish_says_so_and_may_be_repeated(after: After) -> None:
    """Exit 6; what was reached stays, and the same command goes on."""
    province = after("approve")
    province.wire.down = {"city", "supervision"}

    error = refused("publish.deposits", province.publish)

    assert isinstance(error, KeysError) and error.exit_code == messages.explain(error).exit_code == 6
    assert province.acts()[-3:] == ["seal", "approve", "deposit"] and "intent" not in province.acts()
    province.wire.down = {"supervision"}
    reached = province.publish()
    assert set(reached.deposits) == {"province", "city"} and list(reached.missing) == ["supervision"]
    counted = {act: province.acts().count(act) for act in ("seal", "approve", "deposit", "intent")}
    assert counted == {"seal": 1, "approve": 1, "deposit": 2, "intent": 1}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((500, b"<html>oops</html>"), id="a holder that breaks"),
        pytest.param((200, b"{}"), id="a holder that signs nothing"),
        pytest.param((200, b"\xff\xfe"), id="a holder that babbles"),
        pytest.param((403, b'{"code":"session.older","facts":{"session":"x","found":1,"held":2}}'), id="a holder that refuses"),
    ],
)
def test_one_holder_does_not_keep_a_session_from_being_published(after: After, answer: tuple[int, bytes]) -> None:
    """It is named; the other two are enough."""
    province = after("approve")
    province.wire.garbled["province"] = answer

    reached = province.publish()

    assert reached.deposits == ("city", "supervision") and list(reached.missing) == ["province"]


def test_an_intent_that_is_not_cosigned_keeps_publish_waiting(after: After) -> None:
    """Deposits are there, cosignatures are not: exit 6, and later it goes on."""
    province = after("approve")

    def nobody_cosigns(to: str, path: str, data: bytes) -> bytes:
        if path == "/checkpoint":
            raise urllib3.exceptions.ConnectTimeoutError("away")
        return data

    province.wire.change = nobody_cosigns
    error = refused("publish.cosignatures", lambda: province.publish(seconds=0.1))

    assert isinstance(error, KeysError) and error.exit_code == 6 and province.acts()[-1] == "deposit"
    province.wire.change = None
    province.clock.move(seconds=2)
    assert len(province.publish().deposits) == 3


@pytest.mark.parametrize(
    ("kept", "away"),
    [
        pytest.param(True, {"centre"}, id="the centre is away"),
        pytest.param(False, {"city", "supervision"}, id="two holders are away"),
    ],
)
def test_the_draft_is_kept_until_the_centre_has_accepted(after: After, kept: bool, away: set[str]) -> None:
    """What could draw the paper again is kept as long as it may be needed, and no longer."""
    province = after("approve")
    province.wire.down = away

    refused("line.silent" if kept else "publish.deposits", province.publish)

    assert province.desk.exists(DRAFT) == kept


def test_the_centres_word_that_it_accepted_is_not_enough(after: After) -> None:
    """The approval's own line must be under the ledger's signature, not just any line."""
    province = after("approve")
    other = province.centre.ledger.wait(1, 2).encode()
    province.wire.change = lambda to, path, data: other if path == "/api/sessions" else data

    refused("ledger.other_line", province.publish)

    assert province.desk.exists(DRAFT)


def test_a_deposit_of_another_session_is_not_kept(after: After) -> None:
    """A deposit names the manifest it was made for."""
    province = after("publish")
    hid = province.manifest().hid
    body = {"hid": "00" * 32, "j": 1, "digests": [], "at": "2026-12-01T00:00:00Z"}
    forged = statement.sign("deposit", body, province.signers("province"))

    refused("deposit.foreign", lambda: province.line("desk").post_deposit(hid, forged))

    assert province.acts().count("deposit") == 3


def test_no_station_is_given_anything_before_the_intent_is_cosigned(after: After) -> None:
    """Else a paper that nobody may release lies at the stations, and its fetch stands before its intent for ever."""
    province = after("approve")
    province.wire.down |= {"city", "supervision"}
    refused("publish.deposits", province.publish)

    assert province.line(FIRST).packages() == []
    province.wire.down.clear()
    province.publish()

    assert len(province.line(FIRST).packages()) == 2


@pytest.mark.parametrize(
    ("code", "target"),
    [
        pytest.param("ledger.other_line", "/api/sessions", id="the acceptance"),
        pytest.param("intent.foreign", "/intent", id="the intent"),
    ],
)
def test_a_centre_that_shows_another_line_has_not_published(after: After, code: str, target: str) -> None:
    """The desk believes the ledger's signature over the right line, not the answer 200; and keeps its draft meanwhile."""
    province = after("approve")
    other = province.centre.ledger.wait(1, 2).encode()

    def another(to: str, path: str, data: bytes) -> bytes:
        """Where the centre would show the line; `not there yet` stays what it is."""
        return other if path.endswith(target) and b"centre.not_there" not in data else data

    province.wire.change = another

    refused(code, province.publish)

    assert province.desk.exists(DRAFT) == (target == "/api/sessions")
    province.wire.change = None
    province.publish()


def test_an_intent_that_k_holders_have_not_cosigned_is_not_published(after: After) -> None:
    """The right line under the ledger's own signature is not enough here."""
    province = after("approve")

    def bare(to: str, path: str, data: bytes) -> bytes:
        if not path.endswith("/intent") or b"centre.not_there" in data:
            return data
        value = read_canonical(data, "proof")
        note = notes.parse_note(value["checkpoint"].encode())
        return canonical({**value, "checkpoint": notes.format_note(replace(note, signatures=note.signatures[:1])).decode()})

    province.wire.change = bare

    refused("checkpoint.quorum", province.publish)


def test_an_acceptance_the_ledger_has_not_signed_deletes_no_draft(after: After) -> None:
    """The right line, under somebody else's key."""
    province = after("approve")

    def forged(to: str, path: str, data: bytes) -> bytes:
        if path != "/api/sessions":
            return data
        value = read_canonical(data, "proof")
        checkpoint = parse_checkpoint(notes.parse_note(value["checkpoint"].encode()).text)
        false = sign_checkpoint(checkpoint, province.signer("desk").key, checkpoint.origin)
        return canonical({**value, "checkpoint": false.decode()})

    province.wire.change = forged

    refused("checkpoint.log_line", province.publish)
    assert province.desk.exists(DRAFT)


def test_a_station_is_listed_the_newest_version_only(after: After) -> None:
    province = after("fetch")
    province.seal_anew()

    assert {hid for hid, _ in province.line(FIRST).packages()} == {province.manifest().hid.hex()}
