"""Small workbooks as bytes: a sound blueprint and sound items, to be broken one cell at a time."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from itembank.demo.workbooks import blueprint_workbook, item_workbook

Cells = Sequence[Sequence[object]]

POINTS = [
    ("A", "基本要求", "40", "A", "职业道德", "40", "A", "道德知识", "40", "001", "道德的概念", "X", "1"),
    ("A", "基本要求", "40", "A", "职业道德", "40", "A", "道德知识", "40", "002", "职业守则", "X", "2"),
    ("B", "相关知识", "60", "A", "电路", "35", "A", "直流电路", "35", "001", "欧姆定律", "X", "3"),
    ("B", "相关知识", "60", "A", "电路", "35", "A", "直流电路", "35", "002", "基尔霍夫定律", "X", "4"),
    ("B", "相关知识", "60", "A", "电路", "35", "A", "直流电路", "35", "003", "电功率(简单)", "X", "5"),
    ("B", "相关知识", "60", "B", "电机", "25", "A", "变压器", "25", "001", "变压器的变比", "Y", "6"),
    ("B", "相关知识", "60", "B", "电机", "25", "A", "变压器", "25", "002", "变压器的绕组", "X", "7"),
]  # fmt: skip
POINT_NAMES = [f"{level}级{name}" for level in "一二三" for name in ("代码", "名称", "比重")]
POINT_NAMES += ["鉴定点代码", "鉴定点名称", "重要程度", "页码"]
HEADINGS = ["试题GUID", "题型", "题干", "答案", *(f"选项{letter}" for letter in "ABCDE")]
HEADINGS += [f"知识点{level}级" for level in "一二三四五六"]
HEADINGS += ["难度", "一致性", "分数", "解析", "出处", "互斥组"]
OHM = ("B相关知识", "A电路", "A直流电路", "001欧姆定律", "", "")
POWER = ("B相关知识", "A电路", "A直流电路", "003电功率（简单）", "", "")
NO_GROUP = ("", "", "")
OHMS_GROUP = ("解", "自编", "欧姆")
ITEMS = [
    ("g-1", "单选题", "欧姆定律的表达式是( )。", "A", "$U/R$", "$UR$", "$R/U$", "", "", *OHM, "1", "5", "1", *OHMS_GROUP),
    ("g-2", "判断题", "电压一定时,电阻越大电流越大。", "×", "", "", "", "", "", *OHM, "2", "5", "2", *OHMS_GROUP),
    ("g-3", "多选题", "影响电功率的量有( )。", "A、B", "电压", "电流", "颜色", "气味", "", *POWER, "较易", "", "", *NO_GROUP),
    ("g-4", "判断题", "图{{图:r.svg}}中 $P=UI$。", "A", "正确", "错误", "", "", "", *POWER, "3", "4", "2", *NO_GROUP),
]  # fmt: skip


def blueprint_bytes() -> bytes:
    return blueprint_workbook([dict(zip(POINT_NAMES, point, strict=True)) for point in POINTS])


def items_bytes(changes: dict[tuple[int, str], str] | None = None) -> bytes:
    """The item workbook, with cells changed: (spreadsheet row, heading) → text. Row 2 is the first item."""
    rows = [dict(zip(HEADINGS, item, strict=True)) for item in ITEMS]
    for (row, heading), text in (changes or {}).items():
        rows[row - 2][heading] = text
    return item_workbook(rows)


def sheet_bytes(cells: Cells) -> bytes:
    """A workbook of one sheet with just these cells, nothing merged."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "表"
    for row in cells:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
