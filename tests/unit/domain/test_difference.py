"""The difference of two versions names every changed field and leads from the one text to the other."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.difference import differences
from itembank.domain.items import CaseQuestion, Item, ItemType, MarkingLine, PracticalTask

QUESTION = CaseQuestion(ItemType.SINGLE, "问", ("甲", "乙", "丙"), "A", 5)
TASK = PracticalTask(60, ("电源",), ("工具",), (MarkingLine("接线", "按图", 100, "扣5分"),), ("带电",))
ITEM = Item(
    "n-1", "national", ItemType.SINGLE, "线电压是220V。", ("甲", "乙", "丙"), "A", "B-A-001", 3, 5, "解", "书", "组",
    False, "n-0", (QUESTION,), TASK,
)  # fmt: skip


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_parts_lead_from_the_old_text_to_the_new(old: str, new: str) -> None:
    changes = differences(replace(ITEM, stem=old), replace(ITEM, stem=new))

    assert len(changes) == (old != new)
    for change in changes:
        assert "".join(text for op, text in change.parts if op != "insert") == change.before == old
        assert "".join(text for op, text in change.parts if op != "delete") == change.after == new


def test_numbers_and_words_change_whole_and_chinese_sign_by_sign() -> None:
    (change,) = differences(ITEM, replace(ITEM, stem="相电压是380V。"))

    assert (change.field, change.label) == ("stem", "题干")
    assert change.parts == (
        ("delete", "线"), ("insert", "相"), ("equal", "电压是"), ("delete", "220"), ("insert", "380"), ("equal", "V。"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (replace(ITEM, options=("甲", "丁", "丙", "戊")), [("options.B", "乙", "丁"), ("options.D", "", "戊")]),
        (replace(ITEM, options=("甲", "乙")), [("options.C", "丙", "")]),
        (replace(ITEM, options_locked=True), [("options_locked", "否", "是")]),
        (replace(ITEM, questions=(replace(QUESTION, points=8),)), [("questions.1.points", "5", "8")]),
        (replace(ITEM, questions=(replace(QUESTION, options=("甲", "己", "丙")),)), [("questions.1.options.B", "乙", "己")]),
        (replace(ITEM, task=replace(TASK, vetoes=("带电", "损坏"))), [("task.vetoes", "带电", "带电\n损坏")]),
        (replace(ITEM, task=replace(TASK, marking=(replace(TASK.marking[0], points=90),))),
         [("task.marking.1.points", "100", "90")]),
        (replace(ITEM, difficulty=4, key="B"), [("key", "A", "B"), ("difficulty", "3", "4")]),
        (ITEM, []),
    ],
)  # fmt: skip
def test_a_changed_part_is_named_by_its_place(new: Item, found: list[tuple[str, str, str]]) -> None:
    assert [(change.field, change.before, change.after) for change in differences(ITEM, new)] == found


OTHER = Item(
    "n-2", "city", ItemType.CASE, "x", ("x",), "x", "x", 1, 1, "x", "x", "x", True, "x",
    (CaseQuestion(ItemType.ESSAY, "x", (), "x", 1),), PracticalTask(1, ("x",), ("x",), (MarkingLine("x", "x", 1, "x"),), ()),
    "x", "x", "x",
)  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in fields(Item)])
def test_no_field_of_an_item_changes_unseen(name: str) -> None:
    changes = differences(ITEM, replace(ITEM, **{name: getattr(OTHER, name)}))

    assert changes and all(change.field.partition(".")[0] == name for change in changes)


def test_two_long_texts_that_share_nothing_but_one_sign_do_not_stop_the_page() -> None:
    old, new = "甲长" * 2000, "长乙" * 2000

    (change,) = differences(replace(ITEM, stem=old), replace(ITEM, stem=new))

    assert [op for op, _ in change.parts] == ["delete", "insert"]
