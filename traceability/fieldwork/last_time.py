"""What was recorded for the same step of this product's batch before: a suggestion one takes with a tap, never a
preset that nobody looked at. Photos, packs and the moment are never taken over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from traceability.batches.models import Batch
from traceability.epcis.own_terms import parameters_of
from traceability.events.models import Event
from traceability.fieldwork.questions import label_of, unit_of
from traceability.products.models import LineStep


@dataclass(frozen=True, slots=True)
class LastTime:
    """``values``: typed texts by the step's keys. ``told``: "Nhiệt độ sấy 42 °C", one for each value."""

    lot_code: str
    day: date
    values: dict[str, str]
    told: tuple[str, ...]


def last_time(*, batch: Batch, step: LineStep) -> LastTime | None:
    """The latest record of ``step`` in another batch of the product; None when there is none or it measured nothing."""
    event = (
        Event.objects.in_force()
        .filter(batch__product=batch.product_id, stage=step.code)
        .exclude(batch=batch)
        .select_related("batch")
        .order_by("-event_time", "-pk")
        .first()
    )
    if event is None:
        return None
    last = told_in(event, step)
    return last if last.values else None


def told_in(event: Event, step: LineStep) -> LastTime:
    """What ``event`` measured, as one would type it into the form of ``step``."""
    said = {each["ocop:key"]: _typed(each["ocop:value"]) for each in parameters_of(json.loads(event.body))}
    asked = [each for each in step.parameters if each["key"] in said]
    return LastTime(
        lot_code=event.batch.lot_code if event.batch else "",
        day=timezone.localdate(event.event_time),
        values={each["key"]: said[each["key"]] for each in asked},
        told=tuple(f"{label_of(each)} {said[each['key']]} {unit_of(each)}".strip() for each in asked),
    )


def _typed(value: object) -> str:
    """As a person would type it: 42.5 → "42,5"."""
    return f"{value:g}".replace(".", ",") if isinstance(value, int | float) else str(value)
