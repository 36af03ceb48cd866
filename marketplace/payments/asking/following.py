"""A printed code asks for what its parcel costs now, up or down: docs/decisions/0121-owed-follows-what-goes.md."""

from __future__ import annotations

from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.payments.locking import lock_parcels
from marketplace.payments.models import Payment


def follow_what_goes(payment: Payment, *, actor: Actor) -> Payment:
    """Bring a live payment of one parcel that owes on delivery in step with it; payments locked by the caller.

    Every other payment is answered as it is. What came already is the caller's to look at.
    """
    if payment.parcel_id is None or not payment.is_live:
        return payment
    parcel = next(one for one in lock_parcels(order_id=payment.order_id) if one.pk == payment.parcel_id)
    if not parcel.owes_on_delivery or payment.amount_dong == parcel.total_dong:
        return payment
    return ask_instead(payment, owed_dong=parcel.total_dong, actor=actor)


def ask_instead(payment: Payment, *, owed_dong: int, actor: Actor) -> Payment:
    """The same code, another sum."""
    Payment.objects.filter(pk=payment.pk).live().update(amount_dong=owed_dong)
    record(actor=actor, action="payment.lowered", subject=payment, before_dong=payment.amount_dong, now_dong=owed_dong)
    return Payment.objects.select_related("order", "parcel__cooperative").get(pk=payment.pk)
