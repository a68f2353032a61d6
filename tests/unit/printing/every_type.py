"""A made-up paper with a section of every type a theory paper can have, and everything rich text can hold."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image, ImageDraw

from itembank.domain.items import ItemType
from itembank.domain.paper import PaperContent, PaperSection, Question, SubQuestion, heading
from itembank.domain.plan import Section
from itembank.formats.figures import read_figure
from itembank.printing.fonts import Fonts
from tests.unit.printing.sample_paper import BRIDGE, sample

Asked = tuple[str, tuple[str, ...], tuple[SubQuestion, ...]]

CASE = (
    SubQuestion(ItemType.SINGLE, "抢救触电者的第一步是（　　）。", ("切断电源", "人工呼吸", "拨打电话", "保护现场"), 5),
    SubQuestion(ItemType.JUDGEMENT, "脱离低压电源时，救护人可以用干燥的木棒挑开电线。", (), 5),
    SubQuestion(ItemType.FILL, "胸外心脏按压的频率为每分钟____次。", (), 5),
    SubQuestion(ItemType.SHORT, "说明该车间在安全管理上的三处不足。", (), 5),
)

SECTIONS: tuple[tuple[ItemType, int, tuple[Asked, ...]], ...] = (
    (ItemType.SINGLE, 2, (
        ("水的化学式H<sub>2</sub>O中，氢与氧的质量比为（　　）。", ("1∶8", "2∶1", "1∶16", "8∶1"), ()),
        (
            "某负载的测量结果见下表，其功率因数为（　　）。\n|电压/V|电流/A|有功功率/W|\n|220|5|880|"
            "\n|$U_L$|10<sup>-3</sup>|——|\n计算时不计线路损耗，并保留一位小数。",
            ("0.6", "0.7", "0.8", "0.9"), (),
        ),
        ("图中仪表的读数为（　　）。{{图:meter.png}}", ("甲", "乙", "丙", "丁", "戊", "己", "庚"), ()),
    )),
    (ItemType.MULTIPLE, 3, (("影响导体电阻的因素有（　　）。", ("长度", "截面积", "材料", "以上都是"), ()),)),
    (ItemType.JUDGEMENT, 2, (("1 m<sup>3</sup>等于1000 L。", (), ()),)),
    (ItemType.FILL, 2, (
        ("对称三相电源的线电压是相电压的____倍，相位超前____度。", (), ()),
        ("交流电的三要素是____、____和（　　）。", (), ()),
    )),
    (ItemType.SHORT, 5, (("简述接触器自锁的作用。", (), ()), ("什么是保护接零？它适用于什么供电系统？", (), ()))),
    (ItemType.CALCULATION, 10, (
        ("图示电路中，$R_1=R_2=6\\,\\Omega$，电源电压为24 V，求电流$I=\\frac{U}{R}$。{{图:bridge.svg}}", (), ()),
    )),
    (ItemType.DRAWING, 10, (("画出三相异步电动机正反转控制的主电路。", (), ()),)),
    (ItemType.ESSAY, 15, (("结合本职岗位，论述电气设备检修中保证安全的组织措施和技术措施。", (), ()),)),
    (ItemType.CASE, 20, (
        ("某机械厂车间一名工人在更换照明灯具时未断电，手触及220 V带电体，经同事发现后倒在梯子旁。事后检查发现："
         "\n梯子无防滑措施；\n现场无人监护；\n配电箱未装漏电保护器。", (), CASE),
    )),
)  # fmt: skip


def meter() -> str:
    """A picture of a dial, as the bank keeps it."""
    image = Image.new("RGB", (400, 260), "white")
    draw = ImageDraw.Draw(image)
    draw.arc((40, 40, 360, 360), 200, 340, "black", 4)
    draw.line((200, 240, 290, 90), "red", 5)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return read_figure("meter.jpg", out.getvalue())


def every_type(fonts: Fonts) -> PaperContent:
    """The paper, its questions numbered through."""
    sections: list[PaperSection] = []
    number = 1
    for ordinal, (type_, points, asked) in enumerate(SECTIONS):
        questions = tuple(Question(number + n, *question) for n, question in enumerate(asked))
        sections.append(PaperSection(type_, heading(ordinal, number, Section(type_, len(asked), 2 * points)), questions))
        number += len(asked)
    return replace(sample(fonts), sections=tuple(sections), figures={"bridge.svg": BRIDGE, "meter.png": meter()}, minutes=120)
