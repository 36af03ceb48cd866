"""Money back for a parcel that became smaller: fewer packs than were paid for, or a lighter weight.

Buyer and seller agreed, or the scale said it: up to the limit for two people nobody has to approve it once more. Found
by the clock from the rows of ``orders/changes``, so a crash between the two loses nothing.
"""

from __future__ import annotations

import logging
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from community import clock
from marketplace.orders.changes.models import ParcelChange
from marketplace.orders.states import DEAD_PARCELS
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Dispute, Refund
from marketplace.payments.parking import SYSTEM
from marketplace.payments.refunds.refunding import (
    OF_CHANGE,
    CannotRefund,
    Wish,
    approve_refund,
    ask_refund,
    left_to_give,
    note_refund,
    payment_of,
)
from marketplace.payments.states import RefundKind, RefundStatus

log = logging.getLogger(__name__)
BATCH = 200
GONE_ALREADY = "Đã hoàn trong khoản khác."  # buyers read it


def changes_owed_back() -> QuerySet[ParcelChange]:
    """Of parcels that live and were paid; contested money goes back by the card's bank."""
    reason = Concat(Value(OF_CHANGE), Cast(OuterRef("pk"), CharField()))
    asked = Refund.objects.filter(parcel=OuterRef("parcel"), reason=reason)
    contested = Dispute.objects.against_us().filter(payment__spendings__parcel=OuterRef("parcel"))
    return (
        ParcelChange.objects.filter(Q(goods_back_dong__gt=0) | Q(shipping_back_dong__gt=0))
        .filter(~Exists(asked), ~Exists(contested), parcel__spending__isnull=False)
        .exclude(parcel__status__in=DEAD_PARCELS)
        .select_related("parcel")
        .order_by("pk")
    )


def request_due_changes() -> int:
    """Open the refund of each change that has none; how many. What cannot be asked for holds up nothing behind it."""
    return sum(islice(filter(None, map(_try, changes_owed_back())), BATCH))


@transaction.atomic
def request_change(*, change: ParcelChange) -> Refund | None:
    """Once per change, and no more than other refunds have left. None when it is asked for already, contested, or the

    parcel ended meanwhile: then all of it goes back. Raises ``CannotRefund``.
    """
    payment = payment_of(change.parcel)
    if payment is None:
        return None
    lock_payments(order_id=payment.order_id)
    owed = changes_owed_back().filter(pk=change.pk).first()
    if owed is None:
        return None
    back = min(owed.back_dong, left_to_give(payment, of_goods=owed.parcel))
    wish = Wish(payment, back, RefundKind.PARCEL, f"{OF_CHANGE}{owed.pk}", parcel=owed.parcel)
    if back <= 0:
        return _close(wish, owed)
    refund = ask_refund(wish=wish, actor=SYSTEM)
    if refund.status == RefundStatus.REQUESTED and refund.amount_dong <= settings.REFUND_TWO_PEOPLE_OVER:
        refund = approve_refund(refund=refund, actor=SYSTEM)
    return refund


def _close(wish: Wish, change: ParcelChange) -> Refund:
    """All of it went back another way: written as called off, so that nobody asks again."""
    now = clock.now()
    refund = Refund.objects.create(
        payment=wish.payment,
        parcel=wish.parcel,
        kind=wish.kind,
        amount_dong=change.back_dong,
        reason=wish.reason,
        note=GONE_ALREADY,
        status=RefundStatus.CANCELLED,
        requested_at=now,
        ended_at=now,
    )
    note_refund(refund, SYSTEM, "called_off")
    return refund


def _try(change: ParcelChange) -> bool:
    try:
        return request_change(change=change) is not None
    except CannotRefund as refused:
        log.warning("no refund for change %s: %s", change.pk, refused.code)
        return False
