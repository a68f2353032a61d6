"""Papers as people type them: numbers, options, keys beside the items, in the bracket, or in a table at the end."""

from __future__ import annotations

import pytest

from tests.unit.formats.foreign.found import choice, eyes, items

PAPER = """职业技能鉴定国家题库
电工四级理论知识试卷

一、单项选择题（第1题～第4题。选择一个正确的答案，将相应的字母填入题内的括号中。每题0.5分，满分2分。）
1. 电阻的单位是（ ）。
A、伏特 B、欧姆 C、安培 D、瓦特
2．三相异步电动机的转向取决于（　　）。
（A）电压高低　　（B）电流大小
（C）相序　　　　（D）频率
3. 下列说法中，A、B两点间电压为0的是（  ）。
Ａ．开路
Ｂ．短路
Ｃ．断路
Ｄ．以上都不对
4、在R=2.5Ω的电路中，电流为（ D ）A。
A. 1  B. 2  C. 3  D. 4
二、多项选择题（第5题～第6题。）
5. 属于低压电器的有（　）。
A. 接触器
B. 断路器
C. 变压器
D. 熔断器
6. 下列正确的是（　）
A.甲；B.乙；C.丙；D.丁；E.戊
三、判断题（第7题～第9题。正确的填“√”，错误的填“×”。）
7.（ ）导体的电阻与温度无关。
8.（√）欧姆定律适用于线性电路。
9. 电流的方向是正电荷移动的方向。（ ）
四、填空题
10. 三相交流电的相位差为____度，频率为____Hz。
五、简答题
11. 简述停电检修的安全措施。
参考答案
一、单项选择题
1-4 BCBD
二、多项选择题
5. ABD  6. ACE
三、判断题
7.×  8.√ 9. √
四、填空题
10. 120；50
五、简答题
11. 停电；验电；
装设接地线。
"""


def test_a_paper_with_its_answers_at_the_end_is_read_whole() -> None:
    assert items(PAPER) == [
        choice("单选题", "电阻的单位是（ ）。", "B", "伏特", "欧姆", "安培", "瓦特"),
        choice("单选题", "三相异步电动机的转向取决于（　　）。", "C", "电压高低", "电流大小", "相序", "频率"),
        choice("单选题", "下列说法中，A、B两点间电压为0的是（  ）。", "B", "开路", "短路", "断路", "以上都不对"),
        choice("单选题", "在R=2.5Ω的电路中，电流为（　　）A。", "D", "1", "2", "3", "4"),
        choice("多选题", "属于低压电器的有（　）。", "ABD", "接触器", "断路器", "变压器", "熔断器"),
        choice("多选题", "下列正确的是（　）", "ACE", "甲", "乙", "丙", "丁", "戊"),
        choice("判断题", "（ ）导体的电阻与温度无关。", "×"),
        choice("判断题", "（　　）欧姆定律适用于线性电路。", "√"),
        choice("判断题", "电流的方向是正电荷移动的方向。（ ）", "√"),
        choice("填空题", "三相交流电的相位差为____度，频率为____Hz。", "120;50"),
        choice("简答题", "简述停电检修的安全措施。", "停电；验电；\n装设接地线。"),
    ]
    assert eyes(PAPER) == ["outside", "outside"]


ONE = choice("单选题", "电阻的单位是（　　）。", "B", "伏特", "欧姆", "安培", "瓦特")
BLOCK = "A. 伏特 B. 欧姆 C. 安培 D. 瓦特"


