"""The Merkle tree of the ledger and of the package rows: roots, proofs that an entry is in, that a log only grew.

A hash is 32 bytes of SHA-256. A tree of `size` leaves has one shape (RFC 6962, section 2.1):

    MTH({})     = SHA-256("")
    MTH({d})    = SHA-256(0x00 ‖ d)                                leaf_hash
    MTH(D[0:n]) = SHA-256(0x01 ‖ MTH(D[0:k]) ‖ MTH(D[k:n]))        node_hash, k the largest power of two below n

Everything here takes leaf hashes, never entries, so an entry that is missing or secret does not stop a proof.
The arithmetic asks a `Reader` for complete subtrees and does not know where they are stored; `Tree` keeps them in
memory. Proving and checking come in pairs: `prove_…` needs the log, `check_…` needs only what the log handed out.

Sources: RFC 6962 sections 2.1 to 2.1.3; the numbered steps of the two checks are those of sections 2.1.3.2 and
2.1.4.2 of draft-ietf-trans-rfc6962-bis-42, which was published as RFC 9162.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

from keys.errors import MalformedError, TamperedError

HASH_SIZE = 32
"""Bytes."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


class Reader(Protocol):
    """Where the arithmetic gets hashes from."""

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree over leaves [index · 2^level, (index + 1) · 2^level), 32 bytes."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), 32 bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# Proving, over a reader. All answer in O(log size) hashes read.


def prove_root(read: Reader, size: int) -> bytes:
    """The root over the first `size` leaves, 32 bytes. Raises MalformedError for a negative size."""
    if size < 0:
        raise MalformedError("tree.range", size=size)
    return _subtree(read, 0, size) if size else EMPTY_ROOT


