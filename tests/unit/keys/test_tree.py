"""The Merkle tree: equal to its definition for every size up to 70, and every lie about it refused."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keys.errors import MalformedError, TamperedError
from keys.tree import (
    EMPTY_ROOT,
    Tree,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_inclusion,
    root,
)

MOST = 70
BYTE_BY_BYTE = (*range(1, 24), 32, 33, 64, 65)
"""Sizes whose proofs are changed in every single byte; each shape of tree is among them."""
LEAVES = [leaf_hash(bytes([number])) for number in range(MOST)]
TREE = Tree(LEAVES)
VECTORS = Path(__file__).parents[4] / "shared/data/security-vectors/merkle"


# The definitions of RFC 6962, sections 2.1, 2.1.1 and 2.1.2, word for word and as slow as they are.


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    if len(d) == 1:
        return d[0]
    k = split(len(d))
    return node_hash(mth(d[:k]), mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def flipped(proof: list[bytes]) -> list[list[bytes]]:
    """The proof with each of its bytes changed, one at a time."""
    found = []
    for place, each in enumerate(proof):
        for at in range(len(each)):
            changed = each[:at] + bytes([each[at] ^ 1]) + each[at + 1 :]
            found.append([*proof[:place], changed, *proof[place + 1 :]])
    return found


def refused_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], expected: bytes) -> None:
    with pytest.raises(TamperedError) as caught:
        check_inclusion(leaf, index, size, proof, expected)
    assert caught.value.code == "tree.inclusion"


def refused_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> None:
    with pytest.raises(TamperedError) as caught:
        check_consistency(old, old_root, new, new_root, proof)
    assert caught.value.code == "tree.consistency"


def lets_pass(check: Callable[..., None], *arguments: object) -> bool:
    """`pytest.raises` costs too much for a million lies."""
    try:
        check(*arguments)
    except TamperedError:
        return False
    return True


# Equal to the definition.


def test_leaves_and_nodes_are_hashed_apart() -> None:
    """The prefixes 0x00 and 0x01, with hashes that do not come from this code (transparency-dev/merkle)."""
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"

    ct = [leaf_hash(bytes.fromhex(entry)) for entry in ("", "00", "10", "2021", "3031", "40414243")]

    assert base64.b64encode(root(ct[:2])) == b"+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="
    assert base64.b64encode(root(ct[:3])) == b"rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc="
    assert base64.b64encode(root(ct[:5])) == b"Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ="


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert root([]) == Tree().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_every_root_is_the_defined_one() -> None:
    for size in range(1, MOST + 1):
        assert TREE.root(size) == root(LEAVES[:size]) == mth(LEAVES[:size])


def test_every_inclusion_proof_is_the_defined_one_and_passes() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = TREE.inclusion_proof(index, size)
            assert proof == path(index, LEAVES[:size])
            check_inclusion(LEAVES[index], index, size, proof, TREE.root(size))


def test_every_consistency_proof_is_the_defined_one_and_passes() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = TREE.consistency_proof(old, new)
            assert proof == subproof(old, LEAVES[:new], True)
            check_consistency(old, TREE.root(old), new, TREE.root(new), proof)


def test_the_proofs_of_the_source_s_example_are_these() -> None:
    """The tree of 7 leaves of RFC 6962, section 2.1.3."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, last = node_hash(g, h), node_hash(i, j)

    assert [TREE.inclusion_proof(m, 7) for m in (0, 3, 4, 6)] == [[b, h, last], [c, g, last], [f, j, k], [i, k]]
    assert [TREE.consistency_proof(m, 7) for m in (3, 4, 6)] == [[c, d, g, last], [last], [i, j, k]]


def test_the_tree_reads_few_hashes_of_a_long_log() -> None:
    asked: list[tuple[int, int]] = []

    def read(level: int, index: int) -> bytes:
        asked.append((level, index))
        return bytes(32)

    prove_inclusion(read, 123_456, 1_000_000)

    assert len(asked) <= 2 * 20


def test_appending_tells_the_index() -> None:
    tree = Tree()
    assert [tree.append(leaf) for leaf in LEAVES] == list(range(MOST))
    assert tree.size == MOST
    assert tree.leaf(69) == LEAVES[69]


