"""A province's pool comes into a city's bank: opened by the bank's own key, by one of its managers, with a line of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from itembank.adapters.folder import DiskFolder
from itembank.domain.items import Item
from itembank.domain.policy import Policy
from itembank.domain.review import ELSEWHERE, ItemState, Move
from itembank.formats.blueprint_export import official_workbook
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.item_export import write_items
from itembank.formats.item_file import own_workbook
from itembank.formats.pool_content import PoolContent
from itembank.ports.bank import StoredBlueprint
from itembank.steps import authoring, pooling, reviewing
from itembank.steps.pooling import PoolRelease
from keys.encoding import Json
from keys.keyfile import public_half
from tests.province import (
    POLICY,
    PREPARED,
    After,
    Province,
    blueprint_bytes,
    blueprint_file,
    flipped,
    items_bytes,
    open_after,
    refused,
)
from tests.unit.steps.history_anew import codes, history, sign_anew
from tests.unit.steps.sample_items import THREE, bring, item, versions
from tests.unit.steps.watched_vault import restart_watched

CITY, MANAGER = "city-bank", "bank_manager-1"


@dataclass
class TwoBanks:
    """The province's bank, which has both pools, and the city's, which has nothing yet; both under one directory."""

    province: Province
    city: Province

    def release(self, pool: str = "national", to: str = CITY, *, full: bool = False, policy: Policy = POLICY) -> PoolRelease:
        giving = self.province
        return pooling.release_pool(
            giving.centre.book, giving.directory, pool, "1", giving.device(to),
            giving.signers("bank_manager-1", "bank_manager-2"), giving.clock, giving.random, policy, full=full,
        )  # fmt: skip

    def take(self, found: PoolRelease, *, who: str = MANAGER, container: bytes = b"", key_of: str = CITY) -> None:
        taking = self.city
        pooling.take_into_bank(
            taking.centre.book, DiskFolder(taking.home / "centre"), taking.directory, taking.device(CITY),
            taking.secret("seal", key_of), taking.signer(who), found.manifest, lambda name: container or found.container,
            taking.clock,
        )  # fmt: skip

    def held(self, pool: str = "national") -> tuple[object, ...]:
        """What the city's bank knows of a pool, and how often it took it."""
        return *pool_of(self.city, pool), len(self.city.entries("take"))

    def offered(self, pool: str = "national") -> tuple[object, ...]:
        """The same of the province's bank."""
        return pool_of(self.province, pool)

    def change(self, *items: Item, pool: str = "national") -> None:
        """The province imports these changed items anew, signed by three."""
        bank, directory, clock = self.province.centre.book, self.province.directory, self.province.clock
        three = self.province.signers("item_writer-1", "item_reviewer-1", "item_approver-1")
        blueprint = read_blueprint(blueprint_bytes())
        report = authoring.import_items(
            bank, directory, clock, POLICY, own_workbook(write_items(items, blueprint)), {}, pool, three
        )
        assert report.imported == len(items)


def pool_of(province: Province, pool: str) -> tuple[object, ...]:
    """What is active in a pool, its figures, and the newest blueprint."""
    with province.centre.book.read() as transaction:
        bank = transaction.bank
        items = [item for _, item in bank.active(pool)]
        return items, bank.figures(pool), [held.blueprint for held in bank.blueprints()][-1:]


def with_a_city_bank(body: Json) -> None:
    key = Province.secret
    keys = {use: public_half(use, key(None, use, CITY)).hex() for use in ("sign", "seal")}  # type: ignore[arg-type]
    body["devices"].append({"name": CITY, "kind": "bank", "label": "示例市题库", "people": [MANAGER], **keys})


@pytest.fixture
def banks(after: After, tmp_path: Path) -> Iterator[TwoBanks]:
    """What the fixture `after` does for one province, for two with a directory of their own."""
    open_after("author", tmp_path / "province").close()
    found = TwoBanks(*(Province(tmp_path / name, PREPARED, with_a_city_bank) for name in ("province", "city")))
    yield found
    found.province.close()
    found.city.close()


NOTHING: tuple[object, ...] = ([], {}, [], 0)


