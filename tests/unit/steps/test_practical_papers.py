"""Operation-skill papers: drawn by modules, each required or optional, and printed as notice, paper and marking sheets."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from itembank.domain.items import Item, ItemType, MarkingLine, PracticalTask
from itembank.domain.paper import Form, Scheme
from itembank.domain.plan import Band, Plan, Section
from itembank.domain.session import ExamSession, StationOrder, Variants
from itembank.formats.blueprint_export import official_workbook
from itembank.formats.figures import read_figure
from itembank.formats.item_export import write_items
from itembank.formats.item_file import own_workbook
from itembank.printing.render import template_digest
from itembank.steps import assembling, authoring
from tests.province import POLICY, STATIONS, After, Province, blueprint_file, refused
from tests.unit.printing.printed import fonts, press, texts
from tests.unit.steps.sample_items import BLUEPRINT, THREE, item, pledge

POOL = "national-c"
NUMBER = "202612-6-31-01-03-4-C-01"
SKILL = replace(BLUEPRINT, subject="操作技能")
PLAN = Plan(
    "三模块",
    (
        Section(ItemType.PRACTICAL, 1, 120, "B-A"),
        Section(ItemType.PRACTICAL, 1, 80, "A-A", optional=True),
        Section(ItemType.PRACTICAL, 1, 80, "B-B", optional=True),
    ),
    90,
    optional_sections=1,
    task_minutes=Band(60, 90),
    equipment=(("万用表", 1),),
)


def task(number: int, point: str, minutes: int = 45) -> Item:
    marking = (MarkingLine("操作", "按图{{图:mark.svg}}", 100, "每处扣5分"),)
    parts = PracticalTask(minutes, (f"{number}号工位1处",), ("万用表1块{{图:site.svg}}",), marking, ("带电操作",))
    return item(
        number, POOL, type=ItemType.PRACTICAL, stem=f"完成第{number}号操作。", options=(), key="", point=point, task=parts
    )


DRAWN = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0 L9 9" stroke="black"/></svg>'
FIGURES = {name: read_figure(name, DRAWN) for name in ("site.svg", "mark.svg")}
TASKS = [
    task(number, point)
    for number, point in enumerate(
        ["B-A-A-001", "B-A-A-002", "B-A-A-003", "A-A-A-001", "A-A-A-002", "B-B-A-001", "B-B-A-002"], 1
    )
]


@pytest.fixture
def ordered(after: After, monkeypatch: pytest.MonkeyPatch) -> Province:
    """A desk that holds the theory pools and one of operation-skill tasks; a session of these is ordered, with its seeds."""
    province = after("author")
    monkeypatch.setattr("tests.province.SESSION", NUMBER)
    monkeypatch.setattr("tests.province.POOLS", (POOL,))
    book, directory, clock, three = province.centre.book, province.directory, province.clock, province.signers(*THREE)
    authoring.import_blueprint(book, directory, clock, POLICY, blueprint_file(official_workbook(SKILL)), three)
    for name in THREE:
        pledge(province, name, POOL)
    report = authoring.import_items(
        book, directory, clock, POLICY, own_workbook(write_items(TASKS, SKILL)), FIGURES, POOL, three, blueprint=SKILL.key
    )
    assert report.imported == len(TASKS), report.rejected
    province.release_pool(POOL)
    orders = tuple(StationOrder(code, 3, 1) for code in STATIONS)
    session = ExamSession(NUMBER, Scheme.APPRAISAL, "电工", 4, "操作技能", PLAN.name, orders)
    assembling.new_session(province.desk, province.directory, session, PLAN)
    province.seeds()
    return province


def test_an_operation_skill_paper_has_every_required_module_and_so_many_optional_ones(ordered: Province) -> None:
    certificate = ordered.assemble()

    points = {one.item_no: one.point[:3] for one in TASKS}
    for paper in certificate.papers.values():
        modules = [points[item_no] for item_no in paper.item_nos]
        assert modules[0] == "B-A" and modules[1:] in (["A-A"], ["B-B"])
    assert not set(certificate.papers["A"].item_nos) & set(certificate.papers["S"].item_nos)
    assert ordered.pools() != [] and certificate.provenance.pool_releases == tuple(
        digest for digest, content in ordered.pools() if content.pool == POOL
    )


def test_it_is_printed_as_preparation_notice_paper_and_marking_sheets(ordered: Province) -> None:
    ordered.assemble()
    paper = ordered.draft().papers[Form.MAIN]
    real = replace(paper.content, template=template_digest(), fonts=fonts().files)
    pages = [re.sub(r"\s", "", page) for page in texts(press(real, fonts())[0])]
    # printed on both sides, no two documents share a sheet: what fills one up is empty
    assert [bool(page) for page in pages] == [True, False] * 4 + [True] and all("第1页共1页" in page for page in pages[::2])
    notice, exam, first, second, summary = pages[::2]
    numbers = [re.sub(r"\D", "", item_no) for item_no in paper.item_nos]

    assert set(paper.content.figures) == {"site.svg", "mark.svg"}
    # what tells the task stands on the paper only
    assert "操作技能考核准备通知单" in notice and all(f"{int(number)}号工位" in notice for number in numbers)
    assert "操作技能考核试卷" in exam and "一、电路（第1题。" in exam
    assert all(f"完成第{int(number)}号操作" in exam for number in numbers)
    for page in (first, second):
        assert "操作技能考核评分记录表" in page and "带电操作" in page
    for page in (notice, first, second, summary):
        assert "完成第" not in page
    assert "第1题（60分，考核时间45分钟）" in first and "第2题（40分，考核时间45分钟）" in second
    assert "16024010" in summary.replace("合计", "")


def test_it_goes_the_whole_way_to_the_stations_and_the_audit(ordered: Province) -> None:
    ordered.assemble()
    ordered.open_everywhere()

    assert ordered.audit().findings == []


def test_no_seat_has_tasks_in_an_order_of_its_own(ordered: Province) -> None:
    by_seat = replace(ordered.session(), number="202612-6-31-01-03-4-C-02", variants=Variants.SEAT)
    refused("plan.no_seats", lambda: assembling.new_session(ordered.desk, ordered.directory, by_seat, PLAN))
