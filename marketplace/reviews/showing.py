"""Reviews as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from community.photos.rendering import with_sizes
from marketplace.reviews.models import Review, ReviewQuerySet
from traceability.batches.addresses import batch_path


@dataclass(frozen=True, slots=True)
class ShownReview:
    """``lot`` and ``path``: of the batch it is about; empty when nothing is known of it."""

    review: Review
    lot: str
    path: str
    is_demo: bool


def public_reviews(product_id: int) -> ReviewQuerySet:
    """Newest first; every review that counts, however bad."""
    found = Review.objects.published().of_product(product_id).order_by("-written_at", "-pk")
    return found.select_related("photo", "batch__pack", "line__parcel__order").prefetch_related(with_sizes("photo"))


def shown(reviews: Iterable[Review]) -> list[ShownReview]:
    return [
        ShownReview(
            review=review,
            lot=review.batch.lot_code if review.batch else "",
            path=batch_path(review.batch) if review.batch else "",
            is_demo=review.line.parcel.order.is_demo,
        )
        for review in reviews
    ]
