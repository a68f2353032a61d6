"""The two sheets of operation-skill tasks (操作技能) beside the items: preparation notices and marking sheets.

    准备通知单    试题GUID | 准备方 | 内容                                  准备方: 考场 or 考生; one thing a row
    评分记录表    试题GUID | 考核内容 | 考核要求 | 配分 | 评分标准              one line of the marking sheet a row

A row of 评分记录表 with 否定项 as its 考核内容, and no 配分, is a condition that fails the whole task: its 考核要求.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from itembank.domain.items import MarkingLine, PracticalTask
from itembank.formats.headed_sheet import HeadedSheet, Row
from itembank.formats.item_cells import whole_number
from itembank.formats.spreadsheet import Sheets, fold

NOTICES, NOTICE_COLUMNS = "准备通知单", ("试题GUID", "准备方", "内容")
MARKING, MARKING_COLUMNS = "评分记录表", ("试题GUID", "考核内容", "考核要求", "配分", "评分标准")
SITE, CANDIDATE, VETO = "考场", "考生", "否定项"


@dataclass(slots=True)
class TaskParts:
    """What the two sheets say of one task, and the rows that say it."""

    notices: dict[str, list[str]] = field(default_factory=lambda: {SITE: [], CANDIDATE: []})
    marking: list[MarkingLine] = field(default_factory=list)
    vetoes: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def task(self, minutes: int) -> PracticalTask:
        site, candidate = tuple(self.notices[SITE]), tuple(self.notices[CANDIDATE])
        return PracticalTask(minutes, site, candidate, tuple(self.marking), tuple(self.vetoes))


def read_task_parts(book: Sheets) -> dict[str, TaskParts]:
    """GUID in lower case → parts, from the sheets of these names; without them nothing. Raises WorkbookError for a header."""
    parts: dict[str, TaskParts] = {}
    for name in book.names:
        if fold(name) == NOTICES:
            for row in HeadedSheet(book.sheet(name), NOTICE_COLUMNS):
                _notice(row, _parts_of(row, parts))
        elif fold(name) == MARKING:
            for row in HeadedSheet(book.sheet(name), MARKING_COLUMNS):
                _marking(row, _parts_of(row, parts))
    return parts


def _parts_of(row: Row, parts: dict[str, TaskParts]) -> TaskParts:
    task = parts.setdefault(row["试题GUID"].lower(), TaskParts())
    task.rows.append(row)
    return task


def _notice(row: Row, task: TaskParts) -> None:
    lines = row.chosen("准备方", lambda text: task.notices.get(fold(text)), "item.notice_side")
    if lines is not None:
        lines.append(row["内容"])


def _marking(row: Row, task: TaskParts) -> None:
    if row["考核内容"] == VETO and not row["配分"]:
        if row["评分标准"]:
            row.wrong("评分标准", "item.cell_misplaced", field="评分标准")
        task.vetoes.append(row["考核要求"])
        return
    points = row.chosen("配分", whole_number, "item.marking_points")
    task.marking.append(MarkingLine(row["考核内容"], row["考核要求"], points or 0, row["评分标准"]))
