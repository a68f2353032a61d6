"""The flat blueprint sheet (蓝图): one row for every area and every point, in the order of the tree.

    row 1    电工 四级/中级工 理论知识鉴定要素细目表
    row 2    职业编码 6-31-01-03 | 职业分类大典 2022 | 国家职业技能标准 2018年版
    row 3    代码        名称           类别     鉴定比重   重要程度   分数   页码
    row 4 …  A          基本要求        范围     25
             A-A        职业道德        范围     5
             A-A-001    道德的概念      鉴定点             Y              1

A code is written whole. 类别, 分数 and 页码 may be missing as columns; where 类别 says nothing, a code that ends in three or
four digits and has no weight beside it is a point's.
"""

from __future__ import annotations

from itembank.domain.blueprint import AREA_PART, POINT_PART, BlueprintNode
from itembank.formats.blueprint_codes import area_code
from itembank.formats.blueprint_rows import AREA_CELLS, BlueprintRows
from itembank.formats.spreadsheet import fold

FLAT_SHEET = "蓝图"
FLAT_COLUMNS = ("代码", "名称", "类别", "鉴定比重", "重要程度", "分数", "页码")
IS_AREA, IS_POINT = "范围", "鉴定点"
_NEEDED = ("代码", "名称", "鉴定比重", "重要程度")
_KINDS = {"范围": IS_AREA, "鉴定范围": IS_AREA, "鉴定点": IS_POINT, "点": IS_POINT}
_AREA_CODE = f"(?:{AREA_PART.pattern})(?:-(?:{AREA_PART.pattern}))*"
_POINT_CODE = f"{_AREA_CODE}-{POINT_PART.pattern}"
_EMPTY = ""


def is_flat_header(names: list[str]) -> bool:
    """Whether these headings begin a flat sheet."""
    return names.count("代码") == 1 and "名称" in names


def read_flat_rows(rows: BlueprintRows, top: int, names: list[str]) -> None:
    """Add every area and point of the sheet to `rows`. `names`: the headings in row `top`, counted from 0."""
    missing = [name for name in _NEEDED if name not in names]
    doubled = [name for name in FLAT_COLUMNS if names.count(name) > 1]
    if missing or doubled:
        field = (missing or doubled)[0]
        raise rows.refusal("blueprint.columns", top + 1, field=field, missing=missing, doubled=doubled)
    columns = {name: names.index(name) for name in FLAT_COLUMNS if name in names}
    _restore_codes(rows, top, columns["代码"])
    for number, cells in enumerate(rows.text[top + 1 :], start=top + 2):
        if any(cells):
            _row(rows, number, {name: cells[columns[name]] if name in columns else "" for name in FLAT_COLUMNS})


def _restore_codes(rows: BlueprintRows, top: int, column: int) -> None:
    """A whole code of digits is text, but for those of level 1: 01 becomes the number 1. What became a date is refused."""
    kept = [row[column] for row in rows.cells]
    texts = {fold(cell).split("-")[0] for cell in kept[top + 1 :] if isinstance(cell, str) and cell.strip()}
    for i, cell in enumerate(kept):
        if i <= top or isinstance(cell, str):
            continue
        digits = rows.text[i][column]
        if not digits.isdecimal():
            raise rows.refusal("blueprint.cell", i + 1, field="代码", found=digits)
        code = area_code(digits, texts)
        if code is None:
            raise rows.refusal("blueprint.code_width", i + 1, field="代码", found=digits)
        rows.text[i][column] = code


def _row(rows: BlueprintRows, number: int, cells: dict[str, str]) -> None:
    code, kind = fold(cells["代码"]), fold(cells["类别"])
    if kind and kind not in _KINDS:
        raise rows.refusal("blueprint.cell", number, field="类别", found=kind)
    if (_KINDS[kind] if kind else _kind(code, cells)) == IS_POINT:
        rows.expect(number, "", {**cells, "代码": code}, {"代码": _POINT_CODE, "鉴定比重": _EMPTY})
        rows.add_point(number, code, "", cells)
    else:
        wanted = {"代码": _AREA_CODE, **AREA_CELLS, "重要程度": _EMPTY, "分数": _EMPTY, "页码": _EMPTY}
        rows.expect(number, "", {**cells, "代码": code}, wanted)
        rows.add_area(number, BlueprintNode(code, cells["名称"], int(cells["鉴定比重"].rstrip("%"))), "")


def _kind(code: str, cells: dict[str, str]) -> str:
    ends_in_point = POINT_PART.fullmatch(code.rpartition("-")[2]) is not None
    return IS_POINT if ends_in_point and not cells["鉴定比重"] else IS_AREA
