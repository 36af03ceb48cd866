"""An order that gave no trouble ends by itself: some days after delivery the parcel is complete."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from community.audit.actors import Actor
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved, move_parcel
from marketplace.orders.states import ParcelStatus

DAYS_TO_COMPLAIN = timedelta(days=7)
BATCH = 500


def complete_delivered(*, now: datetime) -> int:
    """Complete what was delivered over a week before ``now``; how many. Run by the worker's clock."""
    due = Parcel.objects.filter(status=ParcelStatus.DELIVERED, delivered_at__lt=now - DAYS_TO_COMPLAIN)
    return sum(_complete(parcel, now=now) for parcel in due.order_by("pk")[:BATCH])


def _complete(parcel: Parcel, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            move_parcel(parcel=parcel, to=ParcelStatus.COMPLETED, actor=Actor.system("clock"), ended_at=now)
    except ParcelMoved:
        return False
    return True
