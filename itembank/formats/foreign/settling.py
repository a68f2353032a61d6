"""What the cells of a foreign item mean: its type, its options, its key, in the words of our own item sheet.

Everything a file may say in its own way comes through here, whatever the file. What was concluded and not read gets an eye
(`item.eye.…`), and what cannot be concluded stays as it stands, for the checks of a row to refuse with its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from itembank.domain import rich_text
from itembank.domain.errors import RichTextError
from itembank.domain.folding import folded, half_width
from itembank.domain.items import LETTERS, ItemType
from itembank.formats.foreign.blocks import key_in_stem, split_options, without_prefixes
from itembank.formats.foreign.found import FoundItem
from itembank.formats.item_cells import OPTIONS, TYPE_NAMES, is_kept, item_type, judgement_sign
from itembank.formats.spreadsheet import fold

_CHOICE = (ItemType.SINGLE, ItemType.MULTIPLE)
_NAMED = {
    "选择": None, "选择题": None, "客观题": None, "choice": None, "multiplechoice": None, "multichoice": None,
    "multiple-choice": None, "mcq": None,
    "不定项": ItemType.MULTIPLE, "不定项选择": ItemType.MULTIPLE, "不定项选择题": ItemType.MULTIPLE,
    "multipleresponse": ItemType.MULTIPLE, "multipleanswer": ItemType.MULTIPLE, "multipleselect": ItemType.MULTIPLE,
    "multiple": ItemType.MULTIPLE, "singlechoice": ItemType.SINGLE, "single": ItemType.SINGLE, "radio": ItemType.SINGLE,
    "checkbox": ItemType.MULTIPLE, "单选选择题": ItemType.SINGLE, "单项选择类": ItemType.SINGLE,
    "多选选择题": ItemType.MULTIPLE,
    "是非": ItemType.JUDGEMENT, "对错题": ItemType.JUDGEMENT, "正误题": ItemType.JUDGEMENT, "判断正误": ItemType.JUDGEMENT,
    "判断对错": ItemType.JUDGEMENT, "判断正误题": ItemType.JUDGEMENT, "判断改错题": ItemType.JUDGEMENT,
    "truefalse": ItemType.JUDGEMENT, "true/false": ItemType.JUDGEMENT, "tf": ItemType.JUDGEMENT,
    "assertion": ItemType.JUDGEMENT,
    "judgement": ItemType.JUDGEMENT, "judgment": ItemType.JUDGEMENT, "judge": ItemType.JUDGEMENT,
    "fill-in-the-blank": ItemType.FILL, "fillintheblank": ItemType.FILL, "fill": ItemType.FILL, "blank": ItemType.FILL,
    "cloze": ItemType.FILL, "名词解释": ItemType.SHORT, "名词解释题": ItemType.SHORT, "主观题": ItemType.SHORT,
    "解答题": ItemType.SHORT, "shortanswer": ItemType.SHORT, "short": ItemType.SHORT, "open-ended": ItemType.SHORT,
    "openended": ItemType.SHORT, "essay": ItemType.ESSAY, "numerical": ItemType.CALCULATION,
    "calculation": ItemType.CALCULATION, "drawing": ItemType.DRAWING, "case": ItemType.CASE, "材料题": ItemType.CASE,
    "综合题": ItemType.CASE, "材料分析题": ItemType.CASE, "b": ItemType.SINGLE, "g": ItemType.MULTIPLE, "c": ItemType.JUDGEMENT,
    "t": ItemType.FILL, "d": ItemType.SHORT,
}  # fmt: skip
"""Beside the names of our own sheet; None: a choice whose key says of which kind."""
_UNSETTLED_CODES = ("u", "w", "e", "f")
"""Type codes of the national bank's texts for what is answered in writing; which is which differs from bank to bank."""
_LETTER_KEY = re.compile(r"[\[(]?\s*[A-K](?:[\s,，、;；.。&+]*[A-K])*\s*[\])]?\s*[.。]?")
_NUMBER_KEY = re.compile(r"\d(?:[\s,，、;；]?\d)*")
_KEY_WORDS = re.compile(r"^(?:(?:正确|标准|参考)?(?:答案|选项)\s*[:：是为]?|应?选)\s*[:：]?\s*")
_OTHER_BLANKS = re.compile(r"\(%_+%\)|（%_+%）|【[ \t　_]*】|\[[ \t　_]*\]|［[ \t　]*］|\{\{?[ \t　]*\}\}?")
_SURE_SIGNS = ("√", "×", "对", "错", "正确", "错误", "TRUE", "FALSE", "T", "F", "✓", "✔", "✗", "✘", "χ", "不正确", "不对")
"""Keys that only a judgement has; 1, 0, 是, Y answer other questions too."""
_NUMBERED_BLANK = re.compile(r"_{2,}[ \t]*(\d{1,2})[ \t]*_{2,}")
_SPLITS = (
    r"\n+",
    r"\s*[;；]\s*",
    r"\s*\|\|\s*",
    r"\s*[#＃]\s*",
    r"\s*&&\s*",
    r"\s*[、]\s*",
    r"\s*(?:(?<!\d)[,，]|[,，](?!\d))\s*",
    r"[ \t　]+",
)
_NUMBERED_ANSWER = re.compile(r"^\s*(?:[(（]?([1-9])\s*[)）]|([1-9])\s*[.．、:：](?!\d))\s*")
_WANTS = "是为有于的在用叫即指由从向到对与和及被将以应能可按使让属成当取呈等达：:，,、。\n"
_DISPLAYED = re.compile(r"\$\$([^$]+)\$\$")


