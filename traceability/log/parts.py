"""One part of the log, read by itself: every leaf hashed again, cut into what it says, held against the tables.

Parts need nothing of each other, so that several processes may read them at once; what joins them (the tree, the order
of times, what has an entry twice) is auditing.py's. Rows are plain tuples (no model instances).
"""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol

from django.db import connection, connections

from traceability.log.leaves import KINDS

INSTANT = len("2026-11-22T03:52:20.123456Z")
COMMITMENT = 44
_SAYS_KIND = {kind: f',"kind":"{kind}","log":' for kind in KINDS}
Row = tuple[int, str, str, str, bytes]  # seq, kind, subject, leaf, leaf_hash


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit. ``code`` is a whole word, ``where`` names the row, ``words`` say it in English."""

    code: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.where}: {self.words} [{self.code}]"


class Told(NamedTuple):
    """What a leaf says, cut out of its text without reading JSON. ``at``: when the record came in,
    ``recorded``: when the log took it."""

    seq: int
    kind: str
    subject: str
    payload: str
    at: str
    recorded: str


class Room(Protocol):
    """Holds leaves against the tables of one room. ``compare`` runs once for each part, anywhere and in any order, and
    changes nothing of the room; what it carries over is taken in the order of the log."""

    def compare(self, told: Sequence[Told]) -> tuple[list[Finding], Any]: ...

    def take(self, carried: Any) -> Iterable[Finding]: ...

    def left_over(self) -> Iterable[Finding]: ...


@dataclass(slots=True)
class Part:
    """``numbers``: of the entries that are there, a range where none is missing. ``times``: when the log took the first
    and the last of them. ``carried``: for each room."""

    numbers: Sequence[int]
    digests: list[bytes]
    first: tuple[int, str] = (0, "")
    last_at: str = ""
    findings: list[Finding] = field(default_factory=list)
    carried: list[Any] = field(default_factory=list)


def read_part(bounds: tuple[int, int], *, rooms: Sequence[Room]) -> Part:
    """The entries from one number up to another, which is not among them."""
    rows = _rows(*bounds)
    sha256 = hashlib.sha256
    digests = [sha256(b"\x00" + row[3].encode()).digest() for row in rows]
    numbers: Sequence[int] = [row[0] for row in rows]
    if rows and numbers[-1] - numbers[0] + 1 == len(rows):
        numbers = range(numbers[0], numbers[0] + len(rows))
    part = Part(numbers, digests)
    if [bytes(row[4]) for row in rows] != digests:
        part.findings += _wrong_hashes(rows, digests)
    told = list(_told(rows, part))
    for room in rooms:
        found, carried = room.compare(told)
        part.findings += found
        part.carried.append(carried)
    return part


def _rows(first: int, end: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, kind, subject, leaf, leaf_hash FROM traceability_logentry"
            " WHERE seq >= %s AND seq < %s ORDER BY seq",
            [first, end],
        )
        found: list[Row] = cursor.fetchall()
    return found


def _told(rows: Sequence[Row], part: Part) -> Iterator[Told]:
    """What the leaves say that can be read; the others, and steps back in time, are findings."""
    for seq, kind, subject, leaf, _ in rows:
        told = cut(seq, kind, subject, leaf)
        if told is None:
            words = "the leaf does not say this number and kind"
            part.findings.append(Finding("leaf_place", f"entry {seq}", words))
            continue
        if not part.last_at:
            part.first = seq, told.recorded
        if told.recorded < part.last_at:
            part.findings.append(stepped_back(seq, told.recorded))
        else:
            part.last_at = told.recorded
        yield told


def stepped_back(seq: int, recorded: str) -> Finding:
    return Finding("time", f"entry {seq}", f"recorded at {recorded}, before the entry it follows")


def _wrong_hashes(rows: Sequence[Row], digests: Sequence[bytes]) -> Iterator[Finding]:
    for (seq, *_, stored), digest in zip(rows, digests, strict=True):
        if bytes(stored) != digest:
            yield Finding("leaf_hash", f"entry {seq}", "the leaf is not what its hash says")


def cut(seq: int, kind: str, subject: str, leaf: str) -> Told | None:
    """The parts of a leaf, by the order that RFC 8785 gives its members; None when it says another place or kind."""
    start, tail = leaf.find(',"payload":'), leaf.rfind(',"recordTime":"')
    after = tail + 15 + INSTANT
    if start < 0 or tail < start or not leaf.startswith(f'","seq":{seq},"subjects":[', after):
        return None
    if kind not in _SAYS_KIND or leaf.find(_SAYS_KIND[kind], 0, start) < 0:
        return None
    at = recorded = leaf[tail + 15 : after]
    end = tail
    received = end - INSTANT - 14
    if leaf.startswith(',"received":"', received):
        at, end = leaf[received + 13 : end - 1], received
    private = end - COMMITMENT - 13
    if leaf.startswith(',"private":"', private):
        end = private
    return Told(seq, kind, subject, leaf[start + 11 : end], at, recorded)


@contextmanager
def parts_in_order(size: int, *, chunk: int, rooms: Sequence[Room], jobs: int) -> Iterator[Iterable[Part]]:
    """The first ``size`` entries in parts of ``chunk``. With several ``jobs`` each reads by a connection of its own, so
    nothing that is not committed is seen: not for use inside a transaction."""
    bounds = [(first, min(first + chunk, size)) for first in range(0, size, chunk)]
    if jobs < 2 or connection.in_atomic_block:
        yield map(partial(read_part, rooms=rooms), bounds)
        return
    connections.close_all()  # an open one must not cross a fork
    with multiprocessing.get_context("fork").Pool(jobs, initializer=_rooms_are, initargs=(rooms,)) as pool:
        yield pool.imap(_read_here, bounds)


_here: list[Room] = []  # in a process of the pool


def _rooms_are(rooms: Sequence[Room]) -> None:
    _here[:] = rooms


def _read_here(bounds: tuple[int, int]) -> Part:
    return read_part(bounds, rooms=_here)
