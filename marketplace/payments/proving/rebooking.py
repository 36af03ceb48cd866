"""Writes into the books what happened before there were books, or was missed: by the same keys, so never twice.

A fact that stands in the books is left as it stands. Facts are written in the order in which they happened, because
the fees of a second refund depend on the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from marketplace.ledger.models import LedgerTransaction
from marketplace.ledger.shrinking import standing_before
from marketplace.orders.models import Parcel
from marketplace.payments.books.bookkeeping import (
    book_capture,
    book_parcel_paid,
    book_promise,
    book_refund_sent,
    book_surplus,
)
from marketplace.payments.books.remaining import moves_of_parcels, refund_name
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Capture, Payment, PaymentException, Refund
from marketplace.payments.refunds.refunding import payment_of
from marketplace.payments.states import ExceptionKind, RefundKind, RefundStatus

END_WORDS: dict[str, str] = {RefundStatus.CANCELLED: "called-off", RefundStatus.DONE: "sent"}


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
        for part, dong in exception.facts["parts"].items():
            if not _stands(f"surplus:{part}"):
                _rebook_surplus(exception, part, dong)
                yield "surplus"
    yield from _rebook_refunds(order_id)


def _rebook_capture(capture: Capture) -> Iterator[str]:
    if not _stands(f"capture:{capture.pk}"):
        book_capture(capture)
        yield "capture"


def _surpluses(order_id: int) -> Iterator[PaymentException]:
    found = PaymentException.objects.filter(kind=ExceptionKind.OVERPAID, payment__order=order_id)
    yield from found.select_related("payment").order_by("pk")


def _rebook_surplus(exception: PaymentException, part: str, dong: int) -> None:
    """``part``: "capture:12", "capture:12:3" (the part that decision 3 counted), "payment:5"."""
    assert exception.payment is not None
    what, number, *_ = part.split(":")
    capture = Capture.objects.filter(pk=number).first() if what == "capture" else None
    book_surplus(exception.payment, key=part, dong=dong, at=capture.booked_at if capture else exception.opened_at)


def _rebook_refunds(order_id: int) -> Iterator[str]:
    """In the order of time: each with what stood promised at that moment, not with what stands today."""
    refunds = Refund.objects.filter(payment__order=order_id, approved_at__isnull=False)
    acts: list[tuple[datetime, int, str, Refund]] = []
    for refund in refunds.select_related("payment__account", "parcel").order_by("pk"):
        assert refund.approved_at is not None
        acts.append((refund.approved_at, refund.pk, "promised", refund))
        if refund.status in END_WORDS:
            assert refund.ended_at is not None
            acts.append((refund.ended_at, refund.pk, END_WORDS[refund.status], refund))
    for _at, pk, word, refund in sorted(acts, key=lambda act: (act[0], act[2] == "called-off", act[1])):
        if not _stands(f"refund-{word}:{pk}"):
            _book_of_refund(refund, word)
            yield f"refund_{word.replace('-', '_')}"


def _book_of_refund(refund: Refund, word: str) -> None:
    if word == "sent":
        book_refund_sent(refund)
        return
    of_goods = refund.kind == RefundKind.PARCEL and refund.parcel is not None
    called_off = word == "called-off"
    moves = moves_of_parcels([refund.parcel_id])[refund.parcel_id] if of_goods and refund.parcel_id else []
    stood = standing_before(moves, name=refund_name(refund.pk), called_off=called_off)
    book_promise(refund, stood_dong=stood - called_off * refund.amount_dong, called_off=called_off)


def _stands(key: str) -> bool:
    return LedgerTransaction.objects.filter(key=key).exists()
