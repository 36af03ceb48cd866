"""What others do with a review: the seller answers once, readers report it, staff hide it with a reason, or not."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from marketplace.orders.links import order_link
from marketplace.orders.models import Order
from marketplace.orders.telling import tell_buyer
from marketplace.payments.forgetting import also
from marketplace.reviews.models import Review, ReviewQuerySet, ReviewReport
from marketplace.reviews.writing import count_again

MOST_OPEN_REPORTS = 20


class CannotMind(DomainError):
    """Nothing was changed. Codes: ``not_yours``, ``no_words``, ``answered`` (already), ``hidden``, ``shown``,

    ``own`` (of the staff, who belongs to the seller decides nothing about its reviews).
    """


def reviews_of(cooperative: Cooperative) -> ReviewQuerySet:
    """The only way a seller's screen reaches a review."""
    return Review.objects.filter(product__cooperative=cooperative)


@transaction.atomic
def reply_to_review(*, review: Review, words: str, actor: Actor) -> Review:
    """Publicly, once, under the cooperative's name. Raises :class:`CannotMind`."""
    said = " ".join(words.split())[:600]
    if actor.cooperative is None or actor.cooperative.pk != review.product.cooperative_id:
        raise CannotMind("not_yours")
    if not said:
        raise CannotMind("no_words")
    fresh = Review.objects.filter(pk=review.pk, replied_at=None, hidden_at=None)
    if not fresh.update(reply=said, replied_at=clock.now(), replied_by=actor.user):
        raise CannotMind("answered")
    review.refresh_from_db()
    record(actor=actor, action="review.answered", subject=review, cooperative=review.product.cooperative)
    return review


@transaction.atomic
def report_review(*, review: Review, words: str, actor: Actor) -> ReviewReport | None:
    """Anybody may; a review that many have reported is not reported once more (None). Nothing is hidden by it."""
    said = " ".join(words.split())[:300]
    if not said:
        raise CannotMind("no_words")
    if review.hidden_at is not None:
        raise CannotMind("hidden")
    if review.reports.filter(closed_at=None).count() >= MOST_OPEN_REPORTS:
        return None
    by_seller = actor.cooperative is not None and actor.cooperative.pk == review.product.cooperative_id
    report = ReviewReport.objects.create(review=review, words=said, by_seller=by_seller, reported_at=clock.now())
    record(actor=actor, action="review.reported", subject=review, cooperative=review.product.cooperative)
    return report


@transaction.atomic
def hide_review(*, review: Review, reason: str, actor: Actor, without_photo: bool = False) -> Review:
    """Staff take it off the page and say why; the writer is told, the stars no longer count. ``without_photo``: its

    picture is deleted with its files, since their addresses are known to whoever has seen it.
    """
    _check_other(review, actor)
    said = " ".join(reason.split())[:300]
    if not said:
        raise CannotMind("no_words")
    shown = Review.objects.filter(pk=review.pk, hidden_at=None)
    if not shown.update(hidden_at=clock.now(), hidden_by=actor.user, hidden_why=said):
        raise CannotMind("hidden")
    review.refresh_from_db()
    _close_reports(review, actor)
    count_again(review.product_id)
    deleted = without_photo and _delete_photo(review)
    about = review.product.cooperative
    record(actor=actor, action="review.hidden", subject=review, cooperative=about, photo_deleted=deleted)
    _tell_writer(review)
    return review


@transaction.atomic
def show_review(*, review: Review, actor: Actor) -> Review:
    """Staff put it back. Raises :class:`CannotMind` when it is not hidden."""
    _check_other(review, actor)
    hidden = Review.objects.filter(pk=review.pk, hidden_at__isnull=False)
    if not hidden.update(hidden_at=None, hidden_by=None, hidden_why=""):
        raise CannotMind("shown")
    review.refresh_from_db()
    count_again(review.product_id)
    record(actor=actor, action="review.shown", subject=review, cooperative=review.product.cooperative)
    return review


@transaction.atomic
def let_stand(*, review: Review, actor: Actor) -> int:
    """Staff looked at the reports and nothing is wrong; how many were closed."""
    _check_other(review, actor)
    closed = _close_reports(review, actor)
    if closed:
        record(actor=actor, action="review.let_stand", subject=review, cooperative=review.product.cooperative)
    return closed


def forget_reviews(order: Order, actor: Actor) -> None:
    """Where an order's buyer is erased: stars and words stay, nobody can tell whose they were; the photo goes."""
    reviews = Review.objects.filter(line__parcel__order=order, erased_at=None).select_related("photo")
    for review in reviews:
        Review.objects.filter(pk=review.pk).update(shown_name="", photo=None, erased_at=clock.now())
        if review.photo is not None:
            review.photo.delete()
        record(actor=actor, action="review.erased", subject=review)


def at_erasure() -> None:
    """Called once at start: the room that erases buyers lies below and knows no reviews."""
    also(forget_reviews)


def _check_other(review: Review, actor: Actor) -> None:
    if review.product.cooperative.has_member(actor.user):
        raise CannotMind("own")


def _delete_photo(review: Review) -> bool:
    photo = review.photo
    if photo is None:
        return False
    Review.objects.filter(pk=review.pk).update(photo=None)
    photo.delete()  # with its files, when this is kept
    review.refresh_from_db()
    return True


def _close_reports(review: Review, actor: Actor) -> int:
    opened = ReviewReport.objects.filter(review=review, closed_at=None)
    return opened.update(closed_at=clock.now(), closed_by=actor.user)


def _tell_writer(review: Review) -> None:
    order = review.line.parcel.order
    with override(order.language):
        text = gettext("Order %(order)s: your review is no longer shown. Reason: %(why)s %(page)s") % {
            "order": order.code,
            "why": review.hidden_why,
            "page": order_link(order),
        }
    key = f"{order.code}:{review.code}:{review.hidden_at:%Y%m%d%H%M%S}"
    tell_buyer(order, kind="review_hidden", key=key, text=text, about=review)
