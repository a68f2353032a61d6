"""What is sound for each item type, and what is let pass but pointed at."""

from dataclasses import replace

import pytest

from itembank.domain.errors import ItemError
from itembank.domain.items import CaseQuestion, Item, ItemCard, ItemType, MarkingLine, PracticalTask, fill_answers

OPTIONS = ("220V", "380V", "36V", "24V")
SINGLE = Item("n-1", "national", ItemType.SINGLE, "三相线电压是（  ）", OPTIONS, "B", "B-A-001", 3, 5, "", "")
FILL = replace(SINGLE, type=ItemType.FILL, stem="线电压是____V，相电压是（ ）V。", options=(), key="380|三百八十;220")
SHORT = replace(SINGLE, type=ItemType.SHORT, stem="简述自锁的作用。", options=(), key="松开按钮后线圈仍通电。")
ASKED = (
    CaseQuestion(ItemType.SINGLE, "首先应（ ）", ("断电", "呼救", "离开"), "A", 5),
    CaseQuestion(ItemType.ESSAY, "说明理由。", (), "先脱离电源。", 10),
)
CASE = replace(SINGLE, type=ItemType.CASE, stem="某车间一人触电。", options=(), key="", questions=ASKED)
TASK = PracticalTask(
    minutes=60,
    site_notice=("三相电源 1 处",),
    candidate_notice=("电工工具 1 套",),
    marking=(MarkingLine("接线", "按图接线", 70, "每错一处扣5分"), MarkingLine("安全", "断电作业", 30, "违反扣30分")),
    vetoes=(),
)
PRACTICAL = replace(SINGLE, type=ItemType.PRACTICAL, stem="安装星三角起动线路", options=(), key="", task=TASK)


def asked(**changes: object) -> Item:
    """The case with its second question changed."""
    return replace(CASE, questions=(ASKED[0], replace(ASKED[1], **changes)))  # type: ignore[arg-type]


def in_set(item: Item, item_set: str = "电机", stimulus: str = "某电动机铭牌为4 kW、380 V。") -> Item:
    return replace(item, item_set=item_set, stimulus=stimulus)


