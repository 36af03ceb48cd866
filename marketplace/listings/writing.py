"""The seller's words: draft, send for review, change the price, stop and start selling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from wagtail.models import Workflow

from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.models import Photo
from community.photos.rendering import with_sizes
from community.text.slugs import make_slug
from marketplace.catalogue.cataloguing import recatalogue
from marketplace.listings.models import Listing, ListingPhoto, Offer
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.products.models import Pack, Product

MAX_PRICE_DONG = 499_999_999


class BadListing(DomainError):
    """Codes: price_out_of_range, no_photo, no_pack, in_review (facts: slug), incomplete (fact: screen), gtin_taken
    (fact: gtin); the last two only from ``offering``."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a seller says about a product. What is empty in English or Khmer is read in Vietnamese."""

    title: str
    summary: str
    story: str = ""
    title_en: str = ""
    summary_en: str = ""
    story_en: str = ""
    title_km: str = ""
    summary_km: str = ""
    story_km: str = ""

    def all(self) -> list[str]:
        return list(asdict(self).values())


@transaction.atomic
def start_listing(*, product: Product, words: Words, photos: Sequence[Photo], actor: Actor) -> Listing:
    """A first draft, not visible to buyers until a moderator approves it."""
    listing = Listing(product=product, slug=free_slug(words.title), live=False, **_fields(words))
    listing.photos = [ListingPhoto(photo=photo, sort_order=place) for place, photo in enumerate(photos)]
    listing.save()
    listing.save_revision(user=actor.user)
    record(actor=actor, action="listing.started", subject=listing, cooperative=product.cooperative, slug=listing.slug)
    return listing


@transaction.atomic
def change_words(*, listing: Listing, words: Words, new_photos: Sequence[Photo], actor: Actor) -> Listing:
    """A new draft on top of what is live; buyers keep seeing the approved words. Refused while in review."""
    if listing.workflow_in_progress:
        raise BadListing("in_review", slug=listing.slug)
    draft = listing.get_latest_revision_as_object()
    for name, value in _fields(words).items():
        setattr(draft, name, value)
    if new_photos:
        draft.photos = [ListingPhoto(photo=photo, sort_order=place) for place, photo in enumerate(new_photos)]
    draft.save_revision(user=actor.user)
    record(actor=actor, action="listing.changed", subject=listing, cooperative=listing.product.cooperative)
    return listing


@transaction.atomic
def send_for_review(*, listing: Listing, actor: Actor) -> Listing:
    """Hand the latest draft to the moderators' workflow. A second press changes nothing."""
    Listing.objects.select_for_update().get(pk=listing.pk)  # two presses at once queue here
    if listing.workflow_in_progress:
        return listing
    draft = listing.get_latest_revision_as_object()
    if not draft.photos.all():
        raise BadListing("no_photo", slug=listing.slug)
    if not Offer.objects.filter(pack__product=listing.product_id).exists():
        raise BadListing("no_pack", slug=listing.slug)
    workflow: Workflow | None = listing.get_workflow()
    if workflow is None:
        raise LookupError("no review workflow is set up: run manage.py set_up")
    state = listing.current_workflow_state
    if state is not None and state.status == state.STATUS_NEEDS_CHANGES:
        state.resume(user=actor.user)
    else:
        workflow.start(draft, actor.user)
    record(actor=actor, action="listing.sent_for_review", subject=listing, cooperative=listing.product.cooperative)
    return listing


@transaction.atomic
def set_price(*, pack: Pack, price_dong: int, actor: Actor, seen_dong: int | None = None) -> Offer:
    """At once, without review. Orders keep the price they were placed at.

    ``seen_dong``: the price that the actor saw it replace. Raises ``BadListing`` (price_out_of_range; price_moved, with
    ``now_dong``, when somebody else changed it meanwhile).
    """
    if not 0 < price_dong <= MAX_PRICE_DONG:
        raise BadListing("price_out_of_range", price_dong=price_dong)
    held = Offer.objects.select_for_update()
    offer, created = held.get_or_create(pack=pack, defaults={"price_dong": price_dong})
    if not created and offer.price_dong != price_dong:
        if seen_dong not in (None, offer.price_dong):
            raise BadListing("price_moved", now_dong=offer.price_dong)
        record(
            actor=actor,
            action="offer.price_changed",
            subject=offer,
            cooperative=pack.product.cooperative,
            old_dong=offer.price_dong,
            new_dong=price_dong,
        )
        Offer.objects.filter(pk=offer.pk).update(price_dong=price_dong)
        offer.refresh_from_db()
    recatalogue([pack.product_id])
    touch_pages(Batch.objects.filter(pack=pack))
    return offer


@transaction.atomic
def stop_selling(*, pack: Pack, actor: Actor) -> None:
    _switch(pack, on=False, actor=actor)


@transaction.atomic
def resume_selling(*, pack: Pack, actor: Actor) -> None:
    _switch(pack, on=True, actor=actor)


def _switch(pack: Pack, *, on: bool, actor: Actor) -> None:
    if Offer.objects.filter(pack=pack, on_sale=not on).update(on_sale=on):
        action = "offer.resumed" if on else "offer.stopped"
        record(actor=actor, action=action, subject=pack, cooperative=pack.product.cooperative)
        recatalogue([pack.product_id])
        touch_pages(Batch.objects.filter(pack=pack))


def free_slug(title: str) -> str:
    """A readable address nobody has yet: "mat-ong-rung", "mat-ong-rung-2"."""
    stem = make_slug(title)[:100] or "san-pham"
    taken = set(Listing.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if slug not in taken)


def listings_of(cooperative: Cooperative) -> list[Listing]:
    """Everything a cooperative has written, newest product first, ready for its list."""
    return list(
        Listing.objects.of_cooperative(cooperative)
        .select_related("product", "latest_revision")
        .prefetch_related(with_sizes("photos__photo"), "product__packs__offer")
        .order_by("-product__created_at")
    )


def _fields(words: Words) -> dict[str, str]:
    return asdict(words)
