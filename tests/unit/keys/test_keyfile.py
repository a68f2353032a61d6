"""Key files: opened only by enough of the people named in them, and never usable once they were touched."""

import os
from collections.abc import Callable
from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.encoding import Json, b64, canonical, read_canonical, t, unb64
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError
from keys.keyfile import (
    Cost,
    _stretch,
    host,
    host_signer,
    lock,
    person_signer,
    public_half,
    read_host,
    show,
    unlock,
    write_private,
)
from tests.unit.keys.office_world import flipped, refused

CHEAP = Cost(1, 8, 1)
PEOPLE = {f"operator-{i}": f"passphrase {i}".encode() for i in range(1, 5)}
TWO_OF_FOUR = lock("seal", "station", PEOPLE, 2, random=os.urandom, cost=CHEAP)
SECRET = unlock(TWO_OF_FOUR, {name: PEOPLE[name] for name in ("operator-1", "operator-2")})
PAIR = {name: PEOPLE[name] for name in ("operator-2", "operator-4")}


def bent(change: Callable[[Json], object], data: bytes = TWO_OF_FOUR) -> bytes:
    value = read_canonical(data, "test")
    change(value)
    return canonical(value)


@pytest.mark.parametrize("pair", list(combinations(PEOPLE, 2)), ids=" and ".join)
def test_any_two_of_four_open_the_same_key(pair: tuple[str, str]) -> None:
    assert unlock(TWO_OF_FOUR, {name: PEOPLE[name] for name in pair}) == SECRET
    assert public_half("seal", SECRET) == show(TWO_OF_FOUR).public


def test_three_of_four_open_it_too() -> None:
    assert unlock(TWO_OF_FOUR, {name: PEOPLE[name] for name in list(PEOPLE)[1:]}) == SECRET


def test_one_person_opens_nothing() -> None:
    for name, passphrase in PEOPLE.items():
        refused("key.too_few", partial(unlock, TWO_OF_FOUR, {name: passphrase}), RefusedError)


def test_one_share_is_not_the_key_of_the_box() -> None:
    """A threshold edited down to one gets past the count, and then the box stays shut."""
    edited = bent(lambda value: value.update(threshold=1))

    refused("key.damaged", lambda: unlock(edited, {"operator-1": PEOPLE["operator-1"]}), TamperedError)


@pytest.mark.parametrize(
    ("code", "came"),
    [
        pytest.param("key.passphrase", {"operator-1": b"passphrase 2", "operator-2": b"passphrase 2"}, id="another's"),
        pytest.param("key.passphrase", {"operator-1": b"passphrase 1 ", "operator-2": b"passphrase 2"}, id="a blank more"),
        pytest.param("key.not_yours", {"operator-1": b"passphrase 1", "operator-9": b"passphrase 1"}, id="a foreign person"),
        pytest.param("key.too_few", {}, id="nobody"),
    ],
)
def test_a_key_stays_shut_for(code: str, came: dict[str, bytes]) -> None:
    refused(code, lambda: unlock(TWO_OF_FOUR, came), RefusedError)


def test_no_byte_of_a_key_file_can_be_changed() -> None:
    """Either it no longer opens, or the change lies in the slot of somebody who is not there."""
    mine = [slot for slot in read_canonical(TWO_OF_FOUR, "test")["slots"] if slot["who"] in PAIR]
    for at in range(len(TWO_OF_FOUR)):
        touched = flipped(TWO_OF_FOUR, at)
        try:
            assert unlock(touched, PAIR) == SECRET
        except KeysError:
            continue
        slots = read_canonical(touched, "test")["slots"]
        assert all(slot in slots for slot in mine), f"byte {at} of my own slot does not matter"


@settings(max_examples=60)
@given(st.integers(0, len(TWO_OF_FOUR) - 1))
def test_a_torn_key_file_is_refused(length: int) -> None:
    with pytest.raises(KeysError):
        unlock(TWO_OF_FOUR[:length], PAIR)


