"""The history of a batch as people read it: what was recorded, and which expected steps were not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import get_language

from community.photos.models import Photo
from community.text.quantities import show_number
from traceability.batches.models import Batch
from traceability.events.models import Event, Evidence, WhoSays
from traceability.events.selling import SOLD_STAGE
from traceability.products.models import LineStep, in_language


@dataclass(frozen=True, slots=True)
class Measure:
    label: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class StepStory:
    """One line of the timeline. ``event`` is None for an expected step that nobody recorded."""

    stage: str
    kind: str
    name: str
    event: Event | None = None
    happened_on: date | None = None
    recorded_at: datetime | None = None
    days_late: int = 0
    who_says: str = WhoSays.SELF
    note: str = ""
    quantity_base: int | None = None
    measures: tuple[Measure, ...] = ()
    photos: tuple[Photo, ...] = field(default=())

    @property
    def is_missing(self) -> bool:
        return self.event is None


def steps_of(batch: Batch) -> list[StepStory]:
    """Recorded steps by the time they happened, each missing step where the line expects it; sales are left out.
    Five queries, whatever the number of steps."""
    expected = list(batch.product.line.steps.all()) if batch.product.line else []
    by_code = {step.code: step for step in expected}
    events = list(
        Event.objects.filter(batch=batch)
        .exclude(stage=SOLD_STAGE)
        .prefetch_related(Prefetch("evidence", Evidence.objects.select_related("photo")), "items")
        .prefetch_related("evidence__photo__renditions")
        .order_by("event_time", "pk")
    )
    stories = [_told(event, by_code.get(event.stage)) for event in events]
    recorded = {event.stage for event in events}
    for place, step in enumerate(expected):
        if step.code not in recorded:
            stories.insert(_place_of(stories, expected[:place]), _missing(step))
    return stories


def _place_of(stories: list[StepStory], before: list[LineStep]) -> int:
    """Right after the last story of any step that should come earlier."""
    codes = {step.code for step in before}
    places = [place for place, story in enumerate(stories) if story.stage in codes]
    return places[-1] + 1 if places else 0


def _missing(step: LineStep) -> StepStory:
    return StepStory(stage=step.code, kind=step.kind, name=step.shown_name)


def _told(event: Event, step: LineStep | None) -> StepStory:
    body = json.loads(event.body)
    asked = {each["key"]: each for each in step.parameters} if step else {}
    return StepStory(
        stage=event.stage,
        kind=step.kind if step else "",
        name=in_language(event.stage_name, event.stage_name_en),
        event=event,
        happened_on=timezone.localdate(event.event_time),
        recorded_at=event.recorded_at,
        days_late=event.days_late,
        who_says=event.who_says,
        note=body.get("ocop:note", ""),
        quantity_base=next((item.quantity_base for item in event.items.all()), None),
        measures=tuple(_measure(each, asked) for each in body.get("ocop:parameters", [])),
        photos=tuple(evidence.photo for evidence in event.evidence.all()),
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
