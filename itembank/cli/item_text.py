"""An item as a person reads it on a terminal: everything it says, in the order of the field's forms."""

from __future__ import annotations

from collections.abc import Iterator

from itembank.domain.items import LETTERS, CaseQuestion, Item, PracticalTask


def item_lines(item: Item) -> Iterator[str]:
    """What it is, what a candidate reads, the answers, and of a task its three documents."""
    yield f"{item.type.zh} 鉴定点{item.point} 难度{item.difficulty} 一致性{item.congruence}"
    marks = {"出处": item.source, "互斥组": item.enemy_group, "改编自": item.adapted_from, "题组": item.item_set}
    marks["套题"] = item.fixed_form
    said = [f"{name} {value}" for name, value in marks.items() if value]
    if item.options_locked:
        said.append("选项顺序锁定")
    if said:
        yield "　".join(said)
    if item.stimulus:
        yield f"题组材料 {item.stimulus}"
    yield item.stem
    yield from _options(item.options)
    for number, question in enumerate(item.questions, start=1):
        yield from _question(number, question)
    if item.key:
        yield f"答案 {item.key}"
    if item.rationale:
        yield f"解析 {item.rationale}"
    if item.task is not None:
        yield from _task(item.task)


def _options(options: tuple[str, ...]) -> Iterator[str]:
    return (f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False))


def _question(number: int, question: CaseQuestion) -> Iterator[str]:
    yield f"（{number}）{question.type.zh} {question.points}分 {question.stem}"
    yield from _options(question.options)
    yield f"答案 {question.key}"


def _task(task: PracticalTask) -> Iterator[str]:
    yield f"考核时间 {task.minutes}分钟"
    yield from (f"考场准备 {line}" for line in task.site_notice)
    yield from (f"考生准备 {line}" for line in task.candidate_notice)
    for line in task.marking:
        yield f"评分 {line.content}：{line.requirement}（{line.points}分）{line.deduction}"
    yield from (f"否定项 {line}" for line in task.vetoes)
