"""The worker's eye on the log: batches whose records are not as the log has them are found and said."""

from __future__ import annotations

import logging
from datetime import timedelta

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.events.models import Event
from traceability.log.standing import misfits

logger = logging.getLogger(__name__)

MISMATCH = "batch.not_as_logged"
SAID_AGAIN_AFTER = timedelta(hours=24)
AT_ONCE = 2_000


def flag_misfits() -> list[int]:
    """Look at every event; each batch with one that does not fit is written into the audit log, once a day, and its
    page drawn anew. Answers the events."""
    found: list[int] = []
    last = 0
    while ids := list(Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        found += misfits(ids)
        last = ids[-1]
    for batch in Batch.objects.filter(events__in=found).distinct():
        _flag(batch)
    if found:
        logger.error("%d events are not as the log has them; the first is %d. Run tlog_audit.", len(found), found[0])
    return found


def _flag(batch: Batch) -> None:
    since = clock.now() - SAID_AGAIN_AFTER
    said = AuditEntry.objects.filter(action=MISMATCH, subject_id=batch.pk, at__gte=since)
    if not said.exists():
        record(actor=Actor.system("log"), action=MISMATCH, subject=batch, cooperative=batch.cooperative)
        touch_pages(Batch.objects.filter(pk=batch.pk))
