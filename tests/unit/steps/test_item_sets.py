"""Items that share a stimulus: the bank keeps it one, and what is drawn of a set is printed below it, whole."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from itembank.domain.items import Item
from itembank.domain.paper import Form
from itembank.domain.plan import Band
from itembank.domain.review import Move
from itembank.domain.variant import arranged
from itembank.formats.desk_draft import DraftPaper
from itembank.formats.figures import read_figure
from itembank.formats.plan_file import plan_document
from itembank.printing.render import template_digest
from itembank.steps.authoring import ItemsReport
from keys.encoding import canonical
from tests.province import SESSION, TINY, After, Province
from tests.unit.printing.printed import fonts, press, texts
from tests.unit.printing.sample_paper import MARK
from tests.unit.steps.sample_items import MANAGER, THREE, bring, content, import_blueprint, item, move

MOTOR, OTHER = "某电动机铭牌为4 kW。", "某电动机铭牌为5 kW。"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0 L9 9" stroke="black"/></svg>'


def shared(number: int, stimulus: str = MOTOR, item_set: str = "电机", pool: str = "city", **other: object) -> Item:
    return item(number, pool, item_set=item_set, stimulus=stimulus, **other)


def faults(report: ItemsReport) -> list[tuple[str, str, object]]:
    return [(row.field, row.code, row.facts.get("first")) for row in report.rejected]


# the bank -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bank(after: After) -> Province:
    """A centre with a set of three in the city's pool."""
    province = after("")
    import_blueprint(province, *THREE)
    assert bring(province, *map(shared, (1, 2, 3))).imported == 3
    return province


def test_an_item_of_a_set_comes_out_of_the_bank_as_it_went_in(bank: Province) -> None:
    assert content(bank, "city-002") == shared(2)
    assert bring(bank, *map(shared, (1, 2, 3))).unchanged == 3


def test_a_set_has_one_stimulus_over_file_and_bank(bank: Province) -> None:
    """Whether an item is new to the set, or some of it are changed and others not."""
    assert faults(bring(bank, shared(4, OTHER))) == [("题组材料", "item.set_stimulus", "city-001")]
    changed = bring(bank, shared(1, OTHER), shared(2, OTHER))
    assert faults(changed) == [("题组材料", "item.set_stimulus", "city-003")] * 2 and changed.imported == 0


@pytest.mark.parametrize(
    "items",
    [
        pytest.param([shared(4)], id="one more below the same stimulus"),
        pytest.param([shared(number, OTHER) for number in (1, 2, 3)], id="all of the set with another one"),
        pytest.param([shared(1, OTHER, "电机二")], id="one that leaves for a set of its own"),
        pytest.param([shared(1, OTHER, pool="national")], id="the same name in another pool"),
        pytest.param([item(1), item(2)], id="two that leave it"),
    ],
)
def test_what_leaves_a_set_one_stimulus_comes_in(bank: Province, items: list[Item]) -> None:
    assert bring(bank, *items).imported == len(items)


def test_an_item_out_of_use_holds_its_set_to_nothing(bank: Province) -> None:
    move(bank, Move.RETIRE, MANAGER, "city-003", comment="过时")
    assert bring(bank, shared(1, OTHER), shared(2, OTHER)).imported == 2


def test_whom_nobody_knows_is_not_told_whether_a_stimulus_is_the_bank_s(bank: Province) -> None:
    assert faults(bring(bank, shared(4, OTHER), who=(), dry_run=True)) == []


# from the bank to the paper -----------------------------------------------------------------------------------------------

POINTS = ("B-A-A-001", "B-A-A-002", "B-B-A-001")
ONE_SET = replace(TINY, sets=Band(1, 1), set_items=Band(3, 3))


def sets_of_three() -> list[Item]:
    """Two, for main paper and spare; each has a figure."""
    return [
        shared(10 * of + n, f"第{of}号机见图。{{{{图:r.svg}}}}", f"电机{of}", "national", point=point, stem=f"{of}号机之{n}问")
        for of in (1, 2)
        for n, point in enumerate(POINTS)
    ]


@pytest.fixture
def drawn(after: After) -> Province:
    """Papers of a plan that asks for a set of three."""
    province = after("author")
    assert bring(province, *sets_of_three(), pool="national", figures={"r.svg": read_figure("r.svg", SVG)}).imported == 6
    province.release_pool("national")
    province.order()
    province.desk.replace(f"sessions/{SESSION}/plan", canonical(plan_document(ONE_SET)))
    province.seeds()
    province.assemble()
    return province


def printed(paper: DraftPaper, station: str) -> str:
    """The pages of a station's own order, without white space."""
    order = arranged(b"k" * 32, station, paper.slots)
    real = replace(paper.content, template=template_digest(), fonts=fonts().files)
    return re.sub(r"\s", "", "".join(texts(press(real, fonts(), (replace(MARK, orders=(("", order),)),))[0])))


def test_a_set_is_drawn_from_the_bank_and_printed_below_its_stimulus_in_every_order(drawn: Province) -> None:
    for paper in drawn.draft().papers.values():
        choices = paper.content.sections[0].questions
        (begin,) = [place for place, question in enumerate(choices) if question.shared == 3]
        of, stems = choices[begin].stimulus[1], [question.stem for question in choices[begin : begin + 3]]
        assert all(stem.startswith(f"{of}号机") for stem in stems) and set(paper.content.figures) == {"r.svg"}
        for station in ("45120101", "45120102", "45120103"):
            text = printed(paper, station)
            (told,) = re.findall(r"阅读下列材料，回答第(\d)题～第(\d)题。", text)
            number = int(told[0])
            asked = [f"{number + n}.{stem}" for n, stem in enumerate(stems)]
            assert int(told[1]) == number + 2
            assert re.search(f"题。第{of}号机见图。" + ".*".join(map(re.escape, asked)), text)


def test_the_two_papers_of_a_draw_have_a_set_each(drawn: Province) -> None:
    papers = drawn.draft().papers
    assert set(papers) == {Form.MAIN, Form.SPARE}
    told = {question.stimulus for paper in papers.values() for question in paper.content.sections[0].questions}
    assert len(told) == 3  # two, and the empty one of all others
