"""One item written as one piece of text: its options found by their letters, a key that stands in the stem's bracket.

Nothing here decides by one letter alone. Options are a chain A, B, C … of marks written alike (`A.`, `A、`, `（A）`), the
longest chain wins, and at the beginning of lines rather than inside them; so `A、B两点` in a stem is no option.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from itembank.domain.folding import half_width
from itembank.domain.items import LETTERS

BLANK = "（　　）"
MOST_MARKS = 500
"""Of a block; no item has so many letters with a sign behind."""
_INDENT = 16
_MASKED = re.compile(r"\$\$[^$]+\$\$|\$[^$]+\$|\{\{图:[^}]*\}\}|</?su[bp]>|https?://\S+")
_MARK = re.compile(
    r"(?<![A-Za-z0-9_\\^{$+\-=/])(?P<open>[(（\[【]?)[ \t　]*(?P<letter>[A-KＡ-Ｋ])[ \t　]*(?:(?P<close>[)）\]】])[ "
    r"\t　]*(?P<after>[.．、:：]?)"
    r"|(?P<sign>[.．、:：,，)）])|(?P<blank>[ \t　]+|\n)(?=\S))"
)
_SAME = str.maketrans("．：，（）【】", ".:,()[]")
_KEY_IN_STEM = re.compile(r"[(（]\s*(?P<key>[A-KＡ-Ｋ](?:\s*[,，、]?\s*[A-KＡ-Ｋ])*|[√×✓✔✗✘χ╳]|对|错|正确|错误)\s*[)）]")
_EMPTY = re.compile(r"[(（]\s*[)）]|_{3,}")
_SCORE = re.compile(r"^[(（\[]\s*(?:本(?:小)?题)?(?:满分)?\s*(\d+(?:\.\d+)?)\s*分\s*[)）\]]\s*")
_SCORE_BEHIND = re.compile(r"\s*[(（\[]\s*(?:本(?:小)?题)?(?:满分)?\s*(\d+(?:\.\d+)?)\s*分\s*[)）\]]\s*$")
_NUMBER = re.compile(r"^\s*(?:第\s*)?\d{1,4}\s*(?:题\s*[.．、:：]?|[.．、](?!\d)|[)）])\s*")


@dataclass(frozen=True, slots=True)
class Choice:
    """A block taken apart. `gap`: letters that stand after the last option as if they were further ones. `several`: it holds
    more than one item.
    """

    stem: str
    options: tuple[str, ...]
    gap: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    letter: str
    style: str
    at_line_start: bool


def split_options(text: str, least: int = 3) -> Choice | None:
    """Stem and options of a block, or None where there is no chain of `least`, or of two that begin lines."""
    marks = list(itertools.islice(_marks(text), MOST_MARKS + 1))
    if len(marks) > MOST_MARKS:
        return None
    chains = [chain for style in dict.fromkeys(mark.style for mark in marks) for chain in _chains(_of(style, marks))]
    best = max(chains, key=_worth, default=[])
    if len(best) < 4:
        strong = [mark for mark in marks if mark.style]
        best = max([best, *_chains(strong)], key=_worth)
    if len(best) < 2 or (len(best) < least and not all(mark.at_line_start for mark in best)):
        return None
    ends = [mark.start for mark in best[1:]] + [len(text)]
    options = _without_separators([_trimmed(text[mark.end : end]) for mark, end in zip(best, ends, strict=True)])
    further = [mark.letter for mark in marks if mark.start > best[-1].start and mark.style == best[-1].style]
    hidden = re.search(rf"{LETTERS[len(best) : len(best) + 1] or '~'}[ \t　]*[.．、:：)）]", half_width(options[-1]))
    gap = "".join(further) or (hidden[0][0] if hidden else "")
    others = [chain for chain in _chains(_of(best[0].style, marks)) if len(chain) >= 3]
    return Choice(text[: best[0].start].strip(), options, gap, several=len(others) > 1)


def _without_separators(options: list[str]) -> tuple[str, ...]:
    """`甲；` `乙；` `丙`: a sign after all but the last stands between them."""
    signs = {option[-1:] for option in options[:-1]}
    if len(options) > 2 and len(signs) == 1 and signs <= {";", "；", ",", "，", "、", "|", "｜"}:
        return (*(option[:-1].rstrip() for option in options[:-1]), options[-1].rstrip("。.；;|｜"))
    return tuple(options)


def without_prefixes(options: list[str]) -> list[str]:
    """The options without the letters they begin with, where each has one of its own (`A. 甲`, `(B)乙`), put in order."""
    found = [_MARK.match(option) for option in options]
    if not options or not all(found):
        return options
    letters = [half_width(mark["letter"]) for mark in found if mark and not mark["blank"]]
    if sorted(letters) != list(LETTERS[: len(options)]):
        return options
    bare = [option[mark.end() :].strip() for option, mark in zip(options, found, strict=True) if mark]
    if all(mark and mark["sign"] == "、" for mark in found) and all(re.match(r"[A-K](?![A-Za-z])", text) for text in bare):
        return options  # `A、B相`: the letters name things
    return [text for _, text in sorted(zip(letters, bare, strict=True))]


def key_in_stem(stem: str) -> tuple[str, str]:
    """The key that stands in the stem's bracket, and the stem with the bracket empty; without one ("", stem). Several brackets
    with keys are none: they are joined by ？.
    """
    found = list(_KEY_IN_STEM.finditer(stem))
    if not found or _EMPTY.search(stem):
        return "", stem  # where a bracket is empty, a letter in another is a unit or a name
    if len(found) > 1:
        return "？".join(key["key"] for key in found), stem
    last = found[-1]
    return last["key"], stem[: last.start()] + BLANK + stem[last.end() :]


def without_number(stem: str, told: set[str]) -> tuple[str, str]:
    """The stem without its number and its points, and the points. `told`: numbers that it may have; any other is content."""
    found = _NUMBER.match(stem)
    if not found or re.sub(r"\D", "", found[0]) not in told:
        return without_score(stem)
    return without_score(_NUMBER.sub("", stem, count=1))


def without_score(stem: str) -> tuple[str, str]:
    """The stem without the points it begins or ends with, and the points."""
    score = _SCORE.match(stem)
    if score:
        return stem[score.end() :], score[1]
    score = _SCORE_BEHIND.search(stem)
    return (stem[: score.start()], score[1]) if score else (stem, "")


def _marks(text: str) -> Iterator[_Mark]:
    masked = _MASKED.sub(lambda found: "\1" * len(found[0]), text)
    for found in _MARK.finditer(masked):
        start = found.start()
        # An indent or a bullet may stand before a mark; to look further back would be slow in a line without end.
        before = masked[max(0, start - _INDENT) : start]
        line_start = not before.rpartition("\n")[2].strip(" \t　*-·") and ("\n" in before or start < _INDENT)
        if found["blank"]:
            if not line_start or found["open"]:
                continue
            style, end = "", found.end()
        else:
            sign = (found["close"] or "") + (found["sign"] or "")
            if found["close"] and not found["open"]:
                continue
            style, end = ((found["open"] or "") + sign).translate(_SAME), found.end()
        yield _Mark(start, end, half_width(found["letter"]), style, line_start)


def _of(style: str, marks: list[_Mark]) -> list[_Mark]:
    return [mark for mark in marks if mark.style == style]


def _chains(marks: list[_Mark]) -> list[list[_Mark]]:
    """For every A the marks B, C … that follow it, each the first one after the other."""
    chains = []
    for place, mark in enumerate(marks):
        if mark.letter != "A":
            continue
        chain = [mark]
        for later in itertools.islice(marks, place + 1, place + 1 + MOST_MARKS):
            if len(chain) < len(LETTERS) and later.letter == LETTERS[len(chain)]:
                chain.append(later)
            elif later.letter == "A" and len(chain) > 1:
                break
        chains.append(chain)
    return chains


def _worth(chain: list[_Mark]) -> tuple[int, int, int]:
    return len(chain), sum(mark.at_line_start for mark in chain), chain[0].start if chain else -1


def _trimmed(option: str) -> str:
    return option.strip().rstrip("　 \t\n")
