"""One holder at work: it opens its shares before it signs for them, sees only one ledger, and gives one answer for ever."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from keys import checkpoint as notes
from keys import journal as journal_module
from keys.answers import read_deposit, read_status
from keys.ask import Ask
from keys.encoding import sha256
from keys.entry import Entry
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError
from keys.holder.config import create_home, load_config, open_office
from keys.holder.office import Office
from keys.holder.web import create_app
from keys.journal import Journal, read_journal
from keys.manifest import approve_manifest, manifest_body, sign_manifest
from keys.release import make_release
from keys.share import seal_share
from tests.unit.keys.office_world import (
    HOLDERS,
    OPENS,
    SEALED_AT,
    SECOND,
    Ledger,
    StubClock,
    World,
    demo,
    flipped,
    refused,
)

WORLD, SEALED = demo()
HID = SEALED.hid


def office_at(home: Path, now: datetime = SEALED_AT, name: str = "province") -> tuple[Office, StubClock]:
    clock = StubClock()
    office = WORLD.office(home, name, clock)
    office.deposit(SEALED.data)
    clock.at = now
    return office, clock


def kinds(home: Path) -> list[str]:
    return [record.kind for record in read_journal((home / "journal").read_bytes())]


# deposits ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOLDERS)
def test_every_holder_takes_its_deposit_once(name: str, tmp_path: Path) -> None:
    clock = StubClock()
    office = WORLD.office(tmp_path, name, clock)
    first = office.deposit(SEALED.data)
    clock.at += timedelta(hours=1)

    again = [office.deposit(SEALED.data), WORLD.office(tmp_path, name, clock).deposit(SEALED.data)]

    assert again == [first, first]
    assert read_deposit(first, SEALED.manifest, WORLD.directory) == name
    assert kinds(tmp_path) == ["deposit"]


def resealed(change: Callable[[list[list[bytes]]], None]) -> bytes:
    """A manifest both people signed, whose wrapped shares (by lock, by holder) were bent before."""
    manifest = SEALED.manifest
    sealed = [list(factors.sealed) for factors in manifest.locks]
    change(sealed)
    locks = tuple(replace(f, sealed=tuple(s)) for f, s in zip(manifest.locks, sealed, strict=True))
    body = manifest_body(manifest.header, locks, manifest.row_count, manifest.row_root, manifest.selftest)
    return approve_manifest(sign_manifest(body, WORLD.signer("sealer-1")), WORLD.signer("seal-approver-1"), WORLD.directory)


def wrong_share(sealed: list[list[bytes]]) -> None:
    sealed[2][0] = seal_share(HID, "KEY", 1, WORLD.public("seal", "province"), bytes(16))


def exchange_locks(sealed: list[list[bytes]]) -> None:
    sealed[0][0], sealed[1][0] = sealed[1][0], sealed[0][0]


def exchange_holders(sealed: list[list[bytes]]) -> None:
    sealed[0][0], sealed[0][1] = sealed[0][1], sealed[0][0]


def torn_share(sealed: list[list[bytes]]) -> None:
    sealed[0][0] = sealed[0][0][:-1]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        pytest.param("share.commitment", wrong_share, id="another share under the last lock"),
        pytest.param("envelope.foreign", exchange_locks, id="the shares of two locks exchanged"),
        pytest.param("envelope.foreign", exchange_holders, id="the shares of two holders exchanged"),
        pytest.param("envelope.foreign", torn_share, id="a byte less"),
    ],
)
def test_a_holder_signs_for_no_share_it_could_not_open(
    code: str, change: Callable[[list[list[bytes]]], None], tmp_path: Path
) -> None:
    office = WORLD.office(tmp_path)

    refused(code, lambda: office.deposit(resealed(change)), TamperedError)
    assert kinds(tmp_path) == []
    refused("release.no_deposit", lambda: office.ask(WORLD.ask(SEALED, "A", OPENS)), RefusedError)


def test_a_manifest_of_another_province_is_not_taken(tmp_path: Path) -> None:
    office = WORLD.office(tmp_path)

    refused("statement.signature", lambda: office.deposit(World("other").seal().data), TamperedError)


def test_an_older_version_after_a_newer_is_refused_and_the_older_opens_no_more(tmp_path: Path) -> None:
    office, clock = office_at(tmp_path)
    newer = WORLD.seal(replace(WORLD.header(), version=3))
    older = WORLD.seal(replace(WORLD.header(), version=2))
    same = WORLD.seal(replace(WORLD.header(), version=3, centre="另一中心"))
    office.deposit(newer.data)

    for data in (older.data, same.data):
        error = refused("session.older", partial(office.deposit, data), RefusedError)
        assert error.facts["held"] == 3
    clock.at = OPENS
    for holder in (office, WORLD.office(tmp_path, clock=clock)):
        refused("release.superseded", partial(holder.ask, WORLD.ask(SEALED, "A", OPENS)), RefusedError)
    assert office.ask(WORLD.ask(newer, "A", OPENS)).hid == newer.hid


def test_version_zero_is_older_than_nothing_at_all(tmp_path: Path) -> None:
    zero = WORLD.seal(replace(WORLD.header(), version=0))

    refused("session.older", lambda: WORLD.office(tmp_path).deposit(zero.data), RefusedError)


# the line ----------------------------------------------------------------------------------------------------------------


def test_the_line_is_identical_for_ever_and_across_a_restart(tmp_path: Path) -> None:
    """Asked again later, frozen since, closed since, by a bare question, after a restart: the same bytes."""
    office, clock = office_at(tmp_path, OPENS)
    ask = WORLD.ask(SEALED, "A", OPENS)
    first = office.ask(ask).format()
    clock.at += timedelta(days=3)
    office.order(WORLD.freeze(HID))
    bare = Ask(HID, "A", ask.intent, None, (), ())

    lines = [office.ask(ask), office.ask(bare), WORLD.office(tmp_path, clock=clock).ask(bare)]

    assert [line.format() for line in lines] == [first] * 3
    assert kinds(tmp_path).count("share") == 1


def test_two_processes_of_one_office_give_one_line(tmp_path: Path) -> None:
    (one, first), (two, second) = office_at(tmp_path, OPENS), office_at(tmp_path, OPENS + SECOND)

    lines = {office.ask(WORLD.ask(SEALED, "A", clock.at)).format() for office, clock in ((one, first), (two, second))}

    assert len(lines) == 1
    assert kinds(tmp_path) == ["deposit", "share"]


def test_many_askers_at_the_same_moment_get_one_line(tmp_path: Path) -> None:
    office, _ = office_at(tmp_path, OPENS)
    ask = WORLD.ask(SEALED, "A", OPENS)
    lines: list[str] = []
    threads = [threading.Thread(target=lambda: lines.append(office.ask(ask).format())) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(lines) == 8 and len(set(lines)) == 1
    assert kinds(tmp_path) == ["deposit", "share"]


def test_what_one_process_froze_the_other_refuses(tmp_path: Path) -> None:
    (serving, _), (attended, _) = office_at(tmp_path, OPENS), office_at(tmp_path, OPENS)

    attended.order(WORLD.freeze(HID))

    refused("release.frozen", lambda: serving.ask(WORLD.ask(SEALED, "A", OPENS)), RefusedError)


class Killed(BaseException):
    """The process ends here."""


def killed_at(office: Office, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Asks, and dies inside: right after the journal's fsync, or with half of the line written."""
    path = office._journal._path

    def fsync(descriptor: int) -> None:
        if not after:
            os.truncate(path, path.stat().st_size - 40)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(journal_module, "os", SimpleNamespace(**{**vars(os), "fsync": fsync}))
        with pytest.raises(Killed):
            office.ask(WORLD.ask(SEALED, "A", OPENS))