def test_a_leaf_that_is_no_hash_is_not_appended() -> None:
    tree = Tree()
    with pytest.raises(ValueError, match="32 bytes"):
        tree.append(bytes(31))
    assert tree.size == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda: TREE.root(MOST + 1),
        lambda: TREE.root(-1),
        lambda: TREE.inclusion_proof(0, MOST + 1),
        lambda: TREE.inclusion_proof(MOST, MOST + 1),
        lambda: TREE.inclusion_proof(5, 5),
        lambda: TREE.inclusion_proof(-1, 5),
        lambda: TREE.consistency_proof(0, 5),
        lambda: TREE.consistency_proof(6, 5),
        lambda: TREE.consistency_proof(5, MOST + 1),
        lambda: TREE.consistency_proof(MOST + 1, MOST + 1),
        lambda: TREE.leaf(MOST),
        lambda: TREE.leaf(-1),
        lambda: TREE.leaf(-2),
        lambda: TREE.read(1, MOST // 2),
        lambda: TREE.read(99, 0),
    ],
)
def test_what_the_tree_does_not_hold_is_not_answered(ask: Callable[[], object]) -> None:
    with pytest.raises(MalformedError) as caught:
        ask()
    assert caught.value.code == "tree.range"


# Lies about inclusion.


def test_no_byte_of_an_inclusion_proof_can_change() -> None:
    for size in BYTE_BY_BYTE:
        expected = TREE.root(size)
        for index in range(size):
            for lie in flipped(TREE.inclusion_proof(index, size)):
                assert not lets_pass(check_inclusion, LEAVES[index], index, size, lie, expected)


def test_no_other_leaf_stands_at_an_index() -> None:
    for size in range(2, MOST + 1):
        for index in range(size):
            proof, expected = TREE.inclusion_proof(index, size), TREE.root(size)
            assert not lets_pass(check_inclusion, LEAVES[index - 1], index, size, proof, expected)
            assert not lets_pass(check_inclusion, LEAVES[index], (index + 1) % size, size, proof, expected)


def test_an_inclusion_proof_is_refused_when_a_hash_is_missing_or_too_many() -> None:
    for size in range(2, MOST + 1):
        for index in range(size):
            proof, expected = TREE.inclusion_proof(index, size), TREE.root(size)
            for lie in (proof[1:], proof[:-1], [*proof, expected], [LEAVES[0], *proof]):
                assert not lets_pass(check_inclusion, LEAVES[index], index, size, lie, expected)


def test_an_inner_node_is_no_leaf() -> None:
    for size in range(2, MOST + 1):
        refused_inclusion(TREE.root(size), 0, size, [], TREE.root(size))


def test_a_proof_deeper_than_the_tree_is_refused() -> None:
    a, b = LEAVES[:2]
    refused_inclusion(a, 0, 1, [b], node_hash(b, a))


def test_an_index_outside_the_log_is_refused() -> None:
    refused_inclusion(LEAVES[0], 1, 1, [], LEAVES[0])
    refused_inclusion(LEAVES[0], 0, 0, [], LEAVES[0])
    refused_inclusion(LEAVES[0], -1, 1, [], LEAVES[0])


def test_a_leaf_and_its_sibling_cannot_exchange_a_byte() -> None:
    a, b = LEAVES[:2]
    refused_inclusion(a + b[:1], 0, 2, [b[1:]], node_hash(a, b))
    refused_inclusion(a, 0, 2, [b + b"!"], node_hash(a, b + b"!"))


# Lies about consistency.


def test_no_byte_of_a_consistency_proof_can_change() -> None:
    for new in BYTE_BY_BYTE:
        for old in range(1, new):
            old_root, new_root = TREE.root(old), TREE.root(new)
            for lie in flipped(TREE.consistency_proof(old, new)):
                assert not lets_pass(check_consistency, old, old_root, new, new_root, lie)


def test_a_rewritten_log_is_refused() -> None:
    """The old leaves with one changed, proved as well as such a log can."""
    for changed in range(8):
        other = Tree([*LEAVES[:changed], leaf_hash(b"another"), *LEAVES[changed + 1 : 20]])
        for old in range(changed + 1, 20):
            for new in range(old, 21):
                refused_consistency(old, TREE.root(old), new, other.root(new), other.consistency_proof(old, new))


