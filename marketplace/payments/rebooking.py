"""Writes into the books what happened before there were books, or was missed: by the same keys, so never twice.

A fact that stands in the books is left as it stands. Facts are written in the order in which they happened, because
the fees of a second refund depend on the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import transaction

from marketplace.ledger import entries
from marketplace.ledger.booking import book
from marketplace.ledger.models import LedgerTransaction
from marketplace.orders.models import Parcel
from marketplace.payments.bookkeeping import (
    book_capture,
    book_parcel_paid,
    book_refund_called_off,
    book_refund_promised,
    book_refund_sent,
    book_surplus,
    fact_of_refund,
    parcel_sums,
)
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Capture, Payment, PaymentException, Refund
from marketplace.payments.refunding import payment_of
from marketplace.payments.states import ExceptionKind, RefundKind, RefundStatus


def rebook() -> Counter[str]:
    """Book what is missing; how many facts of each kind. One transaction per order."""
    booked: Counter[str] = Counter()
    for order_id in Payment.objects.order_by("order_id").values_list("order_id", flat=True).distinct():
        with transaction.atomic():
            lock_payments(order_id=order_id)
            booked.update(_rebook_order(order_id))
    for capture in Capture.objects.filter(payment=None).order_by("pk"):
        with transaction.atomic():
            booked.update(_rebook_capture(capture))
    return booked


def _rebook_order(order_id: int) -> Iterator[str]:
    for capture in Capture.objects.filter(payment__order=order_id).select_related("payment").order_by("pk"):
        yield from _rebook_capture(capture)
    for parcel in Parcel.objects.filter(order=order_id, paid_at__isnull=False).order_by("pk"):
        payment = payment_of(parcel)
        if payment is not None and not _stands(f"parcel-paid:{parcel.pk}"):
            book_parcel_paid(parcel, payment=payment)
            yield "parcel_paid"
    for exception in _surpluses(order_id):
        key = exception.key.removeprefix(f"{ExceptionKind.OVERPAID}:")
        key = key if key.startswith("payment:") else f"capture:{key}"
        if not _stands(f"surplus:{key}"):
            _rebook_surplus(exception, key)
            yield "surplus"
    yield from _rebook_refunds(order_id)


def _rebook_capture(capture: Capture) -> Iterator[str]:
    if not _stands(f"capture:{capture.pk}"):
        book_capture(capture)
        yield "capture"


def _surpluses(order_id: int) -> Iterator[PaymentException]:
    found = PaymentException.objects.filter(kind=ExceptionKind.OVERPAID, payment__order=order_id, amount_dong__gt=0)
    yield from found.select_related("payment", "capture").order_by("pk")


def _rebook_surplus(exception: PaymentException, key: str) -> None:
    assert exception.payment is not None and exception.amount_dong is not None
    at = exception.capture.booked_at if exception.capture else exception.opened_at
    book_surplus(exception.payment, key=key, dong=exception.amount_dong, at=at)


def _rebook_refunds(order_id: int) -> Iterator[str]:
    refunds = Refund.objects.filter(payment__order=order_id, approved_at__isnull=False)
    promised: list[Refund] = []
    for refund in refunds.select_related("payment__account", "parcel").order_by("approved_at", "pk"):
        if not _stands(f"refund-promised:{refund.pk}"):
            _rebook_promise(refund, promised)
            yield "refund_promised"
        promised.append(refund)
        if refund.status == RefundStatus.CANCELLED and not _stands(f"refund-called-off:{refund.pk}"):
            book_refund_called_off(refund)
            yield "refund_called_off"
        if refund.status == RefundStatus.DONE and not _stands(f"refund-sent:{refund.pk}"):
            book_refund_sent(refund)
            yield "refund_sent"


def _rebook_promise(refund: Refund, earlier: list[Refund]) -> None:
    """With what stood promised at that moment, not with what stands today."""
    if refund.kind != RefundKind.PARCEL or refund.parcel is None:
        book_refund_promised(refund)
        return
    assert refund.approved_at is not None
    stood = [
        one
        for one in earlier
        if one.parcel_id == refund.parcel_id
        and one.kind == RefundKind.PARCEL
        and not (one.status == RefundStatus.CANCELLED and one.ended_at and one.ended_at <= refund.approved_at)
    ]
    lines = entries.refund_promised(
        parcel_sums(refund.parcel),
        dong=refund.amount_dong,
        refunded_before_dong=sum(one.amount_dong for one in stood),
    )
    book(fact=fact_of_refund(refund, "promised", refund.approved_at), lines=lines)


def _stands(key: str) -> bool:
    return LedgerTransaction.objects.filter(key=key).exists()
