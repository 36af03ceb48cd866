"""The tree of RFC 9162 §2.1: hashes, roots, inclusion and consistency proofs. Pure; every hash is 32 bytes.

A tree of ``size`` leaves is cut into *complete subtrees*: the one at (level, index) covers the leaves from
``index · 2^level``, ``2^level`` of them. Who asks for a proof brings a function that answers their roots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

Node = Callable[[int, int], bytes]  # (level, index) → root of that complete subtree

HASH_BYTES = 32
TILE_LEVEL = 8
TILE = 1 << TILE_LEVEL
EMPTY_ROOT = hashlib.sha256(b"").digest()


class BadProof(ValueError):
    """A proof that does not prove what it says; the text says why."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees of a growing tree, largest first: one for each 1 in the binary ``size``.

    All that is needed to append and to know the root: at most 64 hashes, whatever the size.
    """

    __slots__ = ("roots", "size")

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self.roots = list(roots)
        if size < 0 or len(self.roots) != size.bit_count() or any(len(root) != HASH_BYTES for root in self.roots):
            raise ValueError("a frontier has one root for each 1 in the binary size")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add the hash of one leaf. Answers each complete subtree of more than one leaf that it finished."""
        return self._carry(leaf, 0)

    def append_tile(self, leaves: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Add the hashes of ``TILE`` leaves to a tree whose size is a multiple of it: quicker than one by one, and
        answers only what was finished from their own subtree up."""
        if len(leaves) != TILE or self.size % TILE:
            raise ValueError("a tile has its own number of leaves and its own places")
        layer: Sequence[bytes] = leaves
        sha256 = hashlib.sha256
        while len(layer) > 1:
            layer = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(layer[::2], layer[1::2], strict=True)
            ]
        index = self.size >> TILE_LEVEL
        return [(TILE_LEVEL, index, layer[0]), *self._carry(layer[0], TILE_LEVEL)]

    def _carry(self, root: bytes, level: int) -> list[tuple[int, int, bytes]]:
        finished = []
        added = 1 << level
        while (self.size >> level) & 1:
            root = node_hash(self.roots.pop(), root)
            level += 1
            finished.append((level, self.size >> level, root))
        self.roots.append(root)
        self.size += added
        return finished

    def root(self) -> bytes:
        if not self.roots:
            return EMPTY_ROOT
        found = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            found = node_hash(left, found)
        return found

    def dump(self) -> bytes:
        return b"".join(self.roots)

    @classmethod
    def load(cls, size: int, dumped: bytes) -> Frontier:
        """Raises ValueError for bytes that are no frontier of ``size`` leaves."""
        return cls(size, [dumped[at : at + HASH_BYTES] for at in range(0, len(dumped), HASH_BYTES)])


def frontier_of(leaves: Iterable[bytes]) -> Frontier:
    """The frontier of the tree over these leaf hashes."""
    made = Frontier()
    for leaf in leaves:
        made.append(leaf)
    return made


def range_root(node: Node, start: int, end: int) -> bytes:
    """MTH(D[start:end]) where ``start`` is a multiple of the largest power of two ≤ end − start."""
    count = end - start
    if count <= 0:
        raise ValueError("an empty range has no root here")
    level = count.bit_length() - 1
    if count == 1 << level:
        return node(level, start >> level)
    middle = start + (1 << level)
    return node_hash(node(level, start >> level), range_root(node, middle, end))


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162 §2.1.3.1, from the leaf up. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(node, middle, end))
            end = middle
        else:
            path.append(range_root(node, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(node: Node, first: int, second: int) -> list[bytes]:
    """PROOF(first, D[second]) of RFC 9162 §2.1.4.1. Raises ValueError unless 0 < first ≤ second."""
    if not 0 < first <= second:
        raise ValueError("consistency is proved between two sizes, the first above zero")
    start, end, whole, path = 0, second, True, []
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(range_root(node, middle, end))
            end = middle
        else:
            path.append(range_root(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_root(node, start, end))
    return path[::-1]


def check_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 §2.1.3.2. Raises :class:`BadProof`."""
    if not 0 <= index < size:
        raise BadProof("the leaf lies outside the tree")
    _check_lengths(leaf, root, *proof)
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof("the proof is too short")
    if found != root:
        raise BadProof("the leaf is not in the tree of this root")


def check_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """RFC 9162 §2.1.4.2: the tree of ``second`` leaves begins with the tree of ``first``. Raises :class:`BadProof`.

    A size of zero proves nothing and is refused.
    """
    if not 0 < first <= second:
        raise BadProof("consistency is proved between two sizes, the first above zero")
    if first == second:
        if proof or first_root != second_root:
            raise BadProof("two trees of one size are the same tree, with an empty proof")
        return
    _check_lengths(first_root, second_root, *proof)
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        raise BadProof("the proof is too short")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    _climb(steps, place, last, first_root=first_root, second_root=second_root)


def _climb(steps: Sequence[bytes], place: int, last: int, *, first_root: bytes, second_root: bytes) -> None:
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof("the proof is too short")
    if older != first_root:
        raise BadProof("the older tree is another one")
    if newer != second_root:
        raise BadProof("the newer tree is another one")


def _check_lengths(*hashes: bytes) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise BadProof("a hash has 32 bytes")
