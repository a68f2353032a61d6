"""The secret part of a container: chunked encryption under the content key.

It is written block by block as the plaintext comes; read, it is given out at once, when all of it has proved authentic.

    plaintext = salt (32 bytes) ‖ content          the content is committed to in the row: cP, over salt and SHA-256

Cobblestone-256 (AES-256-GCM in 16 KiB chunks, salt and key commitment in front), as the `cryptography` library ships it.
Only sealing, opening, pooling, the draft and the sealed use report may import this file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from itembank.formats.container import ContainerHead, block_size, digest_blocks, head_size, payload_blocks, read_head
from itembank.formats.errors import ContainerError
from keys.content_key import commit_pages, payload_context
from keys.encoding import sha256
from keys.envelope import commit_access
from keys.keyfile import Random
from keys.row import PackageCore, PackageRow

CHUNK, OVERHEAD, PREFIX = 16 << 10, 16, 56
SALT = 32


def seal_content(
    out: BinaryIO, hid: bytes, core: PackageCore, key: bytes, access: bytes, content: bytes, random: Random
) -> PackageRow:
    """Write the container of one package under its content key; the row that commits to it and to A."""
    pid, salt = core.pid(hid), random(SALT)
    plaintext = io.BytesIO(salt + content)
    head = write_container(out, hid, pid, key, payload_context(hid, pid), plaintext, SALT + len(content))
    return PackageRow(
        core=core,
        file=f"{pid.hex()}.sealed",
        length=head.length,
        blocks=digest_blocks(head.blocks),
        c_a=commit_access(hid, pid, access),
        c_p=commit_pages(hid, pid, salt, sha256(content)),
    )


def open_content(file: BinaryIO, hid: bytes, row: PackageRow, key: bytes) -> tuple[bytes, bytes]:
    """(salt, content) of a package. Raises ContainerError when the key does not fit or the content is not the committed."""
    pid = row.core.pid(hid)
    plain = read_container(file, key, payload_context(hid, pid))
    salt, content = plain[:SALT], plain[SALT:]
    if commit_pages(hid, pid, salt, sha256(content)) != row.c_p:
        raise ContainerError("container.pages", package=row.core.package)
    return salt, content


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
