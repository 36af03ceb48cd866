"""Boxes in events of other systems: what an AggregationEvent says was put in or taken out."""

from __future__ import annotations

from traceability.events.models import Event, EventItem
from traceability.events.writing import Draft
from traceability.genealogy.containers import enter, leave

_DOES = {"ADD": enter, "DELETE": leave}


def contain(event: Event, draft: Draft) -> None:
    """Write the intervals of our lots. Serialised things (single packs) are no lots: only their event tells of them."""
    does = _DOES.get(str(draft.document.get("action")))
    box = next((part.uri for part in draft.parts if part.role == EventItem.Role.PARENT), "")
    contents = [
        (part.batch.pk, part.amount_base)
        for part in draft.parts
        if part.role == EventItem.Role.CHILD and part.is_class and part.batch is not None
    ]
    if draft.document["type"] == "AggregationEvent" and does and box and contents:
        does(event, box, contents)
