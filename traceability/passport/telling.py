"""The timeline in the reader's words: each step with its place, its numbers and a small picture that is ready."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from community.photos.models import Photo
from community.photos.rendering import WIDTHS, spec
from traceability.batches.models import Batch
from traceability.events.reading import Measure, StepStory

SMALL, LARGE = WIDTHS[0], WIDTHS[-1]
MOST_SHOTS = 3


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture small enough for this page (about 10 kB), and a larger one behind it."""

    src: str
    width: int
    height: int
    full: str
    is_illustration: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step happened, as its stored document says (EPCIS readPoint)."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class ToldStep:
    story: StepStory
    place: Place | None = None
    measures: tuple[str, ...] = ()
    shots: tuple[Shot, ...] = ()
    packs: int = 0


def told(batch: Batch, stories: Sequence[StepStory]) -> tuple[ToldStep, ...]:
    return tuple(_told(batch, story) for story in stories)


def _told(batch: Batch, story: StepStory) -> ToldStep:
    if story.event is None:
        return ToldStep(story)
    is_packing = story.kind == "pack" and batch.pack is not None
    return ToldStep(
        story=story,
        place=_place(batch, json.loads(story.event.body)["readPoint"]["id"]),
        measures=tuple(_words(measure) for measure in story.measures),
        shots=tuple(filter(None, (shot_of(photo) for photo in story.photos[:MOST_SHOTS]))),
        packs=(story.quantity_base or 0) // batch.pack.net_quantity_base if is_packing and batch.pack else 0,
    )


def _place(batch: Batch, uri: str) -> Place:
    """``…/l/{plot code}`` or ``…/p/{cooperative's code}``."""
    code = uri.rpartition("/")[2]
    if batch.plot is not None and code == batch.plot.code:
        return Place(batch.plot.name, code)
    return Place(batch.cooperative.commune.name_with_type, code)


def _words(measure: Measure) -> str:
    """ "Ẩm độ sau sấy 14 %"; a verdict in words ("đạt") needs no unit "đạt/không"."""
    is_number = measure.value[-1:].isdigit()
    return f"{measure.label} {measure.value}" + (f"\u00a0{measure.unit}" if measure.unit and is_number else "")


def shot_of(photo: Photo) -> Shot | None:
    """None until the worker has made the small sizes: a page on bad 3G never loads the original by itself."""
    ready = {rendition.filter_spec: rendition for rendition in photo.renditions.all()}
    small = ready.get(spec(SMALL))
    if small is None:
        return None
    large = ready.get(spec(LARGE), small)
    return Shot(small.url, small.width, small.height, large.url, photo.is_illustration)