@pytest.mark.parametrize(
    "text",
    [
        f"【单选题】\n1、电阻的单位是（B）。\n{BLOCK}", f"1. 电阻的单位是（　　）。\n{BLOCK}\n答案：B",
        f"1. 电阻的单位是（　　）。\n{BLOCK}\n【答案】B", f"1. 电阻的单位是（　　）。 {BLOCK} 正确答案: b",
        f"第1题 电阻的单位是（　　）。\n{BLOCK}\n答案\n1.B", f"(1) 电阻的单位是（　　）。\n{BLOCK}\n参考答案：\n1-1：B",
        f"1. 电阻的单位是（　　）。\n{BLOCK}\n标准答案\n|题号|1|\n|答案|B|",
        "1. 电阻的单位是（　　）。\nA.伏特B.欧姆C.安培D.瓦特\n答案：B",
        "1. 电阻的单位是（　　）。\n(A)伏特\n(B)欧姆\n(C)安培\n(D)瓦特\n答案：B",
        "1. 电阻的单位是（　　）。\nA 伏特\nB 欧姆\nC 安培\nD 瓦特\n答案：B",
    ],
)  # fmt: skip
def test_the_same_item_however_it_is_typed(text: str) -> None:
    assert items(text) == [ONE] and eyes(text) == []


def test_what_stands_beside_an_item_goes_to_its_cells() -> None:
    text = f"1. 电阻的单位是（　　）。\n{BLOCK}\n答案：B\n解析：见教材。\n再看图。\n难度：易\n知识点：欧姆定律\n出处：第3页"
    assert items(text) == [{**ONE, "解析": "见教材。\n再看图。", "鉴定点": "欧姆定律", "出处": "第3页"}]


@pytest.mark.parametrize(
    ("text", "eye"),
    [
        (f"1. 电流的单位是（B）。\n{BLOCK}\n答案：C", "key_in_stem"), ("1. 题（　）。\nA.甲\nB.乙\nD.丁\n答案：A",
        "options_gap"),
        (f"1. 题（　）。\n{BLOCK}\n{BLOCK}\n答案：B", "several"), (f"1. 题（　）。\n{BLOCK}\n答案：B\n又一题。\n答案：C",
        "several"),
        (f"1. 题（　）。\n{BLOCK}\n参考答案\n1. B\n2. C", "key_left"), ("1. 电流的单位是什么？\n答案：安培", "type_guessed"),
    ],
)  # fmt: skip
def test_what_is_doubtful_gets_an_eye(text: str, eye: str) -> None:
    assert eye in eyes(text)


def test_two_items_in_one_block_come_in_under_no_type() -> None:
    """A key that is of one of them would else be the key of both."""
    assert [row["题型"] for row in items(f"1. 题（　）。\n{BLOCK}\n答案：B\n又一题。\n答案：C")] == ["？"]
    assert items(f"1. 题（　）。\n{BLOCK}\n乙题（　）\n{BLOCK}\n答案：B")[0]["题型"] == "？"


NATIONAL = "A-B-A-001 B 3 5\n{A}电阻的单位是（　　）。\n（A）伏特\n（B）欧姆\n（C）安培\n（D）瓦特\n{B}B"


def test_the_national_text_format_is_read() -> None:
    parts = {"鉴定点": "A-B-A-001", "一致性": "5"}
    lines = NATIONAL.replace("\n", " ") + "\nB-A-A-002 C 2 4\n{A}导体有电阻。\n{B}√\n"
    judgement = {**choice("判断题", "导体有电阻。", "√"), "鉴定点": "B-A-A-002", "一致性": "4"}
    assert items(NATIONAL) == [{**ONE, **parts}] and items(lines) == [{**ONE, **parts}, judgement]


def test_a_type_code_that_means_many_things_asks_for_a_look() -> None:
    text = "A-B-A-001 U 3 5\n{A}画图。\n{B}略"
    assert items(text)[0]["题型"] == "简答题" and eyes(text) == ["type_code"]
    assert items(text, types={"U": "绘图题"})[0]["题型"] == "绘图题" and eyes(text, types={"U": "绘图题"}) == []


def test_aiken_is_read() -> None:
    assert items("电阻的单位是（　　）。\nA. 伏特\nB) 欧姆\nC. 安培\nD. 瓦特\nANSWER: B\n") == [ONE]


