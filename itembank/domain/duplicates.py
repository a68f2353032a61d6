"""When two items are one question written twice (查重), and whether they agree on its answer.

Both identities are kept as an HMAC only, so their text must not change: another folding is another `IDENTITY`. The key's
identity holds the text's: alone, an HMAC of "√" would sort all judgements of a stolen database by their answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from itembank.domain.folding import folded, half_width
from itembank.domain.items import Item, ItemType

IDENTITY = "1"
"""The version of both identities; stands at their beginning."""

# Folding removes control characters, so no text can hold these.
_FIELD, _PART, _GROUP = "\x1f", "\x1e", "\x1d"
_CHOICES = (ItemType.SINGLE, ItemType.MULTIPLE)


def text_identity(item: Item) -> str:
    """Equal for items of one type that ask the same, however typed and in whatever order the options stand.

    Of a case the stimulus and its questions in order, of a practical task the stem and what its marking looks at, of an item of
    a set also the stimulus it shares: 根据材料，正确的是 asks something else below another one.
    """
    groups = [_PART.join((IDENTITY, item.type, _asked(item.stem, item.options)))]
    groups += [_PART.join((question.type, _asked(question.stem, question.options))) for question in item.questions]
    if item.task:
        groups += [_fields((line.content, line.requirement)) for line in item.task.marking]
    if item.stimulus:
        groups.append(folded(item.stimulus))
    return _GROUP.join(groups)


def key_identity(item: Item, text: str = "") -> str:
    """Equal for items of one text identity whose right answers are the same texts, whatever their letters.

    Of a practical task: its minutes, points, deductions and vetoes. Takes an item that has passed its check: a letter
    outside the options is an IndexError. `text`: its text identity, where that is known already.
    """
    groups = [text or text_identity(item), _answer(item.type, item.options, item.key)]
    groups += [_answer(question.type, question.options, question.key) for question in item.questions]
    if item.task:
        groups += [str(item.task.minutes), _fields(sorted(item.task.vetoes))]
        groups += [_fields((str(line.points), line.deduction)) for line in item.task.marking]
    return _GROUP.join(groups)


def comparison_text(item: Item) -> str:
    """The item as folded lines, for the search of near duplicates: its stem, then every option or question below it.

    Without the stimulus of a set: all its items have it, and would look alike for it.
    """
    below = [*item.options, *(question.stem + "".join(question.options) for question in item.questions)]
    return "\n".join(map(folded, (item.stem, *below)))


def _asked(stem: str, options: tuple[str, ...]) -> str:
    return _FIELD.join((folded(stem), *sorted(_told_apart(options))))


def _answer(type_: ItemType, options: tuple[str, ...], key: str) -> str:
    if type_ in _CHOICES:
        told_apart = _told_apart(options)
        return _FIELD.join(sorted(told_apart[ord(letter) - ord("A")] for letter in key))
    return folded(key) or key


@lru_cache(maxsize=64)  # an item's options are asked for by both of its identities
def _told_apart(options: tuple[str, ...]) -> tuple[str, ...]:
    """The options folded, as far as they stay different: of `;` and `.`, or `[]` and `()`, folding leaves nothing."""
    for fold in (folded, half_width):
        found = tuple(map(fold, options))
        if len(set(found)) == len(found):
            return found
    return options


def _fields(texts: Iterable[str]) -> str:
    return _FIELD.join(map(folded, texts))
