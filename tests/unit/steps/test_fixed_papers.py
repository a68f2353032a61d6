"""Ready-made papers (套题): they come with the items, one is drawn whole, and goes the way of every paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from itembank.domain.items import ItemType
from itembank.domain.paper import Form
from itembank.domain.plan import PLANS, Mode
from itembank.steps import proving
from itembank.steps.drafting import check_draft
from tests.province import POOLS, TINY, After, Province
from tests.unit.steps.sample_items import bring, item

POOL = "national-f"
NAMES = ("套一", "套二", "套三", "套四")
PLAN = replace(TINY, name="套题五题", mode=Mode.FIXED)
POINTS = ("A-A-A-001", "A-A-A-002", "B-A-A-001", "B-A-A-002", "B-B-A-001")


def of(number: int) -> str:
    """The ready-made paper an item is kept for; the last items are kept for none."""
    return dict(enumerate(NAMES)).get((number - 1) // 5, "")


ITEMS = [
    item(number, POOL, point=POINTS[number % 5], fixed_form=of(number), stem=f"第{number}题的正确说法是（　　）。", **kind)
    for number in range(1, 30)
    for kind in [{"type": ItemType.JUDGEMENT, "options": (), "key": "√"} if number % 5 == 0 else {}]
]  # fmt: skip
FORM_OF = {one.item_no: one.fixed_form for one in ITEMS}


@pytest.fixture
def ordered(after: After, monkeypatch: pytest.MonkeyPatch) -> Province:
    """A desk that has them in a pool beside those that are drawn item by item, and a session for which one is to be drawn."""
    province = after("author")
    monkeypatch.setattr("tests.province.POOLS", (POOL, *POOLS))
    monkeypatch.setitem(PLANS, PLAN.name, PLAN)
    report = bring(province, *ITEMS)
    assert report.imported == len(ITEMS), report.rejected
    province.release_pool(POOL)
    province.order(PLAN.name)
    province.seeds()
    return province


def test_each_drawn_paper_is_one_of_the_banks_ready_made_ones(ordered: Province) -> None:
    certificate = ordered.assemble()

    found = [{FORM_OF[no] for no in paper.item_nos} for paper in certificate.papers.values()]
    assert all(len(names) == 1 and names < set(NAMES) for names in found) and found[0] != found[1]
    assert [len(paper.item_nos) for paper in certificate.papers.values()] == [5, 5]
    check_draft(ordered.directory, ordered.session(), ordered.draft(), ordered.pools())


def test_an_item_taken_out_of_the_proof_takes_its_ready_made_paper_with_it(ordered: Province) -> None:
    first = ordered.assemble().papers["A"].item_nos
    me, secret, pair = ordered.device("desk"), ordered.secret("seal", "desk"), ordered.signers("proofreader-1", "proofreader-2")
    draft, question = ordered.draft(), [(Form.MAIN, 1)]
    proving.exclude(
        ordered.desk, ordered.directory, me, secret, draft, question, "题干有误", pair, ordered.clock, ordered.random
    )
    ordered.seeds()

    again = ordered.assemble()

    for paper in again.papers.values():
        assert FORM_OF[paper.item_nos[0]] != FORM_OF[first[0]] and len({FORM_OF[no] for no in paper.item_nos}) == 1


def test_it_goes_the_whole_way_to_the_stations_and_the_audit(ordered: Province) -> None:
    ordered.assemble()
    ordered.open_everywhere()

    assert ordered.audit().findings == []
