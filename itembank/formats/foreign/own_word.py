"""A Word file that our own export wrote and an expert may have changed (`exporting.word_file`): item by item, line by line.

Here nothing is guessed: an item begins with its line `编号：…`, a question of a case with `小题：…`, options are the lines that
begin with A, B, C … in order, and a key is the line that begins with `答案：`. So a stem may hold numbered lines, headings and
whatever else a paper's reader acts on. A line of an item's own text that looks like one of these marks stands one ideographic
space further in (as SMTP doubles a dot, RFC 5321 section 4.5.2), and comes back without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from itembank.domain.items import LETTERS
from itembank.formats.foreign.found import FoundItem, aside
from itembank.formats.foreign.markup import unbarred
from itembank.formats.foreign.paper_text import TEXT
from itembank.formats.item_cells import KEPT
from itembank.formats.item_rows import ADAPTED, ENEMIES, LOCK, POINT, SHARE

NUMBER, QUESTION, KEY, RATIONALE = "编号", "小题", "答案：", "解析："
FACTS = (NUMBER, QUESTION, "题型", POINT, SHARE, "难度", "一致性", "出处", ENEMIES, LOCK, ADAPTED)
"""What an item's line may tell, in this order."""
CHOICES = ("单选题", "多选题")
FORMULA = "\ue005"
"""Stands on both sides of a formula's number: no text of the bank holds this sign."""
_IN = "\u3000"
_HEADING = r"[一二三四五六七八九十]、\S{2,6}题\s*$"
_STOP = re.compile(rf"{_IN}*(?:(?:编号|小题|答案|解析)[：:]|{_HEADING})")
_LETTERED = re.compile(rf"{_IN}*([A-KＡ-Ｋ])[.．、:：)）] ?")
_HALF = str.maketrans("ＡＢＣＤＥＦＧＨＩＪＫ", LETTERS)
_FORMULA = re.compile(f"{FORMULA}(\\d+){FORMULA}")
_ORDINAL = re.compile(r"^\d+\.(?: |(?=\n|$))")
_KEY, _WHY = re.compile("^答案[：:]"), re.compile("^解析[：:]")


def facts_line(facts: Mapping[str, str]) -> str:
    """`编号：001　题型：单选题　……`"""
    return _IN.join(f"{name}：{value}" for name, value in facts.items() if value)


def facts_of(line: str) -> dict[str, str]:
    """What such a line tells. A value may hold whatever does not look like the next name."""
    parts = [part.partition("：") for part in re.split(rf"{_IN}(?=(?:{'|'.join(FACTS)})：)", line)]
    return {name: value.strip() for name, _, value in parts}


def set_in(line: str, *, choice: bool) -> str:
    """A line of a text that is not its first, as it is written."""
    return _IN + line if _is_mark(line, choice=choice) else line


def own_items(
    lines: Iterator[tuple[int, str]], formulas: Sequence[str], spelled: Mapping[str, list[list[str]]], *, keyless: bool
) -> Iterator[FoundItem]:
    """The items, in order; lines before the first are told. `formulas`: as they were read, by number. `spelled`: of an item by
    its number, each as Word gives it back and as its author wrote it. `keyless`: the keys stayed at the centre, so where no
    key stands, the bank's is meant.
    """
    item: FoundItem | None = None
    held: list[str] = []
    for row, text in lines:
        if text.startswith(f"{NUMBER}："):
            if item:
                yield _kept(_filled(item, held, formulas, spelled), keyless)
            item, held = FoundItem(TEXT, row, text, _cells(text)), []
        elif item:
            held.append(text)
        elif text.strip() and not re.match(_HEADING, text):
            yield aside(TEXT, row, text)
    if item:
        yield _kept(_filled(item, held, formulas, spelled), keyless)


def _cells(line: str) -> dict[str, str]:
    return {"试题GUID" if name == NUMBER else name: value for name, value in facts_of(line).items() if name != QUESTION}


def _filled(item: FoundItem, lines: list[str], formulas: Sequence[str], spelled: Mapping[str, list[list[str]]]) -> FoundItem:
    lines = _with_formulas(lines, formulas, spelled.get(item.cells.get("试题GUID", ""), []))
    item.text = "\n".join([item.text, *lines])
    while lines and (not lines[-1].strip() or re.match(_HEADING, lines[-1])):
        lines.pop()  # the heading of the next part
    begins = [place for place, line in enumerate(lines) if line.startswith(f"{QUESTION}：")]
    _fill(item, lines[: begins[0]] if begins else lines)
    for begin, end in zip(begins, [*begins[1:], None], strict=False):
        part = FoundItem(TEXT, item.row, "\n".join(lines[begin:end]), _cells(lines[begin]))
        _fill(part, lines[begin + 1 : end])
        item.cells["解析"] = part.cells.pop("解析") or item.cells["解析"]
        item.parts.append(part)
    return item


def _kept(item: FoundItem, keyless: bool) -> FoundItem:
    """The item, with the bank's key and rationale where none stand. A case has none of its own."""
    if keyless:
        item.cells["解析"] = item.cells["解析"] or KEPT
        for one in item.parts or [item]:
            one.cells["答案"] = one.cells["答案"] or KEPT
    return item


def _fill(item: FoundItem, lines: list[str]) -> None:
    """The cells of an item, or of a question of a case, from its lines."""
    why = next((place for place, line in enumerate(lines) if _WHY.match(line)), len(lines))
    key = next((place for place, line in enumerate(lines[:why]) if _KEY.match(line)), why)
    asked, options = lines[:key], list[str]()
    choice = item.cells.get("题型") in CHOICES
    if choice:
        asked, options = _options(asked, item)
    item.cells["题干"] = _ORDINAL.sub("", _set_out(asked, choice=choice)).strip()
    item.cells["答案"] = _KEY.sub("", _set_out(lines[key:why])).strip()
    item.cells["解析"] = _WHY.sub("", _set_out(lines[why:])).strip()
    item.set_options(options)


def _options(lines: list[str], item: FoundItem) -> tuple[list[str], list[str]]:
    """The stem's lines, and the options. A letter out of order is told: its line stays with the option above."""
    options: list[list[str]] = []
    begin = len(lines)
    for place, line in enumerate(lines):
        lettered = None if line.startswith(_IN) else _LETTERED.match(line)
        if lettered and lettered[1].translate(_HALF) == LETTERS[len(options) : len(options) + 1]:
            begin = begin if options else place
            options.append([line[lettered.end() :]])
            continue
        if lettered:
            item.eye("item.eye.options_gap", line)
        if options:
            options[-1].append(line)
    return lines[:begin], [_set_out(option, choice=True) for option in options]


def _set_out(lines: Sequence[str], *, choice: bool = False) -> str:
    """The text of these lines, each where its author had it."""
    return "\n".join(line[1:] if line.startswith(_IN) and _is_mark(line, choice=choice) else line for line in lines)


def _is_mark(line: str, *, choice: bool) -> bool:
    return bool(_STOP.match(line) or (choice and _LETTERED.match(line)))


def _with_formulas(lines: Sequence[str], formulas: Sequence[str], spelled: list[list[str]]) -> list[str]:
    """The lines with their formulas; each that is still the same as its author wrote it."""
    left = list(spelled)

    def written(found: re.Match[str]) -> str:
        read = formulas[int(found[1])]
        for place, (told, latex) in enumerate(left):
            if read == told:
                del left[: place + 1]
                return f"${latex}$"
        return f"${unbarred(read) if found.string.startswith('|') else read}$"

    return [_FORMULA.sub(written, line) for line in lines]
