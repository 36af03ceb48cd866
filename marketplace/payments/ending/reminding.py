"""Parcels that arrived and are not paid: the buyer is reminded, then seller and staff are asked to look.

The clock may run it any number of times: each reminder is said once, each question opened once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from marketplace.orders.models import Parcel, owed_on_delivery
from marketplace.orders.states import ParcelStatus
from marketplace.payments.locking import lock_parcels, lock_payments
from marketplace.payments.models import Payment
from marketplace.payments.notices import remind_on_delivery, tell_seller_unpaid
from marketplace.payments.parking import park
from marketplace.payments.states import ExceptionKind, ProviderCode

# After delivery; the last one half-way to the day on which people look.
FIRST = timedelta(hours=12)
# Nobody said that it was delivered: so long after it left it counts as delivered.
UNTOLD = timedelta(days=14)
BATCH = 200


def remind_due(*, now: datetime) -> int:
    """Remind of what is due; how many parcels were looked at."""
    due = _arrived(now).order_by("pk").values_list("pk", flat=True)
    return sum(_remind(pk, now) for pk in list(due[:BATCH]))


def _arrived(now: datetime) -> QuerySet[Parcel]:
    """Unpaid, and arrived long enough ago to remind of it. Those that people look at are left out."""
    told = Q(status=ParcelStatus.DELIVERED, delivered_at__lte=now - FIRST)
    untold = Q(status=ParcelStatus.SHIPPED, shipped_at__lte=now - UNTOLD - FIRST)
    asked = {"payment_exceptions__kind": ExceptionKind.OWED_ON_DELIVERY}
    return Parcel.objects.filter(told | untold, owed_on_delivery()).exclude(**asked)


def _arrived_at(parcel: Parcel) -> datetime:
    return parcel.delivered_at or (parcel.shipped_at or parcel.order.placed_at) + UNTOLD


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    """Under the locks of money: what was paid a moment ago is not asked for."""
    order_id = Parcel.objects.values_list("order_id", flat=True).get(pk=pk)
    payments = lock_payments(order_id=order_id)
    lock_parcels(order_id=order_id)
    parcel = _arrived(now).select_related("order", "cooperative").filter(pk=pk).first()
    if parcel is None:
        return False
    payment = transfer_of(parcel, payments)
    owed = payment.remaining_dong if payment else parcel.total_dong
    since, last = _arrived_at(parcel), timedelta(days=settings.ON_DELIVERY_DAYS)
    remind_on_delivery(parcel, owed_dong=owed, time=1)
    if since <= now - last / 2:
        remind_on_delivery(parcel, owed_dong=owed, time=2)
    if since <= now - last:
        park(
            kind=ExceptionKind.OWED_ON_DELIVERY,
            key=parcel.code,
            amount_dong=owed,
            payment=payment,
            parcel=parcel,
            parcel_status=parcel.status,
        )
        tell_seller_unpaid(parcel, owed_dong=owed)
    return True


def transfer_of(parcel: Parcel, payments: list[Payment]) -> Payment | None:
    """The code that the parcel is to be paid with: the live one of its own, else the latest."""
    own = [one for one in payments if one.parcel_id == parcel.pk and one.provider == ProviderCode.VIETQR]
    return max(own, key=lambda one: (one.is_live, one.pk), default=None)
