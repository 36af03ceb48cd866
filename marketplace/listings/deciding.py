"""The moderators' answer to what a seller sent: approve, ask for changes, refuse. An answer is to the words that were
looked at; whoever comes second reads who was first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from community import clock
from community.audit.actors import Actor
from community.errors import DomainError
from marketplace.listings.models import Listing
from marketplace.listings.review import ListingReviewState

RIGHT = "marketplace.publish_listing"
LOOKING = timedelta(minutes=15)
"""So long somebody who opened it counts as looking at it."""

APPROVE, CHANGES, REFUSE = "approve", "changes", "refuse"
MOST_WORDS = 400


class CannotDecide(DomainError):
    """`not_allowed`, `own` (staff who belong to this seller), `no_words` (asking and refusing say why),
    `decided` (facts `verdict`, `by`, `at`), `withdrawn` (the seller took it back), `unknown`."""


def waiting() -> QuerySet[ListingReviewState]:
    """What waits for an answer, the oldest first, with what a queue shows."""
    return (
        ListingReviewState.objects.filter(status=ListingReviewState.STATUS_IN_PROGRESS)
        .select_related("revision", "workflow_state", "looked_by")
        .order_by("started_at", "pk")
    )


def looks_at(listing: Listing) -> Sequence[ListingReviewState]:
    """Every time it was sent, the newest first, with what came of it. One query."""
    states = ListingReviewState.objects.for_instance(listing).select_related("finished_by", "workflow_state")
    return list(states.order_by("-started_at", "-pk"))


def looker(state: ListingReviewState, *, now: datetime) -> str:
    """Who opened it within the last quarter of an hour, or ""."""
    if state.looked_by is None or state.looked_at is None or now - state.looked_at > LOOKING:
        return ""
    return str(state.looked_by.name)


@transaction.atomic
def open_look(*, state: ListingReviewState, actor: Actor) -> None:
    """Tell the others that somebody is at it. No claim: whoever decides first decides."""
    ListingReviewState.objects.filter(pk=state.pk, status=ListingReviewState.STATUS_IN_PROGRESS).update(
        looked_by=actor.user, looked_at=clock.now()
    )


@transaction.atomic
def decide_listing(*, state: ListingReviewState, verdict: str, words: str = "", actor: Actor) -> Listing:
    """``state`` is the look that the moderator had open. Raises CannotDecide and changes nothing then."""
    if actor.user is None or not actor.user.has_perm(RIGHT):
        raise CannotDecide("not_allowed")
    said = " ".join(words.split())[:MOST_WORDS]
    if verdict not in (APPROVE, CHANGES, REFUSE):
        raise CannotDecide("unknown")
    if verdict != APPROVE and not said:
        raise CannotDecide("no_words")
    listing = Listing.objects.select_for_update(of=("self",)).get(pk=state.workflow_state.object_id)
    if listing.product.cooperative.has_member(actor.user):
        raise CannotDecide("own")
    held = ListingReviewState.objects.select_related("finished_by").get(pk=state.pk)
    if held.verdict == "withdrawn":
        raise CannotDecide("withdrawn")
    if held.verdict:
        by = held.finished_by.name if held.finished_by else ""
        raise CannotDecide("decided", verdict=held.verdict, by=by, at=held.finished_at)
    if verdict == APPROVE:
        held.approve(user=actor.user, comment=said)
    else:
        held.is_refused = verdict == REFUSE
        held.reject(user=actor.user, comment=said)
    listing.refresh_from_db()
    return listing
