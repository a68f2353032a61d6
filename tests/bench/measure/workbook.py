"""A large item workbook for measuring: deterministic, with invented sentences about 电工 in the lengths of real ones.

It is laid out as the common spreadsheet programs do it: every text in the table of shared strings, each cell with its place.
The sentences are put together from pieces, so that 50,000 stems differ and none was ever set.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from itembank.domain.blueprint import AssessmentPoint, Blueprint
from itembank.domain.items import ItemType
from itembank.formats.text_sheets import TextSheet, write_text_sheets

HEADINGS = (
    "试题GUID", "题型(必填)", "题干(必填)", "答案", *(f"选项{letter}" for letter in "ABCDE"),
    *(f"知识点{level}级" for level in "一二三四五六"), "难度", "一致性", "分数", "解析", "出处",
)  # fmt: skip
SHARES = {ItemType.SINGLE: 60, ItemType.JUDGEMENT: 25, ItemType.MULTIPLE: 10, ItemType.SHORT: 5}
"""Percent of the rows."""


def _words(*lines: str) -> list[str]:
    return " ".join(lines).split()


_PLACES = _words("车间配电室 机床电气柜 水泵房 行车滑线处 空压站 锅炉房 钢筋加工棚 地下设备层 变电所低压侧 生产线末端")
_DEVICES = _words(
    "三相异步电动机 交流接触器 热继电器 时间继电器 低压断路器 电流互感器 变频器 软启动器 单相变压器 直流电动机 可编程控制器",
    "漏电保护器 隔离开关 电力电容器 步进电动机 速度继电器",
)
_WORKS = _words(
    "检查绕组对地绝缘 测量三相电流是否平衡 整定保护动作值 更换主触头 核对控制回路接线 清扫接线端子 校验互感器极性 判断缺相故障",
    "测量接地电阻 调整星三角换接时间 试验过载保护 排除线圈过热故障",
)
_ASKED = _words("首先应采取的措施是 下列做法正确的是 最可能的原因是 应选用的仪表是 必须满足的条件是 不应采用的方法是")
_VERBS = _words("测量 检查 更换 紧固 清扫 调整 校验 断开 核对 短接 记录 拆下 屏蔽 标出")
_OBJECTS = _words(
    "电源进线 辅助触点 定子绕组 熔断器熔体 接地干线 控制变压器 中性线端子 信号电缆 冷却风道 铭牌数据 整定旋钮 线圈两端电压",
    "三相电流 绝缘电阻 互感器二次侧 试验按钮 制动回路 联锁触头 电缆终端 起动电阻",
)
_CAUSES = _words("线圈电压偏低 触头烧蚀 轴承磨损 负载过重 绝缘受潮 中性线断线 相序接反 接触电阻过大 铁心短路环断裂 电源缺相")
_WAYS = ("", "", "", "后再合闸", "并做好记录", "而不必停机", "由一人监护", "并复查一次", "再逐级送电", "且保持通风")
_REASONS = (
    "因为{cause}会使{device}温升增大，按规程应先断电再处理", "依据安全规程，{work}之前须验电并挂接地线，防止误送电",
    "{device}出现{cause}时电流明显上升，其余各项与此无关", "由额定值换算得出，{cause}只影响起动过程，不影响{work}的结果",
)  # fmt: skip
_SOURCES = ("示例教材 第{page}页", "示例规程 第{page}条", "自编", "")


def make_workbook(rows: int, seed: int, blueprint: Blueprint) -> bytes:
    """The bytes of an .xlsx item workbook with so many items, spread over the blueprint's points; the same for one seed."""
    return write_text_sheets([TextSheet("试题", [HEADINGS, *_items(rows, Random(seed), blueprint)], {})])


def _items(rows: int, random: Random, blueprint: Blueprint) -> Iterator[list[str]]:
    """The cells of each row. A number in the stem counts on, so no two stems are alike."""
    paths = [_path(point, blueprint) for point in blueprint.points]
    types = random.choices(list(SHARES), list(SHARES.values()), k=rows)
    for number, type_ in enumerate(types):
        name, key, options = _answer(type_, random)
        device, work, cause = random.choice(_DEVICES), random.choice(_WORKS), random.choice(_CAUSES)
        stem = f"某{random.choice(_PLACES)}一台额定电流{number / 10:g}A的{device}，运行{random.randint(1, 900)}小时后需{work}，"
        stem += "这时" + _ending(type_, cause, random)
        reason = random.choice(_REASONS).format(device=device, work=work, cause=cause)
        source = random.choice(_SOURCES).format(page=random.randint(1, 400))
        guid = f"{random.getrandbits(128):032x}"
        grades = [str(random.randint(1, 5)), str(random.randint(3, 5)), random.choice(["0.5", "1", "2"])]
        yield [guid, name, stem, key, *options, *[""] * (5 - len(options)), *random.choice(paths), *grades, reason, source]


def _answer(type_: ItemType, random: Random) -> tuple[str, str, list[str]]:
    """(name of the type, key, options)"""
    if type_ is ItemType.JUDGEMENT:
        return "判断题", random.choice("√×"), []
    if type_ is ItemType.SHORT:
        return "简答题", "；".join(_choices(4, random)), []
    if type_ is ItemType.SINGLE:
        return "单选题", random.choice("ABCD"), _choices(4, random)
    return "多选题", "".join(sorted(random.sample("ABCDE", random.randint(2, 4)))), _choices(5, random)


def _choices(count: int, random: Random) -> list[str]:
    acts = zip(random.sample(_VERBS, count), random.sample(_OBJECTS, count), strict=True)
    return [verb + thing + random.choice(_WAYS) for verb, thing in acts]


def _ending(type_: ItemType, cause: str, random: Random) -> str:
    if type_ is ItemType.JUDGEMENT:
        return f"若发现{cause}，应{_choices(1, random)[0]}。"
    if type_ is ItemType.SHORT:
        return f"怀疑{cause}，请简述处理步骤。"
    return random.choice(_ASKED) + "（　）。"


def _path(point: AssessmentPoint, blueprint: Blueprint) -> list[str]:
    """The knowledge cells of a point: code and name of each level, then blanks."""
    names = {node.code: node.name for node in blueprint.nodes} | {point.code: point.name}
    steps = point.code.split("-")
    cells = [step + names["-".join(steps[: depth + 1])] for depth, step in enumerate(steps)]
    return cells + [""] * (6 - len(cells))
