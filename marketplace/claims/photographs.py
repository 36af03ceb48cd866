"""Photos of a claim: cleaned before, kept in the private folder, shown by who has checked, gone with the buyer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction

from community.photos.taking_in import CleanPicture
from marketplace.claims.models import Claim, ClaimPhoto
from marketplace.claims.states import RUNNING, PhotoBy
from marketplace.orders.states import NEEDS_BUYER

MOST_PHOTOS = 4


def keep_photos(claim: Claim, pictures: Sequence[CleanPicture], by: PhotoBy) -> None:
    """The last thing in a verb: files do not go back with the rows."""
    kept: list[ClaimPhoto] = []
    try:
        for picture in pictures[:MOST_PHOTOS]:
            photo = ClaimPhoto(claim=claim, by=by, sha256=picture.sha256, width=picture.width, height=picture.height)
            photo.file.save("photo.jpg", ContentFile(picture.jpeg), save=False)
            kept.append(photo)
        ClaimPhoto.objects.bulk_create(kept)
    except Exception:
        _delete_files(kept)
        raise


def forget_photos(claims: Iterable[Claim]) -> int:
    """The rows now, the files once that is certain; how many. Call inside a transaction."""
    gone = list(ClaimPhoto.objects.filter(claim__in=claims))
    ClaimPhoto.objects.filter(pk__in=[photo.pk for photo in gone]).delete()
    transaction.on_commit(partial(_delete_files, gone), robust=True)
    return len(gone)


def shown_to_seller(claim: Claim) -> bool:
    """While it runs, and as long as the desk shows the buyer."""
    return claim.status in RUNNING or claim.parcel.status in NEEDS_BUYER


def _delete_files(photos: Iterable[ClaimPhoto]) -> None:
    for photo in photos:
        photo.file.storage.delete(str(photo.file.name))
