"""The demo's reviews and claims: by invented buyers of parcels that came, through the same verbs, marked as samples."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from cms.demo.plan import SEED
from community import clock
from community.audit.actors import Actor
from marketplace.claims.answering import Answer, answer_claim
from marketplace.claims.opening import Told, open_claim
from marketplace.claims.states import Outcome, Problem
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.reviews.minding import reply_to_review
from marketplace.reviews.writing import RECEIVED, Opinion, write_review

SAID = (
    (5, "Hàng tươi, đóng gói kỹ. Quét mã thấy đúng ngày làm."),
    (4, "Ngon, đúng vị quê. Giao chậm hơn một ngày."),
    (5, "Mua lần hai rồi, vẫn đều như lần đầu."),
    (3, "Chất lượng được, nhưng gói hơi nhỏ so với tưởng tượng."),
    (2, "Lần này không thơm bằng lần trước."),
    (5, ""),
)
ANSWERS = {
    2: "Cảm ơn anh chị đã nói thật. Lô này thu hoạch sau mưa nên kém thơm, lô sau chúng tôi để riêng.",
    3: "Cảm ơn anh chị. Chúng tôi đã ghi rõ khối lượng trên ảnh để dễ hình dung.",
}


def review_some(orders: Sequence[Order]) -> int:
    """Four of five lines that arrived are reviewed two days later; a seller answers what was not praise."""
    written = 0
    received = Parcel.objects.filter(order__in=orders, status__in=RECEIVED, delivered_at__isnull=False)
    for parcel in received.select_related("order", "cooperative").order_by("pk"):
        chance = Random(f"{SEED}:review:{parcel.order.form_token}:{parcel.pk % 7}")
        for line in parcel.lines.select_related("pack").order_by("pk"):
            if chance.random() < 0.8:
                _review(parcel, line, *chance.choice(SAID), named=chance.random() < 0.7)
                written += 1
    return written


def claim_some(orders: Sequence[Order]) -> None:
    """Two parcels that came lately have something wrong: one waits for its seller, one for its buyer."""
    arrived = Parcel.objects.filter(order__in=orders, status=ParcelStatus.DELIVERED, delivered_at__isnull=False)
    lately = arrived.filter(paid_at__isnull=False, delivered_at__gt=timezone.now() - timedelta(days=6))
    for number, parcel in enumerate(lately.select_related("order", "cooperative").order_by("-delivered_at", "pk")[:2]):
        line = next(one for one in parcel.lines.prefetch_related("changes").order_by("pk") if one.packs_to_send)
        told = Told(Problem.BAD, {line.pk: 1}, "Túi bị hở một góc, bên trong hơi ẩm.")
        with clock.at(timezone.now() - timedelta(hours=3)):  # lately: its clock still runs
            key = uuid5(NAMESPACE_URL, f"demo-claim:{parcel.code}")
            claim = open_claim(parcel=parcel, told=told, key=key, actor=Actor.buyer())
        if number:
            owner = Actor.of(parcel.cooperative.memberships.get(role="owner").user, parcel.cooperative)
            answer = Answer(Outcome.PART, "Xin lỗi anh chị, chúng tôi hoàn tiền túi bị hở.", line.unit_price_dong)
            with clock.at(timezone.now() - timedelta(hours=1)):
                answer_claim(claim=claim, answer=answer, actor=owner)


def _review(parcel: Parcel, line: OrderLine, stars: int, words: str, *, named: bool) -> None:
    owner = Actor.of(parcel.cooperative.memberships.get(role="owner").user, parcel.cooperative)
    with clock.at(_soon(parcel.delivered_at, hours=48)):
        review = write_review(line=line, opinion=Opinion(stars, words, named=named), actor=Actor.buyer())
    if stars in ANSWERS:
        with clock.at(_soon(parcel.delivered_at, hours=60)):
            reply_to_review(review=review, words=ANSWERS[stars], actor=owner)


def _soon(since: datetime | None, *, hours: int) -> datetime:
    return min((since or timezone.now()) + timedelta(hours=hours), timezone.now())
