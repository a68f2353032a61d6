"""查重: a bank manager lets a pool be compared, and stands on every eyes list for it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from itembank.domain.confidentiality import Sight
from itembank.domain.review import Move
from itembank.formats.item_file import own_workbook
from itembank.formats.near_duplicates import Kind
from itembank.steps import authoring, comparing, viewing
from itembank.steps.comparing import Compared
from tests.province import POLICY, After, Province, items_bytes, refused
from tests.unit.steps.sample_items import blind_move, bring, enter, item, move

Progress = Callable[[int, int], object]

MANAGER = "bank_manager-1"
THREE = ("item_writer-1", "item_reviewer-1", "item_approver-1")
STEMS = (
    "三相异步电动机直接起动时，起动电流约为额定电流的（　　）倍。",
    "三相异步电动机采用直接起动时，其起动电流一般为额定电流的（　　）倍。",
    "三相异步电动机直接起动时，起动转矩约为额定转矩的（　　）倍。",
    "接触器的灭弧装置用于熄灭主触头分断时产生的电弧（　　）。",
)


def nobody(done: int, total: int) -> None:
    """Is told."""


def told(province: Province, who: str = MANAGER, pool: str = "province", progress: Progress = nobody) -> Compared:
    book, signer = province.centre.book, province.signer(who)
    return comparing.compare_pool(book, province.directory, province.clock, POLICY, signer, pool, progress)


def workbook() -> bytes:
    """Four items with these stems, all with the same options."""
    book = load_workbook(io.BytesIO(items_bytes("city")))
    sheet = book.worksheets[0]
    column = {str(cell.value).removesuffix("(必填)"): number for number, cell in enumerate(sheet[1], start=1)}
    sheet.delete_rows(len(STEMS) + 2, sheet.max_row)
    for row, stem in enumerate(STEMS, start=2):
        for name, text in {"题干": stem, "选项A": "5~7", "选项B": "1~2", "选项C": "10~12", "选项D": "15~20"}.items():
            sheet.cell(row, column[name], text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def province(after: After) -> Province:
    """Four items in the province's pool: two ask the same, one is turned into another question."""
    found = after("author")
    book, three = found.centre.book, found.signers(*THREE)
    for who in three:
        viewing.sign_pledge_for(book, found.directory, found.clock, POLICY, "province", who)
    authoring.import_items(book, found.directory, found.clock, POLICY, own_workbook(workbook()), {}, "province", three)
    return found


def pledged(province: Province, who: str = MANAGER) -> Province:
    viewing.sign_pledge_for(province.centre.book, province.directory, province.clock, POLICY, "province", province.signer(who))
    return province


def test_near_duplicates_are_told_with_what_they_are(province: Province) -> None:
    steps: list[tuple[int, int]] = []
    found = told(pledged(province), progress=lambda done, total: steps.append((done, total)))

    ends = {(pair.a.rpartition("-")[2], pair.b.rpartition("-")[2]): pair.kind for pair in found.pairs}
    assert found.items == 4 and ends[("0", "1")] is Kind.DUPLICATE
    assert ends.get(("0", "2"), Kind.VARIANT) is Kind.VARIANT and not any("3" in pair for pair in ends)
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_comparison_is_no_look_that_a_review_asks_for(province: Province) -> None:
    """It showed no text."""
    enter(province, {"both": ("bank_manager", "item_reviewer")})
    bring(province, item(1, pool="province"), who=("item_writer-1",))
    move(province, Move.SUBMIT, "item_writer-1", "province-001")
    told(pledged(province, "both"), who="both")

    refused("people.not_looked", lambda: blind_move(province, Move.PASS, "both", "province-001"))


def test_who_lets_a_pool_be_compared_has_seen_all_of_it(province: Province) -> None:
    told(pledged(province))

    with province.centre.book.read() as transaction:
        seen = transaction.bank.seen(person=MANAGER)
    assert [(line.sight, line.where) for line in seen] == [(Sight.EXPORT, "查重")] * 4
    assert province.acts()[-1] == "look"


def test_without_a_pledge_nothing_is_compared(province: Province) -> None:
    refused("people.no_pledge", lambda: told(province))


def test_only_a_bank_manager_lets_a_pool_be_compared(province: Province) -> None:
    refused("statement.duty", lambda: told(pledged(province, "item_reviewer-1"), "item_reviewer-1"))


def test_a_pool_that_is_not_there_is_named(province: Province) -> None:
    assert refused("item.unknown", lambda: told(province, pool="city-none")).facts["item_no"] == "city-none"
