"""Several items are shown to one person at once: of any pools, all of them or none, and the eyes lists say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from itembank.domain.confidentiality import Sight
from itembank.domain.policy import Policy, PoolPolicy
from itembank.domain.review import ItemState, Standing
from itembank.steps import viewing
from itembank.steps.viewing import Shown
from tests.province import POLICY, POOLS, After, Province, refused
from tests.unit.printing.sample_paper import BRIDGE

WHO = "bank_manager-2"
CITY, NATIONAL = "city-city-0-0", "national-national-0-1"
OTHERS = Policy(pools={"city": PoolPolicy(readers=("示例省中心",))})
BOTH = {CITY: Sight.REVIEW, NATIONAL: Sight.VIEW}


def pledged(province: Province, *pools: str) -> Province:
    for pool in pools:
        viewing.sign_pledge_for(province.centre.book, province.directory, province.clock, POLICY, pool, province.signer(WHO))
    return province


def look(province: Province, wanted: Mapping[str, Sight], policy: Policy = POLICY, version: int = 0) -> list[Shown]:
    return viewing.look_together(
        province.centre.book, province.directory, province.clock, policy, province.signer(WHO), wanted, version=version
    )


def seen(province: Province) -> list[tuple[str, Sight]]:
    with province.centre.book.read() as transaction:
        return [(line.item_no, line.sight) for line in transaction.bank.seen(person=WHO)]


def test_items_of_two_pools_are_shown_in_the_order_asked_for(after: After) -> None:
    """Each look counts as what it is; each pool has its line."""
    province = pledged(after("author"), *POOLS)

    shown = look(province, dict(reversed(BOTH.items())))

    assert [one.item.item_no for one in shown] == [one.card.item_no for one in shown] == [NATIONAL, CITY]
    assert sorted(seen(province)) == sorted(BOTH.items())
    lines = province.entries("look")
    assert {(line.subject["pool"], line.subject["sight"]) for line in lines} == {("city", "review"), ("national", "view")}


@pytest.mark.parametrize(
    ("code", "pledges", "wanted", "policy"),
    [
        pytest.param("people.no_pledge", POOLS[:1], BOTH, POLICY, id="no pledge for one of the pools"),
        pytest.param("item.unknown", POOLS, {**BOTH, "city-none": Sight.VIEW}, POLICY, id="one is not there"),
        pytest.param("people.may_not_read", POOLS, BOTH, OTHERS, id="one is for another organisation"),
    ],
)
def test_where_one_is_refused_none_is_shown_and_none_recorded(
    after: After, code: str, pledges: tuple[str, ...], wanted: Mapping[str, Sight], policy: Policy
) -> None:
    province = pledged(after("author"), *pledges)

    refused(code, lambda: look(province, wanted, policy))

    assert seen(province) == [] and province.entries("look") == []


def test_an_item_comes_with_its_own_figures_only(after: After) -> None:
    """What hangs on another item of the pool is not handed out beside it; the newest version is shown, or the one asked for."""
    province = pledged(after("author"), "city")
    with province.centre.book.begin() as transaction:
        bank = transaction.bank
        [item] = bank.contents([(CITY, 1)])
        drawn = replace(item, stem=f"{item.stem}{{{{图:a.svg}}}}{{{{图:gone.svg}}}}")
        bank.save_versions([(marked, 2) for marked in bank.marked([drawn])], Standing(ItemState.DRAFT, "x"), province.clock())
        bank.save_figures("city", {"a.svg": BRIDGE, "b.svg": BRIDGE})

    assert [(one.card.version, one.figures) for one in look(province, {CITY: Sight.VIEW})] == [(2, {"a.svg": BRIDGE})]
    assert [(one.card.version, one.figures) for one in look(province, {CITY: Sight.VIEW}, version=1)] == [(1, {})]