def test_killed_between_journal_and_answer_it_gives_the_journalled_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, clock = office_at(tmp_path, OPENS)
    killed_at(office, monkeypatch, after=True)
    journalled = read_journal((tmp_path / "journal").read_bytes())[-1].data["line"]
    clock.at += timedelta(minutes=5)

    again = WORLD.office(tmp_path, clock=clock)

    assert again.ask(WORLD.ask(SEALED, "A", clock.at)).format() == journalled
    assert kinds(tmp_path) == ["deposit", "share"]


def test_killed_inside_the_journals_line_it_has_given_nothing_and_asks_the_rule_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, clock = office_at(tmp_path, OPENS)
    killed_at(office, monkeypatch, after=False)

    again = WORLD.office(tmp_path, clock=clock)
    again.order(WORLD.freeze(HID))

    refused("release.frozen", lambda: again.ask(WORLD.ask(SEALED, "A", OPENS)), RefusedError)
    assert kinds(tmp_path) == ["deposit", "order"]


def test_a_share_line_carries_the_clock_it_was_given_by(tmp_path: Path) -> None:
    office = WORLD.office(tmp_path, clock=StubClock(OPENS, "file"))
    office.deposit(SEALED.data)

    assert office.ask(WORLD.ask(SEALED, "A", OPENS)).clock == "file"
    assert read_status(office.status(HID), WORLD.directory).clock == "file"


