"""The directory: two of three roots, pinned by hand, one key and one name for each party, and never backwards."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from keys import statement
from keys.directory import load_directory, pin_directory, read_directory, sign_directory
from keys.encoding import Json, canonical, read_canonical, sha256, unb64
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError
from tests.unit.keys.office_world import HOLDERS, World, demo, flipped, refused

WORLD, _ = demo()
DATA = WORLD.directory_data


def signed_by(*roots: str, change: Callable[[Json], object] = lambda body: None) -> bytes:
    body = WORLD.directory_body()
    change(body)
    return statement.sign("directory", body, [WORLD.signer(root) for root in roots])


def read_it(data: bytes) -> None:
    read_directory(data, sha256(data).hex())


def version(number: int) -> bytes:
    return signed_by("root-1", "root-2", change=lambda body: body.update(version=number))


@pytest.mark.parametrize("roots", [("root-1", "root-2"), ("root-3", "root-1"), ("root-1", "root-2", "root-3")], ids=str)
def test_any_two_roots_make_a_directory(roots: tuple[str, ...]) -> None:
    read_it(signed_by(*roots))


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("directory.roots", lambda: signed_by("root-2"), id="one root"),
        pytest.param("statement.signed_twice", lambda: signed_by("root-2", "root-2"), id="one root twice"),
        pytest.param("statement.unsigned", lambda: signed_by(), id="no root"),
        pytest.param("statement.unknown_signer", lambda: signed_by("root-1", "sealer-1"), id="a root and a sealer"),
        pytest.param("statement.unknown_signer", lambda: signed_by("root-1", "province"), id="a root and a holder"),
        pytest.param("statement.unknown_signer", lambda: signed_by("root-1", "ledger"), id="a root and the ledger"),
        pytest.param(
            "statement.signature",
            lambda: statement.sign(
                "directory", WORLD.directory_body(), [WORLD.signer("root-1"), World("other").signer("root-2")]
            ),
            id="a root and a root of elsewhere",
        ),
        pytest.param("statement.kind", lambda: statement.sign("order", WORLD.directory_body(), []), id="another kind"),
    ],
)
def test_a_directory_is_refused_when_signed_by(code: str, data: Callable[[], bytes]) -> None:
    refused(code, lambda: read_it(data()), TamperedError)


def test_a_directory_with_another_fingerprint_than_the_pinned_one_is_refused() -> None:
    other = World("other")

    refused("directory.pin", lambda: read_directory(other.directory_data, WORLD.pin), TamperedError)


def test_a_directory_edited_after_signing_is_refused_even_under_its_own_fingerprint() -> None:
    edited = read_canonical(DATA, "test")
    body = read_canonical(unb64(edited["payload"], "test"), "test")
    body["people"][0]["duties"].append("sealer")
    resigned = statement.sign("directory", body, [])
    edited["payload"] = read_canonical(resigned, "test")["payload"]

    refused("statement.signature", lambda: read_it(canonical(edited)), TamperedError)


@pytest.mark.parametrize("at", range(0, len(DATA), 97))
def test_no_byte_of_a_directory_can_be_changed(at: int) -> None:
    touched = flipped(DATA, at)

    refused("directory.pin", lambda: read_directory(touched, WORLD.pin), TamperedError)
    with pytest.raises(KeysError):
        read_it(touched)


def key_of(party: str, other: str, use: str = "sign", of: str = "sign") -> Callable[[Json], None]:
    """Give `party` the key that `other` has."""

    def change(body: Json) -> None:
        for group in ("roots", "people", "holders", "devices"):
            for each in body[group]:
                if each["name"] == party:
                    each[use] = WORLD.public(of, other).hex()

    return change


def named(party: str, name: str) -> Callable[[Json], None]:
    def change(body: Json) -> None:
        for group in ("people", "holders", "devices"):
            for each in body[group]:
                if each["name"] == party:
                    each["name"] = name

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(key_of("sealer-1", "seal-approver-1"), id="sealer and approver share a key"),
        pytest.param(key_of("lifter-2", "lifter-1"), id="two lifters share a key"),
        pytest.param(key_of("city", "province"), id="two holders share a signing key"),
        pytest.param(key_of("city", "province", "seal", "seal"), id="two holders share a sealing key"),
        pytest.param(key_of("45120102", "45120101", "seal", "seal"), id="two stations share a sealing key"),
        pytest.param(key_of("scoring", "45120101", "seal", "seal"), id="a station has the scoring desk's key"),
        pytest.param(key_of("sealer-1", "root-1"), id="a sealer has a root's key"),
        pytest.param(key_of("province", "ledger"), id="a holder has the ledger's key"),
        pytest.param(named("lifter-2", "lifter-1"), id="one name for two people"),
        pytest.param(named("desk", "sealer-1"), id="one name for a person and a device"),
        pytest.param(named("city", "province"), id="one name for two holders"),
    ],
)
def test_one_hand_never_stands_under_two_entries(change: Callable[[Json], None]) -> None:
    refused("directory.doubled", lambda: read_it(signed_by("root-1", "root-2", change=change)), MalformedError)


def test_two_roots_with_one_key_are_one_root() -> None:
    body = WORLD.directory_body()
    body["roots"][1]["sign"] = body["roots"][0]["sign"]
    data = statement.sign("directory", body, [WORLD.signer("root-1"), WORLD.signer("root-2", key_of="root-1")])

    refused("directory.doubled", lambda: read_it(data), MalformedError)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: body.update(quorum=0), id="a quorum of nobody"),
        pytest.param(lambda body: body.update(quorum=4), id="a quorum of more than there are"),
        pytest.param(lambda body: body.update(quorum="two"), id="a quorum that is no number"),
        pytest.param(lambda body: body["holders"][1].update(j=1), id="one number for two holders"),
        pytest.param(lambda body: body["holders"].reverse(), id="holders out of order"),
        pytest.param(lambda body: body["people"][0].pop("sign"), id="a person without a key"),
        pytest.param(lambda body: body["devices"][0].pop("seal"), id="a device without a sealing key"),
        pytest.param(lambda body: body["centre"].pop("url"), id="a centre without an address"),
        pytest.param(lambda body: body.update(people="xy"), id="people that are text"),
        pytest.param(lambda body: body.update(people=["x"]), id="a person that is text"),
        pytest.param(lambda body: body["ledger"].update(sign="00"), id="a ledger key that is too short"),
        pytest.param(lambda body: body.pop("place"), id="a field less"),
        pytest.param(lambda body: body.update(note="x"), id="a field more"),
        pytest.param(lambda body: body["people"][0].update(duties=["item_writter"]), id="a duty there is not"),
        pytest.param(lambda body: body["devices"][0].update(kind="dask"), id="a kind of device there is not"),
        pytest.param(lambda body: body["holders"][0].update(keepers=["nobody"]), id="a keeper who is not entered"),
        pytest.param(lambda body: body["people"][0].update(name="bad name/../x"), id="a name that leads elsewhere"),
        pytest.param(lambda body: body["devices"][0].update(people=["nobody"]), id="a device's person who is not entered"),
    ],
)
def test_roots_cannot_sign_a_directory_nobody_could_use(change: Callable[[Json], object]) -> None:
    body = WORLD.directory_body()
    change(body)

    with pytest.raises(KeysError):
        sign_directory(body, [WORLD.signer("root-1"), WORLD.signer("root-2")])


def test_the_example_draft_can_be_signed_once_its_keys_are_filled_in() -> None:
    """Whoever sets up a centre starts from it."""
    example = (Path(__file__).parents[3] / "config" / "directory.json").read_text("utf-8")
    keys = iter(range(1, 1000))
    body = json.loads(re.sub("<64 hex digits>", lambda _: next(keys).to_bytes(32, "big").hex(), example))
    roots = [WORLD.signer("root-1"), WORLD.signer("root-2")]
    for root, signer in zip(body["roots"], roots, strict=False):
        root["sign"] = signer.key.public_key().public_bytes_raw().hex()

    directory = read_directory(data := sign_directory(body, roots), sha256(data).hex())

    assert directory.stations() and len(directory.holders) == 3


def test_an_older_directory_is_not_pinned_over_a_newer(tmp_path: Path) -> None:
    pin_directory(tmp_path, version(2), sha256(version(2)).hex())

    refused("directory.older", lambda: pin_directory(tmp_path, version(1), sha256(version(1)).hex()), RefusedError)
    assert load_directory(tmp_path).version == 2


def test_two_directories_of_one_version_do_not_replace_each_other(tmp_path: Path) -> None:
    """Sealed sessions name their directory by its number only; the same bytes again are no other directory."""
    other = signed_by("root-1", "root-2", change=lambda body: body.update(place="另一市"))
    for _ in range(2):
        pin_directory(tmp_path, version(1), sha256(version(1)).hex())

    refused("directory.older", lambda: pin_directory(tmp_path, other, sha256(other).hex()), RefusedError)
    assert load_directory(tmp_path).fingerprint == sha256(version(1)).hex()


def test_a_newer_directory_takes_the_place_of_an_older(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        pin_directory(tmp_path, version(number), sha256(version(number)).hex())

    assert load_directory(tmp_path).version == 3


def test_a_directory_exchanged_in_the_home_is_refused(tmp_path: Path) -> None:
    """A good directory, signed by good roots, that nobody in this seat has compared."""
    pin_directory(tmp_path, version(1), sha256(version(1)).hex())
    (tmp_path / "directory").write_bytes(version(2))

    refused("directory.pin", lambda: load_directory(tmp_path), TamperedError)


def test_nothing_is_pinned_when_the_fingerprint_is_wrong(tmp_path: Path) -> None:
    refused("directory.pin", lambda: pin_directory(tmp_path, version(1), "00" * 32), TamperedError)

    assert list(tmp_path.iterdir()) == []
    refused("directory.not_pinned", lambda: load_directory(tmp_path), RefusedError)


def test_power_lost_between_the_two_files_of_a_pin_can_be_repaired(tmp_path: Path) -> None:
    """The new directory lies there beside the old pin; pinning it again completes what was begun."""
    pin_directory(tmp_path, version(1), sha256(version(1)).hex())
    (tmp_path / "directory").write_bytes(version(2))

    pin_directory(tmp_path, version(2), sha256(version(2)).hex())

    assert load_directory(tmp_path).version == 2


def test_a_pin_is_on_the_disk_before_the_next_file_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file's bytes, then its name: else a power cut leaves the new pin beside the old directory, or neither."""
    seen: list[tuple[str, list[str]]] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        there = sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("."))
        seen.append(("names" if target.is_dir() else "bytes", there))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)

    pin_directory(tmp_path, version(1), sha256(version(1)).hex())

    one, both = ["directory"], ["directory", "directory.pin"]
    assert seen == [("bytes", []), ("names", one), ("bytes", one), ("names", both)]
    assert sorted(path.name for path in tmp_path.iterdir()) == both