JUDGED = "一、判断题\n1. 电阻的单位是欧姆。（√）"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (f"1. 甲（ ）\n{BLOCK}\n2. 乙（ ）\n{BLOCK}\n参考答案\n1. A,B,D\n2. A、C", ["ABD", "AC"]),
        (f"1. 甲（ ）\n{BLOCK}\n2. 乙（ ）\n{BLOCK}\n参考答案\n1. A B D  2、A、C", ["ABD", "AC"]),
        (f"1. 甲（ ）\n{BLOCK}\n2. 乙（ ）\n{BLOCK}\n参考答案\n1-2 BC\n1. D", ["B ？ D", "C"]),
        (f"1. 甲（ ）\n{BLOCK}\n2. 乙（ ）\n{BLOCK}\n|题号|答案|\n|1|B|\n|2|C|", ["B", "C"]),
        (f"1. 甲（ ）\n{BLOCK}\n答案：\nB\n2. 乙（ ）\n{BLOCK}\n答案：C", ["B", "C"]),
        ("判断题\n1. 电流有方向。\nA. 错误\nB. 正确\n答案：B", ["B"]), ("1. 简述步骤。\n答：停电。", ["停电。"]),
    ],
)  # fmt: skip
def test_a_key_is_read_whole_or_not_at_all(text: str, keys: list[str]) -> None:
    assert [row["答案"] for row in items(text)] == keys


@pytest.mark.parametrize(
    "text",
    [
        f"{JUDGED}\n1. 电压的单位是安。（×）", f"{JUDGED} 2. 电压的单位是安。（×）", f"{JUDGED}\n99. 电压的单位是安。（×）",
        f"1. 电阻的单位是（B），电压的单位是（A）。\n{BLOCK}",
    ],
)  # fmt: skip
def test_an_item_that_swallowed_another_has_no_key(text: str) -> None:
    assert "several" in eyes(text) and "答案" not in items(text)[0]


@pytest.mark.parametrize(
    "heading", ["二、判断题，每题1分", "（二）判断题", "二、判断题:正确打√", "二、判断正误（共2题）", "判断题"]
)
def test_what_stands_between_two_parts_is_in_no_option(heading: str) -> None:
    text = f"一、单选题\n1. 甲（B）。\n{BLOCK}\n第1页 共5页\n{heading}\n请在括号内打√或×\n1. 乙。（√）"
    assert [(row["题型"], row["答案"]) for row in items(text)] == [("单选题", "B"), ("判断题", "√")]
    assert items(text)[0]["选项D"] == "瓦特" and eyes(text) == ["outside", "outside"]


@pytest.mark.parametrize(
    "options", ["A. 220V B. 380V C. 36VD. 12V", "A. 甲\nB. 乙\nC. 丙\nC. 丁", "A. 甲 B. 乙 C. 丙 D. 丁 E、戊"]
)
def test_an_option_that_is_lost_in_another_is_told(options: str) -> None:
    assert eyes(f"1. 题（ ）\n{options}\n答案：A") == ["options_gap"]


def test_an_aiken_question_takes_no_other_questions_key() -> None:
    found = items("甲？\nA. 1\nB. 2\nC. 3\n\n乙？\nA. 1\nB. 2\nC. 3\nANSWER: C\n\n丙？\nA. 1\nB. 2\nC. 3\nANSWER: A\n")
    assert [row.get("答案") for row in found] == [None, "C", "A"]