def prove_inclusion(read: Reader, index: int, size: int) -> list[bytes]:
    """PATH(index, D[0:size]): the siblings from the leaf up, 32 bytes each.

    Raises MalformedError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise MalformedError("tree.range", index=index, size=size)
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(read, middle, end))
            end = middle
        else:
            path.append(_subtree(read, start, middle))
            start = middle
    return path[::-1]  # walked from the root down, the path runs from the leaf up


def prove_consistency(read: Reader, old_size: int, new_size: int) -> list[bytes]:
    """PROOF(old_size, D[0:new_size]): the hashes that rebuild both roots, 32 bytes each; empty for equal sizes.

    Raises MalformedError unless 0 < old_size <= new_size: an empty log is the beginning of every log, so nothing
    could be proved about it.
    """
    if not 0 < old_size <= new_size:
        raise MalformedError("tree.range", old_size=old_size, new_size=new_size)
    start, end = 0, new_size
    path: list[bytes] = []
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_subtree(read, middle, end))
            end = middle
        else:
            path.append(_subtree(read, start, middle))
            start = middle
    if start:  # else D[0:old_size] is the subtree we stand at, and whoever checks knows its root
        path.append(_subtree(read, start, end))
    return path[::-1]


def _split(count: int) -> int:
    """k: the largest power of two smaller than count (count >= 2)."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(read: Reader, start: int, end: int) -> bytes:
    """MTH(D[start:end]). The callers' halving keeps `start` a multiple of every complete subtree's length."""
    count = end - start
    if count & (count - 1) == 0:
        return read(count.bit_length() - 1, start // count)
    middle = start + _split(count)
    return node_hash(_subtree(read, start, middle), _subtree(read, middle, end))


# Checking: from what was handed out alone.


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That the leaf hash stands at `index` of the log with this size and root.

    Returns nothing; raises TamperedError("tree.inclusion"). RFC 9162, 2.1.3.2.
    """
    failed = TamperedError("tree.inclusion", index=index, size=size)
    _check_lengths((leaf, *proof), failed)
    if not 0 <= index < size:  # 1
        raise failed
    fn, sn = index, size - 1  # 2
    r = leaf  # 3
    for p in proof:  # 4
        if sn == 0:
            raise failed
        if fn & 1 or fn == sn:
            r = node_hash(p, r)  # 4.1
            fn, sn = _up_to_a_right_child(fn, sn)  # 4.2
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or r != root:  # 5
        raise failed


def check_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """That the log of (new_size, new_root) begins with the whole log of (old_size, old_root).

    Returns nothing; raises TamperedError("tree.consistency"). RFC 9162, 2.1.4.2, with what its range 0 < first < second
    leaves open: equal sizes need equal roots and an empty proof, and size 0 is refused (whoever has seen no log yet
    has nothing to compare and must not take a call of this function for a check).
    """
    failed = TamperedError("tree.consistency", old_size=old_size, new_size=new_size)
    _check_lengths(proof, failed)
    if not 0 < old_size <= new_size:
        raise failed
    if old_size == new_size:
        if proof or old_root != new_root:
            raise failed
        return
    if not proof:  # 1
        raise failed
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)  # 2
    fn, sn = old_size - 1, new_size - 1  # 3
    while fn & 1:  # 4
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]  # 5
    for c in path[1:]:  # 6
        if sn == 0:
            raise failed
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)  # 6.1
            fn, sn = _up_to_a_right_child(fn, sn)  # 6.2
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if fr != old_root or sr != new_root or sn != 0:  # 7
        raise failed


def _up_to_a_right_child(fn: int, sn: int) -> tuple[int, int]:
    """Past the levels where the last node has no sibling and is its own parent."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _check_lengths(hashes: Iterable[bytes], failed: TamperedError) -> None:
    # 33 bytes beside 31 hash to the same parent as 32 beside 32. A root needs no check: it is only compared.
    if any(len(each) != HASH_SIZE for each in hashes):
        raise failed


class Tree:
    """A growing tree in memory: every complete subtree's hash by level, about 64 bytes a leaf.

    Appending costs at most one hash a level and one on average; every question costs O(log size). Answers for any
    size up to the present one, so a proof against yesterday's checkpoint needs no other object.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """`leaves` are leaf hashes. Raises ValueError as `append` does."""
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """Leaves."""
        return len(self._levels[0]) // HASH_SIZE

    def append(self, leaf: bytes) -> int:
        """Adds one leaf hash and returns its index. Raises ValueError unless it has 32 bytes."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}")
        index = place = self.size
        level, value = 0, leaf
        self._levels[0] += value
        while place & 1:  # a pair is complete: its parent stands one level up
            value = node_hash(self.read(level, place - 1), value)
            level, place = level + 1, place >> 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += value
        return index

    def read(self, level: int, index: int) -> bytes:
        """The `Reader` over this tree. Raises MalformedError("tree.range") for a subtree that is not complete yet."""
        if 0 <= level < len(self._levels) and index >= 0:
            found = bytes(self._levels[level][index * HASH_SIZE : (index + 1) * HASH_SIZE])
            if found:
                return found
        raise MalformedError("tree.range", level=level, index=index, size=self.size)

    def leaf(self, index: int) -> bytes:
        """The leaf hash at `index`. Raises MalformedError when there is none."""
        return self.read(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (all of them by default). Raises MalformedError beyond the tree."""
        return prove_root(self.read, self._within(self.size if size is None else size))

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """See `prove_inclusion`. Raises MalformedError unless 0 <= index < size <= the tree's size."""
        return prove_inclusion(self.read, index, self._within(size))

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        """See `prove_consistency`. Raises MalformedError unless 0 < old_size <= new_size <= the tree's size."""
        return prove_consistency(self.read, old_size, self._within(new_size))

    def _within(self, size: int) -> int:
        if size > self.size:
            raise MalformedError("tree.range", asked=size, size=self.size)
        return size


# For a list that is there at once, such as the rows of one manifest.


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes, 32 bytes."""
    return Tree(leaves).root()
