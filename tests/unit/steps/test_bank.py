"""Steps 1 and 2, and the way to the desk: three people for what enters the bank, two for what leaves it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from itembank.steps import authoring, pooling, reviewing
from itembank.steps.pooling import PoolRelease
from keys.encoding import b64, canonical, read_canonical, unb64
from keys.pool_release import read_pool_manifest
from tests.province import BOTH_HATS, POOLS, After, Province, blueprint_bytes, files, flipped, items_bytes, refused
from tests.unit.formats.workbook_bytes import items_bytes as other_items

THREE = ("item_writer-1", "item_reviewer-1", "item_approver-1")


def import_blueprint(province: Province, *who: str) -> None:
    prepared = authoring.prepare_blueprint(blueprint_bytes(), province.signers(*who), province.clock)
    reviewing.admit_blueprint(province.centre.book, province.directory, province.clock, prepared)


def import_items(province: Province, *who: str, workbook: bytes = b"", pool: str = "city") -> None:
    book, clock = province.centre.book, province.clock
    prepared = authoring.prepare_items(book, workbook or items_bytes(pool), {}, pool, province.signers(*who), clock)
    reviewing.admit_items(book, province.directory, clock, prepared)


def bank(province: Province) -> tuple[object, ...]:
    """Everything the centre knows."""
    with province.centre.book.begin() as transaction:
        return transaction.blueprint(), *(transaction.items(pool) for pool in POOLS), transaction.lines()


SIGNERS = [
    pytest.param("statement.signers", THREE[:2], id="two people"),
    pytest.param("statement.signers", (*THREE, "bank_manager-1"), id="four people"),
    pytest.param("statement.signed_twice", ("item_writer-1", "item_writer-1", "item_approver-1"), id="the author reviews"),
    pytest.param("statement.duty", ("item_reviewer-1", "item_writer-1", "item_approver-1"), id="in the wrong order"),
    pytest.param("statement.duty", ("item_writer-1", "item_reviewer-1", "sealer-1"), id="a sealer approves"),
]


@pytest.mark.parametrize(("code", "who"), SIGNERS)
def test_a_blueprint_takes_author_reviewer_and_approver(after: After, code: str, who: tuple[str, ...]) -> None:
    """Three people, or nothing is kept."""
    province = after("")

    refused(code, lambda: import_blueprint(province, *who))

    assert bank(province) == (None, [], [], [])


@pytest.mark.parametrize(("code", "who"), SIGNERS)
def test_items_take_author_reviewer_and_approver(after: After, code: str, who: tuple[str, ...]) -> None:
    """An import again changes the pool only when three have signed it."""
    province = after("author")
    before = bank(province)

    refused(code, lambda: import_items(province, *who))

    assert bank(province) == before


def test_no_item_enters_before_the_blueprint(after: After) -> None:
    """There would be nothing it hangs on."""
    province = after("")

    refused("item.no_blueprint", lambda: import_items(province, *THREE))


def test_preparing_an_import_waits_for_nobody_who_writes(after: After) -> None:
    """It only looks at the blueprint."""
    province = after("author")
    book, three = province.centre.book, province.signers(*THREE)

    with ThreadPoolExecutor(1) as other, book.begin():
        ready = other.submit(authoring.prepare_items, book, items_bytes("city"), {}, "city", three, province.clock)
        assert ready.result(3).items


def test_one_broken_row_keeps_the_whole_import_out(after: After) -> None:
    """The rows are named; not one item is taken."""
    province = after("author")
    before = bank(province)

    error = refused("items.rows", lambda: import_items(province, *THREE, workbook=other_items()))

    assert error.facts["count"] == len(error.facts["rows"]) > 0 and bank(province) == before


# to the desk --------------------------------------------------------------------------------------------------------------


def release(province: Province, *managers: str, desk: str = "desk") -> PoolRelease:
    signers = province.signers(*(managers or ("bank_manager-1", "bank_manager-2")))
    device = province.device(desk)
    book, directory = province.centre.book, province.directory
    return pooling.release_pool(book, directory, "city", "1", device, signers, province.clock, province.random)


def take(province: Province, manifest: bytes, container: bytes, desk: str = "desk") -> None:
    pooling.take_pool(province.desk, province.directory, province.device(desk), manifest, lambda name: container)


@pytest.mark.parametrize(
    ("code", "managers"),
    [
        pytest.param("statement.signers", ("bank_manager-1",), id="one manager"),
        pytest.param("statement.signed_twice", ("bank_manager-1",) * 2, id="one manager twice"),
        pytest.param("statement.duty", ("bank_manager-1", "assembler-1"), id="a manager and the assembler"),
    ],
)
def test_a_pool_leaves_the_bank_by_two_managers(after: After, code: str, managers: tuple[str, ...]) -> None:
    """No line, no version."""
    province = after("author")
    before = bank(province)

    refused(code, lambda: release(province, *managers))

    assert bank(province) == before and release(province, "bank_manager-1", BOTH_HATS).version == 2


def test_an_empty_pool_is_not_released(after: After) -> None:
    province = after("")

    refused("pool.empty", lambda: release(province))


def with_other_field(name: bytes, value: bytes) -> Callable[[PoolRelease], tuple[bytes, bytes]]:
    """The manifest says something else than was signed."""

    def bend(found: PoolRelease) -> tuple[bytes, bytes]:
        envelope = read_canonical(found.manifest, "pool-manifest")
        payload = unb64(envelope["payload"], "pool-manifest").replace(name, value)
        return canonical({**envelope, "payload": b64(payload)}), found.container

    return bend


@pytest.mark.parametrize(
    ("code", "bend"),
    [
        pytest.param("container.block", lambda r: (r.manifest, flipped(r.container)), id="a flipped byte"),
        pytest.param("container.length", lambda r: (r.manifest, r.container + b"x"), id="a byte too many"),
        pytest.param("container.block", lambda r: (r.manifest, r.container[:-1]), id="a byte too few"),
        pytest.param("container.short", lambda r: (r.manifest, b""), id="an empty file"),
        pytest.param("statement.signature", with_other_field(b'"version":2', b'"version":9'), id="another version"),
        pytest.param("statement.signature", with_other_field(b'"desk":"desk"', b'"desk":"home"'), id="another desk"),
    ],
)
def test_a_release_that_was_changed_is_not_taken(
    after: After, code: str, bend: Callable[[PoolRelease], tuple[bytes, bytes]]
) -> None:
    """The desk stays as it was."""
    province = after("author")
    manifest, container = bend(release(province))
    before = files(province.home / "desk")

    refused(code, lambda: take(province, manifest, container))

    assert files(province.home / "desk") == before


def test_a_release_for_another_desk_is_not_taken(after: After) -> None:
    province = after("author")
    found = release(province, desk="scoring")

    refused("pool.other_desk", lambda: take(province, found.manifest, found.container))


def test_an_older_release_after_a_newer_is_not_taken(after: After) -> None:
    """The same one again is."""
    province = after("author")
    older, newer = release(province), release(province)
    take(province, newer.manifest, newer.container)

    error = refused("pool.older", lambda: take(province, older.manifest, older.container))

    assert (error.facts["found"], error.facts["held"]) == (2, 3)
    take(province, newer.manifest, newer.container)


def test_only_the_desks_key_opens_a_release(after: After) -> None:
    """What the centre keeps and carries it cannot read."""
    province = after("author")
    found = release(province)
    manifest = read_pool_manifest(found.manifest, province.directory)

    for name in ("scoring", "province", "45120101"):
        refused(
            "envelope.foreign",
            lambda name=name: pooling.open_pool(  # type: ignore[misc]
                manifest, found.container, province.device("desk"), province.secret("seal", name)
            ),
        )
    content = pooling.open_pool(manifest, found.container, province.device("desk"), province.secret("seal", "desk"))
    assert len(content.items) == 7


def test_a_release_the_bank_does_not_know_leaves_the_desk_and_its_own_may_come(after: After) -> None:
    province = after("author")
    rogue, known = release(province), province.pools()
    take(province, rogue.manifest, rogue.container)
    (strange,) = {digest for digest, _ in province.pools()} - {digest for digest, _ in known}

    pooling.drop_pool(province.desk, province.directory, strange)

    assert province.pools() == known and len(province.desk.names("pools")) == 2 * len(known)
    take(province, rogue.manifest, rogue.container)


@pytest.mark.parametrize("pool", ["", "../x", "city/2", "City", ".hidden", "x" * 99])
def test_a_pools_name_leads_nowhere_else(after: After, pool: str) -> None:
    """It stands in item numbers and in the names of files."""
    province = after("author")

    refused("item.pool", lambda: import_items(province, *THREE, workbook=items_bytes("city"), pool=pool))