ABC = "A.伏 B.欧 C.安"
SUB = "一、简答题\n1. 甲？\n2. 乙？\n参考答案\n"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (f"{SUB}1. 步骤：\n（1）子\n（2）丑\n2. 寅", ["步骤：\n（1）子\n（2）丑", "寅"]),
        (f"{SUB}1. 步骤：\n1）子\n2）丑\n2. 寅", ["步骤：\n1）子\n2）丑", "寅"]),
        (f"{SUB}1. 步骤：\n1. 子\n2. 丑\n2. 寅", ["步骤： ？ 子", "丑 ？ 寅"]),
        (f"{SUB}1. 见表：\n|甲|乙|\n|3|4|\n2. 寅", ["见表：\n|甲|乙|\n|3|4|", "寅"]),
        ("一、填空题\n1. 甲____。\n2. 乙____。\n5. 丙____。\n参考答案\n1. 欧\n2. 5A\n5. 法", ["欧", "5A", "法"]),
        ("一、填空题\n1. 甲____。\n2. 乙____。\n参考答案\n1. 欧  2. 伏", ["欧", "伏"]),
        ("1. 甲____，乙____。\n答案：（1）安 （2）伏", ["安;伏"]),
        (f"1. 甲（ ）\n{ABC}\n参考答案\n|题号|答案|解析|\n|1|B|见教材|", ["B"]),
        (f"1. 甲（ ）\n{ABC}\n2. 乙（ ）\n{ABC}\n参考答案\n|题号|答案|题号|答案|\n|1|A|2|C|", ["A", "C"]),
        (f"1. 甲（ ）\n{ABC}\n2. 乙（ ）\n{ABC}\n参考答案\n|1.A|2.B|", ["A", "B"]),
        (f"1. 甲（ ）\n{ABC}\n2. 乙（ ）\n{ABC}\n参考答案\n|1-2|AB|", ["A", "B"]),
        (f"1. 甲（ ）\n{ABC}\n2. 乙（ ）\n{ABC}\n答案：1.B 2.A", ["B", "A"]),
        (f"1. 甲（ ）\n{ABC}\n附：参考答案（A卷）\n1.B", ["B"]),
        (f"1. 甲（ ）\n{ABC}\n电工四级理论知识试卷参考答案\n1.B", ["B"]),
        (f"1. 甲（ ）\n答案：B\n{ABC}", ["B"]),
        ("一、计算题\n1. 求I。\n解：I=U/R=5A\n答：电流5A", ["解：I=U/R=5A\n答：电流5A"]),
        ("一、简答题\n1、甲？\n答：\n1、子\n2、丑\n2、乙？\n答：寅", ["1、子\n2、丑", "寅"]),
        ("一、简答题\n1、甲？\n答：1）停电；\n2）验电；\n2、乙？\n答：寅", ["1）停电；\n2）验电；", "寅"]),
    ],
)
def test_a_written_answer_stays_whole_and_with_its_item(text: str, keys: list[str | None]) -> None:
    assert [row.get("答案") for row in items(text)][: len(keys)] == keys


def test_two_keys_of_one_item_keep_it_out_whatever_its_type() -> None:
    assert [row["题型"] for row in items(f"{SUB}1. 步骤：\n1. 子\n2. 丑\n2. 寅")] == ["？", "？"]


