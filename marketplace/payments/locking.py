"""One order of locks for everything that touches money: payments of the order by key, then its parcels by key.

The rules of orders lock a parcel before its order; taking all parcels here first keeps the two in step.
SQLite ignores row locks: there, every transaction takes the write lock when it starts.
"""

from __future__ import annotations

from marketplace.orders.models import Parcel
from marketplace.payments.models import Payment


def lock_payments(*, order_id: int) -> list[Payment]:
    """Every payment of the order, locked until the end of the caller's transaction."""
    return list(
        Payment.objects.select_for_update(of=("self",))
        .filter(order_id=order_id)
        .select_related("account", "order")
        .order_by("pk")
    )


def lock_parcels(*, order_id: int) -> list[Parcel]:
    """Every parcel of the order, locked, in primary-key order; call after ``lock_payments``."""
    return list(
        Parcel.objects.select_for_update(of=("self",))
        .filter(order_id=order_id)
        .select_related("order", "cooperative")
        .order_by("pk")
    )
