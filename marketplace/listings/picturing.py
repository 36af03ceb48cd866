"""The photos of a listing: their order changes at once, for buyers saw them all before; new ones and fewer wait."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from community.photos.models import Photo
from marketplace.listings.models import Listing, ListingPhoto
from marketplace.listings.writing import BadListing

MOST_PHOTOS = 8


@transaction.atomic
def set_photos(*, listing: Listing, photos: Sequence[Photo], actor: Actor) -> bool:
    """These photos in this order. True: buyers see it now; False: kept as a draft that is still to be sent.

    Raises ``BadListing``: in_review, no_photo, too_many_photos (fact ``most``).
    """
    held = Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)
    if held.workflow_in_progress:
        raise BadListing("in_review", slug=held.slug)
    if not photos:
        raise BadListing("no_photo", slug=held.slug)
    if len(photos) > MOST_PHOTOS:
        raise BadListing("too_many_photos", most=MOST_PHOTOS)
    draft = held.get_latest_revision_as_object()
    before = [each.photo_id for each in draft.photos.all()]
    wanted = [photo.pk for photo in photos]
    if before == wanted:
        return not held.has_unpublished_changes
    told = {each.photo_id: each.alt for each in draft.photos.all()}
    only_moved = held.live and not held.has_unpublished_changes and sorted(before) == sorted(wanted)
    draft.photos = [
        ListingPhoto(photo=photo, alt=told.get(photo.pk, ""), sort_order=place) for place, photo in enumerate(photos)
    ]
    revision = draft.save_revision(user=actor.user)
    action = "listing.photos_moved" if only_moved else "listing.photos_changed"
    record(actor=actor, action=action, subject=held, cooperative=held.product.cooperative, photos=wanted)
    if only_moved:
        revision.publish()
    return bool(only_moved)