def settle(item: FoundItem, types: Mapping[str, str] = MappingProxyType({})) -> FoundItem:
    """The item with its type, options and key as our sheet has them. `types`: what a file's own type words mean."""
    for heading, text in list(item.cells.items()):
        if "$$" in text:
            item.cells[heading] = _DISPLAYED.sub(lambda formula: f"${formula[1].strip()}$", text)
    item.cells["题干"] = item.cells.get("题干", "").strip()
    type_ = _type(item, types)
    _take_options_out(item, type_)
    _take_key_out(item, type_)
    type_ = type_ or _concluded(item)
    if type_ is None:
        return item
    item.cells["题型"] = TYPE_NAMES[type_][0]
    if is_kept(item.cells.get("答案", "")):
        return item
    if type_ in _CHOICE:
        _settle_choice(item)
    elif type_ is ItemType.JUDGEMENT:
        _settle_judgement(item)
    elif type_ is ItemType.FILL:
        _settle_fill(item)
    return item


def is_type_name(text: str) -> bool:
    """Whether a name of a sheet or a heading line is the name of an item type."""
    return type_named(text) is not None or fold(text).lower() in ("选择题", "选择")


def is_written(name: str) -> bool:
    """Whether a type's answer is words of one's own."""
    return type_named(name) not in (*_CHOICE, ItemType.JUDGEMENT, ItemType.FILL, None)


def needs_no_options(name: str) -> bool:
    """Whether items of a type have none."""
    return is_written(name) or type_named(name) is ItemType.JUDGEMENT


def type_named(text: str) -> ItemType | None:
    return item_type(text) or _NAMED.get(fold(text).lower())


def _type(item: FoundItem, types: Mapping[str, str]) -> ItemType | None:
    """The type that a file's word means. None without a word, for a word that leaves it open, and for one nobody knows."""
    word = item.cells.get("题型", "").strip()
    word = types.get(word, word)
    if fold(word).lower() in _UNSETTLED_CODES:
        item.eye("item.eye.type_code", word)
        return ItemType.SHORT
    return type_named(word)


