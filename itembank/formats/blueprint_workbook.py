"""The blueprint workbook (鉴定要素细目表): reading the field's own layout.

    row 1    电工 四级/中级工 理论知识鉴定要素细目表
    row 2    职业编码 6-31-01-03 | 职业分类大典 2022 | 国家职业技能标准 2018年版
    row 3    鉴定范围一级              鉴定范围二级              鉴定范围三级              鉴定点            (merged)
    row 4    名称 代码 重要程度比例 鉴定比重  名称 代码 …            名称 代码 …             代码 名称 重要程度 页码
    row 5 …  基本要求 A (19:03:01) 25   职业道德 A (04:01:00) 5   …                     001 道德的概念 Y 1

An area's cells are merged over the rows of its points, so a blank cell means "as above". The ratio X:Y:Z is a derived
number: it is counted again, and a typed one that disagrees is refused. Two to six levels of areas are read.
"""

from __future__ import annotations

import re

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.errors import BlueprintError
from itembank.domain.paper import LEVELS
from itembank.formats.spreadsheet import Sheet, fold, half_width, open_sheet

_TITLE = re.compile(r"(?P<occupation>\S+)\s+(?P<level>[一二三四五]级/\S+)\s*(?P<subject>\S+?)鉴定要素细目表")
_HEADER = {
    "occupation_code": re.compile(r"职业编码\s*([0-9X]+(?:-[0-9X]+){2,4})"),
    "dictionary_year": re.compile(r"职业分类大典\s*((?:19|20)\d\d)"),
    "standard_year": re.compile(r"国家职业技能标准\s*((?:19|20)\d\d)"),
}
_LEVEL_WORDS = "一二三四五六"
_RATIO = re.compile(r"\(?(\d+):(\d+):(\d+)\)?")
_POINT = "鉴定点"


def read_blueprint(data: bytes) -> Blueprint:
    """The checked blueprint of a workbook.

    Raises WorkbookError for the file, BlueprintError for its content: facts `sheet`, `row`, and `field` where known.
    """
    return _BlueprintReader(open_sheet(data)).read()


