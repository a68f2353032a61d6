"""One item of every type, with everything rich text can hold, as a person is shown them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from itembank.domain.items import CaseQuestion, Item, ItemType, MarkingLine, PracticalTask
from itembank.domain.review import ItemState, Standing
from itembank.ports.bank import VersionCard
from itembank.steps.viewing import Shown
from tests.unit.domain.test_item_types import SINGLE
from tests.unit.printing.every_type import meter
from tests.unit.printing.sample_paper import BRIDGE

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
FIGURES = {"bridge.svg": BRIDGE, "meter.png": meter()}

_TABLE = "\n|电压/V|电流/A|有功功率/W|\n|220|5|880|\n|$U_L$|10<sup>-3</sup>|——|"
_BARE = replace(SINGLE, options=(), key="")
_ASKED = (
    CaseQuestion(ItemType.SINGLE, "抢救触电者的第一步是（　　）。", ("切断电源", "人工呼吸", "保护现场"), "A", 5),
    CaseQuestion(ItemType.FILL, "胸外心脏按压的频率为每分钟____次。", (), "100~120", 5),
    CaseQuestion(ItemType.SHORT, "说明该车间在安全管理上的三处不足。", (), "无防滑措施；无人监护；未装漏电保护器。", 10),
)
_TASK = PracticalTask(
    minutes=120,
    site_notice=("三相四线电源（3×380/220 V、20 A）1 处", "三相电动机（Y112M-4，4 kW、380 V、△接法）1 台"),
    candidate_notice=("万用表 1 块", "电工通用工具 1 套", "绝缘鞋、工作服 1 套"),
    marking=(
        MarkingLine("元件安装", "按图纸正确利用工具，熟练地安装电气元件", 15, "布置不整齐每只扣1分，漏装螺钉每只扣1分"),
        MarkingLine("布线", "接线紧固、无毛刺，导线截面$S\\geq 1.5\\,\\mathrm{mm}^2$", 35, "不按图接线扣25分"),
        MarkingLine("通电试验", "在保证人身和设备安全的前提下一次成功", 50, "一次不成功扣20分，二次不成功扣40分"),
    ),
    vetoes=("带电接线", "造成设备短路或人身触电"),
)


def _item(type_: ItemType, stem: str, key: str, *options: str, **more: Any) -> Item:
    return replace(_BARE, type=type_, stem=stem, key=key, options=options, **more)


ITEMS = (
    _item(
        ItemType.SINGLE, f"某负载的测量结果见下表，其功率因数为（　　）。{_TABLE}", "C", "0.6", "0.7", "0.8", "0.9",
        rationale="$\\cos\\varphi=\\frac{P}{UI}=\\frac{880}{220\\times5}=0.8$", source="自编",
    ),
    _item(
        ItemType.MULTIPLE, "影响导体电阻的因素有（　　）。", "ABC", "长度", "截面积", "材料", "以上都是",
        options_locked=True, enemy_group="电阻", adapted_from="national-0001",
    ),
    _item(ItemType.JUDGEMENT, "1 m<sup>3</sup>水（H<sub>2</sub>O）等于1000 L。", "√"),
    _item(ItemType.FILL, "对称三相电源的线电压是相电压的____倍，相位超前____度。", "$\\sqrt{3}$|1.732;30"),
    _item(ItemType.SHORT, "简述接触器自锁的作用。如图所示。", "松开按钮后线圈仍通电；\n失压后不自行起动。"),
    _item(ItemType.ESSAY, "论述电气设备检修中保证安全的组织措施和技术措施。" * 3, "组织措施：工作票制度等。" * 12),
    _item(
        ItemType.CALCULATION, "图示电路中，$R_1=R_2=6\\,\\Omega$，电源电压为24 V，求$I=\\frac{U}{R}$。{{图:bridge.svg}}",
        "$R=\\frac{R_1R_2}{R_1+R_2}=3\\,\\Omega$，$I=8$ A",
    ),
    _item(ItemType.DRAWING, "画出仪表的表盘。", "{{图:meter.png}}刻度均匀。{{图:gone.svg}}"),
    _item(ItemType.CASE, "一名工人更换灯具时未断电，手触及带电体：\n梯子无防滑措施；\n现场无人监护。", "", questions=_ASKED),
    _item(ItemType.PRACTICAL, "按图安装并调试三相异步电动机正反转控制线路。{{图:bridge.svg}}", "", task=_TASK),
)  # fmt: skip
STATES = (ItemState.SUBMITTED, ItemState.IN_REVIEW, *(ItemState.ACTIVE,) * 8)


def shown(item: Item, number: int) -> Shown:
    """The item under a number of its own; one whose turn is over, one who waits, the others admitted."""
    due = {0: AT - timedelta(days=1), 1: AT + timedelta(days=6)}.get(number)
    standing = Standing(STATES[number], "item_writer-1", "item_reviewer-1", "item_approver-1", "", due)
    found = replace(item, item_no=f"national-{number:04d}")
    card = VersionCard(
        found.item_no, number + 1, found.pool, found.type, found.point, found.difficulty, found.enemy_group,
        found.adapted_from, True, standing, "", AT - timedelta(days=9),
    )  # fmt: skip
    return Shown(card, found, FIGURES)


TEN = [shown(item, number) for number, item in enumerate(ITEMS)]
