"""Deposits and statuses: each holder's own word about this session, and nobody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from keys import statement
from keys.answers import read_deposit, read_status, share_digests, sign_deposit, sign_status
from keys.encoding import Json, read_canonical, sha256, unb64
from keys.errors import KeysError, TamperedError
from tests.unit.keys.office_world import HOLDERS, SEALED_AT, World, demo, flipped, refused

WORLD, SEALED = demo()
DEPOSIT = sign_deposit(SEALED.manifest, 1, SEALED_AT, WORLD.signer("province"))
STATUS = sign_status(SEALED.hid, ["b", "a"], ["A"], 7, sha256(b""), "system", SEALED_AT, WORLD.signer("city"))


def body_of(data: bytes) -> Json:
    body: Json = read_canonical(unb64(read_canonical(data, "test")["payload"], "test"), "test")
    return body


def deposited(data: bytes) -> str:
    return read_deposit(data, SEALED.manifest, WORLD.directory)


def deposit(*signers: str, **changes: object) -> bytes:
    body = {**body_of(DEPOSIT), **changes}
    return statement.sign("deposit", body, [WORLD.signer(name) for name in signers or ("province",)])


def status(*signers: str, **changes: object) -> bytes:
    body = {**body_of(STATUS), **changes}
    return statement.sign("status", body, [WORLD.signer(name) for name in signers or ("city",)])


def test_a_deposit_names_the_holder_that_made_it() -> None:
    for j, name in enumerate(HOLDERS, start=1):
        assert deposited(sign_deposit(SEALED.manifest, j, SEALED_AT, WORLD.signer(name))) == name


def test_a_status_is_read_back_with_its_orders_as_a_set() -> None:
    read = read_status(STATUS, WORLD.directory)

    assert (read.hid, read.holder, read.orders, read.size) == (SEALED.hid, "city", ("a", "b"), 7)
    assert (read.at, read.clock, read.root) == (SEALED_AT, "system", sha256(b""))


NEWER = WORLD.seal(replace(WORLD.header(), version=2)).manifest


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("deposit.foreign", deposit(hid="00" * 32), id="another session"),
        pytest.param("deposit.foreign", sign_deposit(NEWER, 1, SEALED_AT, WORLD.signer("province")), id="a newer version"),
        pytest.param("deposit.foreign", deposit("city"), id="another holder's shares"),
        pytest.param("deposit.foreign", deposit(j=2), id="another holder's number"),
        pytest.param("deposit.foreign", deposit(digests=share_digests(SEALED.manifest, 2)), id="another's digests"),
        pytest.param("deposit.foreign", deposit(digests=share_digests(SEALED.manifest, 1)[:2]), id="a lock left out"),
        pytest.param("deposit.foreign", deposit("province", "city"), id="two holders at once"),
        pytest.param("statement.unknown_signer", deposit("sealer-1"), id="a person"),
        pytest.param("statement.unknown_signer", deposit("45120101"), id="a station"),
        pytest.param("statement.kind", STATUS, id="a status for a deposit"),
    ],
)
def test_a_deposit_is_refused_of(code: str, data: bytes) -> None:
    refused(code, lambda: deposited(data), TamperedError)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("statement.unknown_signer", status("province"), id="one holder in the name of another"),
        pytest.param("statement.unknown_signer", status("city", "province"), id="two holders at once"),
        pytest.param("statement.unknown_signer", status("sealer-1", holder="sealer-1"), id="a person"),
        pytest.param("statement.unknown_signer", status("ledger", holder="ledger"), id="the ledger"),
        pytest.param("statement.signature", World("other").status("city", SEALED.hid, SEALED_AT), id="a namesake"),
        pytest.param("statement.kind", DEPOSIT, id="a deposit for a status"),
    ],
)
def test_a_status_is_refused_of(code: str, data: bytes) -> None:
    refused(code, lambda: read_status(data, WORLD.directory), TamperedError)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"orders": 5}, id="orders that are a number"),
        pytest.param({"orders": "ab"}, id="orders that are text"),
        pytest.param({"orders": [1]}, id="an order that is a number"),
        pytest.param({"orders": ["b", "a"]}, id="orders that are not sorted"),
        pytest.param({"orders": ["a", "a"]}, id="an order twice"),
        pytest.param({"size": "many"}, id="a size that is no number"),
        pytest.param({"size": "7"}, id="a size that is text"),
        pytest.param({"root": 5}, id="a root that is a number"),
        pytest.param({"hid": "00"}, id="a session that is too short"),
        pytest.param({"at": 5}, id="a time that is a number"),
        pytest.param({"holder": 5}, id="a holder that is a number"),
        pytest.param({"holder": ["city"]}, id="a holder that is a list"),
    ],
)
def test_a_dishonest_holder_cannot_break_the_reader_of_its_status(change: Json) -> None:
    """Whatever it signs, the answer is one of our own refusals, so that the others' words still count."""
    with pytest.raises(KeysError):
        read_status(status(**change), WORLD.directory)


def test_no_byte_of_a_deposit_or_status_can_be_changed() -> None:
    for at in range(len(DEPOSIT)):
        with pytest.raises(TamperedError):
            deposited(flipped(DEPOSIT, at))
    for at in range(len(STATUS)):
        with pytest.raises(TamperedError):
            read_status(flipped(STATUS, at), WORLD.directory)


def test_a_deposit_without_a_time_is_refused() -> None:
    with pytest.raises(KeysError):
        deposited(deposit(at="soon"))


def test_times_are_kept_to_the_second() -> None:
    data = sign_status(
        SEALED.hid, [], [], 0, sha256(b""), "system", SEALED_AT + timedelta(milliseconds=999), WORLD.signer("city")
    )

    assert read_status(data, WORLD.directory).at == SEALED_AT
