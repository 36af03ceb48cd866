"""Screens of claims and reviews; what the demo has not got in some state is made by the same verbs."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from django.urls import reverse

from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from marketplace.claims.answering import Answer, answer_claim
from marketplace.claims.models import Claim
from marketplace.claims.opening import Told, is_claimable, open_claim
from marketplace.claims.states import ClaimStatus, Outcome, Problem
from marketplace.orders.models import OrderLine, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.reviews.minding import reviews_of
from marketplace.reviews.models import Review
from tests.harness.screen import Screen


def claim_screens(own: Cooperative) -> list[Screen]:
    open_one = _open_claim(own)
    answered = Claim.objects.filter(status=ClaimStatus.ANSWERED).select_related("parcel__order").first()
    answered = answered or _answered_claim() or open_one
    free = next(_claimable(), None)
    unsaid = OrderLine.objects.filter(parcel__status=ParcelStatus.DELIVERED, review=None).first()
    unsaid = unsaid or Review.objects.order_by("-pk")[0].line
    rated = Review.objects.order_by("-product__rating__count", "-pk")[0]
    own_review = reviews_of(own).published().filter(replied_at=None).first()
    screens = [
        Screen("claim", "guest", _claim(open_one)),
        Screen("claim-answered", "guest", _claim(answered)),
        Screen("review-write", "guest", reverse("shopping:review_write", args=[unsaid.parcel.order.token, unsaid.pk])),
        Screen("reviews", "guest", reverse("shopping:product_reviews", args=[rated.product.listing.slug])),
        Screen("review-report", "guest", reverse("shopping:review_report", args=[rated.code])),
        Screen("desk-claims", "lan", reverse("selling:claims")),
        Screen("desk-claim", "lan", reverse("selling:claim", args=[open_one.code])),
        Screen("desk-reviews", "lan", reverse("selling:reviews")),
        Screen("admin-claims", "hoa", reverse("claims:index")),
        Screen("admin-claim", "hoa", reverse("claims:inspect", args=[open_one.pk])),
        Screen("admin-reviews", "hoa", reverse("reviews:index")),
        Screen("admin-review-one", "hoa", reverse("reviews:inspect", args=[rated.pk])),
    ]
    if free is not None:
        screens.append(Screen("claim-new", "guest", reverse("shopping:claim_new", args=[free.order.token, free.code])))
    if own_review is not None:
        screens.append(Screen("desk-review", "lan", reverse("selling:review_answer", args=[own_review.code])))
    return screens


def _claim(claim: Claim) -> str:
    return reverse("shopping:claim", args=[claim.parcel.order.token, claim.code])


def _claimable() -> Iterator[Parcel]:
    found = Parcel.objects.filter(status__in=[ParcelStatus.SHIPPED, ParcelStatus.DELIVERED])
    sent = found.select_related("order").prefetch_related("claims__replacement").order_by("-pk")
    return (one for one in sent if is_claimable(one, list(one.claims.all())))


def _answered_claim() -> Claim | None:
    """Its seller offers the whole sum back: the buyer's turn."""
    if (free := next(_claimable(), None)) is None:
        return None
    owner = free.cooperative.memberships.get(role="owner").user
    answer = Answer(Outcome.FULL, "Xin lỗi anh chị, chúng tôi đóng nhầm gói. Xin hoàn toàn bộ tiền.")
    return answer_claim(claim=_claimed(free), answer=answer, actor=Actor.of(owner, free.cooperative))


def _open_claim(own: Cooperative) -> Claim:
    waiting = Claim.objects.filter(parcel__cooperative=own, status=ClaimStatus.OPEN).select_related("parcel__order")
    if (found := waiting.first()) is not None:
        return found
    return _claimed(next(one for one in _claimable() if one.cooperative_id == own.pk))


def _claimed(parcel: Parcel) -> Claim:
    told = Told(Problem.WRONG, {parcel.lines.order_by("pk")[0].pk: 1}, "Tôi đặt loại 1 kg, nhận loại 500 g.")
    return open_claim(parcel=parcel, told=told, key=uuid4(), actor=Actor.buyer())
