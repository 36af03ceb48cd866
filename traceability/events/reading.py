"""The history of a batch as people read it: what was recorded, what was declared wrong since, and which expected steps
were not recorded. What was recorded of the lots it was made of belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import get_language

from community.photos.models import Photo
from community.photos.rendering import with_sizes
from community.text.quantities import show_number
from traceability.batches.models import Batch
from traceability.epcis.own_terms import evidence_of, parameters_of, word_of
from traceability.events.models import Event, EventItem, Evidence, WhoSays
from traceability.events.selling import SOLD_STAGE
from traceability.events.wording import shown_reason, shown_step
from traceability.genealogy.tracing import Trace
from traceability.products.models import LineStep, in_language
from traceability.products.steps_along import steps_of_column

MACHINE = "system"


@dataclass(frozen=True, slots=True)
class Measure:
    label: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a record no longer counts. ``by_role`` is a role ("manager"), never a person; ``corrective`` the key of the
    event that says what is right, None when the step simply did not happen."""

    reason: str
    note: str
    by_role: str
    on: date
    corrective: int | None

    @property
    def shown_note(self) -> str:
        """A ready-made reason in the reader's language; words of one's own as they were written."""
        return shown_reason(self.note)


@dataclass(frozen=True, slots=True)
class StepStory:
    """One line of the timeline. ``event`` is None for an expected step that nobody recorded; ``batch_id`` is the lot
    it tells of, which may be one that the batch was made of."""

    stage: str
    kind: str
    name: str
    event: Event | None = None
    batch_id: int | None = None
    happened_on: date | None = None
    recorded_at: datetime | None = None
    days_late: int = 0
    late_reason: str = ""
    who_says: str = WhoSays.SELF
    note: str = ""
    quantity_base: int | None = None
    measures: tuple[Measure, ...] = ()
    photos: tuple[Photo, ...] = field(default=())
    evidence: tuple[str, ...] = ()
    place: str = ""
    box: str = ""  # it happened to this box, while the lot was inside
    withdrawal: Withdrawal | None = None

    @property
    def is_missing(self) -> bool:
        return self.event is None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawal is not None

    @property
    def counts(self) -> bool:
        """Recorded and not declared wrong."""
        return self.event is not None and self.withdrawal is None

    @property
    def is_correction(self) -> bool:
        return self.event is not None and self.event.corrects_id is not None


def steps_of(batch: Batch) -> list[StepStory]:
    """The batch's own history with its photos; sales are left out. Five queries, whatever the number of steps."""
    events = recorded_events(names(batch), of=batch).prefetch_related(
        Prefetch("evidence", Evidence.objects.select_related("photo")), with_sizes("evidence__photo")
    )
    listed = list(events)
    stories = tell(listed, expected_steps(batch))
    photos = {event.pk: tuple(evidence.photo for evidence in event.evidence.all()) for event in listed}
    return [replace(story, photos=photos[story.event.pk]) if story.event else story for story in stories]


def events_with_ancestors(batch: Batch, upstream: Trace | None) -> list[Event]:
    """What was recorded of ``batch`` and of the lots it was made of, until they went into it. One query."""
    if upstream is None or len(upstream.ids) < 2:
        return list(recorded_events(Q(batch=batch)))
    events = list(recorded_events(Q(batch__in=upstream.ids) | Q(pk__in=upstream.event_ids)))
    until = used_until(upstream, events)
    return [
        event
        for event in events
        if event.pk in upstream.event_ids
        or event.batch_id == batch.pk
        or event.event_time <= until.get(event.batch_id or 0, event.event_time)
    ]


def used_until(upstream: Trace | None, events: Iterable[Event]) -> dict[int, datetime]:
    """When the last of each lot went into what was made of it. No query."""
    times = {event.pk: event.event_time for event in events}
    found: dict[int, datetime] = {}
    for link in upstream.links if upstream else ():
        used = times.get(link.event)
        if used is not None:
            found[link.parent] = max(used, found.get(link.parent, used))
    return found


def names(batch: Batch) -> Q:
    """Events of ``batch``, also those filed under another lot that came forth with it."""
    told = EventItem.objects.filter(batch=batch, role__in=[EventItem.Role.OBJECT, EventItem.Role.OUTPUT])
    return Q(batch=batch) | Q(pk__in=told.values("event"))


def recorded_events(where: Q, *, of: Batch | None = None) -> QuerySet[Event]:
    """Events but sales, in the order they happened, each with what was declared about it and how much it says of ``of``
    (of the lot it is filed under). One query."""
    whose = of.pk if of else OuterRef("batch")
    of_its_batch = EventItem.objects.filter(event=OuterRef("pk"), batch=whose).order_by("pk")
    return (
        Event.objects.filter(where)
        .exclude(stage=SOLD_STAGE)
        .annotate(
            declared_pk=F("declarations__pk"),
            declared_body=F("declarations__body"),
            declared_received=F("declarations__received_at"),
            declared_by=F("declarations__actor_id"),
            declared_corrective=F("declarations__corrective_id"),
            amount_base=Subquery(of_its_batch.values("quantity_base")[:1]),
        )
        .order_by("event_time", "pk")
    )


