"""Receipts: signed by the device, and by two of its own operators where two must act, in one chain without gap or fork."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from itembank.formats.errors import FormatError, ReceiptError
from itembank.formats.receipts import (
    BY_DEVICE,
    BY_OPERATORS,
    FIRST,
    KIND,
    Receipt,
    check_chain,
    check_opening,
    read_receipt,
    sign_receipt,
)
from keys import statement
from keys.encoding import Json, b64, read_canonical, unb64
from keys.errors import KeysError, TamperedError
from keys.release import make_release
from tests.unit.keys.office_world import SEALED_AT, STATIONS, World, demo, flipped

WORLD, SEALED = demo()
HERE, THERE = STATIONS
PAIR = (f"operator-{HERE}-1", f"operator-{HERE}-2")


def made(
    act: str = "arm",
    operators: tuple[str, ...] = PAIR,
    *,
    device: str = HERE,
    sequence: int = 1,
    previous: str = FIRST,
    facts: Json | None = None,
) -> bytes:
    signers = [WORLD.signer(name) for name in operators]
    signer = WORLD.signer(device)
    hid, pid = SEALED.hid.hex(), SEALED.rows[0].row.core.pid(SEALED.hid).hex()
    return sign_receipt(act, signer, hid, pid, sequence, previous, SEALED_AT, "机房", facts or {}, signers)


def read_it(data: bytes) -> Receipt:
    return read_receipt(data, WORLD.directory)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises((KeysError, FormatError)) as caught:
        act()
    assert isinstance(caught.value, KeysError | FormatError)
    assert caught.value.code == code, caught.value


@pytest.mark.parametrize("act", [*BY_DEVICE, *BY_OPERATORS])
def test_a_receipt_is_read_back(act: str) -> None:
    operators = PAIR if act in BY_OPERATORS else ()

    receipt = read_it(made(act, operators, facts={"copies": ["1"]}))

    assert (receipt.act, receipt.device, receipt.signers) == (act, HERE, (HERE, *operators))
    assert (receipt.hid, receipt.sequence, receipt.facts) == (SEALED.hid.hex(), 1, {"copies": ["1"]})


@pytest.mark.parametrize("act", BY_OPERATORS)
@pytest.mark.parametrize(
    ("code", "operators"),
    [
        pytest.param("receipt.operators", (), id="nobody"),
        pytest.param("receipt.operators", PAIR[:1], id="one operator"),
        pytest.param("statement.signed_twice", (PAIR[0], PAIR[0]), id="one operator twice"),
        pytest.param("receipt.operators", (*PAIR, f"operator-{HERE}-3"), id="three operators"),
        pytest.param("receipt.operators", (PAIR[0], f"operator-{THERE}-1"), id="an operator of another station"),
        pytest.param("receipt.operators", (f"operator-{THERE}-1", f"operator-{THERE}-2"), id="two of another station"),
        pytest.param("receipt.operators", (PAIR[0], "sealer-1"), id="somebody without the duty"),
        pytest.param("receipt.operators", (PAIR[0], THERE), id="another device for the second person"),
        pytest.param("statement.signed_twice", (PAIR[0], HERE), id="the device for the second person"),
        pytest.param("statement.unknown_signer", (PAIR[0], "nobody"), id="a stranger"),
    ],
)
def test_an_act_of_two_is_refused_by(act: str, code: str, operators: tuple[str, ...]) -> None:
    refused(code, lambda: read_it(made(act, operators)))


def test_people_of_the_device_without_the_duty_are_no_operators() -> None:
    """The directory may enter them with the device; the duty it did not give them."""

    def enter(body: Json) -> None:
        next(device for device in body["devices"] if device["name"] == HERE)["people"] = ["freezer-1", "sealer-1"]

    world = World("demo", enter)
    refused("receipt.operators", lambda: read_receipt(made(operators=("freezer-1", "sealer-1")), world.directory))


def test_what_the_device_does_alone_bears_no_persons_signature() -> None:
    refused("receipt.operators", lambda: read_it(made("fetch", PAIR)))


def body_of(data: bytes) -> Json:
    body: Json = read_canonical(unb64(read_canonical(data, "test")["payload"], "test"), "test")
    return body


def signed(body: Json, *names: str) -> bytes:
    return statement.sign(KIND, body, [WORLD.signer(name) for name in names or (HERE, *PAIR)])


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("receipt.device", signed(body_of(made()), THERE, *PAIR), id="another device signs"),
        pytest.param("receipt.device", signed(body_of(made()), *PAIR, HERE), id="the device signs last"),
        pytest.param("receipt.device", signed({**body_of(made()), "device": THERE}), id="another device is named"),
        pytest.param("directory.unknown", signed({**body_of(made()), "device": "sealer-1"}), id="a person is named"),
        pytest.param("receipt.device", signed({**body_of(made()), "act": "burn"}), id="an act there is not"),
        pytest.param("statement.kind", statement.sign("order", body_of(made()), [WORLD.signer(HERE)]), id="another kind"),
        pytest.param("statement.signature", statement.sign(KIND, body_of(made()), [World("x").signer(HERE)]), id="a namesake"),
    ],
)
def test_a_receipt_is_refused_when(code: str, data: bytes) -> None:
    refused(code, lambda: read_it(data))


def test_no_byte_of_a_receipt_can_be_changed() -> None:
    data = made()
    for at in range(len(data)):
        with pytest.raises(TamperedError):
            read_it(flipped(data, at))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"sequence": "1"}, id="a sequence that is text"),
        pytest.param({"sequence": "x"}, id="a sequence that is no number"),
        pytest.param({"facts": "x"}, id="facts that are text"),
        pytest.param({"facts": ["ab"]}, id="facts that are a list of pairs"),
        pytest.param({"facts": 5}, id="facts that are a number"),
        pytest.param({"hid": 5}, id="a session that is a number"),
        pytest.param({"pid": ["x"]}, id="a package that is a list"),
        pytest.param({"previous": {}}, id="a predecessor that is an object"),
        pytest.param({"place": 5}, id="a place that is a number"),
        pytest.param({"at": 5}, id="a time that is a number"),
        pytest.param({"device": [HERE]}, id="a device that is a list"),
        pytest.param({"act": ["arm"]}, id="an act that is a list"),
    ],
)
def test_a_dishonest_station_cannot_break_the_reader_of_its_receipts(change: Json) -> None:
    with pytest.raises((KeysError, FormatError)):
        read_it(signed({**body_of(made()), **change}))


# the chain ---------------------------------------------------------------------------------------------------------------


def chain(count: int = 4, device: str = HERE) -> list[Receipt]:
    receipts: list[Receipt] = []
    for number in range(1, count + 1):
        previous = receipts[-1].digest if receipts else FIRST
        receipts.append(read_it(made("fetch", (), device=device, sequence=number, previous=previous)))
    return receipts


def joined(device: str) -> Receipt:
    """The next receipt behind a chain of three, by this device."""
    return read_it(made("fetch", (), device=device, sequence=4, previous=chain(3)[-1].digest))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_whole_chain_stands(count: int) -> None:
    check_chain(chain(count))


def other(facts: str) -> Receipt:
    """Another second receipt behind the same first."""
    return read_it(made("fetch", (), sequence=2, previous=chain(1)[0].digest, facts={"other": facts}))


def left_out() -> Receipt:
    return read_it(made("fetch", (), sequence=3, previous=chain(1)[0].digest))


@pytest.mark.parametrize(
    "receipts",
    [
        pytest.param([chain()[0], *chain()[2:]], id="a gap"),
        pytest.param(chain()[1:], id="the first is missing"),
        pytest.param([chain()[0], chain()[2], chain()[1], chain()[3]], id="two exchanged"),
        pytest.param([chain()[0], left_out()], id="a number left out, the predecessor right"),
        pytest.param([chain()[0], other("x"), *chain()[2:]], id="a fork: another second one"),
        pytest.param([chain()[0], chain()[1], other("x")], id="two second ones"),
        pytest.param([*chain(), chain()[3]], id="the last twice"),
        pytest.param([replace(chain()[0], previous="11" * 32)], id="a first that names a predecessor"),
        pytest.param([*chain(3), joined(THERE)], id="a receipt of another device behind this one's"),
    ],
)
def test_a_chain_is_refused_with(receipts: list[Receipt]) -> None:
    with pytest.raises(ReceiptError) as caught:
        check_chain(receipts)
    assert caught.value.code == "receipt.chain"


# what an opening proves --------------------------------------------------------------------------------------------------

R = SEALED.releases["A"]
RELEASE = make_release([WORLD.line(SEALED, "A", j) for j in (1, 2)], SEALED.manifest, WORLD.directory, "A").format()
SPARE = make_release([WORLD.line(SEALED, "S", j) for j in (1, 2)], SEALED.manifest, WORLD.directory, "S").format()
BY_LINE = {"by": "line", "release": RELEASE.decode(), "lock": "A", "R": b64(R)}
BY_PHONE = {"by": "phone", "release": "", "lock": "A", "R": b64(R)}


def check_facts(facts: Json) -> None:
    check_opening(SEALED.manifest, WORLD.directory, read_it(made("open", facts=facts)))


@pytest.mark.parametrize("facts", [BY_LINE, BY_PHONE], ids=["by line", "by phone"])
def test_an_opening_proves_its_release(facts: Json) -> None:
    check_facts(facts)


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        pytest.param("receipt.release", {**BY_PHONE, "R": b64(bytes(16))}, id="an R that is none"),
        pytest.param("receipt.release", {**BY_PHONE, "lock": "S"}, id="the R of another lock"),
        pytest.param("manifest.locks", {**BY_PHONE, "lock": "B"}, id="a lock there is not"),
        pytest.param("object.base64", {**BY_PHONE, "R": "x"}, id="an R that is no base64"),
        pytest.param("release.form", {**BY_LINE, "release": ""}, id="no release object"),
        pytest.param("share.form", {**BY_LINE, "release": RELEASE.decode() + "\n"}, id="a release object with a line more"),
        pytest.param("receipt.release", {**BY_LINE, "release": SPARE.decode()}, id="the release of another lock"),
        pytest.param("receipt.release", {**BY_LINE, "lock": "S"}, id="a lock that is not the release's"),
        pytest.param("receipt.release", {**BY_LINE, "R": b64(bytes(16))}, id="an R that is not the release's"),
        pytest.param("receipt.release", {"by": "line"}, id="nothing but how"),
        pytest.param("receipt.release", {"by": "phone"}, id="nothing but by phone"),
        pytest.param("receipt.release", {}, id="nothing"),
        pytest.param("receipt.release", {**BY_LINE, "by": "pigeon"}, id="a way there is not"),
    ],
)
def test_an_opening_is_refused_with(code: str, facts: Json) -> None:
    refused(code, lambda: check_facts(facts))


def test_a_release_of_another_session_opens_nothing_here() -> None:
    later = WORLD.seal(replace(WORLD.header(), version=2))
    foreign = make_release([WORLD.line(later, "A", j) for j in (1, 2)], later.manifest, WORLD.directory, "A")

    refused("release.foreign", lambda: check_facts({**BY_LINE, "release": foreign.format().decode()}))
