"""The secret part of a container: chunked encryption under the content key, written and read as a stream.

Cobblestone-256 (AES-256-GCM in 16 KiB chunks, salt and key commitment in front), as the `cryptography` library ships it.
Only sealing, opening, pooling and the draft may import this file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from itembank.formats.container import ContainerHead, block_size, head_size, payload_blocks, read_head
from itembank.formats.errors import ContainerError

CHUNK, OVERHEAD, PREFIX = 16 << 10, 16, 56


def encrypted_length(length: int) -> int:
    """Bytes of payload for so many bytes of plaintext."""
    return PREFIX + length + OVERHEAD * (length // CHUNK + 1)


def write_container(
    out: BinaryIO, hid: bytes, pid: bytes, key: bytes, context: bytes, plaintext: BinaryIO, length: int
) -> ContainerHead:
    """Encrypt `length` bytes of `plaintext` into a container; `out` must be seekable and empty.

    The blocks are hashed in a second thread while the next are encrypted.
    """
    total = encrypted_length(length)
    size = block_size(total)
    out.seek(head_size(total))
    encryptor = Cobblestone256Encryptor(key, context)
    hashes: list[bytes] = []
    with ThreadPoolExecutor(1) as hasher:
        jobs = []
        pending = bytearray()
        while piece := plaintext.read(size):
            pending += encryptor.update(piece)
            while len(pending) >= size:
                block = bytes(pending[:size])
                del pending[:size]
                jobs.append(hasher.submit(_digest, block))
                out.write(block)
        pending += encryptor.finalize()
        for start in range(0, len(pending), size):
            block = bytes(pending[start : start + size])
            jobs.append(hasher.submit(_digest, block))
            out.write(block)
        hashes = [job.result() for job in jobs]
    head = ContainerHead(hid, pid, total, tuple(hashes))
    if out.tell() != head.length:
        raise ContainerError("container.length")
    out.seek(0)
    out.write(head.encode())
    return head


def read_container(file: BinaryIO, key: bytes, context: bytes) -> bytes:
    """The whole plaintext, every block checked. Raises ContainerError when the key does not fit."""
    head = read_head(file)
    return decrypt(payload_blocks(file, head), key, context)


def encrypt(key: bytes, context: bytes, plaintext: bytes) -> bytes:
    """A short secret without a container: the desk's draft."""
    encryptor = Cobblestone256Encryptor(key, context)
    return encryptor.update(plaintext) + encryptor.finalize()


def decrypt(pieces: Iterable[bytes], key: bytes, context: bytes) -> bytes:
    """The plaintext of an encrypted stream; nothing is returned before all of it is authentic."""
    decryptor = Cobblestone256Decryptor(key, context)
    plain = io.BytesIO()
    try:
        for piece in pieces:
            plain.write(decryptor.update(piece))
        plain.write(decryptor.finalize())
    except (InvalidTag, ValueError) as error:
        raise ContainerError("container.key") from error
    return plain.getvalue()


def _digest(block: bytes) -> bytes:
    return hashlib.sha256(block).digest()