def test_a_consistency_proof_is_refused_when_a_hash_is_missing_or_too_many() -> None:
    for new in range(2, MOST + 1):
        for old in range(1, new):
            proof, expected = TREE.consistency_proof(old, new), TREE.root(new)
            for lie in (proof[1:], proof[:-1], [*proof, expected], [LEAVES[0], *proof]):
                assert not lets_pass(check_consistency, old, TREE.root(old), new, expected, lie)


def test_a_longer_log_is_never_proved_by_nothing() -> None:
    for old in (1, 3, 4):
        refused_consistency(old, TREE.root(old), 5, TREE.root(old), [])
        refused_consistency(old, TREE.root(old), 5, TREE.root(5), [])


def test_a_log_of_no_leaves_is_no_evidence() -> None:
    """Not even with its right root: whoever has seen nothing has nothing to compare."""
    refused_consistency(0, EMPTY_ROOT, 5, TREE.root(5), [])
    refused_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])


def test_equal_sizes_need_equal_roots_and_no_proof() -> None:
    check_consistency(5, TREE.root(5), 5, TREE.root(5), [])
    refused_consistency(5, TREE.root(5), 5, TREE.root(6), [])
    refused_consistency(5, TREE.root(5), 5, TREE.root(5), [TREE.root(5)])


def test_a_log_never_shrinks() -> None:
    p, c, d = LEAVES[:3]
    refused_consistency(5, p, 3, node_hash(node_hash(p, c), d), [p, c, d])


def test_a_proof_of_another_depth_is_refused_even_when_it_hashes_up() -> None:
    c, d, g, e = LEAVES[:4]
    refused_consistency(1, c, 8, node_hash(c, d), [d])
    refused_consistency(3, node_hash(e, node_hash(g, c)), 4, node_hash(e, node_hash(g, node_hash(c, d))), [c, d, g, e])


def test_a_hash_of_another_length_is_refused_even_when_it_hashes_up() -> None:
    c, d, g = LEAVES[0] + b"!", LEAVES[1][1:], LEAVES[2]
    refused_consistency(3, node_hash(g, c), 4, node_hash(g, node_hash(c, d)), [c, d, g])


# Other people's vectors.


def _vectors(kind: str) -> list[Any]:
    files = sorted((VECTORS / kind).rglob("*.json"))
    return [pytest.param(json.loads(file.read_bytes()), id=str(file.relative_to(VECTORS / kind))) for file in files]


def _raw(text: str) -> bytes:
    return base64.b64decode(text)


def test_the_shared_vectors_are_all_here() -> None:
    if not VECTORS.is_dir():
        pytest.skip(f"the vectors of transparency-dev/merkle are not on this machine: {VECTORS}")
    assert (len(_vectors("inclusion")), len(_vectors("consistency"))) == (77, 74)


@pytest.mark.parametrize("vector", _vectors("inclusion") or [None])
def test_shared_inclusion_vector(vector: dict[str, Any] | None) -> None:
    if vector is None:
        pytest.skip(f"the vectors of transparency-dev/merkle are not on this machine: {VECTORS}")
    proof = [_raw(each) for each in vector["proof"] or ()]
    passed = lets_pass(
        check_inclusion, _raw(vector["leafHash"]), vector["leafIdx"], vector["treeSize"], proof, _raw(vector["root"])
    )
    assert passed is not vector["wantErr"], vector["desc"]


@pytest.mark.parametrize("vector", _vectors("consistency") or [None])
def test_shared_consistency_vector(vector: dict[str, Any] | None) -> None:
    if vector is None:
        pytest.skip(f"the vectors of transparency-dev/merkle are not on this machine: {VECTORS}")
    proof = [_raw(each) for each in vector["proof"] or ()]
    passed = lets_pass(
        check_consistency,
        vector["size1"],
        _raw(vector["root1"]),
        vector["size2"],
        _raw(vector["root2"]),
        proof,
    )
    assert passed is not vector["wantErr"], vector["desc"]
