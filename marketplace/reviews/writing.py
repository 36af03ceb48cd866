"""A buyer's review: written once per order line, changed for some weeks, counted into the product's rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Sum

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.photos.models import Photo
from marketplace.listings.ratings import Rating
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.states import AllocationStatus, ParcelStatus
from marketplace.reviews.models import Review

MAY_BE_CHANGED = timedelta(days=30)
RECEIVED = (ParcelStatus.DELIVERED, ParcelStatus.COMPLETED)


class CannotReview(DomainError):
    """Nothing was changed. Codes: ``not_received``, ``no_stars``, ``too_late`` (to change it), ``hidden``."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """``photo``: taken in before; None leaves an earlier one. ``named``: whether initial and province are shown."""

    stars: int
    words: str = ""
    photo: Photo | None = None
    named: bool = True


@transaction.atomic
def write_review(*, line: OrderLine, opinion: Opinion, actor: Actor) -> Review:
    """Write it, or write it anew. Raises :class:`CannotReview`. Returns it with what it shows from now on."""
    parcel = (
        Parcel.objects.select_for_update(of=("self",)).select_related("order", "cooperative").get(pk=line.parcel_id)
    )
    if parcel.status not in RECEIVED or parcel.order.erased_at is not None:
        raise CannotReview("not_received", status=parcel.status)
    if type(opinion.stars) is not int or not 1 <= opinion.stars <= 5:
        raise CannotReview("no_stars")
    said = {
        "stars": opinion.stars,
        "words": "\n".join(" ".join(row.split()) for row in opinion.words.strip().splitlines())[:1000].strip(),
        "shown_name": short_name(parcel.order) if opinion.named else "",
    }
    earlier = Review.objects.filter(line=line).first()
    if earlier is not None:
        review = _changed(earlier, said | ({"photo": opinion.photo} if opinion.photo else {}))
    else:
        product = line.pack.product_id
        facts = {"product_id": product, "batch_id": _batch_of(line), "photo": opinion.photo, "written_at": clock.now()}
        review = Review.objects.create(line=line, **said, **facts)
    count_again(review.product_id)
    word = "changed" if earlier is not None else "written"
    record(actor=actor, action=f"review.{word}", subject=review, cooperative=parcel.cooperative, stars=opinion.stars)
    return review


def may_change(review: Review) -> bool:
    return review.hidden_at is None and clock.now() <= review.written_at + MAY_BE_CHANGED


def short_name(order: Order) -> str:
    """ "H., Đà Nẵng": nobody is recognised by it."""
    words = [word for word in order.buyer_name.replace("(mẫu)", "").split() if word[0].isalpha()]
    place = order.commune.parent.name if order.commune.parent else order.commune.name
    return f"{words[-1][0].upper()}., {place}" if words else place


def count_again(product_id: int) -> None:
    """Add the published reviews up; one writer at a time, so that two at once count both."""
    rating, _made = Rating.objects.get_or_create(product_id=product_id)
    list(Rating.objects.select_for_update().filter(pk=rating.pk))
    found = Review.objects.published().of_product(product_id).aggregate(n=Count("pk"), sum=Sum("stars"))
    Rating.objects.filter(pk=rating.pk).update(count=found["n"], stars_sum=found["sum"] or 0)


def _changed(review: Review, said: dict[str, object]) -> Review:
    if review.hidden_at is not None:
        raise CannotReview("hidden")
    if not may_change(review):
        raise CannotReview("too_late")
    replaced = review.photo if "photo" in said else None
    Review.objects.filter(pk=review.pk, hidden_at=None).update(**said, changed_at=clock.now())
    if replaced is not None:
        replaced.delete()
    review.refresh_from_db()
    return review


def _batch_of(line: OrderLine) -> int | None:
    """The batch most of it came from."""
    bound = line.allocations.exclude(status=AllocationStatus.RELEASED).order_by("-quantity_base", "pk")
    return bound.values_list("batch", flat=True).first()
