"""Many append at once: numbers without a gap, one tree. Real threads, the database of this run."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, OperationalError, transaction

from tests.concurrency.at_once import PATIENCE, at_once
from tests.traceability.log.telling import told_batch
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.events import logged
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


@pytest.mark.postgresql  # SQLite has one writer
def test_a_recorder_holding_its_lot_and_the_signer_never_wait_for_each_other(cast, monkeypatch) -> None:
    """The recorder has locked its lot when the checkpoint is made, and appends while the signer wants that lot."""
    batch = told_batch(cast, events=1)
    open_key()
    lot_is_locked, signed = threading.Event(), threading.Event()

    def make_then_wait() -> Checkpoint | None:
        made = make_checkpoint()
        signed.set()
        return made

    def record() -> None:
        with transaction.atomic():
            touch_pages(Batch.objects.filter(pk=batch.pk))
            lot_is_locked.set()
            assert signed.wait(timeout=PATIENCE)
            append([leaf(1)])

    def sign() -> Checkpoint | None:
        assert lot_is_locked.wait(timeout=PATIENCE)
        return logged.sign_and_tell()

    monkeypatch.setattr(logged, "make_checkpoint", make_then_wait)
    results = at_once([record, sign])
    assert not [each for each in results if isinstance(each, Exception)], results


def test_pages_that_cannot_be_touched_do_not_undo_the_checkpoint(cast, monkeypatch) -> None:
    def locked(*_args: object) -> None:
        raise OperationalError("deadlock detected")

    told_batch(cast, events=1)
    monkeypatch.setattr(logged, "touch_pages", locked)
    assert logged.try_to_sign() is None
    assert Checkpoint.objects.get().size == LogHead.objects.get().size
