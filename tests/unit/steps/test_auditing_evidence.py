"""Step 9 over files: evidence that was taken away, changed, or signed falsely by a station is found, and the place named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest

from itembank.formats.receipts import FIRST as FIRST_RECEIPT
from itembank.formats.receipts import Receipt, read_receipt, sign_receipt
from keys.encoding import Json, b64, sha256
from keys.entry import Entry
from keys.pool_release import FIELDS as POOL_FIELDS
from keys.pool_release import KIND as POOL_KIND
from keys.statement import peek, sign
from tests.province import FIRST, SESSION, After, Province
from tests.unit.steps.history_anew import codes, history, sign_anew, standing, told


def cut_journal(province: Province) -> None:
    journal = province.home / "holders" / "1" / "journal"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:1]))


def forgotten_cosignature(province: Province) -> None:
    """Deposits and shares are all there; only the newest checkpoint it cosigned is not."""
    journal = province.home / "holders" / "3" / "journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    assert b'"kind":"checkpoint"' in lines[-1]
    journal.write_bytes(b"".join(lines[:-1]))


def fork_in_the_mirror(province: Province) -> None:
    """Ledger and mirror lose their last line and are signed anew; the mirror still has what k holders cosigned."""
    kept = {path: path.read_bytes() for path in (province.home / "mirror" / "checkpoints").iterdir()}
    sign_anew(province, history(province)[:-1])
    for path, data in kept.items():
        path.write_bytes(data)
    shutil.rmtree(province.home / "stations")


def other_pin(province: Province) -> None:
    (province.home / "desk").mkdir(exist_ok=True)
    (province.home / "desk" / "directory.pin").write_text("00" * 32 + "\n")


def mirror_byte(province: Province) -> None:
    path = province.home / "mirror" / "entries" / "000"
    path.write_bytes(path.read_bytes() + b"\0")


def another_release(province: Province, **header: object) -> bytes:
    """What two managers with a copy of the bank can sign beside a release of the centre."""
    path = sorted((province.home / "desk" / "pools").glob("*.manifest"))[0]
    body = peek(path.read_bytes(), POOL_KIND, POOL_FIELDS)
    other = {**body, "header": {**body["header"], **header}, "envelope": b64(b"other")}
    return sign(POOL_KIND, other, province.signers("bank_manager-1", "bank_manager-2"))


def pool_exchanged(province: Province) -> None:
    """Another content under the header of a release that is in the ledger."""
    path = sorted((province.home / "desk" / "pools").glob("*.manifest"))[0]
    path.write_bytes(another_release(province))


def package_gone(province: Province) -> None:
    next(iter((province.home / "centre" / "packages").iterdir())).unlink()


def too_few_cosigners(province: Province) -> None:
    """A stored checkpoint, in both copies, with one cosignature where k were."""
    for ledger in ("centre/ledger", "mirror"):
        path = sorted((province.home / ledger / "checkpoints").iterdir())[0]
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:6]))


def forked_receipt(province: Province) -> None:
    """The station's last receipt, signed again for another place."""
    path = sorted((province.home / "stations" / FIRST / "journal").glob("*.receipt"))[-1]
    old = read_receipt(path.read_bytes(), province.directory)
    data = sign_receipt(
        old.act, province.signer(FIRST), old.hid, old.pid, old.sequence, old.previous, old.at, "别处", old.facts,
        province.operators(FIRST),
    )  # fmt: skip
    path.chmod(0o600)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("code", "harm"),
    [
        pytest.param("audit.mirror", mirror_byte, id="one byte of the mirror"),
        pytest.param("manifest.other", pool_exchanged, id="another pool under a release's header"),
        pytest.param("store.missing", package_gone, id="a package the centre has lost"),
        pytest.param("checkpoint.quorum", too_few_cosigners, id="a stored checkpoint fewer than k cosigned"),
        pytest.param("audit.fork", forked_receipt, id="a receipt with two texts"),
        pytest.param("audit.journal_cut", cut_journal, id="a journal that has forgotten what its holder signed"),
        pytest.param("audit.journal_cut", forgotten_cosignature, id="a journal that has forgotten what its holder cosigned"),
        pytest.param("audit.mirror", fork_in_the_mirror, id="a mirror that knows more than the ledger"),
        pytest.param("directory.pin", other_pin, id="a seat that stands on another directory"),
    ],
)
def test_evidence_that_was_taken_away_or_contradicts_is_found(
    after: After, code: str, harm: Callable[[Province], None]
) -> None:
    province = standing(after("return"))
    harm(province)

    assert code in codes(province.audit())


def test_a_release_the_ledger_does_not_have_yet_is_remarked(after: After) -> None:
    """The centre's server may be away while a pool is released; a draw from it would be found."""
    province = standing(after("return"))
    (province.home / "desk" / "pools" / "city-9.manifest").write_bytes(another_release(province, version=9))

    audit = province.audit()

    assert (codes(audit), {remark.code for remark in audit.remarks}) == (set(), {"audit.pool_not_ledgered"})


