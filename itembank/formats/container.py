"""The container of a sealed package (电子试卷包): its public part, which anybody may check before the time.

    magic    8   "ITEMBANK"
    version  2   1                                  all integers big-endian
    suite    2   1
    hid     32   the session's header
    pid     32   the package
    block    4   bytes a block: 256 KiB, 1 MiB when the payload is above 256 MiB
    length   8   bytes of payload
    blocks  32 × n   SHA-256 of each block of the payload
    payload          chunked encryption, `payload.py`; nothing follows it

A reader refuses another magic, version or suite, a block size that is not the one for this length, a wrong number of
blocks, bytes missing or left over. The row commits to the whole: file length, digest of the block list, hid by pid.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from itembank.formats.errors import ContainerError
from keys.encoding import h, sha256
from keys.row import PackageRow

MAGIC, VERSION, SUITE = b"ITEMBANK", 1, 1
HEAD = struct.Struct(">8sHH32s32sIQ")
SMALL_BLOCK, LARGE_BLOCK, LARGE_ABOVE = 256 << 10, 1 << 20, 256 << 20


def block_size(payload_length: int) -> int:
    """Bytes of one block for a payload of this many bytes."""
    return LARGE_BLOCK if payload_length > LARGE_ABOVE else SMALL_BLOCK


@dataclass(frozen=True, slots=True)
class ContainerHead:
    """Everything before the payload."""

    hid: bytes
    pid: bytes
    payload_length: int
    blocks: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Bytes before the payload."""
        return head_size(self.payload_length)

    @property
    def length(self) -> int:
        """Bytes of the whole file."""
        return self.size + self.payload_length

    def encode(self) -> bytes:
        size = block_size(self.payload_length)
        head = HEAD.pack(MAGIC, VERSION, SUITE, self.hid, self.pid, size, self.payload_length)
        return head + b"".join(self.blocks)

    def check_row(self, row: PackageRow, hid: bytes) -> None:
        """Raise ContainerError unless this is the container the row commits to."""
        same = (
            self.hid == hid
            and self.pid == row.core.pid(hid)
            and self.length == row.length
            and digest_blocks(self.blocks) == row.blocks
        )
        if not same:
            raise ContainerError("container.row", package=row.core.package)


def head_size(payload_length: int) -> int:
    """Bytes before a payload of this length."""
    return HEAD.size + 32 * -(-payload_length // block_size(payload_length))


def digest_blocks(blocks: tuple[bytes, ...]) -> bytes:
    """What the row keeps of the block list: H("blocks", hashes)."""
    return h("blocks", sha256(b"".join(blocks)), len(blocks))


def read_head(file: BinaryIO) -> ContainerHead:
    """The head of a container, leaving the file at its payload. Raises ContainerError."""
    fixed = file.read(HEAD.size)
    if len(fixed) < HEAD.size:
        raise ContainerError("container.short")
    magic, version, suite, hid, pid, block, length = HEAD.unpack(fixed)
    if (magic, version, suite) != (MAGIC, VERSION, SUITE) or block != block_size(length) or length > 1 << 40:
        raise ContainerError("container.form")
    listed = file.read(head_size(length) - HEAD.size)
    if len(listed) != head_size(length) - HEAD.size:
        raise ContainerError("container.short")
    return ContainerHead(hid, pid, length, tuple(listed[i : i + 32] for i in range(0, len(listed), 32)))


def payload_blocks(file: BinaryIO, head: ContainerHead) -> Iterator[bytes]:
    """The payload's blocks, each checked against its hash before it is handed on, and nothing left over."""
    size = block_size(head.payload_length)
    left = head.payload_length
    for number, expected in enumerate(head.blocks):
        block = file.read(min(size, left))
        left -= len(block)
        if sha256(block) != expected:
            raise ContainerError("container.block", number=number)
        yield block
    if left or file.read(1):
        raise ContainerError("container.length")


def check_container(file: BinaryIO, row: PackageRow, hid: bytes) -> ContainerHead:
    """Raise ContainerError unless every byte of the file is what the row commits to."""
    head = read_head(file)
    head.check_row(row, hid)
    for _ in payload_blocks(file, head):
        pass
    return head