def slot_of(value: Json, who: str = "operator-2") -> Json:
    found: Json = next(slot for slot in value["slots"] if slot["who"] == who)
    return found


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v.pop("slots"), id="no slots"),
        pytest.param(lambda v: v.pop("box"), id="no box"),
        pytest.param(lambda v: v.pop("name"), id="no name"),
        pytest.param(lambda v: v.pop("use"), id="no use"),
        pytest.param(lambda v: v.pop("threshold"), id="no threshold"),
        pytest.param(lambda v: v.update(threshold="two"), id="a threshold that is no number"),
        pytest.param(lambda v: v.update(threshold=0), id="a threshold of nobody"),
        pytest.param(lambda v: v.update(use="both"), id="another use"),
        pytest.param(lambda v: v.update(public="00"), id="another public key"),
        pytest.param(lambda v: v.update(box=""), id="an empty box"),
        pytest.param(lambda v: v.update(box=b64(bytes(8))), id="a box of eight bytes"),
        pytest.param(lambda v: v.update(slots=["x", "y"]), id="slots that are text"),
        pytest.param(lambda v: v.update(slots="xy"), id="slots that are one text"),
        pytest.param(lambda v: v.update(note="x"), id="a field more"),
        pytest.param(lambda v: slot_of(v).pop("salt"), id="a slot without its salt"),
        pytest.param(lambda v: slot_of(v).update(salt=b64(b"x")), id="a salt of one byte"),
        pytest.param(lambda v: slot_of(v).update(box=b64(b"x")), id="a slot's box of one byte"),
        pytest.param(lambda v: slot_of(v).update(box=slot_of(v, "operator-3")["box"]), id="the box of another's slot"),
        pytest.param(lambda v: slot_of(v).update(passes="many"), id="passes that are no number"),
        pytest.param(lambda v: slot_of(v).update(lanes=8), id="more lanes than its memory feeds"),
    ],
)
def test_a_damaged_key_file_is_refused_with_our_own_error(change: Callable[[Json], object]) -> None:
    damaged = bent(change)

    with pytest.raises(KeysError):
        unlock(damaged, PAIR)


@pytest.mark.parametrize(
    "cost",
    [
        pytest.param({"memory": 1 << 31}, id="two tebibytes"),
        pytest.param({"memory": (1 << 20) + 1}, id="a little above a gibibyte"),
        pytest.param({"passes": 1 << 30}, id="passes without end"),
        pytest.param({"lanes": 1 << 20}, id="a million lanes"),
        pytest.param({"memory": -1}, id="negative memory"),
        pytest.param({"passes": 0}, id="no pass"),
    ],
)
def test_a_planted_cost_does_not_exhaust_the_machine(cost: dict[str, int]) -> None:
    planted = bent(lambda value: slot_of(value).update(cost))

    refused("key.kind", lambda: unlock(planted, PAIR), MalformedError)


def test_a_slot_of_another_key_is_foreign() -> None:
    """The same people and passphrases, another key: its slots and shares do not fit this box."""
    other = read_canonical(lock("seal", "station-2", PEOPLE, 2, random=os.urandom, cost=CHEAP), "test")

    refused("key.passphrase", lambda: unlock(bent(lambda value: value.update(slots=other["slots"])), PAIR), RefusedError)


def test_shares_of_an_earlier_key_of_the_same_name_do_not_open_it() -> None:
    other = read_canonical(lock("seal", "station", PEOPLE, 2, random=os.urandom, cost=CHEAP), "test")

    refused("key.damaged", lambda: unlock(bent(lambda value: value.update(slots=other["slots"])), PAIR), TamperedError)


def test_a_colleagues_share_copied_into_an_own_slot_does_not_make_two_people() -> None:
    """Slots are made here by hand, so that both hold the first share."""
    people = {"a": b"long enough", "b": b"long too, and other"}
    value = read_canonical(lock("seal", "station", people, 2, random=os.urandom, cost=CHEAP), "test")
    boxes = {who: AESGCM(_stretch(people[who], unb64(slot_of(value, who)["salt"], "test"), 1, 8, 1)) for who in people}
    first = unb64(slot_of(value, "a")["box"], "test")
    share = boxes["a"].decrypt(first[:12], first[12:], t("slot", "station", "a"))
    copied = boxes["b"].encrypt(bytes(12), share, t("slot", "station", "b"))
    slot_of(value, "b")["box"] = b64(bytes(12) + copied)

    refused("key.damaged", lambda: unlock(canonical(value), people), TamperedError)


