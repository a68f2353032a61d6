"""A made-up paper of 80 questions: 60 choices, 20 judgements, two formulas, two figures, one long option set."""

from __future__ import annotations

from dataclasses import replace

from itembank.domain.items import ItemType
from itembank.domain.paper import Form, PaperContent, PaperSection, Question, Scheme, heading
from itembank.domain.plan import Section
from itembank.printing.fonts import Fonts
from itembank.printing.render import StationMark, template_digest

MARK = StationMark("45120101", "示例市第一职业技能考点", "2026110101-01A")

BRIDGE = """<svg xmlns="http://www.w3.org/2000/svg" width="60mm" viewBox="0 0 240 110" font-family="sans-serif">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto">
<path d="M0 0 L8 4 L0 8 Z"/></marker></defs>
<g fill="none" stroke="black" stroke-width="1.5"><rect x="60" y="15" width="40" height="14"/>
<rect x="140" y="15" width="40" height="14"/><path d="M20 22 H60 M100 22 H140 M180 22 H220 V90 H20 Z"/>
<line x1="120" y1="22" x2="120" y2="90" marker-end="url(#tip)"/><circle cx="120" cy="22" r="2.5" fill="black"/></g>
<text x="80" y="45" font-size="12" text-anchor="middle">R1</text>
<text x="160" y="45" font-size="12" text-anchor="middle">R2</text>
<text x="30" y="60" font-size="12">直流 24 V</text></svg>"""

STARTER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80">
<g fill="none" stroke="black" stroke-width="1.5"><path d="M10 40 H50 M50 40 L75 25 M80 40 H130 M170 40 H190"/>
<rect x="130" y="28" width="40" height="24"/></g><text x="150" y="45" font-size="14" text-anchor="middle">KM</text>
<text x="62" y="60" font-size="12" text-anchor="middle">SB1</text></svg>"""

CHOICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("三相异步电动机的额定电压是指正常运行时加在定子绕组上的（　　）。", ("线电压", "相电压", "平均电压", "最大电压")),
    (
        "使用兆欧表测量电气设备的绝缘电阻时，应先将被测设备的电源切断，并（　　），以保证人身和设备的安全。",
        ("将设备对地短路放电", "保持设备带电运行状态", "仅断开设备的零线", "将设备外壳与电源相线连接"),
    ),
    ("星形联结的对称三相负载，其线电压与相电压的关系为（　　）。", ("$U_L=\\sqrt{3}U_P$", "$U_L=U_P$", "1∶2", "2∶1")),
    (
        "某三相电路的有功功率为P，线电压为U，则线电流$I=\\frac{P}{\\sqrt{3}U\\cos\\varphi}$中的cosφ称为（　　）。",
        ("功率因数", "效率", "变比", "转差率"),
    ),
    ("如图所示的电路中，已知R1=R2=6 Ω，则流过R1的电流为（　　）。{{图:bridge.svg}}", ("1 A", "2 A", "3 A", "4 A")),
    ("图中的按钮SB1在控制电路里的作用是（　　）。{{图:starter.svg}}", ("起动", "停止", "自锁", "互锁")),
    (
        "职业道德是指从事一定职业的人们，在长期职业活动中形成的（　　）。",
        ("行为规范", "操作程序", "劳动技能", "思维习惯"),
    ),
    (
        "关于PLC的工作方式，下列说法中正确的是（　　）。",
        (
            "采用循环扫描的方式，依次完成输入采样、用户程序执行和输出刷新三个阶段的工作",
            "采用中断方式，只有外部输入信号发生变化时才执行一次用户程序并刷新输出映像区",
            "各条指令同时并行执行，输出端子的状态随输入信号立即改变而没有任何时间上的滞后",
            "只在通电的瞬间执行一次用户程序，以后一直保持第一次执行的结果直到断电为止",
        ),
    ),
    ("变压器的铁芯采用硅钢片叠成，主要是为了减少（　　）。", ("涡流损耗", "铜损耗", "机械损耗", "杂散损耗")),
    (
        "晶体三极管工作在放大状态的条件是（　　）。",
        ("发射结正偏、集电结反偏", "发射结反偏、集电结正偏", "发射结和集电结都正偏", "发射结和集电结都反偏"),
    ),
)

JUDGEMENTS = (
    "在电气设备上工作时，工作票签发人可以兼任该项工作的工作负责人。",
    "电压互感器的二次侧在运行中不允许短路，电流互感器的二次侧在运行中不允许开路。",
    "热继电器在电动机控制电路中既能作过载保护，也能作短路保护，因此使用热继电器以后可以不再装设熔断器。",
    "钳形电流表可以在不断开电路的情况下测量交流电流。",
)


def sample(fonts: Fonts, scheme: Scheme = Scheme.APPRAISAL, form: Form = Form.MAIN) -> PaperContent:
    """The whole paper, approved with these fonts and the template as it is."""
    choices = tuple(Question(n + 1, *CHOICES[n % len(CHOICES)]) for n in range(60))
    judgements = tuple(Question(n + 61, JUDGEMENTS[n % len(JUDGEMENTS)], ()) for n in range(20))
    return PaperContent(
        scheme=scheme,
        paper_no="202611-6-31-01-03-4-L-001A",
        occupation="电工",
        level="四级/中级工",
        subject="理论知识",
        form=form,
        standard_year=2018,
        minutes=90,
        points=100,
        pass_points=60,
        sections=(
            PaperSection(ItemType.SINGLE, heading(0, 1, Section(ItemType.SINGLE, 60, 2)), choices),
            PaperSection(ItemType.JUDGEMENT, heading(1, 61, Section(ItemType.JUDGEMENT, 20, 4)), judgements),
        ),
        figures={"bridge.svg": BRIDGE, "starter.svg": STARTER},
        template=template_digest(),
        fonts=fonts.files,
    )


def short(fonts: Fonts, *questions: tuple[str, tuple[str, ...]]) -> PaperContent:
    """A paper of these choice questions only: one page, for tests about a single rule."""
    numbered = tuple(Question(n + 1, stem, options) for n, (stem, options) in enumerate(questions))
    section = PaperSection(ItemType.SINGLE, heading(0, 1, Section(ItemType.SINGLE, len(numbered), 2)), numbered)
    return replace(sample(fonts), sections=(section,))
