"""Header and manifest: the times that were approved, two different hands, and every share in its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from keys import statement
from keys.encoding import Json, b64, canonical, read_canonical, sha256, unb64
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError
from keys.header import Header, Lock, read_header
from keys.manifest import (
    KIND,
    Manifest,
    approve_manifest,
    claimed_hid,
    read_half_signed,
    read_manifest,
    sign_manifest,
)
from tests.unit.keys.office_world import ENDS, OPENS, STARTS, World, demo, flipped, refused

WORLD, SEALED = demo()
HEADER, MAIN_FIRST = SEALED.header, WORLD.header_after_main()
BODY: Json = read_canonical(unb64(read_canonical(SEALED.data, "test")["payload"], "test"), "test")


def signed(body: Json, *names: str) -> bytes:
    return statement.sign(KIND, body, [WORLD.signer(name) for name in names or ("sealer-1", "seal-approver-1")])


def read_it(data: bytes) -> Manifest:
    return read_manifest(data, WORLD.directory)


def bent(change: Callable[[Json], object]) -> bytes:
    """The manifest with another body, and the signatures of the first."""
    body = read_canonical(canonical(BODY), "test")
    change(body)
    return canonical({**read_canonical(SEALED.data, "test"), "payload": b64(canonical(body))})


def anew(change: Callable[[Json], object]) -> bytes:
    """The same, signed by both again: what two dishonest people, or a broken desk, could make."""
    body = read_canonical(canonical(BODY), "test")
    change(body)
    return signed(body)


def test_a_manifest_is_read_back_whole() -> None:
    manifest = read_it(SEALED.data)

    assert manifest.header == WORLD.header()
    assert manifest.hid == sha256(canonical(BODY["header"])) == bytes.fromhex(claimed_hid(SEALED.data))
    assert manifest.signers == ("sealer-1", "seal-approver-1")


def time_changed(body: Json) -> None:
    body["header"]["locks"][0]["opens"] = "2026-05-16T07:59:59Z"


def test_one_second_less_on_a_lock_is_another_session() -> None:
    body = read_canonical(canonical(BODY), "test")
    time_changed(body)

    assert read_header(body["header"]).hid != SEALED.hid


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(time_changed, id="T of a lock"),
        pytest.param(lambda b: b["header"]["sitting"].update(starts_at="2026-05-16T08:00:00Z"), id="the start"),
        pytest.param(lambda b: b["header"].update(freezers=[]), id="nobody may freeze"),
        pytest.param(lambda b: b["header"]["locks"][2].update(after=[]), id="the answer key waits for nothing"),
        pytest.param(lambda b: b["locks"][0].update(cR="00" * 32), id="the commitment of R"),
        pytest.param(lambda b: b["rows"].update(count=1), id="the number of packages"),
        pytest.param(lambda b: b["selftest"].update(proof="11" * 32), id="the proof"),
    ],
)
def test_a_manifest_is_refused_after_a_change_of(change: Callable[[Json], object]) -> None:
    refused("statement.signature", lambda: read_it(bent(change)), TamperedError)


@pytest.mark.parametrize("at", range(0, len(SEALED.data), 61))
def test_no_byte_of_a_manifest_can_be_changed(at: int) -> None:
    with pytest.raises(TamperedError):
        read_it(flipped(SEALED.data, at))


def test_a_flipped_byte_in_any_field_is_refused() -> None:
    """One byte of every value in the body, in place, so that no field is left out."""
    payload = canonical(BODY)
    marks = [value for value in leaves(BODY)]
    for mark in marks:
        at = payload.index(mark)
        touched = canonical({**read_canonical(SEALED.data, "test"), "payload": b64(flipped(payload, at))})
        with pytest.raises(KeysError):
            read_it(touched)


def leaves(value: object) -> list[bytes]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in (canonical(name)[1:-1], *leaves(inner))]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [leaf for leaf in [canonical(value).strip(b'"')] if leaf]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("statement.signers", ["sealer-1"], id="the sealer alone"),
        pytest.param("statement.signers", ["seal-approver-1"], id="the approver alone"),
        pytest.param("statement.duty", ["seal-approver-1", "sealer-1"], id="the approver first"),
        pytest.param("statement.signed_twice", ["both-1", "both-1"], id="one person with both duties"),
        pytest.param("statement.duty", ["sealer-1", "assembler-1"], id="a second who may not approve"),
        pytest.param("statement.duty", ["freezer-1", "seal-approver-1"], id="a first who may not seal"),
        pytest.param("directory.unknown", ["desk", "seal-approver-1"], id="the desk itself"),
        pytest.param("directory.unknown", ["sealer-1", "province"], id="a holder as approver"),
        pytest.param("statement.signers", ["sealer-1", "seal-approver-1", "both-1"], id="a third"),
    ],
)
def test_sealer_and_approver_are_two_people_and_nobody_else(code: str, names: list[str]) -> None:
    refused(code, lambda: read_it(signed(BODY, *names)))


def test_the_sealer_cannot_approve_the_own_sealing() -> None:
    for name in ("sealer-1", "both-1"):
        signer = WORLD.signer(name)
        half = sign_manifest(BODY, signer)
        refused("statement.signed_twice", partial(approve_manifest, half, signer, WORLD.directory), TamperedError)


def test_half_a_manifest_is_for_the_approvers_eyes_only() -> None:
    half = sign_manifest(BODY, WORLD.signer("sealer-1"))

    assert read_half_signed(half, WORLD.directory).hid == SEALED.hid
    refused("statement.signers", lambda: read_it(half), RefusedError)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda b: b["locks"][0]["S"].pop(), id="a wrapped share less"),
        pytest.param(lambda b: b["locks"][0]["c"].pop(), id="a commitment less"),
        pytest.param(lambda b: b["locks"][0]["S"].append(b["locks"][0]["S"][0]), id="a wrapped share more"),
        pytest.param(lambda b: b["locks"].pop(), id="a lock without its shares"),
        pytest.param(lambda b: b["locks"].append(b["locks"][0]), id="a lock twice"),
        pytest.param(lambda b: b["locks"].reverse(), id="locks in another order"),
        pytest.param(lambda b: b["locks"][0].update(id="X"), id="a lock that is not in the header"),
    ],
)
def test_every_lock_has_one_share_for_every_holder(change: Callable[[Json], object]) -> None:
    refused("manifest.locks", lambda: read_it(anew(change)), TamperedError)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda b: b["locks"][0].update(note="x"), id="a field more in a lock"),
        pytest.param(lambda b: b["locks"][0].update(c="xyz"), id="commitments that are text"),
        pytest.param(lambda b: b["locks"][0].update(S=[1, 2, 3]), id="wrapped shares that are numbers"),
        pytest.param(lambda b: b.update(locks=5), id="locks that are a number"),
        pytest.param(lambda b: b["rows"].update(count="5"), id="a count that is text"),
        pytest.param(lambda b: b["rows"].pop("root"), id="no root"),
        pytest.param(lambda b: b["selftest"].update(more=1), id="a field more in the self-test"),
        pytest.param(lambda b: b.update(selftest="ok"), id="a self-test that is text"),
        pytest.param(lambda b: b.update(header=[]), id="a header that is a list"),
        pytest.param(lambda b: b["header"].update(version="1"), id="a version that is text"),
        pytest.param(lambda b: b["header"].update(holders=[]), id="no holders"),
        pytest.param(lambda b: b["header"]["sitting"].update(room="1"), id="a field more in the sitting"),
        pytest.param(lambda b: b["header"]["locks"][0].update(note="x"), id="a field more in a header's lock"),
        pytest.param(lambda b: b["header"]["locks"][0].update(papers="A"), id="papers that are text"),
        pytest.param(lambda b: b["header"].update(session=["a"]), id="a session that is a list"),
        pytest.param(lambda b: b["header"]["locks"][0].update(id=7), id="a lock's name that is a number"),
    ],
)
def test_a_signed_body_of_another_form_is_refused_with_our_own_error(change: Callable[[Json], object]) -> None:
    with pytest.raises(KeysError):
        read_it(anew(change))


def another_directory(body: Json) -> None:
    body["holders"][2]["seal"] = World("other").public("seal", "supervision").hex()


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        pytest.param("header.directory", another_directory, id="another third holder"),
        pytest.param("header.directory", lambda b: b.update(quorum=1), id="a smaller quorum"),
        pytest.param("header.directory", lambda b: b.update(version=2), id="a newer version"),
        pytest.param("header.directory", lambda b: b["ledger"].update(origin="ledger.other"), id="another ledger"),
        pytest.param("header.directory", lambda b: b["holders"].pop(), id="a holder less"),
        pytest.param("header.freezers", lambda b: no_duty(b, "freezer-1"), id="a freezer who is none"),
        pytest.param("header.freezers", lambda b: no_duty(b, "lifter-1", "lifter", "freezer"), id="a freezer more"),
    ],
)
def test_a_manifest_is_refused_under_a_directory_with(code: str, edit: Callable[[Json], object]) -> None:
    world = World(edit=edit)

    refused(code, lambda: read_manifest(SEALED.data, world.directory))


def no_duty(body: Json, name: str, *duties: str) -> None:
    for person in body["people"]:
        if person["name"] == name:
            person["duties"] = list(duties)


@pytest.mark.parametrize("freezers", [[], ["freezer-1"], ["freezer-2", "freezer-1"], ["freezer-1", "freezer-2", "lifter-1"]])
def test_a_session_names_every_freezer_of_the_directory_and_nobody_else(freezers: list[str]) -> None:
    refused("header.freezers", lambda: read_it(anew(lambda b: b["header"].update(freezers=freezers))), TamperedError)


def test_a_manifest_of_another_province_is_refused() -> None:
    refused("statement.signature", lambda: read_it(World("other").seal().data), TamperedError)


def lock(header: Header, which: int, **changes: object) -> Header:
    locks = list(header.locks)
    locks[which] = replace(locks[which], **changes)  # type: ignore[arg-type]
    return replace(header, locks=tuple(locks))


LEAD = timedelta(minutes=90)


@pytest.mark.parametrize(
    ("code", "header"),
    [
        pytest.param("", lock(HEADER, 0, opens=STARTS - LEAD), id="a lead of ninety minutes"),
        pytest.param("header.lead", lock(HEADER, 0, opens=STARTS - LEAD - timedelta(seconds=1)), id="a second more"),
        pytest.param("header.lead", lock(HEADER, 1, opens=STARTS - timedelta(days=1)), id="the spare a day before"),
        pytest.param("header.locks", lock(HEADER, 0, closes=OPENS), id="closed when it opens"),
        pytest.param("header.locks", lock(HEADER, 0, kind="never"), id="an unknown kind"),
        pytest.param("header.locks", lock(HEADER, 2, after=("A", "B")), id="after a lock there is not"),
        pytest.param("header.locks", lock(MAIN_FIRST, 1, id="A"), id="two locks of one name"),
        pytest.param("header.locks", lock(MAIN_FIRST, 1, id="S S"), id="a name with a blank, which no share line can carry"),
        pytest.param("header.locks", lock(MAIN_FIRST, 1, id="S\n"), id="a name with a newline"),
        pytest.param("header.locks", lock(MAIN_FIRST, 1, id=""), id="an empty name"),
        pytest.param("header.suite", replace(HEADER, suite="i2"), id="another suite"),
        pytest.param("header.quorum", replace(HEADER, k=0), id="a quorum of nobody"),
        pytest.param("header.quorum", replace(HEADER, k=4), id="a quorum of four of three"),
        pytest.param("header.quorum", replace(HEADER, n=2), id="a number that is not the number of holders"),
        pytest.param(
            "header.locks",
            replace(HEADER, sitting=replace(HEADER.sitting, minutes=-60)),
            id="an exam of less than no time, after which the key would open",
        ),
    ],
)
def test_a_header_is_refused_with(code: str, header: Header) -> None:
    if code:
        error = refused(code, header.check)
        assert isinstance(error, MalformedError | RefusedError)
    else:
        header.check()


def test_a_lock_after_others_needs_no_lead_because_it_waits_for_them() -> None:
    lock(HEADER, 2, opens=STARTS - timedelta(days=1)).check()


def test_no_lock_waits_in_a_circle() -> None:
    """A lock that waits for itself, or for one that waits for it, would never open."""
    own = lock(HEADER, 0, after=("A",))
    circle = lock(lock(HEADER, 0, after=("KEY",)), 2, after=("A",))

    for header in (own, circle):
        refused("header.locks", header.check, MalformedError)


def test_the_factors_of_a_lock_that_is_not_there_are_refused() -> None:
    refused("manifest.locks", lambda: SEALED.manifest.factors("B"), TamperedError)
    refused("lock.unknown", lambda: HEADER.lock("B"), RefusedError)


def test_an_extra_lock_changes_the_session() -> None:
    more = Lock("N", "time", OPENS, ENDS, ("N",), "notice", 0, ())

    assert replace(HEADER, locks=(*HEADER.locks, more)).hid != SEALED.hid
