"""The sizes pages use, made once by the worker: AVIF and WebP take too long for a request on a small machine."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from community.photos.models import Photo, Rendition

WIDTHS = (320, 640, 960)
QUALITY = 60


def spec(width: int) -> str:
    """Wagtail's filter for one width. WebP: a quarter smaller than JPEG, made in a tenth of AVIF's time."""
    return f"width-{width}|format-webp|webpquality-{QUALITY}"


def render_photo(photo_id: int) -> int:
    """Make the renditions that are missing; returns how many the photo has. Runs twice without harm."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None:
        return 0
    return len(photo.get_renditions(*(spec(width) for width in WIDTHS)))


def unready_photos() -> QuerySet[Photo]:
    """Photos without our sizes, whatever else was made of them (the admin makes thumbnails of its own)."""
    ours = Rendition.objects.filter(image=OuterRef("pk"), filter_spec=spec(WIDTHS[-1]))  # made last
    return Photo.objects.filter(~Exists(ours))


def render_missing(limit: int = 20) -> int:
    """Photos whose task was lost (queue emptied, worker killed); returns how many were made up for."""
    without = unready_photos().order_by("-pk").values_list("pk", flat=True)[:limit]
    return sum(1 for photo_id in list(without) if render_photo(photo_id))


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
        return Sources(photo.file.url, "", photo.width, photo.height)
    widths = sorted(ready)
    best = ready[next((each for each in widths if each >= width), widths[-1])]
    srcset = ", ".join(f"{ready[each].url} {each}w" for each in widths)
    return Sources(best.url, srcset if len(widths) > 1 else "", best.width, best.height)


def _ready(photo: Photo) -> list[Rendition]:
    """Renditions of ours that exist. One query, or none when they were prefetched."""
    wanted = {spec(width) for width in WIDTHS}
    held = getattr(photo, "prefetched_renditions", None)
    rows = held if held is not None else photo.renditions.all()
    return [row for row in rows if row.filter_spec in wanted]