def tasked(**changes: object) -> Item:
    return replace(PRACTICAL, task=replace(TASK, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "item",
    [
        FILL, SHORT, CASE, PRACTICAL,
        *(replace(SHORT, type=type_) for type_ in (ItemType.ESSAY, ItemType.CALCULATION, ItemType.DRAWING)),
        replace(FILL, stem="|电压|____|\n|电流|____|"),
        replace(SINGLE, options=tuple("甲乙丙丁戊己庚辛壬癸子"), key="K"),
        replace(SINGLE, options_locked=True, adapted_from="n-2"),
        replace(CASE, options_locked=True),
        tasked(vetoes=("带电作业",)),
        *map(in_set, (SINGLE, FILL, SHORT)),
        in_set(SINGLE, "长" * 60, "长" * 4000),
    ],
)  # fmt: skip
def test_a_sound_item_passes(item: Item) -> None:
    item.check()


UNSOUND: list[tuple[str, str, Item]] = [
    ("item.key", "答案", replace(SHORT, key=" \n")),
    ("item.key", "答案", replace(FILL, key="380;")),
    ("item.key", "答案", replace(FILL, key="380|;220")),
    ("item.blanks", "答案", replace(FILL, key="380")),
    ("item.blanks", "答案", replace(FILL, key="380;220;36")),
    ("item.blanks", "答案", replace(FILL, stem="线电压是", key="380")),
    ("item.no_options", "选项", replace(FILL, options=OPTIONS)),
    ("item.no_options", "选项", replace(SHORT, options=OPTIONS)),
    ("item.no_options", "选项", replace(CASE, options=OPTIONS)),
    ("item.no_options", "选项", replace(PRACTICAL, options=OPTIONS)),
    ("item.option_count", "选项", replace(SINGLE, options=OPTIONS[:2])),
    ("item.option_count", "选项", replace(SINGLE, options=tuple("甲乙丙丁戊己庚辛壬癸子丑"))),
    ("item.options", "选项", replace(SINGLE, options=("甲", "乙", " "))),
    ("item.option_figure", "选项", replace(SINGLE, options=("{{图:a.svg}}", "乙", "丙"))),
    ("item.option_figure", "选项", replace(SINGLE, options=("|a|\n|b|", "乙", "丙"))),
    ("item.no_key", "答案", replace(CASE, key="A")),
    ("item.no_key", "答案", replace(PRACTICAL, key="A")),
    ("item.questions", "小题", replace(CASE, questions=())),
    ("item.questions", "小题", replace(SINGLE, questions=ASKED)),
    ("item.question_type", "小题2题型", asked(type=ItemType.CASE)),
    ("item.question_type", "小题2题型", asked(type=ItemType.PRACTICAL)),
    ("item.question_points", "小题2分数", asked(points=0)),
    ("item.stem", "小题2题干", asked(stem=" ")),
    ("item.key", "小题2答案", asked(key="")),
    ("item.key", "小题2答案", asked(type=ItemType.SINGLE, options=OPTIONS, key="E")),
    ("item.blanks", "小题2答案", asked(type=ItemType.FILL)),
    ("item.options", "小题2选项", asked(type=ItemType.SINGLE, options=("甲", "甲", "乙"), key="A")),
    ("item.too_long", "小题2题干", asked(stem="长" * 4001)),
    ("item.task", "考核任务", replace(PRACTICAL, task=None)),
    ("item.task", "考核任务", replace(SINGLE, task=TASK)),
    ("item.task_minutes", "考核时间", tasked(minutes=0)),
    ("item.task_empty", "考场准备", tasked(site_notice=())),
    ("item.task_empty", "考生准备", tasked(candidate_notice=("",))),
    ("item.task_empty", "否定项", tasked(vetoes=(" ",))),
    ("item.marking", "评分记录表", tasked(marking=TASK.marking[:1])),
    ("item.marking", "评分记录表", tasked(marking=())),
    ("item.marking_line", "评分记录表", tasked(marking=(*TASK.marking, MarkingLine("其他", "", 0, "")))),
    ("item.marking_line", "评分记录表", tasked(marking=(MarkingLine(" ", "", 100, ""),))),
    ("item.too_long", "考核任务", tasked(site_notice=("长" * 501,))),
    ("item.congruence", "一致性", replace(SINGLE, congruence=6)),
    ("item.too_long", "题干", replace(SINGLE, stem="长" * 4001)),
    ("item.too_long", "答案", replace(SHORT, key="长" * 4001)),
    ("item.too_long", "解析", replace(SINGLE, rationale="长" * 4001)),
    ("item.too_long", "选项", replace(SINGLE, options=("长" * 501, "乙", "丙"))),
    ("item.too_long", "出处", replace(SINGLE, source="长" * 201)),
    ("item.too_long", "互斥组", replace(SINGLE, enemy_group="长" * 61)),
    ("item.too_long", "套题", replace(SINGLE, fixed_form="长" * 61)),
    *[("item.form_name", "套题", replace(SINGLE, fixed_form=name)) for name in (" ", "套 一", "套\n一", "套Ａ", "{{图:a}}")],
    ("item.table", "题干", replace(SINGLE, stem="|a|b|\n|c|")),
    ("item.table", "解析", replace(SINGLE, rationale="|a|b|\n|c|")),
    ("item.figure_markup", "题干", replace(SINGLE, stem="如图{{图:电路.svg}}")),
    ("item.figure_markup", "题干", replace(SINGLE, stem="如图{{图：a.svg}}")),
    ("item.figure_markup", "题干", replace(SINGLE, stem=f"如图{{{{图:{'a' * 97}.svg}}}}")),
    ("item.lock", "选项锁定", replace(SHORT, options_locked=True)),
    ("item.adapted_self", "改编自", replace(SINGLE, adapted_from="n-1")),
    ("item.set_half", "题组材料", replace(SINGLE, item_set="电机")),
    ("item.set_half", "题组材料", replace(SINGLE, item_set="电机", stimulus=" \n")),
    ("item.set_half", "题组", replace(SINGLE, stimulus="材料")),
    ("item.set_half", "题组", replace(SINGLE, item_set=" ", stimulus=" ")),
    ("item.set_type", "题组", in_set(CASE)),
    ("item.set_type", "题组", in_set(PRACTICAL)),
    ("item.too_long", "题组", in_set(SINGLE, "长" * 61)),
    ("item.too_long", "题组材料", in_set(SINGLE, stimulus="长" * 4001)),
    ("item.table", "题组材料", in_set(SINGLE, stimulus="|a|b|\n|c|")),
    ("item.figure_markup", "题组材料", in_set(SINGLE, stimulus="如图{{图：a.svg}}")),
]


@pytest.mark.parametrize(
    ("code", "field", "item"), UNSOUND, ids=[f"{code} {field} {n}" for n, (code, field, _) in enumerate(UNSOUND)]
)
def test_an_unsound_item_is_refused_with_its_field(code: str, field: str, item: Item) -> None:
    with pytest.raises(ItemError) as refused:
        item.check()
    assert (refused.value.code, refused.value.facts["field"]) == (code, field)


@pytest.mark.parametrize("limit", [replace(SINGLE, stem="长" * 4000), replace(SINGLE, options=("长" * 500, "乙", "丙"))])
def test_a_text_may_be_as_long_as_the_limit(limit: Item) -> None:
    limit.check()


LOCK, FIGURE, MARKUP = "item.flag.lock_options", "item.flag.figure_missing", "item.flag.markup"


LOCKING = (
    "以上都是", "以上都对", "以上均正确", "其他选项均可", "上述都不是", "以上选项全都正确",
    "都不是", "均可", "A和B", "B、C", "A与C都对",
)  # fmt: skip


def last_option(text: str) -> Item:
    return replace(SINGLE, options=("甲", "乙", "丙", text))


def all_of_these() -> Item:
    """A case whose first question has an option that speaks of the others."""
    return replace(CASE, questions=(replace(ASKED[0], options=("断电", "呼救", "以上都是")), ASKED[1]))


@pytest.mark.parametrize(
    ("item", "flags"),
    [
        (SINGLE, ()), (FILL, ()), (CASE, ()), (PRACTICAL, ()),
        *((last_option(text), (LOCK,)) for text in LOCKING),
        *((last_option(text), ()) for text in ("以上级单位为准", "都匀", "均压环", "A相", "AB两相", "以上述电压为限")),
        (replace(last_option("以上都是"), options_locked=True), ()),
        (all_of_these(), (LOCK,)),
        (replace(all_of_these(), options_locked=True), ()),
        (replace(SINGLE, stem="如图所示的电路（ ）"), (FIGURE,)),
        (replace(SINGLE, stem="下图中的元件是（ ）"), (FIGURE,)),
        (replace(SINGLE, stem="如图所示的电路（ ）{{图:a.svg}}"), ()),
        (replace(SINGLE, stem="以下图形符号中（ ）"), ()),
        (replace(SINGLE, stem="晶体管图示仪用于（ ）"), ()),
        (asked(stem="如图，说明理由。"), (FIGURE,)),
        (replace(SINGLE, item_set="电机", stimulus="接线如图。"), (FIGURE,)),
        (replace(SINGLE, stem="如图所示的电路（ ）", item_set="电机", stimulus="{{图:a.svg}}"), ()),
        (replace(SINGLE, item_set="电机", stimulus="U<sub>2是"), (MARKUP,)),
        (replace(SINGLE, stem="U<sub>2是（ ）"), (MARKUP,)),
        (replace(SINGLE, stem="U<sub>2</sub>是（ ）"), ()),
        (replace(SINGLE, rationale="m</sup>"), (MARKUP,)),
        (replace(last_option("以上都是"), stem="见下图"), (LOCK, FIGURE)),
    ],
)  # fmt: skip
def test_a_likely_slip_is_pointed_at_and_nothing_else(item: Item, flags: tuple[str, ...]) -> None:
    assert item.flags() == flags


def test_answers_of_a_fill_in_stand_blank_by_blank() -> None:
    assert fill_answers("380 | 三百八十; 220") == (("380", "三百八十"), ("220",))


def test_the_figures_of_a_key_are_no_figures_of_the_question() -> None:
    """What a paper takes along must not show the answer."""
    item = replace(SHORT, type=ItemType.DRAWING, stem="{{图:q.svg}}", key="{{图:k.svg}}$y$", rationale="{{图:r.svg}}")
    case = replace(CASE, questions=(replace(ASKED[0], stem="{{图:a.svg}}$x$"), replace(ASKED[1], key="{{图:b.svg}}")))

    assert (item.figures, item.shown_figures) == (("q.svg", "k.svg", "r.svg"), ("q.svg",))
    assert (case.figures, case.shown_figures) == (("a.svg", "b.svg"), ("a.svg",))
    assert (item.formulas, item.shown_formulas, case.shown_formulas) == (("y",), (), ("x",))
    assert ItemCard.of(case).has_figure and ItemCard.of(case).has_formula
    assert not ItemCard.of(replace(item, stem="画图")).has_figure and not ItemCard.of(item).has_formula


def test_figures_and_formulas_of_a_stimulus_are_seen_with_every_item_of_its_set() -> None:
    item = replace(SINGLE, stem="{{图:q.svg}}", item_set="电机", stimulus="{{图:s.svg}}$x$")

    assert (item.figures, item.shown_figures) == (("s.svg", "q.svg"), ("s.svg", "q.svg"))
    assert (item.formulas, item.shown_formulas) == (("x",), ("x",))
    assert ItemCard.of(item).has_figure and ItemCard.of(item).has_formula


def test_a_card_names_the_set_apart_from_one_of_another_pool_and_tells_nothing_of_its_text() -> None:
    national, city = (ItemCard.of(in_set(replace(SINGLE, pool=pool))) for pool in ("national", "city"))

    assert (national.item_set, city.item_set, ItemCard.of(SINGLE).item_set) == ("national/电机", "city/电机", "")
    assert "铭牌" not in repr(national)


def test_two_lone_dollars_of_two_options_are_no_formula() -> None:
    assert replace(SINGLE, options=("5$", "6$", "7$")).formulas == ()
