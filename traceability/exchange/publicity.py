"""Which entries of the log are told to the world: those whose record is. Drafts and single sales stay inside (0065)."""

from __future__ import annotations

from traceability.batches.models import Batch
from traceability.certificates.logged import SUBJECT as CERTIFICATE_SUBJECT
from traceability.certificates.logged import was_accepted
from traceability.events.logged import DECLARATION_SUBJECT, EVENT_SUBJECT
from traceability.events.querying import visible_to
from traceability.labels.models import LabelRun
from traceability.log.models import LogEntry

RUN_SUBJECT = "labelrun:"


def is_told(entry: LogEntry) -> bool:
    """At most one query. Publications and recalls are told by their nature; a certificate once staff accepted it."""
    subject = entry.subject
    if subject.startswith(EVENT_SUBJECT):
        return visible_to(None).filter(pk=_number(subject)).exists()
    if subject.startswith(DECLARATION_SUBJECT):
        return visible_to(None).filter(declarations=_number(subject)).exists()
    if subject.startswith(RUN_SUBJECT):
        runs = LabelRun.objects.filter(pk=_number(subject))
        return runs.exclude(batch__status=Batch.Status.DRAFT).exists()
    if subject.startswith(CERTIFICATE_SUBJECT):
        return was_accepted(_number(subject))
    return True


def _number(subject: str) -> int:
    return int(subject.rpartition(":")[2])
