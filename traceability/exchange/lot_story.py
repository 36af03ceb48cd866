"""All that the public may know of one lot, read once for whatever form it leaves in; and what such a form has to be.

A form is an :class:`Export`: a name in the address, a media type, and one pure function from the story to bytes. The
two that exist are EPCIS (JSON) and the sheet of key data elements (CSV, XLSX); the national portal's, when its format
is published, is a third class and one line in ``lot_urls``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from traceability.batches.models import Batch
from traceability.events.models import Event, EventItem
from traceability.events.querying import with_record_time
from traceability.events.upstream import public_events, upstream_of


@dataclass(frozen=True)
class LotStory:
    """``events`` as :func:`traceability.events.reading.recorded_events` gives them; ``items`` by event; ``lots`` our
    batches by key, the lot itself among them."""

    batch: Batch
    lots: Mapping[int, Batch]
    events: Sequence[Event]
    items: Mapping[int, Sequence[EventItem]]

    @cached_property
    def documents(self) -> Mapping[int, dict[str, Any]]:
        """The document of each event by its key, read once for however many rows are made of it."""
        return {event.pk: json.loads(text_of(event)) for event in self.events}

    @property
    def changed_at(self) -> datetime:
        """When something was last added: the same story always gives the same files."""
        times = [event.received_at for event in self.events]
        times += [event.declared_received for event in self.events if event.declared_received]  # type: ignore[attr-defined]
        return max([*times, self.batch.published_at or self.batch.created_at])


class Export(Protocol):
    """One form of a lot's story."""

    media_type: str
    ending: str

    def render(self, story: LotStory) -> bytes:
        """The file. Pure: the same story gives the same bytes where the form allows it."""
        ...


def text_of(event: Event) -> str:
    """The stored document with our own recordTime; of a record declared wrong the one said again with its
    errorDeclaration."""
    declared: str | None = getattr(event, "declared_body", None)
    return with_record_time(declared or event.body, event.received_at)


def story_of(batch: Batch) -> LotStory:
    """``batch``: public, with product, pack, plot and cooperative. At most six queries."""
    upstream = upstream_of(batch)
    events = public_events(upstream)
    items: dict[int, list[EventItem]] = {event.pk: [] for event in events}
    for item in EventItem.objects.filter(event__in=items).order_by("pk"):
        items[item.event_id].append(item)
    return LotStory(batch, {batch.pk: batch, **upstream.lots}, events, items)
