"""Asking others, who may be slow, away or lying: all holders at once, so none keeps another's answer, and the centre for
what it has released, which counts only when it is true.

No step, but every step that asks may import it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from itembank.ports import CentreLine, HolderLine
from keys.directory import Directory
from keys.errors import KeysError, TamperedError
from keys.manifest import Manifest
from keys.release import ReleaseObject, check_release, parse_release

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


def released(centre: CentreLine, manifest: Manifest, directory: Directory, lock: str) -> ReleaseObject | None:
    """The centre's release object, checked; nothing when it has none. Raises UnavailableError or TamperedError."""
    data = centre.release(manifest.hid, lock)
    if data is None:
        return None
    release = parse_release(data)
    if release.lock != lock:
        raise TamperedError("release.other_lock", found=release.lock, lock=lock)
    check_release(release, manifest, directory)
    return release


def published_release(centre: CentreLine, manifest: Manifest, directory: Directory, lock: str) -> ReleaseObject | None:
    """The same; nothing also when the centre is away or gives a wrong one: the holders are there."""
    try:
        return released(centre, manifest, directory, lock)
    except KeysError:
        return None
