"""The lots a batch was made of, as far as the public is told of them, and all that was recorded of them and of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from traceability.batches.models import Batch
from traceability.events.models import Event, EventItem
from traceability.events.reading import events_with_ancestors, recorded_events, used_until
from traceability.events.riding import told_of_boxes
from traceability.genealogy.containers import container_name, stays_of_lot
from traceability.genealogy.journey import is_told
from traceability.genealogy.tracing import Direction, Trace, trace

MOST_LOTS = 200


@dataclass(frozen=True, slots=True)
class Upstream:
    """``trace`` is None for a batch that was made of no other lot; ``lots``: those that may be told, by their keys."""

    batch: Batch
    trace: Trace | None = None
    lots: Mapping[int, Batch] = field(default_factory=dict)

    def tells(self, batch_id: int | None) -> bool:
        return batch_id is None or batch_id == self.batch.pk or batch_id in self.lots


def upstream_of(batch: Batch) -> Upstream:
    """Three queries; none for a batch of which ``has_parents`` is known to be false (annotated by its finder)."""
    if not getattr(batch, "has_parents", True):
        return Upstream(batch)
    found = trace([batch.pk], Direction.BACK, limit=MOST_LOTS)
    if len(found.ids) < 2:
        return Upstream(batch)
    lots = Batch.objects.filter(pk__in=set(found.ids) - {batch.pk}).select_related(
        "product", "pack", "cooperative__commune", "plot__commune__parent"
    )
    lots = lots.annotate(was_boxed=stays_of_lot())
    told = {lot.pk: lot for lot in lots if is_told(lot, of=batch, direction=Direction.BACK)}
    return Upstream(batch, found, told)


def told_events(upstream: Upstream) -> list[Event]:
    """Records of the batch and of its told lots, in the order they happened, with what happened to a box while one of
    them was inside (``box``); sales are left out. One query; three more when a lot was in a box."""
    events = events_with_ancestors(upstream.batch, upstream.trace)
    told = [*events, *_of_boxes(upstream, events)]
    told.sort(key=lambda event: (event.event_time, event.pk))
    return [event for event in told if upstream.tells(event.batch_id)]


def _of_boxes(upstream: Upstream, events: list[Event]) -> list[Event]:
    lots = [lot.pk for lot in (upstream.batch, *upstream.lots.values()) if getattr(lot, "was_boxed", True)]
    until = used_until(upstream.trace, events)
    boxes = told_of_boxes({lot: until.get(lot) for lot in lots}) if lots else {}
    fresh = boxes.keys() - {event.pk for event in events}
    found = list(recorded_events(Q(pk__in=fresh))) if fresh else []
    for event in found:
        event.box = container_name(boxes[event.pk])  # type: ignore[attr-defined]
    return found


def public_events(upstream: Upstream) -> list[Event]:
    """The told events whose whole documents may leave the house: none that names a draft of which this lot does not
    tell, for what is made beside it is nobody's business yet. Two queries."""
    events = told_events(upstream)
    drafts = EventItem.objects.filter(event__in=events, batch__status=Batch.Status.DRAFT)
    beside = drafts.exclude(role=EventItem.Role.INPUT).exclude(batch__in=[upstream.batch.pk, *upstream.lots])
    hidden = set(beside.values_list("event_id", flat=True))
    return [event for event in events if event.pk not in hidden]
