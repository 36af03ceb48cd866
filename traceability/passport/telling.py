"""The timeline in the reader's words: each step with its place, its lot, its numbers and small pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q

from community.photos.models import Photo, Rendition
from community.photos.rendering import SHARE_SPECS, WIDTHS, spec
from traceability.batches.models import Batch
from traceability.events.reading import Measure, StepStory
from traceability.plots.models import Plot

SMALL, LARGE = WIDTHS[0], WIDTHS[-1]
MOST_SHOTS = 3
OF_PRODUCT = 0  # the key of the product's own picture among those of the events


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture small enough for this page (about 10 kB), and a larger one behind it. ``fits``: its hash is the one
    in the record."""

    src: str
    width: int
    height: int
    full: str
    is_illustration: bool
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step happened, as its stored document says (EPCIS readPoint). ``uri`` is the location trace code."""

    name: str
    code: str
    uri: str


@dataclass(frozen=True, slots=True)
class ToldStep:
    """``lot``: the batch it tells of, when it is one that this batch was made of."""

    story: StepStory
    place: Place | None = None
    lot: Batch | None = None
    measures: tuple[str, ...] = ()
    shots: tuple[Shot, ...] = ()
    packs: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the stories are told with: the batch, the lots it was made of by their keys, pictures by event."""

    batch: Batch
    lots: Mapping[int, Batch] = field(default_factory=dict)
    shots: Mapping[int, Sequence[Shot]] = field(default_factory=dict)

    def plots(self) -> Iterable[Plot]:
        return (lot.plot for lot in (self.batch, *self.lots.values()) if lot.plot is not None)


def told(around: Surroundings, stories: Sequence[StepStory]) -> tuple[ToldStep, ...]:
    places = {code: plot for plot in around.plots() for code in (plot.code, plot.gln) if code}
    return tuple(_told(around, places, story) for story in stories)


def _told(around: Surroundings, places: Mapping[str, Plot], story: StepStory) -> ToldStep:
    if story.event is None:
        return ToldStep(story)
    lot = around.lots.get(story.batch_id or 0)
    owner = lot or around.batch
    is_packing = story.kind == "pack" and owner.pack is not None
    return ToldStep(
        story=story,
        place=_place(owner, places, story.place) if story.place else None,
        lot=lot,
        measures=tuple(_words(measure) for measure in story.measures),
        shots=tuple(around.shots.get(story.event.pk, ())[:MOST_SHOTS]),
        packs=(story.quantity_base or 0) // owner.pack.net_quantity_base if is_packing and owner.pack else 0,
    )


def _place(owner: Batch, places: Mapping[str, Plot], uri: str) -> Place:
    """``…/l/{plot code}``, ``…/p/{cooperative's code}`` or ``…/414/{GLN}``."""
    code = uri.rstrip("/").rpartition("/")[2]
    plot = places.get(code)
    return Place(plot.name if plot else owner.cooperative.commune.name_with_type, code, uri)


def _words(measure: Measure) -> str:
    """ "Ẩm độ sau sấy 14 %"; a verdict in words ("đạt") needs no unit "đạt/không"."""
    is_number = measure.value[-1:].isdigit()
    return f"{measure.label} {measure.value}" + (f"\u00a0{measure.unit}" if measure.unit and is_number else "")


def shots_of(photo: Photo | None, event_ids: Collection[int]) -> dict[int, list[Shot]]:
    """Pictures that are ready, by event, and under OF_PRODUCT that of the product. One query for all of them.

    None for a picture until the worker has made the small sizes: a page on bad 3G never loads the original by itself.
    """
    shown = Q(filter_spec__in=(spec(SMALL), spec(LARGE)), image__is_withheld=False)
    wanted = Q(image__evidence_of__event__in=list(event_ids)) & shown
    if photo is not None:
        wanted |= Q(image=photo) & (shown | Q(filter_spec__in=SHARE_SPECS))
    rows = (
        Rendition.objects.filter(wanted)
        .annotate(event_id=F("image__evidence_of__event"), said=F("image__evidence_of__sha256"))
        .select_related("image")
        .order_by("image__evidence_of", "image")
    )
    if photo is not None:  # where the card of a shared link looks for its own
        photo.prefetched_renditions = [row for row in rows if row.image_id == photo.pk]
    sizes: dict[tuple[int, int], dict[str, Rendition]] = defaultdict(dict)
    for row in rows:
        if row.event_id in event_ids:
            sizes[row.event_id, row.image_id][row.filter_spec] = row
        if photo is not None and row.image_id == photo.pk:
            sizes[OF_PRODUCT, row.image_id][row.filter_spec] = row
    found: dict[int, list[Shot]] = defaultdict(list)
    for (key, _photo), by_spec in sizes.items():
        if (small := by_spec.get(spec(SMALL))) is not None:
            found[key].append(_shot(small, by_spec.get(spec(LARGE), small), key))
    return found


def _shot(small: Rendition, large: Rendition, key: int) -> Shot:
    fits = key == OF_PRODUCT or small.said == small.image.sha256  # type: ignore[attr-defined]
    return Shot(small.url, small.width, small.height, large.url, small.image.is_illustration, fits=fits)
