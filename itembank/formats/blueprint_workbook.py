"""The blueprint workbook (鉴定要素细目表): reading the field's own layout, and finding out which layout a sheet has.

    row 1    电工 四级/中级工 理论知识鉴定要素细目表
    row 2    职业编码 6-31-01-03 | 职业分类大典 2022 | 国家职业技能标准 2018年版
    row 3    鉴定范围一级              鉴定范围二级              鉴定范围三级              鉴定点            (merged)
    row 4    名称 代码 重要程度比例 鉴定比重  名称 代码 …            名称 代码 …             代码 名称 重要程度 分数 页码
    row 5 …  基本要求 A (19:03:01) 25   职业道德 A (04:01:00) 5   …                     001 道德的概念 Y   1

An area's cells are merged over the rows of its points, so a blank cell means "as above". The ratio X:Y:Z is a derived
number: it is counted again, and a typed one that disagrees is refused. Two to six levels of areas are read, with letters or
digits; 分数 (or 分值) and 页码 may be missing. The other layout, one row for every area and point, is in `blueprint_flat`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from itembank.domain.blueprint import AREA_PART, DEFAULT_POLICY, POINT_PART, Blueprint, BlueprintNode
from itembank.domain.policy import BlueprintPolicy
from itembank.formats.blueprint_codes import area_code, point_width
from itembank.formats.blueprint_flat import FLAT_SHEET, is_flat_header, read_flat_rows
from itembank.formats.blueprint_rows import AREA_CELLS, BlueprintRows, heading
from itembank.formats.spreadsheet import fold, open_cells

LEVEL_WORDS = tuple(f"{number}级" for number in "一二三四五六")
POINT_GROUP = "鉴定点"
AREA_NAMES = ("名称", "代码", "重要程度比例", "鉴定比重")
POINT_NAMES = ("代码", "名称", "重要程度", "分数", "页码")
_HEADER_WITHIN = 10
"""The header stands in one of the first ten rows."""


def read_blueprint(data: bytes, policy: BlueprintPolicy = DEFAULT_POLICY) -> Blueprint:
    """The checked blueprint of a workbook, in either layout: of its sheet 蓝图 where it has one, else of its first.

    Raises WorkbookError for the file, BlueprintError for its content: facts `sheet`, `row`, `field`.
    """
    rows = BlueprintRows(*open_cells(data, FLAT_SHEET))
    rows.check_head()
    for top in range(1, min(len(rows.text), _HEADER_WITHIN)):
        names = [heading(cell) for cell in rows.text[top]]
        if names.count("代码") >= 2:
            _OfficialReader(rows, top, names).read()
            return rows.blueprint(policy)
        if is_flat_header(names):
            read_flat_rows(rows, top, names)
            return rows.blueprint(policy)
    raise rows.refusal("blueprint.columns", min(len(rows.text), 4), field="代码", missing="代码")


class _OfficialReader:
    """Walks the sheet once from the top, keeping the area it is in on each level."""

    def __init__(self, rows: BlueprintRows, top: int, names: list[str]) -> None:
        self.rows = rows
        self.top = top
        self.columns = self._columns(names)
        self.depth = _depth(self.columns)
        self.here: list[BlueprintNode] = []

    def read(self) -> None:
        self._restore_codes()
        for number, cells in enumerate(self.rows.text[self.top + 1 :], start=self.top + 2):
            if any(cells):
                self._row(number, cells)

    def _columns(self, names: list[str]) -> dict[tuple[str, str], int]:
        """(group, name) → column, with groups 一级…六级 and 鉴定点.

        Where 鉴定范围 spans the levels in a row of its own, 鉴定点 stands beside it, one row above the other groups.
        """
        groups = [heading(cell).removeprefix("鉴定范围") for cell in self.rows.text[self.top - 1]]
        if self.top >= 2:
            above = [heading(cell) for cell in self.rows.text[self.top - 2]]
            groups = [group or (word if word == POINT_GROUP else "") for group, word in zip(groups, above, strict=True)]
        places = Counter(zip(_filled(groups), names, strict=True))
        self._check_columns(places)
        return {place: i for i, place in enumerate(zip(_filled(groups), names, strict=True)) if place[1]}

    def _check_columns(self, places: Counter[tuple[str, str]]) -> None:
        """Two to six levels, and every column that is needed, once. `places`: how often each (group, name) stands."""
        depth = _depth(places)
        needed = [(level, name) for level in LEVEL_WORDS[:depth] for name in ("名称", "代码", "鉴定比重")]
        needed += [(POINT_GROUP, name) for name in ("代码", "名称", "重要程度")]
        missing = ["/".join(place) for place in needed if place not in places]
        doubled = ["/".join(place) for place, times in places.items() if place[1] and times > 1]
        if depth < 2:
            missing = missing or ["二级/代码"]
        if missing or doubled or depth > len(LEVEL_WORDS):
            field = (missing or doubled or ["七级/代码"])[0]
            raise self.rows.refusal("blueprint.columns", self.top + 1, field=field, missing=missing, doubled=doubled)

    def _restore_codes(self) -> None:
        """Give the codes that became numbers their zeros back, or refuse the first that is in doubt."""
        lettered = True
        for level in LEVEL_WORDS[: self.depth]:
            column = self.columns[level, "代码"]
            texts = self._text_codes(column)
            lettered &= bool(texts) and all(text.isalpha() for text in texts)
            for i, digits in self._number_codes(column):
                self._put(i, column, f"{level}/代码", area_code(digits, texts))
        column = self.columns[POINT_GROUP, "代码"]
        texts = {text for text in self._text_codes(column) if len(text) >= 3}
        numbers = self._number_codes(column)
        width = point_width(texts, [digits for _, digits in numbers], lettered)
        for i, digits in numbers:
            self._put(i, column, f"{POINT_GROUP}/代码", digits.zfill(width) if len(digits) <= width else None)

    def _text_codes(self, column: int) -> set[str]:
        cells = (row[column] for row in self.rows.cells[self.top + 1 :])
        return {fold(cell) for cell in cells if isinstance(cell, str) and cell.strip()}

    def _number_codes(self, column: int) -> list[tuple[int, str]]:
        """(row, digits) of every code that lost its zeros: a number, and for a point also a text that is too short."""
        is_point = column == self.columns[POINT_GROUP, "代码"]
        return [
            (i, row[column])
            for i, row in enumerate(self.rows.text)
            if i > self.top
            and row[column].isdecimal()
            and (not isinstance(self.rows.cells[i][column], str) or (is_point and len(row[column]) < 3))
        ]

    def _put(self, i: int, column: int, field: str, code: str | None) -> None:
        if code is None:
            raise self.rows.refusal("blueprint.code_width", i + 1, field=field, found=self.rows.text[i][column])
        self.rows.text[i][column] = code

    def _row(self, number: int, cells: list[str]) -> None:
        for level, word in enumerate(LEVEL_WORDS[: self.depth]):
            self._area(number, level, self._cells(cells, word, AREA_NAMES))
        if len(self.here) < self.depth:
            raise self.rows.refusal("blueprint.cell", number, field=f"{LEVEL_WORDS[len(self.here)]}/代码", found="")
        point = self._cells(cells, POINT_GROUP, POINT_NAMES)
        if not any(point.values()) and self.rows.places[self.here[-1].code] == number:
            return  # an area that has no point yet
        self.rows.expect(number, f"{POINT_GROUP}/", point, {"代码": POINT_PART.pattern})
        self.rows.add_point(number, f"{self.here[-1].code}-{point['代码']}", f"{POINT_GROUP}/", point)

    def _cells(self, cells: list[str], group: str, names: tuple[str, ...]) -> dict[str, str]:
        places = {name: self.columns.get((group, name)) for name in names}
        found = {name: "" if column is None else cells[column] for name, column in places.items()}
        return {**found, "代码": fold(found["代码"])}

    def _area(self, number: int, level: int, cells: dict[str, str]) -> None:
        """A new area begins where its cells are filled. Sheets without merged cells repeat them on every row."""
        if not any(cells.values()):
            return
        self.rows.expect(number, f"{LEVEL_WORDS[level]}/", cells, {"代码": AREA_PART.pattern, **AREA_CELLS})
        if level > len(self.here):
            raise self.rows.refusal("blueprint.cell", number, field=f"{LEVEL_WORDS[len(self.here)]}/代码", found="")
        parent = self.here[level - 1].code + "-" if level else ""
        node = BlueprintNode(parent + cells["代码"], cells["名称"], int(cells["鉴定比重"].rstrip("%")))
        if self.here[level : level + 1] != [node]:
            self.rows.add_area(number, node, cells["重要程度比例"])
            self.here[level:] = [node]


def _depth(places: Iterable[tuple[str, str]]) -> int:
    return sum(1 for group, name in places if name == "代码" and group != POINT_GROUP)


def _filled(groups: list[str]) -> list[str]:
    """A merged heading stands over every column it spans."""
    filled: list[str] = []
    for group in groups:
        filled.append(group or (filled[-1] if filled else ""))
    return filled
