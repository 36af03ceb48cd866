"""Proofs from the stored log. A tree of a million leaves answers from at most seven short reads."""

from __future__ import annotations

from collections.abc import Iterable

from community.errors import DomainError
from traceability.log.appending import STORED_LEVELS
from traceability.log.merkle import consistency_proof, inclusion_proof, node_hash, range_root
from traceability.log.models import LogEntry, Subtree

TILE = 1 << STORED_LEVELS


class LogBroken(DomainError):
    """What is stored is no longer the log that was signed. Codes: rows_missing (facts: level, first), shrunk
    (facts: size, signed), rewritten (facts: size, signed). Never a user's fault: stop and look."""


class StoredTree:
    """Roots of complete subtrees of the stored log: 256 of one level are read at once and kept while it lives."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        base = level - level % STORED_LEVELS
        width = 1 << (level - base)
        first = index * width
        tile = self._tile(base, first // TILE)
        hashes = tile[first % TILE : first % TILE + width]
        if len(hashes) < width:
            raise LogBroken("rows_missing", level=base, first=first)
        while len(hashes) > 1:
            hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` (> 0) leaves."""
        return range_root(self.node, 0, size)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return inclusion_proof(self.node, index, size)

    def consistency(self, first: int, second: int) -> list[bytes]:
        return consistency_proof(self.node, first, second)

    def _tile(self, base: int, number: int) -> list[bytes]:
        """Up to 256 neighbours, as far as they are there without a gap."""
        if (base, number) not in self._tiles:
            self._tiles[base, number] = _without_gap(number * TILE, _read(base, number * TILE))
        return self._tiles[base, number]


def _read(base: int, first: int) -> Iterable[tuple[int, bytes | memoryview]]:
    last = first + TILE - 1
    if base == 0:
        return LogEntry.objects.filter(seq__range=(first, last)).order_by("seq").values_list("seq", "leaf_hash")
    rows = Subtree.objects.filter(level=base, index__range=(first, last)).order_by("index")
    return rows.values_list("index", "root")


def _without_gap(first: int, rows: Iterable[tuple[int, bytes | memoryview]]) -> list[bytes]:
    found: list[bytes] = []
    for number, value in rows:
        if number != first + len(found):
            break
        found.append(bytes(value))
    return found
