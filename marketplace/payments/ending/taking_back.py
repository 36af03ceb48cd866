"""A parcel that went out unpaid comes back, or is given up: nothing was booked, so nothing is undone in the books."""

from __future__ import annotations

from django.db import transaction

from community.audit.actors import Actor
from community.errors import DomainError
from marketplace.orders.coming_back import bring_back
from marketplace.orders.models import Parcel
from marketplace.payments.ending.expiring import end_asking
from marketplace.payments.locking import lock_parcels, lock_payments
from marketplace.payments.parking import close_question
from marketplace.payments.states import ExceptionKind


class CannotTakeBack(DomainError):
    """Nothing was changed. Codes: ``not_yours``, ``paid`` (the money came meanwhile)."""


@transaction.atomic
def take_back(*, parcel: Parcel, to_stock: bool, reason: str, actor: Actor) -> Parcel:
    """The buyer did not take it or never paid. ``to_stock``: the goods are back and good; else they are lost.

    A part of the money that came goes back to the buyer, as of any payment whose time is over; money that comes later
    is parked. Raises :class:`CannotTakeBack`, or ``ParcelMoved`` when it is not on its way.
    """
    if actor.cooperative is not None and actor.cooperative.pk != parcel.cooperative_id:
        raise CannotTakeBack("not_yours")
    payments = lock_payments(order_id=parcel.order_id)
    parcel = next(one for one in lock_parcels(order_id=parcel.order_id) if one.pk == parcel.pk)
    if parcel.paid_at is not None:
        raise CannotTakeBack("paid")
    parcel = bring_back(parcel=parcel, to_stock=to_stock, reason=reason, actor=actor)
    for payment in payments:
        if payment.parcel_id == parcel.pk and payment.is_live:
            end_asking(payment)
    word = "back_in_stock" if to_stock else "written_off"
    close_question(parcel=parcel, kind=ExceptionKind.OWED_ON_DELIVERY, resolution=word, actor=actor)
    return parcel
