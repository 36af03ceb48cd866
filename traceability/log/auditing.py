"""Reading the whole log again: every leaf, every number, every checkpoint, every signature; what does not fit is named.

Rows are read in chunks as plain tuples (no model instances): a million entries are a matter of seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from community import guarding
from traceability.log.appending import STORED_LEVELS
from traceability.log.leaves import KINDS
from traceability.log.merkle import TILE, Frontier
from traceability.log.models import Checkpoint, LogHead, SigningKey, Subtree
from traceability.log.notes import BadNote, Tree, parse_checkpoint, parse_vkey, verify_note

CHUNK = 16 * TILE
MOST_FINDINGS = 50
INSTANT = len("2026-11-22T03:52:20.123456Z")
COMMITMENT = 44
_SAYS_KIND = {kind: f',"kind":"{kind}","log":' for kind in KINDS}


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


@dataclass(slots=True)
class Report:
    """``found`` counts all, ``findings`` keeps the first."""

    entries: int = 0
    checkpoints: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.found == 0

    def add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.found += 1
            if len(self.findings) < MOST_FINDINGS:
                self.findings.append(finding)


Row = tuple[int, str, str, str, bytes]  # seq, kind, subject, leaf, leaf_hash
Compare = Callable[[Sequence[Told]], Iterable[Finding]]


def audit_log(*, compare: Compare | None = None, held: Sequence[Tree] = (), chunk: int = CHUNK) -> Report:
    """Check all that is stored of the log itself, and that it goes on from the trees of checkpoints ``held`` by others.

    ``compare`` is given each chunk of leaves, to hold against the tables they tell of. Writes nothing, and may run
    while others append: it reads as far as the log went when it began.
    """
    report = Report()
    report.add(
        Finding("trigger_missing", name, "the trigger is gone") for name in guarding.missing(connection, "traceability")
    )
    # In this order: what is signed is never more than the head counts, nor the head more than there are entries.
    notes = list(Checkpoint.objects.order_by("pk"))
    head = LogHead.objects.first() or LogHead()
    walk = _Walk([*_signed_trees(notes, head, report), *held])
    for rows in _chunks(chunk, head.size):
        told = walk.go_on(rows, report)
        if compare is not None:
            report.add(compare(told))
    report.entries, report.checkpoints = walk.frontier.size, len(notes)
    report.add(walk.left_over())
    report.add(_check_end(head, walk.frontier))
    return report


def _chunks(rows: int, size: int) -> Iterator[list[Row]]:
    """The first ``size`` entries by seq, with those whose seq should not be."""
    query = (
        "SELECT seq, kind, subject, leaf, leaf_hash FROM traceability_logentry WHERE seq < %s {} ORDER BY seq LIMIT %s"
    )
    last: int | None = None
    while True:
        with connection.cursor() as cursor:
            if last is None:
                cursor.execute(query.format(""), [size, rows])
            else:
                cursor.execute(query.format("AND seq > %s"), [size, last, rows])
            found = cursor.fetchall()
        if not found:
            return
        yield found
        last = found[-1][0]


def _signed_trees(notes: Sequence[Checkpoint], head: LogHead, report: Report) -> list[Tree]:
    """What the kept checkpoints sign; each one's note is held against its signature, its key's period and its row."""
    keys = {key.pk: key for key in SigningKey.objects.all()}
    trees: list[Tree] = []
    for row in notes:
        where, key = f"checkpoint {row.size}", keys[row.key_id]
        try:
            tree = parse_checkpoint(verify_note(row.note, [parse_vkey(key.vkey)]))
        except BadNote as fault:
            report.add([Finding("signature", where, str(fault))])
            continue
        if (tree.size, tree.root, tree.origin) != (row.size, bytes(row.root), head.origin):
            report.add([Finding("checkpoint_row", where, "the row says something else than its signed note")])
        if row.made_at < key.active_from or (key.retired_at is not None and row.made_at > key.retired_at):
            report.add([Finding("key_period", where, f"signed outside the period of {key}")])
        trees.append(tree)
    return trees


class _Walk:
    """Goes over the leaves once, growing the tree they really make."""

    def __init__(self, signed: Sequence[Tree]) -> None:
        self.signed: dict[int, set[bytes]] = {}
        for tree in signed:
            self.signed.setdefault(tree.size, set()).add(tree.root)
        self.ahead = sorted(self.signed, reverse=True)
        self.frontier = Frontier()
        self.last_at = ""
        self.subtrees = {(tree.level, tree.index): bytes(tree.root) for tree in Subtree.objects.all()}

    def go_on(self, rows: Sequence[Row], report: Report) -> list[Told]:
        """The next leaves of the log; answers what those say that can be read."""
        sha256 = hashlib.sha256
        digests = [sha256(b"\x00" + row[3].encode()).digest() for row in rows]
        first = self.frontier.size
        if [row[0] for row in rows] != list(range(first, first + len(rows))):
            report.add(_gaps(rows, first))
        if [bytes(row[4]) for row in rows] != digests:
            report.add(_wrong_hashes(rows, digests))
        self._grow(digests, report)
        return [told for row in rows if (told := self._read(row, report)) is not None]

    def _grow(self, digests: Sequence[bytes], report: Report) -> None:
        """By whole tiles where one begins and nothing was signed inside it, else leaf by leaf."""
        place, tree = 0, self.frontier
        while place < len(digests):
            while self.ahead and self.ahead[-1] <= tree.size:
                self.ahead.pop()
            ahead = self.ahead[-1] - tree.size if self.ahead else TILE
            if tree.size % TILE == 0 and ahead >= TILE and len(digests) - place >= TILE:
                finished = tree.append_tile(digests[place : place + TILE])
                place += TILE
                self._check_tree(finished, report)
                continue
            stop = min(len(digests), place + ahead, place + TILE - tree.size % TILE)
            for digest in digests[place:stop]:
                self._check_tree(tree.append(digest), report)
            place = stop

    def _check_tree(self, finished: Sequence[tuple[int, int, bytes]], report: Report) -> None:
        for level, index, root in finished:
            if level % STORED_LEVELS == 0 and self.subtrees.pop((level, index), None) != root:
                words = "the kept root of a subtree is not that of its leaves"
                report.add([Finding("subtree", f"subtree {level}/{index}", words)])
        if (signed := self.signed.pop(self.frontier.size, None)) is not None and signed != {self.frontier.root()}:
            words = "the entries are not the ones that were signed: something up to here was changed"
            report.add([Finding("root", f"checkpoint {self.frontier.size}", words)])

    def _read(self, row: Row, report: Report) -> Told | None:
        seq, kind, subject, leaf, _ = row
        told = cut(seq, kind, subject, leaf)
        if told is None:
            report.add([Finding("leaf_place", f"entry {seq}", "the leaf does not say this number and kind")])
            return None
        if told.recorded < self.last_at:
            words = f"recorded at {told.recorded}, before the entry it follows"
            report.add([Finding("time", f"entry {seq}", words)])
        else:
            self.last_at = told.recorded
        return told

    def left_over(self) -> Iterator[Finding]:
        for size in sorted(self.signed):
            words = f"signed over {size} entries, and only {self.frontier.size} are left"
            yield Finding("tail", f"checkpoint {size}", words)
        for level, index in sorted(self.subtrees):
            if (index + 1) << level <= self.frontier.size:
                yield Finding("subtree", f"subtree {level}/{index}", "a root that no leaves make")


def _gaps(rows: Sequence[Row], first: int) -> Iterator[Finding]:
    for expected, (seq, *_) in enumerate(rows, start=first):
        if seq != expected:
            yield Finding("gap", f"entry {seq}", f"entry {expected} should stand here")


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


def _check_end(head: LogHead, walked: Frontier) -> Iterator[Finding]:
    if head.size != walked.size:
        yield Finding("tail", "head", f"the log counted {head.size} entries, and {walked.size} are left")
    elif bytes(head.frontier) != walked.dump():
        yield Finding("head", "head", "the entries are not the ones that were appended")
    with connection.cursor() as cursor:  # one statement sees one moment, whoever appends meanwhile
        cursor.execute("SELECT MAX(seq), (SELECT size FROM traceability_loghead) FROM traceability_logentry")
        last, size = cursor.fetchone()
    if (-1 if last is None else last) + 1 > (size or 0):
        yield Finding("beyond", f"entry {last}", f"the log counted only {size or 0} entries")
