"""Stores an event document with its projection; the one place where ``Event`` rows are made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.bulk_rows import insert_values
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.models import Photo
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.canonical import Canonical, canonical_text
from traceability.epcis.documents import build_event, render_json, vocabulary_of
from traceability.epcis.facts import LotAmount, StepFacts
from traceability.epcis.identifiers import constrained
from traceability.epcis.incoming import Item
from traceability.epcis.own_terms import LONGEST_NAME, LONGEST_STAGE, is_ours, word_of
from traceability.epcis.validation import check_event
from traceability.events.logged import event_leaf
from traceability.events.lots import Lots, find_lots
from traceability.events.models import Event, EventItem, Evidence, WhoSays
from traceability.events.repeating import is_same_deed
from traceability.log.appending import append
from traceability.log.leaves import Leaf
from traceability.plots.models import Plot

CAPTURED = UUID("5b6ce3f0-5d5e-4c1c-9c55-6d3f5a1d2c10")  # the namespace of client ids of captured events


class ReplayMismatch(DomainError):
    """The same client id was used before for something else, or the name of the event by somebody else; the first
    record stands. Facts: client_uuid."""


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
    private: Mapping[str, str] | None = None  # only committed to in the log, see ``log.leaves.Leaf``


def write_event(*, entry: Entry, actor: Actor) -> tuple[Event, bool]:
    """Store the document and its rows; call inside a transaction. Answers (event, whether it is new).

    The client's id is the key for ever: the same id with the same content answers with the stored event, also where
    a lot got another number between; with other content it raises :class:`ReplayMismatch`.
    """
    document = build_event(entry.facts, base_url=settings.ID_BASE_URL)
    earlier = Event.objects.filter(client_uuid=entry.client_uuid).first()
    if earlier is not None:
        if earlier.event_id != document["eventID"] and not is_same_deed(earlier.body, document):
            raise ReplayMismatch("replay_mismatch", client_uuid=str(entry.client_uuid))
        return earlier, False
    same_content = Event.objects.filter(event_id=document["eventID"]).first()
    if same_content is not None:
        if same_content.cooperative_id != entry.batch.cooperative_id:
            raise ReplayMismatch("replay_mismatch", client_uuid=str(entry.client_uuid))
        return same_content, False
    check_event(document)
    event = _store(document, entry=entry, actor=actor)
    EventItem.objects.bulk_create(_items(event, entry))
    about = [lot.uri for lot in _lots_of(entry.facts)] or [batch_uri(entry.batch)]
    leaf = event_leaf(event, document=document, about=about, party=party_uri(entry.batch.cooperative))
    append([replace(leaf, private=entry.private)])
    Evidence.objects.bulk_create(Evidence(event=event, photo=photo, sha256=photo.sha256) for photo in entry.photos)
    return event, True


def _lots_of(facts: StepFacts) -> list[LotAmount]:
    return [*facts.lots, *facts.inputs, *facts.outputs]


def _items(event: Event, entry: Entry) -> list[EventItem]:
    """One row for each lot the facts name; which of our batches they are is known for the entry's own, else asked."""
    Role = EventItem.Role
    of_lots = Role.CHILD if entry.facts.container else Role.OBJECT
    named = [(of_lots, entry.facts.lots), (Role.INPUT, entry.facts.inputs), (Role.OUTPUT, entry.facts.outputs)]
    parts = [Item(str(role), constrained(lot.uri), lot.uri, True, "") for role, lots in named for lot in lots]
    amounts = [lot.quantity_base for _, lots in named for lot in lots]
    own = constrained(batch_uri(entry.batch))
    known = find_lots(parts) if any(part.uri != own for part in parts) else Lots()
    box = entry.facts.container
    containers = [EventItem(event=event, epc_uri=constrained(box), is_class=False, role=Role.PARENT)] if box else []
    return containers + [
        EventItem(
            event=event,
            batch=(batch := entry.batch if part.uri == own else known.batch_of(part)),
            epc_uri=part.uri,
            role=part.role,
            quantity_base=amount,
            base_unit=batch.base_unit if batch and amount else "",
        )
        for part, amount in zip(parts, amounts, strict=True)
    ]