SINGLES = f"一、单选题\n1. 甲（ ）\n{ABC}\n2. 乙（ ）\n{ABC}\n"
THIRD = SINGLES + SINGLES.replace("一、", "二、").replace("甲", "丙").replace("乙", "丁")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (f"{THIRD}参考答案\n一、单选题\n1.A\n二、单选题\n1.B 2.C", ["A", None, "B", "C"]),
        (f"{THIRD}参考答案\n一、1.A 2.B\n二、1.C 2.A", ["A", "B", "C", "A"]),
        (f"{THIRD}参考答案\n一、单选题\n1.A 2.B", [None] * 4),
        (f"{SINGLES}参考答案\n1.A 2.B\n二、判断题\n1. 丙（ ）\n参考答案\n1.√", ["A", "B", "√"]),
        ("一、简答题\n1. 甲。\n二、计算题\n1. 求I。\n参考答案\n二、计算题\n1. 22V", [None, "22V"]),
        ("一、名词解释\n1. 甲。\n二、简答题\n1. 乙。\n参考答案\n二、简答题\n1. 寅", [None, "寅"]),
        (f"{SINGLES}第二章 安全\n1. 丙（ ）\n{ABC}\n参考答案\n第一章\n1.A 2.B\n第二章\n1.C", ["A", "B", "C"]),
        (f"{SINGLES}第二章 安全\n1. 丙（ ）\n{ABC}\n参考答案\n1.A 2.B", [None] * 3),
        (f"{SINGLES}第二章 安全\n3. 丙（ ）\n{ABC}\n参考答案\n1.A 2.B\n第5页 共6页\n3.C", ["A", "B", "C"]),
        (f"{SINGLES}二、判断题\n1. 丙（ ）\n参考答案\n一、单选题（1-2 BA）\n二、判断题：1.√", ["B", "A", "√"]),
    ],
)
def test_a_key_is_of_its_own_part(text: str, keys: list[str | None]) -> None:
    assert [row.get("答案") for row in items(text)] == keys


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("【判断题】（√）导体有电阻。\n【判断题】（×）导体没有电阻。", ["（　　）导体有电阻。", "（　　）导体没有电阻。"]),
        ("一、判断题 1. 甲。（√）\n2. 乙。（×）", ["甲。（　　）", "乙。（　　）"]),
        ("1. 判断题\n1. 甲。（√）\n2. 乙。（×）", ["甲。（　　）", "乙。（　　）"]),
        ("一、判断题\n（√）1. 甲。\n（×）2. 乙。", ["（　　）甲。", "（　　）乙。"]),
        (f"1.220V电压是（B）\n{ABC}\n2.380V电压是（B）\n{ABC}", ["220V电压是（　　）", "380V电压是（　　）"]),
        ("1.【判断题】（√）甲。", ["（　　）甲。"]),
        (f"1. 甲有（ ）。\n1）子\n2）丑\n{ABC}\n答案：A\n2. 乙（B）\n{ABC}", ["甲有（ ）。\n1）子\n2）丑", "乙（　　）"]),
        ("一、简答题\n1. 甲？\n答：计算：\n绘图\n10", ["甲？"]),
    ],
)
def test_no_stem_is_taken_for_a_heading_or_an_item(text: str, stems: list[str]) -> None:
    assert [row["题干"] for row in items(text)] == stems and eyes(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "第二章 安全用电", "模块二  安全用电", "电工试卷 第1页（共4页）", "出题人：张三  审核：李四", "试卷结束",
        "二、计算题：某变压器变比为10，求二次电压。",
    ],
)  # fmt: skip
def test_what_belongs_to_no_item_is_in_none(line: str) -> None:
    text = f"1. 甲（B）\n{ABC}\n{line}\n一、判断题\n1. 乙。（√）"
    assert [row["题干"] for row in items(text)] == ["甲（　　）", "乙。（　　）"] and items(text)[0]["选项C"] == "安"
    assert eyes(text) == ["outside"]


def test_a_page_between_them_parts_no_item_from_its_options() -> None:
    [item] = items(f"1. 甲（ ）\n第1页 共5页\n{ABC}\n答案：B")
    assert (item["选项C"], item["答案"]) == ("安", "B")


@pytest.mark.parametrize("shared", ["（2～3题共用题干）某变压器变比为10。", "根据以下资料回答2～3题：\n某变压器变比为10。"])
def test_items_that_ask_about_a_text_do_not_come_in_without_it(shared: str) -> None:
    text = f"1. 甲（B）\n{ABC}\n{shared}\n2. 乙（A）\n{ABC}\n3. 丙（A）\n{ABC}\n4. 丁（A）\n{ABC}"
    assert [row["题型"] for row in items(text)] == ["单选题", "？", "？", "单选题"] and "lost" in eyes(text)
    assert items(text)[0]["选项C"] == "安"


def test_a_correction_is_no_part_of_a_judgement() -> None:
    assert items("一、判断题\n1. 甲是乙。（×）\n改正：甲是丙。") == [choice("判断题", "甲是乙。（　　）", "×", 解析="甲是丙。")]


def test_a_line_below_the_options_gets_an_eye() -> None:
    text = f"1. 甲（B）\n{ABC}\n下面是什么\n2. 乙（B）\n{ABC}"
    assert eyes(text) == ["line_joined"]


