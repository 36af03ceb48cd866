"""The tree of RFC 9162 against the cases of transparency-dev/merkle, and our own proofs against our own checks."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import vector_path
from traceability.log.merkle import (
    EMPTY_ROOT,
    TILE,
    TILE_LEVEL,
    BadProof,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency_proof,
    frontier_of,
    inclusion_proof,
    leaf_hash,
    node_hash,
)

CASES = vector_path("merkle/testdata")


def cases(kind: str) -> list[Path]:
    return sorted((CASES / kind).rglob("*.json"))


def name_of(case: Path) -> str:
    return str(case.relative_to(CASES))


def hash_of(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def hashes_of(case: dict[str, Any]) -> list[bytes]:
    return [hash_of(each) for each in case["proof"] or []]


def test_the_cases_are_there() -> None:
    assert len(cases("inclusion")) >= 90 and len(cases("consistency")) >= 90


@pytest.mark.parametrize("file", cases("inclusion"), ids=name_of)
def test_inclusion(file: Path) -> None:
    case = json.loads(file.read_text())
    try:
        check_inclusion(
            index=case["leafIdx"],
            size=case["treeSize"],
            leaf=hash_of(case["leafHash"]),
            proof=hashes_of(case),
            root=hash_of(case["root"]),
        )
    except BadProof:
        assert case["wantErr"], case["desc"]
    else:
        assert not case["wantErr"], case["desc"]


@pytest.mark.parametrize("file", cases("consistency"), ids=name_of)
def test_consistency(file: Path) -> None:
    case = json.loads(file.read_text())
    try:
        check_consistency(
            first=case["size1"],
            second=case["size2"],
            first_root=hash_of(case["root1"]),
            second_root=hash_of(case["root2"]),
            proof=hashes_of(case),
        )
    except BadProof:
        assert case["wantErr"], case["desc"]
    else:
        assert not case["wantErr"], case["desc"]


def test_a_size_of_zero_proves_nothing() -> None:
    """RFC 9162 has no PROOF(0, …): here as with transparency-dev a size of zero is refused, even the same twice."""
    with pytest.raises(BadProof):
        check_consistency(first=0, second=0, first_root=EMPTY_ROOT, second_root=EMPTY_ROOT, proof=[])
    with pytest.raises(ValueError):
        consistency_proof(lambda level, index: b"", 0, 5)


def test_the_roots_of_small_trees_are_those_of_the_definition() -> None:
    leaves = leaves_of(7)
    a, b, c, d, e, f, g = leaves
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256().digest()
    assert frontier_of(leaves[:1]).root() == a
    assert frontier_of(leaves[:3]).root() == node_hash(node_hash(a, b), c)
    left = node_hash(node_hash(a, b), node_hash(c, d))
    assert frontier_of(leaves).root() == node_hash(left, node_hash(node_hash(e, f), g))


@pytest.mark.parametrize("size", range(1, 34))
def test_each_leaf_is_proved_and_no_other_in_its_place(size: int) -> None:
    leaves = leaves_of(size)
    root, node = frontier_of(leaves).root(), node_in(leaves)
    for index in range(size):
        proof = inclusion_proof(node, index, size)
        check_inclusion(index=index, size=size, leaf=leaves[index], proof=proof, root=root)
        with pytest.raises(BadProof):
            check_inclusion(index=index, size=size, leaf=leaf_hash(b"other"), proof=proof, root=root)
        for first in range(1, size + 1):
            check_consistency(
                first=first,
                second=size,
                first_root=frontier_of(leaves[:first]).root(),
                second_root=root,
                proof=consistency_proof(node, first, size),
            )


@given(st.integers(2, 300), st.data())
def test_a_changed_past_is_inconsistent(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    place = data.draw(st.integers(0, first - 1))
    leaves = leaves_of(size)
    changed = [*leaves[:place], leaf_hash(b"other"), *leaves[place + 1 :]]
    with pytest.raises(BadProof):
        check_consistency(
            first=first,
            second=size,
            first_root=frontier_of(leaves[:first]).root(),
            second_root=frontier_of(changed).root(),
            proof=consistency_proof(node_in(changed), first, size),
        )


@pytest.mark.parametrize(("tiles", "rest"), [(1, 0), (2, 3), (5, 255), (16, 1)])
def test_tiles_grow_the_same_tree_as_leaves_one_by_one(tiles: int, rest: int) -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(tiles * TILE + rest)]
    slow, quick = Frontier(), Frontier()
    finished = [each for one in hashes for each in slow.append(one) if each[0] >= TILE_LEVEL]
    told = [each for start in range(0, tiles * TILE, TILE) for each in quick.append_tile(hashes[start : start + TILE])]
    told += [each for one in hashes[tiles * TILE :] for each in quick.append(one)][: len(finished) - len(told)]
    assert (quick.size, quick.roots, told) == (slow.size, slow.roots, finished)


def test_a_tile_is_taken_only_whole_and_at_its_place() -> None:
    tree, hashes = Frontier(), [leaf_hash(b"x")] * TILE
    with pytest.raises(ValueError, match="tile"):
        tree.append_tile(hashes[1:])
    tree.append(hashes[0])
    with pytest.raises(ValueError, match="tile"):
        tree.append_tile(hashes)
    assert tree.size == 1


@given(st.integers(0, 600))
def test_a_frontier_is_what_it_was_after_being_stored(size: int) -> None:
    grown = frontier_of(leaves_of(size))
    again = Frontier.load(size, grown.dump())
    assert again.root() == grown.root()
    for made in (grown, again):
        made.append(leaf_hash(b"next"))
    assert again.dump() == grown.dump() and again.size == size + 1
    with pytest.raises(ValueError):
        Frontier.load(size + 1, again.dump()[1:])


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def node_in(leaves: list[bytes]):
    """The roots of complete subtrees, from the definition."""

    @cache
    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node