@pytest.mark.parametrize("change", [{"note": "x"}, {"place": None}], ids=["a field more", "a field less"])
def test_a_draft_with_other_fields_is_refused_before_anybody_signs(change: Json) -> None:
    body = {name: value for name, value in {**WORLD.directory_body(), **change}.items() if value is not None}

    refused("directory.draft", lambda: sign_directory(body, []), MalformedError)


def test_even_a_directory_that_was_not_checked_does_not_let_one_hand_sign_for_two() -> None:
    """The second lifter has the first one's key, which `read_directory` would have refused."""
    one = WORLD.directory.person("lifter-1")
    people = tuple(replace(p, sign=one.sign) if p.name == "lifter-2" else p for p in WORLD.directory.people)
    unchecked = replace(WORLD.directory, people=people)
    signed = statement.Statement({}, ("lifter-1", "lifter-2"), b"")

    refused("statement.same_person", lambda: unchecked.require(signed, "lifter", "lifter"))


def test_nobody_is_found_who_is_not_there() -> None:
    directory = WORLD.directory
    for look, name in (
        (directory.person, "desk"),
        (directory.holder, "desk"),
        (directory.device, "province"),
        (directory.device_of_kind, "reissue"),
    ):
        refused("directory.unknown", partial(look, name), RefusedError)


def test_only_holders_are_witnesses() -> None:
    assert tuple(WORLD.directory.witnesses()) == HOLDERS