def expected_steps(batch: Batch) -> list[LineStep]:
    """The steps of its line in their order. One query; none for a batch that was found with them (``line_steps``)."""
    if hasattr(batch, "line_steps"):
        return steps_of_column(batch.line_steps)
    return list(batch.product.line.steps.all()) if batch.product.line else []


def tell(events: Iterable[Event], expected: Sequence[LineStep]) -> list[StepStory]:
    """Stories of :func:`recorded_events`, a withdrawn one right after what replaced it, and each missing step where
    the line expects it. No query; photos are for the caller to fill in."""
    by_code = {step.code: step for step in expected}
    stories = _beside_their_correction([_told(event, by_code.get(event.stage)) for event in events])
    recorded = {story.stage for story in stories if story.counts}
    for place, step in enumerate(expected):
        if step.code not in recorded:
            stories.insert(_place_of(stories, expected[:place]), _missing(step))
    return stories


def _beside_their_correction(stories: Sequence[StepStory]) -> list[StepStory]:
    replaced = {
        story.withdrawal.corrective: story for story in stories if story.withdrawal and story.withdrawal.corrective
    }
    keys = {story.event.pk for story in stories if story.event}
    ordered: list[StepStory] = []
    for story in stories:
        if story.withdrawal and story.withdrawal.corrective in keys:
            continue
        following: StepStory | None = story
        while following is not None:  # a correction may itself have been corrected
            ordered.append(following)
            following = replaced.get(following.event.pk) if following.event else None
    return ordered


def _place_of(stories: list[StepStory], before: Sequence[LineStep]) -> int:
    """Right after the last story of any step that should come earlier."""
    codes = {step.code for step in before}
    places = [place for place, story in enumerate(stories) if story.stage in codes]
    return places[-1] + 1 if places else 0


def _missing(step: LineStep) -> StepStory:
    return StepStory(stage=step.code, kind=step.kind, name=step.shown_name)


def _told(event: Event, step: LineStep | None) -> StepStory:
    body = json.loads(event.body)
    asked = {each["key"]: each for each in step.parameters} if step else {}
    read_point = body.get("readPoint") or {}
    return StepStory(
        stage=event.stage,
        kind=step.kind if step else "",
        name=in_language(event.stage_name, event.stage_name_en) or shown_step(event.biz_step, event.type),
        event=event,
        batch_id=event.batch_id,
        happened_on=timezone.localdate(event.event_time),
        recorded_at=event.recorded_at,
        days_late=event.days_late,
        late_reason=word_of(body, "ocop:lateReason"),
        who_says=event.who_says,
        note=word_of(body, "ocop:note"),
        quantity_base=getattr(event, "amount_base", None),
        measures=tuple(_measure(each, asked) for each in parameters_of(body)),
        evidence=tuple(digest.rpartition(";")[2] for digest in evidence_of(body)),
        place=read_point.get("id", "") if isinstance(read_point, Mapping) else "",
        box=getattr(event, "box", ""),
        withdrawal=_withdrawal(event),
    )


def _withdrawal(event: Event) -> Withdrawal | None:
    said: str | None = getattr(event, "declared_body", None)
    if said is None:
        return None
    declaration: dict[str, Any] = json.loads(said)["errorDeclaration"]
    return Withdrawal(
        reason=declaration.get("reason", ""),
        note=word_of(declaration, "ocop:note"),
        # A role is of a person: what a machine declared says "system", whatever its document says.
        by_role=word_of(declaration, "ocop:byRole") if event.declared_by else MACHINE,  # type: ignore[attr-defined]
        on=timezone.localdate(event.declared_received),  # type: ignore[attr-defined]
        corrective=event.declared_corrective,  # type: ignore[attr-defined]
    )


def _measure(said: dict[str, object], asked: dict[str, dict[str, str]]) -> Measure:
    """The words of the reader's language where the line knows them, else as they were recorded."""
    key = str(said["ocop:key"])
    label = in_language(str(said["ocop:label"]), asked.get(key, {}).get("label_en", ""))
    unit = in_language(str(said.get("ocop:unit", "")), asked.get(key, {}).get("unit_en", ""))
    value = said["ocop:value"]
    words = str(said.get("ocop:unit", "")).split("/")
    if len(words) > 1 and value in words:  # "đạt/không" is no unit but a choice of words
        shown_words = unit.split("/")
        place = words.index(str(value))
        return Measure(label=label, value=shown_words[place] if place < len(shown_words) else str(value), unit="")
    language = (get_language() or "vi")[:2]
    shown = show_number(Decimal(str(value)), language) if isinstance(value, int | float) else str(value)
    return Measure(label=label, value=shown, unit=unit)
