"""The lots a batch was made of, as far as the public is told of them, and all that was recorded of them and of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from traceability.batches.models import Batch
from traceability.events.models import Event, EventItem
from traceability.events.reading import events_with_ancestors
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
    told = {lot.pk: lot for lot in lots if is_told(lot, of=batch, direction=Direction.BACK)}
    return Upstream(batch, found, told)


def told_events(upstream: Upstream) -> list[Event]:
    """Records of the batch and of its told lots, in the order they happened; sales are left out. One query."""
    events = events_with_ancestors(upstream.batch, upstream.trace)
    return [event for event in events if upstream.tells(event.batch_id)]


def public_events(upstream: Upstream) -> list[Event]:
    """The told events whose whole documents may leave the house: none that names a draft of which this lot does not
    tell, for what is made beside it is nobody's business yet. Two queries."""
    events = told_events(upstream)
    drafts = EventItem.objects.filter(event__in=events, batch__status=Batch.Status.DRAFT)
    beside = drafts.exclude(role=EventItem.Role.INPUT).exclude(batch__in=[upstream.batch.pk, *upstream.lots])
    hidden = set(beside.values_list("event_id", flat=True))
    return [event for event in events if event.pk not in hidden]
