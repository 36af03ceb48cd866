"""Stores an event document with its projection; the one place where ``Event`` rows are made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.models import Photo
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.documents import build_event, render_json
from traceability.epcis.facts import StepFacts
from traceability.epcis.validation import check_event
from traceability.events.models import Event, EventItem, Evidence
from traceability.plots.models import Plot


class ReplayMismatch(DomainError):
    """The same client id was used before, for something else; the first record stands. Facts: client_uuid."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to store: its facts for the document, and what the projection keeps beside it."""

    batch: Batch
    facts: StepFacts
    client_uuid: UUID
    stage_name_en: str = ""
    photos: Sequence[Photo] = ()
    quantity_base: int | None = None
    corrects: Event | None = None


def write_event(*, entry: Entry, actor: Actor) -> tuple[Event, bool]:
    """Store the document and its rows; call inside a transaction. Answers (event, whether it is new).

    The client's id is the key for ever: the same id with the same content answers with the stored event, with other
    content raises :class:`ReplayMismatch`.
    """
    document = build_event(entry.facts, base_url=settings.ID_BASE_URL)
    earlier = Event.objects.filter(client_uuid=entry.client_uuid).first()
    if earlier is not None:
        if earlier.event_id != document["eventID"]:
            raise ReplayMismatch("replay_mismatch", client_uuid=str(entry.client_uuid))
        return earlier, False
    same_content = Event.objects.filter(event_id=document["eventID"]).first()
    if same_content is not None:
        return same_content, False
    check_event(document)
    event = _store(document, entry=entry, actor=actor)
    EventItem.objects.create(
        event=event,
        batch=entry.batch,
        epc_uri=batch_uri(entry.batch),
        role=EventItem.Role.OBJECT,
        quantity_base=entry.quantity_base,
        base_unit=entry.batch.base_unit if entry.quantity_base else "",
    )
    Evidence.objects.bulk_create(Evidence(event=event, photo=photo, sha256=photo.sha256) for photo in entry.photos)
    return event, True


def _store(document: dict[str, Any], *, entry: Entry, actor: Actor) -> Event:
    body = render_json(document)
    facts = entry.facts
    return Event.objects.create(
        event_id=document["eventID"],
        client_uuid=entry.client_uuid,
        cooperative_id=entry.batch.cooperative_id,
        batch=entry.batch,
        type=document["type"],
        action=document.get("action", ""),
        biz_step=document.get("bizStep", ""),
        disposition=document.get("disposition", ""),
        event_time=facts.at,
        tz_offset=document["eventTimeZoneOffset"],
        recorded_at=facts.recorded_at,
        received_at=clock.now(),
        stage=facts.stage_code,
        stage_name=facts.stage_name,
        stage_name_en=entry.stage_name_en,
        body=body,
        body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        who_says=facts.who_says,
        actor=actor.user,
        corrects=entry.corrects,
    )


def in_vietnam(moment: datetime) -> datetime:
    """The same moment with the offset of Viet Nam, to the millisecond: what an event document says."""
    local = timezone.localtime(moment)
    return local.replace(microsecond=local.microsecond // 1000 * 1000)


def party_uri(cooperative: Cooperative) -> str:
    return f"{settings.ID_BASE_URL.rstrip('/')}/p/{cooperative.code}"


def place_uri(batch: Batch, plot: Plot | None = None) -> str:
    """The plot where it is known, else the cooperative: never a position on the ground."""
    where = plot or batch.plot
    return f"{settings.ID_BASE_URL.rstrip('/')}/l/{where.code}" if where else party_uri(batch.cooperative)
