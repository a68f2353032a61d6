"""The release object: R and the k share lines it came from. Text, under 1 kB, immutable, checked by cR alone.

itembank release 1
hid <hex>
lock A
R <base64 of 16 bytes>
share …
share …
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from keys.directory import Directory
from keys.encoding import b64, unb64, unhex
from keys.errors import TamperedError
from keys.manifest import Manifest
from keys.share import ShareLine, combine_lines, commit_release, parse_share_line

TITLE = "itembank release 1"


@dataclass(frozen=True, slots=True)
class ReleaseObject:
    """R of one lock, with the evidence of who gave it when."""

    hid: bytes
    lock: str
    release: bytes
    lines: tuple[ShareLine, ...]

    def format(self) -> bytes:
        head = [TITLE, f"hid {self.hid.hex()}", f"lock {self.lock}", f"R {b64(self.release)}"]
        return "".join(line + "\n" for line in (*head, *(line.format() for line in self.lines))).encode()


def parse_release(data: bytes) -> ReleaseObject:
    """A release object in its one form; `check_release` is still owed. Raises TamperedError."""
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError as error:
        raise TamperedError("release.form") from error
    head, tail = lines[:4], lines[4:]
    prefixes = (TITLE, "hid ", "lock ", "R ")
    if len(head) != 4 or not all(line.startswith(prefix) for line, prefix in zip(head, prefixes, strict=True)):
        raise TamperedError("release.form")
    shares = tuple(parse_share_line(line) for line in tail[:-1])
    release = ReleaseObject(unhex(head[1][4:], "release"), head[2][5:], unb64(head[3][2:], "release"), shares)
    if release.format() != data:
        raise TamperedError("release.form")
    return release


def check_lines(lines: Iterable[ShareLine], manifest: Manifest, directory: Directory, lock: str) -> list[ShareLine]:
    """The lines, each checked: this session, this lock, signed by its holder, the committed share."""
    factors = manifest.factors(lock)
    checked = []
    for line in lines:
        if line.hid != manifest.hid or line.lock != lock or not 1 <= line.j <= manifest.header.n:
            raise TamperedError("share.foreign", j=line.j)
        line.check(directory.holders[line.j - 1].sign, factors.c[line.j - 1])
        checked.append(line)
    return checked


def make_release(lines: Iterable[ShareLine], manifest: Manifest, directory: Directory, lock: str) -> ReleaseObject:
    """Combine k lines; a line that came twice counts once. Raises RefusedError with too few, TamperedError with a wrong one."""
    by_holder = {line.j: line for line in check_lines(lines, manifest, directory, lock)}
    checked = [by_holder[j] for j in sorted(by_holder)]
    header = manifest.header
    release = combine_lines(checked, header.k, manifest.hid, lock, manifest.factors(lock).c_r)
    return ReleaseObject(manifest.hid, lock, release, tuple(checked[: header.k]))


def check_release(release: ReleaseObject, manifest: Manifest, directory: Directory) -> None:
    """Raise TamperedError unless R is this session's and exactly k true share lines stand behind it, in their order."""
    if release.hid != manifest.hid:
        raise TamperedError("release.foreign")
    if commit_release(manifest.hid, release.lock, release.release) != manifest.factors(release.lock).c_r:
        raise TamperedError("release.commitment", lock=release.lock)
    if make_release(release.lines, manifest, directory, release.lock) != release:
        raise TamperedError("release.form")
