"""Money to give back, found from the states of parcels: paid, then refused or cancelled.

Orders know nothing of payments, so nobody has to remember to ask: the clock looks for what is owed. Sending the
money is a person's act.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from community.audit.recording import record
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Payment, Refund
from marketplace.payments.parking import SYSTEM
from marketplace.payments.states import PaymentStatus

PARCEL_ENDED = "parcel_ended"
BATCH = 200


def parcels_owed_back() -> QuerySet[Parcel]:
    """Paid parcels that ended without goods and have no refund yet."""
    return (
        Parcel.objects.filter(status__in=[ParcelStatus.REJECTED, ParcelStatus.CANCELLED], paid_at__isnull=False)
        .exclude(refunds__reason=PARCEL_ENDED)
        .order_by("pk")
    )


def request_due_refunds() -> int:
    """Open one refund for each parcel that is owed back; returns how many."""
    return sum(request_refund(parcel=parcel) is not None for parcel in parcels_owed_back()[:BATCH])


@transaction.atomic
def request_refund(*, parcel: Parcel) -> Refund | None:
    """Once per parcel, over what its payment brought. None when no confirmed payment paid for it."""
    lock_payments(order_id=parcel.order_id)
    payment = (
        Payment.objects.filter(Q(parcel=parcel) | Q(parcel=None, order_id=parcel.order_id))
        .filter(status=PaymentStatus.CONFIRMED)
        .order_by("confirmed_at", "pk")
        .first()
    )
    if payment is None:
        return None
    refund, fresh = Refund.objects.get_or_create(
        payment=payment, parcel=parcel, reason=PARCEL_ENDED, defaults={"amount_dong": parcel.total_dong}
    )
    if fresh:
        record(
            actor=SYSTEM,
            action="refund.requested",
            subject=refund,
            cooperative=parcel.cooperative,
            amount_dong=refund.amount_dong,
        )
    return refund
