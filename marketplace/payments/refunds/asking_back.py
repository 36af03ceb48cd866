"""Money for goods that came broken, short or not at all: asked for by a person, for one parcel, up to what is left."""

from __future__ import annotations

from django.db import transaction

from community.audit.actors import Actor
from marketplace.orders.models import Parcel
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Refund
from marketplace.payments.refunds.refunding import CannotRefund, Wish, ask_refund, left_to_give, payment_of
from marketplace.payments.states import RefundKind, RefundReason, RefundStatus


def left_of_parcel(parcel: Parcel) -> int:
    """What can still go back for this parcel, in đồng: its price less what was promised; 0 when nobody paid it."""
    payment = payment_of(parcel)
    return max(left_to_give(payment, of_goods=parcel), 0) if payment is not None else 0


@transaction.atomic
def ask_for_goods(*, parcel: Parcel, amount_dong: int, reason: RefundReason, note: str, actor: Actor) -> Refund:
    """Staff ask for any parcel, a cooperative for its own. Raises :class:`CannotRefund` and changes nothing.

    Codes beside those of ``ask_refund``: ``not_yours``, ``nothing_paid``, ``asked_before`` (this reason is open).
    """
    if actor.cooperative is not None and actor.cooperative.pk != parcel.cooperative_id:
        raise CannotRefund("not_yours")
    payment = payment_of(parcel)
    if payment is None:
        raise CannotRefund("nothing_paid")
    lock_payments(order_id=payment.order_id)
    earlier = Refund.objects.filter(payment=payment, parcel=parcel, reason__startswith=f"{reason}:")
    if earlier.filter(status=RefundStatus.REQUESTED).exists():
        raise CannotRefund("asked_before")
    word = f"{reason}:{earlier.count() + 1}"
    wish = Wish(payment, amount_dong, RefundKind.PARCEL, word, parcel=parcel, note=note.strip()[:300])
    return ask_refund(wish=wish, actor=actor)
