"""Nothing of the paper outside the desk's memory: after a kill, after sealing, in the centre's own files (P1)."""

from __future__ import annotations

import base64
import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from itembank.bootstrap.centre import centre_seat
from itembank.demo import cast
from itembank.domain.items import Item
from keys.keyfile import read_host
from tests.flow import insider
from tests.flow.stage import Province, copy_province

BANKS_OWN = ("centre.sqlite", "centre.sqlite-wal", "centre.sqlite-shm")
"""The bank keeps the items: its database, and the workbooks in `bank/`."""


def bank(province: Province) -> list[Item]:
    book = centre_seat(province.home / "centre").book
    with book.begin() as transaction:
        return [item for pool in ("national", "city") for _, item in transaction.bank.active(pool)]


def needles(items: list[Item]) -> dict[bytes, str]:
    """What gives an item away: its number and its stem, as written, as UTF-16 and as JSON escapes write it."""
    found: dict[bytes, str] = {}
    for item in items:
        stem = item.stem.split("（")[0]
        for text in (item.item_no, item.item_no.partition("-")[2], stem):
            ascii_form = text.encode("unicode_escape").replace(b"\\\\", b"\\")
            for data in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), ascii_form):
                if len(data) >= 12:
                    found[data] = item.item_no
    return found


def leaks(paths: list[Path], wanted: dict[bytes, str]) -> list[tuple[str, str]]:
    """(file, item) wherever one of the needles stands in a file, its name included."""
    heads: dict[bytes, list[bytes]] = {}
    for needle in wanted:
        heads.setdefault(needle[:12], []).append(needle)
    found = []
    for path in paths:
        data = path.name.encode() + b"\n" + path.read_bytes()
        windows = {data[at : at + 12] for at in range(len(data) - 11)}
        for head in windows & heads.keys():
            found += [(str(path), wanted[needle]) for needle in heads[head] if needle in data]
    return found


def files_of(folder: Path, *but: str) -> list[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in but and p.parent.name != "bank"]


def test_the_search_for_leaks_finds_what_is_there(proved_home: Path, tmp_path: Path) -> None:
    copy_province(proved_home, tmp_path / "province")
    items = bank(Province(tmp_path / "province"))
    assert len(items) == 230
    for number, item in enumerate((items[0], items[100], items[-1])):
        (tmp_path / f"{number}").write_text("x" * 37 + item.stem)
        assert [found for _, found in leaks([tmp_path / f"{number}"], needles(items))] == [item.item_no]
    assert leaks(sorted((proved_home / "centre").glob("centre.sqlite*")), needles(items))


@pytest.mark.parametrize("made", [0, 3])
def test_the_desk_killed_in_mid_render_leaves_no_word_of_any_item_and_no_child(
    proved_home: Path, tmp_path: Path, made: int
) -> None:
    """With its first children at work, and with all pages but the last made."""
    copy_province(proved_home, tmp_path / "province")
    province, temporary = Province(tmp_path / "province"), tmp_path / "tmp"
    temporary.mkdir()
    shared_memory = set(Path("/dev/shm").iterdir())
    starts = f"{datetime.now(UTC) + timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"
    seal = ("seal", "--home", "desk", "--session", cast.SESSION, "--starts-at", starts, *province.act("sealer-1"))
    desk = subprocess.Popen(
        province.command("itembank", *seal), cwd=province.home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    assert desk.stderr is not None
    try:
        until = time.monotonic() + 30
        while not (children := workers_of(desk.pid)):
            assert desk.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        for _ in range(made):
            while "| rendered " not in desk.stderr.readline():
                assert desk.poll() is None and time.monotonic() < until
        children |= workers_of(desk.pid)
        assert desk.poll() is None, "it was ready before it could be killed"
    finally:
        desk.send_signal(signal.SIGKILL)
        desk.wait()
        desk.stderr.close()
    until = time.monotonic() + 5
    while left := [pid for pid in children if running_worker(pid)]:
        assert time.monotonic() < until, f"children of the killed desk still run: {left}"
        time.sleep(0.02)
    wanted = needles(bank(province))
    assert leaks(files_of(province.home, *BANKS_OWN), wanted) == []
    assert [path for path in temporary.rglob("*") if path.is_file()] == []
    # database servers of other tests come and go there
    left_there = {path for path in Path("/dev/shm").iterdir() if not path.name.startswith("PostgreSQL.")}
    assert left_there <= shared_memory
    assert not (province.home / "desk" / "sessions" / cast.SESSION / "v1" / f"{cast.SESSION}.manifest").exists()


def workers_of(parent: int) -> set[int]:
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat[1]) == parent and running_worker(int(pid)):
            found.add(int(pid))
    return found


def running_worker(pid: int) -> bool:
    try:
        return b"itembank.printing.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_after_a_kill_the_same_command_seals(proved_home: Path, tmp_path: Path) -> None:
    """What an interrupted run left in the version's folder does not stand in the way of the next."""
    copy_province(proved_home, tmp_path / "province")
    province = Province(tmp_path / "province")
    left = province.home / "desk" / "sessions" / cast.SESSION / "v1" / f"{'ab' * 32}.sealed"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a container")
    manifest = insider.seal_quickly(province, insider.draft_of(province), opens_in=7200)
    assert manifest.header.version == 1 and not left.exists()


# after sealing ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed(armed_home: Path) -> Province:
    """Sealed, published, armed; nothing is changed by these tests."""
    return Province(armed_home)