class _BlueprintReader:
    """Walks the sheet once from the top, keeping the area it is in on each level."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.here: list[BlueprintNode] = []
        self.nodes: dict[str, BlueprintNode] = {}
        self.points: dict[str, AssessmentPoint] = {}
        self.rows: dict[str, int] = {}  # code → row where it stands
        self.ratios: dict[str, str] = {}  # area → ratio as typed

    def read(self) -> Blueprint:
        head = self._title()
        top, columns = self._columns()
        depth = sum(1 for group, name in columns if name == "代码" and group != _POINT)
        for number, cells in enumerate(self.sheet.rows[top:], start=top + 1):
            if any(cells):
                self._row(number, depth, {place: cells[i] for place, i in columns.items()})
        blueprint = Blueprint(
            occupation=head["occupation"],
            occupation_code=head["occupation_code"],
            dictionary_year=int(head["dictionary_year"]),
            level=next(level for level, name in LEVELS.items() if name == head["level"]),
            subject=head["subject"],
            standard_year=int(head["standard_year"]),
            nodes=tuple(self.nodes.values()),
            points=tuple(self.points.values()),
        )
        self._check(blueprint)
        return blueprint

    def _title(self) -> dict[str, str]:
        """Rows 1 and 2. Blanks between cells do not matter, so merged and unmerged title rows read the same."""
        title, second = (" ".join(cell for cell in row if cell) for row in (*self.sheet.rows[:2], [], [])[:2])
        found = _TITLE.fullmatch(half_width(title))
        if not found or found["level"] not in LEVELS.values():
            raise self._error("blueprint.title", 1, found=title)
        head = found.groupdict()
        for name, pattern in _HEADER.items():
            value = pattern.search(half_width(second))
            if not value:
                raise self._error("blueprint.head", 2, missing=pattern.pattern.partition("\\")[0], found=second)
            head[name] = value[1]
        return head

    def _columns(self) -> tuple[int, dict[tuple[str, str], int]]:
        """(group, name) → column, with groups 一级…六级 and 鉴定点; and how many rows stand above the data."""
        for top in range(1, min(len(self.sheet.rows), 10)):
            names = [fold(cell) for cell in self.sheet.rows[top]]
            if names.count("代码") >= 2:
                groups = _filled([fold(cell).removeprefix("鉴定范围") for cell in self.sheet.rows[top - 1]])
                columns = {(group, name): i for i, (group, name) in enumerate(zip(groups, names, strict=True)) if name}
                self._columns_are_complete(columns, top + 1)
                return top + 1, columns
        raise self._error("blueprint.columns", min(len(self.sheet.rows), 4), missing="代码")

    def _columns_are_complete(self, columns: dict[tuple[str, str], int], row: int) -> None:
        depth = sum(1 for group, name in columns if name == "代码" and group != _POINT)
        needed = [(level + "级", name) for level in _LEVEL_WORDS[:depth] for name in ("名称", "代码", "鉴定比重")]
        needed += [(_POINT, name) for name in ("代码", "名称", "重要程度")]
        missing = [f"{group}/{name}" for group, name in needed if (group, name) not in columns]
        if missing or depth < 2:
            raise self._error("blueprint.columns", row, missing=", ".join(missing) or "二级/代码")

    def _row(self, number: int, depth: int, cells: dict[tuple[str, str], str]) -> None:
        for level in range(depth):
            self._area(number, level, {name: cells.get((_LEVEL_WORDS[level] + "级", name), "") for name in _AREA_CELLS})
        if len(self.here) < depth:
            raise self._error("blueprint.cell", number, field=f"{_LEVEL_WORDS[len(self.here)]}级/代码", found="")
        self._point(number, {name: cells.get((_POINT, name), "") for name in ("代码", "名称", "重要程度", "页码")})

    def _area(self, number: int, level: int, cells: dict[str, str]) -> None:
        """A new area begins where its cells are filled. Sheets without merged cells repeat them on every row."""
        if not any(cells.values()):
            return
        word = _LEVEL_WORDS[level] + "级"
        for name, good in (("名称", r".+"), ("代码", r"[A-Z]"), ("鉴定比重", r"\d{1,3}%?")):
            if not re.fullmatch(good, cells[name]):
                raise self._error("blueprint.cell", number, field=f"{word}/{name}", found=cells[name])
        if level > len(self.here):
            above = _LEVEL_WORDS[len(self.here)] + "级/代码"
            raise self._error("blueprint.cell", number, field=above, found="")
        parent = self.here[level - 1].code + "-" if level else ""
        node = BlueprintNode(parent + cells["代码"], cells["名称"], int(cells["鉴定比重"].rstrip("%")))
        if self.here[level : level + 1] == [node]:
            return
        if node.code in self.nodes:
            raise self._error("blueprint.doubled", number, place=node.code, first=self.rows[node.code])
        self.here[level:] = [node]
        self.nodes[node.code] = node
        self.rows[node.code] = number
        self.ratios[node.code] = fold(cells["重要程度比例"])

    def _point(self, number: int, cells: dict[str, str]) -> None:
        # Spreadsheets take 001 for the number 1, so the zeros are given back.
        cells["代码"] = cells["代码"].zfill(3) if cells["代码"].isdecimal() else cells["代码"]
        for name, good in (("代码", r"\d{3}"), ("名称", r".+"), ("重要程度", r"[XYZ]")):
            if not re.fullmatch(good, cells[name]):
                raise self._error("blueprint.cell", number, field=f"{_POINT}/{name}", found=cells[name])
        code = f"{self.here[-1].code}-{cells['代码']}"
        if code in self.points:
            raise self._error("blueprint.doubled", number, place=code, first=self.rows[code])
        self.points[code] = AssessmentPoint(code, cells["名称"], Importance(cells["重要程度"]), cells["页码"])
        self.rows[code] = number

    def _check(self, blueprint: Blueprint) -> None:
        """The blueprint's own rules, with the row they point at; then the typed ratios against the counted ones."""
        try:
            blueprint.check()
        except BlueprintError as error:
            row = self.rows.get(str(error.facts.get("area", "")), 1)
            raise BlueprintError(error.code, sheet=self.sheet.name, row=row, **error.facts) from error
        for area, typed in self.ratios.items():
            counted = blueprint.importance_ratio(area)
            ratio = _RATIO.fullmatch(typed)
            if typed and (not ratio or tuple(map(int, ratio.groups())) != counted):
                expected = "({:02d}:{:02d}:{:02d})".format(*counted)
                raise self._error("blueprint.ratio", self.rows[area], area=area, found=typed, expected=expected)

    def _error(self, code: str, row: int, **facts: object) -> BlueprintError:
        return BlueprintError(code, sheet=self.sheet.name, row=row, **facts)


_AREA_CELLS = ("名称", "代码", "重要程度比例", "鉴定比重")


def _filled(cells: list[str]) -> list[str]:
    """A merged heading gives its text to its first cell only; the others take it over."""
    filled: list[str] = []
    for cell in cells:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled
