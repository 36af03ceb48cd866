"""Ask for what is owed now: less when part of an order was cancelled unpaid and one code asks for all (the market

collects), and what really goes when a parcel that is paid on delivery became smaller.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum

from community.audit.actors import Actor
from community.one_by_one import safely
from marketplace.orders.models import Order, Parcel, owed_on_delivery
from marketplace.orders.states import ParcelStatus
from marketplace.payments.arriving.capturing import Arrival, confirm
from marketplace.payments.asking.following import ask_instead, follow_what_goes
from marketplace.payments.asking.starting import call_off_old_cards, start_order_payments
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Payment
from marketplace.payments.parking import SYSTEM
from marketplace.payments.refunds.refunding import promised_of
from marketplace.payments.states import ProviderCode

log = logging.getLogger(__name__)


def ask_for_what_waits(*, order: Order, actor: Actor) -> None:
    """Bring the order's one transfer down to what still waits for money; call after a parcel was cancelled.

    Nothing came yet: a new code takes the old one's place. Part came: the same code asks for less, and is complete
    when that much is there already; what is over goes back to the buyer.
    """
    if _lower(order.pk, actor):
        start_order_payments(order=order, actor=actor)


@transaction.atomic
def _lower(order_id: int, actor: Actor) -> bool:
    """Whether a new code has to be asked for."""
    live = [payment for payment in lock_payments(order_id=order_id) if payment.is_live]
    payment = next((one for one in live if one.provider == ProviderCode.VIETQR and one.parcel_id is None), None)
    if payment is None:
        return False
    waiting = payment.order.parcels.filter(status=ParcelStatus.AWAITING_PAYMENT)
    owed = sum(waiting.values_list("total_dong", flat=True))
    if not owed or owed == payment.amount_dong:
        return False  # all is cancelled: the clock ends the payment and parks what came
    if not payment.received_dong:
        return True
    _confirm_if_enough(ask_instead(payment, owed_dong=owed, actor=actor))
    return False


@transaction.atomic
def ask_for_what_goes(*, parcel: Parcel, actor: Actor) -> None:
    """Call after an unpaid parcel's sums changed. The same code asks for the new sum, because it is printed; what came

    is enough when it is that much already. A card page that is open asks for the old sum, and cannot be changed: it is
    called off.
    """
    payments = [one for one in lock_payments(order_id=parcel.order_id) if one.is_live]
    for payment in payments:
        if payment.parcel_id != parcel.pk:
            continue
        now = follow_what_goes(payment, actor=actor)
        if now.amount_dong != payment.amount_dong:
            _confirm_if_enough(now)
    call_off_old_cards(parcel.order_id, payments)


def _confirm_if_enough(payment: Payment) -> None:
    last = _last_arrival(payment)
    if last is not None and payment.received_dong - promised_of(payment) >= payment.amount_dong:
        confirm(payment, last)


def _last_arrival(payment: Payment) -> Arrival | None:
    """The money that came last: told with this payment's code, or counted for it by staff out of suspense."""
    capture = payment.captures.order_by("-pk").first()
    attached = payment.decisions.filter(undoes=None, undone_by=None).select_related("capture").order_by("-pk").first()
    if attached is not None and (capture is None or attached.decided_at >= capture.recorded_at):
        return Arrival(attached.capture, attached.amount_dong, f"{attached.capture_id}:{attached.pk}")
    return Arrival(capture, capture.amount_dong, str(capture.pk)) if capture is not None else None


# --- sweeping ---------------------------------------------------------------------------------------------------------
def lower_due() -> int:
    """Codes that ask for more than waits, because a cancelling was cut short before they were lowered; how many."""
    waits = Parcel.objects.filter(order=OuterRef("order"), status=ParcelStatus.AWAITING_PAYMENT).order_by()
    owed = Subquery(waits.values("order").annotate(sum=Sum("total_dong")).values("sum"))
    whole = Payment.objects.live().filter(provider=ProviderCode.VIETQR, parcel=None).annotate(owed=owed)
    due = Order.objects.filter(pk__in=whole.filter(amount_dong__gt=F("owed")).values("order"))
    done = sum(safely(ask_for_what_waits, of=order.pk, log=log, order=order, actor=SYSTEM) for order in due)
    asks = Payment.objects.live().filter(owed_on_delivery("parcel__")).exclude(amount_dong=F("parcel__total_dong"))
    changed = Parcel.objects.filter(pk__in=asks.values("parcel"))
    return done + sum(safely(ask_for_what_goes, of=one.pk, log=log, parcel=one, actor=SYSTEM) for one in changed)
