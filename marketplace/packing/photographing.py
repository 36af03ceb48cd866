"""The photo of a closed parcel: what was handed over, should anybody ask. It shows the label, so it stays private."""

from __future__ import annotations

from functools import partial

from django.core.files.base import ContentFile, File
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.photos.taking_in import clean_picture
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.packing.models import ParcelPhoto

WHEN = (ParcelStatus.PACKED, ParcelStatus.SHIPPED)


class NoPhotoNow(DomainError):
    """``no_photo_now``: only a parcel that is closed, and has not arrived, is photographed."""


def keep_photo(*, parcel: Parcel, upload: File[bytes], actor: Actor) -> ParcelPhoto:
    """Keep the picture, cleaned as everywhere (0013), in the private folder; an earlier one goes.

    Raises ``BadPhoto`` or :class:`NoPhotoNow` and keeps nothing. Decodes before any transaction: call it outside one.
    """
    clean = clean_picture(upload)
    with transaction.atomic():
        now = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if now.status not in WHEN:
            raise NoPhotoNow("no_photo_now")
        _drop(parcel)
        photo = ParcelPhoto(parcel=parcel, sha256=clean.sha256, taken_by=actor.user, taken_at=clock.now())
        photo.file.save("photo.jpg", ContentFile(clean.jpeg), save=False)
        photo.save()
        record(actor=actor, action="parcel.photographed", subject=parcel, cooperative=parcel.cooperative,
               sha256=clean.sha256)  # fmt: skip
    return photo


def forget_photos(order: Order) -> int:
    """The buyer is forgotten: so is the label on the parcel. Call inside a transaction."""
    return sum(_drop(parcel) for parcel in order.parcels.all())


def _drop(parcel: Parcel) -> int:
    """The row now, the file once that is certain."""
    gone = list(ParcelPhoto.objects.filter(parcel=parcel))
    for photo in gone:
        photo.delete()
        transaction.on_commit(partial(photo.file.storage.delete, str(photo.file.name)), robust=True)
    return len(gone)
