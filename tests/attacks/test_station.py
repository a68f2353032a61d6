"""At a station: nobody else's package, no changed byte, no older version, no answer key (P4)."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from itembank.bootstrap.desk import desk_seat
from itembank.bootstrap.station import station_seat
from itembank.formats.container import HEAD
from itembank.messages import explain
from itembank.steps import distributing
from itembank.steps.seat import Seat, check_before_opening, local_packages, read_receipts
from keys.encoding import b64, canonical, unb64
from keys.envelope import open_envelope
from keys.errors import KeysError, TamperedError
from tests.flow import insider
from tests.flow.stage import Province, copy_province, running

WORD = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9]+|true|false|null')
"""A name or a value in canonical JSON."""


@pytest.fixture(scope="module")
def province(armed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Province:
    """Two armed stations; nothing runs."""
    home = tmp_path_factory.mktemp("station") / "province"
    copy_province(armed_home, home)
    return Province(home)


@pytest.fixture
def second(province: Province, tmp_path: Path) -> Seat:
    """A copy of the second station that a test may change."""
    shutil.copytree(province.place(2), tmp_path / "second")
    return station_seat(tmp_path / "second")


def files(province: Province, number: int, home: Path, lock: str = "A") -> dict[str, Path]:
    folder = home / "sessions" / province.hid
    pid = province.pid(number, lock)
    named = {ending: folder / f"{pid}.{ending}" for ending in ("sealed", "row", "envelope")}
    return {**named, "manifest": next(folder.glob("*.manifest"))}


def dry_open(seat: Seat, secret: bytes) -> None:
    """All that arming and opening check of what lies at the station."""
    for package in local_packages(seat):
        check_before_opening(seat, package, secret)


def exit_code(error: Exception) -> int:
    return explain(error).exit_code


def test_the_package_and_envelope_of_one_station_open_nothing_at_another(
    province: Province, second: Seat, tmp_path: Path
) -> None:
    for path in files(province, 1, province.place(1)).values():
        shutil.copy(path, tmp_path / "second" / "sessions" / province.hid / path.name)
    foreign = next(p for p in local_packages(second) if p.pid == province.pid(1))
    with pytest.raises(TamperedError) as refused:
        check_before_opening(second, foreign, province.secret(2))
    assert refused.value.code == "envelope.foreign"
    for lock in ("A", "S"):
        files(province, 2, tmp_path / "second", lock)["row"].unlink()
    done = province.run("station", "arm", "--home", str(tmp_path / "second"), *province.at(2)[2:], "--json")
    assert (done.code, done.error) == (4, "envelope.foreign")


def test_an_envelope_swapped_for_the_one_of_another_package_opens_nothing(
    province: Province, second: Seat, tmp_path: Path
) -> None:
    main, spare = (files(province, 2, tmp_path / "second", lock)["envelope"] for lock in ("A", "S"))
    main.write_bytes(spare.read_bytes())
    with pytest.raises(TamperedError):
        dry_open(second, province.secret(2))


def test_the_unchanged_copy_of_a_station_passes_the_same_checks(province: Province, second: Seat) -> None:
    dry_open(second, province.secret(2))


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def flips(what: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The same bytes with another first, last, middle one, and one in every part; of what is signed, also inside its body."""
    parts = {"first": 0, "last": len(data) - 1, "middle": len(data) // 2}
    if what == "sealed":
        parts |= {"magic": 3, "version": 9, "suite": 11, "hid": 20, "pid": 60, "block size": 78, "length": 87}
        parts |= {"block hash": HEAD.size + 5, "payload": HEAD.size + 64 + 100}
    if what in ("row", "manifest", "receipt"):
        parts |= words(data)
    for part, at in parts.items():
        yield part, flipped(data, at)
    if what in ("manifest", "receipt"):
        body = body_of(data)
        for part, at in words(body).items():
            yield f"body {part}", with_body(data, flipped(body, at))


def words(data: bytes) -> dict[str, int]:
    """The middle of every name and every value of a canonical object, however deep."""
    return {f"{found.start()} {found[0][:20]!r}": (found.start() + found.end()) // 2 for found in WORD.finditer(data)}


def body_of(data: bytes) -> bytes:
    return unb64(str(json.loads(data)["payload"]), "body")


def with_body(data: bytes, body: bytes) -> bytes:
    """Another body under the same signatures."""
    return canonical({**json.loads(data), "payload": b64(body)})


@pytest.mark.parametrize("what", ["sealed", "row", "manifest", "envelope"])
def test_a_flipped_byte_in_any_part_is_refused_with_exit_4(province: Province, second: Seat, tmp_path: Path, what: str) -> None:
    path = files(province, 2, tmp_path / "second")[what]
    data = path.read_bytes()
    secret = province.secret(2)
    for part, changed in flips(what, data):
        path.chmod(0o600)
        path.write_bytes(changed)
        with pytest.raises(Exception) as refused:
            dry_open(second, secret)
        assert exit_code(refused.value) == 4, (what, part, refused.value)
    path.write_bytes(data)
    dry_open(second, province.secret(2))


@pytest.mark.parametrize("what", ["sealed", "row", "manifest", "envelope"])
def test_a_truncated_lengthened_or_emptied_file_is_refused_with_exit_4(
    province: Province, second: Seat, tmp_path: Path, what: str
) -> None:
    path = files(province, 2, tmp_path / "second")[what]
    data = path.read_bytes()
    for changed in (data[:-1], data[: len(data) // 2], data[:10], b"", data + b"\0", data + b"\n", data + data):
        path.chmod(0o600)
        path.write_bytes(changed)
        with pytest.raises(Exception) as refused:
            dry_open(second, province.secret(2))
        assert exit_code(refused.value) == 4, (what, len(changed), refused.value)


def test_the_program_refuses_a_flipped_package_and_names_it(province: Province, tmp_path: Path) -> None:
    shutil.copytree(province.place(2), tmp_path / "second")
    files(province, 2, tmp_path / "second", "S")["row"].unlink()
    path = files(province, 2, tmp_path / "second")["sealed"]
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    done = province.run("station", "arm", "--home", str(tmp_path / "second"), *province.at(2)[2:], "--json")
    assert (done.code, done.error) == (4, "container.block")
    assert "[拒绝]" in done.err


def test_the_answer_key_brought_to_a_station_stays_closed(province: Province, second: Seat, tmp_path: Path) -> None:
    """Even with R of the answer key: its envelope speaks to the scoring desk's key only."""
    pid = next(pid for pid, row in insider.rows(province).items() if row.core.lock == "KEY")
    row, folder = insider.rows(province)[pid], insider.desk_folder(province)
    envelope = (folder / f"{pid}.scoring.envelope").read_bytes()
    for device in (second.device.name, "scoring"):
        with pytest.raises(TamperedError):
            open_envelope(province.manifest.hid, bytes.fromhex(pid), device, province.secret(2), envelope, row.c_a)
    target = tmp_path / "second" / "sessions" / province.hid
    for own in target.glob("*.row"):
        own.unlink()
    for name, source in (("sealed", f"{pid}.sealed"), ("row", f"{pid}.row"), ("envelope", f"{pid}.scoring.envelope")):
        shutil.copy(folder / source, target / f"{pid}.{name}")
    at = ("--home", str(tmp_path / "second"), *province.at(2)[2:], "--json")
    armed, opened = province.run("station", "arm", *at), province.run("station", "open", *at, "--lock", "KEY")
    assert (armed.code, armed.error, opened.code, opened.error) == (3, "open.answer_key", 3, "open.answer_key")


def test_a_changed_T_is_refused(province: Province, second: Seat, tmp_path: Path) -> None:
    """A new T under the old signatures: the header is what both people signed."""
    path = files(province, 2, tmp_path / "second")["manifest"]
    data = path.read_bytes()
    body = body_of(data)
    opens = json.loads(body)["header"]["locks"][0]["opens"]
    assert opens.encode() in body
    path.write_bytes(with_body(data, body.replace(opens.encode(), b"2026-01-01T00:00:00Z")))
    with pytest.raises(TamperedError) as refused:
        dry_open(second, province.secret(2))
    assert refused.value.code == "statement.signature"


@pytest.mark.parametrize("number", [1, 4])
def test_a_flipped_or_removed_receipt_stops_the_station(province: Province, second: Seat, tmp_path: Path, number: int) -> None:
    path = tmp_path / "second" / "journal" / f"{number:06d}.receipt"
    for part, changed in flips("receipt", path.read_bytes()):
        path.chmod(0o600)
        path.write_bytes(changed)
        with pytest.raises(Exception) as refused:
            read_receipts(second)
        assert exit_code(refused.value) == 4, (part, refused.value)
    path.unlink()
    if number == 1:
        with pytest.raises(Exception) as refused:
            read_receipts(second)
        assert exit_code(refused.value) == 4


# over the wire ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def online(armed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with running(armed_home, tmp_path_factory.mktemp("online") / "province", "centre") as province:
        yield province


def test_the_centre_gives_a_package_to_its_own_station_only(online: Province) -> None:
    first, second = (insider.centre_of(online, number) for number in (1, 2))
    assert first.row(online.pid(1)) and b"".join(first.container(online.pid(1), 0))

    def row() -> None:
        second.row(online.pid(1))

    def container() -> None:
        list(second.container(online.pid(1), 0))

    for ask in (row, container):
        with pytest.raises(KeysError) as refused:
            ask()
        assert (refused.value.code, refused.value.exit_code) == ("centre.not_yours", 3)


def test_the_centre_takes_no_receipt_of_another_station_and_gives_no_envelope_for_it(online: Province) -> None:
    fetched = next(r for r in read_receipts(online.seat(1)) if r.act == "fetch")
    with pytest.raises(KeysError) as refused:
        insider.centre_of(online, 2).post_receipt(fetched.data)
    assert refused.value.exit_code == 4
    from itembank.formats.receipts import sign_receipt

    seat, receipts = online.seat(2), read_receipts(online.seat(2))
    forged = sign_receipt(
        "fetch", seat.device, online.hid, online.pid(1), len(receipts) + 1, receipts[-1].digest, seat.clock(), "", {}
    )
    with pytest.raises(KeysError) as refused:
        insider.centre_of(online, 2).post_receipt(forged)
    assert refused.value.code == "receipt.package"


def test_a_receipt_forked_under_one_sequence_is_refused_and_the_same_again_is_not(online: Province) -> None:
    from itembank.formats.receipts import sign_receipt

    seat, receipts = online.seat(1), read_receipts(online.seat(1))
    last, centre = receipts[-1], insider.centre_of(online, 1)
    size = len(online.entries())
    centre.post_receipt(last.data)
    fork = sign_receipt("incident", seat.device, online.hid, last.pid, last.sequence, last.previous, seat.clock(), "", {})
    with pytest.raises(Exception) as refused:
        centre.post_receipt(fork)
    assert exit_code(refused.value) == 4
    assert len(online.entries()) == size


def test_a_device_without_a_name_in_the_directory_gets_nothing(online: Province) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from itembank import bootstrap
    from keys.statement import Signer

    for name in ("45120199", online.places[0].code):
        centre = bootstrap.centre_line(online.directory, Signer(name, Ed25519PrivateKey.generate()))
        with pytest.raises(KeysError):
            centre.packages()


# versions -----------------------------------------------------------------------------------------------------------------


def test_an_older_version_after_a_newer_is_refused_by_holders_centre_and_station(proved_home: Path, tmp_path: Path) -> None:
    with running(proved_home, tmp_path / "province") as province:
        draft = insider.draft_of(province)
        old = insider.seal_quickly(province, draft, opens_in=7200)
        new = insider.seal_quickly(province, draft, opens_in=7200)
        assert (old.header.version, new.header.version, new.header.supersedes) == (1, 2, old.hid.hex())
        province.ok("publish", "--home", "desk", "--session", new.header.session, "--json")
        seat, centre = province.seat(1), insider.centre_of(province, 1)
        assert {p.hid for p in distributing.fetch(seat, centre, lambda line: None)} == {new.hid.hex()}

        for line in insider.holder_lines(province):
            with pytest.raises(KeysError) as refused:
                line.deposit(old.data)
            assert (refused.value.code, refused.value.exit_code) == ("session.older", 3)
        folder = f"sessions/{old.header.session}/v1"
        desk = desk_seat(province.home / "desk")
        with pytest.raises(KeysError) as refused:
            distributing.publish(
                desk.folder, desk.directory, folder, old.header.session, desk.centre, desk.holders, iter(()), lambda line: None
            )
        assert (refused.value.code, refused.value.exit_code) == ("session.older", 3)

        class Lying:
            """A centre that serves the old version to a station that has seen the new one."""

            def packages(self) -> list[tuple[str, str]]:
                return [(old.hid.hex(), "00" * 32)]

            def session_manifest(self, hid: str) -> bytes:
                return old.data

        with pytest.raises(KeysError) as refused:
            distributing.fetch(seat, Lying(), lambda line: None)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.exit_code) == ("session.older", 3)
        assert {package.hid for package in local_packages(seat)} == {new.hid.hex()}
