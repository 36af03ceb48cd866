"""One order of locks for everything that touches money: payments of the order by key, then its parcels by key.

The rules of orders lock a parcel before its order; taking all parcels here first keeps the two in step.
SQLite ignores row locks: there, every transaction takes the write lock when it starts.
"""

from __future__ import annotations

from django.db import connection

from marketplace.orders.models import Parcel
from marketplace.payments.models import Payment


def lock_asking(*, order_id: int) -> list[Payment]:
    """``lock_payments`` for who may make another one: one asks at a time.

    Rows can be locked only when they are there; a row another transaction just made is not seen by who waited.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('asking for money'), %s)", [order_id % 2**31])
    return lock_payments(order_id=order_id)


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