@pytest.mark.parametrize("first", ["姓名：\t单位：\t成绩：", "考生须知：a,b,c;d"])
def test_a_paper_whose_first_line_has_tabs_is_no_table(first: str) -> None:
    assert [row["答案"] for row in items(f"{first}\n一、单选题\n1. 甲（B）\n{ABC}")] == ["B"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (
            f"{SUB}1. 绿\n2. 步骤为：\n一、负荷计算\n二、设备选择\n三、绘图",
            ["绿", "步骤为：\n一、负荷计算\n二、设备选择\n三、绘图"],
        ),
        ("一、简答题\n1. 甲？\n答：（一）故障判断\n（二）负荷计算", ["（一）故障判断\n（二）负荷计算"]),
        ("一、简答题\n1. 甲。\n答：红\n2. 乙。\n参考答案：\n1）停电\n2）验电", ["红", "1）停电\n2）验电"]),
        (f"1. 甲（ ）\n{ABC}\n【答案】\nB\n2. 乙（ ）\n{ABC}\n【答案】\nC", ["B", "C"]),
        ("一、计算题\n1. 求总功率。\n|序号|功率|\n|1|5W|\n|2|6W|\n答案：11W", ["11W"]),
        (
            "一、计算题\n1. 求I。\n解：1. 先求U\n2. 再求I\n答：5A\n2. 求P。\n解：P=UI",
            ["解：1. 先求U\n2. 再求I\n答：5A", "解：P=UI"],
        ),
        ("一、简答题\n1. 原因？\n参考答案\n1. 故障分析：线圈断路。", ["故障分析：线圈断路。"]),
        (f"{SUB}1. 红，2. 绿", ["红", "绿"]),
        (f"{SUB}（1）红色（2）绿色", ["红色", "绿色"]),
        (f"{SUB}1. 步骤：1.停电2.验电\n2. 寅", ["步骤：1.停电2.验电", "寅"]),
        (f"{SINGLES}二、判断题\n1. 丙（ ）\n参考答案\n|单选题||\n|1|A|\n|2|B|\n|判断题||\n|1|√|", ["A", "B", "√"]),
        (f"{SINGLES}参考答案\n1（A） 2（B）", ["A", "B"]),
        ("一、判断题\n1. 甲（ ）\n参考答案\n1.× 改正：丙", ["×"]),
    ],
)
def test_an_answer_is_taken_from_its_first_sign_to_its_last(text: str, keys: list[str]) -> None:
    assert [row.get("答案") for row in items(text)] == keys and eyes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"一、单选题\n1. 甲（ ）\n{ABC}\n答案：A\n参考答案\n1.B",
        "一、判断题\n1. 甲是乙。\n2. 丙是丁。\n2. 戊是己。\n参考答案\n1.√ 2.×",
        f"1. 甲（ ）\n{ABC}\n答案：1-3 ABC\n2. 乙（ ）\n{ABC}\n3. 丙（ ）\n{ABC}",
    ],
)
def test_what_contradicts_itself_does_not_come_in(text: str) -> None:
    assert "several" in eyes(text) or "答案" not in items(text)[-1]
    assert not any(row.get("题型") in ("单选题", "判断题") and row.get("答案") in ("A", "×") for row in items(text))


@pytest.mark.parametrize(
    "text",
    [
        "一、填空题\n1. 甲是____。\n答案：欧\n二、论述题：请论述接地的作用。",
        "一、填空题\n1. 甲是____。\n答案：欧\n二、计算题（10分）求电流I（保留两位小数）",
        "一、填空题\n1. 甲是____。\n答案：欧\n二、计算题",
        "一、填空题\n1. 甲是____。\n参考答案\n一、填空题\n1. 欧\n二、计算题",
    ],
)
def test_a_heading_with_nothing_below_it_is_told(text: str) -> None:
    assert [row["答案"] for row in items(text)] == ["欧"] and eyes(text) == ["outside"]


