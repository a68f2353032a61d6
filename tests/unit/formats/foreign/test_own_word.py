"""Our own Word file after an expert had it: what was changed counts, and the rest stays as its author wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from itembank.domain.items import Item, ItemType
from itembank.formats.exporting.word_file import write_word
from itembank.formats.foreign import word_pieces
from itembank.formats.headed_sheet import EYES
from tests.unit.formats.foreign.found import rows
from tests.unit.formats.foreign.test_exports import paint, read
from tests.unit.formats.foreign.test_word import changed

ITEM = Item(
    item_no="city-1", pool="city", type=ItemType.SINGLE, stem="功率 $x^2$ 的单位是（　　）。", options=("伏特", "欧姆", "瓦特"),
    key="B", point="B-A-A-001", difficulty=2, congruence=4, rationale="见 $x^2$。", source="",
)  # fmt: skip


def line(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def after_last_option(text: str) -> Callable[[str], str]:
    """Puts lines before the key's."""

    def put(part: str) -> str:
        begin = part.rindex("<w:p>", 0, part.index("答案："))
        return part[:begin] + text + part[begin:]

    return put


def written(*items: Item) -> bytes:
    return write_word(items, {}, paint, keys=True).file


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda part: part.replace("答案：B", "答案:C"), replace(ITEM, key="C")),
        (lambda part: part.replace("欧姆", "焦耳"), replace(ITEM, options=("伏特", "焦耳", "瓦特"))),
        (lambda part: part.replace("C. </w:t>", "Ｃ．</w:t>"), ITEM),
        (after_last_option(line("D．焦耳")), replace(ITEM, options=(*ITEM.options, "焦耳"))),
        (lambda part: part.replace("1. 功率", "功率"), ITEM),
        (lambda part: part.replace("<w:sectPr", f"{line('二、多选题')}{line('')}<w:sectPr", 1), ITEM),
        (
            lambda part: part.replace("<m:t>x</m:t>", "<m:t>y</m:t>", 1),
            replace(ITEM, stem="功率 $y^{2}$ 的单位是（　　）。"),
        ),
    ],
    ids=["key", "option", "letter", "new option", "number", "an empty part", "formula"],
)
def test_what_an_expert_changes_is_changed_and_nothing_else(change: Callable[[str], str], expected: Item) -> None:
    [(_, back)] = read(changed(written(ITEM), change)).rows
    assert back == expected


def test_a_formula_that_an_expert_writes_ends_no_cell_of_a_table() -> None:
    item = replace(ITEM, stem="|$x$|乙|\n|1|2|")
    [(_, back)] = read(changed(written(item), lambda part: part.replace("<m:t>x</m:t>", "<m:t>y</m:t><m:t>|</m:t>", 1))).rows
    assert back == replace(item, stem="|$y\\vert $|乙|\n|1|2|")


@pytest.mark.parametrize("text", ["F. 焦耳", "A. 焦耳"])
def test_a_letter_out_of_order_gets_an_eye(text: str) -> None:
    [row] = rows(changed(written(ITEM), after_last_option(line(text))))
    assert row[EYES] == f"item.eye.options_gap\t{text}"


def test_a_line_before_the_first_item_is_told() -> None:
    before = line("专家意见") + line("")
    told = rows(changed(written(ITEM), lambda part: part.replace("<w:body>", f"<w:body>{before}", 1)))
    assert told[0]["原文"] == "专家意见" and len(told) == 2


def test_an_item_of_which_only_its_line_is_left_is_refused() -> None:
    """Deleting its text deletes no item."""
    came = read(changed(written(ITEM), lambda part: re.sub(r"(编号.*?</w:p>).*(?=<w:sectPr)", r"\1", part, flags=re.DOTALL)))
    assert came.rows == [] and {broken.code for broken in came.rejected} >= {"item.stem"}


def test_a_large_document_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """An item is whole in one of them, and the formulas of all are counted on."""
    monkeypatch.setattr(word_pieces, "_MOST_XML", 1)
    items = [replace(ITEM, item_no=f"city-{number}", stem=f"功率 $x_{number}$ 是（　　）。") for number in range(4)]
    assert [item for _, item in read(written(*items)).rows] == items