def test_two_honest_holders_release_and_one_does_not(tmp_path: Path) -> None:
    lines = []
    for name in HOLDERS[:2]:
        (tmp_path / name).mkdir()
        office, _ = office_at(tmp_path / name, OPENS, name)
        lines.append(office.ask(WORLD.ask(SEALED, "A", OPENS)))
    assert make_release(lines, SEALED.manifest, WORLD.directory, "A").release == SEALED.releases["A"]
    refused("release.quorum", lambda: make_release(lines[:1], SEALED.manifest, WORLD.directory, "A"), RefusedError)


def test_an_edited_journal_stops_the_start(tmp_path: Path) -> None:
    office_at(tmp_path)
    data = (tmp_path / "journal").read_bytes()
    for at in range(0, len(data) - 1, 71):
        (tmp_path / "journal").write_bytes(flipped(data, at))
        with pytest.raises(KeysError):
            WORLD.office(tmp_path)


def test_a_kind_of_record_it_does_not_know_stops_the_start(tmp_path: Path) -> None:
    """Written by a newer program, say: what it means for the rule is not known, so nothing is answered."""
    journal = Journal(tmp_path / "journal", lambda record: None)
    with journal.hold():
        journal.append("postpone", {}, SEALED_AT)

    refused("journal.kind", lambda: WORLD.office(tmp_path), TamperedError)


# cosigning ---------------------------------------------------------------------------------------------------------------


def grown(sizes: int = 6, mark: str = "") -> Ledger:
    ledger = Ledger(WORLD)
    for number in range(sizes):
        ledger.append(Entry("fetch", {"number": f"{mark}{number}"}, "desk", SEALED_AT, "signed").encode())
    return ledger


def cosign(office: Office, ledger: Ledger, old: int, new: int) -> int:
    """The time in the line the holder gives for the ledger at `new`, told that it held `old`."""
    proof = ledger.tree.consistency_proof(old, new) if 0 < old <= new else []
    note = ledger.note(size=new)
    line = office.cosign(old, proof, note)
    return notes.read_cosignature(note, line, name=office.me.name, key=office.me.sign)


def test_a_growing_ledger_is_cosigned_at_the_holders_own_time(tmp_path: Path) -> None:
    clock = StubClock()
    office, ledger = WORLD.office(tmp_path, clock=clock), grown()

    for old, new in ((0, 1), (1, 4), (4, 4), (4, 6)):
        clock.at += SECOND
        assert cosign(office, ledger, old, new) == int(clock.at.timestamp())

    status = read_status(office.status(HID), WORLD.directory)
    assert (status.size, status.root) == (6, ledger.tree.root())
    assert kinds(tmp_path) == ["checkpoint"] * 3


def test_a_fork_is_never_cosigned(tmp_path: Path) -> None:
    """Another history of the same length, a longer one, and one with a proof of its own: not before and not after a restart."""
    office = WORLD.office(tmp_path)
    cosign(office, grown(), 0, 4)
    fork = grown(mark="x")

    for holder in (office, WORLD.office(tmp_path)):
        for size in (4, 6):
            refused("tree.consistency", partial(cosign, holder, fork, 4, size), TamperedError)
    assert kinds(tmp_path) == ["checkpoint"]


@pytest.mark.parametrize("new", [0, 1, 3])
def test_a_rollback_is_never_cosigned(new: int, tmp_path: Path) -> None:
    office, ledger = WORLD.office(tmp_path), grown()
    cosign(office, ledger, 0, 4)

    refused("tree.consistency", lambda: cosign(office, ledger, 4, new), TamperedError)


@pytest.mark.parametrize("old", [0, 1, 3, 5, 6, 7])
def test_it_says_which_size_it_holds(old: int, tmp_path: Path) -> None:
    """Also across a restart, and above all when somebody pretends that it has seen nothing yet."""
    ledger = grown(8)
    cosign(WORLD.office(tmp_path), ledger, 0, 4)

    error = refused("checkpoint.size", lambda: cosign(WORLD.office(tmp_path), ledger, old, 8), RefusedError)

    assert (error.facts["held"], error.facts["found"]) == (4, old)


