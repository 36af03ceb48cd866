"""Closing a batch: all goods are gone and every label is on a pack or destroyed. It keeps its page for ever."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.balance.near import hold_near
from traceability.batches.models import Batch
from traceability.batches.watching import moved
from traceability.labels.voiding import left_over


class NotClosed(DomainError):
    """Codes: not_on_sale (fact: status), goods_left (left_base, unit), goods_missing (missing_base, unit), labels_left
    (left)."""


@transaction.atomic
def close_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Published → closed. Raises :class:`NotClosed`; a closed batch is returned as it is."""
    hold_near([batch.pk])
    batch.refresh_from_db()
    if batch.status == Batch.Status.CLOSED:
        return batch
    if (fault := obstacle(batch)) is not None:
        raise fault
    return _set(batch, Batch.Status.PUBLISHED, Batch.Status.CLOSED, "batch.closed", actor)


@transaction.atomic
def reopen_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Closed by mistake, or goods came back: published again."""
    hold_near([batch.pk])
    batch.refresh_from_db()
    return _set(batch, Batch.Status.CLOSED, Batch.Status.PUBLISHED, "batch.reopened", actor)


def obstacle(batch: Batch) -> NotClosed | None:
    """Why it cannot be closed now, as the refusal that :func:`close_batch` would raise."""
    if batch.status != Batch.Status.PUBLISHED or batch.kind != Batch.Kind.FINISHED:
        return NotClosed("not_on_sale", status=str(batch.get_status_display()))
    if batch.shortfall_base:
        return NotClosed("goods_missing", missing_base=batch.shortfall_base, unit=batch.base_unit)
    if batch.on_hand_base:
        return NotClosed("goods_left", left_base=batch.on_hand_base, unit=batch.base_unit)
    left = left_over(batch)
    return NotClosed("labels_left", left=left) if left > 0 else None


def _set(batch: Batch, before: str, after: str, action: str, actor: Actor) -> Batch:
    changed = Batch.objects.filter(pk=batch.pk, status=before).update(status=after, page_version=F("page_version") + 1)
    batch.refresh_from_db()
    if changed:
        record(actor=actor, action=action, subject=batch, cooperative=batch.cooperative, lot=batch.lot_code)
        moved([batch.pk])
    return batch
