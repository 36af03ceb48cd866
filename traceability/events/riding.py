"""What happened to a box, a pallet or a tank happened to what was inside at that moment, and to nothing that came later
or had left before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from traceability.events.models import Event, EventItem
from traceability.genealogy.containers import meanwhile, riders


def told_of_boxes(until: Mapping[int, datetime | None]) -> dict[int, str]:
    """Events about a container while one of these lots was in it, each with the container's canonical URI.

    ``until`` gives each lot, and the moment it was used up (None: never). Two queries; one when they were in no box.
    """
    during = meanwhile(until)
    if during is None:
        return {}
    items = EventItem.objects.filter(during).exclude(role=EventItem.Role.PARENT)
    return dict(items.order_by("pk").values_list("event_id", "epc_uri"))


def riders_of(event: Event) -> frozenset[int]:
    """Lots of its cooperative that were in a container it tells of."""
    named = event.items.filter(batch=None, is_class=False).exclude(role=EventItem.Role.PARENT)
    return riders(list(named.values_list("epc_uri", flat=True)), event.cooperative_id)
