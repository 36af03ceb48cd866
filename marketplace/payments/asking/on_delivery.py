"""Transfer on delivery: the goods go out before the money, with the order's exact code on the slip. No cash.

Only where the cooperative wants it and receives the money itself, up to its sum and the market's, and only so many
unpaid parcels for one telephone. See docs/decisions/0107-transfer-on-delivery.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Order, Parcel, owed_on_delivery
from marketplace.orders.settling import send_before_money
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.collecting import accounts_in_use, asks_whole_order, market_collects
from marketplace.payments.asking.starting import call_off_cards, start_payment
from marketplace.payments.locking import lock_asking, lock_parcels
from marketplace.payments.states import ProviderCode
from marketplace.receiving.on_delivery import most_on_delivery

REFUSED_COUNTS_FOR = timedelta(days=180)


class CannotPayOnDelivery(DomainError):
    """The parcel is to be paid before it is sent. Codes: ``not_offered`` (facts: cooperative), ``too_much`` (facts:

    cooperative, most_dong), ``too_many`` (this telephone owes for others, or did not take them; facts: most),
    ``moved`` (it waits for no money any more), ``gift`` (who receives it is not asked for money).
    """


def on_delivery_limits(cooperatives: Collection[int]) -> dict[int, int]:
    """By cooperative, the most a parcel may cost that is paid on delivery; absent: not offered. At most two queries."""
    if market_collects():
        return {}
    limits = most_on_delivery(cooperatives)
    reachable = accounts_in_use(limits) if limits else set()
    return {pk: dong for pk, dong in limits.items() if pk in reachable}


def came_back() -> Q:
    """Parcels that count against their telephone although nothing is owed for them any more."""
    return Q(status=ParcelStatus.RETURNED, ended_at__gte=clock.now() - REFUSED_COUNTS_FOR)


@transaction.atomic
def pay_on_delivery(*, parcel: Parcel, actor: Actor) -> Parcel:
    """The buyer of a parcel that waits for money chooses to transfer when it arrives: it is the seller's turn now.

    A part that came already counts; the code asks for the rest. Raises :class:`CannotPayOnDelivery` or ``CannotPay``.
    """
    order = parcel.order
    payments = lock_asking(order_id=order.pk)
    parcel = next(one for one in lock_parcels(order_id=order.pk) if one.pk == parcel.pk)
    if parcel.status != ParcelStatus.AWAITING_PAYMENT:
        raise CannotPayOnDelivery("moved")
    if asks_whole_order(payments):
        raise CannotPayOnDelivery("not_offered", cooperative=parcel.seller_name)
    if order.is_gift:
        raise CannotPayOnDelivery("gift")
    most = on_delivery_limits([parcel.cooperative_id]).get(parcel.cooperative_id)
    if most is None:
        raise CannotPayOnDelivery("not_offered", cooperative=parcel.seller_name)
    if parcel.total_dong > most:
        raise CannotPayOnDelivery("too_much", cooperative=parcel.seller_name, most_dong=most)
    _check_telephone(order)
    start_payment(order=order, parcel=parcel, provider=ProviderCode.VIETQR, actor=actor)
    call_off_cards(payments)
    parcel = send_before_money(parcel=parcel, actor=actor)
    record(actor=actor, action="payment.on_delivery", subject=parcel, cooperative=parcel.cooperative)
    return parcel


def _check_telephone(order: Order) -> None:
    """Other orders of the same telephone. One asks at a time: two orders at once must not both be the last."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('on delivery'), hashtext(%s))", [order.buyer_phone])
    others = Parcel.objects.filter(order__buyer_phone=order.buyer_phone).exclude(order=order)
    if others.filter(owed_on_delivery() | came_back()).count() >= settings.ON_DELIVERY_PER_PHONE:
        raise CannotPayOnDelivery("too_many", most=settings.ON_DELIVERY_PER_PHONE)
