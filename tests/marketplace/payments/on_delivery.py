"""Sellers that send before the money comes, and parcels on their way unpaid."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from community.audit.actors import Actor
from marketplace.ledger.models import LedgerTransaction
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import pay_on_delivery
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Payment
from marketplace.receiving.on_delivery import set_terms
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order


def seller(*, most: int = 500_000, offered: bool = True, **facts: Any):
    cooperative = make_cooperative(**facts)
    set_terms(cooperative=cooperative, offered=offered, most_dong=most, actor=SYSTEM)
    return cooperative


def on_its_way(**order: Any) -> Parcel:
    """An order of 185.000 ₫, chosen to be paid on delivery: the seller's turn."""
    order.setdefault("buyer_email", "")
    made = make_order(order.pop("by", None) or seller(), **order)
    start_order_payments(order=made, actor=Actor.buyer())
    return pay_on_delivery(parcel=made.parcels.get(), actor=Actor.buyer())


def sent(parcel: Parcel, *, delivered: bool = True) -> Parcel:
    accept_parcel(parcel=parcel, actor=SYSTEM)
    pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=SYSTEM)
    parcel = ship_parcel(parcel=parcel, courier="VNPost", courier_code="EM1", actor=SYSTEM)
    if delivered:
        Parcel.objects.filter(pk=parcel.pk).update(status=ParcelStatus.DELIVERED, delivered_at=timezone.now())
        parcel.refresh_from_db()
    return parcel


def payment_of(parcel: Parcel) -> Payment:
    return parcel.payments.get()


def booked() -> list[str]:
    return sorted(LedgerTransaction.objects.values_list("kind", flat=True))
