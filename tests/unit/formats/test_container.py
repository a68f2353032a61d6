"""The sealed container: its public part is checked to the last byte without a key, its secret part opens only whole."""

import io
import struct
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import pytest

from itembank.formats.container import (
    HEAD,
    LARGE_ABOVE,
    LARGE_BLOCK,
    SMALL_BLOCK,
    ContainerHead,
    block_size,
    check_container,
    digest_blocks,
    head_size,
    payload_blocks,
    read_head,
)
from itembank.formats.errors import ContainerError
from itembank.formats.payload import CHUNK, decrypt, encrypt, encrypted_length, read_container, write_container
from keys.content_key import payload_context
from keys.encoding import sha256
from keys.row import PackageCore, PackageRow

HID, KEY = sha256(b"header"), sha256(b"key")
CORE = PackageCore("paper-station", "paper", "45120101", "A", "question", "1", 30, "A")
PID = CORE.pid(HID)
CONTEXT = payload_context(HID, PID)
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, SMALL_BLOCK - 1, SMALL_BLOCK, SMALL_BLOCK + 1, 3 * SMALL_BLOCK]


@cache
def plaintext(length: int) -> bytes:
    return (b"0123456789abcdef" * (length // 16 + 1))[:length]


@cache
def container(length: int) -> bytes:
    out = io.BytesIO()
    write_container(out, HID, PID, KEY, CONTEXT, io.BytesIO(plaintext(length)), length)
    return out.getvalue()


@cache
def row(length: int) -> PackageRow:
    head = read_head(io.BytesIO(container(length)))
    return PackageRow(CORE, f"{PID.hex()}.sealed", head.length, digest_blocks(head.blocks), bytes(32), bytes(32))


def check(data: bytes, length: int) -> ContainerHead:
    return check_container(io.BytesIO(data), row(length), HID)


def opened(data: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    return read_container(io.BytesIO(data), key, context)


def refused(act: Callable[[], object], *codes: str) -> None:
    with pytest.raises(ContainerError) as caught:
        act()
    assert not codes or caught.value.code in codes, caught.value


def flipped(data: bytes, at: int, mask: int = 1) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


@pytest.mark.parametrize("length", SIZES)
def test_every_size_is_read_back(length: int) -> None:
    data = container(length)

    head = check(data, length)

    assert opened(data) == plaintext(length)
    assert (head.hid, head.pid, head.length, head.payload_length) == (HID, PID, len(data), encrypted_length(length))
    assert len(head.blocks) == -(-head.payload_length // SMALL_BLOCK)
    assert len(data) == head_size(encrypted_length(length)) + encrypted_length(length)


def test_the_head_is_the_one_of_the_page() -> None:
    """Built here from the layout in keys.md and the module's page, with nothing of ours."""
    data = container(SMALL_BLOCK)
    payload = data[88 + 2 * 32 :]
    first, second = payload[: 256 * 1024], payload[256 * 1024 :]

    by_hand = b"ITEMBANK" + struct.pack(">HH", 1, 1) + HID + PID + struct.pack(">IQ", 256 * 1024, len(payload))

    assert data[: 88 + 64] == by_hand + sha256(first) + sha256(second)
    assert len(payload) == 56 + 256 * 1024 + 16 * 17, "a chunk of nothing ends what fills its chunks"


@pytest.mark.parametrize("length", [0, SMALL_BLOCK])
def test_no_byte_of_the_head_can_be_changed(length: int) -> None:
    """Magic, version, suite, hid, pid, block size, length and every block hash."""
    data = container(length)
    for at in range(head_size(encrypted_length(length))):
        for mask in (0x01, 0x80):
            refused(partial(check, flipped(data, at, mask), length))


@pytest.mark.parametrize("length", [0, 1, CHUNK, SMALL_BLOCK, 3 * SMALL_BLOCK])
def test_a_flipped_byte_of_the_payload_is_found_with_and_without_the_key(length: int) -> None:
    data, head = container(length), head_size(encrypted_length(length))
    for at in {head, head + 55, head + 56, len(data) - 17, len(data) - 1, (head + len(data)) // 2}:
        refused(partial(check, flipped(data, at), length), "container.block")
        refused(partial(opened, flipped(data, at)), "container.block")


def test_a_flipped_payload_whose_hash_was_made_to_fit_is_found_by_the_key() -> None:
    """Who may rewrite the head too still cannot rewrite what is sealed."""
    data, head = container(100), head_size(encrypted_length(100))
    for at in range(head, len(data)):
        payload = flipped(data, at)[head:]
        forged = ContainerHead(HID, PID, len(payload), (sha256(payload),)).encode() + payload
        refused(partial(opened, forged), "container.key")
        refused(partial(check, forged, 100), "container.row")


@pytest.mark.parametrize("length", [0, CHUNK, SMALL_BLOCK])
def test_a_truncated_container_is_refused(length: int) -> None:
    data = container(length)
    for cut in {1, 2, 16, 17, len(data) // 2, len(data) - HEAD.size, len(data) - 1, len(data)}:
        refused(partial(check, data[: len(data) - cut], length))
        refused(partial(opened, data[: len(data) - cut]))


@pytest.mark.parametrize("more", [b"\x00", b"x" * 16, b"x" * SMALL_BLOCK])
def test_a_lengthened_container_is_refused(more: bytes) -> None:
    for length in (0, SMALL_BLOCK):
        refused(partial(check, container(length) + more, length), "container.length")
        refused(partial(opened, container(length) + more), "container.length")


def test_blocks_exchanged_are_refused() -> None:
    data = container(3 * SMALL_BLOCK)
    head = read_head(io.BytesIO(data))
    at = head.size
    middle, after = at + SMALL_BLOCK, at + 2 * SMALL_BLOCK
    first, second, rest = data[at:middle], data[middle:after], data[after:]
    swapped = ContainerHead(HID, PID, head.payload_length, (head.blocks[1], head.blocks[0], *head.blocks[2:]))

    refused(partial(check, data[:at] + second + first + rest, 3 * SMALL_BLOCK), "container.block")
    refused(partial(check, swapped.encode() + second + first + rest, 3 * SMALL_BLOCK), "container.row")
    refused(partial(opened, swapped.encode() + second + first + rest), "container.key")


def test_a_last_chunk_left_out_is_refused_even_when_head_and_hashes_fit() -> None:
    data = container(2 * CHUNK)
    head = head_size(encrypted_length(2 * CHUNK))
    for kept in (56 + CHUNK + 16, 56, 55, 0):
        payload = data[head : head + kept]
        blocks = (sha256(payload),) if payload else ()
        refused(partial(opened, ContainerHead(HID, PID, kept, blocks).encode() + payload), "container.key")


@pytest.mark.parametrize(
    ("key", "context"),
    [
        pytest.param(sha256(b"other"), CONTEXT, id="another key"),
        pytest.param(KEY, payload_context(bytes(32), PID), id="another session"),
        pytest.param(KEY, payload_context(HID, bytes(32)), id="another package"),
        pytest.param(KEY, b"", id="no context"),
    ],
)
@pytest.mark.parametrize("length", [0, 1, SMALL_BLOCK])
def test_a_container_stays_shut_for(length: int, key: bytes, context: bytes) -> None:
    refused(partial(opened, container(length), key, context), "container.key")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(HEAD.pack(b"ITEMBANK", 1, 1, HID, PID, LARGE_BLOCK, 100) + bytes(200), id="the large block for little"),
        pytest.param(HEAD.pack(b"ITEMBANK", 1, 1, HID, PID, SMALL_BLOCK, LARGE_ABOVE + 1), id="the small block for much"),
        pytest.param(HEAD.pack(b"ITEMBANK", 1, 1, HID, PID, 1, 100) + bytes(200), id="a block of one byte"),
        pytest.param(HEAD.pack(b"ITEMBANK", 1, 1, HID, PID, 0, 100) + bytes(200), id="a block of nothing"),
        pytest.param(HEAD.pack(b"ITEMBANK", 1, 1, HID, PID, LARGE_BLOCK, 2**64 - 1), id="a length of 16 exbibytes"),
        pytest.param(HEAD.pack(b"ITEMBANK", 1, 1, HID, PID, LARGE_BLOCK, 1 << 41), id="a length above a tebibyte"),
        pytest.param(HEAD.pack(b"ITEMBANK", 2, 1, HID, PID, SMALL_BLOCK, 0), id="another version"),
        pytest.param(HEAD.pack(b"ITEMBANK", 1, 2, HID, PID, SMALL_BLOCK, 0), id="another suite"),
        pytest.param(HEAD.pack(b"itembank", 1, 1, HID, PID, SMALL_BLOCK, 0), id="another magic"),
    ],
)
def test_a_head_of_another_form_is_refused(data: bytes) -> None:
    """From its fixed part alone: a planted length is not believed before anything is read for it."""
    refused(partial(read_head, io.BytesIO(data)), "container.form")


@pytest.mark.parametrize("length", [0, 8, HEAD.size - 1, HEAD.size, HEAD.size + 31])
def test_a_head_that_ends_too_soon_is_refused(length: int) -> None:
    refused(partial(read_head, io.BytesIO(container(1)[:length])), "container.short")


def test_a_container_of_another_package_or_session_is_not_the_rows() -> None:
    """The same bytes under another row, and another good container under this row."""
    other = PackageCore("paper-station", "paper", "45120102", "A", "question", "1", 30, "A")
    for hid, core in ((bytes(32), CORE), (HID, other)):
        changed = PackageRow(core, "f", row(1).length, row(1).blocks, bytes(32), bytes(32))
        refused(partial(check_container, io.BytesIO(container(1)), changed, hid), "container.row")
    refused(partial(check, container(2), 1), "container.row")
    for changes in ({"length": row(1).length + 1}, {"blocks": bytes(32)}):
        refused(partial(check_container, io.BytesIO(container(1)), replace(row(1), **changes), HID), "container.row")


def test_sealing_twice_never_gives_the_same_bytes() -> None:
    """Each sealing has a salt of its own, so two stations' containers never show that their papers are alike."""
    out = io.BytesIO()
    write_container(out, HID, PID, KEY, CONTEXT, io.BytesIO(plaintext(100)), 100)

    assert out.getvalue()[HEAD.size + 32 :] != container(100)[HEAD.size + 32 :]
    assert opened(out.getvalue()) == opened(container(100))


@pytest.mark.parametrize("promised", [99, 101, 100 + CHUNK], ids=["a byte less", "a byte more", "a chunk more"])
def test_writing_another_length_than_promised_fails(promised: int) -> None:
    write = partial(write_container, io.BytesIO(), HID, PID, KEY, CONTEXT)

    refused(lambda: write(io.BytesIO(plaintext(100)), promised), "container.length")


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK])
def test_the_encrypted_length_is_known_before(length: int) -> None:
    assert len(encrypt(KEY, b"context", plaintext(length))) == encrypted_length(length)


@pytest.mark.parametrize("piece", [1, 15, CHUNK, 10**6])
def test_a_stream_opens_in_pieces_of_any_size(piece: int) -> None:
    sealed = encrypt(KEY, b"context", plaintext(3 * CHUNK + 7))
    if piece == 1:
        sealed = encrypt(KEY, b"context", plaintext(50))

    plain = decrypt((sealed[at : at + piece] for at in range(0, len(sealed), piece)), KEY, b"context")

    assert plain == plaintext(len(plain)) and encrypted_length(len(plain)) == len(sealed)


def test_blocks_are_handed_on_only_when_they_are_good() -> None:
    data = container(3 * SMALL_BLOCK)
    file = io.BytesIO(flipped(data, -1))
    blocks = payload_blocks(file, read_head(file))

    good = b"".join(next(blocks) for _ in range(3))

    assert good == data[file.tell() - len(good) : file.tell()]
    refused(partial(next, blocks), "container.block")


@pytest.mark.parametrize(("length", "size"), [(0, SMALL_BLOCK), (LARGE_ABOVE, SMALL_BLOCK), (LARGE_ABOVE + 1, LARGE_BLOCK)])
def test_blocks_grow_only_above_256_mebibytes(length: int, size: int) -> None:
    assert block_size(length) == size


def test_the_digest_of_a_block_list_fixes_number_and_order() -> None:
    one, two = sha256(b"1"), sha256(b"2")

    assert len({digest_blocks(b) for b in ((), (one,), (two,), (one, two), (two, one), (one, one), (one + two,))}) == 7
