"""What the lines of a plan are called, in the plan's and the blueprint's own words, and in which units they are counted."""

from __future__ import annotations

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemType
from itembank.domain.plan import Plan, points_text

UNITS = {
    "item": ("题", "items"),
    "half": ("分", "points"),
    "grade": ("（百分之一级）", "hundredths of a grade"),
    "minute": ("分钟", "minutes"),
    "piece": ("台套", "pieces"),
    "person": ("人", "people"),
    "paper": ("套", "papers"),
}
FORMS = {"A": ("A卷", "paper A"), "B": ("B卷", "paper B"), "S": ("备用卷", "spare paper")}
_WHOLE = {
    "items": ("总题量", "items of the papers"),
    "mean_difficulty": ("平均难度", "mean difficulty"),
    "figures": ("带图试题数", "items with a figure"),
    "formulas": ("带公式试题数", "items with a formula"),
    "per_point": ("单个鉴定点题数", "items of one assessment point"),
    "enemies": ("互斥组题数", "items of one enemy group"),
    "local_cap": ("地方题库分数", "points from local pools"),
    "set_count": ("题组数", "item sets"),
    "sets": ("题组内题数", "items of one set"),
    "task_minutes": ("考核总时间", "time of all tasks"),
    "eyes": ("知悉试题的人数", "people who have seen the items"),
    "seen": ("知悉试题的人数", "people who have seen the items"),
    "optional": ("选考模块数", "optional modules"),
    "overlap": ("两卷重复题数", "items two papers share"),
    "distinct": ("一题所在的卷数", "papers one item stands in"),
    "shared": ("两卷重复题数", "items two papers share"),
    "fixed_forms": ("可用套题", "ready-made papers that can be used"),
    "fixed_form": ("套题完整", "ready-made papers whole"),
}


def line_name(rule: str, subject: str, plan: Plan, blueprint: Blueprint) -> tuple[str, str]:
    """(Chinese, English) name of a line."""
    if rule == "sections":
        type_, _, area = subject.partition(" ")
        kind = ItemType(type_)
        return f"{area}{kind.zh}题量", f"number of {kind.en} items{area and f' of {area}'}"
    if rule in ("areas_1", "areas_2", "units"):
        name = next((node.name for node in blueprint.nodes if node.code == subject), "")
        by_items = rule == "units" and subject in plan.unit_bands(blueprint)
        return f"{subject} {name}的{'题量' if by_items else '分数'}", f"{'items' if by_items else 'points'} of {subject} {name}"
    if rule == "importance":
        return f"重要程度{subject}的分数", f"points of importance {subject}"
    if rule == "grades":
        return f"难度{subject}级的题量", f"items of difficulty grade {subject}"
    if rule == "equipment":
        return f"设备“{subject}”", f"equipment {subject}"
    return _WHOLE[rule]


def form_name(form: str) -> tuple[str, str]:
    """(Chinese, English) name of a paper; a batch numbers its papers."""
    return FORMS.get(form, (f"第{form}套", f"paper {form}"))


def amount(count: int, unit: str) -> str:
    """A count as people read it: halves as points."""
    return points_text(count) if unit == "half" else str(count)


def number(count: int, unit: str) -> int | float:
    """The same as a number: halves as points."""
    return count if unit != "half" else count // 2 if count % 2 == 0 else count / 2
