"""A container is brought to a station: only blocks whose hash is in the signed list are kept, so a cut-off download goes on
where it stopped, and a lying line costs its own bytes.

No step: fetching stands on it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain

from itembank.formats.container import ContainerHead, block_size, check_container, read_head
from itembank.formats.errors import ContainerError
from itembank.ports import CentreLine, Folder, Progress
from itembank.steps.seat import Fetched
from keys.encoding import sha256
from keys.errors import UnavailableError


def fetch_container(folder: Folder, centre: CentreLine, package: Fetched, progress: Progress) -> None:
    """Go on where the last run stopped; every block is checked before it is kept."""
    name = f"{package.folder}/{package.row.row.file}"
    if _is_whole(folder, name, package):
        return
    part = f"{name}.part"
    head, kept = _kept(folder, part, package)
    pieces = centre.container(package.pid, kept)
    if head is None:
        data, pieces = _read_head_bytes(pieces, package)
        head = read_head(io.BytesIO(data))
        head.check_row(package.row.row, package.manifest.hid)
        folder.append(part, data)
        kept = len(data)
    size = block_size(head.payload_length)
    pending = bytearray()
    for piece in pieces:
        pending += piece
        while pending and (len(pending) >= size or kept + len(pending) >= head.length):
            number = (kept - head.size) // size
            block = bytes(pending[:size])
            del pending[:size]
            if number >= len(head.blocks) or sha256(block) != head.blocks[number]:
                raise ContainerError("container.block", number=number)
            folder.append(part, block)
            kept += len(block)
            progress(f"下载 {kept}/{head.length} | downloading {kept}/{head.length}")
    if kept != head.length:
        raise UnavailableError("fetch.interrupted", kept=kept, length=head.length)
    folder.rename(part, name)


def _is_whole(folder: Folder, name: str, package: Fetched) -> bool:
    """Whether the container is here with every byte right; one that was hurt on the disk goes, and comes anew."""
    if not folder.exists(name):
        return False
    try:
        check_container(io.BytesIO(folder.read(name)), package.row.row, package.manifest.hid)
    except ContainerError:
        folder.delete(name)
        return False
    return True


def _kept(folder: Folder, part: str, package: Fetched) -> tuple[ContainerHead | None, int]:
    """What an interrupted download left: its head and how many bytes of it are good; the rest is cut off."""
    if not folder.exists(part):
        return None, 0
    data = io.BytesIO(folder.read(part))
    try:
        head = read_head(data)
        head.check_row(package.row.row, package.manifest.hid)
    except ContainerError:
        folder.delete(part)
        return None, 0
    size, good = block_size(head.payload_length), head.size
    for expected in head.blocks:
        block = data.read(size)
        if sha256(block) != expected:
            break
        good += len(block)
    folder.truncate(part, good)
    return head, good


def _read_head_bytes(pieces: Iterator[bytes], package: Fetched) -> tuple[bytes, Iterator[bytes]]:
    """Exactly the head's bytes, and the rest of the stream."""
    row = package.row.row
    data = bytearray()
    for piece in pieces:
        data += piece
        try:
            head = read_head(io.BytesIO(bytes(data)))
        except ContainerError as error:
            if error.code == "container.short" and len(data) < row.length:
                continue
            raise
        return bytes(data[: head.size]), chain([bytes(data[head.size :])], pieces)
    raise UnavailableError("fetch.interrupted", kept=len(data), length=row.length)
