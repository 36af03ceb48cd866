"""Making a batch public: from then on it has a page, a label and can be sold; its identity never changes again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.products.models import LineStep


class NotReady(DomainError):
    """Something is missing; facts: missing (list of :class:`Missing` codes), steps (names)."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a batch still lacks. ``missing_steps`` are the line's mandatory steps without a record."""

    has_events: bool
    has_packs: bool
    seller_is_active: bool
    missing_steps: tuple[LineStep, ...]

    @property
    def is_ready(self) -> bool:
        return self.has_events and self.has_packs and self.seller_is_active and not self.missing_steps


def readiness(batch: Batch) -> Readiness:
    """Reads the records; changes nothing."""
    recorded = set(batch.events.in_force().values_list("stage", flat=True))
    line = batch.product.line
    mandatory = line.steps.filter(mandatory=True) if line else LineStep.objects.none()
    return Readiness(
        has_events=bool(recorded),
        has_packs=batch.on_hand_base > 0,
        seller_is_active=batch.cooperative.is_active,
        missing_steps=tuple(step for step in mandatory if step.code not in recorded),
    )


@transaction.atomic
def publish_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Draft → published. Raises :class:`NotReady`; a batch that is already public is returned as it is."""
    state = readiness(batch)
    if not state.is_ready:
        raise NotReady("batch_not_ready", readiness=state)
    published = Batch.objects.filter(pk=batch.pk, status=Batch.Status.DRAFT).update(
        status=Batch.Status.PUBLISHED, published_at=clock.now(), page_version=F("page_version") + 1
    )
    batch.refresh_from_db()
    if published:
        record(actor=actor, action="batch.published", subject=batch, cooperative=batch.cooperative, lot=batch.lot_code)
    return batch
