"""The sizes pages use, made once by the worker: they take too long for a request on a small machine."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.core.files.storage import Storage
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.fields.files import FieldFile

from community.photos.models import Photo, Rendition

log = logging.getLogger(__name__)

WIDTHS = (320, 640, 960)
QUALITY = 60
SHARE_BYTES = 50_000
SHARE_SPECS = (
    *(f"fill-1200x630|format-jpeg|jpegquality-{quality}" for quality in (72, 58, 44, 30)),
    *(f"fill-600x315|format-jpeg|jpegquality-{quality}" for quality in (60, 40, 20)),
)
"""What a link shows in Zalo or Facebook: JPEG, which all of them read. The best first; the small ones are for gravel
and leaves, of which no large picture is light."""


def spec(width: int) -> str:
    """Wagtail's filter for one width. WebP: a quarter smaller than JPEG, made in a tenth of AVIF's time."""
    return f"width-{width}|format-webp|webpquality-{QUALITY}"


WIDTH_SPECS = frozenset(map(spec, WIDTHS))
SHOWN_SPECS = (*map(spec, WIDTHS), *SHARE_SPECS)


def render_photo(photo_id: int) -> int:
    """Make the renditions that are missing; returns how many the photo has. Runs twice without harm."""
    photo = Photo.objects.filter(pk=photo_id, is_withheld=False).first()
    if photo is None:
        return 0
    sizes = photo.get_renditions(*(spec(width) for width in WIDTHS))
    keep_best_light(photo, SHARE_SPECS, most_bytes=SHARE_BYTES)
    return len(sizes)


def keep_best_light(photo: Photo, specs: Sequence[str], *, most_bytes: int) -> None:
    """Of these renditions, the best first, make one: the first that is light enough, else the last."""
    if photo.renditions.filter(filter_spec__in=specs).exists():
        return
    for wanted in specs:
        made = photo.get_rendition(wanted)
        if made.file.size <= most_bytes or wanted == specs[-1]:
            return
        made.delete()


def has_any_of(specs: Sequence[str]) -> Exists:
    """Of a photo: one of these renditions is made."""
    return Exists(Rendition.objects.filter(image=OuterRef("pk"), filter_spec__in=specs))


def unready_photos() -> QuerySet[Photo]:
    """Photos without our sizes, whatever else was made of them (the admin makes thumbnails of its own)."""
    return Photo.objects.filter(~has_any_of(SHARE_SPECS), is_withheld=False)  # made last


def share_card_of(photo: Photo) -> Rendition | None:
    """None while the worker has not made it. Asks nothing when renditions were prefetched."""
    held = getattr(photo, "prefetched_renditions", None)
    rows = held if held is not None else photo.renditions.all()
    return next((row for row in rows if row.filter_spec in SHARE_SPECS), None)


def render_missing(limit: int = 20) -> int:
    """Photos whose task was lost (queue emptied, worker killed); returns how many were made up for.

    A photo that cannot be drawn (its file is lost or broken) is noted and counts for no place among the `limit`: it
    must not keep the older ones waiting.
    """
    made = 0
    for photo_id in list(unready_photos().order_by("-pk").values_list("pk", flat=True)):
        made += render_if_possible(photo_id)
        if made == limit:
            break
    return made


def render_if_possible(photo_id: int) -> bool:
    """Whether it could: of a picture whose file is lost or broken the reason is noted, and nothing raised."""
    try:
        return bool(render_photo(photo_id))
    except Exception:
        log.exception("the sizes of photo %s could not be made", photo_id)
        return False


def with_sizes(path: str) -> Prefetch:
    """For lists: the rows that pages show of the photos at ``path``, and none of those they never name (AVIF)."""
    return Prefetch(f"{path}__renditions", Rendition.objects.filter(filter_spec__in=SHOWN_SPECS))


@dataclass(frozen=True, slots=True)
class Sources:
    """What an <img> needs."""

    src: str
    srcset: str
    width: int
    height: int


def sources_of(photo: Photo, width: int) -> Sources:
    """Addresses for a picture shown `width` CSS pixels wide. Uses renditions that exist (prefetched when the caller
    did `prefetch_renditions`), else the stored JPEG, which is upright and clean, only larger: a page never waits."""
    ready = {rendition.width: rendition for rendition in _ready(photo)}
    if not ready:
        return Sources(_address(photo.file), "", photo.width, photo.height)
    widths = sorted(ready)
    best = ready[next((each for each in widths if each >= width), widths[-1])]
    srcset = ", ".join(f"{_address(ready[each].file)} {each}w" for each in widths)
    return Sources(_address(best.file), srcset if len(widths) > 1 else "", best.width, best.height)


def _address(file: FieldFile) -> str:
    return _address_in(file.storage, str(file.name))


@lru_cache(maxsize=4_096)
def _address_in(storage: Storage, name: str) -> str:
    """A list of goods asks for seventy; a stored file never changes its address."""
    return str(storage.url(name))


def _ready(photo: Photo) -> list[Rendition]:
    """Renditions of ours that exist. One query, or none when they were prefetched."""
    held = getattr(photo, "prefetched_renditions", None)
    rows = held if held is not None else photo.renditions.all()
    return [row for row in rows if row.filter_spec in WIDTH_SPECS]