def test_a_taken_pool_is_the_whole_of_it_under_its_own_name(banks: TwoBanks) -> None:
    """National stays national; the line says which manager took it."""
    banks.take(banks.release())

    assert banks.held() == (*banks.offered(), 1)
    line = banks.city.entries("take")[0]
    assert (line.by, line.subject["pool"], line.subject["version"]) == (MANAGER, "national", "1")


def test_the_vault_is_not_asked_while_others_wait_to_write(banks: TwoBanks) -> None:
    vault = restart_watched(banks.city)

    banks.take(banks.release())

    assert vault.asked and not any(writing for _, writing in vault.asked)


def test_a_release_taken_again_is_taken_once(banks: TwoBanks) -> None:
    found = banks.release()
    banks.take(found)

    banks.take(found)

    assert len(banks.city.entries("take")) == 1


def test_a_bank_that_hands_a_national_pool_on_may_lower_its_local_points_and_not_raise_them(banks: TwoBanks) -> None:
    """The cap of the bank that gave it stays in what the desk draws from."""
    banks.take(banks.release(policy=replace(POLICY, local_points_at_most=20)))
    desk, city = banks.city.device("desk"), banks.city

    for points, passed_on in ((100, 20), (10, 10)):
        city.release_pool("national", policy=replace(POLICY, local_points_at_most=points), full=True)
        [(_, content)] = pooling.open_pools(city.desk, city.directory, desk, city.secret("seal", "desk"))
        assert content.local_cap == passed_on


def test_the_cap_that_was_given_last_is_the_one_that_holds(banks: TwoBanks) -> None:
    desk, city = banks.city.device("desk"), banks.city
    for points in (60, 20):
        banks.take(banks.release(policy=replace(POLICY, local_points_at_most=points), full=True))

    city.release_pool("national", policy=replace(POLICY, local_points_at_most=100), full=True)

    [(_, content)] = pooling.open_pools(city.desk, city.directory, desk, city.secret("seal", "desk"))
    assert content.local_cap == 20


def test_a_change_brings_the_whole_state_too(banks: TwoBanks) -> None:
    """The older version is retired there as well."""
    banks.take(banks.release())
    first = banks.offered()[0][0]  # type: ignore[index]
    banks.change(replace(first, stem="改过的题干"))
    change = banks.release()

    banks.take(change)

    assert not change.full and banks.held() == (*banks.offered(), 2)
    with banks.city.centre.book.read() as transaction:
        states = [card.standing.state for card in transaction.bank.versions(first.item_no)]
    assert states == [ItemState.RETIRED, ItemState.ACTIVE]


@pytest.mark.parametrize(
    ("code", "take"),
    [
        pytest.param("statement.duty", lambda b, r: b.take(r, who="sealer-1"), id="by nobody of the bank"),
        pytest.param("envelope.foreign", lambda b, r: b.take(r, key_of="desk"), id="with another's key"),
        pytest.param("container.block", lambda b, r: b.take(r, container=flipped(r.container)), id="with a flipped byte"),
        pytest.param("pool.other_desk", lambda b, r: b.take(b.release(to="desk")), id="sealed for a desk"),
        pytest.param("pool.base_missing", lambda b, r: b.take(b.release()), id="a change without its base"),
    ],
)
def test_nothing_is_taken(banks: TwoBanks, code: str, take: Callable[[TwoBanks, PoolRelease], None]) -> None:
    found = banks.release()

    refused(code, lambda: take(banks, found))

    assert banks.held() == NOTHING
    banks.take(found)


@pytest.mark.parametrize("full", [True, False], ids=["in a whole pool", "in a change"])
@pytest.mark.parametrize(
    "smuggled",
    [
        pytest.param(item(77), id="an item of a pool of ours"),
        pytest.param(item(77, pool="national", item_no="city-077"), id="an item under a number of ours"),
        pytest.param(item(77, pool="national", key="Z"), id="a key outside the options"),
        pytest.param(item(77, pool="national", enemy_group="组" * 61), id="a text no row can hold"),
    ],
)
def test_two_managers_of_the_giver_bring_in_nothing_their_bank_would_refuse(
    banks: TwoBanks, monkeypatch: pytest.MonkeyPatch, smuggled: Item, full: bool
) -> None:
    banks.take(banks.release())
    given, held = pooling._content, banks.held()

    def with_one_more(*what: Any) -> tuple[PoolContent, dict[str, int]]:
        content, versions = given(*what)
        return replace(content, items=(*content.items, smuggled)), {**versions, smuggled.item_no: 1}

    monkeypatch.setattr(pooling, "_content", with_one_more)
    found = banks.release(full=full)

    refused("pool.content", lambda: banks.take(found))

    assert banks.held() == held and found.full is full


