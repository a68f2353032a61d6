"""The layout of a table of items: which column is what. Found by the headings; what was found can be corrected and kept.

    {"sheet": "单选题", "header_row": 2, "layout": "3f0c…", "columns": {"题目内容": "题干", "正确选项": "答案", …},
     "type": "单选题", "types": {"U": "计算题"}, "defaults": {"鉴定点": "A-B-A-001"}}

`columns`: heading → one of our own headings, or 选项 (all options in one cell), 空1 … (answers blank by blank), 图片 (a
figure's name), 不读 (not read). `layout` names the headings alone, so what they mean is found again in the next file that has
them (`lasting`). What a person gives wins over what is recognised, column by column.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from itembank.domain.folding import half_width
from itembank.formats.errors import ForeignError
from itembank.formats.foreign.settling import is_type_name
from itembank.formats.item_cells import KNOWLEDGE, OPTIONS
from itembank.formats.item_rows import ADAPTED, CASE, ENEMIES, FIXED, LOCK, MINUTES, POINT, SET, SHARE, STIMULUS
from itembank.formats.spreadsheet import fold

ALL_OPTIONS, FIGURE, UNREAD, COUNTER = "选项", "图片", "不读", "序号"
BLANKS = tuple(f"空{number}" for number in range(1, 21))
PLAIN = (
    "试题GUID",
    "题型",
    "题干",
    "答案",
    POINT,
    "难度",
    "一致性",
    "分数",
    "解析",
    "出处",
    ENEMIES,
    LOCK,
    ADAPTED,
    CASE,
    SHARE,
    MINUTES,
    SET,
    STIMULUS,
    FIXED,
)
FIELDS = frozenset((*PLAIN, *OPTIONS, *KNOWLEDGE, *BLANKS, ALL_OPTIONS, FIGURE, UNREAD, COUNTER))
LOOKED_AT = 20
"""Rows in which a heading row is looked for."""

_ALIASES = {
    "试题GUID": "试题guid guid 试题编号 题目编号 试题编码 题目编码 试题id 题目id uuid id questionid itemid 试题代码 题目代码",
    "题型": "题型 题目类型 试题类型 题型名称 类型 题目题型 试题题型 题型代码 题目类型代码 试题类型代码 题类 题型类别 "
    "questiontype type format "
    "task itemtype 类别",
    "题干": "题干 题目 试题 试题内容 题目内容 题目题干 试题题干 问题 问题内容 题目描述 描述 内容 stem question questiontext "
    "questionstem 试题正文 "
    "题面 问题描述 题目标题 题干内容 题目名称 试题名称 标题 考题 考题内容 试题题目 试题描述 questioncontent content title "
    "text prompt",
    "答案": "答案 正确答案 标准答案 参考答案 试题答案 题目答案 答案内容 正确选项 正确选择 答案选项 key answer correctanswer "
    "answers label rightanswer "
    "correct correctoption 标答 正解 answerkey 正确项",
    "解析": "解析 答案解析 试题解析 题目解析 分析 解题思路 analysis explanation rationale 解释 答题解析 详解 注解 解析说明 "
    "试题分析 feedback solution "
    "答案说明",
    "难度": "难度 难易度 难易程度 难度等级 难度代码 试题难度 题目难度 difficulty level 难度级别 难易",
    "一致性": "一致性 一致性代码 congruence",
    "分数": "分数 分值 单空分数 每题分值 题目分数 试题分数 score points mark 得分 默认分值 题分",
    "出处": "出处 来源 试题来源 教材页码 页码 source reference 题目来源 依据 出题依据",
    POINT: "知识点 鉴定点 鉴定点代码 考点 考核点 知识点代码 鉴定点编码 要素 所属知识点 鉴定要素 鉴定点名称 知识点名称 "
    "考评点 考评点代码 point knowledge "
    "要素细目 细目 细目代码 鉴定要素代码 所属鉴定点 knowledgepoint 鉴定点编号",
    COUNTER: "序号 题号 编号 number no index # 行号 num",
    FIGURE: "图片 图片名称 图形 插图 附图 image picture 题干图片 图片文件 图",
    ALL_OPTIONS: "选项 备选项 备选答案 选项内容 试题选项 题目选项 options choices 答案选项内容 可选项 候选项",
    UNREAD: "是否启用 启用 状态 创建时间 更新时间 创建人 修改时间",
    ENEMIES: "互斥组 互斥",
    LOCK: "选项顺序锁定 选项锁定",
    ADAPTED: "改编自",
    CASE: "所属组合题",
    SHARE: "小题分值",
    MINUTES: "考核时间 考核时间分钟",
    SET: "题组",
    STIMULUS: "题组材料",
    FIXED: "套题",
}
_RANK = {alias: rank for aliases in _ALIASES.values() for rank, alias in enumerate(aliases.split())}
"""Of two headings that can mean one field, the one that stands first among its names does: 题干 before 标题."""
_FIELD_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}
_FIELD_OF |= {level: level for level in KNOWLEDGE}
_FIELD_OF |= {level.replace("知识点", stem): level for level in KNOWLEDGE for stem in ("鉴定范围", "范围", "考核范围")}
_FIELD_OF |= {level[3:] + "知识点": level for level in KNOWLEDGE}
_BRACKETED = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|\{.*?\}|<.*?>")
_OPTION = re.compile(
    r"(?:题目|试题)?(?:选项|备选项|备选答案|备选|答案选项|答案|选择|options?|choices?|opt|answer)?[_\-.]?(?:([a-k])|([1-9]|1[01])|([一二三四五六七八九十]))(?:选项|项|\.|、)?"
)
_BLANK = re.compile(r"(?:第)?(?:空|填空|空格|答案|空白|blank)_?(\d{1,2})(?:空)?(?:答案)?")
_CHINESE = "一二三四五六七八九十"


@dataclass(slots=True)
class Layout:
    """How one table is read. `columns`: place of a column → field. `others`: further columns that can mean a field, read
    where the first is blank.
    """

    sheet: str
    header_row: int
    headings: list[str]
    columns: dict[int, str]
    others: dict[int, str] = field(default_factory=dict)
    type: str = ""
    types: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    given: bool = False

    @property
    def name(self) -> str:
        return layout_name(self.headings)

    def places(self, *fields: str) -> list[int]:
        """The columns of these fields, in the order of the fields."""
        return [place for name in fields for place, field_ in self.columns.items() if field_ == name]

    def document(self) -> dict[str, Any]:
        """For a person to read, correct and hand in again."""
        return {
            "sheet": self.sheet, "header_row": self.header_row, "layout": self.name,
            "columns": {heading: self.columns.get(place, self.others.get(place, "")) for place,
            heading in enumerate(self.headings) if heading},
            "type": self.type, "types": self.types, "defaults": self.defaults, "remembered": self.given,
        }  # fmt: skip


def layout_name(headings: Sequence[str]) -> str:
    """Equal for tables with the same headings in the same order, however they are typed."""
    return hashlib.sha256("\x1f".join(map(bare, headings)).encode()).hexdigest()[:16]


def bare(heading: str) -> str:
    """A heading for comparing: half-width, no blanks, no brackets and what is in them, no star, no colon, small letters."""
    text = fold(heading).replace("［", "[").replace("］", "]")
    without = _BRACKETED.sub("", text)
    return (without or text).strip("*:.。!#").replace("_", "").replace("-", "").lower() or text.lower()


def is_options(heading: str) -> bool:
    """Whether a heading stands over all options together."""
    return _FIELD_OF.get(bare(heading)) == ALL_OPTIONS


def is_type_heading(heading: str) -> bool:
    return _FIELD_OF.get(bare(heading)) == "题型"


def recognised_layout(sheet: str, rows: Sequence[list[str]], given: Mapping[str, Any]) -> Layout | None:
    """The layout of a table that begins with these rows; None where no row names at least a stem, or options and a key.

    `given`: what a person said of this table, by `given_name`, of tables with these headings, by `layout_name`, or of every
    table, under "". Raises ForeignError for what cannot be meant.
    """
    best: Layout | None = None
    for number, row in enumerate(rows[:LOOKED_AT], start=1):
        headings = [cell.strip() for cell in row]
        name = layout_name(headings)
        said = given.get(given_name(name, sheet)) or given.get(name) or given.get("") or {}
        columns, others = _columns(headings, said)
        if _is_enough(columns) and (best is None or len(columns) > len(best.columns)):
            before = [cell for earlier in rows[: number - 1] for cell in earlier]
            best = Layout(sheet, number, headings, columns, others, str(said.get("type") or _type_of_table(sheet, before)))
            best.types, best.defaults = words_of(said, "types"), words_of(said, "defaults")
            best.given = bool(said)
    return best


def read_layouts(data: bytes) -> dict[str, Any]:
    """The layouts a person hands in, as the report has them: one, or a list. `given_name` → layout.

    Raises ForeignError.
    """
    try:
        given = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ForeignError("layout.broken", field="JSON") from None
    layouts = given if isinstance(given, list) else [given]
    for layout in layouts:
        if not isinstance(layout, dict):
            raise ForeignError("layout.broken", field="layout")
        for name in ("columns", "types", "defaults"):
            words_of(layout, name)
    return {given_name(str(layout.get("layout", "")), str(layout.get("sheet", ""))): layout for layout in layouts}


def given_name(layout: str, sheet: str) -> str:
    """The sheets of a workbook often have the same headings and different types: what is said of one is not of the others."""
    return f"{layout} {sheet}".strip() if layout else ""


def lasting(layout: Mapping[str, Any]) -> dict[str, Any]:
    """Of a layout what holds for every file with these headings. A type and `defaults` fill what one file lacks; the next one
    would take them unasked.
    """
    return {name: layout[name] for name in ("layout", "columns", "types")}


def _is_enough(columns: Mapping[int, str]) -> bool:
    fields = set(columns.values())
    return "题干" in fields and len(fields - {COUNTER, UNREAD}) > 1


def _columns(headings: Sequence[str], said: Mapping[str, Any]) -> tuple[dict[int, str], dict[int, str]]:
    """Place → field of the columns that mean one best, and of the others that can."""
    columns: dict[int, str] = {}
    others: dict[int, str] = {}
    ranks: dict[str, int] = {}
    told = {bare(heading): field_ for heading, field_ in words_of(said, "columns").items()}
    options = _option_columns(headings)
    for place, heading in enumerate(headings):
        name = bare(heading)
        found = told[name] if name in told else options.get(place) or _FIELD_OF.get(name) or _blank_field(name)
        if found and found not in FIELDS:
            raise ForeignError("layout.field", heading=heading, found=found)
        rank = -1 if name in told else _RANK.get(name, 0)
        if found in (UNREAD, COUNTER, FIGURE):
            columns[place] = found
        elif found and rank < ranks.get(found, len(_RANK)):
            others |= {other: field_ for other, field_ in columns.items() if field_ == found}
            columns = {other: field_ for other, field_ in columns.items() if field_ != found} | {place: found}
            ranks[found] = rank
        elif found:
            others[place] = found
    return dict(sorted(columns.items())), others


def _option_columns(headings: Sequence[str]) -> dict[int, str]:
    """Columns whose headings are letters or numbers in order, beginning with the first: one alone is no option."""
    found: dict[str, list[tuple[int, int]]] = {"letter": [], "number": []}
    for place, heading in enumerate(headings):
        match = _OPTION.fullmatch(bare(heading))
        if not match:
            continue
        letter, digits, chinese = match.groups()
        if letter:
            found["letter"].append(("abcdefghijk".index(letter), place))
        elif bare(heading)[0] in "选备题试oc":
            found["number"].append((int(digits) - 1 if digits else _CHINESE.index(chinese), place))
    for kind in ("letter", "number"):
        if len({number for number, _ in found[kind]}) >= 2 and len(found[kind]) == len({number for number, _ in found[kind]}):
            return {place: OPTIONS[number] for number, place in found[kind]}
    return {}


def _blank_field(name: str) -> str:
    found = _BLANK.fullmatch(name)
    number = int(found[1]) if found else int(name) if name.isdecimal() and len(name) <= 2 else 0
    if name.startswith(("图片", "题干图片", "image", "picture")) and name[-1:].isdecimal():
        return FIGURE
    return BLANKS[number - 1] if 1 <= number <= len(BLANKS) else ""


def _type_of_table(sheet: str, before: Sequence[str]) -> str:
    """A table is named for its type by its sheet, or by a line above its headings."""
    for text in (sheet, *before):
        found = _TYPE_IN_NAME.search(half_width(text))
        if found and is_type_name(found[1]):
            return found[1]
    return ""


_TYPE_IN_NAME = re.compile(
    "((?:单项|多项|不定项|单|多)选择?题?|(?:是非)?判断题?|是非题|填空题?|简答题?|问答题?|论述题?|计算题?|绘图题?|作图题?|案例(?:分析)?题?|组合题|名词解释题?)"
)


def words_of(said: Mapping[str, Any], name: str) -> dict[str, str]:
    """What a person said under this name of a layout: word → word. Raises ForeignError."""
    words = said.get(name) or {}
    if not isinstance(words, Mapping):
        raise ForeignError("layout.broken", field=name)
    return {str(key): str(value) for key, value in words.items()}
