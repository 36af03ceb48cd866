"""Reading the whole log again: every leaf, number, checkpoint and signature; what does not fit is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from community import guarding
from traceability.log.appending import STORED_LEVELS
from traceability.log.merkle import TILE, Frontier
from traceability.log.models import Checkpoint, LogHead, SigningKey, Subtree
from traceability.log.notes import BadNote, Tree, parse_checkpoint, parse_vkey, verify_note
from traceability.log.parts import Finding, Part, Room, parts_in_order, stepped_back

CHUNK = 16 * TILE
MOST_FINDINGS = 50


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


def audit_log(*, rooms: Sequence[Room] = (), held: Sequence[Tree] = (), chunk: int = CHUNK, jobs: int = 1) -> Report:
    """Check all that is stored of the log itself, and that it goes on from the trees of checkpoints ``held`` by others.

    The ``rooms`` hold each part against the tables it tells of. Writes nothing, and may run while others append: it
    reads as far as the log went when it began. ``jobs``: how many processes read.
    """
    report = Report()
    report.add(
        Finding("trigger_missing", name, "the trigger is gone") for name in guarding.missing(connection, "traceability")
    )
    # In this order: what is signed is never more than the head counts, nor the head more than there are entries.
    notes = list(Checkpoint.objects.order_by("pk"))
    head = LogHead.objects.first() or LogHead()
    walk = _Walk([*_signed_trees(notes, head, report), *held])
    with parts_in_order(head.size, chunk=chunk, rooms=rooms, jobs=jobs) as parts:
        for part in parts:
            walk.go_on(part, report)
            for room, carried in zip(rooms, part.carried, strict=True):
                report.add(room.take(carried))
    report.entries, report.checkpoints = walk.frontier.size, len(notes)
    report.add(walk.left_over())
    report.add(_check_end(head, walk.frontier))
    for room in rooms:
        report.add(room.left_over())
    return report


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
    """Goes over the parts once, growing the tree that their leaves really make."""

    def __init__(self, signed: Sequence[Tree]) -> None:
        self.signed: dict[int, set[bytes]] = {}
        for tree in signed:
            self.signed.setdefault(tree.size, set()).add(tree.root)
        self.ahead = sorted(self.signed, reverse=True)
        self.frontier = Frontier()
        self.last_at = ""
        self.subtrees = {(tree.level, tree.index): bytes(tree.root) for tree in Subtree.objects.all()}

    def go_on(self, part: Part, report: Report) -> None:
        first = self.frontier.size
        if part.numbers != range(first, first + len(part.digests)):
            report.add(_gaps(part.numbers, first))
        report.add(part.findings)
        self._grow(part.digests, report)
        if part.last_at:
            seq, recorded = part.first
            if recorded < self.last_at:
                report.add([stepped_back(seq, recorded)])
            self.last_at = max(self.last_at, part.last_at)

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

    def left_over(self) -> Iterator[Finding]:
        for size in sorted(self.signed):
            words = f"signed over {size} entries, and only {self.frontier.size} are left"
            yield Finding("tail", f"checkpoint {size}", words)
        for level, index in sorted(self.subtrees):
            if (index + 1) << level <= self.frontier.size:
                yield Finding("subtree", f"subtree {level}/{index}", "a root that no leaves make")


def _gaps(numbers: Sequence[int], first: int) -> Iterator[Finding]:
    for expected, seq in enumerate(numbers, start=first):
        if seq != expected:
            yield Finding("gap", f"entry {seq}", f"entry {expected} should stand here")


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
