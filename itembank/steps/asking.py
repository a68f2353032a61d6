"""All holders are asked at once: one that is slow, away or lying keeps nobody else's answer.

No step, but every step that asks them may import it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from itembank.ports import HolderLine
from keys.errors import KeysError

Answer = TypeVar("Answer")


def ask_all(
    holders: Sequence[HolderLine], question: Callable[[HolderLine], Answer]
) -> list[tuple[HolderLine, Answer | KeysError]]:
    """(holder, its answer or why there is none), in the order of `holders`. Raises nothing of what a holder does."""

    def ask(line: HolderLine) -> tuple[HolderLine, Answer | KeysError]:
        try:
            return line, question(line)
        except KeysError as error:
            return line, error

    with ThreadPoolExecutor(max(1, len(holders))) as pool:
        return list(pool.map(ask, holders))
