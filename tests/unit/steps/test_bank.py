"""Steps 1 and 2, and the way to the desk: three people for what enters the bank, two for what leaves it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from itembank.domain.policy import Policy, PoolPolicy
from itembank.domain.review import Move
from itembank.formats.item_file import own_workbook
from itembank.formats.pool_content import read_pool_content
from itembank.steps import authoring, pooling, reviewing
from itembank.steps.authoring import BlueprintReport, ItemsReport
from itembank.steps.pooling import PoolRelease
from keys.encoding import b64, canonical, read_canonical, unb64
from keys.pool_release import read_pool_manifest
from tests.province import (
    BOTH_HATS,
    POLICY,
    POOLS,
    After,
    Province,
    blueprint_bytes,
    blueprint_file,
    files,
    flipped,
    items_bytes,
    refused,
)
from tests.unit.formats.workbook_bytes import items_bytes as other_items

THREE = ("item_writer-1", "item_reviewer-1", "item_approver-1")


def import_blueprint(province: Province, *who: str, workbook: bytes = b"", **how: bool) -> BlueprintReport:
    book, directory, signers = province.centre.book, province.directory, province.signers(*who)
    file = blueprint_file(workbook or blueprint_bytes())
    return authoring.import_blueprint(book, directory, province.clock, POLICY, file, signers, **how)


def import_items(
    province: Province, *who: str, workbook: bytes = b"", pool: str = "city", policy: Policy = POLICY, **how: Any
) -> ItemsReport:
    book, directory, signers = province.centre.book, province.directory, province.signers(*who)
    workbook = workbook or items_bytes(pool)
    return authoring.import_items(book, directory, province.clock, policy, own_workbook(workbook), {}, pool, signers, **how)


def bank(province: Province) -> tuple[object, ...]:
    """Everything the centre knows."""
    with province.centre.book.begin() as transaction:
        found = transaction.bank
        return found.blueprints(), *(found.active(pool) for pool in POOLS), transaction.lines()


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

    assert bank(province) == ([], [], [], [])


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


def test_a_dry_run_waits_for_nobody_who_writes_and_keeps_nothing(after: After) -> None:
    """It only looks."""
    province = after("author")
    before = bank(province)

    with ThreadPoolExecutor(1) as other, province.centre.book.begin():
        ready = other.submit(import_items, province, workbook=items_bytes("city"), dry_run=True)
        report = ready.result(3)

    assert report.read == report.unchanged > 0 and bank(province) == before


def test_one_broken_row_keeps_the_whole_import_out(after: After) -> None:
    """The rows are named; not one item is taken."""
    province = after("author")
    before = bank(province)

    report = import_items(province, *THREE, workbook=other_items())

    assert report.rejected and not report.imported and bank(province) == before


FREE = Policy()

# to the desk --------------------------------------------------------------------------------------------------------------


def release(province: Province, *managers: str, desk: str = "desk", policy: Policy = FREE) -> PoolRelease:
    """The whole pool, whatever went before."""
    signers = province.signers(*(managers or ("bank_manager-1", "bank_manager-2")))
    return pooling.release_pool(
        province.centre.book, province.directory, "city", "1", province.device(desk), signers, province.clock,
        province.random, policy, full=True,
    )  # fmt: skip


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


def test_a_pool_that_leaked_as_a_whole_is_drawn_from_no_more(after: After) -> None:
    """An export was lost: all its items are frozen, and the next release says so to a desk and to a bank that holds them."""
    province = after("author")
    book, manager = province.centre.book, province.signer("bank_manager-1")
    reviewing.review(book, province.directory, province.clock, POLICY, manager, Move.FREEZE, (), pool="city", comment="外泄")

    province.release_pool("city")

    left = {content.pool: len(content.items) for _, content in province.pools()}
    assert left["city"] == 0 and left["national"] > 0


def test_a_pool_goes_to_the_desks_of_the_policy_only(after: After) -> None:
    """No line for a release that the policy forbids; one the policy names is made."""
    province = after("author")
    before = bank(province)

    refused("pool.desk_not_allowed", lambda: release(province, policy=Policy(pools={"city": PoolPolicy(desks=("other",))})))

    assert bank(province) == before
    release(province, policy=Policy(pools={"city": PoolPolicy(desks=("other", "desk"))}))
    release(province, policy=Policy(pools={"national": PoolPolicy(desks=("other",))}))


def test_a_pool_goes_to_a_desk_or_a_bank(after: After) -> None:
    """A station that took one would have every paper to come."""
    province = after("author")

    refused("pool.no_recipient", lambda: pooling.recipient(province.directory, "scoring"))

    assert pooling.recipient(province.directory).name == "desk"


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
            lambda name=name: pooling.open_release(  # type: ignore[misc]
                manifest, found.container, province.device("desk"), province.secret("seal", name)
            ),
        )
    content = pooling.open_release(manifest, found.container, province.device("desk"), province.secret("seal", "desk"))
    assert len(read_pool_content(content).items) == 7


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