@pytest.fixture(scope="module")
def drawn(sealed: Province) -> set[str]:
    """What nobody but the scoring desk will ever learn: the items of both papers."""
    found = {answer["item"] for key in insider.answer_keys(sealed) for answer in key["answers"]}
    assert len(found) == 160
    return found


def test_a_full_copy_of_the_centre_does_not_tell_which_items_were_drawn(
    sealed: Province, drawn: set[str], tmp_path: Path
) -> None:
    items = bank(sealed)
    # 1. in no file but the bank's database does any item occur
    assert leaks(files_of(sealed.home / "centre", *BANKS_OWN), needles(items)) == []
    # 2. there every item occurs equally often, drawn or not (compacted: what a page split left behind is nobody's choice)
    with closing(sqlite3.connect(sealed.home / "centre" / "centre.sqlite")) as database:
        database.execute("VACUUM INTO ?", (str(tmp_path / "copy"),))
    values = list(_values(tmp_path / "copy"))
    counts: dict[bool, Counter[tuple[int, int]]] = {True: Counter(), False: Counter()}
    for item in items:
        number, stem = (sum(value.count(needle.encode()) for value in values) for needle in (item.item_no, item.stem))
        counts[item.item_no in drawn][number, stem] += 1
    assert set(counts[True]) == set(counts[False]), counts
    assert len(counts[False]) == 1
    # 3. nor does a row say anything else about a drawn one
    assert len(set(_rows_about_items(tmp_path / "copy"))) == 1


def _rows_about_items(database: Path) -> list[tuple[str, ...]]:
    """State, people, times, versions of every item: all that the bank does with it."""
    names = "version, newest, state, author, reviewer, approver, assignee, due"
    with closing(sqlite3.connect(database)) as connection:
        return [tuple(map(str, row)) for row in connection.execute(f"SELECT {names} FROM item_version")]


def _values(database: Path) -> Iterator[bytes]:
    """Every value of every row, whole: a page's end may cut one in two."""
    with closing(sqlite3.connect(database)) as connection:
        connection.text_factory = bytes
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f"SELECT * FROM {table.decode()}"):
                yield from (value for value in row if isinstance(value, bytes))


def test_no_file_outside_the_bank_names_an_item_after_sealing(sealed: Province) -> None:
    assert leaks(files_of(sealed.home, *BANKS_OWN), needles(bank(sealed))) == []


def test_after_sealing_no_file_holds_a_factor_a_share_the_seed_or_an_answer(sealed: Province) -> None:
    secrets: dict[str, bytes] = {}
    for lock in ("A", "S", "KEY"):
        secrets[f"R {lock}"] = insider.release_of(sealed, lock)
        secrets |= {f"share {j} {lock}": insider.share_of(sealed, j, lock) for j in (1, 2, 3)}
    for number in (1, 2):
        for lock in ("A", "S"):
            pid = sealed.pid(number, lock)
            code = sealed.places[number - 1].code
            secrets[f"A {code} {lock}"] = insider.access_of(sealed, pid, code, sealed.secret(number))
        secrets[f"station {number}"] = sealed.secret(number)
    secrets["seed"] = bytes.fromhex(insider.answer_keys(sealed)[0]["seed"])
    secrets["desk"] = insider.device_secret(sealed.home, "desk", "sealer-1")
    found = []
    for path in files_of(sealed.home):
        data = path.read_bytes()
        for name, secret in secrets.items():
            forms = (secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"="))
            if any(form in data for form in forms):
                found.append((name, str(path)))
    assert found == []


def test_the_draft_is_gone_once_the_centre_has_accepted(sealed: Province, proved_home: Path) -> None:
    drafts = [p.name for p in (proved_home / "desk" / "sessions" / cast.SESSION).iterdir() if "draft" in p.name]
    assert drafts == ["draft"]
    assert [p for p in (sealed.home / "desk").rglob("*draft*")] == []


def test_every_key_and_passphrase_is_readable_by_its_owner_only(sealed: Province) -> None:
    secret = [p for p in sealed.home.rglob("*") if p.is_file() and (p.suffix == ".key" or p.name == "passphrase")]
    assert len(secret) > 40
    assert [str(p) for p in secret if p.stat().st_mode & 0o077] == []


def test_only_unattended_machines_keep_a_key_without_a_passphrase(sealed: Province) -> None:
    """The list of design.md 3: ledger, device signing, holders."""
    unlocked = {p.relative_to(sealed.home).as_posix() for p in sealed.home.rglob("*.key") if _in_clear(p)}
    expected = {"centre/ledger.key", *(f"holders/{j}/{use}.key" for j in (1, 2, 3) for use in ("sign", "seal"))}
    expected |= {f"{home}/device.key" for home in ("desk", "scoring", *(f"stations/{p.code}" for p in sealed.places))}
    assert unlocked == expected


def _in_clear(path: Path) -> bool:
    for use in ("sign", "seal"):
        try:
            read_host(path, use)
        except Exception:
            continue
        return True
    return False


def test_a_key_file_others_may_read_is_not_used(sealed: Province, tmp_path: Path) -> None:
    copy_province(sealed.home, tmp_path / "province")
    province = Province(tmp_path / "province")
    (province.place(1) / "device.key").chmod(0o644)
    done = province.open(1)
    assert (done.code, done.error) == (3, "key.readable_by_others")