@pytest.mark.parametrize("proof", [[], [bytes(32)], [bytes(31)]], ids=["none", "invented", "short"])
def test_growth_without_a_true_proof_is_not_cosigned(proof: list[bytes], tmp_path: Path) -> None:
    office, ledger = WORLD.office(tmp_path), grown()
    cosign(office, ledger, 0, 4)

    refused("tree.consistency", lambda: office.cosign(4, proof, ledger.note(size=6)), TamperedError)


def test_a_checkpoint_of_another_ledger_is_not_cosigned(tmp_path: Path) -> None:
    office = WORLD.office(tmp_path)

    for note in (World("other").ledger(SEALED).note(), b"", flipped(grown().note(), 30)):
        with pytest.raises(TamperedError):
            office.cosign(0, [], note)
    assert kinds(tmp_path) == []


# a home, and the web face ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "key", "text"),
    [
        pytest.param("config.key", "port", 'name = "a"\nclock = "system"\nunlock = "host"\nport = 1\n', id="an unknown key"),
        pytest.param("config.key", "unlock", 'name = "a"\nclock = "system"\n', id="a missing key"),
        pytest.param("config.value", "unlock", 'name = "a"\nclock = "system"\nunlock = "no"\n', id="an unknown value"),
    ],
)
def test_settings_it_does_not_know_stop_the_start(code: str, key: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "holder.toml").write_text(text)

    assert refused(code, lambda: load_config(tmp_path), MalformedError).facts["key"] == key


def test_a_home_is_made_once_and_opens_only_once_it_is_pinned(tmp_path: Path) -> None:
    create_home(tmp_path / "h", "province", "system", os.urandom)
    before = (tmp_path / "h" / "sign.key").read_bytes()

    with pytest.raises(FileExistsError):
        create_home(tmp_path / "h", "province", "system", os.urandom)
    assert (tmp_path / "h" / "sign.key").read_bytes() == before
    assert (tmp_path / "h").stat().st_mode & 0o077 == 0
    refused("directory.not_pinned", lambda: open_office(tmp_path / "h"), RefusedError)


def test_a_home_with_the_keys_of_another_holder_does_not_start(tmp_path: Path) -> None:
    create_home(tmp_path / "h", "province", "system", os.urandom)
    (tmp_path / "h" / "holder.toml").write_text('name = "city"\nclock = "system"\nunlock = "host"\n')

    assert refused("config.value", lambda: open_office(tmp_path / "h"), MalformedError).facts["key"] == "name"


@pytest.mark.parametrize(
    ("status", "method", "path", "body"),
    [
        pytest.param(200, "POST", "/deposit", SEALED.data, id="a deposit"),
        pytest.param(200, "GET", f"/status/{HID.hex()}", b"", id="its status"),
        pytest.param(403, "POST", "/ask", WORLD.ask(SEALED, "A", OPENS).encode(), id="a rule refuses"),
        pytest.param(422, "POST", "/deposit", flipped(SEALED.data, 5), id="a check fails"),
        pytest.param(422, "POST", "/ask", b"{}", id="an ask of another form"),
        pytest.param(422, "GET", "/status/zz", b"", id="no session"),
        pytest.param(400, "POST", "/checkpoint", b"old x\n\nnote", id="a size that is none"),
        pytest.param(400, "POST", "/checkpoint", b"old " + b"9" * 5000 + b"\n\nnote", id="an endless size"),
        pytest.param(400, "POST", "/checkpoint", b"old 007\n\nnote", id="a size with leading zeros"),
        pytest.param(400, "POST", "/checkpoint", b"", id="an empty body"),
        pytest.param(422, "POST", "/checkpoint", b"old 0\n\nnote", id="no checkpoint"),
        pytest.param(422, "POST", "/checkpoint", b"old 0\n!\n\nnote", id="a proof that is none"),
        pytest.param(405, "GET", "/ask", b"", id="a method it does not have"),
    ],
)
def test_the_web_face_turns_a_family_into_a_status(status: int, method: str, path: str, body: bytes, tmp_path: Path) -> None:
    client = create_app(WORLD.office(tmp_path), tmp_path).test_client()

    answer = client.open(path, method=method, data=body)

    assert answer.status_code == status
    if status in (400, 403, 422):
        assert set(answer.get_json()) == {"code", "facts"}


def test_a_status_says_what_it_has_seen_of_the_ledger_from_nothing_on(tmp_path: Path) -> None:
    status = read_status(WORLD.office(tmp_path).status(HID), WORLD.directory)

    assert (status.size, status.root, status.orders) == (0, sha256(b""), ())
