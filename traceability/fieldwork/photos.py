"""Photos of a step form. They are taken in before anything else is decided, outside every transaction, and survive a
correction of the form: nobody sends three megabytes twice because of a mistyped number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from community.audit.actors import Actor
from community.photos.forms import SENTENCES
from community.photos.models import Photo
from community.photos.taking_in import BadPhoto, clean_picture, take_in_photo
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.events.writing import ReplayMismatch

MOST_PHOTOS = 6
KEPT_FOR_SECONDS = 3 * 24 * 3600


@dataclass(slots=True)
class Gathered:
    """``photos`` are stored already; ``faults`` are sentences, one for each file that was refused."""

    photos: list[Photo] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def gather_photos(
    *, uploads: Sequence[UploadedFile], kept: Sequence[str], batch: Batch, title: str, actor: Actor
) -> Gathered:
    """Take in the new files and find those an earlier try of this form brought (``kept``: signed tokens)."""
    found = Gathered(photos=kept_photos(kept, batch=batch))
    room = MOST_PHOTOS - len(found.photos)
    if len(uploads) > room:
        found.faults.append(_("At most %(most)s photos for one step.") % {"most": MOST_PHOTOS})
    for upload in uploads[:room]:
        try:
            photo = take_in_photo(upload=upload, title=title, actor=actor.as_part(), cooperative=batch.cooperative)
        except BadPhoto as fault:
            found.faults.append(f"{upload.name}: {SENTENCES[fault.code]}")
        else:
            found.photos.append(photo)
    return found


def photos_sent_again(
    *, event: Event, uploads: Sequence[UploadedFile], kept: Sequence[str], batch: Batch
) -> tuple[Photo, ...]:
    """The stored photos of ``event`` that these files are: a form sent twice stores no picture twice.

    Raises ``ReplayMismatch`` when a file is not among them, ``BadPhoto`` when it is no picture.
    """
    stored = {evidence.sha256: evidence.photo for evidence in event.evidence.select_related("photo")}
    digests = [photo.sha256 for photo in kept_photos(kept, batch=batch)]
    digests += [clean_picture(upload).sha256 for upload in uploads]
    if not set(digests) <= set(stored):
        raise ReplayMismatch("replay_mismatch", client_uuid=str(event.client_uuid))
    return tuple(stored[digest] for digest in digests)


def token_of(photo: Photo, *, batch: Batch) -> str:
    return signing.dumps(photo.pk, salt=_salt(batch))


def kept_photos(tokens: Sequence[str], *, batch: Batch) -> list[Photo]:
    """Tokens that are old, foreign or forged bring nothing."""
    found = []
    for token in tokens[:MOST_PHOTOS]:
        try:
            key = signing.loads(token, salt=_salt(batch), max_age=KEPT_FOR_SECONDS)
        except signing.BadSignature:
            continue
        found += Photo.objects.filter(pk=key, cooperative=batch.cooperative_id)
    return found


def _salt(batch: Batch) -> str:
    return f"fieldwork.photo.{batch.public_code}"
