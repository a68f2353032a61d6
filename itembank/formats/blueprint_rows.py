"""What the rows of a blueprint sheet gave so far, whichever layout they have, and where each area and point stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.errors import BlueprintError
from itembank.domain.policy import BlueprintPolicy
from itembank.domain.rich_text import hidden_sign
from itembank.formats.blueprint_head import read_second_row, read_title
from itembank.formats.spreadsheet import cell_text, fold

_FIELDS = {"blueprint.weights": "鉴定比重", "blueprint.importance": "重要程度", "blueprint.score": "分数"}
_NAME, _NOTE = r"[^\n]+", r"(?s:.)*"
AREA_CELLS = {"名称": _NAME, "鉴定比重": "[0-9]{1,3}%?"}
_POINT_CELLS = {"名称": _NAME, "重要程度": "[XYZ]", "分数": "[0-9]{0,3}", "页码": _NOTE}
_RATIO = re.compile(r"\(?([0-9]+):([0-9]+):([0-9]+)\)?")
_OTHER_WORDS = re.compile(r"(?:考核|认定|评价|考评)(?=范围|点|比重)")


class BlueprintRows:
    """One sheet under reading. `cells` as the spreadsheet keeps them, `text` as a person sees them; row 1 is `text[0]`."""

    def __init__(self, sheet: str, cells: Sequence[Sequence[object]]) -> None:
        self.sheet = sheet
        self.cells = cells
        self.text = [[cell_text(cell) for cell in row] for row in cells]
        self.nodes: dict[str, BlueprintNode] = {}
        self.points: dict[str, AssessmentPoint] = {}
        self.places: dict[str, int] = {}  # code → row where it stands
        self.ratios: dict[str, str] = {}  # area → ratio as typed

    def add_area(self, row: int, node: BlueprintNode, ratio: str) -> None:
        self._new(row, node.code)
        self.nodes[node.code] = node
        self.ratios[node.code] = fold(ratio)

    def add_point(self, row: int, code: str, prefix: str, cells: Mapping[str, str]) -> None:
        """A point from its cells 名称, 重要程度, 分数, 页码. `prefix` stands before a field's name where one is reported."""
        self.expect(row, prefix, cells, _POINT_CELLS)
        self._new(row, code)
        importance, score = Importance(cells["重要程度"]), int(cells["分数"] or 0)
        self.points[code] = AssessmentPoint(code, cells["名称"], importance, cells["页码"], score)

    def expect(self, row: int, prefix: str, cells: Mapping[str, str], patterns: Mapping[str, str]) -> None:
        """Refuse the first cell that is not wholly of its pattern, or that says more than a person sees."""
        for name, pattern in patterns.items():
            if not re.fullmatch(pattern, cells[name]) or hidden_sign(cells[name]):
                raise self.refusal("blueprint.cell", row, field=prefix + name, found=cells[name])

    def blueprint(self, policy: BlueprintPolicy) -> Blueprint:
        """All of it, checked by the blueprint's own rules, then every typed ratio against the counted one."""
        blueprint = self._headed()
        try:
            blueprint.check(policy)
        except BlueprintError as error:
            row = self.places.get(str(error.facts.get("area") or error.facts.get("place") or ""), 1)
            raise self.refusal(error.code, row, field=_FIELDS.get(error.code, "代码"), **error.facts) from error
        ratios = blueprint.importance_ratios()
        for area, typed in self.ratios.items():
            counted = ratios.get(area, (0, 0, 0))
            ratio = _RATIO.fullmatch(typed)
            if typed and (not ratio or tuple(map(int, ratio.groups())) != counted):
                facts = {"area": area, "found": typed, "expected": ratio_text(counted)}
                raise self.refusal("blueprint.ratio", self.places[area], field="重要程度比例", **facts)
        return blueprint

    def refusal(self, code: str, row: int, **facts: object) -> BlueprintError:
        return BlueprintError(code, sheet=self.sheet, row=row, **facts)

    def check_head(self) -> None:
        """Raise BlueprintError unless the first two rows say what the blueprint is of."""
        self._headed()

    def _headed(self) -> Blueprint:
        """Rows 1 and 2. Blanks between cells do not matter, so merged and unmerged title rows read the same."""
        first, second = (" ".join(cell for cell in row if cell) for row in (*self.text[:2], [], [])[:2])
        title, codes = read_title(first), read_second_row(second)
        if title is None:
            raise self.refusal("blueprint.title", 1, field="标题", found=first)
        for name in ("职业编码", "职业分类大典", "国家职业技能标准"):
            if name not in codes:
                raise self.refusal("blueprint.head", 2, field=name, missing=name, found=second)
        return Blueprint(
            occupation=title.occupation,
            work_type=title.work_type,
            level=title.level,
            subject=title.subject,
            occupation_code=codes["职业编码"],
            dictionary_year=int(codes["职业分类大典"]),
            standard_year=int(codes["国家职业技能标准"]),
            version=int(codes["细目表版本"]),
            nodes=tuple(self.nodes.values()),
            points=tuple(self.points.values()),
        )

    def _new(self, row: int, code: str) -> None:
        if code in self.places:
            raise self.refusal("blueprint.doubled", row, field="代码", place=code, first=self.places[code])
        self.places[code] = row


def ratio_text(ratio: tuple[int, int, int]) -> str:
    """X:Y:Z as the field writes it: (05:02:00)."""
    return "({:02d}:{:02d}:{:02d})".format(*ratio)


def heading(cell: str) -> str:
    """A heading in the words we know it by: half-width, no blanks, 鉴定 for 考核 and 认定, 分数 for 分值."""
    name = _OTHER_WORDS.sub("鉴定", fold(cell).removesuffix("(必填)"))
    return "分数" if name == "分值" else name