@pytest.mark.parametrize(
    ("place", "code"),
    [
        pytest.param("desk/sessions/zzz/v9/a.sealed", "container.short", id="of no session"),
        pytest.param("desk/sessions/zzz/v9/a.row", "object.not_canonical", id="a row of no session"),
        pytest.param(f"desk/sessions/{SESSION}/v2/a.sealed", "container.short", id="not even a container"),
        pytest.param(f"desk/sessions/{SESSION}/v2/a.row", "object.not_canonical", id="not even a row"),
        pytest.param(f"desk/sessions/{SESSION}/v2/a.manifest", "audit.unledgered", id="a manifest of another name"),
        pytest.param(f"desk/sessions/{SESSION}/v2/copy.sealed", "container.row", id="a container of another name"),
    ],
)
def test_what_no_cut_off_sealing_leaves_is_found_beside_one(after: After, place: str, code: str) -> None:
    """A folder without a manifest hides nothing."""
    province = standing(after("return"))
    path = province.home / place
    path.parent.mkdir(parents=True)
    sealed = sorted((province.home / "centre" / "packages").iterdir())[0]
    path.write_bytes(sealed.read_bytes() if path.name == "copy.sealed" else b"x")

    assert f"{place}: {code}" in told(province.audit())


@pytest.mark.parametrize(
    ("code", "pattern", "change"),
    [
        pytest.param("audit.pages", f"stations/{FIRST}/print/*.pdf", lambda data: data + b" ", id="a printed page"),
        pytest.param("container.block", "centre/packages/*.sealed", lambda data: data[:-1] + b"\0", id="a container"),
        pytest.param("container.length", "desk/sessions/*/v1/*.sealed", lambda data: data + b"\0", id="a lengthened one"),
        pytest.param("row.proof", "desk/sessions/*/v1/*.row", lambda data: data.replace(b'"copies":4', b'"copies":5')
                     .replace(b'"copies":6', b'"copies":5').replace(b'"copies":1', b'"copies":5'), id="a row"),
        pytest.param("ledger.unknown_file", "centre/ledger/checkpoint", None, id="a file too many in the ledger"),
    ],
)  # fmt: skip
def test_a_changed_file_is_named(after: After, code: str, pattern: str, change: Callable[[bytes], bytes] | None) -> None:
    """The place of a finding is the file."""
    province = standing(after("return"))
    path = sorted(province.home.glob(pattern))[0]
    if change is None:
        path = path.with_name("checkpoint.old")
        path.write_bytes(b"")
    else:
        path.chmod(0o600)
        path.write_bytes(change(path.read_bytes()))

    assert f"{path.relative_to(province.home)}: {code}" in told(province.audit())


# a station that signs what is not so --------------------------------------------------------------------------------------

Bend = Callable[[Receipt], Json]


def station_says(province: Province, act: str, bend: Bend | None) -> None:
    """The first station and its operators sign their whole journal anew, one act bent or left out; centre and holders help."""
    standing(province)
    device, operators = province.signer(FIRST), province.operators(FIRST)
    entries: list[Entry] = []
    sequence, previous, bent = 0, FIRST_RECEIPT, False
    for entry in history(province):
        if entry.by != FIRST:
            entries.append(entry)
            continue
        receipt, facts = read_receipt(entry.statement.encode(), province.directory), {}
        if receipt.act == act and not bent:
            bent = True
            if bend is None:
                continue
            facts = bend(receipt)
        sequence += 1
        data = sign_receipt(
            receipt.act, device, receipt.hid, receipt.pid, sequence, previous, receipt.at, receipt.place,
            {**receipt.facts, **facts}, operators if len(receipt.signers) > 1 else (),
        )  # fmt: skip
        previous = sha256(data).hex()
        entries.append(replace(entry, statement=data.decode(), subject={**entry.subject, "sequence": f"{sequence:06d}"}))
    assert bent
    sign_anew(province, entries)
    shutil.rmtree(province.home / "stations")


@pytest.mark.parametrize(
    ("code", "act", "bend"),
    [
        pytest.param("envelope.commitment", "arm", lambda r: {"cA": "00" * 32}, id="another A"),
        pytest.param("audit.intent_not_cosigned", "arm", lambda r: {"size": 5}, id="armed before the intent"),
        pytest.param("receipt.release", "open", lambda r: {"by": "phone", "R": b64(bytes(16))}, id="opened with no true R"),
        pytest.param("receipt.copies", "print", lambda r: {"copies": r.facts["copies"][:-1]}, id="a copy too few"),
        pytest.param("receipt.copies", "print", lambda r: {"copies": 2 * r.facts["copies"]}, id="twice"),
        pytest.param("container.pages", "print", lambda r: {"pages": "00" * 32}, id="other pages"),
        pytest.param("custody.balance", "return", lambda r: {"counts": {**r.facts["counts"], "used": 99}}, id="counts"),
        pytest.param("custody.order", "arm", None, id="never armed"),
        pytest.param("custody.order", "open", None, id="printed without opening"),
        pytest.param("custody.order", "print", None, id="returned without printing"),
    ],
)
def test_a_station_that_signs_falsehoods_is_found_although_everybody_else_helps(
    after: After, code: str, act: str, bend: Bend | None
) -> None:
    """The manifest both officers signed says what its receipts must prove."""
    province = after("return")
    station_says(province, act, bend)

    assert code in codes(province.audit())


def test_a_stations_journal_that_is_signed_anew_unchanged_is_no_finding(after: After) -> None:
    """The helper of these tests adds nothing that would be found by itself."""
    province = after("return")
    station_says(province, "return", lambda receipt: {})

    assert codes(province.audit()) == set()