def _concluded(item: FoundItem) -> ItemType | None:
    """The type that options and key show. An unknown word stays: to guess beside it would hide it."""
    word = fold(item.cells.get("题型", "")).lower()
    if word and not (word in _NAMED and _NAMED[word] is None):
        return None
    told = item.cells.get("答案", "").strip()
    key = _letters(told) or "".join(sorted(_numbered(item, told) | _written_out(item, told)))
    if len(item.options) > 2 or (len(item.options) == 2 and key):
        if {judgement_sign(option) for option in item.options} == {"√", "×"}:
            return ItemType.JUDGEMENT
        return ItemType.MULTIPLE if len(key) > 1 else ItemType.SINGLE
    if item.options:
        return None
    if half_width(item.cells.get("答案", "")).strip().upper() in _SURE_SIGNS:
        return ItemType.JUDGEMENT
    if not item.cells.get("答案") or key:
        return None  # a letter without options is the key of a choice that lost them
    item.eye("item.eye.type_guessed")
    return ItemType.FILL if _blanks(item.cells["题干"]) else ItemType.SHORT


def _take_options_out(item: FoundItem, type_: ItemType | None) -> None:
    """Options that stand in the stem, or in one cell together, become options of their own."""
    options = item.options
    if not options and type_ in (None, ItemType.JUDGEMENT):
        signs = split_options(item.cells["题干"], least=2)
        if signs and len(signs.options) == 2 and {judgement_sign(option) for option in signs.options} == {"√", "×"}:
            item.cells["题干"], options = signs.stem, list(signs.options)
    if not options and (type_ is None or type_ in _CHOICE):
        found = split_options(item.cells["题干"])
        if found and found.several:
            item.refuse("item.eye.several")
        elif found:
            item.cells["题干"], options = found.stem, list(found.options)
            if found.gap:
                item.eye("item.eye.options_gap", found.gap)
    # With a blank option between others, closing up would move the letters that the key names.
    if [name for name in OPTIONS if item.cells.get(name)] == list(OPTIONS[: len(item.options)]):
        bare = without_prefixes(options)
        if bare != options and len(bare) == len(options) and not _in_place(options, bare):
            item.eye("item.eye.options_sorted")
        if not all(bare):
            item.eye("item.eye.options_gap", LETTERS[bare.index("")])  # a letter with nothing behind it
        item.set_options(bare)


def _in_place(options: list[str], bare: list[str]) -> bool:
    """Whether each option stayed where it stood when its letter went."""
    return all(option.endswith(text) for option, text in zip(options, bare, strict=True))


def _take_key_out(item: FoundItem, type_: ItemType | None) -> None:
    """A key that stands in the stem's bracket leaves it, or it would be printed; where it stands elsewhere too, they must
    agree.
    """
    if not (type_ in (*_CHOICE, ItemType.JUDGEMENT) or (type_ is None and item.options)):
        return
    key, stem = key_in_stem(item.cells["题干"])
    if not key:
        return
    told = item.cells.get("答案", "")
    if "？" in key:
        item.refuse("item.eye.several")
        return
    if told and (compared_key(told) != compared_key(key) or not _asked_there(item.cells["题干"], stem)):
        item.eye("item.eye.key_in_stem", key)
        return
    if not told and not _asked_there(item.cells["题干"], stem):
        item.eye("item.eye.key_in_stem", key)
    item.cells["答案"], item.cells["题干"] = told or key, stem


def _asked_there(stem: str, without: str) -> bool:
    """Whether the bracket of a stem is where a key is asked for: at an end, before a stop, or behind a word that wants one."""
    at = next((place for place, (one, other) in enumerate(zip(stem, without, strict=False)) if one != other), 0)
    before, after = stem[:at].rstrip(" （(　"), re.sub(r"^[^)）]*[)）]\s*", "", stem[at:])
    return not before or not after or after[0] in "。，、；,;.?？!！" or before[-1] in _WANTS


def compared_key(key: str) -> str:
    """A key for comparing: signs and letters in one form."""
    sign = judgement_sign(half_width(key).strip())
    return sign if sign in ("√", "×") else _letters(key) or key


