"""What confirmed money buys: the parcels it was meant for, one after the other, as far as it goes."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from community import clock
from marketplace.orders.models import Parcel
from marketplace.orders.settling import StockGone, mark_parcel_paid
from marketplace.orders.states import ParcelStatus
from marketplace.payments.books.bookkeeping import book_parcel_paid, book_surplus
from marketplace.payments.locking import lock_parcels
from marketplace.payments.models import Payment, Spending
from marketplace.payments.notices import tell_order_paid, tell_over, tell_paid_on_delivery, tell_too_late
from marketplace.payments.parking import SYSTEM, close_question, park
from marketplace.payments.refunds.owing import owe_more
from marketplace.payments.states import ExceptionKind, PaymentStatus


def spend(*, payment: Payment) -> str:
    """Mark the payment's parcels paid; call in the transaction that confirmed it, payments locked.

    A bank transfer pays its one parcel. A card payment pays every parcel that still waits, and late
    ones whose goods can be had again. Returns "" when all went as asked, else what went otherwise.
    """
    parcels = _asked_for(payment, lock_parcels(order_id=payment.order_id))
    left = payment.amount_dong
    outcome = over = ""
    for parcel in parcels:
        if parcel.paid_at is not None or parcel.total_dong > left:
            continue
        said = _pay_parcel(parcel, payment)
        outcome = outcome or said
        left -= parcel.total_dong
    if left:
        over = _park_left_over(payment, left_dong=left)
    _stop_asking(payment)
    _tell_when_complete(payment)
    return outcome or over


def spend_again(*, payment: Payment, parcel_id: int) -> str:
    """Try once more to pay one parcel whose goods were gone; call with the payments locked.

    The money for it lies where it was parked; the rest of the payment was settled when it came. Answers like
    :func:`spend`, "paid" when another payment paid the parcel meanwhile.
    """
    parcel = next(one for one in lock_parcels(order_id=payment.order_id) if one.pk == parcel_id)
    if parcel.paid_at is not None:
        return "paid"
    said = _pay_parcel(parcel, payment)
    _stop_asking(payment)
    _tell_when_complete(payment)
    return said


def _tell_when_complete(payment: Payment) -> None:
    """One message for the order, when its last waiting parcel is settled."""
    parcels = list(Parcel.objects.filter(order_id=payment.order_id))
    if any(parcel.status == ParcelStatus.AWAITING_PAYMENT for parcel in parcels):
        return
    if any(parcel.status == ParcelStatus.NEW and not parcel.on_delivery for parcel in parcels):
        tell_order_paid(payment.order)


def _asked_for(payment: Payment, parcels: list[Parcel]) -> list[Parcel]:
    """The parcels this payment was made for; of a card, those still waiting first, then those that ended meanwhile."""
    if payment.parcel_id is not None:
        return [parcel for parcel in parcels if parcel.pk == payment.parcel_id]
    waiting = [parcel for parcel in parcels if parcel.status == ParcelStatus.AWAITING_PAYMENT]
    waiting += [parcel for parcel in parcels if parcel.owes_on_delivery]
    ended = [parcel for parcel in parcels if parcel.ended_at is not None and parcel.ended_at >= payment.created_at]
    return waiting + ended


def _pay_parcel(parcel: Parcel, payment: Payment) -> str:
    """ "" when simply paid, "late" when paid after its time, else the kind of the exception."""
    if parcel.waits_for_money:
        _buy(parcel, payment)
        return ""
    if parcel.status == ParcelStatus.EXPIRED:
        Payment.objects.filter(pk=payment.pk).update(late=True)
        try:
            with transaction.atomic():
                _buy(parcel, payment)
        except StockGone:
            return _goods_gone(parcel, payment, ExceptionKind.PAID_BUT_UNAVAILABLE)
        return "late"
    return _goods_gone(parcel, payment, ExceptionKind.PAID_AFTER_END)


def _buy(parcel: Parcel, payment: Payment) -> None:
    book_parcel_paid(mark_parcel_paid(parcel=parcel, actor=SYSTEM), payment=payment)
    Spending.objects.create(payment=payment, parcel=parcel)
    if parcel.on_delivery:
        close_question(parcel=parcel, kind=ExceptionKind.OWED_ON_DELIVERY, resolution="paid")
        tell_paid_on_delivery(parcel)


def _goods_gone(parcel: Parcel, payment: Payment, kind: ExceptionKind) -> str:
    park(
        kind=kind,
        key=f"{payment.pk}:{parcel.pk}",
        amount_dong=parcel.total_dong,
        payment=payment,
        parcel=parcel,
        parcel_code=parcel.code,
        parcel_status=parcel.status,
    )
    tell_too_late(payment.order, amount_dong=parcel.total_dong)
    return kind


def _park_left_over(payment: Payment, *, left_dong: int) -> str:
    """The same goods were paid twice, by another method or by another payment."""
    part = f"payment:{payment.pk}"
    book_surplus(payment, key=part, dong=left_dong, at=clock.now())
    owe_more(payment=payment, kind=ExceptionKind.OVERPAID, dong=left_dong, part=part)
    tell_over(payment.order, surplus_dong=left_dong)
    return ExceptionKind.OVERPAID


def _stop_asking(payment: Payment) -> None:
    """Other ways to pay the same goods are called off here; the clock tells the card provider.

    Only those without money; a code that was shown stays matchable, and money for it is still a fact.
    """
    paid = Parcel.objects.filter(order_id=payment.order_id, paid_at__isnull=False)
    Payment.objects.filter(
        Q(parcel__in=paid) | Q(parcel=None),
        order_id=payment.order_id,
        received_dong=0,
        status__in=[PaymentStatus.CREATED, PaymentStatus.PENDING],
    ).exclude(pk=payment.pk).update(status=PaymentStatus.CANCELLED)
