"""The two rows every blueprint sheet begins with: its title, and the codes and years below it.

    电工 四级/中级工 理论知识鉴定要素细目表
    职业编码 6-31-01-03 | 职业分类大典 2022 | 国家职业技能标准 2018年版 | 细目表版本 2

Titles are worded in many ways: the level with one name or both, in brackets or not, 考核 or 认定 for 鉴定, a work type (工种)
in brackets after the occupation, a note like （征求意见稿） at the end. The version is ours, and 1 where it is not said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import OccupationError
from itembank.domain.folding import half_width
from itembank.domain.occupation import CODE, LEVELS, SKILL_LEVELS, SUBJECTS, level_of

TITLE_AT_MOST = 200
_WORDS = sorted((word for level in SKILL_LEVELS for word in level.spellings if not word.isdecimal()), key=len, reverse=True)
_LEVEL = f"(?:{'|'.join(_WORDS)})"
_SUBJECTS = {**{subject: subject for subject in SUBJECTS.values()}, "理论": "理论知识"}
_TITLE = re.compile(
    r"(?P<occupation>[^\s()]+?)\s*(?:\((?P<bracket>[^()]+)\))?\s*"
    rf"\(?(?P<level>{_LEVEL}(?:\s*[/(\s]\s*{_LEVEL}\)?)?)\)?\s*"
    rf"(?P<subject>{'|'.join(_SUBJECTS)})\s*(?:鉴定|考核|认定|评价|考试)?要素细目表\s*(?:\([^()]*\))?"
)
_NOTES = ("试行", "征求意见稿", "送审稿", "审定稿", "报批稿")
"""What may stand in brackets after an occupation and is no work type."""
_YEAR = r"((?:19|20)[0-9]{2})"
_SECOND = {
    "职业编码": re.compile(rf"职业编码[\s:]*({CODE.pattern})(?![0-9-])"),
    "职业分类大典": re.compile(rf"职业分类大典[\s:(》]*{_YEAR}"),
    "国家职业技能标准": re.compile(rf"国家职业(?:技能)?标准[\s:(》]*{_YEAR}"),
}
_VERSION = re.compile(r"细目表版本[\s:]*([1-9][0-9]{0,3})(?![0-9])")


@dataclass(frozen=True, slots=True)
class BlueprintTitle:
    """What the title says."""

    occupation: str
    work_type: str
    level: int
    subject: str


def read_title(text: str) -> BlueprintTitle | None:
    """The title's parts, or None when it cannot be understood."""
    found = _TITLE.fullmatch(half_width(text)) if len(text) <= TITLE_AT_MOST else None
    if found is None:
        return None
    try:
        level = level_of(found["level"]).number
    except OccupationError:
        return None
    work_type = found["bracket"] or ""
    if level not in LEVELS:
        return None
    return BlueprintTitle(found["occupation"], "" if work_type in _NOTES else work_type, level, _SUBJECTS[found["subject"]])


def read_second_row(text: str) -> dict[str, str]:
    """职业编码, 职业分类大典 (year), 国家职业技能标准 (year), as far as they are there, and 细目表版本."""
    found = {name: match[1] for name, pattern in _SECOND.items() if (match := pattern.search(half_width(text)))}
    version = _VERSION.search(half_width(text))
    return {**found, "细目表版本": version[1] if version else "1"}


def title_of(blueprint: Blueprint) -> str:
    """The title as we write it."""
    work_type = f"（{blueprint.work_type}）" if blueprint.work_type else ""
    return f"{blueprint.occupation}{work_type} {LEVELS[blueprint.level]} {blueprint.subject}鉴定要素细目表"


def second_row_of(blueprint: Blueprint) -> str:
    """The row below it as we write it."""
    parts = [
        f"职业编码 {blueprint.occupation_code}",
        f"职业分类大典 {blueprint.dictionary_year}",
        f"国家职业技能标准 {blueprint.standard_year}年版",
        f"细目表版本 {blueprint.version}",
    ]
    return " | ".join(parts if blueprint.version > 1 else parts[:3])
