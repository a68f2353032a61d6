"""The item workbook: the spreadsheet header that centres hand around.

    试题GUID | 题型(必填) | 题干(必填) | 答案 | 选项A … 选项E | 知识点一级 … 知识点六级 | 难度 | 一致性 | 分数
    | 解析 | 出处                                                          all of these, in any order
    | 选项F … 选项K | 选项顺序锁定 | 互斥组 | 改编自 | 所属组合题 | 小题分值 | 考核时间(分钟) | 题组 | 题组材料
    | 套题                                                                                    those that are needed

The knowledge cells hold code and name of the blueprint's path (`A基本要求`, …, `003基尔霍夫定律`); both must agree
with it. 分数 is only checked to be a number: what an item is worth is the plan's decision. One name of a 互斥组 means one
group across all pools, so that a city's item can be the enemy of a national one. A case (案例/组合) is a row with its
stimulus and a row for each question, which names it in 所属组合题. Items that are drawn and marked one by one and yet share a
stimulus are a set: each names it in 题组 and holds the same 题组材料. A fill-in has its answers in the order of the blanks,
`；` between them and `|` between what is as right. Items of a ready-made paper, drawn whole or not at all, name it in 套题.
Operation-skill tasks have two sheets more: see `practical_sheets`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import Item
from itembank.formats.blueprint_flat import FLAT_SHEET
from itembank.formats.errors import BrokenRow, ItemRowsError, WorkbookError
from itembank.formats.headed_sheet import EYES, NOTE, ORIGINAL, PLACE, HeadedSheet
from itembank.formats.item_rows import NEEDED, OPTIONAL, ItemRows, Place, RowFlag, Stored
from itembank.formats.practical_sheets import MARKING, NOTICES, read_task_parts
from itembank.formats.spreadsheet import Sheets, fold

ASIDE = "未读入"
"""A sheet beside them that says what of a foreign file became no item (`read_rows`)."""
ITEMS = "试题"
"""The sheet of the items; in a workbook without one of this name it is the first."""
ROWS_A_STEP = 1_000


@dataclass(frozen=True, slots=True)
class WorkbookItems:
    """What an item workbook holds. `rows`: (place, item) of those without a fault. `rejected`: every fault of the others.

    `read`: rows that are not empty. A heading that means nothing here is flagged; its column was not looked at. `unusual`:
    place,
    item and signs of what a font might lack. `outdated`: rows under a point that the blueprint has no more, and their refusal.
    """

    sheet: str
    read: int
    rows: list[tuple[Place, Item]]
    rejected: list[BrokenRow]
    flags: list[RowFlag]
    unusual: list[tuple[Place, str, frozenset[str]]]
    outdated: dict[Place, BrokenRow]
    order: dict[Place, int]

    def turn(self, one: BrokenRow | RowFlag) -> tuple[int, str, int]:
        """For sorting: where its row comes in the file; rows of other sheets stand at the end, and what is of none at the
        start.
        """
        return self.order.get((one.sheet, one.row), -1 if one.row == 1 else len(self.order)), one.sheet, one.row

    def items(self) -> tuple[Item, ...]:
        """All items or none: raises ItemRowsError with every fault when there is one."""
        if self.rejected:
            raise ItemRowsError(self.sheet, self.rejected)
        return tuple(item for _, item in self.rows)


def read_items(
    book: Sheets,
    pool: str,
    blueprint: Blueprint,
    figures: Collection[str],
    progress: Callable[[int, int], None] = lambda read, of: None,
    *,
    older: Sequence[Blueprint] = (),
    stored: Stored = lambda item_no: None,
) -> WorkbookItems:
    """The items of a workbook, in its order, checked, and what is wrong. `figures`: the file names that came with it.
    `older`: earlier versions of the blueprint, the newest first. `stored`: the bank's items, for rows that keep their keys.

    An item's number is pool and GUID: a city often adapts a national item and keeps its GUID, and the two must stay
    two. `progress(read, of)` is told now and then. Raises WorkbookError for the file and its headings.
    """
    if not book.names:
        raise WorkbookError("workbook.empty")
    name = next((name for name in book.names if fold(name) == ITEMS), book.names[0])
    tasks = read_task_parts(book)
    sheet = HeadedSheet(book.sheet(name), NEEDED, (*OPTIONAL, *PLACE, ORIGINAL, EYES, NOTE))
    rows, read = ItemRows(sheet, pool, blueprint, figures, tasks, older, stored), 0
    for row in sheet:
        rows.take(row)
        if row.only_eyes:
            continue
        read += 1
        if read % ROWS_A_STEP == 0:
            progress(read, max(read, sheet.height))  # of a foreign file nobody knows how many come
    if not read and not rows.flags:
        raise WorkbookError("items.none", sheet=name)
    rows.close()
    unread = [RowFlag(name, 1, "", "item.flag.unread", heading) for heading in sheet.unread]
    unread += [RowFlag(other, 1, "", "item.flag.unread_sheet", other) for other in _unread_sheets(book, name)]
    return WorkbookItems(name, read, rows.items, rows.rejected, unread + rows.flags, rows.unusual, rows.outdated, rows.order)


def _unread_sheets(book: Sheets, items: str) -> list[str]:
    """Sheets with something in them that nobody asked for. A blueprint beside its items is read by its own import."""
    known = (NOTICES, MARKING, FLAT_SHEET, ASIDE)
    others = [name for name in book.names if name != items and fold(name) not in known]
    return [name for name in others if book.sheet(name).height]
