"""Releases that say only what changed: who takes them one by one has what a full release would have brought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.adapters.folder import DiskFolder
from itembank.domain.blueprint import Blueprint
from itembank.domain.items import Item, ItemType
from itembank.formats.pool_change import read_pool_change, read_release_note
from itembank.formats.pool_content import ItemRecord, PoolContent, item_document
from itembank.ports import Folder
from itembank.steps import pooling
from itembank.steps.pooling import PoolRelease
from keys.encoding import canonical, sha256
from keys.pool_release import FIELDS, KIND, read_pool_manifest
from keys.statement import peek, sign
from tests.province import POLICY, After, Province, files, killed_at_delete, refused

MANAGERS = ("bank_manager-1", "bank_manager-2")


def release(province: Province, *, full: bool = False, edition: str = "1") -> PoolRelease:
    return pooling.release_pool(
        province.centre.book, province.directory, "city", edition, province.device("desk"), province.signers(*MANAGERS),
        province.clock, province.random, POLICY, full=full,
    )  # fmt: skip


def take(province: Province, found: PoolRelease, desk: Folder | None = None) -> None:
    at = desk or province.desk
    pooling.take_pool(at, province.directory, province.device("desk"), found.manifest, lambda name: found.container)


def held(province: Province, desk: Folder | None = None, named: Sequence[str] = ()) -> dict[str, PoolContent]:
    """What the desk can draw from, by the digest that an attempt would name."""
    me, secret = province.device("desk"), province.secret("seal", "desk")
    return dict(pooling.open_pools(desk or province.desk, province.directory, me, secret, named))


def digest(found: PoolRelease) -> str:
    return sha256(found.manifest).hex()


@dataclass
class Shelf:
    """What the bank has in the pool `city` at the moment, whatever its tables say."""

    blueprint: Blueprint
    items: dict[str, Item] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[Item]] = field(default_factory=dict)
    records: dict[str, ItemRecord] = field(default_factory=dict)

    @property
    def content(self) -> PoolContent:
        items = tuple(self.items[no] for no in sorted(self.items))
        records = {no: record for no, record in self.records.items() if no in self.items}
        return PoolContent("city", 100, self.blueprint, items, dict(self.figures), records, (900,) if records else ())

    @property
    def versions(self) -> dict[str, int]:
        """As a bank counts them: what is said anew is a new version."""
        for no, item in self.items.items():
            told = self.known.setdefault(no, [])
            if told[-1:] != [item]:
                told.append(item)
        return {no: len(self.known[no]) for no in self.items}


@pytest.fixture
def shelf(after: After, monkeypatch: pytest.MonkeyPatch) -> tuple[Province, Shelf]:
    """A province whose desk holds one full release of twenty items, and the bank's shelf to change."""
    province = after("author")
    with province.centre.book.begin() as transaction:
        (held,) = transaction.bank.blueprints()
    blueprint = held.blueprint
    found = Shelf(blueprint, {item.item_no: item for item in map(made, range(20))}, {"a.svg": "<svg>a</svg>"})
    monkeypatch.setattr(pooling, "_content", lambda *what: (found.content, found.versions))
    take(province, release(province, full=True))
    return province, found


def made(number: int, stem: str = "") -> Item:
    text = stem or f"第{number}题的说法是否正确。" * 5
    return Item(f"city-{number:02d}", "city", ItemType.JUDGEMENT, text, (), "√", "A-A-A-001", 3, 5, "解", "自编")


ITEMS = st.integers(0, 29)
EDITS = st.one_of(
    st.tuples(st.just("write"), ITEMS, st.text(max_size=20).map(lambda words: f"{words}题")),
    st.tuples(st.just("remove"), ITEMS, st.just("")),
    st.tuples(st.just("draw"), st.integers(0, 3), st.text(max_size=20)),
    st.tuples(st.just("erase"), st.integers(0, 3), st.just("")),
    st.tuples(st.just("plan"), st.integers(2000, 2030), st.just("")),
    st.tuples(st.just("use"), ITEMS, st.sampled_from(["2026-01-05", "2026-11-30"])),
)


