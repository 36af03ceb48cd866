"""A buyer says that something about a pack is not right. Kept for the province's staff; nothing happens by itself."""

from __future__ import annotations

from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from traceability.batches.models import Batch
from traceability.passport.models import BatchReport

LONGEST_CODE = 120


@transaction.atomic
def report_batch(*, batch: Batch | None, code: str, reason: str, words: str, phone: str) -> BatchReport:
    """``code`` is what was scanned or typed; ``batch`` is None when nothing is registered under it."""
    report = BatchReport.objects.create(
        batch=batch, code_as_given=code[:LONGEST_CODE], reason=BatchReport.Reason(reason), words=words, phone=phone
    )
    record(
        actor=Actor.buyer(),
        action="batch.reported",
        subject=report,
        cooperative=batch.cooperative if batch else None,
        reason=reason,
        lot=batch.lot_code if batch else "",
    )
    return report


@transaction.atomic
def change_status(*, report: BatchReport, status: str, actor: Actor) -> BatchReport:
    """Open it again or close it. The report's words never change; the same status twice is one line in the log."""
    wanted = BatchReport.Status(status)
    if BatchReport.objects.filter(pk=report.pk).exclude(status=wanted).update(status=wanted):
        record(
            actor=actor,
            action="batch_report.status_changed",
            subject=report,
            cooperative=report.batch.cooperative if report.batch else None,
            status=str(wanted),
        )
    report.refresh_from_db()
    return report
