"""Pool releases: a whole pool, by two officers of its bank, for one desk."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from keys import statement
from keys.encoding import Json, read_canonical, sha256, unb64
from keys.envelope import commit_access, open_envelope, seal_envelope
from keys.errors import KeysError, TamperedError
from keys.pool_release import KIND, PoolHeader, read_pool_manifest, sign_pool_manifest
from keys.row import PackageCore, PackageRow, row_files
from tests.unit.keys.office_world import World, demo, flipped, refused

WORLD, _ = demo()
HEADER = PoolHeader("national", "2026-1", 1, "", "", "bank", "desk", 1)
CORE = PackageCore("national-2026-1", "pool", "desk", "", "", "1", 1, "")
PID, ACCESS = CORE.pid(HEADER.hid), sha256(b"A")
ROW = PackageRow(CORE, f"{PID.hex()}.sealed", 500, bytes(32), commit_access(HEADER.hid, PID, ACCESS), bytes(32))
ENVELOPE = seal_envelope(HEADER.hid, PID, "desk", WORLD.public("seal", "desk"), ACCESS)
MANAGERS = ("bank-1", "bank-2")


def made(*names: str, header: PoolHeader = HEADER, rows: tuple[PackageRow, ...] = (ROW,)) -> bytes:
    signers = [WORLD.signer(name) for name in names or MANAGERS]
    return sign_pool_manifest(header, row_files(rows)[0], ENVELOPE, signers)


def test_the_desk_reads_the_release_and_opens_its_envelope() -> None:
    manifest = read_pool_manifest(made(), WORLD.directory)

    assert (manifest.header, manifest.hid, manifest.signers) == (HEADER, HEADER.hid, MANAGERS)
    row = manifest.row.row
    secret = WORLD.secret("seal", "desk")
    assert open_envelope(manifest.hid, row.core.pid(manifest.hid), "desk", secret, manifest.envelope, row.c_a) == ACCESS


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("statement.signers", made("bank-1"), id="one officer"),
        pytest.param("statement.signed_twice", made("bank-1", "bank-1"), id="one officer twice"),
        pytest.param("statement.duty", made("bank-1", "sealer-1"), id="an officer and a sealer"),
        pytest.param("directory.unknown", made("bank-1", "desk"), id="an officer and the desk"),
        pytest.param("header.suite", made(header=replace(HEADER, suite="i2")), id="another suite"),
        pytest.param("row.proof", made(rows=(replace(ROW, core=replace(CORE, kind="paper")),)), id="a paper for a pool"),
        pytest.param("row.proof", made(rows=(ROW, ROW)), id="a row of a larger tree"),
    ],
)
def test_a_release_is_refused_with(code: str, data: bytes) -> None:
    refused(code, lambda: read_pool_manifest(data, WORLD.directory))


def test_no_byte_of_a_release_can_be_changed() -> None:
    data = made()
    for at in range(0, len(data), 3):
        with pytest.raises(TamperedError):
            read_pool_manifest(flipped(data, at), WORLD.directory)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda b: b["header"].update(note="x"), id="a field more in the header"),
        pytest.param(lambda b: b["header"].pop("desk"), id="a header without its desk"),
        pytest.param(lambda b: b.update(header="x"), id="a header that is text"),
        pytest.param(lambda b: b["header"].update(version="1"), id="a version that is text"),
        pytest.param(lambda b: b["header"].update(pool=["x"]), id="a pool that is a list"),
        pytest.param(lambda b: b["header"].update(base="national-1"), id="a base that is no digest"),
        pytest.param(lambda b: b.update(row="x"), id="a row that is text"),
        pytest.param(lambda b: b["row"].update(index=1), id="a row that is not the first"),
        pytest.param(lambda b: b.update(envelope=5), id="an envelope that is a number"),
    ],
)
def test_a_signed_release_of_another_form_is_refused_with_our_own_error(change: Callable[[Json], object]) -> None:
    body = read_canonical(unb64(read_canonical(made(), "test")["payload"], "test"), "test")
    change(body)
    data = statement.sign(KIND, body, [WORLD.signer(name) for name in MANAGERS])

    with pytest.raises(KeysError):
        read_pool_manifest(data, WORLD.directory)


def test_every_field_of_the_header_makes_another_release() -> None:
    hids = {HEADER.hid}
    for field in ("pool", "edition", "supersedes", "base", "bank", "desk", "version", "directory"):
        other = "x" if isinstance(getattr(HEADER, field), str) else 2
        hids.add(replace(HEADER, **{field: other}).hid)  # type: ignore[arg-type]

    assert len(hids) == 9


def test_a_release_of_another_province_is_refused() -> None:
    other = World("other")
    data = sign_pool_manifest(HEADER, row_files([ROW])[0], ENVELOPE, [other.signer(name) for name in MANAGERS])

    refused("statement.signature", lambda: read_pool_manifest(data, WORLD.directory), TamperedError)


def test_a_change_continues_the_release_it_names() -> None:
    base = read_pool_manifest(made(), WORLD.directory)
    change = replace(HEADER, version=2, supersedes="national-1", base=base.digest)

    read_pool_manifest(made(header=change), WORLD.directory).check_continues(base)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"base": "00" * 32}, id="another base"),
        pytest.param({"base": ""}, id="a full release"),
        pytest.param({"version": 3}, id="a version left out"),
        pytest.param({"version": 1}, id="the same version"),
        pytest.param({"pool": "city"}, id="another pool"),
        pytest.param({"desk": "scoring"}, id="another desk"),
        pytest.param({"edition": "2027-1"}, id="another edition"),
        pytest.param({"bank": "elsewhere"}, id="another bank"),
    ],
)
def test_a_change_continues_nothing_else(change: dict[str, object]) -> None:
    base = read_pool_manifest(made(), WORLD.directory)
    fits = replace(HEADER, version=2, base=base.digest)
    other = read_pool_manifest(made(header=replace(fits, **change)), WORLD.directory)  # type: ignore[arg-type]

    refused("pool.chain", lambda: other.check_continues(base), TamperedError)
