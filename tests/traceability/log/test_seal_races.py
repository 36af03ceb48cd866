"""A movement gets its key before its transaction ends: the seal waits for it, or leaves all to the next hour."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction

from tests.cast import Cast
from tests.concurrency.at_once import PATIENCE, at_once
from tests.making import make_published_batch, make_st25_pack
from traceability.batches.models import Posting, PostingKind
from traceability.batches.posting import Movement, post
from traceability.events import sealing
from traceability.management.commands.tlog_audit import examine

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]  # SQLite has one writer


@pytest.mark.parametrize("guarded", [False, True])
def test_a_movement_still_being_written_breaks_no_seal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    pack = make_st25_pack(cast.huong_que)
    slow, quick = make_published_batch(pack), make_published_batch(pack)
    sealing.seal_movements()
    written, sealed = threading.Event(), threading.Event()
    monkeypatch.setattr(sealing, "WAIT", "200ms")
    if not guarded:
        monkeypatch.setattr(sealing, "_finished", lambda: Posting.objects.latest("pk").pk)

    def promise(batch_id: int, key: str) -> None:
        post(batch_id=batch_id, movement=Movement(PostingKind.RESERVE, pack.net_quantity_base, key=key))

    def write_slowly() -> None:
        with transaction.atomic():
            promise(slow.pk, "slow")
            written.set()
            assert sealed.wait(timeout=PATIENCE)

    def seal() -> int:
        assert written.wait(timeout=PATIENCE)
        promise(quick.pk, "quick")
        count = sealing.seal_movements()
        sealed.set()
        return count

    results = at_once([write_slowly, seal])
    assert results == [None, 0 if guarded else 1], results
    sealing.seal_movements()
    report, _seconds = examine(files=False)
    assert ("seal" in {finding.code for finding in report.findings}) is not guarded
