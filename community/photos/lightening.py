"""AVIF beside each WebP: half as heavy, ten times as long to make, so it comes after everything else (0165).

Pages name the WebP alone. Whoever says "image/avif" when asking for it is sent the AVIF, if there is one
(``config/media.py``): no row is loaded for it and no byte of a page tells of it.
"""

from __future__ import annotations

import logging
import re
import time

from django.db.models import QuerySet
from PIL import features

from community.one_by_one import safely
from community.photos.models import Photo
from community.photos.rendering import SHARE_SPECS, WIDTHS, has_any_of, keep_best_light, spec

log = logging.getLogger(__name__)

MOST_BYTES = 25_000
QUALITIES = (40, 32, 25, 18)
"""The best first, which looks like WebP's 60; the last is kept however heavy it is. Two digits each, as WebP's: so both
files have one beginning."""
SPECS = {width: tuple(f"width-{width}|format-avif|avifquality-{one}" for one in QUALITIES) for width in WIDTHS}
_MADE_LAST = SPECS[WIDTHS[-1]]
_WEBP = re.compile("|".join(re.escape(spec(width).replace("|", ".")) for width in WIDTHS))


def can_be_made() -> bool:
    """Whether this machine's Pillow writes AVIF; without it everything goes on with WebP."""
    return bool(features.check("avif"))


def heavy_photos() -> QuerySet[Photo]:
    """Ready, but without AVIF. Not those without WebP either: their file may be broken."""
    return Photo.objects.filter(has_any_of(SHARE_SPECS), ~has_any_of(_MADE_LAST)).order_by("-pk")


def lighten_photo(photo: Photo) -> None:
    """Every width that is missing, none heavier than its WebP. Runs twice without harm."""
    webp = {one.filter_spec: one.file.size for one in photo.renditions.filter(filter_spec__in=map(spec, WIDTHS))}
    for width in WIDTHS:
        keep_best_light(photo, SPECS[width], most_bytes=min(MOST_BYTES, webp.get(spec(width), MOST_BYTES)))


def lighten_photos(*, seconds: float) -> int:
    """Newest first, for about so long; how many were done. One that cannot be drawn keeps no other waiting."""
    if not can_be_made():
        return 0
    done, end = 0, time.monotonic() + seconds
    for photo_id in list(heavy_photos().values_list("pk", flat=True)):
        if time.monotonic() > end:
            break
        photo = Photo.objects.filter(pk=photo_id).first()
        done += photo is not None and safely(lighten_photo, photo, of=photo_id, log=log)
    return done


def lighter_names(name: str) -> list[str]:
    """Where an AVIF of this WebP would stand, the best first; none for any other file.

    "photos/7f3a.width-320.format-webp.webpquality-60.webp" → "photos/7f3a.width-320.format-avif.avifquality-50.avif" …
    """
    found = _WEBP.search(name)
    if found is None or not name.endswith(".webp"):
        return []
    width = int(found[0].removeprefix("width-").partition(".")[0])
    beginning = name[: found.start()]
    return [f"{beginning}{one.replace('|', '.')}.avif" for one in SPECS[width]]
