"""Items → what `templates/items.typ` lays out: for a review meeting with key and rationale, and an operation-skill task as
its three documents, which are handed out at different times: 准备通知单, 试卷, 评分记录表.

The pieces of a text are those of `content.py`. A text is {stem: [piece], figures: [drawing]}.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import CaseQuestion, Item, ItemType, fill_answers
from itembank.domain.occupation import LEVELS
from itembank.formats.pool_content import item_document, read_item
from itembank.printing.content import Drawings, literal, naming, stimulus, task_parts, texts, worded


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """One item to print. `figures`: file name → figure as the bank keeps it. `exam`: occupation and level. `point`: code and
    name."""

    item: Item
    version: int
    figures: Mapping[str, str]
    exam: str
    point: str

    @classmethod
    def of(cls, item: Item, version: int, figures: Mapping[str, str], blueprint: Blueprint) -> ItemSheet:
        exam = f"{blueprint.occupation}{blueprint.work_type}　{LEVELS[blueprint.level]}"
        name = next((point.name for point in blueprint.points if point.code == item.point), "")
        return cls(item, version, figures, exam, f"{item.point}　{name}".rstrip())

    def document(self) -> dict[str, Any]:
        """As JSON values, for the worker."""
        return {
            "item": item_document(self.item),
            "version": self.version,
            "figures": dict(self.figures),
            "exam": self.exam,
            "point": self.point,
        }

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> ItemSheet:
        return cls(**{**value, "item": read_item(value["item"])})


def printable_items(sheets: Iterable[ItemSheet], family: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The document (JSON values) and its drawings (name → SVG). Raises PrintingError; `item_no` says in which item."""
    files: dict[str, bytes] = {}
    items = []
    for sheet in sheets:
        with naming(item_no=sheet.item.item_no):
            # Two pools may hold different figures under one name, so each item has drawings of its own.
            items.append(_item(sheet, Drawings(sheet.figures, family, files)))
    return {"family": family, "items": items}, files


def _item(sheet: ItemSheet, drawings: Drawings) -> dict[str, Any]:
    item = sheet.item
    return {
        "item_no": item.item_no,
        "version": sheet.version,
        "exam": literal(sheet.exam),
        "point": literal(sheet.point),
        "difficulty": item.difficulty,
        "type_zh": item.type.zh,
        "item_set": literal(item.item_set),
        "fixed_form": literal(item.fixed_form),
        "stimulus": stimulus(item.stimulus, drawings) if item.stimulus else None,
        **worded(item.type, item.stem, item.options, drawings),
        "questions": [_question(number, question, drawings) for number, question in enumerate(item.questions, 1)],
        "key": _key(item.type, item.key, drawings),
        "rationale": texts([item.rationale] if item.rationale else [], drawings),
        "task": task_parts(item.task, drawings) if item.task else None,
    }


def _question(number: int, question: CaseQuestion, drawings: Drawings) -> dict[str, Any]:
    return {
        "label": f"（{number}）",
        "type_zh": question.type.zh,
        "points": question.points,
        **worded(question.type, question.stem, question.options, drawings),
        "key": _key(question.type, question.key, drawings),
    }


def _key(type_: ItemType, key: str, drawings: Drawings) -> list[dict[str, Any]]:
    """One text, or of a fill-in one for each blank, its alternatives one behind the other."""
    if type_ is ItemType.FILL:
        return texts([" 或 ".join(ways) for ways in fill_answers(key)], drawings)
    return texts([key] if key else [], drawings)