@pytest.mark.parametrize(
    ("code", "use", "people", "threshold"),
    [
        pytest.param("key.threshold", "sign", 2, 3, id="more than there are"),
        pytest.param("key.threshold", "sign", 2, 0, id="nobody at all"),
        pytest.param("key.threshold", "both", 2, 1, id="another use"),
        pytest.param("key.passphrase_short", "sign", 0, 1, id="a passphrase of seven bytes"),
    ],
)
def test_a_key_that_guards_nothing_is_not_made(code: str, use: str, people: int, threshold: int) -> None:
    given_people = {f"p{i}": b"long enough" for i in range(people)} or {"p": b"7 bytes"}

    refused(code, lambda: lock(use, "name", given_people, threshold, random=os.urandom, cost=CHEAP), MalformedError)


def test_a_persons_key_signs_under_the_persons_name(tmp_path: Path) -> None:
    data = lock("sign", "sealer-1", {"sealer-1": b"long enough"}, 1, random=os.urandom, cost=CHEAP)
    write_private(tmp_path / "person.key", data)

    signer = person_signer(tmp_path / "person.key", b"long enough")

    assert signer.name == "sealer-1"
    assert signer.key.public_key().public_bytes_raw() == show(data).public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610], ids=oct)
def test_a_host_key_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    write_private(tmp_path / "sign.key", host("sign", "ledger", os.urandom))
    os.chmod(tmp_path / "sign.key", mode)

    refused("key.readable_by_others", lambda: host_signer(tmp_path / "sign.key"), RefusedError)


def test_a_host_key_is_written_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "sign.key"
    write_private(path, host("sign", "ledger", os.urandom))
    before = path.read_bytes()

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_private(path, host("sign", "ledger", os.urandom))
    assert path.read_bytes() == before
    assert host_signer(path).key.public_key().public_bytes_raw() == show(before).public


@pytest.mark.parametrize(
    ("code", "change"),
    [
        pytest.param("key.damaged", lambda v: v.update(public="11" * 32), id="another public key"),
        pytest.param("key.damaged", lambda v: v.update(secret=b64(bytes(32))), id="another secret"),
        pytest.param("key.damaged", lambda v: v.update(secret=b64(bytes(31))), id="a secret that is too short"),
        pytest.param("key.kind", lambda v: v.update(use="seal"), id="another use"),
        pytest.param("key.kind", lambda v: v.update(format="itembank-key/1"), id="another format"),
        pytest.param("key.kind", lambda v: v.pop("secret"), id="no secret"),
        pytest.param("key.kind", lambda v: v.pop("name"), id="no name"),
    ],
)
def test_a_damaged_host_key_is_refused(code: str, change: Callable[[Json], object], tmp_path: Path) -> None:
    write_private(tmp_path / "sign.key", bent(change, host("sign", "ledger", os.urandom)))

    refused(code, lambda: read_host(tmp_path / "sign.key", "sign"))


def test_a_file_of_another_kind_is_no_key_file() -> None:
    for data in (canonical({"format": "itembank-key/9"}), canonical([]), canonical("itembank-key/1")):
        refused("key.kind", partial(unlock, data, PAIR), MalformedError)
        refused("key.kind", partial(show, data), MalformedError)


HOST_KEY = host("sign", "ledger", os.urandom)


@pytest.mark.parametrize("data", [TWO_OF_FOUR, HOST_KEY], ids=["locked", "host"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v.pop("name"), id="no name"),
        pytest.param(lambda v: v.pop("use"), id="no use"),
        pytest.param(lambda v: v.pop("public"), id="no public key"),
        pytest.param(lambda v: v.update(public="xy"), id="a public key that is no hex"),
        pytest.param(lambda v: v.update(public=5), id="a public key that is a number"),
        pytest.param(lambda v: v.update(slots=5), id="slots that are a number"),
        pytest.param(lambda v: v.update(slots=["operator-1"]), id="slots that are texts"),
        pytest.param(lambda v: v.update(slots=[{}]), id="a slot of nobody"),
    ],
)
def test_a_key_file_without_its_fields_is_not_shown(data: bytes, change: Callable[[Json], object]) -> None:
    """`key show` and `init` look at files that somebody may have edited."""
    with pytest.raises(KeysError):
        show(bent(change, data))
