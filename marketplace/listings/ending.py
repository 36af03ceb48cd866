"""Taking back and putting away: call a listing back from the moderators, keep the old words, archive goods, restore
them. Nothing is deleted: batches keep their pages, orders their lines."""

from __future__ import annotations

from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.catalogue.cataloguing import recatalogue
from marketplace.listings.models import Listing
from marketplace.listings.writing import BadListing
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.products.models import Product


@transaction.atomic
def call_back(*, listing: Listing, actor: Actor) -> Listing:
    """Out of the moderators' queue; the words stay as a draft. Raises ``BadListing`` (not_in_review)."""
    held = _hold(listing)
    state = held.current_workflow_state
    if state is None or state.status != state.STATUS_IN_PROGRESS:
        raise BadListing("not_in_review", slug=held.slug)
    state.cancel(user=actor.user)
    record(actor=actor, action="listing.called_back", subject=held, cooperative=held.product.cooperative)
    return held


@transaction.atomic
def keep_old_words(*, listing: Listing, actor: Actor) -> Listing:
    """Drop the draft of a live listing: what buyers read is the newest again. Raises ``BadListing`` (not_live,
    in_review)."""
    held = _hold(listing)
    if not held.live:
        raise BadListing("not_live", slug=held.slug)
    state = held.current_workflow_state
    if state is not None and state.status == state.STATUS_IN_PROGRESS:
        raise BadListing("in_review", slug=held.slug)
    if state is None and not held.has_unpublished_changes:
        return held
    if state is not None:
        state.cancel(user=actor.user)
    held.save_revision(user=actor.user).publish()  # the words that are live, once more: nothing new for buyers
    record(actor=actor, action="listing.draft_dropped", subject=held, cooperative=held.product.cooperative)
    held.refresh_from_db()
    return held


@transaction.atomic
def archive_goods(*, listing: Listing, actor: Actor) -> bool:
    """Out of the shop and of the lists; a review is called back. Prices, words, batches and orders stay as they are.

    False when it was archived already. Baskets that hold it say so when they are looked at.
    """
    held = _hold(listing)
    product = held.product
    active = Product.objects.filter(pk=product.pk, status=Product.Status.ACTIVE)
    if not active.update(status=Product.Status.ARCHIVED):
        return False
    state = held.current_workflow_state
    if state is not None and state.status == state.STATUS_IN_PROGRESS:
        state.cancel(user=actor.user)
    record(actor=actor, action="product.archived", subject=product, cooperative=product.cooperative)
    recatalogue([product.pk])
    touch_pages(Batch.objects.filter(product=product))
    return True


@transaction.atomic
def restore_goods(*, listing: Listing, actor: Actor) -> bool:
    """As it was: on sale if it was on sale, stopped packs stay stopped. False when it is not archived."""
    product = _hold(listing).product
    archived = Product.objects.filter(pk=product.pk, status=Product.Status.ARCHIVED)
    if not archived.update(status=Product.Status.ACTIVE):
        return False
    record(actor=actor, action="product.restored", subject=product, cooperative=product.cooperative)
    recatalogue([product.pk])
    touch_pages(Batch.objects.filter(product=product))
    return True


def _hold(listing: Listing) -> Listing:
    """Sending, deciding and ending of one listing go one after the other."""
    held: Listing = (
        Listing.objects.select_for_update(of=("self",)).select_related("product__cooperative").get(pk=listing.pk)
    )
    return held