def test_parts_without_options_go_on_over_gaps_and_begin_anew() -> None:
    text = "一、判断题\n1. 甲是乙。\n2. 丙是丁。\n4. 戊是己。\n二、简答题\n1. 庚？\n2. 辛？\n4. 壬？"
    assert [row["题干"] for row in items(text)] == ["甲是乙。", "丙是丁。", "戊是己。", "庚？", "辛？", "壬？"]


def test_a_line_behind_a_judgement_gets_an_eye() -> None:
    assert eyes("一、判断题\n1. 甲是乙。（√）\n职业技能鉴定国家题库统一试卷\n2. 丙。（×）") == ["line_joined"]


def test_a_letter_that_is_a_unit_stays_in_the_stem() -> None:
    text = "一、单选题\n1. 电容（C）的单位是什么？\nA.伏 B.欧 C.法\n答案：C"
    assert items(text)[0]["题干"] == "电容（C）的单位是什么？" and eyes(text) == ["key_in_stem"]


HEAT = "五、简答题\n1. 热？\n"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (f"{HEAT}答：热量。\n六、识图题：\n1. 读图，说明K\n答：继电器\n2. 读图，说明M\n答：电机", ["热量。", "继电器", "电机"]),
        (
            f"{HEAT}六、识图题（10分）\n2. 读图，何为K？\n参考答案\n五、简答题\n1. 热量。\n六、识图题\n2. 继电器。",
            ["热量。", "继电器。"],
        ),
        (
            f"{HEAT}2. 电？\n六、计算题\n3. 求I。\n参考答案\n五、\n1. 短接。\n2. 断开。\n六、\n3. 22A",
            ["短接。", "断开。", "22A"],
        ),
        (f"{HEAT}参考答案：\n五、简答题\n1. 热量。", ["热量。"]),
        (f"{SINGLES}一、单选题参考答案\n1.A 2.B", ["A", "B"]),
        (f"1. 甲（ ）\n{ABC}\n【答案】B【解析】因为", ["B"]),
        ("四、填空题\n1. 铜____。（答案：甲）\n2. 铁____【答案：乙】", ["甲", "乙"]),
        ("四、填空题\n1. 铜____。\n2. 铁____。\n参考答案\n1. 50  2. 36、24", ["50", "36、24"]),
    ],
)
def test_a_heading_nobody_knows_begins_a_part_too(text: str, keys: list[str]) -> None:
    assert [row.get("答案") for row in items(text)] == keys


@pytest.mark.parametrize("line", ["（二）电工基础", "案例二", "电工理论试卷 第2页", "装订线", "（以下空白）"])
def test_a_line_above_the_next_item_is_in_no_answer(line: str) -> None:
    text = f"{HEAT}答：热量。\n{line}\n2. 电？\n答：电荷。"
    assert [row["答案"] for row in items(text)] == ["热量。", "电荷。"] and eyes(text) == ["outside"]


@pytest.mark.parametrize(
    "text",
    [
        "六、计算题\n1. 求P。\n解：1. a=1\n2. 求U，电阻为2。\n答：U=3V",
        f"一、单选题\n1. 甲（ ） 2. 乙（ ）\n{ABC}\n参考答案\n1.A",
    ],
)
def test_an_item_that_may_be_in_another_keeps_it_out(text: str) -> None:
    assert [row["题型"] for row in items(text)] == ["？"]


@pytest.mark.parametrize("behind", [" (B)", "  答案B", " （难度：易）"])
def test_what_stands_behind_the_last_option_gets_an_eye(behind: str) -> None:
    assert eyes(f"1. 甲（ ）\n{ABC}{behind}\n参考答案\n1.B") == ["line_joined"]


def test_points_behind_a_stem_are_no_part_of_it() -> None:
    for text in (f"1. 甲（B）。（2分）\n{ABC}", f"1. 甲（B）。\n{ABC}（2分）"):
        assert items(text) == [choice("单选题", "甲（　　）。", "B", "伏", "欧", "安", 分数="2")]
