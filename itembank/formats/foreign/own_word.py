"""A Word file that our own export wrote and an expert may have changed (`exporting.word_file`): item by item, line by line.

Here nothing is guessed: an item begins with its line `编号：…`, its options are the lines that begin with A, B, C … in
order, and its key is the line that begins with `答案：`. So a stem may hold numbered lines, headings
and whatever else a paper's reader acts on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from itembank.domain.items import LETTERS
from itembank.formats.foreign.found import FoundItem, aside
from itembank.formats.foreign.paper_text import TEXT

NUMBER, KEY, RATIONALE = "编号", "答案：", "解析："
_CHOICES = ("单选题", "多选题")
_HEADING = re.compile(r"[一二三四五六七八九十]、\S{2,6}题")
_FORMULA = re.compile(r"\$([^$]+)\$")
_ORDINAL = re.compile(r"\d+\.(?: |(?=\n|$))")


def own_items(lines: Iterator[tuple[int, str]], formulas: Mapping[str, list[list[str]]]) -> Iterator[FoundItem]:
    """The items, in order; lines before the first are told. `formulas`: of an item by its number, each as Word gives it back
    and as its author wrote it.
    """
    item: FoundItem | None = None
    held: list[str] = []
    for row, text in lines:
        if text.startswith(f"{NUMBER}："):
            if item:
                yield _filled(item, held, formulas)
            item, held = FoundItem(TEXT, row, text, _facts(text)), []
        elif item:
            held.append(text)
        elif text.strip() and not _HEADING.fullmatch(text.strip()):
            yield aside(TEXT, row, text)
    if item:
        yield _filled(item, held, formulas)


def _facts(text: str) -> dict[str, str]:
    """`编号：001　题型：单选题　……`"""
    parts = [part.partition("：") for part in re.split(r"　(?=[^：　]{2,8}：)", text)]
    return {"试题GUID" if name == NUMBER else name: value.strip() for name, _, value in parts}


def _filled(item: FoundItem, lines: list[str], formulas: Mapping[str, list[list[str]]]) -> FoundItem:
    item.text = "\n".join([item.text, *lines])
    lines = _respelled(lines, formulas.get(item.cells.get("试题GUID", ""), []))
    while lines and (not lines[-1].strip() or _HEADING.fullmatch(lines[-1].strip())):
        lines.pop()  # the heading of the next part
    key = next((place for place, line in enumerate(lines) if line.startswith(KEY)), len(lines))
    why = next((place for place, line in enumerate(lines) if place > key and line.startswith(RATIONALE)), len(lines))
    asked, options = lines[:key], list[str]()
    if item.cells.get("题型") in _CHOICES:
        asked, options = _options(asked)
    item.cells["题干"] = _ORDINAL.sub("", "\n".join(asked), count=1).strip()
    item.cells["答案"] = "\n".join(lines[key:why]).removeprefix(KEY).strip()
    item.cells["解析"] = "\n".join(lines[why:]).removeprefix(RATIONALE).strip()
    item.set_options(options)
    return item


def _respelled(lines: list[str], formulas: list[list[str]]) -> list[str]:
    """The lines with each formula that is still the same as its author wrote it."""
    left = list(formulas)

    def written(found: re.Match[str]) -> str:
        for place, (read, latex) in enumerate(left):
            if found[1].strip() == read:
                del left[: place + 1]
                return f"${latex}$"
        return found[0]

    return _FORMULA.sub(written, "\n".join(lines)).split("\n") if formulas else lines


def _options(lines: list[str]) -> tuple[list[str], list[str]]:
    """The stem's lines, and the options: the last chain of lines that begin with A, B, C … in order."""
    begins = [place for place, line in enumerate(lines) if line.startswith("A. ")]
    if not begins:
        return lines, []
    options: list[str] = []
    for line in lines[begins[-1] :]:
        letter = LETTERS[len(options) : len(options) + 1]
        if letter and line.startswith(f"{letter}. "):
            options.append(line[3:])
        else:
            options[-1] += f"\n{line}"
    return lines[: begins[-1]], options
