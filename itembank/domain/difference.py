"""What changed between two versions of an item, field by field and within a text sign by sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from itembank.domain.items import LETTERS, CaseQuestion, Item, PracticalTask

_TOKEN = re.compile(r"[A-Za-z]+|[0-9]+|.", re.DOTALL)
"""A word in Latin letters, a number, or one sign: Chinese has no blanks between its words."""

MOST_COMPARED = 1_000_000
"""Tokens of one text times tokens of the other. Beyond it, which is seconds of work, the one is shown to replace the other."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. A part that is only in one version (an option, a question) is empty in the other.

    `field`: its name in code, with the place of a part (`options.B`, `questions.2.key`). `label`: in Chinese. `parts`: the way
    from `before` to `after` as ("equal" | "delete" | "insert", text).
    """

    field: str
    label: str
    before: str
    after: str
    parts: tuple[tuple[str, str], ...]


def differences(old: Item, new: Item) -> tuple[FieldChange, ...]:
    """Every field that differs, in the order of the newer version; what it no longer has comes last."""
    before = {field: (label, text) for field, label, text in _fields(old)}
    after = {field: (label, text) for field, label, text in _fields(new)}
    changes = []
    for field in dict.fromkeys((*after, *before)):
        label = after.get(field, before.get(field, ("", "")))[0]
        was, now = before.get(field, ("", ""))[1], after.get(field, ("", ""))[1]
        if was != now:
            changes.append(FieldChange(field, label, was, now, _parts(was, now)))
    return tuple(changes)


def _fields(item: Item) -> Iterator[tuple[str, str, str]]:
    """Every field of an item as (name, label, text)."""
    yield "item_no", "试题编号", item.item_no
    yield "pool", "题库", item.pool
    yield "type", "题型", item.type.zh
    yield "item_set", "题组", item.item_set
    yield "stimulus", "题组材料", item.stimulus
    yield "stem", "题干", item.stem
    yield from _options("", "", item.options)
    yield "options_locked", "选项顺序锁定", "是" if item.options_locked else "否"
    yield "key", "答案", item.key
    for number, question in enumerate(item.questions, start=1):
        yield from _question(number, question)
    if item.task is not None:
        yield from _task(item.task)
    yield "point", "鉴定点", item.point
    yield "difficulty", "难度", str(item.difficulty)
    yield "congruence", "一致性", str(item.congruence)
    yield "rationale", "解析", item.rationale
    yield "source", "出处", item.source
    yield "enemy_group", "互斥组", item.enemy_group
    yield "fixed_form", "套题", item.fixed_form
    yield "adapted_from", "改编自", item.adapted_from


def _options(field: str, label: str, options: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for letter, option in zip(LETTERS, options, strict=False):
        yield f"{field}options.{letter}", f"{label}选项{letter}", option


def _question(number: int, question: CaseQuestion) -> Iterator[tuple[str, str, str]]:
    field, label = f"questions.{number}.", f"小题{number}"
    yield f"{field}type", f"{label}题型", question.type.zh
    yield f"{field}stem", f"{label}题干", question.stem
    yield from _options(field, label, question.options)
    yield f"{field}key", f"{label}答案", question.key
    yield f"{field}points", f"{label}分数", str(question.points)


def _task(task: PracticalTask) -> Iterator[tuple[str, str, str]]:
    yield "task.minutes", "考核时间", str(task.minutes)
    yield "task.site_notice", "考场准备", "\n".join(task.site_notice)
    yield "task.candidate_notice", "考生准备", "\n".join(task.candidate_notice)
    for number, line in enumerate(task.marking, start=1):
        field, label = f"task.marking.{number}.", f"评分记录表第{number}行"
        yield f"{field}content", f"{label}考核内容", line.content
        yield f"{field}requirement", f"{label}考核要求", line.requirement
        yield f"{field}points", f"{label}配分", str(line.points)
        yield f"{field}deduction", f"{label}评分标准", line.deduction
    yield "task.vetoes", "否定项", "\n".join(task.vetoes)


def _parts(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """The way from one text to the other. What both begin and end with is set aside first: it is most of the text."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _alike(old, new)
    tail = min(_alike(old[::-1], new[::-1]), len(old) - head, len(new) - head)
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    parts = [("equal", old[:head]), *middle, ("equal", old[len(old) - tail :])]
    return tuple((op, "".join(tokens)) for op, tokens in parts if tokens)


def _alike(old: list[str], new: list[str]) -> int:
    """How many tokens both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _middle(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str]]]:
    if len(old) * len(new) > MOST_COMPARED:
        yield "delete", old
        yield "insert", new
        return
    for op, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            yield "equal", old[i:j]
        else:
            yield "delete", old[i:j]
            yield "insert", new[k:m]