def _letters(key: str) -> str:
    """A key as letters in order, or nothing where it is none."""
    text = half_width(key).strip()
    text = _KEY_WORDS.sub("", text) if len(text) > 1 else text
    if not _LETTER_KEY.fullmatch(text.upper()) or (text != text.upper() and len(text) > len(LETTERS)):
        return ""
    return "".join(sorted(set(re.sub(r"[^A-K]", "", text.upper()))))


def _settle_choice(item: FoundItem) -> None:
    key = item.cells.get("答案", "").strip()
    letters = _letters(key)
    if not letters and key:
        letters = _by_text(item, key) or _by_number(item, key)
    if letters:
        item.cells["答案"] = letters


def _by_text(item: FoundItem, key: str) -> str:
    """The letters of the options that a key writes out."""
    letters = "".join(sorted(_written_out(item, key)))
    if letters:
        item.eye("item.eye.key_from_text", key)
    return letters


def _by_number(item: FoundItem, key: str) -> str:
    """1 is the first option."""
    letters = "".join(sorted(_numbered(item, key)))
    if letters:
        item.eye("item.eye.key_number", key)
    return letters


def _written_out(item: FoundItem, key: str) -> set[str]:
    options = [folded(option) or option for option in item.options]
    if not key or len(set(options)) < len(options):
        return set()
    wanted = {folded(part) or part for part in [key, *re.split(r"\n|[;；|]", key)] if part.strip()}
    return {letter for letter, option in zip(LETTERS, options, strict=False) if option in wanted}


def _numbered(item: FoundItem, key: str) -> set[str]:
    numbers = {int(number) for number in re.findall(r"\d", key)} if _NUMBER_KEY.fullmatch(half_width(key)) else set()
    fits = numbers and min(numbers) >= 1 and max(numbers) <= len(item.options)
    return {LETTERS[number - 1] for number in numbers} if fits else set()


def _settle_judgement(item: FoundItem) -> None:
    key = half_width(_KEY_WORDS.sub("", item.cells.get("答案", ""))).strip().rstrip(".。")
    if item.options and key.upper() in ("A", "B") and len(item.options) == 2:
        item.cells["答案"] = key.upper()
        return
    if not item.options and key.upper() in ("A", "B"):
        item.eye("item.eye.key_ab", key)
        key = "√" if key.upper() == "A" else "×"
    if {judgement_sign(option) for option in item.options} == {"√", "×"} and judgement_sign(key) in ("√", "×"):
        item.set_options(())
    item.cells["答案"] = judgement_sign(key)


def _settle_fill(item: FoundItem) -> None:
    stem = _NUMBERED_BLANK.sub(r"（\1）____", _OTHER_BLANKS.sub("____", item.cells["题干"]))
    key = item.cells.get("答案", "").strip()
    blanks = _blanks(stem)
    answers = _answers(key, blanks)
    if key and not blanks:
        # The paper needs a place to write; where it is to be the author must say.
        stem += "、".join(["____"] * len(answers))
        item.eye("item.eye.blanks_added")
    item.cells["题干"], item.cells["答案"] = stem, ";".join(answers)


def _answers(key: str, blanks: int) -> list[str]:
    """The answers of a fill-in: as one separator gives just as many as there are blanks, or one answer."""
    for split in _SPLITS if blanks != 1 else _SPLITS[:2]:
        parts = [part.strip(" 　;；,，") for part in re.split(split, key) if part.strip(" 　;；,，")]
        if len(parts) == blanks or (not blanks and len(parts) > 1 and split in _SPLITS[:2]):
            return [_NUMBERED_ANSWER.sub("", part, count=1) for part in parts] if _are_numbered(parts) else parts
    return [key] if key else []


def _are_numbered(answers: Sequence[str]) -> bool:
    """`（1）安` `（2）伏`: each answer with the number of its blank."""
    found = [_NUMBERED_ANSWER.match(answer) for answer in answers]
    return len(answers) > 1 and [mark and (mark[1] or mark[2]) for mark in found] == [str(at + 1) for at in range(len(answers))]


def _blanks(stem: str) -> int:
    try:
        return rich_text.blanks(stem)
    except RichTextError:
        return 0
