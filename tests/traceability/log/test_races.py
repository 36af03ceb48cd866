"""Many append at once: numbers without a gap, one tree. Real threads, the database of this run."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from tests.concurrency.at_once import PATIENCE, at_once
from traceability.log.appending import append
from traceability.log.auditing import audit_log
from traceability.log.checkpoints import make_checkpoint
from traceability.log.keys import open_key
from traceability.log.leaves import Leaf
from traceability.log.merkle import Frontier
from traceability.log.models import Checkpoint, LogEntry, LogHead

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 12


def leaf(number: int) -> Leaf:
    return Leaf("recall", f"recall:{number}", {"n": number})


def test_without_the_lock_writers_take_one_number() -> None:
    """Read the head, then write what follows from it: everybody has read before anybody writes."""
    append([leaf(0)])
    all_read = threading.Barrier(WRITERS)

    def read_then_write() -> str:
        head = LogHead.objects.get()
        frontier = Frontier.load(head.size, bytes(head.frontier))
        all_read.wait(timeout=PATIENCE)
        frontier.append(b"\x01" * 32)
        try:
            with transaction.atomic():
                LogEntry.objects.bulk_create([LogEntry(seq=head.size, kind="x", subject="x", leaf="", leaf_hash=b"")])
        except IntegrityError:
            return "lost"
        LogHead.objects.update(size=frontier.size, frontier=frontier.dump())
        return "kept"

    assert Counter(at_once([read_then_write] * WRITERS)) == {"kept": 1, "lost": WRITERS - 1}


def test_with_the_lock_every_writer_gets_its_own_numbers() -> None:
    def write(number: int) -> list[int]:
        return [entry.seq for entry in append([leaf(number), leaf(number), leaf(number)])]

    results = at_once([lambda number=number: write(number) for number in range(WRITERS)])
    assert all(isinstance(seqs, list) and seqs == list(range(seqs[0], seqs[0] + 3)) for seqs in results), results
    assert sorted(seq for seqs in results for seq in seqs) == list(range(3 * WRITERS))
    assert audit_log().is_clean and LogHead.objects.get().size == 3 * WRITERS


def test_signing_while_others_append_signs_only_what_is_there() -> None:
    open_key()
    append([leaf(0)])
    jobs = [lambda number=number: append([leaf(number)]) for number in range(8)] + [make_checkpoint] * 4
    results = at_once(jobs)
    assert not [each for each in results if isinstance(each, Exception)], results
    make_checkpoint()
    assert audit_log().is_clean and Checkpoint.objects.last().size == 9
