"""`items print`: who may, what stands in the eyes list, and what is left behind when it cannot be done."""

from __future__ import annotations

import pypdfium2
import pytest

from itembank.domain.items import ItemType, MarkingLine, PracticalTask
from tests.unit.cli.bank_home import BankHome, bank, made_bank
from tests.unit.steps.sample_items import MANAGER, REVIEWER, item

__all__ = ["bank", "made_bank"]

TASK = PracticalTask(60, ("三相电源1处",), ("万用表1块",), (MarkingLine("接线", "按图接线", 100, "每处扣5分"),), ("带电接线",))
ITEMS = (
    item(1),
    item(2, type=ItemType.PRACTICAL, stem="安装一只单相电能表并通电检查。", options=(), key="", task=TASK),
    item(3, stem="求$\\nosuch$（　　）。"),
)


def prints(
    bank: BankHome, *item_nos: str, reason: str = "评审会", who: str = REVIEWER, exit_code: int = 0
) -> dict[str, object]:
    out = bank.home / "sheets.pdf"
    return bank.told("items", "print", *item_nos, "--out", out, "--reason", reason, who=(who,), exit_code=exit_code)


def printed_eyes(bank: BankHome) -> list[tuple[str, int, str]]:
    lines = bank.told("items", "eyes", "--person", REVIEWER)["eyes"]
    return [(line["item"], line["version"], line["where"]) for line in lines if line["sight"] == "print"]


def pledged(bank: BankHome) -> BankHome:
    bank.bring(*ITEMS)
    bank.told("pledge", "sign", "--pool", "city", who=(REVIEWER,))
    return bank


def test_the_newest_versions_are_printed_for_one_person(bank: BankHome) -> None:
    """Readable by nobody else, under that person's name, who stands on the list of each item with the reason."""
    pledged(bank).bring(item(1, stem="改过的题：电阻的单位是（　　）。"))

    told = prints(bank, "city-002", "city-001")

    out = bank.home / "sheets.pdf"
    assert told == {"items": ["city-002", "city-001"], "file": str(out)} and out.stat().st_mode & 0o777 == 0o600
    with pypdfium2.PdfDocument(out.read_bytes()) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert len(pages) == 4 and "改过的题" in pages[3] and all(REVIEWER in page for page in pages)
    assert "电工" in pages[0] and "B-A-A-001" in pages[3]
    assert sorted(printed_eyes(bank)) == [("city-001", 2, "评审会"), ("city-002", 1, "评审会")]


def test_without_a_pledge_nothing_is_printed(bank: BankHome) -> None:
    bank.bring(*ITEMS)
    before = bank.dump()

    told = prints(bank, "city-001", who=MANAGER, exit_code=3)

    assert told["error"] == "people.no_pledge" and bank.dump() == before and not (bank.home / "sheets.pdf").exists()


@pytest.mark.parametrize("reason", [" ", "长" * 161, "两\n行"])
def test_a_reason_that_cannot_stand_in_the_ledger_is_refused(bank: BankHome, reason: str) -> None:
    before = pledged(bank).dump()

    told = prints(bank, "city-001", reason=reason, exit_code=5)

    assert told["error"] == "item.reason" and bank.dump() == before and not (bank.home / "sheets.pdf").exists()


def test_pages_that_cannot_be_made_leave_no_file_and_no_eyes_and_name_the_item(bank: BankHome) -> None:
    """Nor is anybody on a list for what was never printed: in an inquiry the list is believed."""
    pledged(bank)

    told = prints(bank, "city-001", "city-003", exit_code=5)

    assert told["error"] == "print.formula" and "city-003" in str(told["text"])
    assert not (bank.home / "sheets.pdf").exists()
    assert printed_eyes(bank) == []