def _store(document: dict[str, Any], *, entry: Entry, actor: Actor) -> Event:
    facts = entry.facts
    return Event.objects.create(
        **_projected(document, render_json(document)),
        client_uuid=entry.client_uuid,
        cooperative_id=entry.batch.cooperative_id,
        batch=entry.batch,
        event_time=facts.at,
        recorded_at=facts.recorded_at,
        received_at=clock.now(),
        stage=facts.stage_code,
        stage_name=facts.stage_name,
        stage_name_en=entry.stage_name_en,
        who_says=facts.who_says,
        actor=actor.user,
        corrects=entry.corrects,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A thing an event names, for its projection. ``uri`` is canonical; ``amount_base`` only for a lot of ours."""

    uri: str
    role: str
    is_class: bool
    batch: Batch | None = None
    amount_base: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One checked document to store as it is, with what its columns need beside it."""

    document: dict[str, Any]
    at: datetime
    recorded_at: datetime
    parts: Sequence[Part]
    stage_name_en: str = ""  # of a step of our own lines
    text: Canonical | None = None  # of the document, where it was written before the transaction

    @property
    def batch(self) -> Batch | None:
        """The lot the event is filed under: what came out of it, else the first of ours."""
        ours = [part for part in self.parts if part.batch is not None]
        made = next((part for part in ours if part.role == EventItem.Role.OUTPUT), ours[0] if ours else None)
        return made.batch if made else None


def write_documents(
    *, drafts: Sequence[Draft], cooperative: Cooperative, actor: Actor
) -> tuple[list[Event], list[Leaf]]:
    """Store the events of other systems in bulk; call inside a transaction, ids and contents checked before.

    Answers the rows and the leaves to append to the log, which the caller does last: its lock is everybody's.
    """
    now = clock.now()
    texts = [draft.text or canonical_text(draft.document, is_read=True) for draft in drafts]
    told = list(zip(drafts, texts, strict=True))
    rows = [_row(draft, text, cooperative, actor, now) for draft, text in told]
    columns = [field.attname for field in Event._meta.concrete_fields[1:]]
    values = [[row[name] for name in columns] for row in rows]
    ids = insert_values(Event, columns, values, counted=True)
    every = ["id", *columns]
    events = [Event.from_db(connection.alias, every, [pk, *row]) for pk, row in zip(ids, values, strict=True)]
    items = [_item_values(event, part) for event, draft in zip(events, drafts, strict=True) for part in draft.parts]
    insert_values(EventItem, _ITEM_COLUMNS, items)
    who = party_uri(cooperative)
    leaves = [
        event_leaf(event, document=text, about=[part.uri for part in draft.parts], party=who)
        for event, (draft, text) in zip(events, told, strict=True)
    ]
    return events, leaves


_ITEM_COLUMNS = ("event_id", "batch_id", "epc_uri", "is_class", "role", "quantity_base", "base_unit")


def _item_values(event: Event, part: Part) -> tuple[Any, ...]:
    batch, amount = part.batch, part.amount_base
    unit = batch.base_unit if batch and amount else ""
    return event.pk, batch.pk if batch else None, part.uri, part.is_class, part.role, amount, unit


def _row(draft: Draft, text: str, cooperative: Cooperative, actor: Actor, now: datetime) -> dict[str, Any]:
    document, batch = draft.document, draft.batch
    return {
        **_projected(document, text),
        "client_uuid": uuid5(CAPTURED, document["eventID"]),
        "cooperative_id": cooperative.pk,
        "batch_id": batch.pk if batch else None,
        "event_time": draft.at,
        "recorded_at": draft.recorded_at,
        "received_at": now,
        "stage": _own_term(draft, "ocop:stage", longest=LONGEST_STAGE),
        "stage_name": _own_term(draft, "ocop:stageName", longest=LONGEST_NAME),
        "stage_name_en": draft.stage_name_en,
        "who_says": WhoSays.SELF.value,
        "actor_id": actor.user.pk if actor.user else None,
        "corrects_id": None,
    }


def _projected(document: dict[str, Any], body: str) -> dict[str, str]:
    """The columns that only repeat the document, and ``body``, the text of it that is kept."""
    return {
        "event_id": document["eventID"],
        "type": document["type"],
        "action": document.get("action", ""),
        "biz_step": document.get("bizStep", ""),
        "disposition": document.get("disposition", ""),
        "read_point": constrained(document.get("readPoint", {}).get("id", "")),
        "biz_location": constrained(document.get("bizLocation", {}).get("id", "")),
        "transformation_id": document.get("transformationID", ""),
        "tz_offset": document["eventTimeZoneOffset"],
        "body": body,
        "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
    }


def _own_term(draft: Draft, name: str, *, longest: int) -> str:
    """A word of our own vocabulary, where the event tells of a lot of ours in it."""
    if draft.batch is None or not is_ours(draft.document, vocabulary_of(settings.ID_BASE_URL)):
        return ""
    word = word_of(draft.document, name)
    return word if len(word) <= longest else ""


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
