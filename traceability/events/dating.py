"""A draft learns its dates from its steps. A published identity never changes again."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from traceability.batches.models import Batch, PostingKind
from traceability.batches.opening import best_before
from traceability.events.models import Event
from traceability.products.models import LineStep, StepKind

HARVEST_CODES = frozenset({"harvest", "pluck"})


def give_dates(*, batch: Batch, step: LineStep, event: Event) -> None:
    """What ``event``, a record of ``step`` just stored, says about the dates of a draft."""
    if batch.status != Batch.Status.DRAFT:
        return
    day = timezone.localdate(event.event_time)
    row = Batch.objects.filter(pk=batch.pk)
    if step.kind == StepKind.PACK:
        row.update(
            packed_on=day,
            best_before_on=best_before(packed_on=day, shelf_life_days=batch.product.shelf_life_days),
        )
    elif step.code in HARVEST_CODES:
        row.update(
            harvested_from_on=min(day, batch.harvested_from_on or day),
            harvested_to_on=max(day, batch.harvested_to_on or day),
        )


def date_lots_again(*, withdrawn: Event, lots: Collection[int]) -> None:
    """Every draft that ``withdrawn`` told of, not only the one it is filed under."""
    drafts = Batch.objects.filter(pk__in=lots, status=Batch.Status.DRAFT).select_related("product").order_by("pk")
    for batch in drafts:
        if batch.pk == withdrawn.batch_id:
            date_again(batch=batch, withdrawn=withdrawn)
        else:
            _date_by_movements(batch, withdrawn)


def date_again(*, batch: Batch, withdrawn: Event) -> None:
    """After ``withdrawn`` was declared wrong: the dates it gave a draft are read anew from the records in force."""
    if batch.status != Batch.Status.DRAFT:
        return
    steps = {step.code: step for step in LineStep.objects.filter(line=batch.product.line_id)}
    step = steps.get(withdrawn.stage)
    if step is None:
        _date_by_movements(batch, withdrawn)
    if step is None or not (step.kind == StepKind.PACK or step.code in HARVEST_CODES):
        return
    row = Batch.objects.filter(pk=batch.pk)
    if step.kind == StepKind.PACK:
        row.update(packed_on=None, best_before_on=None)
        codes = {code for code, one in steps.items() if one.kind == StepKind.PACK}
    else:
        row.update(harvested_from_on=None, harvested_to_on=None)
        codes = HARVEST_CODES & set(steps)
    for event in batch.events.in_force().filter(stage__in=codes).order_by("pk"):
        batch.refresh_from_db()
        give_dates(batch=batch, step=steps[event.stage], event=event)
    batch.refresh_from_db()


def _date_by_movements(batch: Batch, withdrawn: Event) -> None:
    """Events of other systems name no step: what they packed or picked gave the dates, and gives them again."""
    moved = withdrawn.postings.filter(batch=batch)
    kinds = set(moved.values_list("kind", flat=True)) & {PostingKind.PACK, PostingKind.HARVEST}
    if not kinds:
        return
    in_force = Event.objects.in_force().filter(postings__batch=batch, postings__kind__in=kinds)
    days = [timezone.localdate(at) for at in in_force.order_by("pk").values_list("event_time", flat=True)]
    row = Batch.objects.filter(pk=batch.pk)
    if PostingKind.PACK in kinds:
        first = days[0] if days else None
        life = batch.product.shelf_life_days
        best = best_before(packed_on=first, shelf_life_days=life) if first else None
        row.update(packed_on=first, best_before_on=best)
    elif kinds:
        row.update(harvested_from_on=min(days, default=None), harvested_to_on=max(days, default=None))
    batch.refresh_from_db()
