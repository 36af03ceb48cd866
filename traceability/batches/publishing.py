"""Making a batch public: from then on it has a page, a label and can be sold; its identity never changes again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.log.appending import append
from traceability.log.leaves import BATCH_PUBLISHED, Leaf
from traceability.products.models import LineStep

MOST_GENERATIONS = 100


class NotReady(DomainError):
    """Something is missing, or the balance stops the batch; facts: readiness."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a batch still lacks. ``missing_steps`` are the line's mandatory steps without a record, on the batch or on
    a lot it was made of. ``is_locked``: a check of the mass balance stops it."""

    has_events: bool
    has_packs: bool
    seller_is_active: bool
    missing_steps: tuple[LineStep, ...]
    is_locked: bool = False

    @property
    def is_ready(self) -> bool:
        complete = self.has_events and self.has_packs and not self.missing_steps
        return complete and self.seller_is_active and not self.is_locked


def readiness(batch: Batch) -> Readiness:
    """Reads the records; changes nothing."""
    recorded = _recorded_stages([batch.pk, *made_of([batch.pk])])
    line = batch.product.line
    mandatory = line.steps.filter(mandatory=True) if line else LineStep.objects.none()
    return Readiness(
        has_events=bool(recorded),
        has_packs=batch.on_hand_base > 0,
        seller_is_active=batch.cooperative.is_active,
        missing_steps=tuple(step for step in mandatory if step.code not in recorded),
        is_locked=batch.locked_at is not None,
    )


def _recorded_stages(batch_ids: list[int]) -> set[str]:
    """Of events in force that are about these lots or gave to them; what only took from a lot tells of other goods."""
    own = Batch.objects.filter(pk__in=batch_ids, events__isnull=False, events__declarations=None)
    given = Batch.objects.filter(
        pk__in=batch_ids, event_items__role__in=["object", "output"], event_items__event__declarations=None
    )
    stages = own.order_by().values_list("events__stage")
    return {stage for (stage,) in stages.union(given.order_by().values_list("event_items__event__stage"))}


def made_of(batch_ids: Collection[int]) -> set[int]:
    """Ids of every lot that these were made of. A query a generation: the genealogy is a floor above this room."""
    return _walked(batch_ids, "edges_down__child__in")


def _walked(batch_ids: Collection[int], towards: str) -> set[int]:
    found: set[int] = set()
    here = set(batch_ids)
    for _generation in range(MOST_GENERATIONS):
        here = set(Batch.objects.filter(**{towards: here}).values_list("pk", flat=True)) - found
        if not here:
            break
        found |= here
    return found


def _hold(batch: Batch) -> None:
    """Lock the batch, its ancestors and its descendants, by id as every writer does; the log's lock comes after."""
    lots = {batch.pk} | made_of([batch.pk]) | _walked([batch.pk], "edges_up__parent__in")
    list(Batch.objects.select_for_update().filter(pk__in=lots).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def publish_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Draft → published. Raises :class:`NotReady`; a batch that is already public is returned as it is.

    Every lot it was made of or that is made of it is held first: a record on a raw lot that locks this batch comes
    before the publication or after it, never between its look and its write.
    """
    _hold(batch)
    batch.refresh_from_db()
    state = readiness(batch)
    if not state.is_ready:
        raise NotReady("batch_not_ready", readiness=state)
    published = Batch.objects.filter(pk=batch.pk, status=Batch.Status.DRAFT, locked_at__isnull=True).update(
        status=Batch.Status.PUBLISHED, published_at=clock.now(), page_version=F("page_version") + 1
    )
    batch.refresh_from_db()
    if not published and batch.status == Batch.Status.DRAFT:
        raise NotReady("batch_not_ready", readiness=readiness(batch))
    if published:
        record(actor=actor, action="batch.published", subject=batch, cooperative=batch.cooperative, lot=batch.lot_code)
        append([_leaf(batch)])
        publish_history(batch=batch, actor=actor)
    return batch


def publish_history(*, batch: Batch, actor: Actor) -> int:
    """Whoever publishes a batch publishes what it was made of: its raw and half-made lots get their public page.

    Only of the same cooperative; nothing of it can be bought. Again, or for a draft: none. How many were published.
    """
    if batch.status == Batch.Status.DRAFT:
        return 0
    history = Batch.objects.filter(pk__in=made_of([batch.pk]), cooperative=batch.cooperative, status=Batch.Status.DRAFT)
    lots = list(history.exclude(kind=Batch.Kind.FINISHED).select_related("product", "pack", "cooperative"))
    now = clock.now()
    Batch.objects.filter(pk__in=[lot.pk for lot in lots]).update(
        status=Batch.Status.PUBLISHED, published_at=now, page_version=F("page_version") + 1
    )
    for lot in lots:
        lot.status, lot.published_at = Batch.Status.PUBLISHED, now
        record(actor=actor, action="batch.published", subject=lot, cooperative=lot.cooperative, lot=lot.lot_code)
    append([_leaf(lot) for lot in lots])
    return len(lots)


def _leaf(batch: Batch) -> Leaf:
    """What the log says of a publication: the identity that never changes again."""
    uri = batch_uri(batch)
    dates = {
        "harvestedFrom": batch.harvested_from_on,
        "harvestedTo": batch.harvested_to_on,
        "packed": batch.packed_on,
        "bestBefore": batch.best_before_on,
    }
    return Leaf(
        kind=BATCH_PUBLISHED,
        subject=f"batch:{batch.pk}",
        payload={
            "batch": uri,
            "product": batch.product.code,
            "pack": batch.pack.code if batch.pack else "",
            "lot": batch.lot_code,
            "publicCode": batch.public_code,
            "publishedAt": batch.published_at.isoformat() if batch.published_at else "",
            **{name: day.isoformat() for name, day in dates.items() if day},
        },
        about=(uri,),
        actor=f"{settings.ID_BASE_URL.rstrip('/')}/p/{batch.cooperative.code}",
    )