def test_a_taking_that_breaks_off_leaves_nothing_in_the_bank_and_goes_on(
    banks: TwoBanks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items and line are one act."""
    found = banks.release()

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as bending, pytest.raises(KeyboardInterrupt):
        bending.setattr(pooling, "record", cut_off)
        banks.take(found)

    assert banks.held() == NOTHING
    banks.take(found)
    assert banks.held() == (*banks.offered(), 1)


def test_a_bank_never_goes_back_even_when_its_folder_has_forgotten(banks: TwoBanks) -> None:
    """Somebody empties the folder of releases and brings last year's."""
    older, newer = banks.release(full=True), banks.release(full=True)
    banks.take(newer)
    shutil.rmtree(banks.city.home / "centre" / "pools")

    error = refused("pool.older", lambda: banks.take(older))

    assert (error.facts["found"], error.facts["held"]) == (1, 2)


def test_a_blueprint_that_changed_comes_with_the_pool(banks: TwoBanks) -> None:
    """As the version it is at its own bank; another one under that version is refused."""
    banks.take(banks.release("national"))
    newer = replace(read_blueprint(blueprint_bytes()), standard_year=1999, version=2)
    with banks.province.centre.book.begin() as transaction:
        transaction.bank.save_blueprint(StoredBlueprint(newer, "approved", "ab" * 32, b"signed"))
    banks.take(banks.release("city"))

    assert banks.held("city")[2] == [newer]
    with banks.province.centre.book.begin() as transaction:
        transaction.bank.save_blueprint(
            StoredBlueprint(replace(newer, standard_year=1998), "approved", "ab" * 32, b"signed anew")
        )
    refused("pool.blueprints_differ", lambda: banks.take(banks.release("city", full=True)))


def test_items_their_own_bank_withdrew_are_withdrawn_here(banks: TwoBanks) -> None:
    """Withdrawn may mean leaked."""
    banks.take(banks.release())
    first = banks.offered()[0][0]  # type: ignore[index]
    with banks.province.centre.book.begin() as transaction:
        (card,) = transaction.bank.versions(first.item_no)
        frozen = replace(card.standing, state=ItemState.FROZEN)
        transaction.bank.move([card], Move.FREEZE, frozen, "manager", PREPARED, "")

    banks.take(banks.release())

    assert banks.held() == (*banks.offered(), 2)
    with banks.city.centre.book.read() as transaction:
        assert transaction.bank.versions(first.item_no)[0].standing.state is ItemState.RETIRED


@pytest.mark.parametrize("ways", [(Move.FREEZE,), (Move.RETIRE,), (Move.FREEZE, Move.RETIRE), (Move.RETIRE, Move.ARCHIVE)])
def test_what_this_bank_took_out_of_use_stays_out_when_another_item_changes(banks: TwoBanks, ways: tuple[Move, ...]) -> None:
    """A leak seen here is none of the giving bank's business."""
    banks.take(banks.release())
    leaked, other = banks.offered()[0][:2]  # type: ignore[index]
    city = banks.city
    for way in ways:
        reviewing.review(city.centre.book, city.directory, city.clock, POLICY, city.signer(MANAGER), way, [leaked.item_no])
    before = [card.standing.state for card in versions(city, leaked.item_no)]

    banks.change(replace(other, stem="改过的题干"))
    banks.take(banks.release())

    assert [card.standing.state for card in versions(city, leaked.item_no)] == before
    assert len(versions(city, other.item_no)) == 2


def test_what_this_bank_has_frozen_is_thawed_as_its_own_bank_says_it_now(banks: TwoBanks) -> None:
    """Its key was corrected meanwhile: the wrong one must not come back."""
    banks.take(banks.release())
    first = banks.offered()[0][0]  # type: ignore[index]
    city = banks.city
    book, directory, manager = city.centre.book, city.directory, city.signer(MANAGER)
    reviewing.review(book, directory, city.clock, POLICY, manager, Move.FREEZE, [first.item_no])
    corrected = replace(first, rationale="答案已更正")
    banks.change(corrected)
    banks.take(banks.release())
    assert first.item_no not in {item.item_no for item in pool_of(city, "national")[0]}  # type: ignore[attr-defined]

    reviewing.review(book, directory, city.clock, POLICY, manager, Move.ACTIVATE, [first.item_no])

    assert corrected in pool_of(city, "national")[0]  # type: ignore[operator]
    assert [card.standing.state for card in versions(city, first.item_no)] == [ItemState.RETIRED, ItemState.ACTIVE]


def test_what_was_withdrawn_while_it_was_frozen_here_cannot_be_thawed_and_comes_back_frozen(banks: TwoBanks) -> None:
    """Its own bank takes it out of use, and later gives it again; here the leak is still a leak."""
    banks.take(banks.release())
    first = banks.offered()[0][0]  # type: ignore[index]

    def move(bank: Province, way: Move) -> None:
        reviewing.review(bank.centre.book, bank.directory, bank.clock, POLICY, bank.signer(MANAGER), way, [first.item_no])

    def states() -> list[ItemState]:
        return [card.standing.state for card in versions(banks.city, first.item_no)]

    move(banks.city, Move.FREEZE)
    move(banks.province, Move.FREEZE)
    banks.take(banks.release())
    assert states() == [ItemState.RETIRED]
    refused("item.move", lambda: move(banks.city, Move.ACTIVATE))

    move(banks.province, Move.ACTIVATE)
    banks.take(banks.release())
    assert states() == [ItemState.RETIRED, ItemState.FROZEN]

    move(banks.city, Move.ACTIVATE)
    assert states() == [ItemState.RETIRED, ItemState.ACTIVE]


def test_what_its_own_bank_withdrew_and_gave_again_is_in_use_again(banks: TwoBanks) -> None:
    banks.take(banks.release())
    first = banks.offered()[0][0]  # type: ignore[index]
    province = banks.province
    for way in (Move.FREEZE, Move.ACTIVATE):
        reviewing.review(
            province.centre.book, province.directory, province.clock, POLICY, province.signer(MANAGER), way, [first.item_no]
        )
        banks.take(banks.release())

    assert [card.standing.state for card in versions(banks.city, first.item_no)] == [ItemState.RETIRED, ItemState.ACTIVE]


def test_a_number_that_another_pool_has_here_is_not_taken(banks: TwoBanks) -> None:
    """`national` + `a-1` and `national-a` + `1` are written alike."""
    first = banks.offered()[0][0]  # type: ignore[index]
    with banks.city.centre.book.begin() as transaction:
        transaction.bank.save_pool("national-own", "2022/6-31-01-03/4/L")
        mine = transaction.bank.marked([replace(first, pool="national-own")])
        transaction.bank.save_versions([(mine[0], 1)], ELSEWHERE, PREPARED)

    refused("pool.number_taken", lambda: banks.take(banks.release()))

    assert banks.held()[0] == []


def test_a_local_draft_does_not_stand_in_the_place_of_its_blueprint(banks: TwoBanks) -> None:
    """Nor can one be made once the pool is here."""
    newer = replace(read_blueprint(blueprint_bytes()), standard_year=2020)
    city, draft = banks.city, blueprint_file(official_workbook(replace(newer, standard_year=2021)))
    alone = city.signers("item_writer-1")
    authoring.import_blueprint(city.centre.book, city.directory, city.clock, POLICY, draft, alone)

    banks.take(banks.release())

    with city.centre.book.read() as transaction:
        assert [held.state for held in transaction.bank.blueprints()] == ["approved"]
    refused(
        "blueprint.taken",
        lambda: authoring.import_blueprint(city.centre.book, city.directory, city.clock, POLICY, draft, alone),
    )


def test_a_draft_of_ones_own_is_not_approved_once_the_pool_is_here(banks: TwoBanks) -> None:
    """The next version is the giver's to number; with two under one number no later release could be taken."""
    city, newer = banks.city, replace(read_blueprint(blueprint_bytes()), standard_year=2020)
    book, directory, clock = city.centre.book, city.directory, city.clock
    authoring.import_blueprint(book, directory, clock, POLICY, blueprint_file(blueprint_bytes()), city.signers(*THREE))
    authoring.import_blueprint(book, directory, clock, POLICY, blueprint_file(official_workbook(newer)), city.signers(THREE[0]))

    banks.take(banks.release())

    refused("blueprint.taken", lambda: reviewing.approve_blueprint(book, directory, clock, newer.key, city.signers(*THREE[1:])))


def test_a_pool_of_ones_own_is_not_replaced_by_another_banks(banks: TwoBanks) -> None:
    found = banks.release("city")
    with banks.city.centre.book.begin() as transaction:
        transaction.bank.save_pool("city", "2022/6-31-01-03/4/L")

    refused("pool.local", lambda: banks.take(found))

    assert banks.held("city")[0] == []


def test_nobody_writes_in_a_pool_that_was_taken(banks: TwoBanks) -> None:
    """It is another bank's; the next release would not fit it any more."""
    banks.take(banks.release("city"))
    city = banks.city
    three = city.signers("item_writer-1", "item_reviewer-1", "item_approver-1")

    refused(
        "pool.taken",
        lambda: authoring.import_items(
            city.centre.book, city.directory, city.clock, POLICY, own_workbook(items_bytes("city")), {}, "city", three
        ),
    )


# the audit ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(banks: TwoBanks) -> Province:
    """The city draws from what it has taken: it imported nothing itself."""
    for pool in ("national", "city"):
        banks.take(banks.release(pool))
        banks.city.release_pool(pool)
    for step in (Province.order, Province.seeds, Province.assemble, Province.prove, Province.seal, Province.approve):
        step(banks.city)
    banks.city.publish()
    banks.city.settle()
    return banks.city


def test_a_session_drawn_from_a_taken_pool_is_in_order(drawn: Province) -> None:
    assert "import" not in drawn.acts() and codes(drawn.audit()) == set()


def test_a_pool_of_ones_own_under_a_blueprint_that_was_taken_is_in_order(banks: TwoBanks) -> None:
    """The city writes beside the province's pool, and can have no blueprint line of its own."""
    banks.take(banks.release())
    bring(banks.city, item(1))

    banks.city.release_pool("city")
    banks.city.settle()

    assert codes(banks.city.audit()) == set()


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("statement.duty", {"by": "sealer-1"}, id="by nobody of the bank"),
        pytest.param("directory.unknown", {"by": "nobody"}, id="by nobody at all"),
        pytest.param("audit.subject", {"subject": {"pool": "national", "version": "2", "hid": ""}}, id="another version"),
    ],
)
def test_the_audit_finds_a_taking(drawn: Province, code: str, bend: dict[str, str]) -> None:
    entries = history(drawn)
    at = next(i for i, entry in enumerate(entries) if entry.act == "take")
    entries[at] = replace(entries[at], **bend)  # type: ignore[arg-type]
    sign_anew(drawn, entries)

    assert code in codes(drawn.audit())


def test_the_audit_finds_a_taking_of_what_was_sealed_for_a_desk(drawn: Province) -> None:
    """A desk's release is for drawing, not for a bank."""
    entries = history(drawn)
    at = next(i for i, entry in enumerate(entries) if entry.act == "pool")
    subject = {name: value for name, value in entries[at].subject.items() if name != "desk"}
    sign_anew(drawn, [*entries[: at + 1], replace(entries[at], act="take", subject=subject, by=MANAGER), *entries[at + 1 :]])

    assert "audit.subject" in codes(drawn.audit())


def test_the_audit_finds_a_pool_that_came_from_nowhere(drawn: Province) -> None:
    """Neither imported nor taken."""
    sign_anew(drawn, [entry for entry in history(drawn) if entry.subject.get("pool") != "national" or entry.act == "pool"])

    assert "audit.nothing_before" in codes(drawn.audit())