def edit(shelf: Shelf, what: str, number: int, text: str) -> None:
    if what == "write":
        shelf.items[f"city-{number:02d}"] = made(number, text)
    elif what == "remove" and len(shelf.items) > 1:
        shelf.items.pop(f"city-{number:02d}", None)
    elif what == "draw":
        shelf.figures.setdefault(f"{number}-{sha256(text.encode()).hex()[:8]}.svg", text)
    elif what == "erase":
        shelf.figures.pop(next((name for name in shelf.figures if name.startswith(f"{number}")), ""), None)
    elif what == "use" and f"city-{number:02d}" in shelf.items:
        used = shelf.records.get(f"city-{number:02d}", ItemRecord(0, "", ())).uses
        shelf.records[f"city-{number:02d}"] = ItemRecord(used + 1, text, (number, 900))
    elif what == "plan":
        shelf.blueprint = replace(shelf.blueprint, standard_year=number, version=shelf.blueprint.version + 1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.lists(EDITS, max_size=4), min_size=1, max_size=5))
def test_changes_taken_one_by_one_give_what_a_full_release_gives(
    rounds: list[list[tuple[str, int, str]]], shelf: tuple[Province, Shelf], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For any edits, additions and removals of items, figures and the blueprint, at every step."""
    province, bank = shelf
    step_by_step, at_once = (DiskFolder(tmp_path_factory.mktemp("desk")) for _ in range(2))
    take(province, release(province, full=True), step_by_step)
    for edits in rounds:
        for change in edits:
            edit(bank, *change)
        newest = release(province)
        take(province, newest, step_by_step)
        assert held(province, step_by_step) == {digest(newest): bank.content}
    last = release(province, full=True)
    take(province, last, at_once)
    assert held(province, at_once) == {digest(last): bank.content}


def test_a_change_carries_what_changed_and_nothing_else(shelf: tuple[Province, Shelf]) -> None:
    province, bank = shelf
    bank.items["city-03"] = made(3, "改过的第三题")
    del bank.items["city-04"]

    found = release(province)

    assert (found.full, found.items, found.carried) == (False, 19, 1)
    take(province, found)
    assert held(province, named=[digest(found)]) == {digest(found): bank.content}


def another_edition(province: Province, bank: Shelf) -> PoolRelease:
    return release(province, edition="2")


def half_of_it(province: Province, bank: Shelf) -> PoolRelease:
    bank.items |= {f"city-{number:02d}": made(number, f"全新的第{number}题" * 8) for number in range(12)}
    return release(province)


def asked_for(province: Province, bank: Shelf) -> PoolRelease:
    return release(province, full=True)


@pytest.mark.parametrize("make", [another_edition, half_of_it, asked_for])
def test_a_release_is_full_when(
    shelf: tuple[Province, Shelf], tmp_path: Path, make: Callable[[Province, Shelf], PoolRelease]
) -> None:
    """A desk that holds nothing can take it."""
    province, bank = shelf

    found = make(province, bank)

    desk = DiskFolder(tmp_path / "new desk")
    take(province, found, desk)
    assert found.full and held(province, desk) == {digest(found): bank.content}


def test_a_change_whose_base_is_not_here_is_not_taken(shelf: tuple[Province, Shelf]) -> None:
    """One release was lost on the way: nothing is kept, and a full one helps."""
    province, _ = shelf
    release(province)
    found, before = release(province), files(province.home / "desk")

    error = refused("pool.base_missing", lambda: take(province, found))

    assert error.facts == {"pool": "city", "version": 4} and files(province.home / "desk") == before
    take(province, release(province, full=True))


def test_a_change_of_another_edition_is_neither_taken_nor_opened(shelf: tuple[Province, Shelf]) -> None:
    """Two managers signed it; it names a base that is here, and does not continue it."""
    province, _ = shelf
    found = release(province)
    body = peek(found.manifest, KIND, FIELDS)
    bent = sign(KIND, {**body, "header": {**body["header"], "edition": "2"}}, province.signers(*MANAGERS))

    refused("pool.chain", lambda: take(province, replace(found, manifest=bent)))

    province.desk.write_once("pools/city-3.manifest", bent)
    refused("pool.chain", lambda: held(province))


def test_a_lost_base_closes_the_state_and_is_named(shelf: tuple[Province, Shelf]) -> None:
    """A desk never draws from a part of a pool."""
    province, _ = shelf
    found = release(province)
    take(province, found)
    (province.home / "desk" / "pools" / "city-2.manifest").unlink()

    refused("pool.base_missing", lambda: held(province, named=[digest(found)]))


def test_dropping_an_unknown_release_takes_what_continues_it_and_leaves_the_chain_before_it(
    shelf: tuple[Province, Shelf],
) -> None:
    """What the bank then releases in its place is taken."""
    province, _ = shelf
    known = held(province)
    rogue = [release(province) for _ in range(3)]
    for found in rogue:
        take(province, found)

    pooling.drop_pool(province.desk, province.directory, digest(rogue[1]))

    assert digest(rogue[0]) in held(province) and len(province.desk.names("pools")) == 2 * 4
    pooling.drop_pool(province.desk, province.directory, digest(rogue[0]))
    assert held(province) == known
    take(province, rogue[0])


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_dropping_that_is_killed_leaves_a_chain_that_opens(
    shelf: tuple[Province, Shelf], monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """And another release under the same number may come afterwards."""
    province, bank = shelf
    rogue = [release(province) for _ in range(2)]
    for found in rogue:
        take(province, found)
    with killed_at_delete(monkeypatch, nth), pytest.raises(KeyboardInterrupt):
        pooling.drop_pool(province.desk, province.directory, digest(rogue[0]))

    assert bank.content in held(province).values()
    pooling.drop_pool(province.desk, province.directory, digest(rogue[0]))
    for found in rogue:
        take(province, found)
    assert digest(rogue[1]) in held(province)


@pytest.mark.parametrize(
    "bent",
    [
        pytest.param({"base": "00" * 32}, id="made for another base"),
        pytest.param({"items": ()}, id="an item left out"),
        pytest.param({"removed": ("city-05",)}, id="an item too many removed"),
        pytest.param({"pool": "national"}, id="of another pool"),
    ],
)
def test_a_change_that_does_not_give_the_banks_state_is_refused(
    shelf: tuple[Province, Shelf], monkeypatch: pytest.MonkeyPatch, bent: dict[str, Any]
) -> None:
    """Two managers signed it, and still it does not fit: what the bank remembers wrongly is found out at the desk."""
    province, bank = shelf
    bank.items["city-03"] = made(3, "改过的第三题")
    real = read_pool_change
    take(province, release(province))
    monkeypatch.setattr(pooling, "read_pool_change", lambda data: replace(real(data), **bent))

    refused("pool.state", lambda: held(province))


def test_what_the_bank_remembers_of_a_release_confirms_no_guess(shelf: tuple[Province, Shelf]) -> None:
    """A thief of the database who guesses a stem finds neither it nor its digest."""
    province, bank = shelf
    with province.centre.book.begin() as transaction:
        kept = transaction.statement("pool-state", "city/desk", "2")
        lines = b"".join(line.encode() for _, line in transaction.lines())
    assert kept is not None
    for item in bank.items.values():
        guess = sha256(canonical(item_document(item)))
        for form in (guess, guess.hex().encode()):
            assert form not in kept and form not in lines
        assert item.item_no.encode() not in lines


def test_the_digest_of_the_newest_names_the_whole_state_in_the_attempt(shelf: tuple[Province, Shelf]) -> None:
    """The centre knows it, as it knows a full release."""
    province, _ = shelf
    take(province, release(province))
    newest = release(province)
    take(province, newest)

    assert digest(newest) in held(province)
    with province.centre.book.begin() as transaction:
        note = read_release_note(transaction.statement("pool-note", digest(newest), "1") or b"")
    assert (note.version, note.edition, note.blueprint, note.blueprint_version) == (4, "1", "2022/6-31-01-03/4/L", 1)
    header = read_pool_manifest(newest.manifest, province.directory).header
    assert (header.version, header.supersedes) == (4, "city-3") and header.base
