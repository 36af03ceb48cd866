"""Where a listing stands with the moderators and with the buyers, for the seller's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.contenttypes.models import ContentType
from wagtail.models import WorkflowState

from marketplace.listings.models import Listing


class Review(StrEnum):
    """What the moderators have to do with it now."""

    NONE = "none"
    WAITING = "waiting"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Standing:
    """``reason`` is the moderator's, with ``Review.CHANGES``; ``is_refused`` then says that it is more than a change.
    ``unsent``: words were written and not sent."""

    live: bool
    review: Review
    reason: str = ""
    is_refused: bool = False
    unsent: bool = False


def standings(listings: Sequence[Listing]) -> dict[int, Standing]:
    """By listing id, in one query for all of them."""
    kind = ContentType.objects.get_for_model(Listing, for_concrete_model=False)
    states = (
        WorkflowState.objects.active()
        .filter(base_content_type=kind, object_id__in=[str(listing.pk) for listing in listings])
        .select_related("current_task_state__listingreviewstate")
    )
    open_reviews = {int(state.object_id): state for state in states}
    return {listing.pk: _standing(listing, open_reviews.get(listing.pk)) for listing in listings}


def standing_of(listing: Listing) -> Standing:
    return standings([listing])[listing.pk]


def _standing(listing: Listing, state: WorkflowState | None) -> Standing:
    if state is None:
        return Standing(listing.live, Review.NONE, unsent=not listing.live or listing.has_unpublished_changes)
    if state.status == WorkflowState.STATUS_IN_PROGRESS:
        return Standing(listing.live, Review.WAITING)
    look = state.current_task_state
    comment = look.comment if look else ""
    refused = hasattr(look, "listingreviewstate") and look.listingreviewstate.is_refused
    return Standing(listing.live, Review.CHANGES, reason=comment.strip(), is_refused=refused)
