"""Taking in a picture from a phone: looked at, turned upright, stripped of everything but pixels, made small.

A farmer's photo carries where she lives (GPS) and lies on its side until its EXIF is applied: so turn, then strip.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile, File
from django.db import transaction
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.models import Photo
from community.photos.queueing import render_photo_later
from community.text.dates import VIETNAM

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
QUALITY = 82

# "JPEG" also opens MPO, the two-frame JPEG of some phones; its first frame is taken.
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF")
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}


class BadPhoto(DomainError):
    """`not_a_photo`, `too_large` (facts `bytes`, `most`) or `too_many_pixels` (facts `pixels`, `most`)."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture fit to be stored: JPEG bytes, upright, without metadata."""

    jpeg: bytes
    width: int
    height: int
    taken_at: datetime | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.jpeg).hexdigest()


def take_in_photo(*, upload: File[bytes], title: str, actor: Actor, cooperative: Cooperative | None = None) -> Photo:
    """Store an upload as a Photo; renditions follow in the worker. Raises BadPhoto and stores nothing.

    The decoding happens before any transaction is opened here; call it outside one.
    """
    clean = clean_picture(upload)
    photo = Photo(
        title=" ".join(title.split())[:255] or "—",
        cooperative=cooperative,
        uploaded_by_user=actor.user,
        sha256=clean.sha256,
        taken_at=clean.taken_at,
        file_size=len(clean.jpeg),
        file_hash=hashlib.sha1(clean.jpeg, usedforsecurity=False).hexdigest(),
    )
    photo.file.save("photo.jpg", ContentFile(clean.jpeg), save=False)
    photo.width, photo.height = clean.width, clean.height  # Django empties them when a file is put on an unsaved row
    with transaction.atomic():
        photo.save()
        record(actor=actor, action="photo.taken_in", subject=photo, cooperative=cooperative, sha256=clean.sha256)
        transaction.on_commit(lambda: render_photo_later(photo.pk), robust=True)
    return photo


def clean_picture(upload: File[bytes]) -> CleanPicture:
    """Decode, turn, shrink to 1600 px, strip and re-encode. Believes bytes, never the name. Raises BadPhoto."""
    if upload.size > MOST_BYTES:
        raise BadPhoto("too_large", bytes=upload.size, most=MOST_BYTES)
    upload.seek(0)
    content = upload.read(MOST_BYTES + 1)
    if not looks_like_photo(content[:32]):
        raise BadPhoto("not_a_photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, lower limit follows
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                return _clean(picture)
    except Image.DecompressionBombError as error:
        raise BadPhoto("too_many_pixels", most=MOST_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadPhoto("not_a_photo") from error


def looks_like_photo(start: bytes) -> bool:
    """Magic bytes of JPEG (and MPO), PNG, GIF, WebP, HEIC/HEIF and AVIF."""
    return (
        start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (start[:4] == b"RIFF" and start[8:12] == b"WEBP")
        or (start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS)
    )


def _clean(picture: Image.Image) -> CleanPicture:
    """The header is read, no pixel yet: refuse a bomb here. Then draft-decode (JPEG halves for free), turn, shrink."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise BadPhoto("too_many_pixels", pixels=width * height, most=MOST_PIXELS)
    taken_at = _taken_at(picture)
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = _on_white(_in_srgb(ImageOps.exif_transpose(picture)))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright)  # a new image carries no EXIF, GPS, XMP, profile or comment
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return CleanPicture(out.getvalue(), *fresh.size, taken_at)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Newer phones save wider colours with a profile; without the profile they would look dull, so convert first."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # a broken profile: take the colours as they are
        return picture
    return converted or picture


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG has no transparency: what was clear becomes white, as on paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        paper.alpha_composite(clear)
        return paper.convert("RGB")
    return picture.convert("RGB")


def _taken_at(picture: Image.Image) -> datetime | None:
    """When the shutter fell, if the phone says so (EXIF has local time without a zone: Vietnam's is meant)."""
    told = str(picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal, ""))
    if not re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", told):
        return None
    try:
        return datetime.strptime(told, "%Y:%m:%d %H:%M:%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None
