"""The clock of payments: what is due ends, what is over at the provider is closed, goods go back on sale.

Runs every minute and may run twice at once: every step is a guarded write. Card sessions are closed at the provider
outside every lock, and money that turns out to be there is captured instead.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from community.one_by_one import safely
from marketplace.orders.models import Order, Parcel, waits_for_money
from marketplace.orders.settling import expire_parcel
from marketplace.orders.states import OrderStatus, ParcelStatus
from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.interface import AlreadyPaid, Cancelled
from marketplace.payments.locking import lock_parcels, lock_payments
from marketplace.payments.models import Payment
from marketplace.payments.notices import tell_expired
from marketplace.payments.parking import SYSTEM
from marketplace.payments.providers.registry import card_provider
from marketplace.payments.refunds.owing import owe_more
from marketplace.payments.states import CARD_PROVIDERS, ExceptionKind, PaymentStatus, ProviderCode

log = logging.getLogger(__name__)

BATCH = 200
# A card session ends at the provider's clock, and its last event needs a moment.
CARD_GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class Expired:
    """How many of each this run ended."""

    sessions: int
    parcels: int
    payments: int


def expire_due(*, now: datetime) -> Expired:
    """End everything whose time is over, card sessions first; one broken row does not stop the others."""
    sessions = close_sessions(now=now)
    ended = expire_goods(now=now)
    return Expired(sessions=sessions, parcels=ended.parcels, payments=ended.payments)


def close_sessions(*, now: datetime) -> int:
    """End card sessions at their provider. Each waits for it: the worker has a task of its own for them."""
    return sum(safely(_close_session, pk, now, of=pk, log=log) for pk in _ids(_due_sessions(now)))


def expire_goods(*, now: datetime) -> Expired:
    """End parcels and transfers: asks nobody, so a provider that does not answer keeps no goods off sale."""
    return Expired(
        sessions=0,
        parcels=sum(safely(_expire_parcel, pk, now, of=pk, log=log) for pk in _ids(_due_parcels(now))),
        payments=sum(safely(_end_transfer, pk, now, of=pk, log=log) for pk in _ids(_left_transfers(now))),
    )


def _ids(rows: QuerySet[Payment] | QuerySet[Parcel]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


# --- card sessions --------------------------------------------------------------------------------------------------
def _due_sessions(now: datetime) -> QuerySet[Payment]:
    """Sessions whose time is over, and those of payments that were called off here."""
    waits = Parcel.objects.filter(waits_for_money(), order=OuterRef("order"))
    open_here = Q(status__in=[PaymentStatus.CREATED, PaymentStatus.PENDING])
    over = Q(expires_at__lte=now - CARD_GRACE) | ~Exists(waits)
    called_off = Q(status=PaymentStatus.CANCELLED) & ~Q(redirect_url="")
    return Payment.objects.filter((open_here & over) | called_off, provider__in=CARD_PROVIDERS)


def _close_session(pk: int, now: datetime) -> bool:
    payment = Payment.objects.select_related("order").get(pk=pk)
    provider = card_provider(payment.provider)
    if provider is None:
        return False
    result = provider.cancel(payment)
    if isinstance(result, AlreadyPaid):
        record_capture(fact=result.fact)
        return True
    if not isinstance(result, Cancelled):
        return False
    Payment.objects.filter(pk=pk).update(redirect_url="")
    Payment.objects.filter(pk=pk, status__in=[PaymentStatus.CREATED, PaymentStatus.PENDING]).update(
        status=PaymentStatus.EXPIRED
    )
    return True


# --- parcels --------------------------------------------------------------------------------------------------------
def _holds(now: datetime) -> Q:
    """A payment that still keeps the goods; a card's a little longer, so that its session can be closed first."""
    return Q(expires_at__gt=now) | Q(provider__in=CARD_PROVIDERS, expires_at__gt=now - 2 * CARD_GRACE)


def _due_parcels(now: datetime) -> QuerySet[Parcel]:
    own = (
        Payment.objects.live()
        .filter(_holds(now), order=OuterRef("order"))
        .filter(Q(parcel=OuterRef("pk")) | Q(parcel=None))
    )
    return Parcel.objects.filter(~Exists(own), status=ParcelStatus.AWAITING_PAYMENT, order__hold_expires_at__lte=now)


@transaction.atomic
def _expire_parcel(pk: int, now: datetime) -> bool:
    """Look again under the locks: money may have come, or more time may have been given, a moment ago."""
    order_id = Parcel.objects.values_list("order_id", flat=True).get(pk=pk)
    lock_payments(order_id=order_id)
    lock_parcels(order_id=order_id)
    parcel = _due_parcels(now).select_related("order", "cooperative").filter(pk=pk).first()
    if parcel is None:
        return False
    for payment in Payment.objects.live().filter(parcel=parcel):
        _expire_payment(payment)
    if not expire_parcel(parcel=parcel, actor=SYSTEM):
        return False
    tell_expired(Order.objects.get(pk=order_id))
    return True


def _expire_payment(payment: Payment) -> None:
    ended = Payment.objects.filter(pk=payment.pk).live().update(status=PaymentStatus.EXPIRED)
    if ended and payment.received_dong:
        owe_more(payment=payment, kind=ExceptionKind.UNDERPAID, dong=payment.received_dong, part="expired")


# --- transfers whose parcels are over -------------------------------------------------------------------------------
def _left_transfers(now: datetime) -> QuerySet[Payment]:
    """Live, and nothing waits for them: of one parcel, or (where the market collects) of the whole order."""
    waiting = Parcel.objects.filter(waits_for_money())
    own, whole = Exists(waiting.filter(pk=OuterRef("parcel"))), Exists(waiting.filter(order=OuterRef("order")))
    return Payment.objects.live().filter(
        (Q(parcel__isnull=False) & ~own) | (Q(parcel=None) & ~whole), provider=ProviderCode.VIETQR
    )


@transaction.atomic
def _end_transfer(pk: int, now: datetime) -> bool:
    """The parcel was cancelled, expired, or paid another way: ask no longer, and park what had come."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=pk)
    lock_payments(order_id=order_id)
    payment = _left_transfers(now).select_related("parcel__cooperative", "order").filter(pk=pk).first()
    if payment is None:
        return False
    end_asking(payment)
    return True


def end_asking(payment: Payment) -> None:
    """Its parcel is over (payments locked): ask no longer, and give back what had come of it."""
    if payment.received_dong or payment.order.status == OrderStatus.EXPIRED:
        _expire_payment(payment)
    else:
        Payment.objects.filter(pk=payment.pk).live().update(status=PaymentStatus.CANCELLED)
